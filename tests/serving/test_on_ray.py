"""A real Ray cluster of two nodes, in a network of its own that nothing outside can reach."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest
from serving.conftest import certificate_of
from starlette.testclient import TestClient

from mtslib.base import ray_cluster
from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT
from mtslib.evidence import results
from mtslib.serving import ask, load, on_ray
from mtslib.serving.certificate import BOUNDS
from mtslib.serving.engine import Limits
from mtslib.serving.merged_folder import SEAL
from mtslib.serving.serve import Plan

# Networks and processes of their own: all that was started ends with the first process.
APART = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
TEXT = "a good day"


def why_not() -> str:
    """Why the test cannot run here, or nothing."""
    if not find_spec("ray"):
        return "Ray is not installed: pip install 'mtslib[ray]'"
    if not shutil.which("unshare") or subprocess.run([*APART, "true"], check=False).returncode:
        return "this system gives no network namespace (unshare --net)"
    return ""


@pytest.mark.long
def test_a_cluster_of_two_serves_replaces_refuses_and_sweeps(
    whole, other, backbone_folder, data_folder, tmp_path
):
    if reason := why_not():
        pytest.skip(reason)
    bad = shutil.copytree(whole, tmp_path / "bad")
    content = bytearray((bad / "trunk.safetensors").read_bytes())
    content[-1] ^= 1
    (bad / "trunk.safetensors").write_bytes(content)
    sweep = ["--backbone", str(backbone_folder), "--data", str(data_folder), "--epochs", "1"]
    sweep += ["--out", str(tmp_path / "runs"), "--results", str(tmp_path / "results")]
    facts = {"good": str(whole), "other": str(other), "bad": str(bad), "text": TEXT, "sweep": sweep}
    (tmp_path / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    command = [*APART, sys.executable, "-m", "serving.in_cluster", str(tmp_path / "facts.json")]
    paths = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    ended = subprocess.run(
        command, env=os.environ | paths, capture_output=True, text=True, timeout=900, check=False
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    if "too slow" in found:
        pytest.skip(found["too slow"])

    first, second = (certificate_of(folder)[SEAL] for folder in (whole, other))
    assert "serving" in found["said"], found["said"]
    (expected,) = ask(load(whole), [(TEXT,)])
    assert found["answers"]["certificate"] == first
    for answer in expected:
        told = found["answers"]["tasks"][answer.task]["value"]
        assert told == pytest.approx(answer.value, abs=BOUNDS["fp32"])

    assert "serving" in found["said of another"]
    assert "was edited or damaged" in found["said of a bad one"]
    assert set(found["under load"]) == {first, second}, "none lost, none by a bad model"
    assert found["at the end"] == second

    assert "no Ray cluster at" in found["without token"]
    assert "2 runs recorded" in found["swept"], found["swept"]
    assert len(results.read_runs(tmp_path / "results")) == 2


def test_a_replica_is_the_server_with_an_engine_of_its_own(whole):
    """The application that Ray builds on a node, run here without Ray."""
    plan = Plan(limits=Limits(threads=1))
    with TestClient(on_ray.replica(whole, plan), base_url="http://localhost") as client:
        reply = client.post("/v1/answers", json={"inputs": [{"text": TEXT}]})
    (answer,) = reply.json()["answers"]
    (expected,) = ask(load(whole), [(TEXT,)])
    assert set(answer["tasks"]) == {one.task for one in expected}
    assert answer["certificate"] == certificate_of(whole)[SEAL]


def test_a_bad_folder_is_refused_before_ray_is_asked(whole, tmp_path):
    bad = shutil.copytree(whole, tmp_path / "bad")
    (bad / "certificate.json").unlink()
    with pytest.raises(MtsError, match="is not a merged model"):
        on_ray.serve_on_ray(bad, Plan(), "auto")


def test_without_ray_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(MtsError, match=r"pip install 'mtslib\[ray\]'.* without --ray"),
        ray_cluster.connected(),
    ):
        pass
