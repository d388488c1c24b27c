"""Cells and scripts as plain Python: without what stands in them for IPython, Colab or a shell."""

from __future__ import annotations

import ast
import re
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress

from IPython.core.inputtransformer2 import TransformerManager

NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
# A magic on top of a cell, below comments such as Colab's `#@title`; those that run Python here.
CELL_MAGIC = re.compile(r"(?:[ \t]*(?:#.*)?\n)*[ \t]*%%(\w+).*(?:\n|\Z)")
RUNNING = "time|timeit|capture|prun|debug"
MAGIC_BELOW = re.compile(r"^%%.*$", re.MULTILINE)
COLAB_CELL = re.compile(
    rf"^# Commented out IPython magic.*\n# %%(?:{RUNNING})\b.*\n((?:#.*\n)+)", re.MULTILINE
)


def decoded(raw: bytes) -> str:
    """A script as text; PowerShell's `>` writes UTF-16. What Colab commented out stands again."""
    wide = raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    text = raw.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return COLAB_CELL.sub(lambda found: re.sub(r"^# ?", "", found[1], flags=re.MULTILINE), text)


def plain(source: str) -> str:
    """A cell as Python: what stands in it for IPython becomes a call of `get_ipython()`.

    Only where it is no Python yet: `% b` may go on with the line above. Nothing of a cell whose
    magic does not run it as Python here: `%%bash`, `%%writefile`.
    """
    magic = CELL_MAGIC.match(source)
    if magic and not re.fullmatch(RUNNING, magic[1]):
        return ""
    if magic:  # its line stays, empty, so that others keep their numbers
        source = "\n" * magic[0].count("\n") + source[magic.end() :]
    with warnings.catch_warnings(action="ignore"):
        try:
            ast.parse(source)
        except NOT_PARSED:
            with suppress(*NOT_PARSED):
                return TransformerManager().transform_cell(MAGIC_BELOW.sub("", source))
    return source


def run_as_cell(node: ast.Expr) -> str:
    """The text in `get_ipython().run_cell_magic("time", "", text)`, as nbconvert writes a cell."""
    call = node.value
    if getattr(getattr(call, "func", None), "attr", "") != "run_cell_magic":
        return ""
    said = [part.value for part in call.args if isinstance(part, ast.Constant)]
    if len(said) != 3 or not re.fullmatch(RUNNING, str(said[0])):
        return ""
    return plain(str(said[2]))
