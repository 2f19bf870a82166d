"""The archive: look for what was said, and go to where it is."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.handlers.archive import find_hits
from automagic.web.pages.templates import show


async def show_archive(asked: Asked) -> Response:
    """How each station stands; with `q`, where it was said."""
    query = asked.request.query_params.get("q", "").strip()
    values: dict[str, Any] = {"q": query, "found": None, "sources": []}
    if query:
        values["found"] = await find_hits(asked)
    else:
        values["sources"] = document(await asked.web.commands.run("archive", "status", "--json"))["sources"]
    return show(asked, "archive.html", values)
