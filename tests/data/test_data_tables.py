"""Files of every form that a learner may bring, and what is told of each.

All texts here are made up. The forms are those of data sets that many have at home: see
test_task_new.py for the ones that have to be converted first.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
from pathlib import Path

import pytest

from mtslib.base.errors import DataError
from mtslib.data import tables
from mtslib.data.tables import open_table

ROWS = [["text", "label"], ["a fine film", "1"], ["no; not, at all", "0"]]


@pytest.fixture
def opened(tmp_path):
    def write(content, name="file.csv", wanted=()):
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(raw)
        return open_table(tmp_path / name, wanted)

    return write


def rows(table):
    return [list(fields) for _, fields in table.rows()]


def written(records, separator, **style):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=separator, **style).writerows(records)
    return file.getvalue()


# Separators ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "separator, form",
    [("\t", "tab-separated"), (",", "comma-separated"), (";", "semicolon-separated")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_the_separator_is_found_and_told(opened, separator, form, end, mark, quoting):
    content = written(ROWS, separator, lineterminator=end, quoting=quoting)
    table = opened(mark + content.encode())
    assert (table.form, list(table.header), rows(table)) == (form, ROWS[0], ROWS[1:])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("separator", "\t,;")
def test_texts_full_of_separators_and_line_ends_come_back(opened, separator, seed):
    rng = random.Random(seed)
    alphabet = ["a", "b", " ", ",", ";", '"', "\n", "\u2028"]
    texts = ["".join(rng.choices(alphabet, k=rng.randrange(1, 30))) for _ in range(50)]
    records = [["id", "text", "label"], *([str(i), text, "x"] for i, text in enumerate(texts))]
    assert rows(opened(written(records, separator, lineterminator="\n"))) == records[1:]


def test_the_columns_that_are_wanted_decide_between_two_separators(opened):
    content = "id;text,label\n1;one,x\n2;two,y\n"
    assert opened(content, wanted=["label"]).header == ("id;text", "label")
    assert opened(content, wanted=["id"]).header == ("id", "text,label")


def test_one_column_is_a_table_too(opened):
    assert rows(opened("sentence\na fine film\nno\n")) == [["a fine film"], ["no"]]


# Quotation marks -------------------------------------------------------------------------------


def test_stray_quotation_marks_of_a_tab_separated_file_are_text(opened):
    """As in MRPC, whose texts are quoted, half quoted, and quoted in the middle."""
    texts = ['"It rose , " he said .', 'He said " no .', '"All of it quoted ."', "none"]
    content = "Quality\t#1 String\r\n" + "".join(f"1\t{text}\r\n" for text in texts)
    table = opened("\ufeff" + content, "msr.txt")
    assert table.form == "tab-separated, quotation marks as text"
    assert [fields[1] for fields in rows(table)] == texts


def test_a_file_that_a_csv_writer_wrote_keeps_its_quotation_marks_as_format(opened):
    content = 'text\tlabel\n"say ""x"""\t1\n"open\t0\n'
    with pytest.raises(DataError, match=r"line 3: .*quotation mark that is not closed"):
        rows(opened(content))


def test_with_commas_an_open_quotation_mark_is_refused(opened):
    with pytest.raises(DataError, match=r"line 2: .*expected comma-separated fields"):
        rows(opened('text,label\n"open,1\nno,0\n'))


# JSON Lines ------------------------------------------------------------------------------------


def test_json_lines_are_rows_whose_keys_are_columns(opened):
    told = [{"text": "é\n, 1", "label": 1}, {"label": 2.0, "text": "two", "more": True}]
    content = "".join(json.dumps(row) + "\n" for row in told) + "\n"
    table = opened(content, "rows.jsonl")
    assert (table.form, table.header) == ("JSON Lines", ("text", "label", "more"))
    assert rows(table) == [["é\n, 1", "1", ""], ["two", "2.0", "true"]]


def test_trouble_in_json_lines_is_told_with_line_and_column(opened):
    content = '{"text": ["a"], "label": 1}\n{"text": "b"\n{"text": "\\ud83d", "label": 1}\n'
    table = opened(content, wanted=["text", "label"])
    with pytest.raises(DataError) as caught:
        rows(table)
    message = str(caught.value)
    assert "lines 1 and 3, column 'text': read ['a'], '\\ud83d'; expected a text" in message
    assert 'line 2: read \'{"text": "b"\'; expected a JSON object on each line' in message


def test_a_list_in_a_column_that_nobody_reads_is_no_trouble(opened):
    table = opened('{"text": "a", "tokens": ["a"]}\n', wanted=["text"])
    assert rows(table) == [["a", ""]]


@pytest.mark.parametrize("content", ['{\n "cells": []}\n', '[{"text": "a"}]'])
def test_other_json_is_refused(opened, content):
    with pytest.raises(DataError, match=r"is JSON.*; expected UTF-8 text .*JSON Lines"):
        opened(content)


# Parquet ---------------------------------------------------------------------------------------


@pytest.fixture
def parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="Parquet is read where pyarrow is installed")
    from pyarrow import parquet

    def write(columns):
        parquet.write_table(arrow.table(columns), tmp_path / "file.parquet")
        return tmp_path / "file.parquet"

    return write


def test_parquet_is_read_like_text(parquet):
    texts, labels = ["a\tb", "two", None], [1.0, None, 0.0]
    table = open_table(parquet({"text": texts, "label": labels, "flag": [True, False, None]}))
    assert (table.form, table.header, table.unit) == ("Parquet", ("text", "label", "flag"), "row")
    assert rows(table) == [["a\tb", "1.0", "true"], ["two", "", "false"], ["", "0.0", ""]]


def test_more_rows_than_one_batch_are_counted_on(parquet):
    table = open_table(parquet({"text": [str(i) for i in range(10_003)]}))
    assert [number for number, _ in table.rows()] == list(range(1, 10_004))


def test_a_damaged_parquet_file_is_refused(parquet, tmp_path):
    path = parquet({"text": ["a"]})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="is a damaged Parquet file"):
        open_table(path)


def test_without_pyarrow_parquet_is_refused_with_what_to_do(opened, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(DataError, match=r"read with pyarrow: `pip install pyarrow`; or write it"):
        opened(b"PAR1....PAR1")


# Size ------------------------------------------------------------------------------------------


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(opened, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST", 10)
    with pytest.raises(DataError, match=r"has 0\.0 GB, more than a task file can have here"):
        opened(written(ROWS, ","))


def test_rows_are_streamed(opened):
    """The first row comes before a fault in the last is seen."""
    table = opened("text,label\n" + "a,1\n" * 5000 + '"open,1\n')
    stream = table.rows()
    assert next(stream) == (2, ["a", "1"])
    with pytest.raises(DataError, match="line 5002"):
        list(stream)


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no such files here")
def test_what_the_shell_hands_over_is_read_like_a_file():
    content = written([*ROWS, ['so "it" is', "1"]], "\t", lineterminator="\n")
    out, into = os.pipe()
    os.write(into, content.encode())
    os.close(into)
    try:
        assert rows(open_table(Path(f"/dev/fd/{out}"))) == [*ROWS[1:], ['so "it" is', "1"]]
    finally:
        os.close(out)
