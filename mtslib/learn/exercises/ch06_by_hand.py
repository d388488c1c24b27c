"""Chapter 06: small references that exist nowhere else in the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """−log softmax(logits)[label], averaged over the batch: (B, C), (B,) → ().

    The largest logit of a row is taken off first: no exponential overflows, no value changes.
    """
    shifted = logits - logits.max(dim=-1, keepdim=True).values  # (B, C)
    log_probabilities = shifted - shifted.exp().sum(dim=-1, keepdim=True).log()  # (B, C)
    chosen = log_probabilities[torch.arange(len(labels)), labels]  # (B,)
    return -chosen.mean()


def train_epoch(
    head: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], optimizer: Optimizer
) -> float:
    """One pass over the batches → the mean loss over all examples.

    batches: pairs of features (B, H) and labels (B,). One step of the optimizer for each.
    """
    head.train()
    total, examples = 0.0, 0
    for features, labels in batches:
        loss = F.cross_entropy(head(features), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


def corrected_moments(
    gradients: Sequence[Tensor], beta1: float, beta2: float
) -> tuple[Tensor, Tensor]:
    """Adam's two running means after all gradients, bias corrected: m̂ and v̂.

    gradients: one of each step, all of one shape; m and v start at 0. Kingma & Ba (2015),
    algorithm 1.
    """
    m = torch.zeros_like(gradients[0])
    v = torch.zeros_like(gradients[0])
    for gradient in gradients:
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
    steps = len(gradients)
    return m / (1 - beta1**steps), v / (1 - beta2**steps)


def learning_rate(step: int, steps: int, warm_up: int, peak: float) -> float:
    """The rate of step 0, 1, …, steps − 1: a line up over `warm_up` steps, then a line down.

    The first step has peak / warm_up, the last of the warm-up has the peak, and the line down
    would reach 0 one step after the last.
    """
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (steps - step) / (steps - warm_up)


IGNORED = -100  # F.cross_entropy leaves such labels out


def mask_words(
    input_ids: Tensor, special: Tensor, draw: Tensor, other_ids: Tensor, mask_id: int
) -> tuple[Tensor, Tensor]:
    """Hide 15 % of the words, as BERT's pretraining does → (masked ids, labels), both (B, T).

    special (B, T): True at [CLS], [SEP] and padding, which are never chosen.
    draw (B, T): a number in [0, 1) for each token. Under 0.15 the token is chosen. Of these,
    under 0.12 it becomes [MASK], from 0.12 to 0.135 it becomes its entry of other_ids (B, T), and
    above it stays. Labels are the original ids where chosen and -100 elsewhere.
    Devlin et al. (2019), section 3.1.
    """
    chosen = (draw < 0.15) & ~special
    labels = torch.where(chosen, input_ids, IGNORED)
    masked = torch.where(chosen & (draw < 0.135), other_ids, input_ids)
    masked = torch.where(chosen & (draw < 0.12), mask_id, masked)
    return masked, labels


class TiedHead(nn.Module):
    """Guess a word from a hidden state, with the table of words as the last matrix.

    dense, GELU, LayerNorm, then a score for each word: its row of the table times the result,
    plus its bias. The table is the model's own, not a copy (Press & Wolf, 2017; Devlin et al.'s
    published code has the same head).
    """

    def __init__(self, word: nn.Embedding) -> None:
        super().__init__()
        words, size = word.weight.shape
        self.word = word  # shared: one tensor, two uses
        self.dense = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)
        self.bias = nn.Parameter(torch.zeros(words))

    def forward(self, hidden: Tensor) -> Tensor:
        """(n, H) → (n, V), one score a word."""
        guess = self.norm(F.gelu(self.dense(hidden)))  # (n, H)
        return guess @ self.word.weight.T + self.bias
