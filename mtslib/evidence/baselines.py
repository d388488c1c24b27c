"""How far one gets without a model that reads: what a score has to beat.

Knowing nothing says the commonest class, or the mean. A bag of words is logistic regression (ridge
for a score) on TF-IDF of words and pairs of words. For a pair of texts it sees what differs, what
both have, and how much they share, so that it can compare them, though not their order of words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from mtslib.data.readers import Example
from mtslib.data.tasks import Task
from mtslib.evidence.metrics import Metric, score

STRENGTH = 3.0  # of the fit against its regularisation; not tuned on anything
FEATURES = 50_000
NOTHING, BAG = "knowing nothing", "a bag of words"


def baselines(task: Task, train: Sequence[Example], dev: Sequence[Example]) -> dict[str, Metric]:
    """The task's metric on dev, by model, of what `predictions` gives."""
    wanted = np.array([row.label for row in dev], dtype=float)
    return {
        model: score(task.metric, said, wanted)[0]
        for model, said in predictions(task, train, dev).items()
    }


def predictions(
    task: Task, train: Sequence[Example], dev: Sequence[Example]
) -> dict[str, np.ndarray]:
    """What is said of dev, (n,), by model: `knowing nothing` and `a bag of words`.

    train, dev: labelled rows. The bag is left out where train has one label, or no word.
    """
    known = np.array([row.label for row in train], dtype=float)
    guess = Counter(known.tolist()).most_common(1)[0][0] if task.has_classes else known.mean()
    found = {NOTHING: np.full(len(dev), guess)}
    if len(set(known)) > 1 and any(re.search(r"\w", text) for row in train for text in row.texts):
        bag = LogisticRegression(C=STRENGTH, max_iter=1000) if task.has_classes else Ridge()
        fit, ask = _features(train, dev)
        found[BAG] = make_pipeline(MaxAbsScaler(), bag).fit(fit, known).predict(ask)
    return found


def _features(*splits: Sequence[Example]) -> list[sparse.csr_matrix]:
    """What is counted in the texts, (n, features) for each split; the first says which words."""
    words = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, max_features=FEATURES, token_pattern=r"(?u)\b\w+\b"
    )
    words.fit([text for row in splits[0] for text in row.texts])
    found = []
    for rows in splits:
        columns = zip(*(row.texts for row in rows), strict=True)
        first, *second = (words.transform(column) for column in columns)
        if second:
            both = first.multiply(second[0])
            shared = np.array([_shared(*row.texts) for row in rows])
            parts = [abs(first - second[0]), both, both.sum(axis=1), shared]
            first = sparse.hstack(list(map(sparse.csr_matrix, parts)))
        found.append(first.tocsr())
    return found


def _shared(first: str, second: str) -> tuple[float, float, float]:
    """The words of both as a share of all and of the shorter text's, and how lengths differ."""
    one, two = (set(re.findall(r"\w+", text.lower())) for text in (first, second))
    common = len(one & two)
    shares = common / max(1, len(one | two)), common / max(1, min(len(one), len(two)))
    return *shares, abs(len(one) - len(two))
