"""Chapter 01, tokens and batches: its exercises in reading order."""

from __future__ import annotations

from mtslib.learn.exercises.ch01_batches import BUCKET, SHARE
from mtslib.learn.exercises.ch01_rows import FRAME, PAD
from mtslib.learn.exercises.ch01_words import PIECES, SPLIT

EXERCISES = (SPLIT, PIECES, FRAME, PAD, SHARE, BUCKET)
