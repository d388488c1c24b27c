"""Chapter 08: the exercises on asking a model and on counting what it got wrong."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch08_spec as spec

BY_HAND = "mtslib.learn.exercises.ch08_by_hand"

BY_ROW = Exercise(
    id="08.1",
    title="what it says to every row",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=f"{BY_HAND}:logits_by_row",
    specification=spec.slow_logits_by_row,
    observe=spec.observe_logits_by_row,
    hints=(
        "Ask the same model twice. If the answers differ, something in it is still random. Then "
        "compare row 0 of your result with what the model says to row 0 alone.",
        "Three things make it an evaluation: eval mode, so that nothing is dropped; no gradients, "
        "so that nothing is kept for a backward pass; and every answer back at its own row, since "
        "batches come sorted by length.",
        "model into eval mode\nwithout gradients, for each batch:\n  note its positions, and the "
        "logits\nput all logits end to end\nplace number i of the positions is the row of line i",
    ),
    mistakes=(
        Mistake(
            "evaluated-in-train-mode",
            "the model stayed in train mode, so dropout is part of its answers.",
            "before the loop: model.eval().",
            (("    model.eval()\n", ""),),
        ),
        Mistake(
            "gradients-on",
            "gradients were on, so every layer's states were kept for a backward pass that never "
            "comes.",
            "around the loop: torch.inference_mode() or torch.no_grad().",
            (
                (
                    "    with torch.inference_mode():\n",
                    "    with torch.enable_grad():\n",
                ),
                (
                    "    found = torch.empty_like(said)\n",
                    "    said = said.detach()\n    found = torch.empty_like(said)\n",
                ),
            ),
        ),
        Mistake(
            "rows-as-the-batches-came",
            "the answers stand in the order of the batches, so they belong to other rows.",
            "after the loop: put line i at row places[i].",
            (("    found[places] = said\n    return found", "    return said"),),
        ),
        Mistake(
            "order-turned-round",
            "said[places] takes from the places where it should put to them: the order is undone "
            "the wrong way.",
            "the side on which the positions stand: found[places] = said.",
            (("found[places] = said", "found = said[places]"),),
        ),
        Mistake(
            "probabilities-for-logits",
            "a softmax came in between: these are probabilities.",
            "what is kept of each batch: what the model put out, as it is.",
            (("answers.append(model(batch))", "answers.append(model(batch).softmax(-1))"),),
        ),
    ),
    styles=(
        Style(
            "a place for each row",
            """
            def logits_by_row(model, batches, rows):
                model.eval()
                lines = [None] * rows
                for positions, batch in batches:
                    with torch.no_grad():
                        logits = model(batch)
                    for place, row in enumerate(positions):
                        lines[row] = logits[place]
                return torch.stack(lines)
            """,
        ),
        Style(
            "inverse order",
            """
            @torch.no_grad()
            def logits_by_row(model, batches, rows):
                model.train(False)
                order = torch.tensor([row for positions, _ in batches for row in positions])
                return torch.cat([model(batch) for _, batch in batches])[order.argsort()]
            """,
        ),
        Style(
            "back in train mode",
            """
            def logits_by_row(model, batches, rows):
                was = model.training
                model.eval()
                found = None
                with torch.inference_mode():
                    for positions, batch in batches:
                        logits = model(batch)
                        if found is None:
                            found = torch.zeros(rows, logits.shape[1])
                        found[list(positions)] = logits
                model.train(was)
                return found
            """,
        ),
    ),
)

CONFUSION = Exercise(
    id="08.5",
    title="who is taken for whom",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.evidence.confusion:confusion_shares",
    specification=spec.slow_confusion,
    observe=spec.observe_confusion,
    hints=(
        "Sum your table along each row. A row is a label, so it should sum to 1, or to 0 where no "
        "text has that label.",
        "Count first: each text adds 1 in the row of its label and the column of the answer. Then "
        "divide each row by the number of its texts.",
        "a (C, C) table of zeros\nfor each text: table[label, answer] += 1\n"
        "divide each row by its sum, where that is not 0",
    ),
    mistakes=(
        Mistake(
            "rows-and-columns-swapped",
            "rows are answers and columns are labels: who is taken for whom was turned round.",
            "the order of the two indices: label first, then answer.",
            (
                (
                    "(np.asarray(labels, int), np.asarray(predicted, int))",
                    "(np.asarray(predicted, int), np.asarray(labels, int))",
                ),
            ),
        ),
        Mistake(
            "divided-by-the-answers",
            "columns were made to sum to 1, so a cell is a share of the answers, not of the texts.",
            "the sum that you divide by: a row holds all texts of one label.",
            (("counts.sum(axis=1, keepdims=True)", "counts.sum(axis=0, keepdims=True)"),),
        ),
        Mistake(
            "sums-along-the-wrong-side",
            "the sums of the rows were laid along the columns: each cell was divided by another "
            "row's sum.",
            "the shape of the sums: (C, 1), with keepdims=True.",
            (("counts.sum(axis=1, keepdims=True)", "counts.sum(axis=1)"),),
        ),
        Mistake(
            "shares-of-all-texts",
            "everything was divided by the number of all texts, so rare classes look empty.",
            "the sum that you divide by: one a row.",
            (("counts.sum(axis=1, keepdims=True)", "counts.sum()"),),
        ),
        Mistake(
            "counts-not-shares",
            "the counts came back as they are.",
            "the last line: divide each row by the number of its texts.",
            (("    return counts / np.maximum(texts, 1)", "    return counts"),),
        ),
        Mistake(
            "repeated-pairs-count-once",
            "counts[labels, predicted] += 1 adds 1 to a cell once, however often it is named.",
            "the way of counting: np.add.at, a loop, or bincount.",
            (
                (
                    "np.add.at(counts, (np.asarray(labels, int), np.asarray(predicted, int)), 1)",
                    "counts[np.asarray(labels, int), np.asarray(predicted, int)] += 1",
                ),
            ),
        ),
        Mistake(
            "nothing-divided-by-nothing",
            "a class that no text has was divided by 0, and NaN came.",
            "the division: leave a row without texts at 0.",
            (
                (
                    "    return counts / np.maximum(texts, 1)",
                    '    with np.errstate(invalid="ignore"):\n        return counts / texts',
                ),
            ),
        ),
        Mistake(
            "right-answers-left-out",
            "only wrong answers were counted, so the diagonal is empty.",
            "what is counted: every text, right or wrong.",
            (
                (
                    "    texts = counts",
                    "    np.fill_diagonal(counts, 0)\n    texts = counts",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "loop",
            """
            def confusion_shares(predicted, labels, classes):
                table = np.zeros((classes, classes))
                for said, label in zip(predicted, labels):
                    table[int(label), int(said)] += 1
                for row in table:
                    if row.sum():
                        row /= row.sum()
                return table
            """,
        ),
        Style(
            "bincount",
            """
            def confusion_shares(predicted, labels, classes):
                cells = np.bincount(labels * classes + predicted, minlength=classes**2)
                counts = cells.reshape(classes, classes)
                texts = np.bincount(labels, minlength=classes)[:, None]
                return np.where(texts > 0, counts / np.maximum(texts, 1), 0.0)
            """,
        ),
        Style(
            "one-hot",
            """
            def confusion_shares(predicted, labels, classes):
                eye = np.eye(classes)
                counts = eye[labels].T @ eye[predicted]
                return counts / np.clip(counts.sum(1), 1, None).reshape(-1, 1)
            """,
        ),
    ),
)
