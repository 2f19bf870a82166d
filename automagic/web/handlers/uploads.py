"""What can be asked of uploads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.problems import Problem
from automagic.web.submitting import is_plain_name
from automagic.web.uploads import Upload, kind_of

MAX_PAUSE_S = 60.0
PARTS = "application/offset+octet-stream"


async def begin(asked: Asked) -> Response:
    """Announce a file: {"name": "talk.mp4", "size": 1234}."""
    body = await asked.json()
    name, size = body.get("name"), body.get("size")
    if unknown := next((one for one in body if one not in ("name", "size")), None):
        raise Problem(422, f"there is no field {unknown[:60]!r}", errors=[(f"/{unknown[:60]}", "unknown")])
    if not isinstance(name, str) or not is_plain_name(name) or not kind_of(name):
        what = "it is a file's name, with an ending that something here reads, and names no folder"
        raise Problem(422, f"name: {what}", errors=[("/name", what)])
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise Problem(422, "size: it is a number of bytes", errors=[("/size", "it is a number of bytes")])
    upload = await asyncio.to_thread(asked.web.uploads.begin, name, size)
    return _tell(upload, 201, location=upload.told["url"])


async def extend(asked: Asked) -> Response:
    """Send what comes next."""
    offset = asked.request.headers.get("upload-offset", "")
    if not (offset.isascii() and offset.isdecimal() and len(offset) < 16):
        raise Problem(400, "there is no Upload-Offset: the number of bytes that the server has")
    kind = asked.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PARTS:
        raise Problem(415, f"the body has to be {PARTS}", headers={"accept-patch": PARTS})
    upload = await asked.web.uploads.extend(asked.path["upload"], int(offset), _parts(asked))
    return _tell(upload, 200)


async def _parts(asked: Asked) -> AsyncIterator[bytes]:
    stream = asked.request.stream()
    while True:
        try:
            async with asyncio.timeout(MAX_PAUSE_S):
                part = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise Problem(408, f"nothing came for {MAX_PAUSE_S:.0f} s", hint="Go on from where it stopped.") from error
        except ClientDisconnect as error:
            raise Problem(400, "the connection was closed before the body ended") from error
        yield part


async def show(asked: Asked) -> Response:
    """How far it is."""
    return _tell(await asyncio.to_thread(asked.web.uploads.find, asked.path["upload"]), 200)


async def remove(asked: Asked) -> Response:
    """Forget it."""
    await asyncio.to_thread(asked.web.uploads.remove, asked.path["upload"])
    return Response(status_code=204)


def _tell(upload: Upload, status: int, *, location: str = "") -> Response:
    headers = {"upload-offset": str(upload.offset), "upload-length": str(upload.size_bytes)}
    headers |= {"location": location} if location else {}
    return Response(msgspec.json.encode(upload.told), status, headers, "application/json")
