"""The fence around drawing: templates, the SVG renderer and logos work in child processes with limits.

    render, rasterise, read_logo ─▶ one of a few children ─▶ SVG text, pixels
                                        │ dies, or takes too long
                                        ▼
                                    MediaError: what was drawn and what happened; the next call starts another child

A theme may be a stranger's and the renderer is native code, so that a drawing may end its process, eat memory or never
come to an end. None of that may reach the run beside it.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import select
import signal
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from automagic.errors import MediaError
from automagic.machine.serving import as_error, child_command, framed
from automagic.media.design import drawing_work

CALL_S = 90.0
"""Seconds of waiting for one drawing, on a machine that is busy with other things; see `drawing_work.CALL_CPU_S`."""

CHILDREN = 2
"""How many children work at once; further calls wait."""


def call(function: str, subject: str, /, **arguments: Any) -> Any:
    """Run a function of `drawing_work` in a child; see `Pool.call`."""
    return _POOL.call(function, subject, **arguments)


class _Gone(Exception):
    """A child ended while it worked, with the reason for people."""


class _Child:
    """One process that serves the functions of a module, one call at a time."""

    def __init__(self, module: str, call_s: float) -> None:
        self._call_s = call_s
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = subprocess.Popen(
            child_command(module, threads=1),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Ctrl-C in a terminal goes to the whole group; the parent decides when a child ends.
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._ids = itertools.count(1)
        self.alive = True
        self.call("bound", {})

    def call(self, function: str, arguments: dict[str, Any]) -> Any:
        number, deadline = next(self._ids), time.monotonic() + self._call_s
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            self._process.stdin.write(framed([number, function, arguments]))
            self._process.stdin.flush()
            size = struct.unpack(">I", self._read(4, deadline))[0]
            _, kind, value = msgspec.msgpack.decode(self._read(size, deadline))
        except (BrokenPipeError, _Ended):
            raise _Gone(self._cause_of_death()) from None
        except BaseException:
            self.end()  # what it would still write belongs to this call
            raise
        if kind == "result":
            return value
        if value[0] == "MemoryError":
            self.end()
            raise _Gone(f"it needs more than {drawing_work.MEMORY_BYTES >> 30} GB of memory")
        raise as_error(*value)

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        handle, data = self._process.stdout.fileno(), bytearray()
        while len(data) < size:
            ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise _Gone(f"it took longer than {self._call_s:.0f} s")
            piece = os.read(handle, size - len(data))
            if not piece:
                raise _Ended
            data += piece
        return bytes(data)

    def _cause_of_death(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        tail = self._errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
        self.end()
        if code == -signal.SIGXCPU:
            return f"it took more than {drawing_work.CALL_CPU_S} s of processor time"
        how = f"its process was ended by signal {-code}" if code < 0 else f"its process ended with exit code {code}"
        return f"{how} ({tail[-1][:200]})" if tail else how

    def end(self) -> None:
        """Kill the process and close its pipes; safe to call twice."""
        self.alive = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()


class _Ended(Exception):
    """The pipe from the child is closed."""


class Pool:
    """Children that wait for work, the last used first.

    Args:
        module: Whose functions they serve.
        call_s: Seconds of waiting for one call.
    """

    def __init__(self, module: str = drawing_work.__name__, call_s: float = CALL_S) -> None:
        self._module, self._call_s = module, call_s
        self._idle: list[_Child] = []
        self._inherited: list[_Child] = []
        self._lock = threading.Lock()
        self._places = threading.Semaphore(CHILDREN)

    def call(self, function: str, subject: str, /, **arguments: Any) -> Any:
        """Run a function of the module in a child.

        Args:
            function: Its name.
            subject: What is drawn, as an error names it: "The card of the theme 'mine'".

        Raises:
            AutomagicError: As the function raised it.
            MediaError: The child died, took too long or needed too much memory.
        """
        try:
            with self._child() as child:
                return child.call(function, arguments)
        except _Gone as error:
            raise MediaError(
                f"{subject} could not be drawn: {error}.",
                hint="A shipped theme and a PNG logo are safe; simplify your own templates or drawing.",
            ) from error

    @contextlib.contextmanager
    def _child(self) -> Iterator[_Child]:
        with self._places:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            child = child or _Child(self._module, self._call_s)
            try:
                yield child
            finally:
                if child.alive:
                    with self._lock:
                        self._idle.append(child)

    def close(self) -> None:
        """End the children that are idle; the next call starts another."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def idle_pids(self) -> set[int]:
        """The process ids of the children that wait for work."""
        with self._lock:
            return {child.pid for child in self._idle}

    def forget(self) -> None:
        """In a forked process: the children are the parent's, and the lock may be held by a thread that is not here."""
        self._inherited += self._idle
        self._idle, self._lock, self._places = [], threading.Lock(), threading.Semaphore(CHILDREN)


_POOL = Pool()
close = _POOL.close
idle_pids = _POOL.idle_pids
atexit.register(close)
os.register_at_fork(after_in_child=_POOL.forget)
