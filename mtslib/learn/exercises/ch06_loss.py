"""Chapter 06: the exercise on the loss."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch06_spec as spec

NOT_SHIFTED = ("logits - logits.max(dim=-1, keepdim=True).values  #", "logits  #")
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
                NOT_SHIFTED,
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
            (NOT_SHIFTED,),
        ),
        Mistake(
            "infinity-over-infinity",
            "exp of a large logit is infinite in fp32, and dividing by a sum that is infinite too "
            "gives NaN.",
            "the exponentials: take each row's largest logit off first.",
            (NOT_SHIFTED, ("shifted - shifted", "shifted.exp().log() - shifted")),
        ),
        Mistake(
            "softmax-then-log",
            "softmax first and log afterwards: a probability too small for fp32 becomes 0, and "
            "the log of 0 is infinite.",
            "the log: take it before anything is divided, as logit minus log of the sum.",
            ((LOG_LINE, "(shifted.exp() / shifted.exp().sum(dim=-1, keepdim=True)).log()"),),
        ),
        Mistake(
            "largest-of-the-whole-batch",
            "the largest logit of the whole batch was taken off every row, so all exponentials of "
            "a row far below it become 0.",
            "the max: one for each row, with dim=-1 and keepdim=True.",
            (("logits.max(dim=-1, keepdim=True).values", "logits.max()"),),
        ),
        Mistake(
            "softmax-over-the-whole-table",
            "the sum of exponentials ran over all examples and classes together.",
            "the sum: one for each row, with dim=-1 and keepdim=True.",
            (("shifted.exp().sum(dim=-1, keepdim=True)", "shifted.exp().sum()"),),
        ),
        Mistake(
            "every-label-for-every-row",
            "each row was read at the labels of all examples: [:, labels] gives a B × B table.",
            "the picking: row i at labels[i], with torch.arange(B) as the first index, or gather.",
            (("[torch.arange(len(labels)), labels]", "[:, labels]"),),
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
