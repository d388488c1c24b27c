"""Chapter 09's pictures and their tables: what is missing is said, panels stay apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mtslib.evidence import depths
from mtslib.evidence.depths import Evidence
from mtslib.report.depth import depth_plots


def test_the_best_depth_is_drawn_and_said_for_each_size_of_dev_set():
    full, labels = (np.arange(200) % 5 == 0).astype(int)[None], np.zeros(200)
    said = {"6": (np.arange(200) % 10 >= 3).astype(int)[None], "2": full, "full": full}
    three = Evidence("sst", labels, labels, said, {}, current=True, made_with="made up")
    table = depth_plots.best_depth_table(three)
    assert list(table.columns) == ["dev rows", "full", "2", "6"]
    assert list(table["dev rows"]) == [f"{size:,}" for size in depth_plots.SIZES]
    picture, lines = depth_plots.best_depth(three, 25)
    assert lines[0] == "dev rows = 25"
    assert all(line in picture.alt for line in lines)


def test_picture_and_table_say_which_depths_are_missing():
    rows = [("all", "full", 0.7), ("contrast", "full", 0.4), ("of-our-own", "full", 0.6)]
    scores = pd.DataFrame(
        {"group": group, "freeze_depth": depth, "value": value, "low": value - 0.1}
        | {"high": value + 0.1, "n": 40}
        for group, depth, value in rows
    )
    picture = depth_plots.by_phenomenon(scores, "sst", 6)
    assert "not measured: 0, 1, 2, 3, 4, 5, 6" in picture.alt
    table = depth_plots.phenomenon_table(scores, "sst", 6).set_index("phenomenon")
    assert table.loc["all rows", "full"] == "0.70 [0.60, 0.80]"
    assert (table["6"] == "not measured").all()
    assert table.loc["of-our-own", "counting words"] == "—"
    assert table.loc["contrast", "counting words"].startswith("0.")


def test_counting_words_has_a_score_for_every_phenomenon():
    evidence = depths.load("sst", one_rate=True)
    assert set(depth_plots.counting_words("sst")) == {"all", *evidence.phenomena}


# Beside the paper ----------------------------------------------------------------------------


def points(**values) -> pd.DataFrame:
    rows = [
        {"task": task, "share_trained": share, "value": value, "low": value - 0.02, "high": 0.99}
        for task, scores in values.items()
        for share, value in scores
    ]
    return pd.DataFrame(rows)


def test_our_scores_and_the_papers_stand_in_panels_of_their_own(monkeypatch):
    drawn = []
    kept = depth_plots.Picture
    monkeypatch.setattr(
        depth_plots, "Picture", lambda made, alt: drawn.append(made) or kept(made, alt)
    )
    ours = points(sst=[(1.0, 0.5), (0.5, 0.45)], quora=[(0.5, 0.8)])
    published = points(sts=[(0.3, 0.8), (0.8, 0.85)])[["task", "share_trained", "value"]]
    picture = depth_plots.scores_by_share(ours, published, "minilm-l6")
    left, right = drawn[0].axes
    titles = [axes.get_title(loc="left") + axes.get_title() for axes in (left, right)]
    assert titles == ["recorded here: minilm-l6", "the paper: bert-base-uncased"]
    assert {line.get_label() for line in left.get_lines()} == {"quora", "sst"}
    assert {line.get_label() for line in right.get_lines()} == {"sts"}
    (sst,) = [line for line in left.get_lines() if line.get_label() == "sst"]
    assert list(sst.get_xdata()) == [0.5, 1.0], "in order of k/L"
    assert list(sst.get_ydata()) == [0.45, 0.5]
    assert left.get_ylim() == right.get_ylim() == (0, 1)
    assert left.get_xlim() == right.get_xlim()
    for words in ("quora as squares", "sst as circles", "left minilm-l6", "right the paper's"):
        assert words in picture.alt
