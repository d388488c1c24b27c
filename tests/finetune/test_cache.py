"""The frozen trunk runs once: the same training, and no damaged, foreign or stale number read."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
from finetune.conftest import names

from mtslib import backbones
from mtslib.data.batching import collate, training_batches
from mtslib.finetune import checkpoint, finetune, hidden_states, rebuild
from mtslib.finetune.hidden_states import open_states
from mtslib.finetune.run import outputs, prepare, source
from mtslib.finetune.train import build_optimizer, run_epoch, score_dev
from mtslib.minbert import Parts, SelfAttention

pytestmark = pytest.mark.usefixtures("place")
KINDS = [
    ("sst", {}),
    ("quora", {"pooling": "mean"}),
    ("sts", {"pooling": "pooler"}),
    ("sts", {"objective": "cosine-mse", "pooling": "mean"}),
]


def no_trunk(run) -> None:
    """From here on, asking the trunk is an error."""

    def refuse(*arguments):
        raise AssertionError("the trunk was asked again")

    run.model.trunk.forward = refuse


# The same as without it ------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("task, changes", KINDS)
def test_a_batch_from_the_cache_is_what_the_trunk_says(start, task, changes, depth):
    """Within 1e-5 in fp32: a product's last bits depend on what else is in its batch."""
    if changes.get("objective") == "cosine-mse" and depth == 3:
        pytest.skip("refused: nothing to train")
    run = start(task, freeze_depth=depth, **changes)
    order = torch.Generator().manual_seed(5)
    for positions in training_batches(run.train_tokens.lengths, 16, order):
        batch = collate(run.train_tokens, positions)
        for inputs, cached in zip(batch.inputs, run.train_states.hidden(batch), strict=True):
            real = inputs.attention_mask.bool()
            torch.testing.assert_close(
                cached[real], run.model.trunk(inputs, {depth})[depth][real], rtol=0, atol=1e-5
            )
            assert (cached[~real] == 0).all()
        with torch.inference_mode():
            torch.testing.assert_close(
                outputs(run.model.eval(), batch, run.train_states),
                run.model(batch),
                rtol=0,
                atol=1e-5,
            )


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("task, changes", KINDS)
def test_training_is_bit_equal_when_the_trunk_ran_in_the_same_batches(
    start, task, changes, depth, monkeypatch
):
    """Storing, padding and dropout change nothing: only the batches of the trunk's pass could."""
    if changes.get("objective") == "cosine-mse" and depth == 3:
        pytest.skip("refused: nothing to train")
    plain = start(task, cache=False, freeze_depth=depth, epochs=1, **changes)
    assert plain.train_states is None
    epoch = training_batches(
        plain.train_tokens.lengths, 16, torch.Generator().manual_seed(1)
    )  # seed 0, epoch 0
    dev = hidden_states.evaluation_batches(plain.dev_tokens.lengths, 64)
    train_count = len(plain.train_tokens)
    monkeypatch.setattr(
        hidden_states,
        "evaluation_batches",
        lambda ls, size: epoch if len(ls) == train_count else dev,
    )
    cached = start(task, freeze_depth=depth, epochs=1, **changes)
    no_trunk(cached)
    for run in (plain, cached):
        run.record = run_epoch(run, build_optimizer(run.model, run.settings), 0, False)
    assert plain.record["loss"] == cached.record["loss"]
    trained = cached.model.trained_tensors()
    for name, tensor in plain.model.trained_tensors().items():
        assert checkpoint.same_numbers(tensor, trained[name]), name
    (metrics, predicted), (again, same) = (score_dev(r, False) for r in (plain, cached))
    assert metrics == again
    np.testing.assert_array_equal(predicted, same)


@pytest.mark.parametrize("task, changes", KINDS)
def test_three_epochs_end_within_a_millionth_of_the_uncached_weights(
    tiny, data_folder, tmp_path, task, changes
):
    """In fp32, with an ε that Adam feels.

    At its usual 1e-8, Adam takes a whole step also where the gradient is nothing but rounding (a
    key's bias has none: softmax does not see it), and such weights walk at random in either case.
    """
    chosen = tiny(task, epochs=3, eps=1e-2, **changes)
    cached = finetune(chosen, tmp_path / "cached", data_folder, progress=False)
    plain = finetune(chosen, tmp_path / "plain", data_folder, progress=False, cache=False)
    assert cached.card["trunk_runs"] == "once, fp32"
    assert plain.card["trunk_runs"] == "every step"
    moved = 0.0
    first = start_weights(cached)
    for name, tensor in plain.branch.items():
        torch.testing.assert_close(cached.branch[name], tensor, rtol=0, atol=1e-6)
        moved = max(moved, (tensor - first[name]).abs().max().item())
    assert moved > 1e-3, "the weights moved a thousand times more than they differ"


def start_weights(found) -> dict:
    """The branch before training: same backbone, same seed, no epoch."""
    torch.manual_seed(found.settings.seed)
    bert = backbones.load(found.settings.backbone).model()
    model = rebuild(found)
    fresh = type(model)(
        bert, found.task, model.objective, found.settings.freeze_depth, found.settings.pooling
    )
    return fresh.trained_tensors()


def test_bf16_runs_keep_fp16_and_score_alike(start):
    run = start(precision="bf16", freeze_depth=2)
    assert run.train_states.rows.dtype == np.float16
    assert run.trunk_runs == "once, fp16"
    batch = collate(run.train_tokens, range(20))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        cached = outputs(run.model.eval(), batch, run.train_states).float()
        plain = run.model(batch).float()
    torch.testing.assert_close(cached, plain, rtol=0.02, atol=0.05)


def test_the_probe_of_a_checkpoint_never_comes_from_a_cache(train, place):
    found = train(freeze_depth=1)
    for path in place.glob("*/states.bin"):
        path.write_bytes(b"\0" * path.stat().st_size)
    tokenizer = backbones.load(found.settings.backbone).tokenizer()
    again = checkpoint.probe_outputs(rebuild(found), tokenizer)
    assert checkpoint.same_numbers(again, found.probe)


# Once ------------------------------------------------------------------------------------------


def test_a_second_run_computes_nothing(start, monkeypatch):
    start(freeze_depth=2)
    monkeypatch.setattr(hidden_states, "_fill", lambda *a: pytest.fail("computed again"))
    run = start(freeze_depth=2, seed=3, epochs=1, learning_rate=1e-3)
    no_trunk(run)
    run_epoch(run, build_optimizer(run.model, run.settings), 0, False)
    score_dev(run, False)


def test_one_pass_fills_every_depth_with_the_bits_of_single_passes(start, place):
    run = start(cache=False, freeze_depth=3)
    whole = source(run, "train")
    calls = []
    forward = run.model.trunk.forward
    run.model.trunk.forward = lambda *a: calls.append(1) or forward(*a)
    first = open_states(whole, 1, range(4), progress=False)
    assert len(calls) == 2, "120 rows are two batches of at most 64"
    assert len(names(place)) == 4
    together = {1: first} | {d: open_states(whole, d, progress=False) for d in (0, 2, 3)}
    assert len(calls) == 2
    shutil.rmtree(place)
    for depth in range(4):
        alone = start(freeze_depth=depth)
        np.testing.assert_array_equal(alone.train_states.rows, together[depth].rows)
        assert alone.train_states.contents == together[depth].contents


def test_a_shallow_run_can_fill_deeper_depths_too(tiny, data_folder, place, monkeypatch):
    """The first run of a sweep lets the trunk run for all of them."""
    finetune(
        *(tiny(freeze_depth=1), place.with_name("out"), data_folder),
        progress=False,
        also_depths={0, 2, 3},
    )
    assert len(names(place)) == 8
    deep = prepare(tiny(freeze_depth=3), data_folder, None, False)
    kept = np.array(deep.train_states.rows)
    shutil.rmtree(place)
    alone = prepare(tiny(freeze_depth=3), data_folder, None, False)
    np.testing.assert_array_equal(alone.train_states.rows, kept)


def test_full_and_foreign_parts_have_no_cache(start, place, capsys):
    class Mine(SelfAttention):
        pass

    assert start(freeze_depth=None).train_states is None
    assert capsys.readouterr().out == ""
    foreign = start(parts=Parts(attention=Mine))
    assert "foreign parts (attention): the trunk runs at every step" in capsys.readouterr().out
    assert foreign.trunk_runs == "every step"
    assert not place.exists()
    run_epoch(foreign, build_optimizer(foreign.model, foreign.settings), 0, False)


def test_no_epochs_ask_only_about_dev(start, place):
    run = start(epochs=0)
    assert run.train_states is None
    assert run.dev_states is not None
    assert len(names(place)) == 1
