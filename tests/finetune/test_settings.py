"""Settings: the paper's numbers, and one clear line for every impossible value."""

from __future__ import annotations

import json

import pytest
from own_tasks import OWN

from mtslib.base.errors import DataError, TrainError
from mtslib.data import tasks
from mtslib.finetune import distil
from mtslib.finetune.settings import Settings, depth_name, parse_depth, settings


def test_the_preset_paper_holds_the_papers_numbers():
    paper = settings("sst", "paper")
    assert (paper.learning_rate, paper.betas, paper.epochs) == (2e-5, (0.9, 0.999), 3)
    assert (paper.head_dropout, paper.encoder_dropout, paper.batch_size) == (0.3, 0.1, 64)
    assert (paper.schedule, paper.weight_decay, paper.preset) == ("constant", 0.0, "paper")
    assert settings("sst", "paper", epochs=5).epochs == 5


def test_the_preset_laptop_is_the_default_and_differs_in_rate_and_batch_only():
    laptop, paper = settings("sts"), settings("sts", "paper")
    changed = {k for k, v in laptop.as_dict().items() if paper.as_dict()[k] != v}
    assert laptop.preset == "laptop"
    assert changed == {"preset", "learning_rate", "schedule", "batch_size"}


def test_another_method_is_written_down_and_none_is_not():
    alone = settings("sst")
    shared = settings("sst", method={"name": "joint", "tasks": ["sst", "sts"]})
    assert "method" not in alone.as_dict()  # as before there were others: the same run_id
    assert Settings.from_dict(json.loads(json.dumps(shared.as_dict()))) == shared != alone
    assert len({alone, shared}) == 2


EXTRAS = ("regularise", "regularise_weight", "radius", "before", "before_epochs")
EXTRAS += ("before_file",)


def test_a_term_or_a_training_before_is_written_down_and_none_is_not():
    assert not {*EXTRAS} & {*settings("sst").as_dict()}  # as before there were any: the same run_id
    smart = settings("sst", regularise="smart", radius=0.5, before="masked-words")
    assert {*EXTRAS} & {*smart.as_dict()} == {*EXTRAS} - {"before_file"}
    r_drop = settings("sst", regularise="r-drop", regularise_weight=5.0)
    assert {*EXTRAS} & {*r_drop.as_dict()} == {"regularise", "regularise_weight"}
    for chosen in (smart, r_drop):
        assert Settings.from_dict(json.loads(json.dumps(chosen.as_dict()))) == chosen


@pytest.mark.parametrize(
    "changes, message",
    [
        (
            {"regularise_weight": 5.0},
            "regularise_weight 5.0 .* belongs to regularise, which is not",
        ),
        ({"regularise": "r-drop", "radius": 0.5}, "radius 0.5 .* belongs to smart, which is not"),
        ({"before_epochs": 3}, "before_epochs 3 .* belongs to before, which is not asked for"),
        (
            {"before": "masked-words", "before_file": "pairs.csv"},
            "before_file 'pairs.csv' .* belongs to contrastive, which is not asked for",
        ),
    ],
)
def test_a_value_that_says_how_of_nothing_is_refused(changes, message):
    """Else two names would stand for one run."""
    with pytest.raises(TrainError, match=message):
        settings("sst", **changes)


@pytest.mark.parametrize("extra", [{"regularise": "smart"}, {"before": "contrastive"}])
def test_what_is_trained_with_others_or_by_a_teacher_has_no_extra_training(extra):
    name = next(iter(extra.values()))
    with pytest.raises(TrainError, match=f"{name} is for a task .* alone on its .*; method joint"):
        settings("sst", method={"name": "joint", "tasks": ["sst", "sts"]}, **extra)
    teacher = settings("sst", freeze_depth=3, **extra)
    student = distil.student_of(teacher, 1)
    assert student.student.teacher == teacher
    assert not student.regularise + student.before, "they are the teacher's"
    with pytest.raises(TrainError, match=f"{name} is for a task .*; a student has none"):
        distil.student_of(teacher, 1, **extra)


@pytest.mark.parametrize(
    "name, value, of",
    [
        ("regularise_weight", -1.0, {"regularise": "smart"}),
        ("radius", 0.0, {"regularise": "smart"}),
        ("before_epochs", 0, {"before": "contrastive"}),
    ],
)
def test_how_much_of_an_extra_has_its_limits(name, value, of):
    with pytest.raises(TrainError, match=f"{name} {value} is out of range"):
        settings("sst", **of, **{name: value})


@pytest.mark.parametrize("freeze_depth", [None, 0, 2, 6])
@pytest.mark.parametrize("task, objective", [("sst", "ce"), ("sts", "cosine-mse")])
def test_settings_survive_json(task, objective, freeze_depth):
    before = settings(task, freeze_depth=freeze_depth, objective=objective, seed=7)
    written = json.loads(json.dumps(before.as_dict()))
    assert written["freeze_depth"] == ("full" if freeze_depth is None else freeze_depth)
    assert Settings.from_dict(written) == before


def test_a_task_brings_its_own_objective():
    assert [settings(t).objective for t in ("sst", "cfimdb", "quora", "sts")] == [
        *("ce", "ce", "ce", "soft-ce")
    ]


@pytest.mark.parametrize(
    "name, value",
    [
        ("objective", "hinge"),
        ("pooling", "max"),
        ("schedule", "cosine"),
        ("precision", "fp16"),
        ("epochs", -1),
        ("epochs", 2.5),
        ("batch_size", 0),
        ("batch_size", "64"),
        ("learning_rate", -1e-3),
        ("learning_rate", 1.5),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("learning_rate", "2e-5"),
        ("head_dropout", 1.0),
        ("head_dropout", -0.1),
        ("encoder_dropout", 1.0),
        ("encoder_dropout", None),
        ("max_length", 7),
        ("max_length", 513),
        ("weight_decay", -0.1),
        ("eps", -1e-8),
        ("betas", (0.9, 1.0)),
        ("betas", (0.9,)),
        ("seed", -1),
        ("seed", 2**31),
        ("regularise", "smooth"),
        ("before", "pretraining"),
        ("freeze_depth", -1),
        ("freeze_depth", 1.5),
        ("freeze_depth", "2"),
        ("freeze_depth", True),
    ],
)
def test_an_impossible_value_is_one_line_with_its_name_and_what_was_read(name, value):
    with pytest.raises(TrainError, match=name) as seen:
        settings("sst", **{name: value})
    assert str(value) in str(seen.value)
    assert "\n" not in str(seen.value)


def test_an_unknown_preset_or_task_lists_the_known_ones():
    with pytest.raises(TrainError, match="preset 'server' is unknown; expected paper, laptop"):
        settings("sst", "server")
    with pytest.raises(DataError, match="unknown task 'mnli'; the tasks are sst, cfimdb"):
        settings("mnli")


def test_depths_are_read_and_written_as_the_command_line_has_them():
    assert [parse_depth(text) for text in ("full", "0", "12", 3)] == [None, 0, 12, 3]
    assert [depth_name(depth) for depth in (None, 0, 12)] == ["full", 0, 12]
    for text in ("two", "", "1.5"):
        with pytest.raises(TrainError, match="neither full nor a whole number"):
            parse_depth(text)


def test_the_whole_description_of_a_task_is_among_the_settings():
    for name, task in OWN.items():
        written = json.loads(json.dumps(settings(task).as_dict()))
        assert (written["task"], written["description"]) == (name, task.as_dict())
        assert Settings.from_dict(written) == settings(task)


@pytest.mark.parametrize("task", tasks.TASKS)
def test_settings_of_older_versions_name_one_of_the_four(task):
    written = settings(task).as_dict()
    del written["description"]
    assert Settings.from_dict(written) == settings(task)


def test_an_objective_of_another_kind_is_refused_for_a_task_nobody_knows():
    with pytest.raises(TrainError, match="'ce' does not fit task warmth; those that do: soft-ce"):
        settings(OWN["warmth"], objective="ce")
