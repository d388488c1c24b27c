"""How fast an answer is beside the reference, told only when it is clearly slower."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from mtslib.learn.checking import SEEDS
from mtslib.learn.exercise import Exercise
from mtslib.learn.watched import observe

CLEARLY = 5.0
WORTH_TELLING = 0.005  # seconds; below that nobody waits
AFFORDABLE = 2.0  # seconds; a slower answer is not asked once more


def slower(exercise: Exercise, answer: Any, seconds: Sequence[float]) -> float | None:
    """How many times as long as the reference an answer takes, or None where not clearly longer.

    seconds: of the processor, what the answer took with each seed of a check. Caches that are cold
    make single times longer, never shorter: so the smallest ratio of several counts, and only if
    one more agrees.
    """
    if not seconds or max(seconds) < WORTH_TELLING:
        return None
    reference = exercise.reference
    seeds = SEEDS[: len(seconds)]
    base = [min(clock(exercise, reference, seed) for _ in range(2)) for seed in seeds]
    ratio = min(mine / ours for mine, ours in zip(seconds, base, strict=True))
    if ratio >= CLEARLY and min(seconds) < AFFORDABLE:
        quickest = min(range(len(seeds)), key=lambda i: seconds[i])
        ratio = min(ratio, clock(exercise, answer, seeds[quickest]) / base[quickest])
    return ratio if ratio >= CLEARLY else None


def clock(
    exercise: Exercise,
    answer: Any,
    seed: int,
    now: Callable[[], float] = time.process_time,
) -> float:
    """The processor's seconds that an answer needs with one seed: other programs do not count."""
    began = now()
    observe(exercise, answer, seed)
    return now() - began


def words(ratio: float) -> str:
    """`40×`: one figure, since more would only be noise."""
    return f"{float(f'{ratio:.1g}'):,.0f}×"
