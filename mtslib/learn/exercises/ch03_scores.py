"""Chapter 03: the mask, and the weights of all queries at once."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch03_spec as spec

BIAS = Exercise(
    id="03.2",
    title="a mask to add",
    minutes=8,
    difficulty="steady",
    core=True,
    reference="mtslib.minbert.attention:mask_bias",
    specification=spec.slow_bias,
    observe=spec.observe_bias,
    hints=(
        "Print your result for the mask 1 1 1 0 0. The first three are 0, the others very "
        "negative, and there are two axes of size 1 between sentence and token.",
        "What is added before a softmax multiplies the weight after it: adding 0 multiplies by "
        "1, adding −10,000 multiplies by 0. Keys are the last axis of the scores.",
        "1 where padding, 0 elsewhere, as floating point\n"
        "two new axes in the middle: (B, T) → (B, 1, 1, T)\n"
        "times a finite, very negative number",
    ),
    mistakes=(
        Mistake(
            "mask-sign-flipped",
            "the real tokens are hidden and the padding is open.",
            "what the large number multiplies: 1 − mask, as padding is where the mask is 0.",
            (("1.0 - attention_mask", "attention_mask"),),
        ),
        Mistake(
            "padding-raised",
            "padding was given a positive number, so it gains attention.",
            "the factor: it is negative.",
            (("torch.finfo(torch.bfloat16).min", "torch.finfo(torch.bfloat16).max"),),
        ),
        Mistake(
            "mask-on-the-wrong-axis",
            "the mask lies along the queries, (B, 1, T, 1), and hides no key.",
            "where the new axes go: keys are the last axis of the scores.",
            (("[:, None, None, :]", "[:, None, :, None]"),),
        ),
        Mistake(
            "mask-without-new-axes",
            "the result is (B, T) and does not fit scores of (B, N, T, T).",
            "the shape: two axes of size 1 for heads and queries.",
            (("[:, None, None, :]", ""),),
        ),
        Mistake(
            "bias-too-small",
            "padding was given a number that real scores can outweigh, so it may keep a share.",
            "the factor: scores can differ by hundreds; −10,000 is low enough.",
            (("hidden * torch.finfo(torch.bfloat16).min", "-hidden"),),
        ),
        Mistake(
            "zero-times-infinity",
            "0 times infinity is no number, so the real tokens have NaN.",
            "the product: use a finite number.",
            (("torch.finfo(torch.bfloat16).min", "-torch.inf"),),
        ),
        Mistake(
            "minus-infinity",
            "padding was given minus infinity; a row of nothing but padding has no softmax then.",
            "the value for padding: very negative but finite.",
            source="""
            def mask_bias(attention_mask):
                bias = torch.zeros(attention_mask.shape)
                return bias.masked_fill(attention_mask == 0, -torch.inf)[:, None, None, :]
            """,
        ),
        Mistake(
            "infinite-in-bf16",
            "the number is finite in fp32, but rounds to minus infinity in bf16.",
            "the value for padding: bf16 ends a little earlier; −10,000 is enough.",
            (("torch.finfo(torch.bfloat16).min", "torch.finfo(torch.float32).min"),),
        ),
        Mistake(
            "whole-numbers",
            "the bias is made of whole numbers; scores are floating point.",
            "the conversion: .float() before the product.",
            (("hidden * torch.finfo(torch.bfloat16).min", "hidden.long() * -10_000"),),
        ),
    ),
    styles=(
        Style(
            "minus ten thousand",
            """
            def mask_bias(attention_mask):
                return (1.0 - attention_mask.float())[:, None, None] * -10000.0
            """,
        ),
        Style(
            "boolean mask",
            """
            def mask_bias(attention_mask):
                hidden = attention_mask.bool().logical_not()
                return torch.zeros(hidden.shape).masked_fill(hidden, -1e9).unsqueeze(1).unsqueeze(1)
            """,
        ),
        Style(
            "where",
            """
            def mask_bias(attention_mask):
                batch, tokens = attention_mask.shape
                return torch.where(attention_mask > 0, 0.0, -1e30).view(batch, 1, 1, tokens)
            """,
        ),
    ),
)

WEIGHTS = Exercise(
    id="03.3",
    title="scores and weights",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.minbert.attention:attention_weights",
    specification=spec.slow_weights,
    observe=spec.observe_weights,
    hints=(
        "Do your rows sum to 1, and does a padded key get weight 0? Print both.",
        "It is exercise 03.1 for all queries of all heads of all sentences at once: one matrix "
        "product. Rows are queries, columns are keys, and each row is shared out.",
        "scores = query · keyᵀ, over the last axis\nscale by 1 / √D\nadd the bias\n"
        "softmax over the keys",
    ),
    mistakes=(
        Mistake(
            "scores-not-scaled",
            "the scores were not divided by √D.",
            "the line that makes the scores: D is the last axis of the query.",
            ((" * scale  #", "  #"),),
        ),
        Mistake(
            "scaled-by-root-h",
            "the scores were divided by √H, the size of all heads together, and not by √D.",
            "the scale: a dot product here has D terms, those of one head.",
            (("math.sqrt(query.shape[-1])", "math.sqrt(query.shape[1] * query.shape[-1])"),),
        ),
        Mistake(
            "scaled-by-root-t",
            "the scores were divided by √T, the number of tokens, and not by √D.",
            "the scale: D is the last axis of the query, T the one before it.",
            (("math.sqrt(query.shape[-1])", "math.sqrt(query.shape[-2])"),),
        ),
        Mistake(
            "scaled-by-root-b",
            "the scores were divided by √B, the number of sentences, and not by √D.",
            "the scale: len(query) is its first axis; in 03.1 that was D, here D is the last.",
            (("math.sqrt(query.shape[-1])", "math.sqrt(len(query))"),),
        ),
        Mistake(
            "scaled-by-root-n",
            "the scores were divided by √N, the number of heads, and not by √D.",
            "the scale: D is the last axis of the query, the size of one head.",
            (("math.sqrt(query.shape[-1])", "math.sqrt(query.shape[1])"),),
        ),
        Mistake(
            "scaled-by-d",
            "the scores were divided by D; the root is missing.",
            "the scale: √D, not D.",
            (("math.sqrt(query.shape[-1])", "query.shape[-1]"),),
        ),
        Mistake(
            "multiplied-by-root-d",
            "the scores were multiplied by √D.",
            "the scale: divide, so that scores of long vectors come down.",
            (("1 / math.sqrt", "math.sqrt"),),
        ),
        Mistake(
            "query-key-swapped",
            "rows are keys and columns are queries: the two changed places.",
            "the matrix product: query on the left, the transposed key on the right.",
            (("query @ key.transpose(-1, -2)", "key @ query.transpose(-1, -2)"),),
        ),
        Mistake(
            "softmax-forgotten",
            "the scores themselves were returned.",
            "the last line: a softmax over the keys makes weights of scores.",
            ((".softmax(dim=-1)", ""),),
        ),
        Mistake(
            "exponent-overflows",
            "exp of a large score is infinite, and infinite over infinite is no number.",
            "the softmax: take the largest score away first, or use torch.softmax.",
            (
                (
                    "return (scores + bias.to(scores.dtype)).softmax(dim=-1)",
                    "grown = (scores + bias.to(scores.dtype)).exp()\n"
                    "    return grown / grown.sum(dim=-1, keepdim=True)",
                ),
            ),
        ),
        Mistake(
            "softmax-over-queries",
            "the softmax ran over the queries, so columns sum to 1 and rows do not.",
            "the dim of the softmax: keys are the last axis.",
            ((".softmax(dim=-1)", ".softmax(dim=-2)"),),
        ),
        Mistake(
            "softmax-over-heads",
            "the softmax ran over the heads, so the heads compete with each other.",
            "the dim of the softmax: keys are the last axis.",
            ((".softmax(dim=-1)", ".softmax(dim=1)"),),
        ),
        Mistake(
            "mask-ignored",
            "the bias was never added, so padding takes its share.",
            "the last line: scores + bias, then the softmax.",
            (("(scores + bias.to(scores.dtype))", "scores"),),
        ),
        Mistake(
            "mask-sign-flipped",
            "the bias was subtracted, so padding takes everything.",
            "the last line: the bias is negative already; add it.",
            (("scores + bias", "scores - bias"),),
        ),
        Mistake(
            "mask-on-the-queries",
            "the bias was added along the queries, so it hides no key.",
            "the shape of the bias: (B, 1, 1, T) fits the scores as it is.",
            (("bias.to(scores.dtype)", "bias.transpose(-1, -2)"),),
        ),
        Mistake(
            "mask-after-softmax",
            "the bias was added after the softmax, so padding had already taken its share.",
            "the order of the last two steps: first add, then softmax.",
            (
                (
                    "(scores + bias.to(scores.dtype)).softmax(dim=-1)",
                    "scores.softmax(dim=-1) + bias.to(scores.dtype)",
                ),
            ),
        ),
        Mistake(
            "masked-after-softmax",
            "padding was set to 0 after the softmax, so the other weights no longer sum to 1.",
            "the order of the last two steps: first add the bias, then softmax.",
            (
                (
                    "(scores + bias.to(scores.dtype)).softmax(dim=-1)",
                    "scores.softmax(dim=-1) * (bias == 0)",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "einsum",
            """
            def attention_weights(query, key, bias):
                scores = torch.einsum("bnqd,bnkd->bnqk", query, key) / query.shape[-1] ** 0.5
                return torch.softmax(scores + bias, -1)
            """,
        ),
        Style(
            "boolean mask from the bias",
            """
            def attention_weights(query, key, bias):
                scores = query @ key.mT / query.size(-1) ** 0.5
                return F.softmax(scores.masked_fill(bias < 0, -1e30), dim=3)
            """,
        ),
        Style(
            "loops over sentences and heads, query scaled first",
            """
            def attention_weights(query, key, bias):
                made = []
                for asked, known, shift in zip(query / query.shape[-1] ** 0.5, key, bias):
                    rows = [(q @ k.T + shift[0]).softmax(1) for q, k in zip(asked, known)]
                    made.append(torch.stack(rows))
                return torch.stack(made)
            """,
        ),
        Style(
            "softmax written out",
            """
            def attention_weights(query, key, bias):
                scores = torch.matmul(query, key.transpose(2, 3)) / math.sqrt(query.shape[3]) + bias
                grown = (scores - scores.amax(-1, keepdim=True)).exp()
                return grown / grown.sum(-1, keepdim=True)
            """,
        ),
        Style(
            "torch built-in on one-hot values",
            """
            def attention_weights(query, key, bias):
                eye = torch.eye(key.shape[2]).expand(*key.shape[:2], -1, -1)
                return F.scaled_dot_product_attention(query, key, eye, attn_mask=bias)
            """,
        ),
    ),
)
