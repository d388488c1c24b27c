"""Chapter 08's laboratory: its sentences, its training, its diary, and what it says of curves."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F

from mtslib import backbones
from mtslib.data import datasets
from mtslib.report import overfitting as lab


@pytest.fixture(scope="module")
def backbone():
    return backbones.load("minilm-l6")


@pytest.fixture(scope="module")
def train(backbone):
    return lab.sentences("train", 12, backbone, datasets.CONTROLLED)


def test_the_sentences_are_short_labelled_and_in_the_files_order(train, backbone):
    assert len(train) == len(train.tokens) == len(train.labels) == len(train.phenomena) == 12
    assert max(train.tokens.lengths) <= lab.LONGEST
    assert [example.row for example in train.examples] == sorted(e.row for e in train.examples)
    longer = lab.sentences("train", 12, backbone, datasets.CONTROLLED, longest=512)
    assert [example.row for example in longer.examples] == list(range(12))


def test_batches_hold_every_row_once(train):
    batches = train.batches(5)
    assert sorted(row for rows, _ in batches for row in rows) == list(range(12))
    for rows, batch in batches:
        assert batch.labels.tolist() == train.labels[rows].tolist()


def test_training_moves_everything_repeats_and_falls_to_a_rate_of_nearly_nothing(train, backbone):
    losses = []
    for _ in range(2):
        model = lab.new_model(backbone)
        before = {name: p.detach().clone() for name, p in model.named_parameters()}
        trainer = lab.Trainer(model, train, epochs=2, batch_size=5)
        rates = []
        for _ in range(2):
            trainer(model)
            rates.append(trainer.optimizer.param_groups[0]["lr"])
        model.eval()
        with torch.inference_mode():
            rows, batch = train.batches(12)[0]
            losses.append(float(F.cross_entropy(model(batch), train.labels[rows])))
        still = [n for n, p in model.named_parameters() if torch.equal(p, before[n])]
    assert losses[0] == losses[1]
    assert still == []
    assert rates[0] > rates[1] > 0
    assert rates[1] < 0.25 * trainer.settings.learning_rate


def _diary() -> lab.Diary:
    """Two epochs on dev, three sentences: first undecided, then sure, and wrong about the last."""
    labels = torch.tensor([0, 1, 1])
    sure = torch.tensor([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0]])
    soft = torch.tensor([[0.1, 0.0], [0.1, 0.0], [0.0, 0.1]])
    diary = lab.Diary({"train": labels, "dev": labels})
    diary.add(train=soft, dev=soft)
    diary.add(train=sure * torch.tensor([[1.0], [1.0], [-1.0]]), dev=sure.to(torch.bfloat16))
    return diary


def test_the_diary_computes_what_it_was_told():
    diary = _diary()
    assert diary.predicted("dev", 2).tolist() == [0, 1, 0]
    assert diary.accuracy("train", 2) == 1
    assert diary.loss("dev", 2) == pytest.approx((2 * math.log1p(math.exp(-9)) + 9) / 3, rel=1e-3)
    assert diary.sureness("dev", 2) == pytest.approx(1 / (1 + math.exp(-9)), rel=1e-4)
    assert math.isnan(diary.sureness("train", 2))
    found = diary.table()
    assert list(found.epoch) == [1, 2]
    assert list(found["dev accuracy"]) == pytest.approx([2 / 3, 2 / 3])


def test_the_best_epoch_counts_from_one_and_the_first_of_equals_wins():
    assert lab.best_epoch([0.2, 0.5, 0.5]) == 2
    assert lab.best_epoch([1.6, 1.5, 1.5], lower=True) == 2


def test_the_verdicts_follow_the_curves():
    lines = lab.verdicts(_diary().table(), 3)
    assert lines[0].endswith("1.00")
    assert lines[1].startswith("dev loss is lowest after epoch 1 ")
    assert lines[-1].endswith("yes")
    falling = pd.DataFrame(
        {
            "train loss": [1.0, 0.5],
            "dev loss": [1.0, 0.9],
            "train accuracy": [0.5, 0.9],
            "dev accuracy": [0.5, 0.6],
            "sure when wrong": [0.5, 0.5],
        }
    )
    assert lab.verdicts(falling, 100)[-1].endswith("no")


def test_pictures_and_table_hold_every_line():
    diary = _diary()
    assert "dev loss 0.68, 3.00" in lab.curves(diary.table(), "toy").alt
    once = lab.Diary(diary.labels, diary.epochs[:1])
    tried = {"long": diary, "once": once}
    picture = lab.compared(tried)
    assert "long, dev loss 0.68, 3.00" in picture.alt
    assert "once, dev loss 0.68" in picture.alt
    table = lab.tried_table(tried, 3)
    assert list(table["trained with"]) == ["long", "once"]
    assert table["lowest dev loss"][0] == "0.68 (epoch 1)"
    assert table["last dev loss"][0] == "3.00"
    assert np.all(table["best dev accuracy"] == "0.67 (epoch 1)")
