"""Exercise 08.3: stop in time."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.finetune.fit import fit, train_epoch
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def slow_fit(
    model: nn.Module,
    batches: Callable[[int], Any],
    optimizer: Any,
    epochs: int,
    dev_score: Callable[[nn.Module], float] | None = None,
    patience: int = 1,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    train_epoch: Callable[..., float] = train_epoch,
) -> list[float]:
    """Keep the weights of every epoch; look back at all scores after each."""
    if dev_score is None:
        return [train_epoch(model, batches(epoch), optimizer, loss) for epoch in range(epochs)]
    scores: list[float] = []
    every = []
    while len(scores) < epochs:
        train_epoch(model, batches(len(scores)), optimizer, loss)
        scores.append(dev_score(model))
        every.append([tensor.detach().clone() for tensor in model.state_dict().values()])
        if len(scores) - 1 - scores.index(max(scores)) >= patience:
            break
    best = every[scores.index(max(scores))]
    with torch.no_grad():
        for tensor, wanted in zip(model.state_dict().values(), best, strict=True):
            tensor.copy_(wanted)
    return scores


class _Counter(nn.Module):
    """A model whose two weights are the number of epochs it was trained, and minus that."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs = nn.Parameter(torch.zeros(1))
        self.minus = nn.Parameter(torch.zeros(1))


def _train(model: _Counter, *_: Any) -> float:
    with torch.no_grad():
        model.epochs += 1
        model.minus -= 1
    return 1 / float(model.epochs)


def _train_anew(model: _Counter, *_: Any) -> float:
    """The same with a new tensor in the old one's place: then a forgotten copy does no harm."""
    model.epochs.data = model.epochs.data + 1
    model.minus.data = model.minus.data - 1
    return 1 / float(model.epochs)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A dev score for each epoch, by table; what is kept tells which epoch it was."""
    _check_arguments(answer)
    passes: list[tuple[Any, ...]] = []  # what each pass over the batches was given
    dev_asked: list[int] = []  # after which epochs dev was scored

    def ask(
        table: Sequence[float], epochs: int = 0, train: Any = _train, **patience: int
    ) -> tuple[Any, Any]:
        model = _Counter()
        optimizer = torch.optim.SGD(model.parameters())
        passes.clear()
        dev_asked.clear()

        def dev_score(asked: _Counter) -> float:
            dev_asked.append(int(asked.epochs))
            return table[min(int(asked.epochs), len(table)) - 1]

        def one_pass(model: Any, batches: Any, given: Any, loss: Any = None) -> float:
            asked = given is optimizer, loss is F.mse_loss, torch.is_grad_enabled()
            passes.append((batches, *asked))
            return train(model)

        scores = inputs.call(
            answer,
            *(model, "batches of epoch {}".format, optimizer, epochs or len(table)),
            dev_score if table else None,
            **patience,
            loss=F.mse_loss,
            train_epoch=one_pass,
        )
        ran = [float(score) for score in scores] if isinstance(scores, list | tuple) else scores
        kept, other = int(model.epochs), -int(model.minus)
        words = f"epoch {kept}" + (f", another weight of epoch {other}" if other != kept else "")
        return (torch.tensor(ran) if isinstance(ran, list) else ran), words

    fall = ask([0.3, 0.5, 0.4, 0.35], patience=9)
    given, scored = [list(column) for column in zip(*passes, strict=True)], [*dev_asked]
    stop = ask([0.3, 0.5, 0.4, 0.45, 0.48, 0.9], patience=2)
    reset = ask([0.4, 0.3, 0.5, 0.2, 0.6, 0.1, 0.7], patience=2)
    climb = ask([0.5, 0.2, 0.3, 0.4, 0.45, 0.9], patience=3)
    ties = ask([0.2, 0.4, 0.4, 0.4, 0.4, 0.4], patience=2)
    minus = ask([-0.5, -0.3, -0.4], patience=9)  # minus a loss is a score too
    drawn = [round(float(x), 3) for x in torch.rand(12, generator=inputs.generator)]
    long = ask(drawn, patience=3)
    found = {
        "scores .3 .5 .4 .35, patience 9: which epoch's weights were kept": fall[1],
        "the same, where training replaces a weight by a new tensor": ask(
            [0.3, 0.5, 0.4, 0.35], patience=9, train=_train_anew
        )[1],
        "scores .3 .5 .4 .35, patience 9: what came back": fall[0],
        "scores .3 .5 .4 .45 .48 .9, patience 2: scores until it stopped": stop[0],
        "the same: which epoch's weights were kept": stop[1],
        "scores .4 .3 .5 .2 .6 .1 .7, patience 2: scores until it stopped": reset[0],
        "scores .5 .2 .3 .4 .45 .9, patience 3: scores until it stopped": climb[0],
        "scores .2 .4 .4 .4 .4 .4, patience 2: scores until it stopped": ties[0],
        "the same, of equal scores: which epoch's weights were kept": ties[1],
        "scores −.5 −.3 −.4, patience 9: which epoch's weights were kept": minus[1],
        "twelve scores at random, patience 3": long[0],
        "five epochs at most, patience 5": ask(drawn, patience=5, epochs=5)[0],
        "each pass: its batches, whether the optimizer, the loss, gradients on": given,
        "after which epochs dev was scored": scored,
        "three epochs without a dev score: the losses": ask([], epochs=3)[0],
    }
    found["the same: each pass"] = [list(column) for column in zip(*passes, strict=True)]
    found["scores .4 .3 .5, no patience given: scores until it stopped"] = ask([0.4, 0.3, 0.5])[0]
    return found


def _check_arguments(answer: Any) -> None:
    """Say so where an answer dates from before the batches were an argument."""
    try:
        taken = inspect.signature(answer).parameters
    except (TypeError, ValueError):
        return  # no function at all; calling it says more
    if "one_epoch" in taken:
        raise AnswerError(
            "your fit takes one_epoch; expected (model, batches, optimizer, epochs, dev_score, "
            "patience, loss, train_epoch), since the chapters train with it. Take the new first "
            "lines, and call train_epoch(model, batches(epoch), optimizer, loss) where "
            "one_epoch(model) stands now"
        )


EXERCISE = Exercise(
    id="08.3",
    title="stop in time",
    minutes=20,
    difficulty="demanding",
    core=True,
    reference=fit,
    specification=slow_fit,
    observe=observe,
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
    mistakes=mistakes(r"""
        last-epoch-kept: the weights of the last epoch were left in the model.
          look: after the loop: load the best epoch's weights.
          -     model.load_state_dict(kept)
        weights-not-copied: state_dict() gives the tensors themselves, so what was kept went on
            training.
          look: where you keep the weights: clone each tensor, or use copy.deepcopy.
          - tensor.clone()
          + tensor
        stopped-one-epoch-late: training went on for one epoch more than patience allows.
          look: the comparison: stop when waited reaches patience.
          - waited == patience
          + waited == patience + 1
        stopped-one-epoch-early: training stopped one epoch before patience was used up.
          look: the comparison: stop when waited reaches patience.
          - waited == patience
          + waited == max(1, patience - 1)
        waiting-never-reset: every epoch without a new best counts, however long ago it was.
          look: where a new best is found: set waited to 0.
          - best, waited = scores[-1], 0
          + best = scores[-1]
        compared-with-the-epoch-before: each score was compared with the one before it, so a small
            recovery passes for a new best.
          look: what you compare with: the best so far.
          -             waited += 1
          +             waited += 1
          +         best = scores[-1]
        a-tie-is-an-improvement: an equal score counted as better, so training never ends on a
            plateau.
          look: the comparison: strictly greater.
          - scores[-1] > best
          + scores[-1] >= best
        lower-is-better: the epoch with the lowest score was kept, as if the score were a loss.
          look: the direction of the comparison, and where best starts.
          - scores[-1] > best
          + scores[-1] < best
          - -math.inf
          + math.inf
        best-starts-at-zero: the best score so far started at 0, so no score below 0, such as minus
            a loss, can ever be the best.
          look: where best starts: below every score, at minus infinity.
          - best, waited = -math.inf, 0
          + best, waited = 0.0, 0
          - kept: dict[str, Tensor] = {}
          + kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        same-batches-every-epoch: every epoch had the batches of the first.
          look: inside the loop: batches(epoch), by the number of the epoch.
          -         train_epoch(model, batches(epoch), optimizer, loss)
          -         scores
          +         train_epoch(model, batches(0), optimizer, loss)
          +         scores
        loss-not-handed-on: each pass used its own loss, not the one that was given.
          look: the call of train_epoch: hand loss on.
          -         train_epoch(model, batches(epoch), optimizer, loss)
          -         scores
          +         train_epoch(model, batches(epoch), optimizer)
          +         scores
        never-stops: training ran through all epochs whatever the scores.
          look: inside the loop: leave it when patience is used up.
          -         if waited == patience:
          -             break
    """),
    styles=styles(r"""
        deepcopy:
          def fit(
                  model, batches, optimizer, epochs, dev_score=None, patience=1,
                  loss=F.cross_entropy, train_epoch=train_epoch,
          ):
              if dev_score is None:
                  return [train_epoch(model, batches(e), optimizer, loss) for e in range(epochs)]
              import copy
              scores, best, kept = [], 0, None
              for epoch in range(epochs):
                  train_epoch(model, batches(epoch), optimizer, loss)
                  scores.append(dev_score(model))
                  if kept is None or scores[epoch] > scores[best]:
                      best, kept = epoch, copy.deepcopy(model.state_dict())
                  if epoch - best >= patience:
                      break
              model.load_state_dict(kept)
              return scores

        looking back:
          def fit(
                  model, batches, optimizer, epochs, dev_score=None, patience=1,
                  loss=F.cross_entropy, train_epoch=train_epoch,
          ):
              if dev_score is None:
                  return [train_epoch(model, batches(e), optimizer, loss) for e in range(epochs)]
              scores, weights = [], []
              while len(scores) < epochs:
                  train_epoch(model, batches(len(scores)), optimizer, loss)
                  scores.append(dev_score(model))
                  weights.append([t.detach().clone() for t in model.parameters()])
                  if len(scores) - scores.index(max(scores)) > patience:
                      break
              for tensor, kept in zip(model.parameters(), weights[scores.index(max(scores))]):
                  tensor.data.copy_(kept)
              return scores

        a while loop:
          def fit(
                  model, batches, optimizer, epochs, dev_score=None, patience=1,
                  loss=F.cross_entropy, train_epoch=train_epoch,
          ):
              if dev_score is None:
                  return [train_epoch(model, batches(e), optimizer, loss) for e in range(epochs)]
              scores, since, epoch = [], 0, 0
              best_state = None
              while epoch < epochs and since < patience:
                  train_epoch(model, batches(epoch), optimizer, loss)
                  score = dev_score(model)
                  if not scores or score > max(scores):
                      best_state = {k: v.clone() for k, v in model.state_dict().items()}
                      since = 0
                  else:
                      since += 1
                  scores.append(score)
                  epoch += 1
              model.load_state_dict(best_state)
              return scores

        a bag of copies, a tuple back:
          def fit(
                  model, batches, optimizer, epochs, dev_score=None, patience=1,
                  loss=F.cross_entropy, train_epoch=train_epoch,
          ):
              from copy import deepcopy
              scores, kept = (), []
              for epoch in range(epochs):
                  mean = train_epoch(model, batches(epoch), optimizer, loss)
                  scores += (mean if dev_score is None else dev_score(model),)
                  if dev_score is not None:
                      kept.append(deepcopy(model.state_dict()))
                      best = max(range(epoch + 1), key=lambda e: (scores[e], -e))
                      if epoch - best >= patience:
                          break
              if dev_score is not None:
                  model.load_state_dict(kept[best])
              return scores
    """),
)
