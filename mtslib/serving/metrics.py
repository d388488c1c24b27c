"""What a running server counts, for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess

from mtslib.serving.shared_pass import PassCost

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SEVERAL = "PROMETHEUS_MULTIPROC_DIR"  # the client library's folder where processes count together


class Metrics:
    """Counters of one process; where several serve, they add up in the client library's files."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        own = {"registry": self._own}
        self.requests = Counter("mts_requests", "HTTP requests by status", ["status"], **own)
        self.inputs = Counter("mts_inputs", "inputs answered", **own)
        self.seconds = Histogram("mts_request_seconds", "of a request", buckets=SECONDS, **own)
        self.queue = Histogram("mts_queue_seconds", "an input waited", buckets=SECONDS, **own)
        self.trunk = Counter("mts_trunk_seconds", "in the trunk, shared by tasks", **own)
        self.branch = Counter("mts_branch_seconds", "in a task's branch", ["task"], **own)
        self.riders = Histogram("mts_pass_inputs", "inputs of a pass", buckets=SIZES, **own)
        self.tokens = Counter("mts_tokens", "through the trunk, padding left out", **own)
        self.padding = Counter("mts_padding_tokens", "through the trunk for nothing", **own)
        self.cached = Counter("mts_cached_rows", "rows taken from the cache", **own)
        self.waiting = Gauge(
            "mts_waiting_inputs", "in the queue", multiprocess_mode="livesum", **own
        )

    def answered(self, status: int, inputs: int, seconds: float) -> None:
        """Count one request."""
        self.requests.labels(str(status)).inc()
        if inputs:
            self.inputs.inc(inputs)
            self.seconds.observe(seconds)

    def passed(self, waits: Sequence[float], cost: PassCost) -> None:
        """Count one pass: what its inputs waited, in seconds, and what it cost."""
        for wait in waits:
            self.queue.observe(wait)
        self.riders.observe(len(waits))
        self.trunk.inc(cost.trunk_ms / 1e3)
        for task, spent in cost.branch_ms.items():
            self.branch.labels(task).inc(spent / 1e3)
        self.tokens.inc(cost.tokens)
        self.padding.inc(cost.tokens * cost.padding / (1 - cost.padding))
        self.cached.inc(len(cost.cached))

    def registry(self) -> CollectorRegistry:
        """What `/metrics` shows: of this process, or of all that serve together."""
        if SEVERAL not in os.environ:
            return self._own
        everything = CollectorRegistry()
        multiprocess.MultiProcessCollector(everything)
        return everything
