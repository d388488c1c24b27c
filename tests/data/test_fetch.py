"""Downloading, against a real server on the loopback interface that misbehaves in every way."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mtslib.base.errors import DataError
from mtslib.data import known
from mtslib.data.fetch import BASE_URL, LARGEST, fetch

CONTENT = {
    "first.csv": random.Random(0).randbytes(300_000),
    "second.csv": b"\tid\tsentence\n0\ta\tmade-up text\n" * 50,
}
FILES = {name: known.git_blob_sha1(raw) for name, raw in CONTENT.items()}


class Server(ThreadingHTTPServer):
    """Serves `content`. What it does wrong is set from outside; what it was asked is recorded."""

    daemon_threads = True
    content = CONTENT
    ranges = True  # whether it honours Range
    stop_after: int | None = None  # bytes after which it closes the connection
    pause = 0.0  # seconds between pieces of 20 kB
    length = ""  # what it says instead of the true length
    endless = False  # whether it goes on for as long as anybody listens
    reason = "Not Found"
    shift = 0  # how far behind the asked position it begins

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/data"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        server, wanted = self.server, self.headers["Range"]
        name = self.path.removeprefix("/data/")
        server.asked.append((name, wanted))
        if name not in server.content:
            return self.send_error(404, server.reason)
        raw = server.content[name]
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and server.ranges else 0
        if start and start >= len(raw):
            return self.send_error(416)
        start += server.shift if start else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(raw) - 1}/{len(raw)}")
        self.send_header("Content-Length", server.length or str(len(raw) - start))
        self.end_headers()
        body = raw[start:][: server.stop_after]
        with contextlib.suppress(ConnectionError):
            for at in range(0, len(body), 20_000):
                self.wfile.write(body[at : at + 20_000])
                time.sleep(server.pause)
            while server.endless:
                self.wfile.write(bytes(1 << 20))
        return None


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def get(server, out, **settings):
    return fetch(out, FILES, server.url, progress=False, **settings)


def refused(server, out, **settings):
    with pytest.raises(DataError) as caught:
        get(server, out, **settings)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_files_are_downloaded_whole_and_only_once(server, tmp_path):
    out = tmp_path / "new" / "folder"
    paths = get(server, out)
    assert paths == [out / "first.csv", out / "second.csv"]
    assert [path.read_bytes() for path in paths] == list(CONTENT.values())
    assert names(out) == ["first.csv", "second.csv"]
    assert get(server, out) == paths
    assert server.asked == [("first.csv", None), ("second.csv", None)]


def test_the_default_names_every_file_of_the_course_at_a_fixed_commit():
    assert len(known.RELEASED) == 12
    assert {"quora-train.csv", "quora-test-student.csv"} <= set(known.RELEASED)
    assert re.fullmatch(r"https://[a-z.]+/[\w-]+/[\w-]+/[0-9a-f]{40}/data", BASE_URL)


def test_a_cut_connection_leaves_a_part_that_the_next_call_completes(server, tmp_path):
    server.stop_after = 120_000
    message = refused(server, tmp_path)
    assert "was cut off: it ended after 120,000 of 300,000 bytes" in message
    assert names(tmp_path) == ["first.csv.part"]
    server.stop_after = None
    get(server, tmp_path)
    assert server.asked[1] == ("first.csv", "bytes=120000-")
    assert (tmp_path / "first.csv").read_bytes() == CONTENT["first.csv"]
    assert names(tmp_path) == ["first.csv", "second.csv"]


def test_a_killed_process_goes_on_where_it_was(server, tmp_path):
    server.pause = 0.05
    code = (
        "import sys; from pathlib import Path; from mtslib.data.fetch import fetch;"
        "fetch(Path(sys.argv[1]), {sys.argv[2]: sys.argv[3]}, sys.argv[4], progress=False)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path, "first.csv", FILES["first.csv"], server.url]
    )
    part = tmp_path / "first.csv.part"
    try:
        deadline = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
    size = part.stat().st_size
    assert 0 < size < 300_000
    server.pause = 0.0
    get(server, tmp_path)
    assert server.asked[1] == ("first.csv", f"bytes={size}-")
    assert (tmp_path / "first.csv").read_bytes() == CONTENT["first.csv"]


def test_a_server_that_ignores_ranges_is_read_from_the_start(server, tmp_path):
    (tmp_path / "first.csv.part").write_bytes(CONTENT["first.csv"][:1000])
    server.ranges = False
    get(server, tmp_path)
    assert server.asked[0] == ("first.csv", "bytes=1000-")
    assert (tmp_path / "first.csv").read_bytes() == CONTENT["first.csv"]


def test_a_whole_part_is_only_renamed(server, tmp_path):
    for name, raw in CONTENT.items():
        (tmp_path / f"{name}.part").write_bytes(raw)
    get(server, tmp_path)
    assert server.asked == []
    assert names(tmp_path) == ["first.csv", "second.csv"]


def test_a_part_longer_than_the_file_is_begun_anew(server, tmp_path):
    (tmp_path / "first.csv.part").write_bytes(b"x" * 300_001)
    get(server, tmp_path)
    assert [wanted for _, wanted in server.asked[:2]] == ["bytes=300001-", None]
    assert (tmp_path / "first.csv").read_bytes() == CONTENT["first.csv"]


def test_a_part_of_something_else_is_removed_and_the_next_call_succeeds(server, tmp_path):
    (tmp_path / "first.csv.part").write_bytes(b"x" * 1000)
    assert "did not give the course's first.csv" in refused(server, tmp_path)
    assert names(tmp_path) == []
    get(server, tmp_path)
    assert names(tmp_path) == ["first.csv", "second.csv"]


@pytest.mark.parametrize("wrong", [b"<html>log in</html>", CONTENT["first.csv"][:-1] + b"\0", b""])
def test_wrong_bytes_leave_nothing(server, tmp_path, wrong):
    server.content = {**CONTENT, "first.csv": wrong}
    message = refused(server, tmp_path)
    assert "did not give the course's first.csv" in message
    assert FILES["first.csv"][:8] in message
    assert names(tmp_path) == []


def test_a_range_that_begins_elsewhere_is_never_appended(server, tmp_path):
    (tmp_path / "first.csv.part").write_bytes(CONTENT["first.csv"][:1000])
    server.shift = 10
    assert "answered with byte 1010 first, asked for 1000" in refused(server, tmp_path)
    assert (tmp_path / "first.csv.part").stat().st_size == 1000


def test_a_missing_file_is_named_and_files_before_it_stay(server, tmp_path):
    server.content = {"first.csv": CONTENT["first.csv"]}
    message = refused(server, tmp_path)
    assert f"{server.url}/second.csv answered 404" in message
    assert "--from URL" in message
    assert names(tmp_path) == ["first.csv"]


def test_no_network_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, never listening: every connection is refused
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(DataError, match=r"cannot reach .*; check the network or proxy"):
            fetch(tmp_path, FILES, url, progress=False)
    assert names(tmp_path) == []


def test_a_server_that_falls_silent_is_given_up_and_its_bytes_kept(server, tmp_path):
    server.pause = 3.0
    assert "was cut off" in refused(server, tmp_path, timeout=0.3)
    assert names(tmp_path) == ["first.csv.part"]


@pytest.mark.parametrize(
    "url", ["http://[half", "http://127.0.0.1:port", "http://a b", "http://ü/"]
)
def test_a_mangled_address_is_one_line(tmp_path, url):
    with pytest.raises(DataError, match="cannot reach"):
        fetch(tmp_path, FILES, url, progress=False)


def test_an_answer_that_is_not_http_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"220 mail ready\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(DataError, match="cannot reach"):
            fetch(tmp_path, FILES, url, progress=False)
        thread.join()


@pytest.mark.parametrize("url", ["file:///etc", "ftp://127.0.0.1/x", "folder", ""])
def test_only_web_addresses_are_asked(tmp_path, url):
    with pytest.raises(DataError, match="expected an http or https address"):
        fetch(tmp_path / "out", FILES, url, progress=False)
    assert not (tmp_path / "out").exists()


def test_the_courses_file_with_windows_line_ends_is_kept(tmp_path):
    """From a clone on Windows, say; nobody is asked for it."""
    for name, raw in CONTENT.items():
        (tmp_path / name).write_bytes(raw.replace(b"\n", b"\r\n"))
    assert len(fetch(tmp_path, FILES, "http://127.0.0.1:1", progress=False)) == len(FILES)


def test_a_users_own_file_is_never_overwritten(server, tmp_path):
    (tmp_path / "second.csv").write_bytes(b"mine")
    assert "is there with other bytes than the course's" in refused(server, tmp_path)
    assert (tmp_path / "second.csv").read_bytes() == b"mine"


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files")
def test_a_disk_without_room_is_one_line(server, tmp_path):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        assert "File too large; what was downloaded is kept" in refused(server, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert 0 < (tmp_path / "first.csv.part").stat().st_size <= 100_000
    assert len(get(server, tmp_path)) == 2


def test_a_file_in_place_of_the_folder_is_refused(server, tmp_path):
    (tmp_path / "out").write_bytes(b"x")
    assert f"cannot write {tmp_path / 'out'}" in refused(server, Path(tmp_path / "out"))


def test_the_progress_bar_names_the_file_and_goes_to_stderr(server, tmp_path, capsys):
    fetch(tmp_path, FILES, server.url)
    shown = capsys.readouterr()
    assert "first.csv: 100%" in shown.err
    assert shown.out == ""


# A server that means harm ------------------------------------------------------------------------


def test_an_endless_answer_ends_at_the_largest_size_and_leaves_nothing(server, tmp_path):
    server.endless, server.length = True, " "
    assert f"or more, expected at most {LARGEST:,}" in refused(server, tmp_path)
    assert names(tmp_path) == []
    server.endless, server.length = False, ""
    assert len(get(server, tmp_path)) == 2


@pytest.mark.parametrize("length", [str(10**11), "9" * 15])
def test_a_length_that_no_file_has_is_refused_before_a_byte_is_written(server, tmp_path, length):
    server.length = length
    assert "is it another file" in refused(server, tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "x", "1e9", "٣"])
def test_a_length_that_is_none_is_not_believed(server, tmp_path, length):
    server.length = length.encode().decode("latin-1")
    with contextlib.suppress(DataError):  # cut off, by what http makes of such a length
        get(server, tmp_path)


def test_escape_codes_of_a_server_do_not_reach_the_terminal(server, tmp_path):
    server.content, server.reason = {}, "\x1b[31mred\x1b]0;title\x07"
    assert r"answered 404 \x1b[31mred\x1b]0;title\x07; expected" in refused(server, tmp_path)


def test_a_password_in_an_address_is_not_printed(tmp_path):
    for url in ("http://me:secret@127.0.0.1:9/data", "ftp://me:secret@host/data"):
        with pytest.raises(DataError) as caught:
            fetch(tmp_path, FILES, url, progress=False)
        assert "secret" not in str(caught.value)
        assert "://" in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")
def test_a_part_that_is_a_link_or_a_pipe_is_not_followed(server, tmp_path):
    mine, part = tmp_path / "mine", tmp_path / "out" / "first.csv.part"
    mine.write_text("mine")
    part.parent.mkdir()
    for make in (lambda: part.symlink_to(mine), lambda: os.mkfifo(part), part.mkdir):
        make()
        assert "is a link or no file; it is left alone" in refused(server, tmp_path / "out")
        part.rmdir() if part.is_dir() and not part.is_symlink() else part.unlink()
    assert mine.read_text() == "mine"
