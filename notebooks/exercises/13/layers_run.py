"""Exercise 13.1: what a request costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.serving.plan import layers_run


def slow_layers_run(
    num_layers: int,
    depths: Mapping[str, int],
    forms: Mapping[str, str],
    shares: Mapping[str, float],
    together: float,
) -> float:
    """Both kinds of request of every task, each with its layers put in a set and counted."""
    mean = 0.0
    for task in depths:
        asked = {"alone": [task], "at once": [t for t in depths if forms[t] == forms[task]]}
        for kind, share in (("alone", 1 - together), ("at once", together)):
            ran = {("trunk", n) for t in asked[kind] for n in range(depths[t])}
            ran |= {(t, n) for t in asked[kind] for n in range(depths[t], num_layers)}
            mean += shares[task] * share * len(ran)
    return mean


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two tasks by hand, then three of two forms with uneven shares."""
    even = {"mood": 0.5, "topic": 0.5}
    same = {"mood": "sentence", "topic": "sentence"}
    taps = {"mood": 4, "topic": 2}
    found = {
        f"two sentence tasks, taps 4 and 2 of 6 layers, together {share:g}": inputs.call(
            answer, 6, taps, same, even, share
        )
        for share in (1.0, 0.0, 0.5)
    }
    forms = {"mood": "sentence", "topic": "sentence", "twin": "pair"}
    low, high = sorted(inputs.randint(1, 5, (2,)).tolist())
    taps = {"mood": low, "topic": high + 1, "twin": inputs.pick((1, 3))}
    shares = {"mood": 0.5, "topic": 0.2, "twin": 0.3}
    for share in (1.0, 0.25):
        found[f"two sentence tasks and one for pairs, taps {taps}, together {share:g}"] = (
            inputs.call(answer, 6, taps, forms, shares, share)
        )
    found["one task, everything frozen"] = inputs.call(
        answer, 12, {"mood": 12}, {"mood": "sentence"}, {"mood": 1.0}, 0.5
    )
    return found


EXERCISE = Exercise(
    id="13.1",
    title="what a request costs",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=layers_run,
    specification=slow_layers_run,
    observe=observe,
    hints=(
        "Set together to 0. Whatever the taps, the answer is L. Is yours?",
        "A request for one task runs all L layers. One for every task of a form runs the trunk "
        "once, to the deepest of their taps, and for each task the L − d layers above its own tap.",
        "for each form:\n    its taps; its share: the sum of its tasks' shares\n"
        "    at_once += share · (max(taps) + sum of L − tap)\n"
        "(1 − together) · L + together · at_once",
    ),
    mistakes=mistakes(r"""
        forms-not-kept-apart: tasks of two forms were put in one pass, but a sentence and a pair
            are different inputs.
          look: the loop: one form at a time.
          def layers_run(num_layers, depths, forms, shares, together):
              taps = list(depths.values())
              at_once = max(taps) + sum(num_layers - tap for tap in taps)
              return (1 - together) * num_layers + together * at_once
        trunk-to-the-shallowest-tap: the trunk was run to the shallowest tap; the branch that taps
            deepest would have nothing to read.
          look: the trunk: max, not min.
          - max(taps)
          + min(taps)
        trunk-once-per-task: each task got a trunk pass of its own: that is what separate models do.
          look: the trunk: once for all tasks of the form.
          - (max(taps) + sum(num_layers - tap for tap in taps))
          + sum(num_layers for tap in taps)
        branches-forgotten: only the trunk was counted; each task still runs its own L − d layers.
          look: what is added to the deepest tap.
          - (max(taps) + sum(num_layers - tap for tap in taps))
          + max(taps)
        branches-above-the-deepest-tap: every branch was counted from the deepest tap; each begins
            at its own.
          look: the branches: L minus each task's own tap.
          - num_layers - tap for tap in taps
          + num_layers - max(taps) for tap in taps
        alone-costs-less: a request for one task was given its branch only; the trunk runs for it
            too.
          look: what is not asked together: all L layers.
          - (1 - together) * num_layers
          + (1 - together) * sum(s * (num_layers - depths[t]) for t, s in shares.items())
        together-turned-round: the share of requests asked together was used for those asked alone.
          look: the last line: (1 − together) belongs to L.
          - (1 - together) * num_layers + together * at_once
          + together * num_layers + (1 - together) * at_once
        forms-weighted-alike: each form counted once, whatever its share of the requests.
          look: the weight of a form: the sum of its tasks' shares.
          - share * (max(taps)
          + (max(taps)
        sum-over-forms-not-share: the shares of all tasks were summed for each form.
          look: the weight of a form: only the tasks of this form.
          - sum(shares[task] for task in depths if forms[task] == form)
          + sum(shares.values())
    """),
    styles=styles(r"""
        task by task:
          def layers_run(num_layers, depths, forms, shares, together):
              mean = 0.0
              for task, share in shares.items():
                  taps = [depths[other] for other in depths if forms[other] == forms[task]]
                  shared = max(taps) + sum(num_layers - tap for tap in taps)
                  mean += share * ((1 - together) * num_layers + together * shared)
              return mean

        what is saved:
          def layers_run(num_layers, depths, forms, shares, together):
              mean = float(num_layers)
              for form in set(forms.values()):
                  names = [task for task in depths if forms[task] == form]
                  extra = len(names) * num_layers - num_layers
                  saved = sum(depths[task] for task in names) - max(depths[task] for task in names)
                  mean += together * sum(shares[task] for task in names) * (extra - saved)
              return mean
    """),
)
