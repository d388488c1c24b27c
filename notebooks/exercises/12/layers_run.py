"""Exercise 12.2: what is computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def layers_run(
    requests: Sequence[tuple[str, str]], taps: Mapping[str, int], num_layers: int
) -> int:
    """How many encoder layers run for requests that ride in one pass, summed over the rows.

    requests: (task, text); equal texts are equal rows. taps: by task, the depth d at which its
    branch leaves the trunk. A row runs through the trunk once, up to the deepest tap that reads
    it; a branch runs its num_layers − d layers once for each text that it is asked about.
    """
    deepest: dict[str, int] = {}
    for task, text in requests:
        deepest[text] = max(deepest.get(text, 0), taps[task])
    questions = set(requests)
    return sum(deepest.values()) + sum(num_layers - taps[task] for task, _ in questions)


def slow_layers_run(
    requests: Sequence[tuple[str, str]], taps: Mapping[str, int], num_layers: int
) -> int:
    """Layer by layer: whose weights, on which text? Each such run is written down once."""
    ran = []
    for task, text in requests:
        for layer in range(num_layers):
            whose = "the trunk's" if layer < taps[task] else task
            if (whose, layer, text) not in ran:
                ran.append((whose, layer, text))
    return len(ran)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One text for all, another for each, taps at several depths, the same question twice."""
    taps = {"sst": 4, "quora": 4, "sts": 2}
    drawn = inputs.randint(0, 4, (12,)).tolist()
    tasks = [inputs.pick(list(taps)) for _ in drawn]
    mixed = [(task, f"text {number}") for task, number in zip(tasks, drawn, strict=True)]
    own = {task: int(depth) for task, depth in zip(taps, inputs.randint(0, 7, (3,)), strict=True)}
    found: dict[str, Any] = {}
    for words, requests, depths, layers in (
        ("one request", [("sts", "a")], taps, 6),
        ("two tasks about one text, taps at 4", [("sst", "a"), ("quora", "a")], taps, 6),
        ("two tasks about two texts", [("sst", "a"), ("quora", "b")], taps, 6),
        ("taps at 4 and 2, the shallow one last", [("sst", "a"), ("sts", "a")], taps, 6),
        ("taps at 2 and 4, the deep one last", [("sts", "a"), ("sst", "a")], taps, 6),
        ("the same question three times", [("sst", "a")] * 3, taps, 6),
        ("12 requests about 4 texts", mixed, taps, 6),
        ("12 requests, other taps", mixed, own, 6),
        ("a model of 12 layers", mixed, taps, 12),
        ("a branch on the embeddings", [("sst", "a"), ("sst", "b")], {"sst": 0}, 6),
        ("no request", [], taps, 6),
    ):
        found[words] = inputs.call(answer, requests, depths, layers)
    return found


EXERCISE = Exercise(
    id="12.2",
    title="what is computed once",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=layers_run,
    specification=slow_layers_run,
    observe=observe,
    hints=(
        "Ask one task about two texts. Riding in one pass, do they save a layer? Then ask two "
        "tasks about one text.",
        "A layer's result can be used twice where the weights are the same and the input is the "
        "same. In the trunk the weights are the same for every task; in a branch, for one task.",
        "for each text: the deepest tap among the tasks that ask about it\n"
        "for each different (task, text): num_layers − its tap\nadd everything up",
    ),
    mistakes=mistakes(r"""
        trunk-for-each-request: every request had a trunk pass of its own; tasks about the same
            text share it.
          look: the trunk: once for each text, not for each request.
          - sum(deepest.values())
          + sum(taps[task] for task, _ in requests)
        one-trunk-for-the-pass: the trunk was counted once for the whole pass; it is loaded once,
            but it computes every text.
          look: the trunk: sum over the texts.
          - sum(deepest.values())
          + max(deepest.values(), default=0)
        first-tap-wins: the tap of the first task that asks was kept; a deeper one that comes later
            needs more of the trunk.
          look: the trunk's depth for a text: the deepest of all who ask.
          - max(deepest.get(text, 0), taps[task])
          + deepest.get(text, taps[task])
        last-tap-wins: the tap of the last task that asks took the place of a deeper one.
          look: the trunk's depth for a text: the deepest of all who ask.
          - max(deepest.get(text, 0), taps[task])
          + taps[task]
        whole-trunk-for-all: every text ran up to the deepest tap of the model, also where nobody
            asks for it.
          look: the trunk's depth for a text: the taps of those who ask about it.
          - max(deepest.get(text, 0), taps[task])
          + max(taps.values())
        same-question-twice: the same task was run twice on the same text.
          look: the branches: the different pairs of task and text.
          - set(requests)
          + list(requests)
        branches-shared-by-tasks: tasks about the same text were given one branch between them;
            above its tap every task has weights of its own.
          look: the branches: once for each task and text.
          - sum(num_layers - taps[task] for task, _ in questions)
          + sum(num_layers - depth for depth in deepest.values())
        branch-once-per-task: a branch was counted once, however many texts it is asked about.
          look: the branches: once for each task and text.
          - set(requests)
          + {task: (task, text) for task, text in requests}.values()
        whole-model-for-a-branch: a branch was counted with all layers; below its tap the trunk
            has done the work.
          look: the branches: num_layers − tap.
          - num_layers - taps[task]
          + num_layers
    """),
    styles=styles(r"""
        runs in a set:
          def layers_run(requests, taps, num_layers):
              trunk = {(text, n) for task, text in requests for n in range(taps[task])}
              branches = {
                  (task, text, n)
                  for task, text in requests
                  for n in range(taps[task], num_layers)
              }
              return len(trunk) + len(branches)

        text by text:
          def layers_run(requests, taps, num_layers):
              total = 0
              for text in {text for _, text in requests}:
                  tasks = {task for task, asked in requests if asked == text}
                  total += max(taps[task] for task in tasks)
                  for task in tasks:
                      total += num_layers - taps[task]
              return total

        sorted first:
          def layers_run(requests, taps, num_layers):
              by_tap = sorted(set(requests), key=lambda one: taps[one[0]])
              deepest = {text: taps[task] for task, text in by_tap}
              own = [num_layers - taps[task] for task, _ in by_tap]
              return sum([*deepest.values(), *own])
    """),
)
