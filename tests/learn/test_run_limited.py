"""Whatever an answer does, the learner gets a sentence, and the notebook goes on."""

from __future__ import annotations

import signal
import sys
import time

import pytest
from answers import POOL, QUICK, written

from mtslib.learn import run_limited, show
from mtslib.learn.checking import FAILED, NOT_ATTEMPTED, PASSED, examine
from mtslib.learn.inputs import AnswerError, SeededInputs
from mtslib.minbert.model import mean_pool

RIGHT = "return (hidden * attention_mask[..., None]).sum(1) / attention_mask.sum(1, keepdim=True)"
MISBEHAVING = {
    "changes its first input": ("hidden *= 2\n" + RIGHT, "changed its argument number 1"),
    "changes its second input": ("attention_mask[:] = 1\n" + RIGHT, "its argument number 2"),
    "returns a view": ("return hidden[:, 0]", "returned a view of its argument"),
    "returns its input": ("return hidden", "returned a view of its argument"),
    "floods": ("while True:\n    print('here')", "printed more than 20,000 characters"),
    "floods inside try": (
        "while True:\n    try:\n        print('here')\n    except Exception:\n        pass",
        "printed more than 20,000 characters",
    ),
    "prints megabytes": ("print('x' * 5_000_000)\n" + RIGHT, "printed more than 20,000"),
    "exits": ("import sys\nsys.exit(3)", "called exit"),
    "quits": ("raise SystemExit", "called exit"),
    "recurs": ("return mean_pool(hidden, attention_mask)", "called itself too often"),
    "takes all memory": ("return torch.empty(10**15)", "not enough memory"),
    "divides by zero": ("return 1 / 0", "ZeroDivisionError in line 2, `return 1 / 0`"),
    "multiplies what does not fit": ("return hidden @ hidden", "RuntimeError in line 2"),
    "reverses all axes": ("return hidden @ hidden.T", ".T reverses all axes"),
    "asks for what is not there": ("return hiden", "NameError in line 2, `return hiden`: "),
    "uses an operation torch lacks": (
        "return hidden.long().softmax(-1)",
        "NotImplementedError in line 2, `return hidden.long().softmax(-1)`",
    ),
    "raises a very long text": ("raise ValueError('x' * 9999)", "ValueError in line 2"),
    "asserts": ("assert hidden is None", "AssertionError in line 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISBEHAVING)
def test_misbehaviour_becomes_a_sentence(name):
    body, expected = MISBEHAVING[name]
    verdict = examine(POOL, written(body))
    assert verdict.outcome == FAILED
    assert expected in verdict.problem
    text = str(show.verdict_message(verdict))
    assert f"Problem: {verdict.problem}" in text
    assert len(text) < 1500
    assert "mtslib" not in text, "no line of ours is shown"
    assert "Traceback" not in text


def test_a_loop_without_an_end_is_stopped():
    verdict = examine(QUICK, written("while True:\n    pass"))
    assert "still running after 0.3 s and was stopped" in verdict.problem


SWALLOWING = {
    "every exception": "sum(range(10))\n    except Exception:\n        pass",
    "whatever is raised": "sum(range(10))\n    except:\n        pass",
    "whatever is raised, waiting": "torch.randn(99, 99).exp()\n    except:\n        continue",
}


@pytest.mark.parametrize("name", SWALLOWING)
def test_a_loop_that_swallows_exceptions_is_stopped(name):
    body = f"while True:\n    try:\n        {SWALLOWING[name]}"
    assert "was stopped" in examine(QUICK, written(body)).problem
    time.sleep(1.2)  # past the next ring: it would ring now


def test_a_quick_answer_leaves_no_alarm_behind():
    for _ in range(3):
        assert examine(QUICK, written(RIGHT), seeds=(0,)).outcome == PASSED
    time.sleep(0.5)  # past the alarm's time: it would ring now


@pytest.mark.parametrize("answer", [17, "mean_pool", [], object(), float("nan")])
def test_what_cannot_be_called_is_told(answer):
    verdict = examine(POOL, answer)
    assert verdict.outcome == FAILED
    assert "expected the function mean_pool itself" in verdict.problem


@pytest.mark.parametrize(
    "body", ["raise NotImplementedError", "raise NotImplementedError('later')"]
)
def test_a_todo_is_not_attempted(body):
    assert examine(POOL, written(body)).outcome == NOT_ATTEMPTED
    deep = f"def helper():\n    {body}\n" + "return helper()"
    assert examine(POOL, written(deep)).outcome == NOT_ATTEMPTED


def test_torchs_own_not_implemented_is_an_error_and_no_todo():
    body = "class Empty(nn.Module):\n    pass\nreturn Empty()(hidden)"
    verdict = examine(POOL, written(body))
    assert verdict.outcome == FAILED
    assert "NotImplementedError in line 4, `return Empty()(hidden)`" in verdict.problem


def test_the_last_line_of_the_learners_own_is_shown_not_torchs():
    body = "def inner(x):\n    return F.layer_norm(x, (999,))\nreturn inner(hidden)"
    assert "in line 3, `return F.layer_norm(x, (999,))`" in examine(POOL, written(body)).problem


def test_the_users_own_interruption_is_not_swallowed():
    """It comes as a signal. The same exception, raised by an answer, is the answer's."""
    with pytest.raises(KeyboardInterrupt):
        examine(POOL, written("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n" + RIGHT))


def test_what_was_printed_is_kept_and_the_streams_are_given_back():
    before = sys.stdout, sys.stderr
    result, printed = run_limited.run(lambda: print("shape", (2, 3)) or 5, seconds=5)
    assert (result, printed) == (5, "shape (2, 3)\n")
    with pytest.raises(AnswerError):
        run_limited.run(lambda: 1 / 0, seconds=5)
    assert (sys.stdout, sys.stderr) == before


def test_a_little_printing_is_no_fault(capsys):
    verdict = examine(POOL, written("print(hidden.shape)\n" + RIGHT))
    assert verdict.outcome == PASSED
    assert "torch.Size([2, 4, 3])" in verdict.printed
    assert capsys.readouterr().out == ""


def test_every_answer_is_given_the_same_whatever_it_draws():
    given = []

    def greedy(hidden, attention_mask):
        given.append(hidden.clone())
        hidden.new_empty(100).normal_()
        return mean_pool(hidden, attention_mask)

    for _ in range(2):
        POOL.observe(greedy, SeededInputs(0))
    assert all((a == b).all() for a, b in zip(given[:2], given[2:], strict=True))


WAITING = {
    "a sleep": "import time\ntime.sleep(1000)",
    "a lock": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "a queue": "import queue\nqueue.Queue().get()",
    "a socket": "import socket\nhere, there = socket.socketpair()\nhere.recv(1)",
    "a pipe": "import os\nos.read(os.pipe()[0], 1)",
    "a program": "import subprocess\nsubprocess.run(['sleep', '9'])",
    "a search": "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
    "a thread": "import threading, time\nthread = threading.Thread(target=time.sleep, args=(5,), "
    "daemon=True)\nthread.start()\nthread.join()",
    "a loop without its alarm": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\n"
    "while True:\n    pass",
}


@pytest.mark.skipif(not run_limited.TIMER, reason="this system has no timer that interrupts")
@pytest.mark.parametrize("name", WAITING)
def test_what_waits_is_stopped(name):
    verdict = examine(QUICK, written(WAITING[name]))
    assert "still running after 0.3 s and was stopped" in verdict.problem


@pytest.mark.parametrize("rounds", [500_000_000, 1_500_000_000])
def test_compiled_code_that_cannot_be_interrupted_is_named(rounds):
    """Whichever comes first, the timer's signal or the watch beside it."""
    verdict = examine(QUICK, written(f"from itertools import repeat\nsum(repeat(1, {rounds}))"))
    assert "in compiled code, which cannot be interrupted, for" in verdict.problem


RAISED = {
    "BaseException('x')": "raised BaseException in line 2",
    "KeyboardInterrupt": "raised KeyboardInterrupt in line 2",
    "GeneratorExit": "raised GeneratorExit in line 2",
    "StopIteration": "raised StopIteration",
    "type('E', (Exception,), {'__str__': lambda self: 1 / 0})": "its text cannot be told",
    "type('E', (Exception,), {'__str__': lambda self: exit()})": "its text cannot be told",
    "ExceptionGroup('x', [ValueError('y')])": "raised ExceptionGroup in line 2",
}


@pytest.mark.parametrize("raised", RAISED)
def test_exceptions_of_every_class_stay_inside(raised):
    assert RAISED[raised] in examine(POOL, written(f"raise {raised}")).problem


OBJECTS = {
    "__repr__": "1 / 0",
    "__eq__": "exit()",
    "__float__": "exit()",
    "__len__": "10**30",
    "__bool__": "exit()",
    "__iter__": "exit()",
    "__getattr__": "exit()",
}


@pytest.mark.parametrize("method", OBJECTS)
@pytest.mark.parametrize("kind", ["object", "float", "str", "dict", "list"])
def test_hostile_objects_stay_inside(method, kind):
    body = f"class A({kind}):\n    def {method}(self, *_): return {OBJECTS[method]}\nreturn A()"
    assert examine(POOL, written(body)).outcome == FAILED


def test_closed_streams_stay_inside(capsys):
    body = "import sys\nsys.stdout.close()\nsys.stderr.close()\nprint('gone')\n" + RIGHT
    assert examine(POOL, written(body)).outcome == PASSED
    print("here")
    assert capsys.readouterr().out == "here\n"


def test_the_alarm_puts_handlers_and_timers_back():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    body = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + RIGHT
    assert examine(POOL, written(body)).outcome == PASSED
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
