"""The command line as a process of its own, without a new interpreter's imports each time.

`run_command` asks a process that has imported the program already; it forks for each command, so that a command has
its own environment, folder, files and exit, and costs its work only. What is killed or watched while it runs, and what
is said about importing, starts a real interpreter instead.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_S = 100.0


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


def run_command(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Outcome:
    """`automagic ARGUMENTS` in a folder, to its end. `environment` is the whole of it; by default this process's."""
    return _server().run(arguments, cwd, dict(os.environ if environment is None else environment))


def server_id() -> int | None:
    """The process that forks, if it has been needed yet; it stays until `end`."""
    return _server().pid if _server.cache_info().currsize else None


def end() -> None:
    """Let go of the process that forks."""
    if _server.cache_info().currsize:
        _server().close()
        _server.cache_clear()


@functools.cache
def _server() -> _Server:
    return _Server()


class _Server:
    """A client's side of the process that forks."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        assert self._ours.recv(16) == b"ready"
        self.pid = self._process.pid

    def run(self, arguments: tuple[str, ...], cwd: Path, environment: dict[str, str]) -> Outcome:
        request = json.dumps([arguments, str(cwd), environment]).encode()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as told:
            told.write(request)  # longer than a packet may be
            told.seek(0)
            socket.send_fds(self._ours, [b"run"], [told.fileno(), out.fileno(), err.fileno()])
            child = int(self._ours.recv(16))
            self._ours.settimeout(PATIENCE_S)
            try:
                code = int(self._ours.recv(16))
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                self._ours.settimeout(None)
                self._ours.recv(16)
                raise
            self._ours.settimeout(None)
            out.seek(0)
            err.seek(0)
            return Outcome(code, out.read().decode(), err.read().decode())

    def close(self) -> None:
        self._ours.close()
        self._process.wait()


# ------------------------------------------------------------------------------------------- the process that forks


def serve(connection: socket.socket) -> None:
    """Fork for each request until the other side is gone; return in the children, as the command line to be run."""
    connection.send(b"ready")
    while True:
        message, files, _, _ = socket.recv_fds(connection, 16, 3)
        if not message:
            os._exit(0)
        told, out, err = files
        child = os.fork()
        if not child:
            connection.close()
            become(told, out, err)
            return
        for file in files:
            os.close(file)
        connection.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def become(told: int, out: int, err: int) -> None:
    """Make this process the one that was asked for."""
    with open(told, "rb") as file:
        arguments, cwd, environment = json.load(file)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["automagic", *arguments]


def load() -> None:
    """Import what most commands need. Nothing here may start a thread: those do not live on in a fork."""
    import warnings

    warnings.simplefilter("ignore")  # as for everybody who runs the program
    from automagic.memory import bound_threads

    bound_threads()
    for module in (
        *("alembic.command", "av", "c2pa", "cv2", "HanTa.HanoverTagger", "numpy", "onnxruntime", "psutil"),
        *("rich.console", "rich.table", "sqlalchemy.dialects.sqlite", "structlog", "uharfbuzz"),
        *("automagic.cli.display", "automagic.cli.video", "automagic.media.quality", "automagic.media.shot"),
        *("automagic.pipelines.video", "automagic.providers.local.espeak", "automagic.studio"),
    ):
        importlib.import_module(module)


if __name__ == "__main__":
    load()
    serve(socket.socket(fileno=int(sys.argv[1])))
    from automagic.__main__ import main

    main()
