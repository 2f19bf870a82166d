"""The protocol, by its own SDK: over standard input and output for `automagic mcp`, over HTTP at /mcp."""

from __future__ import annotations

from typing import Any

import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import ASGIApp

from automagic.version import __version__
from automagic.web.agents.inside import Inside
from automagic.web.agents.tools import as_text, call, schema_of, tools_of
from automagic.web.routes import list_routes

INSTRUCTIONS = (
    "AutoMagic makes videos, clips, posts and ads on the person's own machine. Plan before you make. A make tool gives "
    "a run_id at once; a worker (`automagic worker`) carries it out; wait_for_run tells when it is done. Texts go "
    'inline: {"source": {"text": "…"}}. Nothing is published without a person.'
)


def make_server(inside: Inside) -> Server[Any]:
    """A server whose tools ask the application."""
    tools = tools_of(list_routes())

    async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        found = [
            types.Tool(
                name=tool.name,
                description=tool.says,
                input_schema=schema_of(tool, route),
                annotations=types.ToolAnnotations(
                    read_only_hint=not tool.changes,
                    destructive_hint=tool.name == "cancel_run",
                    idempotent_hint=not tool.costs,
                    open_world_hint=tool.costs,
                ),
            )
            for tool, route in tools.values()
        ]
        return types.ListToolsResult(tools=found)

    async def call_tool(_context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        if params.name not in tools:
            told = {"detail": f"there is no tool {params.name[:60]!r}", "hint": f"Tools: {', '.join(tools)}."}
            return _result(told, failed=True)
        done, told = await call(*tools[params.name], params.arguments or {}, inside)
        return _result(told, failed=not done)

    return Server(
        "automagic", version=__version__, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )


def _result(told: dict[str, Any], *, failed: bool) -> types.CallToolResult:
    text = types.TextContent(type="text", text=as_text(told))
    return types.CallToolResult(content=[text], structured_content=told, is_error=failed)


def make_manager(app: ASGIApp, token: str) -> StreamableHTTPSessionManager:
    """What answers clients over HTTP. Host, origin and token are looked at before, by the application's own guard."""
    return StreamableHTTPSessionManager(make_server(Inside(app, token)), json_response=True, stateless=True)
