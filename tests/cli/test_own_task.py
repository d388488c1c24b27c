"""From a file as its authors ship it to an answer, by the documented commands alone."""

from __future__ import annotations

import shutil

import pytest
from learner_files import FORMS

from mtslib.cli.main import main

QUICK = ["--epochs", "1", "--batch-size", "16", "--precision", "fp32", "--freeze-depth", "2"]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_becomes_a_task_a_model_and_an_answer(place, tmp_path, capsys, form):
    made_up = FORMS[form](tmp_path, seed=2)
    backbone = ["--backbone", str(place / "backbone")]
    own = tmp_path / "mine.toml"
    label = made_up.options.get("label", "")
    new = ["task", "new", *made_up.arguments, "--out", str(own), "--label", label]
    assert main(new) == 0
    assert "next: python -m mtslib task check" in capsys.readouterr().out

    assert main(["task", "check", str(own), *backbone]) == 0
    told = capsys.readouterr().out
    for line in ("to beat, on dev:", "  a bag of words: ", "time here, 3 epochs", "  full "):
        assert line in told

    out, merged = str(tmp_path / "own"), str(tmp_path / "merged")
    assert main(["finetune", "--task", str(own), "--out", out, *backbone, *QUICK]) == 0
    assert main(["merge", out, str(place / "sst"), "--out", merged]) == 0
    assert main(["evaluate", merged, "--task", str(own), "--split", "test"]) == 0
    told = capsys.readouterr().out
    assert f"n = {made_up.counts['test']}" in told
    own.unlink()  # the merged folder answers without it
    for path in tmp_path.glob("*.csv"):
        path.unlink()

    texts, _ = made_up.rows[0]
    ask = ["--sentence", *texts] if len(texts) == 1 else ["--pair", *texts]
    assert main(["predict", merged, *ask]) == 0
    told = capsys.readouterr().out
    assert "mine" in told
    if made_up.classes:
        assert any(name in told for name in made_up.classes)


def test_what_cannot_be_done_is_one_line(place, tmp_path, capsys):
    shutil.copy(place / "data" / "quora-dev.csv", tmp_path / "a.toml")
    assert main(["task", "check", str(tmp_path / "a.toml")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["task", "new", str(tmp_path / "none.csv")]) == 2
    assert (
        capsys.readouterr().err == f"error: {tmp_path / 'none.csv'} is missing; expected a file\n"
    )
