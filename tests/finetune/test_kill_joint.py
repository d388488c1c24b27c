"""A joint training killed at any moment and called again ends with the bits of a straight one."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import torch
from killing import end_of_work, kill_at, soon, starter

from mtslib.evidence import results
from mtslib.finetune import checkpoint, joint
from mtslib.finetune.joint_run import Joint, prepare_joint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

# A point is named by calls in the order in which they must have happened; at the last it ends.
POINTS = {
    "in the first step": ("surgery", "run_backward"),
    "in the midst of a later epoch": ("keep", "without_conflict"),
    "while conflicts are measured": ("conflicts", "run_backward"),
    "while the state is written": ("keep", "flush"),
    "between two tasks' checkpoints": ("save", "write", "score_dev"),
    "while the folder takes its place": ("write", "write", "write_sealed_json", "flush"),
    "between the folder and the end of the state": ("write_sealed_json", "is_first", "rmtree"),
    "between two tasks' rows": ("record", "_write", "record", "_write_predictions"),
}


def work(backbone: Path, data: Path, place: Path, kill=None, argument=None) -> None:
    """In a process of its own: train two tasks together and record them below `place`."""
    torch.set_num_threads(1)
    if kill:
        kill(argument)
    how = Joint(("sst", "sts"), sharing="branches", freeze_depth=2, gradients="pcgrad")
    quick = {"epochs": 2, "batch_size": 16, "learning_rate": 4e-3, "precision": "fp32"}
    run = prepare_joint(how, data=data, progress=False, backbone=str(backbone), **quick)
    found = joint.train_jointly(run, place / "run", progress=False)
    joint.record(found, place / "results")
    end_of_work()


@pytest.fixture(scope="module")
def start():
    """Run `work` in a fresh process → its exit code."""
    return starter(work, "mtslib.finetune.joint", "mtslib.evidence.results")


def everything(place: Path) -> dict[str, object]:
    """All that a joint training leaves, times and what times are hashed into aside."""
    names = (checkpoint.BRANCH, checkpoint.PROBE, checkpoint.PREDICTIONS)
    files = [f"run/{task}/{name}" for task in ("sst", "sts") for name in names]
    runs = results.read_runs(place / "results")
    return {
        "files": sorted(str(p.relative_to(place)) for p in place.rglob("*")),
        "runs": [{k: v for k, v in run.items() if k != "seconds"} for run in runs.values()],
        **{name: (place / name).read_bytes() for name in files},
        "metrics": (place / "results" / results.METRICS).read_bytes(),
    }


@pytest.fixture(scope="module")
def straight(start, backbone_folder, data_folder, tmp_path_factory) -> dict[str, object]:
    """What the uninterrupted training leaves."""
    place = tmp_path_factory.mktemp("joint")
    assert start(backbone_folder, data_folder, place) == 0
    return everything(place)


@pytest.mark.parametrize("point", soon(POINTS, {"between two tasks' checkpoints"}))
def test_killed_at_a_named_point(start, backbone_folder, data_folder, tmp_path, straight, point):
    names = POINTS[point]
    code = start(backbone_folder, data_folder, tmp_path, kill_at, names)
    assert code == -signal.SIGKILL, f"it ended with {code} before {names}: renamed since?"
    assert start(backbone_folder, data_folder, tmp_path) == 0
    seen = everything(tmp_path)
    for name, expected in straight.items():
        assert seen[name] == expected, f"{name} is not as in the uninterrupted run"
