"""Execute the workbook without a browser: every notebook, in order, each in a fresh kernel.

`make workbook` makes executed copies in `build/workbook`, and a table of what each took; in place,
the committed outputs of `notebooks/` are refreshed. Both run without MTS_DATA, on the controlled
corpora, as every reader's first run does.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from tqdm import tqdm

from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole
from mtslib.base.paths import BUILD, ROOT
from mtslib.workbook.notebooks import find_notebooks, read_notebook

OUT = BUILD / "workbook"
CELL_TIMEOUT = 900  # seconds; a whole chapter stays under 180 on a laptop
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
RAISES = "raises-exception"
# Talk to kernels so that no other user of the machine can listen in.
ENCRYPTION = "auto" if zmq.has("curve") else "disabled"


@dataclass(frozen=True)
class Timing:
    """What one notebook took: its name, how many code cells ran, seconds, and its kernel's most
    memory in MB, where the system tells it (Linux)."""

    notebook: str
    cells: int
    seconds: float
    megabytes: int | None = None


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that have something to execute."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def clean(notebook: NotebookNode) -> NotebookNode:
    """Drop in place what changes from run to run, so that a refreshed notebook differs little.

    Widget state and views go (their ids are random, and saved state can stop a page from being
    rendered), and so do cell timings, the version of the Python that ran, and in tracebacks the
    folder of this checkout. Cell ids stay.
    """
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        for key in ("execution", "ExecuteTime"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if output.output_type == "error":
                output.traceback = [_relative(line) for line in output.traceback]
    return notebook


def _relative(line: str) -> str:
    """A traceback line with the paths of this checkout, in full or from `~`, made relative."""
    line = line.replace(f"{ROOT}{os.sep}", "")
    home = Path(os.path.expanduser("~"))  # Path.home() raises for a user without one
    if ROOT.is_relative_to(home):
        line = line.replace(f"~{os.sep}{ROOT.relative_to(home)}{os.sep}", "")
    return line


def execute_notebooks(
    notebooks: Sequence[Path] | None = None,
    out: Path | None = OUT,
    cell_timeout: float = CELL_TIMEOUT,
) -> list[Timing]:
    """Execute notebooks in order into executed copies in `out`; print and return what each took.

    out: None puts the new outputs into the notebooks themselves. Each file is replaced as a whole
    once all of its cells ran. Raises MtsError that names the notebook, the cell and the line of
    the first failure; that one and those after it stay as they were, and have no copy.
    """
    paths = find_notebooks() if notebooks is None else list(notebooks)
    loaded = [(path, read_notebook(path)) for path in paths]
    width = max(len(path.stem) for path in paths)
    timings: list[Timing] = []
    total = sum(len(code_cells(notebook)) for _, notebook in loaded)
    # Without a terminal the lines of the table are the progress.
    with tqdm(total=total, unit="cell", disable=None, dynamic_ncols=True) as bar:
        bar.write(f"{'notebook':<{width}}  cells  seconds  most MB", file=sys.stdout)
        for path, notebook in loaded:
            bar.set_description(path.stem)
            target = path if out is None else out / path.name
            if out is not None:
                target.unlink(missing_ok=True)
            began = time.monotonic()
            most = asyncio.run(execute_cells(path, notebook, cell_timeout, bar.update))
            with file_written_whole(target) as part:
                nbformat.write(clean(notebook), part)
            seconds = time.monotonic() - began
            timings.append(Timing(path.stem, len(code_cells(notebook)), seconds, most))
            bar.write(_row(timings[-1], width), file=sys.stdout)
    print(_row(Timing("together", total, sum(t.seconds for t in timings)), width))
    return timings


def _row(timing: Timing, width: int) -> str:
    most = "" if timing.megabytes is None else f"  {timing.megabytes:7d}"
    return f"{timing.notebook:<{width}}  {timing.cells:5d}  {timing.seconds:7.1f}{most}"


def _most_memory(kernel: AsyncKernelManager) -> int | None:
    """The most memory, in MB, that a kernel's process has held so far."""
    status = Path(f"/proc/{kernel.provisioner.pid}/status")
    found = (
        re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        if status.exists()
        else None
    )
    return round(int(found[1]) / 1e3) if found else None


async def execute_cells(
    path: Path, notebook: NotebookNode, cell_timeout: float, done: Callable[[], object]
) -> int | None:
    """Run the cells in a kernel of this very Python, in the notebook's folder; `done` after each.

    Returns the most memory that the kernel held, in MB, where the system tells it. The kernel is
    ended whatever happens; Ctrl-C cancels this coroutine, and with it the cell.
    """
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        transport_encryption=ENCRYPTION,
    )
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=cell_timeout,
        record_timing=False,
        coalesce_streams=True,
    )
    environment = {key: value for key, value in os.environ.items() if key != "MTS_DATA"}
    try:
        await client.async_start_new_kernel(cwd=str(path.parent), env=environment)
        await client.async_start_new_kernel_client()
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            try:
                await client.async_execute_cell(
                    cell, index, execution_count=client.code_cells_executed + 1
                )
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                # nbclient takes a cancelled cell for a dead kernel; it was Ctrl-C.
                if asyncio.current_task().cancelling():
                    raise asyncio.CancelledError from None
                raise MtsError(f"{path.name}, cell {index + 1}{_reason(error)}") from error
            if RAISES in cell.metadata.get("tags", []) and not _raised(cell):
                raise MtsError(
                    f"{path.name}, cell {index + 1}: tagged {RAISES}, but nothing was raised"
                )
            done()
        return _most_memory(manager)
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)


def _raised(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.outputs)


def _reason(error: Exception) -> str:
    """The end of a one-line message: which line of the cell, and what was wrong."""
    if isinstance(error, CellTimeoutError):
        return ": ran longer than the time limit; it may wait for something that never comes"
    if isinstance(error, DeadKernelError):
        return ": its Python process ended; the likely cause is too little memory"
    trace = re.sub(r"\x1b\[[0-9;]*m", "", getattr(error, "traceback", ""))
    line = re.search(r"Cell In\[\d+\], line (\d+)", trace)
    where = f", line {line.group(1)}" if line else ""
    value = str(getattr(error, "evalue", error)).split("\n")[0]
    return f"{where}: {getattr(error, 'ename', 'error')}: {value}"
