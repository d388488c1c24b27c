"""The slider: full labels, works with the keyboard, and says in words what it draws."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from functools import cache

import ipywidgets
from IPython.display import display

from mtslib.report import plots


def slider(
    label: str,
    options: Sequence[str],
    view: Callable[[str], tuple[plots.Picture, Sequence[str]]],
    start: str | None = None,
    name: str = "slider",
    picture_width: int = 340,
) -> ipywidgets.VBox:
    """A slider over named positions that shows, for each, a picture and the same in words.

    view(option) → the picture and its lines; called when the position is first reached.
    name: the CSS class by which a test finds it.
    """
    control = ipywidgets.SelectionSlider(
        options=list(options),
        value=options[0] if start is None else start,
        description=label,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="600px"),
        continuous_update=True,
    )
    shown = ipywidgets.HTML()

    @cache
    def drawn(option: str) -> str:
        picture, lines = view(option)
        text = "<br>".join(html.escape(line) for line in lines)
        return (
            '<div style="display: flex; gap: 2em; align-items: center; flex-wrap: wrap">'
            f'<div style="width: {picture_width}px">{picture.html()}</div>'
            f'<div style="line-height: 1.6">{text}</div></div>'
        )

    def redraw(change: object = None) -> None:
        shown.value = drawn(control.value)

    control.observe(redraw, names="value")
    redraw()
    box = ipywidgets.VBox([control, shown])
    box.add_class(name)
    return box


def show(widget: ipywidgets.Widget, words: str) -> None:
    """Display a widget; where no widget can be drawn (a printed page, GitHub), `words` stand."""
    bundle = widget._repr_mimebundle_()
    bundle["text/plain"] = words
    display(bundle, raw=True)
