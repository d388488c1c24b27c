"""Chapter 17's pictures: what a dev set can show, and the board of verdicts."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mtslib.evidence import minimal
from mtslib.evidence.claim_judges import FAILS, OPEN, Part
from mtslib.evidence.claims import Claim, Judged
from mtslib.report.audit import detect_plots, minimal_plots

GAPS = {"top 5": 0.005, "top 4": 0.026}


def test_four_times_the_rows_show_half_the_difference():
    one, four = (detect_plots.smallest_seen(0.5, rows) for rows in (1000, 4000))
    assert one == pytest.approx(2 * four)
    assert one == pytest.approx(1.96 * (0.25 / 1000 * 2) ** 0.5)
    assert detect_plots.smallest_seen(0.5, 1000, correlation=0.75) == pytest.approx(one / 2)


@pytest.mark.parametrize("rows", detect_plots.ROWS)
def test_the_slider_and_its_table_say_the_same(rows):
    picture, lines = detect_plots.against_rows(GAPS, 0.526, rows, 0.7)
    assert lines[0] == f"dev rows = {rows}"
    table = detect_plots.rows_table(GAPS, 0.526, 0.7).set_index("dev rows").loc[f"{rows:,}"]
    for line, cell in zip(lines[1:], table, strict=True):
        size, told = re.fullmatch(r"± ([\d.]+): (\d of \d)", cell).groups()
        assert size in line
        assert line.endswith(told)
        assert size in picture.alt
    assert "top 5 0.005, top 4 0.026" in picture.alt


def test_the_board_names_every_claim_under_its_verdict():
    words = ("BERT-MTS", "Table 1", "it is so", "it is not", "rows", "rows_apart")
    judged = [
        Judged(Claim(name, *words, {}, True, ""), verdict, (Part("sst", "0.5", verdict),))
        for name, verdict in (("first", FAILS), ("second", OPEN), ("third", OPEN))
    ]
    alt = detect_plots.board(judged).alt
    assert f"{FAILS}: first; {OPEN}: second, third;" in alt
    assert alt.endswith("cannot be tested here: none.")


def test_a_threshold_is_drawn_as_its_row_of_the_table_says():
    names = minimal.phenomena(minimal.load())
    cosines = np.random.default_rng(0).uniform(0.5, 1.0, 3 * len(names))
    table = minimal_plots.threshold_table(cosines, names).set_index("threshold")
    for threshold in minimal_plots.THRESHOLDS:
        row = table.loc[f"{threshold:g}"]
        picture, lines = minimal_plots.at_threshold(cosines, names, threshold)
        assert lines[0] == f"threshold = {threshold:g}"
        assert lines[1].startswith(f"{row.asked} of 60 ")
        assert lines[2].endswith(f"matter {row['all']}, by harmless ones {row.harmless}")
        assert f"negation {row.negation} and " in picture.alt
