"""Which mistake explains all that was seen: one of an exercise's own, two, or one of its parts'."""

from __future__ import annotations

import ast
import itertools
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mtslib.learn import registry
from mtslib.learn.compare import compare, differences
from mtslib.learn.exercise import Exercise, Form, Mistake
from mtslib.learn.run_limited import NotAttempted
from mtslib.learn.source import global_names
from mtslib.learn.watched import Observed, observe, specified

SEARCH = 2.0  # seconds; what is not explained by then has its facts


@dataclass(frozen=True)
class Mutant:
    """A mistaken answer: what is wrong in it, in which form, the object and its text."""

    mistakes: tuple[Mistake, ...]
    form: Form
    made: Any
    source: str


class Known:
    """What the right forms and the mistakes of an exercise give with one seed, each observed once.

    Mistaken answers are observed as they are asked for: every mistake in every form, then every two
    that can be made in one answer, then those of the exercises that this one is made of.
    """

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise, self.seed = exercise, seed
        self._forms: dict[str, Observed] = {}
        self._mistaken: list[tuple[Mutant, Mapping[str, Any]]] = []
        self._explained: dict[str, Mapping[str, Any] | None] = {}
        self._further = self._observe_mistaken()

    def expected(self, form: Form) -> Observed:
        """What a right answer of this form does."""
        if form.name not in self._forms:
            self._forms[form.name] = specified(self.exercise, form, self.seed)
        return self._forms[form.name]

    def is_right(self, form: Form, seen: Observed) -> bool:
        """Whether an answer gives what this form gives."""
        return compare(seen.seen, self.expected(form).seen, self.exercise.tolerance) is None

    def nearest(self, seen: Observed) -> Form:
        """The form from which an answer departs in the fewest questions."""

        def wrong(form: Form) -> int:
            right = self.expected(form).seen
            return sum(1 for _ in differences(seen.seen, right, self.exercise.tolerance))

        return min(self.exercise.accepted, key=wrong)

    def diagnose(self, seen: Mapping[str, Any], source: str = "") -> Mutant | None:
        """The mistaken answer that gives just what was seen, in all its questions.

        source: the answer's text; what it plainly contradicts is no cause. None after `SEARCH`.
        """
        end = time.monotonic() + SEARCH
        for mutant, theirs in itertools.chain(tuple(self._mistaken), self._further):
            if self._same(seen, theirs) and not contradicted(self.exercise, mutant, source):
                return mutant
            if time.monotonic() > end:
                break
        return None

    def explains(self, mutant: Mutant, seen: Mapping[str, Any]) -> bool:
        """Whether a mistaken answer that was found with another seed gives what was seen here."""
        if mutant.source not in self._explained:
            self._explained[mutant.source] = self._of(mutant)
        return self._same(seen, self._explained[mutant.source])

    def _same(self, seen: Mapping[str, Any], theirs: Mapping[str, Any] | None) -> bool:
        return (
            theirs is not None
            and seen.keys() == theirs.keys()
            and compare(seen, theirs, self.exercise.tolerance) is None
        )

    def _of(self, mutant: Mutant) -> Mapping[str, Any] | None:
        """What a mistaken answer gives; None where it raises, which explains no number."""
        try:
            found = observe(self.exercise, mutant.made, self.seed)
        except NotAttempted:
            return None
        return None if found.problem else found.seen

    def _observe_mistaken(self) -> Iterator[tuple[Mutant, Mapping[str, Any]]]:
        for mutant in mutants(self.exercise):
            seen = self._of(mutant)
            if seen is not None:
                self._explained[mutant.source] = seen
                self._mistaken.append((mutant, seen))
                yield self._mistaken[-1]


def mutants(exercise: Exercise) -> Iterator[Mutant]:
    """Every mistaken answer that can be made, the likely ones first."""
    yield from _singles(exercise)
    for mistakes, form, source in _pairs(exercise):
        with suppress(SyntaxError, ValueError):  # together they are no answer
            yield Mutant(mistakes, form, exercise.make(source, mistakes[0].name), source)
    for name, part in _parts(exercise).items():
        for one in _singles(part):
            made = exercise.make(exercise.reference_source, one.mistakes[0].name, {name: one.made})
            yield Mutant(one.mistakes, exercise.accepted[0], made, one.source)


def _singles(exercise: Exercise) -> Iterator[Mutant]:
    for mistake in exercise.mistakes:
        for form in exercise.accepted:
            source = exercise.mistaken_source(mistake, form)
            yield Mutant((mistake,), form, exercise.make(source, mistake.name), source)


def _pairs(exercise: Exercise) -> Iterator[tuple[tuple[Mistake, ...], Form, str]]:
    """Two mistakes in one answer, wherever both fit into the reference's syntax tree."""
    for form in exercise.accepted:
        right = ast.parse(exercise.patched("form", form.edits))
        trees = {
            mistake.name: ast.parse(exercise.mistaken_source(mistake, form))
            for mistake in exercise.mistakes
        }
        for first, second in itertools.combinations(exercise.mistakes, 2):
            try:
                both = merged(right, trees[first.name], trees[second.name])
            except ValueError:
                continue  # they change the same place
            yield (first, second), form, ast.unparse(ast.fix_missing_locations(both)) + "\n"


def _parts(exercise: Exercise) -> dict[str, Exercise]:
    """The exercises whose references this one's calls, by the names that it calls them."""
    parts = {}
    used = global_names(exercise.reference_source)[1]
    here = vars(exercise.module)
    for other in registry.every():
        if other.id != exercise.id:
            parts |= {name: other for name in used if here.get(name) is other.reference}
    return parts


# Two changes in one tree -----------------------------------------------------------------------


def merged(right: Any, first: Any, second: Any) -> Any:
    """Two changed syntax trees in one. Raises ValueError where both changed the same place."""
    texts = [_dump(one) for one in (right, first, second)]
    if texts[1] == texts[0]:
        return second
    if texts[2] in (texts[0], texts[1]):
        return first
    if isinstance(right, list):
        return _merged_lists(right, first, second)
    names = right._fields if isinstance(right, ast.AST) else ()
    for one, other in ((first, second), (second, first)):
        for name in names if type(right) is type(one) else ():
            held = getattr(right, name)  # of what is left where something around it was dropped
            if isinstance(held, ast.AST) and _dump(held) == _dump(other):
                return getattr(one, name)
    if not names or not type(right) is type(first) is type(second):
        raise ValueError("both changed the same place")
    return type(right)(
        **{n: merged(*(getattr(one, n) for one in (right, first, second))) for n in names}
    )


def _merged_lists(right: list, first: list, second: list) -> list:
    if len(right) == len(first) == len(second):
        return [merged(*three) for three in zip(right, first, second, strict=True)]
    (a, b, new), (c, d, newer) = sorted(
        (_changed(right, first), _changed(right, second)), key=_ends
    )
    if b > c:
        raise ValueError("both changed the same place")
    return [*right[:a], *new, *right[b:c], *newer, *right[d:]]


def _ends(change: tuple[int, int, list]) -> tuple[int, int]:
    return change[:2]


def _changed(right: list, other: list) -> tuple[int, int, list]:
    """(start, end, what stands there now) of the part of a list that was changed."""
    texts = [list(map(_dump, one)) for one in (right, other)]
    least = min(map(len, texts))
    start = next((i for i in range(least) if texts[0][i] != texts[1][i]), least)
    tail = 0
    while tail < least - start and texts[0][-1 - tail] == texts[1][-1 - tail]:
        tail += 1
    return start, len(right) - tail, other[start : len(other) - tail]


def _dump(node: Any) -> str:
    """A tree as text, worked out once for each node."""
    if isinstance(node, list):
        return "\n".join(map(_dump, node))
    if not isinstance(node, ast.AST):
        return repr(node)
    if not hasattr(node, "_text"):
        inner = [_dump(value) for _, value in ast.iter_fields(node)]
        node._text = f"{type(node).__name__}({', '.join(inner)})"
    return node._text


# What a source says against a cause --------------------------------------------------------------


def contradicted(exercise: Exercise, mutant: Mutant, source: str) -> bool:
    """Whether the text of an answer plainly contradicts a mistake as its cause."""
    if not source:
        return False
    own = all(mistake in exercise.mistakes for mistake in mutant.mistakes)
    return any(
        _denied(exercise, mistake, source) if own else _calls_part(exercise, mistake, source)
        for mistake in mutant.mistakes
    )


def _denied(exercise: Exercise, mistake: Mistake, source: str) -> bool:
    """A mistake that only reorders calls needs each of them. One that leaves out calls, and says so
    by their names, is denied by a source that calls them as often as the reference does."""
    right, theirs = _called(exercise.reference_source), _called(source)
    wrong = _called(exercise.mistaken_source(mistake))
    if wrong == right and not mistake.source:
        return _reorders(mistake) and bool(right - theirs)
    said = set(re.findall(r"\w+", mistake.cause))
    left_out = [name for name in right - wrong if name in said]
    if left_out and all(theirs[name] >= right[name] for name in left_out):
        return True
    return _stands(exercise.reference_source, exercise.mistaken_source(mistake), source)


def _stands(right: str, wrong: str, source: str) -> bool:
    """Whether a source has, word for word, the right lines that a mistake would change, and not
    what they would become."""
    lines = _lines(ast.parse(source))
    places = list(_replaced(ast.parse(right).body, ast.parse(wrong).body))
    before, after = ([side in lines for side in sides] for sides in zip(*places, strict=True))
    return all(before) and not all(after)


def _lines(tree: ast.Module) -> str:
    """All blocks of a tree and all its expressions, each as a line, blank lines between blocks."""
    blocks = [
        _block(value)
        for node in ast.walk(tree)
        for _, value in ast.iter_fields(node)
        if isinstance(value, list)
    ]
    return "\n".join(blocks + [_block([n]) for n in ast.walk(tree) if isinstance(n, ast.expr)])


def _block(nodes: list) -> str:
    return "\n".join(["", *map(_dump, nodes), ""])


def _replaced(right: list, wrong: list) -> Iterator[tuple[str, str]]:
    """(as it is, as it would be) of the statements, and the heads of compound ones, that differ."""
    start, end, new = _changed(right, wrong)
    old = right[start:end]
    one = old[0] if old else None
    if not (len(old) == len(new) == 1 and type(one) is type(new[0]) and hasattr(one, "body")):
        # Of what is only added, the lines around it.
        around = slice(max(start - 1, 0), end + 1) if not old else slice(start, end)
        later = len(right) - len(wrong)
        yield _block(right[around]), _block(wrong[around.start : around.stop - later])
        return
    for name, value in ast.iter_fields(one):
        other = getattr(new[0], name)
        if _dump(value) == _dump(other):
            continue
        if isinstance(value, list) and name in ("body", "orelse", "finalbody") and value:
            yield from _replaced(value, other)
        elif isinstance(value, ast.expr):
            yield _block([value]), _block([other])
        else:
            yield _block([one]), _block(new)


def _calls_part(exercise: Exercise, mistake: Mistake, source: str) -> bool:
    """Whether a mistake of a part is none of the answer's: it calls the part, which is right."""
    called = _called(source)
    return any(called[n] for n, part in _parts(exercise).items() if mistake in part.mistakes)


def _reorders(mistake: Mistake) -> bool:
    """Whether a mistake has the same lines as the reference, in another order."""
    old, new = (Counter("\n".join(side).split()) for side in zip(*mistake.edits, strict=True))
    return old == new


def _called(source: str) -> Counter[str]:
    """How often each function or method is called in a source."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return Counter(getattr(func, "attr", getattr(func, "id", "")) for func in calls)
