"""What `test_on_ray.py` runs inside a network namespace: a Ray cluster of two nodes, with a token.

`python -m serving.in_cluster FACTS`: a JSON file with the folders → what was seen, as JSON.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from mtslib.base.errors import MtsError
from mtslib.serving.started import Running

HEAD, PORT = "127.0.0.1:6399", 8231
UP_AND_RUNNING = 0x1 | 0x40  # IFF_UP, IFF_RUNNING
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


def loopback_up() -> None:
    """A fresh network namespace has a loopback that is down, and nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", UP_AND_RUNNING))  # SIOCSIFFLAGS


def run(*command: str, token: bool = True) -> subprocess.CompletedProcess:
    """`python -m command` → how it ended and what it said."""
    environment = os.environ | (TOKEN if token else {"RAY_AUTH_MODE": "disabled"})
    return subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )


def node(*options: str) -> None:
    """Start one node of the cluster; it stays when the command has returned.

    Ray gives up when a node's own processes take longer than its limit, which cannot be set. On a
    machine that is too busy for that there is nothing to test.
    """
    usual = ("--disable-usage-stats", "--num-cpus=2", "--node-ip-address=127.0.0.1")
    found = run("ray.scripts.scripts", "start", *usual, *options)
    if "timed out during startup" in found.stdout + found.stderr:
        print(json.dumps({"too slow": "a node of Ray did not start within Ray's own limit"}))
        sys.exit()
    assert found.returncode == 0, found.stdout + found.stderr


def serve(folder: str) -> str:
    """`mtslib serve folder` on the cluster, two replicas → what it said."""
    options = ("--ray", HEAD, "--port", str(PORT), "--workers", "2", "--threads", "1")
    found = run("mtslib", "serve", folder, *options)
    return found.stdout + found.stderr


class Clients:
    """Ask again and again, until it is ended: who answered, and what went wrong."""

    def __init__(self, server: Running, text: str) -> None:
        self.server, self.text, self.found = server, text, Counter()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._ask) for _ in range(4)]
        for thread in self.threads:
            thread.start()

    def _ask(self) -> None:
        while not self.ended.is_set():
            try:
                (reply,) = self.server.ask([(self.text,)])
                self.found[reply["certificate"]] += 1
            except (MtsError, OSError) as error:
                self.found[f"lost: {error}"] += 1
            time.sleep(0.02)

    def end(self) -> dict[str, int]:
        self.ended.set()
        for thread in self.threads:
            thread.join()
        return dict(self.found)


def main(facts: str) -> None:
    """Two nodes: serve, replace under load, refuse a bad folder and whoever has no token, sweep."""
    given: dict[str, Any] = json.loads(Path(facts).read_text(encoding="utf-8"))
    loopback_up()
    node("--head", f"--port={HEAD.split(':')[1]}", "--include-dashboard=false")
    node(f"--address={HEAD}")
    server = Running(None, ("127.0.0.1", PORT))
    found: dict[str, Any] = {"said": serve(given["good"])}
    found["answers"] = server.ask([(given["text"],)])[0]
    clients = Clients(server, given["text"])
    found["said of another"] = serve(given["other"])
    found["said of a bad one"] = serve(given["bad"])
    time.sleep(1)
    found["under load"] = clients.end()
    found["at the end"] = server.ask([(given["text"],)])[0]["certificate"]
    command = ("mtslib", "sweep", "--tasks", "sst", "--depths", "1,2", *given["sweep"])
    found["without token"] = run(*command, "--ray", HEAD, token=False).stderr
    swept = run(*command, "--ray", HEAD)
    found["swept"] = swept.stdout + swept.stderr
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
