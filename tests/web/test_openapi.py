"""What the routes are said to be is what they are."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from automagic.web.openapi import describe
from automagic.web.routes import Route, list_routes
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask

ROUTES = list_routes()
DOCUMENT: dict[str, Any] = msgspec.json.decode(describe(ROUTES, token=False))


def test_every_route_is_described_once() -> None:
    told = [(method.upper(), path) for path, one in DOCUMENT["paths"].items() for method in one]
    assert sorted(told) == sorted((route.method, re.sub(r":path}", "}", route.path)) for route in ROUTES)
    names = [one["operationId"] for path in DOCUMENT["paths"].values() for one in path.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


def test_every_reference_leads_somewhere() -> None:
    for name in re.findall(r'"\$ref":"#/components/schemas/(\w+)"', msgspec.json.encode(DOCUMENT).decode()):
        assert name in DOCUMENT["components"]["schemas"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_says_what_it_does(route: Route) -> None:
    assert route.says.endswith(".")
    assert route.gives


async def test_the_server_sends_it(web: WebHome) -> None:
    reply = await ask(web.app, "GET", "/api/openapi.json")
    assert reply.json() == DOCUMENT


def test_with_a_token_it_says_that_one_is_asked_for() -> None:
    assert "security" not in DOCUMENT
    assert msgspec.json.decode(describe(ROUTES, token=True))["security"] == [{"token": []}]
