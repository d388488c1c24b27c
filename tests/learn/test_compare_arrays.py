"""Answers that are NumPy arrays are compared number by number, like lists."""

import numpy as np

from mtslib.learn.compare import differ


def test_arrays_are_compared_number_by_number() -> None:
    wanted = np.array([0.5, 1.0, 0.0])
    assert differ(wanted + 1e-9, wanted, 1e-5) is None
    place, seen, expected = differ(np.array([0.5, 0.9, 0.0]), wanted, 1e-5)
    assert (place, seen, expected) == ("[1]", "0.9", "1")


def test_an_array_of_another_length_or_no_array_differs() -> None:
    wanted = np.array([1, 2, 3])
    assert differ(np.array([1, 2]), wanted, 1e-5) is not None
    assert differ("123", wanted, 1e-5) is not None
