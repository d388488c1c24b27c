"""Exercise 19.2: a dev set of whole groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def dev_groups(labels: Sequence[str], groups: Sequence[str], share: float) -> set[str]:
    """The groups that make up dev: about `share` of the rows of every class. Chapter 19.

    labels, groups: (n,) the class and the group of each row. Groups are tried from the largest to
    the smallest, those of one size by name. A group goes into dev if dev is then nearer to what
    it should hold: the sum over classes of |its rows − share × all rows of the class| gets smaller.
    """
    rows = {group: Counter() for group in sorted(groups)}
    for label, group in zip(labels, groups, strict=True):
        rows[group][label] += 1
    wanted = {label: share * count for label, count in Counter(labels).items()}

    def miss(held: Counter) -> float:
        return sum(abs(held[label] - count) for label, count in wanted.items())

    chosen, held = set(), Counter()
    for group in sorted(rows, key=lambda name: -rows[name].total()):
        if miss(held + rows[group]) < miss(held):
            chosen.add(group)
            held = held + rows[group]
    return chosen


def slow_dev_groups(labels: Sequence[str], groups: Sequence[str], share: float) -> set[str]:
    """Count everything anew for each group, from the rows themselves."""
    pairs = list(zip(labels, groups, strict=True))

    def distance(chosen: set[str]) -> float:
        total = 0.0
        for c in set(labels):
            everywhere = sum(label == c for label, _ in pairs)
            inside = sum(label == c and group in chosen for label, group in pairs)
            total += abs(inside - share * everywhere)
        return total

    chosen: set[str] = set()
    for _, group in sorted((-list(groups).count(group), group) for group in set(groups)):
        if distance(chosen | {group}) < distance(chosen) - 1e-9:
            chosen = chosen | {group}
    return chosen


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Groups that a reader can count, then groups of several sizes and a rare class."""

    def ask(labels: list[str], groups: list[str], share: float) -> list[str]:
        found = inputs.call(answer, labels, groups, share)
        if isinstance(found, str) or not isinstance(found, Iterable):
            raise AnswerError(
                f"dev_groups gave back {type(found).__name__}; expected a set of names of groups"
            )
        return sorted(set(found), key=str)

    seen: dict[str, Any] = {
        "groups a (yes, no), b (yes, yes), c (no, no), d (no, yes), a half": ask(
            ["yes", "no", "yes", "yes", "no", "no", "no", "yes"], list("aabbccdd"), 0.5
        ),
        "one group of six rows and three of one, a third": ask(
            ["x", "y"] * 3 + ["x", "y", "x"], list("wwwwwwcba"), 0.34
        ),
        "one class, groups of four, three and three rows, a half": ask(
            ["x"] * 10, list("aaaabbbccc"), 0.5
        ),
        "a group alone of its class": ask(
            ["x"] * 6 + ["rare"] * 2, list("aabbcc") + ["d"] * 2, 0.5
        ),
    }
    for number, share in enumerate((0.23, 0.37, 0.41), 1):
        sizes = inputs.randint(1, 7, (12,)).tolist()
        groups = [f"g{i:02}" for i, size in enumerate(sizes) for _ in range(size)]
        common = inputs.randint(0, 8, (len(groups),)).tolist()
        labels = ["rare" if c == 0 else "pqr"[c % 3] for c in common]
        order = inputs.randn(len(groups)).argsort().tolist()
        shuffled = [labels[i] for i in order], [groups[i] for i in order]
        seen[f"twelve groups, draw {number}: a share of {share}"] = ask(*shuffled, share)
    return seen


EXERCISE = Exercise(
    id="19.2",
    title="a dev set of whole groups",
    minutes=15,
    difficulty="demanding",
    core=True,
    reference=dev_groups,
    specification=slow_dev_groups,
    observe=observe,
    hints=(
        "Look at the first line of what was seen and expected: four groups of two rows, and half "
        "of the rows of each class wanted. How many rows of `yes` and of `no` do your groups hold?",
        "Count the rows of each class in each group, once. Then dev is a running count by class: "
        "try a group, measure how far the count is from what is wanted before and after, and keep "
        "the group only where it came nearer.",
        "rows[group] = counts by class\nwanted[class] = share × all rows of the class\n"
        "for group from the largest to the smallest, by name where equal:\n"
        "    if miss(held + rows[group]) < miss(held): take it, and add its counts\n"
        "miss(held) = Σ over classes |held[class] − wanted[class]|",
    ),
    mistakes=mistakes(r"""
        classes-ignored: only the number of rows was counted, so a class can miss dev or fill it.
          look: the distance: one term for each class.
          - sum(abs(held[label] - count) for label, count in wanted.items())
          + abs(held.total() - sum(wanted.values()))
        smallest-first: the smallest groups were tried first; the large ones no longer fit then.
          look: the order of the groups: from the largest to the smallest.
          - -rows[name].total()
          + rows[name].total()
        order-of-the-file: the groups were tried in the order in which they stand in the file.
          look: the order of the groups: by size, then by name.
          - sorted(rows, key=lambda name: -rows[name].total())
          + dict.fromkeys(groups)
        order-of-names: the groups were tried by name, whatever their size.
          look: the order of the groups: by size first.
          - sorted(rows, key=lambda name: -rows[name].total())
          + rows
        sizes-without-names: groups of one size were tried in the order of the file, so that another
            order of the rows gives another dev set.
          look: the order of the groups: by name where the sizes are equal.
          - sorted(groups)
          + groups
        share-of-groups: a share of the groups was taken, whatever they hold.
          look: what is counted: rows of each class, not groups.
          def dev_groups(labels, groups, share):
              size = Counter(groups)
              by_size = sorted(sorted(size), key=lambda group: -size[group])
              return set(by_size[: round(share * len(by_size))])
        until-full: groups were taken until dev had its rows, also those that overfill a class.
          look: the condition: a group must bring the counts nearer to what is wanted.
          - miss(held + rows[group]) < miss(held)
          + held.total() < share * len(labels)
        never-beyond: a group was refused as soon as one class would go beyond its share, though
            dev would come nearer as a whole.
          look: the condition: compare the distance before and after.
          - miss(held + rows[group]) < miss(held)
          + all((held + rows[group])[label] <= count for label, count in wanted.items())
        count-not-kept: each group was compared with an empty dev set: what was taken before was
            forgotten.
          look: below the condition: add the counts of the group to those of dev.
          - held = held + rows[group]
          + pass
        train-returned: the groups that are left came back: those of train.
          look: the last line: the groups that were taken.
          - return chosen
          + return set(groups) - chosen
    """),
    styles=styles(r"""
        with lists and sorted pairs:
          def dev_groups(labels, groups, share):
              classes = sorted(set(labels))
              counts = {}
              for label, group in zip(labels, groups):
                  counts.setdefault(group, [0] * len(classes))[classes.index(label)] += 1
              wanted = [share * sum(c[i] for c in counts.values()) for i in range(len(classes))]
              now, dev = [0] * len(classes), []
              for group, own in sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0])):
                  then = [a + b for a, b in zip(now, own)]
                  before = sum(abs(a - w) for a, w in zip(now, wanted))
                  after = sum(abs(a - w) for a, w in zip(then, wanted))
                  if after < before:
                      now = then
                      dev.append(group)
              return set(dev)

        with numpy:
          def dev_groups(labels, groups, share):
              import numpy as np

              names, place = np.unique(groups, return_inverse=True)
              classes, kind = np.unique(labels, return_inverse=True)
              table = np.zeros((len(names), len(classes)))
              np.add.at(table, (place, kind), 1)
              missing, chosen = share * table.sum(0), set()
              for row in np.argsort(-table.sum(1), kind="stable"):
                  if abs(missing - table[row]).sum() < abs(missing).sum():
                      missing = missing - table[row]
                      chosen.add(str(names[row]))
              return chosen
    """),
)
