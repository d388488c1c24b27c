"""Make `.venv` and install the tested versions into it, or do nothing where that is done already.

`make setup` calls it with the system's Python: `python3 -m mtslib.workbook.install`. It runs
before anything is installed, so it may import the standard library only. uv installs, from the
PATH or fetched into `.venv`; where it cannot, pip does.

TORCH, `cpu` or `cuda`, names the build of torch, which otherwise depends on whether a GPU is seen.
PIP_EXTRA_INDEX_URL, pip's own, names the address of CPU builds where uv does not reach them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT
from mtslib.base.text import never_fail_to_print

OLDEST, NEWEST = (3, 11), (3, 14)
RANGE = "3.11 to 3.14"
EXTRAS = ".[lab,test]"
CPU, CUDA, ONLY = "cpu", "cuda", "only"  # builds of torch; ONLY: the system has no other


@dataclass(frozen=True)
class Torch:
    """Which build of torch is installed, and why, as a line that is printed."""

    kind: str
    reason: str


def fits(version: tuple[int, ...]) -> bool:
    """Whether the workbook runs with this version of Python."""
    return OLDEST <= tuple(version[:2]) <= NEWEST


def how_to_get_python() -> str:
    """What to do where it does not."""
    return "install Python 3.11, 3.12 or 3.13 and run `make setup PYTHON=python3.12` (its name)"


def venv_python(venv: Path) -> Path:
    """Where the Python of a virtual environment lies on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(root: Path, version: tuple[int, ...]) -> str:
    """A hash of all that an installation depends on; a moved checkout counts as changed."""
    digest = hashlib.sha256(f"{root} {version[:2]}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def check_python(version: tuple[int, ...]) -> None:
    """Raise MtsError where the workbook does not run with this Python."""
    if not fits(version):
        seen = ".".join(map(str, version[:2]))
        raise MtsError(f"this is Python {seen}, expected {RANGE}: {how_to_get_python()}")


def choose_torch(wanted: str, system: str, gpu: bool) -> Torch:
    """The build of torch: `wanted` (TORCH, or empty), else by the system and whether it has a GPU.

    Raises MtsError for a word that names no build.
    """
    if wanted not in ("", CPU, CUDA):
        raise MtsError(f"TORCH is {wanted!r}; expected {CPU} or {CUDA}, or nothing")
    if wanted:
        return Torch(wanted, f"the {wanted} build, as TORCH={wanted} says")
    if system != "linux":
        return Torch(ONLY, "the one build for this system")
    if gpu:
        return Torch(CUDA, "the CUDA build, as a GPU is here (TORCH=cpu takes the other)")
    return Torch(CPU, "the CPU build, as no GPU was seen (TORCH=cuda takes the other)")


def has_gpu() -> bool:
    """Whether NVIDIA's driver lists a GPU."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    try:
        done = subprocess.run([tool, "-L"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):  # a driver that does not answer is of no use
        return False
    return done.returncode == 0 and done.stdout.startswith(b"GPU")


def install(root: Path = ROOT) -> bool:
    """Bring `root/.venv` up to date; returns whether there was anything to do.

    One process at a time: of two, the second finds it done. Raises MtsError where Python, uv and
    pip cannot do it.
    """
    check_python(sys.version_info)
    if _is_done(root):
        return False
    with _alone(root):
        if _is_done(root):
            return False
        _install(root)
    return True


def stamp_of(root: Path = ROOT) -> Path:
    """The file that says that `.venv` is complete, and for what."""
    return root / ".venv" / ".mtslib-installed"


def _is_done(root: Path) -> bool:
    stamp, wanted = stamp_of(root), os.environ.get("TORCH", "")
    done = stamp.read_text(encoding="utf-8").split() if stamp.exists() else []
    complete = done[:1] == [fingerprint(root, sys.version_info)]
    return complete and wanted in ("", *done[1:]) and venv_python(root / ".venv").exists()


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Wait until no other process installs here. The system ends the lock with its process."""
    try:
        import fcntl
    except ImportError:  # Windows, which has no make that could be called twice
        yield
        return
    (root / "build").mkdir(exist_ok=True)
    with (root / "build" / "setup.lock").open("a", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another `make` is installing here; waiting for it to end")
            fcntl.flock(stream, fcntl.LOCK_EX)
        except OSError:
            _say("no locks on this disk: do not run two `make` at once")
        yield


def _install(root: Path) -> None:
    """The stamp goes first and comes last: what was cut short is taken up again next time."""
    venv, wanted, stamp = root / ".venv", os.environ.get("TORCH", ""), stamp_of(root)
    stamp.unlink(missing_ok=True)
    torch = choose_torch(wanted, sys.platform, has_gpu())
    python, uv = venv_python(venv), shutil.which("uv")
    if not _has_pip(python):
        _make_venv(venv, root, uv)
    _say(f"torch: {torch.reason}")
    uv = uv or _fetch_uv(root, python)
    requirements = ["-e", EXTRAS]
    if torch.kind == CPU:
        _install_cpu_torch(root, python, uv, asked_for=wanted == CPU)
    if torch.kind == CUDA:
        # Equal to the letter: a CPU build, `2.13.0+cpu`, is no version of this name.
        requirements.append(f"torch==={torch_version(root)}")
    _say("Installing the tested versions into .venv (a minute or more, the first time)")
    if not _by_either(root, python, uv, *requirements, "-c", "constraints.txt"):
        raise MtsError(
            "the packages could not be installed: likely no network or a full disk, the words "
            "above say which; run the same command again, finished downloads are kept"
        )
    # The first import of matplotlib lists the fonts, and says so in the middle of a notebook.
    if not _runs([python, "-c", "import matplotlib.font_manager"], root):
        raise MtsError("matplotlib does not start, its own words stand above")
    stamp.write_text(f"{fingerprint(root, sys.version_info)} {torch.kind}\n", encoding="utf-8")


def torch_version(root: Path) -> str:
    """The tested version of torch."""
    text = (root / "constraints.txt").read_text(encoding="utf-8")
    found = re.search(r"^torch==([^+\s]+)", text, re.MULTILINE)
    if found is None:
        raise MtsError("constraints.txt names no version of torch: restore it with git")
    return found[1]


def _make_venv(venv: Path, root: Path, uv: str | None) -> None:
    """Raises MtsError, also where Debian packed what is needed apart from Python."""
    _say("Making the virtual environment .venv")
    if uv and _runs(
        [uv, "venv", "-q", "--clear", "--seed", "--python", sys.executable, venv], root
    ):
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise MtsError(
            f"{sys.executable} has no module {' and '.join(missing)}, so it cannot make a virtual "
            "environment: install it (Debian and Ubuntu: `sudo apt install python3-venv`), "
            "then run the same command again"
        )
    if not _runs([sys.executable, "-m", "venv", "--clear", venv], root):
        raise MtsError("could not make .venv, the words above say why")


def _has_pip(python: Path) -> bool:
    """Whether a virtual environment stands, was not cut short while being made, and starts."""
    try:
        return python.exists() and _runs([python, "-m", "pip", "--version"], python.parent, True)
    except OSError:  # of another machine
        return False


def _fetch_uv(root: Path, python: Path) -> str | None:
    """Two seconds that save a minute; nothing is lost where it cannot be had."""
    _runs([python, "-m", "pip", "install", "-q", "uv"], root, quiet=True)
    return shutil.which("uv", path=str(python.parent))


def _by_either(root: Path, python: Path, uv: str | None, *arguments: str) -> bool:
    """Install with uv, and where that fails with pip → whether one of them did it."""
    if uv and not _by_uv(root, python, uv, *arguments):
        _say("uv could not do it; trying with pip")
        uv = None
    return bool(uv) or _by_pip(root, python, *arguments)


def _by_uv(root: Path, python: Path, uv: str | None, *arguments: str, quiet: bool = False) -> bool:
    # Compiled now: else the first check that imports much of torch may run out of time.
    compiled = [*arguments, "--compile-bytecode"]
    command = [uv, "pip", "install", "--python", python, *compiled]
    return uv is not None and _runs(command, root, quiet)


def _by_pip(root: Path, python: Path, *arguments: str, quiet: bool = False) -> bool:
    return _runs([python, "-m", "pip", "install", *arguments], root, quiet)


def _install_cpu_torch(root: Path, python: Path, uv: str | None, asked_for: bool) -> None:
    """From wherever pip looks, else from where uv knows that it lies.

    Where there is none PyPI's build has to do, unless the CPU's was asked for: then MtsError.
    """
    version = torch_version(root)
    if _by_pip(root, python, "--no-deps", f"torch=={version}+cpu", quiet=True):
        return
    named = ("--no-deps", "--torch-backend", CPU, f"torch=={version}")
    if _by_uv(root, python, uv, *named, quiet=True):
        return
    how = "set PIP_EXTRA_INDEX_URL to the address of CPU builds that torch's own site names"
    if asked_for:
        raise MtsError(f"TORCH=cpu, but neither pip nor uv found a CPU build of torch here: {how}")
    _say(
        "torch: no CPU build was found, so PyPI's is taken, which on Linux brings CUDA, several "
        f"gigabytes; to avoid that, {how}"
    )


def _runs(command: list[object], cwd: Path, quiet: bool = False) -> bool:
    """Whether a command ends well. quiet: its words do not matter, for something else is tried."""
    # A slow mirror is waited for; whoever set other values keeps them.
    patience = {"PIP_DEFAULT_TIMEOUT": "180", "PIP_RETRIES": "10", "UV_HTTP_TIMEOUT": "180"}
    patience["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    given = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=patience | given,
        capture_output=quiet,
    )
    return done.returncode == 0


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """The command: 0 when the environment stands, 2 with one line when it cannot."""
    try:
        install()
    except MtsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"error: the system said: {error.strerror or error}{where}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command takes it up again", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    never_fail_to_print()
    sys.exit(main())
