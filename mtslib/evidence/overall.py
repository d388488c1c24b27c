"""The course's score of the three tasks together, of which there are two formulas.

Handouts of different years average the three scores as they are, or bring the correlation from
−1 to 1 to 0 to 1 first. The second gives the same model the higher figure.
"""

from __future__ import annotations


def plain(sst: float, quora: float, sts: float) -> float:
    """The mean of two accuracies and a correlation."""
    return (sst + quora + sts) / 3


def rescaled(sst: float, quora: float, sts: float) -> float:
    """The same with the correlation brought to 0 to 1, where no correlation counts as a half."""
    return (sst + quora + (sts + 1) / 2) / 3
