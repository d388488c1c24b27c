"""A folder that is damaged, or of something else, is refused in one line."""

from __future__ import annotations

import json
import pickle
import random
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch
from backbones.conftest import (
    in_shards,
    reconfigure,
    refused,
    rewrite,
    transformers_5,
)

from mtslib import backbones
from mtslib.backbones import FILES
from mtslib.base.errors import BackboneError

# Damaged or wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    refused(folder, f"lacks {name}.*stopped halfway")


@pytest.mark.parametrize("seed", range(5))
def test_a_half_downloaded_file_is_refused(folder, seed):
    path = folder / "model.safetensors"
    raw = path.read_bytes()
    sizes = {0: 0, 1: 1, 2: 7, 3: len(raw) - 1}
    path.write_bytes(raw[: sizes.get(seed, random.Random(seed).randrange(8, len(raw)))])
    refused(folder, r"model\.safetensors .*is not a whole safetensors file.*fetch it again")


@pytest.mark.parametrize("name", ["config.json", "vocab.txt"])
def test_the_small_files_may_be_cut_too(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes()[: 10 if name == "vocab.txt" else 100])
    refused(folder, {"config.json": "is not JSON", "vocab.txt": r"lacks .*\[SEP\]"}[name])


@pytest.mark.parametrize("names", [["pytorch_model.bin"], ["weights.pt"], ["a.pth", "b.pth"]])
def test_where_only_pickles_are_a_line_converts_them(folder, names):
    """The line that the refusal ends with is run in the folder, and its result is the model."""
    expected = backbones.load(folder).tensors
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    tensors["cls.predictions.decoder.weight"] = tensors["embeddings.word_embeddings.weight"]
    (folder / "model.safetensors").unlink()
    for number, name in enumerate(names):
        share = [key for place, key in enumerate(tensors) if place % len(names) == number]
        torch.save({key: tensors[key] for key in share}, folder / name)
    torch.save({"lr": 1}, folder / "training_args.bin") if names[0].startswith("py") else None
    with pytest.raises(BackboneError, match=rf"{names[0]}, a pickle.*never loaded") as seen:
        backbones.load(folder)
    line = str(seen.value).rpartition("convert it there with: ")[2]
    line = line.replace("python", sys.executable, 1)
    subprocess.run(line, shell=True, cwd=folder, check=True)
    assert all(torch.equal(backbones.load(folder).tensors[n], t) for n, t in expected.items())


ACTS = ("relu", "gelu_new", "gelu_pytorch_tanh", "quick_gelu", "silu")


class Bomb:
    """Unpickling it writes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("kind", ["torch", "old torch", *range(pickle.HIGHEST_PROTOCOL + 1)])
def test_a_pickle_by_another_name_is_never_loaded(folder, kind, tmp_path):
    path, bomb = folder / "model.safetensors", Bomb(tmp_path / "exploded")
    if kind in ("torch", "old torch"):
        torch.save({"x": bomb}, path, _use_new_zipfile_serialization=kind == "torch")
    else:
        path.write_bytes(pickle.dumps(bomb, protocol=kind))
    refused(folder, "is a pickle by its first bytes|is not a whole safetensors file")
    assert not bomb.path.exists()
    if kind not in (0, 1):  # the two oldest protocols have no mark of their own
        refused(folder, "is a pickle")


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model_type": "distilbert"}, "model_type = 'distilbert'"),
        ({"model_type": None, "architectures": ["RobertaModel"]}, "model_type = 'RobertaModel'"),
        *(({"hidden_act": act}, f"hidden_act = '{act}', minBERT computes 'gelu'") for act in ACTS),
        ({"position_embedding_type": "alibi"}, "position_embedding_type = 'alibi'"),
        ({"pruned_heads": {"0": [1]}}, "pruned_heads = "),
        ({"num_attention_heads": 3}, "hidden_size 32 is not a multiple of num_heads 3"),
        ({"num_attention_heads": 64}, "hidden_size 32 is not a multiple of num_heads 64"),
        ({"max_position_embeddings": 40}, r"position\.weight has shape \(48, 32\).* \(40, 32\)"),
        ({"type_vocab_size": 1}, r"token_type\.weight has shape \(2, 32\).* \(1, 32\)"),
        ({"is_decoder": True}, "is_decoder = True"),
        ({"num_hidden_layers": 3}, r"layers\.2\..* has shape None, config\.json asks for"),
        ({"num_hidden_layers": 1}, r"16 tensors that no BERT has, the first layers\.1\."),
        ({"intermediate_size": 65}, r"has shape \(64, 32\), config\.json asks for \(65, 32\)"),
        ({"vocab_size": 39}, r"has shape \(40, 32\), config\.json asks for \(39, 32\)"),
    ],
)
def test_a_configuration_of_another_model_is_refused(folder, change, message):
    reconfigure(folder, **change)
    refused(folder, message)


@pytest.mark.parametrize(
    "key, value, message",
    [
        ("num_hidden_layers", 10**9, "expected a whole number from 1 to 256"),
        ("layer_norm_eps", "1e-12", "layer_norm_eps is '1e-12'; expected a number from 0 to 1"),
        ("hidden_dropout_prob", None, "encoder_dropout is None; expected a number"),
        ("pad_token_id", 3, r"\[PAD\] is token 0, config.json says 3"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused_at_once(folder, key, value, message):
    reconfigure(folder, **{key: value})
    refused(folder, message)


QUERY = "encoder.layer.1.attention.self.query.weight"


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: t.to(torch.int8), "holds int8; .* are the weights quantized"),
        (lambda t: t.to(torch.float8_e4m3fn), "holds float8_e4m3fn; expected"),
        (lambda t: t.to(torch.complex64), "holds complex64; expected"),
        (lambda t: t * float("nan"), "holds NaN or infinity"),
        (lambda t: t / 0, "holds NaN or infinity"),
    ],
)
def test_weights_that_are_no_numbers_to_compute_with_are_refused(folder, change, message):
    rewrite(folder, lambda t: t.update({QUERY: change(t[QUERY])}))
    refused(folder, rf"tensor layers\.1\.attention\.query\.weight {message}")


def test_weights_by_another_name_are_named(folder):
    (folder / "model.safetensors").rename(folder / "adapter_model.safetensors")
    refused(folder, "lacks model.safetensors.*it holds adapter_model.safetensors: is that an ada")


def test_weights_of_another_architecture_are_refused(folder):
    rewrite(folder, lambda t: t.update({"encoder.rel_embeddings.weight": torch.zeros(2, 2)}))
    refused(folder, "1 tensors that no BERT has, the first encoder.rel_embeddings.weight")


def test_a_tensor_that_is_missing_is_named(folder):
    rewrite(folder, lambda t: t.pop("encoder.layer.1.attention.self.key.bias"))
    refused(folder, r"tensor layers\.1\.attention\.key\.bias has shape None")


def test_a_vocabulary_of_another_model_is_refused(folder):
    with (folder / "vocab.txt").open("a", encoding="utf-8") as stream:
        stream.write("one\ntoo\nmany\n")
    refused(folder, r"the vocabulary in .* has 43 tokens, config\.json says 40")


def test_a_config_that_holds_a_list_is_refused(folder):
    (folder / "config.json").write_text("[]")
    refused(folder, "holds a list, expected a JSON object")


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    refused("bert-large", "no backbone 'bert-large': neither a known name .*minilm-l6.* nor a")
    refused(tmp_path / "nowhere", "no backbone .*nowhere")


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda j: j["model"].update(type="BPE"), r"model\.type = 'BPE', minBERT's .* 'WordPiece'"),
        (lambda j: j["normalizer"].update(clean_text=False), r"normalizer\.clean_text = False"),
        (lambda j: j.update(normalizer=None), r"normalizer\.type = None"),
        (lambda j: j.update(pre_tokenizer={"type": "Metaspace"}), r"= 'Metaspace'"),
        (lambda j: j["model"]["vocab"].update(word7=99), r"not 0, 1, 2, … without a gap"),
        (lambda j: j["model"].update(vocab=[["a", 0.1]]), "holds no vocabulary"),
        (lambda j: j["model"]["vocab"].pop("[SEP]") and j.update(added_tokens=[]), "gap|lacks"),
    ],
)
def test_a_tokenizer_of_another_kind_is_refused_by_what_it_does(whole, tmp_path, change, message):
    transformers_5(whole, tmp_path / "saved")
    path = tmp_path / "saved" / "tokenizer.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    change(written)
    path.write_text(json.dumps(written), encoding="utf-8")
    refused(tmp_path / "saved", message)


def test_a_missing_shard_and_a_damaged_index_are_named(whole, tmp_path):
    folder = tmp_path / "saved"
    in_shards(whole, folder)
    shard = sorted(folder.glob("model-*.safetensors"))[1]
    raw = shard.read_bytes()
    shard.unlink()
    refused(folder, rf"names \d+ shards, of which {shard.name} cannot be found")
    shard.write_bytes(raw[:-1])
    refused(folder, rf"{shard.name} .*is not a whole safetensors file")
    for text in ("{", "[]", "{}", '{"weight_map": {"a": "../../x"}}', '{"weight_map": {}}'):
        (folder / "model.safetensors.index.json").write_text(text)
        refused(folder, r"is not an index of shards|cannot be found beside it")


OTHERS = ("roberta", "xlm-roberta", "mpnet", "modernbert", "distilbert", "albert", "electra")


@pytest.mark.parametrize("kind", OTHERS)
def test_another_architecture_is_named_whatever_else_is_wrong(folder, kind):
    """Its weights and tokenizer do not fit either, but that is a consequence."""
    message = rf"config\.json has model_type = '{kind}', minBERT computes 'bert'"
    reconfigure(folder, model_type=kind)
    refused(folder, message)
    (folder / "tokenizer.json").write_text('{"model": {"type": "BPE"}}')
    (folder / "vocab.txt").unlink()
    refused(folder, message)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    refused(folder, message)
    (folder / "pytorch_model.bin").unlink()
    refused(folder, message)


def test_two_encoders_in_one_file_are_refused(whole, tmp_path):
    transformers_5(whole, tmp_path / "two")

    def double(tensors):
        tensors |= {f"b.{name}": tensor.clone() for name, tensor in list(tensors.items())}

    rewrite(tmp_path / "two", double)
    refused(tmp_path / "two", "the weights hold 2 encoders")


def test_a_file_in_place_of_its_folder_is_told(whole):
    refused(whole / "model.safetensors", rf"nor a folder; name its folder, .*{whole.name}")
