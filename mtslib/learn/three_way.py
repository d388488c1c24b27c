"""A three-way combination: of the notebook as it was copied, the learner's, and a newer one.

Which cell comes from where. Nothing here touches a file.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from nbformat import NotebookNode

from mtslib.workbook.notebooks import UNNAMED

ALIKE = 0.5  # from this ratio of equal text on, an edited cell is taken for the one it was


@dataclass(frozen=True)
class Combined:
    """An upgraded notebook; what became of how many cells, in words; and the learner's cells, by
    id, whose text the workbook changed too."""

    notebook: NotebookNode
    counts: dict[str, int]
    conflicts: tuple[str, ...]


def combine(base: NotebookNode, mine: NotebookNode, new: NotebookNode) -> Combined:
    """The learner's notebook with the new text wherever they left the old one alone.

    base: as it was copied. Cells are matched by id, and by text where an editor lost the ids.
    A cell is the learner's when its text is not the base's; it then stays, text and outputs, and
    only its metadata (which exercise it is) follows the workbook. The new order of cells holds
    unless the learner moved some.
    """
    old, fresh = _by_id(base), _by_id(new)
    own = _matched(mine, old)
    theirs = {
        key
        for key, cell in own.items()
        if not _same(cell, old.get(key)) and not _same(cell, fresh.get(key))
    }
    dropped = [key for key in own if key not in fresh and key not in theirs]
    gone = [key for key in fresh if key in old and key not in own]
    kept_own = [key for key in own if key not in dropped]
    kept_new = [key for key in fresh if key not in gone]
    moved = [key for key in own if key in old] != [key for key in old if key in own]
    order = _woven(kept_own, kept_new) if moved else _woven(kept_new, kept_own)
    both = [key for key in order if key in own and key in fresh]
    result = copy.deepcopy(mine)
    result.cells = [_cell(key, own.get(key), fresh.get(key), key in theirs) for key in order]
    counts = {
        "renewed": sum(key not in theirs and not _same(own[key], fresh[key]) for key in both),
        "new": sum(key not in own for key in order),
        "left the workbook": len(dropped),
        "of yours kept": len(theirs),
        "removed by you stay away": len(gone),
    }
    conflicts = (k for k in both if k in theirs and not _same(fresh[k], old.get(k)))
    return Combined(result, counts, tuple(conflicts))


def changed(base: NotebookNode, mine: NotebookNode) -> int:
    """How many cells the learner changed, added or removed."""
    old = _by_id(base)
    own = _matched(mine, old)
    edited = sum(not _same(cell, old.get(key)) for key, cell in own.items())
    return edited + sum(key not in own for key in old)


def _by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.id: cell for cell in notebook.cells}


def _matched(mine: NotebookNode, old: Mapping[str, NotebookNode]) -> dict[str, NotebookNode]:
    """The learner's cells by the ids of the cells that they were copied from.

    One whose id an editor lost is found by its text: between two cells that are known, or that
    say the same, it is the copy that is most like it. One that is like none is the learner's own.
    """
    ids = [cell.id for cell in mine.cells]
    lost = [i for i, key in enumerate(ids) if key.startswith(UNNAMED)]
    free = [key for key in old if key not in ids]
    texts = [[_text(old[key]) for key in free], [_text(mine.cells[i]) for i in lost]]
    for kind, a, b, c, d in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind == "equal":
            for key, place in zip(free[a:b], lost[c:d], strict=True):
                ids[place] = key
            continue
        for place in range(c, d):
            alike = {k: _ratio(texts[0][k], texts[1][place]) for k in range(a, b)}
            best = max(alike, key=alike.__getitem__, default=None)
            if best is not None and alike[best] >= ALIKE:
                ids[lost[place]] = free[best]
                a = best + 1
    return dict(zip(ids, mine.cells, strict=True))


def _text(cell: NotebookNode) -> tuple[str, str]:
    return cell.cell_type, cell.source.rstrip()


def _ratio(one: tuple[str, str], other: tuple[str, str]) -> float:
    """How alike two cells are, 0 to 1; code that defines the same is the same exercise."""
    if one[0] != other[0]:
        return 0.0
    first, second = one[1].partition("(")[0], other[1].partition("(")[0]
    if one[0] == "code" and first == second and first.startswith(("def ", "class ")):
        return 1.0
    return SequenceMatcher(None, one[1][:2000], other[1][:2000], autojunk=False).ratio()


def _same(cell: NotebookNode, other: NotebookNode | None) -> bool:
    """Whether two cells say the same; outputs do not count."""
    return other is not None and _text(cell) == _text(other)


def _cell(
    key: str, own: NotebookNode | None, fresh: NotebookNode | None, theirs: bool
) -> NotebookNode:
    if fresh is not None and (own is None or not (theirs or _same(own, fresh))):
        return copy.deepcopy(fresh)
    kept = copy.deepcopy(own)
    kept.id = key
    if fresh is not None:
        kept.metadata.update(copy.deepcopy(fresh.metadata))
    return kept


def _woven(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """All of `first` in its order, and each further one of `second` behind its predecessor."""
    result = list(first)
    place = -1
    for key in second:
        if key in result:
            place = result.index(key)
        else:
            place += 1
            result.insert(place, key)
    return result
