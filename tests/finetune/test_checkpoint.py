"""Checkpoints: written whole, the same every time, and refused when a single byte is off."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch
from finetune.conftest import FILES

from mtslib import backbones
from mtslib.base.files import sha256_tensor
from mtslib.finetune import checkpoint, read, rebuild
from mtslib.finetune.checkpoint import BRANCH, PREDICTIONS, same_numbers
from mtslib.finetune.probe import PAIRS, SENTENCES, probe_outputs
from mtslib.finetune.train import prepare

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
