"""A clone as Git for Windows makes one reads as this repository does: line ends do not count.

`.gitattributes` keeps plain line ends where git would change them. A copy that did not come by
git, or went through an editor, has Windows' line ends all the same; there every reader and every
hash must give what it gives here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mtslib.base.paths import ROOT

# What the hashes, the readers and the tables of a checkout give, as JSON.
READ_EVERYTHING = """
import json
from mtslib.base import files, paths, provenance
from mtslib.data import datasets, known, tasks
from mtslib.evidence import contrasts, depths, published, recorded, results
from mtslib.learn import registry

assert str(paths.ROOT) == str(__import__("pathlib").Path.cwd())
splits = [datasets.load(t, s) for t in tasks.TASKS for s in known.SPLITS]
assert {split.dataset for split in splits} == {"controlled"}, "ours are known as ours"
for file in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
    json.loads(file.read_text(encoding="utf-8"))
print(json.dumps({
    "code": provenance.code_sha256(),
    "data": [split.sha256 for split in splits],
    "corpora": [known.controlled_sha256(task.stems["controlled"]) for task in tasks.TASKS.values()],
    "current": [depths.load(task).current for task in ("sst", "quora", "cfimdb")],
    "runs": [list(results.read_runs(f)) for f in (None, results.RESULTS / results.SNAPSHOT)],
    "table": results.table().astype(str).values.tolist(),
    "scores": recorded.recorded_scores().astype(str).values.tolist(),
    "paired": files.content_sha256(results.RESULTS / contrasts.FILE),
    "kept": str(contrasts.find(contrasts.Contrast((), ()))),  # refuses a seal that is broken
    "published": [published.load(f"table{n}").astype(str).values.tolist() for n in (1, 2, 3, 4)],
    "references": [e.reference_source for e in registry.every()],
}))
"""


def git(*arguments: str, folder: Path = ROOT) -> str:
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout


@pytest.fixture(scope="module")
def clones(tmp_path_factory) -> tuple[Path, Path]:
    """A clone with git's default on Windows, and one whose text has Windows' line ends in fact."""
    if not (ROOT / ".git").exists():
        pytest.skip("this checkout is no clone, so that none can be made of it")
    place = tmp_path_factory.mktemp("clones")
    options = ("-c", "core.autocrlf=true", "--quiet", "--depth", "1", ROOT.as_uri())
    git("clone", *options, str(place / "default"))
    git("clone", "--no-checkout", *options, str(place / "converted"))
    attributes = place / "converted" / ".git" / "info" / "attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("* text=auto eol=crlf\n*.safetensors binary\n*.png binary\n")
    git("checkout", "--quiet", "HEAD", folder=place / "converted")
    return place / "default", place / "converted"


def line_ends(folder: Path) -> set[str]:
    """How the text files lie there: `lf`, `crlf`, `mixed`."""
    lines = git("ls-files", "--eol", folder=folder).splitlines()
    return {line.split()[1].removeprefix("w/") for line in lines} - {"-text", "none"}


def test_git_keeps_plain_line_ends_where_it_would_change_them(clones):
    default, converted = clones
    assert line_ends(default) == {"lf"}
    assert line_ends(converted) == {"crlf"}


def test_every_reader_and_hash_gives_the_same_with_windows_line_ends(clones):
    given = []
    plain = {name: value for name, value in os.environ.items() if name != "MTS_DATA"}
    for clone in clones:
        run = subprocess.run(
            [sys.executable, "-c", READ_EVERYTHING],
            cwd=clone,
            env={**plain, "PYTHONPATH": str(clone), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert run.returncode == 0, run.stderr
        given.append(json.loads(run.stdout))
    for what, expected in given[0].items():
        assert given[1][what] == expected, what
    assert all(given[0]["current"])
    assert len(given[0]["runs"][0]) > 100
