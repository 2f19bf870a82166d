"""Who answers is found by the parts of a path, and as Starlette's router would find it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from automagic.web.app import _join
from automagic.web.dispatch import Dispatcher, Endpoint
from automagic.web.routes import list_routes
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask


def named(name: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return PlainTextResponse(f"{name} {sorted(request.path_params.items())}")

    return endpoint


PATHS = {
    "/": ("GET",), "/jobs": ("GET",), "/jobs/{job}": ("GET",), "/jobs/{job}/cancel": ("POST",), "/jobs/new": ("POST",),
    "/jobs/{job}/files/{file:path}": ("GET",), "/jobs/{job}/{part}": ("GET",),
}  # fmt: skip
ENDPOINTS = {path: {method: named(f"{method} {path}") for method in methods} for path, methods in PATHS.items()}


async def otherwise(_scope: Scope, _receive: Receive, send: Send) -> None:
    await PlainTextResponse("otherwise")(_scope, _receive, send)


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/", "GET / []"),
        ("HEAD", "/jobs", "GET /jobs []"),
        ("GET", "/jobs/1", "GET /jobs/{job} [('job', '1')]"),
        ("GET", "/jobs/new", "GET /jobs/{job} [('job', 'new')]"),
        ("POST", "/jobs/new", "POST /jobs/new []"),
        ("POST", "/jobs/1/cancel", "POST /jobs/{job}/cancel [('job', '1')]"),
        ("GET", "/jobs/1/cancel", "GET /jobs/{job}/{part} [('job', '1'), ('part', 'cancel')]"),
        ("GET", "/jobs/", "otherwise"),
        ("GET", "/jobs//x", "otherwise"),
        ("DELETE", "/jobs/1", "otherwise"),
        ("GET", "/jobs/1/files/a/b.txt", "otherwise"),
        ("GET", "jobs", "otherwise"),
        ("GET", "/none", "otherwise"),
    ],
)
async def test_who_answers(method: str, path: str, told: str) -> None:
    assert (await ask(Dispatcher(ENDPOINTS, otherwise), method, path)).body.decode() == told


async def test_every_route_of_the_table_is_found_as_the_router_finds_it() -> None:
    endpoints: dict[str, dict[str, Any]] = {}
    for route in list_routes():
        endpoints.setdefault(route.path, {})[route.method] = named(f"{route.method} {route.path}")
    from starlette.routing import Router

    router, table = Router(_join(endpoints)), Dispatcher(endpoints, otherwise)
    for path, methods in endpoints.items():
        target = path.replace("{file:path}", "a.txt").replace("{", "").replace("}", "-1")
        for method in methods:
            by_router = (await ask(router, method, target)).body
            assert (await ask(table, method, target)).body in (by_router, b"otherwise"), (method, target)


async def test_what_is_possible_is_told_of_the_path_itself(web: WebHome) -> None:
    for method, path in (("OPTIONS", "/api/posts/write"), ("DELETE", "/api/ads/check")):
        reply = await ask(web.app, method, path)
        assert (reply.status, reply.headers["allow"]) == (405, "POST")
