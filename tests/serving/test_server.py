"""The server as a client sees it: answers, problems, updates, and what it must survive."""

from __future__ import annotations

import http.client
import json
import os
import random
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from serving.conftest import made_up_texts, put

from mtslib.base.errors import MtsError
from mtslib.serving import ask, load
from mtslib.serving.certificate import BOUNDS
from mtslib.serving.engine import Limits
from mtslib.serving.serve import Plan
from mtslib.serving.started import Running, question, started

pytestmark = pytest.mark.slow
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server(whole) -> Iterator[Running]:
    with started(whole, "--threads", "1") as running:
        yield running


def post(running: Running, body: bytes, headers: dict = JSON) -> tuple[int, dict, dict]:
    """One request on a connection of its own → status, headers, JSON."""
    connection = http.client.HTTPConnection(*running.address, timeout=30)
    connection.request("POST", "/v1/answers", body, headers)
    reply = connection.getresponse()
    found = reply.status, dict(reply.headers), json.loads(reply.read())
    connection.close()
    return found


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


# Answers --------------------------------------------------------------------------------------


def test_answers_over_http_are_those_of_ask(server, whole):
    model = load(whole)
    texts = [t for t in made_up_texts(6, False, 1) + made_up_texts(6, True, 1) if all(t)]
    for found, expected in zip(server.ask(texts), ask(model, texts), strict=True):
        assert found["certificate"] == model.certificate["certificate_sha256"]
        assert set(found["tasks"]) == {answer.task for answer in expected}
        for answer in expected:
            seen = found["tasks"][answer.task]
            assert seen["value"] == pytest.approx(answer.value, abs=BOUNDS["fp32"])
            assert seen["cut"] == answer.truncated


def test_only_the_tasks_that_are_asked_answer_and_the_bill_comes_when_it_is_wanted(server):
    (found,) = server.ask([("a dog", "a cat")], tasks=["sts"], bill=True)
    assert list(found["tasks"]) == ["sts"]
    assert found["bill"]["branch_ms"].keys() == {"sts"}
    assert found["bill"]["taken_from"] == "nowhere"
    assert "bill" not in server.ask([("a dog",)])[0]


def test_what_can_be_asked_is_told(server, whole):
    model = load(whole)
    told = {task["name"]: task for task in server.get("/v1/tasks")["tasks"]}
    assert {n: t["tap"] for n, t in told.items()} == model.model.taps
    assert all(t["layers"] == model.config.num_layers - t["tap"] for t in told.values())
    assert told["sst"]["reads"] == "sentence"
    assert told["sts"]["range"] == [0, 5]
    assert server.get("/v1/certificate") == model.certificate
    assert server.get("/healthz") == {"alive": True}
    assert server.get("/readyz")["refused"] == ""


def test_passes_are_counted_for_prometheus(server):
    server.ask([("a film",)])
    lines = dict(
        line.rsplit(" ", 1) for line in server.get("/metrics").splitlines() if "#" not in line
    )
    assert float(lines["mts_inputs_total"]) >= 1
    assert float(lines['mts_requests_total{status="200"}']) >= 1
    assert float(lines["mts_waiting_inputs"]) == 0


def test_the_page_comes_with_the_server_and_loads_nothing_from_elsewhere(server):
    connection = http.client.HTTPConnection(*server.address)
    connection.request("GET", "/")
    reply = connection.getresponse()
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    text = reply.read().decode()
    assert "http://" not in text
    assert "https://" not in text


# Problems -------------------------------------------------------------------------------------

BAD = {
    "{": (400, "the body is not JSON"),
    '{"inputs": [NaN]}': (400, "NaN is not a number of JSON"),
    "[" * 100_000: (400, "nested too deeply"),
    '{"inputs": [], "inputs": []}': (400, "stands twice"),
    "[1]": (422, "the body is a list"),
    "{}": (422, "inputs is missing"),
    '{"inputs": []}': (422, "at least one"),
    '{"inputs": "a"}': (422, "inputs is a string"),
    '{"inputs": [3]}': (422, "input 1 is a number"),
    '{"inputs": [{"pair": "a"}]}': (422, "input 1 has no text"),
    '{"inputs": [{"text": 7}]}': (422, "text of input 1 is a number"),
    '{"inputs": [{"text": "a", "pair": []}]}': (422, "pair of input 1 is empty"),
    '{"inputs": [{"text": " \\u200b"}]}': (422, "nothing to read"),
    '{"inputs": [{"text": "\\ud800"}]}': (400, "half a character"),
    '{"inputs": [{"text": "a"}], "tasks": ["x"]}': (422, "task 'x' is unknown; this model answers"),
    '{"inputs": [{"text": "a", "pair": "b"}], "tasks": ["sst"]}': (422, "reads pairs"),
    '{"inputs": [{"text": "a"}], "tasks": []}': (422, "tasks is empty"),
    '{"inputs": [{"text": "a"}], "bill": 1}': (422, "bill is a number"),
    '{"input": [{"text": "a"}]}': (422, "has 'input'; expected only inputs, tasks, bill"),
    '{"inputs": [' + ",".join(['{"text": "a"}'] * 65) + "]}": (422, "65 inputs"),
    '{"inputs": [{"text": "' + "a" * 100_001 + '"}]}': (422, "100,001 characters"),
}


@pytest.mark.parametrize("body", BAD, ids=lambda body: body[:40])
def test_a_bad_body_is_a_problem_document_with_one_clear_sentence(server, body):
    status, said = BAD[body]
    seen, headers, found = post(server, body.encode())
    assert seen == status
    assert headers["content-type"] == "application/problem+json"
    assert found.keys() == {"type", "title", "status", "detail"}
    assert said in found["detail"]
    assert "\n" not in found["detail"]


def test_bytes_that_are_not_utf8_a_body_that_is_too_large_and_one_of_another_kind(server):
    assert "byte 12 of the body is not UTF-8" in post(server, b'{"inputs": "\xff"}')[2]["detail"]
    status, _, found = post(server, b" " * 3_000_000)
    assert (status, "at most 1,000,000 bytes" in found["detail"]) == (413, True)
    assert post(server, b"{}", {"Content-Type": "text/plain"})[0] == 415
    with pytest.raises(MtsError, match="404, nothing is here"):
        server.get("/nowhere")
    with pytest.raises(MtsError, match="405"):
        server.get("/v1/answers")


def test_a_page_of_another_site_that_leads_its_name_here_is_refused(server):
    connection = http.client.HTTPConnection(*server.address)
    connection.request("GET", "/v1/tasks", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400


def test_other_machines_are_listened_to_only_with_a_token():
    with pytest.raises(MtsError, match="give a token"):
        Plan(host="0.0.0.0").check()


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"workers": 0}, "--workers is 0; expected 1 or more"),
        ({"limits": Limits(queue=0)}, "--queue is 0; expected 1 or more"),
        ({"limits": Limits(batch_tokens=-1)}, "--batch-tokens is -1; expected 1 or more"),
        ({"limits": Limits(threads=-1)}, "--threads is -1; expected 0 or more"),
        ({"seconds": 0.0}, "--seconds is 0; expected more than 0"),
        ({"port": 65536}, "--port is 65536; expected 0 to 65535"),
    ],
)
def test_a_plan_that_cannot_be_served_says_why(changes, said):
    with pytest.raises(MtsError, match=said):
        Plan(**changes).check()


def test_a_token_is_asked_of_everybody_and_a_full_queue_says_when_to_come_again(whole):
    with started(whole, "--threads", "1", "--token", "s3cret", "--queue", "3") as running:
        mine = JSON | {"Authorization": "Bearer s3cret"}
        body = json.dumps(question([("a film",)])).encode()
        assert post(running, body)[0] == 401
        assert post(running, body, JSON | {"Authorization": "Bearer other"})[0] == 401
        assert post(running, body, mine)[0] == 200
        assert running.get("/healthz") == {"alive": True}
        status, headers, found = post(running, json.dumps(question([("a",)] * 4)).encode(), mine)
        assert status == 429
        assert int(headers["retry-after"]) >= 1
        assert "4 would come" in found["detail"]


# What it must survive -------------------------------------------------------------------------


def malformed(seed: int) -> bytes:
    """A good body, damaged in one of many ways."""
    draw = random.Random(seed)
    body = json.dumps(question(made_up_texts(3, draw.random() < 0.5, seed))).encode()
    place = draw.randrange(len(body))
    return draw.choice(
        [
            body[:place],
            body[:place] + bytes([draw.randrange(128, 256)]) + body[place:],
            b"[" * draw.randint(1, 50_000),
            json.dumps(
                {"inputs": draw.choice([None, 3, "a", {}, [[]], [None], [{"text": []}]])}
            ).encode(),
            bytes(draw.randrange(256) for _ in range(draw.randint(0, 200))),
            body.replace(b"text", bytes([draw.randrange(97, 123)])),
            body.replace(b'"inputs"', b'"tasks"'),
        ]
    )


def bombard(running: Running, count: int) -> None:
    for seed in range(count):
        status, _, found = post(running, malformed(seed))
        assert 400 <= status < 500, (malformed(seed)[:200], found)


def test_malformed_bodies_are_refused_and_leave_nothing_behind(server):
    bombard(server, 100)
    before = psutil.Process(server.process.pid).memory_info().rss
    bombard(server, 300)
    assert psutil.Process(server.process.pid).memory_info().rss < 1.05 * before
    assert server.ask([("a film",)])


@pytest.mark.long
def test_ten_thousand_malformed_bodies(server):
    """The first thousands fill the allocator's heap, and what comes after them adds nothing."""
    bombard(server, 10_000)
    before = psutil.Process(server.process.pid).memory_info().rss
    bombard(server, 10_000)
    assert psutil.Process(server.process.pid).memory_info().rss < 1.05 * before
    assert server.ask([("a film",)])


def test_slow_senders_and_clients_that_never_read_do_not_stop_others(server):
    body = json.dumps(question([("a film",)], bill=True)).encode()
    head = b"POST /v1/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    held = []
    for number in range(21):
        held.append(socket.create_connection(server.address))
        if number % 3 == 0:  # sends half a head and waits
            held[-1].sendall(head)
        elif number % 3 == 1:  # sends half a body and waits
            held[-1].sendall(head + b"Content-Length: 100\r\n\r\n{")
        else:  # asks again and again, and reads nothing
            held[-1].setblocking(False)
            asked = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
            try:
                for _ in range(200):
                    held[-1].send(asked)
            except BlockingIOError:
                pass
    assert all(server.ask([("a film",)]) for _ in range(20))
    for slow in held[:2]:
        slow.settimeout(60)
        assert b" 408 " in slow.recv(1000)
    for one in held:
        one.close()
    assert server.ask([("a film",)])


def test_a_good_model_takes_over_and_a_bad_one_does_not(whole, other, tmp_path):
    place = tmp_path / "model"
    put(whole, place)
    names = {folder: load(folder).certificate["certificate_sha256"] for folder in (whole, other)}
    with started(place, "--watch", "--threads", "1") as running:
        assert running.ask([("a film",)])[0]["certificate"] == names[whole]
        put(other, place)
        until(lambda: running.get("/readyz")["certificate"] == names[other], "it takes over")
        bad = tmp_path / "bad"
        shutil.copytree(whole, bad)
        trunk = bytearray((bad / "trunk.safetensors").read_bytes())
        trunk[-1] ^= 1
        (bad / "trunk.safetensors").write_bytes(trunk)
        put(bad, place)
        until(lambda: "trunk" in running.get("/readyz")["refused"], "it is refused")
        assert running.ask([("a film",)])[0]["certificate"] == names[other]
        put(whole, place)
        until(lambda: running.get("/readyz")["certificate"] == names[whole], "it takes over")
        assert running.get("/readyz")["refused"] == ""


@pytest.mark.long
def test_a_worker_that_is_killed_is_replaced_and_the_others_go_on(whole, other, tmp_path):
    place = tmp_path / "model"
    put(whole, place)
    with started(place, "--workers", "2", "--threads", "1") as running:
        parent = psutil.Process(running.process.pid)

        def workers() -> list[psutil.Process]:
            living = [one for one in parent.children() if one.status() != psutil.STATUS_ZOMBIE]
            return [one for one in living if "spawn_main" in " ".join(one.cmdline())]

        until(lambda: len(workers()) == 2, "two workers")
        killed = workers()[0]
        killed.kill()
        for _ in range(20):
            try:
                assert running.ask([("a film",)])
            except OSError:  # the request that the killed one had
                continue
        until(lambda: len(workers()) == 2 and killed not in workers(), "a new one")
        put(other, place)
        os.kill(parent.pid, signal.SIGHUP)
        new = load(other).certificate["certificate_sha256"]

        def everywhere() -> bool:
            return all(running.get("/readyz")["certificate"] == new for _ in range(6))

        until(everywhere, "both take over")
        lines = running.get("/metrics")
        assert "mts_requests_total" in lines
        family = workers()
    until(lambda: not any(one.is_running() for one in family), "the workers end with the parent")
