"""The engine: one queue for every task, one thread that runs the model. Chapter 12.

While the model is idle a request starts at once; while it is busy the others gather, and the next
pass takes as many of them as its budget of tokens holds, whatever they ask.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import torch
from torch import Tensor

from mtslib.base.errors import DeadlineError, QueueFullError, StoppedError
from mtslib.finetune import checkpoint as checkpoints
from mtslib.finetune.precision import autocast, resolve
from mtslib.minbert.tokenizer import TokenIds
from mtslib.serving.merged_folder import SEAL, LoadedModel
from mtslib.serving.predict import Answer, in_words, objective_of, tokens_for
from mtslib.serving.shared_pass import (
    PassCost,
    StateCache,
    Wanted,
    answer_together,
    next_batch,
    rows_of,
)

LOG = logging.getLogger("mtslib.serving")
LOOK_AHEAD = 256  # how many of those who wait are looked at for one pass
SMOOTHING = 0.2  # of the latest pass, in the mean seconds per token


@dataclass(frozen=True)
class Limits:
    """batch_tokens: of one pass, padding included. max_padding: tokens of it that may be padding;
    a few cost nothing, since a pass has work that does not grow with them. queue: inputs that may
    wait. threads: of the model (0: all cores). cache_mb: for the trunk's states of sentences, 0
    for none. precision: `fp32`, `bf16` or `auto`.
    """

    batch_tokens: int = 1024
    max_padding: int = 128
    queue: int = 1024
    threads: int = 0
    cache_mb: int = 64
    precision: str = "fp32"


@dataclass(frozen=True)
class Bill:
    """What one input cost, in milliseconds, and what it shared.

    queue_ms: waiting. trunk_ms: the pass that it rode in, shared by `inputs`. branch_ms: of each
    task that it asked, shared by those of the pass that asked the same. tokens: its own, and
    batch_tokens those of the pass, of whose places the share `padding` was empty. taken_from:
    `nowhere` (computed for it), `another request` of the same pass, or `the cache`.
    """

    queue_ms: float
    trunk_ms: float
    branch_ms: dict[str, float]
    inputs: int
    tokens: int
    batch_tokens: int
    padding: float
    taken_from: str


@dataclass(frozen=True)
class Reply:
    """Every task's answer to one input, the bill, and the certificate that stands behind it."""

    answers: list[Answer]
    bill: Bill
    certificate: str


class Served:
    """A model that answers, its name, and what of it is kept between requests."""

    def __init__(self, model: LoadedModel, cache_mb: int = 0) -> None:
        self.model, self.certificate = model, certificate_of(model)
        # Only where two texts are apart does one sentence come again in other company.
        apart = any(objective_of(model, name).apart for name in model.checkpoints)
        self.cache = StateCache(cache_mb * 2**20) if apart and cache_mb else None

    def prepare(self, texts: tuple[str, ...], tasks: Sequence[str] | None) -> _Prepared:
        """Tokenise one input for the tasks that read it; see `tokens_for`."""
        tokens = tokens_for(self.model, texts, tasks)
        return _Prepared(tokens, {task: rows_of(parts) for task, parts in tokens.items()})

    def run(self, wanted: Sequence[Wanted]) -> tuple[list[dict[str, Tensor]], PassCost]:
        """One pass; see `answer_together`."""
        return answer_together(self.model.model, wanted, self.model.tokenizer.pad_id, self.cache)

    def words(self, prepared: _Prepared, outputs: dict[str, Tensor]) -> list[Answer]:
        """What its branches put out for one input, as answers."""
        return [
            in_words(self.model, task, outputs[task], parts)
            for task, parts in prepared.tokens.items()
        ]


def certificate_of(model: LoadedModel) -> str:
    """The sha256 of a merged model's certificate; of a single checkpoint, that of its card."""
    if model.certificate:
        return model.certificate[SEAL]
    return next(iter(model.checkpoints.values())).card[checkpoints.SEAL]


@dataclass(frozen=True)
class _Prepared:
    tokens: dict[str, tuple[TokenIds, ...]]
    rows: Wanted


@dataclass(eq=False)
class _Waiting:
    """One input in the queue. deadline: on the monotonic clock, or None."""

    served: Served
    prepared: _Prepared
    deadline: float | None
    arrived: float = field(default_factory=time.monotonic)
    future: Future[Reply] = field(default_factory=Future)

    def __post_init__(self) -> None:
        self.rows = {row for rows in self.prepared.rows.values() for row in rows}
        self.tokens = sum(map(len, self.rows))

    def given_up(self, now: float) -> bool:
        """Whether nobody waits for it any more."""
        return self.future.cancelled() or (self.deadline is not None and self.deadline < now)


class Engine:
    """Answers requests of every task with one model, in passes that they share.

    on_pass: told of each pass, its requests' waits in seconds and what it cost.
    Use it in a `with` block, or call `close`.
    """

    def __init__(
        self,
        model: LoadedModel | Served,
        limits: Limits = Limits(),
        on_pass: Callable[[list[float], PassCost], None] = lambda waits, cost: None,
    ) -> None:
        self.limits, self.on_pass = limits, on_pass
        self.precision = resolve(limits.precision, torch.device("cpu"))
        self._queue: list[_Waiting] = []
        self._changed = threading.Condition()
        self._closed = False
        self._seconds_per_token = 0.0
        self.swap(model)
        self._thread = threading.Thread(target=self._work, name="mts-engine", daemon=True)
        self._thread.start()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def waiting(self) -> int:
        """How many inputs are in the queue."""
        return len(self._queue)

    @property
    def alive(self) -> bool:
        """Whether it takes requests and something answers them."""
        return self._thread.is_alive() and not self._closed

    def swap(self, model: LoadedModel | Served) -> None:
        """Let another model answer from the next request on; who waits is answered by the old."""
        served = model if isinstance(model, Served) else Served(model, self.limits.cache_mb)
        self.served = served

    def submit(
        self,
        inputs: Sequence[tuple[str, ...]],
        tasks: Sequence[str] | None = None,
        seconds: float | None = None,
    ) -> list[Future[Reply]]:
        """Put inputs in the queue, all or none → what will be the reply to each.

        inputs, tasks: as for `ask`. seconds: after which an input that still waits is given up
        with DeadlineError. A future that is cancelled while it waits is skipped. Raises DataError
        for what cannot be asked, QueueFullError, and StoppedError after `close`.
        """
        served = self.served
        deadline = None if seconds is None else time.monotonic() + seconds
        fresh = [_Waiting(served, served.prepare(given, tasks), deadline) for given in inputs]
        with self._changed:
            if self._closed:
                raise StoppedError("the engine is shutting down; ask another, or ask later")
            if len(self._queue) + len(fresh) > self.limits.queue:
                raise self._full(len(fresh))
            self._queue += fresh
            self._changed.notify()
        return [one.future for one in fresh]

    def ask(
        self, inputs: Sequence[tuple[str, ...]], tasks: Sequence[str] | None = None
    ) -> list[Reply]:
        """Submit inputs and wait for all the replies."""
        return [future.result() for future in self.submit(inputs, tasks)]

    def close(self) -> None:
        """Take no more requests, answer those that wait, and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _full(self, more: int) -> QueueFullError:
        error = QueueFullError(
            f"{len(self._queue)} inputs wait already and {more} would come to them, expected at "
            f"most {self.limits.queue}; ask again later, or ask less at once"
        )
        tokens = sum(one.tokens for one in self._queue)
        error.retry_after = max(1.0, tokens * self._seconds_per_token)
        return error

    # The engine's own thread -------------------------------------------------------------------

    def _work(self) -> None:
        torch.set_num_threads(self.limits.threads or torch.get_num_threads())
        while True:
            with self._changed:
                while not self._queue and not self._closed:
                    self._changed.wait()
                if not self._queue:
                    return
                riding, late = self._take()
            for one in late:
                if one.future.set_running_or_notify_cancel():
                    waited = time.monotonic() - one.arrived
                    one.future.set_exception(
                        DeadlineError(f"no answer within its deadline: it waited {waited:.2f} s")
                    )
            riding = [one for one in riding if one.future.set_running_or_notify_cancel()]
            if riding:
                self._run(riding)

    def _take(self) -> tuple[list[_Waiting], list[_Waiting]]:
        """Those of the queue that ride in the next pass, and those whose time is over."""
        now = time.monotonic()
        late, left = [], []
        for one in self._queue:
            (late if one.given_up(now) else left).append(one)
        # One pass runs one model: after a swap the old one's requests come first.
        near = [one for one in left[:LOOK_AHEAD] if one.served is left[0].served]
        limits = self.limits
        chosen = next_batch([o.rows for o in near], limits.batch_tokens, limits.max_padding)
        riding = [near[position] for position in chosen]
        taken = {id(one) for one in riding}
        self._queue = [one for one in left if id(one) not in taken]
        return riding, late

    def _run(self, riding: Sequence[_Waiting]) -> None:
        served, started = riding[0].served, time.monotonic()
        try:
            with torch.inference_mode(), autocast(self.precision, torch.device("cpu")):
                outputs, cost = served.run([one.prepared.rows for one in riding])
            replies = self._replies(riding, outputs, cost, started)
            self.on_pass([started - one.arrived for one in riding], cost)
        except Exception as error:
            LOG.exception("a pass of %d inputs failed", len(riding))
            for one in riding:
                one.future.set_exception(error)
            return
        spent = (time.monotonic() - started) / max(1, sum(one.tokens for one in riding))
        self._seconds_per_token += SMOOTHING * (spent - self._seconds_per_token)
        for one, reply in zip(riding, replies, strict=True):
            one.future.set_result(reply)

    @staticmethod
    def _replies(
        riding: Sequence[_Waiting],
        outputs: Sequence[dict[str, Tensor]],
        cost: PassCost,
        started: float,
    ) -> list[Reply]:
        replies, brought = [], set(cost.cached)
        for one, found in zip(riding, outputs, strict=True):
            taken_from = "nowhere"
            if one.rows <= brought:
                taken_from = "the cache" if one.rows <= cost.cached else "another request"
            brought |= one.rows
            bill = Bill(
                queue_ms=(started - one.arrived) * 1e3,
                trunk_ms=cost.trunk_ms,
                branch_ms={task: cost.branch_ms[task] for task in one.prepared.rows},
                inputs=len(riding),
                tokens=one.tokens,
                batch_tokens=cost.tokens,
                padding=cost.padding,
                taken_from=taken_from,
            )
            answers = one.served.words(one.prepared, found)
            replies.append(Reply(answers, bill, one.served.certificate))
        return replies
