"""Arguments at their edges: dashes, blanks, numbers, folders in the place of files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from cli.conftest import QUICK, given, in_a_process

from mtslib.base.paths import ROOT
from mtslib.cli.main import main


@pytest.mark.parametrize("text", ["-5 degrees", "-5", "-x", "--", "--no-cache", "-", "- no"])
def test_a_text_may_begin_with_a_dash(place, capsys, text):
    assert main(["predict", str(place / "m"), "--sentence", text]) == 0
    assert capsys.readouterr().out.startswith(f"{text}\n  sst: ")
    assert main(["predict", str(place / "m"), f"--sentence={text}", "--sentence", text]) == 0
    assert capsys.readouterr().out.count(f"{text}\n  sst: ") == 2
    assert main(["predict", str(place / "m"), "--pair", text, text, "--pair", "a", text]) == 0
    assert capsys.readouterr().out.count(f"{text}\n  quora: ") == 2


def test_an_option_in_the_place_of_a_text_is_no_text(bad, place):
    bad(["predict", place / "m", "--sentence", "--task", "sst"], r"--sentence: expected one arg")
    bad(["predict", place / "m", "--pair", "a", "--task", "quora"], r"--pair: expected 2 arguments")
    bad(["predict", place / "m", "--sentence"], r"written --NAME=VALUE")


def test_a_value_that_begins_with_a_dash_has_a_form_that_works(bad, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-old").mkdir()
    bad(["merge", "-old", "--out", "x"], r"the file -old is written \./-old")
    bad(["merge", "./-old", "--out", "x"], r"-old is not a checkpoint")
    bad(["finetune", "--task", "sst", "--out", "-x"], r"written --NAME=VALUE")
    bad(["finetune", "--task", "a", "--out=-x", "--learning-rate=-1e-3"], r"unknown task 'a'")


BLANK = ["", " ", "\u200b", "\ufeff\u2060", "\u00a0\u3164", "\x07"]


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_a_text_that_nobody_can_see_is_refused_before_a_model_is_opened(bad, tmp_path, text):
    gone = tmp_path / "gone"
    bad(["predict", gone, "--sentence", "a", "--sentence", text], r"input 2 of 2 has no text: read")
    bad(["predict", gone, "--pair", "a", text], r"input 1 of 1 has no text in its second part")
    bad(["predict", gone, "--pair", text, "a"], r"input 1 of 1 has no text in its first part")
    path = tmp_path / "asked.txt"
    path.write_text(f"good\na\t{text}\n", encoding="utf-8")
    bad(["predict", gone, "--file", path], r"asked\.txt, line 2 has no text in its second part")
    path.write_text(f"good\n{text}\nbad\n", encoding="utf-8")
    bad(["predict", gone, "--file", path], r"asked\.txt, line 2 is empty")


@pytest.mark.parametrize(
    "raw, message",
    [
        (b"%PDF-1.7\nstream\n", "is a PDF; expected UTF-8 text"),
        (b"PK\x03\x04\x14\n", "is a zip archive or a spreadsheet"),
        ("good\n".encode("utf-16"), "begins with the mark of UTF-16"),
        ("good\n".encode("utf-16-le"), r"line 1: byte 1 is NUL"),
    ],
)
def test_a_file_that_is_no_text_is_not_answered(bad, tmp_path, raw, message):
    path = tmp_path / "asked.txt"
    path.write_bytes(raw)
    bad(["predict", tmp_path / "gone", "--file", path], message)


def test_a_folder_that_is_gone_is_said_before_a_library_dies_of_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(["cache", "status"]) == 2
    assert capsys.readouterr().err.startswith("error: the current folder is gone")


def test_a_whole_library_on_one_line_is_refused(bad, tmp_path):
    path = tmp_path / "asked.txt"
    path.write_text("good\n" + "word " * 400_000 + "\n", encoding="utf-8")
    message = r"asked\.txt, line 2 has 2,000,000 characters, .* is it a text"
    bad(["predict", tmp_path / "gone", "--file", path], message)


def test_a_folder_that_no_card_could_name_is_refused(bad, monkeypatch):
    monkeypatch.setitem(os.environ, "MTS_DATA", "caf\udce9")
    bad(["finetune", "--task", "sst", "--out", "x"], r"MTS_DATA, 'caf\\udce9', holds bytes")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["lab", "--port", "0"], r"--port is 0; expected 1 to 65535"),
        (["lab", "--port", "99999"], r"--port is 99999"),
        (["sweep", "--out", "x", "--jobs", "0"], r"--jobs is 0; expected 1 or more"),
        (["sweep", "--out", "x", "--seeds", "0-999999999", "--dry-run"], r"spans more than 1000"),
        (["sweep", "--out", "x", "--seeds", "9" * 5000, "--dry-run"], r"seed '9+' spans"),
        (["bench", "--rounds", "0"], r"--rounds is 0; expected 1 or more"),
        (["bench", "--rows", "-3"], r"--rows is -3; expected 1 or more"),
        (["bench", "serve", "--seconds", "nan"], r"--seconds is nan; expected more than 0"),
        (["plan", "--budget", "layers=nan"], r"'layers=nan' is out of range"),
        (["plan", "--budget", "layers=-1"], r"'layers=-1' is out of range"),
        (["bench", "--threads", "-1"], r"--threads is -1; expected 0 or more"),
        (["instructor", "grade", "x", "--out", "y", "--seconds", "nan"], r"--seconds nan"),
        (["instructor", "grade", "x", "--out", "y", "--seconds", "inf"], r"--seconds inf"),
        (["instructor", "grade", "x", "--out", "y", "--memory", "-1"], r"--memory -1"),
        (["finetune", "--task", "sst", "--out", "x", "--seed", "9" * 30], r"seed 9+ is out of"),
        (["finetune", "--task", "sst", "--out", "x", "--learning-rate", "inf"], r"rate inf is out"),
        (["finetune", "--task", "sst", "--out", "x", "--batch-size", "9" * 5000], r"invalid int"),
    ],
)
def test_a_number_that_cannot_be_is_refused(bad, arguments, message):
    bad(arguments, message)


def test_a_file_in_the_place_of_a_folder_is_refused(bad, place, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    tiny = given(place)
    bad(["merge", file, "--out", tmp_path / "x"], r"notes\.txt is not a checkpoint")
    bad(["merge", place / "m", "--out", file / "x"], r"cannot be made, because .* is a file")
    bad(["predict", file, "--sentence", "a"], r"is neither a merged model nor")
    bad(["data", "status", "--data", file], r"notes\.txt' is|notes\.txt.*expected a folder")
    bad(["work", "status", "--work", file], r"is not a folder")
    bad(["sweep", "--out", file, "--dry-run", *tiny], r"cannot be made, because .* is a file")
    results = ["--results", file / "x"]
    bad(["sweep", "--out", tmp_path / "o", *results, "--dry-run", *tiny], r"because .* is a file")
    bad(["record", file], r"is not a checkpoint")
    bad(["instructor", "notes", "03", "--out", file / "x"], r"cannot be made, because")
    bad(["instructor", "notes", "03", "--out", tmp_path], r"is a folder; expected the name of")
    bad(["bench", "--out", tmp_path], r"is a folder; expected the name of a file")
    bad(
        ["finetune", "--task", "sst", "--out", tmp_path / "y", "--data", file], r"expected a folder"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["learn", "proof", "00b"],
        ["workbook", "--only", "00b"],
        ["workbook", "--only", "00b", "--in-place"],
        ["bench", "--rounds", "1"],
        ["sweep", "--tasks", "sst", "--depths", "1", "--out", "OUT"],
        ["merge", "gone", "--out", ROOT / "runs"],
        ["finetune", "--task", "sst", "--out", ROOT / "runs" / "sst"],
        ["data", "fetch", "--out", ROOT / "runs"],
        ["instructor", "notes", "03", "--out", ROOT / "notes.md"],
        ["instructor", "grade", ROOT, "--out", ROOT / "grades.csv"],
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:3])).replace(str(ROOT), "."),
)
def test_a_checkout_that_is_read_only_is_said_before_any_work(
    bad, place, tmp_path, monkeypatch, arguments
):
    """The system says so of every folder of the checkout; nothing is tried in spite of it."""
    allowed = os.access
    monkeypatch.setattr(
        os,
        "access",
        lambda path, mode, **options: (
            not (mode & os.W_OK and Path(path).is_relative_to(ROOT)) and allowed(path, mode)
        ),
    )
    arguments = [tmp_path / "out" if text == "OUT" else text for text in arguments]
    tiny = given(place) if arguments[0] == "sweep" else []
    bad([*arguments, *tiny], r"cannot be made, because .* cannot be written to; choose another")


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
def test_a_device_or_a_pipe_is_not_replaced_by_a_file(bad, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    message = r"pipe is a device or a pipe; expected the name of a file"
    bad(["instructor", "notes", "03", "--out", tmp_path / "pipe"], message)
    bad(["instructor", "grade", tmp_path, "--out", tmp_path / "pipe"], message)
    bad(["bench", "--out", tmp_path / "pipe"], message)
    assert (tmp_path / "pipe").is_fifo()


def test_a_home_is_found_in_every_path(place, tmp_path, monkeypatch):
    """No shell expands `--out=~/runs`; a folder named `~` would be a trap for who removes it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["merge", str(place / "sst"), "--out=~/merged"]) == 0
    assert (tmp_path / "merged" / "certificate.json").is_file()
    assert main(["predict", "~/merged", "--sentence", "good"]) == 0


def test_a_name_with_a_line_end_is_a_name(place, tmp_path):
    out = tmp_path / "two\nlines"
    assert main(["merge", str(place / "sst"), "--out", str(out)]) == 0
    assert main(["predict", str(out), "--sentence", "good"]) == 0


def test_another_dev_file_is_scored_and_recorded(place, tmp_path, capsys):
    lines = (place / "data" / "ids-sst-dev.csv").read_text(encoding="utf-8").splitlines()
    part = tmp_path / "part.csv"
    part.write_text("\n".join(lines[:21]) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    finetune = ["finetune", "--task", "sst", "--freeze-depth", "1", "--out", str(out), *QUICK]
    assert main([*finetune, *given(place), "--dev-file", str(part)]) == 0
    assert "n = 20" in capsys.readouterr().out
    evaluate = ["evaluate", str(place / "m"), "--data", str(place / "data")]
    assert main([*evaluate, "--task", "sst", "--dev-file", str(part)]) == 0
    assert "n = 20" in capsys.readouterr().out
    assert main([*evaluate, "--dev-file", str(part)]) == 2
    sweep = ["sweep", "--tasks", "sst", "--depths", "1", "--out", str(tmp_path / "s"), "--dry-run"]
    assert main([*sweep, *given(place), "--dev-file", f"sst={part}"]) == 0
    assert main([*sweep, *given(place), "--dev-file", str(part)]) == 2
    assert "--dev-file" in capsys.readouterr().err


def test_a_real_process_takes_what_a_shell_gives(place):
    process = in_a_process("predict", place / "m", "--sentence", "-5 degrees", "--sentence", "a\nb")
    out, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert out.startswith("-5 degrees\n  sst: ")


@pytest.mark.parametrize(
    "text",
    ['{"text": "good"}', '[\n "good",\n "bad"\n]\n', '{"text": "good"}\n{"text": "bad"}\n', "[]"],
)
def test_json_is_not_answered_brace_by_brace(place, tmp_path, bad, text):
    path = tmp_path / "asked.txt"
    path.write_text(text, encoding="utf-8")
    bad(["predict", place / "sst", "--file", path], "holds JSON; expected a sentence per line")
