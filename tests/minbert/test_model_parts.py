"""Replaceable parts, and dropout at each place."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from minbert.conftest import SMALL, random_inputs
from torch import nn

from mtslib.base.errors import BackboneError
from mtslib.minbert import BertConfig, BertModel, Parts
from mtslib.minbert.attention import SelfAttention
from mtslib.minbert.embeddings import Embeddings
from mtslib.minbert.encoder import EncoderLayer


class NoAttention(SelfAttention):
    """A learner's part with the right names and shapes, that looks at nobody."""

    def forward(self, hidden, bias):
        self.calls = getattr(self, "calls", 0) + 1
        return torch.zeros_like(hidden)


class LoudEmbeddings(Embeddings):
    """A learner's embeddings, ten times too large."""

    def forward(self, input_ids, token_type_ids):
        return 10 * super().forward(input_ids, token_type_ids)


class Skip(EncoderLayer):
    """A layer that does nothing."""

    def forward(self, hidden, bias):
        return hidden


def test_a_foreign_attention_is_what_the_model_computes_with(bert_tiny):
    inputs = random_inputs([8, 5], 500, seed=0)
    model = bert_tiny.backbone.model(parts=Parts(attention=NoAttention))
    with torch.inference_mode():
        seen = model(*inputs).hidden_states
        expected = bert_tiny.backbone.model()(*inputs).hidden_states
    assert [layer.attention.calls for layer in model.layers] == [1, 1]
    assert torch.equal(seen[0], expected[0])
    assert not torch.allclose(seen[1], expected[1], atol=0.01)
    # Nobody looks at anybody: a token's neighbours no longer matter.
    ids, mask, types = inputs
    with torch.inference_mode():
        alone = model(ids[:, :1], mask[:, :1], types[:, :1]).hidden_states[-1]
    torch.testing.assert_close(alone[:, 0], seen[-1][:, 0], rtol=0, atol=1e-5)


def test_foreign_embeddings_and_layers_are_used_too(bert_tiny):
    inputs = random_inputs([8, 5], 500, seed=0)
    parts = Parts(embeddings=LoudEmbeddings, layer=Skip)
    with torch.inference_mode():
        seen = bert_tiny.backbone.model(parts=parts)(*inputs).hidden_states
        expected = bert_tiny.backbone.model()(*inputs).hidden_states
    assert torch.equal(seen[0], 10 * expected[0])
    assert torch.equal(seen[-1], seen[0])


@pytest.mark.parametrize(
    "parts, names",
    [
        (Parts(attention=NoAttention), "attention"),
        (Parts(layer=Skip), "layer"),
        (Parts(embeddings=LoudEmbeddings), "embeddings"),
        (Parts(LoudEmbeddings, NoAttention, Skip), "embeddings, attention, layer"),
    ],
)
def test_foreign_parts_turn_the_fast_paths_off_and_the_model_says_so(parts, names):
    model = BertModel(SMALL, parts)
    assert not model.fast_paths
    assert f"foreign parts: {names}; fast paths off" in repr(model)


def test_our_own_parts_keep_the_fast_paths():
    model = BertModel(SMALL, Parts(attention=SelfAttention))
    assert model.fast_paths
    assert "foreign" not in repr(model)


def test_a_foreign_part_that_lacks_a_tensor_is_refused_in_one_line(bert_tiny):
    class Unfinished(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.query = nn.Linear(config.hidden_size, config.hidden_size)

    with pytest.raises(BackboneError, match=r"do not fit this model.*must keep the names") as seen:
        bert_tiny.backbone.model(parts=Parts(attention=Unfinished))
    assert "\n" not in str(seen.value)


# Dropout ---------------------------------------------------------------------------------------


def test_encoder_dropout_reaches_every_place_in_the_encoder(bert_tiny):
    """One after the embeddings; in each layer one on the weights, one on both sublayers."""
    for p in (0.0, 0.1, 0.37):
        model = bert_tiny.backbone.model(encoder_dropout=p)
        places = Counter(
            (name.split(".")[0], module.p)
            for name, module in model.named_modules()
            if isinstance(module, nn.Dropout)
        )
        assert places == {("embeddings", p): 1, ("layers", p): 4}


def varies(module: nn.Module, *inputs, **named) -> bool:
    """Whether two runs in train mode differ."""
    module.train()
    with torch.no_grad():
        return not torch.equal(module(*inputs, **named), module(*inputs, **named))


@pytest.mark.parametrize("p", [0.0, 0.3])
def test_dropout_is_really_applied_at_each_place(p):
    """Each place is laid bare by turning off the two others."""
    torch.manual_seed(0)
    hidden, bias = torch.randn(2, 6, SMALL.hidden_size), torch.zeros(2, 1, 1, 6)
    ids = torch.randint(0, 60, (2, 6))
    config = BertConfig(**{**vars(SMALL), "encoder_dropout": p})
    assert varies(Embeddings(config), ids, torch.zeros_like(ids)) == bool(p)
    assert varies(SelfAttention(config), hidden, bias) == bool(p)
    for silent in ("attention.output", "feed_forward.output"):
        layer = EncoderLayer(config)
        layer.attention.dropout.p = 0.0
        for tensor in layer.get_submodule(silent).parameters():
            nn.init.zeros_(tensor)
        assert varies(layer, hidden, bias) == bool(p), f"with {silent} silenced"


def test_dropout_on_attention_weights_acts_on_the_weights():
    """With every value the same, gathered values show only which weights were dropped."""
    torch.manual_seed(1)
    attention = SelfAttention(BertConfig(**{**vars(SMALL), "encoder_dropout": 0.5})).train()
    nn.init.zeros_(attention.value.weight)
    nn.init.ones_(attention.value.bias)
    attention.output = nn.Identity()
    with torch.no_grad():
        gathered = attention(torch.randn(1, 20, SMALL.hidden_size), torch.zeros(1, 1, 1, 20))
    heads = gathered.view(20, SMALL.num_heads, SMALL.head_size)
    assert (heads == heads[:, :, :1]).all(), "one number a head: its weights' sum after dropout"
    assert len(heads[:, 0, 0].unique()) > 5
    assert heads.mean().item() == pytest.approx(1, abs=0.15)


def test_eval_mode_drops_nothing(bert_tiny):
    inputs = random_inputs([8, 5], 500, seed=0)
    with torch.inference_mode():
        high = bert_tiny.backbone.model(encoder_dropout=0.9)(*inputs)
        none = bert_tiny.backbone.model(encoder_dropout=0.0)(*inputs)
    assert torch.equal(high.hidden_states[-1], none.hidden_states[-1])
