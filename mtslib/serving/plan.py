"""A freeze depth for each task, for a budget: which plans are not distinguishable from the best.

A plan is one depth per task. Every plan is enumerated; the answer is a set, since scores have
errors: the best plan that the budget allows, those not distinguishable from it, the cheapest of
them, and what one risks by taking that one. Chapter 13.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from mtslib.base.errors import MtsError
from mtslib.evidence.baselines import BAG
from mtslib.evidence.comparison import WORSE, Difference, verdicts, weighted
from mtslib.evidence.options import FULL, Options
from mtslib.finetune import objectives
from mtslib.minbert.config import BertConfig
from mtslib.minbert.encoder import EncoderLayer
from mtslib.serving import accounting

UNITS = {
    "layers": "encoder layers per request",
    "macs": "million multiply-adds a request",
    "ms": "milliseconds per request, one at a time",
    "mb": "MB of weights in fp32",
}
MOST = 200_000  # plans that are enumerated
TOKENS = 32  # of an input, unless told otherwise


@dataclass(frozen=True)
class Traffic:
    """What is asked.

    shares: of the requests, by task; they sum to 1. together: of all requests, the share that asks
    every task of its form (sentence or pair) about one input; the others ask one task.
    """

    shares: Mapping[str, float]
    together: float = 0.0

    def __post_init__(self) -> None:
        total = sum(self.shares.values())
        if not (all(share >= 0 for share in self.shares.values()) and abs(total - 1) < 1e-6):
            raise MtsError(
                f"the shares of the tasks are {dict(self.shares)}, in all {total:g}; expected "
                "shares of 0 or more that sum to 1"
            )
        if not 0 <= self.together <= 1:
            raise MtsError(f"the share asked together is {self.together:g}; expected 0 to 1")

    @classmethod
    def even(cls, names: Sequence[str], together: float = 0.0) -> Traffic:
        """Every task as often as any other."""
        return cls(dict.fromkeys(names, 1 / len(names)), together)


def layers_run(
    num_layers: int,
    depths: Mapping[str, int],
    forms: Mapping[str, str],
    shares: Mapping[str, float],
    together: float,
) -> float:
    """Encoder layers that a merged model runs for a request, on average.

    A request for one task runs all L, wherever the tap is. One for every task of a form runs the
    trunk once, to the deepest tap among them, and each branch's L − d. depths: by task, the tap.
    forms: by task, what it reads; tasks of two forms never read the same input. shares, together:
    as in `Traffic`.
    """
    at_once = 0.0
    for form in dict.fromkeys(forms.values()):
        taps = [depths[task] for task in depths if forms[task] == form]
        share = sum(shares[task] for task in depths if forms[task] == form)
        at_once += share * (max(taps) + sum(num_layers - tap for tap in taps))
    return (1 - together) * num_layers + together * at_once


@dataclass(frozen=True)
class Plan:
    """An option for each task. score: the mean over tasks, by their shares. costs: by unit."""

    options: tuple[str, ...]
    score: float
    costs: Mapping[str, float]


@dataclass(frozen=True)
class Floor:
    """A simple way to serve everything. behind: the best plan minus this one, where it is known."""

    name: str
    plan: Plan
    behind: Difference | None

    @property
    def is_enough(self) -> bool:
        """Whether it is known and not distinguishable from the best plan, or better."""
        return self.behind is not None and verdicts([self.behind])[0] != "better"


@dataclass(frozen=True)
class Answer:
    """What a budget allows.

    affordable: every plan within the budget, cheapest first. best: of the highest score. same:
    those of `affordable` that are not distinguishable from the best, cheapest first, the best among
    them. unit: in which cheap is meant. plans: how many there are in all.
    """

    tasks: tuple[str, ...]
    unit: str
    plans: int
    affordable: list[Plan]
    best: Plan
    same: list[Plan]
    regret: Difference | None
    floors: list[Floor]

    @property
    def cheapest(self) -> Plan:
        """Of the plans not distinguishable from the best."""
        return self.same[0]


class Planner:
    """Every plan of some tasks, scored and counted once, and asked about many budgets.

    options: one for each task. layer_ms: milliseconds of one encoder layer here, see `layer_ms`.
    tokens: of an input. Raises MtsError where there are too many plans or a task has no depth.
    """

    def __init__(
        self,
        options: Sequence[Options],
        config: BertConfig,
        traffic: Traffic | None = None,
        layer_ms: float | None = None,
        tokens: int = TOKENS,
    ) -> None:
        self.options, self.config, self.tokens = list(options), config, tokens
        self.tasks = tuple(one.task.name for one in self.options)
        self.traffic = traffic or Traffic.even(self.tasks)
        self.layer_ms = layer_ms
        if set(self.traffic.shares) != set(self.tasks):
            raise MtsError(
                f"shares are given for {', '.join(self.traffic.shares)}; expected one for each of "
                f"{', '.join(self.tasks)}"
            )
        bare = [one.task.name for one in self.options if not one.depths]
        if bare:
            raise MtsError(f"no run at a numbered freeze_depth is recorded for {', '.join(bare)}")
        count = int(np.prod([len(one.depths) for one in self.options]))
        if count > MOST:
            raise MtsError(f"{count:,} plans are too many; at most {MOST:,}: leave tasks out")

    @cached_property
    def plans(self) -> list[Plan]:
        """Every combination of depths."""
        return [
            self.plan(chosen) for chosen in itertools.product(*(o.depths for o in self.options))
        ]

    def plan(self, chosen: Sequence[str]) -> Plan:
        """One numbered depth for each task."""
        depths = {task: int(depth) for task, depth in zip(self.tasks, chosen, strict=True)}
        shares, together = self.traffic.shares, self.traffic.together
        layers = layers_run(self.config.num_layers, depths, self._forms, shares, together)
        parameters = accounting.merged(self.config, self._widths, depths, self.tokens).parameters
        return Plan(tuple(chosen), self._score(chosen), self._costs(layers, parameters))

    def _score(self, chosen: Sequence[str]) -> float:
        pairs = zip(self.options, chosen, strict=True)
        return sum(self.traffic.shares[o.task.name] * o.scores[name] for o, name in pairs)

    def _costs(self, layers: float, parameters: int) -> dict[str, float]:
        costs = {
            "layers": layers,
            "macs": layers * accounting.layer_macs(self.config, self.tokens) / 1e6,
            "mb": parameters * 4 / 1e6,
        }
        return costs if self.layer_ms is None else costs | {"ms": layers * self.layer_ms}

    @cached_property
    def _forms(self) -> dict[str, str]:
        return {o.task.name: "pair" if o.task.is_pair else "sentence" for o in self.options}

    @cached_property
    def _widths(self) -> dict[str, int]:
        return {o.task.name: objectives.head_width(o.task) for o in self.options}

    def difference(self, first: Sequence[str], second: Sequence[str]) -> Difference | None:
        """The score of one plan minus that of another; None where a part was not worked out.

        Tasks on which they agree add neither a difference nor an error. Two equal plans have none.
        """
        parts, shares = [], []
        for one, a, b in zip(self.options, first, second, strict=True):
            if a != b and self.traffic.shares[one.task.name]:
                parts.append(one.difference(a, b))
                shares.append(self.traffic.shares[one.task.name])
        return weighted(parts, shares) if parts and None not in parts else None

    def worse(self, than: Plan, among: Sequence[Plan]) -> set[tuple[str, ...]]:
        """The options of those plans that are worse than one, by their paired comparisons with it.

        Corrected for how many are compared (Holm). Where a part was not worked out, none is worse.
        """
        found = [(p, self.difference(p.options, than.options)) for p in among]
        known = [(p, one) for p, one in found if one is not None]
        said = verdicts([one for _, one in known])
        return {p.options for (p, _), word in zip(known, said, strict=True) if word == WORSE}

    def answer(self, unit: str = "layers", limit: float | None = None) -> Answer:
        """The plans for a budget. limit: in `unit`, a key of `UNITS`; None for no limit.

        Raises MtsError where no plan is so cheap, naming what the cheapest costs.
        """
        if unit not in UNITS or unit not in self.plans[0].costs:
            raise MtsError(f"unit {unit!r} is unknown; expected {', '.join(self.plans[0].costs)}")
        ordered = sorted(self.plans, key=lambda p: (p.costs[unit], p.costs["mb"], -p.score))
        affordable = [p for p in ordered if limit is None or p.costs[unit] <= limit]
        if not affordable:
            least = ordered[0]
            raise MtsError(
                f"no plan costs {limit:g} {UNITS[unit]} or less; the cheapest, "
                f"{self.named(least)}, costs {least.costs[unit]:.3g}"
            )
        best = max(affordable, key=lambda p: p.score)
        gone = self.worse(best, affordable)
        same = [p for p in affordable if p.options not in gone]
        regret = self.difference(best.options, same[0].options)
        floors = self._floors(best)
        return Answer(self.tasks, unit, len(self.plans), affordable, best, same, regret, floors)

    def _floors(self, best: Plan) -> list[Floor]:
        """Everything shared, nothing shared, and no transformer at all."""
        last = [one.depths[-1] for one in self.options]
        floors = [("most sharing: every layer frozen", self.plan(last))]
        for name, words in ((FULL, "no sharing: a full model per task"), (BAG, BAG)):
            if all(name in one.scores for one in self.options):
                chosen = (name,) * len(self.options)
                costs = self._separate() if name == FULL else self._costs(0.0, 0)
                floors.append((words, Plan(chosen, self._score(chosen), costs)))
        return [Floor(w, p, self.difference(best.options, p.options)) for w, p in floors]

    def _separate(self) -> dict[str, float]:
        """Separate models: a request for every task of a form runs each of them."""
        num_layers, shares = self.config.num_layers, self.traffic.shares
        counts = {form: list(self._forms.values()).count(form) for form in self._forms.values()}
        at_once = sum(shares[task] * counts[self._forms[task]] for task in self.tasks) * num_layers
        layers = (1 - self.traffic.together) * num_layers + self.traffic.together * at_once
        parameters = accounting.separate(self.config, self._widths, self.tokens).parameters
        return self._costs(layers, parameters)

    def named(self, plan: Plan) -> str:
        """`sst 4, sts 2`."""
        return ", ".join(f"{t} {o}" for t, o in zip(self.tasks, plan.options, strict=True))


def layer_ms(config: BertConfig, tokens: int = TOKENS, repeats: int = 20) -> float:
    """Milliseconds of one encoder layer on one input here: the median of `repeats`, eval mode."""
    torch.manual_seed(0)
    layer = EncoderLayer(config).eval()
    hidden, bias = torch.randn(1, tokens, config.hidden_size), torch.zeros(1, 1, 1, tokens)
    seconds = []
    with torch.inference_mode():
        for _ in range(repeats + 3):
            started = time.perf_counter()
            layer(hidden, bias)
            seconds.append(time.perf_counter() - started)
    return float(np.median(seconds[3:])) * 1e3


def summary(planner: Planner, answer: Answer, most: int = 5) -> str:
    """An answer in words. most: plans of the set that are listed."""
    unit = UNITS[answer.unit]

    def line(plan: Plan) -> str:
        cost = f"{plan.costs[answer.unit]:.4g} {unit}, {plan.costs['mb']:.1f} MB"
        return f"{planner.named(plan)}: score {plan.score:.3f}, {cost}"

    lines = [
        f"{answer.plans:,} plans, {len(answer.affordable):,} within the budget, "
        f"{len(answer.same):,} not distinguishable from the best",
        f"best      {line(answer.best)}",
        f"cheapest  {line(answer.cheapest)}",
        f"risk      {risk(answer)}",
    ]
    rest = [p for p in answer.same if p not in (answer.best, answer.cheapest)][:most]
    lines += [f"also      {line(plan)}" for plan in rest]
    for floor in answer.floors:
        behind = "not worked out" if floor.behind is None else f"best − this {floor.behind.written}"
        lines.append(f"floor     {floor.name}: score {floor.plan.score:.3f}, {behind}")
    return "\n".join([*lines, *advice(answer)])


def risk(answer: Answer) -> str:
    """What the cheapest plan of the set may cost in score, beside the best."""
    if answer.cheapest == answer.best:
        return "none beside the best plan: it is the cheapest of its set"
    if answer.regret is None:
        return "not worked out: `record --publish` does it where the labels are"
    return (
        f"{answer.regret.value:.3f} of score as measured, up to {max(0, answer.regret.high):.3f} "
        "(upper end of the paired 95 % interval)"
    )


def advice(answer: Answer) -> list[str]:
    """What the floors allow to be said."""
    found = []
    for floor in answer.floors:
        if floor.is_enough and floor.plan.options[0] == BAG:
            found.append(
                f"{BAG} is not distinguishable from it: do not serve a transformer for this"
            )
        elif floor.is_enough and floor.plan.options[0] != FULL:
            found.append("linear probes on a frozen model are enough: share every layer")
    return found
