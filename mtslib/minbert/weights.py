"""A folder as Hugging Face's writers leave it: its weights whole or in shards, with any prefix.

Chapter 05.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from mtslib.base.errors import BackboneError
from mtslib.base.files import read_json, sha256_file
from mtslib.base.text import warn
from mtslib.minbert.config import BertConfig, check_architecture
from mtslib.minbert.vocabulary import JSON, TEXT, json_object

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
FILES = (WEIGHTS, "config.json", TEXT)  # what the Hub has of a backbone
_DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
_FIRST = "embeddings.word_embeddings.weight"  # every BERT has it, behind whatever prefix

# Hugging Face's names → ours, tried in order. The oldest checkpoints write gamma and beta.
_NAMES = (
    (r"^bert\.", ""),
    (r"\.gamma$", ".weight"),
    (r"\.beta$", ".bias"),
    (r"^embeddings\.(word|position|token_type)_embeddings\.", r"embeddings.\1."),
    (r"^embeddings\.LayerNorm\.", "embeddings.norm."),
    (r"^encoder\.layer\.(\d+)\.attention\.self\.", r"layers.\1.attention."),
    (r"^encoder\.layer\.(\d+)\.attention\.output\.dense\.", r"layers.\1.attention.output."),
    (r"^encoder\.layer\.(\d+)\.attention\.output\.LayerNorm\.", r"layers.\1.attention_norm."),
    (r"^encoder\.layer\.(\d+)\.intermediate\.dense\.", r"layers.\1.feed_forward.intermediate."),
    (r"^encoder\.layer\.(\d+)\.output\.dense\.", r"layers.\1.feed_forward.output."),
    (r"^encoder\.layer\.(\d+)\.output\.LayerNorm\.", r"layers.\1.feed_forward_norm."),
)


def our_name(hugging_face_name: str) -> str:
    """minBERT's name of a Hugging Face BERT tensor, e.g. `layers.0.attention.query.weight`."""
    name = hugging_face_name
    for pattern, replacement in _NAMES:
        name = re.sub(pattern, replacement, name)
    return name


def renamed(raw: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """minBERT's tensors by our names, in fp32, from a BERT that stands alone or in a larger model.

    What stands beside it (the heads of pretraining, a classifier) and the constant position_ids
    and token_type_ids are left out.
    """
    prefixes = {name.removesuffix(_FIRST) for name in raw if name.endswith(_FIRST)}
    if len(prefixes) > 1:
        raise BackboneError(
            f"the weights hold {len(prefixes)} encoders ({', '.join(sorted(prefixes))}); expected "
            "one BERT; save the one you mean on its own"
        )
    prefix = prefixes.pop() if prefixes else ""
    inside = {n.removeprefix(prefix): t for n, t in raw.items() if n.startswith(prefix)}
    kept = {
        our_name(name): tensor
        for name, tensor in inside.items()
        if name.startswith(("embeddings.", "encoder.", "pooler."))
        and not name.endswith(("position_ids", "token_type_ids"))
    }
    for name, tensor in kept.items():
        _check_numbers(name, tensor)
    return {name: tensor.to(torch.float32) for name, tensor in kept.items()}


def _check_numbers(name: str, tensor: Tensor) -> None:
    """Raise BackboneError for a tensor that holds nothing to compute with."""
    if tensor.dtype not in _DTYPES:
        kind = str(tensor.dtype).removeprefix("torch.")
        raise BackboneError(
            f"tensor {name} holds {kind}; expected floating-point numbers of 16, 32 or 64 bits; "
            "are the weights quantized? Use those that are not"
        )
    if not torch.isfinite(tensor.sum(dtype=torch.float64)):
        raise BackboneError(
            f"tensor {name} holds NaN or infinity, and every answer would be NaN; did the training "
            "that wrote it diverge, or is the file damaged? Use other weights"
        )


def with_pooler(tensors: dict[str, Tensor], config: BertConfig, folder: Path) -> dict[str, Tensor]:
    """The tensors, with a fresh pooler where the writer kept none, as of a masked language model.

    It is drawn as BERT draws its weights, and the same each time.
    """
    if "pooler.dense.weight" in tensors or "pooler.dense.bias" in tensors:
        return tensors
    warn(f"{folder} has no pooler: with pooling `pooler`, it starts from random weights")
    size = config.hidden_size
    weight = torch.empty(size, size).normal_(0, 0.02, generator=torch.Generator().manual_seed(0))
    return tensors | {"pooler.dense.weight": weight, "pooler.dense.bias": torch.zeros(size)}


# Files -----------------------------------------------------------------------------------------


def complete_folder(folder: Path) -> Path:
    """The folder that holds the encoder with all that is needed: this one, or one inside it.

    Raises BackboneError for another architecture, for pickles, and for files that are missing.
    """
    folder = _encoder_folder(folder)
    # First: of another architecture nothing else would fit either.
    check_architecture(json_object(folder / "config.json"), f"{folder / 'config.json'}")
    weights = weight_files(folder)
    pickles = [] if weights else _named(folder, ".bin", ".pt", ".pth")
    if pickles:
        raise BackboneError(
            f"{folder} holds {pickles[0]}, a pickle, where {WEIGHTS} is expected; a pickle can run "
            f"code and is never loaded; convert it there with: {_convert_command(pickles)}"
        )
    present = [folder / "config.json"], [folder / TEXT, folder / JSON]
    missing = [] if weights else [WEIGHTS]
    missing += [
        " or ".join(path.name for path in either)
        for either in present
        if not any(path.is_file() for path in either)
    ]
    if missing:
        others = _named(folder, ".safetensors", ".onnx", ".h5", ".msgpack", ".ckpt.index")
        why = "the download may have stopped halfway: fetch the folder again"
        if not weights and others:
            why = f"it holds {others[0]}: is that an adapter, a part, or of another library?"
        raise BackboneError(
            f"{folder} lacks {', '.join(missing)}; expected {', '.join(FILES)}; {why}"
        )
    return folder


def _encoder_folder(folder: Path) -> Path:
    """Where the encoder lies: sentence-transformers may keep it in a folder, `0_Transformer`.

    A folder of the Hugging Face cache keeps each revision in one of its own, named by refs/main.
    """
    named = folder / "refs" / "main"
    if named.is_file():
        folder = folder / "snapshots" / named.read_text(encoding="utf-8").strip()
    if (folder / "config.json").is_file() and weight_files(folder):
        return folder
    inside = [path for path in sorted(folder.glob("0_*")) if (path / "config.json").is_file()]
    return inside[0] if inside else folder


def _named(folder: Path, *suffixes: str) -> list[str]:
    """The files that end so; the model's own, where there are others of its training."""
    names = sorted(path.name for path in folder.glob("*") if path.name.endswith(suffixes))
    return [name for name in names if name.startswith("pytorch_model")] or names


def _convert_command(pickles: Sequence[str]) -> str:
    """A line for the shell that reads tensors from pickles, and runs none of their code."""
    return (
        'python -c "import torch; from safetensors.torch import save_file; save_file({name: '
        f"tensor.clone().contiguous() for file in {list(pickles)} for name, tensor in torch.load("
        f"file, map_location='cpu', weights_only=True).items()}}, '{WEIGHTS}')\""
    )


def weight_files(folder: Path) -> list[Path]:
    """The file of weights, or its shards in order; empty where there is neither.

    Raises BackboneError when the index of the shards is damaged or names one that is missing.
    """
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    index = folder / INDEX
    if not index.is_file():
        return []
    try:
        names = sorted(set(read_json(index)["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackboneError(
            f"{index} is not an index of shards ({type(error).__name__}: {error}); fetch it again"
        ) from error
    missing = [n for n in names if Path(n).name != n or not (folder / n).is_file()]
    if missing or not names:
        raise BackboneError(
            f"{index} names {len(names)} shards, of which {', '.join(missing[:3]) or 'none'} "
            "cannot be found beside it; fetch the folder again"
        )
    return [folder / name for name in names]


def weights_sha256(files: list[Path]) -> str:
    """The sha256 of the file of weights; of shards, one over their hashes in order."""
    digests = [sha256_file(file) for file in files]
    return digests[0] if len(files) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """Read a safetensors file. Raises BackboneError that says what else it is when it is none."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise BackboneError(
            f"{path} is a pickle by its first bytes, whatever its name says; a pickle can run code "
            "and is never loaded; rename it pytorch_model.bin, and you are told how to convert it"
        )
    try:
        return safetensors.torch.load_file(path)
    except safetensors.SafetensorError as error:
        size = path.stat().st_size
        kind = "a pointer of Git LFS" if head == b"version " else "not a whole safetensors file"
        raise BackboneError(
            f"{path} ({size:,} bytes) is {kind} ({' '.join(str(error).split())[:200]}); "
            "the download may have stopped halfway: fetch it again"
        ) from error
