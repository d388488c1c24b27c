"""Chapter 06: the exercise on the training loop."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch06_spec as spec

ORDER = """        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""

LOOP = Exercise(
    id="06.2",
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
            "step-between-clear-and-backward",
            "the order was zero_grad, step, backward: each step found the gradients cleared, and "
            "what backward worked out was cleared before it was used.",
            "the order of the three calls: zero_grad, backward, step.",
            (
                (
                    ORDER,
                    ORDER.replace("loss.backward", "optimizer.step").replace(
                        "step()\n        optimizer.step()", "step()\n        loss.backward()"
                    ),
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
