"""For people who write clients, a page of every route; for programs, where all of this is."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from automagic.version import __version__
from automagic.web.asked import Asked


async def docs(asked: Asked) -> Response:
    """The page, in one piece: it loads nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
    return Response(asked.web.docs(), headers={"content-security-policy": policy}, media_type="text/html")


async def well_known(asked: Asked) -> Response:
    """For programs that look for it: RFC 8615."""
    del asked
    told = {"name": "AutoMagic", "version": __version__, "openapi": "/api/openapi.json", "docs": "/docs", "api": "/api"}
    return Response(msgspec.json.encode(told), media_type="application/json")
