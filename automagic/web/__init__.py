"""Over HTTP: the queue, the products that are in it, and what they made.

    routes ─▶ app (guard ─▶ handler) ─▶ queue, registry of products, monitor
       └────▶ openapi

One table of routes makes the application, its description and what agents may call. No pipeline runs in here: what is
asked for is queued, and a worker makes it. Plain ASGI, so that it can be mounted in somebody's own application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    performance_router: ASGIApp
    """`/performance/*` for an application of your own: app.mount("/performance", performance_router)."""


def __getattr__(name: str) -> Any:
    if name == "performance_router":
        from automagic.web.performance.mounted import make_performance_app

        globals()[name] = found = make_performance_app()
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
