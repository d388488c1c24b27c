"""One small change of a learner's own code that makes it right: `learn.repair("03.3")`."""

from __future__ import annotations

import ast
import difflib
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from mtslib.learn.causes import Known
from mtslib.learn.checking import SEEDS
from mtslib.learn.exercise import Exercise
from mtslib.learn.mutations import mutants
from mtslib.learn.source import source_of
from mtslib.learn.watched import observe

SECONDS = 10.0
ONE_TRY = 1.0  # seconds; a change that takes longer is no repair


@dataclass(frozen=True)
class Repair:
    """Lines of an answer, and what they would have to be. Both empty where nothing was found."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


def find(exercise: Exercise, answer: Any, seconds: float = SECONDS) -> Repair:
    """The first single change of an answer's text that passes with every seed, within `seconds`.

    Another axis, operator, constant, name or order of arguments, a call less, or one that the
    reference makes and the answer does not.
    """
    source = source_of(answer, exercise.name)
    if not source:
        return Repair()
    plain = ast.unparse(ast.parse(source))
    end = time.monotonic() + seconds
    quick = replace(exercise, seconds=ONE_TRY)
    known = {seed: Known(exercise, seed) for seed in SEEDS}
    for right in known.values():  # what has to be loaded for it is not of a try's time
        right.nearest({})
    general = (one.source for one in mutants(plain))
    added = _calls_added(plain, exercise.reference_source)
    for text in itertools.chain(general, _names_changed(plain), added):
        if time.monotonic() > end:
            break
        if _reads(text) and _constants(text) == _constants(plain) and _passes(quick, text, known):
            return _lines(plain, text)
    return Repair()


def _reads(text: str) -> bool:
    """Whether a changed text is Python still: a pattern of `match` takes no call."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _passes(exercise: Exercise, text: str, known: dict[int, Known]) -> bool:
    try:
        made = exercise.make(text, "repaired")
        for seed, right in known.items():
            seen = observe(exercise, made, seed)
            if seen.problem or all(right.wrong(form, seen.seen) for form in exercise.accepted):
                return False
    except Exception:  # noqa: BLE001 - a change that does not even define what was asked for
        return False
    return True


def _calls_added(source: str, reference: str) -> Iterator[str]:
    """The source with a call of the reference's that it lacks: a line, or at an expression."""
    theirs, ours = ast.parse(source), ast.parse(reference)
    has = {ast.dump(node) for node in ast.walk(theirs)}
    for call in [n for n in ast.walk(ours) if isinstance(n, ast.Expr | ast.Call)]:
        if ast.dump(call) in has:
            continue
        if isinstance(call, ast.Expr) and isinstance(call.value, ast.Call):
            for block in [b for n in ast.walk(theirs) for b in [getattr(n, "body", None)] if b]:
                for place in range(len(block) + 1 if isinstance(block, list) else 0):
                    block.insert(place, call)
                    yield ast.unparse(theirs)
                    del block[place]
        elif isinstance(call, ast.Call):
            for put, value in _operands(theirs):
                if isinstance(call.func, ast.Attribute):
                    longer = ast.Attribute(value, call.func.attr, ast.Load())
                    put(ast.Call(longer, call.args, call.keywords))
                else:
                    put(ast.Call(call.func, [value], call.keywords))
                yield ast.unparse(ast.fix_missing_locations(theirs))
                put(value)


def _names_changed(source: str) -> Iterator[str]:
    """The source with another of a function's own names in one place."""
    tree = ast.parse(source)
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]:
        names = [n for n in ast.walk(function) if isinstance(n, ast.Name)]
        own = [a.arg for a in ast.walk(function) if isinstance(a, ast.arg)]
        own += [n.id for n in names if isinstance(n.ctx, ast.Store)]
        for node in names:
            was = node.id
            for other in (
                dict.fromkeys(own) if was in own and isinstance(node.ctx, ast.Load) else ()
            ):
                if other != was:
                    node.id = other
                    yield ast.unparse(tree)
            node.id = was


def _operands(tree: ast.Module) -> list[tuple[Callable[[ast.expr], None], ast.expr]]:
    """Every operand, argument and value of a tree, with what puts something else there."""
    found: list[tuple[Callable[[ast.expr], None], ast.expr]] = []
    for node in ast.walk(tree):
        for name in ("value", "left", "right"):
            value = getattr(node, name, None)
            if isinstance(value, ast.expr) and not isinstance(node, ast.Attribute):
                found.append((partial(setattr, node, name), value))
        for place, value in enumerate(node.args if isinstance(node, ast.Call) else ()):
            found.append((partial(node.args.__setitem__, place), value))
    return found


def _constants(text: str) -> list[str]:
    """What stands outside of functions and classes: the chapter's, and no line to repair."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [ast.dump(node) for node in ast.parse(text).body if not isinstance(node, kinds)]


def _lines(before: str, after: str) -> Repair:
    """The lines in which two texts differ."""
    old, new = before.splitlines(), after.splitlines()
    parts = [
        p for p in difflib.SequenceMatcher(None, old, new, False).get_opcodes() if p[0] != "equal"
    ]
    return Repair(
        tuple(line.strip() for _, a, b, _, _ in parts for line in old[a:b]),
        tuple(line.strip() for _, _, _, c, d in parts for line in new[c:d]),
    )
