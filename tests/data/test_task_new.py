"""`task new`: from files as their authors ship them to a task that reads them.

The files are made up, small, and of the forms of well-known data sets: TREC, MRPC, SICK, SUBJ, CR.
"""

from __future__ import annotations

import json
import random
import tomllib
from contextlib import suppress

import pytest
from learner_files import FORMS, WORDS

from mtslib.base.errors import DataError, MtsError
from mtslib.data import datasets, tasks
from mtslib.data.task_form import toml
from mtslib.data.task_new import new_task


@pytest.fixture
def write(tmp_path):
    def write_file(name, content):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(tmp_path / name)

    return write_file


def table(rows, seed=0, kinds=("bug", "praise")):
    rng = random.Random(seed)
    texts = (f"{' '.join(rng.sample(WORDS, 5))},{rng.choice(kinds)}\n" for _ in range(rows))
    return "text,label\n" + "".join(texts)


# Well-known forms ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_files_as_their_authors_ship_them_become_a_task_that_reads_them(tmp_path, form):
    made_up = FORMS[form](tmp_path, seed=1)
    made = new_task(made_up.arguments, **made_up.options)
    task = tasks.get(made.written[-1])
    assert task == made.task
    assert (task.label_range, task.class_names) == (made_up.label_range, made_up.classes)
    assert task.metric == ("accuracy" if task.has_classes else "pearson")
    read = {}
    for split in ("train", "dev", "test"):
        read[split] = datasets.load(task, split)
        assert not read[split].unlabelled
    rows = [(row.texts, row.label) for split in read.values() for row in split.examples]
    assert sorted(rows) == sorted(made_up.rows)
    for split, count in made_up.counts.items():
        assert len(read[split].examples) == count


# What can be told, and what cannot -------------------------------------------------------------


def test_files_that_are_read_as_they_are_stay_where_they_lie(write, tmp_path):
    paths = [write("tickets-train.csv", table(30)), write("tickets-dev.csv", table(9, seed=1))]
    made = new_task(paths)
    assert made.written == (tmp_path / "tickets.toml",)
    assert made.task.name == "tickets"
    assert made.task.files == {"train": "tickets-train.csv", "dev": "tickets-dev.csv"}
    shown = str(made)
    assert "train: 30 of tickets-train.csv, comma-separated" in shown
    assert "label: 'label', 2 classes: bug " in shown
    first = table(1).splitlines()[1].rpartition(",")
    assert f"  {first[0]!r} → {first[2]}" in shown


def test_one_file_is_split_with_a_seed(write):
    made = new_task([write("tickets.csv", table(40))])
    cut = made.task.one_file
    assert (cut.file, cut.dev, cut.test, cut.seed) == ("tickets.csv", 0.2, 0.1, 0)


def test_train_and_test_alone_leave_dev_to_be_drawn_from_train(write):
    cut = new_task([write("train.csv", table(40)), write("test.csv", table(9))]).task.one_file
    assert (cut.file, cut.dev, cut.test) == ("train.csv", 0.2, "test.csv")


def test_json_lines_and_pairs(write):
    rng = random.Random(0)
    rows = [
        {"q1": " ".join(rng.sample(WORDS, 4)), "q2": " ".join(rng.sample(WORDS, 4)), "same": i % 2}
        for i in range(30)
    ]
    made = new_task([write("pairs.jsonl", "".join(json.dumps(row) + "\n" for row in rows))])
    assert made.task.text_columns == ("q1", "q2")
    assert made.task.class_names == ("0", "1")


def test_spellings_of_a_class_are_one_and_words_for_no_label_are_none(write):
    content = table(30) + "one two three four,BUG \nfive six two one,N/A\n"
    made = new_task([write("tickets.csv", content)])
    assert made.task.class_names == ("bug", "praise")
    assert "not a label: 'N/A' in 1 row; leave these cells blank" in str(made)
    with pytest.raises(DataError, match=r"line 33, column 'label': read 'N/A'; expected "):
        datasets.load(made.task, "train")


def test_a_rare_class_is_scored_by_macro_f1(write):
    made = new_task([write("rare.csv", table(60, kinds=["usual"] * 9 + ["rare"]))])
    assert made.task.metric == "macro_f1"


@pytest.mark.parametrize("name", ["group", "family", "id", "user_id", "session"])
def test_what_says_which_rows_belong_together_is_no_label(write, name):
    rows = "".join(f"what does thing {i} do,{'xyz'[i % 3]},{'ab'[i % 2]}\n" for i in range(60))
    made = new_task([write("asked.csv", f"text,{name},topic\n{rows}")])
    assert made.task.label_column == "topic"
    alone = "".join(f"what does thing {i} do,{'xyz'[i % 3]}\n" for i in range(60))
    with pytest.raises(DataError, match="no column can be the label"):
        new_task([write("alone.csv", f"text,{name}\n{alone}")])


def test_numbers_with_fractions_are_scores_and_whole_ones_classes(write):
    content = "text,score\n" + "".join(f"a b c {i},{i % 9 / 2}\n" for i in range(40))
    assert new_task([write("scores.csv", content)]).task.label_range == (0, 4)
    content = "text,stars\n" + "".join(f"a b c {i},{i % 5 + 1}.0\n" for i in range(40))
    made = new_task([write("stars.csv", content)])
    assert made.task.class_names == ("1.0", "2.0", "3.0", "4.0", "5.0")
    assert "for a score write `range = [1.0, 5.0]`" in str(made)


def test_a_name_of_ours_or_of_a_command_is_not_taken(write):
    assert new_task([write("sst.csv", table(20))]).task.name == "sst-own"
    assert new_task([write("merge.csv", table(20))]).task.name == "merge-own"


LABELS = "text,class,score\n" + "".join(f"a b c {i},{'xy'[i % 2]},{i / 7}\n" for i in range(20))
CANNOT = {
    "two labels": (LABELS, {}, r"which column is the label: class \(2 classes\) and score \(sc"),
    "no text": ("a,b\n" + "1,2\n" * 9, {}, "no column holds texts of a few words; the columns"),
    "no label": ("text\n" + "a b c d\n" * 9, {}, "no column can be the label.*only texts"),
    "one class": ("text,label\n" + "a b c,x\nd e f,x\n" * 9, {}, "label has only 'x' in it"),
    "ids": ("text,id\n" + "".join(f"a b {i},n{i}\n" for i in range(9)), {}, "id has 9 different"),
    "no such column": (LABELS, {"label": "lable"}, "--label: no column 'lable'; there are text,"),
    "no label there": (LABELS, {"label": "text"}, "--label: column text has 20 different texts"),
    "column twice": ("text,text,label\n" + "a b c,d e,x\n" * 9, {}, "'text' stands there twice"),
    "no rows": ("text,label\n", {}, "has a header and no rows"),
    "empty": ("", {}, "is empty"),
    "ragged": (table(20) + "one more,bug,x\n", {}, "line 22: read 3 fields; expected 2"),
    "open quote": (table(20) + '"open,bug\n', {}, "line 22: .*quotation mark"),
}


def test_one_bad_line_does_not_make_another_file_of_it(tmp_path):
    """What the file is follows from nearly all of its lines; the bad one is told."""
    FORMS["trec"](tmp_path, seed=0)
    path = tmp_path / "train_5500.label"
    path.write_bytes(path.read_bytes() + b"NUM\n")
    with pytest.raises(
        DataError, match=r"train_5500\.label, line 121: read 'NUM'; expected a label"
    ):
        new_task([str(path)])
    FORMS["mrpc"](tmp_path, seed=0)
    path = tmp_path / "msr_paraphrase_train.txt"
    path.write_bytes(path.read_bytes() + b'1\t7\t9\tone " two\r\n')
    with pytest.raises(DataError, match=r"line 102: read 4 fields; expected 5 .*'#2 String'"):
        new_task([str(path)])


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files_are_understood_or_refused_in_one_line(tmp_path, seed):
    rng = random.Random(seed)
    for number in range(25):
        folder = tmp_path / str(number)
        folder.mkdir()
        made_up = FORMS[rng.choice(list(FORMS))](folder, seed)
        for path in folder.iterdir():
            raw = bytearray(path.read_bytes())
            at = rng.randrange(len(raw))
            raw[at : at + rng.randrange(90)] = rng.choice(
                [b"", b'"', b"\t", b"\n\n", b"\0", b"\xe2\x80"]
            )
            path.write_bytes(raw[raw.find(b"\n") * (rng.random() < 0.3) :])
        names = {path.name for path in folder.iterdir()}
        refused = True
        with suppress(DataError):
            new_task(made_up.arguments, **made_up.options)
            refused = False
        assert not refused or {path.name for path in folder.iterdir()} == names


@pytest.mark.parametrize("case", CANNOT)
def test_what_cannot_be_told_is_said_and_nothing_is_written(write, tmp_path, case):
    content, options, expected = CANNOT[case]
    path = write("file.csv", content)
    with pytest.raises(DataError, match=expected) as caught:
        new_task([path], **options)
    assert "\n" not in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["file.csv"]


def test_which_file_is_which_split_can_be_said_where_names_do_not(write):
    first, second = write("a.csv", table(30)), write("b.csv", table(9, seed=1))
    with pytest.raises(DataError, match=r"cannot tell which of .* write train=FILE, dev=FILE"):
        new_task([first, second])
    assert set(new_task([f"train={first}", f"dev={second}"]).task.files) == {"train", "dev"}


def test_files_of_other_columns_do_not_belong_together(write):
    train, dev = write("train.csv", table(30)), write("dev.csv", "text,class\na b c d,x\n")
    with pytest.raises(DataError, match=r"dev\.csv has no column 'label', which another file has"):
        new_task([train, dev])


def test_one_file_of_texts_has_no_label(write):
    path = write("texts.txt", "".join(f"{word} and some more , or not\n" for word in WORDS))
    with pytest.raises(DataError, match=r"has a text on each line and no label .* for each class"):
        new_task([path])


def test_nothing_is_written_over(write, tmp_path):
    path = write("tickets.csv", table(30))
    new_task([path])
    before = (tmp_path / "tickets.toml").read_bytes()
    with pytest.raises(DataError, match=r"tickets\.toml exists; nothing was changed"):
        new_task([path])
    assert (tmp_path / "tickets.toml").read_bytes() == before


def test_a_task_file_elsewhere_could_not_name_its_files(write, tmp_path):
    path = write("tickets.csv", table(30))
    (tmp_path / "below").mkdir()
    with pytest.raises(DataError, match=r"lies outside .*below; .* so write it there: --out "):
        new_task([path], tmp_path / "below" / "t.toml")
    with pytest.raises(MtsError, match="cannot be made"):
        new_task([path], tmp_path / "tickets.csv" / "t.toml")


@pytest.mark.parametrize("seed", range(5))
def test_whatever_stands_in_a_description_survives_the_toml(seed):
    rng = random.Random(seed)
    odd = ['"', "\\", "\x7f", "é", "\t", "\n", "🙂", "'", "#", "[", "=", "a", " "]
    texts = ["".join(rng.choices(odd, k=rng.randrange(1, 9))) for _ in range(3)]
    told = {"name": texts[0], "classes": texts[1:], "range": [0, 1.5], "split": {"file": texts[1]}}
    assert tomllib.loads(toml(told)) == told
