"""The server's own page, by keyboard: ask, read the answers, the boxes and the bill."""

from __future__ import annotations

from pathlib import Path

import pytest
from finetune.conftest import write_backbone, write_task

from mtslib.finetune import finetune, settings
from mtslib.serving import merge
from mtslib.serving.started import started

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """sst and sts at depth 1 and 2 of a tiny backbone, untrained."""
    place = tmp_path_factory.mktemp("page")
    backbone = write_backbone(place / "backbone", seed=0)
    (place / "data").mkdir()
    for task, depth in (("sst", 1), ("sts", 2)):
        for seed, split in enumerate(("train", "dev")):
            write_task(place / "data", task, split, 8, seed=seed)
        chosen = settings(task, backbone=str(backbone), freeze_depth=depth, epochs=0)
        finetune(chosen, place / task, place / "data", progress=False)
    merge([place / "sst", place / "sts"], place / "merged")
    return place / "merged"


def test_a_reader_asks_by_keyboard_and_hears_the_answer(chromium, folder):
    with started(folder, "--threads", "1", "--token", "s3cret") as running:
        page = chromium.new_page()
        strangers = []
        page.on("request", lambda r: strangers.append(r.url) if running.url not in r.url else None)
        page.goto(running.url)
        page.get_by_text("expected the header").wait_for()
        page.get_by_label("Token of this server").fill("s3cret")
        page.get_by_label("Sentence", exact=True).focus()
        page.keyboard.type("a film <b>of</b> a dog")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.get_by_role("button", name="Ask").evaluate("b => b === document.activeElement")
        page.keyboard.press("Enter")
        said = page.get_by_role("status")
        page.locator("#said", has_text="Answered").wait_for()
        assert "sst: " in said.inner_text()
        assert page.get_by_role("row", name="sst").count() == 1
        boxes = page.locator("#house").inner_text()
        assert "layer 0: ran" in boxes
        assert "layer 2: not needed" in boxes, "the branch of sts was not asked"
        assert "waited in the queue" in page.locator("#bill").inner_text()
        page.get_by_label("Second sentence").fill("another dog")
        page.get_by_role("button", name="Ask").click()
        page.locator("#said", has_text="sts: ").wait_for()
        page.get_by_label("Sentence", exact=True).fill("\u200b")
        page.get_by_label("Second sentence").fill("")
        page.get_by_role("button", name="Ask").click()
        page.get_by_text("nothing to read").wait_for()
        assert strangers == []
        page.close()
