"""Text at the edges: what nobody can see, what fits on one line, and how files are opened."""

from __future__ import annotations

import ast

import pytest

from mtslib.base.paths import ROOT
from mtslib.base.text import is_blank, one_line

UNSEEN = {
    "nothing": "",
    "spaces": " \t\n\r\x0b\x0c",
    "no-break and ideographic spaces": "\u00a0\u2007\u202f\u3000",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "direction marks": "\u200e\u200f\u202a\u2066",
    "soft hyphen": "\u00ad",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "Braille blank": "\u2800",
    "variation selectors": "\ufe0f\U000e0100",
    "grapheme joiner": "\u034f",
    "tags": "\U000e0001\U000e0041",
    "control characters": "\x00\x07\x1b\x7f",
    "unassigned and private": "\uffff\ue000",
}


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_be_seen_is_blank(text):
    assert is_blank(text)
    assert is_blank(f" {text} {text}")
    assert not is_blank(f"{text}.{text}")


@pytest.mark.parametrize("text", ["a", "-", "東", "é", "e\u0301", "🙂", "٣", "\u200bword\u200b"])
def test_what_can_be_seen_is_not(text):
    assert not is_blank(text)


def test_one_line_keeps_a_text_and_escapes_what_would_break_the_line():
    assert one_line("Łukasz  said “3 ≤ 4”") == "Łukasz  said “3 ≤ 4”"
    assert one_line("a\nb\r\x1b[31m\u2028\x85\0") == "a\\nb\\r\\x1b[31m\\u2028\\x85\\x00"


def opened_without_encoding(source: str) -> list[int]:
    """Lines on which a text file is opened in whatever encoding the system has."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        of_a_module = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in (
            *("os", "webbrowser", "tarfile", "archive", "gzip", "opener", "_OPENER", "Image"),
        )
        if name not in ("open", "read_text", "write_text", "fdopen") or of_a_module:
            continue
        texts = [v.value for v in ast.walk(node) if isinstance(v, ast.Constant)]
        binary = name == "open" and any(isinstance(t, str) and t[1:2] == "b" for t in texts)
        if not binary and not any(k.arg == "encoding" for k in node.keywords):
            found.append(node.lineno)
    return found


def test_the_search_finds_what_it_looks_for():
    source = "open('x')\nopen('x', 'rb')\np.read_text()\np.open('w', encoding='utf-8')\n"
    assert opened_without_encoding(source) == [1, 3]


def test_every_text_file_is_opened_as_utf_8():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in ("mtslib", "data", "notebooks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in opened_without_encoding(path.read_text(encoding="utf-8"))
    ]
    assert not wrong
