"""A learner's progress as a house: a floor per chapter, a window per exercise, lit when passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, PAPER_WHITE, Look, Picture

PASSED, TRIED, UNTOUCHED = "passed", "tried", "not attempted"
# How a window is drawn, and its sign: each state differs by more than its colour.
_WINDOWS = {
    PASSED: (Look(BLUE, BLUE, PAPER_WHITE, width=1.2), "✓"),
    TRIED: (Look(plots.PALE_ORANGE, ORANGE, hatch="////", width=1.2), "…"),
    UNTOUCHED: (Look(PAPER_WHITE, GREY, line=(0, (2, 2)), width=1.2), ""),
}
_WINDOW, _GAP, _MARGIN, _FLOOR = 0.62, 0.22, 0.4, 1.1


@dataclass(frozen=True)
class Floor:
    """A chapter: number, title, and the state of each of its exercises, in order."""

    number: str
    title: str
    windows: tuple[str, ...]

    @property
    def passed(self) -> int:
        """How many of its exercises are passed."""
        return self.windows.count(PASSED)


def progress_picture(floors: Sequence[Floor], here: str | None = None) -> Picture:
    """The house, its first chapter on the ground floor; `here` names the floor to point at.

    Passed: a filled window with a tick. Tried: hatched, with dots. Not attempted: a dashed
    outline. The roof is filled when every window is.
    """
    most = max(len(floor.windows) for floor in floors)
    width = 2 * _MARGIN + most * _WINDOW + (most - 1) * _GAP
    top = len(floors) * _FLOOR
    made, (axes,) = plots.figure(0.54 * (width + 5.2), 0.54 * (top + 2.6))
    # The marked floor comes last, over the edges of its neighbours.
    for level in sorted(range(len(floors)), key=lambda n: floors[n].number == here):
        _storey(axes, level * _FLOOR, width, floors[level], floors[level].number == here)
    finished = all(floor.passed == len(floor.windows) for floor in floors)
    fill, line = (BLUE, "-") if finished else (PAPER_WHITE, (0, (4, 3)))
    corners = [(-0.35, top), (width + 0.35, top), (width / 2, top + 1.3)]
    style = {"facecolor": fill, "edgecolor": INK, "linestyle": line, "linewidth": 1.2}
    axes.add_patch(Polygon(corners, **style))
    axes.plot([-3.6, width + 1.5], [0, 0], color=INK, linewidth=1.5)
    _legend(axes, width)
    axes.set(xlim=(-3.7, width + 1.5), ylim=(-1.1, top + 1.5), aspect="equal")
    axes.axis("off")
    return Picture(made, _words(floors, here))


def _storey(axes: Axes, bottom: float, width: float, floor: Floor, is_here: bool) -> None:
    look = Look("#EEEEEE" if is_here else PAPER_WHITE, INK, width=2.2 if is_here else 1.2)
    plots.box(axes, (0, bottom), (width, _FLOOR), look)
    middle = bottom + _FLOOR / 2
    words = {"va": "center", "color": INK, "fontsize": 9, "weight": "bold" if is_here else "normal"}
    label = f"{floor.number} {floor.title}" + (" ▸" if is_here else "")
    axes.text(-0.2, middle, label, ha="right", **words)
    axes.text(width + 0.2, middle, f"{floor.passed} of {len(floor.windows)}", **words)
    row = len(floor.windows) * (_WINDOW + _GAP) - _GAP
    for place, state in enumerate(floor.windows):
        x = (width - row) / 2 + place * (_WINDOW + _GAP)
        _window(axes, x, middle - _WINDOW / 2, state, str(place + 1))


def _window(axes: Axes, x: float, y: float, state: str, name: str = "") -> None:
    look, sign = _WINDOWS[state]
    plots.box(axes, (x, y), (_WINDOW, _WINDOW), look, f"{name}{sign}")


def _legend(axes: Axes, width: float) -> None:
    x = (width - 7.4) / 2 - 0.7
    for state, step in zip(_WINDOWS, (2.3, 2.1, 0), strict=True):
        _window(axes, x, -0.95, state)
        axes.text(x + _WINDOW + 0.15, -0.95 + _WINDOW / 2, state, va="center", fontsize=8.5)
        x += step


def _words(floors: Sequence[Floor], here: str | None) -> str:
    """The picture in a sentence or two."""
    total = sum(len(floor.windows) for floor in floors)
    passed = sum(floor.passed for floor in floors)
    lit = "; ".join(f"{f.number} {f.title}: {f.passed} of {len(f.windows)}" for f in floors)
    roof = "filled" if passed == total else "an outline"
    where = f" The floor of chapter {here} is marked." if here else ""
    return (
        f"A house with a floor for each chapter and a window for each exercise; {passed} of "
        f"{total} windows are filled, the roof is {roof}. Windows filled, from the ground up: "
        f"{lit}.{where}"
    )
