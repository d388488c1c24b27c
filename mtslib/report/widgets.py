"""The slider, with two fronts: a widget in JupyterLab, and the same frames where no kernel runs.

A page without a kernel (the book, a printed page, GitHub) holds the picture and the words of every
position. The book's script makes a native range input of them; without it they unfold.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from functools import cache

import ipywidgets
from IPython.display import display

from mtslib.report import plots


class Slider(ipywidgets.VBox):
    """A slider over named positions; `frame(position)` is what the reader sees there.

    label: what stands before it. name: the CSS class by which a test finds it.
    """

    def __init__(
        self,
        label: str,
        options: Sequence[str],
        start: str | None,
        frame: Callable[[str], str],
        name: str,
    ) -> None:
        self.control = ipywidgets.SelectionSlider(
            options=list(options),
            value=options[0] if start is None else start,
            description=label,
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="600px"),
            continuous_update=True,
        )
        self.frame, self.name = frame, name
        self.shown = ipywidgets.HTML(frame(self.control.value))
        self.control.observe(self._redraw, names="value")
        super().__init__([self.control, self.shown])
        self.add_class(name)

    def _redraw(self, _: object) -> None:
        self.shown.value = self.frame(self.control.value)

    def html(self) -> str:
        """Every frame, for a page without a kernel: the start in sight, all others folded."""
        label, start = html.escape(self.control.description), self.control.value
        frames = {
            option: f'<div class="mts-frame" data-index="{index}" '
            f'data-position="{html.escape(option)}"><p>{label}: {html.escape(option)}</p>'
            f"{self.frame(option)}</div>"
            for index, option in enumerate(self.control.options)
        }
        shown = frames.pop(start)
        return (
            f'<div class="mts-slider" data-name="{self.name}" data-label="{label}">{shown}'
            f"<details><summary>{label}: the other positions</summary>{''.join(frames.values())}"
            "</details></div>"
        )


def slider(
    label: str,
    options: Sequence[str],
    view: Callable[[str], tuple[plots.Picture, Sequence[str]]],
    start: str | None = None,
    name: str = "slider",
    picture_width: int = 340,
) -> Slider:
    """A slider over named positions that shows, for each, a picture and the same in words.

    view(option) → the picture and its lines; called when the position is first reached.
    """

    @cache
    def drawn(option: str) -> str:
        picture, lines = view(option)
        text = "<br>".join(html.escape(line) for line in lines)
        return (
            '<div style="display: flex; gap: 2em; align-items: center; flex-wrap: wrap">'
            f'<div style="width: {picture_width}px; max-width: 100%">{picture.html()}</div>'
            f'<div style="line-height: 1.6">{text}</div></div>'
        )

    return Slider(label, options, start, drawn, name)


def show(widget: ipywidgets.Widget, words: str) -> None:
    """Display a widget; where no widget can be drawn, a slider's frames stand, or `words`."""
    bundle = widget._repr_mimebundle_()
    bundle["text/plain"] = words
    if isinstance(widget, Slider):
        bundle["text/html"] = widget.html()
    display(bundle, raw=True)
