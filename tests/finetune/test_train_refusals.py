"""What training refuses, before it begins or when a loss is no number; nothing is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch
from folders import contents

from mtslib import backbones
from mtslib.base.errors import DataError, MtsError, TrainError
from mtslib.finetune import finetune, read
from mtslib.finetune.train import build_optimizer, prepare, run_epoch


@pytest.fixture
def damaged(backbone_folder, tmp_path):
    """A copy of the backbone with one tensor changed."""

    def damage(name, change) -> str:
        folder = shutil.copytree(backbone_folder, tmp_path / "damaged")
        tensors = safetensors.torch.load_file(folder / "model.safetensors")
        tensors[name] = change(tensors[name])
        safetensors.torch.save_file(tensors, folder / "model.safetensors")
        return str(folder)

    return damage


OVERFLOWING = "encoder.layer.2.output.dense.weight"


@pytest.mark.parametrize("existed", [False, True])
def test_a_loss_that_is_no_number_names_epoch_and_step_and_writes_nothing(
    train, damaged, tmp_path, existed
):
    if existed:
        train()
    before = contents(tmp_path)
    backbone = damaged(OVERFLOWING, lambda tensor: tensor.fill_(3e38))
    with pytest.raises(TrainError, match="loss became nan in epoch 1, step 1 of 8") as seen:
        train(backbone=backbone)
    assert "\n" not in str(seen.value)
    shutil.rmtree(backbone)
    assert contents(tmp_path) == before
    if existed:
        assert read(tmp_path / "checkpoint").settings.backbone != backbone


def test_a_loss_that_blows_up_later_names_that_step(tiny, data_folder):
    run = prepare(tiny(), data_folder, progress=False)
    optimizer = build_optimizer(run.model, run.settings)
    run_epoch(run, optimizer, 0, progress=False)
    with torch.no_grad():
        run.model.branch.head[1].weight.fill_(float("nan"))
    with pytest.raises(TrainError, match="loss became nan in epoch 2, step 1 of 8"):
        run_epoch(run, optimizer, 1, progress=False)


def test_numbers_that_are_lost_only_on_dev_write_nothing_either(
    tiny, damaged, data_folder, backbone_folder, tmp_path
):
    """A word that no training row has, and whose embedding is so large that sums overflow."""
    number = backbones.load(backbone_folder).vocabulary["q"]

    def poison(tensor):
        tensor[number] = 3e38
        return tensor

    backbone = damaged("embeddings.word_embeddings.weight", poison)
    data = shutil.copytree(data_folder, tmp_path / "data")
    with (data / "ids-sst-dev.csv").open("a") as stream:
        stream.write("99\tid99\tq\t1\n")
    before = contents(tmp_path)
    with pytest.raises(TrainError, match="outputs hold NaN or infinity"):
        finetune(tiny(backbone=backbone), tmp_path / "out", data, progress=False)
    assert {k: v for k, v in contents(tmp_path).items() if "unfinished" not in k} == before


def test_more_tokens_than_positions_are_refused_before_training(tiny, damaged, data_folder):
    name = "embeddings.position_embeddings.weight"
    folder = Path(damaged(name, lambda tensor: tensor[:200].clone()))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 200}))
    with pytest.raises(TrainError, match=r"512 is more than the 200 positions.*--max-length 200"):
        prepare(tiny(backbone=str(folder)), data_folder, progress=False)
    prepare(tiny(backbone=str(folder), max_length=200), data_folder, progress=False)


def test_a_folder_that_is_no_checkpoint_is_not_replaced(train, tmp_path):
    thesis = tmp_path / "checkpoint" / "thesis.tex"
    thesis.parent.mkdir()
    thesis.write_text("years of work")
    with pytest.raises(
        MtsError, match=r"not a folder written by this command.*nothing was changed"
    ):
        train()
    assert contents(tmp_path) == {"checkpoint/thesis.tex": b"years of work"}


@pytest.mark.parametrize("depth", [-1, 4])
def test_a_depth_out_of_range_is_refused(train, tmp_path, depth):
    with pytest.raises(TrainError, match=f"freeze_depth {depth} is out of range"):
        train(freeze_depth=depth)
    assert contents(tmp_path) == {}


def test_missing_data_is_refused(tiny, tmp_path):
    with pytest.raises(DataError, match=r"ids-sst-train\.csv is not in"):
        finetune(tiny(), tmp_path / "out", tmp_path, progress=False)
    assert contents(tmp_path) == {}
