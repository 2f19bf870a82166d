"""The application: every route of the table behind the guard. Plain ASGI; see `make_app`."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp

from automagic.errors import AutomagicError
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.records import Records
from automagic.machine.logs import write_line
from automagic.machine.masking import Mask
from automagic.settings import Settings
from automagic.web.access.guard import AccessRules, HttpGuard
from automagic.web.agents.mounted import PATH, AgentsDoor
from automagic.web.asked import Asked, Web
from automagic.web.commands import Commands
from automagic.web.dispatch import Dispatcher, Endpoint
from automagic.web.docs_page import draw_docs
from automagic.web.files import ResultFiles
from automagic.web.hub import Hub
from automagic.web.jobs_told import JobTeller
from automagic.web.openapi import describe
from automagic.web.pages.table import StudioPage, list_pages
from automagic.web.pages.templates import show_problem
from automagic.web.performance.measuring import Measuring
from automagic.web.problems import Problem, answer, problem_of
from automagic.web.reading import Reader
from automagic.web.route import Handler, Route
from automagic.web.routes import list_routes
from automagic.web.uploads import SentFiles

if TYPE_CHECKING:
    from automagic.performance.layer import PerformanceOptimizer


def make_app(
    settings: Settings,
    rules: AccessRules | None = None,
    *,
    prefix: str = "",
    optimizer: PerformanceOptimizer | None = None,
    only: Sequence[Route] = (),
) -> ASGIApp:
    """The application, which can be served, or mounted in another.

    Args:
        rules: Who may ask; loopback without a token when None.
        prefix: Under which it is mounted in another application: "/studio".
        optimizer: Runs while the application does, and measures it; by default the program's own is shown.
        only: These routes and no page; all when empty.
    """
    rules = rules or AccessRules()
    place = QueueLocation.of(settings)
    reader = Reader(place)
    teller = JobTeller(prefix)
    routes = tuple(only) or list_routes()
    pages = () if only else list_pages()
    listed: list[Route | StudioPage] = [*routes, *pages]
    description = cache(lambda: describe(routes, token=bool(rules.token), prefix=prefix))
    web = Web(
        settings,
        JobQueue(place, settings, lasting=True),
        reader,
        Hub(reader, teller),
        teller,
        ResultFiles(place),
        Commands(settings),
        SentFiles(settings.home),
        description,
        cache(lambda: draw_docs(routes, prefix)),
        Measuring(optimizer),
        Records(settings),
        prefix,
        tuple(folder.resolve() for folder in rules.folders),
    )

    @contextlib.asynccontextmanager
    async def live(_app: Starlette) -> AsyncIterator[None]:
        # The first job that is added would wait for it, and so would everybody who asks meanwhile.
        warm = asyncio.create_task(asyncio.to_thread(importlib.import_module, "automagic.jobs.queue.engine"))
        if optimizer is not None:
            await optimizer.start()
        yield
        await warm
        if optimizer is not None:
            await optimizer.stop()
        await agents.end()
        await web.hub.end()
        reader.close()
        web.records.close()

    endpoints = _endpoints_of(listed, web, Mask(settings))
    app = Starlette(
        routes=_join(endpoints),
        exception_handlers={HTTPException: _refuse},
        lifespan=live,
    )
    app.router.redirect_slashes = False  # to an address made of the Host header
    open_paths = [one.path for one in listed if one.needs == "none"]
    guarded = HttpGuard(Dispatcher(endpoints, app), rules, open_paths=open_paths)
    agents = AgentsDoor(guarded, rules.token)
    app.router.routes.append(StarletteRoute(PATH, agents))
    return guarded


FAILED = 500
"""From this status on it was the server that failed."""


def _endpoints_of(routes: Iterable[Route | StudioPage], web: Web, mask: Mask) -> dict[str, dict[str, Endpoint]]:
    """Path → method → who answers."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for route in routes:
        by_path.setdefault(route.path, {})[route.method] = _endpoint(route, web, mask)
    return by_path


def _join(endpoints: Mapping[str, Mapping[str, Endpoint]]) -> list[StarletteRoute]:
    """One a path, so that who asks for what is not possible is told all that is."""

    def joined(of: Mapping[str, Endpoint]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            return await of["GET" if request.method == "HEAD" else request.method](request)

        return endpoint

    # A path without a name in it is itself first: what is said to be possible there is its own.
    paths = sorted(endpoints, key=lambda path: "{" in path)
    return [StarletteRoute(path, joined(endpoints[path]), methods=list(endpoints[path])) for path in paths]


def _allowed(handler: Handler, needs: str) -> Handler:
    """The handler behind the scope that it needs."""
    if needs == "none":
        return handler

    async def handle(asked: Asked) -> Response:
        if needs not in asked.who.scopes:
            raise Problem(403, f"this key does not allow to {needs}", hint=f"Use one with the scope {needs}.")
        return await handler(asked)

    return handle


def _tell_program(_asked: Asked, problem: Problem, request_id: str) -> Response:
    return answer(problem, request_id)


def _endpoint(route: Route | StudioPage, web: Web, mask: Mask) -> Endpoint:
    handler, named = _allowed(route.handler, route.needs), f"http {route.method} {route.path}"
    tell = show_problem if isinstance(route, StudioPage) else _tell_program

    async def endpoint(request: Request) -> Response:
        asked = Asked(web, request)
        began_at = time.perf_counter()
        try:
            response = await handler(asked)
        except Problem as error:
            response = refuse(asked, error)
        except AutomagicError as error:
            response = refuse(asked, problem_of(error))
        except Exception as error:
            request_id = request.state.request_id
            write_line("web", logging.ERROR, f"{request.method} {request.url.path[:200]} failed",
                       {"request": request_id}, fault=error)  # fmt: skip
            hint = f"Look for request {request_id}."
            response = refuse(asked, Problem(500, "the server failed; its log says why", hint=hint))
        web.measuring.note(named, time.perf_counter() - began_at, failed=response.status_code >= FAILED)
        return response

    def refuse(asked: Asked, problem: Problem) -> Response:
        problem.detail, problem.hint = (told(mask.text(text)) for text in (problem.detail, problem.hint))
        return tell(asked, problem, asked.request.state.request_id)

    def told(text: str) -> str:
        """Without where this machine keeps things."""
        return text.replace(home, "AUTOMAGIC_HOME")

    home = str(web.settings.home)

    return endpoint


async def _refuse(request: Request, error: Exception) -> Response:
    """What no route takes."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these
    words = {404: f"there is nothing at {request.url.path[:100]}", 405: f"{request.method} is not possible here"}
    said, hint = words.get(error.status_code, error.detail), "GET /api/openapi.json lists what there is."
    problem = Problem(error.status_code, said, hint=hint, headers=error.headers)
    return answer(problem, request.state.request_id)
