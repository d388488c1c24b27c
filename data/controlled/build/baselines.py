"""How far one gets without reading: `python data/controlled/build/baselines.py`.

Trains the models that count words on train and scores them on dev: the majority class, TF-IDF with
logistic regression, the same with overlap features for pairs, the cosine of TF-IDF vectors. Prints
every score by task, by phenomenon, and seen against unseen, with n and a 95 % interval. The test
split is not read. Needs numpy and scikit-learn.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

FOLDER = Path(__file__).resolve().parent.parent
# The strengths of regularisation tried; the best on dev is reported, which flatters the baseline.
STRENGTHS = (0.3, 1.0, 3.0, 10.0)


def read(stem: str, split: str) -> list[dict[str, str]]:
    """The rows of one file."""
    with (FOLDER / f"{stem}-{split}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, after Wilson (1927)."""
    z = 1.96
    share = right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def fisher(r: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a correlation, by Fisher's transformation."""
    if n < 4:
        return -1.0, 1.0
    half = 1.96 / math.sqrt(n - 3)
    middle = math.atanh(max(-0.999999, min(0.999999, r)))
    return math.tanh(middle - half), math.tanh(middle + half)


def overlap(one: str, two: str) -> list[float]:
    """What two texts share, as counts and shares, and how their lengths differ."""
    a, b = one.lower().strip(".?").split(), two.lower().strip(".?").split()
    common, either = len(set(a) & set(b)), len(set(a) | set(b))
    same_bag = float(sorted(a) == sorted(b))
    length = abs(len(a) - len(b))
    shares = [common / either, common / min(len(set(a)), len(set(b)))]
    return [*shares, *(share * share for share in shares), same_bag, length, either - common]


def single_features(train, dev, column="sentence"):
    """TF-IDF of words and pairs of words."""
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    fitted = vectors.fit_transform([row[column] for row in train])
    return fitted, vectors.transform([row[column] for row in dev])


def pair_features(train, dev):
    """TF-IDF of both texts, their difference and product, the cosine, and the overlap."""
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    vectors.fit([row[c] for row in train for c in ("sentence1", "sentence2")])

    def features(rows):
        a, b = (vectors.transform([row[c] for row in rows]) for c in ("sentence1", "sentence2"))
        extra = np.array([overlap(row["sentence1"], row["sentence2"]) for row in rows])
        cosine = np.asarray(a.multiply(b).sum(axis=1))
        return hstack([abs(a - b), a.multiply(b), csr_matrix(np.hstack([extra, cosine]))]).tocsr()

    return features(train), features(dev)


def overlap_features(train, dev):
    """Overlap alone."""
    return tuple(
        np.array([overlap(row["sentence1"], row["sentence2"]) for row in rows])
        for rows in (train, dev)
    )


def cosine(train, dev) -> np.ndarray:
    """The cosine of the TF-IDF vectors of the two texts, words only."""
    vectors = TfidfVectorizer()
    vectors.fit([row[c] for row in train for c in ("sentence1", "sentence2")])
    a, b = (vectors.transform([row[c] for row in dev]) for c in ("sentence1", "sentence2"))
    return np.asarray(a.multiply(b).sum(axis=1)).ravel()


def classified(features, train, dev, label) -> np.ndarray:
    """Which dev rows the best of the logistic regressions gets right."""
    fit, score = features(train, dev)
    wanted = np.array([row[label] for row in dev])
    outcomes = []
    for strength in STRENGTHS:
        model = make_pipeline(MaxAbsScaler(), LogisticRegression(C=strength, max_iter=4000))
        model.fit(fit, [row[label] for row in train])
        outcomes.append(model.predict(score) == wanted)
    return max(outcomes, key=lambda right: right.sum())


def regressed(train, dev) -> np.ndarray:
    """The scores that ridge regression on the pair features predicts; the best on dev."""
    fit, score = pair_features(train, dev)
    target = [float(row["similarity"]) for row in train]
    wanted = [float(row["similarity"]) for row in dev]
    found = [Ridge(alpha=1 / s).fit(fit, target).predict(score) for s in STRENGTHS]
    return max(found, key=lambda values: np.corrcoef(values, wanted)[0, 1])


def report_accuracy(task: str, name: str, dev: list[dict], right: np.ndarray) -> None:
    """Print one model's accuracy, pooled and by group."""
    for group, chosen in groups(dev):
        n, hits = int(chosen.sum()), int(right[chosen].sum())
        low, high = wilson(hits, n)
        print(f"{task}\t{name}\t{group}\t{n}\t{hits / n:.3f}\t{low:.3f}\t{high:.3f}")


def report_correlation(task: str, name: str, dev: list[dict], values: np.ndarray) -> None:
    """Print one model's Pearson correlation, pooled, seen and unseen.

    Within one phenomenon the scores hardly vary, so there it is left out.
    """
    wanted = np.array([float(row["similarity"]) for row in dev])
    for group, chosen in groups(dev):
        if group in ("all", "seen", "unseen"):
            r = float(np.corrcoef(values[chosen], wanted[chosen])[0, 1])
            low, high = fisher(r, int(chosen.sum()))
            print(f"{task}\t{name}\t{group}\t{int(chosen.sum())}\t{r:.3f}\t{low:.3f}\t{high:.3f}")


def groups(rows: list[dict]) -> list[tuple[str, np.ndarray]]:
    """The groups that are reported: all, seen, unseen, and each phenomenon."""
    unseen = np.array([row["unseen"] == "1" for row in rows])
    found = [("all", np.ones(len(rows), bool)), ("seen", ~unseen), ("unseen", unseen)]
    names = np.array([row["phenomenon"] for row in rows])
    return found + [(str(name), names == name) for name in np.unique(names)]


def main() -> None:
    """Print the table: task, model, group, n, score, and its interval."""
    print("task\tmodel\tgroup\tn\tscore\tlow\thigh")
    for task in ("sentiment", "reviews", "paraphrase"):
        label = "is_duplicate" if task == "paraphrase" else "sentiment"
        train, dev = read(task, "train"), read(task, "dev")
        labels = [row[label] for row in train]
        commonest = max(sorted(set(labels)), key=labels.count)
        report_accuracy(task, "majority", dev, np.array([r[label] == commonest for r in dev]))
        if task == "paraphrase":
            right = classified(overlap_features, train, dev, label)
            report_accuracy(task, "overlap", dev, right)
            right = classified(pair_features, train, dev, label)
            report_accuracy(task, "tfidf+overlap", dev, right)
        else:
            right = classified(single_features, train, dev, label)
            report_accuracy(task, "tfidf", dev, right)
    train, dev = read("similarity", "train"), read("similarity", "dev")
    report_correlation("similarity", "tfidf-cosine", dev, cosine(train, dev))
    report_correlation("similarity", "tfidf+overlap ridge", dev, regressed(train, dev))


if __name__ == "__main__":
    main()
