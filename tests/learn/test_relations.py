"""What is said of two tensors holds, whatever they are: each against a slow check of it."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from mtslib.learn.relations import relations
from mtslib.learn.shapes import Relation

# A change of what is right, and a relation that must be found in what it gives.
CHANGES = {
    "factor": lambda x: 3 * x,
    "factor, turned": lambda x: -x,
    "shift": lambda x: x + 2,
    "zero": torch.zeros_like,
    "constant": lambda x: torch.full_like(x, 0.3),
    "permuted": lambda x: x.transpose(0, 1).contiguous(),
    "flipped": lambda x: x.flip(0),
    "rolled": lambda x: x.roll(1, 1),
    "misread": lambda x: x.transpose(0, 1).reshape(x.shape),
    "scaled": lambda x: x * (2 + torch.arange(len(x)))[:, None],
    "square": torch.square,
    "exp": torch.exp,
    "abs": torch.abs,
    "softmax": lambda x: x.softmax(1),
    "cumsum": lambda x: x.cumsum(0),
    "clamped": lambda x: x.clamp(-0.5, 0.5),
    "floor": torch.floor,
    "rounded": lambda x: x.round(decimals=1),
    "near": lambda x: x * 1.001 + 0.0001 * x * x,
    "squeezed": lambda x: x[None],
    "reshaped": lambda x: x.flatten(),
    "sum": lambda x: x.sum(1),
    "mean": lambda x: x.mean(0),
    "first": lambda x: x[0],
    "last": lambda x: x[:, -1],
    "beginning": lambda x: x[:, :2],
    "NaN": lambda x: x.masked_fill(x > 1, math.nan),
    "infinite": lambda x: x.masked_fill(x < 0, math.inf),
}


def holds(relation: Relation, v: Tensor, w: Tensor) -> bool:
    """A slow form of what a relation says, with its own arithmetic in plain numbers."""
    kind, with_ = relation.kind, relation.with_
    if kind.endswith(" missing"):
        return holds(Relation(kind.removesuffix(" missing"), "", with_), w, v)
    a, b = v.flatten().tolist(), w.flatten().tolist()
    size = max(map(abs, [x for x in a + b if math.isfinite(x)]), default=1)

    def near(x: float, y: float) -> bool:
        return abs(x - y) <= 1e-4 * min(size, 1 + max(abs(x), abs(y)))

    def each(f) -> bool:
        return len(a) == len(b) and all(near(x, f(y)) for x, y in zip(a, b, strict=True))

    def rows(axis: int) -> list[tuple[list[float], list[float]]]:
        shape = v.movedim(axis, -1).reshape(-1, v.shape[axis]).tolist()
        return list(
            zip(shape, w.movedim(axis, -1).reshape(-1, w.shape[axis]).tolist(), strict=True)
        )

    simple = {
        "square": lambda y: y * y, "root": lambda y: math.sqrt(max(y, 0)), "exp": math.exp,
        "abs": abs, "inverse": lambda y: 1 / y, "rest": lambda y: 1 - y,
        "log": lambda y: math.log(y) if y > 0 else math.inf, "tanh": math.tanh,
        "sigmoid": lambda y: 1 / (1 + math.exp(-y)), "relu": lambda y: max(y, 0.0),
        "floor": math.floor, "ceil": math.ceil, "trunc": math.trunc,
        "zero": lambda y: 0.0,
    }  # fmt: skip
    if kind in simple:
        return each(simple[kind])
    if kind == "factor":
        return each(lambda y: with_[0] * y)
    if kind == "shift":
        return each(lambda y: y + with_[0])
    if kind == "constant":
        return all(near(x, a[0]) for x in a)
    if kind == "clamped":
        return each(lambda y: min(max(y, with_[0]), with_[1]))
    if kind == "rounded":
        return each(lambda y: round(y, with_[0]))
    if kind == "near":
        return all(abs(x - y) <= 0.011 * abs(y) for x, y in zip(a, b, strict=True))
    if kind in ("NaN", "infinite"):
        test = math.isnan if kind == "NaN" else math.isinf
        return any(test(x) and not test(y) for x, y in zip(a, b, strict=True))
    if kind == "permuted":
        return all(
            near(v[i].item(), w[tuple(i[with_.index(k)] for k in range(len(with_)))].item())
            for i in itertools.product(*map(range, v.shape))
        )
    if kind in ("misread", "miscut", "reshaped", "shuffled", "reordered"):
        return all(near(x, y) for x, y in zip(sorted(a), sorted(b), strict=True))
    if kind == "flipped":
        return all(all(map(near, mine, right[::-1])) for mine, right in rows(with_[0]))
    if kind == "rolled":
        axis, by = with_
        return all(all(map(near, m, r[-by:] + r[:-by])) for m, r in rows(axis))
    if kind in ("scaled", "raised"):
        for mine, right in rows(with_[0]):
            own = [x / y if kind == "scaled" else x - y for x, y in zip(mine, right, strict=True)]
            if max(own) - min(own) > 1e-3 * max(1, *map(abs, own)):
                return False
        return True
    if kind in ("softmax", "log_softmax", "cumsum", "shares", "unit", "centred"):
        for mine, right in rows(with_[0]):
            total = {
                "softmax": lambda r: [math.exp(y) / sum(map(math.exp, r)) for y in r],
                "log_softmax": lambda r: [y - math.log(sum(map(math.exp, r))) for y in r],
                "cumsum": lambda r: list(itertools.accumulate(r)),
                "shares": lambda r: [y / sum(r) for y in r],
                "unit": lambda r: [y / math.sqrt(sum(z * z for z in r)) for y in r],
                "centred": lambda r: [y - sum(r) / len(r) for y in r],
            }[kind](right)
            if not all(map(near, mine, total)):
                return False
        return True
    if kind in ("sum", "square sum") and v.shape == w.shape:
        power = 1 if kind == "sum" else 2
        sums = [(sum(x**power for x in m), sum(y**power for y in r)) for m, r in rows(with_[0])]
        return all(abs(r - 1) < 1e-3 for _, r in sums) and any(abs(m - 1) > 1e-6 for m, _ in sums)
    if kind == "squeezed":
        return v.numel() == w.numel() and all(map(near, a, b))
    if kind in ("sum", "mean", "max", "min", "first", "last"):
        runs = w.movedim(with_[0], -1).reshape(-1, w.shape[with_[0]]).tolist()
        f = {
            "sum": sum, "mean": lambda r: sum(r) / len(r), "max": max, "min": min,
            "first": lambda r: r[0], "last": lambda r: r[-1],
        }[kind]  # fmt: skip
        return len(a) == len(runs) and all(near(x, f(r)) for x, r in zip(a, runs, strict=True))
    if kind in ("beginning", "end"):
        axis, count = with_
        start = 0 if kind == "beginning" else w.shape[axis] - count
        part = w.narrow(axis, start, count).flatten().tolist()
        return len(a) == len(part) and all(map(near, a, part))
    if kind == "axes":
        return v.dim() != w.dim()
    if kind == "sizes":
        wrong = [i for i in range(w.dim()) if v.shape[i] != w.shape[i]]
        return sorted(v.shape) == sorted(w.shape) if not with_ else list(with_) == wrong
    raise AssertionError(f"a relation that no slow check knows: {kind}")


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_and_everything_that_is_said_of_it_holds(change: str, seed: int) -> None:
    w = torch.randn(4, 5, generator=torch.Generator().manual_seed(seed)).double()
    v = CHANGES[change](w)
    found = relations(v, w)
    assert change.split(",")[0] in {relation.kind for relation in found}
    assert [relation for relation in found if not holds(relation, v, w)] == []


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2, 3))])
def test_nothing_untrue_is_said_of_two_changes_or_of_chance(seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    for shape in ((1,), (2,), (3, 3), (1, 6), (2, 3, 4), (2, 1, 2, 2)):
        w = torch.randint(-2, 3, shape, generator=draw).double()
        others = [torch.randint(-2, 3, shape, generator=draw).double(), torch.rand(shape)]
        if len(shape) == 2 and min(shape) > 1:
            both = itertools.islice(itertools.product(CHANGES.values(), repeat=2), seed, None, 7)
            others += [f(g(w)) for f, g in both if fits(f, g, w)]
        for v in others:
            untrue = [r for r in relations(v.double(), w) if not holds(r, v.double(), w)]
            assert untrue == [], (v, w)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_said_of_numbers_of_many_sizes_holds_for_the_small_ones_too(seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    for count in (3, 5, 8):
        w = (10 ** (7 * torch.rand(count, generator=draw).double())).round()
        few = (0.3 * w).round() * (torch.rand(count, generator=draw) < 0.5)
        for v in (w + few, 3 * w, w + 2, torch.where(w == w.max(), 2 * w, w), 1.7 * w + 100):
            assert [r for r in relations(v, w) if not holds(r, v, w)] == [], (v, w)


def test_one_factor_is_told_only_where_it_is_that_of_every_number() -> None:
    seen, expected = torch.tensor([901, 3_000_000, 168_100_000]), torch.tensor([597, 2e6, 1e8])
    assert "factor" not in {relation.kind for relation in relations(seen, expected)}


def fits(f, g, w: Tensor) -> bool:
    try:
        f(g(w))
    except (RuntimeError, IndexError):
        return False
    return True


def test_numbers_that_agree_are_not_related() -> None:
    w = torch.randn(3, 3)
    assert relations(w + 1e-7, w) == []
