"""Serving: merge branches onto one trunk, prove it, count its cost, answer."""

from mtslib.serving.certificate import summary
from mtslib.serving.merge import Merged, load, merge, without
from mtslib.serving.predict import Answer, ask, evaluate, longest_input, open_model

__all__ = [
    "Answer",
    "Merged",
    "ask",
    "evaluate",
    "load",
    "longest_input",
    "merge",
    "open_model",
    "summary",
    "without",
]
