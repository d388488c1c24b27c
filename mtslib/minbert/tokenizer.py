"""WordPiece: from text to token ids. Chapter 01.

Two tokenizers with the same answers. `Tokenizer` does the work, on Hugging Face's `tokenizers`.
`greedy_tokenize` is the algorithm written out for the chapter; the tests hold the two equal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer as HuggingFaceTokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from mtslib.base.errors import BackboneError
from mtslib.base.files import read_json

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
LONGEST_WORD = 100  # characters; a longer word becomes [UNK], as in BERT's own code


class TokenIds(NamedTuple):
    """One tokenised input: ids and token_type_ids of equal length, and what was cut off."""

    ids: list[int]
    token_type_ids: list[int]
    dropped: int  # tokens that did not fit into max_length


def read_vocabulary(path: Path) -> dict[str, int]:
    """Token → id, in the order of ids, from a `vocab.txt`, or a `tokenizer.json` as new writers do.

    In a `vocab.txt` a token stands on each line, and the line number is the id.

    Raises BackboneError when a special token is missing, a token or an id stands there twice, or
    the file describes another tokenizer than BERT's uncased one.
    """
    try:
        vocabulary = _from_json(path) if path.suffix == ".json" else _from_lines(path)
    except ValueError as error:
        kind = "JSON" if path.suffix == ".json" else "UTF-8"
        raise BackboneError(
            f"{path} is not {kind} ({getattr(error, 'reason', error)}); fetch it again"
        ) from error
    missing = [token for token in SPECIAL_TOKENS if token not in vocabulary]
    if missing:
        raise BackboneError(
            f"{path.name} has {len(vocabulary):,} tokens but lacks {', '.join(missing)}; "
            "expected a BERT vocabulary"
        )
    return vocabulary


def _from_lines(path: Path) -> dict[str, int]:
    tokens = path.read_text(encoding="utf-8-sig").split("\n")
    if tokens[-1] == "":
        tokens.pop()
    vocabulary: dict[str, int] = {}
    for number, token in enumerate(tokens):
        if vocabulary.setdefault(token, number) != number:
            raise BackboneError(
                f"{path}: {token!r} stands on lines {vocabulary[token] + 1} and {number + 1}; "
                "expected each token once, because its line is its id; fetch it again"
            )
    return vocabulary


# What `Tokenizer` below does; a tokenizer.json that says otherwise is of another model.
_UNCASED_BERT = {
    ("model", "type"): ("WordPiece",),
    ("model", "unk_token"): ("[UNK]",),
    ("model", "continuing_subword_prefix"): ("##",),
    ("model", "max_input_chars_per_word"): (LONGEST_WORD,),
    ("normalizer", "type"): ("BertNormalizer",),
    ("normalizer", "lowercase"): (True,),
    ("normalizer", "strip_accents"): (None, True),
    ("normalizer", "clean_text"): (True,),
    ("normalizer", "handle_chinese_chars"): (True,),
    ("pre_tokenizer", "type"): ("BertPreTokenizer",),
}


def _from_json(path: Path) -> dict[str, int]:
    written = read_json(path)
    for (part, key), allowed in _UNCASED_BERT.items():
        seen = (written.get(part) or {}).get(key) if isinstance(written, dict) else None
        if seen not in allowed:
            raise BackboneError(
                f"{path} has {part}.{key} = {seen!r}, minBERT's tokenizer has {allowed[-1]!r}; "
                "use an uncased BERT with WordPiece"
            )
    try:
        # A special token that no input here has, [MASK] say, may lack an embedding.
        added = {
            token["content"]: token["id"]
            for token in written.get("added_tokens") or []
            if not token.get("special") or token["content"] in SPECIAL_TOKENS
        }
        tokens = written["model"]["vocab"] | added
        ordered = dict(sorted(tokens.items(), key=lambda item: item[1]))
    except (KeyError, TypeError) as error:
        raise BackboneError(
            f"{path} holds no vocabulary ({type(error).__name__}: {error}); fetch it again"
        ) from error
    if list(ordered.values()) != list(range(len(ordered))):
        raise BackboneError(
            f"{path}: the ids of its {len(ordered):,} tokens are not 0, 1, 2, … without a gap; "
            "fetch it again"
        )
    return ordered


class Tokenizer:
    """An uncased BERT tokenizer that turns texts and pairs into `TokenIds`.

    Text is text: a sentence that contains the characters "[SEP]" is cut into "[", "sep", "]" and
    never becomes a separator, so no input can forge the border between two sentences.
    """

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self.vocabulary = dict(vocabulary)
        self.pad_id = self.vocabulary["[PAD]"]
        self._tokens = {number: token for token, number in self.vocabulary.items()}
        cls, sep = self.vocabulary["[CLS]"], self.vocabulary["[SEP]"]
        self._backend = HuggingFaceTokenizer(
            WordPiece(self.vocabulary, unk_token="[UNK]", max_input_chars_per_word=LONGEST_WORD)
        )
        self._backend.normalizer = BertNormalizer(lowercase=True)
        self._backend.pre_tokenizer = BertPreTokenizer()
        self._backend.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[("[CLS]", cls), ("[SEP]", sep)],
        )

    def tokenize(self, text: str) -> list[str]:
        """The word pieces of a text, without special tokens."""
        return self._backend.encode(text, add_special_tokens=False).tokens

    def encode(
        self, inputs: Sequence[str] | Sequence[tuple[str, str]], max_length: int = 512
    ) -> list[TokenIds]:
        """Tokenise many texts, or many pairs, each at most `max_length` tokens long.

        A text gives [CLS] text [SEP] with token types 0. A pair gives [CLS] first [SEP] second
        [SEP], the second sentence and its [SEP] with token type 1; when it is too long, the
        longer of the two loses tokens from its end first, as with Hugging Face's `longest_first`.
        """
        # Truncation is done by hand, so that what was cut can be counted and reported.
        encoded = self._backend.encode_batch(list(inputs))
        return [
            TokenIds(item.ids, item.type_ids, 0)
            if len(item.ids) <= max_length
            else _truncate(item.ids, item.type_ids, max_length)
            for item in encoded
        ]

    def decode(self, ids: Sequence[int]) -> list[str]:
        """Token ids → tokens, special ones included."""
        return [self._tokens[number] for number in ids]


def _truncate(ids: list[int], types: list[int], max_length: int) -> TokenIds:
    """Cut [CLS] a [SEP] (b [SEP]) down to max_length, from the end of the longer part first."""
    border = types.index(1) if 1 in types else len(ids)
    first, second = ids[1 : border - 1], ids[border:-1]
    cls, sep = ids[0], ids[border - 1]
    room = max_length - 2 - (1 if border < len(ids) else 0)
    half = (room + (len(first) > len(second))) // 2  # the longer has the odd place
    keep_first = min(len(first), max(half, room - len(second)))
    keep_second = room - keep_first
    dropped = len(first) + len(second) - room
    cut = [cls, *first[:keep_first], sep]
    cut_types = [0] * len(cut)
    if border < len(ids):
        cut += [*second[:keep_second], sep]
        cut_types += [1] * (keep_second + 1)
    return TokenIds(cut, cut_types, dropped)


# The algorithm by hand -------------------------------------------------------------------------


def greedy_tokenize(text: str, vocabulary: Mapping[str, int]) -> list[str]:
    """WordPiece from scratch: clean, split into words, then longest match first.

    Devlin et al. (2019), section 3, and the procedure of BERT's published code. Slow and
    obvious; `Tokenizer.tokenize` gives the same pieces.
    """
    return [piece for word in split_words(clean(text)) for piece in word_pieces(word, vocabulary)]


def clean(text: str) -> str:
    """Lower-case, strip accents, drop control characters, put spaces round Chinese characters."""
    kept = (" " if c.isspace() else c for c in text if c in "\t\n\r" or not _is_control(c))
    spaced = "".join(f" {c} " if _is_chinese(c) else c for c in kept)
    decomposed = unicodedata.normalize("NFD", spaced)  # é becomes e and a combining accent
    bare = (c for c in decomposed if unicodedata.category(c) != "Mn")
    # One character at a time: lower-casing a whole word would make its last Σ a ς.
    return "".join(c.lower() for c in bare)


def split_words(text: str) -> list[str]:
    """Cut at white space; every punctuation mark is a word of its own."""
    spaced = "".join(f" {c} " if is_punctuation(c) else c for c in text)
    return spaced.split()


def word_pieces(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """Cut one word into the longest pieces the vocabulary knows, from left to right.

    Pieces after the first begin with ##. A word with a part that is in no piece is one [UNK].
    """
    if len(word) > LONGEST_WORD:
        return ["[UNK]"]
    pieces, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        for end in range(len(word), start, -1):
            if prefix + word[start:end] in vocabulary:
                pieces.append(prefix + word[start:end])
                start = end
                break
        else:
            return ["[UNK]"]
    return pieces


def _is_control(char: str) -> bool:
    # Unassigned code points (Cn) stay: they are new, not invisible.
    return char in "\0\ufffd" or unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")


def is_punctuation(char: str) -> bool:
    """Whether BERT counts a character as a punctuation mark. Chapter 01."""
    # BERT counts every ASCII symbol as punctuation, also $ + < = > ^ ` | ~, which Unicode does not.
    if char.isascii():
        return char.isprintable() and not char.isalnum() and not char.isspace()
    return unicodedata.category(char)[0] == "P"


_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def _is_chinese(char: str) -> bool:
    return any(low <= ord(char) <= high for low, high in _CHINESE)
