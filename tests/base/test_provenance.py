"""Provenance: one hash over exactly the code that a score passes through."""

from __future__ import annotations

import ast
import importlib.metadata
import platform
import re
import shutil
from pathlib import Path

import pytest
import torch

from mtslib.base import provenance
from mtslib.base.provenance import PACKAGE, SCORING


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package whose files may change; the hash of this process is forgotten after."""
    copy = shutil.copytree(PACKAGE, tmp_path / "mtslib", ignore=shutil.ignore_patterns("*.pyc"))
    monkeypatch.setattr(provenance, "PACKAGE", copy)
    yield copy
    provenance.code_sha256.cache_clear()


def digest() -> str:
    provenance.code_sha256.cache_clear()
    return provenance.code_sha256()


def scoring_files(package: Path) -> list[Path]:
    return [
        file
        for entry in SCORING
        for file in (sorted((package / entry).rglob("*.py")) or [package / entry])
    ]


def test_the_hash_changes_with_every_file_that_a_score_passes_through(package):
    whole = digest()
    assert re.fullmatch(r"[0-9a-f]{64}", whole)
    seen = {whole}
    files = scoring_files(package)
    assert len(files) > 20
    for path in files:
        raw = path.read_bytes()
        path.write_bytes(raw + b"\n")
        seen.add(digest())
        path.write_bytes(raw)
    assert len(seen) == 1 + len(files)
    assert digest() == whole


def test_the_hash_changes_with_the_name_of_a_file_and_a_new_one(package):
    whole = digest()
    (package / "finetune" / "extra.py").write_text("")
    longer = digest()
    (package / "finetune" / "extra.py").rename(package / "finetune" / "other.py")
    assert len({whole, longer, digest()}) == 3


def test_prose_plots_and_the_command_line_do_not_change_it(package):
    whole = digest()
    for name in (
        "cli/main.py",
        "workbook/doctor.py",
        "report/plots.py",
        "serving/merge.py",
        "evidence/results.py",
    ):
        with (package / name).open("a") as stream:
            stream.write("# a remark\n")
    (package / "minbert" / "notes.txt").write_text("no code")
    assert digest() == whole


def test_the_hash_is_that_of_the_code_that_this_process_imported(package):
    whole = digest()
    with (package / "evidence" / "metrics.py").open("a") as stream:
        stream.write("# saved while a run was under way\n")
    assert provenance.code_sha256() == whole


def imported(path: Path) -> set[str]:
    """Modules of this project that a file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mtslib"):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("mtslib")}
    return found


def test_whatever_scoring_code_imports_is_hashed_too():
    """Files, hashes, locks, paths, records, refusals and messages aside, which compute no score;
    the presets, whose values stand in the settings of every run; and what `inside` measures of
    models that are finished."""
    hashed = {file.relative_to(PACKAGE).as_posix() for file in scoring_files(PACKAGE)}
    for path in scoring_files(PACKAGE):
        names = {name.removeprefix("mtslib.").replace(".", "/") for name in imported(path)}
        files = {f"{name}.py" for name in names if (PACKAGE / f"{name}.py").is_file()}
        scoreless = {f for f in files if f.startswith("base/")}
        scoreless |= {"evidence/results.py", "data/plausible.py", "data/presets.py"}
        scoreless |= {"data/shared_rows.py", "evidence/inside.py", "evidence/comparison.py"}
        assert files <= hashed | scoreless, f"{path.name} imports {files - hashed - scoreless}"


def test_the_environment_says_what_a_reader_needs_to_compare():
    found = provenance.environment(torch.device("cpu"), "bf16")
    assert found["python"] == platform.python_version()
    assert found["precision"] == "bf16"
    assert found["threads"] == torch.get_num_threads()
    assert found["libraries"]["torch"] == importlib.metadata.version("torch")
    assert set(found["libraries"]) == set(provenance.LIBRARIES)
    assert found["code_sha256"] == provenance.code_sha256()
    assert found["device"] == provenance.device_name(torch.device("cpu"))
    assert platform.machine() in found["device"]


def test_the_environment_holds_no_path_of_this_machine():
    text = str(provenance.environment(torch.device("cpu"), "fp32"))
    assert str(Path.home()) not in text
    assert str(PACKAGE.parent) not in text
