"""The load generator: moments drawn beforehand, and a clock that starts when a request is due."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from mtslib.serving.open_loop import result_of, start_load

ANSWER = json.dumps({"answers": [{"certificate": "abcdef0123456789"}]}).encode()


@pytest.fixture
def slow_server():
    """Answers one request at a time, each after 50 ms, and every fifth with 503."""
    seen, turn, loop = [], asyncio.Lock(), asyncio.new_event_loop()

    async def talk(reader, writer) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except EOFError:
                return
            length = int(head.lower().split(b"content-length:")[1].split()[0])
            seen.append(await reader.readexactly(length))
            number = len(seen)
            async with turn:
                await asyncio.sleep(0.05)
            status = b"503 no" if number % 5 == 0 else b"200 OK"
            writer.write(
                b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (status, len(ANSWER)) + ANSWER
            )

    server = loop.run_until_complete(asyncio.start_server(talk, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.sockets[0].getsockname(), seen
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def test_a_server_slower_than_its_clients_is_seen_to_be(slow_server):
    address, seen = slow_server
    found = result_of(start_load(address, rate=40, seconds=1.5, bodies=['{"a": 1}', '{"b": 2}']))
    assert found["sent"] == len(seen) == sum(found["statuses"].values())
    assert found["statuses"]["503"] == found["sent"] // 5
    assert set(seen) == {b'{"a": 1}', b'{"b": 2}'}
    assert found["certificates"] == {"abcdef012345": found["sent"]}
    # Twice as many come as can be served, so whoever comes last has waited for about half of all.
    assert found["ms"][-1] > 5 * 50


def test_a_server_that_is_gone_loses_requests_and_the_load_says_so():
    found = result_of(start_load(("127.0.0.1", 9), rate=50, seconds=0.5, bodies=["{}"]))
    assert found["statuses"] == {"0": found["sent"]}
    assert found["ms"] == []
