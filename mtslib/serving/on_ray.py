"""The same engine and server behind Ray Serve: where replicas run, and how they are replaced.

Each replica reads and verifies the model folder itself. Where a server of that name runs already,
it is replaced replica by replica: the old model answers until the new one does.
"""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import torch
from starlette.applications import Starlette

from mtslib.base import ray_cluster
from mtslib.serving.engine import Engine
from mtslib.serving.merged_folder import load
from mtslib.serving.metrics import Metrics
from mtslib.serving.serve import OWN, Plan
from mtslib.serving.server import Service, build

NAME = "mtslib"  # of the application in Ray


def serve_on_ray(folder: Path, plan: Plan, address: str = ray_cluster.LOCAL) -> None:
    """Serve a merged folder with `plan.workers` replicas on a Ray cluster.

    folder: absolute, and there on every node.
    On a local cluster until SIGTERM or Ctrl-C; a running one serves on when this returns.
    Raises MtsError for a plan that should not be served or a folder that does not hold what its
    certificate says; then whatever was served before is still served.
    """
    plan.check()
    load(folder)

    def application() -> Starlette:
        return replica(folder, plan)

    with ray_cluster.connected(address):
        from ray import serve

        where = "HeadOnly" if plan.host in OWN else "EveryNode"
        serve.start(where, {"host": plan.host, "port": plan.port})
        settings = {
            "num_replicas": plan.workers,
            "max_ongoing_requests": plan.limits.queue,
            "ray_actor_options": {"num_cpus": plan.threads()},
        }
        deployment = serve.deployment(serve.ingress(application)(), name=NAME, **settings)
        serve.run(deployment.bind(), name=NAME)
        print(f"serving {folder} on http://{plan.host}:{plan.port}/ (Ray)", flush=True)
        if address == ray_cluster.LOCAL:
            signal.sigwait({signal.SIGTERM, signal.SIGINT})


def replica(folder: Path, plan: Plan) -> Starlette:
    """The application of one replica: the model, verified, and an engine of its own on it."""
    service = Service(Metrics(), token=plan.token, seconds=plan.seconds)
    limits = replace(plan.limits, threads=plan.threads())

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        torch.set_num_threads(1)  # of what is loaded and verified beside the engine
        with Engine(load(folder), limits, service.metrics.passed) as engine:
            service.engine = engine
            service.metrics.waiting.set_function(lambda: engine.waiting)
            yield

    return build(service, OWN if plan.host in OWN else ("*",), lifespan)
