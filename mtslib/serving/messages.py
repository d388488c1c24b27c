"""What comes in and goes out over HTTP: requests read strictly, answers and problems as JSON.

Problems are RFC 9457's: a status, a title, and one sentence that says what was seen and expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mtslib.base import documents
from mtslib.base.errors import DeadlineError, MtsError, QueueFullError, StoppedError
from mtslib.base.text import is_blank
from mtslib.serving.engine import Reply

MOST_INPUTS = 64  # of one request
LONGEST = 100_000  # characters of a text; a model reads 512 tokens
PROBLEM = "application/problem+json"
TITLES = {
    400: "the body is not JSON as expected",
    401: "no token, or another one",
    404: "nothing is here",
    405: "not with this method",
    408: "the body did not come in time",
    413: "the body is too large",
    415: "the body is not said to be JSON",
    422: "this cannot be answered",
    429: "too many requests wait",
    500: "the server made a mistake",
    503: "no model answers now",
    504: "no answer in time",
}


class Problem(Exception):
    """What a client did, or has to wait for. status: of HTTP. detail: one sentence."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The problem document."""
        title = TITLES.get(self.status, "refused")
        return {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail}


def problem_of(error: MtsError) -> Problem:
    """An error of the library as the client has to see it."""
    match error:
        case QueueFullError():
            return Problem(429, str(error), {"Retry-After": str(int(error.retry_after) + 1)})
        case DeadlineError():
            return Problem(504, str(error))
        case StoppedError():
            return Problem(503, str(error), {"Retry-After": "1"})
    return Problem(422, str(error))


@dataclass(frozen=True)
class Question:
    """A body of `POST /v1/answers`: its inputs, the tasks that are asked (None: every one that
    reads such an input), and whether the bill is wanted."""

    inputs: list[tuple[str, ...]]
    tasks: list[str] | None
    bill: bool


def read_question(body: bytes, known: Mapping[str, Any]) -> Question:
    """Read a body. known: the model's tasks. Raises Problem naming what was seen and expected."""
    given = _json(body)
    _only(given, ("inputs", "tasks", "bill"), "the body")
    inputs = given.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise Problem(
            422, f"inputs is {_kind(inputs)}; expected a list of at least one {{text, pair?}}"
        )
    if len(inputs) > MOST_INPUTS:
        raise Problem(
            422, f"{len(inputs)} inputs in one request; expected at most {MOST_INPUTS}, send them "
            "in several"
        )  # fmt: skip
    bill = given.get("bill", False)
    if not isinstance(bill, bool):
        raise Problem(422, f"bill is {_kind(bill)}; expected true or false")
    read = [_input(f"input {number}", one) for number, one in enumerate(inputs, start=1)]
    return Question(read, _tasks(given.get("tasks"), known), bill)


def _json(body: bytes) -> dict[str, Any]:
    try:
        given = documents.parse(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Problem(400, f"byte {error.start} of the body is not UTF-8; expected JSON") from error
    except ValueError as error:
        raise Problem(400, f"the body is not JSON: {' '.join(str(error).split())}") from error
    if not isinstance(given, dict):
        raise Problem(422, f"the body is {_kind(given)}; expected an object, {{inputs: […]}}")
    return given


def _input(where: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, dict):
        raise Problem(422, f"{where} is {_kind(given)}; expected an object, {{text, pair?}}")
    _only(given, ("text", "pair"), where)
    if "text" not in given:
        raise Problem(422, f"{where} has no text; expected {{text, pair?}}")
    names = ("text", "pair") if given.get("pair") is not None else ("text",)
    return tuple(_text(f"{name} of {where}", given[name]) for name in names)


def _text(where: str, given: Any) -> str:
    if not isinstance(given, str):
        raise Problem(422, f"{where} is {_kind(given)}; expected a string")
    if len(given) > LONGEST:
        raise Problem(
            422, f"{where} has {len(given):,} characters; expected at most {LONGEST:,}, of which a "
            "model reads the first few thousand"
        )  # fmt: skip
    if is_blank(given):
        raise Problem(
            422, f"{where} has nothing to read; expected at least one character that can be seen"
        )
    return given


def _tasks(given: Any, known: Mapping[str, Any]) -> list[str] | None:
    if given is None:
        return None
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise Problem(422, f"tasks is {_kind(given)}; expected a list of names, or none at all")
    for name in given:
        if name not in known:
            raise Problem(
                422, f"task {name[:80]!a} is unknown; this model answers {', '.join(known)}"
            )
    return given


def _only(given: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in given:
        if name not in known:
            raise Problem(422, f"{where} has {name[:80]!a}; expected only {', '.join(known)}")


def _kind(value: Any) -> str:
    """A JSON value in a few words."""
    if value is None:
        return "missing"
    words = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    return words.get(type(value), "a number") if value not in ([], {}) else "empty"


def answer_of(reply: Reply, bill: bool) -> dict[str, Any]:
    """A reply as JSON: by task its label, value, confidence, and whether the input was cut."""
    tasks = {
        answer.task: {
            "label": answer.words,
            "value": answer.value,
            "confidence": answer.confidence,
            "cut": answer.truncated,
        }
        for answer in reply.answers
    }
    found: dict[str, Any] = {"tasks": tasks, "certificate": reply.certificate}
    return found | ({"bill": asdict(reply.bill)} if bill else {})
