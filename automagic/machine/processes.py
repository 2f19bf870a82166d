"""Start and end other processes: external programs, and killable Python children for long CPU work.

    run_program(argv)     one external program; its output is read, its failure is explained
    PythonChild(module)   one Python child that serves a module's functions on threads

Whoever awaits a call here owns its process: cancelling the call ends the process (terminate, wait, kill), and a
process whose parent dies, even by SIGKILL, ends too.

The child speaks MessagePack over its standard input and output, each message behind its length (4 bytes, big endian):

    parent → child   [call id, function name, {argument: value}]
    child  → parent  [call id, "result", value] or [call id, "error", [error class, message, hint]]
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import importlib
import itertools
import os
import signal
import struct
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from automagic import errors
from automagic.errors import AutomagicError, MediaError, ResourceError
from automagic.machine.memory import bound_heaps, bound_threads, calm_collector

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GRACE_S = 1.5
"""How long a process may take to end after SIGTERM."""

STDERR_TAIL_LINES = 40
MAX_LINE_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 64 << 20

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


def child_command(module: str, threads: int) -> list[str]:
    """The command of a child that serves the functions of a module on a number of threads."""
    return [sys.executable, "-m", __name__, module, str(threads)]


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


def as_error(name: str, message: str, hint: str) -> AutomagicError:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, AutomagicError):
        return kind(message, hint=hint)
    return MediaError(f"{name}: {message}", hint=hint)


def framed(message: list[Any]) -> bytes:
    body = msgspec.msgpack.encode(message)
    if len(body) > MAX_MESSAGE_BYTES:
        raise ValueError(f"a message of {len(body)} bytes is too large for a child process: pass a path")
    return struct.pack(">I", len(body)) + body


def serve(module_name: str, threads: int) -> None:
    """Serve calls until standard input ends, which it does when the parent goes away."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints must not end up between two messages
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    calm_collector()
    bound_heaps()
    bound_threads()
    module = importlib.import_module(module_name)
    lock = threading.Lock()
    pool = ThreadPoolExecutor(max_workers=threads)

    def work(call_id: int, function: str, arguments: dict[str, Any]) -> None:
        try:
            if function.startswith("_"):
                raise AttributeError(f"{function} is private")  # noqa: TRY301 - reported like any other failure
            answer = framed([call_id, "result", getattr(module, function)(**arguments)])
        except AutomagicError as error:
            answer = framed([call_id, "error", [type(error).__name__, error.message, error.hint]])
        except Exception as error:
            import traceback

            answer = framed([call_id, "error", [type(error).__name__, str(error), traceback.format_exc()]])
        with lock:
            answers.write(answer)

    while (header := _read_exactly(requests, 4)) is not None:
        body = _read_exactly(requests, struct.unpack(">I", header)[0])
        if body is None:
            break
        pool.submit(work, *msgspec.msgpack.decode(body))
    os._exit(0)  # work under way belongs to a parent that no longer waits for it


def _read_exactly(stream: BinaryIO, size: int) -> bytes | None:
    data = stream.read(size)
    return data if len(data) == size else None


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
