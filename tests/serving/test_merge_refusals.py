"""What cannot share a trunk is refused with its reason, and nothing is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch
from folders import contents

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import KINDS, tiny_settings

from mtslib.base.errors import CheckpointError, MergeError, MtsError
from mtslib.base.files import read_json, write_sealed_json
from mtslib.finetune import checkpoint, finetune, read
from mtslib.finetune.train import build_optimizer, prepare, run_epoch, score_dev
from mtslib.serving import merge, without
from mtslib.serving.merged_folder import CERTIFICATE, TRUNK


def refused(folders, out: Path, kind: type[MtsError], message: str, **options) -> None:
    """Refused in one line with these words, and nothing is written."""
    with pytest.raises(kind, match=message) as seen:
        merge(folders, out, **options)
    assert "\n" not in str(seen.value)
    assert not out.exists()
    assert not list(out.parent.glob(f".{out.name}*"))


def test_a_full_teacher_is_refused(teachers, tmp_path):
    message = r"sst \(.*full teacher shares nothing, so there is no trunk"
    refused([teachers["quora"], teachers["full"]], tmp_path / "out", MergeError, message)


@pytest.mark.parametrize("pair", [("sst", "other-sst"), ("sts", "siamese"), ("sst", "sst")])
def test_a_task_given_twice_is_refused_by_name(teachers, tmp_path, pair):
    folders = [teachers[kind] for kind in pair]
    message = f"task {KINDS[pair[0]][0]} is given twice: .*{folders[0]} and {folders[1]}"
    refused(folders, tmp_path / "out", MergeError, message)


def test_the_same_task_inside_a_merged_model_counts_too(whole, teachers, tmp_path):
    refused([whole, teachers["sst"]], tmp_path / "out", MergeError, "task sst is given twice")


def test_teachers_of_two_backbones_are_refused_naming_both(
    teachers, other_backbone, data_folder, tmp_path
):
    chosen = tiny_settings("quora", other_backbone, freeze_depth=1)
    finetune(chosen, tmp_path / "foreign", data_folder, progress=False)
    message = r"sst \(.*trained on tiny-\w+ .*quora \(.* on other-\w+ .*share a trunk"
    refused([teachers["sst"], tmp_path / "foreign"], tmp_path / "out", MergeError, message)


def test_a_backbone_swapped_after_training_is_refused(
    backbone_folder, other_backbone, data_folder, tmp_path
):
    """The same folder, the same name in the card, other weights inside."""
    place = shutil.copytree(backbone_folder, tmp_path / "place")
    chosen = tiny_settings("sst", place, freeze_depth=1)
    finetune(chosen, tmp_path / "teacher", data_folder, progress=False)
    merge([tmp_path / "teacher"], tmp_path / "fine")
    (place / "model.safetensors").unlink()
    shutil.copy(other_backbone / "model.safetensors", place)
    message = r"sst \(.*was trained on backbone place-\w+ .*say where the other lies"
    refused([tmp_path / "teacher"], tmp_path / "out", CheckpointError, message)


def test_a_vocabulary_swapped_after_training_is_noticed(backbone_folder, data_folder, tmp_path):
    place = shutil.copytree(backbone_folder, tmp_path / "place")
    chosen = tiny_settings("sst", place, freeze_depth=1)
    finetune(chosen, tmp_path / "teacher", data_folder, progress=False)
    words = (place / "vocab.txt").read_text(encoding="utf-8").split("\n")
    swapped = [*words[:4], *reversed(words[4:-1]), ""]
    (place / "vocab.txt").unlink()
    (place / "vocab.txt").write_text("\n".join(swapped), encoding="utf-8")
    message = r"sst \(.*with another vocabulary, tokenizer or configuration"
    refused([tmp_path / "teacher"], tmp_path / "out", CheckpointError, message)
    # Older cards keep no hash of it, and then the probe notices.
    path = tmp_path / "teacher" / checkpoint.CARD
    card = {k: v for k, v in read_json(path).items() if k != "backbone_form_sha256"}
    write_sealed_json(path, card, checkpoint.SEAL)
    message = r"sst \(.*differ by .* from those kept when it was trained"
    refused([tmp_path / "teacher"], tmp_path / "out", MergeError, message)


@pytest.mark.parametrize(
    "name", ["embeddings.word.weight", "embeddings.norm.bias", "layers.1.attention.key.weight"]
)
def test_a_teacher_whose_live_trunk_moved_is_refused_by_tensor(
    backbone_folder, data_folder, teachers, tmp_path, name
):
    """One element, by the last bit, in the midst of training; its file on disk never changed."""
    run = prepare(
        tiny_settings("quora", backbone_folder, freeze_depth=2), data_folder, progress=False
    )
    optimizer = build_optimizer(run.model, run.settings)
    run_epoch(run, optimizer, 0, progress=False)
    with torch.no_grad():
        bits = run.model.trunk.get_parameter(name).view(-1).view(torch.int32)
        bits[7] ^= 1
    run_epoch(run, optimizer, 1, progress=False)
    predicted = {"predicted": torch.from_numpy(score_dev(run, progress=False)[1])}
    facts = {"data": {}, "dev": [], "environment": {}}
    folder = tmp_path / "moved"
    checkpoint.save(folder, run.model, run.backbone, run.settings, facts, predicted)
    message = rf"quora \(.*its trunk moved while it was trained: {name} \(1 of \d+ tensors\)"
    refused([teachers["sst"], folder], tmp_path / "out", MergeError, message)


def test_a_branch_with_the_probe_of_another_is_refused(teachers, tmp_path):
    """Both files whole by their own hashes, but they do not belong together."""
    folder = shutil.copytree(teachers["sst"], tmp_path / "mixed")
    card = json.loads((folder / checkpoint.CARD).read_text(encoding="utf-8"))
    outputs = read(folder).probe + 0.01
    safetensors.torch.save_file({"outputs": outputs}, folder / checkpoint.PROBE)
    card["files"][checkpoint.PROBE] = checkpoint.sha256_file(folder / checkpoint.PROBE)
    del card["card_sha256"]
    checkpoint.write_sealed_json(folder / checkpoint.CARD, card, "card_sha256")
    message = r"sst \(.*differ by 0.01 .*branch and probe do not belong together"
    refused([folder], tmp_path / "out", MergeError, message)


def test_what_is_no_checkpoint_is_refused(teachers, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "gone"):
        message = f"{folder.name} is not a checkpoint: it has no card.json"
        refused([teachers["sst"], folder], tmp_path / "out", CheckpointError, message)
    refused([], tmp_path / "out", MergeError, "nothing to merge")


@pytest.mark.parametrize(
    "file", [checkpoint.BRANCH, checkpoint.PROBE, checkpoint.PREDICTIONS, checkpoint.CARD]
)
@pytest.mark.parametrize("damage", ["gone", "cut", "flipped"])
def test_a_damaged_checkpoint_is_refused_by_file(teachers, tmp_path, file, damage):
    folder = shutil.copytree(teachers["quora"], tmp_path / "damaged")
    raw = bytearray((folder / file).read_bytes())
    (folder / file).unlink()
    if damage != "gone":
        raw[len(raw) // 2] ^= 0x04
        (folder / file).write_bytes(raw if damage == "flipped" else raw[: len(raw) // 2])
    refused([teachers["sst"], folder], tmp_path / "out", CheckpointError, rf"\b{file}\b")


def test_a_damaged_merged_model_is_no_source_of_branches(whole, teachers, tmp_path):
    damaged = shutil.copytree(whole, tmp_path / "damaged")
    (damaged / TRUNK).unlink()
    message = rf"damaged/{TRUNK} cannot be read"
    with pytest.raises(CheckpointError, match=message):
        without(damaged, "sst", tmp_path / "out")
    (tmp_path / "one").mkdir()
    refused([damaged], tmp_path / "out", CheckpointError, message)


def test_a_task_that_is_not_there_cannot_be_removed(whole, teachers, tmp_path):
    merge([teachers["sst"]], tmp_path / "one")
    with pytest.raises(MergeError, match="has no task sts; it answers sst"):
        without(tmp_path / "one", "sts", tmp_path / "out")
    with pytest.raises(MergeError, match=r"sst is the last task of .*delete the folder"):
        without(tmp_path / "one", "sst", tmp_path / "out")
    with pytest.raises(CheckpointError, match=f"is not a merged model: it has no {CERTIFICATE}"):
        without(teachers["sst"], "sst", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_not_replaced(teachers, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    with pytest.raises(MtsError, match=r"thesis exists and is not a folder written by this"):
        merge([teachers["sst"]], tmp_path / "thesis")
    with pytest.raises(MtsError, match="is not a folder written by this command"):
        merge([teachers["sst"]], tmp_path / "thesis" / "chapter1.tex")
    assert contents(tmp_path) == {"thesis/chapter1.tex": b"years of work"}


def test_a_place_inside_what_is_read_is_refused(teachers, tmp_path):
    """It would be copied into itself, without an end."""
    sst = shutil.copytree(teachers["sst"], tmp_path / "sst")
    refused([sst], sst / "merged", MergeError, "merged lies inside .*sst, which is read")
    (tmp_path / "link").symlink_to(sst)
    refused([sst], tmp_path / "link" / "merged", MergeError, "lies inside")


def test_a_merge_that_fails_leaves_the_older_model(whole, teachers, tmp_path):
    place = shutil.copytree(whole, tmp_path / "place")
    before = contents(place)
    with pytest.raises(MergeError, match="full teacher"):
        merge([teachers["full"]], place)
    assert contents(place) == before
