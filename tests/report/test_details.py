"""What is folded stands there in full, and shut until the reader opens it."""

from __future__ import annotations

import pandas as pd

from mtslib.report import plots
from mtslib.report.details import Folded
from mtslib.report.plots import Picture


def test_lines_are_shut_in_html_and_whole_in_words() -> None:
    one = Folded("The answer", "0.77 < 1\n0.47")
    bundle = one._repr_mimebundle_()
    assert bundle["text/plain"] == "The answer\n0.77 < 1\n0.47"
    assert bundle["text/html"].startswith("<details><summary>The answer</summary>")
    assert "0.77 &lt; 1\n0.47</pre></details>" in bundle["text/html"]


def test_a_table_stays_a_table() -> None:
    bundle = Folded("In numbers", pd.DataFrame({"sst": [34]}))._repr_mimebundle_()
    assert "<td>34</td>" in bundle["text/html"]
    assert bundle["text/plain"].splitlines()[0] == "In numbers"
    assert "34" in bundle["text/plain"]


def test_a_picture_brings_its_alt_text_and_several_contents_keep_their_order() -> None:
    picture = Picture(plots.figure(2, 1)[0], "A line that rises.")
    bundle = Folded("Written down?", "before", picture, "after")._repr_mimebundle_()
    assert bundle["text/plain"] == "Written down?\nbefore\nA line that rises.\nafter"
    places = [bundle["text/html"].index(part) for part in ("before", "<img alt=", "after")]
    assert places == sorted(places)
    assert bundle["text/html"].count("<details>") == bundle["text/html"].count("</details>") == 1
