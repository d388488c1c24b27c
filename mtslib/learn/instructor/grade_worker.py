"""One answer, put to work in a process of its own: it tells what was observed, and judges nothing.

It runs in a view of the library that holds neither the reference nor the specification. What it
tells is a line of JSON for each seed, and one for each thing that an answer has no need to do.
"""

from __future__ import annotations

import json
import linecache
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from mtslib.learn import run_limited
from mtslib.learn.checking import kind_problem
from mtslib.learn.exercise import Exercise
from mtslib.learn.inputs import AnswerError
from mtslib.learn.instructor import fence, not_here
from mtslib.learn.instructor.wire import encoded
from mtslib.learn.registry import exercise_file
from mtslib.learn.run_limited import NotAttempted
from mtslib.learn.watched import observe

FAILED, NOT_ATTEMPTED, USES_REFERENCE = "failed", "not attempted", "uses the reference"


def work(job: dict[str, Any], pipe: int) -> None:
    """Observe one answer, seed by seed."""
    exercise = _exercise(job)
    space = {"__name__": "learner"}
    space |= {name: _found(place) for name, place in job["given"].items()}
    home = Path.cwd()
    # The learner's own modules, behind everything else; below, as `sys.path.append("../src")` may.
    below = {p.parent for p in home.rglob("*.py") if not (p.parent / "__init__.py").exists()}
    sys.path += [str(home), *sorted(map(str, below - {home}))]
    os.write(pipe, b"ready\n")
    fence.limit(job["megabytes"], job["seconds"])
    if job["fenced"]:
        fence.shut(job["readable"], job["writable"])
    fence.note(job["readable"] + job["writable"], lambda text: _tell(pipe, {"flag": text}))
    try:
        _tell(pipe, _observed(job, exercise, space, pipe))
    except NotAttempted:
        _tell(pipe, {"outcome": NOT_ATTEMPTED})
    except AnswerError as error:
        _tell(pipe, {"outcome": FAILED, "note": str(error)})
    except not_here.NotHereError as error:
        _tell(pipe, {"outcome": USES_REFERENCE, "note": str(error)})


def _observed(job: dict, exercise: Exercise, space: dict, pipe: int) -> dict[str, Any]:
    """Tell of each seed → the last line."""
    answer, _ = run_limited.run(lambda: _defined(job["source"], exercise, space), exercise.seconds)
    if answer is None or answer is Ellipsis:
        return {"outcome": NOT_ATTEMPTED}
    problem = kind_problem(exercise, answer)
    if problem:
        return {"outcome": FAILED, "note": problem}
    whole = isinstance(answer, type) and isinstance(exercise.reference, type)
    if answer is exercise.reference or (whole and issubclass(answer, exercise.reference)):
        return {"outcome": USES_REFERENCE, "note": f"{exercise.name} is the library's own"}
    for seed in job["seeds"]:
        one = observe(exercise, answer, seed)
        if not_here.asked:
            return {"outcome": USES_REFERENCE, "note": "it works by calling the library's own"}
        _tell(pipe, {"seed": seed, "seen": encoded(dict(one.seen)), "problem": one.problem})
    return {"outcome": "observed"}


def _tell(pipe: int, line: dict[str, Any]) -> None:
    data = json.dumps(line).encode() + b"\n"
    while data:
        data = data[os.write(pipe, data) :]


def _exercise(job: dict[str, Any]) -> Exercise:
    """The exercise as far as it is here: a stub, and how it is observed."""
    asked = getattr(exercise_file(job["file"]), job["observe"])
    return Exercise(
        *(job["id"], "", 0, "steady", True, _found(job["reference"]), None, asked),
        *(("", "", ""), (), ()),
        seconds=job["patience"],
    )


def _found(place: str) -> Any:
    """What stands at an address."""
    module, _, name = place.partition(":")
    return getattr(exercise_file(module) if module.endswith(".py") else import_module(module), name)


def _defined(source: str, exercise: Exercise, space: dict[str, Any]) -> Any:
    file = f"<{exercise.id}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    # A learner's code, which is what grading is about; the limits stand around this process.
    exec(compile(source, file, "exec", dont_inherit=True), space)  # noqa: S102
    return space[exercise.name]
