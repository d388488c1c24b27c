"""A grid with students: each teacher once, its students after it, never mixed with other rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from finetune.conftest import run

from mtslib.base.errors import TrainError
from mtslib.data.presets import WAYS
from mtslib.evidence import recorded, results
from mtslib.finetune import checkpoint, distil, settings
from mtslib.finetune import sweep as sweeps
from mtslib.finetune.grid import Grid, plan

TWO = ("distilled", "alone-twice")
NAMES = ["sst-d1-ce-cls-s0", *(f"sst-d1-ce-cls-s0-l1-{way}" for way in TWO)]


@pytest.fixture
def grid(make) -> Grid:
    return make(depths=(1,), students=(1,), ways=TWO)


def folders(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "runs").iterdir() if path.is_dir())


def test_a_teacher_comes_before_its_students(grid):
    planned = plan([grid])
    assert [one.name for one in planned] == NAMES
    assert [one.settings.branch_layers for one in planned] == [None, 1, 1]
    assert planned[2].settings.epochs == 2 * planned[0].settings.epochs


def test_every_way_has_a_folder_of_its_own(make):
    planned = plan([make(depths=(0, 1), students=(1, 2), ways=tuple(WAYS))])
    assert len({one.name for one in planned}) == len(planned) == 2 + 4 * len(WAYS)


def test_students_are_recorded_apart_and_not_taught_again(grid, tmp_path, monkeypatch):
    assert run(grid, tmp_path) == 3
    methods = results.table(tmp_path / "results").groupby("run_id").method.first()
    assert sorted(methods) == ["", "student", "student"]
    monkeypatch.setattr(sweeps, "distil", lambda *a, **k: pytest.fail("taught again"))
    assert run(grid, tmp_path) == 0


def test_a_teacher_that_was_recorded_and_not_kept_is_trained_again(grid, make, tmp_path):
    assert run(make(depths=(1,)), tmp_path, discard=True) == 1
    assert folders(tmp_path) == []
    assert run(grid, tmp_path) == 2
    assert folders(tmp_path) == sorted(NAMES)


def test_discard_keeps_the_teachers_for_students_to_come(grid, tmp_path):
    assert run(grid, tmp_path, discard=True) == 3
    assert folders(tmp_path) == NAMES[:1]


def test_a_student_of_a_sweep_is_the_student_of_the_command(grid, tmp_path):
    run(grid, tmp_path)
    (_, planned, _) = plan([grid])
    teacher = tmp_path / "runs" / NAMES[0]
    alone = distil.distil(
        teacher,
        planned.settings,
        tmp_path / "alone",
        grid.data,
        dev_every_epoch=True,
        progress=False,
    )
    swept = tmp_path / "runs" / planned.name
    assert (swept / checkpoint.BRANCH).read_bytes() == (
        alone.folder / checkpoint.BRANCH
    ).read_bytes()


def test_a_way_or_a_depth_that_cannot_be_is_refused_before_anything_runs(make, tmp_path):
    for values, message in (
        ({"ways": ("distiled",)}, "way 'distiled' is unknown; expected some of distilled"),
        ({"depths": (2,), "students": (2,)}, "a student of 2 layers does not fit"),
        ({"depths": (None,)}, "a full teacher has no trunk"),
    ):
        with pytest.raises(TrainError, match=message):
            run(make(**({"depths": (1,), "students": (1,)} | values)), tmp_path)
    assert not (tmp_path / "runs").exists()


def test_no_table_by_depth_reads_a_student(snapshot):
    """A student of two layers stands beside its teacher's depth, not in it."""
    teacher = settings("sst", freeze_depth=3)
    student = {"freeze_depth": 3, "student": distil.student_of(teacher, 2).student}
    snapshot(("sst", 0.5, {"freeze_depth": 3}), ("sst", 0.25, student))
    assert list(recorded.recorded_runs().value) == [0.5]
