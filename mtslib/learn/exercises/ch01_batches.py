"""Chapter 01, which examples stand side by side: two exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch01_spec as spec

SHARE = Exercise(
    id="01.5",
    title="the share of padding",
    minutes=7,
    difficulty="warm-up",
    core=True,
    reference="mtslib.data.batching:padding_share",
    specification=spec.slow_share,
    observe=spec.observe_share,
    hints=(
        "Lengths 4 and 2 in one batch: two rows of 4 places, 2 of the 8 are padding. Does yours "
        "say 0.25?",
        "A batch has as many places as rows times its own longest row. Add up places over all "
        "batches, and real tokens over all batches, and divide once.",
        "real = sum over batches of lengths[position], for the positions in the batch\n"
        "places = sum over batches of longest in the batch × rows in the batch\n"
        "return the share of the places that is not real",
    ),
    mistakes=(
        Mistake(
            "share-of-real-tokens",
            "this is the share of real tokens; asked was the share of padding.",
            "the last line: the two shares make 1.",
            (("1 - real / padded", "real / padded"),),
        ),
        Mistake(
            "divided-by-the-real-tokens",
            "padding was divided by the real tokens; the share is of all places.",
            "the denominator.",
            (("1 - real / padded", "padded / real - 1"),),
        ),
        Mistake(
            "longest-of-all-batches",
            "each batch was padded to the longest example of all, not to its own.",
            "the longest length: of the positions in this batch.",
            (("max(lengths[p] for p in batch)", "max(lengths)"),),
        ),
        Mistake(
            "mean-of-the-batches",
            "the shares of the batches were averaged, so a small batch counts as much as a big "
            "one.",
            "when you divide: once, at the end.",
            source="""
            def padding_share(lengths, batches):
                shares = []
                for batch in batches:
                    real = [lengths[p] for p in batch]
                    shares.append(1 - sum(real) / (max(real) * len(real)))
                return sum(shares) / len(shares)
            """,
        ),
        Mistake(
            "positions-taken-for-lengths",
            "the batches hold positions, and those were added up as if they were lengths.",
            "what you add up: lengths[position].",
            (
                ("sum(lengths[position] for", "sum(position for"),
                ("max(lengths[p] for p in batch)", "max(max(batch), 1)"),
            ),
        ),
        Mistake(
            "longest-position",
            "the largest position of a batch was taken for its longest length.",
            "the longest length: the maximum of lengths[position], not of the positions.",
            (("max(lengths[p] for p in batch)", "max(batch)"),),
        ),
        Mistake(
            "lengths-outside-the-batches",
            "every length was added up, also of examples that stand in no batch.",
            "what counts as real: the lengths of the positions in the batches.",
            (
                (
                    "sum(lengths[position] for batch in batches for position in batch)",
                    "sum(lengths)",
                ),
            ),
        ),
        Mistake(
            "count-of-padding",
            "this is the number of padded places; asked was their share of all places.",
            "the last line: divide by the number of places.",
            (("1 - real / padded", "padded - real"),),
        ),
        Mistake(
            "share-of-padded-examples",
            "you counted examples that have padding; asked was the share of places.",
            "what is counted: places in the table of tokens, not rows.",
            source="""
            def padding_share(lengths, batches):
                padded = rows = 0
                for batch in batches:
                    longest = max(lengths[p] for p in batch)
                    padded += sum(lengths[p] < longest for p in batch)
                    rows += len(batch)
                return padded / rows
            """,
        ),
    ),
    styles=(
        Style(
            "padding counted directly",
            """
            def padding_share(lengths, batches):
                padding = places = 0
                for batch in batches:
                    own = [lengths[p] for p in batch]
                    padding += sum(max(own) - n for n in own)
                    places += max(own) * len(own)
                return padding / places
            """,
        ),
        Style(
            "torch",
            """
            def padding_share(lengths, batches):
                all_lengths = torch.tensor(lengths)
                own = [all_lengths[torch.tensor(batch)] for batch in batches]
                places = sum(n.max() * len(n) for n in own)
                return 1 - float(sum(n.sum() for n in own) / places)
            """,
        ),
    ),
)

_CUT = "        for cut in range(0, len(by_length), batch_size):\n"
_APPEND = "            batches.append(by_length[cut : cut + batch_size])"

BUCKET = Exercise(
    id="01.6",
    title="batches of like length",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch01_by_hand:bucket",
    specification=spec.slow_bucket,
    observe=spec.observe_bucket,
    hints=(
        "Put your batches of all positions in one row and sort them: is every position there "
        "exactly once, also those of the last, short pool?",
        "Two cuts. The first makes pools of the shuffled order, the second makes batches of a "
        "sorted pool. Sort positions, but by the lengths that they stand for.",
        "for start = 0, pool, 2·pool, …:\n"
        "    part of the order from start to start + pool, sorted by lengths[position]\n"
        "    cut that part into pieces of batch_size, and add them to the batches",
    ),
    mistakes=(
        Mistake(
            "not-sorted",
            "the pools were not sorted, so lengths stand side by side as chance had it.",
            "what you do with a pool before you cut it.",
            (
                (
                    "sorted(order[start : start + pool], key=lambda position: lengths[position])",
                    "order[start : start + pool]",
                ),
            ),
        ),
        Mistake(
            "sorted-by-position",
            "the pools were sorted by position, not by length.",
            "the key of the sort: lengths[position].",
            ((", key=lambda position: lengths[position]", ""),),
        ),
        Mistake(
            "everything-sorted-at-once",
            "the whole order was sorted, so nothing is left to chance and neighbours never change.",
            "what you sort: one pool at a time.",
            (
                ("range(0, len(order), pool)", "range(0, len(order), len(order))"),
                ("order[start : start + pool]", "order"),
            ),
        ),
        Mistake(
            "longest-first",
            "the pools were sorted from long to short; asked was the shortest first.",
            "the direction of the sort.",
            (("lengths[position])", "-lengths[position])"),),
        ),
        Mistake(
            "pool-counted-in-batches",
            "pool was taken as a number of batches; it is a number of examples.",
            "the step from pool to pool.",
            (
                ("len(order), pool)", "len(order), pool * batch_size)"),
                ("start + pool]", "start + pool * batch_size]"),
            ),
        ),
        Mistake(
            "short-batch-dropped",
            "the last batch of a pool was dropped because it is not full.",
            "what is left over when a pool is cut: it is a batch too.",
            ((_CUT, _CUT.replace("len(by_length)", "len(by_length) - batch_size + 1")),),
        ),
        Mistake(
            "short-pool-dropped",
            "the last pool was dropped because it is not full, and its examples are in no batch.",
            "the starts of the pools: up to the end of the order.",
            (("range(0, len(order), pool)", "range(0, len(order) - pool + 1, pool)"),),
        ),
        Mistake(
            "order-ignored",
            "the pools hold positions start, start + 1, …; which positions, the order says.",
            "what you sort: order[start : start + pool].",
            (
                (
                    "sorted(order[start : start + pool],",
                    "sorted(range(start, min(start + pool, len(order))),",
                ),
            ),
        ),
        Mistake(
            "places-in-the-order-for-positions",
            "the batches say where in the order an example stands, not which example it is.",
            "what you put into a batch: order[i], not i.",
            (
                (
                    "sorted(order[start : start + pool], key=lambda position: lengths[position])",
                    "sorted(range(start, min(start + pool, len(order))), "
                    "key=lambda i: lengths[order[i]])",
                ),
            ),
        ),
        Mistake(
            "pool-not-cut",
            "each pool became one batch.",
            "the second cut: batches of batch_size.",
            ((_CUT + _APPEND, "        batches.append(by_length)"),),
        ),
        Mistake(
            "lengths-for-positions",
            "the batches hold lengths; whoever makes the batch needs to know which examples.",
            "what you sort: positions, by the lengths that they stand for.",
            (
                (
                    "sorted(order[start : start + pool], key=lambda position: lengths[position])",
                    "sorted(lengths[p] for p in order[start : start + pool])",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "torch's argsort",
            """
            def bucket(order, lengths, batch_size, pool):
                batches = []
                for part in torch.tensor(order).split(pool):
                    own = torch.tensor([lengths[p] for p in part.tolist()])
                    for batch in part[own.argsort()].split(batch_size):
                        batches.append(batch.tolist())
                return batches
            """,
        ),
        Style(
            "one comprehension",
            """
            def bucket(order, lengths, batch_size, pool):
                pools = [order[i : i + pool] for i in range(0, len(order), pool)]
                ordered = [sorted(part, key=lengths.__getitem__) for part in pools]
                size = batch_size
                return [p[i : i + size] for p in ordered for i in range(0, len(p), size)]
            """,
        ),
        Style(
            "sorted in place, on a copy",
            """
            def bucket(order, lengths, batch_size, pool):
                rest, batches = list(order), []
                while rest:
                    part, rest = rest[:pool], rest[pool:]
                    part.sort(key=lambda p: (lengths[p], p))
                    while part:
                        batches.append(part[:batch_size])
                        part = part[batch_size:]
                return batches
            """,
        ),
    ),
)
