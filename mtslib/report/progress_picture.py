"""A learner's progress as a house: a floor a chapter, a window an exercise, lit when passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, PAPER_WHITE, Picture

PASSED, TRIED, UNTOUCHED = "passed", "tried", "not attempted"
STATES = (PASSED, TRIED, UNTOUCHED)
# Fill, edge, hatch, line and sign: a window is told from the next by more than its colour.
_LOOKS = {
    PASSED: (BLUE, BLUE, None, "-", "✓", PAPER_WHITE),
    TRIED: ("#FCEFD9", ORANGE, "////", "-", "…", INK),
    UNTOUCHED: (PAPER_WHITE, GREY, None, (0, (2, 2)), "", INK),
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


def house(floors: Sequence[Floor], here: str | None = None) -> Picture:
    """The house, its first chapter on the ground floor; `here` names the floor to point at.

    Passed: a filled window with a tick. Tried: hatched, with dots. Not attempted: a dashed
    outline. The roof is filled when every window is.
    """
    most = max(len(floor.windows) for floor in floors)
    width = 2 * _MARGIN + most * _WINDOW + (most - 1) * _GAP
    top = len(floors) * _FLOOR
    made, (axes,) = plots.figure(0.54 * (width + 5.2), 0.54 * (top + 2.6))
    for level, floor in enumerate(floors):
        _storey(axes, level * _FLOOR, width, floor, floor.number == here)
    _roof(axes, width, top, all(floor.passed == len(floor.windows) for floor in floors))
    axes.plot([-3.6, width + 1.5], [0, 0], color=INK, linewidth=1.5)
    _legend(axes, width)
    axes.set_xlim(-3.7, width + 1.5)
    axes.set_ylim(-1.1, top + 1.5)
    axes.set_aspect("equal")
    axes.axis("off")
    return Picture(made, _words(floors, here))


def _storey(axes: Axes, bottom: float, width: float, floor: Floor, is_here: bool) -> None:
    axes.add_patch(
        Rectangle(
            (0, bottom),
            width,
            _FLOOR,
            facecolor="#EEEEEE" if is_here else PAPER_WHITE,
            edgecolor=INK,
            linewidth=2.2 if is_here else 1.2,
            zorder=2 if is_here else 1,
        )
    )
    middle = bottom + _FLOOR / 2
    weight = "bold" if is_here else "normal"
    label = f"{floor.number} {floor.title}" + (" ▸" if is_here else "")
    axes.text(-0.2, middle, label, ha="right", va="center", color=INK, fontsize=9, weight=weight)
    count = f"{floor.passed} of {len(floor.windows)}"
    axes.text(width + 0.2, middle, count, va="center", color=INK, fontsize=9, weight=weight)
    row = len(floor.windows) * (_WINDOW + _GAP) - _GAP
    for place, state in enumerate(floor.windows):
        x = (width - row) / 2 + place * (_WINDOW + _GAP)
        _window(axes, x, middle - _WINDOW / 2, state, str(place + 1))


def _window(axes: Axes, x: float, y: float, state: str, name: str) -> None:
    fill, edge, hatch, line, sign, ink = _LOOKS[state]
    axes.add_patch(
        Rectangle(
            (x, y),
            _WINDOW,
            _WINDOW,
            facecolor=fill,
            edgecolor=edge,
            hatch=hatch,
            linestyle=line,
            linewidth=1.2,
            zorder=3,
        )
    )
    plate = {"facecolor": fill, "edgecolor": "none", "pad": 0.8} if hatch else None
    axes.text(
        x + _WINDOW / 2,
        y + _WINDOW / 2,
        f"{name}{sign}",
        ha="center",
        va="center",
        fontsize=8,
        color=ink,
        bbox=plate,
        zorder=4,
    )


def _roof(axes: Axes, width: float, top: float, finished: bool) -> None:
    corners = [(-0.35, top), (width + 0.35, top), (width / 2, top + 1.3)]
    axes.add_patch(
        Polygon(
            corners,
            facecolor=BLUE if finished else PAPER_WHITE,
            edgecolor=INK,
            linestyle="-" if finished else (0, (4, 3)),
            linewidth=1.2,
        )
    )


def _legend(axes: Axes, width: float) -> None:
    x = (width - 7.4) / 2 - 0.7
    for state, step in zip(STATES, (2.3, 2.1, 0), strict=True):
        _window(axes, x, -0.95, state, "")
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
