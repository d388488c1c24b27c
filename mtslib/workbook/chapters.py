"""The chapters that exist, in reading order: the one list behind maps and the README's table."""

from __future__ import annotations

from dataclasses import dataclass

# The workbook's parts, each with the number of its first chapter. They stand on every chapter's
# map, so that a new chapter changes the maps of its neighbours only.
PARTS = {"build": "00", "fine-tune": "07", "serve": "11", "understand": "16"}


@dataclass(frozen=True)
class Chapter:
    """One notebook.

    minutes: a learner's time, reading and trying included. seconds: to execute it untouched,
    beside other work with one thread, where two threads multiply fp32 at MEASURED_GFLOPS.
    """

    number: str
    file: str
    title: str
    built: str
    minutes: int
    seconds: int
    core: bool

    @property
    def part(self) -> str:
        """Which of the parts it belongs to."""
        return [part for part, first in PARTS.items() if first <= self.number][-1]


CHAPTERS = (
    Chapter(
        "00",
        "00_start_here.ipynb",
        "start here",
        "a merged model of your own that answers three questions, and a first exercise",
        25,
        13,
        True,
    ),
    Chapter(
        "00b",
        "00b_pytorch.ipynb",
        "PyTorch",
        "the handful of tensor moves that every later chapter uses",
        35,
        3,
        False,
    ),
    Chapter(
        "01",
        "01_tokens_and_batches.ipynb",
        "tokens and batches",
        "WordPiece by hand, masks, token types, and batches that waste little",
        75,
        6,
        True,
    ),
    Chapter(
        "02",
        "02_embeddings.ipynb",
        "embeddings",
        "three tables and a LayerNorm, on BERT's own weights",
        60,
        7,
        True,
    ),
    Chapter(
        "03",
        "03_self_attention.ipynb",
        "self-attention",
        "multi-head self-attention that runs inside a real BERT",
        90,
        8,
        True,
    ),
    Chapter(
        "04",
        "04_encoder_layer.ipynb",
        "encoder layer",
        "a whole encoder layer: feed-forward, residual sums, post-LN, dropout",
        75,
        8,
        True,
    ),
    Chapter(
        "05",
        "05_minbert.ipynb",
        "minBERT",
        "BERT from parts, with real weights, equal to Hugging Face's at every layer",
        75,
        9,
        True,
    ),
    Chapter(
        "06",
        "06_first_training.ipynb",
        "first training",
        "a loss, a training loop, a classifier, and AdamW equal to PyTorch's",
        100,
        19,
        True,
    ),
    Chapter(
        "07",
        "07_tasks_and_heads.ipynb",
        "tasks and heads",
        "a head, soft labels, two metrics, and the reason behind a base score",
        90,
        14,
        True,
    ),
    Chapter(
        "08",
        "08_full_fine_tuning.ipynb",
        "full fine-tuning",
        "learning curves, early stopping, and a table of who is taken for whom",
        90,
        40,
        True,
    ),
    Chapter(
        "09",
        "09_freeze_depth.ipynb",
        "freeze depth",
        "partial fine-tuning from parts, what a depth saves, and which differences are real",
        105,
        34,
        True,
    ),
    Chapter(
        "10",
        "10_sts_objectives.ipynb",
        "STS objectives",
        "the similarity losses, which way each pushes, and two explanations put to the test",
        90,
        36,
        True,
    ),
    Chapter(
        "11",
        "11_merging.ipynb",
        "merging",
        "three single-task models as one, with a certificate that it answers the same",
        35,
        51,
        True,
    ),
)
# The environment check scales the seconds of the chapters by how fast a machine is.
MEASURED_GFLOPS = 187.0
SECONDS = {chapter.number: chapter.seconds for chapter in CHAPTERS}
# What a map is drawn from: the chapters of each part, as (number, title).
MAP = {
    part: tuple((chapter.number, chapter.title) for chapter in CHAPTERS if chapter.part == part)
    for part in PARTS
}
