"""The frozen trunk's outputs on a whole set, computed once and read batch by batch. Chapter 09.

A frozen trunk in eval mode says the same about a sentence in every epoch, so it need not be asked
again. What it says about real tokens is kept by `mtslib.finetune.cache`; here a training batch is
put together from it.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache as once

import numpy as np
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from mtslib.backbones import Backbone
from mtslib.base import provenance
from mtslib.base.errors import BusyError, LockError, TrainError
from mtslib.base.files import sha256_tensor
from mtslib.data.batching import Batch, Tokenised, collate, distinct, evaluation_batches, padded
from mtslib.finetune import cache
from mtslib.finetune.cache import Contents
from mtslib.finetune.evaluate import EVALUATION_BATCH
from mtslib.finetune.objectives import SENTENCE, SPLIT
from mtslib.finetune.precision import autocast
from mtslib.finetune.task_model import Trunk

# What a trunk output depends on, of this project's code.
TRUNK_CODE = (
    "minbert",
    "data/batching.py",
    "finetune/task_model.py",
    "finetune/hidden_states.py",
)


@dataclass(frozen=True)
class States:
    """hidden_states[d] of every example of one set.

    rows: (tokens, H), real tokens only, in the order of `evaluation_batches`.
    starts, lengths: for each input of an example (one; two if siamese or split) where its rows
        begin and how many they are, (n,) by position in the set.
    contents: what they are, where the cache holds them.
    """

    rows: np.ndarray
    starts: tuple[np.ndarray, ...]
    lengths: tuple[np.ndarray, ...]
    contents: Contents | None = None

    def arranged(self, places: np.ndarray) -> States:
        """The same rows for examples that are made of these; places: as `distinct` gives it."""
        starts, lengths = (tuple(column[0][places.T]) for column in (self.starts, self.lengths))
        return replace(self, starts=starts, lengths=lengths)

    def hidden(self, batch: Batch, only_first: bool = False) -> list[Tensor]:
        """What the trunk would give for `batch`: one (B, T, H) an input, zeros at padding.

        only_first: only the first token, (B, 1, H), for a branch that has no layer of its own
        and reads only [CLS].
        """
        positions = batch.positions.numpy()
        hidden = []
        for part, starts, lengths in zip(batch.inputs, self.starts, self.lengths, strict=True):
            wanted = np.ones_like(positions) if only_first else lengths[positions]
            filled = padded(self.rows, starts[positions], wanted).astype(np.float32, copy=False)
            hidden.append(torch.from_numpy(filled).to(part.attention_mask.device))
        return hidden


@dataclass(frozen=True)
class Source:
    """A set and the trunk that is asked about it.

    name: for the progress bar. form: the encoding, see `Objective.encoding`.
    """

    name: str
    trunk: Trunk
    backbone: Backbone
    tokens: Tokenised
    data_sha256: str
    form: str
    max_length: int
    device: torch.device
    precision: str


def open_states(
    source: Source,
    depth: int,
    also_depths: Collection[int] = (),
    keep: Collection[str] = (),
    progress: bool = True,
) -> States | None:
    """The outputs of `source` at `depth`, read from the cache or computed.

    also_depths: where the trunk has to run, keep these in the same pass, if there is room.
    keep: names of entries that must not be dropped to make room.
    For the split encoding they are kept by sentence: one that stands in many pairs is read once,
    in other company than its pair, so that scores differ by rounding from those without a cache.
    A cache that cannot be written or is too small costs only time: it is said in one line, and
    None is returned. Raises TrainError where its limit is no number of GB.
    """
    if source.form == SPLIT:
        sentences, places = distinct(source.tokens)
        kept = open_states(
            replace(source, tokens=sentences, form=SENTENCE), depth, also_depths, keep, progress
        )
        return kept and kept.arranged(places)
    cache.limit()  # first, so that a wrong one is told whether or not there is anything to write
    wanted, *others = _contents(source, [depth, *sorted({*also_depths} - {depth})])
    try:
        cache.folder().mkdir(parents=True, exist_ok=True)
        with cache.filling([wanted, *others]):
            rows = cache.read(wanted)
            if rows is None:
                missing = [c for c in others if not cache.present(c)]
                chosen = _that_fit([[wanted, *missing], [wanted]], keep)
                if not chosen:
                    print(_too_small(source, wanted.nbytes))
                    return None
                _fill(source, chosen, progress)
                rows = cache.read(wanted)
    except (OSError, LockError, BusyError) as error:
        reason = getattr(error, "strerror", None) or error
        print(
            f"the cache in {cache.folder()} cannot be written ({reason}); "
            "training goes on without it and runs the trunk at every step"
        )
        return None
    starts, lengths = _layout(source.tokens)
    return None if rows is None else States(np.asarray(rows), starts, lengths, wanted)


def _that_fit(choices: Sequence[list[Contents]], keep: Collection[str]) -> list[Contents]:
    """The first choice for which the cache has room, others dropped if need be; else none."""
    for chosen in choices:
        needed = sum(contents.nbytes for contents in chosen)
        if cache.make_room(needed, keep, chosen[0].set_name):
            return chosen
    return []


def _too_small(source: Source, needed: int) -> str:
    return (
        f"the trunk's outputs on {source.name} need {needed / 1e9:.3g} GB, and the cache has no "
        f"room for them (at most {cache.limit() / 1e9:g} GB); the trunk runs at every step; "
        f"set {cache.LIMIT_VARIABLE} to allow more GB"
    )


def _fill(source: Source, missing: Sequence[Contents], progress: bool) -> None:
    """Run the trunk once over the set and write every missing depth."""
    depths = [contents.depth for contents in missing]
    trunk = _reaching(source, max(depths))
    said = _said(trunk, source.tokens, depths, source.precision, source.device)
    total = -(-len(source.tokens) // EVALUATION_BATCH) * len(source.tokens.sequences[0])
    bar = tqdm(said, f"{source.name} trunk", total, disable=not progress, leave=False)
    with cache.writing(missing) as writers:
        for found in bar:
            for write, depth in zip(writers, depths, strict=True):
                write(_rows(found[depth], missing[0].dtype))


def _said(
    trunk: nn.Module,
    tokens: Tokenised,
    depths: Sequence[int],
    precision: str,
    device: torch.device,
) -> Iterator[dict[int, Tensor]]:
    """What a frozen trunk says of the real tokens, (tokens, H) by depth, batch by batch.

    In the batches of `evaluate.predict`, so that scoring from a cache in fp32 gives the bits that
    scoring without it gives.
    """
    for positions in evaluation_batches(tokens.lengths, EVALUATION_BATCH):
        for inputs in collate(tokens, positions).to(device).inputs:
            with torch.inference_mode(), autocast(precision, device):
                hidden = trunk(inputs, depths)
                real = inputs.attention_mask.bool()  # (B, T)
                found = {depth: hidden[depth][real] for depth in depths}
            yield found


def run_once(trunk: nn.Module, tokens: Tokenised, depth: int) -> States:
    """A frozen trunk's outputs at `depth` on a small set, on the CPU in fp32, kept in memory."""
    said = _said(trunk, tokens, [depth], "fp32", torch.device("cpu"))
    return States(np.concatenate([found[depth].numpy() for found in said]), *_layout(tokens))


def _rows(hidden: Tensor, dtype: np.dtype) -> np.ndarray:
    """(tokens, H) as it is stored. Raises OSError where fp16 cannot hold a number."""
    rows = hidden.float().cpu().numpy()
    if dtype == np.float16 and (np.abs(rows) > np.finfo(np.float16).max).any():
        raise OSError("a hidden state is too large for fp16")
    return rows.astype(dtype, copy=False)


def _layout(tokens: Tokenised) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Where each example's rows begin, and how many they are, for each of its inputs."""
    lengths = np.array([[len(part.ids) for part in parts] for parts in tokens.sequences])  # (n, P)
    starts = np.zeros_like(lengths)
    row = 0
    for positions in evaluation_batches(tokens.lengths, EVALUATION_BATCH):
        for part in range(lengths.shape[1]):
            ends = row + np.cumsum(lengths[positions, part])
            starts[positions, part] = ends - lengths[positions, part]
            row = int(ends[-1])
    return tuple(starts.T.copy()), tuple(lengths.T.copy())


def _contents(source: Source, depths: Sequence[int]) -> list[Contents]:
    if not source.trunk.frozen:
        raise TrainError("the trunk is trained, so its outputs are not fixed; nothing is cached")
    digests = _trunk_digests(_reaching(source, max(depths)))
    facts = {
        "backbone_sha256": source.backbone.sha256,
        "data_sha256": source.data_sha256,
        "tokens_sha256": _tokens_sha256(source.tokens),
        "form": source.form,
        "max_length": source.max_length,
        "precision": source.precision,
        "code_sha256": _code_sha256(),
        "machine": f"torch {torch.__version__}, {provenance.device_name(source.device)}, "
        f"{torch.get_num_threads()} threads",
        "tokens": sum(len(part.ids) for parts in source.tokens.sequences for part in parts),
        "hidden_size": source.backbone.config.hidden_size,
    }
    return [Contents(trunk_sha256=digests[d], depth=d, **facts) for d in depths]


def _reaching(source: Source, depth: int) -> Trunk:
    """The source's trunk, or the backbone's when that one does not reach so deep."""
    if depth <= source.trunk.depth:
        return source.trunk
    bert = source.backbone.model()
    return Trunk(bert.embeddings, bert.layers[:depth], frozen=True).to(source.device)


def _trunk_digests(trunk: Trunk) -> list[str]:
    """For each depth d one hash over the embeddings and the layers below d, as they are now."""
    digest = hashlib.sha256()
    found = []
    for module in (trunk.embeddings, *trunk.layers):
        for name, tensor in module.state_dict().items():
            digest.update(f"{name} {sha256_tensor(tensor)} ".encode())
        found.append(digest.hexdigest())
    return found


def _tokens_sha256(tokens: Tokenised) -> str:
    digest = hashlib.sha256()
    for part in itertools.chain.from_iterable(tokens.sequences):
        for numbers in (part.ids, part.token_type_ids):
            digest.update(np.array([len(numbers), *numbers], np.int32).data)
    return digest.hexdigest()


@once
def _code_sha256() -> str:
    """One hash over the code that computes a trunk's output, read when it was imported."""
    return provenance.sources_sha256(TRUNK_CODE)
