"""Chapter 19's two data sets: what their datasheet says of them, and what their split promises."""

import csv
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from mtslib.base.paths import DATA
from mtslib.data import datasets, tasks
from mtslib.data.readers import Example
from mtslib.evidence.baselines import BAG, baselines
from mtslib.finetune import finetune, settings
from mtslib.serving import evaluate, open_model

OWN = DATA / "controlled" / "own"


@pytest.fixture(autouse=True)
def _scripts_that_build_the_corpora(monkeypatch):
    monkeypatch.syspath_prepend(str(OWN.parent / "build"))


def read_csv(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


QUESTIONS, RULES = read_csv(OWN / "questions.csv", ","), read_csv(OWN / "rules.tsv", "\t")


def words(text: str) -> Counter:
    return Counter(re.findall(r"[a-z0-9']+", text.lower()))


def test_questions_are_900_in_60_families_and_one_kind_is_rare() -> None:
    assert len(QUESTIONS) == len({row["question"] for row in QUESTIONS}) == 900
    assert set(Counter(row["family"] for row in QUESTIONS).values()) == {15}
    kinds = Counter(row["kind"] for row in QUESTIONS)
    assert set(kinds) == {"person", "place", "time", "number", "reason", "way"}
    assert 40 <= kinds["way"] <= 60
    assert all(150 <= count <= 200 for kind, count in kinds.items() if kind != "way")


def test_a_question_is_asked_again_within_its_family_only() -> None:
    """No two families share a question, up to a word more or less; each has two asked again."""
    counted = [words(row["question"]) for row in QUESTIONS]
    again: Counter = Counter()
    for i, one in enumerate(counted):
        for j in range(i):
            other = counted[j]
            if abs(one.total() - other.total()) > 1:
                continue
            if (one - other).total() + (other - one).total() <= 1:
                first, second = QUESTIONS[i], QUESTIONS[j]
                assert first["family"] == second["family"], (first, second)
                again[first["family"]] += 1
    assert all(again[row["family"]] >= 2 for row in QUESTIONS)


def test_rules_are_120_with_five_statements_that_they_apply_to_and_five_others() -> None:
    assert len(RULES) == len({(row["rule"], row["statement"]) for row in RULES}) == 1200
    by_rule = Counter((row["group"], row["tests"]) for row in RULES)
    plan = {"applies": 5, "thing": 3, "circumstance": 2}
    assert len(by_rule) == 360
    assert all(count == plan[tests] for (_, tests), count in by_rule.items())
    assert all((row["applies"] == "yes") == (row["tests"] == "applies") for row in RULES)
    assert len({(row["group"], row["rule"]) for row in RULES}) == 120


@pytest.mark.parametrize("name", ["questions", "rules"])
def test_the_task_files_split_whole_groups_with_every_class_in_its_share(name: str) -> None:
    task = tasks.get(OWN / f"{name}.toml")
    splits = {split: datasets.load(task, split).labelled for split in ("train", "dev", "test")}
    groups = [{example.group for example in found} for found in splits.values()]
    assert sum(map(len, groups)) == len(set.union(*groups))
    total = sum(map(len, splits.values()))
    shares = {"train": 0.7, "dev": 0.2, "test": 0.1}
    for split, found in splits.items():
        assert len(found) / total == pytest.approx(shares[split], abs=0.01)
        assert {example.label for example in found} == set(range(task.num_classes))


def split(name: str, seed: int) -> dict[str, tuple[Example, ...]]:
    """Train, dev and test of one of the two, cut with another seed."""
    task = tasks.get(OWN / f"{name}.toml")
    cut = replace(task, one_file=replace(task.one_file, seed=seed))
    found = datasets.load_splits(cut, ("train", "dev", "test"))
    return {split: read.labelled for split, read in found.items()}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name, most", [("questions", 0.75), ("rules", 0.65)])
def test_counting_words_is_not_enough_on_groups_it_has_not_seen(name, most, seed) -> None:
    task, rows = tasks.get(OWN / f"{name}.toml"), split(name, seed)
    for part in ("dev", "test"):
        assert baselines(task, rows["train"], rows[part])[BAG].value <= most


def test_the_datasheet_has_the_scores_of_these_rows() -> None:
    import own_scores
    import render

    assert render.block("own-scores") == own_scores.table()
    scored = {line["task"]: line["sha256"] for line in read_csv(own_scores.SCORES, ",")}
    assert scored == {name: own_scores.revision(name) for name in ("questions", "rules")}


@pytest.mark.long
@pytest.mark.parametrize("name, depth, least", [("questions", 4, 0.85), ("rules", 0, 0.8)])
def test_the_default_backbone_reads_what_counting_words_does_not(tmp_path, name, depth, least):
    from own_scores import PLAN

    epochs, rate = PLAN[name][depth]
    chosen = settings(
        OWN / f"{name}.toml",
        freeze_depth=depth,
        pooling="mean",
        epochs=epochs,
        batch_size=16,
        learning_rate=rate,
    )
    finetune(chosen, tmp_path / "trained", progress=False)
    model = open_model(tmp_path / "trained")
    for part in ("dev", "test"):
        assert evaluate(model, chosen.task, part, progress=False).metrics[0].value >= least
