"""Every entry of a folder is counted: whose it is, which file of it is graded, or why none is."""

from __future__ import annotations

import io
import os
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest

from mtslib.base.errors import MtsError
from mtslib.learn.instructor import archives
from mtslib.learn.instructor.handins import HandIn, find, newest, printable

MOODLE = "Ada Lovelace_4711_assignsubmission_file_"
CANVAS = "hopper_LATE_5501_98765_03_self_attention-1.ipynb"
BLACKBOARD = "HW 3_alan_attempt_2026-02-01-10-00-00_03.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "course").mkdir()
    return tmp_path / "course"


def _put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def _zip(path: Path, *names: str, **contents: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "{}")
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def _find(course: Path) -> list[HandIn]:
    place = course.with_name("place")
    place.mkdir(exist_ok=True)
    return find(course, place)


def _told(course: Path) -> dict[str, tuple[str, str]]:
    """Name → (learner, why it is not graded)."""
    return {one.name: (one.learner, one.problem) for one in _find(course)}


def test_a_file_is_a_learner_and_so_is_a_folder_and_an_archive(course: Path) -> None:
    _put(course, "ada.ipynb", "bob/a.ipynb", "bob/in/b.ipynb", "bob/.base/a.ipynb", "eve.py")
    _put(course, "bob/.ipynb_checkpoints/a-checkpoint.ipynb", ".git/a.ipynb", ".DS_Store")
    _put(course, "tim.ipynb.txt", "tom.json", "uma.IPYNB")
    _zip(course / "dan.zip", "work/a.ipynb", "work/data.csv", "__MACOSX/work/._a.ipynb")
    assert _told(course) == {
        "ada.ipynb": ("ada", ""),
        "bob/a.ipynb": ("bob", ""),
        "bob/in/b.ipynb": ("bob", ""),
        "dan.zip/work/a.ipynb": ("dan", ""),
        "eve.py": ("eve", ""),
        "tim.ipynb.txt": ("tim", ""),
        "tom.json": ("tom", ""),
        "uma.IPYNB": ("uma", ""),
    }


def test_what_cannot_be_graded_is_told_with_its_reason(course: Path) -> None:
    _put(course, "page.html", "text.docx", "old.rar", "pictures/a.png", "nested.ipynb/x.png")
    (course / "page.html").write_text("<html>")
    (course / "text.docx").write_bytes(b"PK")
    (course / "old.rar").write_bytes(b"Rar!")
    (course / "empty").mkdir()
    (course / "broken.zip").write_text("no zip")
    os.symlink(course / "page.html", course / "link.ipynb")
    os.mkfifo(course / "pipe.ipynb")
    _put(course.parent, "elsewhere/a.ipynb")
    (course / "around").mkdir()
    os.symlink(course.parent / "elsewhere", course / "around/inner")
    reasons = {learner: problem for learner, problem in _told(course).values()}
    for learner, reason in {
        "page": "a page made from a notebook (.html); ask for the notebook itself",
        "text": "neither a notebook nor a script (.docx)",
        "old": "ask for .zip",
        "pictures": "no notebook in it; it holds a.png",
        "nested": "no notebook in it; it holds x.png",
        "empty": "an empty folder",
        "broken": "the archive cannot be unpacked",
        "link": "a link; ask for the file itself",
        "pipe": "not a regular file",
        "around": "no notebook in it; it holds inner",
    }.items():
        assert reason in reasons.pop(learner)
    assert not reasons


def test_what_is_empty_or_only_a_link_is_told_as_that(course: Path) -> None:
    _put(course, "drive.url", "mac.webloc", "receipt.txt")
    (course / "mac.webloc").write_text("<plist>")
    for name in ("a.ipynb", "b.zip", "c.py", "d"):
        (course / name).touch()
    _zip(course / "e.zip")
    _zip(course / "f.zip", "__MACOSX/._a.ipynb")
    _zip(course / "g.zip", "/home/me/a.ipynb", ".hidden/a.ipynb")
    reasons = {name[0]: problem for name, (_, problem) in _told(course).items()}
    assert all("the file is empty" in reasons[name] for name in "abc")
    assert reasons["e"] == reasons["f"] == "an empty archive"
    assert "it holds /home/me/a.ipynb, .hidden/a.ipynb" in reasons["g"]
    assert "only a link (.webloc)" in reasons["m"]


def test_an_archive_is_known_by_its_content(course: Path) -> None:
    _zip(course / "zip.tar.gz", "a.ipynb")
    with tarfile.open(course / "tar.zip", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.ipynb"), io.BytesIO())
    assert set(_told(course)) == {"zip.tar.gz/a.ipynb", "tar.zip/a.ipynb"}


def test_one_long_name_costs_no_archive(course: Path) -> None:
    """255 letters, which Windows allows, may be three times as many bytes."""
    _zip(course / "ada.zip", "東" * 200 + ".ipynb", "b.ipynb")
    first, last = _find(course)
    assert [one.problem for one in (first, last)] == ["", ""]
    assert last.file.endswith("東.ipynb")


def test_environments_and_checkouts_around_a_notebook_do_not_hide_its_modules(course: Path) -> None:
    _put(course, *(f"ada/env/lib/site-packages/m{i}.py" for i in range(250)))
    _put(course, *(f"ada/mtslib/m{i}.py" for i in range(250)))
    _put(course, "ada/env/lib/site-packages/demo.ipynb", "ada/work/a.ipynb", "ada/work/mine.py")
    _put(course, "ada/work/half.txt")
    (found,) = _find(course)
    assert [name for name, _ in found.modules][:2] == ["mine.py", "half.txt"]


def test_scripts_beside_a_notebook_are_modules_unless_they_are_exports(course: Path) -> None:
    _put(course, "ada/a.ipynb", "ada/mine.py", "ada/lib/more.py", "ada/sub/b.ipynb", "bob/only.py")
    (course / "ada/export.py").write_text("# %%\nx = 1\n")
    found = {one.name: [name for name, _ in one.modules] for one in _find(course)}
    assert found == {
        "ada/a.ipynb": ["export.py", "lib/more.py", "mine.py"],
        "ada/sub/b.ipynb": ["export.py", "lib/more.py", "mine.py"],
        "ada/export.py": ["lib/more.py", "mine.py"],
        "bob/only.py": [],
    }


# Platforms -------------------------------------------------------------------------------------


def test_the_names_that_platforms_give_say_who_it_is(course: Path) -> None:
    _put(course, f"{MOODLE}/03.ipynb", CANVAS, BLACKBOARD, "hopper_5501_98770_mine.py")
    found = {one.learner: one for one in _find(course) if one.name.endswith("ipynb")}
    assert set(found) == {"Ada Lovelace (4711)", "hopper (5501)", "alan"}
    assert found["hopper (5501)"].file == "03_self_attention-1.ipynb"
    assert [name for name, _ in found["hopper (5501)"].modules] == ["mine.py"]


def test_further_names_that_platforms_give(course: Path) -> None:
    brightspace = "4711-99 - Jean-Luc Roy - Feb 3, 2026 1020 AM"
    _put(course, f"{brightspace} - 03.ipynb", "hopper_late_5501_98765_03.ipynb")
    _put(course, f"{brightspace.replace('4711', '4712')}/03.ipynb")
    learners = {one.learner for one in _find(course)}
    assert learners == {"Jean-Luc Roy (4711)", "Jean-Luc Roy (4712)", "hopper (5501)"}


def test_two_learners_of_one_name_stay_two(course: Path) -> None:
    _put(course, f"{MOODLE}/03.ipynb", f"{MOODLE.replace('4711', '4712')}/03.ipynb")
    assert len({one.learner for one in _find(course)}) == 2


@pytest.mark.parametrize("given", ["folder", "folder inside", "archive", "archive alone"])
def test_the_archive_of_a_whole_course_is_opened(given: str, course: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("03.ipynb", "{}")
    names = [f"{MOODLE}/03.ipynb", CANVAS]
    place = course.parent if given == "archive alone" else course
    _zip(place / "all.zip", *names, **{"alan_77001_77002_work.zip": inner.getvalue()})
    if given.startswith("folder"):
        archives.unpack(course / "all.zip", course / "all")
        (course / "all.zip").unlink()
    whole = course / "all" if given == "folder" else place / "all.zip"
    found = _find(course if given in ("archive", "folder inside") else whole)
    assert {(one.learner, one.problem) for one in found} == {
        ("Ada Lovelace (4711)", ""),
        ("hopper (5501)", ""),
        ("alan (77001)", ""),
    }


@pytest.mark.parametrize(
    "names, last",
    [
        (["03.ipynb", "03 (1).ipynb", "03 (10).ipynb", "03 (2).ipynb"], "03 (10).ipynb"),
        (["03.ipynb", "03-Copy1.ipynb"], "03-Copy1.ipynb"),
        (["03-2.ipynb", "03-1.ipynb", "03.ipynb"], "03-2.ipynb"),
        (["03_v2.ipynb", "03_v1.ipynb"], "03_v2.ipynb"),
        (["later.ipynb", "earlier.ipynb"], "later.ipynb"),
        (["03.ipynb", "03.zip"], "03.ipynb"),
    ],
)
def test_the_newest_attempt_is_known(names: list[str], last: str, course: Path) -> None:
    """By the number of the copy, where there is one, else by date: here the first is the latest."""
    _put(course, *names)
    for age, name in enumerate(names):
        os.utime(course / name, (1e9 - age, 1e9 - age))
    attempts = [HandIn("ada", name, name, course / name) for name in names]
    assert newest(attempts).name == last
    assert newest(attempts[::-1]).name == last


def test_the_date_of_a_platform_counts_most(course: Path) -> None:
    names = [BLACKBOARD, BLACKBOARD.replace("02-01", "03-01")]
    _put(course, *names)
    os.utime(course / names[1], (1, 1))
    found = _find(course)
    assert newest(found).name == names[1]
    assert {one.learner for one in found} == {"alan"}


# Archives --------------------------------------------------------------------------------------


def test_no_archive_writes_outside_or_through_a_link(tmp_path: Path) -> None:
    bad = ["../out.ipynb", "/tmp/out.ipynb", "a/../../out.ipynb", "..\\out.ipynb", "C:\\out.ipynb"]
    _zip(tmp_path / "a.zip", *bad, "good.ipynb")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        for name in [*bad, "good.ipynb"]:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            member = tarfile.TarInfo(f"special-{int(kind)}.ipynb")
            member.type, member.linkname = kind, "../../../etc/passwd"
            archive.addfile(member)
    link = zipfile.ZipInfo("link.ipynb")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr(link, "/etc/passwd")
    for name in ("a.zip", "a.tar.gz"):
        target = tmp_path / "deep" / "er" / name
        archives.unpack(tmp_path / name, target)
        assert [p.relative_to(target).as_posix() for p in target.rglob("*")] == ["good.ipynb"]
    assert not list(tmp_path.rglob("out.ipynb"))


def test_an_archive_has_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    monkeypatch.setattr(archives, "MOST_BYTES", 10**6)
    _zip(tmp_path / "many.zip", *(f"{i}.ipynb" for i in range(4)))
    _zip(tmp_path / "bomb.zip", **{"a.ipynb": bytes(10**6 + 1)})
    with tarfile.open(tmp_path / "bomb.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("weights.bin")  # to pass over it costs its unpacked size too
        member.size = 10**6 + 1
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    for name in ("many.zip", "bomb.zip", "bomb.tgz"):
        with pytest.raises(MtsError, match="more than 3 files or 0 MB"):
            archives.unpack(tmp_path / name, tmp_path / f"{name} opened")


def test_large_files_that_are_no_notebooks_do_no_harm(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    monkeypatch.setattr(archives, "LARGEST_DATA", 100)
    _zip(tmp_path / "a.zip", "a.ipynb", **{"weights.bin": bytes(10_000), "a.csv": bytes(10_000)})
    archives.unpack(tmp_path / "a.zip", tmp_path / "a")
    assert (tmp_path / "a/a.ipynb").read_text() == "{}"


def test_archives_in_archives_end(course: Path) -> None:
    content = b"{}"
    for name in ("a.ipynb", "one.zip", "two.zip", "three.zip"):
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as archive:
            archive.writestr(name, content)
        content = raw.getvalue()
    (course / "ada.zip").write_bytes(content)
    ((learner, problem),) = _told(course).values()
    assert learner == "ada"
    assert "an archive in an archive in an archive" in problem


def test_names_in_an_archive_are_read_as_their_system_wrote_them(tmp_path: Path) -> None:
    _zip(tmp_path / "a.zip", "Łukasz.ipynb")
    archives.unpack(tmp_path / "a.zip", tmp_path / "a")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["Łukasz.ipynb"]
    unmarked = zipfile.ZipInfo()  # as a tool that writes UTF-8 and does not say so
    unmarked.filename = "Łukasz".encode().decode("cp437")
    assert archives._name(unmarked) == "Łukasz"


# Names -----------------------------------------------------------------------------------------


def test_a_name_is_one_whatever_its_form_and_two_where_bytes_differ(course: Path) -> None:
    for form in ("NFC", "NFD"):
        _put(course, f"{unicodedata.normalize(form, 'André')}-{form}.ipynb")
    for raw in (b"a\xff.ipynb", b"a\xfe.ipynb", b"new\nline.ipynb", "Łukasz.ipynb".encode()):
        (course / os.fsdecode(raw)).write_text("{}")
    learners = {one.learner for one in _find(course)}
    assert learners == {"André-NFC", "André-NFD", "a\\xff", "a\\xfe", "new\\nline", "Łukasz"}
    for learner in learners:
        assert learner.encode("utf-8").decode() == unicodedata.normalize("NFC", learner)


def test_marks_that_turn_a_line_around_are_spelt_out() -> None:
    assert printable("a\u202egnp.ipynb\r\x00") == "a\\u202egnp.ipynb\\r\\x00"
    assert printable("می\u200cخواهم") == "می\u200cخواهم", "letters that a name needs stay"


def test_the_result_of_an_earlier_grading_is_no_hand_in(course: Path) -> None:
    _put(course, "ada.ipynb", "out.csv")
    found = find(course, course.parent, course / "out.csv")
    assert [one.learner for one in found] == ["ada"]


def test_one_notebook_alone_is_a_course_too(course: Path) -> None:
    _put(course, "ada.ipynb")
    assert [one.learner for one in _find(course / "ada.ipynb")] == ["ada"]


@pytest.mark.parametrize("inside", ["", "section/"])
def test_a_class_inside_a_course_is_as_many_learners_as_it_has_folders(
    course: Path, inside
) -> None:
    _zip(course / "monday.zip", *(f"{inside}{who}/03.ipynb" for who in ("ada", "bob")))
    _put(course, "tuesday/eve/03.ipynb", "tuesday/eve/04.ipynb", "tuesday/tim/in/03.ipynb")
    _put(course, "tuesday/uma/notes.txt", "tuesday/dates.csv", "zoe.ipynb")
    learners = {one.learner: (one.name, one.problem) for one in _find(course)}
    assert {who: name for who, (name, _) in learners.items()} == {
        "ada": "monday.zip/ada/03.ipynb",
        "bob": "monday.zip/bob/03.ipynb",
        "eve": "tuesday/eve/04.ipynb",
        "tim": "tuesday/tim/in/03.ipynb",
        "uma": "tuesday/uma",
        "dates.csv": "tuesday/dates.csv",
        "zoe": "zoe.ipynb",
    }
    assert learners["uma"][1].startswith("no notebook in it")


def test_chapters_in_folders_and_a_checkout_are_one_learners(course: Path) -> None:
    _zip(course / "ada.zip", "03/03.ipynb", "04/04.ipynb", "04/data.csv")
    _zip(course / "bob.zip", "bert/work/03.ipynb", "bert/notebooks/03.ipynb", "bert/mtslib/a.py")
    _put(course, "eve/03.ipynb", "eve/old/04.ipynb", "eve/new/04.ipynb")
    assert {one.learner for one in _find(course)} == {"ada", "bob", "eve"}
