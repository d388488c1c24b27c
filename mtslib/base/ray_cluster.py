"""Ray, for `serve --ray` and `sweep --ray`: a cluster that runs, or a local one for this process.

What runs where, and again after a failure, is Ray's to decide. Ray listens on every interface of a
machine and runs what it is sent, so a cluster belongs in a network of its own, with Ray's token
(RAY_AUTH_MODE=token) on every node.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from mtslib.base.errors import MtsError

LOCAL = "local"  # a cluster of this machine that ends with the process
OPENS = (
    "Ray listens on all interfaces of a machine and runs what it is sent: keep a cluster in a "
    "network of its own, and set RAY_AUTH_MODE=token with one RAY_AUTH_TOKEN on every node and "
    "here. Folders are read and written by the nodes, so they are to be on a shared disk, and "
    "mtslib is to be installed on each."
)


@contextmanager
def connected(address: str = LOCAL) -> Iterator[ModuleType]:
    """Inside the block this process is connected to a cluster; yields the module `ray`.

    address: `local`, `auto` for one that runs on this machine, or HOST:PORT.
    Raises MtsError where Ray is not installed, or nothing answers there.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # tells nobody that it ran
    try:
        import ray
    except ImportError:
        raise MtsError(
            "Ray is not installed; `pip install 'mtslib[ray]'` brings it, on every node of the "
            "cluster; without --ray the same runs on this machine"
        ) from None
    # What says where data and caches lie; a server's token goes another way.
    ours = {k: v for k, v in os.environ.items() if k.startswith("MTS_") and k != "MTS_TOKEN"}
    quiet = {"log_to_driver": False, "logging_level": "warning"}
    try:
        ray.init(address=address, runtime_env={"env_vars": ours}, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        said = " ".join(str(error).split())[:300]
        raise MtsError(
            f"no Ray cluster at {address} ({said}); expected `local`, `auto`, or HOST:PORT of one "
            "that runs, with the token that it was started with"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()
