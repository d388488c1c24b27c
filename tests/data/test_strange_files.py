"""`task new` on files that nobody listed: each a right reading, or one clear line."""

from __future__ import annotations

import json
import random
import uuid

import pytest
from learner_files import WORDS

from mtslib.base.errors import DataError
from mtslib.data import datasets, tasks
from mtslib.data.task_new import new_task

ROWS = 60


def texts(seed: int = 0, n: int = ROWS) -> list[str]:
    rng = random.Random(seed)
    return [f"{' '.join(rng.sample(WORDS, 6))} {i}" for i in range(n)]


def labels(values, seed: int = 0, n: int = ROWS) -> list:
    rng = random.Random(seed)
    return [rng.choice(values) for _ in range(n)]


def lines(header: str, form: str, *columns) -> str:
    return "".join(
        f"{line}\n" for line in [header, *(form.format(*row) for row in zip(*columns, strict=True))]
    )


@pytest.fixture
def understood(tmp_path):
    """(name, content) → the task, what was said, and each row's texts and label as read."""

    def look(name: str, content: str | bytes):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        made = new_task([str(path)])
        task = tasks.get(made.written[-1])
        rows = [
            (row.texts, row.label)
            for split in ("train", "dev", "test")
            for row in datasets.load(task, split).labelled
        ]
        return task, str(made), rows

    return look


SCORES = [f"{n / 10:.1f}" for n in range(11, 50)]


def test_a_spreadsheet_saved_where_a_comma_is_the_decimal_point(understood):
    values, days = labels(SCORES), [f"0{n}.11.2026" for n in labels(range(1, 10))]
    written = [value.replace(".", ",") for value in values]
    content = "\ufeff" + lines("Text;Note;Datum", "{};{};{}", texts(), written, days)
    task, said, rows = understood("export.csv", content.replace("\n", "\r\n"))
    assert (task.label_column, task.metric) == ("Note", "pearson")
    assert "the numbers in Note with a point" in said
    assert sorted(label for _, label in rows) == sorted(map(float, values))


def test_per_cent_are_numbers_and_thousands_stay_what_they_are(understood):
    values = labels(range(0, 100, 3))
    task, _, rows = understood("p.csv", lines("text,score", "{},{}%", texts(), values))
    assert task.label_range == (min(values), max(values))
    assert sorted(label for _, label in rows) == sorted(values)
    prices = labels(["1,250", "2,500"])
    task, _, _ = understood("t.csv", lines("text;price", "{};{}", texts(), prices))
    assert task.class_names == ("1,250", "2,500")


@pytest.mark.parametrize(
    "name, column",
    [
        ("uuid", [str(uuid.UUID(int=n << 90)) for n in range(ROWS)]),
        ("url", [f"https://example.org/reviews/of/the/week/{n}" for n in range(ROWS)]),
        ("date", [f"2026-11-{n % 9 + 10}" for n in range(ROWS)]),
        ("asked", [f"2026/11/{n % 9 + 10} 10:06:{n} AM MEZ" for n in range(ROWS)]),
        ("created", [f"2026-11-{n % 9 + 10}T08:00:00Z" for n in range(ROWS)]),
    ],
)
def test_what_is_no_text_and_no_label_is_left_aside(understood, name, column):
    content = lines(f"{name},body,topic", "{},{},{}", column, texts(), labels("xy"))
    task, said, _ = understood("a.csv", content)
    assert (task.text_columns, task.label_column) == (("body",), "topic")
    assert name not in said


def test_texts_without_spaces_are_texts(understood):
    rng = random.Random(0)
    signs = ["".join(rng.choices("天地玄黄宇宙洪荒日月盈昃", k=30)) for _ in range(ROWS)]
    task, _, _ = understood("a.csv", lines("a,b", "{},{}", signs, labels("xy")))
    assert (task.text_columns, task.label_column) == (("a",), "b")


def test_an_empty_column_at_the_end_and_vertical_bars(understood):
    for name, content in (
        ("end.csv", lines("text,label,", "{},{},", texts(), labels("ab"))),
        ("bars.csv", lines("text|label", "{}|{}", texts(), labels("ab"))),
        ("index.csv", lines(",text,label", "{},{},{}", range(ROWS), texts(), labels("ab"))),
    ):
        task, _, rows = understood(name, content)
        assert task.class_names == ("a", "b")
        assert sorted(row for (row,), _ in rows) == sorted(texts())


def test_a_text_file_of_a_spreadsheet_in_utf_16(understood):
    content = lines("text\tlabel", "{}\t{}", texts(), labels("ab"))
    _, said, rows = understood("u.txt", content.encode("utf-16"))
    assert "taken for UTF-16" in said
    assert sorted(row for (row,), _ in rows) == sorted(texts())


def test_what_cannot_be_seen_makes_no_other_class(understood):
    spelled = labels(["a", "a\u00a0", "\u200bb", "b", "B"])
    task, _, rows = understood("a.csv", lines("text,label", "{},{}", texts(), spelled))
    assert len(task.class_names) == 2
    assert len(rows) == ROWS


def test_true_and_false_multi_line_texts_and_a_label_first(understood):
    told = lines("spam,text", '{},"{}\nand ""so"" on"', labels(["TRUE", "FALSE"]), texts())
    task, _, rows = understood("a.csv", told)
    assert task.class_names == ("FALSE", "TRUE")
    assert all('\nand "so" on' in row for (row,), _ in rows)
    told = lines("ham\tfirst one of all these", "{}\t{}", labels(["spam", "ham"]), texts())
    task, _, rows = understood("b.tsv", told)
    assert task.class_names == ("ham", "spam")
    assert len(rows) == ROWS + 1


def test_a_dash_is_no_label_where_no_plus_is_one(understood, tmp_path):
    names = ["entailment", "neutral", "-"]
    for name, values, classes in (("s", names, tuple(names[:2])), ("p", ["+", "-"], ("+", "-"))):
        path = tmp_path / f"{name}.csv"
        path.write_text(lines("text,gold_label", "{},{}", texts(), labels(values)))
        made = new_task([str(path)])
        assert made.task.class_names == classes
        assert ("not a label: '-' in" in str(made)) == (name == "s")


def test_lists_of_labels_are_told(understood):
    lists = labels(["a|b", "c", "b|d", "a|d"])
    _, said, _ = understood("a.csv", lines("text,label", "{},{}", texts(), lists))
    assert "they look like lists; a text has one label here" in said


def test_a_test_file_whose_labels_are_not_told_is_left_out(tmp_path):
    for split, values in (("train", "01"), ("validation", "01"), ("test", ["-1"])):
        content = lines("text,label", "{},{}", texts(), labels(values))
        (tmp_path / f"{split}.csv").write_text(content)
    made = new_task([str(tmp_path / f"{split}.csv") for split in ("train", "validation", "test")])
    assert made.task.class_names == ("0", "1")
    assert made.task.files == {"train": "train.csv", "dev": "validation.csv"}
    assert "test: left out, as every row has '-1'" in str(made)


ONE_LINE = {
    "a list": (json.dumps([{"text": t, "label": "x"} for t in texts()], indent=1), "orient='rec"),
    "one object": (
        json.dumps({"data": [{"text": "a b c"}] * 9}),
        "is one JSON object with lists of rows",
    ),
    "sep": (
        "sep=;\n" + lines("text;label", "{};{}", texts(), labels("ab")),
        "line 1: `sep=` is Excel",
    ),
    "comment": ("# mine\n" + lines("text\tlabel", "{}\t{}", texts(), labels("ab")), "no comment"),
    "title": ("Tickets,\n,\n" + lines("text,label", "{},{}", texts(), labels("ab")), "'Tickets'"),
    "many": (lines("text,x", "{},c{}", texts(n=3000), list(range(1500)) * 2), "2 to 1,000 classes"),
    "days": (lines("text,day", "{},0{}.1.26", texts(), labels(range(1, 9))), "day has dates in it"),
}


@pytest.mark.parametrize("name", ONE_LINE)
def test_what_cannot_be_read_is_one_clear_line(tmp_path, name):
    content, expected = ONE_LINE[name]
    (tmp_path / "a.csv").write_text(content, "utf-8")
    with pytest.raises(DataError) as refused:
        new_task([str(tmp_path / "a.csv")])
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
