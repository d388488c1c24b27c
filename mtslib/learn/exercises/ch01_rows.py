"""Chapter 01, from pieces to rows of a batch: two exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch01_spec as spec

BY_HAND = "mtslib.learn.exercises.ch01_by_hand"

FRAME = Exercise(
    id="01.3",
    title="special tokens and token types",
    minutes=7,
    difficulty="warm-up",
    core=True,
    reference=f"{BY_HAND}:frame",
    specification=spec.slow_frame,
    observe=spec.observe_frame,
    hints=(
        "Count for the pair of one and of two pieces: six tokens. Has your second list as many "
        "numbers?",
        "Make the tokens of the first sentence, and count them: that many 0's. What you add for a "
        "second sentence, you count again: that many 1's. Build new lists; `first` belongs to "
        "whoever calls, so no insert or append on it.",
        "tokens = [CLS], the first's pieces, [SEP]\n"
        "types = a 0 for each of them\n"
        "if there is a second: add its pieces and [SEP], and a 1 for each of those",
    ),
    mistakes=(
        Mistake(
            "last-separator-forgotten",
            "the second sentence has no [SEP] behind it.",
            "the end of a pair: each sentence is closed by a [SEP] of its own.",
            (('[*second, "[SEP]"]', "[*second]"), ("(len(second) + 1)", "len(second)")),
        ),
        Mistake(
            "start-token-forgotten",
            "there is no [CLS] in front.",
            "the beginning of the list: every input starts with [CLS].",
            (('["[CLS]", *first', "[*first"),),
        ),
        Mistake(
            "second-start-token",
            "the second sentence got a [CLS] too.",
            "what stands between the two: one [SEP] and nothing else.",
            (('[*second, "[SEP]"]', '["[CLS]", *second, "[SEP]"]'), ("+ 1)", "+ 2)")),
        ),
        Mistake(
            "token-types-all-0",
            "all token types are 0; the second sentence's are 1.",
            "the types of the second sentence.",
            (("[1] *", "[0] *"),),
        ),
        Mistake(
            "last-separator-of-type-0",
            "the last [SEP] has type 0; it closes the second sentence and has that one's type.",
            "the type of the last token.",
            (("[1] * (len(second) + 1)", "[1] * len(second) + [0]"),),
        ),
        Mistake(
            "first-separator-of-type-1",
            "the [SEP] between the two has type 1; it closes the first sentence.",
            "where the types change: after the first [SEP].",
            (("types += [1]", "types[-1:] = [1]"), ("(len(second) + 1)", "(len(second) + 2)")),
        ),
        Mistake(
            "only-pieces-have-types",
            "[CLS] and [SEP] got no token types; there are as many types as tokens.",
            "what you count for the types: the tokens, special ones included.",
            (("[0] * len(tokens)", "[0] * len(first)"), ("(len(second) + 1)", "len(second)")),
        ),
        Mistake(
            "one-type-too-few-in-front",
            "the first sentence has one type too few: its [CLS] or its [SEP] was not counted.",
            "the number of 0's: as many as pieces, and two more.",
            (("[0] * len(tokens)", "[0] * (len(tokens) - 1)"),),
        ),
        Mistake(
            "last-separator-without-a-type",
            "the last [SEP] got no type; there are as many types as tokens.",
            "the number of 1's: as many as pieces of the second sentence, and one more.",
            (("[1] * (len(second) + 1)", "[1] * len(second)"),),
        ),
        Mistake(
            "token-types-start-at-1",
            "the types run from 1; the first sentence's are 0.",
            "the number of the first sentence: token types are rows of a table, from 0.",
            (("[1] *", "[2] *"), ("[0] *", "[1] *")),
        ),
        Mistake(
            "sentences-exchanged",
            "the second sentence came first.",
            "the order of the pair.",
            (
                (
                    '["[CLS]", *first, "[SEP]"]',
                    '["[CLS]", *(first if second is None else second), "[SEP]"]',
                ),
                ('[*second, "[SEP]"]', '[*first, "[SEP]"]'),
                ("(len(second) + 1)", "(len(first) + 1)"),
            ),
        ),
    ),
    styles=(
        Style(
            "two cases",
            """
            def frame(first, second=None):
                if second is None:
                    return ["[CLS]"] + list(first) + ["[SEP]"], [0] * (len(first) + 2)
                tokens = ["[CLS]"] + list(first) + ["[SEP]"] + list(second) + ["[SEP]"]
                return tokens, [0] * (len(first) + 2) + [1] * (len(second) + 1)
            """,
        ),
        Style(
            "types by counting separators",
            """
            def frame(first, second=None):
                tokens = ["[CLS]"]
                for side in (first, second):
                    if side is not None:
                        tokens.extend(side)
                        tokens.append("[SEP]")
                border = tokens.index("[SEP]")
                return tokens, [int(place > border) for place in range(len(tokens))]
            """,
        ),
    ),
)

_MASK_ROW = "attention_mask[row, : len(sequence)] = 1"

PAD = Exercise(
    id="01.4",
    title="padding and the attention mask",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=f"{BY_HAND}:pad",
    specification=spec.slow_pad,
    observe=spec.observe_pad,
    hints=(
        "Sum your mask over each row. Are these the lengths of the lists?",
        "Begin with a full tensor of pad_id and a full tensor of 0. Then each row writes its own "
        "ids, and 1's, over its beginning.",
        "T = the longest length\n"
        "input_ids = (B, T) full of pad_id; attention_mask = (B, T) full of 0; both torch.long\n"
        "for each row: write its ids and as many 1's from the left",
    ),
    mistakes=(
        Mistake(
            "mask-upside-down",
            "the mask is 1 on padding and 0 on tokens.",
            "what 1 means: this token is real, look at it.",
            (("torch.zeros(", "torch.ones("), ("(sequence)] = 1", "(sequence)] = 0")),
        ),
        Mistake(
            "mask-all-ones",
            "the mask calls padding real too.",
            "the mask behind the end of a short row: 0.",
            (("torch.zeros(", "torch.ones("),),
        ),
        Mistake(
            "padded-on-the-left",
            "the padding came first; BERT counts positions from the left, so tokens start there.",
            "which part of the row is filled: the beginning.",
            (
                ("input_ids[row, : len(sequence)]", "input_ids[row, longest - len(sequence) :]"),
                (
                    "attention_mask[row, : len(sequence)]",
                    "attention_mask[row, longest - len(sequence) :]",
                ),
            ),
        ),
        Mistake(
            "pad-id-always-0",
            "padding was filled with 0 whatever pad_id says.",
            "the number that fills the tensor.",
            (("longest), pad_id", "longest), 0"),),
        ),
        Mistake(
            "padded-to-a-fixed-length",
            "every batch was padded to 512; T is the longest list of this batch.",
            "where T comes from.",
            (("max(len(sequence) for sequence in sequences)", "512"),),
        ),
        Mistake(
            "cut-to-the-shortest",
            "the rows were cut to the shortest list, so tokens are lost.",
            "where T comes from: the longest list.",
            (
                ("max(len(sequence) for", "min(len(sequence) for"),
                ("torch.tensor(sequence)", "torch.tensor(sequence[:longest])"),
            ),
        ),
        Mistake(
            "one-column-too-many",
            "each row is one place longer than the longest list.",
            "where T comes from: the longest length itself.",
            (
                (
                    "max(len(sequence) for sequence in sequences)",
                    "max(len(sequence) for sequence in sequences) + 1",
                ),
            ),
        ),
        Mistake(
            "special-tokens-masked",
            "[CLS] and [SEP] were masked like padding; they are tokens, and BERT needs them.",
            "the mask at both ends of a row.",
            ((_MASK_ROW, "attention_mask[row, 1 : len(sequence) - 1] = 1"),),
        ),
        Mistake(
            "ids-of-floats",
            "input_ids holds floats; ids are whole numbers, since each is a row of a table.",
            "the tensor you begin with: torch.zeros and torch.ones make floats unless told "
            "dtype=torch.long; torch.full goes by its number.",
            (
                (
                    "torch.full((len(sequences), longest), pad_id)",
                    "torch.zeros(len(sequences), longest) + pad_id",
                ),
            ),
        ),
        Mistake(
            "mask-of-floats",
            "the mask holds floats; BERT's inputs are whole numbers.",
            "the type of the mask: dtype=torch.long.",
            (("dtype=torch.long", "dtype=torch.float32"),),
        ),
        Mistake(
            "mask-of-int32",
            "the mask holds int32; asked was int64, which torch calls long.",
            "the type of the mask: dtype=torch.long, and .long() where you wrote .int().",
            (("dtype=torch.long", "dtype=torch.int32"),),
        ),
        Mistake(
            "mask-of-booleans",
            "the mask holds True and False; asked was int64, as the library's batches have it.",
            "the type of the mask: dtype=torch.long, or .long() at the end.",
            (("return input_ids, attention_mask", "return input_ids, attention_mask.bool()"),),
        ),
    ),
    styles=(
        Style(
            "lists first",
            """
            def pad(sequences, pad_id):
                longest = max(map(len, sequences))
                ids = [list(s) + [pad_id] * (longest - len(s)) for s in sequences]
                mask = [[1] * len(s) + [0] * (longest - len(s)) for s in sequences]
                return torch.tensor(ids), torch.tensor(mask)
            """,
        ),
        Style(
            "mask by broadcasting",
            """
            def pad(sequences, pad_id):
                lengths = torch.tensor([len(s) for s in sequences])
                mask = torch.arange(int(lengths.max()))[None, :] < lengths[:, None]
                ids = torch.full(mask.shape, pad_id)
                ids[mask] = torch.tensor([i for s in sequences for i in s])
                return ids, mask.int().long()
            """,
        ),
        Style(
            "torch's pad_sequence",
            """
            def pad(sequences, pad_id):
                rows = [torch.tensor(s) for s in sequences]
                ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad_id)
                return ids, (ids != pad_id).long()
            """,
        ),
    ),
)
