"""`plan`: from a sweep of one's own, a task file among its tasks, to a depth for each."""

from __future__ import annotations

import pytest
from cli.conftest import QUICK, given
from own_tasks import write_own

from mtslib.cli.main import main


@pytest.fixture(scope="module")
def swept(place, tmp_path_factory):
    """A task of one's own and quora, two depths and full, recorded in a folder."""
    root = tmp_path_factory.mktemp("swept")
    for split, seed in (("train", 1), ("dev", 2)):
        own = write_own(root, "warmth", split, 60, seed)
    sweep = ["sweep", "--depths", "full,1,2", "--seeds", "0", "--discard", *QUICK]
    for number, task in enumerate((own, "quora")):
        out = ["--out", str(root / f"runs{number}"), "--results", str(root / "results")]
        assert main([*sweep, "--tasks", str(task), *out, *given(place)]) == 0
    return own, root / "results"


@pytest.mark.long
def test_a_sweep_of_ones_own_becomes_a_plan(place, swept, capsys):
    own, results = swept
    capsys.readouterr()
    tasks = ["--tasks", f"{own},quora", "--results", str(results), *given(place)]
    assert main(["plan", *tasks, "--together", "1"]) == 0
    said = capsys.readouterr().out
    assert "4 plans, 4 within the budget" in said
    for line in ("best      warmth ", "cheapest  warmth ", "risk      ", "a full model per task"):
        assert line in said
    assert "a bag of words: score " in said
    assert main(["plan", "--tasks", "quora", *tasks[2:], "--budget", "ms"]) == 0
    assert "milliseconds per request" in capsys.readouterr().out


def test_what_a_folder_does_not_hold_is_said(place, swept, bad, tmp_path):
    own, results = swept
    sst = ["--tasks", "sst", "--results", results, *given(place)]
    bad(["plan", *sst], r"holds no run of sst that was scored on ids-sst-dev\.csv")
    recorded = ["--tasks", f"sst,{own}"]
    bad(["plan", *recorded, "--backbone", place / "backbone"], r"only none has recorded rows")
    asked = ["plan", "--tasks", "quora", "--results", results, *given(place)]
    bad([*asked, "--budget", "mb=0"], r"'mb=0' is out of range; expected a number above 0")
    bad([*asked, "--budget", "mb=0.001"], r"no plan")


def test_two_ways_to_train_are_not_one_table(place, tmp_path, bad):
    sweep = ["sweep", "--tasks", "quora", "--depths", "1", "--discard", *QUICK, *given(place)]
    results = ["--results", str(tmp_path / "results")]
    for number, more in enumerate(([], ["--encoding", "split"])):
        assert main([*sweep, *results, "--out", str(tmp_path / f"runs{number}"), *more]) == 0
    bad(
        ["plan", "--tasks", "quora", *results, *given(place)],
        r"differ in more than depth and seed \(ce cls laptop \S+; ce cls laptop \S+ split\)",
    )
