"""Seeded inputs for an answer, and calls that notice what an answer should not do."""

from __future__ import annotations

import contextlib
import copy
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mtslib.learn import left_alone
from mtslib.learn.left_alone import AnswerError

PARAMETERS = "the names and shapes of its parameters"  # what is compared before any number
DTYPE = "the dtype"
CUT = (
    "none: the result is cut off from it, as by no_grad, detach, .item(), .tolist(), torch.tensor "
    "or NumPy; compute with tensors throughout"
)


class SeededInputs:
    """One seed's inputs for an answer.

    The same seed asks every answer the same: what `randn` and the others draw depends on the seed
    and the order of the draws alone, never on what the answer does with torch's own generator.

    Every call of an answer on floating-point tensors also asks for gradients: `observation` adds
    them to what an exercise observed, so that an answer that cuts them differs.
    """

    def __init__(self, seed: int, gradients: bool = True) -> None:
        self.seed, self.gradients = seed, gradients
        self.generator = torch.Generator().manual_seed(seed)
        self._given: list[Tensor] = []
        self._constants: list[Tensor] = []
        self._kept: list[nn.Module] = []
        self._backward: list[tuple[Any, Mapping[str, Tensor | str]]] = []

    def observation(
        self, observe: Callable[[Any, SeededInputs], Mapping[str, Any]], answer: Any
    ) -> Mapping[str, Any]:
        """What an exercise observes, then dtype and gradients of the results that are in it."""
        seen = dict(observe(answer, self))
        for asked in tuple(seen):
            for what, found in self._noted(seen[asked]):
                seen[f"{what} of: {asked}"] = found
        return seen

    def randn(self, *shape: int) -> Tensor:
        """Normal random numbers in fp32."""
        return torch.randn(*shape, generator=self.generator)

    def randint(self, low: int, high: int, shape: Sequence[int]) -> Tensor:
        """Whole numbers from low to high − 1."""
        return torch.randint(low, high, tuple(shape), generator=self.generator)

    def pick(self, choices: Sequence[Any]) -> Any:
        """One of some things."""
        return choices[int(self.randint(0, len(choices), (1,)))]

    @property
    def once(self) -> bool:
        """Whether to ask what has no random number in it, and takes long: with one seed of all."""
        return self.seed == 0

    def constant(self, *tensors: Tensor) -> Any:
        """The same tensor, or tensors, by which no gradient is asked: a mask, a target."""
        self._constants += tensors
        return tensors[0] if len(tensors) == 1 else tensors

    def again(self, times: int) -> SeededInputs:
        """Calls in which torch's own generator stands elsewhere, so that dropout draws anew."""
        return SeededInputs(self.seed + 1009 * times, self.gradients)

    def call(self, answer: Any, *args: Any, **named: Any) -> Any:
        """Call an answer with copies of the arguments.

        Raises AnswerError when it changed one of them, a module that is kept, or itself where it is
        one. torch's own generator is seeded first, so that dropout repeats.
        """
        leaves: dict[str, Tensor] = {}
        asks = self.gradients and torch.is_grad_enabled()
        module = getattr(answer, "__self__", answer)
        kept = [*self._kept, *([module] if isinstance(module, nn.Module) else ())]
        with contextlib.ExitStack() as stack:
            for part in kept:
                stack.enter_context(left_alone.left_alone(part))
            try:
                given, result = self._run(answer, args, named, leaves if asks else None)
            except RuntimeError as error:
                if not leaves or "grad" not in str(error):
                    raise
                # NumPy takes no tensor that asks for a gradient; where numbers are wanted it may.
                given, result = self._run(answer, args, named, None)
        for name, old in (*enumerate(args, start=1), *named.items()):
            if not left_alone.unchanged(old, given[name]):
                raise AnswerError(
                    f"your code changed its {_called(name)} in place; expected it left "
                    "as it was. Likely cause: an operation that ends in an underscore, += on a "
                    "tensor, a method such as sort or append, or an assignment to a slice. Work on "
                    "a copy or make a new value"
                )
        for part in kept:
            leaves |= dict(part.named_parameters())
        self._given = [value for value in given.values() if isinstance(value, Tensor)]
        if asks:
            self._differentiate(result, leaves)
        return result

    def _run(
        self, answer: Any, args: Sequence[Any], named: Mapping[str, Any], leaves: Any
    ) -> tuple[dict[Any, Any], Any]:
        """(the copies that the answer was given, by number or name; what it returned)."""
        given = {
            name: self._copy(value, _called(name), leaves)
            for name, value in (*enumerate(args, start=1), *named.items())
        }
        torch.default_generator.manual_seed(self.seed)  # torch's own would queue one for a GPU too
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Converting a tensor with requires_grad")
            here = [given[number] for number in range(1, len(args) + 1)]
            return given, answer(*here, **{name: given[name] for name in named})

    def _copy(self, value: Any, name: str, leaves: dict[str, Tensor] | None) -> Any:
        """A copy; a floating-point tensor in it that is no constant becomes a leaf, by name."""
        if isinstance(value, Tensor):
            copied = value.detach().clone()
            if value.requires_grad:
                return copied.requires_grad_()
            constant = any(value is one for one in self._constants)
            if leaves is None or constant or not value.is_floating_point():
                return copied
            leaves[name] = copied.requires_grad_()
            return copied.clone()  # no leaf: what is done to it in place is seen, not refused
        if type(value) in (list, tuple):
            pairs = enumerate(value)
            return type(value)(self._copy(item, f"{name}[{i}]", leaves) for i, item in pairs)
        if type(value) is dict:
            pairs = value.items()
            return {key: self._copy(item, f"{name}[{key!r}]", leaves) for key, item in pairs}
        if isinstance(value, np.ndarray | set) or left_alone.record(value):
            return copy.deepcopy(value)
        return value

    def _differentiate(self, result: Any, leaves: Mapping[str, Tensor]) -> None:
        """Note the gradient, by each leaf, of a random weighting of the results."""
        outputs = [one for one in left_alone.tensors(result) if one.is_floating_point()]
        size = sum(leaf.numel() for leaf in leaves.values())
        large = max((one.numel() for one in outputs), default=0) > left_alone.SMALL
        if not outputs or large or not 0 < size <= left_alone.SMALL:
            return
        draw = torch.Generator().manual_seed(self.seed)
        # Small, so that what fp32 rounds in long sums stays below an exercise's tolerance.
        # And uniform: these draws are the same for several tensors as for all of them in one.
        upstream = [
            (0.2 * torch.rand(one.shape, generator=draw) - 0.1).to(one.dtype) for one in outputs
        ]
        pairs = [(one, up) for one, up in zip(outputs, upstream, strict=True) if one.requires_grad]
        asking = {name: leaf for name, leaf in leaves.items() if leaf.requires_grad}
        found: dict[str, Tensor | str] = dict.fromkeys(leaves, CUT)
        if pairs and asking:
            try:
                made = torch.autograd.grad(
                    [one for one, _ in pairs],
                    list(asking.values()),
                    [up for _, up in pairs],
                    retain_graph=True,
                    materialize_grads=True,
                )
                found |= dict(zip(asking, made, strict=True))
            except RuntimeError as error:  # a step back that torch cannot take
                found = dict.fromkeys(leaves, f"none: torch says {str(error).split(':')[0]}")
        self._backward.append((result, {name: found[name] for name in sorted(found)}))

    def _noted(self, value: Any) -> Iterator[tuple[str, Tensor | str]]:
        """(dtype or gradient by what, found) of a result, or of those that a value holds."""
        for result, gradients in self._backward:
            if value is result:
                yield (
                    DTYPE,
                    ", ".join(sorted({str(one.dtype) for one in left_alone.tensors(result)})),
                )
                for name, gradient in gradients.items():
                    yield f"the gradient by {name}", gradient
                return
        if isinstance(value, Mapping | list | tuple):
            pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
            for key, item in pairs:
                for what, found in self._noted(item):
                    yield f"{what} at [{key!r}]", found

    def kept(self, module: nn.Module) -> nn.Module:
        """The same module, which answers are given and leave as it is: parameters, buffers, train
        or eval. Gradients are asked by its parameters too."""
        self._kept.append(module)
        return module

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
        torch.default_generator.manual_seed(self.seed)
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


class ByKind(nn.Module):
    """A module whose parameters are called by the kind of part that holds them, `Linear weight`.

    For an exercise in which a learner may call the parts anything.
    """

    def __init__(self, made: nn.Module) -> None:
        super().__init__()
        self.made = [made]  # in a list, so that its own names are not the module's
        count: Counter[str] = Counter()
        for part in made.modules():
            own = dict(part.named_parameters(recurse=False))
            kind = type(part).__name__
            count[kind] += bool(own)
            again = f" {count[kind]}" if count[kind] > 1 else ""
            for name, tensor in own.items():
                words = f"own {tuple(tensor.shape)}" if part is made else f"{kind}{again} {name}"
                self.register_parameter(words, tensor)
        self.train(made.training)

    def train(self, mode: bool = True) -> nn.Module:
        """The mode, for the module itself."""
        self.made[0].train(mode)
        return super().train(mode)

    def forward(self, *args: Any) -> Any:
        """What the module gives."""
        return self.made[0](*args)


def _name(answer: Any) -> str:
    return getattr(answer, "__name__", type(answer).__name__)


def listed(value: Any) -> Any:
    """Tuples, arrays and tensors as lists, and numbers of NumPy and torch as Python's."""
    if isinstance(value, Tensor | np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [listed(item) for item in value]
    return value


def in_order(value: Any) -> Any:
    """A dictionary by its keys, where no order is asked for; anything else as it is."""
    if not isinstance(value, Mapping):
        return value
    return dict(sorted(value.items(), key=lambda item: str(item[0])))


def _called(name: int | str) -> str:
    return f"argument number {name}" if isinstance(name, int) else f"argument {name!r}"
