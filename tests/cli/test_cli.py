"""The command line: the whole way through, asked, recorded, on whose data."""

from __future__ import annotations

import re
import shutil

import pytest

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from cli.conftest import QUICK, given

from mtslib.cli.main import main
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


def test_what_changed_inside_is_measured_and_no_run_recorded(place, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert main(["record", "--inside", str(place / "sst"), "--data", str(place)]) == 0
    assert "measured layer by layer; 1 run in inside.csv" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["inside.csv"]


def test_nothing_to_record_is_an_error(bad):
    for asked in (["record"], ["record", "--inside", "--publish"]):
        bad(asked, "nothing to record: name checkpoint folders, or say --publish")


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
