"""Each step of each writer fails once: what was there stays, and the same call goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from failpoints import POINTS, Failing
from finetune.conftest import write_backbone, write_task
from folders import contents
from recorded_runs import made_up_card
from serving.conftest import _no_real_data, _one_thread  # noqa: F401

from mtslib import backbones
from mtslib.base.errors import MtsError
from mtslib.evidence import results, whole
from mtslib.finetune import checkpoint, finetune, settings
from mtslib.learn import progress_store, work_folder
from mtslib.serving import load, merge, submission
from mtslib.workbook import lab

SOME = 2  # calls of a point that fail in `make test`: the first and the last
BORNE = {"exchange"}  # which the system may not know: two renames take its place


@pytest.fixture(scope="module")
def made(made_once) -> Path:
    """A backbone, checkpoints of two tasks, and the two merged; read only."""

    def build(root: Path) -> None:
        write_backbone(root / "backbone", seed=0)
        for task in ("sst", "sts"):
            for seed, split in enumerate(("train", "dev")):
                write_task(root, task, split, 16, seed=seed)
            quick = {"epochs": 1, "batch_size": 8, "precision": "fp32", "freeze_depth": 2}
            chosen = settings(task, backbone=str(root / "backbone"), **quick)
            finetune(chosen, root / task, root, progress=False)
        merge([root / "sst", root / "sts"], root / "merged")

    return made_once("failpoints", build)


@dataclass(frozen=True)
class Writer:
    """before: what lies there already. work: the write. check: that a folder is whole.

    told: the failure becomes a sentence instead of an error. kept: files that a failed write may
    leave beside what counts.
    """

    before: Callable[[Path, Path], object]
    work: Callable[[Path, Path], object]
    check: Callable[[Path, Path], object]
    told: bool = False
    kept: tuple[str, ...] = ()


def _save(made: Path, place: Path) -> None:
    item = checkpoint.read(made / "sst")
    backbone = backbones.load(made / "backbone")
    facts = {key: item.card[key] for key in ("data", "dev", "environment", "num_layers")}
    said = checkpoint.read_tensors(made / "sst" / checkpoint.PREDICTIONS)
    model = checkpoint.rebuild(item, backbone)
    checkpoint.save(place / "out", model, backbone, item.settings, facts, said)


def _merge(made: Path, place: Path) -> None:
    merge([made / "sst", made / "sts"], place / "out")


def _record(made: Path, place: Path, seed: int = 1) -> None:
    card = made_up_card("sst", 0.5, "controlled", "minilm-l6", 8, seed=seed)
    results.record(card, range(8), np.zeros(8), place / "out")


def _recorded(made: Path, place: Path) -> None:
    assert set(results.read_runs(place / "out")) >= {results.run_id(_card(0))}


def _card(seed: int) -> dict:
    return made_up_card("sst", 0.5, "controlled", "minilm-l6", 8, seed=seed)


def _progress(made: Path, place: Path) -> str:
    """What was said; or that it is kept all the same, better without a lock than not at all."""
    with progress_store.at(place):
        said = progress_store.change("03.1", lambda one: progress_store.Record("03.1", tries=2))
    files = list(place.rglob("03.1.json"))
    return said or ", ".join(path.name for path in files if json.loads(path.read_bytes())["tries"])


def _notebook(made: Path, place: Path) -> None:
    lab.copy_pristine(next(iter(lab.find_notebooks())), place)


def _upgraded(made: Path, place: Path) -> None:
    for path in place.rglob("*.ipynb"):
        json.loads(path.read_text("utf-8"))


def _submit(made: Path, place: Path) -> None:
    submission.write(load(made / "merged"), place / "out", "dev", made, ["sts"], progress=False)


def _copy(name: str) -> Callable[[Path, Path], object]:
    return lambda made, place: shutil.copytree(made / name, place / "out")


def _nothing(made: Path, place: Path) -> None:
    return None


WRITERS = {
    "a checkpoint": Writer(_copy("sst"), _save, lambda made, place: checkpoint.read(place / "out")),
    "a merged model": Writer(_copy("merged"), _merge, lambda made, place: load(place / "out")),
    "a first merged model": Writer(_nothing, _merge, _nothing),
    "a recorded run": Writer(
        lambda made, place: _record(made, place, seed=0),
        _record,
        _recorded,
        kept=("predictions", results.METRICS, results.RUNS),
    ),
    "progress": Writer(_nothing, _progress, _nothing, told=True),
    "a notebook": Writer(_nothing, _notebook, _upgraded, kept=(lab.BASE,)),
    "an export": Writer(
        lambda made, place: (place / "work").mkdir(),
        lambda made, place: work_folder.export(place / "me.json", place / "work"),
        _nothing,
    ),
    "prediction files": Writer(_submit, _submit, _nothing),
}


@contextmanager
def _patched(point: str = "", fail: int = 0) -> Iterator[Failing]:
    with pytest.MonkeyPatch.context() as patch:
        yield Failing(patch, point, fail)


def _leftovers(place: Path) -> list[str]:
    return [str(path) for path in place.rglob(".*") if path.name.endswith((".new", ".old"))]


def _walk(writer: Writer, made: Path, root: Path, some: int) -> int:
    """Let calls of every point fail, one at a time → how many did."""
    counting = root / "counting"
    counting.mkdir()
    writer.before(made, counting)
    with _patched() as seen:
        writer.work(made, counting)
    done = 0
    for point in POINTS:
        count = seen.calls[point]
        for number in sorted({1, count, *range(1, count + 1)[: max(0, some - 2)]} - {0}):
            if number > count:
                continue
            place = root / f"{done}"
            place.mkdir()
            writer.before(made, place)
            _fail_once(writer, made, place, point, number)
            done += 1
    return done


def _fail_once(writer: Writer, made: Path, place: Path, point: str, number: int) -> None:
    before = contents(place)
    where = f"{point}, call {number}"
    with _patched(point, number) as failed:
        try:
            said = writer.work(made, place)
            told = bool(said) if writer.told else failed.calls[point] < number or point in BORNE
        except (OSError, MtsError) as error:
            told = "\n" not in str(error)
        assert told, f"{where} went unnoticed"
    writer.check(made, place)
    assert _leftovers(place) == [], where
    after = contents(place)
    for name, raw in before.items():
        if not name.startswith(writer.kept) or not writer.kept:
            assert after.get(name) == raw or _is_new(name, after, made), f"{where}: {name}"
    writer.work(made, place)  # the same call again goes on
    writer.check(made, place)
    assert _leftovers(place) == [], where


def _is_new(name: str, after: dict[str, bytes], made: Path) -> bool:
    """Whether a file is there whole although it is not the old one: the last step came through."""
    return name in after and len(after[name]) > 0


@pytest.mark.parametrize("name", WRITERS)
def test_each_kind_of_step_fails(name: str, made: Path, tmp_path: Path) -> None:
    assert _walk(WRITERS[name], made, tmp_path, SOME) >= 3


@pytest.mark.long
@pytest.mark.parametrize("name", WRITERS)
def test_every_step_fails(name: str, made: Path, tmp_path: Path) -> None:
    count = _walk(WRITERS[name], made, tmp_path, 10**6)
    print(f"{name}: {count} steps failed, one at a time")


def test_a_recording_that_failed_is_completed_by_the_next(made: Path, tmp_path: Path) -> None:
    _record(made, tmp_path, seed=0)
    with _patched("replace", 2), pytest.raises(OSError, match="Input/output"):
        _record(made, tmp_path)
    assert list(results.read_runs(tmp_path / "out")) == [results.run_id(_card(0))]
    _record(made, tmp_path)
    assert whole.verify(tmp_path / "out")[1] == []
