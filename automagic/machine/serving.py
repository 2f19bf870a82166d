"""The side of a child process: it serves the functions of one module, on threads, until its parent goes away.

It speaks MessagePack over its standard input and output, each message behind its length (4 bytes, big endian):

    parent → child   [call id, function name, {argument: value}]
    child  → parent  [call id, "result", value] or [call id, "error", [error class, message, hint]]

A child is started for a single call often enough, so that what is imported here and by the modules it serves counts:
no event loop, no logging.
"""

from __future__ import annotations

import importlib
import os
import signal
import struct
import sys
import threading
from queue import SimpleQueue
from typing import Any, BinaryIO

import msgspec

from automagic import errors
from automagic.errors import AutomagicError, MediaError
from automagic.machine.memory import bound_heaps, bound_threads, calm_collector

MAX_MESSAGE_BYTES = 64 << 20


def child_command(module: str, threads: int) -> list[str]:
    """The command of a child that serves the functions of a module on a number of threads."""
    return [sys.executable, "-m", __name__, module, str(threads)]


def as_error(name: str, message: str, hint: str) -> AutomagicError:
    """The error that a child reported; one that is not of the project is a MediaError."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, AutomagicError):
        return kind(message, hint=hint)
    return MediaError(f"{name}: {message}", hint=hint)


def framed(message: list[Any]) -> bytes:
    """A message with its length in front.

    Raises:
        ValueError: It is longer than `MAX_MESSAGE_BYTES`.
    """
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
    calls: SimpleQueue[tuple[int, str, dict[str, Any]]] = SimpleQueue()

    def work() -> None:
        while True:
            answer_to(*calls.get())

    def answer_to(call_id: int, function: str, arguments: dict[str, Any]) -> None:
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

    for _ in range(threads):
        threading.Thread(target=work, daemon=True).start()
    while (header := _read_exactly(requests, 4)) is not None:
        body = _read_exactly(requests, struct.unpack(">I", header)[0])
        if body is None:
            break
        calls.put(tuple(msgspec.msgpack.decode(body)))
    os._exit(0)  # work under way belongs to a parent that no longer waits for it


def _read_exactly(stream: BinaryIO, size: int) -> bytes | None:
    data = stream.read(size)
    return data if len(data) == size else None


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
