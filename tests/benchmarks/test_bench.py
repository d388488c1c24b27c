"""The bench runs, on a backbone so small that its numbers mean nothing."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import torch
import transformers

from benchmarks import runners
from benchmarks.measure import bounded, measure
from benchmarks.workloads import data_slice, real_tokens, texts_of, useful_flops, works
from mtslib import backbones
from mtslib.backbones import Backbone
from mtslib.base import provenance
from mtslib.base.errors import MtsError
from mtslib.bench.bench_tables import read
from mtslib.cli.main import main
from mtslib.data.batching import collate, tokenise
from mtslib.minbert.config import BertConfig
from mtslib.minbert.vocabulary import Rules

CONFIG = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)


@pytest.fixture(autouse=True)
def _no_real_data(monkeypatch):
    """What is timed here must not depend on what the machine has."""
    monkeypatch.delenv("MTS_DATA", raising=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two layers of H = 16, with the vocabulary of the default backbone."""
    place = tmp_path_factory.mktemp("backbones") / "tiny"
    torch.manual_seed(0)
    config = transformers.BertConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    transformers.BertModel(config).save_pretrained(place)
    vocabulary = backbones.load().folder / "vocab.txt"
    (place / "vocab.txt").write_bytes(vocabulary.read_bytes())
    return place


def some(workloads, **changes):
    usual = {
        "task_names": ["sst"],
        "precisions": ["fp32"],
        "rows": 10,
        "backbone": "minilm-l6",
        "num_layers": 6,
        "data": None,
        "threads": 1,
    }
    return works(workloads, **(usual | changes))


def test_the_workloads_are_those_of_the_plan():
    assert [work.depths for work in some(["A", "B", "C", "E"])] == [
        (None,),
        (5,),
        (4,),
        tuple(range(7)),
        (),
    ]
    assert [work.name for work in some(["B"])] == ["B d=5 sst fp32", "B d=4 sst fp32"]


@pytest.mark.parametrize(
    "values, message",
    [
        ({"workloads": ["D"]}, "workload 'D' is unknown; expected A, B, C, E"),
        ({"workloads": ["A"], "precisions": ["fp16"]}, "precision 'fp16' is unknown"),
        ({"workloads": ["A"], "task_names": ["stss"]}, "unknown task 'stss'"),
        ({"workloads": ["A"], "rows": 0}, "--rows is 0"),
        ({"workloads": ["A"], "train_files": {"sts": "a.csv"}}, "'sts', which is not asked for"),
    ],
)
def test_a_typo_is_refused(values, message):
    with pytest.raises(MtsError, match=message):
        some(**values)


def test_useful_operations_follow_the_formula():
    """Forward c = 24H² + 4TH a token and layer; training three times that; [CLS] alone at last."""
    size, tokens = 384, 25
    whole = tokens * (24 * size**2 + 4 * tokens * size)
    last = tokens * 4 * size**2 + 20 * size**2 + 4 * tokens * size
    full, k1, k2, sweep, encoding = some(["A", "B", "C", "E"])
    assert useful_flops(full, CONFIG, [tokens]) == pytest.approx(3 * (5 * whole + last))
    assert useful_flops(k1, CONFIG, [tokens]) == pytest.approx(5 * whole + 9 * last)
    assert useful_flops(k2, CONFIG, [tokens]) == pytest.approx(4 * whole + 9 * (whole + last))
    trained = sum(9 * ((k - 1) * whole + last) for k in range(1, 7))
    assert useful_flops(sweep, CONFIG, [tokens]) == pytest.approx(6 * whole + trained)
    assert useful_flops(encoding, CONFIG, [tokens]) == pytest.approx(6 * whole)
    assert real_tokens(sweep, [tokens, 5]) == 30 * 3 * 7


def test_peers_cut_a_cased_backbones_texts_alike_too():
    words = {word: number for number, word in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]"))}
    words |= {word: len(words) + n for n, word in enumerate(("A", "a", "##b", "COVID"))}
    rules = Rules(lowercase=False, added=(("COVID", True),))
    own = Backbone("own", "0" * 64, Path(), CONFIG, {}, words, rules)
    texts = ["A aB ab", "COVIDa covid", "Ab COVID"]
    expected = [ids.ids for ids in own.tokenizer().encode(texts)]
    assert runners.peer_tokenizer(own)(texts)["input_ids"] == expected


def test_peers_read_the_same_tokens_and_start_from_the_same_weights(folder):
    """Else the same number of rows would not be the same work."""
    (work,) = some(["A"], task_names=["sts"], backbone=str(folder), num_layers=2)
    texts, labels = texts_of(work)
    backbone = backbones.load(folder)
    tokens = tokenise(backbone.tokenizer(), texts, labels)
    theirs = runners.peer_tokenizer(backbone)(*map(list, zip(*texts, strict=True)))
    assert theirs["input_ids"] == [parts[0].ids for parts in tokens.sequences]
    batch = collate(tokens, range(len(tokens)))
    (inputs,) = batch.inputs
    peer = runners._Classifier(str(folder), 6, 1).train()
    assert not peer.bert.encoder.layer[0].training
    assert peer.bert.encoder.layer[1].training
    with torch.inference_mode():
        expected = backbone.model()(*inputs).hidden_states[-1][:, 0]
        seen = peer.eval().bert(
            input_ids=inputs.input_ids,
            attention_mask=inputs.attention_mask,
            token_type_ids=inputs.token_type_ids,
        )
    torch.testing.assert_close(seen.last_hidden_state[:, 0], expected, rtol=0, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "workloads, task, count",
    [
        ("C", "sst", 2),  # each contender imports torch in a process of its own
        pytest.param("A", "sst", 3, marks=pytest.mark.long),
        pytest.param("B,E", "sts", 6, marks=pytest.mark.long),
    ],
)
def test_every_contender_does_its_work_and_is_in_the_table(
    folder, tmp_path, capfd, workloads, task, count
):
    out = tmp_path / "bench.json"
    code = main(
        [
            *("bench", "--workloads", workloads, "--tasks", task, "--precision", "fp32"),
            *("--rows", "24", "--rounds", "1", "--threads", "1"),
            *("--backbone", str(folder), "--out", str(out)),
        ]
    )
    printed = capfd.readouterr()
    assert code == 0, printed.err
    assert "Loading" not in printed.err  # a peer's own bars would stand between the rows
    found = json.loads(out.read_text())
    assert len(found["rows"]) == count
    for row in found["rows"]:
        assert row["seconds"] > 0
        assert row["cold_seconds"] > row["seconds"] / 100
        assert row["peak_mb"] > 50
        assert row["share_of_bound"] > 0
        assert row["contender"] != "ours" or row["ratio"] == 1
    last = {"A": "hf-tuned", "C": "hf-frozen"}.get(workloads, "sentence-transformers")
    assert re.search(rf"{workloads[0]}.* {task} fp32 +ours +\d", printed.out)
    assert last in printed.out


def timed(work: str, gflop: float, seconds: float, product: float | None, precision="fp32") -> dict:
    return {
        "work_id": work,
        "precision": precision,
        "useful_gflop": gflop,
        "seconds": seconds,
        "best_product_gflops": product,
    }


def test_the_bound_is_the_best_speed_of_the_whole_run():
    slow, quick = timed("a", 50.0, 1.0, 60.0), timed("b", 50.0, 2.0, 100.0)
    bf16, on_gpu = timed("c", 50.0, 1.0, 200.0, "bf16"), timed("d", 50.0, 1.0, None, "gpu")
    found = bounded([slow, quick, bf16, on_gpu])
    assert [row["share_of_bound"] for row in found] == [0.5, 0.25, 0.25, None]
    assert [row["bound_seconds"] for row in found] == [0.5, 0.5, 0.25, None]


def test_no_work_is_quicker_than_its_bound():
    """Products were taken in slow minutes: 60 and 70 GFLOP/s, while a work ran at 80."""
    found = bounded([timed("a", 80.0, 1.0, 60.0), timed("b", 40.0, 1.0, 70.0)])
    assert [row["share_of_bound"] for row in found] == [1.0, 0.5]


# A table that grows ----------------------------------------------------------------------------


def times(code: str = "a" * 64, rounds: int = 1) -> dict:
    """What an earlier call kept: the given code's machine, and no row yet."""
    machine = provenance.environment(torch.device("cpu"), "")
    return {
        "machine": machine | {"cores": os.cpu_count(), "code_sha256": code},
        "rounds": rounds,
        "rows": [],
    }


def test_work_that_is_kept_is_not_done_again(folder):
    (work,) = some(["A"], backbone=str(folder), num_layers=2)
    begun = times(provenance.code_sha256())
    begun["rows"] = [{"work_id": work.id, "contender": "ours", "seconds": 123.0}]
    said = []
    found = measure([work], 1, begun, say=said.append)
    assert found["rows"] == begun["rows"]
    assert said == [f"{work.name:<18} kept from an earlier call"]


def test_every_setting_and_the_data_decide_which_work_it_is(folder, tmp_path):
    usual = {"backbone": str(folder), "num_layers": 2}
    ids = {work.id for work in some(["A", "B", "E"], **usual)}
    changes = ({"rows": 11}, {"precisions": ["bf16"]}, {"threads": 2}, {"backbone": "minilm-l6"})
    ids |= {some(["A"], **(usual | change))[0].id for change in changes}
    assert len(ids) == 4 + len(changes)
    (work,) = some(["A"], **usual)
    assert work.id == some(["A"], **usual)[0].id


def test_a_missing_file_is_found_before_the_first_work_is_timed(folder):
    usual = {"backbone": str(folder), "num_layers": 2, "task_names": ["sst", "sts"]}
    said = []
    with pytest.raises(MtsError, match=r"gone\.csv"):
        measure(some(["A"], train_files={"sts": "gone.csv"}, **usual), 1, say=said.append)
    assert said == []


def test_another_training_file_is_read_when_it_is_named(folder):
    usual = {"backbone": str(folder), "num_layers": 2}
    (own,) = some(["A"], **usual)
    (other,) = some(["A"], train_files={"sst": "sentiment-dev.csv"}, **usual)
    assert data_slice(own).path.name == "sentiment-train.csv"
    assert data_slice(other).path.name == "sentiment-dev.csv"
    assert own.id != other.id


@pytest.mark.parametrize(
    "begun, message",
    [
        (times("b" * 64), "with another code_sha256"),
        (times(provenance.code_sha256(), rounds=3), "with another rounds .there 3, here 1"),
    ],
)
def test_times_that_were_taken_otherwise_never_stand_in_one_table(begun, message):
    with pytest.raises(MtsError, match=message):
        measure([], 1, begun)


@pytest.mark.parametrize(
    "text, message",
    [('{"rows": [', "was it cut short"), ("[]", "was not written by"), ("{}", "machine, rounds")],
)
def test_a_damaged_file_of_times_is_refused(tmp_path, text, message):
    path = tmp_path / "bench.json"
    path.write_text(text)
    with pytest.raises(MtsError, match=message):
        read(path)
