"""Start and end other processes: external programs, and killable Python children for long CPU work.

    run_program(argv)     one external program; its output is read, its failure is explained
    PythonChild(module)   one Python child that serves a module's functions on threads

Whoever awaits a call here owns its process: cancelling the call ends the process (terminate, wait, kill), and a
process whose parent dies, even by SIGKILL, ends too.

What the child does, and how the two speak, is in `serving`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import os
import struct
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.errors import MediaError, ResourceError
from automagic.machine.serving import as_error, child_command, framed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GRACE_S = 1.5
"""How long a process may take to end after SIGTERM."""

STDERR_TAIL_LINES = 40
MAX_LINE_BYTES = 1 << 20

# Run in front of an external program on Linux: asks the kernel to kill it when we die (PR_SET_PDEATHSIG is 1), then
# becomes that program. A preexec_fn would do the same but is unsafe in a process with threads.
_DIE_WITH_PARENT = """\
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() != int(sys.argv[1]): os._exit(1)
try: os.execv(sys.argv[2], sys.argv[2:])
except OSError as error: sys.exit(f"it could not be started: {error.strerror}")
"""


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """What a program wrote: `stdout` whole (unless its lines were handed to `on_line`), `stderr` its last lines."""

    stdout: bytes
    stderr: str


async def run_program(
    argv: Sequence[str],
    *,
    cwd: Path,
    on_line: Callable[[str], None] | None = None,
    timeout_s: float | None = None,
) -> ProgramResult:
    """Run an external program to its end.

    Args:
        argv: The program's absolute path and its arguments; no shell is involved.
        cwd: The folder it works in.
        on_line: Is given each line of its standard output as it comes.
        timeout_s: Upper bound in seconds; none by default.

    Raises:
        MediaError: It could not be started, ended with another code than 0, or took longer than `timeout_s`.
        ResourceError: It says that the disk is full.
    """
    name = Path(argv[0]).name
    try:
        process = await asyncio.create_subprocess_exec(
            *_dying_with_parent(argv),
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MAX_LINE_BYTES,
        )
    except OSError as error:
        raise MediaError(f"{name} could not be started: {error.strerror or error}") from error
    tail: deque[str] = deque(maxlen=STDERR_TAIL_LINES)
    output = bytearray()
    try:
        async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as readers:
            readers.create_task(_read_lines(process.stderr, tail.append))
            if on_line is None:
                readers.create_task(_read_all(process.stdout, output))
            else:
                readers.create_task(_read_lines(process.stdout, on_line))
            code = await process.wait()
    except TimeoutError as error:
        raise MediaError(f"{name} took longer than {timeout_s:.0f} s", hint="\n".join(tail)) from error
    finally:
        await end_process(process)
    stderr = "\n".join(tail)
    if code != 0 and os.strerror(errno.ENOSPC) in stderr:
        raise ResourceError(
            f"{name}: the disk is full", hint="Free some space and run the same command again: it goes on from here."
        )
    if code != 0:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        reason = stderr.strip().splitlines()[-1] if stderr.strip() else "no reason given"
        raise MediaError(f"{name} {how}: {reason}", hint=stderr if "\n" in stderr else "")
    return ProgramResult(bytes(output), stderr)


async def end_process(process: asyncio.subprocess.Process) -> None:
    """End a process for certain: terminate, wait `GRACE_S`, kill, wait. Does nothing to one that has ended."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        # Shielded: a second cancellation (Ctrl-C twice) must not leave the process behind.
        await asyncio.shield(asyncio.wait_for(process.wait(), GRACE_S))
    except (TimeoutError, asyncio.CancelledError):
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _dying_with_parent(argv: Sequence[str]) -> list[str]:
    if sys.platform != "linux":
        return list(argv)
    return [sys.executable, "-ISc", _DIE_WITH_PARENT, str(os.getpid()), *argv]


async def _read_lines(stream: asyncio.StreamReader | None, take: Callable[[str], None]) -> None:
    assert stream is not None  # noqa: S101 - a pipe was asked for; this tells the type checker
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # a line longer than the limit: no progress line is, so it is noise
            await stream.read(MAX_LINE_BYTES)
            continue
        if not line:
            return
        take(line.decode("utf-8", "replace").rstrip("\r\n"))


async def _read_all(stream: asyncio.StreamReader | None, output: bytearray) -> None:
    assert stream is not None  # noqa: S101 - as above
    while chunk := await stream.read(1 << 16):
        output += chunk


class PythonChild:
    """One Python process that serves the plain functions of one module.

    It is started by the first call and loads what its module loads once. Calls run on `threads` threads, further ones
    wait. Cancelling a call kills the process, since nothing else can stop CPU work at once; calls of others that were
    under way start again in a new child, so the functions must be safe to repeat.

    Args:
        module: Import path of the module whose functions may be called (names with a leading underscore may not).
        threads: How many calls it works on at once.
    """

    def __init__(self, module: str, *, threads: int = 1) -> None:
        self.module = module
        self.threads = threads
        self._ids = itertools.count(1)
        self._lock = asyncio.Lock()
        self._slots = asyncio.Semaphore(threads)
        self._connection: _Connection | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._connection.process.pid if self._connection and self._connection.alive else None

    async def call(self, function: str, **arguments: Any) -> Any:
        """Run `module.function(**arguments)` in the child and give its result.

        Raises:
            AutomagicError: As the function raised it; any other exception, and the child's death, as MediaError.
        """
        async with self._slots:
            while True:
                connection = await self._connect()
                try:
                    return await connection.call(next(self._ids), function, arguments)
                except asyncio.CancelledError:
                    await connection.kill()
                    raise
                except _KilledForAnotherCall:
                    continue

    async def close(self) -> None:
        """End the child; safe to call twice."""
        if self._connection is not None:
            await self._connection.kill()
            self._connection = None

    async def rest(self) -> None:
        """End the child when nothing is asked of it just now; the next call starts another."""
        async with self._lock:  # nobody else may open one meanwhile
            if self._connection is not None and not self._connection.busy:
                await self.close()

    async def _connect(self) -> _Connection:
        async with self._lock:
            if self._connection is None or not self._connection.alive:
                self._connection = await _Connection.open(self.module, self.threads)
            return self._connection


class _KilledForAnotherCall(Exception):
    """The child was ended on purpose while this call was under way."""


class _Connection:
    """The two pipes of one child process."""

    def __init__(self, process: asyncio.subprocess.Process, module: str) -> None:
        self.process = process
        self.module = module
        self.alive = True
        self._killed = False
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tail: deque[str] = deque(maxlen=STDERR_TAIL_LINES)
        self._tasks = [
            asyncio.create_task(self._receive()),
            asyncio.create_task(_read_lines(process.stderr, self._tail.append)),
        ]

    @classmethod
    async def open(cls, module: str, threads: int) -> _Connection:
        process = await asyncio.create_subprocess_exec(
            *child_command(module, threads),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MAX_LINE_BYTES,
            # Ctrl-C in a terminal goes to the whole group; the parent decides when a child ends.
            start_new_session=True,
        )
        return cls(process, module)

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return bool(self._waiting)

    async def call(self, call_id: int, function: str, arguments: dict[str, Any]) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[call_id] = future
        try:
            stdin = self.process.stdin
            assert stdin is not None  # noqa: S101 - a pipe was asked for
            try:
                stdin.write(framed([call_id, function, arguments]))
                await stdin.drain()
            except (ConnectionError, RuntimeError):
                pass  # the child is gone; the receiver fails this call with the reason
            return await future
        finally:
            self._waiting.pop(call_id, None)

    async def kill(self) -> None:
        self._killed = True
        self.alive = False
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await asyncio.shield(self.process.wait())
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # asyncio closes the pipes of an ended process on its next turn only.
        self.process._transport.close()  # type: ignore[attr-defined]  # no public way to close them now

    async def _receive(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            while True:
                size = struct.unpack(">I", await stdout.readexactly(4))[0]
                call_id, kind, value = msgspec.msgpack.decode(await stdout.readexactly(size))
                future = self._waiting.get(call_id)
                if future is None or future.done():
                    continue
                if kind == "result":
                    future.set_result(value)
                else:
                    future.set_exception(as_error(*value))
        except asyncio.IncompleteReadError:
            self.alive = False
            code = await self.process.wait()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(
                        _KilledForAnotherCall()
                        if self._killed
                        else MediaError(
                            f"the child process of {self.module} ended unexpectedly (code {code})",
                            hint="\n".join(self._tail),
                        )
                    )
