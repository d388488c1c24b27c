"""Chapter 06: the exercises on the loss and on accuracy."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch06_spec as spec

LOG_LINE = "shifted - shifted.exp().sum(dim=-1, keepdim=True).log()  # (B, C)"

LOSS = Exercise(
    id="06.1",
    title="cross-entropy",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch06_by_hand:cross_entropy",
    specification=spec.slow_cross_entropy,
    observe=spec.observe_cross_entropy,
    hints=(
        "Print exp of your log-probabilities: each row sums to 1. With logits around 200, is "
        "anything infinite?",
        "The loss is minus the log-probability of the right class. log softmax is the logit minus "
        "the log of the sum of exponentials, and it stays the same when every logit of a row is "
        "made smaller by the row's largest.",
        "take each row's largest logit off the row\n"
        "log-probabilities = row − log of the sum of exp(row), over the classes\n"
        "pick the entry of the label in each row\nloss = minus the mean of what you picked",
    ),
    mistakes=(
        Mistake(
            "softmax-twice",
            "the logits went through a softmax before the loss, which has a softmax of its own.",
            "the first line: the loss reads logits as they come from the head.",
            (
                (
                    "shifted = logits - logits",
                    "logits = logits.softmax(-1)\n    shifted = logits - logits",
                ),
            ),
        ),
        Mistake(
            "sigmoid-before-the-loss",
            "the logits went through a sigmoid before the log-softmax.",
            "the first line: the loss reads logits as they come from the head.",
            (
                (
                    "shifted = logits - logits",
                    "logits = logits.sigmoid()\n    shifted = logits - logits",
                ),
            ),
        ),
        Mistake(
            "summed-not-averaged",
            "the losses of the batch were added up, so a larger batch has a larger loss.",
            "the last line: the mean over examples.",
            (("-chosen.mean()", "-chosen.sum()"),),
        ),
        Mistake(
            "minus-forgotten",
            "the sign is missing: training would make the right class unlikely.",
            "the last line: minus the mean.",
            (("return -chosen", "return chosen"),),
        ),
        Mistake(
            "softmax-over-the-batch",
            "the sum of exponentials ran over the examples and not over the classes.",
            "the dim of your sum: classes are the last axis.",
            (
                (
                    "shifted.exp().sum(dim=-1, keepdim=True)",
                    "shifted.exp().sum(dim=0, keepdim=True)",
                ),
            ),
        ),
        Mistake(
            "logarithm-forgotten",
            "the probability of the right class was used, not its logarithm.",
            "between softmax and picking: take the log.",
            ((LOG_LINE, "shifted.softmax(-1)"),),
        ),
        Mistake(
            "not-normalised",
            "the logit of the right class was used as if it were a log-probability.",
            "the log of the sum of exponentials: it must be taken off each logit.",
            (
                ("logits - logits.max(dim=-1, keepdim=True).values  #", "logits  #"),
                (LOG_LINE, "shifted"),
            ),
        ),
        Mistake(
            "averaged-over-classes-too",
            "the sum was divided by B·C, as a mean over a table with one entry a class does.",
            "the mean: one loss an example, so divide by B.",
            (("-chosen.mean()", "-chosen.mean() / logits.shape[-1]"),),
        ),
        Mistake(
            "exponential-overflows",
            "exp of a large logit is infinite in fp32, although the loss itself is small.",
            "the exponentials: take each row's largest logit off first, or use logsumexp.",
            (("logits - logits.max(dim=-1, keepdim=True).values  #", "logits  #"),),
        ),
    ),
    styles=(
        Style(
            "torch's own",
            """
            def cross_entropy(logits, labels):
                return F.cross_entropy(logits, labels)
            """,
        ),
        Style(
            "logsumexp and gather",
            """
            def cross_entropy(logits, labels):
                log_probabilities = logits - torch.logsumexp(logits, 1, keepdim=True)
                return -log_probabilities.gather(1, labels[:, None]).mean()
            """,
        ),
        Style(
            "one-hot table",
            """
            def cross_entropy(logits, labels):
                wanted = F.one_hot(labels, logits.shape[1])
                return -(wanted * F.log_softmax(logits, dim=1)).sum() / len(labels)
            """,
        ),
        Style(
            "loop over examples",
            """
            def cross_entropy(logits, labels):
                total = 0.0
                for row, label in zip(logits, labels):
                    total = total + row.logsumexp(0) - row[label]
                return total / len(labels)
            """,
        ),
    ),
)

ACCURACY = Exercise(
    id="06.2",
    title="accuracy",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference="mtslib.learn.exercises.ch06_by_hand:accuracy",
    specification=spec.slow_accuracy,
    observe=spec.observe_accuracy,
    hints=(
        "Three batches of 8, 6 and 3 with 6, 3 and 1 right: 10 of 17. Is that what you get?",
        "An example counts the same in a small batch and in a large one, so count over all "
        "batches and divide once.",
        "right, total = 0, 0\nfor each batch:\n  class = place of the largest logit in each row\n"
        "  right += how many equal their label\n  total += how many there are\n"
        "return right / total",
    ),
    mistakes=(
        Mistake(
            "batches-averaged",
            "the accuracies of the batches were averaged, so an example in a small batch counts "
            "more.",
            "the counts: add up right answers and examples, divide once at the end.",
            (
                (
                    "+= int((predicted == labels).sum())",
                    "+= float((predicted == labels).float().mean())",
                ),
                ("total += len(labels)", "total += 1"),
            ),
        ),
        Mistake(
            "last-batch-only",
            "the counts started anew in each batch, so only the last one counted.",
            "where right and total are set to 0: before the loop.",
            (
                ("right += int", "right = int"),
                ("total += len(labels)", "total = len(labels)"),
            ),
        ),
        Mistake(
            "smallest-logit",
            "the class with the smallest logit was taken.",
            "the prediction: argmax.",
            (("argmax(dim=-1)", "argmin(dim=-1)"),),
        ),
        Mistake(
            "one-class-for-the-batch",
            "argmax ran over the whole batch and gave one number for all examples.",
            "the dim of argmax: the classes, the last axis.",
            (("argmax(dim=-1)", "argmax()"),),
        ),
        Mistake(
            "divided-by-batches",
            "the right answers were divided by the number of batches.",
            "the total: it counts examples.",
            (("total += len(labels)", "total += 1"),),
        ),
        Mistake(
            "count-not-share",
            "the number of right answers was returned, not their share.",
            "the last line: divide by the number of examples.",
            (("return right / total", "return float(right)"),),
        ),
        Mistake(
            "in-per-cent",
            "the share was multiplied by 100.",
            "the last line: accuracy is between 0 and 1 here.",
            (("return right / total", "return 100 * right / total"),),
        ),
        Mistake(
            "share-of-errors",
            "the wrong answers were counted.",
            "the comparison: count where the two are equal.",
            (("predicted == labels", "predicted != labels"),),
        ),
    ),
    styles=(
        Style(
            "concatenated",
            """
            def accuracy(batches):
                hits = [logits.argmax(1) == labels for logits, labels in batches]
                return torch.cat(hits).float().mean().item()
            """,
        ),
        Style(
            "max and a loop",
            """
            def accuracy(batches):
                marks = []
                for logits, labels in batches:
                    for row, label in zip(logits, labels):
                        marks.append(int(row.max(0).indices) == int(label))
                return sum(marks) / len(marks)
            """,
        ),
        Style(
            "a tensor of no dimension",
            """
            def accuracy(batches):
                logits = torch.cat([pair[0] for pair in batches])
                labels = torch.cat([pair[1] for pair in batches])
                return (logits.softmax(-1).argmax(-1) == labels).double().mean()
            """,
        ),
    ),
)
