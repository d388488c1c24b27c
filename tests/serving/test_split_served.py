"""A split branch in a merged model: proven, asked, scored, and its sentences shared."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from serving.conftest import made_up_texts

from mtslib.data import tasks
from mtslib.data.batching import collate, tokenise
from mtslib.finetune import checkpoint, read, rebuild
from mtslib.serving import ask, evaluate, merge


@pytest.fixture(scope="module")
def merged(teachers, tmp_path_factory):
    """sst on a sentence, quora on a pair, sts on a split pair."""
    chosen = [teachers[kind] for kind in ("sst", "quora", "split")]
    return merge(chosen, tmp_path_factory.mktemp("split") / "m")


def test_it_is_certified_like_any_other(merged):
    entry = merged.certificate["branches"]["sts"]
    assert entry["bit_equal"]["holds"]
    assert entry["within_bound"]["holds"]


@pytest.mark.parametrize("seed", range(3))
def test_it_answers_what_its_teacher_says_of_that_pair_alone(teachers, merged, seed):
    teacher = rebuild(read(teachers["split"]))
    pairs = made_up_texts(6, True, seed)
    for pair, answers in zip(pairs, ask(merged, pairs), strict=True):
        with torch.inference_mode():
            said = teacher(collate(tokenise(merged.tokenizer, [pair], siamese=True), [0]))
        found = {answer.task: answer.value for answer in answers}
        assert found["sts"] == pytest.approx(float(teacher.objective.predict(said)[0]), abs=1e-4)


def test_it_scores_what_its_card_says(teachers, merged, data_folder):
    """Up to rounding: what the card scored came from the cache, sentence by sentence."""
    found = evaluate(merged, tasks.STS, data=data_folder, precision="fp32", progress=False)
    kept = checkpoint.read_tensors(teachers["split"] / checkpoint.PREDICTIONS)
    np.testing.assert_allclose(found.predicted, kept["predicted"].numpy(), rtol=0, atol=1e-4)
    pearson = read(teachers["split"]).card["dev"][0]["value"]
    assert found.metrics[0].value == pytest.approx(pearson, abs=1e-4)
