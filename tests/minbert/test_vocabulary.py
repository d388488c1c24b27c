"""A tokenizer's files mean what Hugging Face makes of them, whoever wrote them, cased or not."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path

import pytest
import transformers

from mtslib.base.errors import BackboneError
from mtslib.minbert.tokenizer import Tokenizer
from mtslib.minbert.vocabulary import UNCASED, Rules, read_vocabulary

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LETTERS = ("a", "b", "e", "é", "A", "B", "E", "É", "東", "京")
UNCASED_WORDS = (*SPECIAL, "paris", "rome", "a", "b", "e", "##a", "##b", "##e", "東", "##京")
CASED_WORDS = (*SPECIAL, "Paris", "paris", *LETTERS, *(f"##{letter}" for letter in LETTERS))


def write(folder: Path, words=CASED_WORDS, **files) -> Path:
    """A folder as a writer of these files would leave it; `vocab` is its vocab.txt."""
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    for name, values in ({"config": {"model_type": "bert"}} | files).items():
        (folder / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def ours(folder: Path) -> Tokenizer:
    return Tokenizer(*read_vocabulary(folder))


def random_texts(seed: int, count: int = 300) -> list[str]:
    """Words of the vocabularies, letters, spaces and what is added below, in any case."""
    draw = random.Random(seed)
    pieces = [*LETTERS, "Paris", "PARIS", "paris", "covid19", "Covid19", "new york", " ", "  ", "."]
    return ["".join(draw.choices(pieces, k=draw.randint(0, 12))) for _ in range(count)]


def assert_equal_to_hugging_face(folder: Path, seed: int) -> None:
    texts = random_texts(seed)
    theirs = transformers.AutoTokenizer.from_pretrained(folder)(texts)["input_ids"]
    for text, seen, expected in zip(texts, ours(folder).encode(texts), theirs, strict=True):
        assert seen.ids == expected, text


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "options",
    [
        {"do_lower_case": False},
        {"do_lower_case": False, "strip_accents": True},
        {"do_lower_case": True, "strip_accents": False},
        {"do_lower_case": True, "strip_accents": None, "tokenize_chinese_chars": False},
    ],
    ids=str,
)
def test_equal_to_hugging_face_cased_or_not(tmp_path, options, seed):
    assert_equal_to_hugging_face(write(tmp_path, tokenizer_config=options), seed)


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_equal_to_hugging_face_with_added_tokens(tmp_path, lower, seed):
    """As three generations of writers keep them."""
    place = len(CASED_WORDS)
    added = {"covid19": place, "new york": place + 1}
    options = {"do_lower_case": lower}
    old = write(tmp_path / "old", tokenizer_config=options, added_tokens=added)
    assert_equal_to_hugging_face(old, seed)
    details = {"lstrip": False, "rstrip": False, "single_word": False, "special": False}
    decoder = {str(n): {"content": c, "normalized": True, **details} for c, n in added.items()}
    newer = write(tmp_path / "n", tokenizer_config={**options, "added_tokens_decoder": decoder})
    assert_equal_to_hugging_face(newer, seed)
    transformers.AutoTokenizer.from_pretrained(old).save_pretrained(tmp_path / "new")
    assert not (tmp_path / "new" / "vocab.txt").exists()
    assert_equal_to_hugging_face(tmp_path / "new", seed)
    assert ours(tmp_path / "new").vocabulary == ours(old).vocabulary


def test_what_is_written_counts_for_more_than_what_the_vocabulary_shows(tmp_path, capsys):
    assert ours(write(tmp_path)).tokenize("Paris PARIS") == ["Paris", "[UNK]"], "by its capitals"
    assert capsys.readouterr().err == ""
    lower = write(tmp_path, tokenizer_config={"do_lower_case": True})
    assert ours(lower).tokenize("Paris") == ["paris"]
    assert "tokens have capitals that no text will reach" in capsys.readouterr().err
    keeps = write(tmp_path, UNCASED_WORDS, tokenizer_config={"do_lower_case": False})
    assert ours(keeps).tokenize("Paris paris") == ["[UNK]", "paris"]
    assert "words with capitals become [UNK]" in capsys.readouterr().err
    (tmp_path / "tokenizer_config.json").unlink()
    assert read_vocabulary(tmp_path)[1] == UNCASED


def test_rules_survive_json():
    rules = Rules(lowercase=False, added=(("covid19", True), ("[E1]", False)))
    assert Rules.from_dict(json.loads(json.dumps(asdict(rules)))) == rules


@pytest.mark.parametrize(
    "files, message",
    [
        ({"tokenizer_config": {"do_lower_case": "yes"}}, "do_lower_case = 'yes'; expected true or"),
        ({"tokenizer_config": []}, "tokenizer_config.json holds a list, expected a JSON object"),
        (
            {"tokenizer_config": {"tokenizer_class": "BertJapaneseTokenizer"}},
            "names the tokenizer BertJapaneseTokenizer, which cuts words in its own way",
        ),
        ({"added_tokens": {"covid19": 99}}, "are not 0, 1, 2, … without a gap"),
        ({"added_tokens": {"covid19": 5}}, "are not 0, 1, 2, … without a gap"),
        ({"added_tokens": {"Paris": 99}}, "are not 0, 1, 2, … without a gap"),
        ({"added_tokens": {"covid19": "x"}}, "holds no vocabulary"),
        (
            {"tokenizer_config": {"added_tokens_decoder": {"9": {"content": "x", "lstrip": True}}}},
            "added token 'x' has lstrip on",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_followed_is_refused_by_name(tmp_path, files, message):
    with pytest.raises(BackboneError, match=message) as seen:
        read_vocabulary(write(tmp_path, **files))
    assert "\n" not in str(seen.value)


def test_two_vocabularies_that_disagree_are_refused(tmp_path):
    write(tmp_path / "one", tokenizer_config={"do_lower_case": False})
    transformers.AutoTokenizer.from_pretrained(tmp_path / "one").save_pretrained(tmp_path / "two")
    (tmp_path / "two" / "vocab.txt").write_text((tmp_path / "one" / "vocab.txt").read_text())
    assert read_vocabulary(tmp_path / "two") == read_vocabulary(tmp_path / "one")
    swapped = [*CASED_WORDS[:5], *reversed(CASED_WORDS[5:])]
    (tmp_path / "two" / "vocab.txt").write_text("\n".join(swapped))
    with pytest.raises(BackboneError, match=r"'Paris' is token 5 in tokenizer\.json, 26 in vocab"):
        read_vocabulary(tmp_path / "two")


def test_a_vocabulary_is_one_token_a_line(tmp_path):
    lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##b", "é"]
    expected = {token: number for number, token in enumerate(lines)}
    whole = "\n".join(lines)
    for text in (whole, f"{whole}\n", f"{whole}\n\n\n", "\r\n".join(lines) + "\r\n"):
        (tmp_path / "vocab.txt").write_bytes(text.encode())
        assert read_vocabulary(tmp_path) == (expected, UNCASED)


@pytest.mark.parametrize(
    "text, encoding, message",
    [
        ("a\nb\n", "utf-8", r"lacks \[PAD\], \[UNK\], \[CLS\], \[SEP\]"),
        ("", "utf-8", r"lacks \[PAD\]"),
        ("[PAD]\n[UNK]\n[CLS]\n[SEP]\ncafé\n", "latin-1", "is not UTF-8"),
        ("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\na\n", "utf-8", "'a' stands on lines 5 and 7"),
    ],
)
def test_a_bad_vocabulary_is_one_clear_line(tmp_path, text, encoding, message):
    (tmp_path / "vocab.txt").write_bytes(text.encode(encoding))
    with pytest.raises(BackboneError, match=message) as seen:
        read_vocabulary(tmp_path)
    assert "\n" not in str(seen.value)
    assert "vocab.txt" in str(seen.value)
