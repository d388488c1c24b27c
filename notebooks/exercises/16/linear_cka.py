"""Exercise 16.2: how alike two sets of states are."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.evidence.inside import linear_cka
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_linear_cka(first: Tensor, second: Tensor) -> float:
    """HSIC as a mean over pairs, triples and quadruples of different rows, in plain numbers."""
    n = len(first)

    def products(states: Tensor) -> list[list[float]]:
        rows = states.double().tolist()
        return [[sum(a * b for a, b in zip(x, y, strict=True)) for y in rows] for x in rows]

    def hsic(k: list[list[float]], m: list[list[float]]) -> float:
        pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
        two = sum(k[i][j] * m[i][j] for i, j in pairs) / len(pairs)
        three = sum(k[i][j] * m[i][q] for i, j in pairs for q in range(n) if q not in (i, j)) / (
            len(pairs) * (n - 2)
        )
        four = sum(
            k[i][j] * m[p][q]
            for (i, j), (p, q) in itertools.product(pairs, pairs)
            if not {i, j} & {p, q}
        ) / (len(pairs) * (n - 2) * (n - 3))
        return two + four - 2 * three

    one, two = products(first), products(second)
    return hsic(one, two) / (hsic(one, one) * hsic(two, two)) ** 0.5


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """States that are alike, independent, turned, shifted and enlarged."""
    states = inputs.randn(9, 4)
    other = states[:, :3] + 0.7 * inputs.randn(9, 3)
    free = inputs.randn(9, 5)
    paired, otherwise = (torch.eye(2)[list(places)] for places in ((0, 0, 1, 1), (0, 1, 0, 1)))
    turned = states @ torch.linalg.qr(inputs.randn(4, 4)).Q
    return {
        "states and themselves": inputs.call(answer, states, states),
        "states and themselves, turned": inputs.call(answer, states, turned),
        "states and others like them": inputs.call(answer, states, other),
        "the same, shifted by 3": inputs.call(answer, states + 3, other),
        "the same, ten times as large": inputs.call(answer, 10 * states, other),
        "independent states of nine rows": inputs.call(answer, states, free),
        "more of them": inputs.call(answer, inputs.randn(10, 6), inputs.randn(10, 6)),
        "four sentences, alike in pairs, then in other pairs": inputs.call(
            answer, paired, otherwise
        ),
        "states and their own first feature": inputs.call(answer, states, states[:, :1]),
    }


EXERCISE = Exercise(
    id="16.2",
    title="how alike two sets of states are",
    minutes=15,
    difficulty="demanding",
    core=False,
    reference=linear_cka,
    specification=slow_linear_cka,
    observe=observe,
    tolerance=1e-4,
    hints=(
        "Give the same states twice: 1. Shift all rows by 3, or make them ten times as large: "
        "nothing changes. Give independent states of few rows: about 0, and sometimes below it.",
        "Products of every row with every other make two matrices, (n, n). On the diagonal each "
        "row meets itself, and that says nothing about likeness: set it to 0. The three terms of "
        "HSIC are sums over these matrices; compute them for (K, L), (K, K) and (L, L).",
        "K = first @ first.T, L = second @ second.T, both with 0 on the diagonal\n"
        "hsic(K, L) = Σ K∘L + ΣK · ΣL / ((n − 1)(n − 2)) − 2 / (n − 2) · (sums of K's columns) · "
        "(sums of L's columns)\n"
        "hsic(K, L) / √(hsic(K, K) · hsic(L, L))",
    ),
    mistakes=mistakes(r"""
        diagonal-kept: each row's product with itself stayed in, so that few rows seem alike
            whatever they are.
          look: the diagonals of both Gram matrices: 0 before anything is summed.
          - (gram - gram.diag().diag() for gram in grams)
          + grams
        the-biased-form: this is the first form of CKA, of centred Gram matrices with their
            diagonals; with few rows and many features it is near 1 for independent states.
          look: hsic: the unbiased estimate, with the diagonals left out.
          def linear_cka(first, second):
              one, two = (
                  x @ x.T for x in (s.double() - s.double().mean(0) for s in (first, second))
              )
              return float((one * two).sum() / (one.norm() * two.norm()))
        only-the-first-term: only the products of entries were summed; the two terms that take the
            mean away are missing.
          look: hsic: three terms.
          - together - 2 * (k.sum(0) @ l.sum(0)) / (n - 2)
          + (k * l).sum()
        last-term-left-out: the term with the sums of the columns is missing.
          look: hsic: three terms, the last of them subtracted.
          - together - 2 * (k.sum(0) @ l.sum(0)) / (n - 2)
          + together
        last-term-once: the last term was taken once and not twice.
          look: hsic: 2 / (n − 2).
          - 2 * (k.sum(0)
          + (k.sum(0)
        middle-term-left-out: the term with both whole sums is missing.
          look: hsic: ΣK · ΣL / ((n − 1)(n − 2)).
          -  + k.sum() * l.sum() / ((n - 1) * (n - 2))
        divided-by-n: n stands where n − 1 and n − 2 belong, as in the biased estimate.
          look: the two divisors: with the diagonal left out, fewer pairs are counted.
          - ((n - 1) * (n - 2))
          + (n * n)

          - / (n - 2)
          -
          + / n
          +
        root-left-out: the product of both was divided by, and not its root.
          look: the last line.
          - (hsic(one, one) * hsic(two, two)).sqrt()
          + (hsic(one, one) * hsic(two, two))
        divided-by-one-side: only the first side was divided by.
          look: the last line: both sides, under a root.
          - (hsic(one, one) * hsic(two, two)).sqrt()
          + hsic(one, one)
        cut-off-at-0: what fell below 0 was set to 0. An estimate that is right on average must be
            allowed to fall below.
          look: the last line: no clamp.
          - float(hsic(one, two) / (hsic(one, one) * hsic(two, two)).sqrt())
          + float((hsic(one, two) / (hsic(one, one) * hsic(two, two)).sqrt()).clamp(min=0))
        rows-made-equally-long: every row was divided by its length, so that the products are
            cosines; how far a sentence lies from the others is lost.
          look: the Gram matrices: plain products.
          - states.double() @ states.double().T for states in (first, second)
          + F.normalize(s.double()) @ F.normalize(s.double()).T for s in (first, second)
    """),
    styles=styles(r"""
        centred, in fp32, with fill_diagonal_:
          def linear_cka(first, second):
              n = len(first)

              def gram(states):
                  centred = states - states.mean(dim=0, keepdim=True)
                  return (centred @ centred.T).fill_diagonal_(0)

              def hsic(k, m):
                  ones = torch.ones(n)
                  first_term = torch.trace(k @ m)
                  second_term = (ones @ k @ ones) * (ones @ m @ ones) / (n - 1) / (n - 2)
                  third_term = 2 / (n - 2) * (ones @ k @ m @ ones)
                  return (first_term + second_term - third_term) / (n * (n - 3))

              k, m = gram(first), gram(second)
              return (hsic(k, m) / torch.sqrt(hsic(k, k) * hsic(m, m))).item()

        matrices whose sums are 0:
          def linear_cka(first, second):
              n = len(first)

              def centred(states):
                  gram = states.double() @ states.double().T
                  gram = gram * (1 - torch.eye(n))
                  sums = gram.sum(1) / (n - 2)
                  gram = gram - sums[:, None] - sums[None, :] + gram.sum() / ((n - 1) * (n - 2))
                  return gram * (1 - torch.eye(n))

              a, b = centred(first), centred(second)
              return float((a * b).sum() / ((a * a).sum() * (b * b).sum()) ** 0.5)

        a mask in place of the diagonal:
          def linear_cka(first, second):
              n = first.shape[0]
              off = ~torch.eye(n, dtype=torch.bool)
              k = torch.where(off, first @ first.mT, 0.0).double()
              m = torch.where(off, second @ second.mT, 0.0).double()

              def estimate(a, b):
                  columns = torch.dot(a.sum(dim=1), b.sum(dim=1))
                  mean = a.sum() * b.sum() / (n - 1)
                  return (a * b).sum() + (mean - 2 * columns) / (n - 2)

              return (estimate(k, m) / (estimate(k, k).sqrt() * estimate(m, m).sqrt())).item()
    """),
)
