"""What an exercise is: data that the checks, the notebooks, the proof and the instructor read.

An exercise is proven by its mistakes. Each is a small patch of the reference, so that the same
line of data names what a learner did, gives a teacher a bug to hunt, and lets the tests show that
the check sees it.
"""

from __future__ import annotations

import importlib
import inspect
import linecache
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from mtslib.learn.inputs import Trial

DIFFICULTIES = ("warm-up", "steady", "demanding")


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
    edits: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Style:
    """A correct answer written in another way, which the check must not refuse."""

    name: str
    source: str


@dataclass(frozen=True)
class Form:
    """One of several right ways to compute an answer that give different numbers.

    sentence: what is said to a learner whose answer has this form.
    specification: as an exercise's. edits: what gives the reference this form.
    """

    name: str
    sentence: str
    specification: Callable[..., Any]
    edits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    id: chapter, dot, number: `03.4`. difficulty: one of `DIFFICULTIES`. minutes: a learner's time.
    reference: `module:name` in mtslib, the definition that the rest of the library uses.
    specification: a slow and obvious form of the same thing, with the same signature.
    observe: puts an answer to work and returns what it gave, {what was asked: what came}.
        It calls learner code through `trial.call` and `trial.build` only.
    hints: three rungs, symptom → idea → pseudocode; the solution is the fourth.
    mistakes, styles: what the proof runs. tolerance: absolute and relative, for floats.
    seconds: how long an answer may take before it is stopped.
    forms: where several are right, all of them, the reference's own first; its specification is
        then the exercise's.
    """

    id: str
    title: str
    minutes: int
    difficulty: str
    core: bool
    reference: str
    specification: Callable[..., Any]
    observe: Callable[[Any, Trial], Mapping[str, Any]]
    hints: tuple[str, str, str]
    mistakes: tuple[Mistake, ...]
    styles: tuple[Style, ...]
    tolerance: float = 1e-5
    seconds: float = 20.0
    forms: tuple[Form, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d\d[a-z]?\.\d+", self.id):
            raise ValueError(f"exercise id {self.id!r}: expected chapter.number, as in 03.4")
        if self.difficulty not in DIFFICULTIES:
            raise ValueError(f"{self.id}: difficulty {self.difficulty!r} is none of {DIFFICULTIES}")

    @property
    def chapter(self) -> str:
        """The number of its chapter, `03`."""
        return self.id.split(".")[0]

    @property
    def name(self) -> str:
        """What the learner's object is called, as the reference is."""
        return self.reference.partition(":")[2]

    @cached_property
    def module(self) -> ModuleType:
        """The module of the reference."""
        return importlib.import_module(self.reference.partition(":")[0])

    def load_reference(self) -> Any:
        """The library's own definition."""
        return getattr(self.module, self.name)

    @cached_property
    def reference_source(self) -> str:
        """The reference as text."""
        return textwrap.dedent(inspect.getsource(self.load_reference()))

    @property
    def accepted(self) -> tuple[Form, ...]:
        """The forms in which an answer is right: one without a name where there is no choice."""
        return self.forms or (Form("", "", self.specification),)

    def mistaken_source(self, mistake: Mistake, form: Form | None = None) -> str:
        """The reference, in one of its forms, with a mistake in it.

        Raises ValueError where a patch does not fit.
        """
        if mistake.source:
            return textwrap.dedent(mistake.source).strip() + "\n"
        source = self.reference_source
        for old, new in (*(form.edits if form else ()), *mistake.edits):
            if source.count(old) != 1:
                raise ValueError(
                    f"{self.id}, mistake {mistake.name}: {old!r} stands {source.count(old)} times "
                    f"in {self.reference}, expected once; was the reference changed?"
                )
            source = source.replace(old, new)
        return source

    def make(self, source: str, label: str) -> Any:
        """The object that a piece of source defines, with the reference's imports in reach.

        label: says in traces where the code comes from.
        """
        file = f"<{self.id} {label}>"
        space = {"torch": torch, "nn": nn, "F": F, "Tensor": Tensor} | vars(self.module)
        space = {"__name__": f"exercise_{label}"} | {
            key: value for key, value in space.items() if not key.startswith("__")
        }
        text = textwrap.dedent(source)
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        # Our own text, or a learner's own on their request; nothing else comes here.
        exec(compile(text, file, "exec"), space)  # noqa: S102
        if space.get(self.name) in (None, self.load_reference()):
            raise ValueError(f"{self.id}: the code defines no {self.name}")
        return space[self.name]
