"""A backbone of one's own, from a folder to answers, by the command line."""

from __future__ import annotations

import json
import shutil
import string
from pathlib import Path

import pytest
import safetensors.torch
from cli.conftest import QUICK, _no_real_data, _one_thread, bad  # noqa: F401
from finetune.conftest import write_backbone, write_task

from mtslib import backbones
from mtslib.cli.main import main
from mtslib.serving import open_model

CASED = ["Aa", "Bb", "The", "the", "film", "Film", "was", "good", "bad", "great", "awful", "plain"]


def as_pretrained(folder: Path) -> None:
    """In shards, under a prefix, without a pooler, by the oldest names."""
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    kept = {f"bert.{name}": tensor for name, tensor in tensors.items() if "pooler" not in name}
    kept = {name.replace("LayerNorm.weight", "LayerNorm.gamma"): kept[name] for name in kept}
    names, index = sorted(kept), {}
    for number, part in enumerate((names[::2], names[1::2]), start=1):
        file = f"model-0000{number}-of-00002.safetensors"
        safetensors.torch.save_file({name: kept[name] for name in part}, folder / file)
        index |= dict.fromkeys(part, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}))


@pytest.fixture
def place(tmp_path) -> Path:
    """A cased backbone with a token of its own, and data."""
    write_backbone(tmp_path / "mine", seed=0)
    as_pretrained(tmp_path / "mine")
    words = (tmp_path / "mine" / "vocab.txt").read_text().splitlines()
    capitals = list(string.ascii_uppercase)
    words[-len(capitals) - 1 :] = [*capitals, "COVID"]  # in the place of a few pieces
    (tmp_path / "mine" / "vocab.txt").write_text("\n".join(words[:-1]) + "\n")
    (tmp_path / "mine" / "added_tokens.json").write_text(json.dumps({"COVID": len(words) - 1}))
    (tmp_path / "data").mkdir()
    for task in ("sst", "quora"):
        write_task(tmp_path / "data", task, "train", 20, seed=1)
        write_task(tmp_path / "data", task, "dev", 20, seed=2)
    return tmp_path


def run(*arguments: object) -> None:
    assert main([str(argument) for argument in arguments]) == 0


def finetune(place: Path, task: str, depth: str = "2") -> Path:
    given = ("--backbone", place / "mine", "--data", place / "data", "--out", place / task, *QUICK)
    run("finetune", "--task", task, "--freeze-depth", depth, *given)
    return place / task


def answers(capsys, *arguments: object) -> str:
    capsys.readouterr()
    run("predict", *arguments, "--sentence", "COVID was Great", "--sentence", "covid was great")
    return capsys.readouterr().out


def test_a_cased_folder_is_trained_merged_asked_and_moved(place, capsys, bad):  # noqa: F811
    one, two = finetune(place, "sst"), finetune(place, "quora")
    said = answers(capsys, one)
    run("merge", one, two, "--out", place / "merged")
    shutil.move(place / "mine", place / "elsewhere")
    # Merged, it needs no folder: trunk, vocabulary and what is done to a text are its own.
    assert answers(capsys, place / "merged", "--task", "sst") == said
    tokenizer = open_model(place / "merged").tokenizer
    assert tokenizer.tokenize("COVIDs Aa") == ["COVID", "s", "A", "##a"]
    assert tokenizer.tokenize("covid") != tokenizer.tokenize("COVID")
    # A checkpoint knows its backbone by hash, wherever that lies now.
    bad(["predict", one, "--sentence", "x"], r"the backbone in .*mine, which is gone.*--backbone")
    assert answers(capsys, one, "--backbone", place / "elsewhere") == said
    run("merge", one, two, "--out", place / "again", "--backbone", place / "elsewhere")
    run("evaluate", one, "--data", place / "data", "--backbone", place / "elsewhere")
    without = ("--without", "quora", "--out", place / "less", "--backbone", place / "elsewhere")
    run("merge", place / "merged", *without)
    assert answers(capsys, place / "less") == said
    merged = ["predict", place / "merged", "--sentence", "x", "--backbone", place / "elsewhere"]
    bad(merged, "is merged and holds its own trunk; leave out --backbone")
    # Another folder of the same weights that cuts texts otherwise is another backbone.
    (place / "elsewhere" / "tokenizer_config.json").write_text('{"do_lower_case": true}')
    other = ["predict", one, "--sentence", "x", "--backbone", place / "elsewhere"]
    bad(other, "with another vocabulary, tokenizer or configuration than .*elsewhere has now")
    bad([*other[:-1], backbones.load().folder], "this one is minilm-l6 .*say where the other lies")


def test_a_folder_of_known_weights_may_go(place, capsys, tmp_path):
    """Its weights name it: the same ones are found where that name leads."""
    copy = shutil.copytree(backbones.load().folder, tmp_path / "copy")
    given = ("--backbone", copy, "--data", place / "data", "--max-length", "8", *QUICK)
    run("finetune", "--task", "sst", "--freeze-depth", "6", *given, "--out", tmp_path / "run")
    said = answers(capsys, tmp_path / "run")
    shutil.rmtree(copy)
    assert answers(capsys, tmp_path / "run") == said


def test_few_positions_and_one_token_type_are_enough_for_sentences(place, capsys, bad):  # noqa: F811
    def change(tensors):
        for name in ("position", "token_type"):
            key = f"bert.embeddings.{name}_embeddings.weight"
            if key in tensors:
                tensors[key] = tensors[key][: 16 if name == "position" else 1].clone()

    for file in (place / "mine").glob("*.safetensors"):
        tensors = safetensors.torch.load_file(file)
        change(tensors)
        safetensors.torch.save_file(tensors, file)
    config = json.loads((place / "mine" / "config.json").read_text())
    config |= {"max_position_embeddings": 16, "type_vocab_size": 1}
    (place / "mine" / "config.json").write_text(json.dumps(config))
    given = ["--backbone", place / "mine", "--data", place / "data", "--freeze-depth", "2", *QUICK]
    one = ["finetune", "--task", "sst", *given, "--out", place / "sst"]
    bad(one, "is more than the 16 positions of mine-.*; say --max-length 16")
    run(*one, "--max-length", "16")
    run("merge", place / "sst", "--out", place / "merged")
    assert answers(capsys, place / "merged") == answers(capsys, place / "sst")
    pair = ["finetune", "--task", "quora", *given, "--max-length", "16", "--out", place / "quora"]
    bad(pair, "this backbone has 1 token type .* a pair needs 2; take an objective that encodes")
