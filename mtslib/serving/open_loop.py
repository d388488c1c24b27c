"""Open-loop load in a process of its own: requests come when they come, answered or not.

A closed loop, in which each client sends its next request when the last is answered, slows down
with the server and so never sees its queue. Here the arrivals are a Poisson process drawn
beforehand, and the clock of each request starts when it was due, not when it could be sent.

Run as a file with the standard library alone, so that nothing it imports takes the server's time.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

CERTIFICATE = re.compile(rb'"certificate": ?"(\w{12})')
GIVE_UP = 30.0  # seconds
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def start_load(
    address: tuple[str, int], rate: float, seconds: float, bodies: Sequence[str], seed: int = 0
) -> subprocess.Popen:
    """Begin to send `bodies` in turn to `POST /v1/answers`, `rate` per second, for so many seconds.

    What came of it says `result_of`.
    """
    asked = {
        "host": address[0], "port": address[1], "rate": rate, "seconds": seconds,
        "bodies": list(bodies), "seed": seed,
    }  # fmt: skip
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, str(Path(__file__))], **pipes)
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    return process


def result_of(process: subprocess.Popen, stop: bool = False) -> dict[str, Any]:
    """Wait for a load to end, or end it now → sent; ms of each answer, by arrival; statuses
    (0: none came); certificates by how many answers named them."""
    with process:
        if stop:
            process.stdin.close()
        return json.loads(process.stdout.read())


class _Connections:
    """Kept alive and used again; a new one where none is free."""

    def __init__(self, host: str, port: int) -> None:
        self.place, self.free = (host, port), []

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        reader, writer = (
            self.free.pop() if self.free else await asyncio.open_connection(*self.place)
        )
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        body = await reader.readexactly(int(length[1]) if length else 0)
        if b"connection: close" in head.lower():
            writer.close()
        else:
            self.free.append((reader, writer))
        return int(head.split(b" ", 2)[1]), body


async def _load(asked: dict[str, Any], stopped: threading.Event) -> dict[str, Any]:
    draw = random.Random(asked["seed"])
    host = asked["host"]
    requests = [
        (HEAD.format(path="/v1/answers", host=host, length=len(body.encode())) + body).encode()
        for body in asked["bodies"]
    ]
    connections = _Connections(host, asked["port"])
    found: dict[str, Any] = {"ms": [], "statuses": Counter(), "certificates": Counter()}

    async def one(request: bytes, due: float) -> None:
        try:
            status, body = await asyncio.wait_for(connections.ask(request), GIVE_UP)
        except (OSError, EOFError, TimeoutError):
            found["statuses"][0] += 1
            return
        found["ms"].append((due - begun, (time.perf_counter() - due) * 1e3))
        found["statuses"][status] += 1
        found["certificates"].update(set(CERTIFICATE.findall(body)))

    begun = due = time.perf_counter()
    running = set()
    sent = 0
    while (due := due + draw.expovariate(asked["rate"])) < begun + asked["seconds"]:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if stopped.is_set():
            break
        running.add(asyncio.create_task(one(requests[sent % len(requests)], due)))
        sent += 1
    if running:
        await asyncio.wait(running)
    found["certificates"] = {name.decode(): n for name, n in found["certificates"].items()}
    return found | {"sent": sent, "ms": [ms for _, ms in sorted(found["ms"])]}


def main() -> None:
    """Read what is asked from stdin, send until it ends or the time is over, print the result."""
    asked, stopped = json.loads(sys.stdin.readline()), threading.Event()

    def until_stdin_ends() -> None:
        sys.stdin.read()
        stopped.set()

    threading.Thread(target=until_stdin_ends, daemon=True).start()
    print(json.dumps(asyncio.run(_load(asked, stopped))), flush=True)


if __name__ == "__main__":
    main()
