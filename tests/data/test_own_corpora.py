"""Chapter 19's two data sets: what their datasheet says of them, and what their split promises."""

import csv
import re
from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mtslib.base.paths import DATA
from mtslib.data import datasets, tasks
from mtslib.data.splitting import split_rows
from mtslib.finetune import finetune, settings
from mtslib.serving import evaluate, open_model

OWN = DATA / "controlled" / "own"


def rows(name: str, delimiter: str) -> list[dict[str, str]]:
    with (OWN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


QUESTIONS, RULES = rows("questions.csv", ","), rows("rules.tsv", "\t")


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


def test_rules_are_60_with_four_statements_that_they_apply_to_and_six_others() -> None:
    assert len(RULES) == len({(row["rule"], row["statement"]) for row in RULES}) == 600
    by_rule = Counter((row["group"], row["applies"]) for row in RULES)
    assert len(by_rule) == 120
    assert all(count == (4 if applies == "yes" else 6) for (_, applies), count in by_rule.items())
    assert len({(row["group"], row["rule"]) for row in RULES}) == 60


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


@pytest.mark.parametrize("seed", range(3))
def test_counting_words_stays_below_three_quarters_on_families_it_has_not_seen(seed: int) -> None:
    kinds = [row["kind"] for row in QUESTIONS]
    shares = {"train": 0.7, "dev": 0.2, "test": 0.1}
    place = np.array(split_rows(kinds, [row["family"] for row in QUESTIONS], shares, seed))
    texts, labels = np.array([row["question"] for row in QUESTIONS]), np.array(kinds)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=3, max_iter=500, tol=1e-3))
    model.fit(texts[place == "train"], labels[place == "train"])
    assert model.score(texts[place == "dev"], labels[place == "dev"]) <= 0.76


@pytest.mark.long
def test_the_default_backbone_reads_what_counting_words_does_not(tmp_path) -> None:
    chosen = settings(
        OWN / "questions.toml",
        freeze_depth=4,
        pooling="mean",
        epochs=3,
        batch_size=16,
        learning_rate=3e-4,
    )
    finetune(chosen, tmp_path / "questions", progress=False)
    dev = evaluate(open_model(tmp_path / "questions"), chosen.task, progress=False)
    assert dev.metrics[0].value >= 0.85
