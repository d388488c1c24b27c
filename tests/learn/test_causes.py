"""What a cause may say: nothing that the text of the answer denies."""

from __future__ import annotations

import ast
import textwrap

import pytest

from mtslib.learn import registry
from mtslib.learn.checking import examine
from mtslib.learn.trees import dump, plain_definition, within

RIGHT = "def f(x):\n    a = x + 1\n    b = a * 2\n    return b - a\n"
# Answer, mistake → the answer where the mistake has changed something too.
WITHIN = {
    "another line": (("a = x + 1", "a = x + 3"), ("b = a * 2", "b = a"), RIGHT),
    "the same line": (("b = a * 2", "b = a / 2"), ("a * 2", "a"), "b = a / 2"),
    "another part of a line": (
        ("return b - a", "return c - a"),
        ("return b", "return -b"),
        "c - a",
    ),
    "a line more, elsewhere": (
        ("    a =", "    x = -x\n    a ="),
        ("return b", "return -b"),
        RIGHT,
    ),
    "a line more, there": (("    a =", "    x = -x\n    a ="), ("a = x", "a = -x"), "x = -x"),
    "a line less": (("    b = a * 2\n", ""), ("return b - a", "return b"), RIGHT),
}


@pytest.mark.parametrize("case", WITHIN)
def test_what_a_mistake_leaves_alone_is_put_back(case: str) -> None:
    theirs, wrong, expected = WITHIN[case]
    texts = [RIGHT, RIGHT.replace(*theirs), RIGHT.replace(*wrong)]
    trees = [plain_definition(text, "f") for text in texts]
    rest = within(*trees)
    if expected == RIGHT:
        assert dump(rest) == dump(trees[0])
    else:
        assert expected in ast.unparse(ast.fix_missing_locations(rest))


def test_names_and_comments_of_its_own_deny_nothing() -> None:
    exercise = registry.find("06.3")
    mistake = next(m for m in exercise.mistakes if m.name == "square-forgotten")
    source = exercise.mistaken_source(mistake).replace(" v ", " second ").replace("v /", "second /")
    verdict = examine(exercise, exercise.make(source, "renamed"))
    assert [one.name for one in verdict.mistakes] == ["square-forgotten"]


def test_two_mistakes_that_compute_what_a_third_does_are_called_by_their_own_names() -> None:
    exercise = registry.find("06.3")
    source = exercise.reference_source
    for name in ("no-bias-correction", "new-gradient-at-full-weight"):
        for old, new in next(m for m in exercise.mistakes if m.name == name).edits:
            source = source.replace(old, new)
    verdict = examine(exercise, exercise.make(source, "two"))
    assert {m.name for m in verdict.mistakes} == {
        "no-bias-correction",
        "new-gradient-at-full-weight",
    }
    # In other words they are still not the third.
    source = source.replace("gradient**2", "gradient * gradient")
    named = {m.name for m in examine(exercise, exercise.make(source, "others")).mistakes}
    assert "corrected-as-in-step-one" not in named


def test_a_mistake_that_does_nothing_beside_another_is_not_named() -> None:
    # `any` of nothing is False: what was left out, `bool(recorded) and`, lets nothing through here.
    body = "return any(n in trunk and sha256_tensor(trunk[n]) == d for n, d in recorded.items())"
    exercise = registry.find("11.5")
    answer = exercise.make(f"def is_shareable(recorded, trunk):\n    {body}\n", "any")
    assert [m.name for m in examine(exercise, answer).mistakes] == ["one-is-enough"]


# Each gives in every question what two mistakes give together, and has neither of them.
MET = {
    "07.6": """
        def pearson_of_batches(batches):
            x, y = (torch.cat(part).argsort().argsort().double() for part in zip(*batches))
            x, y = x - x.mean(), y - y.mean()
            below = (x.square().sum() * y.square().sum()).sqrt()
            return 0.0 if below == 0 else ((x * y).sum() / below).item()
        """,
    "12.2": """
        def layers_run(requests, taps, num_layers):
            deepest = {}
            for task, text in requests:
                deepest[text] = deepest.get(text, 0) + taps[task]
            own = sum(num_layers - taps[task] for task, text in set(requests))
            return sum(deepest.values()) + own
        """,
}


@pytest.mark.parametrize("number", MET)
def test_two_mistakes_that_only_meet_in_what_came_are_no_cause(number: str) -> None:
    exercise = registry.find(number)
    answer = exercise.make(textwrap.dedent(MET[number]), "met")
    assert len(examine(exercise, answer).mistakes) < 2


ORDERS = {
    ("clear", "step", "backward"): "step-between-clear-and-backward",
    ("backward", "clear", "step"): "gradients-cleared-before-the-step",
    ("step", "clear", "backward"): "step-before-backward",
}
CALLS = {"clear": "optimizer.zero_grad()", "step": "optimizer.step()", "backward": "x.backward()"}


@pytest.mark.parametrize("order", ORDERS)
def test_calls_in_another_order_are_named_whatever_stands_around_them(order) -> None:
    exercise = registry.find("06.2")
    calls = "\n".join(f"        {CALLS[call]}" for call in order)
    source = f"""def train_epoch(model, batches, optimizer, loss=F.cross_entropy):
    model.train()
    seen = []
    for inputs, labels in batches:
        x = loss(model(inputs), labels)
{calls}
        seen += [x.item()] * len(labels)
    return sum(seen) / len(seen)
"""
    verdict = examine(exercise, exercise.make(source, "order"))
    assert [mistake.name for mistake in verdict.mistakes] == [ORDERS[order]]
    assert verdict.difference.asked == "the head's weights after one batch"
