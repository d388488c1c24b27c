"""The book in a browser without a network: quiet pages, sliders, search, and nothing in the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from mtslib.workbook import book
from mtslib.workbook.chapters import CHAPTERS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ["index.html", *(Path(chapter.file).with_suffix(".html").name for chapter in CHAPTERS)]
QUICK = {"index.html", "03_self_attention.html"}
SERIOUS = ("serious", "critical")
FRAME = """box => {
    const frame = box.querySelector('.mts-frame:not([hidden])');
    const picture = frame.querySelector('img');
    return [frame.dataset.position, picture.src, picture.alt, frame.innerText];
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book")
    book.build(out)
    return out


class Reader:
    """A page of the book, offline, and what went wrong in it."""

    def __init__(self, context: Any, path: Path) -> None:
        self.page, self.wrong = context.new_page(), []
        self.page.on("console", lambda line: self.wrong.append(line.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)
        self.page.goto(path.as_uri())

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.wrong.append(request.url)

    def serious(self) -> list[str]:
        """What axe finds serious, a line each."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {node['html'][:120]}"
            for one in found
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]


@pytest.fixture
def read(chromium: Any, folder: Path) -> Iterator[Any]:
    contexts = []

    def opened(name: str, scheme: str = "light", text: str | None = None) -> Reader:
        context = chromium.new_context(color_scheme=scheme, offline=True)
        contexts.append(context)
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
        return Reader(context, folder / name)

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    "name", [p if p in QUICK else pytest.param(p, marks=pytest.mark.long) for p in PAGES]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_quiet_and_open_to_everybody(read: Any, name: str, scheme: str) -> None:
    reader = read(name, scheme)
    assert reader.serious() == []
    assert reader.wrong == []


def test_what_is_wrong_is_noticed(read: Any) -> None:
    """The negative control: a request, an error, and a picture and a field without words."""
    bad = (
        '<html lang="en"><title>x</title><main><img src="https://example.org/x.png"><input>'
        "<script>missing()</script></main></html>"
    )
    reader = read("bad.html", text=bad)
    assert {line.split(":")[0] for line in reader.serious()} == {"image-alt", "label"}
    assert any("missing is not defined" in line for line in reader.wrong)
    assert any("example.org" in line for line in reader.wrong)


@pytest.mark.parametrize("name", [p for p in PAGES if p != "index.html"])
def test_a_slider_follows_keyboard_and_mouse(read: Any, name: str) -> None:
    reader = read(name)
    boxes = reader.page.locator(".mts-slider")
    for number in range(boxes.count()):
        box = boxes.nth(number)
        control = box.get_by_role("slider")
        last = int(control.get_attribute("max"))
        label = reader.page.locator(f"label[for={control.get_attribute('id')}]")
        assert label.inner_text().strip()
        assert box.locator(".mts-frame:visible").count() == 1
        control.focus()
        seen = []
        reader.page.keyboard.press("Home")
        for _ in range(last + 1):
            seen.append(box.evaluate(FRAME))
            assert control.get_attribute("aria-valuetext") == seen[-1][0]
            assert box.locator("output").inner_text() == seen[-1][0]
            assert seen[-1][2].strip(), "a picture without words"
            reader.page.keyboard.press("ArrowRight")
        assert len({frame[0] for frame in seen}) == last + 1
        assert len({frame[1] for frame in seen}) > 1, "the picture stays the same"
        assert len({frame[3] for frame in seen}) == last + 1, "the words stay the same"
        rail = control.bounding_box()
        reader.page.mouse.click(rail["x"] + 2, rail["y"] + rail["height"] / 2)
        assert box.evaluate(FRAME) == seen[0]
    assert reader.wrong == []


def test_the_index_finds_words_and_leads_to_their_place(read: Any) -> None:
    reader = read("index.html")
    reader.page.get_by_role("searchbox").fill("softmax overflow")
    links = reader.page.locator("#found a")
    assert "place" in reader.page.locator("#count").inner_text()
    links.first.click()
    anchor = reader.page.url.partition("#")[2]
    assert reader.page.locator(f"[id='{anchor}']").count() == 1
    reader.page.go_back()
    reader.page.get_by_role("searchbox").fill("xyzzy")
    assert reader.page.locator("#count").inner_text() == "0 places"
    assert reader.wrong == []
