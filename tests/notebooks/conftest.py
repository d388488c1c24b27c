"""Make nbval strict, and right where it is wrong, for `pytest --nbval … tests/notebooks notebooks`.

nbval 0.11 fails wrongly on a trailing `;` and on what an Output widget captures, waits the whole
time limit for a kernel that died, and passes wrongly on a cell that was never executed and on a
cell tagged `raises-exception` that raises nothing. `test_strictness.py` proves each point.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from queue import Empty
from typing import Any

import nbval.plugin
import pytest
from nbval.kernel import RunningKernel

PULSE = 1.0  # seconds between two looks at whether the kernel is alive
DISPLAYED = ("stream", "display_data", "execute_result", "error", "clear_output")


class StrictKernel(RunningKernel):
    """nbval's kernel, with the three places mended where it differs from a front end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._captures: dict[str, str] = {}  # Output widget → the request whose output it takes
        super().__init__(*args, **kwargs)

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Execute with history, as a notebook does: only then does a trailing `;` hide a result."""
        return self.kc.execute(
            cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
        )

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """The next message of a channel; one that a widget captured belongs to no cell."""
        if stream == "shell":
            return self._reply_of_the_living(timeout)
        message = super().get_message(stream, timeout=timeout)
        self._follow_output_widget(message)
        request = message["parent_header"].get("msg_id")
        if message["msg_type"] in DISPLAYED and request in self._captures.values():
            message["parent_header"] = {}
        return message

    def _reply_of_the_living(self, timeout: float | None) -> dict[str, Any]:
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while True:
            wait = max(0.0, min(PULSE, end - time.monotonic()))
            try:
                return super().get_message("shell", timeout=wait)
            except Empty:
                if not self.is_alive():
                    raise RuntimeError("the kernel died while it ran this cell") from None
                if time.monotonic() >= end:
                    raise

    def _follow_output_widget(self, message: dict[str, Any]) -> None:
        """Note which request an Output widget begins (`msg_id` set) or ceases to capture."""
        if message["msg_type"] not in ("comm_open", "comm_msg"):
            return
        content = message["content"]
        widget, state = content["comm_id"], content.get("data", {}).get("state", {})
        if message["msg_type"] == "comm_open" and state.get("_model_name") == "OutputModel":
            self._captures[widget] = ""
        if widget in self._captures and "msg_id" in state:
            self._captures[widget] = state["msg_id"]


nbval.plugin.RunningKernel = StrictKernel


def pytest_configure(config: pytest.Config) -> None:
    """Notebooks are compared on the controlled corpora, whatever this shell has set."""
    if config.option.nbval:
        os.environ.pop("MTS_DATA", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run a cell, then fail it on the two points that nbval lets pass."""
    result = yield
    if isinstance(item, nbval.plugin.IPyNbCell):
        if item.cell.source.strip() and item.cell.execution_count is None:
            pytest.fail("this cell was never executed: commit the notebook with its outputs")
        raised = any(output.output_type == "error" for output in item.test_outputs or ())
        if item.options["check_exception"] and not raised:
            pytest.fail("this cell is tagged raises-exception, but it raised nothing")
    return result
