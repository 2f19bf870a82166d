"""Where something was said."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.problems import Problem

HITS, MAX_HITS = 20, 200
MAX_QUERY = 500


async def search(asked: Asked) -> Response:
    """Hits with their recordings and times, the best first."""
    return Response(msgspec.json.encode(await find_hits(asked)), media_type="application/json")


async def find_hits(asked: Asked) -> dict[str, object]:
    """What is found for `q` in the query, as `archive search --json` prints it, without places of this machine.

    Raises:
        Problem: There is no query, or it is too long.
    """
    query, source = (asked.request.query_params.get(name, "").strip() for name in ("q", "source"))
    if not query or len(query) > MAX_QUERY or not query.isprintable():
        wrong = f"it has at most {MAX_QUERY} characters" if query else "it is not said what to look for"
        raise Problem(400, f"q: {wrong}", errors=[("?q", wrong)])
    limit = asked.whole("limit", HITS, least=1, most=MAX_HITS)
    asked_for = ["archive", "search", "--json", "--limit", str(limit), *([f"--source={source}"] if source else [])]
    found: dict[str, object] = document(await asked.web.commands.run(*asked_for, "--", query))
    return {name: value for name, value in found.items() if name not in ("run_id", "timings")}
