"""The keeper: what is put in the folder is copied, verified, and answers only if it holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from serving.conftest import made_up_texts, put

from mtslib.base.errors import MtsError
from mtslib.serving import ask, load
from mtslib.serving.keeper import WEIGHTS, Keeper, map_weights, open_copy, read_present

TEXTS = made_up_texts(3, False, 1) + made_up_texts(3, True, 1)


@pytest.fixture
def keeper(whole, tmp_path) -> Keeper:
    put(whole, tmp_path / "model")
    (tmp_path / "copies").mkdir()
    return Keeper(tmp_path / "model", tmp_path / "copies")


def test_the_copy_answers_as_the_folder_does_from_mapped_weights(keeper, whole):
    found = open_copy(keeper.place, read_present(keeper.place))
    assert ask(found, TEXTS) == ask(load(whole), TEXTS)
    storages = {tensor.untyped_storage().data_ptr() for tensor in found.model.parameters()}
    assert len(storages) == 1, "all weights are views of one file"
    assert all(tensor.data_ptr() % 64 == 0 for tensor in found.model.parameters())


def test_what_is_changed_in_place_does_not_reach_who_answers(keeper, whole):
    found = open_copy(keeper.place, read_present(keeper.place))
    for path in keeper.folder.rglob("*.safetensors"):
        path.write_bytes(b"")
    assert ask(found, TEXTS) == ask(load(whole), TEXTS)


def test_only_a_folder_that_changed_is_read_again(keeper, other):
    before = keeper.present
    keeper.look()
    assert keeper.present == before
    put(other, keeper.folder)
    keeper.look()
    assert keeper.present.copy != before.copy
    assert set(open_copy(keeper.place, keeper.present).checkpoints) == {"sst", "quora"}


def damage_a_byte(folder: Path) -> None:
    content = bytearray((folder / "trunk.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "trunk.safetensors").write_bytes(content)


DAMAGES = {
    "trunk": damage_a_byte,
    "certificate": lambda folder: (folder / "certificate.json").write_text("{}"),
    "is not a merged model": shutil.rmtree,
    "vocab.txt": lambda folder: (folder / "vocab.txt").unlink(),
}


@pytest.mark.parametrize("said", DAMAGES)
def test_a_bad_folder_is_refused_by_its_own_name_and_the_old_copy_stays(keeper, said):
    before = keeper.present
    DAMAGES[said](keeper.folder)
    keeper.look()
    assert keeper.present.copy == before.copy
    assert said in keeper.present.refused
    assert str(keeper.place) not in keeper.present.refused
    assert "\n" not in keeper.present.refused
    assert open_copy(keeper.place, read_present(keeper.place)).checkpoints


def test_what_else_lies_in_the_folder_is_not_copied(keeper, other):
    put(other, keeper.folder)
    (keeper.folder / "diary.txt").write_text("not a part of the model")
    keeper.look()
    assert not keeper.present.refused
    assert not (keeper.place / keeper.present.copy / "diary.txt").exists()


def test_copies_that_nobody_answers_with_are_removed(keeper, whole, other):
    for folder in (other, whole, other, whole, other):
        put(folder, keeper.folder)
        keeper.look()
    assert len([path for path in keeper.place.iterdir() if path.is_dir()]) <= 3


def test_a_first_model_that_is_bad_serves_nobody(tmp_path):
    with pytest.raises(MtsError, match="is not a merged model"):
        Keeper(tmp_path / "nothing", tmp_path)


def test_weights_of_another_model_are_not_taken(keeper, other):
    found = load(keeper.folder)
    with torch.no_grad():
        next(found.model.parameters()).add_(1)
    with pytest.raises(MtsError, match="does not hold the model's"):
        map_weights(found.model, keeper.place / keeper.present.copy / WEIGHTS)
