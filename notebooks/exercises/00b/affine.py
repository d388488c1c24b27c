"""Exercise 00b.3: a module with parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import PARAMETERS, SeededInputs


class Affine(nn.Module):
    """y = x·Wᵀ + b, with the same parameters as `nn.Linear`. Chapter 00b.

    weight: (size_out, size_in). bias: (size_out,).
    """

    def __init__(self, size_in: int, size_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size_out, size_in))
        self.bias = nn.Parameter(torch.zeros(size_out))

    def forward(self, x: Tensor) -> Tensor:
        """(…, size_in) → (…, size_out)."""
        return x @ self.weight.T + self.bias


class SlowAffine(nn.Module):
    """One output number at a time."""

    def __init__(self, size_in: int, size_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size_out, size_in))
        self.bias = nn.Parameter(torch.zeros(size_out))

    def forward(self, x: Tensor) -> Tensor:
        made = [
            (x * row).sum(dim=-1) + bias for row, bias in zip(self.weight, self.bias, strict=True)
        ]
        return torch.stack(made, dim=-1)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Its parameters, a square map, one that narrows, the gradient, and weights of nn.Linear."""
    made = inputs.build(answer, 3, 3)
    seen: dict[str, Any] = {PARAMETERS: inputs.parameters(made)}
    if seen[PARAMETERS] != inputs.parameters(SlowAffine(3, 3)):
        return seen
    seen["one vector of 3 numbers to 3"] = inputs.call(made, inputs.randn(1, 3))
    narrow = inputs.build(answer, 5, 2)
    seen["the names and shapes of Affine(5, 2)"] = inputs.parameters(narrow)
    if seen["the names and shapes of Affine(5, 2)"] != inputs.parameters(SlowAffine(5, 2)):
        return seen
    seen["2 sentences of 4 tokens, 5 numbers to 2"] = inputs.call(narrow, inputs.randn(2, 4, 5))
    inputs.call(narrow, inputs.randn(3, 5)).square().sum().backward()
    for name, parameter in narrow.named_parameters():
        seen[f"the gradient of {name}"] = parameter.grad
    return seen


EXERCISE = Exercise(
    id="00b.3",
    title="a module with parameters",
    minutes=8,
    difficulty="steady",
    core=False,
    reference=Affine,
    specification=SlowAffine,
    observe=observe,
    hints=(
        "Print list(Affine(5, 2).named_parameters()). Are there two, weight of shape (2, 5) and "
        "bias of shape (2,)?",
        "A row of weight belongs to one output number. x has its features in the last axis, so "
        "the weight has to be turned before the two are multiplied.",
        "y = x times the transposed weight\nreturn y plus the bias, which broadcasts",
    ),
    mistakes=mistakes(r"""
        weight-not-turned: x was multiplied by the weight as it stands, so its columns served as its
            rows.
          look: the product: x @ W needs W as (size_in, size_out).
          - x @ self.weight.T
          + (x @ self.weight.reshape(x.shape[-1], -1))
        bias-forgotten: the bias was not added.
          look: the return line.
          -  + self.bias
        bias-subtracted: the bias was subtracted.
          look: the sign in the return line.
          - + self.bias
          + - self.bias
        parameters-cut-from-the-gradient: the values are right, but the parameters were detached, so
            no gradient reaches them.
          look: forward: no .data, .detach() or no_grad there.
          class Affine(nn.Module):
              def __init__(self, size_in, size_out):
                  super().__init__()
                  self.weight = nn.Parameter(torch.zeros(size_out, size_in))
                  self.bias = nn.Parameter(torch.zeros(size_out))

              def forward(self, x):
                  y = x @ self.weight.detach().T + self.bias.detach()
                  return y.requires_grad_()
        bias-is-no-parameter: the bias is a plain tensor, so no optimizer sees it and no file holds
            it.
          look: the line that makes the bias: nn.Parameter around it.
          - self.bias = nn.Parameter(torch.zeros(size_out))
          + self.bias = torch.zeros(size_out)
        weight-made-sideways: the weight is (size_in, size_out); nn.Linear keeps it as (size_out,
            size_in), and so do weights from a file.
          look: the shape of the weight.
          - torch.zeros(size_out, size_in)
          + torch.zeros(size_in, size_out)
          - self.weight.T
          + self.weight
        bias-of-the-wrong-size: the bias has one number for each input; it has one for each output.
          look: the shape of the bias.
          - self.bias = nn.Parameter(torch.zeros(size_out))
          + self.bias = nn.Parameter(torch.zeros(size_in))
    """),
    styles=styles(r"""
        F.linear:
          - x @ self.weight.T + self.bias
          + F.linear(x, self.weight, self.bias)

        einsum:
          - x @ self.weight.T + self.bias
          + torch.einsum("...i,oi->...o", x, self.weight) + self.bias

        matmul:
          - x @ self.weight.T + self.bias
          + x.matmul(self.weight.t()).add(self.bias)

        broadcasting:
          - x @ self.weight.T + self.bias
          + (x[..., None, :] * self.weight).sum(-1) + self.bias

        matrix times column:
          class Affine(nn.Module):
              def __init__(self, size_in, size_out):
                  super().__init__()
                  self.weight = nn.Parameter(torch.zeros(size_out, size_in))
                  self.bias = nn.Parameter(torch.zeros(size_out))

              def forward(self, x):
                  return (self.weight @ x.unsqueeze(-1)).squeeze(-1) + self.bias

        bias expanded, added in place:
          class Affine(nn.Module):
              def __init__(self, size_in, size_out):
                  super().__init__()
                  self.weight = nn.Parameter(torch.zeros(size_out, size_in))
                  self.bias = nn.Parameter(torch.zeros(size_out))

              def forward(self, x):
                  out = self.bias.expand(*x.shape[:-1], -1).clone()
                  out += x @ self.weight.T
                  return out

        addmm:
          class Affine(nn.Module):
              def __init__(self, size_in, size_out):
                  super().__init__()
                  self.weight = nn.Parameter(torch.zeros(size_out, size_in))
                  self.bias = nn.Parameter(torch.zeros(size_out))

              def forward(self, x):
                  return torch.addmm(
                      self.bias, x.reshape(-1, x.shape[-1]), self.weight.T
                  ).reshape(*x.shape[:-1], -1)

        tensordot:
          class Affine(nn.Module):
              def __init__(self, size_in, size_out):
                  super().__init__()
                  self.weight = nn.Parameter(torch.zeros(size_out, size_in))
                  self.bias = nn.Parameter(torch.zeros(size_out))

              def forward(self, x):
                  return torch.tensordot(x, self.weight, dims=([-1], [1])) + self.bias

        inner:
          class Affine(nn.Module):
              def __init__(self, size_in, size_out):
                  super().__init__()
                  self.weight = nn.Parameter(torch.zeros(size_out, size_in))
                  self.bias = nn.Parameter(torch.zeros(size_out))

              def forward(self, x):
                  return x.inner(self.weight) + self.bias
    """),
)
