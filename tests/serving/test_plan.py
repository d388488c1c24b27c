"""A depth per task for a budget: counts by hand, sets by construction, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mtslib.base.errors import MtsError
from mtslib.cli.main import main
from mtslib.data import tasks
from mtslib.evidence import options
from mtslib.evidence.baselines import BAG
from mtslib.evidence.comparison import compare, weighted
from mtslib.evidence.metrics import accuracy
from mtslib.evidence.options import of_rows
from mtslib.minbert.config import BertConfig
from mtslib.serving import accounting
from mtslib.serving.plan import Planner, Traffic, advice, layer_ms, layers_run, risk, summary

L, ROWS = 3, 400
EVEN = {"a": 0.5, "b": 0.5}
CONFIG = BertConfig(
    vocab_size=50, hidden_size=32, num_layers=L, num_heads=2, intermediate_size=64, max_positions=64
)


def made_up(name: str, shares: dict[str, float], seed: int = 0, n: int = ROWS) -> options.Options:
    """A task whose options answer such shares of n rows correctly, with three seeds."""
    random = np.random.default_rng(seed)
    labels, hard = random.integers(0, 2, n), random.random(n)

    def runs(share: float) -> np.ndarray:
        noise = random.normal(0, 0.02, (3, n))
        return np.where(hard + noise < share, labels, 1 - labels)

    said = {option: runs(share) for option, share in shares.items()}
    return of_rows(tasks.get(name), labels, said, "made up")


ALIKE = {"full": 0.8, "0": 0.8, "1": 0.8, "2": 0.8, "3": 0.4}  # the last is worse, and only it


# What a request costs --------------------------------------------------------------------------


def test_a_request_for_one_task_runs_every_layer_wherever_the_taps_are():
    forms = {"a": "sentence", "b": "sentence"}
    for a, b in itertools.product(range(L + 1), repeat=2):
        assert layers_run(L, {"a": a, "b": b}, forms, EVEN, 0.0) == L


@pytest.mark.parametrize("a, b, expected", [(0, 0, 6), (2, 2, 4), (1, 2, 5), (3, 3, 3), (0, 3, 6)])
def test_two_tasks_about_one_input_run_the_trunk_once_and_each_branch(a, b, expected):
    """d + N·k layers, the deepest tap and what each has left."""
    forms = {"a": "sentence", "b": "sentence"}
    assert layers_run(L, {"a": a, "b": b}, forms, EVEN, 1.0) == expected


def test_a_sentence_and_a_pair_are_different_inputs():
    forms = {"a": "sentence", "b": "pair"}
    assert layers_run(L, {"a": 2, "b": 3}, forms, EVEN, 1.0) == L


@pytest.mark.parametrize("seed", range(5))
def test_the_mean_over_drawn_requests_is_what_is_counted(seed):
    random = np.random.default_rng(seed)
    names, forms = "abcd", dict(zip("abcd", ("s", "s", "p", "s"), strict=True))
    depths = {name: int(random.integers(0, L + 1)) for name in names}
    shares = dict(zip(names, random.dirichlet(np.ones(4)), strict=True))
    traffic = Traffic(shares, float(random.random()))
    ran = []
    for _ in range(20_000):
        task = random.choice(list(names), p=list(shares.values()))
        asked = [task]
        if random.random() < traffic.together:
            asked = [name for name in names if forms[name] == forms[task]]
        ran.append(max(depths[t] for t in asked) + sum(L - depths[t] for t in asked))
    assert layers_run(L, depths, forms, shares, traffic.together) == pytest.approx(
        np.mean(ran), abs=0.05
    )


def test_bytes_are_those_of_the_merged_model():
    planner = Planner([made_up("sst", ALIKE), made_up("sts", ALIKE)], CONFIG)
    plan = planner.plan(("1", "2"))
    widths = {"sst": 5, "sts": tasks.STS.num_classes}
    expected = accounting.merged(CONFIG, widths, {"sst": 1, "sts": 2}, 32).parameters * 4 / 1e6
    assert plan.costs["mb"] == pytest.approx(expected)
    assert plan.costs["macs"] == plan.costs["layers"] * accounting.layer_macs(CONFIG, 32) / 1e6


# The set ---------------------------------------------------------------------------------------


def test_every_plan_is_enumerated_once():
    planner = Planner([made_up("sst", ALIKE), made_up("quora", ALIKE, 1)], CONFIG)
    seen = [plan.options for plan in planner.plans]
    assert sorted(seen) == sorted(itertools.product("0123", repeat=2))


@pytest.mark.parametrize("seed", range(3))
def test_the_set_is_what_is_not_worse_and_its_cheapest_shares_most(seed):
    planner = Planner(
        [made_up("sst", ALIKE, seed), made_up("cfimdb", ALIKE, seed + 10)],
        CONFIG,
        Traffic.even(("sst", "cfimdb"), 1.0),
    )
    answer = planner.answer()
    assert {plan.options for plan in answer.same} == set(itertools.product("012", repeat=2))
    assert answer.cheapest.options == ("2", "2")
    assert answer.best in answer.same
    assert answer.regret is None or 0 <= answer.regret.value < answer.regret.high < 0.1
    assert risk(answer)


@pytest.mark.parametrize("seed", range(3))
def test_a_difference_of_plans_is_the_weighted_one_of_their_tasks(seed):
    one, other = made_up("sst", ALIKE, seed), made_up("quora", ALIKE, seed + 5, 900)
    planner = Planner([one, other], CONFIG, Traffic({"sst": 0.25, "quora": 0.75}))
    found = planner.difference(("3", "1"), ("0", "2"))
    parts = [one.difference("3", "0"), other.difference("1", "2")]
    assert found == weighted(parts, [0.25, 0.75])
    assert found.value == pytest.approx(0.25 * parts[0].value + 0.75 * parts[1].value)
    assert found.error**2 == pytest.approx(
        (0.25 * parts[0].error) ** 2 + (0.75 * parts[1].error) ** 2
    )
    alone = planner.difference(("3", "1"), ("0", "1"))
    assert alone.value == pytest.approx(0.25 * parts[0].value), "where they agree there is no error"
    assert planner.difference(("1", "1"), ("1", "1")) is None


def test_a_weighted_difference_has_the_interval_of_both_tasks_drawn_together():
    """Against a bootstrap that draws the rows of the two tasks in one round."""
    random = np.random.default_rng(3)
    labels = [random.integers(0, 2, n) for n in (300, 500)]
    pairs = [
        [np.where(random.random(len(y)) < share, y, 1 - y) for share in (0.8, 0.7)] for y in labels
    ]
    found = [compare(a, b, y, accuracy, 2000) for (a, b), y in zip(pairs, labels, strict=True)]
    rounds = []
    for _ in range(2000):
        total = 0.0
        for (a, b), y, weight in zip(pairs, labels, (0.3, 0.7), strict=True):
            rows = random.integers(0, len(y), len(y))
            total += weight * (accuracy(a[rows], y[rows]) - accuracy(b[rows], y[rows]))
        rounds.append(total)
    assert weighted(found, [0.3, 0.7]).error == pytest.approx(np.std(rounds), rel=0.1)


def test_a_budget_leaves_out_what_costs_more_and_says_what_the_cheapest_costs():
    planner = Planner(
        [made_up("sst", ALIKE), made_up("cfimdb", ALIKE)],
        CONFIG,
        Traffic.even(("sst", "cfimdb"), 1.0),
    )
    answer = planner.answer("layers", 4)
    assert all(plan.costs["layers"] <= 4 for plan in answer.affordable)
    assert len(answer.affordable) < len(planner.plans)
    with pytest.raises(MtsError, match=r"no plan costs 2 encoder layers .* sst 3, cfimdb 3, .* 3$"):
        planner.answer("layers", 2)
    with pytest.raises(MtsError, match=r"unit 'ms' is unknown; expected layers, macs, mb"):
        planner.answer("ms", 2)


# Floors ----------------------------------------------------------------------------------------


def floors_of(bag: float) -> tuple:
    both = [made_up(name, ALIKE | {BAG: bag}, seed) for seed, name in enumerate(("sst", "quora"))]
    answer = Planner(both, CONFIG).answer()
    return answer, {floor.name: floor for floor in answer.floors}


def test_a_bag_of_words_that_is_as_good_is_what_one_should_serve():
    answer, floors = floors_of(0.8)
    assert floors[BAG].is_enough
    assert floors[BAG].plan.costs["layers"] == 0
    assert any("do not serve a transformer" in line for line in advice(answer))
    assert "do not serve a transformer" in summary(
        Planner([made_up("sst", ALIKE | {BAG: 0.8})], CONFIG),
        Planner([made_up("sst", ALIKE | {BAG: 0.8})], CONFIG).answer(),
    )


def test_one_that_is_worse_is_shown_and_not_advised():
    answer, floors = floors_of(0.5)
    assert not floors[BAG].is_enough
    assert advice(answer) == []
    assert floors["most sharing: every layer frozen"].plan.options == ("3", "3")
    full = floors["no sharing: a full model per task"]
    assert full.plan.options == ("full", "full")
    assert full.plan.costs["mb"] > answer.best.costs["mb"]


# Recorded rows ---------------------------------------------------------------------------------


def test_what_was_not_compared_row_by_row_counts_as_scored_on_other_rows(snapshot, monkeypatch):
    """Each run has an interval of ± 0.02, so the difference one of about 0.02 · √2."""
    from mtslib.evidence import contrasts
    from mtslib.evidence.comparison import Difference

    snapshot(*(("sst", v, {"freeze_depth": d}) for d, v in ((None, 0.5), (1, 0.45), (2, 0.4))))
    (found,) = options.recorded(["sst"])
    assert found.scores == pytest.approx({"full": 0.5, "1": 0.45, "2": 0.4})
    assert found.depths == ["1", "2"]
    apart = found.difference("1", "2")
    assert (apart.value, apart.error) == pytest.approx((0.05, 0.02 / 1.96 * 2**0.5))

    runs = options._by_depth(["sst"], "minilm-l6")[tasks.SST]
    paired = Difference.of_error(-0.05, 0.001, 30, 100, 1)
    kept = {contrasts.contrast(runs["2"], runs["1"]): paired}
    monkeypatch.setattr(contrasts, "find", kept.get)
    (found,) = options.recorded(["sst"])
    assert found.difference("2", "1") == paired
    assert found.difference("1", "2") == paired.turned


def test_every_two_depths_are_wanted_once(snapshot):
    snapshot(*(("sst", 0.5, {"freeze_depth": d}) for d in (None, 0, 1, 2)), ("sts", 0.5, {}))
    wanted = options.wanted()
    assert len(wanted) == len(set(wanted)) == 6
    assert options.recorded(["quora"]) == []


# Refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shares, together, message",
    [
        ({"sst": 0.5}, 0, "in all 0.5; expected"),
        ({"sst": 1.5, "sts": -0.5}, 0, "shares of 0 or more"),
        ({"sst": float("nan")}, 0, "expected"),
        ({"sst": 1.0}, 1.5, "asked together is 1.5; expected 0 to 1"),
    ],
)
def test_traffic_that_cannot_be_is_refused(shares, together, message):
    with pytest.raises(MtsError, match=message):
        Traffic(shares, together)


def test_shares_of_other_tasks_and_tasks_without_depths_are_refused():
    with pytest.raises(MtsError, match="shares are given for quora; expected one for each of sst"):
        Planner([made_up("sst", ALIKE)], CONFIG, Traffic({"quora": 1.0}))
    with pytest.raises(MtsError, match="no run at a numbered freeze_depth is recorded for sst"):
        Planner([made_up("sst", {"full": 0.8})], CONFIG)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("--budget layers=many", "is not UNIT=NUMBER"),
        ("--shares sst:1", "is not TASK=SHARE"),
        ("--ours --results x", "say one of them"),
        ("--tokens 0", "expected 1 to 512"),
    ],
)
def test_the_command_refuses_in_one_line(arguments, message, capsys):
    assert main(["plan", *arguments.split()]) == 2
    assert message in capsys.readouterr().err


def test_milliseconds_are_measured_here():
    assert 0 < layer_ms(CONFIG, tokens=4, repeats=3) < 1000
