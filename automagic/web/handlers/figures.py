"""What was made and spent, how the machine does, and what is wrong: the figures of the command line."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.problems import Problem

FRESH_S = 5.0
"""Who asks more often is told the same: each look is a program of its own."""

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


async def spend(asked: Asked) -> Response:
    """What was paid, by day, vendor and run."""
    return _json(await asked.web.commands.kept("spend", "--json", for_s=FRESH_S))


async def metrics(asked: Asked) -> Response:
    """What was made, how long it took and what it cost; `since` as in 7d."""
    since = asked.request.query_params.get("since")
    if since is None:
        return _json(await asked.web.commands.kept("--metrics", "--json", for_s=FRESH_S))
    if not (since.isascii() and 1 < len(since) < 6 and since[:-1].isdecimal() and since[-1] in "smhdw"):
        raise Problem(400, f"{since[:40]!r} is not a valid span", hint="Write it like 12h or 7d.")
    return _json(await asked.web.commands.run("--metrics", "--since", since, "--json"))


async def prometheus(asked: Asked) -> Response:
    """All of it as Prometheus reads it."""
    printed = await asked.web.commands.kept("--metrics", "--prometheus", for_s=FRESH_S)
    return Response(printed, media_type=PROMETHEUS)


async def alerts(asked: Asked) -> Response:
    """The alerts that fire, and what else is wrong."""
    status = document(await asked.web.commands.kept("--status", "--json", for_s=FRESH_S))
    told = {name: status.get(name, []) for name in ("alerts", "problems", "lacking")}
    return Response(msgspec.json.encode(told), media_type="application/json")


def _json(printed: bytes) -> Response:
    return Response(msgspec.json.encode(document(printed)), media_type="application/json")
