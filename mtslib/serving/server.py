"""The server: an engine behind HTTP, on Starlette. Chapter 12.

A request's body is read up to a limit and within a time, its inputs go to the engine's queue, and
the answers come back together. A client that has gone is not answered.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from mtslib.base.errors import MtsError
from mtslib.serving.engine import Engine, Reply
from mtslib.serving.messages import (
    PROBLEM,
    Problem,
    Question,
    answer_of,
    problem_of,
    read_question,
)
from mtslib.serving.metrics import Metrics

LARGEST_BODY = 1_000_000  # bytes
DRAINED = 10_000_000  # bytes of a larger one that are read before the connection is closed
LARGE = 20_000  # bytes: beyond it a body is read and tokenised outside the loop
BODY_SECONDS = 10.0  # for the whole body
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass
class Service:
    """What the endpoints share.

    engine: None until a model is loaded. refused: why the latest model does not answer, or empty.
    token: that a client has to bring, or empty. seconds: an input may wait so long.
    """

    metrics: Metrics
    engine: Engine | None = None
    refused: str = ""
    token: str = ""
    seconds: float = 30.0
    body_seconds: float = BODY_SECONDS

    def ready(self) -> Engine:
        """The engine. Raises Problem 503 where there is none."""
        if self.engine is None or not self.engine.alive:
            raise Problem(503, "no model is loaded, or the server is ending", {"Retry-After": "1"})
        return self.engine


def build(
    service: Service,
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
    lifespan: Callable[[Starlette], AbstractAsyncContextManager] | None = None,
) -> Starlette:
    """The application.

    hosts: the names by which it may be called; a page of another site that had its own name lead
    here, could otherwise read the answers.
    """
    endpoints = {
        "/": (page, "GET"),
        "/v1/answers": (answers, "POST"),
        "/v1/tasks": (tasks, "GET"),
        "/v1/certificate": (certificate, "GET"),
        "/healthz": (healthz, "GET"),
        "/readyz": (readyz, "GET"),
        "/metrics": (metrics, "GET"),
    }
    app = Starlette(
        routes=[Route(path, run, methods=[how]) for path, (run, how) in endpoints.items()],
        exception_handlers={
            Problem: _problem,
            MtsError: _problem,
            HTTPException: _http_problem,
            Exception: _mistake,
        },
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        lifespan=lifespan,
    )
    app.state.service = service
    return app


# Endpoints -------------------------------------------------------------------------------------


async def answers(request: Request) -> Response:
    """`POST /v1/answers`."""
    service, started = _service(request), time.monotonic()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        seen = f"content-type is {kind[:80] or 'missing'}"
        raise Problem(415, f"{seen}; expected the header `Content-Type: application/json`")
    engine = service.ready()
    body = await _body(request, service.body_seconds)

    def submit() -> tuple[Question, list[asyncio.Future]]:
        question = read_question(body, engine.served.model.checkpoints)
        return question, engine.submit(question.inputs, question.tasks, service.seconds)

    if len(body) > LARGE:
        question, futures = await asyncio.to_thread(submit)
    else:
        question, futures = submit()
    replies = await _unless_gone(request, [asyncio.wrap_future(one) for one in futures])
    service.metrics.answered(200, len(replies), time.monotonic() - started)
    return JSONResponse({"answers": [answer_of(reply, question.bill) for reply in replies]})


async def tasks(request: Request) -> Response:
    """`GET /v1/tasks`: what may be asked, and how it is answered."""
    model = _service(request).ready().served.model
    return JSONResponse(
        {
            "tasks": [
                {
                    "name": name,
                    "reads": "pair" if item.task.is_pair else "sentence",
                    "classes": list(item.task.class_names) if item.task.has_classes else None,
                    "range": None if item.task.has_classes else list(item.task.label_range),
                    "freeze_depth": item.settings.freeze_depth,
                    "tap": model.model.taps[name],
                    "layers": len(model.model.branches[name].layers),
                }
                for name, item in model.checkpoints.items()
            ],
            "layers": model.config.num_layers,
            "backbone": model.certificate.get("backbone", {}).get("name", ""),
        }
    )


async def certificate(request: Request) -> Response:
    """`GET /v1/certificate`: the one that stands behind the answers now."""
    return JSONResponse(_service(request).ready().served.model.certificate)


async def healthz(request: Request) -> Response:
    """`GET /healthz`: whether the process lives."""
    return JSONResponse({"alive": True})


async def readyz(request: Request) -> Response:
    """`GET /readyz`: whether a model answers, which, and why a newer one was refused."""
    service = _service(request)
    engine = service.ready()
    return JSONResponse(
        {"ready": True, "certificate": engine.served.certificate, "refused": service.refused}
    )


async def metrics(request: Request) -> Response:
    """`GET /metrics`, for Prometheus."""
    found = generate_latest(_service(request).metrics.registry())
    return Response(found, media_type=CONTENT_TYPE_LATEST)


async def page(request: Request) -> Response:
    """`GET /`: a page to try it by hand. It holds no answers, so it needs no token."""
    return HTMLResponse(_page(), headers={"Content-Security-Policy": POLICY})


@cache
def _page() -> str:
    return files("mtslib.serving").joinpath("page.html").read_text(encoding="utf-8")


# Reading and refusing --------------------------------------------------------------------------


def _service(request: Request) -> Service:
    """What the endpoints share, once the client has shown its token."""
    service = request.app.state.service
    if service.token and request.url.path not in ("/", "/healthz"):
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {service.token}".encode()):
            raise Problem(
                401, "expected the header `Authorization: Bearer TOKEN` with the token that the "
                "server was started with", {"WWW-Authenticate": "Bearer"}
            )  # fmt: skip
    return service


async def _body(request: Request, seconds: float) -> bytes:
    """The body. One that is too large is thrown away as it comes, up to `DRAINED`, so that its
    sender can read why; one that is too slow is not waited for."""
    read, came = bytearray(), 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                came += len(part)
                if came <= LARGEST_BODY:
                    read += part
                elif came > DRAINED:
                    break
    except TimeoutError:
        detail = f"{came:,} bytes of the body came in {seconds:g} seconds, and it was not all"
        raise Problem(408, detail, {"Connection": "close"}) from None
    if came > LARGEST_BODY:
        detail = f"expected a body of at most {LARGEST_BODY:,} bytes"
        raise Problem(413, detail, {"Connection": "close"})
    return bytes(read)


async def _unless_gone(request: Request, futures: list[asyncio.Future]) -> list[Reply]:
    """All replies; once the client has gone, those that still wait are cancelled."""
    replies = asyncio.gather(*futures)
    gone = asyncio.ensure_future(request.receive())  # after the body only a disconnect comes
    try:
        await asyncio.wait({replies, gone}, return_when=asyncio.FIRST_COMPLETED)
        if replies.done():
            return replies.result()
        raise Problem(408, "the client has gone")
    finally:
        gone.cancel()
        for future in futures:
            future.cancel()


async def _problem(request: Request, error: Exception) -> Response:
    problem = error if isinstance(error, Problem) else problem_of(error)
    request.app.state.service.metrics.answered(problem.status, 0, 0.0)
    return JSONResponse(problem.body(), problem.status, headers=problem.headers, media_type=PROBLEM)


async def _http_problem(request: Request, error: Any) -> Response:
    allowed = (error.headers or {}).get("Allow", "another method")
    served = ", ".join(route.path for route in request.app.routes)
    said = {
        404: f"{request.url.path[:80]} is not served; expected one of {served}",
        405: f"not with {request.method}; expected {allowed}",
    }
    detail = said.get(error.status_code, str(error.detail))
    return await _problem(request, Problem(error.status_code, detail, error.headers))


async def _mistake(request: Request, error: Exception) -> Response:
    """Ours: the trace is in the log."""
    return await _problem(request, Problem(500, "the log of the server says what went wrong"))
