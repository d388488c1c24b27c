"""minBERT against Hugging Face's `BertModel`, and what its parts, masks and dropout promise."""

from __future__ import annotations

import pytest
import torch
from minbert.conftest import SMALL, Twin, random_inputs, write_random

from mtslib import backbones
from mtslib.base.errors import BackboneError
from mtslib.minbert import BertConfig
from mtslib.minbert.attention import SelfAttention, attention_weights, mask_bias
from mtslib.minbert.encoder import FeedForward, run_layers
from mtslib.minbert.model import mean_pool

TOLERANCE = 1e-5  # of the contract, in fp32


def assert_equal_to_hugging_face(twin, lengths, seed, token_types=True):
    config = twin.backbone.config
    ids, mask, types = random_inputs(lengths, config.vocab_size, seed, token_types)
    with torch.inference_mode():
        ours = twin.backbone.model()(ids, mask, types if token_types else None)
        theirs = twin.theirs(ids, mask, types, output_hidden_states=True)
    assert len(ours.hidden_states) == len(theirs.hidden_states) == config.num_layers + 1
    for depth, (seen, expected) in enumerate(
        zip(ours.hidden_states, theirs.hidden_states, strict=True)
    ):
        assert seen.dtype == torch.float32
        difference = (seen - expected).abs().max().item()
        assert difference <= TOLERANCE, f"hidden_states[{depth}] differ by {difference:.2g}"
    if theirs.pooler_output is not None:
        difference = (ours.pooler_output - theirs.pooler_output).abs().max().item()
        assert difference <= TOLERANCE, f"the pooler differs by {difference:.2g}"


# Equal to Hugging Face -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["minilm", "bert_tiny"])
def test_equal_to_hugging_face_on_ragged_batches(name, seed, request):
    lengths = torch.randint(2, 40, (6,), generator=torch.Generator().manual_seed(seed)).tolist()
    assert_equal_to_hugging_face(request.getfixturevalue(name), lengths, seed)


@pytest.mark.parametrize("seed", range(2))
def test_equal_to_hugging_face_at_the_shape_of_bert_base(bert_base, seed):
    assert_equal_to_hugging_face(bert_base, [23, 2, 11], seed)


@pytest.mark.parametrize("name", ["minilm", "bert_tiny", "bert_base"])
def test_equal_to_hugging_face_at_512_tokens(name, request):
    twin = request.getfixturevalue(name)
    assert_equal_to_hugging_face(twin, [512] if name == "bert_base" else [512, 3], seed=5)


LARGE = [pytest.param(shape, marks=pytest.mark.long) for shape in ("minilm-l12", "bert-base")]


@pytest.mark.parametrize("shape", ["bert-tiny", *LARGE])
@pytest.mark.parametrize("pooler", [True, False])
def test_every_shape_equals_hugging_face_with_and_without_a_pooler(tmp_path, shape, pooler):
    """A folder of one's own: 2 × 128, 12 × 384 and 12 × 768, at another LayerNorm and length."""
    more = {"layer_norm_eps": 1e-7, "max_position_embeddings": 40}
    theirs = write_random(tmp_path, shape, seed=3, pooler=pooler, **more)
    assert_equal_to_hugging_face(Twin(backbones.load(tmp_path), theirs), [40, 7, 23], seed=3)


def test_a_single_token_type_reads_single_texts(tmp_path):
    theirs = write_random(tmp_path, "bert-tiny", seed=4, type_vocab_size=1)
    twin = Twin(backbones.load(tmp_path), theirs)
    assert_equal_to_hugging_face(twin, [9, 4], seed=6, token_types=False)
    with pytest.raises(BackboneError, match=r"has 1 token type .* and a pair needs 2"):
        twin.backbone.tokenizer().encode([("word1", "word2")])


def test_no_more_tokens_are_given_than_there_are_positions(tmp_path):
    write_random(tmp_path, "bert-tiny", seed=5, max_position_embeddings=8)
    (ids,) = backbones.load(tmp_path).tokenizer().encode(["word1 " * 20])
    assert (len(ids.ids), ids.dropped) == (8, 14)


def test_token_types_default_to_zero(bert_tiny):
    assert_equal_to_hugging_face(bert_tiny, [9, 4], seed=6, token_types=False)


def test_equal_to_hugging_face_on_real_text(minilm):
    tokenizer = minilm.backbone.tokenizer()
    pair = tokenizer.encode([("A child feeds the ducks.", "Who feeds them?")])[0]
    ids, types = torch.tensor([pair.ids]), torch.tensor([pair.token_type_ids])
    with torch.inference_mode():
        ours = minilm.backbone.model()(ids, torch.ones_like(ids), types)
        theirs = minilm.theirs(ids, torch.ones_like(ids), types)
        unpaired = minilm.backbone.model()(ids, torch.ones_like(ids))
    torch.testing.assert_close(
        ours.hidden_states[-1], theirs.last_hidden_state, rtol=0, atol=TOLERANCE
    )
    assert (ours.hidden_states[-1] - unpaired.hidden_states[-1]).abs().max() > 0.01, (
        "token types make no difference on these weights, so this test would prove nothing"
    )


# Leaves: attention, feed-forward, pooling against slow specifications --------------------------


@pytest.mark.parametrize("seed", range(3))
def test_attention_is_a_weighted_mean_for_each_head_and_token(seed):
    """The loop that self-attention stands for, one head and one token at a time."""
    torch.manual_seed(seed)
    attention = SelfAttention(SMALL).eval()
    hidden = torch.randn(2, 5, SMALL.hidden_size)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    size = SMALL.head_size
    query, key, value = attention.query(hidden), attention.key(hidden), attention.value(hidden)
    gathered = torch.zeros_like(hidden)
    for b in range(2):
        real = int(mask[b].sum())
        for n in range(SMALL.num_heads):
            features = slice(n * size, (n + 1) * size)
            for t in range(5):
                scores = [query[b, t, features] @ key[b, s, features] for s in range(real)]
                weights = (torch.stack(scores) / size**0.5).softmax(0)
                gathered[b, t, features] = weights @ value[b, :real, features]
    expected = attention.output(gathered)
    seen = attention(hidden, mask_bias(mask))
    torch.testing.assert_close(seen, expected, rtol=0, atol=1e-5)


def test_attention_weights_sum_to_one_and_leave_padding_out():
    query, key = torch.randn(2, 4, 6, 8), torch.randn(2, 4, 6, 8)
    mask = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0]])
    weights = attention_weights(query, key, mask_bias(mask))
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 4, 6))
    assert (weights[1, :, :, 2:] == 0).all()
    assert (weights[1, :, :, :2] > 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_row_without_any_token_still_has_a_softmax(dtype):
    """The bias is finite on purpose, in the arithmetic of the scores too."""
    query = torch.randn(1, 2, 3, 8).to(dtype)
    weights = attention_weights(query, query, mask_bias(torch.zeros(1, 3)))
    assert weights.isfinite().all()


def test_the_feed_forward_uses_the_exact_gelu():
    torch.manual_seed(0)
    feed_forward = FeedForward(SMALL)
    hidden = torch.randn(4, SMALL.hidden_size)
    wide = feed_forward.intermediate(hidden)
    exact = wide * (1 + torch.erf(wide / 2**0.5)) / 2
    expected = feed_forward.output(exact)
    torch.testing.assert_close(feed_forward(hidden), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_mean_pooling_is_the_mean_of_the_real_tokens(seed):
    lengths = [5, 1, 3]
    hidden = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(seed))
    _, mask, _ = random_inputs(lengths, 10, seed)
    expected = torch.stack([hidden[b, :length].mean(0) for b, length in enumerate(lengths)])
    torch.testing.assert_close(mean_pool(hidden, mask), expected)


# Padding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_in_the_padding_never_changes_the_real_tokens(bert_tiny, seed):
    model = bert_tiny.backbone.model()
    ids, mask, types = random_inputs([12, 5, 8], 500, seed)
    other = torch.where(mask > 0, ids, torch.randint_like(ids, 4, 500))
    with torch.inference_mode():
        plain = model(ids, mask, types)
        noisy = model(other, mask, torch.where(mask > 0, types, 1))
    real = mask.bool()
    for seen, expected in zip(noisy.hidden_states, plain.hidden_states, strict=True):
        assert torch.equal(seen[real], expected[real])
    assert torch.equal(noisy.pooler_output, plain.pooler_output)
    assert not torch.equal(noisy.hidden_states[0][~real], plain.hidden_states[0][~real])


def test_a_sentence_alone_and_in_a_padded_batch_gives_the_same_numbers(minilm):
    model = minilm.backbone.model()
    ids, mask, types = random_inputs([30, 7], 30522, seed=1)
    with torch.inference_mode():
        together = model(ids, mask, types).hidden_states[-1][1, :7]
        alone = model(ids[1:, :7], mask[1:, :7], types[1:, :7]).hidden_states[-1][0]
    torch.testing.assert_close(together, alone, rtol=0, atol=TOLERANCE)


# Only [CLS] ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["minilm", "bert_tiny"])
def test_last_only_cls_equals_the_full_computation(name, seed, request):
    twin = request.getfixturevalue(name)
    model = twin.backbone.model()
    ids, mask, types = random_inputs([21, 3, 9], twin.backbone.config.vocab_size, seed)
    with torch.inference_mode():
        full = model(ids, mask, types)
        last = run_layers(model.layers, full.hidden_states[0], mask_bias(mask), last_only_cls=True)
        assert last.shape == (3, 1, twin.backbone.config.hidden_size)
        torch.testing.assert_close(last[:, 0], full.hidden_states[-1][:, 0], rtol=0, atol=TOLERANCE)
        torch.testing.assert_close(model.pooler(last), full.pooler_output, rtol=0, atol=TOLERANCE)


# Config ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model_type": "roberta"}, "model_type = 'roberta', minBERT computes 'bert'"),
        ({"hidden_act": "gelu_new"}, "hidden_act = 'gelu_new', minBERT computes 'gelu'"),
        ({"position_embedding_type": "relative_key"}, "position_embedding_type"),
        ({"num_attention_heads": 5}, "not a multiple of num_heads 5"),
        ({"num_hidden_layers": None}, "num_layers is None, expected a whole number"),
        ({"hidden_size": "768"}, "hidden_size is .768., expected a whole number"),
        ({"num_attention_heads": 0}, "num_heads is 0, expected a whole number"),
    ],
)
def test_a_config_of_another_architecture_is_refused_in_one_line(change, message):
    fields = {
        "model_type": "bert",
        "vocab_size": 100,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": 40,
    }
    assert BertConfig.from_hugging_face(fields).head_size == 8
    with pytest.raises(BackboneError, match=message) as seen:
        BertConfig.from_hugging_face(fields | change)
    assert "\n" not in str(seen.value)


@pytest.mark.parametrize("name", ["vocab_size", "num_attention_heads", "max_position_embeddings"])
def test_a_config_that_lacks_a_size_names_it(name):
    fields = {
        "vocab_size": 100,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": 40,
    }
    del fields[name]
    with pytest.raises(BackboneError, match=f"lacks {name}"):
        BertConfig.from_hugging_face(fields)
