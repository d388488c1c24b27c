"""Serving: merge branches onto one trunk, prove it, count its cost, answer."""

from mtslib.serving.certificate import summary
from mtslib.serving.merge import merge, without
from mtslib.serving.merged_folder import LoadedModel, load
from mtslib.serving.predict import Answer, ask, evaluate, longest_input, open_model

__all__ = [
    "Answer",
    "LoadedModel",
    "ask",
    "evaluate",
    "load",
    "longest_input",
    "merge",
    "open_model",
    "summary",
    "without",
]
