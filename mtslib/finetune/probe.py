"""The probe: fixed inputs on which a model's outputs are kept as its fingerprint."""

from __future__ import annotations

import torch
from torch import Tensor

from mtslib.data.batching import Batch, collate, tokenise
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert.tokenizer import Tokenizer

# Written for this project. Short and long, plain and odd, so that padding, unknown characters,
# numbers and token types all take part. Changing them makes every older checkpoint unreadable.
SENTENCES = (
    "The film is slow, and worth every minute.",
    "No.",
    "A soup that tastes of nothing, served by people who seem to know it.",
    "The bridge was repaired in 1987 and again in 2011, at 3.5 times the cost.",
    "I expected little from the second half; it turned out to be the better one by far, "
    "although the ending, which everybody had warned me about, arrives twenty minutes late.",
    "Café, naïve, 東京, and a lone ☂ at the door.",
    "",
    "wHaT a WaStE oF aN eVeNiNg !!!",
)
PAIRS = (
    ("How do I learn to swim?", "What is the best way to learn swimming?"),
    ("How do I learn to swim?", "How do fish learn to swim?"),
    ("A child feeds the ducks.", "The ducks are fed by a child."),
    ("A child feeds the ducks.", "A duck feeds the children, who sit by the water in a long row."),
    ("Is it safe?", ""),
    ("The train leaves at 9:15.", "The train leaves at 9:50."),
    ("Nobody came to the meeting on Monday.", "On Monday, everybody came to the meeting."),
    ("ok", "ok"),
)


def probe_batch(tokenizer: Tokenizer, pair: bool, siamese: bool) -> Batch:
    """The probe as one batch of eight: sentences, pairs, or pairs encoded apart."""
    texts = PAIRS if pair else tuple((text,) for text in SENTENCES)
    tokenised = tokenise(tokenizer, texts, siamese=siamese)
    return collate(tokenised, range(len(tokenised)))


def probe_outputs(model: TaskModel, tokenizer: Tokenizer) -> Tensor:
    """The model's fp32 outputs on its probe, (8, …), in eval mode, without any cache."""
    batch = probe_batch(tokenizer, model.task.is_pair, model.objective.apart)
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    with torch.inference_mode():
        outputs = model(batch.to(device)).float().cpu().clone()
    model.train(was_training)
    return outputs
