"""Exercise 04.4: the encoder layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.learn.dropping import NEARLY_ALL, what_is_dropped
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import PARAMETERS, SeededInputs
from mtslib.learn.registry import exercise_file
from mtslib.minbert.attention import SelfAttention, mask_bias
from mtslib.minbert.config import BertConfig
from mtslib.minbert.encoder import EncoderLayer

feed_forward = exercise_file("04/feed_forward.py")


def slow_norm(token: Tensor, norm: nn.LayerNorm) -> Tensor:
    """LayerNorm of one token: its own mean and its own variance, then gain and bias."""
    mean = token.sum() / len(token)
    variance = ((token - mean) ** 2).sum() / len(token)
    return norm.weight * (token - mean) / torch.sqrt(variance + norm.eps) + norm.bias


class SlowEncoderLayer(nn.Module):
    """Attention from chapter 03, and the rest one token at a time."""

    def __init__(self, config: BertConfig, attention: Any = SelfAttention) -> None:
        super().__init__()
        self.attention = attention(config)
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.feed_forward = feed_forward.SlowFeedForward(config)
        self.feed_forward_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.encoder_dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        added = hidden + self.dropout(self.attention(hidden, bias))
        middle = self._each(self.attention_norm, added)
        added = middle + self.dropout(self.feed_forward(middle))
        return self._each(self.feed_forward_norm, added)

    def _each(self, norm: nn.LayerNorm, added: Tensor) -> Tensor:
        rows = [torch.stack([slow_norm(token, norm) for token in row]) for row in added]
        return torch.stack(rows)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Outside training, with padding, in training where dropout takes all, and pretrained.

    A dropout near 1 takes every number, so what is left shows where it stands, whichever way an
    answer draws its chances.
    """
    small = BertConfig(
        hidden_size=12,
        num_heads=3,
        intermediate_size=20,
        encoder_dropout=NEARLY_ALL,
        layer_norm_eps=0.01,
    )
    made = inputs.build(answer, small)
    seen: dict[str, Any] = {PARAMETERS: inputs.parameters(made)}
    if seen[PARAMETERS] != inputs.parameters(SlowEncoderLayer(small)):
        return seen
    bias = mask_bias(torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]))
    hidden = 2 * inputs.randn(2, 5, 12)
    inputs.constant(bias)
    seen["one sentence of two tokens, outside training"] = inputs.call(
        made, hidden[:1, :2], inputs.constant(bias[:1, ..., :2])
    )
    seen["two sentences, the second of them padded"] = inputs.call(made, hidden, bias)
    made.train()
    seen["in training, a dropout by which nothing that a sublayer makes gets through"] = (
        inputs.call(made, hidden, bias)
    )
    for sublayer in ("attention", "feed_forward"):
        seen[f"what {sublayer} makes, in training with a dropout of 0.3"] = _dropped(
            inputs.build(answer, replace(small, hidden_size=6, encoder_dropout=0.3)),
            sublayer,
            inputs,
        )
    if inputs.once:
        real = inputs.build(answer, backbones.load().config)
        real.load_state_dict(feed_forward.real_weights("layers.0."))
        seen["two real sentences, pretrained weights of layer 0"] = inputs.call(
            real, *feed_forward.real_states()
        )
    return seen


def _dropped(layer: nn.Module, sublayer: str, inputs: SeededInputs) -> dict[str, Any]:
    """What dropout does to one sublayer, which makes the same six numbers of every token while the
    other makes 0. The norms hide them; so every choice of them is tried."""
    numbers = inputs.randn(6)
    with torch.no_grad():
        for name in ("attention", "feed_forward"):
            last = getattr(layer, name).output
            last.weight.zero_()
            last.bias.copy_(numbers if name == sublayer else torch.zeros(6))
    hidden = 2 * inputs.randn(4, 5, 6)
    norms = [layer.attention_norm, layer.feed_forward_norm]
    choices = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 6)  # (64, 6)

    def kept(trained: Tensor, _: Tensor) -> Tensor:
        start = hidden if sublayer == "attention" else norms[0](hidden)
        made = start[:, :, None] + choices * numbers / (1 - 0.3)  # (B, T, 64, H)
        tried = norms[1](norms[0](made) if sublayer == "attention" else made)
        apart = (tried - trained[:, :, None]).abs().amax(-1)  # (B, T, 64)
        found = choices[apart.argmin(-1)]
        return torch.where((apart.amin(-1) < 1e-4)[..., None], found, torch.nan)

    return what_is_dropped(inputs, layer, 0.3, hidden, torch.zeros(4, 1, 1, 5), kept=kept)


EXERCISE = Exercise(
    id="04.4",
    title="the encoder layer",
    minutes=20,
    difficulty="steady",
    core=True,
    reference=EncoderLayer,
    specification=SlowEncoderLayer,
    observe=observe,
    hints=(
        "Print the mean and the spread of each token that comes out, over the last axis. With a "
        "fresh layer, whose gain is 1 and bias 0, they are 0 and 1. If not, what came last?",
        "The same three steps twice, dropout, sum, norm: once around attention, once around the "
        "feed-forward. The second time, both the sum and the sublayer start from the first "
        "result.",
        "attended = attention(hidden, bias)\nmiddle = attention_norm(hidden + dropout(attended))\n"
        "made = feed_forward(middle)\nreturn feed_forward_norm(middle + dropout(made))",
    ),
    mistakes=mistakes(r"""
        pre-ln-for-post-ln: each sublayer was given normalised input and its output was added as it
            was; later models do so, BERT normalises the sum.
          look: where the two norms stand: around the sums, not around what a sublayer reads.
          - attended = self.attention(hidden, bias)
          + attended = self.attention(self.attention_norm(hidden), bias)
          - self.attention_norm(asking + self.dropout(attended))
          + asking + self.dropout(attended)
          - self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))
          + hidden + self.dropout(self.feed_forward(self.feed_forward_norm(hidden)))
        norm-before-the-sum: the norm was applied to what each sublayer made, before the sum.
          look: the brackets: the norm goes around the whole sum.
          - self.attention_norm(asking + self.dropout(attended))
          + asking + self.attention_norm(self.dropout(attended))
          - self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))
          + hidden + self.feed_forward_norm(self.dropout(self.feed_forward(hidden)))
        attention-residual-forgotten: what attention read was not added to what it made.
          look: the first sum.
          - self.attention_norm(asking + self.dropout(attended))
          + self.attention_norm(self.dropout(attended))
        feed-forward-residual-forgotten: what the feed-forward read was not added to what it made.
          look: the second sum.
          - self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))
          + self.feed_forward_norm(self.dropout(self.feed_forward(hidden)))
        second-sum-from-the-start: the second sum added the layer's input, and not the result of the
            first norm.
          look: the second sum: it starts where the first norm ended.
          - feed_forward_norm(hidden + self
          + feed_forward_norm(asking + self
        feed-forward-reads-the-input: the feed-forward read the layer's input, so it never saw what
            attention gathered.
          look: what the feed-forward is given: the result of the first norm.
          - self.feed_forward(hidden)
          + self.feed_forward(asking)
        norms-swapped: each of the two norms stands where the other belongs; their shapes are equal.
          look: the names of the norms: attention_norm follows attention.
          - self.attention_norm(asking
          + self.feed_forward_norm(asking
          - self.feed_forward_norm(hidden
          + self.attention_norm(hidden
        first-norm-forgotten: the sum after attention was not normalised.
          look: the line after attention.
          - self.attention_norm(asking + self.dropout(attended))
          + asking + self.dropout(attended)
        last-norm-forgotten: the sum after the feed-forward was not normalised.
          look: the return line.
          - self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))
          + hidden + self.dropout(self.feed_forward(hidden))
        dropout-after-the-sum: dropout fell on the sums, so in training it also took what had been
            there before.
          look: the two sums: only what a sublayer made is dropped.
          - self.attention_norm(asking + self.dropout(attended))
          + self.attention_norm(self.dropout(asking + attended))
          - self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))
          + self.feed_forward_norm(self.dropout(hidden + self.feed_forward(hidden)))
        dropout-forgotten: in training nothing was dropped.
          look: the two sums: self.dropout around what the sublayer made.
          - self.attention_norm(asking + self.dropout(attended))
          + self.attention_norm(asking + attended)
          - self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))
          + self.feed_forward_norm(hidden + self.feed_forward(hidden))
        dropout-always-on: numbers were dropped outside training as well.
          look: the dropout: self.dropout follows train() and eval(), F.dropout alone does not.
          - self.dropout(attended)
          + F.dropout(attended, self.dropout.p)
          - self.dropout(self.feed_forward(hidden))
          + F.dropout(self.feed_forward(hidden), self.dropout.p)
        mask-not-passed-on: attention was not given the bias, so it looked at padding.
          look: the call of attention: its second argument.
          - attended = self.attention(hidden, bias)
          + attended = self.attention(hidden, torch.zeros_like(bias))
    """),
    styles=styles(r"""
        step by step:
          class EncoderLayer(nn.Module):
              def __init__(self, config, attention=SelfAttention):
                  super().__init__()
                  size, eps = config.hidden_size, config.layer_norm_eps
                  self.attention, self.feed_forward = attention(config), FeedForward(config)
                  self.attention_norm = nn.LayerNorm(size, eps=eps)
                  self.feed_forward_norm = nn.LayerNorm(size, eps=eps)
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def forward(self, hidden, bias):
                  residual = hidden
                  x = self.attention(hidden, bias)
                  x = F.dropout(x, self.dropout.p, self.training)
                  x = self.attention_norm(residual + x)
                  residual = x
                  x = self.feed_forward(x)
                  x = F.dropout(x, self.dropout.p, self.training)
                  return self.feed_forward_norm(residual + x)

        a helper that joins:
          class EncoderLayer(nn.Module):
              def __init__(self, config, attention=SelfAttention):
                  super().__init__()
                  size, eps = config.hidden_size, config.layer_norm_eps
                  self.attention, self.feed_forward = attention(config), FeedForward(config)
                  self.attention_norm = nn.LayerNorm(size, eps=eps)
                  self.feed_forward_norm = nn.LayerNorm(size, eps=eps)
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def forward(self, hidden, bias):
                  def join(x, sublayer, norm):
                      return norm(torch.add(self.dropout(sublayer(x)), x))

                  hidden = join(hidden, lambda x: self.attention(x, bias), self.attention_norm)
                  return join(hidden, self.feed_forward, self.feed_forward_norm)

        functional norms:
          class EncoderLayer(nn.Module):
              def __init__(self, config, attention=SelfAttention):
                  super().__init__()
                  size, eps = config.hidden_size, config.layer_norm_eps
                  self.attention, self.feed_forward = attention(config), FeedForward(config)
                  self.attention_norm = nn.LayerNorm(size, eps=eps)
                  self.feed_forward_norm = nn.LayerNorm(size, eps=eps)
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def forward(self, hidden, bias):
                  first, second = self.attention_norm, self.feed_forward_norm
                  size = hidden.shape[-1:]
                  hidden = F.layer_norm(hidden + self.dropout(self.attention(hidden, bias)), size,
                                        first.weight, first.bias, first.eps)
                  return F.layer_norm(hidden + self.dropout(self.feed_forward(hidden)), size,
                                      second.weight, second.bias, second.eps)

        dropout by hand:
          class EncoderLayer(nn.Module):
              def __init__(self, config, attention=SelfAttention):
                  super().__init__()
                  self.attention = attention(config)
                  self.attention_norm = nn.LayerNorm(
                      config.hidden_size, eps=config.layer_norm_eps
                  )
                  self.feed_forward = FeedForward(config)
                  self.feed_forward_norm = nn.LayerNorm(
                      config.hidden_size, eps=config.layer_norm_eps
                  )
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def forward(self, hidden, bias):
                  a = self.attention(hidden, bias)
                  a = (
                      a * (torch.rand_like(a) >= self.dropout.p) / (1 - self.dropout.p)
                      if self.training
                      else a
                  )
                  m = self.attention_norm(hidden + a)
                  f = self.feed_forward(m)
                  f = self.dropout(f)
                  return self.feed_forward_norm(m + f)

        where, in an if:
          class EncoderLayer(nn.Module):
              def __init__(self, config, attention=SelfAttention):
                  super().__init__()
                  self.attention = attention(config)
                  self.attention_norm = nn.LayerNorm(
                      config.hidden_size, eps=config.layer_norm_eps
                  )
                  self.feed_forward = FeedForward(config)
                  self.feed_forward_norm = nn.LayerNorm(
                      config.hidden_size, eps=config.layer_norm_eps
                  )
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def forward(self, hidden, bias):
                  a = self.attention(hidden, bias)
                  a = a.clone()
                  if self.training:
                      keep = torch.rand(a.shape) > self.dropout.p
                      a = a.where(keep, 0.0) / (1 - self.dropout.p)
                  m = self.attention_norm(hidden + a)
                  f = self.feed_forward(m)
                  f = self.dropout(f)
                  return self.feed_forward_norm(m + f)
    """),
)
