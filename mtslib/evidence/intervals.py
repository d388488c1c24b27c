"""What a number is worth: its 95 % interval. A leaf; `comparison` says what differences allow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

WIDTH = 1.96  # standard errors on each side of a 95 % interval


@dataclass(frozen=True)
class Interval:
    """A number, the ends of its 95 % interval, and how many rows it was counted on."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, row: Any) -> Interval:
        """From a row of a table that has these four columns."""
        return cls(row.value, row.low, row.high, row.n)

    @property
    def written(self) -> str:
        """`0.500 [0.480, 0.520]`."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def __str__(self) -> str:
        return self.written


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of n (Wilson, 1927): it holds for small n, near 0 and 1.

    share · n need be no whole number, as scipy's expects: it may be a mean over readers.
    """
    z = WIDTH
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
