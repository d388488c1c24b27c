"""Chapters 08 to 11 train through what a learner passed, and say when they do not."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtslib import learn
from mtslib.base.errors import MtsError
from mtslib.base.paths import NOTEBOOKS
from mtslib.finetune.parts import LIBRARY
from mtslib.learn import progress_store, registry, small_training
from mtslib.learn.progress_store import Record

# Each leaves a line in TRACE whenever it is used.
OWN = {
    "06.1": """
        def cross_entropy(logits, labels):
            open(TRACE, "a").write("ce\\n")
            return F.cross_entropy(logits, labels)
    """,
    "06.2": """
        def train_epoch(model, batches, optimizer, loss=F.cross_entropy):
            open(TRACE, "a").write("loop\\n")
            model.train()
            total, examples = 0.0, 0
            for inputs, labels in batches:
                optimizer.zero_grad()
                value = loss(model(inputs), labels)
                value.backward()
                optimizer.step()
                total += value.item() * len(labels)
                examples += len(labels)
            return total / examples
    """,
    "08.3": """
        def fit(model, batches, optimizer, epochs, dev_score=None, patience=1,
                loss=F.cross_entropy, train_epoch=train_epoch):
            open(TRACE, "a").write("fit\\n")
            if dev_score is None:
                return [train_epoch(model, batches(e), optimizer, loss) for e in range(epochs)]
            scores, states = [], []
            while len(scores) < epochs and len(scores) - (
                scores.index(max(scores)) if scores else 0
            ) <= patience:
                train_epoch(model, batches(len(scores)), optimizer, loss)
                scores.append(dev_score(model))
                states.append({n: t.clone() for n, t in model.state_dict().items()})
            model.load_state_dict(states[scores.index(max(scores))])
            return scores
    """,
    "10.2": """
        def cosine_mse(cosines, scores):
            open(TRACE, "a").write("cosine-mse\\n")
            return ((cosines.float()[:, 0] - scores / 5) ** 2).mean()
    """,
}
OWN_CLASSES = {
    "06.4": ("AdamW", "def step(self", "optimizer"),
    "09.3": ("Trunk", "def forward(self", "trunk"),
}


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


def own_source(number: str, trace: Path) -> str:
    """An answer that is right and leaves a trace."""
    if number in OWN:
        return textwrap.dedent(OWN[number]).replace("TRACE", repr(str(trace)))
    _, method, word = OWN_CLASSES[number]
    lines = registry.find(number).reference_source.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(f"    {method}"))
    at = next(i for i, line in enumerate(lines[at:], at) if '"""' in line)  # a docstring of a line
    lines.insert(at + 1, f"        open({str(trace)!r}, 'a').write('{word}\\n')")
    return "\n".join(lines)


@pytest.fixture
def passed(trace: Path) -> Callable[..., None]:
    """Keep answers as passed, as `learn.check` does."""

    def keep(*numbers: str, **sources: str) -> None:
        for number in numbers:
            progress_store.write(Record(number, passed=True, source=own_source(number, trace)))
        for number, source in sources.items():
            record = Record(number.replace("_", "."), passed=True, source=textwrap.dedent(source))
            progress_store.write(record)

    return keep


# What my_parts gives --------------------------------------------------------------------------


def test_everything_that_passed_takes_its_place(passed, trace, capsys):
    passed("06.1", "06.2", "06.4", "08.3", "09.3", "10.2")
    parts = learn.my_parts("train_epoch", "fit", "optimizer", "trunk", "losses")
    said = capsys.readouterr().out
    assert parts.replaced() == (
        *("train_epoch", "fit", "optimizer", "trunk"),
        *("loss ce", "loss cosine-mse"),
    )
    assert "6 of 12 are yours" in said
    assert "optimizer: YOURS (your answer to 06.4, equal to the library's on a model)" in said
    assert "loss cosent: THE LIBRARY’S (10.5 is not passed yet)" in said


def test_only_what_is_asked_for_runs_again(passed, trace, capsys):
    passed("06.2", "06.4")
    assert learn.my_parts("train_epoch").replaced() == ("train_epoch",)
    assert "optimizer" not in trace.read_text()
    assert learn.my_parts("fit").replaced() == LIBRARY.replaced()
    with pytest.raises(MtsError, match="there is no part 'loop'; there are attention, "):
        learn.my_parts("loop")


MODE = "    model.train()\n"


@pytest.mark.parametrize(
    "change, words",
    [
        (
            ("    model.train()\n", "    model.train()\n    batches = list(batches)\n"),
            "the loss of",
        ),
        (
            ("    model.train()\n", "    model.train()\n    sum(range(4_000_000))\n"),
            "slower",
        ),
        (("value.item() * len(labels)", "value.item()"), "does not pass now"),
        ((", loss=F.cross_entropy", ""), "your train_epoch takes no loss"),
    ],
    ids=["list of batches", "slow", "wrong", "from before the loss was an argument"],
)
def test_a_loop_that_will_not_do_leaves_the_library_s_and_says_why(
    passed, trace, capsys, change, words
):
    source = own_source("06.2", trace)
    assert source.count(change[0]) == 1
    source = source.replace(*change)
    if "loss=" not in source:
        source = source.replace("loss(model", "F.cross_entropy(model")
    passed(**{"06_2": source})
    assert learn.my_parts("train_epoch").train_epoch is LIBRARY.train_epoch
    said = capsys.readouterr().out
    assert "train_epoch: THE LIBRARY’S (" in said
    assert words in said
    if words == "slower":
        assert learn.my_parts("train_epoch", insist=True).replaced() == ("train_epoch",)


def test_an_answer_to_fit_from_before_is_told_the_new_first_lines(passed, capsys):
    passed(**{"08_3": "def fit(model, one_epoch, dev_score, epochs, patience):\n    return []\n"})
    assert learn.my_parts("fit").replaced() == ()
    said = capsys.readouterr().out
    assert "your fit takes one_epoch; expected (model, batches, optimizer, epochs" in said


@pytest.mark.parametrize(
    "number, part, change, words",
    [
        (
            "06.4",
            "optimizer",
            ("lerp_(param.grad, 1 - beta1)", "add_(param.grad)"),
            "does not pass",
        ),
        (
            "09.3",
            "trunk",
            ("return {depth: found", "hidden[:] = hidden + 1e-6; return {depth: found"),
            "the trunk does not give the library's numbers, bit for bit",
        ),
    ],
)
def test_another_part_that_will_not_do(passed, trace, capsys, number, part, change, words):
    source = own_source(number, trace)
    assert source.count(change[0]) == 1
    passed(**{number.replace(".", "_"): source.replace(*change)})
    assert learn.my_parts(part).replaced() == ()
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("name", ["ce", "cosine-mse", "multiple-negatives-ranking"])
def test_the_small_training_runs_in_bf16_too(name):
    losses = [small_training.train(LIBRARY, name, p).losses for p in ("fp32", "bf16")]
    assert losses[0] == pytest.approx(losses[1], abs=small_training.CLOSE_IN_BF16)
    assert losses[0] != losses[1]


# The chapters ---------------------------------------------------------------------------------


def cells_of(name: str) -> dict[str, str]:
    """The code cells of a committed notebook by their id."""
    (path,) = NOTEBOOKS.glob(f"{name}_*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return {c["id"]: "".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"}


def run_cells(name: str, ids: str, cut: dict[str, str]) -> dict[str, Any]:
    """Run some cells of a chapter, in order, with a few numbers cut down → their names."""
    cells, space = cells_of(name), {"__name__": "__main__", "display": print}
    source = "\n\n".join(cells[number] for number in ids.split())
    for old, new in cut.items():
        assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times"
        source = source.replace(old, new)
    exec(compile(source, f"chapter {name}", "exec"), space)  # noqa: S102 (our own notebook)
    return space


CHAPTERS = {
    "08": (
        "08-02 08-05 08-10 08-11 08-31 08-32 08-mine 08-35 08-36",
        {
            '"train", 400), sentences("dev", 240': '"train", 8), sentences("dev", 8',
            "S = 6": "S = 1",
        },
        {"loop", "fit", "optimizer", "ce"},
    ),
    "09": (
        "09-02 09-mine 09-47",
        {
            "sentences: int = 1600": "sentences: int = 16",
            "((4, 5e-4), (6, 5e-4), (6, 2e-2))": "((5, 5e-4),)",
        },
        {"loop", "fit", "optimizer", "trunk", "ce"},
    ),
    "10": (
        "10-02 10-mine 10-42 10-46",
        {'("train", 128), ("dev", 240)': '("train", 12), ("dev", 12)', "(0, 1, 2)": "(0,)"},
        {"loop", "fit", "optimizer", "cosine-mse"},  # the trunk ran once, before
    ),
    "11": (
        "11-02 11-mine 11-train",
        {
            'BUILD / "chapter11"': "TMP",
            "epochs=3": "epochs=1",
            "del run, optimizer, feed": "",
            "optimizer = build": "run.train_tokens, run.dev_tokens = "
            "(t.first(4) for t in (run.train_tokens, run.dev_tokens))\noptimizer = build",
        },
        {"loop", "fit", "optimizer", "trunk", "ce"},
    ),
}

AGAIN = {
    "08": "trained(0.0, 0.0)",
    "09": "train_one(5, sentences=16)",
    "10": 'trained("cosine-mse", 0)',
    "11": "mine.fit(feed.model, feed.batches, optimizer, 1, loss=feed.loss, "
    "train_epoch=mine.train_epoch)",
}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_trains_through_what_the_learner_wrote(name, passed, trace, tmp_path, capsys):
    ids, cut, expected = CHAPTERS[name]
    folder = f"type(BUILD)({str(tmp_path / 'chapter')!r})"
    cut = {old: new.replace("TMP", folder) for old, new in cut.items()}
    passed("06.1", "06.2", "06.4", "08.3", "09.3", "10.2")
    space = run_cells(name, ids, cut)
    said = capsys.readouterr().out
    assert "are yours" in said
    assert space["mine"].train_epoch is not LIBRARY.train_epoch
    # The cells end with training. Once more, so that only training is traced.
    trace.write_text("")
    exec(AGAIN[name], space)  # noqa: S102
    used = trace.read_text().split()
    assert set(used) == expected
    assert used.count("fit") == 1
    assert used.count("loop") == (2 if name == "10" else 1), "a pass for each epoch"


@pytest.mark.parametrize("name", CHAPTERS)
def test_in_a_fresh_checkout_the_library_s_stand_in_and_are_named(name, capsys):
    cells = cells_of(name)
    space: dict[str, Any] = {"learn": learn}
    exec(cells[f"{name}-mine"], space)  # noqa: S102 (our own notebook)
    assert space["mine"].replaced() == ()
    said = capsys.readouterr().out
    assert "train_epoch: THE LIBRARY’S (06.2 is not passed yet)" in said
    assert "YOURS" not in said
