"""One loop: what the learner writes is what the engine runs, with whatever takes its places."""

from __future__ import annotations

import inspect
import json

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mtslib.data.batching import collate
from mtslib.finetune import checkpoint, finetune
from mtslib.finetune.evaluate import every_output
from mtslib.finetune.fit import fit, train_epoch
from mtslib.finetune.hidden_states import run_once
from mtslib.finetune.parts import LIBRARY, TrainingParts, training_parts
from mtslib.finetune.run import Forward, prepare
from mtslib.finetune.settings import settings
from mtslib.finetune.task_model import Trunk
from mtslib.finetune.train import Feed, build_optimizer, epoch_batches, run_epoch, write
from mtslib.learn import registry
from mtslib.minbert import AdamW, Parts, SelfAttention

# The loop -------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [F.cross_entropy, F.multi_margin_loss])
@pytest.mark.parametrize("seed", range(3))
def test_one_pass_is_a_step_of_gradient_descent_for_each_batch(seed, loss):
    """By hand, without an optimizer: weights minus rate times gradient."""
    draw = torch.Generator().manual_seed(seed)
    batches = [
        (torch.randn(n, 4, generator=draw), torch.randint(3, (n,), generator=draw))
        for n in (5, 2, 7)
    ]
    torch.manual_seed(seed)
    model = nn.Linear(4, 3).eval()
    weight, bias = (tensor.detach().clone().requires_grad_() for tensor in model.parameters())
    losses = []
    for inputs, labels in batches:
        value = loss(inputs @ weight.T + bias, labels)
        losses += [value.item()] * len(labels)
        slopes = torch.autograd.grad(value, (weight, bias))
        weight, bias = (
            (tensor - 0.3 * slope).detach().requires_grad_()
            for tensor, slope in zip((weight, bias), slopes, strict=True)
        )
    seen = train_epoch(model, iter(batches), torch.optim.SGD(model.parameters(), 0.3), loss)
    assert seen == pytest.approx(sum(losses) / len(losses), rel=1e-6)
    assert model.training
    torch.testing.assert_close(model.weight, weight)
    torch.testing.assert_close(model.bias, bias)


def test_without_a_dev_score_fit_is_the_pass_again_and_again():
    asked = []

    def one_pass(model, batches, optimizer, loss):
        asked.append((batches, loss))
        return float(len(asked))

    losses = fit(nn.Linear(1, 1), "epoch {}".format, None, 3, loss=max, train_epoch=one_pass)
    assert losses == [1.0, 2.0, 3.0]
    assert asked == [("epoch 0", max), ("epoch 1", max), ("epoch 2", max)]


# The engine -----------------------------------------------------------------------------------


def watched(calls: list[str]) -> TrainingParts:
    """Everything replaced by something equal that leaves a trace."""

    def own_epoch(model, batches, optimizer, loss=F.cross_entropy):
        calls.append("loop")
        return train_epoch(model, batches, optimizer, loss)

    class OwnAdamW(AdamW):
        def step(self, closure=None):
            calls.append("optimizer")
            return super().step(closure)

    class OwnTrunk(Trunk):
        def forward(self, inputs, depths):
            calls.append("trunk")
            return super().forward(inputs, depths)

    def own_loss(logits, labels):
        calls.append("loss")
        return F.cross_entropy(logits.float(), labels.long())

    return TrainingParts(
        train_epoch=own_epoch, optimizer=OwnAdamW, trunk=OwnTrunk, losses={"ce": own_loss}
    )


def test_the_engine_trains_through_what_it_is_given(tiny, data_folder, tmp_path, capsys):
    calls: list[str] = []
    parts = watched(calls)
    chosen = tiny(eps=1e-6)  # a gradient that is 0 but for rounding moves nothing
    found = finetune(chosen, tmp_path / "own", data_folder, progress=False, parts=parts)
    assert calls.count("loop") == 2
    assert calls.count("optimizer") == calls.count("loss") == 2 * 8
    assert calls.count("trunk") > 2 * 8, "an own trunk runs at every step"
    assert "foreign parts (trunk): the trunk runs at every step" in capsys.readouterr().out
    assert found.card["replaced_parts"] == ["train_epoch", "optimizer", "trunk", "loss ce"]
    ours = finetune(chosen, tmp_path / "ours", data_folder, progress=False)
    assert "replaced_parts" not in ours.card
    for name, tensor in ours.branch.items():
        torch.testing.assert_close(found.branch[name], tensor, rtol=0, atol=1e-4)


def test_in_sight_and_by_the_engine_the_same_bits_come_out(tiny, data_folder, tmp_path):
    """What chapter 11 writes in a cell is what `finetune` does."""
    run = prepare(tiny(), data_folder, progress=False)
    optimizer = build_optimizer(run.model, run.settings)
    feed = Feed(run, optimizer, progress=False)
    losses = fit(feed.model, feed.batches, optimizer, 2, loss=feed.loss)
    seen = write(run, tmp_path / "seen", progress=False)
    expected = finetune(tiny(), tmp_path / "expected", data_folder, progress=False)
    assert all(checkpoint.same_numbers(t, seen.branch[n]) for n, t in expected.branch.items())
    assert losses == [epoch["loss"] for epoch in expected.card["history"]]
    assert [e["loss"] for e in seen.card["history"]] == losses


def test_a_run_reports_every_step(tiny, data_folder):
    run = prepare(tiny(), data_folder, progress=False)
    run.train_tokens = run.train_tokens.first(40)
    seen = []
    optimizer = build_optimizer(run.model, run.settings)
    feed = Feed(run, optimizer, lambda *step: seen.append(step))
    train_epoch(feed.model, feed.batches(0), optimizer, feed.loss)
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_an_optimizer_that_counts_in_plain_numbers_is_taken_up_again(
    tiny, data_folder, tmp_path, monkeypatch
):
    """minBERT's AdamW, as a learner's own, keeps an int where PyTorch keeps a tensor."""
    from mtslib.finetune import train

    parts = TrainingParts(optimizer=AdamW)
    out, real = tmp_path / "own", train.run_epoch
    whole = finetune(tiny(), tmp_path / "whole", data_folder, progress=False, parts=parts)

    def stops_in_the_second(run, optimizer, epoch, progress):
        if epoch:
            raise KeyboardInterrupt
        return real(run, optimizer, epoch, progress)

    monkeypatch.setattr(train, "run_epoch", stops_in_the_second)
    with pytest.raises(train.TrainError, match="1 finished kept"):
        finetune(tiny(), out, data_folder, progress=False, parts=parts)
    monkeypatch.undo()
    kept = json.loads((tmp_path / "own.unfinished/state.json").read_text())
    assert set(kept["numbers"].values()) == {8}
    again = finetune(tiny(), out, data_folder, progress=False, parts=parts)
    assert all(checkpoint.same_numbers(t, again.branch[n]) for n, t in whole.branch.items())


def test_an_optimizer_whose_state_cannot_be_kept_trains_all_the_same(
    tiny, data_folder, tmp_path, capsys
):
    class Remembering(AdamW):
        def step(self, closure=None):
            super().step(closure)
            for state in self.state.values():
                state["all"] = [*state.get("all", []), 1]

    parts = TrainingParts(optimizer=Remembering)
    finetune(tiny(), tmp_path / "own", data_folder, progress=False, parts=parts)
    said = capsys.readouterr().out
    assert "the optimizer keeps a list (all)" in said
    assert "starts anew" in said


def test_the_parts_say_what_is_replaced():
    assert LIBRARY.replaced() == LIBRARY.foreign() == ()
    parts = TrainingParts(attention=nn.Identity, trunk=nn.Identity, losses={"bce": max})
    assert parts.replaced() == ("attention", "trunk", "loss bce")
    assert parts.foreign() == ("attention",), "only the model's own parts switch its shortcuts off"
    plain = training_parts(Parts(attention=nn.Identity))
    assert plain.attention is nn.Identity
    assert plain.layer is Parts().layer
    assert training_parts(parts) is parts
    assert Parts().attention is SelfAttention


# Below the same interface ---------------------------------------------------------------------


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_a_trunk_that_ran_once_gives_what_the_whole_model_gives(tiny, data_folder, pooling):
    run = prepare(tiny("sts", objective="cosine-mse", pooling=pooling), data_folder, None, False)
    model, tokens = run.model.eval(), run.dev_tokens
    states = run_once(model.trunk, tokens, run.model.depth)
    seen = every_output(Forward(model, states, "fp32"), tokens)
    assert seen.shape == (60, 1)
    with torch.inference_mode():
        expected = torch.cat([model(collate(tokens, [row])) for row in range(60)])
    torch.testing.assert_close(seen, expected, rtol=0, atol=1e-5)


def test_every_right_answer_to_08_1_reads_a_model_in_bf16(tiny, data_folder):
    run = prepare(tiny(), data_folder, None, False)
    model, rows = Forward(run.model, None, "bf16"), [3, 0, 4, 2, 1]
    batches = [(p, collate(run.dev_tokens, p)) for p in (rows[:2], rows[2:])]
    exercise = registry.find("08.1")
    expected = exercise.reference(model, batches, 5)
    assert expected.dtype == torch.float32
    for style in exercise.styles:
        said = exercise.make(style.source, style.name)(model, batches, 5)
        torch.testing.assert_close(said, expected, rtol=0, atol=0)


def test_batches_set_their_rate_and_repeat_by_the_number_of_their_epoch(tiny, data_folder):
    run = prepare(tiny(), data_folder, progress=False)
    chosen = settings("sst", epochs=2, batch_size=16, learning_rate=0.1)
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))])

    def seen(epoch):
        return [
            (batch.positions.tolist(), optimizer.param_groups[0]["lr"])
            for batch, _ in epoch_batches(run.train_tokens, chosen, optimizer, epoch)
        ]

    first, second = seen(0), seen(1)
    assert first == seen(0)
    assert [rows for rows, _ in first] != [rows for rows, _ in second]
    assert sorted(row for rows, _ in second for row in rows) == list(range(120))
    assert max(rate for _, rate in first) == pytest.approx(0.1)
    assert 0 < second[-1][1] < 0.02


def test_the_engine_has_no_loop_of_its_own():
    assert "backward" not in inspect.getsource(inspect.getmodule(run_epoch))
