"""Chapter 09: the exercises on counting and on the paired bootstrap."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch09_spec as spec

EMBEDDED = "(embedding_parameters(config) if freeze_depth is None else 0)"
LAYERS = "trained_layers(config, freeze_depth) * layer_parameters(config)"

TRAINED = Exercise(
    id="09.4",
    title="what a checkpoint stores",
    minutes=10,
    difficulty="steady",
    core=True,
    reference="mtslib.serving.accounting:trained_parameters",
    specification=spec.counted_trained,
    observe=spec.observe_trained,
    hints=(
        "Compare full with freeze_depth 0. Both train every encoder layer; what else does full "
        "train, and how many numbers is that?",
        "k = L − d layers, each with the parameters that you counted in chapter 05; a linear "
        "head, always, with its bias; the embeddings only where nothing is frozen.",
        "trained layers · parameters of a layer\nplus the head's\n"
        "plus the embeddings', if freeze_depth is None",
    ),
    mistakes=(
        Mistake(
            "embeddings-counted-at-zero",
            "freeze_depth 0 was counted as full, since 0 is false; at 0 the embeddings are frozen.",
            "the condition for the embeddings: freeze_depth is None.",
            (("if freeze_depth is None", "if not freeze_depth"),),
        ),
        Mistake(
            "embeddings-always-counted",
            "the embeddings were counted at every depth, though only full trains them.",
            "the condition for the embeddings.",
            ((EMBEDDED, "embedding_parameters(config)"),),
        ),
        Mistake(
            "embeddings-never-counted",
            "full trains the embeddings too, and they were left out.",
            "what is added where freeze_depth is None.",
            ((EMBEDDED, "0"),),
        ),
        Mistake(
            "frozen-layers-counted",
            "the layers below the depth were counted, which are those that do not train.",
            "the number of layers: L − d.",
            (("trained_layers(config, freeze_depth)", "(freeze_depth or 0)"),),
        ),
        Mistake(
            "one-layer-too-many",
            "one encoder layer too many was counted.",
            "the number of layers: L − d, and none at d = L.",
            ((LAYERS, f"(1 + {LAYERS.replace(' *', ') *')}"),),
        ),
        Mistake(
            "head-forgotten",
            "the head was not counted; at d = L it is all that trains.",
            "what comes on top of the layers.",
            (("    parameters += head_parameters(config, num_outputs)\n", ""),),
        ),
        Mistake(
            "head-without-bias",
            "the head's biases were left out: one for each output.",
            "the head: (H + 1) · outputs.",
            (("head_parameters(config, num_outputs)", "config.hidden_size * num_outputs"),),
        ),
        Mistake(
            "bytes-not-parameters",
            "the bytes came back, four a parameter.",
            "what is asked: how many numbers, not how many bytes.",
            ((f"return parameters + {EMBEDDED}", f"return 4 * (parameters + {EMBEDDED})"),),
        ),
    ),
    styles=(
        Style(
            "one sum",
            """
            def trained_parameters(config, freeze_depth, num_outputs):
                k = config.num_layers if freeze_depth is None else config.num_layers - freeze_depth
                embeddings = embedding_parameters(config) * (freeze_depth is None)
                head = config.hidden_size * num_outputs + num_outputs
                return k * layer_parameters(config) + head + embeddings
            """,
        ),
        Style(
            "layer by layer",
            """
            def trained_parameters(config, freeze_depth, num_outputs):
                total = head_parameters(config, num_outputs)
                if freeze_depth is None:
                    total, freeze_depth = total + embedding_parameters(config), 0
                for _ in range(freeze_depth, config.num_layers):
                    total += layer_parameters(config)
                return total
            """,
        ),
    ),
)

DRAWN = "score(first[rows], labels[rows]) - score(second[rows], labels[rows])"
ENDS = "low, high = np.percentile(found, [2.5, 97.5])"
BOTH = "score(first, labels) - score(second, labels)"
GIVEN = "return float(difference), float(low), float(high)"

PAIRED = Exercise(
    id="09.5",
    title="is the difference real?",
    minutes=15,
    difficulty="steady",
    core=True,
    reference="mtslib.evidence.paired:paired_bootstrap",
    specification=spec.slow_paired_bootstrap,
    observe=spec.observe_paired,
    hints=(
        "Give the same predictions twice, first=x and second=x. The difference is 0, and so is "
        "every end of the interval. Is yours?",
        "One round is one dev set that could have come instead of yours: n rows, drawn with "
        "replacement. Both models are scored on those same rows, and only the difference is "
        "kept. The interval holds the middle 95 % of the differences.",
        "for each round:\n    rows = random.integers(0, n, n)\n"
        "    difference of the two scores on these rows, with their labels\n"
        "low, high = the 2.5th and 97.5th percentile of all rounds\n"
        "the difference itself: on all rows, undrawn",
    ),
    mistakes=(
        Mistake(
            "models-resampled-apart",
            "each model got rows of its own, so what is hard for both no longer cancels, and the "
            "interval is far too wide.",
            "inside the loop: one draw a round, used for both models and for the labels.",
            (
                (
                    f"        found[place] = {DRAWN}",
                    "        others = random.integers(0, n, n)\n"
                    "        found[place] = score(first[rows], labels[rows])"
                    " - score(second[others], labels[others])",
                ),
            ),
        ),
        Mistake(
            "one-bootstrap-after-the-other",
            "first all rounds of one model, then all of the other: in no round do the two see "
            "the same rows.",
            "the loop: one loop, one draw a round, both models.",
            (),
            """
            def paired_bootstrap(first, second, labels, score, random, rounds=1000):
                n = len(labels)
                found = np.zeros(rounds)
                for predicted, sign in ((first, 1), (second, -1)):
                    for place in range(rounds):
                        rows = random.integers(0, n, n)
                        found[place] += sign * score(predicted[rows], labels[rows])
                low, high = np.percentile(found, [2.5, 97.5])
                return score(first, labels) - score(second, labels), float(low), float(high)
            """,
        ),
        Mistake(
            "intervals-subtracted",
            "each model got an interval, and the ends were subtracted; the interval of a "
            "difference is not the difference of intervals.",
            "what a round keeps: the difference of the two scores.",
            (),
            """
            def paired_bootstrap(first, second, labels, score, random, rounds=1000):
                n = len(labels)
                one, other = np.empty(rounds), np.empty(rounds)
                for place in range(rounds):
                    rows = random.integers(0, n, n)
                    one[place] = score(first[rows], labels[rows])
                    other[place] = score(second[rows], labels[rows])
                ends = [np.percentile(found, [2.5, 97.5]) for found in (one, other)]
                difference = score(first, labels) - score(second, labels)
                return difference, float(ends[0][0] - ends[1][0]), float(ends[0][1] - ends[1][1])
            """,
        ),
        Mistake(
            "labels-not-drawn",
            "the predictions were drawn and the labels were not: predictions meet the labels of "
            "other rows.",
            "inside the loop: labels[rows] too.",
            ((DRAWN, "score(first[rows], labels) - score(second[rows], labels)"),),
        ),
        Mistake(
            "drawn-without-replacement",
            "the rows were shuffled, not drawn: every round has every row once, and the interval "
            "has no width.",
            "the draw: with replacement, random.integers(0, n, n).",
            (("random.integers(0, n, size=n)", "random.permutation(n)"),),
        ),
        Mistake(
            "last-row-never-drawn",
            "the upper end of integers is left out already; n − 1 leaves the last row out too.",
            "the draw: random.integers(0, n, n).",
            (("random.integers(0, n, size=n)", "random.integers(0, n - 1, size=n)"),),
        ),
        Mistake(
            "ninety-per-cent",
            "5 % were cut off at each end: that is a 90 % interval.",
            "the percentiles: 2.5 and 97.5.",
            (("[2.5, 97.5]", "[5, 95]"),),
        ),
        Mistake(
            "error-of-the-mean",
            "the spread was divided by √rounds: more rounds do not make the dev set larger.",
            "the ends: percentiles of the differences themselves.",
            (
                (
                    ENDS,
                    "half = 1.96 * found.std() / rounds**0.5\n"
                    "    low, high = found.mean() - half, found.mean() + half",
                ),
            ),
        ),
        Mistake(
            "second-minus-first",
            "the sign is turned round: second minus first came back.",
            "the order: first − second, everywhere.",
            ((GIVEN, "return -float(difference), -float(high), -float(low)"),),
        ),
        Mistake(
            "mean-of-the-rounds",
            "the mean over rounds was given as the difference; that is the score on drawn sets, "
            "not on the set that you have.",
            "the difference: both scores on all rows, once.",
            ((BOTH, "found.mean()"),),
        ),
        Mistake(
            "sign-taken-off",
            "the size of the difference was kept and its sign was lost, so no interval can hold 0.",
            "what a round keeps: the difference, which may be negative.",
            ((DRAWN, f"abs({DRAWN})"), (BOTH, f"abs({BOTH})")),
        ),
    ),
    styles=(
        Style(
            "all draws at once",
            """
            def paired_bootstrap(first, second, labels, score, random, rounds=1000):
                drawn = random.integers(0, len(labels), (rounds, len(labels)))
                found = [score(first[r], labels[r]) - score(second[r], labels[r]) for r in drawn]
                difference = score(first, labels) - score(second, labels)
                return difference, np.quantile(found, 0.025), np.quantile(found, 0.975)
            """,
        ),
        Style(
            "choice",
            """
            def paired_bootstrap(first, second, labels, score, random, rounds=1000):
                rows = np.arange(len(labels))

                def difference(rows):
                    wanted = labels[rows]
                    return score(first[rows], wanted) - score(second[rows], wanted)

                found = [difference(random.choice(rows, len(rows))) for _ in range(rounds)]
                return (difference(rows), *np.percentile(found, (2.5, 97.5)))
            """,
        ),
    ),
)
