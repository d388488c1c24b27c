"""Which arithmetic a run uses: bf16 autocast where the hardware is faster at it, else fp32."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch

# Below these instruction sets bf16 products are emulated and slower than fp32.
_NO_BF16 = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI")

# What was seen lies far from 1 on both sides: 0.5 without AMX, 4 and more with it.
WORTH_IT = 1.25
BEST_OF = 12


def default_device() -> torch.device:
    """A CUDA GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def has_fast_bf16(device: torch.device) -> bool:
    """Whether bf16 pays: CUDA with bf16, or a CPU that has AVX512-BF16 or AMX and is faster at it.

    A CPU's flags are not enough: on a virtual machine that shows AVX512-BF16 but hides AMX, bf16
    products were seen at half the speed of fp32. So a CPU with the flags is timed, once.
    The limits a user sets with ONEDNN_MAX_CPU_ISA or ATEN_CPU_CAPABILITY count as the hardware.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    limited = os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper() in _NO_BF16
    if limited or os.environ.get("ATEN_CPU_CAPABILITY", "") in ("default", "avx2"):
        return False
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    has_flags = any(getattr(torch.cpu, probe, lambda: False)() for probe in probes)
    return has_flags and cpu_bf16_speed() > WORTH_IT


def cpu_bf16_speed() -> float:
    """How many times faster a bf16 product is than the same in fp32, on one core."""
    return core_gflops(torch.bfloat16) / core_gflops(torch.float32)


@cache
def core_gflops(dtype: torch.dtype) -> float:
    """Billions of floating-point operations that one core does in a second of its own time.

    Counted in the time the core worked for this thread. By the clock on the wall, other work on
    the machine once made fp32 look faster than bf16, and `auto` chose by it.
    """
    return _with_threads(1, lambda: _gflops(dtype, time.thread_time))


def cpu_gflops(dtype: torch.dtype, threads: int | None = None) -> float:
    """The same by the clock on the wall, on that many threads together (else as torch has it)."""
    threads = threads or torch.get_num_threads()
    return _with_threads(threads, lambda: _gflops(dtype, time.perf_counter))


def _gflops(dtype: torch.dtype, clock: Callable[[], float]) -> float:
    """Speed of one product, best of several.

    The shape is the feed-forward layer of the default backbone on a batch of 64 short sentences.
    """
    left, right = torch.ones(1600, 384, dtype=dtype), torch.ones(1536, 384, dtype=dtype)
    best = float("inf")
    for _ in range(BEST_OF):
        started = clock()
        torch.nn.functional.linear(left, right)
        best = min(best, clock() - started)
    return 2 * 1600 * 384 * 1536 / best / 1e9


def _with_threads(threads: int, measure: Callable[[], float]) -> float:
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        return measure()
    finally:
        torch.set_num_threads(before)


def resolve(precision: str, device: torch.device) -> str:
    """`auto` → `bf16` or `fp32` for this device; anything else stays."""
    if precision != "auto":
        return precision
    return "bf16" if has_fast_bf16(device) else "fp32"


def autocast(precision: str, device: torch.device) -> AbstractContextManager:
    """The context in which a resolved precision computes; master weights are fp32 in both."""
    if precision == "bf16":
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()
