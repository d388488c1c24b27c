"""WordPiece: from text to token ids. Chapter 01.

Two tokenizers with the same answers. `Tokenizer` does the work, on Hugging Face's `tokenizers`.
`greedy_tokenize` is the algorithm written out for the chapter; the tests hold the two equal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tokenizers import AddedToken
from tokenizers import Tokenizer as HuggingFaceTokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from mtslib.base.errors import BackboneError
from mtslib.minbert.config import BERT_BASE, BertConfig
from mtslib.minbert.vocabulary import LONGEST_WORD, UNCASED, Rules


class TokenIds(NamedTuple):
    """One tokenised input: ids and token_type_ids of equal length, and what was cut off."""

    ids: list[int]
    token_type_ids: list[int]
    dropped: int  # tokens that did not fit into max_length


class Tokenizer:
    """A BERT tokenizer, uncased by default, that turns texts and pairs into `TokenIds`.

    Text is text: a sentence that contains the characters "[SEP]" is cut into "[", "sep", "]" and
    never becomes a separator, so no input can forge the border between two sentences.

    config: of the model that reads the tokens; as many as it has positions are given at most.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        rules: Rules = UNCASED,
        config: BertConfig = BERT_BASE,
    ) -> None:
        self.vocabulary, self.config = dict(vocabulary), config
        self.pad_id = self.vocabulary["[PAD]"]
        self._tokens = {number: token for token, number in self.vocabulary.items()}
        cls, sep = self.vocabulary["[CLS]"], self.vocabulary["[SEP]"]
        self._backend = HuggingFaceTokenizer(
            WordPiece(self.vocabulary, unk_token="[UNK]", max_input_chars_per_word=LONGEST_WORD)
        )
        self._backend.normalizer = BertNormalizer(
            handle_chinese_chars=rules.chinese,
            strip_accents=rules.strip_accents,
            lowercase=rules.lowercase,
        )
        self._backend.pre_tokenizer = BertPreTokenizer()
        self._backend.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[("[CLS]", cls), ("[SEP]", sep)],
        )
        for content, normalized in rules.added:
            self._backend.add_tokens([AddedToken(content, normalized=normalized)])

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
        Raises BackboneError for a pair that goes to a model with one token type.
        """
        if self.config.token_types < 2 and any(not isinstance(given, str) for given in inputs):
            raise BackboneError(
                "this backbone has 1 token type (type_vocab_size in its config.json), and a pair "
                "needs 2; take an objective that encodes the two texts apart, or another backbone"
            )
        max_length = min(max_length, self.config.max_positions)
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
