"""The protocol's own SDK is the client: it starts the command, and calls the tools."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from automagic.settings import Settings
from automagic.web.access.guard import AccessRules
from automagic.web.agents.inside import Inside, living
from automagic.web.agents.server import make_server
from automagic.web.agents.tools import MOST, TOOLS, compact, schema_of, tools_of
from automagic.web.app import make_app
from automagic.web.routes import list_routes

TOKEN = "t" * 40
TEXT = {"source": {"text": "# Bread\n\nBread rests for ten minutes after it is baked."}, "draft": True}


@contextlib.asynccontextmanager
async def connect(tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a server in this process; no fixture, since the SDK wants to be left in the task that entered it."""
    app = make_app(Settings(automagic_home=tmp_path))
    async with living(app), Client(make_server(Inside(app))) as client:
        yield client


async def test_the_command_speaks_with_a_client_over_standard_input_and_output(tmp_path: Path) -> None:
    program = StdioServerParameters(
        command=sys.executable, args=["-m", "automagic", "mcp"], env={"AUTOMAGIC_HOME": str(tmp_path / "home")}
    )
    async with Client(stdio_client(program)) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        queued = await client.call_tool("make_video", TEXT)
        listed = await client.call_tool("list_runs", {})
    assert {"make_video", "wait_for_run", "cancel_run"} <= set(names)
    assert queued.structured_content["state"] == "queued"
    assert [run["run_id"] for run in listed.structured_content["runs"]] == [queued.structured_content["run_id"]]


async def test_the_same_tools_are_at_an_address_of_the_server(tmp_path: Path) -> None:
    settings = Settings(automagic_home=tmp_path)
    app = make_app(settings, AccessRules(TOKEN))
    async with (
        living(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), headers={"Authorization": f"Bearer {TOKEN}"}) as http,
    ):
        transport = streamable_http_client("http://127.0.0.1:8000/mcp", http_client=http)
        async with Client(transport) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            queued = await client.call_tool("make_video", TEXT)
        http.headers["Authorization"] = "Bearer another"
        refused = await http.post("http://127.0.0.1:8000/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        http.headers["Authorization"] = f"Bearer {TOKEN}"
        foreign = await http.post("http://127.0.0.1:8000/mcp", json={}, headers={"Origin": "https://evil.example"})
    assert "make_video" in names
    assert queued.structured_content["state"] == "queued"
    assert (refused.status_code, foreign.status_code) == (401, 403)


async def test_a_run_is_waited_for_no_longer_than_asked_and_then_cancelled(tmp_path: Path) -> None:
    async with connect(tmp_path) as client:
        await _wait_and_cancel(client)


async def _wait_and_cancel(client: Client) -> None:
    run_id = (await client.call_tool("make_video", TEXT)).structured_content["run_id"]
    waited = await client.call_tool("wait_for_run", {"run_id": run_id, "seconds": 1})
    assert (waited.is_error, waited.structured_content["state"]) == (False, "queued")
    assert waited.structured_content["poll_after_s"] > 0
    cancelled = await client.call_tool("cancel_run", {"run_id": run_id})
    assert cancelled.structured_content["state"] == "cancelled"
    after = await client.call_tool("wait_for_run", {"run_id": run_id})
    assert after.structured_content["state"] == "cancelled"


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("make_video", {"sauce": 1}, "no field 'sauce'"),
        ("make_video", {"source": "/etc/hostname"}, "a file is sent, not named"),
        ("make_video", {"publish": ["youtube"], **TEXT}, "no field 'publish'"),
        ("get_run", {"run_id": "../../health"}, "there is no job"),
        ("wait_for_run", {"run_id": "nobody"}, "there is no job"),
        ("list_runs", {"limit": 100000}, "not a whole number"),
        ("fly", {}, "there is no tool 'fly'"),
    ],
)
async def test_what_cannot_be_done_is_an_error_in_words(
    tmp_path: Path, name: str, arguments: dict[str, object], says: str
) -> None:
    async with connect(tmp_path) as client:
        result = await client.call_tool(name, arguments)
    assert result.is_error
    assert says in json.loads(result.content[0].text)["detail"]


def test_every_tool_is_a_route_and_they_are_few_and_small() -> None:
    tools = tools_of(list_routes())
    assert len(TOOLS) <= MOST
    assert {tool.name for tool in TOOLS} == set(tools)
    for tool, route in tools.values():
        schema = schema_of(tool, route)
        assert schema["additionalProperties"] is False, tool.name
        assert len(json.dumps(schema)) < 9_000, tool.name


def test_what_is_empty_is_not_told() -> None:
    job = {"id": "1", "state": "running", "doing": "", "error": None, "files": [], "attempts": 1, "progress": 0.5}
    assert compact(job) == {"run_id": "1", "state": "running", "progress": 0.5, "poll_after_s": 10}
