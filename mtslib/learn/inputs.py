"""Seeded inputs for an answer, and calls that notice what an answer should not do."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

PARAMETERS = "the names and shapes of its parameters"  # what is compared before any number


class AnswerError(Exception):
    """Something about an answer that can be said in a sentence, before any number is compared."""


class SeededInputs:
    """One seed's inputs for an answer.

    The same seed asks every answer the same: what `randn` and the others draw depends on the seed
    and the order of the draws alone, never on what the answer does with torch's own generator.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.generator = torch.Generator().manual_seed(seed)
        self._given: list[Tensor] = []

    def randn(self, *shape: int) -> Tensor:
        """Normal random numbers in fp32."""
        return torch.randn(*shape, generator=self.generator)

    def randint(self, low: int, high: int, shape: Sequence[int]) -> Tensor:
        """Whole numbers from low to high − 1."""
        return torch.randint(low, high, tuple(shape), generator=self.generator)

    def pick(self, choices: Sequence[Any]) -> Any:
        """One of some things."""
        return choices[int(self.randint(0, len(choices), (1,)))]

    def call(self, answer: Any, *args: Any, **named: Any) -> Any:
        """Call an answer with copies of the arguments.

        Raises AnswerError when it changed one of them. torch's own generator is seeded first, so
        that dropout repeats.
        """
        given = [_copy(arg) for arg in args]
        given_named = {key: _copy(value) for key, value in named.items()}
        torch.manual_seed(self.seed)
        result = answer(*given, **given_named)
        before = [*args, *named.values()]
        after = [*given, *given_named.values()]
        for place, (old, new) in enumerate(zip(before, after, strict=True), start=1):
            if not _unchanged(old, new):
                raise AnswerError(
                    f"your code changed its argument number {place} in place; expected it left as "
                    "it was. Likely cause: an operation that ends in an underscore, += on a "
                    "tensor, or an assignment to a slice. Work on a copy or make a new value"
                )
        self._given = [value for value in after if isinstance(value, Tensor)]
        return result

    def call_fresh(self, answer: Any, *args: Any, **named: Any) -> Any:
        """As `call`, where the result must be new memory and not a view of an argument."""
        result = self.call(answer, *args, **named)
        if isinstance(result, Tensor) and result.layout == torch.strided:
            for tensor in self._given:
                if result.untyped_storage().data_ptr() == tensor.untyped_storage().data_ptr():
                    raise AnswerError(
                        "your code returned a view of its argument: whoever changes the result "
                        "changes the argument too. Expected new memory; end with .clone(), or "
                        "with an operation that makes a new tensor"
                    )
        return result

    def build(self, answer: Any, *args: Any, **named: Any) -> nn.Module:
        """Make a module from a learner's class and give it weights that depend on their names.

        Raises AnswerError where the class makes no module.
        """
        torch.manual_seed(self.seed)
        made = answer(*args, **named)
        if not isinstance(made, nn.Module):
            raise AnswerError(
                f"{_name(answer)}(…) made a {type(made).__name__}, expected a torch.nn.Module; "
                "keep the line `class …(nn.Module):` of the cell"
            )
        self.fill(made)
        return made.eval()

    def fill(self, module: nn.Module, scale: float = 0.5) -> nn.Module:
        """Weights by name: the same for every class whose parameters are called the same."""
        with torch.no_grad():
            for name, tensor in module.named_parameters():
                own = torch.Generator().manual_seed(self.seed * 7919 + zlib.crc32(name.encode()))
                drawn = torch.randn(tensor.shape, generator=own) * scale
                if tensor.dim() == 1 and name.endswith("weight"):
                    drawn = 1 + drawn  # the gain of a LayerNorm
                tensor.copy_(drawn)
        return module

    def parameters(self, module: nn.Module) -> list[str]:
        """The names and shapes of a module's parameters."""
        return sorted(f"{name} {tuple(p.shape)}" for name, p in module.named_parameters())


def _name(answer: Any) -> str:
    return getattr(answer, "__name__", type(answer).__name__)


def _copy(value: Any) -> Any:
    if isinstance(value, Tensor):
        copied = value.detach().clone()
        return copied.requires_grad_() if value.requires_grad else copied
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return value


def _unchanged(old: Any, new: Any) -> bool:
    if isinstance(old, Tensor):
        return (
            isinstance(new, Tensor)
            and old.shape == new.shape
            and torch.equal(old.detach(), new.detach())
        )
    if isinstance(old, list):
        return len(old) == len(new) and all(_unchanged(a, b) for a, b in zip(old, new, strict=True))
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_unchanged(old[key], new[key]) for key in old)
    return True
