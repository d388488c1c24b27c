"""The base row: counts are the files', hypotheses are arithmetic, the verdicts follow."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from mtslib.data import datasets, tasks
from mtslib.evidence import published, untrained_scores


@pytest.mark.real_data
@pytest.mark.parametrize("task", ["sst", "quora"])
def test_the_counts_are_those_of_the_real_files(task):
    labels = [int(example.label) for example in datasets.load(task, "dev").labelled]
    counts = tuple(np.bincount(labels, minlength=tasks.get(task).num_classes))
    assert counts == untrained_scores.DEV_COUNTS[task]


@pytest.mark.real_data
def test_the_number_of_scores_is_that_of_the_real_file():
    assert len(datasets.load("sts", "dev").labelled) == untrained_scores.DEV_SCORES


@pytest.mark.parametrize("task", untrained_scores.DEV_COUNTS)
def test_a_constant_answer_scores_its_classs_share(task):
    found = untrained_scores.constant_answers(task)
    counts = np.array(untrained_scores.DEV_COUNTS[task])
    assert list(found.accuracy) == pytest.approx(list(counts / counts.sum()))
    for share, error in zip(found.accuracy, found.standard_error, strict=True):
        expected = stats.binom(counts.sum(), share).std() / counts.sum()
        assert error == pytest.approx(expected)


def test_each_hypothesis_is_judged_against_the_papers_untrained_scores():
    found = untrained_scores.hypotheses()
    base = published.load("table2").query("row == 'base'").set_index("task").value
    assert set(found.task) == {"sst", "quora", "sts"}
    for row in found.itertuples():
        assert row.paper == base[row.task]
        assert row.fits == (abs(row.paper - row.would_score) <= row.error)
    fitting = found[found.fits]
    assert list(zip(fitting.task, fitting.hypothesis, strict=True)) == [
        ("quora", "always “paraphrase”"),
        ("sts", "scores that ignore the texts"),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_unrelated_answers_score_the_product_of_the_shares(seed):
    random = np.random.default_rng(seed)
    labels = random.choice(3, 40_000, p=[0.6, 0.3, 0.1])
    said = random.choice(3, 40_000, p=[0.2, 0.2, 0.6])
    expected = untrained_scores.chance_by_shares(said, labels, 3)
    assert np.mean(said == labels) == pytest.approx(expected, abs=0.01)
    assert expected == pytest.approx(0.6 * 0.2 + 0.3 * 0.2 + 0.1 * 0.6, abs=0.01)
