"""AdamW against PyTorch's, and the course's variant against its formulas, number by number."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from mtslib.minbert import AdamW

STEPS = 1000
TOLERANCE = 1e-6  # of the contract


def parameters(seed: int) -> list[Tensor]:
    """Parameters of several shapes and scales; the last one never gets a gradient."""
    random = torch.Generator().manual_seed(seed)
    shapes = [(), (7,), (3, 5), (2, 1, 4), (6,)]
    return [torch.randn(shape, generator=random).requires_grad_() for shape in shapes]


def gradients(seed: int, step: int, params: list[Tensor]) -> list[Tensor | None]:
    """Gradients that change scale over the run, sparse ones and exact zeros among them."""
    random = torch.Generator().manual_seed(seed * 10_000 + step)
    scale = 10 ** (2 * math.sin(step / 50) - 1)
    found: list[Tensor | None] = [
        scale * torch.randn(param.shape, generator=random) for param in params[:-1]
    ]
    found[1] *= torch.rand(params[1].shape, generator=random) > 0.7
    return [*found, None]


def run_both(ours, theirs, ours_params, theirs_params, seed):
    """The same gradients for both, and the largest difference that was ever seen."""
    largest = 0.0
    for step in range(STEPS):
        for mine, yours, grad in zip(
            ours_params, theirs_params, gradients(seed, step, ours_params), strict=True
        ):
            mine.grad = None if grad is None else grad.clone()
            yours.grad = None if grad is None else grad.clone()
        ours.step()
        theirs.step()
        for mine, yours in zip(ours_params, theirs_params, strict=True):
            largest = max(largest, (mine - yours).abs().max().item())
    return largest


@pytest.mark.parametrize("fused", [False, True], ids=["plain", "fused"])
@pytest.mark.parametrize("weight_decay", [0.0, 0.05])
@pytest.mark.parametrize("seed", range(2))
def test_equal_to_torch_over_a_thousand_steps(seed, weight_decay, fused):
    ours_params, theirs_params = parameters(seed), parameters(seed)
    settings = {"lr": 1e-3, "betas": (0.9, 0.999), "weight_decay": weight_decay}
    ours = AdamW(ours_params, **settings)
    theirs = torch.optim.AdamW(theirs_params, **settings, fused=fused)
    assert run_both(ours, theirs, ours_params, theirs_params, seed) <= TOLERANCE
    start = parameters(seed)
    assert (ours_params[0] - start[0]).abs() > 0.01, "a thousand steps have moved something"
    assert torch.equal(ours_params[-1], start[-1]), "no gradient: neither moved nor decayed"


def test_param_groups_keep_their_own_settings():
    ours_params, theirs_params = parameters(3), parameters(3)

    def groups(params):
        return [
            {"params": params[:2], "lr": 3e-3, "weight_decay": 0.0},
            {"params": params[2:], "betas": (0.8, 0.99), "eps": 1e-5},
        ]

    ours = AdamW(groups(ours_params), lr=1e-3, weight_decay=0.1)
    theirs = torch.optim.AdamW(groups(theirs_params), lr=1e-3, weight_decay=0.1)
    assert run_both(ours, theirs, ours_params, theirs_params, seed=3) <= TOLERANCE


def test_equal_to_torch_when_the_learning_rate_changes_between_steps():
    ours_params, theirs_params = parameters(4), parameters(4)
    ours = AdamW(ours_params, lr=1e-3, weight_decay=0.01)
    theirs = torch.optim.AdamW(theirs_params, lr=1e-3, weight_decay=0.01)
    for optimizer in (ours, theirs):
        torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    assert run_both(ours, theirs, ours_params, theirs_params, seed=4) <= TOLERANCE


# The course's variant --------------------------------------------------------------------------


def course_by_hand(theta: float, grads: list[float], lr: float, decay: float) -> float:
    """One number, step by step, in double precision, from the assignment's description.

    m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  α_t = α √(1−β₂ᵗ) / (1−β₁ᵗ);
    θ ← θ − α_t m / (√v + ε);  then θ ← θ − α λ θ.
    """
    beta1, beta2, eps = 0.9, 0.999, 1e-6
    m = v = 0.0
    for t, g in enumerate(grads, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        alpha_t = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
        theta = theta - alpha_t * m / (math.sqrt(v) + eps)
        theta = theta - lr * decay * theta
    return theta


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_the_course_variant_equals_its_formulas(seed, decay):
    random = torch.Generator().manual_seed(seed)
    start = torch.randn(4, generator=random, dtype=torch.float64)
    grads = torch.randn(STEPS, 4, generator=random, dtype=torch.float64)
    grads *= torch.tensor([1.0, 1e-2, 1e-5, 1e-7])  # down to where ε decides
    param = start.clone().requires_grad_()
    optimizer = AdamW([param], lr=1e-2, weight_decay=decay, variant="course")
    for grad in grads:
        param.grad = grad.clone()
        optimizer.step()
    expected = [
        course_by_hand(start[i].item(), grads[:, i].tolist(), 1e-2, decay) for i in range(4)
    ]
    torch.testing.assert_close(
        param.detach(), torch.tensor(expected, dtype=torch.float64), rtol=0, atol=1e-9
    )


def one_step(variant: str, grad: float, **settings) -> float:
    param = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    param.grad = torch.tensor(grad, dtype=torch.float64)
    AdamW([param], lr=0.1, variant=variant, **settings).step()
    return param.item()


def test_the_variants_differ_where_the_documentation_says():
    # After one step m̂ = g and √v̂ = |g|. ε is added to √v̂ in one, to √v = |g|·√0.001 in the other.
    grad, eps = 1e-4, 1e-5
    root = math.sqrt(1 - 0.999)
    assert one_step("torch", grad, eps=eps) == pytest.approx(1 - 0.1 * grad / (grad + eps))
    course = 1 - 0.1 * root * grad / (root * grad + eps)
    assert one_step("course", grad, eps=eps) == pytest.approx(course)
    # With a negligible ε only the order of decay is left: before the step, or of its result.
    assert one_step("torch", 1.0, eps=1e-30, weight_decay=0.5) == pytest.approx(0.95 - 0.1)
    assert one_step("course", 1.0, eps=1e-30, weight_decay=0.5) == pytest.approx(0.9 * 0.95)


def test_each_variant_has_its_own_epsilon():
    param = torch.zeros(1, requires_grad=True)
    assert AdamW([param]).param_groups[0]["eps"] == 1e-8
    assert AdamW([param], variant="course").param_groups[0]["eps"] == 1e-6
    assert AdamW([param], variant="course", eps=1e-3).param_groups[0]["eps"] == 1e-3


# Around the step -------------------------------------------------------------------------------


def test_a_closure_is_evaluated_with_gradients_and_its_loss_returned():
    param = torch.tensor([3.0], requires_grad=True)
    optimizer = AdamW([param], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (param**2).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9.0
    assert param.item() == pytest.approx(2.9)
    assert optimizer.step() is None


def test_it_goes_on_from_its_saved_state():
    straight, stopped = parameters(5), parameters(5)
    optimizer = AdamW(straight, lr=1e-2, weight_decay=0.1)
    first = AdamW(stopped, lr=1e-2, weight_decay=0.1)
    for step in range(20):
        if step == 10:
            second = AdamW(stopped, lr=1e-2, weight_decay=0.1)
            second.load_state_dict(first.state_dict())
            first = second
        for params, which in ((straight, optimizer), (stopped, first)):
            for param, grad in zip(params, gradients(5, step, params), strict=True):
                param.grad = grad
            which.step()
    assert all(torch.equal(a, b) for a, b in zip(straight, stopped, strict=True))


@pytest.mark.parametrize(
    "settings",
    [{"variant": "sgd"}, {"lr": -1}, {"betas": (1.0, 0.9)}, {"weight_decay": -0.1}],
)
def test_impossible_settings_are_refused(settings):
    with pytest.raises(ValueError, match=str(next(iter(settings)))):
        AdamW([torch.zeros(1, requires_grad=True)], **settings)
