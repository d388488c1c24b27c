"""How numbers that were seen relate to those that were expected, with no list of mistakes.

A relation is stated only where it was computed: the expected numbers, changed in the stated way,
are those that were seen. So it is true whatever the learner did.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from mtslib.learn.shapes import (
    CLOSE,
    MOST_AXES,
    MOST_NUMBERS,
    MOST_SLICES,
    Relation,
    axis_words,
    close,
    number,
    of_shapes,
    order_words,
)


def relations(seen: Tensor, expected: Tensor) -> list[Relation]:
    """All that is found between two tensors of numbers, the closest kinship first.

    Empty where they agree. NaN and infinity relate to nothing but their places.
    """
    if max(seen.numel(), expected.numel()) > MOST_NUMBERS or not seen.numel() * expected.numel():
        return []
    v, w = seen.detach().double(), expected.detach().double()
    if not (v.isfinite().all() and w.isfinite().all()):
        return _infinite(v, w) if v.shape == w.shape else []
    if v.shape != w.shape:
        return list(of_shapes(v, w))
    if close(v, w):
        return []
    found: list[Relation] = []
    for look in (_multiples, _moved, _slices_multiples, _functions, _sums, _rounded):
        found += look(v, w)
    return found


def _varied(w: Tensor, least: int = 3) -> bool:
    """Whether there are several numbers that differ clearly, so that agreement is no chance."""
    if w.numel() < least:
        return False
    gaps = w.flatten().sort().values.diff()
    return int((gaps > 1e-3 * w.abs().max()).sum()) >= least - 1


# The same shape --------------------------------------------------------------------------------


def _multiples(v: Tensor, w: Tensor) -> Iterator[Relation]:
    """All numbers times one factor, or all apart by one number."""
    if not v.any():
        yield Relation("zero", "every number that came is 0")
        return
    if v.numel() > 1 and close(v, v.flatten()[0].expand_as(v)) and _varied(w, 2):
        yield Relation("constant", "every number that came is the same")
    square = float((w * w).sum())
    if square:
        factor = float((v * w).sum()) / square
        if close(v, factor * w) and factor and (_varied(w, 2) or _plain(factor)):
            yield Relation("factor", _times(factor), (factor,))
    apart = float((v - w).mean())
    enough = _varied(w, 2) or (w.numel() == 1 and abs(apart) == 1)
    if enough and close(v - apart, w) and abs(apart) > CLOSE * float(w.abs().max()):
        more = "larger" if apart > 0 else "smaller"
        each = "each number is" if w.numel() > 1 else "it is"
        yield Relation("shift", f"{each} {more} by {number(abs(apart))}", (apart,))


def _times(factor: float) -> str:
    if abs(factor + 1) < CLOSE:
        return "the same with the sign turned"
    for up, times in ((True, factor), (False, 1 / factor)):
        whole = round(times)
        if abs(times - whole) < CLOSE * abs(times) and 2 <= abs(whole) <= 10_000:
            part = "half" if whole == 2 else f"1/{whole}"
            return f"{whole} times as large as expected" if up else f"{part} of what was expected"
    return f"{number(factor)} times what was expected, in every place"


def _plain(factor: float) -> bool:
    """Whether a factor between two single numbers says something: a whole number or its inverse."""
    wholes = (factor, 1 / factor)
    return any(abs(n - round(n)) < 1e-6 * abs(n) and abs(round(n)) <= 1000 for n in wholes)


def _moved(v: Tensor, w: Tensor) -> Iterator[Relation]:
    """The same numbers in other places."""
    if not _varied(w):
        return
    if not close(v.flatten().sort().values, w.flatten().sort().values):
        return
    axes = range(w.dim())
    if 2 <= w.dim() <= MOST_AXES:
        for order in itertools.permutations(axes):
            if order == tuple(axes):
                continue
            turned = w.permute(order)
            if turned.shape == v.shape and close(v, turned):
                yield Relation("permuted", order_words(order), order)
                return
            if close(v.flatten(), turned.flatten()):
                words = "the same numbers, read out in another order of the axes: " + order_words(
                    order
                )
                yield Relation("misread", words + ", then cut to the shape", order)
                return
            if close(v, w.reshape(turned.shape).permute(_inverse(order))):
                words = "the same numbers, cut to the shape in another order of the axes"
                yield Relation("miscut", words, order)
                return
    for axis in axes:
        if close(v, w.flip(axis)):
            yield Relation("flipped", f"the same, backwards along {axis_words(w, axis)}", (axis,))
            return
        for by in range(1, min(w.shape[axis], MOST_SLICES)):
            if close(v, w.roll(by, axis)):
                words = f"the same, moved round by {by} along {axis_words(w, axis)}"
                yield Relation("rolled", words, (axis, by))
                return
    for axis in axes:
        if w.dim() > 1 and _same_slices(v, w, axis):
            words = f"the same slices along {axis_words(w, axis)}, in another order"
            yield Relation("reordered", words, (axis,))
            return
    yield Relation("shuffled", "the same numbers, in other places")


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(order.index(i) for i in range(len(order)))


def _same_slices(v: Tensor, w: Tensor, axis: int) -> bool:
    """Whether every slice along an axis is there, each once."""
    if w.shape[axis] > MOST_SLICES:
        return False
    left = list(w.unbind(axis))
    for one in v.unbind(axis):
        place = next((i for i, other in enumerate(left) if close(one, other)), None)
        if place is None:
            return False
        left.pop(place)
    return True


def _slices_multiples(v: Tensor, w: Tensor) -> Iterator[Relation]:
    """Each slice along an axis times a factor of its own, or apart by a number of its own."""
    if w.dim() < 1 or not w.all() or not v.any():
        return
    ratio, apart = v / w, v - w
    for axis in range(w.dim()):
        size = w.shape[axis]
        if size < 3 or not all(_varied(row) for row in w.movedim(axis, -1).reshape(-1, size)):
            continue
        for kind, held in (("scaled", ratio), ("raised", apart)):
            first = held.narrow(axis, 0, 1).expand_as(held)
            back = first * w if kind == "scaled" else first + w
            if not close(v, back) or close(first, first.flatten()[0].expand_as(first)):
                continue
            how = "times a factor of its own" if kind == "scaled" else "plus a number of its own"
            words = f"each run along {axis_words(w, axis)} is the expected one {how}"
            yield Relation(kind, words, (axis,))
            return


FUNCTIONS: dict[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "square": ("the square", torch.square),
    "root": ("the square root", torch.sqrt),
    "exp": ("exp", torch.exp),
    "log": ("the logarithm", torch.log),
    "abs": ("the absolute value", torch.abs),
    "inverse": ("1 divided by each", torch.reciprocal),
    "rest": ("1 minus each", lambda x: 1 - x),
    "sigmoid": ("the sigmoid", torch.sigmoid),
    "tanh": ("tanh", torch.tanh),
    "relu": ("relu", torch.relu),
}
# Of each place alone: so the single numbers of several questions can be taken together.
_SHAPELESS = {"zero", "constant", "factor", "shift", "clamped", "rounded", "near"}
PLACEWISE = {*FUNCTIONS, *_SHAPELESS, "floor", "ceil", "trunc"}
ALONG: dict[str, tuple[str, Callable[[Tensor, int], Tensor]]] = {
    "softmax": ("the softmax", torch.softmax),
    "log_softmax": ("the log-softmax", torch.log_softmax),
    "cumsum": ("the running sum", torch.cumsum),
    "shares": ("each divided by the sum", lambda x, axis: x / x.sum(axis, keepdim=True)),
    "unit": ("each divided by the length", lambda x, axis: x / x.norm(dim=axis, keepdim=True)),
    "centred": ("each minus the mean", lambda x, axis: x - x.mean(axis, keepdim=True)),
}


def _functions(v: Tensor, w: Tensor) -> Iterator[Relation]:
    """One is a known function of the other."""
    for (name, (words, f)), (a, b, what) in itertools.product(
        FUNCTIONS.items(), ((w, v, "expected"), (v, w, "seen"))
    ):
        made = f(a)
        twin = what == "seen" and name in ("inverse", "rest")  # each is its own inverse
        if (
            made.isfinite().all()
            and _varied(b, 2)
            and close(b, made)
            and not (close(a, made) or twin)
        ):
            yield _function(name, words, what, ())
    for axis in range(w.dim()):
        if w.shape[axis] < 2:
            continue
        for (name, (words, g)), (a, b, what) in itertools.product(
            ALONG.items(), ((w, v, "expected"), (v, w, "seen"))
        ):
            made = g(a, axis)
            if made.isfinite().all() and _varied(b, 2) and close(b, made):
                yield _function(name, f"{words} along {axis_words(w, axis)}", what, (axis,))
    inside = (v - w).abs() <= CLOSE * w.abs().max()
    low, high = float(v.min()), float(v.max())
    if _varied(v, 3) and not inside.all() and close(v, w.clamp(low, high)):
        yield Relation(
            "clamped", f"right, but cut off at {number(low)} and {number(high)}", (low, high)
        )


def _function(name: str, words: str, what: str, with_: tuple[int, ...]) -> Relation:
    if what == "expected":
        return Relation(name, f"what came is {words} of what was expected", with_)
    return Relation(f"{name} missing", f"{words} of what came is what was expected", with_)


def _sums(v: Tensor, w: Tensor) -> Iterator[Relation]:
    """What the expected numbers sum to along an axis, and those that came do not."""
    for axis in reversed(range(w.dim())):
        if w.shape[axis] < 2:
            continue
        whole = bool(((w == 0) | (w == 1)).all())  # the squares of 0 and 1 are no lengths
        for name, of, value in (("sum", torch.Tensor.sum, 1.0), ("square sum", _squares, 1.0)):
            if name == "square sum" and whole:
                continue
            right, mine = of(w, axis), of(v, axis)
            if (right - value).abs().max() > CLOSE or (mine - value).abs().max() <= CLOSE:
                continue
            words = f"the {name} along {axis_words(w, axis)} should be {value:g} and is not"
            others = [
                k
                for k in range(w.dim())
                if k != axis and v.shape[k] > 1 and (of(v, k) - value).abs().max() < CLOSE
            ]
            if others:
                words += f"; along {axis_words(w, others[0])} it is {value:g}"
            yield Relation(name, words, (axis,))
            return


def _squares(x: Tensor, axis: int) -> Tensor:
    return (x * x).sum(axis)


def _rounded(v: Tensor, w: Tensor) -> Iterator[Relation]:
    for name, f in (("floor", torch.floor), ("ceil", torch.ceil), ("trunc", torch.trunc)):
        if _varied(w, 2) and v.any() and torch.equal(v, f(w)):
            words = {"floor": "rounded down", "ceil": "rounded up", "trunc": "cut"}[name]
            yield Relation(name, f"right, but {words} to whole numbers")
            return
    for places in range(5):
        # Where nothing lay far from its rounding, an answer that left all as it was agrees too.
        far = (v - w).abs().max() > 0.25 * 10**-places
        if v.any() and far and _varied(w, 2) and close(v, w.round(decimals=places)):
            yield Relation("rounded", f"right, but rounded to {places} decimals", (places,))
            return
    if ((v - w).abs() <= 0.01 * w.abs()).all():
        yield Relation("near", "close: no number is off by more than 1 %")


def _infinite(v: Tensor, w: Tensor) -> list[Relation]:
    found = []
    for name, mine, right in (
        ("NaN", v.isnan(), w.isnan()),
        ("infinite", v.isinf(), w.isinf()),
    ):
        count = int((mine & ~right).sum())
        if count:
            found.append(Relation(name, f"{count} of {v.numel()} numbers are {name}"))
    return found
