"""A tokenizer's files, of any writer, read as a vocabulary and the rules that go with it.

Chapter 05. A folder holds a `vocab.txt` or a `tokenizer.json`, and perhaps `tokenizer_config.json`
and `added_tokens.json`. They are taken to mean what Hugging Face's own tokenizer makes of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtslib.base.errors import BackboneError
from mtslib.base.files import read_json
from mtslib.base.text import warn

TEXT, JSON, OPTIONS = "vocab.txt", "tokenizer.json", "tokenizer_config.json"
SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
MASK = "[MASK]"  # no input here has one
LONGEST_WORD = 100  # characters; a longer word becomes [UNK], as in BERT's own code
_FEW = 0.01  # of a vocabulary


@dataclass(frozen=True)
class Rules:
    """What is done to a text before WordPiece; by default, what uncased BERT does.

    lowercase: False for a cased model. strip_accents: None for the same as `lowercase`.
    chinese: whether each Chinese character is a word of its own. added: tokens that are found
    whole, anywhere in a text, each with whether they are looked for in the normalised text.
    """

    lowercase: bool = True
    strip_accents: bool | None = None
    chinese: bool = True
    added: tuple[tuple[str, bool], ...] = ()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Rules:
        """The inverse of `asdict`, also after a way through JSON."""
        return cls(**dict(values) | {"added": tuple(map(tuple, values["added"]))})


UNCASED = Rules()

# Ours → its names in tokenizer_config.json and in the normalizer of a tokenizer.json.
_OPTIONS = {
    "lowercase": ("do_lower_case", "lowercase"),
    "strip_accents": ("strip_accents", "strip_accents"),
    "chinese": ("tokenize_chinese_chars", "handle_chinese_chars"),
}

# The rest of what `Tokenizer` does; a tokenizer.json that says otherwise is of another model.
_BERT = {
    ("model", "type"): "WordPiece",
    ("model", "unk_token"): "[UNK]",
    ("model", "continuing_subword_prefix"): "##",
    ("model", "max_input_chars_per_word"): LONGEST_WORD,
    ("normalizer", "type"): "BertNormalizer",
    ("normalizer", "clean_text"): True,
    ("pre_tokenizer", "type"): "BertPreTokenizer",
}
# What a folder without a tokenizer.json may name; others cut words in their own way.
_CLASSES = ("Bert", "DistilBert", "Electra", "MobileBert", "ConvBert", "PreTrained", "Tokenizers")


def read_vocabulary(folder: Path) -> tuple[dict[str, int], Rules]:
    """(token → id in the order of ids, rules) of a folder; of both forms, `vocab.txt` is read.

    Raises BackboneError when a special token is missing, a token or an id stands there twice, or
    a file describes another tokenizer than BERT's.
    """
    written, options = json_object(folder / JSON), json_object(folder / OPTIONS)
    _check_kind(folder, written, options)
    path = folder / TEXT if (folder / TEXT).is_file() else folder / JSON
    try:
        tokens = read_lines(path) if path.name == TEXT else written["model"]["vocab"]
        there = dict(written["model"]["vocab"]) if written else {}
        added = _added(folder, written, options)
        whole = dict(tokens.items()) | {content: number for content, (number, _) in added.items()}
        ordered = dict(sorted(whole.items(), key=lambda item: item[1]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackboneError(
            f"{path} holds no vocabulary ({type(error).__name__}: {error}); fetch it again"
        ) from error
    for token, number in there.items():
        if whole.get(token) != number:
            raise BackboneError(
                f"{folder}: {token!r} is token {number} in {JSON}, {whole.get(token)} in {TEXT}; "
                "the two belong to different models; remove the one that does not"
            )
    if MASK not in tokens and list(ordered)[-1:] == [MASK]:
        ordered.popitem()  # it may lack an embedding
    missing = [token for token in SPECIAL_TOKENS if token not in ordered]
    if missing:
        raise BackboneError(
            f"{path.name} has {len(ordered):,} tokens but lacks {', '.join(missing)}; "
            "expected a BERT vocabulary"
        )
    moved = [token for token, number in tokens.items() if whole[token] != number]
    if moved or list(ordered.values()) != list(range(len(ordered))):
        raise BackboneError(
            f"{path}: the ids of its {len(ordered):,} tokens are not 0, 1, 2, … without a gap, "
            "those of added tokens among them; fetch the folder again"
        )
    own = tuple((c, v) for c, (_, v) in added.items() if c not in (*SPECIAL_TOKENS, MASK))
    return ordered, _rules(folder, options, written.get("normalizer") or {}, ordered, own)


def read_lines(path: Path) -> dict[str, int]:
    """A token stands on each line, and the number of the line is its id."""
    try:
        tokens = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BackboneError(f"{path} is not UTF-8 ({error.reason}); fetch it again") from error
    while tokens and tokens[-1] == "":  # blank lines at the end are no tokens
        tokens.pop()
    vocabulary: dict[str, int] = {}
    for number, token in enumerate(tokens):
        if vocabulary.setdefault(token, number) != number:
            raise BackboneError(
                f"{path}: {token!r} stands on lines {vocabulary[token] + 1} and {number + 1}; "
                "expected each token once, because its line is its id; fetch it again"
            )
    return vocabulary


def _added(folder: Path, written: Mapping, options: Mapping) -> dict[str, tuple[int, bool]]:
    """Tokens beside the vocabulary: content → (id, whether it is looked for in normalised text)."""
    tokens = list(written.get("added_tokens") or [])
    decoder = options.get("added_tokens_decoder") or {}
    tokens += [{"id": int(number), **token} for number, token in decoder.items()]
    named = json_object(folder / "special_tokens_map.json") | options
    special = named.get("additional_special_tokens") or named.get("extra_special_tokens") or ()
    special = {token["content"] if isinstance(token, dict) else token for token in special}
    for content, number in json_object(folder / "added_tokens.json").items():
        tokens.append({"id": number, "content": content, "special": content in special})
    found: dict[str, tuple[int, bool]] = {}
    for token in tokens:
        content = token["content"]
        odd = [flag for flag in ("single_word", "lstrip", "rstrip") if token.get(flag)]
        if odd and content not in (*SPECIAL_TOKENS, MASK):
            raise BackboneError(
                f"{folder}: the added token {content!r} has {odd[0]} on; minBERT's tokenizer finds "
                "added tokens anywhere and alone; save the tokenizer without that flag"
            )
        normalized = token.get("normalized", not token.get("special", False))
        found.setdefault(content, (token["id"], bool(normalized)))
    return found


def _check_kind(folder: Path, written: Mapping, options: Mapping) -> None:
    """Refuse files of a tokenizer that does not work as BERT's."""
    for (part, key), expected in _BERT.items() if written else ():
        seen = (written.get(part) or {}).get(key)
        if seen != expected:
            raise BackboneError(
                f"{folder / JSON} has {part}.{key} = {seen!r}, minBERT's tokenizer has "
                f"{expected!r}; use a BERT with WordPiece"
            )
    named = options.get("tokenizer_class") or json_object(folder / "config.json").get(
        "tokenizer_class"
    )
    kind = str(named or "BertTokenizer").removesuffix("Fast")
    if not written and kind not in [f"{name}Tokenizer" for name in _CLASSES]:
        raise BackboneError(
            f"{folder} names the tokenizer {kind}, which cuts words in its own way; minBERT's "
            "tokenizer works as BertTokenizer; use a BERT with WordPiece"
        )


def _rules(
    folder: Path,
    options: Mapping[str, Any],
    normalizer: Mapping[str, Any],
    vocabulary: Collection[str],
    added: tuple[tuple[str, bool], ...],
) -> Rules:
    """What the options say, else the normalizer, else what the vocabulary shows."""
    capitals = sum(token != token.lower() and token[0] != "[" for token in vocabulary)
    found = {"lowercase": not capitals}
    for ours, (option, inside) in _OPTIONS.items():
        for file, said, name in ((JSON, normalizer, inside), (OPTIONS, options, option)):
            value = said.get(name)
            if value is not None and not isinstance(value, bool):
                raise BackboneError(
                    f"{folder / file} has {name} = {value!r}; expected true or false"
                )
            if value is not None or (name in said and ours == "strip_accents"):
                found[ours] = value
    if found["lowercase"] and capitals > _FEW * len(vocabulary):
        warn(
            f"{folder}: {capitals:,} of {len(vocabulary):,} tokens have capitals that no text will "
            "reach, as its tokenizer lower-cases; is it a cased model? Then set do_lower_case to "
            f"false in {OPTIONS}"
        )
    if not found["lowercase"] and not capitals:
        warn(
            f"{folder}: its tokenizer keeps capitals, and no token has one, so words with capitals "
            f"become [UNK]; is it an uncased model? Then set do_lower_case to true in {OPTIONS}"
        )
    return Rules(**found, added=added)


def json_object(path: Path) -> dict[str, Any]:
    """The values of a JSON file of a backbone; empty where there is none."""
    if not path.is_file():
        return {}
    try:
        values = read_json(path)
    except ValueError as error:
        raise BackboneError(f"{path} is not JSON ({error}); fetch it again") from error
    if not isinstance(values, dict):
        raise BackboneError(f"{path} holds a {type(values).__name__}, expected a JSON object")
    return values
