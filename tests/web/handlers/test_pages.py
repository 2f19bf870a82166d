"""The page that lists the routes, in one piece."""

from __future__ import annotations

import re

from automagic.web.routes import list_routes
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask


async def test_it_shows_every_route_and_loads_nothing(web: WebHome) -> None:
    reply = await ask(web.app, "GET", "/docs")
    text = reply.body.decode()
    assert all(f"<code>{route.path}</code>" in text for route in list_routes())
    assert re.findall(r"(?:src|href)=\"([^\"]*)\"", text) == ["data:,", "/api/openapi.json"]
    assert "<script" not in text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


async def test_programs_find_where_all_of_it_is(web: WebHome) -> None:
    told = (await ask(web.app, "GET", "/.well-known/automagic.json")).json()
    for target in (told["openapi"], told["docs"]):
        assert (await ask(web.app, "GET", target)).status == 200
