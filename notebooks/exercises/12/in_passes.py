"""Exercise 12.5: idle-first, or a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, listed


def in_passes(
    arrivals: Sequence[float], cost: Callable[[int], float], most: int, window: float = 0.0
) -> list[float]:
    """How long each client waits when requests ride in passes.

    arrivals: when the requests come, in order. cost: of a pass, in seconds, by how many ride; at
    most `most` do. A pass begins once the model is free and the oldest request has waited for
    `window` seconds, or earlier, once `most` are there. Those who have come by then ride.
    With a window of 0 no request waits while the model is idle.
    """
    found: list[float] = []
    free, first = 0.0, 0
    while first < len(arrivals):
        begin = arrivals[first] + window
        if first + most <= len(arrivals):
            begin = min(begin, arrivals[first + most - 1])
        begin = max(begin, free)
        there = sum(arrival <= begin for arrival in arrivals[first:])
        riders = min(there, most)
        free = begin + cost(riders)
        found += [free - arrival for arrival in arrivals[first : first + riders]]
        first += riders
    return found


def slow_in_passes(
    arrivals: Sequence[float], cost: Callable[[int], float], most: int, window: float = 0.0
) -> list[float]:
    """From one moment at which something happens to the next: may a pass begin now?"""
    waiting, found, free = list(arrivals), [], 0.0
    while waiting:
        moments = sorted([*waiting, waiting[0] + window, free])
        for now in moments:
            there = [arrival for arrival in waiting if arrival <= now]
            if not there or now < free:
                continue
            if len(there) >= most or now >= waiting[0] + window:
                riding = there[:most]
                break
        free = now + cost(len(riding))
        for arrival in riding:
            found.append(free - arrival)
            waiting.remove(arrival)
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A lone request, a few, a crowd; without a window and with one; and a pass that is full."""

    def cost(riders: int) -> float:
        return 1.0 + 0.25 * riders

    def asked(words: str, arrivals: list[float], most: int, window: float) -> None:
        times = inputs.call(answer, arrivals, cost, most, window)
        found[f"{words}, window {window:g}"] = listed(times)

    found: dict[str, Any] = {}
    gaps = inputs.randn(16).abs() + 0.01
    for window in (0.0, 1.5):
        asked("one request", [3.0], 4, window)
        for words, gap in (("few", 4.0), ("many", 0.7), ("a crowd", 0.1)):
            asked(f"{words}, passes of 4", (gap * gaps).cumsum(0).tolist(), 4, window)
        asked("passes of one", (0.7 * gaps).cumsum(0).tolist(), 1, window)
    asked("full before the window ends", [0.0, 0.5, 1.0, 9.0], 3, 5.0)
    asked("as many as fill a pass, and no more", [0.0, 0.5, 1.0], 3, 5.0)
    dear = [1.0, 1.5, 9.0], lambda riders: 0.4 + riders, 3
    found["no window said"] = listed(inputs.call(answer, *dear))
    return found


EXERCISE = Exercise(
    id="12.5",
    title="idle-first, or a window",
    minutes=20,
    difficulty="demanding",
    core=True,
    reference=in_passes,
    specification=slow_in_passes,
    observe=observe,
    hints=(
        "One request, at 3 seconds, nobody before it, window 0: its answer comes after cost(1) and "
        "not a moment later. What does your function give? And with a window of 1.5?",
        "Go from pass to pass, not from request to request. When may the next pass begin? The "
        "window runs from the arrival of the oldest who waits, a full pass need not wait for it, "
        "and nothing begins before the model is free. Whoever has come by then rides, up to "
        "`most`.",
        "while requests are left:\n    begin = oldest arrival + window\n    if there are `most` "
        "left: begin = the earlier of that and the arrival that fills the pass\n    begin = the "
        "later of that and free\n    riders = those who have come by `begin`, at most `most`\n"
        "    free = begin + cost(riders); each rider's time = free − its arrival",
    ),
    mistakes=mistakes(r"""
        window-while-busy: the window was begun when the model became free; it runs from the
            arrival of the oldest, so that who waited for the model has waited.
          look: the beginning: arrival + window, and only then the later of that and free.
          - begin = arrivals[first] + window
          + begin = max(arrivals[first], free) + window
        waits-for-a-full-pass: a pass began only when it was full; the last ones wait for company
            that never comes.
          look: the beginning: after the window, full or not.
          - begin = min(begin, arrivals[first + most - 1])
          + begin = arrivals[first + most - 1]
        full-and-still-waiting: a pass that was full waited for the end of its window.
          look: the beginning: the earlier of the window's end and the arrival that fills it.
          - begin = min(begin, arrivals[first + most - 1])
          + pass
        begins-while-busy: a pass began although the one before it had not ended.
          look: the beginning: not before free.
          - begin = max(begin, free)
          + pass
        one-at-a-time: each pass took one request, whoever else was there.
          look: the riders: all who have come by the beginning, up to `most`.
          - min(there, most)
          + 1
        no-limit: everybody who was there rode, more than `most`.
          look: the riders: at most `most`.
          - min(there, most)
          + there
        boarded-during-the-pass: who came while the pass was running rode in it.
          look: the riders: those who have come by its beginning.
          - sum(arrival <= begin for arrival in arrivals[first:])
          + sum(arrival <= begin + cost(1) for arrival in arrivals[first:])
        cost-of-one: a pass was said to cost what it costs for one rider.
          look: the cost: by how many ride.
          - cost(riders)
          + cost(1)
        cost-for-each-rider: the cost of one was taken once for each rider, as though they had been
            answered one after the other.
          look: the cost: cost(riders), once.
          - cost(riders)
          + riders * cost(1)
        measured-from-the-beginning: the clock was started when the pass began; the client's starts
            when the request is sent.
          look: each rider's time: from its own arrival.
          - free - arrival for arrival
          + free - begin for _
        same-time-for-all: every rider was given the time of the oldest.
          look: each rider's time: from its own arrival.
          - free - arrival for arrival
          + free - arrivals[first] for _
    """),
    styles=styles(r"""
        a list that shrinks:
          def in_passes(arrivals, cost, most, window=0.0):
              left, times, free = list(arrivals), [], 0.0
              while left:
                  full = left[most - 1] if len(left) >= most else float("inf")
                  begin = max(free, min(left[0] + window, full))
                  riding = [arrival for arrival in left[:most] if arrival <= begin]
                  free = begin + cost(len(riding))
                  times.extend(free - arrival for arrival in riding)
                  left = left[len(riding):]
              return times

        counted on:
          def in_passes(arrivals, cost, most, window=0.0):
              n, first, free, ends = len(arrivals), 0, 0.0, []
              while first < n:
                  begin = max(free, arrivals[first] + window)
                  last = first + most - 1
                  if last < n and max(arrivals[last], free) < begin:
                      begin = max(arrivals[last], free)
                  after = first
                  while after < n and after < first + most and arrivals[after] <= begin:
                      after += 1
                  free = begin + cost(after - first)
                  ends += [free] * (after - first)
                  first = after
              return [end - arrival for end, arrival in zip(ends, arrivals)]
    """),
)
