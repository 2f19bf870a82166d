"""The protocol over standard input and output, as a client on this machine starts it."""

from __future__ import annotations

from mcp.server.stdio import stdio_server

from automagic.settings import Settings
from automagic.web.access.guard import AccessRules
from automagic.web.agents.inside import Inside, living
from automagic.web.agents.server import make_server
from automagic.web.app import make_app


async def serve_stdio(settings: Settings) -> None:
    """Answer an agent's client over standard input and output until it closes them."""
    app = make_app(settings, AccessRules())
    server = make_server(Inside(app))
    async with living(app), stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
