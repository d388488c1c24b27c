"""Chapter 06, first training: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercises.ch06_adamw import ADAMW
from mtslib.learn.exercises.ch06_loop import LOOP
from mtslib.learn.exercises.ch06_loss import LOSS
from mtslib.learn.exercises.ch06_moments import MOMENTS
from mtslib.learn.exercises.ch06_words import MASK, RATE, TIED

EXERCISES = (LOSS, LOOP, MOMENTS, ADAMW, RATE, MASK, TIED)
