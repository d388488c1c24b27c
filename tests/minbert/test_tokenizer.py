"""WordPiece: the fast tokenizer, the one by hand and Hugging Face's are one and the same."""

from __future__ import annotations

import random
import unicodedata

import pytest
import transformers

from mtslib import backbones
from mtslib.minbert.tokenizer import (
    Tokenizer,
    clean,
    greedy_tokenize,
    split_words,
    word_pieces,
)
from mtslib.minbert.vocabulary import LONGEST_WORD

# The Rust library and Python carry Unicode tables of different years. Characters that have kept
# their category since Unicode 3.2 are in both; what came later is a question of tables, not of
# the algorithm.
OLD = unicodedata.ucd_3_2_0


def settled(char: str) -> bool:
    """Whether Unicode has not changed its mind about this character."""
    return (
        OLD.category(char) == unicodedata.category(char) != "Cs"
        and OLD.normalize("NFD", char) == unicodedata.normalize("NFD", char)
        and OLD.combining(char) == unicodedata.combining(char)
    )


ANY = [char for char in map(chr, range(0x11_0000)) if settled(char)]
BY_CATEGORY: dict[str, list[str]] = {}
for _char in ANY:
    BY_CATEGORY.setdefault(unicodedata.category(_char), []).append(_char)
SPECIAL = ["[SEP]", "[CLS]", "[PAD]", "[MASK]", "[UNK]", "[unused1]", "##ing", "[ SEP ]", "[sep]"]
NASTY = [
    "",
    " ",
    "\0",
    "\ufffd",
    "\ufeffa mark in front",
    "zero\u200bwidth\u200cjoin\u200der",
    "soft\u00adhyphen",
    "no\u00a0break, line\u2028and paragraph\u2029separators",
    "tab\tnew\nline\rreturn\x0bvertical\x0cform\x1cfile\x85next",
    "naïve Café ÀÉÎÕÜ ñ ç ø ł đ",
    "e\u0301 combining, \u0301 at the start",
    "ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ ΣΑΣ σας ς",
    "İstanbul IĞDIR ıi",
    "STRASSE Straße ẞ ß",
    "東京タワー is 333m 高い",
    "\U00020000\U0002f800 and \u3400",
    "👩‍👩‍👧 🇩🇪 👍🏽 ☂ ☂️",
    "$+<=>^`|~ and ¿¡«»—…",
    "don't can't won't o'clock",
    "x" * (LONGEST_WORD - 1),
    "x" * LONGEST_WORD,
    "x" * (LONGEST_WORD + 1),
    "é" * LONGEST_WORD,
    "unaffable " * 500,
    "עברית العربية हिन्दी ไทย",
    "１２３ ⅷ ½ ²",
    "a" * 5000,
]


def random_texts(count: int, seed: int) -> list[str]:
    """Texts of up to a dozen pieces: words, any character, rare kinds, special tokens typed."""
    draw = random.Random(seed)
    words = [word for word in backbones.load().vocabulary if not word.startswith("[")]

    def piece() -> str:
        kind = draw.random()
        if kind < 0.35:
            return draw.choice(words).removeprefix("##")
        if kind < 0.45:
            return "".join(draw.choice((c.lower, c.upper))() for c in draw.choice(words))
        if kind < 0.60:
            return "".join(draw.choices(ANY, k=draw.randint(1, 4)))
        if kind < 0.75:
            return draw.choice(BY_CATEGORY[draw.choice(sorted(BY_CATEGORY))])
        if kind < 0.85:
            return "".join(chr(draw.randint(0, 0x2FF)) for _ in range(draw.randint(1, 6)))
        if kind < 0.90:
            return draw.choice(SPECIAL)
        if kind < 0.95:
            return chr(draw.choice([*range(0x3400, 0x3500), *range(0x4E00, 0x4F00)]))
        return draw.choice(words) * draw.randint(1, 30)

    def text() -> str:
        return draw.choice(("", " ")).join(piece() for _ in range(draw.randint(0, 12)))

    # What case changes and random code points added must be settled too.
    return ["".join(filter(settled, text())) for _ in range(count)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return backbones.load().tokenizer()


@pytest.fixture(scope="module")
def hugging_face() -> transformers.BertTokenizer:
    """The yardstick, with the vocabulary of the default backbone."""
    return transformers.BertTokenizer.from_pretrained(backbones.load().folder)


# The same pieces -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_fast_tokenizer_equals_the_one_by_hand(tokenizer, seed):
    """Five times 2,000 random texts, 10,000 in all."""
    texts = random_texts(2000, seed)
    kinds = {unicodedata.category(char) for text in texts for char in text}
    assert kinds == set(BY_CATEGORY), "the texts draw on every kind of character there is"
    for text in texts:
        assert tokenizer.tokenize(text) == greedy_tokenize(text, tokenizer.vocabulary), repr(text)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_texts_too(tokenizer, text):
    assert tokenizer.tokenize(text) == greedy_tokenize(text, tokenizer.vocabulary)


@pytest.mark.parametrize("seed", range(3))
def test_equal_to_hugging_face_where_no_special_token_is_typed(tokenizer, hugging_face, seed):
    texts = [t for t in [*random_texts(300, seed + 10), *NASTY] if "[" not in t]
    assert len(texts) > 200
    theirs = hugging_face(texts, truncation=True, max_length=512)
    for text, ours, ids, types in zip(
        texts,
        tokenizer.encode(texts),
        theirs["input_ids"],
        theirs["token_type_ids"],
        strict=True,
    ):
        assert (ours.ids, ours.token_type_ids) == (ids, types), repr(text)


@pytest.mark.parametrize("seed", range(3))
def test_pairs_equal_to_hugging_face_token_types_included(tokenizer, hugging_face, seed):
    texts = [t for t in random_texts(400, seed + 20) if "[" not in t]
    pairs = [*zip(texts[::2], texts[1::2], strict=False), ("", ""), ("one", ""), ("", "two")]
    theirs = hugging_face(pairs)
    for pair, ours, ids, types in zip(
        pairs, tokenizer.encode(pairs), theirs["input_ids"], theirs["token_type_ids"], strict=True
    ):
        assert (ours.ids, ours.token_type_ids) == (ids, types), pair
        assert ours.dropped == 0


def test_pairs_at_work(tokenizer):
    encoded = tokenizer.encode([("How old?", "Very.")])[0]
    assert tokenizer.decode(encoded.ids) == [
        *["[CLS]", "how", "old", "?", "[SEP]"],
        *["very", ".", "[SEP]"],
    ]
    assert encoded.token_type_ids == [0, 0, 0, 0, 0, 1, 1, 1]


def test_no_text_can_forge_a_border(tokenizer):
    """Hugging Face turns a typed [SEP] into the real one; a user's text must not be able to."""
    real = tokenizer.vocabulary["[SEP]"]
    for text in ("a [SEP] b", "[SEP]", "a[SEP]b", "[CLS] [PAD] [MASK] [UNK]"):
        encoded = tokenizer.encode([text])[0]
        assert encoded.ids.count(real) == 1
        assert encoded.ids[-1] == real
        assert encoded.ids.count(tokenizer.vocabulary["[CLS]"]) == 1
        assert tokenizer.pad_id not in encoded.ids
    assert tokenizer.tokenize("[SEP]") == ["[", "sep", "]"]


# The steps by hand -----------------------------------------------------------------------------


def test_the_steps_of_the_algorithm():
    assert clean("Café\tNAÏVE\0 ΟΔΟΣ 東京") == "cafe naive οδοσ  東  京 "
    assert split_words("it's 3.5 <b>") == ["it", "'", "s", "3", ".", "5", "<", "b", ">"]
    pieces = {"un", "##aff", "##able"}
    assert word_pieces("unaffable", dict.fromkeys(pieces, 0)) == ["un", "##aff", "##able"]
    # Greedy: the longest first piece wins, even where the rest then has none.
    assert word_pieces("unaffable", dict.fromkeys({*pieces, "una"}, 0)) == ["[UNK]"]
    assert word_pieces("", dict.fromkeys(pieces, 0)) == []


# Length ----------------------------------------------------------------------------------------


def text_of(tokens: int) -> str:
    """A text of exactly so many tokens."""
    return " ".join("dog" if n % 2 else "cat" for n in range(tokens))


@pytest.mark.parametrize("max_length", [8, 9, 64, 512])
@pytest.mark.parametrize("tokens", [0, 1, 5, 6, 7, 61, 62, 63, 510, 511, 5000])
def test_a_long_text_keeps_its_beginning_and_counts_what_was_cut(
    tokenizer, hugging_face, tokens, max_length
):
    text = text_of(tokens)
    ours = tokenizer.encode([text], max_length)[0]
    theirs = hugging_face(text, truncation=True, max_length=max_length)
    assert ours.ids == theirs["input_ids"]
    assert ours.token_type_ids == [0] * len(ours.ids)
    assert ours.dropped == max(0, tokens - (max_length - 2))


@pytest.mark.parametrize("seed", range(20))
def test_longest_first_equals_hugging_face(tokenizer, hugging_face, seed):
    """The longer side loses tokens first; ties and odd room included."""
    draw = random.Random(seed)
    max_length = draw.randint(8, 40)
    sizes = [(draw.randint(0, 40), draw.randint(0, 40)) for _ in range(40)]
    sizes += [(n, n) for n in range(40)]
    pairs = [(text_of(first), text_of(second)) for first, second in sizes]
    theirs = hugging_face(pairs, truncation="longest_first", max_length=max_length)
    for (first, second), ours, ids, types in zip(
        sizes,
        tokenizer.encode(pairs, max_length),
        theirs["input_ids"],
        theirs["token_type_ids"],
        strict=True,
    ):
        seen = (ours.ids, ours.token_type_ids)
        assert seen == (ids, types), f"{first} and {second} tokens into {max_length}"
        assert ours.dropped == max(0, first + second - (max_length - 3))


def test_five_thousand_words_are_cut_and_counted(tokenizer):
    single = tokenizer.encode([text_of(5000)])[0]
    pair = tokenizer.encode([(text_of(5000), "short one")])[0]
    assert (len(single.ids), single.dropped) == (512, 5000 - 510)
    assert (len(pair.ids), pair.dropped) == (512, 5002 - 509)
    assert tokenizer.decode(pair.ids)[-4:] == ["[SEP]", "short", "one", "[SEP]"]


def test_an_empty_text_is_its_special_tokens_only(tokenizer):
    for text in ("", "   ", "\u200b", "\0"):
        assert tokenizer.decode(tokenizer.encode([text])[0].ids) == ["[CLS]", "[SEP]"]
    assert tokenizer.encode([]) == []
