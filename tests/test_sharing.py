"""Two processes share a test run: who runs what, what is made once, and what each is doing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sharing

HERE = Path(__file__).parent


def test_a_file_stays_in_one_process() -> None:
    assert sharing.scope("tests/data/test_x.py::test_a[1]") == "tests/data/test_x.py"
    assert sharing.scope("notebooks/09_x.ipynb::Cell 3") == "notebooks/09_x.ipynb"


@pytest.mark.parametrize("name", sharing.TOGETHER)
def test_what_shares_something_stays_together(name: str) -> None:
    for part in sharing.TOGETHER[name]:
        assert list(HERE.parent.glob(f"{part}*")), part
        assert sharing.scope(f"{part}::test_x") == name


@pytest.mark.parametrize("file", sharing.DIVIDED)
def test_a_file_whose_tests_stand_for_themselves_is_divided(file: str) -> None:
    assert (HERE.parent / file).is_file()
    assert sharing.scope(f"{file}::test_a[1]") != sharing.scope(f"{file}::test_a[2]")


def test_the_longest_files_are_there_and_come_first() -> None:
    for name in sharing.LONGEST:
        assert list(HERE.parent.glob(f"{name}*")), name
        assert sharing.rank(f"{name}::test") < sharing.rank("tests/test_other.py::test")


def test_what_two_processes_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; import sharing\n"
        "def build(place):\n"
        "    time.sleep(0.3)\n"
        "    with (place / 'made').open('a') as file: file.write('x')\n"
        "print(sharing.made_once(Path(sys.argv[1]), 'teachers', build))\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, tmp_path],
            env=os.environ | {"PYTHONPATH": str(HERE)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    places = {process.communicate()[0].strip() for process in processes}
    assert places == {str(tmp_path / "teachers")}
    assert (tmp_path / "teachers" / "made").read_text() == "x"


def test_what_failed_half_made_is_made_anew(tmp_path: Path) -> None:
    def half(place: Path) -> None:
        (place / "half").touch()
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        sharing.made_once(tmp_path, "x", half)
    place = sharing.made_once(tmp_path, "x", lambda place: (place / "whole").touch())
    assert [path.name for path in place.iterdir()] == ["whole"]


def test_each_process_says_what_it_is_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw1")
    around = sharing.Running(tmp_path / "new").pytest_runtest_protocol(request.node)
    next(around)
    assert (tmp_path / "new" / "gw1").read_text() == request.node.nodeid
    with pytest.raises(StopIteration):
        around.send(True)
    assert not (tmp_path / "new" / "gw1").exists()
