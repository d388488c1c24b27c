"""Chapter 08: the exercises on one batch in parts, and on stopping in time."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch08_spec as spec

BY_HAND = "mtslib.learn.exercises.ch08_by_hand"

IN_PARTS = Exercise(
    id="08.2",
    title="one batch in parts",
    minutes=15,
    difficulty="demanding",
    core=False,
    reference=f"{BY_HAND}:backward_in_parts",
    specification=spec.slow_backward_in_parts,
    observe=spec.observe_backward_in_parts,
    hints=(
        "Compare the gradient of parts of 4, 4 and 1 with that of all nine at once. By which "
        "factor is it off, and is the factor the same for parts of equal size?",
        "Every example counts for 1/n of the mean, n being all examples of the batch. backward "
        "adds to .grad, so each part only has to bring its own share: the sum of its losses, "
        "divided by n.",
        "n = examples in all parts\nclear the gradients, once\nfor each part:\n"
        "  loss = sum of its losses / n\n  backward\n  add to the total\nreturn the total",
    ),
    mistakes=(
        Mistake(
            "nominal-batch-size",
            "each part's loss was divided by the size of the first part, so a short last part "
            "counts for less than its examples.",
            "what you divide by: the number of examples there are, not the planned size.",
            (
                (
                    "    examples = sum(len(labels) for _, labels in parts)",
                    "    examples = len(parts) * len(parts[0][1])",
                ),
            ),
        ),
        Mistake(
            "mean-of-part-means",
            "the means of the parts were averaged, so an example in a short last part counts for "
            "more than the others.",
            "what you divide by: the number of all examples.",
            (("summed / examples", "summed / len(labels) / len(parts)"),),
        ),
        Mistake(
            "part-means-added",
            "the means of the parts were added up, so the gradient grows with the number of parts.",
            "the reduction of each part's loss: sum first, then divide by all examples.",
            (("summed / examples", "summed / len(labels)"),),
        ),
        Mistake(
            "losses-added-never-divided",
            "losses were summed and never divided.",
            "the mean: divide by the number of all examples.",
            (("summed / examples", "summed"),),
        ),
        Mistake(
            "cleared-between-parts",
            "gradients were cleared in the loop, so only the last part is left.",
            "the place of zero_grad: once, before the loop.",
            (
                ("    model.zero_grad()\n", ""),
                (
                    "        summed = F",
                    "        model.zero_grad()\n        summed = F",
                ),
            ),
        ),
        Mistake(
            "old-gradients-kept",
            "gradients from before were never cleared, so they are part of the result.",
            "before the loop: model.zero_grad().",
            (("    model.zero_grad()\n", ""),),
        ),
        Mistake(
            "last-loss-reported",
            "the number that came back is the last part's, not that of all parts.",
            "the total: add each part's loss to it.",
            (("total += loss.item()", "total = loss.item()"),),
        ),
    ),
    styles=(
        Style(
            "weighted means",
            """
            def backward_in_parts(model, parts):
                n = sum(labels.shape[0] for _, labels in parts)
                for parameter in model.parameters():
                    parameter.grad = None
                total = 0.0
                for batch, labels in parts:
                    loss = nn.CrossEntropyLoss()(model(batch), labels) * (len(labels) / n)
                    loss.backward()
                    total = total + float(loss.detach())
                return total
            """,
        ),
        Style(
            "gradients asked for",
            """
            def backward_in_parts(model, parts):
                weights = list(model.parameters())
                n = len(torch.cat([labels for _, labels in parts]))
                sums, total = [torch.zeros_like(w) for w in weights], 0.0
                for batch, labels in parts:
                    loss = -model(batch).log_softmax(-1)[torch.arange(len(labels)), labels].sum()
                    for kept, slope in zip(sums, torch.autograd.grad(loss, weights)):
                        kept += slope
                    total += loss.item()
                for weight, kept in zip(weights, sums):
                    weight.grad = kept / n
                return total / n
            """,
        ),
    ),
)

FIT = Exercise(
    id="08.3",
    title="stop in time",
    minutes=20,
    difficulty="demanding",
    core=True,
    reference=f"{BY_HAND}:fit",
    specification=spec.slow_fit,
    observe=spec.observe_fit,
    hints=(
        "Give it a table of scores and a model with one weight that counts epochs. Which epoch's "
        "weight is left at the end, and how many scores came back?",
        "Remember three things: the best score so far, a copy of the weights that scored it, and "
        "how many epochs have passed since. state_dict() is no copy: its tensors go on changing.",
        "best = −∞, waited = 0\nfor each epoch:\n  train, score, note the score\n"
        "  better than best: remember score and a copy of all weights, waited = 0\n"
        "  else: waited + 1\n  waited has reached patience: leave the loop\n"
        "put the copy back\nreturn all scores",
    ),
    mistakes=(
        Mistake(
            "last-epoch-kept",
            "the weights of the last epoch were left in the model.",
            "after the loop: load the best epoch's weights.",
            (("    model.load_state_dict(kept)\n", ""),),
        ),
        Mistake(
            "weights-not-copied",
            "state_dict() gives the tensors themselves, so what was kept went on training.",
            "where you keep the weights: clone each tensor, or use copy.deepcopy.",
            (("tensor.clone()", "tensor"),),
        ),
        Mistake(
            "stopped-one-epoch-late",
            "training went on for one epoch more than patience allows.",
            "the comparison: stop when waited reaches patience.",
            (("waited == patience", "waited == patience + 1"),),
        ),
        Mistake(
            "stopped-one-epoch-early",
            "training stopped one epoch before patience was used up.",
            "the comparison: stop when waited reaches patience.",
            (("waited == patience", "waited == max(1, patience - 1)"),),
        ),
        Mistake(
            "waiting-never-reset",
            "every epoch without a new best counts, however long ago it was.",
            "where a new best is found: set waited to 0.",
            (("best, waited = scores[-1], 0", "best = scores[-1]"),),
        ),
        Mistake(
            "compared-with-the-epoch-before",
            "each score was compared with the one before it, so a small recovery passes for a new "
            "best.",
            "what you compare with: the best so far.",
            (
                (
                    "        else:\n            waited += 1\n",
                    "        else:\n            waited += 1\n        best = scores[-1]\n",
                ),
            ),
        ),
        Mistake(
            "a-tie-is-an-improvement",
            "an equal score counted as better, so training never ends on a plateau.",
            "the comparison: strictly greater.",
            (("scores[-1] > best", "scores[-1] >= best"),),
        ),
        Mistake(
            "lower-is-better",
            "the epoch with the lowest score was kept, as if the score were a loss.",
            "the direction of the comparison, and where best starts.",
            (("scores[-1] > best", "scores[-1] < best"), ("-math.inf", "math.inf")),
        ),
        Mistake(
            "best-starts-at-zero",
            "the best score so far started at 0, so no score below 0, such as minus a loss, can "
            "ever be the best.",
            "where best starts: below every score, at minus infinity.",
            (
                ("best, waited = -math.inf, 0", "best, waited = 0.0, 0"),
                (
                    "kept: dict[str, Tensor] = {}",
                    "kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}",
                ),
            ),
        ),
        Mistake(
            "never-stops",
            "training ran through all epochs whatever the scores.",
            "inside the loop: leave it when patience is used up.",
            (("        if waited == patience:\n            break\n", ""),),
        ),
    ),
    styles=(
        Style(
            "deepcopy",
            """
            def fit(model, one_epoch, dev_score, epochs, patience):
                import copy
                scores, best, kept = [], 0, None
                for epoch in range(epochs):
                    one_epoch(model)
                    scores.append(dev_score(model))
                    if kept is None or scores[epoch] > scores[best]:
                        best, kept = epoch, copy.deepcopy(model.state_dict())
                    if epoch - best >= patience:
                        break
                model.load_state_dict(kept)
                return scores
            """,
        ),
        Style(
            "looking back",
            """
            def fit(model, one_epoch, dev_score, epochs, patience):
                scores, weights = [], []
                while len(scores) < epochs:
                    one_epoch(model)
                    scores.append(dev_score(model))
                    weights.append([t.detach().clone() for t in model.parameters()])
                    if len(scores) - scores.index(max(scores)) > patience:
                        break
                for tensor, kept in zip(model.parameters(), weights[scores.index(max(scores))]):
                    tensor.data.copy_(kept)
                return scores
            """,
        ),
    ),
)
