"""A newer notebook and a learner's: which cell comes from where. Nothing here touches a file."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from mtslib.base.errors import MtsError


@dataclass(frozen=True)
class Merged:
    """An upgraded notebook and what became of its cells, by cell id.

    renewed: took the new text. added: are new in the workbook. dropped: left it, and were as
    copied. mine: the learner's own, kept as they are. conflicts: those of `mine` whose text the
    workbook changed too. gone: removed by the learner, and still gone.
    """

    notebook: NotebookNode
    renewed: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    mine: tuple[str, ...]
    conflicts: tuple[str, ...]
    gone: tuple[str, ...]


def merge(base: NotebookNode, mine: NotebookNode, new: NotebookNode) -> Merged:
    """The learner's notebook with the new text wherever they left the old one alone.

    base: as it was copied. Cells are matched by id. A cell is the learner's when its text is not
    the base's; it then stays, text and outputs, and only its metadata (which exercise it is)
    follows the workbook. The new order of cells holds unless the learner moved some.
    Raises MtsError where cells have no ids, or two the same.
    """
    old, own, fresh = (_by_id(notebook) for notebook in (base, mine, new))
    theirs = {
        key
        for key, cell in own.items()
        if not _same(cell, old.get(key)) and not _same(cell, fresh.get(key))
    }
    gone = {key for key in old if key not in own}
    dropped = [key for key in own if key not in fresh and key not in theirs]
    kept_own = [key for key in own if key not in dropped]
    kept_new = [key for key in fresh if key not in gone]
    moved = [key for key in own if key in old] != [key for key in old if key in own]
    order = _woven(kept_own, kept_new) if moved else _woven(kept_new, kept_own)
    result = copy.deepcopy(mine)
    result.nbformat_minor = max(mine.nbformat_minor, new.nbformat_minor)
    result.cells = [_cell(own.get(key), fresh.get(key), key in theirs) for key in order]
    return Merged(
        result,
        renewed=tuple(
            key
            for key in order
            if key in own and key in fresh and key not in theirs and not _same(own[key], fresh[key])
        ),
        added=tuple(key for key in order if key not in own),
        dropped=tuple(dropped),
        mine=tuple(key for key in order if key in theirs),
        conflicts=tuple(
            key
            for key in order
            if key in theirs and key in fresh and not _same(fresh[key], old.get(key))
        ),
        gone=tuple(key for key in fresh if key in gone),
    )


def changed(base: NotebookNode, mine: NotebookNode) -> int:
    """How many cells the learner changed, added or removed."""
    old, own = _by_id(base), _by_id(mine)
    edited = sum(not _same(cell, old.get(key)) for key, cell in own.items())
    return edited + sum(key not in own for key in old)


def _by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) != len(ids):
        raise MtsError(
            "its cells have no ids, or two the same, so it cannot be told which of them are yours"
        )
    return dict(zip(ids, notebook.cells, strict=True))


def _same(cell: NotebookNode, other: NotebookNode | None) -> bool:
    """Whether two cells say the same; outputs do not count."""
    return (
        other is not None
        and cell.cell_type == other.cell_type
        and cell.source.rstrip() == other.source.rstrip()
    )


def _cell(own: NotebookNode | None, fresh: NotebookNode | None, theirs: bool) -> NotebookNode:
    if fresh is None:
        return copy.deepcopy(own)
    if own is None or not (theirs or _same(own, fresh)):
        return copy.deepcopy(fresh)
    kept = copy.deepcopy(own)
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
