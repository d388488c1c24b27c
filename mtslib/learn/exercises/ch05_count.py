"""Chapter 05: the parameters of an encoder layer, counted from the config alone."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch05_spec as spec

_COUNT = "4 * (size * size + size) + (size * inner + inner) + (inner * size + size) + 4 * size"

COUNT = Exercise(
    id="05.3",
    title="the numbers in a layer",
    minutes=10,
    difficulty="steady",
    core=True,
    reference="mtslib.serving.accounting:layer_parameters",
    specification=spec.counted_parameters,
    observe=spec.observe_count,
    hints=(
        "Take H = 2 and intermediate size 3 and count with a pencil: 24 for attention, 9 and 8 "
        "for the feed-forward, 8 for the norms.",
        "A linear map from m to n features has m·n weights and n biases. A LayerNorm has a gain "
        "and a bias for each feature. Heads share the H features out, they add none.",
        "attention: four maps from H to H\nfeed-forward: H to intermediate, and back\n"
        "two norms: 2·H each\nadd them up",
    ),
    mistakes=(
        Mistake(
            "biases-forgotten",
            "the biases of the linear maps were not counted.",
            "each map: n more for n outputs.",
            ((_COUNT, "4 * size * size + size * inner + inner * size + 4 * size"),),
        ),
        Mistake(
            "output-map-forgotten",
            "attention was counted with three maps; after query, key and value comes the output.",
            "the number of maps in attention.",
            (("4 * (size * size", "3 * (size * size"),),
        ),
        Mistake(
            "norms-forgotten",
            "the two norms were not counted.",
            "what stands after each of the two sums.",
            ((" + 4 * size", ""),),
        ),
        Mistake(
            "norms-counted-half",
            "the norms were counted half: there are two, and each has a gain and a bias.",
            "the norms: 2·H each.",
            ((" + 4 * size", " + 2 * size"),),
        ),
        Mistake(
            "feed-forward-one-way",
            "only the first map of the feed-forward was counted.",
            "the feed-forward: it widens, and narrows again.",
            ((" + (inner * size + size)", ""),),
        ),
        Mistake(
            "biases-of-the-feed-forward-swapped",
            "both maps of the feed-forward were given the same number of biases.",
            "the biases: as many as a map has outputs, once the intermediate size and once H.",
            (("(inner * size + size)", "(inner * size + inner)"),),
        ),
        Mistake(
            "heads-counted-as-extra",
            "the maps were counted once for each head; the heads share the H features out.",
            "attention: its maps are H by H, whatever the number of heads.",
            (("4 * (size * size", "config.num_heads * 4 * (size * size"),),
        ),
        Mistake(
            "intermediate-size-guessed",
            "the intermediate size was taken for 4·H, which is usual and no law.",
            "config.intermediate_size.",
            (("config.intermediate_size", "4 * config.hidden_size"),),
        ),
        Mistake(
            "all-layers-counted",
            "this is the sum over all layers; asked was one.",
            "the factor num_layers.",
            (
                ("return 4 *", "return config.num_layers * 4 *"),
                (
                    "+ (size * inner + inner) + (inner * size + size) + 4 * size",
                    "+ config.num_layers * (2 * size * inner + inner + 5 * size)",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "counted from the parts",
            """
            def layer_parameters(config):
                from mtslib.minbert.encoder import EncoderLayer

                with torch.device("meta"):
                    layer = EncoderLayer(config)
                return sum(p.numel() for p in layer.parameters())
            """,
        ),
        Style(
            "a helper for a map",
            """
            def layer_parameters(config):
                def linear(m, n):
                    return (m + 1) * n

                H, F = config.hidden_size, config.intermediate_size
                return 4 * linear(H, H) + linear(H, F) + linear(F, H) + 2 * (H + H)
            """,
        ),
    ),
)
