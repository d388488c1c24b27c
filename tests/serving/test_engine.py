"""The engine: what rides together, what is answered, and what is given up."""

from __future__ import annotations

import random
import threading
from concurrent.futures import CancelledError

import pytest
import torch
from serving.conftest import made_up_texts

from mtslib.base.errors import DataError, DeadlineError, QueueFullError, StoppedError
from mtslib.serving import LoadedModel, ask, load, merge
from mtslib.serving.certificate import BOUNDS
from mtslib.serving.engine import Engine, Limits, Served
from mtslib.serving.predict import tokens_for
from mtslib.serving.shared_pass import (
    StateCache,
    answer_together,
    next_batch,
    rows_of,
    trunk_states,
)

QUICK = Limits(threads=1)


@pytest.fixture(scope="module")
def model(whole) -> LoadedModel:
    return load(whole)


@pytest.fixture(scope="module")
def apart(teachers, made_once) -> LoadedModel:
    """A sentence task, one that reads pairs apart, and one that reads them as one sequence."""
    chosen = [teachers[name] for name in ("sst", "quora", "siamese")]
    return load(made_once("apart", lambda folder: merge(chosen, folder / "m")) / "m")


def mixed(n: int, seed: int) -> list[tuple[str, ...]]:
    """Sentences and pairs of all lengths, some of them twice."""
    draw = random.Random(seed)
    texts = made_up_texts(n, False, seed) + made_up_texts(n, True, seed)
    texts += draw.choices(texts, k=n)
    draw.shuffle(texts)
    return texts


def wanted_of(model: LoadedModel, texts: tuple[str, ...]) -> dict:
    return {task: rows_of(parts) for task, parts in tokens_for(model, texts).items()}


class Held(Served):
    """A model that waits for permission before each pass."""

    def __init__(self, model: LoadedModel) -> None:
        super().__init__(model)
        self.may_run, self.passes = threading.Event(), []

    def run(self, wanted):
        self.may_run.wait(20)
        self.passes.append(len(wanted))
        return super().run(wanted)


# What rides together --------------------------------------------------------------------------


def rows(*lengths: int) -> list[list[tuple[int, ...]]]:
    """One request for each length, with one row of its own."""
    return [[(number,) * length] for number, length in enumerate(lengths)]


def test_a_budget_counts_padded_tokens():
    assert next_batch(rows(10, 10, 10), budget=20, max_padding=0) == [0, 1]
    assert next_batch(rows(10, 5), budget=20, max_padding=5) == [0, 1]
    assert next_batch(rows(10, 5), budget=19, max_padding=5) == [0]
    assert next_batch(rows(10, 5), budget=20, max_padding=4) == [0]


def test_the_oldest_rides_whatever_it_costs_and_one_that_does_not_fit_keeps_nobody_out():
    assert next_batch(rows(50, 1), budget=20, max_padding=20) == [0]
    assert next_batch(rows(5, 50, 5), budget=20, max_padding=20) == [0, 2]
    assert next_batch([], budget=20, max_padding=20) == []


def test_equal_rows_ride_once():
    same = [[(7,) * 10]] * 3
    assert next_batch([*same, [(8,) * 10]], budget=20, max_padding=0) == [0, 1, 2, 3]


@pytest.mark.parametrize("seed", range(3))
def test_a_batch_never_passes_its_budget_except_for_the_oldest(seed):
    draw = random.Random(seed)
    waiting = rows(*(draw.randint(1, 60) for _ in range(80)))
    while waiting:
        chosen = next_batch(waiting, budget=200, max_padding=50)
        lengths = [len(waiting[place][0]) for place in chosen]
        cost = max(lengths) * len(lengths)
        assert chosen[0] == 0
        assert len(chosen) == 1 or (cost <= 200 and cost - sum(lengths) <= 50)
        waiting = [one for place, one in enumerate(waiting) if place not in chosen]


# A pass ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_a_pass_gives_each_branch_what_the_merged_model_gives_it_alone(model, apart, seed):
    for one in (model, apart):
        texts = mixed(12, seed)
        with torch.inference_mode():
            wanted = [wanted_of(one, given) for given in texts]
            together, _ = answer_together(one.model, wanted, one.tokenizer.pad_id)
            for asked, found in zip(wanted, together, strict=True):
                assert found.keys() == asked.keys()
                (alone,), _ = answer_together(one.model, [asked], one.tokenizer.pad_id)
                for task, output in found.items():
                    assert (output - alone[task]).abs().max() <= BOUNDS["fp32"]


def test_the_trunk_runs_each_row_once_and_no_further_than_it_is_read(model):
    ran = []
    hooks = [
        layer.register_forward_hook(lambda _, given, __, n=n: ran.append((n, len(given[0]))))
        for n, layer in enumerate(model.model.trunk.layers, start=1)
    ]
    deep, shallow = (rows_of(tokens_for(model, (text,))["sst"])[0] for text in ("one", "two two"))
    with torch.inference_mode():
        states = trunk_states(model.model.trunk, {shallow: {0}, deep: {0, 2}}, pad_id=0)
    for hook in hooks:
        hook.remove()
    assert ran == [(1, 1), (2, 1)]
    assert {key: state.shape[0] for key, state in states.items()} == {
        (shallow, 0): len(shallow),
        (deep, 0): len(deep),
        (deep, 2): len(deep),
    }


def test_a_sentence_seen_before_costs_no_trunk_and_answers_the_same(apart):
    first, second = ("a good film", "a dull film"), ("a good film", "no film")
    cache = StateCache(2**20)
    with torch.inference_mode():

        def run(texts, kept):
            return answer_together(apart.model, [wanted_of(apart, texts)], 0, kept)

        _, cold = run(first, cache)
        (warm,), cost = run(second, cache)
        (plain,), _ = run(second, None)
    assert not cold.cached
    assert len(cost.cached) == 1
    assert cost.rows == cold.rows - 1
    for task, output in warm.items():
        assert (output - plain[task]).abs().max() <= BOUNDS["fp32"]


def test_a_cache_keeps_what_was_used_last_and_no_more_than_its_size():
    cache = StateCache(max_bytes=3 * 4 * 8)
    for row in ("a", "b", "c"):
        cache.put(row, 1, torch.zeros(4, 2))
    assert cache.get("a", [1])
    cache.put("d", 1, torch.zeros(4, 2))
    assert cache.bytes <= cache.max_bytes
    assert cache.get("d", [1])
    assert cache.get("a", [1])
    assert not cache.get("b", [1])
    assert not cache.get("a", [1, 2])  # one depth of two is not enough


# The engine -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_answers_are_those_of_ask(model, apart, seed):
    for one in (model, apart):
        texts = mixed(15, seed)
        with Engine(one, QUICK) as engine:
            replies = engine.ask(texts)
        for reply, expected in zip(replies, ask(one, texts), strict=True):
            seen = {answer.task: answer for answer in reply.answers}
            assert list(seen) == [answer.task for answer in reply.answers]
            assert seen.keys() == {answer.task for answer in expected}
            for answer in expected:
                assert seen[answer.task].value == pytest.approx(answer.value, abs=BOUNDS["fp32"])
                assert seen[answer.task].truncated == answer.truncated


def test_while_the_model_is_busy_requests_gather_and_then_ride_together(model):
    held = Held(model)
    with Engine(held, QUICK) as engine:
        first = engine.submit([("one film",)])[0]
        while engine.waiting:
            pass  # the first is on its way at once, alone
        others = engine.submit([("another film",)]) + engine.submit([("a film", "a dog")])
        held.may_run.set()
        assert [f.result(20).bill.inputs for f in (first, *others)] == [1, 2, 2]
    assert held.passes == [1, 2]


def test_the_bill_says_what_was_taken_from_another_request(model):
    held = Held(model)
    with Engine(held, QUICK) as engine:
        engine.submit([("first",)])
        same = engine.submit([("a film",), ("a film",)])
        held.may_run.set()
        bills = [future.result(20).bill for future in same]
    assert [bill.taken_from for bill in bills] == ["nowhere", "another request"]
    assert bills[0].branch_ms.keys() == set(model.checkpoints) & {
        name for name, item in model.checkpoints.items() if not item.task.is_pair
    }


def test_a_cancelled_request_and_a_late_one_cost_no_pass(model):
    held = Held(model)
    with Engine(held, QUICK) as engine:
        engine.submit([("first",)])
        while engine.waiting:
            pass
        (cancelled,) = engine.submit([("second",)])
        (late,) = engine.submit([("third",)], seconds=0.0)
        assert cancelled.cancel()
        held.may_run.set()
        with pytest.raises(DeadlineError, match="waited"):
            late.result(20)
        with pytest.raises(CancelledError):
            cancelled.result(20)
    assert held.passes == [1]


def test_a_full_queue_refuses_all_of_a_request_or_none(model):
    held = Held(model)
    with Engine(held, Limits(threads=1, queue=2)) as engine:
        engine.submit([("first",)])
        while engine.waiting:
            pass
        engine.submit([("second",)])
        with pytest.raises(QueueFullError, match="1 inputs wait already and 2 would") as caught:
            engine.submit([("third",), ("fourth",)])
        assert caught.value.retry_after >= 1
        assert engine.waiting == 1
        held.may_run.set()


def test_who_waits_during_a_swap_is_answered_by_the_model_that_was_asked(model, apart):
    held = Held(model)
    with Engine(held, QUICK) as engine:
        before = engine.submit([("first",), ("second",)])
        engine.swap(apart)
        after = engine.submit([("third",)])
        held.may_run.set()
        names = [future.result(20).certificate for future in (*before, *after)]
    old, new = (one.certificate["certificate_sha256"] for one in (model, apart))
    assert names == [old, old, new]


def test_closing_answers_those_who_wait_and_takes_no_more(model):
    held = Held(model)
    engine = Engine(held, QUICK)
    waiting = engine.submit([("first",), ("a dog", "a cat")])
    held.may_run.set()
    engine.close()
    assert all(future.done() and future.result() for future in waiting)
    with pytest.raises(StoppedError):
        engine.submit([("late",)])


def test_a_pass_that_fails_fails_its_own_requests_only(model):
    class Broken(Served):
        def run(self, wanted):
            raise RuntimeError("no memory")

    with Engine(Broken(model), QUICK) as engine:
        (failed,) = engine.submit([("first",)])
        with pytest.raises(RuntimeError, match="no memory"):
            failed.result(20)
        engine.swap(model)
        assert engine.ask([("second",)])[0].answers


def test_what_cannot_be_asked_is_refused_before_it_waits(model):
    with Engine(model, QUICK) as engine:
        with pytest.raises(DataError, match="reads pairs"):
            engine.submit([("a", "b")], tasks=["sst"])
        with pytest.raises(DataError, match="is not an input"):
            engine.submit(["a sentence"])
        assert engine.waiting == 0
