"""Chapter 04: putting a sublayer's output back, and the whole encoder layer."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch04_spec as spec

_JOIN = """
def join_sublayer(hidden, made, draws, rate, training, norm):
    def drop(x):
        return torch.where(draws < rate, 0.0, x / (1 - rate)) if training else x

"""

JOIN = Exercise(
    id="04.3",
    title="dropout, sum, norm",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch04_by_hand:join_sublayer",
    specification=spec.slow_join,
    observe=spec.observe_join,
    hints=(
        "Try it with training False first: then it is norm(hidden + made) and nothing else. Try "
        "training with rate 0 next: the same must come out.",
        "What hidden holds is never dropped: only what the sublayer made is. Those that stay are "
        "made larger, because the next layer counts on the same mean.",
        "in training:\n    zero made where the draw is below the rate\n"
        "    divide the others by 1 − rate\nadd hidden\nnormalise the sum",
    ),
    mistakes=(
        Mistake(
            "residual-forgotten",
            "the sublayer's output was returned without adding what it had read.",
            "what norm is given: a sum of two.",
            (("norm(hidden + made)", "norm(made)"),),
        ),
        Mistake(
            "norm-forgotten",
            "the sum was not normalised.",
            "the return line: post-LN ends with the norm.",
            (("norm(hidden + made)", "hidden + made"),),
        ),
        Mistake(
            "norm-before-the-sum",
            "only what the sublayer made was normalised, and then added.",
            "the return line: first the sum, then the norm of the sum.",
            (("norm(hidden + made)", "hidden + norm(made)"),),
        ),
        Mistake(
            "dropout-after-the-sum",
            "dropout fell on the sum, so it also took what the sublayer had read.",
            "the order: dropout, sum, norm.",
            source=_JOIN + "    return norm(drop(hidden + made))",
        ),
        Mistake(
            "dropout-after-the-norm",
            "dropout came last, after the norm.",
            "the order: dropout, sum, norm.",
            source=_JOIN + "    return drop(norm(hidden + made))",
        ),
        Mistake(
            "dropout-on-the-residual",
            "dropout fell on what the sublayer had read, not on what it made.",
            "which of the two is multiplied by the draws.",
            source=_JOIN + "    return norm(drop(hidden) + made)",
        ),
        Mistake(
            "dropout-always-on",
            "numbers were dropped outside training as well.",
            "the condition: with training False nothing is dropped.",
            (("if training:", "if True:"),),
        ),
        Mistake(
            "dropout-not-rescaled",
            "those that stayed were not made larger, so the mean shrank.",
            "the kept numbers: divide them by 1 − rate.",
            ((" / (1 - rate)", ""),),
        ),
        Mistake(
            "divided-by-the-rate",
            "those that stayed were divided by the rate of those that went.",
            "the divisor: the share that stays is 1 − rate.",
            (("(1 - rate)", "rate"),),
        ),
        Mistake(
            "kept-and-dropped-swapped",
            "what should go stayed, and what should stay went.",
            "the comparison of draws and rate.",
            (("draws >= rate", "draws < rate"),),
        ),
        Mistake(
            "scaled-outside-training-instead",
            "made was multiplied by 1 − rate outside training, dropout's first form (Srivastava "
            "et al., 2014); torch and BERT divide in training, and leave evaluation alone.",
            "where the scale stands: inside the case of training.",
            source="""
            def join_sublayer(hidden, made, draws, rate, training, norm):
                made = made * (draws >= rate) if training else made * (1 - rate)
                return norm(hidden + made)
            """,
        ),
    ),
    styles=(
        Style("torch.where", _JOIN + "    return norm(hidden + drop(made))"),
        Style(
            "masked fill",
            """
            def join_sublayer(hidden, made, draws, rate, training, norm):
                if not training:
                    return norm(made + hidden)
                gone = draws < rate
                return norm(torch.add(hidden, made.masked_fill(gone, 0.0), alpha=1 / (1 - rate)))
            """,
        ),
        Style(
            "a scale for each number",
            """
            def join_sublayer(hidden, made, draws, rate, training, norm):
                scale = (draws > rate).float().div(1 - rate) if training else torch.ones_like(made)
                return norm(hidden.addcmul(scale, made))
            """,
        ),
    ),
)

_FIRST = "self.attention_norm(asking + self.dropout(attended))"
_SECOND = "self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))"
_ATTENDED = "attended = self.attention(hidden, bias)\n"
_GIVEN = """
class EncoderLayer(nn.Module):
    def __init__(self, config, attention=SelfAttention):
        super().__init__()
        self.attention = attention(config)
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.feed_forward = FeedForward(config)
        self.feed_forward_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.encoder_dropout)

    def forward(self, hidden, bias):
"""

LAYER = Exercise(
    id="04.4",
    title="the encoder layer",
    minutes=20,
    difficulty="steady",
    core=True,
    reference="mtslib.minbert.encoder:EncoderLayer",
    specification=spec.SlowEncoderLayer,
    observe=spec.observe_layer,
    hints=(
        "Print the mean and the spread of each token that comes out, over the last axis. With a "
        "fresh layer, whose gain is 1 and bias 0, they are 0 and 1. If not, what came last?",
        "The same three steps twice, dropout, sum, norm: once around attention, once around the "
        "feed-forward. The second time, both the sum and the sublayer start from the first "
        "result.",
        "attended = attention(hidden, bias)\nmiddle = attention_norm(hidden + dropout(attended))\n"
        "made = feed_forward(middle)\nreturn feed_forward_norm(middle + dropout(made))",
    ),
    mistakes=(
        Mistake(
            "pre-ln-for-post-ln",
            "each sublayer was given normalised input and its output was added as it was; later "
            "models do so, BERT normalises the sum.",
            "where the two norms stand: around the sums, not around what a sublayer reads.",
            (
                (_ATTENDED, "attended = self.attention(self.attention_norm(hidden), bias)\n"),
                (_FIRST, "asking + self.dropout(attended)"),
                (
                    _SECOND,
                    "hidden + self.dropout(self.feed_forward(self.feed_forward_norm(hidden)))",
                ),
            ),
        ),
        Mistake(
            "norm-before-the-sum",
            "the norm was taken of what each sublayer made, before the sum.",
            "the brackets: the norm goes around the whole sum.",
            (
                (_FIRST, "asking + self.attention_norm(self.dropout(attended))"),
                (
                    _SECOND,
                    "hidden + self.feed_forward_norm(self.dropout(self.feed_forward(hidden)))",
                ),
            ),
        ),
        Mistake(
            "attention-residual-forgotten",
            "what attention read was not added to what it made.",
            "the first sum.",
            ((_FIRST, "self.attention_norm(self.dropout(attended))"),),
        ),
        Mistake(
            "feed-forward-residual-forgotten",
            "what the feed-forward read was not added to what it made.",
            "the second sum.",
            ((_SECOND, "self.feed_forward_norm(self.dropout(self.feed_forward(hidden)))"),),
        ),
        Mistake(
            "second-sum-from-the-start",
            "the second sum added the layer's input, and not the result of the first norm.",
            "the second sum: it starts where the first norm ended.",
            (("feed_forward_norm(hidden + self", "feed_forward_norm(asking + self"),),
        ),
        Mistake(
            "feed-forward-reads-the-input",
            "the feed-forward read the layer's input, so it never saw what attention gathered.",
            "what the feed-forward is given: the result of the first norm.",
            (("self.feed_forward(hidden)", "self.feed_forward(asking)"),),
        ),
        Mistake(
            "norms-swapped",
            "each of the two norms stands where the other belongs; shapes cannot tell them apart.",
            "the names of the norms: attention_norm follows attention.",
            (
                ("self.attention_norm(asking", "self.feed_forward_norm(asking"),
                ("self.feed_forward_norm(hidden", "self.attention_norm(hidden"),
            ),
        ),
        Mistake(
            "first-norm-forgotten",
            "the sum after attention was not normalised.",
            "the line after attention.",
            ((_FIRST, "asking + self.dropout(attended)"),),
        ),
        Mistake(
            "last-norm-forgotten",
            "the sum after the feed-forward was not normalised.",
            "the return line.",
            ((_SECOND, "hidden + self.dropout(self.feed_forward(hidden))"),),
        ),
        Mistake(
            "dropout-after-the-sum",
            "dropout fell on the sums, so in training it also took what had been there before.",
            "the two sums: only what a sublayer made is dropped.",
            (
                (_FIRST, "self.attention_norm(self.dropout(asking + attended))"),
                (
                    _SECOND,
                    "self.feed_forward_norm(self.dropout(hidden + self.feed_forward(hidden)))",
                ),
            ),
        ),
        Mistake(
            "dropout-forgotten",
            "in training nothing was dropped.",
            "the two sums: self.dropout around what the sublayer made.",
            (
                (_FIRST, "self.attention_norm(asking + attended)"),
                (_SECOND, "self.feed_forward_norm(hidden + self.feed_forward(hidden))"),
            ),
        ),
        Mistake(
            "dropout-always-on",
            "numbers were dropped outside training as well.",
            "the dropout: self.dropout follows train() and eval(), F.dropout alone does not.",
            (
                ("self.dropout(attended)", "F.dropout(attended, self.dropout.p)"),
                (
                    "self.dropout(self.feed_forward(hidden))",
                    "F.dropout(self.feed_forward(hidden), self.dropout.p)",
                ),
            ),
        ),
        Mistake(
            "mask-not-passed-on",
            "attention was not given the bias, so it looked at padding.",
            "the call of attention: its second argument.",
            ((_ATTENDED, "attended = self.attention(hidden, torch.zeros_like(bias))\n"),),
        ),
    ),
    styles=(
        Style(
            "step by step",
            _GIVEN
            + """
        residual = hidden
        x = self.attention(hidden, bias)
        x = F.dropout(x, self.dropout.p, self.training)
        x = self.attention_norm(residual + x)
        residual = x
        x = self.feed_forward(x)
        x = F.dropout(x, self.dropout.p, self.training)
        return self.feed_forward_norm(residual + x)
""",
        ),
        Style(
            "a helper that joins",
            _GIVEN
            + """
        def join(x, sublayer, norm):
            return norm(torch.add(self.dropout(sublayer(x)), x))

        hidden = join(hidden, lambda x: self.attention(x, bias), self.attention_norm)
        return join(hidden, self.feed_forward, self.feed_forward_norm)
""",
        ),
        Style(
            "functional norms",
            _GIVEN
            + """
        first, second = self.attention_norm, self.feed_forward_norm
        size = hidden.shape[-1:]
        hidden = F.layer_norm(hidden + self.dropout(self.attention(hidden, bias)), size,
                              first.weight, first.bias, first.eps)
        return F.layer_norm(hidden + self.dropout(self.feed_forward(hidden)), size,
                            second.weight, second.bias, second.eps)
""",
        ),
    ),
)
