"""What a check says of wrong answers beyond saw and expected, and that it is true."""

from __future__ import annotations

import pytest
import torch
from answers import POOL, written

from mtslib.learn import facts, registry, show
from mtslib.learn.checking import FAILED, examine

SUM = "(hidden * attention_mask[..., None]).sum(1)"
COUNT = "attention_mask.sum(1, keepdim=True)"
TOLD = {
    f"return ({SUM} / {COUNT}).tolist()": "The right numbers, as a list; expected a tensor.",
    f"return ({SUM} / {COUNT}).detach().numpy()": "The right numbers, as a numpy array",
    f"return -{SUM} / {COUNT}": "The same with the sign turned.",
    f"return 5 * {SUM} / {COUNT}": "5 times as large as expected.",
    f"return {SUM} / {COUNT} + 1": "Each number is larger by 1.",
    f"return ({SUM} / {COUNT}).flip(1)": "The same, backwards along axis 1.",
    f"return ({SUM} / {COUNT})[0]": "What came is the first along axis 0 of what was expected.",
    f"return ({SUM} / {COUNT})[:, None]": "The right numbers, with an axis of size 1 too many.",
    f"return ({SUM} / {COUNT}).T": "The right numbers; axes 0 and 1 have changed places.",
    f"return ({SUM} / {COUNT}).softmax(1)": "The softmax along axis 1 of what was expected.",
    f"return {SUM} / {COUNT} / 0 * 0": "6 of 6 numbers are NaN.",
    "return hidden.mean(1)": "This is what would be right if attention_mask were 1 everywhere.",
    f"print({SUM})": "mean_pool gave back None: it has no line with return.",
    f"if {SUM}.sum() > 1e9:\n    return {SUM}": "it came to its end without one.",
    f"return {SUM} / 4": "Right: “two sentences without padding”. Wrong: “two sentences, the first",
    "return hidden.cumsum(1)[:, -1] / 4": "mean_pool never reads its argument attention_mask.",
}  # fmt: skip


@pytest.mark.parametrize("body", TOLD)
def test_what_is_true_of_an_answer_is_told(body: str) -> None:
    told = [str(fact) for fact in facts.of(POOL, written(body))]
    assert any(TOLD[body].lower() in fact.lower() for fact in told), told


def test_an_answer_that_is_wrong_in_one_row_is_told_where() -> None:
    body = f"made = {SUM} / {COUNT}\nmade = made.clone()\nmade[0] = made[0] ** 2 + 1\nreturn made"
    told = [str(fact) for fact in facts.of(POOL, written(body))]
    assert any("along axis 0, wrong at 0, right at 1" in fact for fact in told), told


def test_an_answer_without_its_gradient_is_told_that_its_numbers_are_right() -> None:
    exercise = registry.find("06.1")
    source = exercise.reference_source.replace(
        "return -chosen.mean()", "return -chosen.mean().detach()"
    )
    verdict = examine(exercise, exercise.make(source, "cut"))
    assert verdict.outcome == FAILED
    told = str(verdict.facts[0])
    assert told.startswith("Every number that came is right; its gradients are not.")
    assert told.endswith("they are compared too.")


def test_of_an_answer_that_raised_the_call_is_told() -> None:
    verdict = examine(POOL, written(f"assert attention_mask.all()\nreturn {SUM} / {COUNT}"))
    text = str(show.verdict_message(verdict))
    assert "It was asked: two sentences, the first of them padded." in text
    assert "It was given hidden = a tensor of shape (2, 4, 3), float32; attention_mask = " in text


def test_a_verdict_shows_the_smallest_question_and_its_input() -> None:
    exercise = registry.find("05.5")
    source = exercise.reference_source.replace("/ weights.sum(1)", "/ (weights.sum(1) + 1)")
    verdict = examine(exercise, exercise.make(source, "one more"))
    assert verdict.difference.asked == "three tokens (1, 10), (2, 20), (6, 90)"
    assert verdict.difference.given.startswith("hidden = [[[1.0, 10.0], [2.0, 20.0], [6.0, 90.0]]]")


# Objects that defend themselves ----------------------------------------------------------------

RAISING = "class Odd{base}:\n    def {name}(self, *_):\n        raise ValueError\nreturn {made}"
HOSTILE = {
    "printing": RAISING.format(base="", name="__repr__", made="Odd()"),
    "equality": RAISING.format(base="(str)", name="__eq__", made="Odd('x')"),
    "its number": RAISING.format(base="(float)", name="__float__", made="Odd(1)"),
    "its size": RAISING.format(base="(list)", name="__len__", made="Odd()"),
    "its items": RAISING.format(base="(dict)", name="items", made="Odd()"),
    "everything": RAISING.format(base="", name="__getattribute__", made="Odd()"),
    "its shape": "class Odd(torch.Tensor):\n    @property\n    def shape(self):\n"
    "        raise ValueError\nreturn torch.zeros(2, 3).as_subclass(Odd)",
    "itself": "made = []\nmade.append(made)\nreturn made",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_an_object_that_raises_when_looked_at_does_not_escape(what: str) -> None:
    verdict = examine(POOL, written(HOSTILE[what]))
    assert verdict.outcome == FAILED
    assert len(str(show.verdict_message(verdict))) < 3000


# Facts never take a check with them -------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_facts_are_found_of_anything(seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    made = torch.randn(2, 3, generator=draw)
    things = [None, True, 3, 2.5, "ab", [1, [2, 3]], {"a": made}, {1, 2}, 1j, (), [made, made]]
    things += [made, made.long(), made > 0, made[:0], made.to_sparse(), made.numpy(), made.tolist()]
    for thing in things:
        answer = lambda hidden, attention_mask, thing=thing: thing  # noqa: E731
        verdict = examine(POOL, answer, seeds=(0,))
        facts.gather(POOL, answer, verdict.seen, verdict.expected)


def test_another_precision_is_told_as_such_and_not_as_a_gradient():
    exercise = registry.find("02.1")
    right = exercise.make(exercise.reference_source, "right")
    told = [str(fact) for fact in examine(exercise, lambda *args: right(*args).double()).facts]
    assert told == ["Every number that came is right; it came as torch.float64, not torch.float32."]
