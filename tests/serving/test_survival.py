"""Many clients while the model's folder is exchanged again and again, good ones and bad ones."""

from __future__ import annotations

import itertools
import random
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from serving.conftest import made_up_texts, put

from mtslib.base.errors import MtsError
from mtslib.serving import ask, load
from mtslib.serving.certificate import BOUNDS
from mtslib.serving.started import started

TEXTS = [texts for texts in made_up_texts(12, False, 5) + made_up_texts(12, True, 5) if all(texts)]


def damaged(source: Path, place: Path, kind: str) -> Path:
    """A copy that is not what its certificate says."""
    shutil.copytree(source, place)
    if kind == "a byte of the trunk":
        content = bytearray((place / "trunk.safetensors").read_bytes())
        content[-1] ^= 1
        (place / "trunk.safetensors").write_bytes(content)
    elif kind == "no certificate":
        (place / "certificate.json").unlink()
    else:
        shutil.rmtree(next((place / "branches").iterdir()))
    return place


def expected_of(folder: Path) -> tuple[str, dict]:
    """(certificate, {texts: {task: value}}) of a good model."""
    model = load(folder)
    answers = ask(model, TEXTS)
    told = {
        texts: {answer.task: answer.value for answer in some}
        for texts, some in zip(TEXTS, answers, strict=True)
    }
    return model.certificate["certificate_sha256"], told


@pytest.mark.parametrize(
    "clients, seconds, workers",
    [
        pytest.param(8, 6, 1, marks=pytest.mark.slow),
        pytest.param(64, 300, 2, marks=pytest.mark.long),
    ],
)
def test_no_request_is_lost_and_none_answered_by_a_bad_model(
    whole, other, tmp_path, clients, seconds, workers
):
    good = dict(map(expected_of, (whole, other)))
    kinds = ("a byte of the trunk", "no certificate", "a branch is missing")
    bad = [damaged(whole, tmp_path / kind, kind) for kind in kinds]
    place = tmp_path / "model"
    put(whole, place)
    ended = threading.Event()
    seen: Counter[str] = Counter()
    wrong: list[object] = []

    def client(number: int) -> None:
        draw = random.Random(number)
        while not ended.is_set():
            texts = draw.choice(TEXTS)
            try:
                (answer,) = running.ask([texts])
            except (MtsError, OSError) as error:
                wrong.append(error)
                continue
            told = good.get(answer["certificate"], {}).get(texts)
            values = {task: one["value"] for task, one in answer["tasks"].items()}
            if told is None or values != pytest.approx(told, abs=BOUNDS["fp32"]):
                wrong.append((answer, told))
            seen[answer["certificate"]] += 1

    with started(place, "--watch", "--threads", "1", "--workers", str(workers)) as running:
        threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
        for thread in threads:
            thread.start()
        end, swaps = time.monotonic() + seconds, 0
        for folder in itertools.cycle([bad[0], other, bad[1], whole, bad[2], other, bad[0], whole]):
            late = time.monotonic() - end  # a busy machine may not have read the second in time
            if late > 120 or (late > 0 and len(seen) == len(good)):
                break
            put(folder, place)
            swaps += 1
            time.sleep(1 if late < 0 else 10)
        ended.set()
        for thread in threads:
            thread.join()
    print(f"{seen.total():,} answers by {dict(seen)}, {swaps} swaps")
    assert wrong == []
    assert set(seen) == set(good), "both good models answered"
