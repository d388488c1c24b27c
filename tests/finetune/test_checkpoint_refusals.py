"""A byte off, a value edited, a backbone swapped: each is noticed, named and refused."""

from __future__ import annotations

import hashlib
import json
import pickle
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from finetune.conftest import FILES

from mtslib import backbones
from mtslib.base.errors import CheckpointError
from mtslib.base.files import write_sealed_json
from mtslib.data import tasks
from mtslib.finetune import read, rebuild
from mtslib.finetune.checkpoint import BRANCH, CARD, PROBE, backbone_of, same_numbers


def refused(folder: Path, message: str) -> None:
    with pytest.raises(CheckpointError, match=message) as seen:
        read(folder)
    assert "\n" not in str(seen.value)


def reseal(folder: Path, change) -> None:
    """Change the card as somebody would who also knows how to renew its hash."""
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    change(card)
    write_sealed_json(folder / CARD, card, "card_sha256")


def same_values(name: str, raw: bytes, whole: bytes) -> bool:
    """Whether a card says the same in another layout: its seal is one of values."""
    try:
        return name == CARD and json.loads(raw) == json.loads(whole)
    except ValueError:
        return False


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("seed", range(3))
def test_any_changed_byte_is_noticed_and_its_file_named(folder, name, seed):
    draw = random.Random(f"{name} {seed}")
    path = folder / name
    whole = path.read_bytes()
    for _ in range(40):
        raw = bytearray(whole)
        raw[draw.randrange(len(raw))] ^= draw.randrange(1, 256)
        if same_values(name, raw, whole):
            continue  # a space became a tab
        path.write_bytes(raw)
        refused(folder, re.escape(name))
    path.write_bytes(whole)
    read(folder)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["cut", "longer", "empty"])
def test_a_file_of_another_length_is_noticed(folder, name, change):
    path = folder / name
    raw = path.read_bytes()
    path.write_bytes({"cut": raw[: len(raw) // 2], "longer": raw + b"x", "empty": b""}[change])
    refused(folder, re.escape(name))


def _short(number: str) -> float | int:
    return int(float(number)) if float(number).is_integer() else float(number)


REWRITTEN = {
    "Windows' line ends": lambda text: text.replace("\n", "\r\n"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "no last line end": lambda text: text.rstrip("\n"),
    "indented anew": lambda text: json.dumps(json.loads(text), indent=4),
    "on one line, ASCII only": lambda text: json.dumps(json.loads(text), separators=(",", ":")),
    "keys sorted": lambda text: json.dumps(json.loads(text), sort_keys=True),
    "whole numbers without .0": lambda text: json.dumps(json.loads(text, parse_float=_short)),
}


@pytest.mark.parametrize("how", REWRITTEN)
def test_a_card_that_a_tool_wrote_anew_is_the_same_card(folder, how):
    before = read(folder)
    text = (folder / CARD).read_text(encoding="utf-8")
    new = REWRITTEN[how](text)
    assert new != text
    (folder / CARD).write_text(new, encoding="utf-8", newline="")
    assert read(folder).card == before.card


def test_an_edited_score_is_noticed(folder):
    """A card is evidence: the number that everybody would like to change is sealed too."""
    text = (folder / CARD).read_text(encoding="utf-8")
    assert text.count('"n": 60') == 2
    (folder / CARD).write_text(text.replace('"n": 60', '"n": 90', 1), encoding="utf-8")
    refused(folder, r"card\.json is not as it was written.*edited or damaged")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    refused(folder, "it has no card.json" if name == CARD else f"{re.escape(name)} is missing")


def test_a_folder_of_something_else_is_no_checkpoint(tmp_path):
    refused(tmp_path, r"is not a checkpoint: it has no card\.json")
    refused(tmp_path / "nowhere", r"is not a checkpoint: it has no card\.json")


@pytest.mark.parametrize(
    "text, message",
    [
        ("not json", "is not JSON"),
        ("", "is not JSON"),
        ("\xff\xfe", "is not JSON|lacks"),
        ("[1, 2]", "lacks format"),
        ("{}", "lacks format, settings"),
        ("null", "lacks format"),
    ],
)
def test_a_card_that_is_none_is_refused(folder, text, message):
    (folder / CARD).write_bytes(text.encode("latin-1"))
    refused(folder, rf"card\.json {message}")


def test_a_card_of_another_format_is_refused(folder):
    reseal(folder, lambda card: card.update(format=99))
    refused(folder, "has format 99, this version reads")


def test_a_card_without_a_hash_for_the_branch_is_refused(folder):
    reseal(folder, lambda card: card["files"].pop(BRANCH))
    refused(folder, rf"names no hash for {BRANCH}")


class Bomb:
    """Unpickling it writes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", [BRANCH, PROBE])
@pytest.mark.parametrize("resealed", [False, True])
def test_a_pickle_in_place_of_tensors_is_never_loaded(folder, tmp_path, name, resealed):
    bomb = Bomb(tmp_path / "exploded")
    (folder / name).write_bytes(pickle.dumps(bomb))
    if resealed:
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        reseal(folder, lambda card: card["files"].update({name: digest}))
    refused(folder, "cannot be read as safetensors" if resealed else "its card says")
    assert not bomb.path.exists()


# What does not belong together -----------------------------------------------------------------


def test_a_swapped_backbone_is_refused_by_name(trained, other_backbone_folder):
    other = backbones.load(other_backbone_folder)
    with pytest.raises(CheckpointError, match=r"was trained on backbone tiny-.*this one is other-"):
        rebuild(read(trained), other)


def test_a_backbone_named_from_another_folder_is_found(
    trained, backbone_folder, tmp_path, monkeypatch
):
    """`--backbone ../tiny --out runs/x`, and later a command that runs in `runs`."""
    shutil.copytree(backbone_folder, tmp_path / "tiny")
    (tmp_path / "project" / "runs").mkdir(parents=True)
    item = read(shutil.copytree(trained, tmp_path / "project" / "runs" / "x"))
    relative = replace(item.settings, backbone="../tiny")
    moved = SimpleNamespace(settings=relative, folder=Path("x"), card=item.card)
    for place in ("project", "project/runs"):
        monkeypatch.chdir(tmp_path / place)
        moved.folder = (tmp_path / "project" / "runs" / "x").relative_to(Path.cwd())
        assert backbone_of(moved).sha256 == item.card["backbone_sha256"]


def test_one_changed_weight_makes_another_backbone(trained, backbone_folder, tmp_path):
    copy = shutil.copytree(backbone_folder, tmp_path / "tiny")
    raw = bytearray((copy / "model.safetensors").read_bytes())
    raw[-5] ^= 1
    (copy / "model.safetensors").write_bytes(raw)
    with pytest.raises(CheckpointError, match="was trained on backbone tiny-"):
        rebuild(read(trained), backbones.load(copy))


@pytest.mark.parametrize(
    "change",
    [
        {"freeze_depth": 2},
        {"freeze_depth": 0},
        {"freeze_depth": "full"},
        {"task": "cfimdb", "description": tasks.CFIMDB.as_dict()},
        {"pooling": "pooler"},
    ],
)
def test_a_branch_that_does_not_fit_its_card_is_refused(folder, change):
    """The hashes may be right; what they are hashes of must fit together too."""
    reseal(folder, lambda card: card["settings"].update(change))
    with pytest.raises(CheckpointError, match="does not fit its own card") as seen:
        rebuild(read(folder))
    assert "\n" not in str(seen.value)


def test_equal_numbers_are_equal_bits():
    numbers = torch.tensor([[1.0, float("nan"), 0.0]])
    assert same_numbers(numbers, numbers.clone())
    assert not same_numbers(numbers, torch.tensor([[1.0, float("nan"), -0.0]]))
    assert not same_numbers(numbers, numbers.T)
    assert not same_numbers(numbers, torch.nextafter(numbers, torch.tensor(9.0)))
