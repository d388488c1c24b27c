"""`joint` and `combine` by the command line: rows recorded, called again, and refusals."""

from __future__ import annotations

import pytest
from cli.conftest import QUICK, given

from mtslib.cli.main import main
from mtslib.evidence import results


def test_joint_records_a_row_a_task_and_called_again_records_nothing_twice(place, tmp_path, capsys):
    command = ["joint", "--tasks", "sst,quora", "--sharing", "branches", "--freeze-depth", "1"]
    command += ["--gradients", "pcgrad", "--weights", "sst=2", "--out", str(tmp_path / "joint")]
    command += ["--results", str(tmp_path / "results"), *QUICK, *given(place)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "sst dev accuracy" in said
    assert "recorded (quora)" in said
    assert main(command) == 0
    assert "is recorded already (sst)" in capsys.readouterr().out
    runs = results.read_runs(tmp_path / "results")
    assert [run["settings"]["task"] for run in runs.values()] == ["sst", "quora"]
    method = next(iter(runs.values()))["settings"]["method"]
    assert (method["trunk_depth"], method["weights"]) == (1, {"sst": 2.0, "quora": 1.0})
    predict = ["predict", str(tmp_path / "joint" / "sst"), "--sentence", "A good film."]
    assert main([*predict, "--backbone", str(place / "backbone")]) == 0


def test_joint_is_scored_on_a_held_out_fifth_where_that_is_asked(place, tmp_path, capsys):
    command = ["joint", "--tasks", "sst,quora", "--held-out", "--out", str(tmp_path / "joint")]
    assert main([*command, *QUICK, *given(place)]) == 0
    assert "n = 8" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options, message",
    [
        (["--tasks", "sst"], "expected two or more different tasks"),
        (["--tasks", "sst,quora", "--sampling", "often"], "sampling 'often' is unknown"),
        (["--tasks", "sst,quora", "--weights", "sst"], "--weights 'sst' is not TASK=NUMBER"),
        (["--tasks", "sst,quora", "--train-file", "sts=x.csv"], "which is not asked for"),
    ],
)
def test_joint_refuses_in_one_line(bad, tmp_path, options, message):
    bad(["joint", *options, "--out", tmp_path / "joint"], message)


def test_combine_wants_full_teachers(bad, place, tmp_path):
    command = ["combine", place / "full", place / "quora", "--way", "ties"]
    bad([*command, "--out", tmp_path / "out"], "froze its layers below 2")
