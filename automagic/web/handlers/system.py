"""What can be asked of the server itself."""

from __future__ import annotations

import shutil

import msgspec
from starlette.responses import Response

from automagic.errors import AutomagicError
from automagic.jobs.queue import reads
from automagic.version import __version__
from automagic.web.asked import Asked
from automagic.web.problems import Problem


async def health(asked: Asked) -> Response:
    """That it is there; looks at nothing. `?checks=true` looks at the queue, the disk and the workers as well."""
    if not asked.flag("checks"):
        return Response(_ALIVE, media_type="application/json")
    if "read" not in asked.who.scopes:
        raise Problem(401, "the checks are for those who have a key", hint="Leave out checks, or send a key.")
    checks: dict[str, str] = {}
    try:
        await asked.web.reader.read(reads.count_jobs)
        checks["queue"] = "ok"
        busy = await asked.web.reader.read(reads.busy_workers)
        checks["workers"] = f"{len(busy)} at work"
    except AutomagicError as error:
        checks["queue"] = error.message
    free = shutil.disk_usage(
        next(one for one in (asked.web.settings.home, *asked.web.settings.home.parents) if one.exists())
    ).free
    checks["disk"] = "ok" if free > LEAST_FREE_BYTES else f"{free / 1e9:.1f} GB are free"
    told = {"status": "ok" if checks["queue"] == checks["disk"] == "ok" else "degraded", "version": __version__}
    return Response(msgspec.json.encode(told | {"checks": checks}), media_type="application/json")


LEAST_FREE_BYTES = 1 << 30
_CHECKS: dict[str, str] = {"server": "ok"}
_ALIVE = msgspec.json.encode({"status": "ok", "version": __version__, "checks": _CHECKS})


async def ready(asked: Asked) -> Response:
    """How many jobs are in each state, which shows that the queue can be read."""
    counts = await asked.web.reader.read(reads.count_jobs)
    return Response(msgspec.json.encode({"status": "ready", "jobs": counts}), media_type="application/json")


async def openapi(asked: Asked) -> Response:
    """All routes, as OpenAPI 3.1 has them."""
    return Response(asked.web.description(), media_type="application/json")
