"""What can be asked of the server itself."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from automagic.jobs.queue import reads
from automagic.version import __version__
from automagic.web.asked import Asked


async def health(asked: Asked) -> Response:
    """That it is there; looks at nothing."""
    del asked
    return Response(_ALIVE, media_type="application/json")


_ALIVE = msgspec.json.encode({"status": "ok", "version": __version__})


async def ready(asked: Asked) -> Response:
    """How many jobs are in each state, which shows that the queue can be read."""
    counts = await asked.web.reader.read(reads.count_jobs)
    return Response(msgspec.json.encode({"status": "ready", "jobs": counts}), media_type="application/json")


async def openapi(asked: Asked) -> Response:
    """All routes, as OpenAPI 3.1 has them."""
    return Response(asked.web.description(), media_type="application/json")
