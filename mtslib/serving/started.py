"""A server in a process of its own, for a notebook or a test: it ends when its starter does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT

END_SECONDS = 20
# The address is this machine's own, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Running:
    """A server that runs. address: (host, port)."""

    process: subprocess.Popen
    address: tuple[str, int]

    @property
    def url(self) -> str:
        """Where it is asked, without a slash at the end."""
        return "http://{}:{}".format(*self.address)

    def get(self, path: str) -> Any:
        """What a path gives: JSON read, everything else as text."""
        return self._call(urllib.request.Request(self.url + path))

    def ask(
        self,
        inputs: Sequence[tuple[str, ...]],
        tasks: Sequence[str] | None = None,
        bill: bool = False,
    ) -> list[dict[str, Any]]:
        """`POST /v1/answers` → for each input its tasks' answers, the certificate, the bill."""
        return self.post(question(inputs, tasks, bill))["answers"]

    def post(self, body: Any) -> Any:
        """`POST /v1/answers` with a body of one's own."""
        headers, data = {"Content-Type": "application/json"}, json.dumps(body).encode()
        return self._call(urllib.request.Request(f"{self.url}/v1/answers", data, headers))

    @staticmethod
    def _call(request: urllib.request.Request) -> Any:
        try:
            with _OPENER.open(request, timeout=60) as reply:
                read = reply.read()
                return (
                    json.loads(read) if "json" in reply.headers["content-type"] else read.decode()
                )
        except urllib.error.HTTPError as error:
            said = json.loads(error.read())
            raise MtsError(f"{error.code}, {said['title']}: {said['detail']}") from error


def question(
    inputs: Sequence[tuple[str, ...]], tasks: Sequence[str] | None = None, bill: bool = False
) -> dict[str, Any]:
    """The body of `POST /v1/answers`."""
    named = [dict(zip(("text", "pair"), texts, strict=False)) for texts in inputs]
    return {"inputs": named, "bill": bill} | ({} if tasks is None else {"tasks": list(tasks)})


def serve_command(folder: Path | str, *options: str) -> list[str]:
    """`mtslib serve folder --port 0 …`, ended by the end of its stdin, for `started_as`."""
    return ["mtslib", "serve", str(folder), "--port", "0", "--end-with-stdin", *options]


@contextmanager
def started(folder: Path | str, *options: str) -> Iterator[Running]:
    """`python -m mtslib serve folder --port 0 …` → the server, which ends with the block."""
    with started_as(serve_command(folder, *options)) as running:
        yield running


@contextmanager
def started_as(command: Sequence[str]) -> Iterator[Running]:
    """Run `python -m command`, which serves and prints its address → the server.

    It reads a pipe from this process and ends when that does, also when this process is killed.
    Raises MtsError with what it said, where it does not start.
    """
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))  # tests: where a bench is started
    environment = os.environ | {"PYTHONPATH": paths}
    with TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=environment,
        )
        try:
            line = process.stdout.readline()  # nothing where it ended before
            if "http://" not in line:
                process.wait(END_SECONDS)
                said.seek(0)
                raise MtsError(f"the server did not start: {said.read().strip()[-2000:]}")
            host, port = line.split("http://")[1].split("/")[0].rsplit(":", 1)
            running = Running(process, (host, int(port)))
            running.get("/healthz")  # once a worker is up; until then the system lets it wait
            yield running
        finally:
            process.stdin.close()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()
