"""What every call of an answer asks, whatever the exercise: gradients, and inputs left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from mtslib.learn import left_alone
from mtslib.learn.checking import FAILED, PASSED, examine
from mtslib.learn.inputs import CUT, AnswerError, SeededInputs
from mtslib.learn.registry import find


def gradients_seen(answer: Any, *args: Any, seed: int = 0) -> dict[str, Any]:
    """What a question adds to the value that it asked for."""

    def observe(answer: Any, inputs: SeededInputs) -> dict[str, Any]:
        return {"the result": inputs.call(answer, *args)}

    return {k: v for k, v in SeededInputs(seed).observation(observe, answer).items() if " by " in k}


# Gradients --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_gradients_by_every_argument_and_parameter_are_those_of_autograd(seed):
    x, linear = torch.randn(3, 4), nn.Linear(4, 2)
    seen = gradients_seen(linear, x, seed=seed)
    assert list(seen) == [
        f"the gradient by {n} of: the result" for n in ("argument number 1", "bias", "weight")
    ]
    leaf = x.clone().requires_grad_()
    upstream = 0.2 * torch.rand(3, 2, generator=torch.Generator().manual_seed(seed)) - 0.1
    wanted = torch.autograd.grad(linear(leaf), [leaf, linear.bias, linear.weight], upstream)
    for found, expected in zip(seen.values(), wanted, strict=True):
        assert torch.allclose(found, expected)
    assert linear.weight.grad is None  # nothing is left behind


@pytest.mark.parametrize(
    "cut",
    [
        lambda x: (2 * x).detach(),
        lambda x: torch.tensor((2 * x).tolist()),
        lambda x: torch.from_numpy(2 * x.numpy()),
        torch.no_grad()(lambda x: 2 * x),
    ],
)
def test_an_answer_that_cuts_the_gradient_is_seen(cut):
    (seen,) = gradients_seen(cut, torch.randn(3)).values()
    assert seen == CUT


def test_a_step_back_that_torch_cannot_take_is_told():
    def spoiled(x: Tensor) -> Tensor:
        grown = x.exp()
        result = grown * 1
        grown += 1
        return result

    (seen,) = gradients_seen(spoiled, torch.randn(3)).values()
    assert "modified by an inplace operation" in seen


def test_whole_numbers_and_constants_are_not_asked():
    assert not gradients_seen(lambda ids: ids + 1, torch.arange(3))
    inputs = SeededInputs(0)
    mask, x = inputs.constant(torch.ones(3)), torch.randn(3)
    seen = inputs.observation(lambda answer, _: {"it": inputs.call(answer, x, mask)}, torch.mul)
    assert list(seen) == ["it", "the dtype of: it", "the gradient by argument number 1 of: it"]


def test_an_answer_without_floating_point_result_may_use_numpy():
    inputs = SeededInputs(0)
    assert inputs.call(lambda x: int(x.numpy().argmax()), torch.tensor([1.0, 3.0, 2.0])) == 1


@pytest.mark.parametrize("number", ["02.1", "03.3", "04.1", "05.5"])
@pytest.mark.parametrize("how", ["no_grad", "detach"])
def test_a_check_refuses_a_right_value_without_its_gradient(number, how):
    exercise = find(number)
    right = exercise.make(exercise.reference_source, "right")
    assert examine(exercise, right).outcome == PASSED
    cut = torch.no_grad()(right) if how == "no_grad" else lambda *args: right(*args).detach()
    verdict = examine(exercise, cut)
    assert verdict.outcome == FAILED
    assert verdict.difference.asked.startswith("the gradient by argument number 1 of: ")


# Inputs left alone ------------------------------------------------------------------------------


@dataclass
class Row:
    ids: list[int]


def _spoil(change: Callable[[Any], Any]) -> Callable[[Any], int]:
    def answer(given: Any) -> int:
        change(given)
        return 0

    return answer


@pytest.mark.parametrize(
    ("given", "change"),
    [
        (torch.zeros(3), lambda x: x.add_(1)),
        (torch.zeros(3), lambda x: x.data.add_(1)),
        ([3, 1, 2], lambda x: x.sort()),
        ([3, 1, 2], lambda x: x.append(4)),
        ([[1], [2]], lambda x: x[0].append(0)),
        ([1.0, float("nan")], lambda x: x.__setitem__(1, 0.0)),
        ({"a": 1}, lambda x: x.update(a=2)),
        ({"a": 1, "b": 2}, lambda x: x.update(a=x.pop("a"))),
        ({1, 2}, lambda x: x.add(3)),
        (np.zeros(3), lambda x: x.__setitem__(0, 1)),
        ([np.array([3, 1])], lambda x: x[0].sort()),
        ((torch.zeros(2), [1]), lambda x: x[1].clear()),
        (Row([1, 2]), lambda row: row.ids.append(0)),
        ([Row([1, 2])], lambda rows: rows[0].ids.pop()),
    ],
)
def test_a_changed_argument_is_told_and_never_reaches_the_next_call(given, change):
    before = repr(given)
    with pytest.raises(AnswerError, match="your code changed its argument number 1 in place"):
        SeededInputs(0).call(_spoil(change), given)
    assert repr(given) == before
    assert SeededInputs(0).call(_spoil(lambda x: None), given) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda module: module.eval(),
        lambda module: module[1].train(not module[1].training),
        lambda module: module[0].weight.data.mul_(2),
        lambda module: module[2].running_mean.add_(1),
    ],
)
def test_a_forward_that_changes_its_module_is_told(change):
    class Changing(nn.Sequential):
        def forward(self, x: Tensor) -> Tensor:
            change(self)
            return super().forward(x)

    module = Changing(nn.Linear(2, 2), nn.Dropout(), nn.BatchNorm1d(2))
    module[2].eval()
    with pytest.raises(AnswerError, match=r"your code changed .* in a Changing"):
        SeededInputs(0).call(module, torch.randn(3, 2))


def test_a_kept_module_is_told_and_back_in_its_mode_whatever_the_answer_does():
    module, inputs = nn.Sequential(nn.Linear(2, 2), nn.Dropout()), SeededInputs(0)
    inputs.kept(module.train())
    with pytest.raises(AnswerError, match=r"your code changed the mode, train or eval"):
        inputs.call(lambda model: model.eval() and 0, module)
    assert module.training
    assert module[1].training
    with pytest.raises(ZeroDivisionError):
        inputs.call(lambda model: model.eval() and 1 / 0, module)
    assert module.training
    seen = inputs.observation(lambda a, i: {"it": i.call(a, module[0], torch.ones(2))}, _apply)
    assert "the gradient by 0.weight of: it" in seen


def _apply(model: nn.Module, x: Tensor) -> Tensor:
    return model(x)


def test_one_tensor_or_several_are_weighted_alike():
    x = torch.randn(3, 17)
    whole = gradients_seen(lambda x: torch.stack([x, 2 * x]), x)
    parts = gradients_seen(lambda x: (x, 2 * x), x)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_large_weights_are_compared_by_their_version_and_ask_for_no_gradient(monkeypatch):
    monkeypatch.setattr(left_alone, "SMALL", 5)
    linear = nn.Linear(4, 2)
    assert not gradients_seen(linear, torch.randn(3, 4))

    def forward(x: Tensor) -> Tensor:
        with torch.no_grad():
            linear.weight.mul_(2)
        return x

    linear.forward = forward
    with pytest.raises(AnswerError, match="your code changed its tensor weight in a Linear"):
        SeededInputs(0).call(linear, torch.randn(3, 4))


def test_the_order_of_a_dictionary_changes_no_gradient() -> None:
    """Whoever fills it in another order has done nothing wrong."""

    def gradient(order: str) -> Any:
        inputs = SeededInputs(0)
        x = inputs.randn(3)

        def observe(answer: Any, inputs: SeededInputs) -> Any:
            return {"asked": inputs.call(answer, x)}

        def answer(x: Any) -> Any:
            return {key: x * (1 + ord(key)) for key in order}

        return inputs.observation(observe, answer)["the gradient by argument number 1 of: asked"]

    assert torch.allclose(gradient("abc"), gradient("cab"))
