"""How tensors of two shapes relate, and what a relation is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

CLOSE = 1e-5  # of a number, or of 1, whichever is larger; at most of the largest
MOST_AXES, MOST_SLICES, MOST_NUMBERS = 4, 64, 50_000


@dataclass(frozen=True)
class Relation:
    """One relation. kind, with: what it is, for whoever computes; words: for the learner."""

    kind: str
    words: str
    with_: tuple[float, ...] = ()


def close(v: Tensor, w: Tensor) -> bool:
    """Whether two tensors of one shape are the same numbers, each as the check compares it.

    A large number beside a small one does not hide that the small one is another.
    """
    if v.shape != w.shape or not v.numel():
        return v.shape == w.shape
    sizes = v.abs().maximum(w.abs())
    return bool(((v - w).abs() <= CLOSE * sizes.add(1).clamp(max=sizes.max())).all())


def of_shapes(v: Tensor, w: Tensor) -> Iterator[Relation]:
    """One is the other with an axis more or less, a part of it, or summed up."""
    if close(v.squeeze(), w.squeeze()):
        extra = "an axis of size 1 too many" if v.dim() > w.dim() else "an axis of size 1 short"
        if v.dim() == w.dim():
            extra = "its axis of size 1 in another place"
        yield Relation("squeezed", f"the right numbers, with {extra}")
        return
    if v.numel() == w.numel():
        for order in itertools.permutations(range(w.dim())) if w.dim() <= MOST_AXES else ():
            turned = w.permute(order)
            if turned.shape == v.shape and order != tuple(range(w.dim())) and close(v, turned):
                yield Relation("permuted", "the right numbers; " + order_words(order), order)
                return
            if close(v.flatten(), turned.flatten()):
                words = "the right numbers, cut to another shape"
                more = "" if order == tuple(range(w.dim())) else "; " + order_words(order)
                yield Relation("reshaped", words + more, order)
                return
    found = list(_reduced(v, w, "what came is", "of what was expected", ""))
    found += _reduced(w, v, "", "of what came is what was expected", " missing")
    yield from found or [_sizes(v, w)]


def _sizes(v: Tensor, w: Tensor) -> Relation:
    """Two shapes in words."""
    if v.dim() != w.dim():
        more = "too many" if v.dim() > w.dim() else "too few"
        return Relation(
            "axes",
            f"{abs(v.dim() - w.dim())} {'axis' if abs(v.dim() - w.dim()) == 1 else 'axes'} {more}",
        )
    if sorted(v.shape) == sorted(w.shape):
        return Relation("sizes", "the sizes of the axes are right, in another order")
    wrong = [axis for axis in range(w.dim()) if v.shape[axis] != w.shape[axis]]
    kept = "; the others fit" if len(wrong) < w.dim() else ""
    return Relation(
        "sizes", f"the size of axis {', '.join(map(str, wrong))} is wrong{kept}", tuple(wrong)
    )


REDUCTIONS: dict[str, tuple[str, Callable[[Tensor, int], Tensor]]] = {
    "first": ("the first", lambda x, axis: x.select(axis, 0)),
    "last": ("the last", lambda x, axis: x.select(axis, -1)),
    "sum": ("the sum", torch.Tensor.sum),
    "mean": ("the mean", torch.Tensor.mean),
    "max": ("the largest", torch.Tensor.amax),
    "min": ("the smallest", torch.Tensor.amin),
}


def _reduced(a: Tensor, b: Tensor, before: str, after: str, tail: str) -> Iterator[Relation]:
    """Whether `a` is `b` without one of its axes, or the beginning or the end of `b`."""
    for axis in range(b.dim()):
        place = f"along {axis_words(b, axis)} {after}"
        if b.shape[axis] > 1:
            for name, (words, f) in REDUCTIONS.items():
                made = f(b, axis)
                if a.numel() == made.numel() and close(a.reshape(made.shape), made):
                    yield Relation(name + tail, f"{before} {words} {place}".strip(), (axis,))
                    return
        if a.dim() != b.dim() or not 0 < a.shape[axis] < b.shape[axis]:
            continue
        count = a.shape[axis]
        for name, start in (("beginning", 0), ("end", b.shape[axis] - count)):
            part = b.narrow(axis, start, count)
            if a.shape == part.shape and close(a, part):
                words = f"{before} {'first' if not start else 'last'} {count} {place}"
                yield Relation(name + tail, words.strip(), (axis, count))
                return


def order_words(order: tuple[int, ...]) -> str:
    changed = [i for i, axis in enumerate(order) if i != axis]
    if len(changed) == 2:
        return f"axes {changed[0]} and {changed[1]} have changed places"
    return f"the axes stand in the order {', '.join(map(str, order))}"


def axis_words(tensor: Tensor, axis: int) -> str:
    return "the axis" if tensor.dim() == 1 else f"axis {axis}"


def number(value: Tensor | float) -> str:
    return f"{float(value):.4g}"
