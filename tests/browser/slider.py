"""A slider of a chapter, as a reader moves it."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass

PICTURE_BYTES = """async picture => {
    const answer = await fetch(picture.src);
    return Array.from(new Uint8Array(await answer.arrayBuffer()));
}"""


@dataclass
class Slider:
    """A slider in a running notebook, and what its cell shows: a text twin and a figure.

    name: the CSS class of the slider or of a box around it.
    twin: how the line begins that says in words what the figure shows.
    """

    page: object
    name: str
    twin: str

    @property
    def output(self):
        """All that the slider's cell shows, its source left out."""
        inside = self.page.locator(f".{self.name}")
        return self.page.locator(".jp-Cell-outputWrapper", has=inside).first

    @property
    def handle(self):
        return self.page.locator(f".{self.name} .noUi-handle").first

    def value(self) -> str | None:
        """What the text twin says now."""
        found = re.search(rf"{re.escape(self.twin)}(\S+)", self.output.inner_text())
        return found.group(1) if found else None

    def says(self, value: str) -> bool:
        """Whether the text twin says this value, which may be several words."""
        wanted = rf"{re.escape(self.twin + value)}(?!\S)"
        return re.search(wanted, self.output.inner_text()) is not None

    def figure(self) -> str:
        """A hash of the figure's bytes."""
        pixels = self.output.locator("img").first.evaluate(PICTURE_BYTES)
        return hashlib.sha256(bytes(pixels)).hexdigest()

    def alt(self) -> str:
        """The words given to the figure."""
        return (self.output.locator("img").first.get_attribute("alt") or "").strip()

    def position(self) -> str:
        """What stands beside the slider: the name of its position."""
        return self.page.locator(f".{self.name} .widget-readout").first.inner_text().strip()

    def text(self) -> str:
        """All the words that the slider's cell shows."""
        return self.output.inner_text()

    def label_is_whole(self) -> bool:
        """Whether the label is there and not cut off."""
        label = self.page.locator(f".{self.name} .widget-label").first
        fits = "label => label.innerText.trim() !== '' && label.scrollWidth <= label.clientWidth"
        return label.evaluate(fits)

    def width(self) -> float:
        """Pixels between the slider's ends; a long label can leave it none."""
        return self.page.locator(f".{self.name} .noUi-base").first.bounding_box()["width"]

    def press(self, key: str) -> None:
        """Press a key as a reader does who reached the slider with the keyboard."""
        self.handle.focus()
        self.page.keyboard.press(key)

    def drag(self, share: float) -> None:
        """Drag the handle with the mouse to a share, 0 to 1, of the slider's width."""
        self.handle.scroll_into_view_if_needed()
        rail = self.page.locator(f".{self.name} .noUi-base").first.bounding_box()
        knob = self.handle.bounding_box()
        height = knob["y"] + knob["height"] / 2
        self.page.mouse.move(knob["x"] + knob["width"] / 2, height)
        self.page.mouse.down()
        self.page.mouse.move(rail["x"] + share * (rail["width"] - 1), height, steps=8)
        self.page.mouse.up()

    def assert_reachable(self) -> None:
        """The Tab key reaches it, its label is whole, and the mouse has room."""
        assert self.handle.get_attribute("tabindex") == "0", "the Tab key does not reach it"
        assert self.label_is_whole()
        assert self.width() > 100, "the label leaves the mouse no room: set layout.width"

    def settled(self, unlike: tuple[str, ...] | None = None) -> tuple[str, str, str]:
        """(position, figure, words) once they no longer change: they come in several messages.

        unlike: an earlier state; each of the three has to differ from it.
        """
        before, end = None, time.monotonic() + 60
        while True:
            now = (self.position(), self.figure(), self.text())
            moved = unlike is None or all(a != b for a, b in zip(now, unlike, strict=True))
            if now == before and moved:
                return now
            assert time.monotonic() < end, f"position, figure or words stay at {now[0]!r}"
            before = now
            self.page.wait_for_timeout(300)

    def wait_for(self, value: str, seconds: float) -> None:
        """Return once the text twin says `value`; AssertionError where it does not in time."""
        end = time.monotonic() + seconds
        while not self.says(value):
            assert time.monotonic() < end, f"{self.twin}{value!r} expected, saw {self.value()!r}"
            self.page.wait_for_timeout(50)

    def assert_followed(
        self, keys: list[tuple[str, str]], drags: dict[float, str], seconds: float = 60
    ) -> list[str]:
        """Text and figure follow keyboard and mouse, a figure for each value → all words shown.

        keys: (key, the value it leads to). drags: share of the width → the value, one of those.
        seconds: how long to wait for the text after each move.
        """
        self.assert_reachable()
        figures, told = {}, []
        for key, value in keys:
            self.press(key)
            self.wait_for(value, seconds)
            _, figures[value], words = self.settled()
            assert self.alt()
            told.append(words)
        assert len(set(figures.values())) == len(figures), "the figure stays the same"
        for share, value in drags.items():
            self.drag(share)
            self.wait_for(value, seconds)
            assert self.settled()[1] == figures[value]
        return told
