"""What torch and Python keep for the whole notebook: an answer must leave it as it was."""

from __future__ import annotations

import operator
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch

WATCHED = ("builtins", "math", "torch", "torch.nn", "torch.nn.functional")
OF_LIBRARIES = ("TORCHINDUCTOR_", "TRITON_", "KMP_")


@dataclass(frozen=True)
class Settings:
    """What code after an answer meets."""

    gradients: bool
    dtype: torch.dtype
    device: torch.device
    threads: int
    deterministic: bool
    folder: str
    environment: Mapping[str, str]

    @classmethod
    def now(cls) -> Settings:
        """As things stand."""
        return cls(
            torch.is_grad_enabled(),
            torch.get_default_dtype(),
            torch.get_default_device(),
            torch.get_num_threads(),
            torch.are_deterministic_algorithms_enabled(),
            _folder(),
            _environment(),
        )

    def left(self) -> str:
        """What is no longer as it was, in words; '' where all is."""
        now = Settings.now()
        told = (
            (now.gradients != self.gradients, f"gradients {'on' if now.gradients else 'off'}"),
            (now.dtype != self.dtype, f"the default dtype as {now.dtype}"),
            (now.device != self.device, f"the default device as {now.device}"),
            (now.threads != self.threads, f"torch with {now.threads} threads"),
            (now.deterministic != self.deterministic, "deterministic algorithms switched"),
            (now.folder != self.folder, "another working directory"),
            (now.environment != self.environment, "the environment changed"),
        )
        return " and ".join(said for changed, said in told if changed)

    def restore(self) -> None:
        """Set what is different."""
        torch.set_grad_enabled(self.gradients)
        torch.set_default_dtype(self.dtype)
        if torch.get_default_device() != self.device:
            # None leaves no device mode behind, through which every call of torch would go.
            torch.set_default_device(None if self.device.type == "cpu" else self.device)
        if torch.get_num_threads() != self.threads:
            torch.set_num_threads(self.threads)
        if torch.are_deterministic_algorithms_enabled() != self.deterministic:
            torch.use_deterministic_algorithms(self.deterministic)
        if self.folder and _folder() != self.folder:
            with suppress(OSError):  # it may be gone
                os.chdir(self.folder)
        now = _environment()
        if now != self.environment:
            for name in now.keys() - self.environment.keys():
                del os.environ[name]
            os.environ.update(self.environment)


def _environment() -> dict[str, str]:
    """The environment, without what torch and its parts set for themselves when first used."""
    return {key: value for key, value in os.environ.items() if not key.startswith(OF_LIBRARIES)}


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


@contextmanager
def kept() -> Iterator[Settings]:
    """Put the settings back afterwards. Gives what they were, to ask what is `left` of them.

    Warning filters too; those are not told, since imports change them as well.
    """
    before = Settings.now()
    with warnings.catch_warnings():
        try:
            yield before
        finally:
            before.restore()


@contextmanager
def kept_modules() -> Iterator[Callable[[], str]]:
    """Put back the functions and classes of this library, of torch and of Python that an answer
    puts others in the place of. Gives what to ask for the first of them, '' where there is none.

    What is new in a module, and its other values, are left: a first call fills many a cache.
    """
    before = {name: dict(vars(sys.modules[name])) for name in _watched(len(sys.modules))}

    def changed() -> str:
        return next((f"{name}.{key}" for name, key, _ in _replaced(before)), "")

    try:
        yield changed
    finally:
        for name, key, value in tuple(_replaced(before)):
            setattr(sys.modules[name], key, value)


@lru_cache(1)
def _watched(modules: int) -> tuple[str, ...]:
    """The modules that are looked after, of so many that are loaded."""
    return tuple(n for n in tuple(sys.modules) if n in WATCHED or n.startswith("mtslib."))


def _replaced(before: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    for name, values in before.items():
        now = vars(sys.modules[name]) if name in sys.modules else values
        # The same in the same order, as nearly always, is seen without a look at each.
        if len(now) >= len(values) and all(map(operator.is_, values.values(), now.values())):
            continue
        yield from (
            (name, key, value)
            for key, value in values.items()
            if callable(value) and now.get(key) is not value
        )


@contextmanager
def kept_dice() -> Iterator[None]:
    """Put the random numbers of torch, numpy and Python back where they stood."""
    before = torch.get_rng_state(), np.random.get_state(), random.getstate()
    try:
        yield
    finally:
        torch.set_rng_state(before[0])
        np.random.set_state(before[1])
        random.setstate(before[2])
