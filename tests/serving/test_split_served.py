"""A split branch in a merged model: proven, asked, scored, and its sentences shared."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from serving.conftest import made_up_texts

from mtslib.data import tasks
from mtslib.data.batching import collate, tokenise
from mtslib.finetune import checkpoint, read, rebuild
from mtslib.serving import ask, evaluate, merge
from mtslib.serving.predict import tokens_for
from mtslib.serving.shared_pass import StateCache, answer_together, rows_of


@pytest.fixture(scope="module")
def merged(teachers, tmp_path_factory):
    """sst on a sentence, quora on a pair, sts on a split pair."""
    chosen = [teachers[kind] for kind in ("sst", "quora", "split")]
    return merge(chosen, tmp_path_factory.mktemp("split") / "m")


def test_it_is_certified_like_any_other(merged):
    entry = merged.certificate["branches"]["sts"]
    assert entry["bit_equal"]["holds"]
    assert entry["within_bound"]["holds"]


@pytest.mark.parametrize("seed", range(3))
def test_it_answers_what_its_teacher_says_of_that_pair_alone(teachers, merged, seed):
    teacher = rebuild(read(teachers["split"]))
    pairs = made_up_texts(6, True, seed)
    for pair, answers in zip(pairs, ask(merged, pairs), strict=True):
        with torch.inference_mode():
            said = teacher(collate(tokenise(merged.tokenizer, [pair], siamese=True), [0]))
        found = {answer.task: answer.value for answer in answers}
        assert found["sts"] == pytest.approx(float(teacher.objective.predict(said)[0]), abs=1e-4)


def test_it_scores_what_its_card_says(teachers, merged, data_folder):
    """Up to rounding: what the card scored came from the cache, sentence by sentence."""
    found = evaluate(merged, tasks.STS, data=data_folder, precision="fp32", progress=False)
    kept = checkpoint.read_tensors(teachers["split"] / checkpoint.PREDICTIONS)
    np.testing.assert_allclose(found.predicted, kept["predicted"].numpy(), rtol=0, atol=1e-4)
    pearson = read(teachers["split"]).card["dev"][0]["value"]
    assert found.metrics[0].value == pytest.approx(pearson, abs=1e-4)


# The trunk shared ------------------------------------------------------------------------------


def test_a_sentence_and_the_pairs_that_hold_it_share_the_trunk(merged):
    """sst reads one sentence, sts three pairs with it: four sentences, each computed once."""
    sentence = "the film was good"
    pairs = [(sentence, "poor"), ("we saw it", sentence), (sentence, "great and awful")]
    inputs = [((sentence,), ["sst"]), *((pair, ["sts"]) for pair in pairs)]
    wanted = [
        {task: rows_of(parts) for task, parts in tokens_for(merged, texts, tasks).items()}
        for texts, tasks in inputs
    ]
    with torch.inference_mode():
        outputs, cost = answer_together(merged.model, wanted, merged.tokenizer.pad_id)
    assert cost.rows == 4
    alone = [ask(merged, [texts], tasks)[0][0].value for texts, tasks in inputs]
    for (_, (task,)), output, value in zip(inputs, outputs, alone, strict=True):
        objective = merged.checkpoints[task].settings.resolved_objective
        assert float(objective.predict(output[task][None])[0]) == pytest.approx(value, abs=1e-4)


def test_a_sentence_seen_before_costs_no_trunk_at_all(merged):
    cache = StateCache(2**20)
    computed = []
    for pair in [("good film", "poor"), ("poor", "good film"), ("good film", "awful")]:
        (tokens,) = tokens_for(merged, pair, ["sts"]).values()
        with torch.inference_mode():
            _, cost = answer_together(
                merged.model, [{"sts": rows_of(tokens)}], merged.tokenizer.pad_id, cache
            )
        computed.append(cost.rows)
    assert computed == [2, 0, 1]


def test_a_pair_encoding_shares_nothing_with_the_sentence(merged):
    wanted = [
        {task: rows_of(parts) for task, parts in tokens_for(merged, texts, [task]).items()}
        for task, texts in (("sst", ("good film",)), ("quora", ("good film", "poor")))
    ]
    with torch.inference_mode():
        _, cost = answer_together(merged.model, wanted, merged.tokenizer.pad_id)
    assert cost.rows == 2
