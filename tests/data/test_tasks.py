"""Task files: what they may say, and what is refused, each in one line that names the key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mtslib.cli.main  # noqa: F401 (every command is known then)
from mtslib.base.errors import DataError
from mtslib.cli.parser import _GROUPS
from mtslib.data import task_form, tasks
from mtslib.data.tasks import Task

TICKETS = {
    "name": '"tickets"',
    "asks": '"what does a ticket ask for?"',
    "text": '["message"]',
    "label": '"kind"',
    "classes": '["order", "refund", "other"]',
    "files": '{train = "train.csv", dev = "dev.csv"}',
}


@pytest.fixture
def write(tmp_path):
    """Write `TICKETS` as TOML, with keys changed, added, or left out by None → its path."""

    def make(**changes: str | None) -> Path:
        path = tmp_path / "tickets.toml"
        keys = {key: value for key, value in (TICKETS | changes).items() if value is not None}
        path.write_text("".join(f"{key} = {value}\n" for key, value in keys.items()), "utf-8")
        return path

    return make


def test_a_task_is_what_its_file_says(write):
    found = tasks.get(write())
    assert (found.name, found.title) == ("tickets", "what does a ticket ask for?")
    assert (found.text_columns, found.label_column) == (("message",), "kind")
    assert (found.has_classes, found.is_pair, found.num_classes) == (True, False, 3)
    assert (found.metric, found.objective) == ("accuracy", "ce")


def test_a_score_on_pairs(write):
    path = write(classes=None, range="[1, 5]", text='["a", "b"]', metric='"spearman"')
    found = tasks.get(str(path))
    assert (found.has_classes, found.is_pair, found.label_range) == (False, True, (1, 5))
    assert (found.metric, found.objective) == ("spearman", "soft-ce")


@pytest.mark.parametrize("name", tasks.TASKS)
def test_the_four_are_such_files(name):
    found = tasks.get(name)
    assert found == tasks.read(found.source)
    assert found.source.suffix == ".toml"


@pytest.mark.parametrize(
    "changes", [{}, {"classes": None, "range": "[-0.5, 2]"}, {"values": '["1", "2", "x"]'}]
)
def test_a_card_keeps_the_whole_description(write, changes):
    found = tasks.get(write(**changes))
    kept = json.loads(json.dumps(found.as_dict()))
    assert Task.from_dict(kept) == found


@pytest.mark.parametrize(
    ("written", "index"),
    [("order", 0), (" Refund ", 1), ("OTHER", 2), ("0", 0), ("2.0", 2), ("+1", 1), ("", None)],
)
def test_a_label_is_a_name_or_a_number(write, written, index):
    found = tasks.get(write()).label_of(written)
    assert found == index
    assert found is None or type(found) is int


@pytest.mark.parametrize("written", ["3", "-1", "0.5", "N/A", "nan", "refunds", "1_0", "٣"])
def test_another_label_is_refused_with_what_was_expected(write, written):
    with pytest.raises(ValueError, match="from 0 to 2, or one of 'order', 'refund', 'other'"):
        tasks.get(write()).label_of(written)


def test_values_stand_for_the_classes(write):
    found = tasks.get(write(values='["1", "2", "x"]'))
    assert [found.label_of(text) for text in ("1", "2.0", " X ")] == [0, 1, 2]
    for written in ("0", "order", "3"):
        with pytest.raises(ValueError, match="one of '1', '2', 'x'"):
            found.label_of(written)


def test_where_classes_are_called_by_numbers_only_these_count(write):
    found = tasks.get(write(classes='["1", "2", "3"]'))
    assert [found.label_of(text) for text in ("1", "2.0", "3")] == [0, 1, 2]
    with pytest.raises(ValueError, match=r"^one of '1', '2', '3'$"):
        found.label_of("0")


def test_a_score_is_a_number_in_its_range(write):
    found = tasks.get(write(classes=None, range="[-1, 1]"))
    assert [found.label_of(text) for text in ("-1", "0.25", "1e0")] == [-1.0, 0.25, 1.0]
    with pytest.raises(ValueError, match="a number from -1 to 1"):
        found.label_of("1.01")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labl": '"kind"'}, "unknown key 'labl'; is 'label' meant?"),
        ({"colour": '"red"'}, "unknown key 'colour'; the keys are name, asks"),
        ({"label": None}, "key 'label' is missing"),
        ({"text": "[]"}, "key 'text': read"),
        ({"text": '["a", "b", "c"]'}, "expected one or two columns"),
        ({"text": '["kind"]'}, "not the label's"),
        ({"text": '["a", "a"]'}, "each only once"),
        ({"name": '"merge"'}, "a name that is no command"),
        ({"name": '"a/b"'}, "at most 40 of a–z"),
        ({"name": '"Ü"'}, "at most 40 of a–z"),
        ({"name": "3"}, "key 'name': read 3; expected a word"),
        ({"classes": '["yes"]'}, "one class teaches nothing"),
        ({"classes": '["Yes", " yes"]'}, "each only once"),
        ({"classes": None}, "'range' says what the labels are; read none of them"),
        ({"range": "[0, 5]"}, "read 'classes' and 'range'"),
        ({"classes": None, "range": "[5, 0]"}, "the lowest score first"),
        ({"classes": None, "range": "[0, inf]"}, "two numbers"),
        ({"classes": None, "range": "[0, 5]", "metric": '"accuracy"'}, "one of pearson, spearman"),
        ({"metric": '"pearson"'}, "for classes one of accuracy, macro-f1, matthews"),
        ({"values": '["1", "2"]'}, "3, one for each of the classes"),
        ({"files": None}, "one of 'files', 'split', 'stems' says where the rows are"),
        ({"files": '{train = "train.csv"}'}, "key 'dev' is missing; expected a file in [files]"),
        ({"files": '{train = "t.csv", dev = "t.csv"}'}, "another file for each split"),
        ({"files": '{train = "t.csv", dve = "d.csv"}'}, "unknown key 'dve' in [files]; is 'dev'"),
        ({"files": '{train = "t.csv", dev = "../d.csv"}'}, "in its folder or below"),
        ({"files": '{train = "/etc/passwd", dev = "d.csv"}'}, "in its folder or below"),
        ({"files": None, "split": '{file = "a.csv", dev = 20}'}, "between 0 and 1"),
        ({"files": None, "split": '{file = "a.csv", dev = 0.6, test = 0.4}'}, "train has rows"),
        ({"files": None, "split": '{file = "a.csv"}'}, "key 'dev': read None"),
        ({"name": '"a'}, "is no task file in TOML"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_that_names_file_and_key(write, changes, said):
    path = write(**changes)
    with pytest.raises(DataError) as raised:
        tasks.get(path)
    message = str(raised.value)
    assert said in message
    assert message.startswith(str(path))
    assert "\n" not in message


def test_a_file_behind_a_link_to_elsewhere_is_refused(write, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "rows.csv"
    outside.write_text("", "utf-8")
    path = write()
    (path.parent / "train.csv").symlink_to(outside)
    with pytest.raises(DataError, match="a link to somewhere else"):
        tasks.get(path)


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(
        DataError, match=r"unknown task 'qora'; the tasks are sst, .*\(is quora meant\?\)"
    ):
        tasks.get("qora")
    with pytest.raises(DataError, match=r"missing\.toml is missing"):
        tasks.get("missing.toml")


def test_every_command_is_reserved():
    commands = set(_GROUPS[""].choices)
    assert commands <= task_form.COMMANDS


def test_the_same_name_may_mean_something_else(write):
    one = tasks.get(write())
    assert one.differs_from(tasks.get(write(metric='"macro-f1"', label='"label"'))) == ""
    other = tasks.get(write(classes='["refund", "order", "other"]'))
    assert one.differs_from(other) == (
        "classes order, refund, other and classes refund, order, other"
    )
    assert one.differs_from(tasks.get(write(text='["a", "b"]'))) == "sentences and pairs"
