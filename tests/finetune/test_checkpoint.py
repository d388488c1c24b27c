"""Checkpoints: written whole, the same every time, and refused when a single byte is off."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import random
import re
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import safetensors.torch
import torch

from mtslib import backbones
from mtslib.base.errors import CheckpointError
from mtslib.base.files import sha256_tensor
from mtslib.data import tasks
from mtslib.finetune import checkpoint, finetune, read, rebuild, settings
from mtslib.finetune.checkpoint import BRANCH, CARD, PREDICTIONS, PROBE, backbone_of, same_numbers
from mtslib.finetune.probe import PAIRS, SENTENCES, probe_outputs
from mtslib.finetune.train import prepare

FILES = (BRANCH, PROBE, PREDICTIONS, CARD)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, backbone_folder, data_folder) -> Path:
    """One checkpoint, not to be changed."""
    chosen = settings(
        "sst",
        backbone=str(backbone_folder),
        freeze_depth=1,
        epochs=1,
        batch_size=16,
        precision="fp32",
    )
    out = tmp_path_factory.mktemp("trained") / "checkpoint"
    return finetune(chosen, out, data_folder, progress=False).folder


@pytest.fixture
def folder(trained, tmp_path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(trained, tmp_path / "copy")


def refused(folder: Path, message: str) -> None:
    with pytest.raises(CheckpointError, match=message) as seen:
        read(folder)
    assert "\n" not in str(seen.value)


def reseal(folder: Path, change) -> None:
    """Change the card as somebody would who also knows how to renew its hash."""
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    change(card)
    text = json.dumps(card | {"card_sha256": ""}, indent=1, ensure_ascii=False) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    text = text.replace('"card_sha256": ""', f'"card_sha256": "{digest}"')
    (folder / CARD).write_bytes(text.encode())


# The same numbers again ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "task, changes",
    [
        ("sst", {"freeze_depth": 0}),
        ("sst", {"freeze_depth": 3}),
        ("cfimdb", {"freeze_depth": 2, "pooling": "mean"}),
        ("quora", {"freeze_depth": None, "pooling": "pooler"}),
        ("sts", {"freeze_depth": 1, "max_length": 40}),
        ("sts", {"freeze_depth": 1, "pooling": "mean", "objective": "cosine-mse"}),
    ],
)
def test_a_rebuilt_model_answers_its_probe_bit_for_bit(train, backbone_folder, task, changes):
    found = read(train(task, epochs=1, **changes).folder)
    tokenizer = backbones.load(backbone_folder).tokenizer()
    model = rebuild(found)
    assert not any(module.training for module in model.modules())
    assert same_numbers(probe_outputs(model, tokenizer), found.probe)
    assert found.probe.shape[0] == 8
    assert found.probe.dtype == torch.float32
    with torch.no_grad():
        next(iter(model.trained_tensors().values())).add_(0.01)
    assert not same_numbers(probe_outputs(model, tokenizer), found.probe)
    assert same_numbers(probe_outputs(rebuild(found), tokenizer), found.probe), (
        "a rebuilt model shares no memory with the checkpoint's or the backbone's tensors"
    )


def test_the_probe_is_computed_in_eval_mode_and_leaves_the_mode_alone(tiny, data_folder):
    run = prepare(tiny(head_dropout=0.9, encoder_dropout=0.9), data_folder, progress=False)
    tokenizer = run.backbone.tokenizer()
    run.model.train()
    first = probe_outputs(run.model, tokenizer)
    assert run.model.training
    assert not run.model.trunk.training
    assert same_numbers(first, probe_outputs(run.model.eval(), tokenizer))
    assert not run.model.training
    assert len(SENTENCES) == len(PAIRS) == 8


def test_a_checkpoint_is_what_the_contract_says(trained, backbone_folder):
    assert {path.name for path in trained.iterdir()} == set(FILES)
    found, backbone = read(trained), backbones.load(backbone_folder)
    raw = safetensors.torch.load_file(trained / BRANCH)
    assert {name.split(".")[0] for name in raw} == {"layers", "head"}
    assert {name.split(".")[1] for name in raw if name.startswith("layers")} == {"1", "2"}
    trunk = {
        name: sha256_tensor(tensor)
        for name, tensor in backbone.tensors.items()
        if name.startswith(("embeddings.", "layers.0."))
    }
    assert found.card["trunk_sha256"] == trunk
    assert found.card["files"] == {
        name: hashlib.sha256((trained / name).read_bytes()).hexdigest() for name in FILES[:3]
    }
    assert (found.task.name, found.settings.freeze_depth) == ("sst", 1)
    assert found.task.name == "sst"
    assert found.name == f"sst ({trained})"


def test_a_full_checkpoint_holds_everything_and_shares_nothing(train, backbone_folder):
    found = train(epochs=1, freeze_depth=None)
    tensors = backbones.load(backbone_folder).tensors
    assert set(found.branch) >= {name for name in tensors if not name.startswith("pooler")}
    assert found.card["trunk_sha256"] == {}


def test_saving_twice_writes_the_same_bytes(trained, tmp_path, backbone_folder):
    found = read(trained)
    backbone = backbones.load(backbone_folder)
    kept = checkpoint.read_tensors(trained / PREDICTIONS)
    own = ("format", "settings", "files", "trunk_sha256", "card_sha256")
    facts = {k: v for k, v in found.card.items() if k not in own and "backbone" not in k}
    checkpoint.save(tmp_path / "again", rebuild(found), backbone, found.settings, facts, kept)
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (trained / name).read_bytes()


# A byte off ------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("how", [*REWRITTEN][:5])
def test_cards_sealed_by_older_versions_are_read_too(folder, how):
    """They were sealed over the bytes of the file."""
    reseal(folder, lambda card: None)
    text = (folder / CARD).read_text(encoding="utf-8")
    (folder / CARD).write_text(REWRITTEN[how](text), encoding="utf-8", newline="")
    read(folder)
    (folder / CARD).write_text(text.replace('"n": 60', '"n": 90', 1), encoding="utf-8")
    refused(folder, "is not as it was written")


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


# Written whole ---------------------------------------------------------------------------------


def save_again(folder: Path, found, backbone, value: float = 7.0) -> None:
    """Save over `folder` with a head that is easy to tell from the old one."""
    model = rebuild(found, backbone)
    with torch.no_grad():
        model.branch.head[1].bias.fill_(value)
    facts = {"data": {}, "dev": [], "environment": {}}
    checkpoint.save(folder, model, backbone, found.settings, facts, {"rows": torch.arange(3)})


def test_a_failure_while_writing_leaves_the_old_checkpoint(folder, backbone_folder, tmp_path):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    found, backbone = read(folder), backbones.load(backbone_folder)
    bad = (
        ({"dev": [float("nan")]}, {"rows": torch.arange(3)}),  # fails at the card, the last file
        ({"dev": []}, {"rows": "no tensor"}),
    )
    for facts, kept in bad:
        with pytest.raises((ValueError, TypeError, AttributeError)):
            checkpoint.save(folder, rebuild(found), backbone, found.settings, facts, kept)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
        assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    save_again(folder, found, backbone)
    assert (read(folder).branch["head.1.bias"] == 7).all()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # fork beside torch's threads
def test_a_kill_while_saving_leaves_the_old_checkpoint_or_the_new_one(folder, backbone_folder):
    """The process kills itself at one after the other of the system calls that Python reports."""
    old, backbone = read(folder), backbones.load(backbone_folder)
    seen, killed = [], True
    while killed:
        deadline = 2 * len(seen) + 1
        child = os.fork()
        if child == 0:
            calls = 0

            def watch(event, arguments, deadline=deadline):
                nonlocal calls
                calls += event.split(".")[0] in ("open", "os", "shutil", "ctypes")
                if calls == deadline:
                    os.kill(os.getpid(), signal.SIGKILL)

            try:
                torch.set_num_threads(1)  # the parent's other threads are not in the child
                sys.addaudithook(watch)
                save_again(folder, old, backbone)
                os._exit(0)
            finally:
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (0, -signal.SIGKILL)
        killed = status != 0
        found = read(folder)
        is_new = bool((found.branch["head.1.bias"] == 7).all())
        assert is_new or torch.equal(found.branch["head.1.bias"], old.branch["head.1.bias"])
        seen.append(is_new)
        if is_new and killed:
            save_again(folder, old, backbone, old.branch["head.1.bias"][0].item())
    assert seen[0] is False
    assert seen[-1] is True
    assert len(seen) > 10


@pytest.mark.parametrize("length", range(1, 9))
def test_tensors_are_read_into_aligned_memory(length, tmp_path):
    """Bit-equal answers need it: in a file, tensors start wherever its header ends."""
    path = tmp_path / "some.safetensors"
    safetensors.torch.save_file({"a" * length: torch.ones(3), "b": torch.ones(5)}, path)
    found = checkpoint.read_tensors(path)
    assert [tensor.data_ptr() % 64 for tensor in found.values()] == [0, 0]
