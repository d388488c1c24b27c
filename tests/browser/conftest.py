"""A notebook in a real JupyterLab in a real Chromium, as a fixture: `open_notebook(path)`.

One server and one browser serve this folder (a package for that), and end with it: while it runs,
playwright holds this thread's event loop, and no other test could have one. A committed chapter is
opened and executed once: `executed(stem)`. The server is started with the command that `make lab`
uses, so what holds here (nothing asked of the network, no pop-up) holds there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest

from browser.slider import Slider
from mtslib.base.paths import NOTEBOOKS
from mtslib.workbook import lab

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_SANDBOX = "--no-sandbox"  # Chromium refuses to run as root with it
VIEWPORT = {"width": 1400, "height": 1200}
START_SECONDS = 120  # of a server, a page, a kernel: these machines can be busy

KERNEL_IDLE = """() => {
    const session = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session;
    return session?.kernel?.status === 'idle';
}"""
ALL_EXECUTED = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cells = panel.content.model.sharedModel.cells
        .filter(cell => cell.cell_type === 'code' && cell.source.trim());
    return cells.every(cell => cell.execution_count !== null && cell.execution_count > 0)
        && panel.sessionContext.session.kernel.status === 'idle';
}"""
FIND_EXERCISE = """exercise => window.jupyterapp.shell.currentWidget.content.widgets.findIndex(
    cell => cell.model.getMetadata('mts')?.exercise === exercise)"""
FIND_SOURCE = """text => window.jupyterapp.shell.currentWidget.content.widgets.findIndex(
    cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().includes(text))"""
WRITE_CELL = """([index, source]) => window.jupyterapp.shell.currentWidget.content
    .widgets[index].model.sharedModel.setSource(source)"""
RUN_CELL = """async index => {
    const content = window.jupyterapp.shell.currentWidget.content;
    content.deselectAll();
    content.activeCellIndex = index;
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
CELL_SAYS = """index => window.jupyterapp.shell.currentWidget.content
    .widgets[index].node.querySelector('.jp-Cell-outputWrapper').innerText"""


@dataclass
class OpenNotebook:
    """A notebook that is open in JupyterLab with its kernel idle.

    page: playwright's page. strangers: addresses outside this server that the page asked for
    (none was let through).
    """

    page: object
    strangers: list[str] = field(default_factory=list)

    def run_all(self, seconds: float = 300) -> None:
        """Execute every cell; AssertionError where one raises an error."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(ALL_EXECUTED, timeout=seconds * 1000)
        errors = self.page.locator('.jp-OutputArea-output[data-mime-type*="jupyter.stderr"]')
        traces = self.page.locator('.jp-OutputArea-output[data-mime-type*="jupyter.error"]')
        assert traces.count() == 0, traces.first.inner_text()
        assert errors.count() == 0, errors.first.inner_text()

    def slider(self, name: str, twin: str) -> Slider:
        """The slider with the CSS class `name`, once it and the figure beside it are there."""
        slider = Slider(self.page, name, twin)
        slider.handle.wait_for(timeout=20_000)
        slider.output.locator("img").first.wait_for(timeout=20_000)
        return slider

    def write_answer(self, exercise: str, source: str) -> None:
        """Put a learner's answer into the exercise's cell, in place of the stub."""
        self.page.evaluate(WRITE_CELL, [self._find(FIND_EXERCISE, exercise), source])

    def run_exercise(self, exercise: str) -> str:
        """Run an exercise's cell and the check below it → what the check says."""
        stub = self._find(FIND_EXERCISE, exercise)
        self._run(stub)
        return self._run(stub + 1)

    def run_cell_with(self, text: str) -> str:
        """Run the first code cell that contains `text` → the words it puts out."""
        return self._run(self._find(FIND_SOURCE, text))

    def _find(self, how: str, what: str) -> int:
        index = self.page.evaluate(how, what)
        assert index >= 0, f"this notebook has no cell of {what!r}"
        return index

    def _run(self, index: int, seconds: float = 60) -> str:
        """Run one cell → the words it puts out, once they are rendered."""
        self.page.evaluate(RUN_CELL, index)
        self.page.wait_for_function(KERNEL_IDLE, timeout=seconds * 1000)
        self.page.wait_for_timeout(500)
        return self.page.evaluate(CELL_SAYS, index)

    def assert_quiet(self) -> None:
        """No dialog or notification stands in the reader's way, and no address was asked for."""
        popups = self.page.locator(".jp-Dialog-content, .Toastify__toast").all_inner_texts()
        assert popups == []
        assert self.strangers == []


def _missing(what: str) -> None:
    """Skip on a reader's machine; on a CI machine a slider that is not tested is a failure."""
    sentence = f"the sliders are tested in a browser, and {what} is not installed here"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="package")
def chromium() -> Iterator[object]:
    """A running headless Chromium; `MTS_CHROMIUM` names another one than the system's."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("the Python package playwright")
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    path = os.environ.get("MTS_CHROMIUM") or next(iter(found), None)
    if path is None:
        _missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[NO_SANDBOX, "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: its address, its token, and the folder it serves."""

    address: str
    token: str
    folder: Path


@pytest.fixture(scope="package")
def server(chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab as `make lab` starts it, with settings of its own and nobody else's."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    folder.mkdir()
    # Cells that are scrolled away stay in the page, where a test can find them.
    tracker = home / "settings" / "@jupyterlab" / "notebook-extension"
    tracker.mkdir(parents=True)
    (tracker / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    own = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "IPYTHONDIR": home / "ipython",
    }
    environment = {key: value for key, value in os.environ.items() if key != "MTS_DATA"}
    environment |= {key: str(value) for key, value in own.items()}
    command = lab.server_command(folder, 18888, home / "defaults", "--expose-app-in-browser")
    with lab.running(command, home / "lab.log", environment) as running:
        yield Server(running.address, running.token, folder)


@pytest.fixture
def open_notebook(chromium: object, server: Server) -> Iterator[Callable[[Path], OpenNotebook]]:
    """Open a copy of a notebook; each test has a fresh browser profile."""
    context = chromium.new_context(viewport=VIEWPORT)
    yield lambda path: _open(context, server, path)
    context.close()


@pytest.fixture(scope="package")
def executed(chromium: object, server: Server) -> Iterator[Callable[[str], OpenNotebook]]:
    """Open a committed chapter, by its number, and run all of its cells; the second time, find it.

    Its tests share the page: each leaves it so that the others find what they look for.
    """
    context = chromium.new_context(viewport=VIEWPORT)

    @cache
    def chapter(number: str) -> OpenNotebook:
        (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
        notebook = _open(context, server, path)
        notebook.run_all(600)
        return notebook

    yield chapter
    context.close()


def _open(context: object, server: Server, path: Path) -> OpenNotebook:
    shutil.copy(path, server.folder / path.name)
    notebook = OpenNotebook(context.new_page())

    def stay_home(route: object) -> None:
        if route.request.url.startswith((server.address, "data:", "blob:")):
            route.continue_()
        else:
            notebook.strangers.append(route.request.url)
            route.abort()

    notebook.page.route("**/*", stay_home)
    name = quote(path.name)
    notebook.page.goto(f"{server.address}/doc/tree/{name}?reset&token={server.token}")
    notebook.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").wait_for(
        timeout=START_SECONDS * 1000
    )
    notebook.page.wait_for_function(KERNEL_IDLE, timeout=START_SECONDS * 1000)
    return notebook
