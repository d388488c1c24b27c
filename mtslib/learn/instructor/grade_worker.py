"""One learner's notebook, put to the checks in a process of its own.

Run as `python -m mtslib.learn.instructor.grade_worker JOB OUT` by `grade`; it writes a line of JSON
before and after each exercise, so that whoever waits knows which one ended it.
"""

from __future__ import annotations

import json
import linecache
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

from mtslib.base.text import never_fail_to_print
from mtslib.learn import registry, run_limited
from mtslib.learn.checking import FAILED, NOT_ATTEMPTED, PASSED, Verdict, examine
from mtslib.learn.exercise import Exercise
from mtslib.learn.inputs import AnswerError, SeededInputs
from mtslib.learn.instructor import cells as reading
from mtslib.learn.instructor.cells import Cell, MissingError
from mtslib.learn.run_limited import NotAttempted

USES_REFERENCE, MISSING = "uses the reference", "missing"
SEEDS_USED = 3
LARGEST_FILE = 64 * 2**20  # bytes that an answer may write


def main(arguments: list[str]) -> None:
    """Work through a job: its cells, the exercises to do and the seeds for each."""
    job = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    cells = [Cell(*pair) for pair in job["cells"]]
    limit(job["memory"])
    # The learner's own modules, behind everything else; below, as `sys.path.append("../src")` may.
    below = {p.parent for p in Path.cwd().rglob("*.py") if not (p.parent / "__init__.py").exists()}
    sys.path += [os.getcwd(), *sorted(map(str, below - {Path.cwd()}))]
    with Path(arguments[1]).open("a", encoding="utf-8") as out:
        for number, seeds in job["seeds"].items():
            _write(out, {"begun": number})
            _write(out, {"exercise": number} | examined(registry.find(number), cells, seeds))


def _write(out: Any, line: Mapping[str, Any]) -> None:
    out.write(json.dumps(line) + "\n")
    out.flush()


def limit(megabytes: int) -> None:
    """Bound memory and the size of files, where the system can: not on Windows."""
    try:
        import resource
    except ImportError:
        return
    # What Python and torch have mapped already is theirs.
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def examined(exercise: Exercise, cells: list[Cell], seeds: list[int]) -> dict[str, Any]:
    """Check one exercise → outcome, mistakes, note. Earlier exercises are given by the library."""
    others = {e.name: e for e in registry.chapters()[exercise.chapter] if e.id != exercise.id}
    try:
        source = reading.needed_source(cells, exercise.id, exercise.name, others)
    except MissingError as error:
        return _result(MISSING, note=str(error))
    space = {"__name__": "learner"}
    space |= {name: other.reference for name, other in others.items()}
    try:
        answer, _ = run_limited.run(lambda: _define(source, exercise, space), exercise.seconds)
    except NotAttempted:
        return _result(NOT_ATTEMPTED)
    except AnswerError as error:
        return _result(FAILED, note=str(error))
    if is_reference(exercise, answer):
        return _result(USES_REFERENCE, note=f"{exercise.name} is the library's own")
    verdict = verdict_of(exercise, answer, seeds)
    names = [mistake.name for mistake in verdict.mistakes]
    if verdict.outcome != PASSED:
        return _result(verdict.outcome, names, verdict.problem or _difference(verdict))
    if calls_reference(exercise, answer, seeds[0]):
        return _result(USES_REFERENCE, note="it passes by calling the library's own")
    copied = reading.same_code(source, exercise.reference_source)
    return _result(PASSED, note="solution's code, word for word" if copied else "")


def verdict_of(exercise: Exercise, answer: Any, seeds: list[int]) -> Verdict:
    """The verdict with the first `SEEDS_USED` seeds on which known right answers agree.

    A chapter's own seeds are proven; among others some bring a right answer to the edge of the
    tolerance. So a seed on which an answer fails without a known mistake is tried on the reference
    and on every listed right answer too, and is left out where one of them is close.
    """
    verdicts: list[Verdict] = []
    for seed in seeds:
        verdict = examine(exercise, answer, [seed])
        unexplained = verdict.difference is not None and not verdict.mistakes
        if unexplained and not is_fair(exercise, seed):
            continue
        verdicts.append(verdict)
        if not verdict.passed or len(verdicts) == SEEDS_USED:
            return verdict
    return verdicts[-1] if len(verdicts) == SEEDS_USED else examine(exercise, answer)


def is_fair(exercise: Exercise, seed: int) -> bool:
    """Whether every known right answer stays well inside the tolerance with this seed."""
    strict = replace(exercise, tolerance=exercise.tolerance / 3)
    sources = [exercise.reference_source, *(style.source for style in exercise.styles)]
    return all(examine(strict, exercise.make(s, "right"), [seed]).passed for s in sources)


def _result(outcome: str, mistakes: list[str] | None = None, note: str = "") -> dict[str, Any]:
    return {"outcome": outcome, "mistakes": mistakes or [], "note": note}


def _difference(verdict: Verdict) -> str:
    found = verdict.difference
    if found is None:
        return ""
    return f"asked for {found.asked}: saw {found.seen}, expected {found.expected}"


def _define(source: str, exercise: Exercise, space: dict[str, Any]) -> Any:
    file = f"<{exercise.id}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    # A learner's code, which is what grading is about; the limits stand around this process.
    exec(compile(source, file, "exec", dont_inherit=True), space)  # noqa: S102
    return space[exercise.name]


def is_reference(exercise: Exercise, answer: Any) -> bool:
    """Whether an answer is the library's object, or a class made from it by inheritance."""
    reference = exercise.reference
    return answer is reference or (
        isinstance(answer, type) and isinstance(reference, type) and issubclass(answer, reference)
    )


def calls_reference(exercise: Exercise, answer: Any, seed: int) -> bool:
    """Whether the reference's own code runs while an answer is observed.

    Where the observation itself runs it, nothing can be said, and nothing is.
    """
    codes = set(_codes(exercise.reference))
    if _runs(codes, exercise, exercise.specification, seed):
        return False
    return _runs(codes, exercise, answer, seed)


def _runs(codes: set[int], exercise: Exercise, answer: Any, seed: int) -> bool:
    """Whether some of this code runs while an answer is observed."""
    seen: list[str] = []
    sys.setprofile(lambda frame, event, _: id(frame.f_code) in codes and seen.append(event))
    try:
        run_limited.run(lambda: exercise.observe(answer, SeededInputs(seed)), exercise.seconds)
    except (AnswerError, NotAttempted):
        return "call" in seen
    finally:
        sys.setprofile(None)
    return "call" in seen


def _codes(value: Any) -> Iterator[int]:
    """The identities of all code of a function or class."""
    value = getattr(value, "__wrapped__", value)
    if isinstance(value, type):
        for part in vars(value).values():
            if not isinstance(part, type):
                yield from _codes(getattr(part, "__func__", getattr(part, "fget", part)))
        return
    code = getattr(value, "__code__", None)
    if isinstance(code, CodeType):
        yield id(code)


if __name__ == "__main__":
    never_fail_to_print()  # or an answer that prints `≤` fails where the locale lacks it
    main(sys.argv[1:])
