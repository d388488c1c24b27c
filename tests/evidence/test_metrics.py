"""Metrics against scipy and scikit-learn, intervals against the bootstrap done the slow way."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sklearn_metrics

from mtslib.data import task_form
from mtslib.evidence.metrics import METRICS, score


def classes(n: int, seed: int, right: float = 0.6) -> tuple[np.ndarray, np.ndarray]:
    """Predictions and labels of five unbalanced classes, of which so many agree."""
    random = np.random.default_rng(seed)
    labels = random.choice(5, n, p=[0.4, 0.3, 0.2, 0.08, 0.02]).astype(np.float32)
    guesses = random.integers(0, 5, n).astype(np.float32)
    return np.where(random.random(n) < right, labels, guesses), labels


def scores(n: int, seed: int, noise: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores 0–5 with ties, as in STS, and noisy predictions."""
    random = np.random.default_rng(seed)
    labels = np.round(5 * random.random(n) * 5) / 5
    return (labels + noise * random.standard_normal(n)).astype(np.float32), labels


def slow_bootstrap(name, predicted, labels, resamples, seed):
    """Draw examples with replacement and compute the whole metric again each time."""
    random = np.random.default_rng(seed + 1000)
    n = len(labels)
    found = [
        METRICS[name](predicted[draw], labels[draw])
        for draw in (random.integers(0, n, n) for _ in range(resamples))
    ]
    return np.percentile(found, [2.5, 97.5])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n", [4, 7, 1000])
def test_values_are_those_of_scipy_and_sklearn(n, seed):
    predicted, labels = classes(n, seed)
    accuracy, f1 = score("accuracy", predicted, labels)
    assert accuracy.value == pytest.approx(sklearn_metrics.accuracy_score(labels, predicted))
    expected = sklearn_metrics.f1_score(labels, predicted, average="macro", zero_division=0)
    assert f1.value == pytest.approx(expected)

    matthews, _ = score("matthews", predicted, labels)
    expected = sklearn_metrics.matthews_corrcoef(labels, predicted)
    assert matthews.value == pytest.approx(expected)

    predicted, labels = scores(n, seed)
    pearson, spearman = score("pearson", predicted, labels)
    assert pearson.value == pytest.approx(stats.pearsonr(predicted, labels).statistic)
    assert spearman.value == pytest.approx(stats.spearmanr(predicted, labels).statistic)
    every = (accuracy, f1, matthews, pearson, spearman)
    assert [metric.name for metric in every] == list(METRICS)
    assert all(metric.n == n for metric in every)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_comes_first_and_brings_a_companion_of_its_kind(name):
    of_classes = name in ("accuracy", "macro_f1", "matthews")
    first, second = score(name, *(classes if of_classes else scores)(50, 0))
    assert first.name == name
    assert second.name != name
    assert (second.name in ("accuracy", "macro_f1")) == of_classes


def test_every_metric_that_a_task_may_name_is_here():
    named = {name.replace("-", "_") for kind in task_form.METRICS.values() for name in kind}
    assert named == set(METRICS)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["accuracy", "matthews", "pearson"])
def test_intervals_are_those_of_the_slow_bootstrap(name, seed):
    """Within what two sets of resamples may differ by: a tenth of the interval."""
    predicted, labels = (scores if name == "pearson" else classes)(200, seed)
    for metric in score(name, predicted, labels):
        low, high = slow_bootstrap(metric.name, predicted, labels, 400, seed)
        width = high - low
        assert metric.low == pytest.approx(low, abs=0.1 * width), metric.name
        assert metric.high == pytest.approx(high, abs=0.1 * width), metric.name
        assert metric.low < metric.value < metric.high


@pytest.mark.parametrize("name", ["accuracy", "pearson"])
def test_more_examples_give_a_narrower_interval(name):
    widths = []
    for n in (100, 400, 1600):
        metric = score(name, *(classes if name == "accuracy" else scores)(n, 0))[0]
        widths.append(metric.high - metric.low)
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.25)
    assert widths[1] / widths[2] == pytest.approx(2, rel=0.25)


def test_an_interval_is_the_same_every_time_and_another_with_another_seed():
    predicted, labels = scores(200, 0)
    assert score("pearson", predicted, labels) == score("pearson", predicted, labels)
    other = score("pearson", predicted, labels, seed=1)
    assert other[0].value == score("pearson", predicted, labels)[0].value
    assert other[0].low != score("pearson", predicted, labels)[0].low


@pytest.mark.parametrize("side", ["predicted", "labels", "both"])
def test_where_one_side_is_constant_a_correlation_is_zero_and_nobody_is_warned(side):
    """The untrained head's row: it may say the same for every pair."""
    varied, constant = np.linspace(0, 5, 20), np.full(20, 2.5)
    predicted = constant if side != "labels" else varied
    labels = constant if side != "predicted" else varied
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = score("pearson", predicted, labels)
    assert [(m.value, m.low, m.high) for m in found] == [(0, 0, 0)] * 2


def test_a_constant_class_has_the_accuracy_of_that_class():
    labels = np.array([0, 0, 0, 1, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        accuracy, f1 = score("accuracy", np.zeros(5), labels)
        matthews = score("matthews", np.zeros(5), labels)[0]
    assert accuracy.value == 0.6
    assert (matthews.value, matthews.low, matthews.high) == (0, 0, 0)
    assert f1.value == pytest.approx((2 * 3 / (5 + 3) + 0 + 0) / 3)


def test_perfect_predictions():
    labels = np.array([0, 1, 2, 3, 4] * 4)
    assert [(m.value, m.low, m.high) for m in score("accuracy", labels, labels)] == [(1, 1, 1)] * 2
    for metric in score("pearson", labels * 2 + 1, labels):
        assert (metric.value, metric.low, metric.high) == pytest.approx((1, 1, 1))


def test_one_example_has_a_score_too():
    assert score("accuracy", np.array([1.0]), np.array([1.0]))[0].value == 1.0
    assert score("pearson", np.array([1.0]), np.array([3.0]))[0].value == 0.0


@pytest.mark.parametrize("predicted, labels", [([], []), ([1], [1, 2]), ([1, 2], [1])])
def test_lists_of_different_lengths_have_no_score(predicted, labels):
    with pytest.raises(ValueError, match="predictions for"):
        score("accuracy", np.array(predicted), np.array(labels))


def test_a_metric_reads_as_a_sentence():
    predicted, labels = classes(1200, 0)
    metric = score("accuracy", predicted, labels)[0]
    assert str(metric) == (
        f"accuracy {metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}] on n = 1,200"
    )
