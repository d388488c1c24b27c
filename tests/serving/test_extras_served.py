"""What was regularised, or trained before its task, merges and is certified like any other."""

from __future__ import annotations

import pytest
import torch
from serving.conftest import tiny_settings

from mtslib.finetune import finetune, rebuild
from mtslib.serving import load, merge

EXTRAS = {
    "smart": {"regularise": "smart"},
    "r-drop": {"regularise": "r-drop"},
    "contrastive": {"before": "contrastive"},
    "masked words": {"before": "masked-words"},
    "both": {"before": "masked-words", "regularise": "r-drop"},
}


@pytest.mark.parametrize("name", EXTRAS)
def test_it_merges_with_a_plain_teacher_and_answers_the_same(
    teachers, backbone_folder, data_folder, tmp_path, ragged, name
):
    chosen = tiny_settings("sts", backbone_folder, freeze_depth=1, **EXTRAS[name])
    own = finetune(chosen, tmp_path / "own", data_folder, progress=False)
    merged = merge([own.folder, teachers["sst"]], tmp_path / "merged")
    claims = merged.certificate["branches"]["sts"]
    assert claims["bit_equal"]["holds"]
    assert claims["within_bound"]["holds"]
    merged = load(tmp_path / "merged")
    batch, alone = ragged(merged, 5, True, 0), rebuild(own)
    with torch.inference_mode():
        assert torch.equal(alone(batch), merged.model(batch, ["sts"])["sts"])
