"""Every route there is: one table, of which the application, its description and the tools of agents are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.responses import Response

from automagic.jobs.queue.reads import STATES
from automagic.web import jobs_routes, system_routes
from automagic.web.asked import Asked
from automagic.web.submitting import Offer, list_offers

Handler = Callable[[Asked], Awaitable[Response]]
Need = Literal["read", "make"]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked.

    Attributes:
        path: With names in braces.
        name: Of the operation, for generated clients.
        says: What it does, in a sentence.
        query: What may stand in the query: name → JSON Schema.
        offer: What is asked for, where it is a product.
        gives: Status → what it means.
        media_type: Of what is answered.
    """

    method: str
    path: str
    name: str
    says: str
    handler: Handler
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    offer: Offer | None = None
    gives: Mapping[int, str] = field(default_factory=lambda: {200: "As asked."})
    media_type: str = "application/json"


_BOOLEAN: Mapping[str, Any] = {"type": "boolean", "default": False}


def list_routes() -> tuple[Route, ...]:
    """All of them."""
    return (*_of_products(), *_OF_JOBS, *_OF_THE_SYSTEM)


def _of_products() -> Iterator[Route]:
    for offer in list_offers():
        yield Route(
            "POST", offer.path, f"make_{offer.kind.replace(' ', '_').replace('-', '_')}", offer.operation.job_help,
            jobs_routes.submit(offer), offer=offer,
            gives={202: "It is queued.", 200: "It was queued before, under the same Idempotency-Key."},
        )  # fmt: skip


_PAGES: Mapping[str, Mapping[str, Any]] = {
    "state": {"type": "string", "enum": list(STATES)},
    "limit": {"type": "integer", "minimum": 1, "maximum": jobs_routes.MAX_PAGE, "default": jobs_routes.PAGE},
    "after": {"type": "string", "description": "`next` of the page before."},
}
_OF_JOBS = (
    Route("GET", "/api/jobs", "list_jobs", "List jobs, the newest first.", jobs_routes.list_page, query=_PAGES),
    Route("GET", "/api/jobs/{job}", "get_job", "Show a job.", jobs_routes.show,
          gives={200: "The job.", 304: "It is as it was."}),
    Route("POST", "/api/jobs/{job}/cancel", "cancel_job", "Cancel a job.", jobs_routes.cancel,
          gives={202: "It ends."}),
    Route("POST", "/api/jobs/{job}/retry", "retry_job", "Queue a failed or cancelled job again.", jobs_routes.retry,
          gives={202: "It is queued again."}),
    Route("GET", "/api/jobs/{job}/result", "get_result", "Show what a job made.", jobs_routes.result),
    Route("GET", "/api/jobs/{job}/events", "watch_job", "Follow a job until it is finished (server-sent events).",
          jobs_routes.events, media_type="text/event-stream"),
    Route("GET", "/api/jobs/{job}/files/{file:path}", "get_file", "Fetch a file of a result, whole or in part.",
          jobs_routes.file, gives={200: "The file.", 206: "A part of it."}, media_type="application/octet-stream"),
    Route("GET", "/api/events", "watch_jobs", "Follow the newest jobs (server-sent events).", jobs_routes.all_events,
          media_type="text/event-stream"),
)  # fmt: skip
_OF_THE_SYSTEM = (
    Route("GET", "/api/health", "health", "Say that the server is there.", system_routes.health),
    Route("GET", "/api/ready", "ready", "Say whether the queue can be used.", system_routes.ready),
    Route("GET", "/api/openapi.json", "openapi", "Describe all of this.", system_routes.openapi),
)
