"""What learners handed in: every entry of a folder, whose it is, and what of it can be graded.

An entry is a learner: a notebook, an exported script, a folder or an archive of such; or it is a
class, a folder or an archive in which each folder is a learner's. The names that Moodle, Canvas and
Blackboard give to files say who a learner is.
"""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.learn.instructor import archives
from mtslib.learn.instructor.archives import LITTER
from mtslib.learn.instructor.cells import is_export, is_script

NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
SUFFIX = re.compile(
    r"(\.(ipynb|py|txt|json|html?|pdf|docx?|zip|tgz|tar|gz|bz2|xz|zst|rar|7z))+$", re.IGNORECASE
)
PLATFORMS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)",  # Moodle
        r"(?P<who>[^_]+)(?:_LATE|_late)?_(?P<id>\d{3,})_\d{3,}_(?P<file>.+)",  # Canvas
        r"(?P<id>\d+)-\d+ - (?P<who>.+?) - .+?(?: - (?P<file>.+))?",  # Brightspace
        r".+_(?P<who>[^_]+)_attempt_(?P<date>\d{4}(?:-\d\d){5})_?(?P<file>.*)",  # Blackboard
    )
)
# How browsers, Jupyter, Canvas and people number a further copy.
COPY = re.compile(r"(?: ?\((\d+)\)|-Copy(\d+)|-(\d{1,2})|[ _-]v(\d+))$")
CHECKOUT = {"notebooks", "work", "mtslib"}
MOST_MODULES = 200  # of a learner's own
Modules = tuple[tuple[str, Path], ...]


@dataclass(frozen=True)
class HandIn:
    """One file of a learner, or a reason why an entry gives none.

    name: as it was handed in. file: the name that the learner gave to it. path: where it can be
    read; None with a problem. modules: the learner's own, and small files of data, by the path
    under which they are found. date: the platform's, or ''.
    """

    learner: str
    name: str
    file: str = ""
    path: Path | None = None
    problem: str = ""
    modules: Modules = ()
    date: str = ""


def find(course: Path, place: Path, result: Path | None = None) -> list[HandIn]:
    """Every entry of a folder or archive, at least once; archives are opened below `place`.

    result: a file that is no hand-in. Raises MtsError where `course` is nothing of the kind.
    """
    if not course.exists():
        raise MtsError(f"{course} is not a folder: nothing of that name is there")
    if course.is_file() and archives.is_archive(course.name):
        archives.unpack(course, place / "course")
        course = _unwrapped(place / "course")
    entries = sorted(course.iterdir()) if course.is_dir() else [course]
    if result is not None and result.exists():
        entries = [entry for entry in entries if not (entry.exists() and entry.samefile(result))]
    return list(_entries(entries, "", place))


def _entries(entries: Iterable[Path], above: str, place: Path) -> Iterator[HandIn]:
    """Each entry of a course. above: the archive in which they stand, with a slash, or ''."""
    whose = {e: _whose(e.name) for e in entries if e.name not in LITTER and e.name[:2] != "._"}
    for entry, (learner, file, date) in whose.items():
        blank = HandIn(learner, above + printable(entry.name), file, date=date)
        # A script beside it may be a module of this learner's; who wrote it is known on platforms.
        modules = tuple(
            (own, e)
            for e, (who, own, _) in whose.items()
            if e != entry and is_script(e) and _is_file(e) and (who == learner or own == e.name)
        )
        found = list(_open(entry, replace(blank, modules=modules), place))
        # What is hidden is some tool's, unless it is a notebook all the same.
        if not entry.name.startswith(".") or (_is_file(entry) and found[0].path):
            yield from found


def _open(entry: Path, blank: HandIn, place: Path) -> Iterator[HandIn]:
    """The hand-ins of one entry."""
    try:
        if entry.is_symlink():
            yield replace(blank, problem="a link; ask for the file itself")
        elif entry.is_dir():
            yield from _inside(entry, blank, place)
        elif not entry.is_file():
            yield replace(blank, problem="not a regular file")
        elif not entry.stat().st_size:
            said = "the file is empty; it was not saved or not copied to its end"
            yield replace(blank, problem=said)
        elif archives.is_archive(blank.file):
            if sum(archives.is_archive(part) for part in blank.name.split("/")) > 2:
                raise MtsError("an archive in an archive in an archive; ask for the notebook")
            root = place / str(len(os.listdir(place)))
            left_out = archives.unpack(entry, root)
            if any(root.iterdir()):
                yield from _inside(root, blank, place)
            else:
                yield replace(blank, problem=_nothing(left_out))
        elif NOTEBOOK.search(blank.file) or is_script(entry) or _is_json(entry):
            yield replace(blank, path=entry)
        else:
            yield replace(blank, problem=_refusal(blank.file))
    except (MtsError, OSError) as error:
        yield replace(blank, problem=getattr(error, "strerror", None) or str(error))


def _inside(root: Path, blank: HandIn, place: Path) -> Iterator[HandIn]:
    """What a folder or an archive holds: a course, or one learner's files."""
    entries = sorted(_unwrapped(root).iterdir())
    if any(_whose(entry.name)[1] != entry.name for entry in entries) or _is_class(entries):
        yield from _entries(entries, f"{blank.name}/", place)
    else:
        yield from _folder(root, blank, place)


def _is_class(entries: Sequence[Path]) -> bool:
    """Whether folders stand side by side of which several hold a notebook of the same name.

    Of one learner they would be of different chapters, but for the two folders of a checkout.
    """
    if any(
        _is_file(e) and (NOTEBOOK.search(e.name) or archives.is_archive(e.name)) for e in entries
    ):
        return False
    folders = [e for e in entries if e.is_dir() and not e.is_symlink() and e.name not in LITTER]
    if CHECKOUT & {folder.name for folder in folders}:
        return False
    names = (
        {file.name for file in _walk(folder) if NOTEBOOK.search(file.name)} for folder in folders
    )
    return max(Counter(itertools.chain.from_iterable(names)).values(), default=0) > 1


def _folder(root: Path, blank: HandIn, place: Path) -> Iterator[HandIn]:
    """The notebooks of a learner's folder, its exported scripts, and archives inside."""
    files = sorted(_walk(root))
    scripts = [f for f in files if is_script(f)]
    beside = scripts + [f for f in files if f.suffix.lower() in archives.DATA]
    top = _unwrapped(root)
    wanted = [f for f in files if NOTEBOOK.search(f.name) or archives.is_archive(f.name)]
    wanted += [f for f in scripts if not wanted or is_export(f)]
    for path in wanted:
        name = f"{blank.name}/{printable(path.relative_to(root).as_posix())}"
        modules = _modules(path, [f for f in beside if f != path], top)
        yield from _open(path, replace(blank, name=name, file=path.name, modules=modules), place)
    if not wanted:
        held = ", ".join(printable(name) for name in sorted(os.listdir(root))[:3])
        said = f"no notebook in it; it holds {held}" if held else "an empty folder"
        yield replace(blank, problem=said)


def _modules(path: Path, scripts: Sequence[Path], root: Path) -> Modules:
    """Files by the path under which a notebook finds them: from its folder, or the topmost."""
    # Its own folder first: a whole checkout may lie around it.
    scripts = sorted(scripts, key=lambda s: not s.is_relative_to(path.parent))[:MOST_MODULES]
    homes = ((path.parent if s.is_relative_to(path.parent) else root, s) for s in scripts)
    return tuple((str(script.relative_to(home)), script) for home, script in homes)


def _walk(root: Path) -> Iterator[Path]:
    """The regular files below a folder; what is hidden, a link or litter is left out."""
    for folder, inner, files in os.walk(root):
        inner[:] = [name for name in inner if name not in LITTER and name[0] != "."]
        for name in files:
            if _is_file(Path(folder, name)) and name not in LITTER and name[0] != ".":
                yield Path(folder, name)


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_json(path: Path) -> bool:
    """Whether a file under some other name may be a notebook."""
    with path.open("rb") as stream:
        return stream.read(100).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def _unwrapped(root: Path) -> Path:
    """The folder in which a course or an archive stands: down to where there is a choice."""
    entries = [e for e in root.iterdir() if e.name not in LITTER and e.name[0] != "."]
    if len(entries) != 1 or not entries[0].is_dir() or entries[0].is_symlink():
        return root
    return root if _whose(entries[0].name)[1] != entries[0].name else _unwrapped(entries[0])


def _nothing(left_out: Sequence[str]) -> str:
    """Why an archive gives nothing."""
    own = [printable(name) for name in left_out if not LITTER & set(Path(name).parts)]
    if not own:
        return "an empty archive"
    held = ", ".join(own[:3])
    return f"nothing in it that is safe to unpack and not hidden; it holds {held[:100]}"


def _refusal(name: str) -> str:
    """Why a file cannot be graded, and what to ask for."""
    suffix = Path(f"x{name}" if name.startswith(".") else name).suffix.lower()
    if suffix in (".url", ".webloc", ".lnk", ".desktop", ".gdoc"):
        return f"only a link ({suffix}); ask for the file itself"
    if suffix in (".html", ".htm", ".pdf"):
        return f"a page made from a notebook ({suffix}); ask for the notebook itself, .ipynb"
    if suffix in (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst"):
        return f"an archive that cannot be opened here ({suffix}); ask for .zip"
    return f"neither a notebook nor a script ({suffix or 'no suffix'}); ask for the .ipynb"


# Names -----------------------------------------------------------------------------------------


def _whose(name: str) -> tuple[str, str, str]:
    """(learner, the name that they gave to the file, date) from the name of an entry."""
    for platform in PLATFORMS:
        if match := platform.fullmatch(name):
            found = match.groupdict()
            number = f" ({found['id']})" if found.get("id") else ""  # two may have one name
            return printable(found["who"] + number), found["file"] or "", found.get("date") or ""
    return printable(SUFFIX.sub("", name) or name), name, ""


def newest(attempts: Sequence[HandIn]) -> HandIn:
    """The last of a learner's attempts at one exercise.

    By the platform's date; then by the number of the copy, `03 (2).ipynb`, where the names are
    else the same; then by the date of the file.
    """
    numbered = [_number(one.file) for one in attempts]
    same = len({stem for stem, _ in numbered}) == 1

    def age(place: int) -> tuple:
        one, (stem, count) = attempts[place], numbered[place]
        written = one.path.stat().st_mtime if one.path and one.path.exists() else 0.0
        return one.date, *((count, written) if same else (written, count)), stem, one.name

    return attempts[max(range(len(attempts)), key=age)]


def _number(file: str) -> tuple[str, int]:
    """(the name of a file without the number of the copy, that number)."""
    stem = SUFFIX.sub("", file).removeprefix("Copy of ")
    match = COPY.search(stem)
    if match:
        return stem[: match.start()], int(next(filter(None, match.groups())))
    return stem, int(file.startswith("Copy of "))


def printable(name: str) -> str:
    """A name that every table can hold, and that differs where names differ.

    One Unicode form for what looks the same; bytes that are not UTF-8, line ends and other
    characters without a look stand as escapes.
    """
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() or c in "\u200c\u200d" else c.encode("unicode_escape").decode()
        for c in unicodedata.normalize("NFC", name)
    )
