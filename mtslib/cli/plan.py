"""The command that chooses depths: `plan`."""

from __future__ import annotations

from argparse import Namespace

from mtslib.base.errors import MtsError
from mtslib.base.paths import expanded
from mtslib.cli.parser import DATA, by_task, command, named, option


@command(
    "plan",
    "choose a freeze depth per task for a budget, from recorded rows",
    "plan --tasks sst,sts,quora --together 0.5 --budget layers=6.5",
    option("--tasks", default="sst,sts,quora", metavar="T,…", help="names and task files"),
    option("--shares", metavar="T=S,…", help="of the requests, by task; else all alike"),
    option("--together", type=float, default=0.0, metavar="S", help="share asked of all at once"),
    option("--budget", default="layers", metavar="UNIT[=N]", help="layers, macs, ms or mb"),
    option("--tokens", type=int, default=32, help="of an input"),
    option("--ours", action="store_true", help="rows of our own sentences, not of the real data"),
    option("--results", type=expanded, metavar="DIR", help="rows of a sweep of your own"),
    option("--backbone", type=named, default="minilm-l6", help="a name, or a folder"),
    DATA,
)
def _plan(options: Namespace) -> None:
    if options.ours and options.results:
        raise MtsError("--ours and --results name two sources of rows; say one of them")
    if not 1 <= options.tokens <= 512:
        raise MtsError(f"--tokens is {options.tokens}; expected 1 to 512")
    unit, limit = _budget(options.budget)

    from mtslib import backbones
    from mtslib.serving import plan

    names = [name for name in options.tasks.split(",") if name]
    found = _options(options, names)
    backbone = backbones.load(options.backbone)
    known = [one.task.name for one in found]
    traffic = plan.Traffic(_shares(options.shares, known), options.together)
    milliseconds = plan.layer_ms(backbone.config, options.tokens) if unit == "ms" else None
    planner = plan.Planner(found, backbone.config, traffic, milliseconds, options.tokens)
    for one in found:
        print(one.source)
    print(plan.summary(planner, planner.answer(unit, limit)))


def _options(options: Namespace, names: list[str]) -> list:
    from mtslib.evidence import options as rows

    if options.ours:
        return [rows.own(name) for name in names]
    if options.results:
        return [rows.swept(name, options.results, options.data) for name in names]
    found = rows.recorded(names, options.backbone)
    if len(found) < len(names):
        have = [one.task.name for one in found]
        raise MtsError(
            f"of {', '.join(names)} only {', '.join(have) or 'none'} has recorded rows on "
            f"{options.backbone}; `python -m mtslib sweep --results DIR` records others, and "
            "`plan --results DIR` reads them"
        )
    return found


def _budget(text: str) -> tuple[str, float | None]:
    """`layers=6.5` → (`layers`, 6.5); `layers` → (`layers`, None)."""
    unit, sign, number = text.partition("=")
    try:
        limit = float(number) if sign else None
    except ValueError:
        raise MtsError(f"--budget {text!r} is not UNIT=NUMBER, for example layers=6.5") from None
    if limit is not None and not 0 < limit < float("inf"):
        raise MtsError(f"--budget {text!r} is out of range; expected a number above 0")
    return unit, limit


def _shares(text: str | None, names: list[str]) -> dict[str, float]:
    """`sst=0.5,sts=0.5` → shares by task; all alike where nothing is said."""
    if text is None:
        return dict.fromkeys(names, 1 / len(names))
    return by_task("--shares", text, "SHARE, for example sst=0.5", float)
