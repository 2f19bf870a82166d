"""Python programs as processes of their own, without a new interpreter's imports each time.

`start` and its two short forms take what one would write behind `python`, and ask a process that has imported the
program already to fork: what runs has its own environment, folder, files and signals, and costs its work only. Frames
of the command line are small (see small_frames.py). What is said about importing starts a real interpreter instead.

    test ── start ──▶ the process that forks ──▶ a keeper ──▶ the program
      └───── a pipe: its process id, and how it ended ◀┘
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.support.places import ROOT

PATIENCE_S = 100.0


@dataclass(frozen=True)
class Outcome:
    """How a program ended."""

    code: int
    out: str
    err: str


def run_command(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Outcome:
    """`automagic ARGUMENTS` in a folder, to its end."""
    return run_python("-m", "automagic", *arguments, cwd=cwd, environment=environment)


def run_python(*arguments: str, cwd: Path = ROOT, environment: Mapping[str, str] | None = None) -> Outcome:
    """`python ARGUMENTS`, to its end; see `start`."""
    process = start(*arguments, cwd=cwd, environment=environment)
    out, err = process.communicate(PATIENCE_S)
    assert process.returncode is not None
    return Outcome(process.returncode, out, err)


def start(
    *arguments: str,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    stdin: IO[Any] | None = None,
    stdout: IO[Any] | None = None,
    stderr: IO[Any] | None = None,
) -> Program:
    """Begin what `python ARGUMENTS` does: "-m automagic …", "-c CODE …" or "FILE …".

    Args:
        environment: The whole of it; by default this process's.
        stdin: What it reads; nothing by default.
        stdout, stderr: Where it writes; by default what `Program.communicate` gives.
    """
    return Program(arguments, cwd, dict(os.environ if environment is None else environment), stdin, stdout, stderr)


def server_id() -> int | None:
    """The process that forks, if it has been needed yet; it stays until `end`."""
    return _server().pid if _server.cache_info().currsize else None


def end() -> None:
    """Let go of the process that forks."""
    if _server.cache_info().currsize:
        _server().close()
        _server.cache_clear()


class Program:
    """What runs, in the words of `subprocess.Popen`."""

    def __init__(
        self,
        arguments: tuple[str, ...],
        cwd: Path,
        environment: dict[str, str],
        stdin: IO[Any] | None,
        stdout: IO[Any] | None,
        stderr: IO[Any] | None,
    ) -> None:
        self.returncode: int | None = None
        self._ending = threading.Lock()
        self._out = tempfile.TemporaryFile() if stdout is None else None  # noqa: SIM115 - read at the end
        self._err = tempfile.TemporaryFile() if stderr is None else None  # noqa: SIM115
        self._told, theirs = os.pipe()
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, theirs)
            request = stack.enter_context(tempfile.TemporaryFile())
            request.write(json.dumps([arguments, str(cwd), environment]).encode())  # longer than a packet may be
            request.seek(0)
            files = [
                request,
                stdin or stack.enter_context(Path(os.devnull).open("rb")),
                stdout or self._out,
                stderr or self._err,
            ]
            _server().ask([*(file.fileno() for file in files if file is not None), theirs])
        self.pid = int(self._next_line())

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *failure: object) -> None:
        """Nothing that was begun outlives its block."""
        self.kill()
        self.wait()

    def poll(self) -> int | None:
        """How it ended: as `subprocess` says it, or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Let it come to its end.

        Raises:
            subprocess.TimeoutExpired: It takes longer than so many seconds.
        """
        ready = select.poll()  # `select` itself takes no file beyond the 1024th
        ready.register(self._told, select.POLLIN)
        if not ready.poll(None if timeout is None else timeout * 1000):
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        with self._ending:  # several threads may wait
            if self.returncode is None:
                self.returncode = int(self._next_line())
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it has written when it is at its end; one that takes too long is killed."""
        try:
            self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            self.wait()
            raise
        return _text(self._out), _text(self._err)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _next_line(self) -> str:
        line = b""
        while not line.endswith(b"\n"):
            some = os.read(self._told, 1)
            assert some, "the process that forks has ended"
            line += some
        return line.decode()

    def __del__(self) -> None:
        for file in (self._out, self._err):
            if file is not None:
                file.close()
        os.close(self._told)


def _text(file: IO[bytes] | None) -> str:
    if file is None:
        return ""
    file.seek(0)
    return file.read().decode()


@functools.cache
def _server() -> _Server:
    return _Server()


class _Server:
    """The client's side of the process that forks."""

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

    def ask(self, files: list[int]) -> None:
        socket.send_fds(self._ours, [b"run"], files)

    def close(self) -> None:
        self._ours.close()
        self._process.wait()


# ------------------------------------------------------------------------------------------- the process that forks


def serve(connection: socket.socket) -> list[str]:
    """Fork for each request until the other side is gone; gives, in the programs, what they were asked for."""
    connection.send(b"ready")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers end by themselves
    while True:
        message, files, _, _ = socket.recv_fds(connection, 16, 5)
        if not message:
            os._exit(0)
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            connection.close()
            told = files.pop()
            if keep(told):
                os.close(told)
                return become(*files)
        for file in files:
            os.close(file)


def keep(told: int) -> bool:
    """Start a process and tell of it until it has ended; True in that process."""
    child = os.fork()
    if not child:
        return True
    os.write(told, b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def become(request: int, *files: int) -> list[str]:
    """Make this process the one that was asked for; its arguments."""
    with open(request, "rb") as file:
        arguments, cwd, environment = json.load(file)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    return list(arguments)


def load() -> None:
    """Import what most programs need. Nothing here may start a thread: those do not live on in a fork."""
    import warnings

    warnings.simplefilter("ignore")  # as for everybody who runs the program
    from automagic.machine.memory import bound_threads

    bound_threads()
    from tests.support.processes import small_frames

    small_frames.shrink()
    for module in (
        *("alembic.command", "av", "c2pa", "cv2", "dbos", "HanTa.HanoverTagger", "numpy", "onnxruntime", "psutil"),
        *("psycopg", "rich.console", "rich.table", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite"),
        *("structlog", "uharfbuzz", "automagic.cli.display", "automagic.cli.products", "automagic.jobs.worker"),
        *("automagic.media.quality.finished", "automagic.media.rendering.shot", "automagic.gate.gate"),
        *("automagic.products.video.recipe", "automagic.providers.local.espeak.engine", "automagic.studio"),
    ):
        importlib.import_module(module)
    draw_once()
    gc.collect()
    gc.freeze()  # so that programs neither copy nor search what they share


def draw_once() -> None:
    """What every video reads first: the tagger, the icons, the templates and fonts of the default theme."""
    import cv2

    from automagic.language.cards.whole import true_card
    from automagic.media.design import drawing
    from automagic.media.design.cards.layers import draw_layers
    from automagic.media.design.icons import has_icon
    from automagic.media.design.palette import derive_palette
    from automagic.media.design.platforms import group_platforms
    from automagic.media.design.theme_files import load_theme
    from automagic.media.design.themes import Brand, Design
    from automagic.media.thumbnails.video import draw_thumbnail

    theme, frame, brand = load_theme("default"), group_platforms(["square"])[0].frame, Brand()
    palette = derive_palette("Bees", mode="dark")
    card = true_card("Bees visit 2 million flowers.", role="opening", title="Bees", language="en")
    has_icon("flower")
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    design = Design(theme, palette, brand)
    draw_layers(card, design, frame, seed="")
    draw_thumbnail(card, "Bees", design, frame)
    cv2.setNumThreads(threads)
    drawing.close()  # each program has drawing children of its own
    tempfile.tempdir = None  # and looks itself where temporary files go


def carry_out(arguments: list[str]) -> int:
    """As the interpreter would, with its exit code."""
    try:
        _run(arguments)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            sys.stderr.write(ended.code + "\n")
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _run(arguments: list[str]) -> None:
    import runpy

    first, *rest = arguments
    if first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's own
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(first).parent)
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    load()
    assert threading.active_count() == len(list(Path("/proc/self/task").iterdir())) == 1
    code = carry_out(serve(socket.socket(fileno=int(sys.argv[1]))))
    # All that the interpreter does at its end but to take everything apart, which takes longer than many a program.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)
