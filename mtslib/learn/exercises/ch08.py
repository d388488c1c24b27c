"""Chapter 08, full fine-tuning: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercises.ch08_dropout import DROPOUT
from mtslib.learn.exercises.ch08_loop import FIT, IN_PARTS
from mtslib.learn.exercises.ch08_scoring import BY_ROW, CONFUSION

EXERCISES = (BY_ROW, IN_PARTS, FIT, DROPOUT, CONFUSION)
