"""Make `.venv` and install the tested versions into it, or do nothing where that is done already.

`make setup` calls it with the system's Python: `python3.11 -m mtslib.workbook.install`. It runs
before anything is installed, so it may import the standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT

OLDEST, NEWEST = (3, 11), (3, 12)
EXTRAS = ".[lab,test]"
NEEDED_MODULES = ("venv", "ensurepip")  # Debian packs them apart from Python


def venv_python(venv: Path) -> Path:
    """Where the Python of a virtual environment lies on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(root: Path, version: tuple[int, ...]) -> str:
    """A hash of all that an installation depends on; a moved checkout counts as changed."""
    digest = hashlib.sha256(f"{root} {version[:2]}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def check_python(
    version: tuple[int, ...], modules: tuple[str, ...] = ("venv", "ensurepip")
) -> None:
    """Raise MtsError where this Python cannot make the virtual environment."""
    if not OLDEST <= version[:2] <= NEWEST:
        seen, oldest, newest = (".".join(map(str, v[:2])) for v in (version, OLDEST, NEWEST))
        raise MtsError(
            f"this is Python {seen}, expected {oldest} to {newest}: "
            f"install python{oldest} and run `make setup PYTHON=python{oldest}`"
        )
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise MtsError(
            f"{sys.executable} has no module {' and '.join(missing)}, so it cannot make a virtual "
            "environment: install it (Debian and Ubuntu: `sudo apt install python3-venv`), "
            "then run the same command again"
        )


def _run(command: list[str], cwd: Path, failure: str) -> None:
    # A slow mirror is waited for; whoever set other values keeps them.
    patience = {"PIP_DEFAULT_TIMEOUT": "180", "PIP_RETRIES": "10"}
    code = subprocess.run(command, cwd=cwd, env=patience | dict(os.environ)).returncode
    if code:
        raise MtsError(f"{failure} (exit {code}, its own words stand above)")


def _has_pip(python: Path) -> bool:
    """Whether a virtual environment stands and was not cut short while being made."""
    if not python.exists():
        return False
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def install(root: Path = ROOT) -> bool:
    """Bring `root/.venv` up to date; returns whether there was anything to do.

    The stamp is written last: an installation that was cut short is taken up again next time.
    Raises MtsError where Python or pip cannot do it.
    """
    check_python(sys.version_info)
    venv = root / ".venv"
    stamp, python = venv / ".mtslib-installed", venv_python(venv)
    wanted = fingerprint(root, sys.version_info)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    if not _has_pip(python):
        print("Making the virtual environment .venv", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(venv)], root, "could not make .venv")
    print("Installing the tested versions into .venv (minutes, the first time)", flush=True)
    _run(
        [str(python), "-m", "pip", "install", "-c", "constraints.txt", "-e", EXTRAS],
        root,
        "pip could not install: likely no network or a full disk; "
        "run the same command again, finished downloads are kept",
    )
    # The first import of matplotlib lists the fonts, and says so in the middle of a notebook.
    _run([str(python), "-c", "import matplotlib.font_manager"], root, "matplotlib does not start")
    stamp.write_text(wanted)
    return True


def main() -> int:
    """The command: 0 when the environment stands, 2 with one line when it cannot."""
    try:
        install()
    except MtsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command takes it up again", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
