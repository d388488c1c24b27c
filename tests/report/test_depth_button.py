"""Chapter 09's button: one depth trained while you watch."""

from __future__ import annotations

from mtslib.evidence.metrics import Metric
from mtslib.minbert import BertConfig
from mtslib.report.depth import depth_button

CONFIG = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)


def run_of(depth: int | None) -> depth_button.TrainedDepth:
    metric = Metric(0.5, 0.4, 0.6, 600, name="accuracy")
    return depth_button.TrainedDepth(depth, 1e-3, metric, 1234, 2.0)


def parts(box):
    (choice, start), (bar, said, shown) = box.children[0].children, box.children[1:]
    return choice, start, bar, said, shown


def test_the_button_trains_the_chosen_depth_and_adds_it_to_the_table():
    asked, runs = [], [run_of(4)]

    def work(depth, progress):
        asked.append(depth)
        for done in range(4):
            progress(done, 3)
        assert start.disabled, "a second press while it trains would start a second run"
        return run_of(depth)

    box = depth_button.button(CONFIG, runs, lambda name: f"recorded {name}", work)
    choice, start, bar, said, shown = parts(box)
    assert list(choice.options) == ["full", "0", "1", "2", "3", "4", "5", "6"]
    assert "recorded 4" in shown.value
    assert "recorded full" not in shown.value
    choice.value = "full"
    start.click()
    assert asked == [None]
    assert (bar.value, bar.max) == (3, 3)
    assert said.value.startswith("trained freeze_depth = full: accuracy 0.500")
    assert "recorded full" in shown.value
    assert [run.freeze_depth for run in runs] == [4, None]
    assert not start.disabled


def test_what_goes_wrong_in_a_button_is_said_and_it_can_be_pressed_again():
    def work(depth, progress):
        raise RuntimeError("no <memory>")

    choice, start, _, said, _ = parts(depth_button.button(CONFIG, [], str, work))
    start.click()
    assert said.value == "it stopped: RuntimeError: no &lt;memory&gt;"
    assert not start.disabled
    assert not choice.disabled
