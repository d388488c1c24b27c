"""Chapter 17's pictures: how small a difference a dev set can show, and all verdicts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from mtslib.evidence.claim_judges import VERDICTS
from mtslib.evidence.claims import Judged
from mtslib.evidence.published import interval_of_difference
from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, Picture

ROWS = (100, 300, 1101, 3000, 10_000, 40_000)  # 1,101 are those of sst


def smallest_seen(score: float, rows: int, correlation: float = 0.0) -> float:
    """Half the interval of a difference near 0: less than this cannot be told from chance."""
    _, low, high = interval_of_difference(score, score, rows, rows, correlation=correlation)
    return (high - low) / 2


def against_rows(
    gaps: Mapping[str, float], score: float, rows: int, correlation: float
) -> tuple[Picture, list[str]]:
    """Differences of a table as bars, and the two lines that a bar has to pass to be told.

    gaps: by row, how far it lies behind the best. correlation: between two models on one row.
    """
    apart, paired = smallest_seen(score, rows), smallest_seen(score, rows, correlation)
    figure, (axes,) = plots.figure(5.4, 3.0)
    axes.bar(list(gaps), list(gaps.values()), color=BLUE, width=0.6)
    axes.axhline(apart, color=ORANGE, linewidth=2, label="on other rows each")
    axes.axhline(paired, color=INK, linewidth=2, linestyle="--", label="on the same rows")
    axes.set_ylim(0, 1.6 * max(*gaps.values(), apart))
    axes.set_ylabel("accuracy behind the best row")
    axes.set_title(f"{rows:,} dev rows")
    axes.legend(loc="upper left")
    seen = [sum(gap > line for gap in gaps.values()) for line in (apart, paired)]
    lines = [
        f"dev rows = {rows}",
        f"on other rows each, {apart:.3f} is the least that can be told: {seen[0]} of {len(gaps)}",
        f"on the same rows, {paired:.3f}: {seen[1]} of {len(gaps)}",
    ]
    bars = ", ".join(f"{name} {gap:.3f}" for name, gap in gaps.items())
    alt = (
        f"Bars, how far each row of the table lies behind its best: {bars}. With {rows:,} dev rows "
        f"a solid line at {apart:.3f} and a dashed one at {paired:.3f}; what stays below cannot be "
        "told from chance, on other rows each and on the same rows."
    )
    return Picture(figure, alt), lines


def rows_table(
    gaps: Mapping[str, float], score: float, correlation: float, sizes: Sequence[int] = ROWS
) -> pd.DataFrame:
    """The same for every size. Columns: dev rows, and for each line it and what passes it."""
    found = []
    for rows in sizes:
        row: dict[str, object] = {"dev rows": f"{rows:,}"}
        for name, r in (("on other rows each", 0.0), ("on the same rows", correlation)):
            line = smallest_seen(score, rows, r)
            told = sum(gap > line for gap in gaps.values())
            row[name] = f"± {line:.3f}: {told} of {len(gaps)}"
        found.append(row)
    return pd.DataFrame(found)


# The board ---------------------------------------------------------------------------------------

_MARKS = dict(zip(VERDICTS, ((BLUE, "o"), (ORANGE, "X"), (GREY, "s"), ("white", "D")), strict=True))


def board(judged: Sequence[Judged]) -> Picture:
    """A row for each claim, a column for each verdict, and a mark where they meet."""
    figure, (axes,) = plots.figure(6.4, 0.27 * len(judged) + 1.0)
    for place, one in enumerate(judged):
        colour, marker = _MARKS[one.verdict]
        style = {"marker": marker, "s": 70, "facecolor": colour, "edgecolor": INK, "zorder": 3}
        axes.scatter([VERDICTS.index(one.verdict)], [place], **style)
    axes.set_yticks(range(len(judged)), [one.claim.id for one in judged])
    axes.set_xticks(
        range(len(VERDICTS)),
        [words.replace(" be ", "\nbe ").replace(" hold", "\nhold") for words in VERDICTS],
    )
    axes.set(xlim=(-0.5, len(VERDICTS) - 0.5), ylim=(len(judged) - 0.5, -0.5))
    axes.grid(axis="y", color=plots.PALE)
    axes.xaxis.tick_top()
    told = []
    for verdict in VERDICTS:
        names = ", ".join(one.claim.id for one in judged if one.verdict == verdict)
        told.append(f"{verdict}: {names or 'none'}")
    return Picture(figure, f"Every claim and its verdict. {'; '.join(told)}.")
