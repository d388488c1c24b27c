"""Texts that are the same, or nearly: what leaks from train into dev, and what repeats.

Two inputs are the same where their texts agree but for case and white space, in either order of a
pair. They are near where their sets of runs of four characters overlap by `NEAR` of their union
(Jaccard): a word changed in a long sentence, an ending, a comma; not one word of a short question.

All pairs of 100,000 texts are five billion. MinHash (Broder, 1997) finds the near ones without
looking at the others: the smallest of many hashes over a set agrees for two sets with the
probability of their overlap. Texts that agree in one of `BANDS` groups of hashes are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

NEAR = 0.8
LENGTH = 4  # characters of a run
LONGEST = 2000  # characters of a text that are looked at
BANDS, IN_A_BAND = 16, 4  # overlap 0.8 agrees in a band with probability 0.9998, 0.4 with 0.34
BLOCK = 2000  # texts that are hashed together
MOST = 300_000  # pairs that are compared exactly


def plain(texts: Sequence[str]) -> str:
    """An input as it is compared: small letters, single spaces, its texts in one order."""
    return " \n ".join(sorted(" ".join(text.lower().split()) for text in texts))


def near_pairs(texts: Sequence[str], seed: int = 0) -> list[tuple[int, int]]:
    """Pairs (i, j), i < j, of different texts that are near.

    texts: (n,) as `plain` gives them. Of many that are all near one another not every pair is
    listed, but each text is, with one before it.
    """
    long = [i for i, text in enumerate(texts) if len(text) >= LENGTH]
    if len(long) < 2:
        return []
    cut = [texts[i][:LONGEST] for i in long]
    signatures = _signatures(cut, seed)
    pairs = np.unique(np.concatenate(list(_candidates(signatures))), axis=0)
    alike = np.concatenate(
        [
            (signatures[part[:, 0]] == signatures[part[:, 1]]).mean(1)
            for part in np.array_split(pairs, max(1, len(pairs) // 100_000))
        ]
    )
    # Half of the near pairs agree in fewer hashes than they overlap; 0.2 less has almost none.
    likely = pairs[np.argsort(-alike, kind="stable")][: np.sum(alike >= NEAR - 0.2)][:MOST]
    return sorted((long[i], long[j]) for i, j in likely.tolist() if _overlap(cut[i], cut[j]))


def _overlap(first: str, second: str) -> bool:
    one, two = _runs(first), _runs(second)
    common = len(one & two)
    return first != second and common >= NEAR * (len(one) + len(two) - common)


def _runs(text: str) -> set[str]:
    return {text[i : i + LENGTH] for i in range(len(text) - LENGTH + 1)}


def _signatures(texts: Sequence[str], seed: int) -> np.ndarray:
    """The smallest hash of each text's runs, for many hashes → (n, BANDS · IN_A_BAND)."""
    random = np.random.default_rng(seed)
    factors = random.integers(0, 2**63, BANDS * IN_A_BAND, dtype=np.uint64) * 2 + np.uint64(1)
    powers = random.integers(0, 2**63, LENGTH, dtype=np.uint64) * 2 + np.uint64(1)
    found = np.empty((len(texts), len(factors)), dtype=np.uint32)
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        codes = np.frombuffer("".join(block).encode("utf-32-le", "surrogatepass"), np.uint32)
        sizes = np.array([len(text) for text in block])
        # One number for the run that begins at each character; those across a border are left out.
        runs = sum(
            power * codes[i : len(codes) - LENGTH + 1 + i].astype(np.uint64)
            for i, power in enumerate(powers)
        )
        runs ^= runs >> np.uint64(29)
        ends = np.cumsum(sizes)
        inside = np.ones(len(codes), dtype=bool)
        for back in range(1, LENGTH):
            inside[ends - back] = False
        runs = runs[inside[: len(runs)]]
        counts = sizes - LENGTH + 1
        begins = np.cumsum(counts) - counts
        for place, factor in enumerate(factors):
            hashed = ((runs * factor) >> np.uint64(32)).astype(np.uint32)
            found[start : start + len(block), place] = np.minimum.reduceat(hashed, begins)
    return found


def _candidates(signatures: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs that agree in a whole band, each text with the first and the one before → (·, 2)."""
    for band in range(BANDS):
        part = signatures[:, band * IN_A_BAND : (band + 1) * IN_A_BAND]
        keys = np.ascontiguousarray(part).view(f"V{4 * IN_A_BAND}").ravel()
        _, same = np.unique(keys, return_inverse=True)
        order = np.argsort(same, kind="stable")
        new = np.diff(same[order], prepend=-1) != 0
        first = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
        later = np.flatnonzero(~new)
        for before in (first[later], order[later - 1]):
            yield np.stack([before, order[later]], axis=1)
