"""Serve a model folder: the socket, the keeper, and one process or several on the same weights."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.supervisors import Multiprocess

from mtslib.base.errors import MtsError
from mtslib.serving import metrics
from mtslib.serving.engine import Engine, Limits
from mtslib.serving.keeper import Keeper, open_copy, read_present
from mtslib.serving.server import Service, build

LOG = logging.getLogger("mtslib.serving")
LOOPBACK = "127.0.0.1"
OWN = (LOOPBACK, "localhost", "::1")  # names under which only this machine is meant
LOOK_SECONDS = 0.25  # how often a worker asks which copy is the present one
WATCH_SECONDS = 0.5
CONNECTIONS = 512  # at once, of each worker: each may hold a body that is still coming
HEAD_SECONDS = 10.0  # for the head of a connection's first request
STARTING_SECONDS = 60  # that a worker may be silent: on a busy machine its imports take long
ENDING_SECONDS = 10  # for requests that are being answered when the server ends
HOW = """\
a page to try it by hand: /      what may be asked: GET /v1/tasks
to ask: POST /v1/answers with {"inputs": [{"text": "A"}, {"text": "B", "pair": "C"}]}"""


@dataclass(frozen=True)
class Plan:
    """How to serve.

    host: other than loopback only together with a token. port: 0 lets the system choose.
    workers: processes; each runs the model on `limits.threads` threads, else on its share of the
    cores. watch: whether a new folder in the old one's place is looked for; SIGHUP always is.
    seconds: an input may wait so long.
    """

    host: str = LOOPBACK
    port: int = 0
    workers: int = 1
    watch: bool = False
    token: str = field(default="", repr=False)
    seconds: float = 30.0
    limits: Limits = field(default_factory=Limits)

    def check(self) -> None:
        """Raise MtsError for what cannot be served, or should not."""
        if self.host not in OWN and not self.token:
            raise MtsError(
                f"--host {self.host} lets other machines ask; give a token with it, in "
                "MTS_TOKEN or --token, that every client has to bring"
            )
        limits = vars(self.limits) | {"workers": self.workers}
        for name in ("workers", "queue", "batch_tokens"):
            if limits[name] < 1:
                option = name.replace("_", "-")
                raise MtsError(f"--{option} is {limits[name]}; expected 1 or more")
        if not self.seconds > 0:
            raise MtsError(f"--seconds is {self.seconds:g}; expected more than 0")
        if not 0 <= self.port <= 65535:
            raise MtsError(f"--port is {self.port}; expected 0 to 65535")
        if self.limits.threads < 0:
            raise MtsError(f"--threads is {self.limits.threads}; expected 0 or more")
        if self.workers > 1 and os.name == "nt":
            raise MtsError("--workers needs a system with fork and signals; serve with 1 here")

    def threads(self) -> int:
        """Of each worker."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return self.limits.threads or max(1, (cores or 1) // self.workers)


def serve(folder: Path, plan: Plan = Plan(), stdin_ends_it: bool = False) -> None:
    """Serve the merged model of `folder` until SIGTERM, Ctrl-C, or the end of stdin.

    Prints one line with the address once requests can be sent. Raises MtsError where the model
    does not hold what its certificate says, or the port is taken.
    """
    plan.check()
    signal.signal(signal.SIGTERM, _leave)
    with tempfile.TemporaryDirectory(prefix="mts-serve-", ignore_cleanup_errors=True) as place:
        keeper = Keeper(folder, Path(place))
        keeper.watch(WATCH_SECONDS if plan.watch else None)
        with listening(plan) as listener:
            port = listener.getsockname()[1]
            if plan.workers > 1:
                os.environ[metrics.SEVERAL] = str(Path(place, "metrics"))
                Path(place, "metrics").mkdir()
            config = uvicorn.Config(
                partial(worker, Path(place), plan),
                factory=True,
                workers=plan.workers,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                loop="asyncio",  # whatever else is installed: what is measured is what is served
                http=Heads,
                ws="none",
                limit_concurrency=CONNECTIONS,
                timeout_graceful_shutdown=ENDING_SECONDS,
                timeout_worker_healthcheck=STARTING_SECONDS,
            )
            if stdin_ends_it:
                threading.Thread(target=end_with_stdin, daemon=True).start()
            print(f"serving {folder} on http://{plan.host}:{port}/ (Ctrl-C ends it)", flush=True)
            print(HOW, flush=True)
            try:
                _run(config, listener, keeper, plan)
            finally:
                keeper.end()


def _run(config: uvicorn.Config, listener: socket.socket, keeper: Keeper, plan: Plan) -> None:
    if plan.workers > 1:
        _Workers(config, listener, keeper).run()
        return
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: keeper.poke())
    uvicorn.Server(config).run(sockets=[listener])


class Heads(H11Protocol):
    """Uvicorn's HTTP, and an end to connections on which no request's head comes."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            )
            self.transport.close()


class _Workers(Multiprocess):
    """Uvicorn's supervisor: a worker that died is replaced. SIGHUP looks for a new model."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, keeper: Keeper) -> None:
        super().__init__(config, sockets=[listener])
        self.keeper = keeper

    def handle_hup(self) -> None:
        self.keeper.poke()


@contextmanager
def listening(plan: Plan) -> Iterator[socket.socket]:
    """The socket that all workers accept on. Raises MtsError where the port is taken."""
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    try:
        listener = socket.create_server((plan.host, plan.port), family=family, backlog=2048)
    except OSError as error:
        raise MtsError(
            f"{plan.host}:{plan.port} cannot be listened on ({error.strerror}); name another "
            "--port, or 0 and the system finds one"
        ) from error
    with listener:
        listener.set_inheritable(True)
        yield listener


def _leave(*_: object) -> None:
    raise SystemExit(0)


def end_with_stdin() -> None:
    """End as by SIGTERM when whoever started this process has gone, however it went."""
    with suppress(OSError, ValueError):
        sys.stdin.buffer.read()
    signal.raise_signal(signal.SIGTERM)


# One worker ------------------------------------------------------------------------------------


def worker(place: Path, plan: Plan) -> Starlette:
    """The application of one process: a model from the keeper's copies, and an engine on it."""
    service = Service(metrics.Metrics(), token=plan.token, seconds=plan.seconds)
    if hasattr(signal, "SIGHUP") and multiprocessing.parent_process() is not None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # it is meant for the parent

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        torch.set_num_threads(1)  # of what is loaded and verified beside the engine
        present = read_present(place)
        limits = Limits(**{**vars(plan.limits), "threads": plan.threads()})
        engine = Engine(open_copy(place, present), limits, service.metrics.passed)
        service.engine, service.refused = engine, present.refused
        looking = asyncio.create_task(_keep_up(service, engine, place, present))
        service.metrics.waiting.set_function(lambda: engine.waiting)
        yield
        looking.cancel()
        await asyncio.to_thread(engine.close)

    hosts = OWN if plan.host in OWN else ("*",)
    return build(service, hosts, lifespan)


async def _keep_up(service: Service, engine: Engine, place: Path, present) -> None:
    """Take over each new copy that the keeper has let in; end where its process has ended."""
    parent = multiprocessing.parent_process()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if parent is not None and not parent.is_alive():
            signal.raise_signal(signal.SIGTERM)
            return
        try:
            found = read_present(place)
            if found.copy != present.copy:
                engine.swap(await asyncio.to_thread(open_copy, place, found))
        except (MtsError, OSError) as error:  # exchanged again while it was read
            LOG.warning("the next copy was not read: %s", error)
            continue
        present, service.refused = found, found.refused
