"""Chapter 03, self-attention: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch03_spec as spec
from mtslib.learn.exercises.ch03_heads import MERGE, SPLIT
from mtslib.learn.exercises.ch03_scores import BIAS, WEIGHTS
from mtslib.learn.exercises.ch03_whole import ATTENTION

ONE_QUERY = Exercise(
    id="03.1",
    title="one query by hand",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference="mtslib.learn.exercises.ch03_by_hand:one_query",
    specification=spec.slow_query,
    observe=spec.observe_query,
    hints=(
        "Print your weights. There is one for each key, none is negative, and they sum to 1.",
        "A dot product says how well a key fits the query. The softmax makes shares of these "
        "scores, and the shares mix the values. √D keeps scores of long vectors in bounds.",
        "score of each key = key · query / √D\n"
        "weights = softmax of the scores\n"
        "result = sum over the keys of weight × value",
    ),
    mistakes=(
        Mistake(
            "scores-not-scaled",
            "the scores were not divided by √D.",
            "the line of the scores: D is the number of features of the query.",
            ((" / math.sqrt(len(query))", ""),),
        ),
        Mistake(
            "scaled-by-d",
            "the scores were divided by D; the root is missing.",
            "the line of the scores: √D, not D.",
            (("/ math.sqrt(len(query))", "/ len(query)"),),
        ),
        Mistake(
            "scaled-by-root-t",
            "the scores were divided by √T, the number of keys, and not by √D.",
            "the line of the scores: len(keys) counts keys, D counts features.",
            (("math.sqrt(len(query))", "math.sqrt(len(keys))"),),
        ),
        Mistake(
            "softmax-forgotten",
            "the scores themselves were used as weights.",
            "between scores and mixing: a softmax over the keys.",
            (("torch.softmax(scores, dim=0)", "scores"),),
        ),
        Mistake(
            "weights-do-not-sum-to-one",
            "the exponentials were not divided by their sum.",
            "the softmax: exp of each score, over the sum of all of them.",
            (("torch.softmax(scores, dim=0)", "scores.exp()"),),
        ),
        Mistake(
            "exponent-overflows",
            "exp of a large score is infinite, and infinite over infinite is no number.",
            "the softmax: take the largest score away first, or use torch.softmax.",
            (("torch.softmax(scores, dim=0)", "scores.exp() / scores.exp().sum()"),),
        ),
        Mistake(
            "keys-for-values",
            "the weights were used to mix the keys.",
            "the last line: a token gathers values; keys only decide how much.",
            (("weights @ values", "weights @ keys"),),
        ),
        Mistake(
            "winner-takes-all",
            "only the value of the best key was returned.",
            "the last line: every value counts, by its weight.",
            (("return weights @ values", "return values[weights.argmax()]"),),
        ),
    ),
    styles=(
        Style(
            "loop",
            """
            def one_query(query, keys, values):
                scores = [float(query @ key) / len(query) ** 0.5 for key in keys]
                grown = [math.exp(score - max(scores)) for score in scores]
                mixed = torch.zeros_like(values[0])
                for value, share in zip(values, grown):
                    mixed += value * share / sum(grown)
                return mixed
            """,
        ),
        Style(
            "einsum",
            """
            def one_query(query, keys, values):
                scores = torch.einsum("d,td->t", query, keys) * query.shape[0] ** -0.5
                return torch.einsum("t,td->d", F.softmax(scores, -1), values)
            """,
        ),
        Style(
            "torch built-in",
            """
            def one_query(query, keys, values):
                return F.scaled_dot_product_attention(query[None], keys, values)[0]
            """,
        ),
    ),
)

EXERCISES = (ONE_QUERY, BIAS, WEIGHTS, SPLIT, MERGE, ATTENTION)
