"""What happens inside an encoder layer, in figures and in the numbers behind them. Chapter 04."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.data.batching import Inputs
from mtslib.minbert import BertModel
from mtslib.minbert.model import mean_pool
from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, Picture

# Numbers ---------------------------------------------------------------------------------------


def token_likeness(hidden: Tensor) -> float:
    """How alike the tokens of one sentence are: mean cosine of any two. (1, T, H), T > 1."""
    return _mean_cosine(hidden[0])


def _mean_cosine(vectors: Tensor) -> float:
    """The mean cosine of any two of several vectors, (n, H)."""
    unit = F.normalize(vectors, dim=-1)
    number = len(unit)
    together = (unit @ unit.T).sum() - number  # each with itself left out
    return float(together / (number * (number - 1)))


def stream_size(hidden: Tensor) -> float:
    """The size of the numbers that pass from layer to layer: root of the mean square."""
    return float(hidden.square().mean().sqrt())


def likeness_under_dropout(
    model: BertModel, inputs: Inputs, rate: float, passes: int = 32, seed: int = 0
) -> list[float]:
    """How like itself a sentence stays from one pass with dropout to the next, state by state.

    inputs: one sentence, (1, T). Returns L + 1 mean cosines between the means of its tokens in
    `passes` passes with that rate of dropout everywhere. The model is left as it was.
    """
    copies = Inputs(*(tensor.expand(passes, -1) for tensor in inputs))
    with torch.no_grad(), _dropout(model, rate):
        torch.manual_seed(seed)
        states = model(*copies).hidden_states
    return [_mean_cosine(mean_pool(state, copies.attention_mask)) for state in states]


@contextmanager
def _dropout(model: nn.Module, rate: float) -> Iterator[None]:
    """The model in training with one rate of dropout, and afterwards as it was before."""
    layers = [module for module in model.modules() if isinstance(module, nn.Dropout)]
    before, training = [layer.p for layer in layers], model.training
    try:
        for layer in layers:
            layer.p = rate
        model.train()
        yield
    finally:
        for layer, old in zip(layers, before, strict=True):
            layer.p = old
        model.train(training)


# Figures ---------------------------------------------------------------------------------------


def gelu_picture() -> Picture:
    """The exact GELU beside ReLU, and below a lens: how far the approximation with tanh is off."""
    x = torch.linspace(-5, 5, 1001, dtype=torch.float64)
    off = (F.gelu(x, approximate="tanh") - F.gelu(x)).abs()
    made, (left, right) = plots.figure(8.4, 2.9, columns=2)
    left.plot(x, F.gelu(x), color=BLUE, label="GELU")
    left.plot(x, F.relu(x), color=ORANGE, linestyle="--", label="ReLU")
    left.axhline(0, color=GREY, linewidth=0.8)
    left.set_title("what goes in, what comes out")
    left.legend()
    right.plot(x, off * 1e4, color=BLUE)
    right.set_title("tanh form against exact form")
    right.set_ylabel("difference, in ten-thousandths")
    for axes in (left, right):
        axes.set_xlabel("x")
    place = float(x[off.argmax()].abs())
    return Picture(
        made,
        "Left: GELU and ReLU against x; both are near x for large x and near 0 for small x, and "
        f"GELU is rounded and dips to {float(F.gelu(x).min()):.2f} where ReLU has its corner. "
        f"Right: the form with tanh is off by at most {float(off.max()):.4f}, near x = {place:.1f} "
        f"and x = -{place:.1f}.",
    )


def by_depth(
    series: Mapping[str, Sequence[float]], quantity: str, title: str, limits: tuple[float, float]
) -> Picture:
    """Up to four lines over hidden_states[0] … [L], each with a marker and a stroke of its own.

    series: name → L + 1 numbers. The alt text holds all of them, to one digit.
    """
    made, (axes,) = plots.figure(5.6, 3.2)
    for values, look in plots.styled(series):
        axes.plot(range(len(values)), values, **look)
    axes.set_xticks(range(max(map(len, series.values()))))
    axes.set_xlabel("hidden_states[d]: 0 is the embeddings, d is after d encoder layers")
    axes.set(ylabel=quantity, ylim=limits)
    axes.set_title(title, color=INK)
    axes.legend()
    words = "; ".join(
        f"{name}: {', '.join(map(one_digit, values))}" for name, values in series.items()
    )
    return Picture(made, f"{title}. The {quantity} from hidden_states[0] up. {words}.")


def one_digit(value: float) -> str:
    """A number with one digit after the point, and no minus before a zero."""
    return f"{round(value, 1) + 0.0:.1f}"
