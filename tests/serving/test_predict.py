"""Answers: the right task for the right input, in order, in words, and no layer run twice."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from own_tasks import EVERY_TASK
from serving.conftest import TASKS, made_up_texts

from mtslib.base.errors import CheckpointError, DataError, MtsError
from mtslib.data import tasks
from mtslib.data.batching import collate, tokenise
from mtslib.finetune import checkpoint, objectives, read, rebuild
from mtslib.serving import ask, evaluate, load, longest_input, merge, open_model

SENTENCE, PAIR = ("the film was good",), ("the film was good", "we saw the awful film")


@pytest.fixture(scope="module")
def merged(whole):
    return load(whole)


@pytest.fixture(scope="module")
def mixed(teachers, tmp_path_factory):
    """sst, quora on one sequence, sts on two (siamese)."""
    kinds = ("sst", "quora", "siamese")
    return merge([teachers[kind] for kind in kinds], tmp_path_factory.mktemp("mixed") / "m")


# What is answered ------------------------------------------------------------------------------


def test_each_input_is_answered_by_every_task_that_reads_its_kind(merged):
    sentence, pair = ask(merged, [SENTENCE, PAIR])
    assert [answer.task for answer in sentence] == ["sst", "cfimdb", "warmth"]
    assert [answer.task for answer in pair] == ["quora", "sts", "matches"]


@pytest.mark.parametrize("seed", range(3))
def test_an_answer_is_what_the_teacher_says_of_that_input_alone(teachers, mixed, seed):
    """Asked together and in any order, sentences and pairs mixed, each gets its own answer."""
    singles, pairs = made_up_texts(5, False, seed), made_up_texts(5, True, seed)
    inputs = [texts for both in zip(pairs, singles, strict=True) for texts in both]
    found = ask(mixed, inputs)
    for texts, answers in zip(inputs, found, strict=True):
        kinds = ("sst",) if len(texts) == 1 else ("quora", "siamese")
        assert len(answers) == len(kinds)
        for kind, answer in zip(kinds, answers, strict=True):
            item = read(teachers[kind])
            objective = objectives.get(item.settings.objective, item.task)
            tokens = tokenise(mixed.tokenizer, [texts], siamese=objective.siamese)
            teacher = rebuild(item)
            with torch.inference_mode():
                outputs = teacher(collate(tokens, [0]))
            assert answer.task == item.task.name
            assert answer.value == pytest.approx(float(objective.predict(outputs)[0]), abs=1e-4)
            if item.task.class_names:
                assert answer.words == item.task.class_names[int(answer.value)]
                assert answer.confidence == pytest.approx(
                    float(outputs.softmax(-1).max()), abs=1e-4
                )


def test_a_score_is_said_in_words_without_a_confidence(merged):
    (answer,) = ask(merged, [PAIR], ["sts"])[0]
    assert 0 <= answer.value <= 5
    assert answer.confidence is None
    assert str(answer) == f"sts: {answer.value:.2f} of 5"


def test_a_class_is_said_in_words_with_its_confidence(merged):
    (answer,) = ask(merged, [SENTENCE], ["sst"])[0]
    assert answer.words == tasks.SST.class_names[answer.value]
    assert str(answer) == f"sst: {answer.words} ({answer.confidence:.0%})"


def test_nothing_asked_nothing_answered(merged):
    assert ask(merged, []) == []


# One trunk pass --------------------------------------------------------------------------------


def runs_of(model, inputs, tasks=None) -> list[int]:
    """How often each trunk layer runs while the inputs are answered."""
    counts = [0] * model.model.trunk.depth

    def count(number):
        def hook(*_):
            counts[number] += 1

        return hook

    hooks = [
        layer.register_forward_hook(count(n)) for n, layer in enumerate(model.model.trunk.layers)
    ]
    try:
        ask(model, inputs, tasks)
    finally:
        for hook in hooks:
            hook.remove()
    return counts


def test_two_tasks_that_read_one_pair_share_one_pass(merged):
    """quora taps at 2, sts at 3: one run of each layer, none of it twice."""
    assert runs_of(merged, [PAIR]) == [1, 1, 1]
    assert runs_of(merged, [PAIR], ["quora"]) == [1, 1, 0], "no deeper than is asked"
    assert runs_of(merged, [PAIR] * 9) == [1, 1, 1], "nine inputs are one batch"


def test_two_tasks_that_read_one_sentence_share_one_pass(merged):
    assert runs_of(merged, [SENTENCE]) == [1, 0, 0]
    assert runs_of(merged, [SENTENCE], ["sst"]) == [0, 0, 0], "sst taps at 0"


def test_a_sentence_and_a_pair_are_different_inputs(merged):
    assert runs_of(merged, [SENTENCE, PAIR]) == [2, 1, 1]


def test_a_pair_on_one_sequence_and_on_two_are_different_inputs(mixed):
    """The siamese branch encodes two sentences; quora reads one sequence of both."""
    assert runs_of(mixed, [PAIR]) == [3, 1]


# Too long --------------------------------------------------------------------------------------


@pytest.mark.parametrize("inputs", [("good " * 5000,), ("film", "good " * 5000)])
def test_a_text_of_five_thousand_words_is_cut_and_says_so(merged, inputs):
    short, long, again = ask(merged, [inputs[:1] if len(inputs) == 1 else PAIR, inputs, inputs])
    assert all(answer.truncated for answer in long)
    assert str(long[0]).endswith(" [only its beginning was read]")
    assert [answer.value for answer in long] == pytest.approx([a.value for a in again], abs=1e-4)
    assert len(short) == len(long)


def test_what_fits_is_not_called_cut(merged):
    fitting = "good " * (longest_input(merged) - 2)
    assert not any(answer.truncated for answer in ask(merged, [(fitting,)])[0])
    assert all(answer.truncated for answer in ask(merged, [(fitting + "good",)])[0])


def test_no_more_is_read_than_the_backbone_has_positions(teachers, whole, tmp_path):
    """A merged model of a backbone with fewer positions than BERT's 512."""
    from dataclasses import replace

    merged = load(whole)
    assert longest_input(merged) == 512
    small = replace(merged, config=replace(merged.config, max_positions=40))
    assert longest_input(small) == 40
    assert ask(small, [("good " * 39,)])[0][0].truncated


# Refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inputs, tasks, message",
    [
        ([PAIR], ["sst"], r"no task among sst .* reads pairs; .*; pairs are for quora, sts"),
        ([SENTENCE], ["sts"], r"no task among sts of this model reads sentences"),
        ([SENTENCE], ["nli"], r"no task among nli .* it answers sst, cfimdb, quora, sts"),
        (["a good film"], None, r"'a good film' is not an input; expected \(text,\)"),
        (["no"], None, r"'no' is not an input"),
        ([("a", "b", "c")], None, r"is not an input; expected \(text,\) or \(first, second\)"),
        ([()], None, r"is not an input"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(merged, inputs, tasks, message):
    with pytest.raises(DataError, match=message) as seen:
        ask(merged, inputs, tasks)
    assert "\n" not in str(seen.value)


def test_a_model_without_a_pair_task_says_what_it_has(teachers):
    with pytest.raises(DataError, match=r"reads pairs; it answers sst; pairs are for none of them"):
        ask(open_model(teachers["sst"]), [PAIR])


# Opened ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sst", "full", "siamese"])
def test_a_single_checkpoint_answers_too(teachers, ragged, kind):
    item = read(teachers[kind])
    model = open_model(teachers[kind])
    assert list(model.checkpoints) == [item.task.name]
    batch = ragged(model, 6, item.task.is_pair, 0, kind == "siamese")
    teacher = rebuild(item)
    with torch.inference_mode():
        expected = teacher(batch)
        seen = model.model(batch, [item.task.name])[item.task.name]
    assert torch.equal(seen, expected)
    ((answer,),) = ask(model, [PAIR if item.task.is_pair else SENTENCE])
    assert answer.task == item.task.name


def test_a_merged_folder_is_verified_when_it_is_opened(whole, tmp_path):
    import shutil

    damaged = shutil.copytree(whole, tmp_path / "damaged")
    (damaged / "vocab.txt").write_text("[PAD]\n", encoding="utf-8")
    with pytest.raises(CheckpointError, match=r"vocab\.txt has sha256"):
        open_model(damaged)


def test_a_folder_that_is_neither_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(MtsError, match="is neither a merged model nor a checkpoint"):
            open_model(folder)


# Scored ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS)
def test_a_merged_model_scores_what_its_teacher_scored(merged, teachers, data_folder, task):
    """The same dev file and precision: every metric of the card, and every prediction."""
    found = evaluate(merged, EVERY_TASK[task], data=data_folder, precision="fp32", progress=False)
    card = read(teachers[task]).card
    assert [vars(metric) for metric in found.metrics] == card["dev"]
    kept = checkpoint.read_tensors(teachers[task] / checkpoint.PREDICTIONS)
    assert np.array_equal(found.predicted, kept["predicted"].numpy())
    assert found.split.sha256 == card["data"]["dev"]["sha256"]
    assert (len(found.split.labelled), found.truncated) == (40, 0)


def test_scoring_cuts_where_training_cut(teachers, backbone_folder, data_folder, tmp_path):
    from serving.conftest import tiny_settings

    from mtslib.finetune import finetune

    chosen = tiny_settings("sts", backbone_folder, freeze_depth=2, max_length=8)
    item = finetune(chosen, tmp_path / "short", data_folder, progress=False)
    merged = merge([tmp_path / "short"], tmp_path / "merged")
    found = evaluate(merged, tasks.STS, data=data_folder, precision="fp32", progress=False)
    assert found.truncated == item.card["data"]["dev"]["truncated"] > 0
    assert vars(found.metrics[0]) == item.card["dev"][0]


def test_a_full_checkpoint_is_scored_like_its_card(teachers, data_folder):
    model = open_model(teachers["full"])
    found = evaluate(model, tasks.SST, data=data_folder, precision="fp32", progress=False)
    assert [vars(metric) for metric in found.metrics] == read(teachers["full"]).card["dev"]


def test_bf16_moves_scores_by_rounding_only(merged, data_folder):
    exact = evaluate(merged, tasks.STS, data=data_folder, precision="fp32", progress=False)
    rounded = evaluate(merged, tasks.STS, data=data_folder, precision="bf16", progress=False)
    difference = np.abs(exact.predicted - rounded.predicted).max()
    assert 0 < difference < 0.2
    assert not math.isnan(rounded.metrics[0].value)


def test_a_file_without_labels_cannot_be_scored(merged, data_folder, tmp_path):
    name = "ids-sst-test-student.csv"
    (tmp_path / name).write_text("\tid\tsentence\n0\ta\tgood film\n", encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(name) + " has no labelled row"):
        evaluate(merged, tasks.SST, "test", tmp_path, "fp32", progress=False)


def test_a_model_that_puts_out_no_numbers_is_refused(whole):
    model = load(whole)
    with torch.no_grad():
        for tensor in model.model.branches["sst"].head.parameters():
            tensor.fill_(3e38)
    with pytest.raises(CheckpointError, match=r"sst of .* put out NaN or infinity"):
        ask(model, [SENTENCE], ["sst"])
