"""Which arithmetic a run uses: bf16 autocast where the hardware has it, else fp32."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

import torch

# Below these instruction sets bf16 products are emulated and slower than fp32.
_NO_BF16 = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2", "AVX512_CORE", "AVX512_CORE_VNNI")


def default_device() -> torch.device:
    """A CUDA GPU if there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def has_fast_bf16(device: torch.device) -> bool:
    """Whether bf16 matrix products run in hardware: CUDA, or a CPU with AVX512-BF16 or AMX.

    The limits a user sets with ONEDNN_MAX_CPU_ISA or ATEN_CPU_CAPABILITY count as the hardware.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    limited = os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper() in _NO_BF16
    if limited or os.environ.get("ATEN_CPU_CAPABILITY", "") in ("default", "avx2"):
        return False
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, probe, lambda: False)() for probe in probes)


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
