"""The error microscope: every wrong answer in its groups, the surest first."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mtslib.data.readers import Example
from mtslib.report.training import microscope
from mtslib.report.training.microscope import CONFIDENCES, LENGTHS, Answers

NAMES = ("different", "paraphrase")


def answers(count: int = 30, seed: int = 0, phenomena: bool = True) -> Answers:
    random = torch.Generator().manual_seed(seed)
    examples = [
        Example(
            *(row, f"id{row}", (f"question {row} " + "word " * (row % 7), "another"), row % 2),
            phenomenon=("negation", "order", "voice")[row % 3] if phenomena else "",
        )
        for row in range(count)
    ]
    return Answers.of(3 * torch.randn(count, 2, generator=random), examples, NAMES)


@pytest.mark.parametrize("seed", range(3))
def test_each_kind_holds_every_answer_once_and_every_wrong_one(seed):
    seen = answers(seed=seed)
    found = microscope.table(seen)
    wrong = int((seen.said != seen.labels).sum())
    for kind, own in found.groupby("kind"):
        assert own.texts.sum() == 30, kind
        assert own.wrong.sum() == wrong, kind
    assert set(found.kind) == {"label", "phenomenon", "length", "confidence"}


def test_the_surest_come_first_and_are_wrong():
    seen = answers()
    for kind, names in seen.kinds().items():
        for group in set(names):
            lines = microscope.surest_wrong(seen, kind, group, most=30)
            sure = [int(line.rsplit(", ", 1)[1].split("%")[0]) for line in lines]
            assert sure == sorted(sure, reverse=True)
            for line in lines:
                label, said = line.split("” is ")[1].split("; said: ")
                assert not said.startswith(label)


def test_thirds_go_by_length_and_by_confidence():
    seen = answers()
    kinds = seen.kinds()
    words = np.array([sum(len(text.split()) for text in one.texts) for one in seen.examples])
    lengths = [words[np.array(kinds["length"]) == name] for name in LENGTHS]
    sure = [seen.sure[np.array(kinds["confidence"]) == name] for name in CONFIDENCES]
    for low, middle, high in (lengths, sure):
        assert low.max() < middle.min()
        assert middle.max() < high.min()


def test_the_slider_stands_at_every_group_in_an_order_that_does_not_depend_on_answers():
    one, other = (microscope.browse(answers(seed=seed)) for seed in (0, 1))
    positions = one.control.options
    assert positions == other.control.options
    assert positions[:3] == ("label: different", "label: paraphrase", "phenomenon: negation")
    assert positions[-1] == f"confidence: {CONFIDENCES[-1]}"
    assert len(positions) == len(microscope.table(answers()))


def test_a_frame_says_in_words_what_it_shows():
    seen = answers()
    shown = microscope.browse(seen).frame("phenomenon: order")
    own = microscope.table(seen).set_index("group").loc["order"]
    assert f"{own.wrong} of {own.texts} are wrong, the surest first:" in shown
    assert "On a grey band: order." in shown
    assert microscope.surest_wrong(seen, "phenomenon", "order")[0].split("”")[0] in shown


def test_what_is_the_same_for_all_is_no_kind_to_look_at():
    assert "phenomenon" not in answers(phenomena=False).kinds()
    assert "phenomenon: " not in microscope.browse(answers(phenomena=False)).control.options
