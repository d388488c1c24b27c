"""What you would wait: the bench's files as tables, and the sentence for what is missing."""

from __future__ import annotations

import pytest

from mtslib.bench import bench_tables

MACHINE = {"device": "x86_64 CPU, AVX512", "threads": 2, "libraries": {"torch": "2.13.0"}}


def row(
    work_id, workload, precision, contender, seconds, ratio, depths=("full",), share=0.5, rows=1000
):
    return {
        "work_id": work_id,
        "workload": workload,
        "task": "sst",
        "precision": precision,
        "depths": list(depths),
        "rows": rows,
        "contender": contender,
        "seconds": seconds,
        "ratio": ratio,
        "share_of_bound": share,
        "cold_seconds": 2 * seconds,
        "peak_mb": 1234.5,
        "load_average": 0.25,
    }


@pytest.fixture
def path(tmp_path):
    rows = [
        row("a", "A", "fp32", "ours", 10.0, 1.0, share=0.8),
        row("a", "A", "fp32", "hf-plain", 25.0, 2.5, share=0.3),
        row("a", "A", "fp32", "hf-tuned", 12.0, 1.2, share=0.7),
        row("b", "A", "bf16", "ours", 4.0, 1.0, share=0.4),
        row("b", "A", "bf16", "hf-plain", 14.0, 3.5, share=0.1),
        row("c", "B", "fp32", "ours", 2.0, 1.0, [5], share=None),
        row("c", "B", "fp32", "hf-frozen", 13.0, 6.5, [5], share=None),
    ]
    bench_tables.write({"machine": MACHINE, "rounds": 5, "rows": rows}, tmp_path / "one.json")
    return tmp_path / "one.json"


@pytest.fixture
def without_bf16(path):
    """A second machine, which knows one precision."""
    other = path.with_name("other.json")
    rows = [row("d", "E", "fp32", name, 1.0, 1.0) for name in ("ours", "sentence-transformers")]
    bench_tables.write({"machine": MACHINE, "rounds": 5, "rows": rows}, other)
    return other


def test_precisions_stand_in_columns_and_never_in_one_ratio(path):
    plain, tuned, frozen = bench_tables.waits(path).to_dict("records")
    assert plain["beside"] == "Hugging Face, plain loop"
    assert (plain["fp32: ours, theirs"], plain["fp32 ratio"]) == ("10.0 s, 25.0 s", "2.50×")
    assert (plain["bf16: ours, theirs"], plain["bf16 ratio"]) == ("4.0 s, 14.0 s", "3.50×")
    assert (plain["fp32 of bound"], plain["bf16 of bound"]) == ("80%", "40%")
    assert (tuned["bf16: ours, theirs"], tuned["bf16 ratio"]) == ("not measured", "—")
    assert frozen["work"] == "frozen trunk, three epochs, freeze_depth 5"
    assert frozen["fp32 of bound"] == "—"


def test_the_first_time_and_memory_stand_apart_for_everyone(path):
    ours, plain, *_ = bench_tables.first_time(path).to_dict("records")
    assert (ours["by"], ours["fp32 first time"], ours["bf16 first time"]) == (
        "this library",
        "20.0 s",
        "8.0 s",
    )
    assert (plain["by"], plain["fp32 peak memory"]) == ("Hugging Face, plain loop", "1,234 MB")
    assert list(bench_tables.first_time(path)["bf16 peak memory"])[2] == "not measured"


def test_one_task_can_be_asked_for(path):
    assert len(bench_tables.waits(path, "sst")) == 3
    assert bench_tables.waits(path, "sts").empty
    assert bench_tables.first_time(path, "sts").empty


def test_a_work_stands_once_for_each_size_of_slice_and_beside_its_like(tmp_path):
    rows = [
        row(f"{name}{size}", name, "fp32", by, seconds, seconds, rows=size)
        for size in (64, 512)
        for name, peer in (("A", "hf-plain"), ("E", "sentence-transformers"))
        for by, seconds in (("ours", 1.0), (peer, size / 100))
    ]
    bench_tables.write({"machine": MACHINE, "rounds": 5, "rows": rows}, tmp_path / "two.json")
    found = bench_tables.waits(tmp_path / "two.json")
    assert list(found["rows"]) == ["64", "512", "64", "512"]
    assert list(found["fp32 ratio"]) == ["0.64×", "5.12×", "0.64×", "5.12×"]
    full, encoding = "full fine-tuning, one epoch", "encoding"
    assert list(found["work"]) == [full, full, encoding, encoding]
    assert len(bench_tables.first_time(tmp_path / "two.json")) == len(rows)


def test_it_says_where_and_how_the_times_were_taken(path):
    assert bench_tables.made_with(path) == (
        "x86_64 CPU, AVX512, 2 threads, torch 2.13.0; medians of 5 rounds, contenders in turns, "
        "load average up to 0.2 before a work began"
    )


def test_times_of_two_machines_never_stand_in_one_table(path, without_bf16):
    assert bench_tables.machines(path.parent) == [path, without_bf16]
    assert len(bench_tables.waits(path)) == 3
    assert not [name for name in bench_tables.waits(without_bf16) if "bf16" in name]
    assert bench_tables.not_measured(path.parent) == []


def test_a_precision_that_nobody_took_is_said_to_be_missing(path, without_bf16, tmp_path):
    path.unlink()
    (sentence,) = bench_tables.not_measured(path.parent)
    assert sentence.startswith("bf16 is not measured: `python -m mtslib bench --precision bf16")
    assert [text[:4] for text in bench_tables.not_measured(tmp_path / "nowhere")] == [
        "fp32",
        "bf16",
    ]
