"""Chapter 04, the encoder layer: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch04_spec as spec
from mtslib.learn.exercises.ch04_layer import JOIN, LAYER

GELU = Exercise(
    id="04.1",
    title="the exact GELU",
    minutes=8,
    difficulty="warm-up",
    core=True,
    reference="mtslib.learn.exercises.ch04_by_hand:exact_gelu",
    specification=spec.slow_gelu,
    observe=spec.observe_gelu,
    hints=(
        "What does yours give at 0, at 3 and at -3? A GELU gives 0, nearly 3, and nearly 0 but "
        "not quite.",
        "Each number is multiplied by how likely a normally distributed number is to be smaller. "
        "Python's name for the function behind that is erf, which measures in units of √2.",
        "share below x = (1 + erf(x / √2)) / 2\nreturn x · share below x",
    ),
    mistakes=(
        Mistake(
            "tanh-for-exact-gelu",
            "this is the approximation with tanh, which GPT-2 uses; BERT's weights were trained "
            "with the exact form.",
            "the function inside: erf, not tanh.",
            (
                (
                    "torch.erf(x / math.sqrt(2))",
                    "torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))",
                ),
            ),
        ),
        Mistake(
            "sigmoid-for-exact-gelu",
            "this is the rough form x·sigmoid(1.702 x).",
            "the share below x: it comes from erf, not from a sigmoid.",
            (("0.5 * (1 + torch.erf(x / math.sqrt(2)))", "torch.sigmoid(1.702 * x)"),),
        ),
        Mistake(
            "square-root-of-two-forgotten",
            "erf was given x itself; the normal distribution's share needs x / √2.",
            "what stands inside erf.",
            (("x / math.sqrt(2)", "x"),),
        ),
        Mistake(
            "half-forgotten",
            "1 + erf runs from 0 to 2; a share runs from 0 to 1.",
            "the factor in front of the bracket.",
            (("0.5 * (1", "(1"),),
        ),
        Mistake(
            "one-forgotten",
            "erf runs from -1 to 1, so without the 1 that is added, half of it is negative.",
            "the bracket around erf.",
            (("(1 + torch.erf(x / math.sqrt(2)))", "torch.erf(x / math.sqrt(2))"),),
        ),
        Mistake(
            "share-without-x",
            "this is the share below x; a GELU is x times that share.",
            "the last line.",
            (("x * below", "below"),),
        ),
        Mistake(
            "relu-for-gelu",
            "this is a ReLU, which cuts everything below 0 off.",
            "the whole formula: a GELU lets a little of the negative numbers through.",
            (("x * below", "x * (x > 0)"),),
        ),
    ),
    styles=(
        Style("torch's own", "def exact_gelu(x):\n    return F.gelu(x)"),
        Style(
            "the normal distribution of torch",
            """
            def exact_gelu(x):
                return torch.distributions.Normal(0.0, 1.0).cdf(x) * x
            """,
        ),
        Style("special function", "def exact_gelu(x):\n    return x * torch.special.ndtr(x)"),
        Style(
            "complementary erf",
            "def exact_gelu(x):\n    return x * torch.erfc(-x * 0.5**0.5) / 2",
        ),
        Style(
            "one number at a time",
            """
            def exact_gelu(x):
                out = x.clone()
                for place, value in enumerate(x.flatten().tolist()):
                    out.view(-1)[place] = value * (1 + math.erf(value / 2**0.5)) / 2
                return out
            """,
        ),
    ),
)

_FORWARD = "self.output(F.gelu(self.intermediate(hidden)))"
_GIVEN = """
class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.intermediate = nn.Linear(config.hidden_size, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, hidden):
"""

FEED_FORWARD = Exercise(
    id="04.2",
    title="the feed-forward sublayer",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference="mtslib.minbert.encoder:FeedForward",
    specification=spec.SlowFeedForward,
    observe=spec.observe_feed_forward,
    hints=(
        "Which shapes do you see on the way? (B, T, H), then (B, T, intermediate_size), then "
        "(B, T, H) again.",
        "Widen, bend, narrow. The bend stands in the middle, where the vector is wide; nothing "
        "is added here, the residual sum belongs to the encoder layer.",
        "wide = intermediate(hidden)\nbent = the exact GELU of wide\nreturn output(bent)",
    ),
    mistakes=(
        Mistake(
            "tanh-for-exact-gelu",
            "the GELU is the approximation with tanh; BERT's weights were trained with the exact "
            "form.",
            "the activation: F.gelu without its argument approximate.",
            (
                (
                    "F.gelu(self.intermediate(hidden))",
                    'F.gelu(self.intermediate(hidden), approximate="tanh")',
                ),
            ),
        ),
        Mistake(
            "activation-forgotten",
            "there is no activation, so the two linear maps together are one linear map.",
            "between the two maps.",
            (("F.gelu(self.intermediate(hidden))", "self.intermediate(hidden)"),),
        ),
        Mistake(
            "relu-for-gelu",
            "the activation is a ReLU.",
            "the activation: BERT bends with a GELU.",
            (("F.gelu(self.intermediate(hidden))", "F.relu(self.intermediate(hidden))"),),
        ),
        Mistake(
            "activation-at-the-end",
            "the activation came after both maps.",
            "the order: widen, bend, narrow.",
            ((_FORWARD, "F.gelu(self.output(self.intermediate(hidden)))"),),
        ),
        Mistake(
            "activation-twice",
            "there is a second activation, after the last map.",
            "the last step: it is linear, so that the residual sum can take away as well as add.",
            ((_FORWARD, "F.gelu(self.output(F.gelu(self.intermediate(hidden))))"),),
        ),
        Mistake(
            "activation-at-the-start",
            "the activation came before the first map.",
            "the order: widen, bend, narrow.",
            ((_FORWARD, "self.output(self.intermediate(F.gelu(hidden)))"),),
        ),
        Mistake(
            "residual-added-here",
            "the input was added to the output; that sum belongs to the encoder layer, where "
            "dropout comes first.",
            "the return line.",
            ((_FORWARD, f"hidden + {_FORWARD}"),),
        ),
    ),
    styles=(
        Style(
            "functional, GELU from erf",
            _GIVEN
            + """
        x = F.linear(hidden, self.intermediate.weight, self.intermediate.bias)
        x = x * (1 + torch.erf(x / 2**0.5)) / 2
        return F.linear(x, self.output.weight, self.output.bias)
""",
        ),
        Style(
            "einsum",
            _GIVEN
            + """
        x = torch.einsum("bth,ih->bti", hidden, self.intermediate.weight) + self.intermediate.bias
        return torch.einsum("bti,hi->bth", F.gelu(x), self.output.weight) + self.output.bias
""",
        ),
        Style(
            "a loop over tokens",
            _GIVEN
            + """
        tokens = [self.output(nn.GELU()(self.intermediate(hidden[:, t]))) for t in
                  range(hidden.shape[1])]
        return torch.stack(tokens, dim=1)
""",
        ),
    ),
)

EXERCISES = (GELU, FEED_FORWARD, JOIN, LAYER)
