"""Exercise 06.7: a tied head."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.finetune.masked_words import TiedHead
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import ByKind, SeededInputs


class SlowTiedHead(nn.Module):
    """GELU, LayerNorm and the dot product with each word, written out."""

    def __init__(self, word: nn.Embedding) -> None:
        super().__init__()
        words, size = word.weight.shape
        self.word = word
        self.dense = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)
        self.bias = nn.Parameter(torch.zeros(words))

    def forward(self, hidden: Tensor) -> Tensor:
        """(n, H) → (n, V)."""
        scores = []
        for row in hidden:
            state = self.dense.weight @ row + self.dense.bias
            state = state * 0.5 * (1 + torch.erf(state / math.sqrt(2)))
            centred = state - state.mean()
            state = centred / torch.sqrt((centred**2).mean() + self.norm.eps)
            state = state * self.norm.weight + self.norm.bias
            scores.append(
                torch.stack([state @ self.word.weight[w] for w in range(len(self.bias))])
                + self.bias
            )
        return torch.stack(scores)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Its parts, one guess, and whether the table is the model's own."""
    table = nn.Embedding(9, 6)
    fresh = inputs.build(answer, table)
    found: dict[str, Any] = {
        "the kinds and shapes of the parameters": inputs.parameters(ByKind(fresh))
    }
    starts = [tensor.detach().clone() for tensor in inputs.call(answer, table).parameters()]
    found["the first values of the words' bias"] = [t for t in starts if t.shape == (9,)]
    head = inputs.fill(ByKind(fresh))
    hidden = inputs.randn(4, 6)
    found["the scores of 9 words for one hidden state"] = inputs.call(head, hidden[:1])
    found["the scores for four hidden states"] = inputs.call(head, hidden)
    with torch.no_grad():
        table.weight.mul_(2)
    found["the scores after the model's own table was doubled"] = inputs.call(head, hidden)
    table.weight.grad = None
    inputs.call(head, hidden).square().sum().backward()
    found["the gradient that reaches the model's own table"] = table.weight.grad
    return found


EXERCISE = Exercise(
    id="06.7",
    title="a tied head",
    minutes=12,
    difficulty="steady",
    core=False,
    reference=TiedHead,
    specification=SlowTiedHead,
    observe=observe,
    hints=(
        "Double the embedding's weight after building the head. Do the scores change? They must.",
        "The head needs no matrix of its own for the words: the table has one row per word, and a "
        "dot product with that row is the word's score.",
        "guess = norm(gelu(dense(hidden)))\nscores = guess · tableᵀ + bias, one per word",
    ),
    mistakes=mistakes(r"""
        table-copied: the head has a copy of the table, so what the one learns, the other does not.
          look: the constructor: keep the embedding you were given, without clone or new tensors.
          - self.word = word  #
          + self.word = nn.Embedding.from_pretrained(word.weight.clone(), False)  #
        table-cut-off-from-the-gradient: the table was detached, so it learns nothing as an output
            matrix.
          look: the last line: no detach, no .data.
          - self.word.weight.T
          + self.word.weight.detach().T
        gelu-forgotten: there is no GELU between dense and norm.
          look: the first line of forward: F.gelu.
          - self.norm(F.gelu(self.dense(hidden)))
          + self.norm(self.dense(hidden))
        norm-forgotten: the LayerNorm was left out.
          look: the first line of forward: norm comes last.
          - self.norm(F.gelu(self.dense(hidden)))
          + F.gelu(self.dense(hidden))
        norm-before-gelu: the LayerNorm came before the GELU.
          look: the order: dense, GELU, norm.
          - self.norm(F.gelu(self.dense(hidden)))
          + F.gelu(self.norm(self.dense(hidden)))
        dense-forgotten: the hidden state went to the GELU without the dense layer.
          look: the first line of forward: dense comes first.
          - self.norm(F.gelu(self.dense(hidden)))
          + self.norm(F.gelu(hidden))
        bias-forgotten: the bias of the words is not added.
          look: the last line: + self.bias.
          -  + self.bias
        softmax-in-the-head: the head returns probabilities; the loss takes the softmax itself.
          look: the last line: return the scores as they are.
          - guess @ self.word.weight.T + self.bias
          + (guess @ self.word.weight.T + self.bias).softmax(-1)
    """),
    styles=styles(r"""
        functional linear:
          class TiedHead(nn.Module):
              def __init__(self, word):
                  super().__init__()
                  self.word = word
                  self.dense = nn.Linear(word.embedding_dim, word.embedding_dim)
                  self.norm = nn.LayerNorm(word.embedding_dim)
                  self.bias = nn.Parameter(torch.zeros(word.num_embeddings))

              def forward(self, hidden):
                  state = self.norm(F.gelu(self.dense(hidden)))
                  return F.linear(state, self.word.weight, self.bias)

        einsum:
          class TiedHead(nn.Module):
              def __init__(self, word):
                  super().__init__()
                  V, H = word.weight.shape
                  self.dense, self.norm = nn.Linear(H, H), nn.LayerNorm(H)
                  self.word, self.bias = word, nn.Parameter(torch.zeros(V))

              def forward(self, hidden):
                  state = self.norm(nn.GELU()(self.dense(hidden)))
                  return torch.einsum("nh,vh->nv", state, self.word.weight) + self.bias

        other names:
          class TiedHead(nn.Module):
              def __init__(self, word):
                  super().__init__()
                  self.table = word
                  self.transform = nn.Linear(word.embedding_dim, word.embedding_dim)
                  self.layer_norm = nn.LayerNorm(word.embedding_dim)
                  self.word_bias = nn.Parameter(torch.zeros(word.num_embeddings))

              def forward(self, hidden):
                  state = self.layer_norm(torch.nn.functional.gelu(self.transform(hidden)))
                  return torch.addmm(self.word_bias, state, self.table.weight.t())

        GELU written out:
          class TiedHead(nn.Module):
              def __init__(self, word):
                  super().__init__()
                  words, size = word.weight.shape
                  self.word = word
                  self.dense = nn.Linear(size, size)
                  self.norm = nn.LayerNorm(size)
                  self.bias = nn.Parameter(torch.zeros(words))

              def forward(self, hidden):
                  x = self.dense(hidden)
                  x = self.norm(x * 0.5 * (1 + torch.erf(x / 2**0.5)))
                  return (x[:, None, :] * self.word.weight).sum(-1) + self.bias
    """),
)
