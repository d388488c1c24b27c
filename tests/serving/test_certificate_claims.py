"""The certificate: two claims, each measured for every task."""

from __future__ import annotations

import re

import pytest
import torch
from serving.conftest import KINDS, TASKS, certificate_of

from mtslib.base import provenance
from mtslib.base.errors import MergeError
from mtslib.data.batching import collate
from mtslib.serving import load, summary
from mtslib.serving.certificate import BATCHINGS, BOUNDS, probe_tokens, prove


def test_both_claims_stand_for_every_task(whole):
    certificate = certificate_of(whole)
    assert list(certificate["branches"]) == list(TASKS)
    assert certificate["environment"] == provenance.environment(torch.device("cpu"), "fp32")
    assert certificate["trunk_depth"] == 3
    for task, entry in certificate["branches"].items():
        assert entry["freeze_depth"] == KINDS[task][1]["freeze_depth"]
        assert entry["bit_equal"] == {
            "holds": True,
            "rows": 8,
            "precision": "fp32",
            "threads": torch.get_num_threads(),
            "stored_probe_max_difference": 0.0,
        }
        bound = entry["within_bound"]
        assert bound["holds"] is True
        assert bound["batch_sizes"] == list(BATCHINGS)
        assert "fp32" in bound["precisions"]
        for precision, found in bound["precisions"].items():
            assert found["bound"] == BOUNDS[precision]
            assert 0 <= found["measured_max"] <= found["bound"]


@pytest.mark.parametrize("task", TASKS)
def test_the_measured_maximum_is_what_is_measured_again(whole, task):
    merged = load(whole)
    probe = probe_tokens(merged.tokenizer, merged.checkpoints[task], siamese=False)
    largest = 0.0
    with torch.inference_mode():
        together = merged.model(collate(probe, range(8)), [task])[task]
        for size in (1, 3, 8):
            for start in range(0, 8, size):
                rows = range(start, min(start + size, 8))
                seen = merged.model(collate(probe, rows), [task])[task]
                largest = max(largest, float((seen - together[list(rows)]).abs().max()))
    kept = certificate_of(whole)["branches"][task]["within_bound"]["precisions"]["fp32"]
    assert kept["measured_max"] == largest <= 1e-4


def test_the_summary_says_both_claims_a_line_a_task(whole):
    first, *lines = summary(load(whole).certificate).splitlines()
    assert re.fullmatch(
        r"backbone tiny-\w{8} \(sha256 \w{12}…\), trunk of 3 encoder layers, "
        r"53 tensors hashed",
        first,
    )
    for task, line in zip(TASKS, lines, strict=True):
        assert re.match(
            rf"{task} +freeze_depth {KINDS[task][1]['freeze_depth']}: bit-equal to its teacher on "
            r"8 probe rows; other batches and precisions: fp32 \d\.\de[-+]\d\d ≤ 0\.001",
            line,
        )


@pytest.fixture
def proof(whole):
    """prove() for sst, with the merged model's answers passed through a function of them."""
    merged = load(whole)
    item = merged.checkpoints["sst"]
    probe = probe_tokens(merged.tokenizer, item, siamese=False)

    def teacher(batch):
        return merged.model(batch, ["sst"])["sst"]

    def run(change):
        return prove(item, probe, teacher, lambda batch: change(teacher(batch)))

    return run


def test_a_model_that_answers_the_same_is_proven(proof):
    assert proof(lambda outputs: outputs)["bit_equal"]["holds"]


def test_one_last_bit_of_one_output_breaks_bit_equality(proof):
    def nudge(outputs):
        outputs = outputs.clone()
        outputs.view(-1).view(torch.int32)[-1] ^= 1
        return outputs

    with pytest.raises(MergeError, match=r"sst \(.*differ from the teacher's by up to \d"):
        proof(nudge)


@pytest.mark.parametrize("bad", [0.002, float("nan"), float("inf")])
def test_a_model_that_depends_on_its_batch_breaks_the_stated_bound(proof, bad):
    """Right on the whole probe, wrong as soon as the batch is another."""
    message = r"sst \(.*with other batches in fp32 .*move by .*stated bound is 0.001"
    with pytest.raises(MergeError, match=message):
        proof(lambda outputs: outputs if len(outputs) == 8 else outputs + bad)
