"""One pass for requests of different tasks: rows to the trunk, to their branches, and back.

Three savings, each its own: parameters are held once, whatever is asked; requests of different
tasks and texts ride in one batch; and equal rows are computed once. Chapter 12.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from mtslib.data.batching import Inputs
from mtslib.finetune.task_model import Trunk
from mtslib.minbert.attention import mask_bias
from mtslib.minbert.tokenizer import TokenIds
from mtslib.serving.merged_model import MergedModel

ENOUGH = 160  # tokens: products of so many rows are about as quick as those of more


@dataclass(frozen=True)
class Row:
    """One sequence of tokens as the trunk reads it; equal rows have equal hidden states."""

    ids: tuple[int, ...]
    token_type_ids: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def is_sentence(self) -> bool:
        """Whether it is one text alone, which may come again in other pairs."""
        return not any(self.token_type_ids)


# What one request asks for: by task the rows that its branch reads, two where they are apart.
Wanted = Mapping[str, tuple[Row, ...]]


def rows_of(parts: Sequence[TokenIds]) -> tuple[Row, ...]:
    """Tokenised sequences as rows that can be compared."""
    return tuple(Row(tuple(part.ids), tuple(part.token_type_ids)) for part in parts)


def next_batch(waiting: Sequence[Collection[Row]], budget: int, max_padding: int) -> list[int]:
    """Which of the waiting requests ride in the next pass → their positions, oldest first.

    waiting: the rows of each request, the oldest request first; anything that can be compared
    and has a length in tokens will do as a row. A pass costs its rows × its longest row, equal
    rows once. The oldest request always rides, so that none waits for ever. Each later one joins
    if the pass then still costs at most `budget` tokens, at most `max_padding` of them padding.
    """
    chosen: list[int] = []
    riding: set[Row] = set()
    real = longest = 0
    for position, rows in enumerate(waiting):
        fresh = set(rows) - riding
        tokens = real + sum(map(len, fresh))
        width = max([longest, *map(len, fresh)])
        cost = width * (len(riding) + len(fresh))
        if not chosen or (cost <= budget and cost - tokens <= max_padding):
            chosen.append(position)
            riding |= fresh
            real, longest = tokens, width
    return chosen


class StateCache:
    """hidden_states[d] of sentences seen before, the least recently used dropped beyond a size."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes, self.bytes = max_bytes, 0
        self._kept: OrderedDict[tuple[Row, int], Tensor] = OrderedDict()

    def get(self, row: Row, depths: Collection[int]) -> dict[tuple[Row, int], Tensor]:
        """The states (T, H) of a row by (row, depth); none unless all `depths` are kept."""
        found = {(row, depth): self._kept.get((row, depth)) for depth in depths}
        if any(state is None for state in found.values()):
            return {}
        for key in found:
            self._kept.move_to_end(key)
        return found

    def put(self, row: Row, depth: int, state: Tensor) -> None:
        """Keep a copy, since a view would hold its whole batch in memory."""
        if (row, depth) in self._kept:
            return
        self._kept[row, depth] = state.clone()
        self.bytes += state.nbytes
        while self.bytes > self.max_bytes:
            self.bytes -= self._kept.popitem(last=False)[1].nbytes


@dataclass(frozen=True)
class PassCost:
    """What one pass did.

    trunk_ms: shared by all its requests; branch_ms: of each task. rows: computed in the trunk,
    of which `tokens` are real and the share `padding` is not. cached: rows that were not computed.
    """

    trunk_ms: float
    branch_ms: dict[str, float]
    rows: int
    tokens: int
    padding: float
    cached: frozenset[Row]


def answer_together(
    model: MergedModel, requests: Sequence[Wanted], pad_id: int, cache: StateCache | None = None
) -> tuple[list[dict[str, Tensor]], PassCost]:
    """One pass for all requests → for each the output of every task it asks, and what it cost.

    Each row runs through the trunk once, up to the deepest tap that reads it, whoever asks; each
    branch then runs on its own rows alone, and an equal question to it once.
    """
    depths: dict[Row, set[int]] = {}
    for wanted in requests:
        for task, rows in wanted.items():
            for row in rows:
                depths.setdefault(row, set()).add(model.taps[task])
    started = time.perf_counter()
    states: dict[tuple[Row, int], Tensor] = {}
    cached = set()
    for row in depths if cache is not None else ():
        if row.is_sentence and (kept := cache.get(row, depths[row])):
            states |= kept
            cached.add(row)
    fresh = {row: taps for row, taps in depths.items() if row not in cached}
    if fresh:
        states |= trunk_states(model.trunk, fresh, pad_id)
    trunk_ms = (time.perf_counter() - started) * 1e3
    outputs, branch_ms = _branch_outputs(model, requests, states, pad_id)
    for (row, depth), state in states.items() if cache is not None else ():
        if row.is_sentence and row not in cached:
            cache.put(row, depth, state)
    tokens = sum(map(len, fresh))
    computed = sum(map(padded, alike(fresh)))
    padding = 1 - tokens / computed if computed else 0.0
    return outputs, PassCost(trunk_ms, branch_ms, len(fresh), tokens, padding, frozenset(cached))


def trunk_states(
    trunk: Trunk, depths: Mapping[Row, Collection[int]], pad_id: int
) -> dict[tuple[Row, int], Tensor]:
    """hidden_states[d] of each row at each of its depths: (row, d) → (T, H), without padding.

    Rows of about one length go together. Those that are read further up come first, so that a
    layer runs on those it is needed for.
    """
    found: dict[tuple[Row, int], Tensor] = {}
    for rows in alike(depths):
        found |= _states_of(trunk, {row: depths[row] for row in rows}, pad_id)
    return found


def alike(rows: Collection[Row]) -> list[list[Row]]:
    """Rows in groups of about one length, the longest first, so that little of each is padding.

    A group has at least `ENOUGH` tokens with its padding: with fewer, products are slower than
    the padding is dear, so the last group joins the one before it where it has less than half.
    """
    groups: list[list[Row]] = []
    for row in sorted(rows, key=len, reverse=True):
        if not groups or (len(row) < len(groups[-1][0]) and padded(groups[-1]) >= ENOUGH):
            groups.append([])
        groups[-1].append(row)
    if len(groups) > 1 and padded(groups[-1]) < ENOUGH // 2:
        last = groups.pop()
        groups[-1] += last
    return groups


def padded(rows: Sequence[Row]) -> int:
    """Tokens of rows side by side, padding included; the longest is the first."""
    return len(rows) * len(rows[0])


def _states_of(
    trunk: Trunk, depths: Mapping[Row, Collection[int]], pad_id: int
) -> dict[tuple[Row, int], Tensor]:
    """`trunk_states` of rows that run side by side."""
    order = sorted(depths, key=lambda row: -max(depths[row]))
    inputs = side_by_side(order, pad_id)
    bias = mask_bias(inputs.attention_mask)  # (B, 1, 1, T)
    hidden = trunk.embeddings(inputs.input_ids, inputs.token_type_ids)  # (B, T, H)
    found = {}
    for depth in range(max(depths[order[0]]) + 1):
        if depth:
            needed = sum(max(depths[row]) >= depth for row in order)
            hidden = trunk.layers[depth - 1](hidden[:needed], bias[:needed])
        for place, row in enumerate(order):
            if depth in depths[row]:
                found[row, depth] = hidden[place, : len(row)]
    return found


def _branch_outputs(
    model: MergedModel,
    requests: Sequence[Wanted],
    states: Mapping[tuple[Row, int], Tensor],
    pad_id: int,
) -> tuple[list[dict[str, Tensor]], dict[str, float]]:
    """Each branch on its own rows, and each output back to those who asked for it."""
    outputs: list[dict[str, Tensor]] = [{} for _ in requests]
    milliseconds = {}
    for task in dict.fromkeys(task for wanted in requests for task in wanted):
        started = time.perf_counter()
        askers: dict[tuple[Row, ...], list[int]] = {}
        for position, wanted in enumerate(requests):
            if task in wanted:
                askers.setdefault(wanted[task], []).append(position)
        columns = list(zip(*askers, strict=True))  # one of rows; two where they are apart
        depth = model.taps[task]
        hidden = [
            pad_sequence([states[row, depth] for row in column], batch_first=True)
            for column in columns
        ]
        inputs = [side_by_side(column, pad_id) for column in columns]
        found = model.branches[task](hidden, inputs)
        for output, positions in zip(found, askers.values(), strict=True):
            for position in positions:
                outputs[position][task] = output
        milliseconds[task] = (time.perf_counter() - started) * 1e3
    return outputs, milliseconds


def side_by_side(rows: Sequence[Row], pad_id: int) -> Inputs:
    """Rows padded to the longest of them: three (B, T) tensors."""

    def equally_long(columns: Sequence[Sequence[int]], padding: int) -> Tensor:
        width = max(map(len, columns))
        return torch.tensor([[*c, *[padding] * (width - len(c))] for c in columns])

    ids = equally_long([row.ids for row in rows], pad_id)
    mask = equally_long([[1] * len(row) for row in rows], 0)
    return Inputs(ids, mask, equally_long([row.token_type_ids for row in rows], 0))
