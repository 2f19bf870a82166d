"""The server itself: where it listens, for whom, what it does on the wire, and how it ends."""

from __future__ import annotations

import contextlib
import json
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from automagic.errors import ConfigurationError
from automagic.web import serve
from automagic.web.serve import ServedPlace, load_granian, rules_of
from tests.support.places import ROOT
from tests.support.processes.missing_packages import without
from tests.support.processes.python_programs import run_command
from tests.support.processes.worker_programs import wait_until
from tests.support.web.asgi import problem
from tests.support.web.automagic_web import WebServer, read_until, run_web


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "home"


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[WebServer]:
    with run_web(home) as server:
        yield server


def test_it_says_where_it_is_and_that_it_is_there(server: WebServer) -> None:
    assert f"AutoMagic is at http://127.0.0.1:{server.port}" in server.said.read_text()
    assert server.ask("GET", "/api/health").json()["status"] == "ok"
    assert server.ask("GET", "/api/ready").json()["status"] == "ready"
    assert "/api/video" in server.ask("GET", "/api/openapi.json").json()["paths"]


def test_a_worker_makes_what_was_asked_for_and_its_files_are_fetched(server: WebServer, home: Path) -> None:
    text = {"text": "# Bees\n\nBees visit about 2 million flowers for one pound of honey.\n", "name": "bees.md"}
    told = server.ask("POST", "/api/posts/check", {"source": text, "platforms": ["bluesky"]}).json()
    assert told["state"] == "queued", told
    done = run_command("worker", "--drain", cwd=home.parent, environment={"AUTOMAGIC_HOME": str(home)})
    assert done.code == 0, done.err
    reply = server.ask("GET", told["url"], prefer="wait=20").json()
    assert reply["state"] == "succeeded", reply
    result = server.ask("GET", f"{told['url']}/result").json()
    assert result["result"]["checked"] == 2
    for file in result["files"]:
        assert len(server.ask("GET", file["url"]).body) == file["bytes"]


def test_a_change_is_in_the_log_with_who_asked(server: WebServer, home: Path) -> None:
    reply = server.ask("POST", "/api/ads/specs", {"no": 1}, authorization="Bearer s3cr3t-token-of-somebody-1234")
    problem(reply, 422)
    file = home / "logs" / "automagic.log"
    wait_until(lambda: reply.headers["x-request-id"] in file.read_text())  # written when it was answered
    log = file.read_text()
    assert "POST /api/ads/specs" in log
    assert "s3cr3t" not in log


# -------------------------------------------------------------------------------------------------------- on the wire


GET = b"GET /api/jobs HTTP/1.1\r\nhost: 127.0.0.1\r\n"
POST = b"POST /api/ads/specs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
ODD = {
    "no host": b"GET /api/jobs HTTP/1.1\r\n\r\n",
    "a stranger's host": b"GET /api/jobs HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    "two hosts": GET + b"host: 127.0.0.1\r\n\r\n",
    "an old protocol": b"GET /api/jobs HTTP/1.0\r\n\r\n",
    "a proxy's request": b"GET http://evil.example/api/jobs HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    "a path that climbs": b"GET /api/jobs/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
    "a path that is no text": b"GET /api/jobs/\xff HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
    "a quoted path that is no text": b"GET /api/jobs/%ff%00 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
    "a large header": GET + b"x: " + b"a" * 20_000 + b"\r\n\r\n",
    "many headers": GET + b"x: a\r\n" * 3000 + b"\r\n",
    "two lengths": POST + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length below zero": POST + b"content-length: -1\r\n\r\n{}",
    "a large length": POST + b"content-length: 2000000\r\nexpect: 100-continue\r\n\r\n",
    "no chunk": POST + b"transfer-encoding: chunked\r\n\r\nZZ\r\n",
    "no HTTP": b"nonsense\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01",
}


@pytest.mark.parametrize("name", ODD)
def test_what_no_client_sends_is_refused_and_hurts_nobody(server: WebServer, name: str) -> None:
    jobs = server.ask("GET", "/api/jobs?limit=200").json()["jobs"]
    with server.connect(ODD[name]) as connection:
        connection.settimeout(10)
        answer = read_until(connection, b"}")
    assert answer == b"" or 400 <= int(answer.split(b" ")[1]) < 500, answer
    assert b"Traceback" not in answer
    assert b"/tmp/" not in answer
    assert server.ask("GET", "/api/jobs?limit=200").json()["jobs"] == jobs


def test_a_body_in_pieces_is_read(server: WebServer) -> None:
    with server.connect(POST + b"transfer-encoding: chunked\r\n\r\n") as connection:
        for piece in (b"1\r\n{\r\n", b"1\r\n}\r\n", b"0\r\n\r\n"):
            connection.sendall(piece)
        assert b"202 Accepted" in read_until(connection, b"}")


# ------------------------------------------------------------------------------------------------------------- events


def events(data: bytes) -> list[dict[str, str]]:
    """The events of a stream; the last may be cut."""
    blocks = [block.strip() for block in data.replace(b"\r\n", b"\n").decode().split("\n\n")]
    lines = [[line.partition(": ") for line in block.splitlines() if line.startswith(("id:", "event:", "data:"))]
             for block in blocks]  # fmt: skip
    return [{name: value for name, _, value in block} for block in lines if len(block) == 3]


def test_a_stream_tells_each_change_and_ends_with_the_last(server: WebServer) -> None:
    job = server.ask("POST", "/api/ads/specs", {}).json()
    with server.stream(f"{job['url']}/events") as stream:
        begun = read_until(stream, b"event: job")
        server.ask("POST", f"{job['url']}/cancel")
        told = events(begun + read_until(stream, b"\r\n0\r\n\r\n"))
    assert [json.loads(event["data"])["state"] for event in told] == ["queued", "cancelled"]
    first, last = (event["id"] for event in told)

    with server.stream(f"{job['url']}/events", last_event_id=first) as stream:  # from the event that was seen
        assert [event["id"] for event in events(read_until(stream, b"\r\n0\r\n\r\n"))] == [last]
    assert server.ask("GET", f"{job['url']}/events", last_event_id=last).status == 204
    with server.stream(f"{job['url']}/events", last_event_id="junk") as stream:
        assert [event["id"] for event in events(read_until(stream, b"\r\n0\r\n\r\n"))] == [last]
    assert server.ask("HEAD", f"{job['url']}/events").status == 200


def test_the_stream_of_all_tells_what_comes(server: WebServer) -> None:
    with server.stream("/api/events") as stream:
        read_until(stream, b"event: jobs")
        job = server.ask("POST", "/api/ads/specs", {}).json()
        assert job["id"].encode() in read_until(stream, job["id"].encode())


def test_a_reader_that_never_reads_holds_up_nobody(server: WebServer) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(server.stream("/api/events"))
        for _ in range(20):
            job = server.ask("POST", "/api/ads/specs", {}).json()
        with server.stream("/api/events") as stream:
            assert job["id"].encode() in read_until(stream, job["id"].encode())


# ------------------------------------------------------------------------------------------------------ how it ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_with_a_hundred_streams_ends_in_time(tmp_path: Path, number: int) -> None:
    with run_web(tmp_path / "home") as server, contextlib.ExitStack() as stack:
        streams = [stack.enter_context(server.stream("/api/events")) for _ in range(100)]
        for stream in streams:
            assert b"200 OK" in read_until(stream, b"automagic")
        children = psutil.Process(server.process.pid).children(recursive=True)
        assert server.stop(number) < 3
        assert server.process.returncode == 0, server.said.read_text()
        assert not [child for child in children if child.is_running()]


def test_a_server_that_was_killed_lost_no_job(tmp_path: Path) -> None:
    with run_web(tmp_path / "home") as server:
        job = server.ask("POST", "/api/ads/specs", {}, idempotency_key="once").json()
        children = psutil.Process(server.process.pid).children(recursive=True)
        server.stop(signal.SIGKILL)
        for child in children:
            wait_until(lambda child=child: not child.is_running())  # type: ignore[misc]
    with run_web(tmp_path / "home") as server:
        again = server.ask("POST", "/api/ads/specs", {}, idempotency_key="once")
        assert (again.status, again.json()["id"]) == (200, job["id"])


# ---------------------------------------------------------------------------------------------------------- for whom


def test_beyond_loopback_a_token_is_asked_for(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with run_web(
        home,
        "--host",
        "0.0.0.0",  # noqa: S104
        "--allow-host",
        "studio.example",
    ) as server:
        file = home / "web.token"
        token = file.read_text().strip()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert token not in server.said.read_text()
        assert str(file) in server.said.read_text()
        problem(server.ask("GET", "/api/jobs"), 401)
        problem(server.ask("POST", "/api/ads/specs", {}), 401)
        bearer = f"Bearer {token}"
        assert server.ask("GET", "/api/jobs", authorization=bearer).status == 200
        assert server.ask("GET", "/api/jobs", authorization=bearer, host="studio.example").status == 200
        problem(server.ask("GET", "/api/jobs", authorization=bearer, host="other.example"), 421)
        assert "securitySchemes" in server.ask("GET", "/api/openapi.json", authorization=bearer).json()["components"]
        assert token not in (home / "logs" / "automagic.log").read_text()


def test_on_loopback_a_token_can_be_asked_for(tmp_path: Path) -> None:
    rules = rules_of(ServedPlace(asks=True), tmp_path)
    assert len(rules.token) >= 43
    assert rules_of(ServedPlace(host="192.0.2.1"), tmp_path).token == rules.token
    for place in (ServedPlace(), ServedPlace("::1"), ServedPlace("localhost"), ServedPlace("127.0.0.2")):
        assert rules_of(place, tmp_path).token == ""


def test_a_place_that_is_taken_is_said(server: WebServer, tmp_path: Path) -> None:
    environment = {"AUTOMAGIC_HOME": str(tmp_path)}
    done = run_command("serve", "--port", str(server.port), cwd=tmp_path, environment=environment)
    assert done.code == 2
    assert f"nothing can listen at 127.0.0.1, port {server.port}" in done.err


@pytest.mark.parametrize("host", ["nowhere.invalid", "256.1.1.1", "192.0.2.1"])
def test_a_place_that_is_none_is_said(tmp_path: Path, host: str) -> None:
    done = run_command("serve", "--host", host, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(tmp_path)})
    assert done.code == 2, done.err
    assert host in done.err


def test_without_the_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "granian", None)
    with pytest.raises(ConfigurationError, match="not installed") as failure:
        load_granian()
    assert "automagic[web]" in failure.value.hint
    command = [sys.executable, "-m", "automagic", "serve"]
    environment = without(tmp_path, "starlette", "granian")
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.returncode == 3
    assert "automagic[web]" in done.stderr


def test_with_work_a_worker_is_beside_it_and_ends_with_it(tmp_path: Path) -> None:
    with run_web(tmp_path / "home", "--work") as server:
        job = server.ask("POST", "/api/ads/specs", {}).json()
        until = time.monotonic() + 60
        while (state := server.ask("GET", job["url"], prefer="wait=20").json()["state"]) != "succeeded":
            assert state in ("queued", "running")
            assert time.monotonic() < until
        children = psutil.Process(server.process.pid).children(recursive=True)
        assert any("worker" in child.cmdline() for child in children)
        server.stop()
        assert not [child for child in children if child.is_running()]


def test_a_url_is_one_that_a_browser_takes() -> None:
    assert ServedPlace("::1", 80).url == "http://[::1]:80"
    assert serve.KILL_AFTER_S < 3
