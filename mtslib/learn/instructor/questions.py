"""The questions of every chapter, by its number."""

from mtslib.learn.instructor.questions_build import BUILD
from mtslib.learn.instructor.questions_tune import TUNE

QUESTIONS = BUILD | TUNE
