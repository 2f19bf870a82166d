"""`automagic serve` as a process of its own, and a client that says what it likes on the wire."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.web.asgi import Reply

PATIENCE_S = 60.0


@dataclass(frozen=True)
class WebServer:
    """A server that runs.

    Attributes:
        said: What it has written on stderr.
    """

    process: subprocess.Popen[bytes]
    port: int
    said: Path

    def ask(self, method: str, target: str, value: Any = None, **headers: str) -> Reply:
        """The answer to a request; headers with underscores for dashes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        with contextlib.closing(connection):
            given = {name.replace("_", "-"): text for name, text in headers.items()}
            body = None if value is None else json.dumps(value).encode()
            connection.request(method, target, body, ({"content-type": "application/json"} if body else {}) | given)
            answer = connection.getresponse()
            told = {name.lower(): text for name, text in answer.getheaders()}
            return Reply(answer.status, told, answer.read())

    def connect(self, data: bytes = b"") -> socket.socket:
        """A connection on which so much was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        connection.sendall(data)
        return connection

    def stream(self, target: str, **headers: str) -> socket.socket:
        """A connection on which an answer without an end is asked for."""
        lines = [f"GET {target} HTTP/1.1", "host: 127.0.0.1"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.connect("\r\n".join([*lines, "", ""]).encode())

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Let it end; gives the seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE_S)
        return time.monotonic() - begun


@contextlib.contextmanager
def run_web(home: Path, *flags: str, environment: Mapping[str, str] | None = None) -> Iterator[WebServer]:
    """A server over a home, on a port that was free, until the block ends."""
    home.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = home.parent / f"web-{port}.txt"
    command = [sys.executable, "-m", "automagic", "serve", *flags, "--port", str(port)]
    given = {**os.environ, "AUTOMAGIC_HOME": str(home), **(environment or {})}
    with said.open("wb") as file:
        process = subprocess.Popen(command, env=given, stderr=file, stdout=file, cwd=home.parent)
    server = WebServer(process, port, said)
    try:
        _wait_for(server)
        yield server
    finally:
        if process.poll() is None:
            server.stop()


def _wait_for(server: WebServer) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        assert server.process.poll() is None, server.said.read_text()
        assert time.monotonic() < until, server.said.read_text()
        with contextlib.suppress(OSError):
            if server.ask("GET", "/api/health").status == 200:
                return
        time.sleep(0.02)  # between looks


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """What comes until these bytes did, or until the other side ended."""
    data = b""
    while end not in data and (some := connection.recv(65_536)):
        data += some
    return data
