"""Chapter 03: cutting features into heads, and putting the heads together again."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch03_spec as spec

BY_HAND = "mtslib.learn.exercises.ch03_by_hand"

SPLIT = Exercise(
    id="03.4",
    title="split the heads",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=f"{BY_HAND}:split_heads",
    specification=spec.slow_split,
    observe=spec.observe_split,
    hints=(
        "Fill a tensor with torch.arange. Head 0 of token 0 should hold 0 … D − 1.",
        "First cut only the last axis, H into N times D. Then bring the heads in front of the "
        "tokens. Two moves; one reshape cannot do both.",
        "reshape (B, T, H) to (B, T, N, D)\nexchange axes 1 and 2",
    ),
    mistakes=(
        Mistake(
            "split-without-transpose",
            "one reshape went straight to (B, N, T, D), which mixes tokens into heads.",
            "the two moves: reshape to (B, T, N, D), then exchange axes 1 and 2.",
            (
                ("batch, tokens, num_heads, size // num_heads)", "batch, num_heads, tokens, -1)"),
                ("cut.transpose(1, 2)", "cut"),
            ),
        ),
        Mistake(
            "features-dealt-out",
            "the features were dealt out to the heads one by one, like cards.",
            "the reshape: N before D, so that D neighbours stay together.",
            (
                ("tokens, num_heads, size // num_heads)", "tokens, size // num_heads, num_heads)"),
                ("cut.transpose(1, 2)", "cut.permute(0, 3, 1, 2)"),
            ),
        ),
        Mistake(
            "heads-behind-tokens",
            "the heads still stand behind the tokens: (B, T, N, D).",
            "after the reshape: exchange axes 1 and 2.",
            (("cut.transpose(1, 2)", "cut"),),
        ),
        Mistake(
            "wrong-axes-exchanged",
            "tokens and features of a head changed places, or heads and features did.",
            "the transpose: axis 1 holds the tokens, axis 2 the heads.",
            (("cut.transpose(1, 2)", "cut.transpose(2, 3)"),),
        ),
        Mistake(
            "count-for-size",
            "the number of heads was taken for their size.",
            "the reshape: the third axis is N = num_heads, the last D = H / N.",
            (("num_heads, size // num_heads)", "size // num_heads, num_heads)"),),
        ),
    ),
    styles=(
        Style(
            "unflatten",
            """
            def split_heads(projected, num_heads):
                return projected.unflatten(-1, (num_heads, -1)).permute(0, 2, 1, 3)
            """,
        ),
        Style(
            "chunks, stacked",
            """
            def split_heads(projected, num_heads):
                return torch.stack(projected.chunk(num_heads, dim=-1), dim=1)
            """,
        ),
        Style(
            "loop with slices",
            """
            def split_heads(projected, num_heads):
                b, t, h = projected.shape
                d = h // num_heads
                heads = torch.empty(b, num_heads, t, d)
                for n in range(num_heads):
                    heads[:, n] = projected[:, :, n * d : (n + 1) * d]
                return heads
            """,
        ),
    ),
)

MERGE = Exercise(
    id="03.5",
    title="merge the heads",
    minutes=6,
    difficulty="steady",
    core=True,
    reference=f"{BY_HAND}:merge_heads",
    specification=spec.slow_merge,
    observe=spec.observe_merge,
    hints=(
        "Split a counted tensor with split_heads and merge it again: do you get it back?",
        "The last step of splitting is the first to undo. A reshape reads the numbers in order, "
        "so the tokens must stand before the heads when it comes.",
        "exchange axes 1 and 2: (B, T, N, D)\nreshape to (B, T, N·D)\n"
        "(view refuses after a transpose; reshape copies)",
    ),
    mistakes=(
        Mistake(
            "heads-merged-without-transpose",
            "the reshape came without the transpose, so each token got pieces of other tokens.",
            "before the reshape: exchange axes 1 and 2.",
            (("heads.transpose(1, 2).reshape", "heads.reshape"),),
        ),
        Mistake(
            "features-dealt-out",
            "the heads' features were shuffled together one by one, like cards.",
            "the order of the last two axes before the reshape: heads, then features.",
            (("heads.transpose(1, 2)", "heads.permute(0, 2, 3, 1)"),),
        ),
        Mistake(
            "heads-averaged",
            "the heads were averaged; they belong side by side.",
            "the last line: N heads of size D make H = N·D features.",
            (
                (
                    "heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)",
                    "heads.mean(dim=1)",
                ),
            ),
        ),
        Mistake(
            "heads-added",
            "the heads were added up; they belong side by side.",
            "the last line: N heads of size D make H = N·D features.",
            (
                (
                    "heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)",
                    "heads.sum(dim=1)",
                ),
            ),
        ),
        Mistake(
            "heads-behind-each-other",
            "the heads were put behind each other as if they were tokens.",
            "the reshape: T stays, the features grow.",
            (
                (
                    "heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)",
                    "heads.reshape(batch, num_heads * tokens, head_size)",
                ),
            ),
        ),
        Mistake(
            "not-flattened",
            "heads and features are still two axes, (B, T, N, D).",
            "the last line: the last two axes become one.",
            ((".reshape(batch, tokens, num_heads * head_size)", ""),),
        ),
    ),
    styles=(
        Style(
            "permute and flatten",
            """
            def merge_heads(heads):
                return heads.permute(0, 2, 1, 3).flatten(2)
            """,
        ),
        Style(
            "concatenate",
            """
            def merge_heads(heads):
                return torch.cat(list(heads.unbind(dim=1)), dim=-1)
            """,
        ),
        Style(
            "contiguous view",
            """
            def merge_heads(heads):
                b, n, t, d = heads.size()
                return heads.transpose(1, 2).contiguous().view(b, t, n * d)
            """,
        ),
    ),
)
