'''What an exercise is, and the notation for its mistakes and its other right answers.

`notebooks/exercises/03/one_query.py` is one exercise, top-down: the reference where the library
has none, the specification, `observe`, and `EXERCISE = Exercise(…)`. A new one costs its file and
its cell in the chapter, whose metadata name the exercise and `Exercise.address`.

An exercise is proven by its mistakes. Each is a small patch of the reference, so that the same
text names what a learner did, gives a teacher a bug to hunt, and lets the tests show that the
check sees it. Patches are written as old → new:

    mistakes=mistakes(r"""
        scores-not-scaled: the scores were not divided by √D.
          look: the line of the scores: D is the number of features of the query.
          -  / math.sqrt(len(query))
        scaled-by-d: the scores were divided by D; the root is missing.
          look: the line of the scores: √D, not D.
          - math.sqrt(len(query))
          + len(query)
    """),

A header, `name: cause`, is followed by `look:` and by edits, both indented by two. A text that is
too long for a line goes on in the next, indented further.

An edit is the old text after `- ` and the new text after `+ `, blanks included; several lines are
one piece of text. The old text stands in the reference exactly once. Without new text the old is
removed, and a removed line leaves no empty one. A further `-`, or a blank line, begins the next
edit. Where a patch would not do, the whole mistaken answer stands in its place.

Other right answers, `styles`, are a header, `name:`, and below it edits or the whole answer.
'''

from __future__ import annotations

import inspect
import linecache
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.base.paths import EXERCISES, NOTEBOOKS
from mtslib.learn.inputs import DTYPE, SeededInputs

DIFFICULTIES = ("warm-up", "steady", "demanding")
Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mistake:
    """One way in which an answer goes wrong, recognised because it computes the same as this.

    name: two to five words with hyphens, `scores-not-scaled`.
    cause: one sentence to the learner, what was probably done.
    look: one sentence, where to look and what to change.
    edits: (old, new) replacements in the reference's source; each `old` stands there exactly once.
    source: the whole mistaken answer, where it is more than a few edits.
    """

    name: str
    cause: str
    look: str
    edits: Edits = ()
    source: str = ""


@dataclass(frozen=True)
class Style:
    """A correct answer written in another way, which the check must not refuse.

    edits: as a mistake's; an exercise turns them into the whole answer, the source.
    """

    name: str
    source: str = ""
    edits: Edits = ()


@dataclass(frozen=True)
class Form:
    """One of several right ways to compute an answer that give different numbers.

    sentence: what is said to a learner whose answer has this form.
    specification: as an exercise's. edits: what gives the reference this form.
    """

    name: str
    sentence: str
    specification: Callable[..., Any]
    edits: Edits = ()


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    id: chapter, dot, number: `03.4`. difficulty: one of `DIFFICULTIES`. minutes: a learner's time.
    reference: the definition to be written: the library's, or the exercise file's own.
    specification: a slow and obvious form of the same thing, with the same signature.
    observe: puts an answer to work and returns what it gave, {what was asked: what came}.
        It calls learner code through `inputs.call` and `inputs.build` only. A floating-point result
        of a call that stands in it as it came is asked for its dtype and its gradients too.
    hints: three rungs, symptom → idea → pseudocode; the solution is the fourth.
    mistakes, styles: what the proof runs. tolerance: absolute and relative, for floats.
    seconds: how long an answer may take before it is stopped.
    forms: where several are right, all of them, the reference's own first; its specification is
        then the exercise's.
    formerly: the number that it had in an earlier workbook; what was passed under it counts.
    """

    id: str
    title: str
    minutes: int
    difficulty: str
    core: bool
    reference: Any
    specification: Callable[..., Any]
    observe: Callable[[Any, SeededInputs], Mapping[str, Any]]
    hints: tuple[str, str, str]
    mistakes: tuple[Mistake, ...]
    styles: tuple[Style, ...]
    tolerance: float = 1e-5
    seconds: float = 20.0
    forms: tuple[Form, ...] = ()
    formerly: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d\d[a-z]?\.\d+", self.id):
            raise ValueError(f"exercise id {self.id!r}: expected chapter.number, as in 03.4")
        if self.difficulty not in DIFFICULTIES:
            raise ValueError(f"{self.id}: difficulty {self.difficulty!r} is none of {DIFFICULTIES}")
        whole = [
            s if s.source else Style(s.name, self.patched(s.name, s.edits)) for s in self.styles
        ]
        object.__setattr__(self, "styles", tuple(whole))
        observe = self.observe
        asked = wraps(observe)(lambda answer, inputs: inputs.observation(observe, answer))
        object.__setattr__(self, "observe", asked)

    @property
    def chapter(self) -> str:
        """The number of its chapter, `03`."""
        return self.id.split(".")[0]

    @property
    def name(self) -> str:
        """What the learner's object is called, as the reference is."""
        return self.reference.__name__

    @property
    def module(self) -> ModuleType:
        """The module of the reference."""
        return sys.modules[self.reference.__module__]

    @property
    def address(self) -> str:
        """Where the reference stands: `mtslib.minbert.attention:mask_bias`, or, under `notebooks/`,
        `exercises/03/one_query.py:one_query`."""
        path = Path(self.module.__file__ or "")
        own = path.is_relative_to(EXERCISES)
        place = path.relative_to(NOTEBOOKS).as_posix() if own else self.module.__name__
        return f"{place}:{self.name}"

    @cached_property
    def reference_source(self) -> str:
        """The reference as text."""
        return textwrap.dedent(inspect.getsource(self.reference))

    @property
    def accepted(self) -> tuple[Form, ...]:
        """The forms in which an answer is right: one without a name where there is no choice."""
        return self.forms or (Form("", "", self.specification),)

    def expected(
        self, form: Form, seed: int, inputs: SeededInputs | None = None
    ) -> Mapping[str, Any]:
        """What a right answer of this form gives with one seed.

        inputs: those to ask with, without gradients. The values are the specification's, which may
        compute in plain Python numbers; dtypes and gradients are the reference's.
        """
        seen = self.observe(form.specification, inputs or SeededInputs(seed, gradients=False))
        right = self.reference
        if form.edits:
            right = self.make(self.patched(form.name, form.edits), form.name)
        ours = self.observe(right, SeededInputs(seed))
        # Where the right gradient is none or 0 throughout, to be cut off is right as well.
        further = {
            asked: found
            for asked, found in ours.items()
            if asked not in seen
            and (asked.startswith(DTYPE) or (isinstance(found, Tensor) and found.any()))
        }
        return {**seen, **further}

    def mistaken_source(self, mistake: Mistake, form: Form | None = None) -> str:
        """The reference, in one of its forms, with a mistake in it.

        Raises ValueError where a patch does not fit.
        """
        if mistake.source:
            return textwrap.dedent(mistake.source).strip() + "\n"
        return self.patched(mistake.name, (*(form.edits if form else ()), *mistake.edits))

    def patched(self, name: str, edits: Edits) -> str:
        """The reference with some of its text replaced. name: what a ValueError calls the patch."""
        source = self.reference_source
        for old, new in edits:
            if source.count(old) != 1:
                raise ValueError(
                    f"{self.id}, {name}: {old!r} stands {source.count(old)} times in "
                    f"{self.address}, expected once; was the reference changed?"
                )
            line = None if new else re.search(rf"^{re.escape(old)}\n", source, re.MULTILINE)
            source = source.replace(line[0] if line else old, new)
        return source

    def make(self, source: str, label: str, parts: Mapping[str, Any] = MappingProxyType({})) -> Any:
        """The object that a piece of source defines, with the reference's imports in reach.

        label: says in traces where the code comes from. parts: names that mean something else.
        """
        file = f"<{self.id} {label}>"
        space = {"torch": torch, "nn": nn, "F": F, "Tensor": Tensor} | vars(self.module)
        space = {"__name__": f"exercise_{label}"} | {
            key: value for key, value in space.items() if not key.startswith("__")
        }
        space |= parts
        text = textwrap.dedent(source)
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        # Our own text, or a learner's own on their request; nothing else comes here.
        exec(compile(text, file, "exec"), space)  # noqa: S102
        if space.get(self.name) in (None, self.reference):
            raise ValueError(f"{self.id}: the code defines no {self.name}")
        return space[self.name]


# Notation --------------------------------------------------------------------------------------


class NotationError(ValueError):
    """A line that the notation does not know. line: counted from the first of its text."""

    def __init__(self, line: int, seen: str, expected: str) -> None:
        super().__init__(f"{seen.strip()!r}; expected {expected}")
        self.line = line


def mistakes(text: str) -> tuple[Mistake, ...]:
    """Mistakes from their notation. Raises NotationError."""
    found = []
    for start, head, body in _blocks(text):
        named = re.fullmatch(r"([a-z0-9]+(?:-[a-z0-9]+)+): (.+)", head)
        if not named:
            raise NotationError(start, head, "`name-with-hyphens: what was probably done.`")
        cause, at = _sentence(named[2], body, 0)
        if at == len(body) or not body[at].startswith("look: "):
            seen = body[at] if at < len(body) else head
            raise NotationError(start + 1 + at, seen, "`look: where to look.` after the cause")
        look, at = _sentence(body[at].removeprefix("look: "), body, at + 1)
        if at == len(body):
            raise NotationError(start + at, body[-1], "edits, `- old` and `+ new`, or the answer")
        found.append(Mistake(named[1], cause, look, **_answer(body[at:], start + 1 + at)))
    return tuple(found)


def styles(text: str) -> tuple[Style, ...]:
    """Other right answers from their notation. Raises NotationError."""
    found = []
    for start, head, body in _blocks(text):
        if not head.endswith(":") or not body:
            raise NotationError(start, head, "`name:` and the answer, indented, below it")
        found.append(Style(head[:-1], **_answer(body, start + 1)))
    return tuple(found)


def edits(text: str) -> Edits:
    """Edits alone, for a form, from their notation. Raises NotationError."""
    lines = textwrap.dedent(text).rstrip().split("\n")
    skipped = next((i for i, line in enumerate(lines) if line), 0)
    return _edits(lines[skipped:], skipped)


def _blocks(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """(line number, header, its indented lines without their indentation) of each block."""
    lines = textwrap.dedent(text).split("\n")
    heads = [i for i, line in enumerate(lines) if line and not line.startswith(" ")]
    stray = next((i for i, line in enumerate(lines[: heads[0] if heads else None]) if line), None)
    if not heads or stray is not None:
        raise NotationError(
            stray or 0, lines[stray or 0], "a header, `name:`, that is not indented"
        )
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        body = textwrap.dedent("\n".join(lines[start + 1 : end])).rstrip()
        yield start, lines[start], body.split("\n") if body else []


def _sentence(text: str, body: Sequence[str], at: int) -> tuple[str, int]:
    """A text with the lines that carry it on, and the number of the line after it."""
    while at < len(body) and body[at].startswith(" "):
        text, at = f"{text} {body[at].strip()}", at + 1
    return text, at


def _answer(body: Sequence[str], first: int) -> dict[str, Any]:
    """Edits or the whole answer, as the fields of a mistake or a style."""
    if body[0].startswith(("-", "+")):
        return {"edits": _edits(body, first)}
    return {"source": "\n".join(body) + "\n"}


def _edits(lines: Sequence[str], first: int) -> Edits:
    found: list[tuple[list[str], list[str]]] = []
    before = ""
    for number, line in enumerate(lines, start=first):
        sign, rest = line[:1], line[2:]
        if line and (sign not in "-+" or line[1:2] not in ("", " ")):
            raise NotationError(number, line, "`- old text`, `+ new text` or a blank line")
        if sign == "-" and before != "-":
            found.append(([], []))
        if sign == "+" and before == "":
            raise NotationError(number, line, "`- old text` before the new")
        if sign:
            found[-1][sign == "+"].append(rest)
        before = sign
    return tuple(("\n".join(old), "\n".join(new)) for old, new in found)
