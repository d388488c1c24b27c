"""Computed parts of pages, between marks: the README, the datasheet, and the results.

`make pages` and `record --publish` write them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd

from mtslib import backbones
from mtslib.base.files import file_written_whole
from mtslib.base.paths import EXERCISES, NOTEBOOKS, ROOT
from mtslib.bench import bench_tables, serving_table
from mtslib.data import presets
from mtslib.evidence import depth_verdicts, published
from mtslib.evidence.comparison import WITHIN
from mtslib.evidence.recorded import recorded_scores
from mtslib.learn import registry
from mtslib.report import plots, tables
from mtslib.report.depth import depth_plots
from mtslib.workbook.chapters import CHAPTERS, TWO_GB, too_large

README = ROOT / "README.md"
RESULTS_PAGE = ROOT / "data" / "results" / "README.md"
PICTURE = NOTEBOOKS / "pictures" / "results.png"
PROOF = EXERCISES / "free_proof.csv"  # `python -m mtslib learn proof --free` keeps it
DATA_PAGE = ROOT / "data" / "README.md"


def chapter_table() -> str:
    """One line per chapter that exists."""
    lines = ["| chapter | what you will have built | minutes | exercises | MB | |"]
    lines.append("|---|---|---|---|---|---|")
    for chapter in CHAPTERS:
        link = f"[{chapter.number} · {chapter.title}](notebooks/{chapter.file})"
        kind = "core" if chapter.core else "optional"
        exercises = len(registry.chapters().get(chapter.number, ()))
        numbers = f"{chapter.minutes} | {exercises} | {chapter.megabytes}"
        lines.append(f"| {link} | {chapter.built} | {numbers} | {kind} |")
    large = ", ".join(chapter.number for chapter in too_large(TWO_GB))
    fits = f"all but {large}" if large else "every chapter"
    most = "MB: the most memory that a chapter's kernel held."
    lines += ["", f"{most} A machine of 2 GB has room beside its system for {fits}."]
    return "\n".join(lines)


@cache
def _scores() -> plots.Picture:
    backbone = backbones.load()
    ours = recorded_scores("cs224n", backbone=backbone.name)
    paper = published.load("table1")[["task", "share_trained", "value"]]
    points = tables.scores_with_share(backbone.num_layers, ours)
    return depth_plots.scores_by_share(points, paper, backbone.name)


def results_picture() -> str:
    """The README's one picture of results, with its words and one sentence of what it shows."""
    ours = recorded_scores("cs224n", backbone=backbones.DEFAULT)
    half = str(backbones.load().num_layers // 2)
    said = ", ".join(
        f"{task} {one.at[half, 'value']:.3f} and {one.at['full', 'value']:.3f}"
        for task, rows in ours.groupby("task")
        if {half, "full"} <= set((one := rows.set_index("freeze_depth")).index)
    )
    place = PICTURE.relative_to(ROOT).as_posix()
    return f"![{_scores().alt}]({place})\n\nWith half of the layers trained, and with all: {said}."


def results_tables() -> str:
    """Our recorded rows on the real data, and the paper's beside them in a table of their own."""
    backbone = backbones.load()
    ours, paper = tables.comparison(backbone.config, backbone.name)
    return (
        f"Recorded here: {backbone.name} (L = {backbone.num_layers}), CS224N dev sets, preset "
        f"`laptop`, mean over seeds.\n\n{tables.markdown(ours)}\n\n"
        f"The paper: bert-base-uncased (L = 12), its dev sets.\n\n{tables.markdown(paper)}"
    )


@cache
def layers_table() -> str:
    """Which layers have to change, on real and on own data: the verdicts of chapter 09."""
    found = depth_verdicts.which_layers(backbones.DEFAULT)
    return (
        f"{tables.markdown(found)}\n\n{found.compared.sum()} comparisons with `full`, each over "
        "rows and seeds, corrected together (Holm). *Not distinguishable* is no claim that nothing "
        f"is lost; *{WITHIN}* is that claim, where it could be shown. Rates chosen for a depth: "
        + ", ".join(f"{rate:g} with {k} trained layers" for k, rate in presets.CHOSEN.items())
        + "; the others stand at the preset's own, so part of a loss may be the rate's doing."
    )


def waiting_table() -> str:
    """The times of the bench, machine by machine, and what nobody took."""
    parts = [
        f"{bench_tables.made_with(path)}.\n\n{tables.markdown(bench_tables.waits(path))}\n\n"
        "<details><summary>The first time, loading included, and the most memory</summary>\n\n"
        f"{tables.markdown(bench_tables.first_time(path))}\n\n</details>"
        for path in bench_tables.machines()
    ]
    return "\n\n".join([*parts, *(f"{sentence}." for sentence in bench_tables.not_measured())])


def serving_rates() -> str:
    """Which rate of requests each way of serving held; the table of chapter 12."""
    return tables.markdown(serving_table.recorded())


def proof_table() -> str:
    """What the exercises' checks are proven to catch; `make test-long` holds every one to it."""
    every = pd.read_csv(PROOF)
    n = every.drop(columns="exercise").sum()
    return "\n".join(
        [
            "| proven, each with every seed of its check | |",
            "|---|---|",
            f"| exercises | {len(every)} |",
            f"| mistakes caught by their own name | {n.mistakes} of {n.mistakes} |",
            f"| correct answers in other styles refused | 0 of {n.styles} |",
            f"| untouched stubs taken for an answer | 0 of {len(every)} |",
            "",
            "| mistakes that nobody wrote, made from the references by general operators | |",
            "|---|---|",
            f"| made, besides {n.equivalent} listed as equivalent with the reason | {n.made} |",
            f"| passed unnoticed | {n.passed} |",
            f"| an error, told in a sentence with its line | {n.raised} |",
            f"| told more than “saw / expected” | {n.told} of {n.made - n.passed - n.raised} |",
            f"| given a cause | {n.named} |",
            f"| causes that the source contradicts | {n.false} |",
        ]
    )


PAGES = {
    README: {
        "chapters": chapter_table,
        "picture": results_picture,
        "proof": proof_table,
    },
    DATA_PAGE: {"layers": layers_table},
    RESULTS_PAGE: {
        "results": results_tables,
        "layers": layers_table,
        "waiting": waiting_table,
        "serving": serving_rates,
    },
}


def refreshed(page: Path, text: str) -> str:
    """The text of a page with every marked part computed anew."""
    for name, compute in PAGES[page].items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        whole = rf"\g<1>{compute()}\n\g<2>"
        text, count = re.subn(pattern, whole, text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{page.name} has {count} parts marked {name}, expected 1")
    return text


def refresh() -> None:
    """Write the computed parts into every page, and the picture of the results."""
    with file_written_whole(PICTURE) as fresh:
        fresh.write_bytes(_scores().png)
    for page in PAGES:
        text = refreshed(page, page.read_text(encoding="utf-8"))
        with file_written_whole(page) as fresh:
            fresh.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":  # make pages
    refresh()
