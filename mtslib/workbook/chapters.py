"""The chapters that exist, in reading order: the one list behind maps and the README's table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# The workbook's parts, each with the number of its first chapter. They stand on every chapter's
# map, so that a new chapter changes the maps of its neighbours only.
PARTS = {"build": "00", "fine-tune": "07", "serve": "11", "understand": "16"}


@dataclass(frozen=True)
class Chapter:
    """One notebook.

    minutes: a learner's time, reading and trying included. seconds: to execute it untouched,
    beside other work with one thread, where two threads multiply fp32 at MEASURED_GFLOPS.
    megabytes: the most memory its kernel then held, as `make workbook` prints it.
    """

    number: str
    file: str
    title: str
    built: str
    minutes: int
    seconds: int
    megabytes: int
    core: bool

    @property
    def part(self) -> str:
        """Which of the parts it belongs to."""
        return [part for part, first in PARTS.items() if first <= self.number][-1]


# number | notebook | title | minutes | seconds | MB | route; below it what a learner will build
_TABLE = """
00  | 00_start_here          | start here         |  25 | 13 | 1534 | core
    a merged model of your own that answers three questions, and a first exercise
00b | 00b_pytorch            | PyTorch            |  35 |  3 |  517 | optional
    the handful of tensor moves that every later chapter uses
01  | 01_tokens_and_batches  | tokens and batches |  90 |  6 |  769 | core
    WordPiece by hand, masks, token types, and batches that waste little
02  | 02_embeddings          | embeddings         |  60 |  7 |  948 | core
    three tables and a LayerNorm, on BERT's own weights
03  | 03_self_attention      | self-attention     | 105 |  8 |  880 | core
    multi-head self-attention that runs inside a real BERT
04  | 04_encoder_layer       | encoder layer      |  75 |  8 |  975 | core
    a whole encoder layer: feed-forward, residual sums, post-LN, dropout
05  | 05_minbert             | minBERT            |  75 |  9 | 1232 | core
    BERT from parts, with real weights, equal to Hugging Face's at every layer
06  | 06_first_training      | first training     | 120 | 19 | 1167 | core
    a loss, a training loop, a classifier, and AdamW equal to PyTorch's
07  | 07_tasks_and_heads     | tasks and heads    |  85 | 14 |  867 | core
    a head, soft labels, two metrics, and the reason behind a base score
08  | 08_full_fine_tuning    | full fine-tuning   |  85 | 75 | 1999 | core
    learning curves, early stopping, and a table of who is taken for whom
09  | 09_freeze_depth        | freeze depth       |  80 | 45 | 1607 | core
    partial fine-tuning from parts, what a depth saves, and where it costs something
09b | 09b_believing_a_table  | believing a table  |  45 | 15 |  682 | core
    intervals over rows and seeds, verdicts on many comparisons, and what “the same” takes
10  | 10_sts_objectives      | STS objectives     |  85 | 36 | 2066 | core
    the similarity losses, which way each pushes, and two explanations put to the test
11  | 11_merging             | merging            |  75 | 51 | 1928 | core
    three single-task models as one, with a certificate that it answers the same
12  | 12_serving             | serving            |  90 | 30 | 1112 | core
    one queue for every task, and a server that is asked, loaded and exchanged while it answers
13  | 13_a_plan_for_your_budget | a plan for your budget | 45 | 40 |  670 | core
    a planner that chooses a depth per task and says what the choice risks
14  | 14_why_not_jointly     | why not train jointly? |  75 | 45 | 2838 | optional
    the rivals of merging, at the same serving cost: schedules, surgery, weight arithmetic
15  | 15_distillation        | distillation       |  60 | 60 | 1340 | optional
    a distilling loss, and a branch of one layer taught by three
16  | 16_inside_the_layers   | inside the layers  |  75 | 45 | 1890 | optional
    four measures of what fine-tuning changed, layer by layer, and a test of what was needed
17  | 17_the_paper_audited   | the paper, audited | 60 | 45 | 1200 | core
    every claim of two papers with a verdict that is computed, and a test of minimal pairs
18  | 18_what_was_left_open  | what was left open |  75 | 40 | 1563 | optional
    SMART and R-Drop, pairs and words before the task, and how many of them look real by luck
19  | 19_your_own_task       | your own task      |  60 | 60 | 1756 | core
    a task of your own, from a file to a served answer, beside three others
"""


def _read(table: str) -> Iterator[Chapter]:
    lines = table.strip().splitlines()
    for head, built in zip(lines[::2], lines[1::2], strict=True):
        number, name, title, minutes, seconds, most, route = (
            cell.strip() for cell in head.split("|")
        )
        takes = {"minutes": int(minutes), "seconds": int(seconds), "megabytes": int(most)}
        yield Chapter(number, f"{name}.ipynb", title, built.strip(), core=route == "core", **takes)


CHAPTERS = tuple(_read(_TABLE))
# The environment check scales the seconds of the chapters by how fast a machine is.
MEASURED_GFLOPS = 187.0
SECONDS = {chapter.number: chapter.seconds for chapter in CHAPTERS}
TWO_GB = 1700  # MB: what a machine of 2 GB leaves a kernel, beside the system and the server


def too_large(megabytes: float) -> list[Chapter]:
    """The chapters whose kernel alone held more memory than this."""
    return [chapter for chapter in CHAPTERS if chapter.megabytes > megabytes]


# What `mtslib.report.plots.chapter_map` draws: the chapters of each part, as (number, title).
MAP = {
    part: tuple((chapter.number, chapter.title) for chapter in CHAPTERS if chapter.part == part)
    for part in PARTS
}
