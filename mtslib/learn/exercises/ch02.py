"""Chapter 02, embeddings: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch02_spec as spec
from mtslib.learn.exercises.ch02_tables import EMBEDDINGS, LAYER_NORM

BY_HAND = "mtslib.learn.exercises.ch02_by_hand"

COSINES = Exercise(
    id="02.3",
    title="how alike two vectors are",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=f"{BY_HAND}:cosines",
    specification=spec.slow_cosines,
    observe=spec.observe_cosines,
    hints=(
        "No cosine is larger than 1. A vector against itself, or against twice itself, gives 1.",
        "A dot product grows with both lengths. Divide it by both and the angle is left.",
        "dot product of each row with the vector\n"
        "length of each row, over the last axis\n"
        "length of the vector\n"
        "first divided by the product of the other two",
    ),
    mistakes=(
        Mistake(
            "plain-dot-product",
            "the dot products were not divided by the lengths.",
            "the last line: divide by the length of the row and of the vector.",
            (("table @ vector / lengths", "table @ vector"),),
        ),
        Mistake(
            "vector-not-normalised",
            "only the lengths of the rows were divided out; the vector's own is missing.",
            "the denominator: it is a product of two lengths.",
            ((" * vector.norm()", ""),),
        ),
        Mistake(
            "rows-not-normalised",
            "only the vector's length was divided out; those of the rows are missing.",
            "the denominator: each row has a length of its own.",
            (("table.norm(dim=-1) * vector.norm()", "vector.norm()"),),
        ),
        Mistake(
            "one-length-for-the-table",
            "the whole table was given one length, instead of one for each row.",
            "the length of the table: norm needs dim=-1.",
            (("table.norm(dim=-1)", "table.norm()"),),
        ),
        Mistake(
            "squared-lengths",
            "the dot products were divided by squared lengths; the root is missing.",
            "the denominator: a length is the root of the sum of squares.",
            (("table @ vector / lengths", "table @ vector / lengths**2"),),
        ),
        Mistake(
            "distance-for-cosine",
            "this is the distance between the vectors, not the angle.",
            "the formula: dot product over lengths; nothing is subtracted.",
            source="""
            def cosines(vector, table):
                return (table - vector).norm(dim=-1)
            """,
        ),
    ),
    styles=(
        Style(
            "torch built-in",
            """
            def cosines(vector, table):
                return F.cosine_similarity(vector[None], table, dim=-1)
            """,
        ),
        Style(
            "unit vectors first",
            """
            def cosines(vector, table):
                return F.normalize(table, dim=1) @ F.normalize(vector, dim=0)
            """,
        ),
        Style(
            "loop",
            """
            def cosines(vector, table):
                return torch.stack(
                    [row @ vector / (row @ row).sqrt() / (vector @ vector).sqrt() for row in table]
                )
            """,
        ),
    ),
)

NEAREST = Exercise(
    id="02.4",
    title="nearest words",
    minutes=8,
    difficulty="steady",
    core=True,
    reference=f"{BY_HAND}:nearest",
    specification=spec.slow_nearest,
    observe=spec.observe_nearest,
    hints=(
        "Ask for the neighbours of row 0. Is 0 itself among them? Are the first ones really "
        "those with the largest cosine?",
        "All cosines at once, then the largest few. The row asked for is the best of all; it "
        "must not be among the answers.",
        "cosines of row `row` with every row\n"
        "set its own to minus infinity\n"
        "topk, indices, as a list",
    ),
    mistakes=(
        Mistake(
            "itself-among-them",
            "the row that was asked for is in its own list.",
            "before the topk: give the row itself a value that is never chosen.",
            (("    similar[row] = -torch.inf\n", ""),),
        ),
        Mistake(
            "farthest-first",
            "the list holds the smallest cosines, not the largest.",
            "the sorting: a large cosine is near, so largest first.",
            (
                ("= -torch.inf", "= torch.inf"),
                (".topk(count)", ".topk(count, largest=False)"),
            ),
        ),
        Mistake(
            "best-last",
            "the right rows, but in rising order.",
            "the sorting: the best comes first, so the order is descending.",
            ((".indices.tolist()", ".indices.flip(0).tolist()"),),
        ),
        Mistake(
            "ranked-by-dot-product",
            "the rows were ranked by dot product, so long vectors win.",
            "the ranking: use the cosines of exercise 02.3.",
            (("cosines(table[row], table)", "table @ table[row]"),),
        ),
        Mistake(
            "ranked-by-distance",
            "the rows were ranked by distance, so long vectors lose.",
            "the ranking: use the cosines of exercise 02.3.",
            (("cosines(table[row], table)", "-(table - table[row]).norm(dim=-1)"),),
        ),
        Mistake(
            "sign-ignored",
            "the cosines lost their sign, so the opposite direction counts as near.",
            "the ranking: no absolute value and no square.",
            (("cosines(table[row], table)", "cosines(table[row], table).abs()"),),
        ),
    ),
    styles=(
        Style(
            "drop the first of count + 1",
            """
            def nearest(table, row, count):
                unit = F.normalize(table, dim=-1)
                order = (unit @ unit[row]).argsort(descending=True).tolist()
                return [i for i in order if i != row][:count]
            """,
        ),
        Style(
            "sorted in Python",
            """
            def nearest(table, row, count):
                values = cosines(table[row], table).tolist()
                others = [i for i in range(len(values)) if i != row]
                return sorted(others, key=lambda i: -values[i])[:count]
            """,
        ),
    ),
)

EXERCISES = (LAYER_NORM, EMBEDDINGS, COSINES, NEAREST)
