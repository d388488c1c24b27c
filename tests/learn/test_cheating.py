"""Ways to pass without having done the exercise: none of them passes unnoticed."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest
from hostile import EXERCISE, IMPORTS, NUMBER, RIGHT, notebook

from mtslib.base.paths import ROOT
from mtslib.learn import registry
from mtslib.learn.instructor import boundary, fence
from mtslib.learn.instructor import grade as grading
from mtslib.learn.instructor.grade import Limits
from mtslib.learn.instructor.wire import NonsenseError, lines

LIBRARY = "mtslib.minbert.attention"
WRONG = "def attention_weights(query, key, bias): return (query @ key.mT + bias).softmax(-1)"
# What `found` is used as: a text with the definition in it, to be run.
USE = """
space = {"math": __import__("math"), "torch": torch, "Tensor": torch.Tensor, "nn": torch.nn}
exec(found, space)
attention_weights = space["attention_weights"]
"""
BESIDE = "found = 'from __future__ import annotations\\n' + found[found.index('def attention_'):]"
TELLING = """
def attention_weights(query, key, bias):
    line = {line}
    os.write(3, (json.dumps(line) + chr(10)).encode())
    os._exit(0)
"""
# Of the reference or the specification, by its name, an import, its text, its code, its object.
READING = {
    "import": f"from {LIBRARY} import attention_weights",
    "wrap": f"import {LIBRARY} as lib\ndef attention_weights(*a): return lib.attention_weights(*a)",
    "reload": f"""
        import {LIBRARY} as lib
        lib = importlib.reload(lib)
        attention_weights = lib.attention_weights""",
    "inspect": f"import {LIBRARY} as lib\nfound = inspect.getsource(lib.attention_weights)" + USE,
    "module-text": f"import {LIBRARY} as lib\nfound = Path(lib.__file__).read_text()\n"
    + BESIDE
    + USE,
    "exercise": f"""
        from mtslib.learn import registry
        attention_weights = registry.find("{NUMBER}").reference""",
    "style": f"""
        from mtslib.learn import registry
        found = registry.find("{NUMBER}").styles[0].source"""
    + USE,
    "loaded-exercise": """
        module = next(m for n, m in sys.modules.items() if n.startswith("exercises.03.attention_w"))
        attention_weights = module.EXERCISE.specification""",
    "compiled": f"""
        import {LIBRARY} as lib
        place = Path(lib.__file__).parent / "__pycache__"
        code = marshal.loads(next(place.glob("attention.*")).read_bytes()[16:])
        space = {{}}
        exec(code, space)
        attention_weights = space["attention_weights"]""",
    "whole-library": f"""
        import {LIBRARY} as lib
        found = (Path(lib.__file__).parents[3] / "whole/mtslib/minbert/attention.py").read_text()
        """
    + BESIDE
    + USE,
    "repository": f"found = Path({str(ROOT / 'mtslib/minbert/attention.py')!r}).read_text()\n"
    + BESIDE
    + USE,
    "editable": """
        import site
        place = next(Path(p) for p in site.getsitepackages())
        text = next(place.glob("__editable__*mtslib*finder.py")).read_text()
        root = re.search(r"'mtslib': '([^']+)'", text)[1]
        found = Path(root, "minbert/attention.py").read_text()
        """
    + BESIDE
    + USE,
    "git": f"""
        found = subprocess.run(["git", "-C", {str(ROOT)!r}, "show",
            "HEAD:mtslib/minbert/attention.py"], capture_output=True, text=True).stdout
        """
    + BESIDE
    + USE,
    "cat": f"""
        found = os.popen("cat {ROOT}/mtslib/minbert/attention.py").read()
        """
    + BESIDE
    + USE,
    "import-by-path": f"""
        sys.path.insert(0, {str(ROOT)!r})
        for name in [n for n in sys.modules if n.startswith("mtslib")]: del sys.modules[name]
        from {LIBRARY} import attention_weights""",
    "from-file": f"""
        raw = torch.from_file({str(ROOT / "mtslib/minbert/attention.py")!r}, size=3000,
            dtype=torch.uint8)
        found = bytes(raw.tolist()).decode("utf-8", "ignore")
        """
    + BESIDE
    + USE,
    "libc": f"""
        libc = ctypes.CDLL(None)
        handle = libc.open({str(ROOT / "mtslib/minbert/attention.py")!r}.encode(), 0)
        room = ctypes.create_string_buffer(20000)
        libc.read(handle, room, 20000)
        found = room.value.decode()
        """
    + BESIDE
    + USE,
    "memory": """
        found = [o for o in gc.get_objects() if getattr(o, "__name__", "") == "attention_weights"
            and hasattr(o, "__code__")]
        attention_weights = found[0]""",
    "frames": """
        frame = sys._getframe()
        while frame:
            exercise = frame.f_locals.get("exercise", frame.f_locals.get("job"))
            if hasattr(exercise, "specification"): attention_weights = exercise.specification
            frame = frame.f_back""",
    "parent": """
        place = os.readlink(f"/proc/{os.getppid()}/cwd")
        found = next(Path(place).rglob("whole/**/attention.py")).read_text()
        """
    + BESIDE
    + USE,
}
# Of what is compared: nothing here compares.
DECEIVING = {
    "always-equal": f"""
        torch.isclose = lambda a, b, **k: torch.ones_like(a, dtype=torch.bool)
        torch.allclose = torch.equal = lambda *a, **k: True
        {WRONG}""",
    "no-differences": f"""
        import mtslib.learn.compare as compare, mtslib.learn.checking as checking
        compare.differences = checking.differences = lambda *a: iter(())
        checking.judge = lambda exercise, *a: checking.Verdict(exercise, "passed")
        {WRONG}""",
    "no-questions": f"""
        from mtslib.learn.inputs import SeededInputs
        SeededInputs.observation = lambda self, observe, answer: {{}}
        {WRONG}""",
    "only-zeros": f"""
        from mtslib.learn.inputs import SeededInputs
        SeededInputs.randn = lambda self, *shape: torch.zeros(*shape)
        {WRONG}""",
    "passed": TELLING.format(line='{"outcome": "passed", "note": ""}'),
    "observed": TELLING.format(line='{"outcome": "observed"}'),
    "empty": """
        def attention_weights(query, key, bias):
            for frame in inspect.stack():
                for seed in frame.frame.f_locals.get("job", {}).get("seeds", ()):
                    line = {"seed": seed, "seen": ["dict", []], "problem": ""}
                    os.write(3, (json.dumps(line) + chr(10)).encode())
            os._exit(0)""",
    "not-a-number": "def attention_weights(q, k, b): return (q @ k.mT) * float('nan')",
    "agreeable": """
        class Same(torch.Tensor):
            def __eq__(self, other): return True
            def __torch_function__(self, *a, **k): return torch.ones(3)
        def attention_weights(q, k, b): return (q @ k.mT).as_subclass(Same)""",
    "the-result-itself": """
        Path("../../../../out.csv").resolve().open("a").write("cheat,03.3,passed\\n")
        """
    + WRONG,
}
WAYS = READING | DECEIVING
# Where the system refuses nothing, these are only seen: the row says what they looked at.
OUTSIDE = ("whole-library", "repository", "editable", "git", "cat", "import-by-path", "libc")
# Neither refused nor seen there: torch reads a file without Python.
UNSEEN = ("from-file",)


def _answer(text: str) -> str:
    for tail in (BESIDE + USE, USE, WRONG):
        if text.endswith(tail):
            text = f"{textwrap.dedent(text.removesuffix(tail))}\n{tail}"
    return f"{IMPORTS}\n{textwrap.dedent(text)}"


@pytest.fixture(autouse=True)
def one_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the exercise in question is expected of a notebook."""
    monkeypatch.setattr(registry, "chapters", lambda: {EXERCISE.chapter: (EXERCISE,)})


def _graded(tmp_path: Path, names: tuple[str, ...]) -> dict[str, grading.Row]:
    course = tmp_path / "course"
    course.mkdir()
    for name in names:
        # One statement, so that all of it belongs to the answer.
        text = f"if True:\n{textwrap.indent(_answer(WAYS[name]), '    ')}"
        (course / f"{name}.ipynb").write_bytes(notebook(text))
    (course / "honest.ipynb").write_bytes(notebook(IMPORTS, RIGHT))
    out = tmp_path / "out.csv"
    limits = Limits(seconds=12.0, megabytes=512)
    rows = grading.grade(course, out, limits=limits, announce=lambda _: None)
    assert "\ncheat," not in out.read_text()
    found = {row.learner: row for row in rows}
    assert found.pop("honest").outcome == "passed"
    assert sorted(found) == sorted(names)
    return found


@pytest.mark.slow
def test_some_ways_to_cheat(tmp_path: Path) -> None:
    some = ("wrap", "inspect", "exercise", "always-equal", "only-zeros", "observed")
    for name, row in _graded(tmp_path, some).items():
        assert row.outcome in ("failed", "crashed", "uses the reference"), (name, row)


@pytest.mark.long
def test_no_way_to_cheat_passes(tmp_path: Path) -> None:
    assert len(WAYS) >= 24
    for name, row in _graded(tmp_path, tuple(WAYS)).items():
        assert row.outcome != "passed", (name, row)
        assert row.note or row.outcome == "not attempted", name


@pytest.mark.long
def test_what_the_system_cannot_refuse_is_told(tmp_path: Path, monkeypatch) -> None:
    """As on Windows, macOS and an old Linux: to look outside is doubtful, whatever came of it."""
    monkeypatch.setattr(boundary.Boundary, "fenced", False)
    for name, row in _graded(tmp_path, OUTSIDE).items():
        assert row.outcome in ("doubtful", "failed", "crashed", "uses the reference"), (name, row)
        assert "look at it" in row.note, (name, row)


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_the_fence_lets_through_what_is_inside_and_nothing_else(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.txt").write_text("a")
    child = os.fork()
    if child == 0:
        code = 9
        if fence.shut([*boundary._readable()], [str(inside)]):
            code = (inside / "a.txt").read_text() != "a"
            for path in (outside / "a.txt", ROOT / "README.md"):
                try:
                    path.read_text()
                    code += 2
                except PermissionError:
                    pass
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == 9:
        pytest.skip("this system has no Landlock")
    assert code == 0


def test_the_lines_that_come_back_are_json_and_nothing_else() -> None:
    assert lines(b'{"a": 1}\n{"b": 2}\nhalf') == [{"a": 1}, {"b": 2}]
    for raw in (b"[1]\n", b"{\n", b'{"a": NaN}\n', b"[" * 10**5 + b"\n", b"\xff\n", b"\n"):
        with pytest.raises(NonsenseError):
            lines(raw)
