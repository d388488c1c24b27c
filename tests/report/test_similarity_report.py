"""Chapter 10's tables, pictures and small experiments: what they hold, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from mtslib.data import tasks
from mtslib.evidence import contrasts, explanations
from mtslib.evidence.comparison import Difference
from mtslib.evidence.recorded import recorded_runs
from mtslib.finetune.objectives import OBJECTIVES
from mtslib.report.similarity import similarity_plots as pictures
from mtslib.report.similarity import similarity_tables as chapter

STS = [o.name for o in OBJECTIVES.values() if o.scores]


@pytest.fixture
def recorded(snapshot) -> Callable:
    """{(objective, pooling): (value, seeds)} → recorded at full, and with score 0 at depth 2."""

    def write(rows: dict[tuple[str, str], tuple[float, int]]) -> None:
        snapshot(
            *(
                ("sts", score, {"objective": name, "pooling": pooling, "seed": seed} | depth)
                for (name, pooling), (value, seeds) in rows.items()
                for seed in range(seeds)
                for score, depth in ((0.0, {"freeze_depth": 2}), (value, {"freeze_depth": None}))
            )
        )

    return write


# Tables ----------------------------------------------------------------------------------------


def test_what_was_not_measured_says_so_everywhere(recorded):
    recorded({})
    assert chapter.objective_table().empty, "a row of nothing is no row"
    assert (chapter.crossed_table("mean").drop(columns="encoding") == "not measured").all(axis=None)
    (line,) = explanations.crossed_effects("mean")
    assert "not measured: soft-ce, mse, siamese-soft-ce, cosine-mse" in line
    assert all(line.endswith("not measured") for line in explanations.explained("mean"))


@pytest.fixture
def worked_out(monkeypatch) -> dict:
    """{Contrast: difference}, as if it had been worked out where the labels are."""
    found: dict = {}
    monkeypatch.setattr(contrasts, "find", found.get)
    return found


def test_tables_fill_themselves_when_rows_are_recorded(recorded):
    recorded(
        {
            ("soft-ce", "mean"): (0.9, 3),
            ("mse", "mean"): (0.88, 3),
            ("siamese-soft-ce", "mean"): (0.7, 1),
            ("cosine-mse", "mean"): (0.8, 3),
            ("soft-ce", "cls"): (0.91, 3),
            ("cosine-mse-clamped", "mean"): (0.81, 3),
        }
    )
    table = chapter.objective_table().set_index("objective")
    assert table.loc["soft-ce", "cls"] == "0.910 [0.890, 0.930], 3 seeds"
    assert table.loc["siamese-soft-ce", "mean"] == "0.700 [0.680, 0.720], 1 seed"
    assert table.loc["siamese-soft-ce", "cls"] == "—"
    assert set(table.columns) == {"encoding", "cls", "mean"}, "no pooler was recorded"
    assert "bce" not in table.index
    crossed = chapter.crossed_table("mean").set_index("encoding")
    assert crossed.loc["pair", "squared error"].startswith("0.880")
    assert crossed.loc["siamese", "cross-entropy"].startswith("0.700")
    assert explanations.crossed_effects("mean") == [
        "cross-entropy over squared error, pair encoding: +0.020, no interval worked out yet",
        "cross-entropy over squared error, siamese encoding: -0.100, no interval worked out yet",
        "pair over siamese encoding, cross-entropy: +0.200, no interval worked out yet",
        "pair over siamese encoding, squared error: +0.080, no interval worked out yet",
    ]
    gap, clamped, rescaled, signed = explanations.explained("mean")
    assert gap.startswith("the gap, soft-ce over cosine-mse: +0.110")
    assert clamped.startswith(
        "negative cosines are penalised; gain when that is taken away: +0.010"
    )
    assert rescaled.endswith("not measured")
    assert signed.endswith("not measured")


@pytest.mark.parametrize(
    "gap, gain, said",
    [
        (0.1, -0.02, ("as in the paper", "refuted here")),
        (-0.1, 0.05, ("against the paper", "supported here")),
        (0.01, 0.02, ("no gap to explain", "not decided here")),
    ],
)
def test_a_difference_gives_the_verdict(recorded, worked_out, gap, gain, said):
    """The intervals are worked out where the labels are; here they are laid beside the runs."""
    names = ("soft-ce", "cosine-mse", "cosine-mse-clamped")
    recorded({(name, "cls"): (0.8, 1) for name in names})
    soft, plain, clamped = (recorded_runs(objective=n, freeze_depth="full") for n in names)
    for first, value in ((soft, gap), (clamped, gain)):
        found = Difference.of_error(value, 0.008, 1e9, n=100, seeds=1)
        worked_out[contrasts.contrast(first, plain)] = found
    lines = explanations.explained("cls")
    assert said[0] in lines[1]
    assert said[1] in lines[3]


def test_a_cause_that_has_nothing_to_act_on_is_not_called_refuted():
    gain = Difference.of_error(0.0, 0.02, 1e9, n=100, seeds=1)
    (said,) = explanations.judged([gain])
    assert said.startswith("not decided here")
    said = explanations.judged([gain, gain], [0.004, 0.2])
    assert said[0] == "could not act here: 0.4% of the training loss comes from it"
    assert said[1].startswith("not decided here")
    tiny = Difference.of_error(0.001, 0.001, 1e9, n=100, seeds=1)
    assert explanations.judged([tiny]) == ["makes no difference here: the same within 0.005"]


def test_explanations_that_are_judged_together_are_corrected_for_how_many_they_are():
    gain = Difference.of_error(0.041, 0.01, 1e9, n=100, seeds=1)  # clear of .02 at p = .036
    alone, together = (explanations.judged([gain] * count)[0] for count in (1, 3))
    assert alone.startswith("supported here")
    assert together == (
        "not decided here: the gain may be below or above 0.02, as 3 are judged together"
    )


def test_the_papers_table_stands_apart():
    paper = chapter.paper_table()
    assert list(paper.Pearson) == ["0.641", "0.850"]
    assert not set(paper.objective) & set(STS)


# Pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", pictures.SHOWN)
@pytest.mark.parametrize("score", [0.0, 2.5, 4.0])
def test_a_push_is_minus_the_slope_of_the_loss(name, score):
    for cosine in (-0.73, -0.2, 0.31, 0.9):
        values = []
        for moved in (cosine + 1e-3, cosine - 1e-3):
            cosines = torch.tensor([[moved], *([c] for c, _ in pictures.COMPANY)])
            scores = torch.tensor([score, *(s for _, s in pictures.COMPANY)])
            values.append(OBJECTIVES[name].loss(cosines.double(), scores).item())
        slope = (values[0] - values[1]) / 2e-3
        assert pictures.push(name, cosine, score) == pytest.approx(-slope, abs=5e-3, rel=1e-2)
        assert abs(pictures.relative_push(name, cosine, score)) <= 1


def test_the_pushes_are_those_that_the_chapter_speaks_of():
    assert pictures.push_words("cosine-mse", -0.5, 0) == "together 0.25", "the penalty"
    assert pictures.push_words("cosine-mse-clamped", -0.5, 0) == "none", "and without it"
    assert pictures.push_words("cosine-mse-clamped", -0.5, 4) == "none", "the price"
    assert pictures.push_words("cosine-mse-signed", 0.0, 0).startswith("apart")
    assert pictures.push_words("cosent", -0.9, 0) == "none", "the order is right already"


def test_a_learners_own_losses_are_drawn_in_place_of_the_librarys():
    own = pictures.LOSSES | {"cosine-mse": lambda cosines, scores: cosines.mean() + 0 * scores[0]}
    assert pictures.push_words("cosine-mse", 0.5, 0, own) == "apart 1.00"
    assert "cosine-mse, score 0: apart 1.00" in pictures.push_bars(0.5, losses=own).alt


def test_pictures_say_what_they_draw():
    bars = pictures.push_bars(-0.5)
    assert "cosine -0.5" in bars.alt
    assert "cosine-mse-signed, score 0: apart 0.25" in bars.alt
    assert "dash-dotted" in pictures.push_curves().alt
    scores = np.array([0, 0.5, 4, 5])
    drawn = pictures.cosine_histograms({"cls": np.array([0.1, 0.3, 0.8, 0.9])}, scores)
    assert "cls: 0.20 below 1, 0.85 from 4 on" in drawn.alt


def test_two_by_two_crosses_what_it_says():
    for (encoding, loss), name in explanations.CROSSED.items():
        found = OBJECTIVES[name]
        assert found.siamese == (encoding == "siamese")
        assert name in {"soft-ce", "siamese-soft-ce"} or loss == "squared error"
        assert (
            found.num_outputs(tasks.STS)
            == {
                "soft-ce": 6,
                "siamese-soft-ce": 6,
                "mse": 1,
                "cosine-mse": 0,
            }[name]
        )
