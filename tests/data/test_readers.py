"""The format of task files: what the reader survives, and what it refuses with which words.

All texts here are made up. What they show, the real files have too: see test_datasets_real.py.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random

import pytest
from data.conftest import PAIR, SCORED, SENTIMENT, labels, texts
from tokenizers import normalizers, pre_tokenizers

# What is read ----------------------------------------------------------------------------------


def test_a_sentence_file_is_read_by_column_name_in_any_order(read):
    split = read("sst", "extra\tsentiment\tsentence\tid\nx\t3\t a fine film\ta1\ny\t0\tno\tb2\n")
    assert texts(split) == [("a fine film",), ("no",)]
    assert labels(split) == [3, 0]
    assert [example.id for example in split.examples] == ["a1", "b2"]
    assert [example.row for example in split.examples] == [0, 1]
    assert split.unlabelled == ()


def test_class_labels_are_whole_numbers_however_they_are_written(read):
    split = read("quora", PAIR + "7\ta\tp\tq\t0.0\n3\tb\tp\tq\t1.0\n4\tc\tp\tq\t1\n")
    assert labels(split) == [0, 1, 1]
    assert all(type(label) is int for label in labels(split))


def test_scores_are_real_numbers_with_both_ends_of_the_range(read):
    rows = [f"0\tid{i}\tp\tq\t{s}\n" for i, s in enumerate(["0", "5.0", "2.6", "1e-05"])]
    split = read("sts", SCORED + "".join(rows))
    assert labels(split) == [0.0, 5.0, 2.6, 1e-05]
    assert all(type(label) is float for label in labels(split))


def test_quotation_marks_of_the_format_are_resolved_and_those_of_the_text_kept(read):
    split = read("quora", PAIR + '0\ta\t"Is ""it"" so?"\tsay "x" now\t1.0\n')
    assert texts(split) == [('Is "it" so?', 'say "x" now')]
    # Some fields of the real file were quoted twice over; one layer is the format's.
    split = read("quora", PAIR + '0\ta\t"Why """"the""""?"\tq\t1.0\n')
    assert texts(split) == [('Why ""the""?', "q")]


def test_a_blank_label_is_kept_and_counted_even_with_a_blank_text(read):
    split = read("quora", PAIR + "0\ta\tp\tq\t\n1\tb\tp\t\t\n2\tc\tp\tq\t1.0\n")
    assert split.unlabelled == (0, 1)
    assert labels(split) == [None, None, 1]
    assert texts(split)[1] == ("p", "")
    assert [example.id for example in split.labelled] == ["c"]


def test_short_and_odd_texts_are_kept(read):
    odd = ["?", "H", "[removed]", "\u200b", "\u200e\u200f", "為什麼", "ทำไม", "[math]x^2[/math]"]
    rows = [f"{i}\tid{i}\t{text}\tq\t0.0\n" for i, text in enumerate(odd)]
    assert [pair[0] for pair in texts(read("quora", PAIR + "".join(rows)))] == odd


def test_a_labelled_row_with_a_blank_text_is_kept(read):
    split = read("sst", SENTIMENT + "0\ta\t \t2\n")
    assert texts(split) == [("",)]
    assert labels(split) == [2]


def test_the_course_test_file_has_a_shifted_header_and_no_labels(read):
    split = read("sst", "0\t\tid\tsentence\n1\t0.0\ta\t one\n2\t1.0\tb\t two\n", "test")
    assert texts(split) == [("one",), ("two",)]
    assert split.unlabelled == (0, 1)
    assert split.labelled == ()
    split = read("sts", "\tid\tsentence1\tsentence2\n5\ta\tp \tq\n", "test")
    assert texts(split) == [("p", "q")]


def test_white_space_at_both_ends_goes_and_nothing_else(read):
    inside = "-LRB- a \\/ b \\* ``c'' \u00a0 d <br / > e \u0091\u0096\u0097 \x12 ‚Äô  two  spaces"
    split = read("sst", SENTIMENT + f"0\ta\t \u00a0{inside}\u3000 \t1\n")
    assert texts(split) == [(inside,)]


def test_word_pieces_do_not_see_the_white_space_that_goes():
    """Hugging Face's BERT normalizer and splitter give the same words with and without it."""
    normalize = normalizers.BertNormalizer(lowercase=True).normalize_str
    split_words = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    spaces = [chr(code) for code in range(0x110000) if chr(code).isspace()]
    assert len(spaces) > 20

    def words(text):
        return [word for word, _ in split_words(normalize(text))]

    for space in spaces:
        for text in (f"{space}a film", f"a film{space}", f"{space}{space}a film{space}"):
            assert words(text) == words(text.strip()) == ["a", "film"]


def test_names_that_pandas_would_take_for_missing_values_are_texts(read):
    words = ["NA", "nan", "null", "None"]
    rows = [f"{i}\tid{i}\t{word}\t1\n" for i, word in enumerate(words)]
    assert [text for (text,) in texts(read("sst", SENTIMENT + "".join(rows)))] == words


def test_controlled_columns_are_read_where_they_stand(read):
    head = "\tid\tsentence\tsentiment\tphenomenon\ttemplate\tunseen\n"
    split = read("sst", head + "0\ta\tx\t1\tnegation\tt3\tTrue\n1\tb\ty\t1\t\t\t0\n")
    assert split.examples[0].phenomenon == "negation"
    assert split.examples[0].template == "t3"
    assert [example.unseen for example in split.examples] == [True, False]


def test_where_no_column_holds_ids_the_row_number_serves(read):
    split = read("sst", "sentence\tsentiment\na fine film\t3\nno\t0\n")
    assert [example.id for example in split.examples] == ["0", "1"]
    assert labels(split) == [3, 0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "1", "3"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_carry_no_meaning(read, end, last, mark):
    content = (SENTIMENT + "0\ta\tone\t1\n1\tb\ttwo\t2").replace("\n", end) + end * int(last or 0)
    split = read("sst", mark + content.encode())
    assert texts(split) == [("one",), ("two",)]
    assert labels(split) == [1, 2]


def rewritten(content, how):
    """The same rows as another tool would write them."""
    if how == "all quoted":
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerows(csv.reader(io.StringIO(content, newline=""), delimiter="\t"))
        return file.getvalue()
    return {
        "as it was": content,
        "Windows": content.replace("\n", "\r\n"),
        "old Mac": content.replace("\n", "\r"),
        "byte order mark": "\ufeff" + content,
        "no last line end": content.rstrip("\n"),
        "more line ends": content + "\n\n",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "as it was",
        "Windows",
        "old Mac",
        "byte order mark",
        "no last line end",
        "more line ends",
        "all quoted",
    ],
)
def test_a_file_is_known_by_its_rows_however_they_are_written(read, how):
    content = PAIR + '0\ta\t"Is ""it"" so?"\tq é\t1.0\n1\tb\t"one\ntwo"\tq\t0.0\n'
    digest = hashlib.sha256(content.encode()).hexdigest()
    assert read("quora", rewritten(content, how)).sha256 == digest


def test_other_rows_are_another_file(read):
    content = PAIR + "0\ta\tp\tq\t1.0\n1\tb\tp\tq\t0.0\n"
    lines = content.splitlines()
    others = [
        content.replace("1.0", "0.0"),
        content.replace("\tp\t", "\tP\t"),
        content.replace("\tp\t", "\t p\t"),
        content.replace("\ta\t", "\tc\t"),
        "\n".join([lines[0], lines[2], lines[1]]) + "\n",
        "\n".join(lines[:2]) + "\n",
    ]
    assert len({read("quora", other).sha256 for other in [content, *others]}) == 7


def nasty(rng, separators):
    """Up to 30 characters of the kind that break readers, with some kind of line end or tab."""
    alphabet = [*"\"',;|\\ abZ09é", "\u00a0", "\u200b", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"]
    alphabet += ["\x1c", "\ufeff", "e\u0301", "🙂", "ß", "İ", "‚Äô", "\U0010ffff", *separators]
    return "".join(rng.choices(alphabet, k=rng.randrange(30)))


@pytest.mark.parametrize("seed", range(6))
def test_nasty_texts_come_back_as_written(read, seed):
    rng = random.Random(seed)
    separators = [("\n", "\r", "\r\n"), ("\t",)][seed % 2]
    pairs = [(nasty(rng, separators), nasty(rng, separators)) for _ in range(500)]
    file = io.StringIO(newline="")
    style = {"quoting": csv.QUOTE_ALL, "lineterminator": "\n"} if seed % 3 else {}
    writer = csv.writer(file, delimiter="\t", **style)
    writer.writerow(["", "id", "sentence1", "sentence2", "is_duplicate"])
    writer.writerows([i, f"id{i}", *pair, i % 2] for i, pair in enumerate(pairs))
    split = read("quora", file.getvalue())
    assert texts(split) == [(first.strip(), second.strip()) for first, second in pairs]
    assert labels(split) == [i % 2 for i in range(500)]
