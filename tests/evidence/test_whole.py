"""Hand edits of recorded results, each noticed by `results verify`; and what is no edit."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from evidence.conftest import another

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import _one_thread, tiny_settings  # noqa: F401

from mtslib.base.errors import ResultsError
from mtslib.base.files import write_sealed_json
from mtslib.cli.main import main
from mtslib.evidence import contrasts, manifest, results
from mtslib.evidence.results import METRICS, PREDICTIONS, RUNS, SNAPSHOT
from mtslib.evidence.whole import verify

MANIFEST, FILE = manifest.MANIFEST, contrasts.FILE
Edit = Callable[[Path], object]


@pytest.fixture
def published(three) -> Path:
    """Three runs, published, and a difference between two of them."""
    results.publish(three)
    first, _, third = results.read_runs(three)
    found = {"first": [first], "second": [third], "value": 0.1, "error": 0.2, "freedom": 3.0}
    kept = {"found": [found | {"n": 40, "seeds": 1}]}
    write_sealed_json(three / FILE, kept, contrasts.SEAL)
    assert verify(three)[1] == []
    return three


def text(name: str, old: str, new: str, count: int = 1) -> Edit:
    """Replace what a pattern finds in a file."""

    def edit(folder: Path) -> None:
        before = (folder / name).read_text("utf-8")
        after = re.sub(old, new, before, count=count)
        assert after != before
        (folder / name).write_text(after, "utf-8")

    return edit


def lines(name: str, change: Callable[[list[str]], list[str]]) -> Edit:
    """Change the lines of a file."""

    def edit(folder: Path) -> None:
        found = (folder / name).read_text("utf-8").splitlines()
        (folder / name).write_text("".join(f"{line}\n" for line in change(found)), "utf-8")

    return edit


def said(change: Callable[[np.ndarray], np.ndarray]) -> Edit:
    """Change the predictions of the first run, and write them as they were written."""

    def edit(folder: Path) -> None:
        path = _of_first(folder)
        kept = safetensors.numpy.load_file(path)["predicted"]
        safetensors.numpy.save_file({"predicted": change(kept.copy())}, path)

    return edit


def _of_first(folder: Path) -> Path:
    return results.predictions_of(next(iter(results.read_runs(folder))), folder)


def _one_other(predicted: np.ndarray) -> np.ndarray:
    predicted[5] = (predicted[5] + 1) % 5
    return predicted


def _forget(*names: str) -> Edit:
    """Take the last run out of these files, and seal the manifest anew."""

    def edit(folder: Path) -> None:
        run = list(results.read_runs(folder))[-1]
        if MANIFEST in names:
            kept = [one for one in manifest.read(folder / MANIFEST) if one.run_id != run]
            manifest.write(folder / MANIFEST, kept)
        for name in {RUNS, METRICS} & {*names}:
            lines(name, lambda found: [line for line in found if run not in line])(folder)
        if PREDICTIONS in names:
            results.predictions_of(run, folder).unlink()

    return edit


def _other_hash(folder: Path) -> None:
    first, *rest = manifest.read(folder / MANIFEST)
    changed = manifest.Entry(first.run_id, "0" * 64, first.predictions)
    manifest.write(folder / MANIFEST, [changed, *rest])


def _changed_pair(folder: Path) -> None:
    kept = json.loads((folder / FILE).read_text("utf-8"))
    kept["found"][0]["first"] = ["0" * 12]
    write_sealed_json(folder / FILE, kept, contrasts.SEAL)


EVERYWHERE = (MANIFEST, RUNS, METRICS, PREDICTIONS)
OF_LINES: dict[str, Callable[[list[str]], list[str]]] = {
    "the last line is gone": lambda found: found[:-1],
    "the second line is gone": lambda found: [found[0], *found[2:]],
    "the last line stands twice": lambda found: [*found, found[-1]],
    "the last line is cut": lambda found: [*found[:-1], found[-1][:-9]],
    "nothing is left": lambda found: [],
    "a line of text is added": lambda found: [*found, "x"],
}
EDITS: dict[str, Edit] = {
    **{
        f"{name}: {what}": lines(name, change)
        for name in (RUNS, METRICS, MANIFEST)
        for what, change in OF_LINES.items()
    },
    f"{RUNS}: another seed": text(RUNS, r'"seed": 5', '"seed": 6'),
    f"{RUNS}: fewer seconds": text(RUNS, r'"train": [\d.]+', '"train": 0.01'),
    f"{RUNS}: a quiet machine": text(RUNS, r'"comparable": false', '"comparable": true'),
    f"{RUNS}: another data set": text(RUNS, r'"dataset": "[^"]+"', '"dataset": "cs224n"'),
    f"{RUNS}: another code": text(RUNS, r'"code_sha256": "\w', '"code_sha256": "x'),
    f"{RUNS}: a key more": text(RUNS, r"\{", '{"note": 1, '),
    f"{RUNS}: another id": text(RUNS, r'"run_id": "\w{12}', '"run_id": "000000000000'),
    f"{METRICS}: a better score": text(METRICS, r"accuracy,0\.\d", "accuracy,0.9"),
    f"{METRICS}: a narrower interval": text(METRICS, r"(accuracy,[^,]+),[^,]+", r"\1,0.000001"),
    f"{METRICS}: more rows": text(METRICS, r",40\n", ",41\n"),
    f"{METRICS}: another epoch": text(METRICS, r",2,dev", ",3,dev"),
    f"{METRICS}: another split": text(METRICS, r",dev,", ",test,"),
    f"{METRICS}: another metric": text(METRICS, r"macro_f1", "accuracy"),
    f"{METRICS}: two lines change places": lines(
        METRICS, lambda found: [found[0], found[2], found[1], *found[3:]]
    ),
    f"{METRICS}: another column": text(METRICS, "value", "score"),
    f"{MANIFEST}: a digit of a hash": text(MANIFEST, r"( [0-9a-f]{63})[0-9a-f]", r"\1x"),
    f"{MANIFEST}: of an older form": text(MANIFEST, r'"format": 2,\n', ""),
    f"{MANIFEST}: of a newer form": text(MANIFEST, r'"format": 2', '"format": 3'),
    f"{MANIFEST}: another seal": text(MANIFEST, r'(sha256": "\w{63})\w', r"\1x"),
    f"{MANIFEST}: two lines change places": lines(
        MANIFEST, lambda found: [*found[:3], found[4], found[3], *found[5:]]
    ),
    f"{MANIFEST}: gone": lambda folder: (folder / MANIFEST).unlink(),
    f"{MANIFEST}: another hash, sealed anew": _other_hash,
    "a run taken out of the manifest, sealed anew": _forget(MANIFEST),
    "a run taken out of manifest and lines": _forget(MANIFEST, RUNS),
    "a run taken out of all but its predictions": _forget(MANIFEST, RUNS, METRICS),
    "a run taken out of everything but the snapshot": _forget(*EVERYWHERE),
    f"{PREDICTIONS}: one answer": said(_one_other),
    f"{PREDICTIONS}: every answer": said(lambda predicted: predicted * 0),
    f"{PREDICTIONS}: one row less": said(lambda predicted: predicted[:-1]),
    f"{PREDICTIONS}: one row without an answer": said(
        lambda predicted: np.where(np.arange(len(predicted)) == 3, -1, predicted).astype(np.int8)
    ),
    f"{PREDICTIONS}: another type": said(lambda predicted: predicted.astype(np.float16)),
    f"{PREDICTIONS}: gone": lambda folder: _of_first(folder).unlink(),
    f"{PREDICTIONS}: empty": lambda folder: _of_first(folder).write_bytes(b""),
    f"{PREDICTIONS}: cut": lambda folder: _of_first(folder).write_bytes(
        _of_first(folder).read_bytes()[:-1]
    ),
    f"{PREDICTIONS}: of another run": lambda folder: shutil.copy(
        results.predictions_of(list(results.read_runs(folder))[1], folder), _of_first(folder)
    ),
    f"{PREDICTIONS}: of a run that is not recorded": lambda folder: shutil.copy(
        _of_first(folder), folder / PREDICTIONS / "000000000000.safetensors"
    ),
    f"{FILE}: another difference": text(FILE, r'"value": 0\.1', '"value": 0.2'),
    f"{FILE}: cut": lines(FILE, lambda found: found[:-2]),
    f"{FILE}: of a run that is not recorded, sealed anew": _changed_pair,
}
OF_SNAPSHOT = [name for name in EDITS if name.startswith((RUNS, METRICS, MANIFEST))]


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_by_hand_is_noticed(published, name):
    EDITS[name](published)
    assert verify(published)[1], f"{name} went unnoticed"
    assert all("\n" not in fault for fault in verify(published)[1])


@pytest.mark.parametrize("name", OF_SNAPSHOT)
def test_an_edit_of_what_is_published_is_noticed(published, name):
    EDITS[name](published / SNAPSHOT)
    assert verify(published)[1], f"{name} went unnoticed"


@pytest.mark.parametrize("seed", range(5))
def test_a_byte_of_any_prediction_is_noticed_also_by_who_reads_it(published, seed):
    draw = random.Random(seed)
    name = draw.choice(list(results.read_runs(published)))
    path = results.predictions_of(name, published)
    raw = bytearray(path.read_bytes())
    raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
    path.write_bytes(raw)
    with pytest.raises(ResultsError, match=f"predictions of run {name}"):
        results.read_predictions(name, published)
    assert len(verify(published)[1]) == 1


def test_layout_is_no_edit(published):
    (published / RUNS).write_text((published / RUNS).read_text("utf-8") + "\n\n", "utf-8")
    kept = json.loads((published / MANIFEST).read_text("utf-8"))
    (published / MANIFEST).write_text(json.dumps(kept, sort_keys=True, indent=4), "utf-8")
    raw = (published / METRICS).read_bytes().replace(b"\n", b"\r\n")
    (published / METRICS).write_bytes(raw)
    lines(RUNS, lambda found: found[::-1])(published)  # the manifest has the order
    assert verify(published)[1] == []
    first, *_ = manifest.read(published / MANIFEST)
    assert next(iter(results.read_runs(published))) == first.run_id


def test_an_older_manifest_is_read_and_completed_by_the_next_record(runs, published):
    old = {one.run_id: one.sha256 for one in manifest.read(published / MANIFEST)}
    (published / MANIFEST).write_text(json.dumps(old), "utf-8")
    facts, faults = verify(published)
    assert faults == []
    assert "3 runs, and the predictions of 0, compared" in facts[0]
    assert results.record(*another(runs["sst"], seed=8), folder=published)[1]
    assert "4 runs, and the predictions of 4, compared" in verify(published)[0][0]


def test_the_command_says_what_is_whole_and_ends_with_two_where_something_is_not(published, capsys):
    assert main(["results", "verify", "--results", str(published)]) == 0
    assert capsys.readouterr().out.endswith("whole: nothing was cut, edited or taken out\n")
    _of_first(published).unlink()
    assert main(["results", "verify", "--results", str(published)]) == 2
    seen = capsys.readouterr()
    assert "\nfault: the predictions of run " in seen.out
    assert re.fullmatch(r"error: the predictions of run \w+ cannot be read .*\n", seen.err)
    assert main(["results", "verify", "--results", str(published / "gone")]) == 2


def test_what_is_committed_is_whole():
    assert verify()[1] == []
