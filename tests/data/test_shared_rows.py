"""A training file that holds the rows one is scored on is refused, and asked for by name only."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from cli.conftest import QUICK, _no_real_data, _one_thread, given  # noqa: F401
from finetune.conftest import write_backbone, write_task

from mtslib.base.errors import DataError
from mtslib.cli.main import main
from mtslib.data import datasets, shared_rows, tasks


@pytest.fixture
def folder(tmp_path) -> Path:
    """Train, dev and test of sst, ids and texts apart."""
    for seed, split in enumerate(("train", "dev", "test")):
        write_task(tmp_path, "sst", split, 60, seed=seed)
        _rewrite(tmp_path / datasets.file_name(tasks.SST, split, "cs224n"), prefix=split)
    return tmp_path


def _rewrite(path: Path, prefix: str = "", without: str = "") -> Path:
    """The same rows with ids of their own, or without a column."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    with path.open("w", newline="", encoding="utf-8") as stream:
        names = [name for name in rows[0] if name != without]
        writer = csv.DictWriter(stream, names, delimiter="\t", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row | {"id": f"{prefix}{row['id']}"} for row in rows)
    return path


def checked(folder: Path, train: Path, **options) -> int:
    pair = datasets.load_pair("sst", folder, train)
    return shared_rows.check(tasks.SST, *pair, folder, **options)


def part(folder: Path, name: str, split: str, first: int, last: int) -> Path:
    """The training file and some rows of another one behind it."""
    lines = (folder / "ids-sst-train.csv").read_text("utf-8").splitlines()
    other = folder / datasets.file_name(tasks.SST, split, "cs224n")
    lines += other.read_text("utf-8").splitlines()[1 + first : 1 + last]
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder / name


def test_files_that_are_apart_are_trained_on(folder):
    assert checked(folder, folder / "ids-sst-train.csv") == 0


def test_the_dev_file_itself_is_refused(folder):
    dev = shutil.copy(folder / "ids-sst-dev.csv", folder / "mine.csv")
    with pytest.raises(DataError, match=r"mine\.csv holds 60 of the 60 rows of .*--train-on-dev"):
        checked(folder, dev)
    assert checked(folder, dev, allowed=True) == 60


@pytest.mark.parametrize("rows", [10, 30, 60])
def test_a_training_file_with_a_part_of_dev_is_refused(folder, rows):
    with pytest.raises(DataError, match=rf"holds {rows}|holds \d+ of the 60"):
        checked(folder, part(folder, "both.csv", "dev", 0, rows))


def test_a_few_rows_that_repeat_are_no_reason(folder):
    assert checked(folder, part(folder, "few.csv", "dev", 0, 3)) == 0


@pytest.mark.parametrize("change", [{"prefix": "new"}, {"without": "id"}])
def test_other_ids_do_not_hide_it(folder, change):
    mine = _rewrite(Path(shutil.copy(folder / "ids-sst-dev.csv", folder / "mine.csv")), **change)
    with pytest.raises(DataError, match="holds 60 of the 60"):
        checked(folder, mine)


def test_the_rows_of_test_are_refused_too(folder):
    with pytest.raises(DataError, match=r"the score on test would be"):
        checked(folder, part(folder, "both.csv", "test", 0, 60))


def test_the_command_refuses_it_unless_asked_by_name_and_the_card_says_so(folder, capsys):
    place = folder / "place"
    write_backbone(place / "backbone", seed=0)
    shutil.copytree(folder, place / "data", ignore=lambda *_: ["place"])
    dev, out = place / "data" / "ids-sst-dev.csv", place / "out"
    arguments = ["finetune", "--task", "sst", "--train-file", str(dev), "--out", str(out)]
    arguments += [*QUICK, *given(place)]
    assert main(arguments) == 2
    assert "would be one on rows that were trained on" in capsys.readouterr().err
    assert not out.exists()
    assert main([*arguments, "--train-on-dev"]) == 0
    card = json.loads((out / "card.json").read_text("utf-8"))
    assert card["data"]["train"]["rows_of_dev"] == 60
    sweep = ["sweep", "--tasks", "sst", "--depths", "1", "--out", str(place / "s"), "--dry-run"]
    assert main([*sweep, *given(place), "--train-file", f"sst={dev}"]) == 2
