"""nbval made strict, right where it is wrong, and solved: every notebook runs once for two proofs.

nbval 0.11 fails wrongly on a trailing `;` and on what an Output widget captures, waits the whole
time limit for a kernel that died, loses the end of a long cell that puts out much, and passes
wrongly on a cell that was never executed and on a cell tagged `raises-exception` that raises
nothing. `test_strictness.py` proves each point but the loss, which depends on the load.

By default the references are written into the stubs before a notebook runs. Each check must then
say PASSED, and every other cell must put out what is committed, to the letter: the notebook holds
what it shows, and its exercises can be solved. With `--untouched` the notebooks that have
exercises run as they are committed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from queue import Empty
from typing import TYPE_CHECKING, Any

import nbval.plugin
import pytest
from nbformat import NotebookNode
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

if TYPE_CHECKING:
    from mtslib.learn.exercise import Exercise

PULSE = 0.2  # seconds between two looks at what the kernel puts out and whether it is alive
DISPLAYED = ("stream", "display_data", "execute_result", "error", "clear_output")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--untouched` beside nbval's own options."""
    parser.getgroup("nbval").addoption(
        "--untouched",
        action="store_true",
        help="run the notebooks that have exercises as they are committed, marked `long`",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(parent: pytest.Collector) -> Generator[None, list, list]:
    """Put a `Chapter` in the place of each notebook that nbval collects."""
    found = yield
    return [
        Chapter.from_parent(parent, path=file.path) if isinstance(file, IPyNbFile) else file
        for file in found
    ]


class StrictKernel(RunningKernel):
    """nbval's kernel, with the four places mended where it differs from a front end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._captures: dict[str, str] = {}  # Output widget → the request whose output it takes
        self._early: deque[dict[str, Any]] = deque()  # what was put out before the reply came
        with pytest.MonkeyPatch.context() as patch:
            # Compared on the controlled corpora, whatever this shell has set.
            patch.delenv("MTS_DATA", raising=False)
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
        if self._early:
            message = self._early.popleft()
        else:
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
                self._take_what_is_put_out()
                if not self.is_alive():
                    raise RuntimeError("the kernel died while it ran this cell") from None
                if time.monotonic() >= end:
                    raise

    def _take_what_is_put_out(self) -> None:
        """Read on: a queue that nobody empties drops messages, a progress bar's and the last."""
        with suppress(Empty):
            while True:
                self._early.append(super().get_message("iopub", timeout=0))

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


class Chapter(IPyNbFile):
    """A notebook, its stubs filled with the references unless `--untouched` was given."""

    def collect(self) -> Iterator[StrictCell]:
        """The code cells; with `--untouched`, none where the notebook has no stub to leave."""
        from mtslib.learn.registry import find  # PyTorch with it: only where notebooks run

        cells = [
            StrictCell.from_parent(
                self, name=item.name, cell_num=item.cell_num, cell=item.cell, options=item.options
            )
            for item in super().collect()
        ]
        exercises = {stub: find(stub) for item in cells if (stub := stub_of(item.cell))}
        for item in cells:
            if not self.config.getoption("untouched"):
                item.solve(exercises)
            elif exercises:
                item.add_marker("long")
            else:
                continue
            yield item


class StrictCell(IPyNbCell):
    """A code cell that fails also on what nbval lets pass, and says where it stands."""

    must_pass = ""  # the exercise whose check this cell holds, once its stub is filled

    def solve(self, exercises: dict[str, Exercise]) -> None:
        """Fill a stub; of a check that the solution changes, expect PASSED and no more."""
        if stub := stub_of(self.cell):
            self.cell.source = exercises[stub].reference_source
        elif checked := checked_in(self.cell, exercises.values()):
            self.must_pass, self.options["check"] = checked, False

    def runtest(self) -> None:
        """Run the cell and compare it; then the points that nbval lets pass."""
        super().runtest()
        outputs = self.test_outputs or ()
        if self.cell.source.strip() and self.cell.execution_count is None:
            self.raise_cell_error("never executed: commit the notebook with its outputs")
        raised = any(output.output_type == "error" for output in outputs)
        if self.options["check_exception"] and not raised:
            self.raise_cell_error("tagged raises-exception, but it raised nothing")
        said = "\n".join(output.get("data", {}).get("text/plain", "") for output in outputs)
        if self.must_pass and "PASSED" not in said:
            self.raise_cell_error(f"the reference of {self.must_pass} does not pass", said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Chapter and cell as a reader finds them, then what nbval says."""
        first = (self.cell.source.strip().splitlines() or [""])[0]
        where = f"{self.path.stem}, code cell {self.cell_num} ({self.cell.get('id')}): {first}"
        return f"{where}\n{super().repr_failure(excinfo)}"


def stub_of(cell: NotebookNode) -> str:
    """The exercise whose stub a cell is, or ""."""
    return cell.metadata.get("mts", {}).get("exercise", "")


def checked_in(cell: NotebookNode, exercises: Iterable[Exercise]) -> str:
    """The exercise whose answer a cell checks and nothing else, or ""."""
    wanted = {f'{e.name} = learn.check("{e.id}", {e.name})': e.id for e in exercises}
    return wanted.get(cell.source.strip(), "") if cell.cell_type == "code" else ""
