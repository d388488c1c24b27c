"""Which mistake explains all that was seen: one of an exercise's own, two, or one of its parts'."""

from __future__ import annotations

import ast
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mtslib.learn import registry
from mtslib.learn.compare import compare, differ, differences
from mtslib.learn.exercise import Exercise, Form, Mistake
from mtslib.learn.run_limited import NotAttempted
from mtslib.learn.source import global_names
from mtslib.learn.trees import changed, dump, merged, plain_definition, within
from mtslib.learn.watched import LEFT, Observed, observe, specified

SEARCH = 1.0  # seconds, after the single mistakes; what is not explained has its facts


@dataclass(frozen=True, eq=False)
class Mutant:
    """A mistaken answer: what is wrong in it, in which form, the object and its text."""

    mistakes: tuple[Mistake, ...]
    form: Form
    made: Any
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.source)


class Known:
    """What the right forms and the mistakes of an exercise give with one seed, each observed once.

    Mistaken answers are observed as they are asked for: every mistake in every form, then two
    together that are wrong where the answer is, then those of the exercises that this one calls.
    """

    search = SEARCH

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise, self.seed = exercise, seed
        self._forms: dict[str, Observed] = {}
        self._seen: dict[str, Observed] = {}  # by the text of a mistaken answer

    def expected(self, form: Form) -> Observed:
        """What a right answer of this form does."""
        if form.name not in self._forms:
            self._forms[form.name] = specified(self.exercise, form, self.seed)
        return self._forms[form.name]

    def wrong(self, form: Form, seen: Mapping[str, Any]) -> set[str]:
        """The questions in which something departs from a form."""
        found = differences(seen, self.expected(form).seen, self.exercise.tolerance)
        return {one.asked for one in found}

    def nearest(self, seen: Mapping[str, Any]) -> Form:
        """The form from which an answer departs in the fewest questions."""
        return min(self.exercise.accepted, key=lambda form: len(self.wrong(form, seen)))

    def diagnose(
        self,
        seen: Mapping[str, Any],
        source: str = "",
        tell: Callable[[str], None] = lambda doing: None,
        here: bool = True,
    ) -> Mutant | None:
        """The mistaken answer that gives just what was seen, in all its questions.

        source: the answer's text; what it plainly contradicts is no cause. here: whether parts of
        it may be run to find that out.
        """
        end = time.process_time() + self.search
        exact = self._written(source)
        if exact and self.explains(exact, seen):
            return self._less(exact, seen)
        for number, mutant in enumerate(self._mutants(seen)):
            tell("looking for a mistake that gives just this")
            fits = self.causes(mutant, seen, source, here)
            fits = fits and self._each_shows(mutant, seen, source)
            if fits and not contradicted(self.exercise, mutant, source):
                return mutant
            if number >= len(self._singles) and time.process_time() > end:
                return None
        return None

    def leaves(self, problem: str) -> tuple[Mistake, ...]:
        """The mistake that leaves the same settings changed, where one does."""
        same = (m for m in self._singles if self._observed(m).problem == problem)
        return next((mutant.mistakes for mutant in same), ()) if LEFT in problem else ()

    def causes(self, mutant: Mutant, seen: Mapping[str, Any], source: str, here: bool) -> bool:
        """Whether a mistaken answer gives what was seen, and nothing else does in the answer."""
        explains = self.explains(mutant, seen)
        return explains and not (here and self._shows_more(mutant, seen, source))

    def explains(self, mutant: Mutant, seen: Mapping[str, Any]) -> bool:
        """Whether a mistaken answer gives what was seen, question by question."""
        theirs = self._of(mutant)
        return (
            theirs is not None
            and seen.keys() == theirs.keys()
            and compare(seen, theirs, self.exercise.tolerance) is None
        )

    def _less(self, mutant: Mutant, seen: Mapping[str, Any]) -> Mutant:
        """The one of two mistakes that explains all alone: beside it the other does nothing."""
        return next((m for m in self._halves(mutant) if self.explains(m, seen)), mutant)

    def _each_shows(self, mutant: Mutant, seen: Mapping[str, Any], source: str) -> bool:
        """Whether of two mistakes each alone gives just what was seen in some wrong question, or
        stands in the answer. Else the two may have met in an answer that has neither."""
        same, right = self.exercise.tolerance, self.exercise.reference_source
        for one in self._halves(mutant):
            theirs = self._of(one) or {}
            wrong = self.wrong(one.form, theirs) if theirs else ()
            shows = any(differ(seen[q], theirs[q], same) is None for q in wrong)
            if not shows and not _written_out(one.mistakes[0], right, source):
                return False
        return True

    def _halves(self, mutant: Mutant) -> list[Mutant]:
        """The single mistakes of which one is made, where it is made of two."""
        names = mutant.mistakes if len(mutant.mistakes) == 2 else ()
        return [m for m in self._singles if m.mistakes[0] in names and m.form == mutant.form]

    def _shows_more(self, mutant: Mutant, seen: Mapping[str, Any], source: str) -> bool:
        """Whether an answer also departs from the reference where the mistake leaves it alone, and
        gives something else without that."""
        exercise, name = self.exercise, self.exercise.name
        right = exercise.patched("form", mutant.form.edits)
        own = [plain_definition(text, name) for text in (right, source, mutant.source)]
        moved = any(m.edits and reorders(m) for m in mutant.mistakes)  # no line to put back alone
        if moved or not all(own) or not set(mutant.mistakes) <= set(exercise.mistakes):
            return False
        rest = within(*own)
        if dump(rest) == dump(own[1]):
            return False
        around = [node for node in ast.parse(source).body if getattr(node, "name", "") != name]
        text = "\n".join(map(ast.unparse, [*around, ast.fix_missing_locations(rest)]))
        try:
            found = observe(exercise, exercise.make(text, "less"), self.seed)
        except Exception:  # noqa: BLE001 - the rest alone defines nothing: that says nothing
            return False
        same = compare(seen, found.seen, exercise.tolerance) is None
        return not found.problem and not same

    def _of(self, mutant: Mutant) -> Mapping[str, Any] | None:
        """What a mistaken answer gives; None where it raises, which explains no number."""
        found = self._observed(mutant)
        return None if found.problem else found.seen

    def _observed(self, mutant: Mutant) -> Observed:
        if mutant.source not in self._seen:
            self._seen[mutant.source] = Observed(self.seed, problem="not attempted")
            with suppress(NotAttempted):
                self._seen[mutant.source] = observe(self.exercise, mutant.made, self.seed)
        return self._seen[mutant.source]

    def _written(self, source: str) -> Mutant | None:
        """The mistaken answer, of one mistake or two, whose text is the answer's."""
        name = self.exercise.name
        own = plain_definition(source, name)
        for form in self.exercise.accepted if own else ():
            right = plain_definition(self.exercise.patched("form", form.edits), name)
            some = [(one, plain_definition(one.source, name)) for one in self._singles]
            some = [(one, tree) for one, tree in some if one.form == form and tree]
            for one, tree in some:
                if dump(tree) == dump(own):
                    return one
            for (one, tree), (other, its) in itertools.combinations(some, 2):
                with suppress(ValueError):
                    if dump(merged(right, tree, its)) == dump(own):
                        return self._both(one, other)
        return None

    def _both(self, first: Mutant, second: Mutant) -> Mutant:
        """Two mistakes in one. Raises SyntaxError, ValueError where they do not combine."""
        right = ast.parse(self.exercise.patched("form", first.form.edits))
        both = merged(right, first.tree, second.tree)
        source = ast.unparse(ast.fix_missing_locations(both)) + "\n"
        names = (*first.mistakes, *second.mistakes)
        made = self.exercise.make(source, " and ".join(m.name for m in names))
        return Mutant(names, first.form, made, source)

    @cached_property
    def _singles(self) -> tuple[Mutant, ...]:
        return tuple(_singles(self.exercise))

    def _mutants(self, seen: Mapping[str, Any]) -> Iterator[Mutant]:
        yield from self._singles
        yield from self._pairs(seen)
        reference, form = self.exercise.reference_source, self.exercise.accepted[0]
        for name, part in _parts(self.exercise).items():
            for one in _singles(part):
                made = self.exercise.make(reference, one.mistakes[0].name, {name: one.made})
                yield Mutant(one.mistakes, form, made, one.source)

    def _pairs(self, seen: Mapping[str, Any]) -> Iterator[Mutant]:
        """Two mistakes in one answer that are wrong, together, where the answer is."""
        for form in self.exercise.accepted:
            wrong = self.wrong(form, seen)
            own = {
                one: self.wrong(form, theirs)
                for one in self._singles
                if one.form == form and (theirs := self._of(one)) is not None
            }
            some = [one for one, questions in own.items() if questions <= wrong]
            pairs = sorted(
                itertools.combinations(some, 2), key=lambda two: own[two[0]] | own[two[1]] != wrong
            )
            for first, second in pairs:
                with suppress(SyntaxError, ValueError):  # they change the same place
                    yield self._both(first, second)


def _singles(exercise: Exercise) -> Iterator[Mutant]:
    for mistake in exercise.mistakes:
        for form in exercise.accepted:
            source = exercise.mistaken_source(mistake, form)
            yield Mutant((mistake,), form, exercise.make(source, mistake.name), source)


def _parts(exercise: Exercise) -> dict[str, Exercise]:
    """The exercises whose references this one's calls, by the names that it calls them."""
    parts = {}
    used = global_names(exercise.reference_source)[1]
    here = vars(exercise.module)
    for other in registry.every():
        if other.id != exercise.id:
            parts |= {name: other for name in used if here.get(name) is other.reference}
    return parts


# What a source says against a cause --------------------------------------------------------------


def contradicted(exercise: Exercise, mutant: Mutant, source: str) -> bool:
    """Whether the text of an answer plainly contradicts a mistake as its cause."""
    if not source or _classes(source) > _classes(exercise.reference_source):
        return False  # what it takes over from another class its text does not say
    own = all(mistake in exercise.mistakes for mistake in mutant.mistakes)
    return any(
        _denied(exercise, mistake, source) if own else _calls_part(exercise, mistake, source)
        for mistake in mutant.mistakes
    )


def _classes(source: str) -> int:
    return sum(isinstance(node, ast.ClassDef) for node in ast.parse(source).body)


def _denied(exercise: Exercise, mistake: Mistake, source: str) -> bool:
    """A mistake that only reorders needs each call that it moves, or all where it moves none. One
    that leaves out calls by name is denied by a source that calls them as often as is right."""
    right, theirs = called(exercise.reference_source), called(source)
    wrong = called(exercise.mistaken_source(mistake))
    moved = set(re.findall(r"(\w+)\(", "\n".join(old for old, _ in mistake.edits)))
    lacking = moved - theirs.keys() if moved else right - theirs
    if wrong == right and not mistake.source and reorders(mistake) and lacking:
        return True
    left_out = [name for name in right - wrong if name in re.findall(r"\w+", mistake.cause)]
    denied = bool(left_out) and all(theirs[name] >= right[name] for name in left_out)
    return denied or _stands(exercise.reference_source, exercise.mistaken_source(mistake), source)


def _stands(right: str, wrong: str, source: str) -> bool:
    """Whether a source has, word for word, the right lines that a mistake would change, and not
    what they would become."""
    lines = _lines(ast.parse(source))
    places = list(_replaced(ast.parse(right).body, ast.parse(wrong).body))
    before, after = ([side in lines for side in sides] for sides in zip(*places, strict=True))
    return all(before) and not all(after)


def _written_out(mistake: Mistake, right: str, source: str) -> bool:
    """Whether what only a mistake has stands in a source, and the right text does not."""
    text = ast.unparse(ast.parse(source))
    return bool(mistake.edits) and all(
        new not in right
        and old not in text
        and all(one.strip() in text for one in new.splitlines())
        for old, new in mistake.edits
    )


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
    return "\n".join(["", *map(dump, nodes), ""])


def _replaced(right: list, wrong: list) -> Iterator[tuple[str, str]]:
    """(as it is, as it would be) of the statements, and the heads of compound ones, that differ."""
    start, end, new = changed(right, wrong)
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
        if dump(value) == dump(other):
            continue
        if isinstance(value, list) and name in ("body", "orelse", "finalbody") and value:
            yield from _replaced(value, other)
        elif isinstance(value, ast.expr):
            yield _block([value]), _block([other])
        else:
            yield _block([one]), _block(new)


def _calls_part(exercise: Exercise, mistake: Mistake, source: str) -> bool:
    """Whether a mistake of a part is none of the answer's: it calls the part, which is right."""
    theirs = called(source)
    return any(theirs[n] for n, part in _parts(exercise).items() if mistake in part.mistakes)


def reorders(mistake: Mistake) -> bool:
    """Whether a mistake has the same lines as the reference, in another order."""
    old, new = (Counter("\n".join(side).split()) for side in zip(*mistake.edits, strict=True))
    return old == new


def called(source: str) -> Counter[str]:
    """How often each function or method is called in a source."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return Counter(getattr(func, "attr", getattr(func, "id", "")) for func in calls)
