"""The README's two pictures, taken of the real program: `python -m tests.browser.pictures`.

A check that names a mistake, and chapter 09's slider as the book has it.
"""

from __future__ import annotations

import ast
import html
import shutil
from pathlib import Path

from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry, show
from mtslib.learn.checking import examine
from mtslib.workbook import book

OUT = NOTEBOOKS / "pictures"
EXERCISE, MISTAKE = "03.3", "not-scaled"


def wrong_answer_told() -> str:
    """What the check says of an answer with a common mistake, below the answer itself."""
    exercise = registry.find(EXERCISE)
    (mistake,) = [m for m in exercise.mistakes if MISTAKE in m.name]
    source = exercise.mistaken_source(mistake)
    message = show.verdict_message(examine(exercise, exercise.make(source, MISTAKE)))
    (answer,) = ast.parse(source).body
    words = answer.body[0]  # the docstring; the picture does without
    lines = source.splitlines()
    code = "\n".join(lines[: words.lineno - 1] + lines[words.end_lineno :])
    return f"<pre>{html.escape(code)}</pre>{message.html()}"


def take(out: Path = OUT) -> None:
    """Write both pictures."""
    from playwright.sync_api import sync_playwright

    pages = {path.name: path for path in book.build()}
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(path for name in names if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 900}, device_scale_factor=1.5)
        page.set_content(f'<main style="font: 15px sans-serif; padding: 1em">{wrong_answer_told()}')
        page.locator("main").screenshot(path=out / "check.png")
        page.goto(pages["09_freeze_depth.html"].as_uri())
        page.locator(".mts-slider").first.screenshot(path=out / "slider.png")
        browser.close()


if __name__ == "__main__":
    take()
