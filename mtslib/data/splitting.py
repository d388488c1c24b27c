"""One file into train, dev and test: seeded, whole groups, every class in its share. A leaf."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence


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
    members: dict[str, Counter] = defaultdict(Counter)
    for label, group in zip(labels, groups, strict=True):
        members[group][label] += 1
    total = Counter(labels)
    have = {name: Counter() for name in shares}

    def miss(name: str, counts: Counter) -> float:
        """How far this split would be from its share with these rows in it, less than without."""
        return sum(
            n * (n + 2 * (have[name][label] - shares[name] * total[label])) / total[label]
            for label, n in counts.items()
        )

    place = {}
    for group in sorted(members, key=lambda g: (-members[g].total(), _digest(f"{seed} {g}"))):
        chosen = min(shares, key=lambda name: miss(name, members[group]))
        have[chosen] += members[group]
        place[group] = chosen
    return [place[group] for group in groups]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
