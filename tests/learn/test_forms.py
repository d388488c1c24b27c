"""Where several forms are right, each passes, is told, and has its mistakes known by name."""

from __future__ import annotations

import proof
import pytest
import torch

from mtslib.learn import registry, show
from mtslib.learn.checking import FAILED, PASSED, examine
from mtslib.learn.exercise import Exercise
from mtslib.learn.inputs import SeededInputs

ADAMW = registry.find("06.4")
FORMS = {form.name: form for form in ADAMW.forms}


def answer(form: str, *edits: tuple[str, str]):
    source = ADAMW.reference_source
    for old, new in (*FORMS[form].edits, *edits):
        assert source.count(old) == 1
        source = source.replace(old, new)
    return ADAMW.make(source, form)


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_of_each_form_passes_and_is_told_which_it_has(form):
    verdict = examine(ADAMW, answer(form))
    assert verdict.outcome == PASSED
    assert verdict.form is FORMS[form]
    assert FORMS[form].sentence in str(show.verdict_message(verdict))


@pytest.mark.parametrize("style", ADAMW.styles, ids=lambda style: style.name)
def test_other_styles_are_told_apart_too(style):
    verdict = examine(ADAMW, ADAMW.make(style.source, style.name), seeds=(0,))
    assert verdict.form is FORMS["course" if "course" in style.name else "torch"]


@pytest.mark.parametrize("form", FORMS)
def test_a_mistake_is_named_and_measured_in_the_form_it_was_made_in(form):
    verdict = examine(ADAMW, answer(form, ('state["step"] += 1', 'state["step"] = 1')), seeds=(0,))
    assert [mistake.name for mistake in verdict.mistakes] == ["step-not-counted"]
    assert verdict.form is FORMS[form]
    expected = ADAMW.observe(FORMS[form].specification, SeededInputs(0))[verdict.difference.asked]
    numbers = torch.cat([torch.as_tensor(one).reshape(-1) for one in expected]).tolist()
    assert verdict.difference.expected in {f"{number:.6g}" for number in numbers}


def test_a_mixture_of_two_forms_does_not_pass():
    class Mixed(torch.optim.Optimizer):
        """One form for tensors with one axis, the other for the rest."""

        def __init__(self, params, **settings):
            super().__init__(params, settings)
            self.two = {
                name: answer(name)(self.param_groups[0]["params"], **settings) for name in FORMS
            }

        def step(self):
            name = "torch" if len(self.param_groups[0]["params"]) == 1 else "course"
            for group in self.two[name].param_groups:
                group["lr"] = self.param_groups[0]["lr"]
            self.two[name].step()

    assert examine(ADAMW, Mixed, seeds=(0,)).outcome == FAILED


def test_the_proof_tries_every_mistake_in_every_form():
    mistakes = [case for case in proof.cases(ADAMW) if case.kind == proof.MISTAKE]
    assert len(mistakes) == 3 * len(FORMS) * len(ADAMW.mistakes)
    assert len({case.source for case in mistakes}) == len(FORMS) * len(ADAMW.mistakes)


def test_an_exercise_without_a_choice_has_one_form_and_says_nothing_of_it():
    plain: Exercise = registry.find("06.1")
    verdict = examine(plain, plain.make(plain.styles[0].source, "other"), seeds=(0,))
    assert verdict.passed
    assert len(plain.accepted) == 1
    assert len(show.verdict_message(verdict).lines) == 1
