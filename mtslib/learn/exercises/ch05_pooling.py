"""Chapter 05: from one state a token to one a sentence."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch05_spec as spec

_POOLED = "torch.tanh(self.dense(hidden[:, 0]))"
_GIVEN = """
class Pooler(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden):
"""

POOLER = Exercise(
    id="05.4",
    title="the pooler",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference="mtslib.minbert.model:Pooler",
    specification=spec.SlowPooler,
    observe=spec.observe_pooler,
    hints=(
        "What is the shape of what you return? One vector a sentence, (B, H). And its numbers: "
        "does any lie outside -1 to 1?",
        "The pooler reads one token of each sentence, [CLS], which stands at position 0. A linear "
        "map, then tanh.",
        "first = the states of token 0 of every sentence\nreturn tanh(dense(first))",
    ),
    mistakes=(
        Mistake(
            "tanh-forgotten",
            "the linear map came out without the tanh after it.",
            "the return line.",
            ((_POOLED, "self.dense(hidden[:, 0])"),),
        ),
        Mistake(
            "pooled-from-the-last-position",
            "the last token was read, which is [SEP] or padding; the pooler reads [CLS].",
            "the index of the token: [CLS] is the first.",
            (("hidden[:, 0]", "hidden[:, -1]"),),
        ),
        Mistake(
            "pooled-from-the-second-position",
            "the second token was read; positions count from 0.",
            "the index of the token: [CLS] is at 0.",
            (("hidden[:, 0]", "hidden[:, 1]"),),
        ),
        Mistake(
            "pooled-from-the-mean",
            "the mean of all tokens was read; this pooler was trained on [CLS] alone.",
            "what the linear map is given.",
            (("hidden[:, 0]", "hidden.mean(1)"),),
        ),
        Mistake(
            "first-sentence-for-first-token",
            "hidden[0] is the whole first sentence; asked was the first token of each sentence.",
            "the index: a colon for the batch, then the position.",
            (("hidden[:, 0]", "hidden[0]"),),
        ),
        Mistake(
            "every-token-kept",
            "all tokens went through the pooler; asked was one vector a sentence.",
            "what the linear map is given: [CLS] alone.",
            (("self.dense(hidden[:, 0])", "self.dense(hidden)"),),
        ),
        Mistake(
            "tanh-before-the-map",
            "tanh came before the linear map.",
            "the order: map, then tanh.",
            ((_POOLED, "self.dense(torch.tanh(hidden[:, 0]))"),),
        ),
        Mistake(
            "sigmoid-for-tanh",
            "the numbers were squeezed by a sigmoid, so none is negative.",
            "the activation: tanh runs from -1 to 1.",
            (("torch.tanh(", "torch.sigmoid("),),
        ),
    ),
    styles=(
        Style("method", _GIVEN + "        return self.dense(hidden[:, 0, :]).tanh()\n"),
        Style(
            "functional",
            _GIVEN
            + """
        first = hidden.select(1, 0)
        return nn.Tanh()(F.linear(first, self.dense.weight, self.dense.bias))
""",
        ),
        Style(
            "map every token, keep one",
            _GIVEN + "        return torch.tanh(self.dense(hidden))[:, 0]\n",
        ),
    ),
)

_SUM, _COUNT = "(hidden * weights).sum(1)", "weights.sum(1)"

MEAN = Exercise(
    id="05.5",
    title="the mean of the real tokens",
    minutes=10,
    difficulty="steady",
    core=True,
    reference="mtslib.minbert.model:mean_pool",
    specification=spec.slow_mean,
    observe=spec.observe_mean,
    hints=(
        "Add a padding token to a sentence: does your mean change? It must not.",
        "Padding has a state like any other token. Multiplied by 0 it adds nothing, and it must "
        "not be counted either.",
        "weights = the mask, with a last axis so that it fits (B, T, H)\n"
        "add hidden · weights over the tokens\ndivide by the sum of weights over the tokens",
    ),
    mistakes=(
        Mistake(
            "padding-counted",
            "padding was averaged in as if it were a word.",
            "the sum and the count: both need the mask.",
            ((f"{_SUM} / {_COUNT}", "hidden.mean(1)"),),
        ),
        Mistake(
            "divided-by-all-tokens",
            "padding was left out of the sum, and counted in the division.",
            "the divisor: the real tokens of each sentence.",
            ((f"/ {_COUNT}", "/ hidden.shape[1]"),),
        ),
        Mistake(
            "padding-summed",
            "padding was added to the sum, and left out of the count.",
            "the sum: multiply by the mask first.",
            ((_SUM, "hidden.sum(1)"),),
        ),
        Mistake(
            "sum-for-mean",
            "this is the sum of the real tokens; asked was their mean.",
            "the last step: divide by how many they are.",
            ((f" / {_COUNT}", ""),),
        ),
        Mistake(
            "divided-by-the-whole-batch",
            "each sum was divided by the real tokens of all sentences together.",
            "the divisor: sum the mask over the tokens only.",
            ((f"/ {_COUNT}", "/ weights.sum()"),),
        ),
        Mistake(
            "cls-left-out",
            "the first token was left out; [CLS] counts as a real token here, as it did when the "
            "backbone was trained.",
            "the weights of position 0.",
            source="""
            def mean_pool(hidden, attention_mask):
                weights = attention_mask[:, :, None].to(hidden.dtype)
                weights = torch.cat([0 * weights[:, :1], weights[:, 1:]], dim=1)
                return (hidden * weights).sum(1) / weights.sum(1)
            """,
        ),
        Mistake(
            "first-token-for-mean",
            "this is the state of [CLS]; asked was the mean of all real tokens.",
            "the whole function: it needs a sum over the tokens.",
            ((f"{_SUM} / {_COUNT}", "hidden[:, 0]"),),
        ),
        Mistake(
            "maximum-for-mean",
            "this is the largest number of each feature; asked was the mean.",
            "the operation over the tokens.",
            (
                (
                    f"{_SUM} / {_COUNT}",
                    "hidden.masked_fill(weights == 0, float('-inf')).amax(1)",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "einsum",
            """
            def mean_pool(hidden, attention_mask):
                mask = attention_mask.float()
                return torch.einsum("bth,bt->bh", hidden, mask) / mask.sum(1, keepdim=True)
            """,
        ),
        Style(
            "a loop over sentences",
            """
            def mean_pool(hidden, attention_mask):
                return torch.stack(
                    [h[m.bool()].mean(0) for h, m in zip(hidden, attention_mask)]
                )
            """,
        ),
        Style(
            "masked fill and clamp",
            """
            def mean_pool(hidden, attention_mask):
                kept = hidden.masked_fill(attention_mask.unsqueeze(-1) == 0, 0.0)
                return kept.sum(dim=1) / attention_mask.sum(1).clamp(min=1).unsqueeze(-1)
            """,
        ),
        Style(
            "a product of matrices",
            """
            def mean_pool(hidden, attention_mask):
                share = attention_mask / attention_mask.sum(1, keepdim=True)
                return (share.unsqueeze(1) @ hidden).squeeze(1)
            """,
        ),
    ),
)
