"""What a notebook's cells say of an answer: whether its own ran, and what it reads from others."""

from __future__ import annotations

import ast
import re
import sys
from typing import Any

from mtslib.learn.exercise import Exercise
from mtslib.learn.source import global_names, own_text, space_of


def inputs() -> list[str]:
    """The cells that were run in this notebook, the present one last. Empty outside of one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return list(shell.user_ns.get("In", ())) if shell is not None else []


def did_not_run(name: str, answer: Any) -> str:
    """A sentence where the newest cell that defines `name` did not get to do so; '' otherwise."""
    begins = re.compile(rf"^(?:def|class)\s+{re.escape(name)}\b", re.MULTILINE)
    ran = inputs()
    newest = next((text for text in reversed(ran) if begins.search(text)), None)
    if newest is None or newest is ran[-1]:
        return ""
    goes_on = "so this would judge what was there before. Run that cell again, then this one"
    try:
        tree = ast.parse(newest)
    except SyntaxError as error:
        line = (error.text or "").strip()
        where = f" in line {error.lineno}" + (f", `{line}`" if line else "")
        return f"the cell of {name} did not run (SyntaxError{where}: {error.msg}), {goes_on}"
    made = [node for node in tree.body if getattr(node, "name", "") == name]
    text = own_text(answer)
    older = text and getattr(answer, "__name__", "") == name and any(text.strip() in c for c in ran)
    if made and older and ast.dump(made[-1]) != ast.dump(ast.parse(text).body[0]):
        return f"the cell of {name} stopped before it had defined it, {goes_on}"
    return ""


def left_over(exercise: Exercise, answer: Any) -> dict[str, Any]:
    """Things made in other cells that an answer reads: no function, class, module or constant.

    Whoever runs the chapter from the top may not have them, or not with these values.
    """
    text, space = own_text(answer), space_of(answer)
    if not text or space is None:
        return {}
    known = {*vars(exercise.module), exercise.name}
    plain = (type(None), bool, int, float, str, type, type(sys))
    return {
        name: space[name]
        for name in global_names(text)[1]
        if name in space and name not in known and not name.isupper()
        if not isinstance(space[name], plain) and not _is_function(space[name])
    }


def _is_function(value: Any) -> bool:
    return callable(value) and hasattr(value, "__name__")
