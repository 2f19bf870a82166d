"""The protocol at /mcp, beside the routes: loaded at the first request, since its SDK takes a second to import."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from automagic.web.problems import Problem, answer

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"


class AgentsDoor:
    """Takes what goes to /mcp. Stateless: a request may go to any server, and none remembers a client.

    Args:
        app: All of the application, guard included: what a tool asks passes it as any request does.
        token: What the application asks for; "" for nothing.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._token = app, token
        self._manager: asyncio.Task[StreamableHTTPSessionManager] | None = None
        self._life: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of a client."""
        if not {"read", "make"} <= scope["state"]["who"].scopes:  # what the tools ask is asked as the owner
            problem = Problem(403, "the tools for agents need a key with the scopes read and make")
            await answer(problem)(scope, receive, send)
            return
        if importlib.util.find_spec("mcp") is None:
            problem = Problem(501, "the tools for agents are not installed", hint="pip install 'automagic[mcp]'.")
            await answer(problem)(scope, receive, send)
            return
        if self._manager is None:  # one task makes it, and all who come meanwhile wait for that one
            self._manager = asyncio.create_task(self._begin())
        manager = await asyncio.shield(self._manager)
        await manager.handle_request(scope, receive, send)

    async def _begin(self) -> StreamableHTTPSessionManager:
        from automagic.web.agents.server import make_manager

        manager = await asyncio.to_thread(make_manager, self._app, self._token)
        begun = asyncio.Event()
        self._life = asyncio.create_task(self._live(manager, begun))
        await begun.wait()
        return manager

    async def _live(self, manager: StreamableHTTPSessionManager, begun: asyncio.Event) -> None:
        """Its tasks are left in the task that entered them."""
        async with manager.run():
            begun.set()
            await self._ended.wait()

    async def end(self) -> None:
        """Let go of its clients."""
        self._ended.set()
        if self._life is not None:
            await self._life
