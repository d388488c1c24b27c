"""Chapter 06: the loss, accuracy, and the loop."""

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

ORDER = """        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""

LOOP = Exercise(
    id="06.3",
    title="the loop",
    minutes=15,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch06_by_hand:train_epoch",
    specification=spec.slow_epoch,
    observe=spec.observe_epoch,
    hints=(
        "Print one weight of the head before and after a batch. Does it move? Print its gradient "
        "before backward: is it empty?",
        "Three calls belong to each batch: forget the old gradients, work out the new ones, move "
        "the weights. The order decides whether anything is learned.",
        "head into training mode\nfor each batch:\n  loss of the head's logits\n"
        "  clear gradients, backward, step\n  add loss × batch size to the total\n"
        "return total / number of examples",
    ),
    mistakes=(
        Mistake(
            "zero-grad-forgotten",
            "gradients of earlier batches were never cleared, so each step repeats them.",
            "before backward: optimizer.zero_grad().",
            (("        optimizer.zero_grad()\n", ""),),
        ),
        Mistake(
            "gradients-cleared-before-the-step",
            "zero_grad stands between backward and step: there is nothing left to step with.",
            "the order of the three calls: zero_grad, backward, step.",
            (
                ("        optimizer.zero_grad()\n", ""),
                (
                    "        loss.backward()\n",
                    "        loss.backward()\n        optimizer.zero_grad()\n",
                ),
            ),
        ),
        Mistake(
            "step-before-backward",
            "the step comes before backward, so it moves along the gradient of the last batch or "
            "of none.",
            "the order of the three calls: zero_grad, backward, step.",
            (
                (
                    ORDER,
                    ORDER.replace("zero_grad", "step", 1).replace(
                        "        loss.backward()\n        optimizer.step()",
                        "        optimizer.zero_grad()\n        loss.backward()",
                    ),
                ),
            ),
        ),
        Mistake(
            "one-step-an-epoch",
            "gradients were gathered over all batches and used once, after the loop.",
            "the indentation of optimizer.step(): inside the loop.",
            (
                (
                    "    for features, labels in batches:\n",
                    "    optimizer.zero_grad()\n    for features, labels in batches:\n",
                ),
                ("        optimizer.zero_grad()\n", ""),
                ("        optimizer.step()\n", ""),
                (
                    "    return total / examples",
                    "    optimizer.step()\n    return total / examples",
                ),
            ),
        ),
        Mistake(
            "cleared-once-an-epoch",
            "gradients were cleared before the loop only, so they pile up from batch to batch.",
            "the indentation of optimizer.zero_grad(): inside the loop.",
            (
                (
                    "    for features, labels in batches:\n",
                    "    optimizer.zero_grad()\n    for features, labels in batches:\n",
                ),
                ("        optimizer.zero_grad()\n", ""),
            ),
        ),
        Mistake(
            "softmax-before-the-loss",
            "a softmax came before cross_entropy, which has one of its own.",
            "the line of the loss: give it the logits.",
            (("head(features), labels)", "head(features).softmax(-1), labels)"),),
        ),
        Mistake(
            "loss-summed-over-the-batch",
            "the loss was summed, so a step is as many times too long as the batch has examples.",
            "the reduction of the loss: the mean, which is the default.",
            (
                ("head(features), labels)", 'head(features), labels, reduction="sum")'),
                ("loss.item() * len(labels)", "loss.item()"),
            ),
        ),
        Mistake(
            "not-in-training-mode",
            "the head stayed in evaluation mode, so its dropout would do nothing.",
            "before the loop: head.train().",
            (("    head.train()\n", ""),),
        ),
        Mistake(
            "batch-losses-averaged",
            "the mean ran over batches, so an example in a small batch counts more.",
            "what you add up: the loss times the batch size, divided by all examples at the end.",
            (
                ("loss.item() * len(labels)", "loss.item()"),
                ("examples += len(labels)", "examples += 1"),
            ),
        ),
    ),
    styles=(
        Style(
            "cleared after the step",
            """
            def train_epoch(head, batches, optimizer):
                head.train()
                seen = []
                for features, labels in batches:
                    losses = F.cross_entropy(head(features), labels, reduction="none")
                    losses.mean().backward()
                    optimizer.step()
                    optimizer.zero_grad()
                    seen.append(losses.detach())
                return torch.cat(seen).mean().item()
            """,
        ),
        Style(
            "gradients asked for",
            """
            def train_epoch(head, batches, optimizer):
                head.train()
                weights = list(head.parameters())
                total, count = 0.0, 0
                for features, labels in batches:
                    loss = nn.CrossEntropyLoss()(head(features), labels)
                    for weight, slope in zip(weights, torch.autograd.grad(loss, weights)):
                        weight.grad = slope
                    optimizer.step()
                    total, count = total + len(labels) * loss.item(), count + len(labels)
                return total / count
            """,
        ),
        Style(
            "by log softmax",
            """
            def train_epoch(head, batches, optimizer):
                head.train(True)
                total, count = 0.0, 0
                for features, labels in batches:
                    head.zero_grad()
                    loss = F.nll_loss(head(features).log_softmax(-1), labels)
                    loss.backward()
                    optimizer.step()
                    total += loss.item() * features.shape[0]
                    count += features.shape[0]
                return total / count
            """,
        ),
    ),
)
