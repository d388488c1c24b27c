"""Precision: what the hardware has, less what the user's environment forbids."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
import torch

from mtslib.base.paths import ROOT
from mtslib.finetune.precision import (
    BEST_OF,
    autocast,
    core_gflops,
    cpu_gflops,
    default_device,
    has_fast_bf16,
    resolve,
)

CPU = torch.device("cpu")


def test_auto_is_bf16_only_where_it_is_fast():
    assert resolve("auto", CPU) == ("bf16" if has_fast_bf16(CPU) else "fp32")
    assert resolve("fp32", CPU) == "fp32"
    assert resolve("bf16", CPU) == "bf16"
    assert default_device().type in ("cpu", "cuda")


def test_the_choice_is_timed_in_work_of_one_core_and_leaves_the_threads_alone(monkeypatch):
    """Waiting for other programs counts in no product: the wall's clock is not even looked at."""
    monkeypatch.setattr(time, "perf_counter", lambda: pytest.fail("read the clock on the wall"))
    before = torch.get_num_threads()
    core_gflops.cache_clear()
    assert core_gflops(torch.float32) > 0
    assert torch.get_num_threads() == before


def test_the_best_of_several_products_counts(monkeypatch):
    """One of them takes a tenth of the others' time: 2·1600·384·1536 operations in 0.01 s."""
    steps = iter([0.0, 0.1] * (BEST_OF - 1) + [0.0, 0.01])
    monkeypatch.setattr(time, "perf_counter", lambda: next(steps))
    assert cpu_gflops(torch.float32) == pytest.approx(2 * 1600 * 384 * 1536 / 0.01 / 1e9)


LIMITS = [
    *[("ONEDNN_MAX_CPU_ISA", isa) for isa in ("SSE41", "AVX2", "avx2", "AVX2_VNNI")],
    *[("ONEDNN_MAX_CPU_ISA", isa) for isa in ("AVX512_CORE", "AVX512_CORE_VNNI")],
    ("ATEN_CPU_CAPABILITY", "default"),
    ("ATEN_CPU_CAPABILITY", "avx2"),
]


@pytest.mark.parametrize("variable, limit", LIMITS)
def test_a_limit_that_the_user_sets_counts_as_the_hardware(variable, limit, monkeypatch):
    monkeypatch.setenv(variable, limit)
    assert not has_fast_bf16(CPU)
    assert resolve("auto", CPU) == "fp32"


@pytest.mark.parametrize("limit", ["AVX512_CORE_BF16", "AVX512_CORE_AMX", "ALL", "DEFAULT"])
def test_a_limit_that_has_bf16_forbids_nothing(limit, monkeypatch):
    expected = has_fast_bf16(CPU)
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", limit)
    assert has_fast_bf16(CPU) == expected


def test_a_process_started_under_a_limit_trains_in_fp32():
    script = "from mtslib.finetune.precision import *; print(resolve('auto', torch.device('cpu')))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"ATEN_CPU_CAPABILITY": "avx2", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "fp32"


def test_autocast_computes_in_bf16_and_leaves_the_weights_alone():
    linear, inputs = torch.nn.Linear(4, 4), torch.randn(2, 4)
    with autocast("bf16", CPU):
        assert linear(inputs).dtype == torch.bfloat16
    with autocast("fp32", CPU):
        assert linear(inputs).dtype == torch.float32
    assert linear.weight.dtype == torch.float32
