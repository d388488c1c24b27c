"""Masked words: BERT's own pretraining, on a task's sentences. Chapters 06 and 18."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.backbones import Backbone
from mtslib.data.batching import Batch, Inputs
from mtslib.finetune.objectives import Objective
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert.attention import mask_bias
from mtslib.minbert.encoder import run_layers

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
        """(n, H) → (n, V), one score per word."""
        guess = self.norm(F.gelu(self.dense(hidden)))  # (n, H)
        return guess @ self.word.weight.T + self.bias


class MaskedWords(nn.Module):
    """A task's trunk and branch layers under a tied head, which guesses the words that are hidden.

    Which words they are is drawn anew at every call, from torch's own stream. Its tensors are the
    task model's, so that training it trains the branch; a frozen trunk stays as it is.
    """

    objective = Objective("masked-words", False, False, lambda losses, _: losses.mean(), None)

    def __init__(self, model: TaskModel, backbone: Backbone) -> None:
        super().__init__()
        self.task_model = model
        self.head = TiedHead(model.trunk.embeddings.word)
        known = backbone.vocabulary
        self.mask_id, self.words = known["[MASK]"], len(known)
        self.special = [known[token] for token in ("[CLS]", "[SEP]", "[PAD]")]

    def forward(self, batch: Batch) -> Tensor:
        """→ −log p of each hidden word, (M,); a single 0 where none was chosen."""
        losses = []
        for inputs in batch.inputs:
            ids = inputs.input_ids  # (B, T)
            special = torch.isin(ids, torch.tensor(self.special, device=ids.device))
            draw = torch.rand(ids.shape, device=ids.device)
            others = torch.randint_like(ids, self.words)
            masked, labels = mask_words(ids, special, draw, others, self.mask_id)
            hidden = self.states(inputs._replace(input_ids=masked))  # (B, T, H)
            chosen = labels != IGNORED
            scores = self.head(hidden[chosen])  # (M, V)
            losses.append(F.cross_entropy(scores.float(), labels[chosen], reduction="none"))
        found = torch.cat(losses)
        return found if len(found) else self.head.bias.sum()[None] * 0

    def states(self, inputs: Inputs) -> Tensor:
        """The top layer's outputs for every token, (B, T, H)."""
        model = self.task_model
        hidden = model.trunk(inputs, {model.depth})[model.depth]
        return run_layers(model.branch.layers.values(), hidden, mask_bias(inputs.attention_mask))

    def trained_tensors(self) -> dict[str, Tensor]:
        """The task model's, and the head's but for the table, which is the trunk's."""
        own = {f"words.{n}": t for n, t in self.head.state_dict().items() if n != "word.weight"}
        return self.task_model.trained_tensors() | own

    def load_trained_tensors(self, tensors: dict[str, Tensor]) -> None:
        """Put back what `trained_tensors` gave."""
        own = {n.removeprefix("words."): t for n, t in tensors.items() if n.startswith("words.")}
        self.head.load_state_dict(own | {"word.weight": self.head.word.weight})
        rest = {name: tensor for name, tensor in tensors.items() if not name.startswith("words.")}
        self.task_model.load_trained_tensors(rest)
