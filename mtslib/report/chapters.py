"""The chapters that exist, in reading order: the one list behind maps and the README's table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """One notebook. minutes: a learner's time, reading and trying included."""

    number: str
    file: str
    title: str
    built: str
    minutes: int
    core: bool


CHAPTERS = (
    Chapter(
        "00",
        "00_start_here.ipynb",
        "start here",
        "a merged model of your own that answers three questions",
        10,
        True,
    ),
    Chapter(
        "05",
        "05_minbert.ipynb",
        "minBERT",
        "BERT from parts, with real weights, equal to Hugging Face's at every layer",
        40,
        True,
    ),
    Chapter(
        "09",
        "09_freeze_depth.ipynb",
        "freeze depth",
        "two partial fine-tunings, and what each frozen layer saves and costs",
        40,
        True,
    ),
    Chapter(
        "11",
        "11_merging.ipynb",
        "merging",
        "three single-task models as one, with a certificate that it answers the same",
        35,
        True,
    ),
)
MAP = tuple((chapter.number, chapter.title) for chapter in CHAPTERS)
