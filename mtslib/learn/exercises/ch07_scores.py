"""Chapter 07's middle: a fraction taught to a classifier, and read back."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch07_spec as spec

SOFT_LABELS = Exercise(
    id="07.3",
    title="soft labels",
    minutes=15,
    difficulty="steady",
    core=True,
    reference="mtslib.finetune.similarity:soft_labels",
    specification=spec.slow_soft_labels,
    observe=spec.observe_soft_labels,
    hints=(
        "Print the labels of 3.2. Do they sum to 1, and which two classes have a share?",
        "3.2 lies between 3 and 4, nearer to 3. Share the whole of 1 between the two so that "
        "0.8 · 3 + 0.2 · 4 is 3.2 again. A 5 has no neighbour above: let it be the upper "
        "neighbour of 4.",
        "low = whole part, at most C − 2\nshare = score − low\nclass low gets 1 − share\n"
        "class low + 1 gets share\nall others 0",
    ),
    mistakes=(
        Mistake(
            "shares-swapped",
            "the nearer class got the smaller share.",
            "which of share and 1 − share goes to the lower class.",
            (
                ("(1 - share)[:, None]", "share[:, None]"),
                ("1, share[:, None]", "1, 1 - share[:, None]"),
            ),
        ),
        Mistake(
            "rounded-to-one-class",
            "each score was rounded to one class, so a 3.2 and a 2.8 are taught as the same.",
            "the share: it is what is left above the whole part, not rounded.",
            (("(scores - low).to(torch.float32)", "(scores - low).round()"),),
        ),
        Mistake(
            "rounded-with-round",
            "each score was rounded to one class, so a 3.2 and a 2.8 are taught as the same.",
            "the share: two classes get something, unless the score is whole.",
            (),
            """
            def soft_labels(scores, num_classes=6):
                labels = torch.zeros(len(scores), num_classes)
                labels[torch.arange(len(scores)), scores.round().long()] = 1.0
                return labels
            """,
        ),
        Mistake(
            "top-score-erased",
            "the highest score lost its 1: its upper neighbour was held at the same class, and "
            "the share of 0 was written over it.",
            "the highest score: let it be the upper neighbour of the class below, or add to what "
            "stands there.",
            (
                ("scores.floor().clamp(0, num_classes - 2)", "scores.floor()"),
                (
                    "1, low[:, None] + 1, share",
                    "1, (low[:, None] + 1).clamp(max=num_classes - 1), share",
                ),
            ),
        ),
        Mistake(
            "top-score-taught-below",
            "the highest score was taught as the class below it: the share was taken before the "
            "whole part was held down.",
            "the share: score less the whole part that you use.",
            (("(scores - low)", "(scores - scores.floor())"),),
        ),
        Mistake(
            "every-row-written",
            "the share of one score was written into the rows of all others too.",
            "the index: a row number beside each class, or scatter_ along axis 1.",
            (
                (
                    "labels.scatter_(1, low[:, None], (1 - share)[:, None])",
                    "labels[:, low] = 1 - share",
                ),
                (
                    "labels.scatter_(1, low[:, None] + 1, share[:, None])",
                    "labels[:, low + 1] = share",
                ),
            ),
        ),
        Mistake(
            "fraction-cut-off",
            "the fraction was cut off, so 3.9 is taught as 3.",
            "the share of the upper class: it is score − low.",
            (("(scores - low).to(torch.float32)", "(scores - low).floor()"),),
        ),
        Mistake(
            "counted-from-above",
            "the whole part was rounded upwards, so the share became negative.",
            "floor against ceil.",
            (("floor()", "ceil()"),),
        ),
        Mistake(
            "lower-class-keeps-all",
            "the lower class kept 1, so rows sum to more than 1.",
            "what the lower class gives away: 1 − share.",
            (("(1 - share)[:, None]", "torch.ones_like(share)[:, None]"),),
        ),
        Mistake(
            "always-six-classes",
            "there are always six columns, whatever num_classes says.",
            "the width of the zeros you start from.",
            (("torch.zeros(len(scores), num_classes,", "torch.zeros(len(scores), 6,"),),
        ),
    ),
    styles=(
        Style(
            "triangle",
            """
            def soft_labels(scores, num_classes=6):
                classes = torch.arange(num_classes)
                return (1 - (scores[:, None] - classes[None, :]).abs()).clamp(min=0)
            """,
        ),
        Style(
            "one-hot",
            """
            def soft_labels(scores, num_classes=6):
                low = scores.long().clamp(max=num_classes - 2)
                high = low + 1
                share = (scores - low)[:, None]
                lower, upper = F.one_hot(low, num_classes), F.one_hot(high, num_classes)
                return (1 - share) * lower + share * upper
            """,
        ),
        Style(
            "loop",
            """
            def soft_labels(scores, num_classes=6):
                labels = torch.zeros(len(scores), num_classes)
                for row, score in enumerate(scores.tolist()):
                    low = min(int(score), num_classes - 2)
                    labels[row, low] = 1 - (score - low)
                    labels[row, low + 1] = score - low
                return labels
            """,
        ),
    ),
)

EXPECTED_SCORE = Exercise(
    id="07.4",
    title="a score out of six logits",
    minutes=8,
    difficulty="steady",
    core=True,
    reference="mtslib.finetune.similarity:expected_score",
    specification=spec.slow_expected_score,
    observe=spec.observe_expected_score,
    hints=(
        "Six equal logits know nothing. The fair score is the middle of 0 to 5.",
        "The logits become probabilities. The score is the mean class under them, a real number, "
        "so that a model between 3 and 4 can say so.",
        "probabilities = softmax over the classes\nscore = Σ class · probability",
    ),
    mistakes=(
        Mistake(
            "most-likely-class",
            "the most likely class came back, so only whole scores can be said.",
            "argmax: weigh all classes instead.",
            (("logits.float().softmax(dim=-1) @ classes", "logits.argmax(dim=-1).float()"),),
        ),
        Mistake(
            "softmax-forgotten",
            "the logits themselves were used as weights.",
            "turn logits into probabilities first.",
            ((".softmax(dim=-1)", ""),),
        ),
        Mistake(
            "mean-of-probabilities",
            "the mean of the probabilities came back, which is 1 / C for every row.",
            "what is weighed: the classes 0 to C − 1, each by its probability.",
            (("softmax(dim=-1) @ classes", "softmax(dim=-1).mean(dim=-1)"),),
        ),
        Mistake(
            "softmax-over-the-batch",
            "the softmax ran over the pairs of the batch.",
            "the dim of the softmax: classes are the last axis.",
            (("softmax(dim=-1)", "softmax(dim=0)"),),
        ),
        Mistake(
            "classes-from-one",
            "classes were counted from 1, so every score is 1 too high.",
            "the range of classes: 0 to C − 1.",
            (("torch.arange(logits.shape[-1],", "1 + torch.arange(logits.shape[-1],"),),
        ),
        Mistake(
            "sigmoid-for-softmax",
            "each logit became a probability of its own, and these do not sum to 1.",
            "sigmoid is for one logit; six classes share one softmax.",
            (("softmax(dim=-1)", "sigmoid()"),),
        ),
        Mistake(
            "rounded-score",
            "the score was rounded to a whole one.",
            "what is done after the sum: nothing.",
            (("@ classes", "@ classes).round()"), ("logits.float()", "(logits.float()")),
        ),
    ),
    styles=(
        Style(
            "sum",
            """
            def expected_score(logits):
                probabilities = F.softmax(logits, dim=1)
                return (probabilities * torch.arange(logits.size(1))).sum(dim=1)
            """,
        ),
        Style(
            "einsum",
            """
            def expected_score(logits):
                grown = torch.exp(logits - logits.max(dim=1, keepdim=True).values)
                classes = torch.arange(logits.size(1)).float()
                return torch.einsum("bc,c->b", grown, classes) / grown.sum(1)
            """,
        ),
    ),
)

SCORE_EXERCISES = (SOFT_LABELS, EXPECTED_SCORE)
