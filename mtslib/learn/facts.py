"""What is true of a wrong answer, found without any list of mistakes.

Which questions came out right and which wrong, how what came relates to what was expected, where
the wrong numbers stand, and for which other inputs the answer would be right. Each fact was
computed on every question that it speaks of, with every seed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn import cells, probes
from mtslib.learn.compare import describe, differ, plain
from mtslib.learn.exercise import Exercise
from mtslib.learn.inputs import DTYPE
from mtslib.learn.kinship import common, kinship, numbers_of
from mtslib.learn.questions import Fact, Pair, distinguished, named, questions
from mtslib.learn.relations import PLACEWISE, relations
from mtslib.learn.shapes import Relation, close
from mtslib.learn.source import source_of
from mtslib.learn.watched import Observed, is_derived


def of(exercise: Exercise, answer: Any, seeds: Sequence[int] = (0, 1, 2)) -> list[Fact]:
    """The facts of an answer, examined afresh."""
    from mtslib.learn.checking import examine  # it imports this module

    return list(examine(exercise, answer, seeds).facts)


def gather(
    exercise: Exercise, answer: Any, seen: Sequence[Observed], expected: Sequence[Observed]
) -> tuple[Fact, ...]:
    """All facts, the best first. seen, expected: seed by seed, as a verdict holds them."""
    if seen[-1].problem:
        return tuple(_before_it_raised(exercise, seen[-1], expected[-1]))
    pairs = [
        pair
        for two in zip(seen, expected, strict=True)
        for pair in _pairs(*two, exercise.tolerance)
    ]
    wrong = [pair for pair in pairs if pair.wrong]
    if not wrong:
        return ()
    values = [p for p in wrong if not is_derived(p.question)]
    if not values:
        return tuple(_gradients(wrong, exercise.tolerance))
    found = list(_related(values, exercise.tolerance))
    otherwise = probes.would_be_right(
        [(pair.call, pair.seen, pair.expected) for pair in values], exercise.tolerance
    )
    if otherwise:
        found.append(Fact("would be right", f"This is what would be right if {otherwise}."))
    found += [*_left_over(exercise, answer), *_returned(values)]
    found += _read(
        exercise, answer, any(_gave_none(*two) for two in zip(seen, expected, strict=True))
    )
    found += [*questions(pairs), *distinguished(pairs), *_places(values)]
    return tuple(dict.fromkeys(found or _extent(values)))


def _gradients(wrong: Sequence[Pair], tolerance: float) -> Iterator[Fact]:
    """Of an answer that is right but for its precision or its gradients."""
    kinds = {(p.seen, p.expected) for p in wrong if p.question.startswith(DTYPE)}
    for mine, right in sorted(kinds):
        yield Fact("dtype", f"Every number that came is right; it came as {mine}, not {right}.")
    wrong = [p for p in wrong if not p.question.startswith(DTYPE)]
    if not wrong:
        return
    words = "Every number that came is right; its gradients are not. Training would need them, so"
    yield Fact("gradient only", f"{words} they are compared too.")
    cut = sorted({p.question.split(" of: ")[0] for p in wrong if isinstance(p.seen, str)})
    if cut:
        yield Fact("cut", f"Nothing comes back to it: {', '.join(cut)}.")
    yield from _related([p for p in wrong if not isinstance(p.seen, str)], tolerance)


def _pairs(seen: Observed, expected: Observed, tolerance: float) -> Iterator[Pair]:
    for question, right in expected.seen.items():
        if question in seen.seen:
            mine = seen.seen[question]
            wrong = differ(mine, right, tolerance) is not None
            about = question.partition(" of: ")[2] if is_derived(question) else question
            call = expected.asked.get(about)
            yield Pair(question, mine, right, wrong, call)


# How they relate -------------------------------------------------------------------------------


def _related(wrong: Sequence[Pair], tolerance: float) -> Iterator[Fact]:
    """What holds between what came and what was expected in every wrong question."""
    if not wrong:
        return
    each = [kinship(pair.seen, pair.expected, tolerance) for pair in wrong]
    shared = common(each)
    single = _of_single_numbers(wrong)
    where = "" if len({p.question for p in wrong}) == 1 else "In every question that differs: "
    for relation in [*single, *shared][:3]:
        yield _fact(where, relation)
    if not shared and not single:
        for pair, own in zip(wrong, each, strict=True):
            if own:
                yield _fact(f"In {named([pair.question])}: ", own[0])
                return


def _fact(where: str, relation: Relation) -> Fact:
    words = f"{where}{relation.words}."
    return Fact(relation.kind, words[0].upper() + words[1:])


def _of_single_numbers(wrong: Sequence[Pair]) -> list[Relation]:
    """Relations of the single numbers of several questions, taken together."""
    numbers = [(numbers_of(pair.seen), numbers_of(pair.expected)) for pair in wrong]
    if len(numbers) < 3 or any(a is None or b is None for a, b in numbers):
        return []
    if any(one.numel() != 1 for two in numbers for one in two):
        return []
    seen, expected = (
        torch.cat([n.reshape(1) for n in side]) for side in zip(*numbers, strict=True)
    )
    return [r for r in relations(seen, expected) if r.kind.removesuffix(" missing") in PLACEWISE]


# Where the wrong numbers stand -----------------------------------------------------------------


def _places(wrong: Sequence[Pair]) -> Iterator[Fact]:
    """Which slices of the smallest wrong question are wrong, and which input marks them."""
    pair = min(wrong, key=lambda p: p.call.size if p.call else 10**9)
    seen, expected = numbers_of(pair.seen), numbers_of(pair.expected)
    if seen is None or expected is None or seen.shape != expected.shape or not seen.dim():
        return
    off = ~torch.isclose(seen, expected, rtol=1e-4, atol=1e-5, equal_nan=True)
    if off.all() or not off.any():
        return
    where = f"In {named([pair.question])}: "
    for name, value in (pair.call.given if pair.call else {}).items():
        if isinstance(value, Tensor) and value.numel() > 1:
            for words, marked in (
                ("is 0", value == 0),
                ("is not 0", value != 0),
                ("is negative", value < 0),
            ):
                if _marks(marked, off):
                    yield Fact("marked", f"{where}wrong just where {name} {words}.")
                    return
    for axis in range(off.dim()):
        others = [k for k in range(off.dim()) if k != axis]
        slices = off.any(others) if others else off
        if not slices.all():
            places = [str(i) for i in slices.nonzero().flatten().tolist()]
            right = [str(i) for i in (~slices).nonzero().flatten().tolist()]
            yield Fact(
                "slices",
                f"{where}along axis {axis}, wrong at {_list(places)}, right at {_list(right)}.",
            )
            return
    yield Fact("count", f"{where}{int(off.sum())} of {off.numel()} numbers are wrong.")


def _marks(marked: Tensor, off: Tensor) -> bool:
    """Whether an input marks just the wrong places, spread over the axes that it lacks."""
    if not marked.any() or marked.all():
        return False
    shapes = [marked.shape, marked.shape + (1,) * (off.dim() - marked.dim())]
    for shape in shapes:
        try:
            spread = marked.reshape(shape).expand(off.shape)
        except RuntimeError:
            continue
        if torch.equal(spread, off):
            return True
    return False


def _list(items: Sequence[str], most: int = 6) -> str:
    return ", ".join(items[:most]) + (" …" if len(items) > most else "")


def _extent(wrong: Sequence[Pair]) -> list[Fact]:
    """How many numbers differ, by how much, and whether all in one direction."""
    numbers = [(numbers_of(pair.seen), numbers_of(pair.expected)) for pair in wrong]
    if any(a is None or b is None or a.shape != b.shape for a, b in numbers):
        return []
    apart = torch.cat([(a - b).flatten() for a, b in numbers])
    if len(apart) == 1 or not apart.isfinite().all():
        return []
    most = float(apart.abs().max())
    words = f"{int(apart.count_nonzero())} of {len(apart)} numbers differ, by up to {most:.3g}"
    if (apart >= 0).all() or (apart <= 0).all():
        words += f"; none is too {'small' if (apart >= 0).all() else 'large'}"
    return [Fact("extent", words + ".")]


# For which other inputs it would be right -------------------------------------------------------


def _returned(wrong: Sequence[Pair]) -> Iterator[Fact]:
    """An input that came back as it was."""
    names = [
        {
            name
            for name, value in (pair.call.given if pair.call else {}).items()
            if _equal(pair.seen, value)
        }
        for pair in wrong
    ]
    for name in sorted(set.intersection(*names)) if names else ():
        yield Fact("returned", f"What came back is {name}, unchanged.")


def _equal(seen: Any, value: Any) -> bool:
    mine, theirs = numbers_of(seen), numbers_of(value)
    if mine is None or theirs is None:
        return type(seen) is type(value) and isinstance(seen, str) and seen == value
    return mine.shape == theirs.shape and mine.numel() > 1 and close(mine, theirs)


# The source, and what raised -------------------------------------------------------------------


def _left_over(exercise: Exercise, answer: Any) -> Iterator[Fact]:
    """What reaches into an answer from other cells of the notebook."""
    for name, value in cells.left_over(exercise, answer).items():
        words = f"Your code reads {name}, which is none of its arguments: the notebook's own, "
        yield Fact("left over", f"{words}{describe(value)}.")


def _gave_none(seen: Observed, expected: Observed) -> bool:
    """Whether a call gave back None where something was expected."""
    pairs = zip(seen.calls, expected.calls, strict=False)
    return any(a.done and a.result is None and b.result is not None for a, b in pairs)


def _read(exercise: Exercise, answer: Any, gave_none: bool) -> Iterator[Fact]:
    """Arguments that the answer's own code never reads, and ways through it without a return."""
    ours = {words for words, _ in _unread(exercise.reference_source)}
    source = source_of(answer, exercise.name)
    for words, function in _unread(source):
        if words and words not in ours:
            yield Fact("unread", words)
        elif not words and gave_none and function.name in (exercise.name, "forward"):
            returns = [n for n in ast.walk(function) if isinstance(n, ast.Return) and n.value]
            how = "came to its end without one" if returns else "has no line with return"
            yield Fact("no return", f"{function.name} gave back None: it {how}.")


def _unread(source: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """(a sentence about an argument that it never reads, function), and ('', function) for all."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("__"):
            continue
        yield "", function
        args = [*function.args.posonlyargs, *function.args.args]
        args = args[: len(args) - len(function.args.defaults)]  # what has a default may be left
        read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} | {"self", "cls", "_"}
        for name in [arg.arg for arg in args if arg.arg not in read]:
            yield f"{function.name} never reads its argument {name}.", function


def _before_it_raised(exercise: Exercise, seen: Observed, expected: Observed) -> Iterator[Fact]:
    """Which call raised, what it was given, and whether those before it were right."""
    calls = list(seen.calls)
    if not calls:
        return
    last, right = calls[-1], list(expected.calls)
    place = len(calls) - 1
    if last.done:
        if place < len(right):
            yield Fact("came", f"Expected in its place: {describe(plain(right[place].result))}.")
        return
    questions = {id(call): question for question, call in expected.asked.items()}
    named = questions.get(id(right[place])) if place < len(right) else None
    if named:
        yield Fact("call", f"It was asked: {named}.")
    if given := last.words(in_part=True):
        yield Fact("call", f"It was given {given}.")
    done = [
        differ(plain(mine.result), plain(theirs.result), exercise.tolerance) is None
        for mine, theirs in zip(calls[:-1], right, strict=False)
    ]
    if done:
        fine = "right" if all(done) else f"{sum(done)} of them right"
        count = "One call" if len(done) == 1 else f"{len(done)} calls"
        yield Fact("calls", f"{count} before it came back, {fine}.")
