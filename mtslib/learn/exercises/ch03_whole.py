"""Chapter 03: self-attention, whole."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch03_spec as spec

# What the reference does in one line, for mistakes that are made inside that line.
CALL = "attention_weights(query, key, bias)"
SCORES = "(query @ key.transpose(-1, -2)) / math.sqrt(query.shape[-1])"

MISTAKES = (
    Mistake(
        "query-key-swapped",
        "the keys ask and the queries answer: the two changed places.",
        "the call that makes the weights: query first, then key.",
        ((CALL, "attention_weights(key, query, bias)"),),
    ),
    Mistake(
        "value-from-the-key",
        "the gathered vectors came from self.key; self.value was never used.",
        "the line that makes the values.",
        (("self.value(hidden)", "self.key(hidden)"),),
    ),
    Mistake(
        "value-not-projected",
        "the hidden states themselves were gathered; self.value was never used.",
        "the line that makes the values: self.value(hidden), then the heads.",
        (("self.value(hidden)", "hidden"),),
    ),
    Mistake(
        "heads-merged-without-transpose",
        "the heads were merged without the transpose, so tokens got pieces of other tokens.",
        "the merging: exchange axes 1 and 2, then make one axis of heads and features.",
        (
            (
                "(weights @ value).transpose(1, 2).flatten(2)",
                "(weights @ value).reshape(hidden.shape)",
            ),
        ),
    ),
    Mistake(
        "split-without-transpose",
        "the heads were cut by one reshape to (B, N, T, D), which mixes tokens into heads.",
        "the splitting: reshape to (B, T, N, D), then exchange axes 1 and 2.",
        (
            (
                "projected.view(batch, tokens, self.num_heads, size // self.num_heads)"
                ".transpose(1, 2)",
                "projected.view(batch, self.num_heads, tokens, size // self.num_heads)",
            ),
        ),
    ),
    Mistake(
        "one-head",
        "there is one large head where config.num_heads were asked for.",
        "the number of heads, and the size that follows from it.",
        (("self.num_heads = config.num_heads", "self.num_heads = 1"),),
    ),
    Mistake(
        "output-forgotten",
        "the merged heads were returned; self.output was never used.",
        "the last line: self.output mixes what the heads found.",
        (("return self.output(gathered)", "return gathered"),),
    ),
    Mistake(
        "scores-not-scaled",
        "the scores were not divided by √D.",
        "where the scores are made: D = H / N, the size of one head.",
        ((CALL, "attention_weights(query * math.sqrt(query.shape[-1]), key, bias)"),),
    ),
    Mistake(
        "scaled-by-root-h",
        "the scores were divided by √H and not by √D.",
        "where the scores are made: D = H / N, the size of one head.",
        ((CALL, "attention_weights(query / math.sqrt(self.num_heads), key, bias)"),),
    ),
    Mistake(
        "mask-ignored",
        "the bias plays no part, so padding takes its share.",
        "the call that makes the weights: hand the bias on.",
        ((CALL, "attention_weights(query, key, 0 * bias)"),),
    ),
    Mistake(
        "mask-sign-flipped",
        "the bias was subtracted, so padding takes everything.",
        "where the bias joins the scores: it is negative already; add it.",
        ((CALL, "attention_weights(query, key, -bias)"),),
    ),
    Mistake(
        "mask-after-softmax",
        "the bias was added after the softmax.",
        "the order: scores, plus bias, then softmax.",
        ((CALL, "attention_weights(query, key, 0 * bias) + bias"),),
    ),
    Mistake(
        "softmax-over-queries",
        "the softmax ran over the queries, so columns sum to 1 and rows do not.",
        "the dim of the softmax: keys are the last axis.",
        ((CALL, f"({SCORES} + bias).softmax(dim=-2)"),),
    ),
    Mistake(
        "weights-transposed",
        "the values were mixed with the columns of the weights, not with the rows.",
        "the product: weights (B, N, T, T) times value (B, N, T, D), nothing transposed.",
        (("(weights @ value)", "(weights.transpose(-1, -2) @ value)"),),
    ),
    Mistake(
        "dropout-forgotten",
        "in training nothing is dropped.",
        "between weights and values: self.dropout on the weights.",
        (
            (
                "self.dropout(self.weights(hidden, bias, queries))",
                "self.weights(hidden, bias, queries)",
            ),
        ),
    ),
    Mistake(
        "dropout-on-the-output",
        "dropout was applied to the output and not to the attention weights.",
        "the dropout: it belongs between softmax and values; the encoder layer has its own.",
        (
            (
                "self.dropout(self.weights(hidden, bias, queries))",
                "self.weights(hidden, bias, queries)",
            ),
            ("return self.output(gathered)", "return self.dropout(self.output(gathered))"),
        ),
    ),
    Mistake(
        "dropout-always-on",
        "weights are dropped in evaluation too.",
        "the dropout: F.dropout drops unless told training=self.training; self.dropout knows.",
        (
            (
                "self.dropout(self.weights",
                "torch.dropout(train=True, p=self.dropout.p, input=self.weights",
            ),
        ),
    ),
)

ATTENTION = Exercise(
    id="03.6",
    title="self-attention, whole",
    minutes=20,
    difficulty="demanding",
    core=True,
    reference="mtslib.minbert.attention:SelfAttention",
    specification=spec.SlowAttention,
    observe=spec.observe_attention,
    hints=(
        "Print the shape after every line. Only two shapes occur, apart from the weights: "
        "(B, T, H) outside, (B, N, T, D) inside.",
        "The parts exist: four linear maps, the cut into heads, the weights, the merge. Three "
        "maps read hidden; the fourth, output, comes last. Dropout sits on the weights.",
        "query, key, value = each map of hidden, cut into heads\n"
        "weights = attention_weights(query, key, bias), then dropout\n"
        "weights times value\n"
        "merge the heads, then self.output",
    ),
    mistakes=MISTAKES,
    styles=(
        Style(
            "from the parts of this chapter",
            """
            class SelfAttention(nn.Module):
                def __init__(self, config):
                    super().__init__()
                    size = config.hidden_size
                    self.num_heads = config.num_heads
                    self.query, self.key = nn.Linear(size, size), nn.Linear(size, size)
                    self.value, self.output = nn.Linear(size, size), nn.Linear(size, size)
                    self.dropout = nn.Dropout(config.encoder_dropout)

                def split(self, x):
                    return x.unflatten(2, (self.num_heads, -1)).transpose(1, 2)

                def weights(self, hidden, bias):
                    query, key = self.split(self.query(hidden)), self.split(self.key(hidden))
                    return attention_weights(query, key, bias)

                def forward(self, hidden, bias):
                    weights = self.dropout(self.weights(hidden, bias))
                    gathered = weights @ self.split(self.value(hidden))
                    return self.output(gathered.permute(0, 2, 1, 3).flatten(2))
            """,
        ),
        Style(
            "einsum",
            """
            class SelfAttention(nn.Module):
                def __init__(self, config):
                    super().__init__()
                    size = config.hidden_size
                    self.shape = (config.num_heads, config.head_size)
                    for name in ("query", "key", "value", "output"):
                        setattr(self, name, nn.Linear(size, size))
                    self.drop = nn.Dropout(config.encoder_dropout)

                def forward(self, hidden, bias):
                    q, k, v = (
                        part(hidden).view(*hidden.shape[:2], *self.shape)
                        for part in (self.query, self.key, self.value)
                    )
                    scores = torch.einsum("bqnd,bknd->bnqk", q, k) / self.shape[1] ** 0.5 + bias
                    weights = self.drop(torch.softmax(scores, dim=-1))
                    mixed = torch.einsum("bnqk,bknd->bqnd", weights, v)
                    return self.output(mixed.reshape(hidden.shape))
            """,
        ),
        Style(
            "torch built-in",
            """
            class SelfAttention(nn.Module):
                def __init__(self, config):
                    super().__init__()
                    size = config.hidden_size
                    self.num_heads = config.num_heads
                    self.query = nn.Linear(size, size)
                    self.key = nn.Linear(size, size)
                    self.value = nn.Linear(size, size)
                    self.output = nn.Linear(size, size)
                    self.rate = config.encoder_dropout

                def forward(self, hidden, bias):
                    cut = [
                        part(hidden).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
                        for part in (self.query, self.key, self.value)
                    ]
                    rate = self.rate if self.training else 0.0
                    mixed = F.scaled_dot_product_attention(*cut, attn_mask=bias, dropout_p=rate)
                    return self.output(mixed.transpose(1, 2).flatten(2))
            """,
        ),
        Style(
            "loop over heads, boolean mask",
            """
            class SelfAttention(nn.Module):
                def __init__(self, config):
                    super().__init__()
                    size = config.hidden_size
                    self.num_heads = config.num_heads
                    self.output = nn.Linear(size, size)
                    self.value = nn.Linear(size, size)
                    self.key = nn.Linear(size, size)
                    self.query = nn.Linear(size, size)
                    self.dropout = nn.Dropout(config.encoder_dropout)

                def forward(self, hidden, bias):
                    open_keys = bias[:, 0] == 0  # (B, 1, T)
                    parts = (self.query(hidden), self.key(hidden), self.value(hidden))
                    found = []
                    for q, k, v in zip(*(part.chunk(self.num_heads, -1) for part in parts)):
                        scores = (q @ k.mT / q.shape[-1] ** 0.5).masked_fill(~open_keys, -1e9)
                        found.append(self.dropout(scores.softmax(-1)) @ v)
                    return self.output(torch.cat(found, -1))
            """,
        ),
    ),
)
