"""A folder is a backbone, whoever wrote it: read, and the same model comes out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch
import transformers
from backbones.conftest import (
    VOCABULARY,
    in_shards,
    rewrite,
    save_tokenizer,
    transformers_5,
)
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules

from mtslib import backbones
from mtslib.base.files import sha256_file
from mtslib.minbert import BertConfig

# A folder --------------------------------------------------------------------------------------


def test_a_folder_is_a_backbone(whole):
    backbone = backbones.load(whole)
    raw = (whole / "model.safetensors").read_bytes()
    assert backbone.sha256 == sha256_file(whole / "model.safetensors")
    assert backbone.name == f"tiny-{backbone.sha256[:8]}"
    assert backbone.num_layers == 2
    assert backbone.config == BertConfig(len(VOCABULARY), 32, 2, 2, 64, 48)
    assert list(backbone.vocabulary) == list(VOCABULARY)
    assert sum(t.numel() * 4 for t in backbone.tensors.values()) < len(raw)
    assert not backbone.model().training
    assert backbones.load(str(whole)) is backbone, "read once per process"


def test_two_models_of_one_backbone_share_no_memory(whole):
    backbone = backbones.load(whole)
    first, second = backbone.model(), backbone.model()
    with torch.no_grad():
        for tensor in first.parameters():
            tensor.fill_(7)
    for name, tensor in second.state_dict().items():
        assert torch.equal(tensor, backbone.tensors[name])
        assert not (tensor == 7).any()


def test_a_changed_file_is_read_again(folder):
    first = backbones.load(folder)
    rewrite(folder, lambda tensors: tensors["pooler.dense.bias"].add_(1))
    os.utime(folder / "model.safetensors", ns=(1, 1))  # another time, whatever the clock's steps
    second = backbones.load(folder)
    assert second.sha256 != first.sha256
    assert torch.equal(second.tensors["pooler.dense.bias"], first.tensors["pooler.dense.bias"] + 1)


def test_the_oldest_names_of_tensors_are_understood(folder):
    """gamma and beta, the prefix bert., the pretraining heads and the constant position_ids."""
    expected = backbones.load(folder).tensors

    def age(tensors):
        for name in list(tensors):
            old = name.replace("LayerNorm.weight", "LayerNorm.gamma")
            tensors[f"bert.{old.replace('LayerNorm.bias', 'LayerNorm.beta')}"] = tensors.pop(name)
        tensors["bert.embeddings.position_ids"] = torch.arange(48)[None]
        tensors["cls.predictions.bias"] = torch.zeros(40)
        tensors["cls.seq_relationship.weight"] = torch.zeros(2, 32)

    rewrite(folder, age)
    os.utime(folder / "model.safetensors", ns=(1, 1))
    seen = backbones.load(folder).tensors
    assert seen.keys() == expected.keys()
    assert all(torch.equal(seen[name], expected[name]) for name in expected)


def test_half_precision_weights_are_computed_with_in_fp32(folder):
    def halve(tensors):
        for name in tensors:
            tensors[name] = tensors[name].half()

    rewrite(folder, halve)
    assert {t.dtype for t in backbones.load(folder).tensors.values()} == {torch.float32}


# Other writers ---------------------------------------------------------------------------------
#
# Each folder is written here by the library itself, from the tensors of `whole`.


def in_half_precision(whole: Path, folder: Path) -> None:
    transformers.BertModel.from_pretrained(whole, dtype=torch.bfloat16).save_pretrained(folder)
    save_tokenizer(folder)


def a_classifier(whole: Path, folder: Path) -> None:
    model = transformers.BertForSequenceClassification.from_pretrained(whole, num_labels=3)
    model.save_pretrained(folder)
    save_tokenizer(folder)


def a_masked_language_model(whole: Path, folder: Path) -> None:
    transformers.BertForMaskedLM.from_pretrained(whole).save_pretrained(folder)
    save_tokenizer(folder)


def sentence_transformer(whole: Path, folder: Path) -> None:
    transformers_5(whole, folder.with_name("inner"))
    encoder = modules.Transformer(str(folder.with_name("inner")))
    parts = [encoder, modules.Pooling(32)]
    SentenceTransformer(modules=parts).save(str(folder))
    assert (folder / "1_Pooling").is_dir()


def old_sentence_transformer(whole: Path, folder: Path) -> None:
    """As it was saved for years: the encoder in a folder of its own."""
    transformers_5(whole, folder / "0_Transformer")
    (folder / "config.json").write_text('{"__version__": "0.2.6"}', encoding="utf-8")
    (folder / "modules.json").write_text("[]", encoding="utf-8")


def another_prefix(whole: Path, folder: Path) -> None:
    """The state of a larger model that somebody saved by hand."""
    transformers_5(whole, folder)
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    tensors = {f"module.0.auto_model.{name}": tensor for name, tensor in tensors.items()}
    tensors["module.2.linear.weight"] = torch.zeros(3, 32)
    safetensors.torch.save_file(tensors, folder / "model.safetensors")


def with_windows_line_ends(whole: Path, folder: Path) -> None:
    shutil.copytree(whole, folder)
    for name in ("vocab.txt", "config.json"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text("\ufeff" + text, encoding="utf-8", newline="\r\n")


WRITERS = (
    transformers_5,
    in_shards,
    in_half_precision,
    a_classifier,
    a_masked_language_model,
    sentence_transformer,
    old_sentence_transformer,
    another_prefix,
    with_windows_line_ends,
)


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_the_same_model_comes_from_every_writer(whole, tmp_path, write, capsys):
    folder = tmp_path / "saved"
    write(whole, folder)
    expected, seen = backbones.load(whole), backbones.load(folder)
    assert seen.config == expected.config
    assert list(seen.vocabulary.items()) == list(expected.vocabulary.items())
    assert seen.tensors.keys() == expected.tensors.keys()
    lost = write is a_masked_language_model  # it has no pooler
    rough = 0.01 if write is in_half_precision else 0
    for name, tensor in expected.tensors.items():
        if not (lost and name.startswith("pooler.")):
            assert (seen.tensors[name] - tensor).abs().max() <= rough
    assert ("has no pooler: with pooling `pooler`" in capsys.readouterr().err) == lost
    assert seen.tokenizer().tokenize("Word3, word4") == ["word3", "[UNK]", "word4"]
    ids = torch.tensor([[2, 5, 6, 3]])
    assert seen.model()(ids, torch.ones_like(ids), torch.zeros_like(ids)).pooler_output.shape == (
        1,
        32,
    )


def test_a_pooler_that_was_not_kept_is_the_same_each_time(whole, tmp_path):
    a_masked_language_model(whole, tmp_path / "one")
    a_masked_language_model(whole, tmp_path / "two")
    one, two = (backbones.load(tmp_path / name).tensors for name in ("one", "two"))
    assert torch.equal(one["pooler.dense.weight"], two["pooler.dense.weight"])
    assert one["pooler.dense.weight"].std() == pytest.approx(0.02, rel=0.1)


def test_weights_in_double_precision_and_constant_token_types_are_understood(folder):
    before = backbones.load(folder).tensors

    def change(tensors):
        tensors |= {name: tensor.double() for name, tensor in tensors.items()}
        tensors["embeddings.token_type_ids"] = torch.zeros(1, 512, dtype=torch.int64)

    rewrite(folder, change)
    after = backbones.load(folder).tensors
    assert all(torch.equal(after[name], before[name]) for name in before)


def test_a_folder_of_the_hugging_face_cache_is_a_backbone(whole, tmp_path):
    (tmp_path / "refs").mkdir()
    (tmp_path / "refs" / "main").write_text("0123abcd\n")
    shutil.copytree(whole, tmp_path / "snapshots" / "0123abcd")
    assert backbones.load(tmp_path).sha256 == backbones.load(whole).sha256
