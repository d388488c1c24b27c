"""After Ctrl-C the same call goes on, and ends with the same bits."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys

import pytest
from finetune.conftest import same_branch
from folders import contents

from mtslib.base.errors import TrainError
from mtslib.base.paths import ROOT
from mtslib.finetune import finetune, read


def interrupt_at(function: str, call: int) -> None:
    """Raise KeyboardInterrupt, as Ctrl-C does, when a function is called for the n-th time."""
    seen = 0

    def watch(frame, event, argument):
        nonlocal seen
        if event == "call" and frame.f_code.co_name == function:
            seen += 1
            if seen == call:
                sys.setprofile(None)
                raise KeyboardInterrupt

    sys.setprofile(watch)


@pytest.mark.parametrize(
    "function, call, kept",
    [
        ("training_batches", 1, 0),
        ("train_epoch", 2, 1),
        ("soft_cross_entropy", 20, 2),  # in the midst of epoch 3 of 8 steps each
        ("keep", 1, 0),
        ("flush", 2, 0),  # while the first state is written
        ("score_dev", 1, 3),
        ("probe_outputs", 1, 3),
    ],
)
def test_after_ctrl_c_the_same_call_ends_with_the_same_bits(
    train, tmp_path, function, call, kept, capsys
):
    straight = train("sts", out="straight", epochs=3)
    interrupt_at(function, call)
    try:
        with pytest.raises(
            TrainError, match=r"stopped by Ctrl-C .*the same command goes on"
        ) as seen:
            train("sts", epochs=3)
    finally:
        sys.setprofile(None)
    assert "\n" not in str(seen.value)
    assert (f"{kept} finished kept" if kept else "none was finished") in str(seen.value)
    assert not (tmp_path / "checkpoint").exists()
    assert [p.name for p in tmp_path.glob(".*")] == [], "nothing half-written is left"
    gone_on = train("sts", epochs=3)
    assert same_branch(straight, gone_on)
    assert [r["loss"] for r in gone_on.card["history"]] == [
        r["loss"] for r in straight.card["history"]
    ]
    assert not (tmp_path / "checkpoint.unfinished").exists()


# The command line in a process that sends itself SIGINT, as the terminal does for Ctrl-C, when the
# third epoch begins: a signal sent from here would arrive now sooner, now later.
STOPPED = """
import signal, sys
from mtslib.cli.main import main

epochs = 0

def watch(frame, event, argument):
    global epochs
    if event == "call" and frame.f_code.co_name == "train_epoch":
        epochs += 1
        if epochs == 3:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)

sys.setprofile(watch)
sys.exit(main(sys.argv[1:]))
"""


def test_a_real_ctrl_c_in_a_real_process(tiny, data_folder, tmp_path, capsys):
    chosen = tiny(epochs=4)
    straight = finetune(chosen, tmp_path / "straight", data_folder, progress=False)
    out = tmp_path / "checkpoint"
    done = subprocess.run(
        [
            *(sys.executable, "-c", STOPPED),
            *("finetune", "--task", "sst", "--freeze-depth", "1", "--out", str(out)),
            *("--backbone", chosen.backbone, "--data", str(data_folder), "--epochs", "4"),
            *("--batch-size", "16", "--learning-rate", "4e-3", "--precision", "fp32"),
        ],
        # One thread as here: equal bits need equal threads.
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    message = r"error: stopped by Ctrl-C in epoch 3 of 4, 2 finished kept in .*goes on from there"
    assert re.fullmatch(message, done.stderr.splitlines()[-1].strip())
    assert "Traceback" not in done.stderr
    assert not out.exists()
    gone_on = finetune(chosen, out, data_folder)
    assert "going on after epoch 2" in capsys.readouterr().out
    assert same_branch(straight, gone_on)


@pytest.mark.parametrize("what", ["settings", "state.safetensors", "state.json", "gone"])
def test_what_was_kept_is_not_used_where_it_does_not_fit(
    tiny, data_folder, train, tmp_path, what, capsys
):
    straight = train(out="straight", epochs=3)
    interrupt_at("train_epoch", 3)
    with pytest.raises(TrainError, match="2 finished kept"):
        train(epochs=3, seed=1 if what == "settings" else 0)
    state = tmp_path / "checkpoint.unfinished"
    if what == "gone":
        (state / "state.safetensors").unlink()
    elif what != "settings":
        raw = bytearray((state / what).read_bytes())
        raw[len(raw) // 2] ^= 1
        (state / what).write_bytes(raw)
    found = finetune(tiny(epochs=3), tmp_path / "checkpoint", data_folder)
    assert "is damaged or belongs to another run" in capsys.readouterr().out
    assert same_branch(found, straight)


def test_an_old_checkpoint_serves_until_the_new_one_is_whole(train, tmp_path):
    first = contents(train(epochs=1).folder)
    interrupt_at("probe_outputs", 1)
    with pytest.raises(TrainError, match="stopped by Ctrl-C while dev was scored"):
        train(epochs=1, seed=1)
    assert contents(tmp_path / "checkpoint") == first
    assert math.isfinite(read(tmp_path / "checkpoint").card["dev"][0]["value"])
    assert contents(train(epochs=1, seed=1).folder) != first
