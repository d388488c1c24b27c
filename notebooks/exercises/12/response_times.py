"""Exercise 12.4: the time a client sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, listed


def response_times(arrivals: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """How long each client waits from sending a request to its answer.

    arrivals: when the requests come, in order. seconds: how long the server works on each. It
    takes them one at a time, in order, and begins as soon as it is free and the request is there
    (Lindley, 1952).
    """
    free = 0.0
    found = []
    for arrival, work in zip(arrivals, seconds, strict=True):
        begin = max(free, arrival)
        free = begin + work
        found.append(free - arrival)
    return found


def slow_response_times(arrivals: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """For each request by itself: when would it end, were it that the queue began at each other
    request before it? The latest of these is when it does.
    """
    found = []
    for number in range(len(arrivals)):
        ends = []
        for first in range(number + 1):
            work = 0.0
            for place in range(first, number + 1):
                work += seconds[place]
            ends.append(arrivals[first] + work)
        found.append(max(ends) - arrivals[number])
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A quiet server, a busy one, one that is overrun, and requests at the same moment."""
    found: dict[str, Any] = {}
    gaps, works = inputs.randn(12).abs(), inputs.randn(12).abs() + 0.1
    for words, gap in (("quiet", 5.0), ("busy", 1.2), ("overrun", 0.2)):
        arrivals = (1.0 + (gap * gaps).cumsum(0)).tolist()
        found[f"12 requests, {words}"] = listed(inputs.call(answer, arrivals, works.tolist()))
    found["three at the same moment"] = listed(inputs.call(answer, [2.0] * 3, [1.0, 0.5, 0.25]))
    found["a pause between"] = listed(inputs.call(answer, [0.0, 0.5, 9.0], [1.0, 1.0, 1.0]))
    return found


EXERCISE = Exercise(
    id="12.4",
    title="the time a client sees",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference=response_times,
    specification=slow_response_times,
    observe=observe,
    hints=(
        "Three requests at the same moment, one second of work each. The third client waits three "
        "seconds. What does your function say of it?",
        "Two things decide when work on a request begins: it has to be there, and the server has "
        "to be free. The client's clock runs from the arrival on, not from that moment.",
        "free = 0\nfor each arrival and its work:\n    begin = the later of free and arrival\n"
        "    free = begin + work\n    response time = free − arrival",
    ),
    mistakes=mistakes(r"""
        measured-from-the-beginning-of-work: the clock was started when the server began, so the
            time in the queue is in no figure; a load test that does so is said to omit it.
          look: the response time: from the arrival on.
          - free - arrival)
          + free - begin)
        only-the-waiting: the time in the queue was given without the work itself.
          look: the response time: until the answer, so up to the end of the work.
          - found.append(free - arrival)
          + found.append(begin - arrival)
        never-waits: work began at the arrival, whether or not the server was free.
          look: the beginning: the later of two moments.
          - max(free, arrival)
          + arrival
        never-idle: work began when the server was free, also before the request was there.
          look: the beginning: the later of two moments.
          - max(free, arrival)
          + free
        free-since-the-arrival: the server was said to be free again `work` after the arrival; it
            began later than that.
          look: when it is free: work after the beginning.
          - free = begin + work
          + free = arrival + work
          - found.append(free - arrival)
          + found.append(begin + work - arrival)
        the-end-not-the-time: the moment of the answer was given, not how long it took.
          look: the response time: the end minus the arrival.
          - found.append(free - arrival)
          + found.append(free)
    """),
    styles=styles(r"""
        the waiting carried on:
          def response_times(arrivals, seconds):
              found, waits = [], 0.0
              for number, work in enumerate(seconds):
                  if number:
                      gap = arrivals[number] - arrivals[number - 1]
                      waits = max(0.0, waits + seconds[number - 1] - gap)
                  found.append(waits + work)
              return found

        ends first:
          def response_times(arrivals, seconds):
              ends = []
              for arrival, work in zip(arrivals, seconds):
                  if ends and ends[-1] > arrival:
                      ends.append(ends[-1] + work)
                  else:
                      ends.append(arrival + work)
              return [end - arrival for end, arrival in zip(ends, arrivals)]
    """),
)
