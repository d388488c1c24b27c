"""Exercise 01.6: batches of like length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, listed


def bucket(
    order: Sequence[int], lengths: Sequence[int], batch_size: int, pool: int
) -> list[list[int]]:
    """Cut a shuffled order into pools, sort each by length, cut it into batches. Chapter 01.

    order: positions, shuffled. lengths: lengths[position]. pool: examples sorted together, a
    multiple of batch_size. Returns batches of positions, the shortest first in each pool.
    `batching.training_batches` shuffles before and after.
    """
    batches = []
    for start in range(0, len(order), pool):
        by_length = sorted(order[start : start + pool], key=lambda position: lengths[position])
        for cut in range(0, len(by_length), batch_size):
            batches.append(by_length[cut : cut + batch_size])
    return batches


def slow_bucket(
    order: Sequence[int], lengths: Sequence[int], batch_size: int, pool: int
) -> list[list[int]]:
    """Take the shortest that is left in a pool, again and again."""
    batches: list[list[int]] = []
    left = list(order)
    while left:
        here, left = left[:pool], left[pool:]
        batch: list[int] = []
        while here:
            shortest = min(here, key=lambda position: lengths[position])
            here.remove(shortest)
            batch.append(shortest)
            if len(batch) == batch_size or not here:
                batches.append(batch)
                batch = []
    return batches


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Lengths that a reader can sort, then random ones; ties are compared by length only."""
    lengths = [5, 9, 3, 8, 6, 4, 7]
    seen = {
        f"lengths {lengths}, order {order}, batches of {size}, pools of {pool}": listed(
            inputs.call(answer, order, lengths, size, pool)
        )
        for order, size, pool in (
            ([0, 1, 2, 3], 2, 4),
            ([6, 1, 0, 4, 2, 5, 3], 2, 4),
            ([6, 1, 0, 4, 2, 5, 3], 2, 2),
            ([5, 3, 2, 6, 0], 3, 3),  # part of the examples only
        )
    }
    many = inputs.randint(3, 12, (50,)).tolist()
    order = torch.randperm(50, generator=inputs.generator).tolist()
    made = listed(inputs.call(answer, order, many, 4, 12))
    if isinstance(made, list) and all(isinstance(batch, list) for batch in made):
        flat = [position for batch in made for position in batch]
        seen["50 examples, batches of 4, pools of 12: each exactly once"] = sorted(flat)
        if sorted(flat) == list(range(50)):
            made = [[many[position] for position in batch] for batch in made]
    seen["50 examples, batches of 4, pools of 12: the lengths in each batch"] = made
    return seen


EXERCISE = Exercise(
    id="01.6",
    title="batches of like length",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=bucket,
    specification=slow_bucket,
    observe=observe,
    hints=(
        "Put your batches of all positions in one row and sort them: is every position there "
        "exactly once, also those of the last, short pool?",
        "Two cuts. The first makes pools of the shuffled order, the second makes batches of a "
        "sorted pool. Sort positions, but by the lengths that they stand for.",
        "for start = 0, pool, 2·pool, …:\n"
        "    part of the order from start to start + pool, sorted by lengths[position]\n"
        "    cut that part into pieces of batch_size, and add them to the batches",
    ),
    mistakes=mistakes(r"""
        not-sorted: the pools were not sorted, so which lengths stand side by side is left to
            chance.
          look: what you do with a pool before you cut it.
          - sorted(order[start : start + pool], key=lambda position: lengths[position])
          + order[start : start + pool]
        sorted-by-position: the pools were sorted by position, not by length.
          look: the key of the sort: lengths[position].
          - , key=lambda position: lengths[position]
        everything-sorted-at-once: the whole order was sorted, so nothing is left to chance and
            neighbours never change.
          look: what you sort: one pool at a time.
          - range(0, len(order), pool)
          + range(0, len(order), len(order))
          - order[start : start + pool]
          + order
        longest-first: the pools were sorted from long to short; the exercise asks for the shortest
            first.
          look: the direction of the sort.
          - lengths[position])
          + -lengths[position])
        pool-counted-in-batches: pool was taken as a number of batches; it is a number of examples.
          look: the step from pool to pool.
          - len(order), pool)
          + len(order), pool * batch_size)
          - start + pool]
          + start + pool * batch_size]
        short-batch-dropped: the last batch of a pool was dropped because it is not full.
          look: what is left over when a pool is cut: it is a batch too.
          - for cut in range(0, len(by_length), batch_size):
          + for cut in range(0, len(by_length) - batch_size + 1, batch_size):
        short-pool-dropped: the last pool was dropped because it is not full, and its examples are
            in no batch.
          look: the starts of the pools: up to the end of the order.
          - range(0, len(order), pool)
          + range(0, len(order) - pool + 1, pool)
        order-ignored: the pools hold positions start, start + 1, …; the order says which
            positions.
          look: what you sort: order[start : start + pool].
          - sorted(order[start : start + pool],
          + sorted(range(start, min(start + pool, len(order))),
        places-in-the-order-for-positions: the batches say where in the order an example stands, not
            which example it is.
          look: what you put into a batch: order[i], not i.
          - sorted(order[start : start + pool], key=lambda position: lengths[position])
          + sorted(range(start, min(start + pool, len(order))), key=lambda i: lengths[order[i]])
        pool-not-cut: each pool became one batch.
          look: the second cut: batches of batch_size.
          -         for cut in range(0, len(by_length), batch_size):
          -             batches.append(by_length[cut : cut + batch_size])
          +         batches.append(by_length)
        lengths-for-positions: the batches hold lengths; whoever makes the batch needs to know which
            examples.
          look: what you sort: positions, by the lengths that they stand for.
          - sorted(order[start : start + pool], key=lambda position: lengths[position])
          + sorted(lengths[p] for p in order[start : start + pool])
    """),
    styles=styles(r"""
        torch's argsort:
          def bucket(order, lengths, batch_size, pool):
              batches = []
              for part in torch.tensor(order).split(pool):
                  own = torch.tensor([lengths[p] for p in part.tolist()])
                  for batch in part[own.argsort()].split(batch_size):
                      batches.append(batch.tolist())
              return batches

        one comprehension:
          def bucket(order, lengths, batch_size, pool):
              pools = [order[i : i + pool] for i in range(0, len(order), pool)]
              ordered = [sorted(part, key=lengths.__getitem__) for part in pools]
              size = batch_size
              return [p[i : i + size] for p in ordered for i in range(0, len(p), size)]

        sorted in place, on a copy:
          def bucket(order, lengths, batch_size, pool):
              rest, batches = list(order), []
              while rest:
                  part, rest = rest[:pool], rest[pool:]
                  part.sort(key=lambda p: (lengths[p], p))
                  while part:
                      batches.append(part[:batch_size])
                      part = part[batch_size:]
              return batches

        tuples:
          def bucket(order, lengths, batch_size, pool):
              out = []
              for s in range(0, len(order), pool):
                  q = list(order[s : s + pool])
                  q.sort(key=lengths.__getitem__)
                  out.extend(
                      tuple(q[i : i + batch_size]) for i in range(0, len(q), batch_size)
                  )
              return tuple(out)

        arrays:
          def bucket(order, lengths, batch_size, pool):
              import numpy as np

              out = []
              l = np.array(lengths)
              for s in range(0, len(order), pool):
                  q = np.array(order[s : s + pool])
                  q = q[np.argsort(l[q], kind="stable")]
                  out += [q[i : i + batch_size] for i in range(0, len(q), batch_size)]
              return out

        numbers of NumPy:
          def bucket(order, lengths, batch_size, pool):
              import numpy as np

              out = []
              l = np.array(lengths)
              for s in range(0, len(order), pool):
                  q = np.array(order[s : s + pool])
                  q = list(q[np.argsort(l[q], kind="stable")])
                  out += [q[i : i + batch_size] for i in range(0, len(q), batch_size)]
              return out

        tensors split:
          def bucket(order, lengths, batch_size, pool):
              out = []
              l = torch.tensor(lengths)
              for q in torch.tensor(order).split(pool):
                  q = q[l[q].argsort(stable=True)]
                  out += [b.tolist() for b in q.split(batch_size)]
              return out

        a helper that cuts:
          def bucket(order, lengths, batch_size, pool):
              def cut(xs, n):
                  return [xs[i : i + n] for i in range(0, len(xs), n)]

              return [
                  b
                  for q in cut(order, pool)
                  for b in cut(sorted(q, key=lambda p: lengths[p]), batch_size)
              ]
    """),
)
