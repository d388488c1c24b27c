"""The certificate: two claims that were measured, and a seal on every byte of a merged model."""

from __future__ import annotations

import json
import random
import shutil
import struct
from pathlib import Path

import pytest
import safetensors.torch
from serving.conftest import TASKS, certificate_of

from mtslib.base.errors import CheckpointError
from mtslib.base.files import (
    content_sha256,
    sha256_file,
    sha256_tensor,
    write_json,
    write_sealed_json,
)
from mtslib.finetune import checkpoint, read
from mtslib.serving import load, merge
from mtslib.serving.merged_folder import CERTIFICATE, CONFIG, SEAL, TRUNK, VOCABULARY

FLIPS = 4  # random bytes a file and seed


@pytest.fixture
def model(whole, tmp_path) -> Path:
    """A copy of the merged model, to be damaged."""
    return shutil.copytree(whole, tmp_path / "model")


def refused(folder: Path, message: str) -> None:
    with pytest.raises(CheckpointError, match=message) as seen:
        load(folder)
    assert "\n" not in str(seen.value)


def reseal(folder: Path, certificate: dict) -> None:
    """Write a certificate that is consistent in itself, as somebody who knows the format could."""
    certificate = {key: value for key, value in certificate.items() if key != SEAL}
    write_sealed_json(folder / CERTIFICATE, certificate, SEAL)


# Every byte ------------------------------------------------------------------------------------


def files_of(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_the_certificate_names_a_hash_for_every_file(whole):
    """For each file of the root by name; a card's hash stands for the files of its folder."""
    certificate = certificate_of(whole)
    rooted = [file for file in files_of(whole) if "/" not in file]
    assert set(rooted) == {CERTIFICATE, *certificate["files"]}
    for task, entry in certificate["branches"].items():
        folder = whole / "branches" / task
        assert entry["card_sha256"] == content_sha256(folder / checkpoint.CARD)
        assert set(files_of(folder)) == {checkpoint.CARD, *read(folder).card["files"]}


def written_anew(folder: Path, how: str) -> None:
    """Every text of a merged folder as git on Windows or a formatter of JSON would leave it."""
    for path in (*folder.rglob("*.json"), folder / "vocab.txt"):
        text = path.read_text(encoding="utf-8")
        if how == "formatted" and path.suffix == ".json":
            text = json.dumps(json.loads(text), indent=4, sort_keys=True)
        end = "\r\n" if how == "Windows" else "\n"
        path.write_text(text, encoding="utf-8-sig", newline=end)


@pytest.mark.parametrize("how", ["Windows", "formatted"])
def test_a_folder_whose_text_a_tool_wrote_anew_is_the_same_model(model, how):
    before = certificate_of(model)
    written_anew(model, how)
    assert load(model).certificate == before


def says_the_same(first: bytes, second: bytes) -> bool:
    """Two JSON documents with the same values: what is between them does not count."""
    try:
        return json.loads(first) == json.loads(second)
    except ValueError:
        return False


@pytest.mark.parametrize("seed", range(3))
def test_any_flipped_byte_of_any_file_is_refused_by_name(model, seed):
    """Another value, at random places, in each of the twenty files, one at a time."""
    draw = random.Random(seed)
    names = files_of(model)
    assert len(names) == 4 + 4 * len(TASKS)
    for name in names:
        raw = (model / name).read_bytes()
        for position in draw.sample(range(len(raw)), FLIPS):
            changed = bytearray(raw)
            changed[position] ^= draw.randrange(1, 256)
            if name.endswith(".json") and says_the_same(raw, changed):
                continue  # a space that became the end of a line
            (model / name).write_bytes(changed)
            refused(model, rf"{name}\b")
        (model / name).write_bytes(raw)
    load(model)


def trunk_bytes(folder: Path) -> dict[str, tuple[int, int]]:
    """Where each tensor's bytes begin and end in the trunk's file."""
    raw = (folder / TRUNK).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    return {
        name: tuple(8 + length + offset for offset in entry["data_offsets"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


@pytest.mark.parametrize("seed", range(2))
def test_killing_any_byte_of_a_trunk_tensor_is_refused_by_tensor(model, seed):
    draw = random.Random(seed)
    raw = (model / TRUNK).read_bytes()
    places = trunk_bytes(model)
    assert len(places) == 53
    for name, (start, end) in places.items():
        changed = bytearray(raw)
        changed[draw.randrange(start, end)] ^= 1 << draw.randrange(8)
        (model / TRUNK).write_bytes(changed)
        refused(model, rf"{TRUNK}: tensor {name} has sha256 .*the certificate says")


@pytest.mark.parametrize("seed", range(3))
def test_one_edited_branch_byte_is_refused_by_file(model, seed):
    draw = random.Random(seed)
    task = draw.choice(TASKS)
    path = model / "branches" / task / checkpoint.BRANCH
    raw = bytearray(path.read_bytes())
    raw[draw.randrange(len(raw))] ^= 1
    path.write_bytes(raw)
    refused(model, rf"{task}/{checkpoint.BRANCH} has sha256 .*its card says")


@pytest.mark.parametrize(
    "key, value", [("layer_norm_eps", 1e-5), ("num_heads", 4), ("max_positions", 600)]
)
def test_an_edited_configuration_is_refused(model, key, value):
    """It fits the tensors, and would answer something else."""
    config = json.loads((model / CONFIG).read_text(encoding="utf-8"))
    assert config[key] != value
    write_json(model / CONFIG, config | {key: value})
    refused(model, rf"{CONFIG} has sha256 .*it was edited or damaged")


@pytest.mark.parametrize(
    "edit",
    [
        lambda c: c["branches"]["sst"]["within_bound"]["precisions"]["fp32"].update(bound=1),
        lambda c: c["branches"]["sts"]["bit_equal"].update(stored_probe_max_difference=0.5),
        lambda c: c["backbone"].update(name="another"),
        lambda c: c.update(trunk_depth=2),
        lambda c: c["environment"].update(threads=64),
    ],
)
def test_an_edited_certificate_is_refused(model, edit):
    certificate = certificate_of(model)
    edit(certificate)
    write_json(model / CERTIFICATE, certificate)
    refused(model, f"{CERTIFICATE} is not as it was written")


# A file for a file -----------------------------------------------------------------------------


def test_a_missing_file_is_named(model, whole):
    for name in files_of(whole):
        (model / name).unlink()
        refused(model, rf"{name.split('/')[-1]}\b")
        shutil.copy(whole / name, model / name)
    load(model)


def test_a_branch_folder_that_is_gone_or_too_many_is_named(model, whole):
    shutil.rmtree(model / "branches" / "sts")
    refused(
        model,
        "holds branches cfimdb, matches, quora, sst, warmth, its certificate names sst, cfimdb, q",
    )
    shutil.copytree(whole / "branches" / "sts", model / "branches" / "sts")
    shutil.copytree(whole / "branches" / "sts", model / "branches" / "sts2")
    refused(model, r"holds branches .*sts2, warmth, its certificate names")


def test_the_trunk_of_another_model_is_refused(
    model, teachers, other_backbone, data_folder, tmp_path
):
    """A shorter one of the same backbone, and one of the same shape with other weights."""
    from serving.conftest import tiny_settings

    from mtslib.finetune import finetune

    merge([teachers["cfimdb"]], tmp_path / "shorter")
    shutil.copy(tmp_path / "shorter" / TRUNK, model / TRUNK)
    refused(model, r"trunk.safetensors: tensor layers\.1\.\S+ is missing or unknown")
    chosen = tiny_settings("sst", other_backbone, freeze_depth=3, epochs=0)
    finetune(chosen, tmp_path / "foreign", data_folder, progress=False)
    merge([tmp_path / "foreign"], tmp_path / "other")
    shutil.copy(tmp_path / "other" / TRUNK, model / TRUNK)
    refused(model, r"trunk.safetensors: tensor \S+ has sha256 .*the certificate says")


@pytest.mark.parametrize("name", ["layers.0.feed_forward.output.weight", "embeddings.norm.weight"])
def test_a_certificate_forged_to_fit_an_edited_trunk_is_refused_by_the_branches(model, name):
    """Whoever edits trunk and certificate together still meets what each teacher saw."""
    tensors = safetensors.torch.load_file(model / TRUNK)
    tensors[name].view(-1)[0] += 1
    safetensors.torch.save_file(tensors, model / TRUNK)
    certificate = certificate_of(model)
    certificate["trunk_sha256"][name] = sha256_tensor(tensors[name])
    certificate["files"][TRUNK] = sha256_file(model / TRUNK)
    reseal(model, certificate)
    refused(model, rf"{TRUNK}: tensor {name} is not the one that \w+ was trained on")


def test_another_teacher_put_in_place_of_the_proven_one_is_refused(model, teachers):
    """Whole by itself, of the same task and backbone; only nobody proved it here."""
    shutil.rmtree(model / "branches" / "sst")
    shutil.copytree(teachers["other-sst"], model / "branches" / "sst")
    refused(model, r"sst/card.json has sha256 .*branch sst is not the one that was proven")


def test_two_branches_that_changed_places_are_refused(model):
    branches = model / "branches"
    (branches / "sst").rename(branches / "spare")
    (branches / "cfimdb").rename(branches / "sst")
    (branches / "spare").rename(branches / "cfimdb")
    certificate = certificate_of(model)
    entries = certificate["branches"]
    entries["sst"], entries["cfimdb"] = entries["cfimdb"], entries["sst"]
    reseal(model, certificate)
    refused(model, "is not the one that was proven")


def test_a_vocabulary_of_the_same_words_in_another_order_is_refused(model):
    words = (model / VOCABULARY).read_text(encoding="utf-8").split("\n")
    words[10], words[11] = words[11], words[10]
    (model / VOCABULARY).write_text("\n".join(words), encoding="utf-8")
    refused(model, f"{VOCABULARY} has sha256")


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "is not JSON"),
        ("[]", "lacks format"),
        ('{"format": 1}', "lacks backbone, trunk_sha256"),
        ("\ufffd{", "is not JSON"),
    ],
)
def test_a_certificate_that_is_none_is_refused(model, text, message):
    (model / CERTIFICATE).write_text(text, encoding="utf-8")
    refused(model, f"{CERTIFICATE} {message}")


def test_a_certificate_of_another_format_is_refused(model):
    certificate = certificate_of(model)
    reseal(model, certificate | {"format": 2})
    refused(model, f"{CERTIFICATE} has format .*, this version reads 1")
