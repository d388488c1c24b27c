"""Task files that are refused, and with which words."""

from __future__ import annotations

import csv
import random
import re

import pytest
from data.conftest import PAIR, SCORED, SENTIMENT, texts

from mtslib.base.errors import DataError
from mtslib.data import tasks

GOOD = "0\ta\tone\t1\n"
REFUSED = {
    "empty": ("", "is empty; expected a header line and rows"),
    "only line ends": ("\n\r\n", "is empty"),
    "header only": (SENTIMENT, "has a header and no rows"),
    "no header": (
        GOOD * 2,
        r"line 1: no column 'sentence' \(has the file no header\?.*; read '0', 'a'",
    ),
    "no text column": ("\tid\ttext\tsentiment\n" + GOOD, "line 1: no column 'sentence'; read"),
    "no label column": ("\tid\tsentence\n0\ta\tone\n", "line 1: no column 'sentiment'"),
    "a web page": ("<!DOCTYPE html>\n<p>x</p>\n", "is a web page .*; expected UTF-8 text"),
    "a notebook": ('\ufeff{\n "cells": []}\n', r"is JSON \(a notebook\?\); expected UTF-8 text"),
    "a spreadsheet": (b"PK\x03\x04\x14\0", "is a zip archive or a spreadsheet; export its sheet"),
    "gzip": (b"\x1f\x8b\x08\0\0", "is compressed with gzip; unpack it first"),
    "a pointer": (
        "version https://git-lfs.github.com/spec/v1\n",
        "of Git LFS.*git lfs pull",
    ),
    "counted from 1": (SENTIMENT + "0\ta\tone\t5\n", r"0 to 4, .*counts its classes from 1, sub"),
    "Excel's first line": ("sep=\t\n" + SENTIMENT + GOOD, "line 1: .*`sep=` is Excel's own"),
    "capitals": ("Sentence\tSentiment\none\t1\n", "column 'Sentence' differs in capitals or whi"),
    "blank first": ("\n" + SENTIMENT + GOOD, "no column 'sentence'; read an empty line"),
    "bzip2": (b"BZh91AY&SY", "is compressed with bzip2; unpack it first"),
    "column twice": ("id\tsentence\tsentence\tsentiment\n", "column 'sentence' stands there twice"),
    "too few": (
        SENTIMENT + GOOD + "1\tb\ttwo\n",
        "line 3: read 3 fields; expected 4 .*'sentiment'",
    ),
    "too many": (
        SENTIMENT + "1\tb\ttwo\t1\tx\n",
        "line 2: read 5 .*'x' stands behind column 'sent",
    ),
    "empty line": (SENTIMENT + "\n" + GOOD, "line 2: read 0 fields.* the line is empty"),
    "word": (
        SENTIMENT + "0\ta\tone\tgood\n",
        "line 2, column 'sentiment': read 'good'; expected a w",
    ),
    "nan": (SENTIMENT + "0\ta\tone\tnan\n", "read 'nan'; expected a whole number from 0 to 4"),
    "infinite": (SENTIMENT + "0\ta\tone\tinf\n", "read 'inf'; expected a whole number"),
    "huge": (SENTIMENT + "0\ta\tone\t1e999\n", "read '1e999'; expected a whole number"),
    "underscore": (SENTIMENT + "0\ta\tone\t0_1\n", "read '0_1'"),
    "other digits": (SENTIMENT + "0\ta\tone\t\u0663\n", "read '\u0663'"),
    "between classes": (SENTIMENT + "0\ta\tone\t1.5\n", "read '1.5'; expected a whole number"),
    "above": (
        SENTIMENT + GOOD + "1\tb\ttwo\t5\n",
        "line 3, column 'sentiment': read '5'; .* 0 to 4",
    ),
    "below": (SENTIMENT + "0\ta\tone\t-1\n", "read '-1'"),
    "no label at all": (SENTIMENT + "0\ta\tone\t\n", "column 'sentiment' is blank in every row"),
    "id twice": (
        SENTIMENT + GOOD + "1\ta\ttwo\t2\n",
        "line 3, column 'id': read 'a'; .* line 2 has",
    ),
    "no id": (SENTIMENT + "0\t \tone\t1\n", "line 2, column 'id': read ''; expected an id"),
    "open quote": (
        SENTIMENT + '0\ta\t"say ""one"" now"\t1\n1\tb\t"two\t1\n',
        "line 3: .*quotation mark .* not closed",
    ),
    "NUL": (SENTIMENT + GOOD + "1\tb\ttw\0o\t1\n", "line 3: byte 39 is NUL"),
    "not UTF-8": ((SENTIMENT + GOOD).encode() + b"1\tb\tcaf\xe9\t1\n", "line 3: byte 40 is 0xe9"),
    "UTF-16": ((SENTIMENT + GOOD).encode("utf-16"), "begins with the mark of UTF-16"),
    "UTF-16 unmarked": ((SENTIMENT + GOOD).encode("utf-16-le"), "line 1: byte 1 is NUL"),
}


def message_of(read, *args):
    with pytest.raises(DataError) as caught:
        read(*args)
    message = str(caught.value)
    assert "\n" not in message
    assert "\r" not in message
    return message


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_its_line(read, tmp_path, case):
    content, expected = REFUSED[case]
    message = message_of(read, "sst", content)
    assert message.startswith(str(tmp_path / "ids-sst-train.csv"))
    assert re.search(expected, message), message


def test_scores_out_of_range_are_refused(read):
    for score in ("5.01", "-0.1", "2,5", "nan", "four"):
        message = message_of(read, "sts", SCORED + f"0\ta\tp\tq\t{score}\n")
        assert f"column 'similarity': read '{score}'; expected a number from 0 to 5" in message


def test_a_decimal_comma_is_told(read):
    with pytest.raises(DataError, match=r"read '3,5'; .* \(with a decimal point, not a comma\)"):
        read("sts", "sentence1\tsentence2\tsimilarity\none\ttwo\t3,5\n")


def test_a_class_of_another_task_is_refused(read):
    message = message_of(read, "cfimdb", SENTIMENT + GOOD + "1\tb\ttwo\t2\n")
    assert "line 3, column 'sentiment': read '2'; expected a whole number from 0 to 1" in message


def test_a_file_of_another_task_names_both_kinds_of_columns(read):
    message = message_of(read, "quora", SENTIMENT + GOOD)
    assert "no column 'sentence1'" in message
    assert "read '', 'id', 'sentence', 'sentiment'" in message
    assert "task quora expects 'sentence1', 'sentence2', 'is_duplicate'" in message


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_and_offsets_are_those_of_the_file(read, mark, end):
    head = mark + SENTIMENT.encode().replace(b"\n", end) + b"0\ta\tone\t1" + end
    message = message_of(read, "sst", head + b"1\tb\t\xff\t1" + end)
    assert f"line 3: byte {len(head) + 4} is 0xff" in message


def test_lines_are_counted_through_quoted_line_ends(read):
    rows = '0\ta\t"one\n\ntwo"\t1\n1\tb\tthree\t9\n'
    assert "line 5, column 'sentiment': read '9'" in message_of(read, "sst", SENTIMENT + rows)


def test_an_open_quotation_mark_never_swallows_rows(read):
    """The next one would close it, and the number of fields happens to fit."""
    swallowing = '0\ta\t"one\t1\n1\tb\ttwo"\t2\n2\tc\tthree\t3\n'
    split = read("sst", SENTIMENT + swallowing)
    assert texts(split) == [('"one',), ('two"',), ("three",)]
    written = '3\td\t"by ""csv"""\t1\n'
    message = message_of(read, "sst", SENTIMENT + written + swallowing)
    assert "line 3: one field holds both tabs and line ends" in message


def test_all_trouble_of_a_file_is_told_at_once_with_its_first_three_rows(read):
    bad = ["good", "N/A", "-1", "9", "nan"]
    rows = [f"{i}\tid{i}\tx\t{label}\n" for i, label in enumerate(bad)]
    rows += ["7\tid1\tx\t1\n", "8\tid8\tx\n", "9\tid9\tx\t1\textra\n", "\n", "1\tz\tx\t1\n"]
    message = message_of(read, "sst", SENTIMENT + "".join(rows))
    assert "has 5 kinds of trouble: (1) lines 2, 3, 4 and 2 more, column 'sentiment': " in message
    assert "read 'good', 'N/A', '-1'; expected a whole number from 0 to 4" in message
    assert "(2) line 7, column 'id': read 'id1'; expected each id once; line 3 has " in message
    assert "(3) line 8: read 3 fields; expected 4 as in the header; column 'sent" in message
    assert "(4) line 9: read 5 fields; expected 4 as in the header; 'extra' stands" in message
    assert "(5) line 10: read 0 fields; expected 4 as in the header; the line is empty" in message


def test_a_field_beyond_the_csv_limit_is_refused(read):
    rows = GOOD + f"1\tb\t{'x' * (csv.field_size_limit() + 1)}\t1\n"
    assert "line 3: field larger than field limit" in message_of(read, "sst", SENTIMENT + rows)


def test_a_long_header_of_many_columns_is_refused_like_any_other(read):
    header = "\t".join(["x" * 50_000] * 4)
    assert "line 1: no column 'sentence'" in message_of(read, "sst", header + "\n" + GOOD)


def test_a_long_field_within_the_limit_is_read_whole(read):
    review = "word " * 5_000
    assert texts(read("sst", SENTIMENT + f"0\ta\t{review}\t1\n")) == [(review.strip(),)]


def test_what_was_read_is_shown_cut_to_a_line(read):
    message = message_of(read, "sst", SENTIMENT + f"0\ta\tone\t{'9x' * 5_000}\n")
    assert len(message) < 400


def test_a_test_file_may_lack_labels_but_not_hold_wrong_ones(read):
    assert "read '7'" in message_of(read, "sst", SENTIMENT + "0\ta\tone\t7\n", "test")


def test_an_unseen_flag_is_true_or_false(read):
    head = "\tid\tsentence\tsentiment\tunseen\n"
    message = message_of(read, "sst", head + "0\ta\tone\t1\tmaybe\n")
    assert "line 2, column 'unseen': read 'maybe'; expected true or false" in message


def damaged(rng, raw):
    """Flip, cut out, insert or cut off a few bytes."""
    raw = bytearray(raw)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(raw))
        kind = rng.randrange(5)
        if kind == 0:
            raw[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del raw[at : at + rng.randrange(1, 20)]
        elif kind == 2:
            raw[at:at] = rng.choice(
                [b'"', b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b","]
            )
        elif kind == 3:
            raw[at:at] = raw[rng.randrange(len(raw)) :][: rng.randrange(40)]
        else:
            del raw[max(at, 1) :]
        if not raw:
            break
    return bytes(raw)


@pytest.mark.parametrize("task, head", [("sst", SENTIMENT), ("quora", PAIR), ("sts", SCORED)])
@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(read, task, head, seed):
    rng = random.Random(seed)
    pair = "" if task == "sst" else '\t"so ""it"" is \u200b"'
    rows = [f'{i}\tid{i}\t é "{i}"{pair}\t{i % 2}.0\n' for i in range(20)]
    raw = (head + "".join(rows)).encode()
    low, high = tasks.get(task).label_range
    refusals = 0
    for _ in range(300):
        try:
            split = read(task, damaged(rng, raw))
        except DataError as error:
            message = str(error)
            refusals += 1
            assert len(message.splitlines()) == 1, message
            continue
        ids = [example.id for example in split.examples]
        assert len(set(ids)) == len(ids) > 0
        assert all(low <= example.label <= high for example in split.labelled)
    assert 10 < refusals < 290  # the damage is neither always fatal nor always harmless
