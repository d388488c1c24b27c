"""One file into train, dev and test: seeded, whole groups, every class in its share. A leaf."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

import numpy as np


def split_rows(
    labels: Sequence[Hashable],
    groups: Sequence[str],
    shares: Mapping[str, float],
    seed: int = 0,
) -> list[str]:
    """The split of each row, by name.

    labels: (n,) the classes, which each split gets in its share, as far as whole groups allow;
        one and the same for all where there are no classes.
    groups: (n,) rows of one group stay together; all different where rows stand alone.
    shares: of the rows, by split; they sum to 1.

    The largest groups are placed first, each where the counts come nearest to what is wanted;
    among equals a hash of seed and group decides, so that the order of the rows does not matter
    where groups have names, and no version of a random generator either.
    """
    rows = sorted(range(len(groups)), key=groups.__getitem__)  # those of one group side by side
    new = [0] + [i for i in range(1, len(rows)) if groups[rows[i]] != groups[rows[i - 1]]]
    ends = [*new[1:], len(rows)] if rows else []
    sizes = np.subtract(ends, new[: len(ends)])
    digests = b"".join(_digest(f"{seed} {groups[rows[start]]}") for start in new[: len(ends)])
    words = np.frombuffer(digests, dtype=">u8").reshape(-1, 4)
    total = Counter(labels)
    have = {name: Counter() for name in shares}

    def miss(name: str, counts: Mapping[Hashable, int]) -> float:
        """How far this split would be from its share with these rows in it, less than without."""
        of_name, share = have[name], shares[name]
        return sum(
            n * (n + 2 * (of_name[label] - share * total[label])) / total[label]
            for label, n in counts.items()
        )

    found = [""] * len(rows)
    for i in np.lexsort((*words.T[::-1], -sizes)).tolist():
        group = rows[new[i] : ends[i]]
        counts = {labels[group[0]]: 1} if len(group) == 1 else Counter(labels[i] for i in group)
        chosen = min(shares, key=lambda name: miss(name, counts))
        for label, n in counts.items():
            have[chosen][label] += n
        for row in group:
            found[row] = chosen
    return found


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
