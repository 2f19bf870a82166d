"""A server of large files: with ranges or without, that breaks off, changes a file meanwhile, or lies about it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from tests.support.servers.base import VendorServer


@dataclass
class ServedFile:
    """A file and how it is served.

    Attributes:
        etag: As the header has it; "" for none.
        cut: Break the connection off after so many bytes of each answer; 0 for never.
        ranges: Whether a part may be asked for.
        slow_s: Pause after each 64 KiB.
        then: The file that is served from the next request on; None for this one.
        begins_wrong: Answer a range from another byte than was asked for.
        says: The length that the header has, where that is a lie.
        no_part: Refuse every range (416).
        squeezed: Send ranges compressed, whatever was asked for.
    """

    body: bytes
    etag: str = '"one"'
    modified: str = ""
    cut: int = 0
    ranges: bool = True
    slow_s: float = 0.0
    then: ServedFile | None = None
    begins_wrong: bool = False
    says: int | None = None
    no_part: bool = False
    squeezed: bool = False
    media_type: str = "video/mp4"


class FileServer(VendorServer):
    """Files by their paths.

    Attributes:
        files: Path → file.
        redirects: Path → address.
        starts: The byte from which each request was answered.
        sent_bytes: Of bodies.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, ServedFile] = {}
        self.redirects: dict[str, str] = {}
        self.starts: list[int] = []
        self.sent_bytes = 0

    def add_routes(self, app: web.Application) -> None:
        """All paths."""
        app.router.add_get("/{path:.*}", self.serve)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One file, or a part of it."""
        path = request.match_info["path"]
        if path in self.redirects:
            raise web.HTTPFound(self.redirects[path])
        file = self.files.get(path)
        if file is None:
            raise web.HTTPNotFound(text="no such file")
        if file.then is not None:
            self.files[path] = file.then
        start = self._start_of(request, file)
        headers = {"ETag": file.etag, "Last-Modified": file.modified, "Content-Type": file.media_type}
        headers = {name: value for name, value in headers.items() if value}
        total = len(file.body)
        if start is not None and (start >= total or file.no_part):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{total}"})
        begin = (start or 0) + (1 if file.begins_wrong and start else 0)
        if start is not None:
            headers["Content-Range"] = f"bytes {begin}-{total - 1}/{total}"
        if start is not None and file.squeezed:
            headers["Content-Encoding"] = "gzip"
        response = web.StreamResponse(status=200 if start is None else 206, headers=headers)
        response.content_length = total - begin if file.says is None else file.says
        await response.prepare(request)
        self.starts.append(begin)
        end = min(total, begin + file.cut) if file.cut else total
        if file.says is not None:
            end = min(end, file.says)
        for at in range(begin, end, 1 << 16):
            piece = file.body[at : min(end, at + (1 << 16))]
            await response.write(piece)
            self.sent_bytes += len(piece)
            if file.slow_s:
                await asyncio.sleep(file.slow_s)
        if end - begin < (response.content_length or 0) and request.transport is not None:
            request.transport.close()
        return response

    def _start_of(self, request: web.Request, file: ServedFile) -> int | None:
        asked, if_range = request.headers.get("Range"), request.headers.get("If-Range")
        if asked is None or not file.ranges or (if_range and if_range not in (file.etag, file.modified)):
            return None
        return int(asked.removeprefix("bytes=").rstrip("-"))
