"""Fetch one file of known length over HTTPS, and nothing else.

Only a download imports this, since urllib takes 30 ms.
"""

from __future__ import annotations

import hashlib
import os
import urllib.request
from typing import TYPE_CHECKING, Any

from automagic.machine.blocks import check_stopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TIMEOUT_S = 60
CHUNK_BYTES = 1 << 20


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    """Hubs redirect to their storage; never to an unencrypted one."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https://"):
            raise OSError(f"the server redirects to {newurl.partition(':')[0]}, which is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str, target: Path, *, size_bytes: int, report: Callable[[int], None]) -> str:
    """Stream a file to `target`, which the caller removes when this fails. The environment's proxies are used.

    Args:
        url: An https address.
        target: Where it is written.
        size_bytes: How long it must be; more is never read.
        report: Is told how many bytes are there.

    Returns:
        The sha256 of what came, in hexadecimal.

    Raises:
        OSError: The network, the server or the disk failed, or the length is another.
    """
    if not url.startswith("https://"):
        raise OSError(f"{url} is not an https address")
    request = urllib.request.Request(url, headers={"User-Agent": "automagic"})  # noqa: S310 - https, see above
    digest = hashlib.sha256()
    done_bytes = 0
    with (
        urllib.request.build_opener(_HttpsOnly).open(request, timeout=TIMEOUT_S) as answer,
        target.open("wb") as sink,
    ):
        while chunk := answer.read(CHUNK_BYTES):
            check_stopped()
            done_bytes += len(chunk)
            if done_bytes > size_bytes:
                raise OSError(f"it is longer than the expected {size_bytes} bytes")
            digest.update(chunk)
            sink.write(chunk)
            report(done_bytes)
        if done_bytes < size_bytes:
            raise OSError(f"it ended after {done_bytes} of {size_bytes} bytes")
        sink.flush()
        os.fsync(sink.fileno())
    return digest.hexdigest()
