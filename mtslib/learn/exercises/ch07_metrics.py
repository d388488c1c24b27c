"""Chapter 07's second half: two metrics, and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch07_spec as spec

BY_HAND = "mtslib.learn.exercises.ch07_by_hand"

MACRO_F1 = Exercise(
    id="07.5",
    title="macro-F1",
    minutes=12,
    difficulty="steady",
    core=False,
    reference="mtslib.evidence.metrics:macro_f1",
    specification=spec.slow_macro_f1,
    observe=spec.observe_macro_f1,
    hints=(
        "A model that always says class 0 of three is right 6 times of 10. Its macro-F1 is far "
        "lower, for two classes were never found.",
        "For each class that occurs among labels or predictions: F1 = 2·hits / (2·hits + false "
        "alarms + misses). Then the plain mean over classes, however rare each is.",
        "for each class c in labels or predictions:\n    hits, alarms, misses\n"
        "    f1 = 2·hits / (2·hits + alarms + misses)\nmean of all f1",
    ),
    mistakes=(
        Mistake(
            "accuracy-instead",
            "all classes were counted together, which is the accuracy.",
            "the kind of average: one F1 a class, then their mean (sklearn: average='macro').",
            (('"macro"', '"micro"'),),
        ),
        Mistake(
            "weighted-by-frequency",
            "frequent classes count for more in the mean.",
            "the mean over classes: each counts the same.",
            (('"macro"', '"weighted"'),),
        ),
        Mistake(
            "recall-only",
            "the mean of the recalls came back: false alarms cost nothing.",
            "F1 needs the false alarms too, in its denominator.",
            (),
            """
            def macro_f1(predicted, labels):
                found = [np.mean(predicted[labels == c] == c) for c in np.unique(labels)]
                return float(np.mean(found + [0.0] * len(set(predicted) - set(labels))))
            """,
        ),
        Mistake(
            "precision-only",
            "the mean of the precisions came back: misses cost nothing.",
            "F1 needs the misses too, in its denominator.",
            (),
            """
            def macro_f1(predicted, labels):
                found = [np.mean(labels[predicted == c] == c) for c in np.unique(predicted)]
                return float(np.mean(found + [0.0] * len(set(labels) - set(predicted))))
            """,
        ),
        Mistake(
            "classes-of-labels-only",
            "a class that is predicted but that no label has was left out of the mean.",
            "the classes you go through: those of labels and of predictions.",
            (('average="macro"', 'labels=np.unique(labels), average="macro"'),),
        ),
        Mistake(
            "found-classes-only",
            "classes that were never predicted were left out, so a lazy model looks good.",
            "the classes you go through: one that is never predicted has F1 0, and counts.",
            (('average="macro"', 'labels=np.unique(predicted), average="macro"'),),
        ),
        Mistake(
            "two-hits-forgotten",
            "the hits were counted once: hits / (hits + alarms + misses) is another measure, "
            "Jaccard's.",
            "the formula: twice the hits, above and below.",
            (),
            """
            def macro_f1(predicted, labels):
                found = []
                for c in np.union1d(predicted, labels):
                    both = np.sum((predicted == c) & (labels == c))
                    found.append(both / np.sum((predicted == c) | (labels == c)))
                return float(np.mean(found))
            """,
        ),
    ),
    styles=(
        Style(
            "by hand",
            """
            def macro_f1(predicted, labels):
                found = []
                for c in np.union1d(predicted, labels):
                    hits = np.sum((predicted == c) & (labels == c))
                    found.append(2 * hits / (np.sum(predicted == c) + np.sum(labels == c)))
                return float(np.mean(found))
            """,
        ),
        Style(
            "precision and recall",
            """
            def macro_f1(predicted, labels):
                total = 0.0
                classes = set(predicted.tolist()) | set(labels.tolist())
                for c in classes:
                    hits = float(((predicted == c) & (labels == c)).sum())
                    if hits:
                        precision = hits / (predicted == c).sum()
                        recall = hits / (labels == c).sum()
                        total += 2 * precision * recall / (precision + recall)
                return total / len(classes)
            """,
        ),
    ),
)

PEARSON = Exercise(
    id="07.6",
    title="one correlation for many batches",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=f"{BY_HAND}:pearson_of_batches",
    specification=spec.slow_pearson,
    observe=spec.observe_pearson,
    hints=(
        "Ask for the correlation of one batch, then of several. Which of the two is wrong?",
        "Accuracy is a mean, so it can be averaged over batches of one size. A correlation is "
        "none: whether a prediction is high depends on the mean of all of them. Gather "
        "everything, then compute once.",
        "put all predictions together, and all labels\nx = predictions − their mean\n"
        "y = labels − their mean\nΣ x·y / √(Σ x² · Σ y²), or 0 where that root is 0",
    ),
    mistakes=(
        Mistake(
            "averaged-over-batches",
            "the correlation was taken in each batch and averaged: what differs between batches "
            "is lost.",
            "the place of the formula: after the loop over batches, on everything.",
            (),
            """
            def pearson_of_batches(batches):
                found = []
                for said, wanted in batches:
                    x, y = said - said.mean(), wanted - wanted.mean()
                    spread = (x.square().sum() * y.square().sum()).sqrt()
                    found.append(float((x * y).sum() / spread) if spread > 0 else 0.0)
                return sum(found) / len(found)
            """,
        ),
        Mistake(
            "weighted-over-batches",
            "the correlations of the batches were averaged by their size: still not one "
            "correlation of all.",
            "the place of the formula: after the loop over batches, on everything.",
            (),
            """
            def pearson_of_batches(batches):
                total = 0.0
                for said, wanted in batches:
                    x, y = said - said.mean(), wanted - wanted.mean()
                    spread = (x.square().sum() * y.square().sum()).sqrt()
                    total += len(x) * (float((x * y).sum() / spread) if spread > 0 else 0.0)
                return total / sum(len(said) for said, _ in batches)
            """,
        ),
        Mistake(
            "sum-over-spreads",
            "a sum stands above and two standard deviations below, so it grows with n.",
            "the denominator: the root of both sums of squares, with no n in it.",
            (("(x * y).sum() / spread", "(x * y).sum() / (x.std() * y.std())"),),
        ),
        Mistake(
            "n-above-and-n-less-one-below",
            "the mean above divides by n, `std` below by n − 1.",
            "one n for both: std(correction=0), or sums above and below.",
            (("(x * y).sum() / spread", "(x * y).mean() / (x.std() * y.std())"),),
        ),
        Mistake(
            "last-batch-only",
            "only the last batch was counted.",
            "what the loop keeps: append to a list, do not overwrite.",
            (
                ("torch.cat([said for said, _ in batches])", "batches[-1][0]"),
                ("torch.cat([wanted for _, wanted in batches])", "batches[-1][1]"),
            ),
        ),
        Mistake(
            "means-not-taken-off",
            "the means were not taken off: that is a cosine, and a constant answer scores high.",
            "x and y: predictions and labels minus their means.",
            (("predicted - predicted.mean()", "predicted"), ("labels - labels.mean()", "labels")),
        ),
        Mistake(
            "covariance-only",
            "the sum of products was divided by their number: a covariance, which grows with the "
            "scale.",
            "the denominator: √(Σ x² · Σ y²).",
            (("(x * y).sum() / spread", "(x * y).mean()"),),
        ),
        Mistake(
            "slope-instead",
            "the sum of products was divided by Σ x²: the slope of a line, not a correlation.",
            "the denominator: both spreads take part.",
            (("(x * y).sum() / spread", "(x * y).sum() / x.square().sum()"),),
        ),
        Mistake(
            "squared-correlation",
            "the correlation was squared, so a model that is right upside down looks good.",
            "what is done at the end: nothing; a negative correlation stays negative.",
            (("(x * y).sum() / spread", "((x * y).sum() / spread).square()"),),
        ),
        Mistake(
            "ranks-correlated",
            "ranks were correlated: that is Spearman's.",
            "x and y: the values themselves.",
            (
                (
                    "said for said, _ in batches]).double()",
                    "said for said, _ in batches]).argsort().argsort().double()",
                ),
                (
                    "wanted for _, wanted in batches]).double()",
                    "wanted for _, wanted in batches]).argsort().argsort().double()",
                ),
            ),
        ),
        Mistake(
            "constant-gives-nan",
            "a model that always says the same gives 0/0, which is NaN, and the sweep stops there.",
            "the case of a zero spread: return 0.",
            ((" if spread > 0 else 0.0", ""),),
        ),
    ),
    styles=(
        Style(
            "numpy",
            """
            def pearson_of_batches(batches):
                predicted = torch.cat([b[0] for b in batches]).numpy().astype("float64")
                labels = torch.cat([b[1] for b in batches]).numpy().astype("float64")
                if predicted.std() == 0 or labels.std() == 0:
                    return 0.0
                x = (predicted - predicted.mean()) / predicted.std()
                y = (labels - labels.mean()) / labels.std()
                return float((x * y).mean())
            """,
        ),
        Style(
            "running sums",
            """
            def pearson_of_batches(batches):
                n = sx = sy = sxx = syy = sxy = 0.0
                for said, wanted in batches:
                    x, y = said.double(), wanted.double()
                    n += len(x)
                    sx, sy = sx + x.sum(), sy + y.sum()
                    sxx, syy, sxy = sxx + (x * x).sum(), syy + (y * y).sum(), sxy + (x * y).sum()
                below = (n * sxx - sx**2) * (n * syy - sy**2)
                return float((n * sxy - sx * sy) / below.sqrt()) if below > 1e-9 else 0.0
            """,
        ),
        Style(
            "corrcoef",
            """
            def pearson_of_batches(batches):
                both = torch.stack([torch.cat(side) for side in zip(*batches)]).double()
                if (both.std(dim=1) == 0).any():
                    return 0.0
                return float(torch.corrcoef(both)[0, 1])
            """,
        ),
    ),
)

METRIC_EXERCISES = (MACRO_F1, PEARSON)
