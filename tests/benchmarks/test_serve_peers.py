"""The contenders of `bench serve` compute what our own models compute, or are not timed."""

from __future__ import annotations

import pytest
import torch
from finetune.conftest import WORDS, write_backbone

from benchmarks import serve
from benchmarks.serve_peers import PEERS, lacking
from benchmarks.serve_ways import ours
from mtslib import backbones
from mtslib.base.errors import MtsError
from mtslib.data.batching import Inputs, collate, tokenise
from mtslib.finetune import checkpoint, settings
from mtslib.finetune.task_model import TaskModel
from mtslib.serving import LoadedModel, open_model


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> LoadedModel:
    """A model of one task, trained in full as far as anybody can see: its weights are random."""
    place = tmp_path_factory.mktemp("peers")
    (place / "tiny").mkdir()
    write_backbone(place / "tiny", seed=0)
    backbone = backbones.load(place / "tiny")
    chosen = settings("sst", backbone=str(place / "tiny"), precision="fp32", pooling="pooler")
    torch.manual_seed(0)
    objective = chosen.resolved_objective
    model = TaskModel(backbone.model(), chosen.task, objective, None, "pooler").eval()
    with torch.no_grad():
        for tensor in model.parameters():  # another model than the backbone, biases included
            tensor.add_(0.1 * torch.randn_like(tensor))
    facts = {"data": {}, "dev": [], "environment": {}}
    checkpoint.save(place / "sst", model, backbone, chosen, facts, {})
    return open_model(place / "sst")


def ragged(model: LoadedModel, seed: int) -> Inputs:
    draw = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, 20, (4,), generator=draw).tolist()
    texts = [(" ".join(WORDS[(seed + n) % len(WORDS)] for n in range(most)),) for most in lengths]
    return collate(tokenise(model.tokenizer, texts), range(len(texts))).inputs[0]


@pytest.mark.slow
@pytest.mark.parametrize("way", PEERS)
def test_a_peer_gives_the_logits_of_our_model(full, way):
    if lacks := lacking(way):
        pytest.skip(f"{', '.join(lacks)} not installed: pip install 'mtslib[bench]'")
    make, _, bound = PEERS[way]
    peer, own = make(full.checkpoints["sst"], threads=1), ours(full)
    with torch.inference_mode():
        for seed in range(3):
            inputs = ragged(full, seed)
            expected, seen = own(inputs).softmax(-1), peer(inputs).softmax(-1)
            torch.testing.assert_close(seen, expected, rtol=0, atol=bound)


class Said:
    """What a server says, whatever it is asked."""

    def __init__(self, confidence: float, label: str = "good") -> None:
        self.answer = {"label": label, "confidence": confidence}

    def post(self, body: dict) -> dict:
        return {"answers": [{"tasks": {"first": self.answer}}]}


def test_how_far_answers_are_apart_is_told():
    servers = {"separate": Said(0.5), "merged": Said(0.5), "onnx int8": Said(0.47, "bad")}
    found = serve.check_same_answers(servers, ["{}"] * 3)
    assert found["merged"] == {"differs": 0.0, "flipped": 0.0}
    assert found["onnx int8"] == {"differs": pytest.approx(0.03), "flipped": 1.0}


def test_what_answers_otherwise_is_not_timed():
    servers = {"separate": Said(0.5), "onnx": Said(0.47)}
    with pytest.raises(MtsError, match=r"onnx answers otherwise.* up to 0\.03, expected at most"):
        serve.check_same_answers(servers, ["{}"])


def test_two_encodings_are_two_models_and_not_compared():
    assert serve.check_same_answers({"pair": Said(0.5), "split": Said(0.9)}, ["{}"]) == {}


def test_a_contender_that_is_not_installed_is_said_and_left_out(monkeypatch):
    monkeypatch.setitem(PEERS, "onnx", (PEERS["onnx"][0], ("no_such_package",), 1e-4))
    said: list[str] = []
    mix = serve.Mix("a", ("separate", "onnx"), ())
    assert list(serve._installed(mix, said.append)) == ["separate"]
    assert "no_such_package not installed" in said[0]
