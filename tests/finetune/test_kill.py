"""Killed at any moment and called again, a run ends with the bits of an uninterrupted one."""

from __future__ import annotations

import json
import os
import random
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from killing import count_calls, end_of_work, kill_after, kill_at, soon, starter

from mtslib.evidence import results
from mtslib.finetune import checkpoint, distil, finetune

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

# A point is named by calls in the order in which they must have happened; at the last it ends.
POINTS = {
    "while the trunk's outputs are written": ("_fill", "_rows", "_rows"),
    "before the trunk's outputs are in place": ("_fill", "flush"),
    "in the first step": ("train_epoch", "outputs", "run_backward"),
    "in the midst of a later epoch": ("keep", "train_epoch", *("outputs",) * 4, "run_backward"),
    "between two epochs": ("train_epoch", "keep"),
    "while the state is written": ("keep", "flush"),
    "while a new state takes the place of the old": ("keep", "keep", "exchange"),
    "while dev is scored": ("write", "score_dev", "outputs"),
    "while the checkpoint is written": ("write", "save", "probe_outputs"),
    "between the checkpoint and the end of the state": ("write", "save", "read", "rmtree"),
    "while the predictions are recorded": ("record", "_write_predictions", "flush"),
    "between the metrics and the lines of the runs": ("record", "_write", "put_in_place", "dumps"),
    "while the lines of the runs are written": (
        "record",
        "_write",
        "put_in_place",
        "dumps",
        "flush",
    ),
    "between these lines and the manifest": ("record", "_write", *("put_in_place",) * 2, "flush"),
}
RANDOM_POINTS = 20
STUDENT_POINTS = {
    "while the teacher is asked": ("_teach", "every_output", "outputs"),
    "in the first step of a student": ("_teach", "train_epoch", "outputs", "run_backward"),
    "between two epochs of a student": ("_teach", "train_epoch", "keep"),
    "while a student's checkpoint is written": ("_teach", "write", "save", "probe_outputs"),
}
# A training of its own before the task, and a term beside the loss: one of each in every point.
EXTRA_POINTS = {
    "in a later epoch of what comes before": ("keep", "train_epoch", *("forward",) * 4),
    "between what comes before and the task": ("keep", "keep", "load_trained_tensors"),
    "in a later epoch of the task": (*("keep",) * 3, "train_epoch", "smoothness", "run_backward"),
    "while the checkpoint is written": ("write", "save", "probe_outputs"),
}
SOON = {  # in `make test`; all of them in `make test-long`
    "in the midst of a later epoch",
    "while a new state takes the place of the old",
    "between the checkpoint and the end of the state",
    "between these lines and the manifest",
}


def work(chosen, data: Path, place: Path, kill=None, argument=None) -> None:
    """In a process of its own: train and record below `place`."""
    os.environ["MTS_CACHE"] = str(place / "cache")
    torch.set_num_threads(1)
    if kill:
        kill(argument)
    found = trained(chosen, data, place)
    checkpoint.record(found, place / "results")
    end_of_work()


def trained(chosen, data: Path, place: Path) -> checkpoint.Checkpoint:
    """A run of its own, or a student and before it, if need be, its teacher."""
    if chosen.student is None:
        return finetune(chosen, place / "run", data, dev_every_epoch=True, progress=False)
    teacher = place / "teacher"
    if not teacher.exists():
        finetune(chosen.student.teacher, teacher, data, progress=False)
    return distil.distil(teacher, chosen, place / "run", data, progress=False)


@pytest.fixture(scope="module")
def start():
    """Run `work` in a fresh process → its exit code."""
    return starter(work, "mtslib.finetune.distil", "mtslib.evidence.results")


def everything(place: Path) -> dict[str, object]:
    """All that a run leaves, times aside."""

    def timeless(record: dict) -> dict:
        gone = ("seconds", "files", "card_sha256")
        return {key: value for key, value in record.items() if key not in gone}

    card = timeless(json.loads((place / "run" / checkpoint.CARD).read_text()))
    for key in {"history", "history_before"} & {*card}:
        card[key] = [timeless(record) for record in card[key]]
    (run,) = results.read_runs(place / "results").values()
    return {
        "files": sorted(str(p.relative_to(place)) for p in place.rglob("*") if p.name != "calls"),
        "card": card,
        "run": timeless(run),
        "metrics": (place / "results" / results.METRICS).read_bytes(),
        **{
            name: (place / "run" / name).read_bytes()
            for name in (checkpoint.BRANCH, checkpoint.PROBE, checkpoint.PREDICTIONS)
        },
    }


@pytest.fixture(scope="module")
def chosen(tmp_path_factory, backbone_folder):
    from mtslib.finetune import settings

    return settings(
        "sts",
        backbone=str(backbone_folder),
        freeze_depth=1,
        epochs=3,
        batch_size=16,
        learning_rate=4e-3,
        precision="fp32",
    )


@pytest.fixture(scope="module")
def straight(start, chosen, data_folder, tmp_path_factory) -> Path:
    """The uninterrupted run."""
    place = tmp_path_factory.mktemp("straight")
    assert start(chosen, data_folder, place, count_calls, place) == 0
    return place


def check(start, chosen, data_folder, place, straight, kill, argument) -> None:
    code = start(chosen, data_folder, place, kill, argument)
    assert code == -signal.SIGKILL, f"it ended with {code} before {argument}: renamed since?"
    assert start(chosen, data_folder, place) == 0
    seen, expected = everything(place), everything(straight)
    for name in expected:
        assert seen[name] == expected[name], f"{name} is not as in the uninterrupted run"


@pytest.mark.parametrize("point", soon(POINTS, SOON))
def test_killed_at_a_named_point(start, chosen, data_folder, tmp_path, straight, point):
    check(start, chosen, data_folder, tmp_path, straight, kill_at, POINTS[point])


@pytest.mark.parametrize("point", soon(STUDENT_POINTS, {"between two epochs of a student"}))
def test_a_student_killed_at_a_named_point(start, chosen, data_folder, tmp_path, point):
    """Against a student that was not killed: the teacher is asked anew, and says the same."""
    student = distil.student_of(chosen, 1)
    assert start(student, data_folder, tmp_path / "straight") == 0
    straight, killed = tmp_path / "straight", tmp_path / "killed"
    check(start, student, data_folder, killed, straight, kill_at, STUDENT_POINTS[point])


@pytest.mark.long
@pytest.mark.parametrize("point", EXTRA_POINTS)
def test_a_regularised_run_with_a_training_before_it_killed_at_a_named_point(
    start, chosen, data_folder, tmp_path, point
):
    """The backbone is trained on masked words, the task with SMART's term."""
    extra = replace(chosen, regularise="smart", before="masked-words")
    assert start(extra, data_folder, tmp_path / "straight") == 0
    straight, killed = tmp_path / "straight", tmp_path / "killed"
    check(start, extra, data_folder, killed, straight, kill_at, EXTRA_POINTS[point])


@pytest.mark.parametrize("number", soon(range(RANDOM_POINTS), [0]))
def test_killed_at_random(start, chosen, data_folder, tmp_path, straight, number):
    calls = int((straight / "calls").read_text())
    point = random.Random(number).randint(1, calls - 1)
    check(start, chosen, data_folder, tmp_path, straight, kill_after, point)


@pytest.mark.long
def test_killed_again_and_again(start, chosen, data_folder, tmp_path, straight):
    """Each call dies a little later; every second one makes no headway at all."""
    calls = int((straight / "calls").read_text())
    for share in (0.3, 0.1, 0.5, 0.1, 0.6):
        code = start(chosen, data_folder, tmp_path, kill_after, int(share * calls))
        if code == 0:
            break
        assert code == -signal.SIGKILL
    check_end = start(chosen, data_folder, tmp_path)
    assert check_end == 0
    assert everything(tmp_path) == everything(straight)
