"""The Makefile's commands, and continuous integration: the order, the time limit, what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from mtslib.base.paths import ROOT
from mtslib.workbook import install

README_COMMANDS = {"make lab", "make workbook", "make test", "make setup"}


def _make(*arguments: str) -> str:
    # `make test` runs these tests, and would hand its own flags and variables down.
    own = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "PYTHON"}
    environment = {key: value for key, value in os.environ.items() if key not in own}
    done = subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


@needs_make
def test_make_names_its_commands() -> None:
    listed = set(re.findall(r"^  (make [a-z-]+)", _make("help"), re.MULTILINE))
    assert README_COMMANDS | {"make test-fast", "make test-long"} <= listed


@needs_make
@pytest.mark.parametrize("target", ["lab", "workbook", "test", "test-long", "test-fast"])
def test_every_command_sets_up_first(target: str) -> None:
    assert "-m mtslib.workbook.install" in _make("--dry-run", target).splitlines()[0]


@needs_make
def test_make_test_is_lint_and_then_all_that_is_not_long() -> None:
    _, lint, layout, *tests = _make("--dry-run", "test").splitlines()
    assert "ruff check" in lint
    assert "ruff format --check" in layout
    assert '-m "not long" tests notebooks' in "\n".join(tests)


@needs_make
def test_make_test_long_is_the_rest_and_the_notebooks_untouched() -> None:
    assert "--untouched -m long tests notebooks" in _make("--dry-run", "test-long")


@needs_make
@pytest.mark.parametrize("target", ["test", "test-long"])
def test_notebooks_are_compared_strictly(target: str) -> None:
    said = _make("--dry-run", target)
    for words in ("--nbval ", "--nbval-current-env", "--nbval-sanitize-with tests/notebooks"):
        assert words in said


@needs_make
def test_another_python_can_be_named() -> None:
    assert _make("--dry-run", "setup", "PYTHON=other").startswith(
        "other -m mtslib.workbook.install"
    )


def test_hosted_ci_runs_the_same_script_and_gives_it_time() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert {"push", "pull_request"} <= set(workflow[True])  # YAML reads the key `on` as true
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert job["timeout-minutes"] > 75


def test_ci_script_is_executable_and_ends_with_both_runs_in_order() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    assert re.search(r"stop_after\.py 75 .*make test .*make test-long", script.read_text(), re.S)


def test_ci_takes_the_pythons_that_set_up_takes() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    assert f"{install.OLDEST} <= sys.version_info[:2] <= {install.NEWEST}" in text
    for minor in range(install.OLDEST[1], install.NEWEST[1] + 1):
        assert f" python3.{minor} " in text


# The time limit


def _stop_after(minutes: float, program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / ".ci/stop_after.py", str(minutes), sys.executable, "-c"]
    return subprocess.run([*command, program], capture_output=True, text=True, timeout=100)


def test_a_command_within_its_time_keeps_its_output_and_status() -> None:
    done = _stop_after(1, "print('seen'); raise SystemExit(3)")
    assert (done.returncode, done.stdout, done.stderr) == (3, "seen\n", "")


def test_a_command_out_of_time_is_named_and_ended_with_what_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    program = (
        "import os, pathlib, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(pid)!r}).write_text(str(child.pid))\n"
        "place = pathlib.Path(os.environ['MTS_RUNNING'])\n"
        "(place / 'gw1').write_text('tests/test_x.py::test_without_end')\n"
        "child.wait()\n"
    )
    done = _stop_after(0.05, program)
    assert done.returncode == 124
    assert "stopped after 0.05 minutes; running was:" in done.stderr
    assert "gw1: tests/test_x.py::test_without_end" in done.stderr
    assert not _alive(int(pid.read_text()))


def _alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked for its status does not."""
    for _ in range(100):
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return False
        time.sleep(0.05)
    return True


def test_where_no_test_ran_it_says_so() -> None:
    assert "no test: setup, lint" in _stop_after(0.01, "import time; time.sleep(600)").stderr
