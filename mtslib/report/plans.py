"""Chapter 13's pictures: what each depth costs and scores, and the plans that a budget allows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, PALE, Picture
from mtslib.serving.plan import UNITS, Answer, Planner, risk


def depth_table(planner: Planner) -> pd.DataFrame:
    """The same depth for every task: layers per request, MB, and each task's score."""
    rows = []
    for depth in _shared_depths(planner):
        plan = planner.plan([depth] * len(planner.tasks))
        row = {"freeze_depth": depth, "layers": round(plan.costs["layers"], 2)}
        row |= {"MB": round(plan.costs["mb"], 1)}
        scores = {one.task.name: round(one.scores[depth], 3) for one in planner.options}
        rows.append(row | scores | {"mean": round(plan.score, 3)})
    return pd.DataFrame(rows)


def _shared_depths(planner: Planner) -> list[str]:
    return [d for d in planner.options[0].depths if all(d in o.depths for o in planner.options)]


def depth_view(planner: Planner, depth: str) -> tuple[Picture, list[str]]:
    """One depth for every task: its scores beside those of the other depths, and its cost."""
    names = _shared_depths(planner)
    figure, (axes,) = plots.figure(5.2, 3.0)
    looks = plots.task_looks(planner.tasks)
    said = []
    for one in planner.options:
        colour, marker = looks[one.task.name]
        values = [one.scores[name] for name in names]
        axes.plot(names, values, color=colour, marker=marker, label=one.task.name, clip_on=False)
        said.append(f"{one.task.name} {one.scores[depth]:.3f}")
    axes.axvspan(names.index(depth) - 0.3, names.index(depth) + 0.3, color=PALE, zorder=0)
    axes.set_xlabel("freeze_depth of every task")
    axes.set_ylabel("dev score")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)
    plan = planner.plan([depth] * len(planner.tasks))
    alt = (
        f"Dev scores by freeze depth, one line per task ({_looks_in_words(looks)}); depth {depth} "
        f"is marked: {', '.join(said)}."
    )
    lines = [
        f"freeze_depth = {depth}",
        f"with it for every task a request runs {plan.costs['layers']:.2f} encoder layers",
        f"the model takes {plan.costs['mb']:.1f} MB",
        f"dev scores: {', '.join(said)}; their mean, by shares, {plan.score:.3f}",
    ]
    return Picture(figure, alt), lines


def _looks_in_words(looks: dict[str, tuple[str, str]]) -> str:
    return ", ".join(f"{task} {plots.MARKER_WORDS[marker]}" for task, (_, marker) in looks.items())


def layers_by_share(
    planners: Sequence[Planner], depths: Sequence[str]
) -> tuple[Picture, pd.DataFrame]:
    """Layers a request by depth, one line for each share of requests asked together.

    planners: alike but for their traffic.
    """
    figure, (axes,) = plots.figure(5.2, 3.0)
    table = pd.DataFrame({"freeze_depth": list(depths)})
    for planner, (colour, marker, stroke) in zip(planners, plots.LINES, strict=False):
        together = f"{planner.traffic.together:.0%} asked together"
        plans = [planner.plan([depth] * len(planner.tasks)) for depth in depths]
        layers = [plan.costs["layers"] for plan in plans]
        axes.plot(depths, layers, color=colour, marker=marker, linestyle=stroke, label=together)
        table[together] = [round(value, 2) for value in layers]
    axes.set_xlabel("freeze_depth of every task")
    axes.set_ylabel("layers per request")
    axes.set_ylim(0)
    axes.legend(loc="lower left")
    ends = [f"{n} from {table[n].iloc[0]:g} to {table[n].iloc[-1]:g}" for n in table.columns[1:]]
    return Picture(figure, f"Layers a request by freeze depth: {'; '.join(ends)}."), table


def budget_view(planner: Planner, answer: Answer, limit: float) -> tuple[Picture, list[str]]:
    """Every plan by cost and score: beyond the budget, within it, in the set; two are marked."""
    unit = answer.unit
    figure, (axes,) = plots.figure(6.0, 4.2)
    same = {plan.options for plan in answer.same}
    allowed = {plan.options for plan in answer.affordable}
    groups = {
        f"beyond the budget ({len(planner.plans) - len(allowed)})": (
            [p for p in planner.plans if p.options not in allowed],
            {"color": GREY, "marker": "x", "s": 14, "alpha": 0.4},
        ),
        f"within it, worse than the best ({len(allowed) - len(same)})": (
            [p for p in planner.plans if p.options in allowed - same],
            {"color": GREY, "marker": ".", "s": 18},
        ),
        f"not distinguishable from the best ({len(same)})": (
            answer.same,
            {"color": BLUE, "marker": "o", "s": 24},
        ),
        "the best": ([answer.best], {"color": INK, "marker": "^", "s": 80}),
        "the cheapest of the set": ([answer.cheapest], {"color": ORANGE, "marker": "s", "s": 70}),
    }
    for label, (plans, look) in groups.items():
        costs, scores = [p.costs[unit] for p in plans], [p.score for p in plans]
        axes.scatter(costs, scores, label=label, linewidths=1, **look)
    axes.axvline(limit, color=INK, linewidth=1, linestyle="--")
    axes.set_xlabel(UNITS[unit])
    axes.set_ylabel("mean dev score")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8)
    lines = answer_lines(planner, answer, limit)
    return Picture(figure, "Every plan by cost and score. " + "; ".join(lines) + "."), lines


def answer_lines(planner: Planner, answer: Answer, limit: float) -> list[str]:
    """An answer in words, line by line."""
    unit = UNITS[answer.unit]
    return [
        f"budget = {limit:g}",
        f"{unit}: {len(answer.affordable)} of {answer.plans} plans fit, {len(answer.same)} are not "
        "distinguishable from the best of them",
        f"best: {planner.named(answer.best)}, score {answer.best.score:.3f}, costs "
        f"{answer.best.costs[answer.unit]:.4g}",
        f"cheapest of the set: {planner.named(answer.cheapest)}, score "
        f"{answer.cheapest.score:.3f}, costs {answer.cheapest.costs[answer.unit]:.4g}",
        f"risk: {risk(answer)}",
    ]


def budget_table(planner: Planner, unit: str, limits: Sequence[float]) -> pd.DataFrame:
    """The answers to several budgets, a row each."""
    rows = []
    for limit in limits:
        answer = planner.answer(unit, limit)
        rows.append(
            {
                f"budget ({unit})": f"{round(limit, 2):g}",
                "plans": len(answer.affordable),
                "in the set": len(answer.same),
                "best": f"{planner.named(answer.best)}: {answer.best.score:.3f}",
                "cheapest of the set": (
                    f"{planner.named(answer.cheapest)}: {answer.cheapest.score:.3f}"
                ),
                "costs": f"{answer.cheapest.costs[unit]:.4g}",
                "risk, up to": "0" if answer.regret is None else f"{answer.regret.high:.3f}",
            }
        )
    return pd.DataFrame(rows)


def floor_table(answer: Answer) -> pd.DataFrame:
    """The floors beside the best plan."""
    return pd.DataFrame(
        {
            "floor": floor.name,
            "score": f"{floor.plan.score:.3f}",
            "layers": f"{floor.plan.costs['layers']:.2f}",
            "MB": f"{floor.plan.costs['mb']:.1f}",
            "best plan − this": "not worked out" if floor.behind is None else str(floor.behind),
            "in the set?": "yes" if floor.is_enough else "no",
        }
        for floor in answer.floors
    )
