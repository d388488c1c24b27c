"""How far one gets without reading: models that count words, for the table of `table.py`.

The majority class, TF-IDF with logistic regression, the same with overlap features for pairs, the
cosine of TF-IDF vectors, ridge regression on the pair features. They train on train. The strength
of regularisation is the best of four on dev, which flatters them there. Needs numpy and
scikit-learn.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

FOLDER = Path(__file__).resolve().parent.parent
STRENGTHS = (0.3, 1.0, 3.0, 10.0)
LABELS = {
    "sentiment": "sentiment",
    "reviews": "sentiment",
    "paraphrase": "is_duplicate",
    "similarity": "similarity",
}
Rows = list[dict[str, str]]


def read(stem: str, split: str, folder: Path = FOLDER) -> Rows:
    """The rows of one file."""
    with (folder / f"{stem}-{split}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def labels(stem: str, rows: Rows) -> np.ndarray:
    """The labels of rows, as numbers."""
    return np.array([float(row[LABELS[stem]]) for row in rows])


def scores(stem: str, train: Rows, dev: Rows, scored: Rows) -> dict[str, np.ndarray]:
    """By model, what it predicts for `scored`: dev itself, or test."""
    if stem == "similarity":
        return {
            "tfidf-cosine": cosine(train, scored),
            "tfidf+overlap-ridge": _best(stem, pair_features, _ridge, train, dev, scored),
        }
    wanted = labels(stem, train)
    commonest = max(sorted(set(wanted)), key=list(wanted).count)
    found = {"majority": np.full(len(scored), commonest)}
    if stem == "paraphrase":
        found["overlap"] = _best(stem, overlap_features, _logistic, train, dev, scored)
        found["tfidf+overlap"] = _best(stem, pair_features, _logistic, train, dev, scored)
    else:
        found["tfidf"] = _best(stem, single_features, _logistic, train, dev, scored)
    return found


def _logistic(strength: float):
    return make_pipeline(MaxAbsScaler(), LogisticRegression(C=strength, max_iter=4000))


def _ridge(strength: float):
    return Ridge(alpha=1 / strength)


def _best(stem: str, features, model, train: Rows, dev: Rows, scored: Rows) -> np.ndarray:
    """What the strength that does best on dev predicts for `scored`."""
    fit, choose, ask = features(train, dev, scored)
    wanted, best, found = labels(stem, dev), -np.inf, None
    for strength in STRENGTHS:
        fitted = model(strength).fit(fit, labels(stem, train))
        guessed = fitted.predict(choose)
        if stem == "similarity":
            value = np.corrcoef(guessed, wanted)[0, 1]
        else:
            value = np.mean(guessed == wanted)
        if value > best:
            best, found = value, fitted.predict(ask)
    return found


def overlap(one: str, two: str) -> list[float]:
    """What two texts share, as counts and shares, and how their lengths differ."""
    a, b = one.lower().strip(".?").split(), two.lower().strip(".?").split()
    common, either = len(set(a) & set(b)), len(set(a) | set(b))
    same_bag = float(sorted(a) == sorted(b))
    length = abs(len(a) - len(b))
    shares = [common / either, common / min(len(set(a)), len(set(b)))]
    return [*shares, *(share * share for share in shares), same_bag, length, either - common]


def single_features(train: Rows, *others: Rows):
    """TF-IDF of words and pairs of words."""
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    vectors.fit([row["sentence"] for row in train])
    return [vectors.transform([row["sentence"] for row in rows]) for rows in (train, *others)]


def pair_features(train: Rows, *others: Rows):
    """TF-IDF of both texts, their difference and product, the cosine, and the overlap."""
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    vectors.fit([row[c] for row in train for c in ("sentence1", "sentence2")])

    def features(rows):
        a, b = (vectors.transform([row[c] for row in rows]) for c in ("sentence1", "sentence2"))
        near = np.asarray(a.multiply(b).sum(axis=1))
        extra = np.hstack([*overlap_features(rows), near])
        return hstack([abs(a - b), a.multiply(b), csr_matrix(extra)]).tocsr()

    return [features(rows) for rows in (train, *others)]


def overlap_features(*splits: Rows):
    """Overlap alone."""
    return [
        np.array([overlap(row["sentence1"], row["sentence2"]) for row in rows]) for rows in splits
    ]


def cosine(train: Rows, scored: Rows) -> np.ndarray:
    """The cosine of the TF-IDF vectors of the two texts, words only."""
    vectors = TfidfVectorizer()
    vectors.fit([row[c] for row in train for c in ("sentence1", "sentence2")])
    a, b = (vectors.transform([row[c] for row in scored]) for c in ("sentence1", "sentence2"))
    return np.asarray(a.multiply(b).sum(axis=1)).ravel()
