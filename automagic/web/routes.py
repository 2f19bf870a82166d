"""Every route there is: one table, of which the application, its description and the tools of agents are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from automagic.jobs.pending_approval import APPROVAL_STATES, MAX_NOTE
from automagic.jobs.queue.reads import STATES
from automagic.web.batch import CSV, JSON_LINES
from automagic.web.earlier.routes import earlier_routes
from automagic.web.editing.texts import PLAN, SCRIPT
from automagic.web.handlers import (
    approvals,
    archive,
    choices,
    config,
    editing,
    figures,
    jobs,
    made,
    pages,
    system,
    uploads,
)
from automagic.web.performance.routes import performance_routes
from automagic.web.route import Route
from automagic.web.submitting import list_offers

_BOOLEAN: Mapping[str, Any] = {"type": "boolean", "default": False}


def list_routes() -> tuple[Route, ...]:
    """All of them."""
    return (
        *_OF_JOBS,
        *_OF_APPROVALS,
        *_EDITING,
        *_MADE,
        *_of_products(),
        *_CHOICES,
        *_FIGURES,
        *_UPLOADS,
        *performance_routes(),
        *earlier_routes(),
        *_OF_THE_SYSTEM,
    )


def _of_products() -> Iterator[Route]:
    for offer in list_offers():
        yield Route(
            "POST", offer.path, f"make_{offer.kind.replace(' ', '_').replace('-', '_')}", offer.operation.job_help,
            jobs.submit(offer), offer=offer, query={"plan": _BOOLEAN} if offer.plans else {},
            gives={202: "It is queued.", 200: "It was queued before, under the same Idempotency-Key."},
        )  # fmt: skip


_PAGES: Mapping[str, Mapping[str, Any]] = {
    "state": {"type": "string", "enum": list(STATES)},
    "limit": {"type": "integer", "minimum": 1, "maximum": jobs.MAX_PAGE, "default": jobs.PAGE},
    "after": {"type": "string", "description": "`next` of the page before."},
}
_BATCH_LINE: Mapping[str, Any] = {
    "type": "string", "description": "A job a line: its kind (video by default), its fields, key, priority, at.",
}  # fmt: skip
_REDO: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "redo": {"type": "array", "items": {"type": "string"}, "description": "STEP, or STEP:scene."},
        "take": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2**31 - 1,
            "description": "Variant of the creative steps.",
        },
    },
    "additionalProperties": False,
}
_SETTINGS: Mapping[str, Any] = {
    "type": "object", "additionalProperties": {"type": ["string", "number", "null"]},
    "description": "Names of settings and their new values; null for the default.",
}  # fmt: skip
_OF_JOBS = (
    # The first is asked for most: routes are looked through in their order.
    Route("GET", "/api/jobs/{job}", "get_job", "Show a job.", jobs.show,
          gives={200: "The job.", 304: "It is as it was."}),
    Route("POST", "/api/batch", "make_batch", "Queue a job for each line of JSON lines or CSV: all, or none.",
          jobs.submit_batch, takes=dict.fromkeys((*JSON_LINES, CSV), _BATCH_LINE), keyed=True,
          gives={202: "All are queued."}),
    Route("POST", "/api/jobs/{job}/redo", "redo_job", "Queue a job like it that does some steps again.",
          jobs.redo, takes={"application/json": _REDO}, gives={202: "It is queued."}),
    Route("GET", "/api/jobs", "list_jobs", "List jobs, the newest first.", jobs.list_page, query=_PAGES),
    Route("POST", "/api/jobs/{job}/cancel", "cancel_job", "Cancel a job.", jobs.cancel,
          gives={202: "It ends."}),
    Route("POST", "/api/jobs/{job}/retry", "retry_job", "Queue a failed or cancelled job again.", jobs.retry,
          gives={202: "It is queued again."}),
    Route("GET", "/api/jobs/{job}/result", "get_result", "Show what a job made.", jobs.result),
    Route("GET", "/api/jobs/{job}/events", "watch_job", "Follow a job until it is finished (server-sent events).",
          jobs.events, media_type="text/event-stream"),
    Route("GET", "/api/jobs/{job}/files/{file:path}", "get_file", "Fetch a file of a result, whole or in part.",
          jobs.file, gives={200: "The file.", 206: "A part of it."}, media_type="application/octet-stream"),
    Route("GET", "/api/events", "watch_jobs", "Follow the newest jobs (server-sent events).", jobs.all_events,
          media_type="text/event-stream"),
)  # fmt: skip
_PUBLISH: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "to": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "description": "youtube, webhook:URL; for posts bluesky, mastodon or x.",
        },
        "draft": {"type": "integer", "minimum": 1, "description": "Of posts: which one, counted from 1."},
        "note": {"type": "string", "maxLength": MAX_NOTE},
    },
    "required": ["to"],
    "additionalProperties": False,
}
_DECISION: Mapping[str, Any] = {
    "type": "object",
    "properties": {"approve": {"type": "boolean"}, "note": {"type": "string", "maxLength": MAX_NOTE}},
    "required": ["approve"],
    "additionalProperties": False,
}
_OF_APPROVALS = (
    Route("POST", "/api/jobs/{job}/publish", "publish_job", "Ask for a result to be published: a person approves.",
          approvals.ask, takes={"application/json": _PUBLISH},
          gives={202: "It waits for a person.", 200: "It waits already."}),
    Route("GET", "/api/approvals", "list_approvals", "List what waits to be approved, and what was decided.",
          approvals.list_page, query={**_PAGES, "state": {"type": "string", "enum": list(APPROVAL_STATES)}}),
    Route("GET", "/api/approvals/{approval}", "get_approval", "Show an approval.", approvals.show),
    Route("POST", "/api/approvals/{approval}", "decide_approval", "Approve what waits, or reject it.",
          approvals.decide, takes={"application/json": _DECISION}, scope="publish"),
)  # fmt: skip
_SEARCH: Mapping[str, Mapping[str, Any]] = {
    "q": {"type": "string", "minLength": 1, "maxLength": archive.MAX_QUERY},
    "source": {"type": "string", "description": "A station, by its name here."},
    "limit": {"type": "integer", "minimum": 1, "maximum": archive.MAX_HITS, "default": archive.HITS},
}
_NEW_SCRIPT: Mapping[str, Any] = {
    "type": "object",
    "properties": {"script": {"type": "string", "minLength": 1}},
    "required": ["script"],
    "additionalProperties": False,
}
_PLAN_EDITED: Mapping[str, Any] = {
    "type": "object", "description": "A plan.json, as GET gives it under `plan`.",
    "required": ["recording", "clips"],
}  # fmt: skip
_EDITING = (
    Route("GET", "/api/jobs/{job}/script", "get_script", "Show the script of a video's job, as it is edited now.",
          editing.show(SCRIPT)),
    Route("PUT", "/api/jobs/{job}/script", "edit_script", "Keep an edited script (If-Match), or plan what it changes.",
          editing.change(SCRIPT), query={"plan": _BOOLEAN},
          takes={"application/json": _NEW_SCRIPT, "text/markdown": {"type": "string"}}),
    Route("POST", "/api/jobs/{job}/script/render", "render_script", "Queue the video of the edited script.",
          editing.make(SCRIPT), gives={202: "It is queued."}),
    Route("GET", "/api/jobs/{job}/plan", "get_plan", "Show the plan of a job of clips, as it is edited now.",
          editing.show(PLAN)),
    Route("PUT", "/api/jobs/{job}/plan", "edit_plan", "Keep an edited plan (If-Match), or plan what it changes.",
          editing.change(PLAN), query={"plan": _BOOLEAN}, takes={"application/json": _PLAN_EDITED}),
    Route("POST", "/api/jobs/{job}/plan/render", "render_plan", "Queue the clips of the edited plan.",
          editing.make(PLAN), gives={202: "It is queued."}),
)  # fmt: skip
_IDS: Mapping[str, Any] = {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{4,64}$"}}
_ADS_DECISION: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "approve": _IDS,
        "reject": _IDS,
        "all": {"type": "boolean", "description": "All of it that nobody has decided of."},
        "note": {"type": "string", "maxLength": made.MAX_NOTE},
    },
    "additionalProperties": False,
}
_MADE = (
    Route("GET", "/api/archive/search", "search_archive", "Find where something was said, with its time.",
          archive.search, query=_SEARCH),
    Route("GET", "/api/posts/{job}", "get_posts", "Show the drafts of a run: lengths, likeness, nearest posts.",
          made.posts),
    Route("GET", "/api/ads/{job}", "get_ads", "Show the ads of a run: texts, pictures, claims, approvals.", made.ads),
    Route("POST", "/api/ads/{job}/approval", "approve_ads", "Say which texts and pictures may be published.",
          made.approve_ads, takes={"application/json": _ADS_DECISION}, scope="publish"),
)  # fmt: skip
_CHOICES = tuple(
    Route("GET", f"/api/{handler.__name__}", f"list_{handler.__name__}", says, handler)
    for handler, says in (
        (choices.voices, "List the voices."),
        (choices.themes, "List the themes."),
        (choices.platforms, "List the platforms, their shapes and limits."),
        (choices.providers, "List who writes, draws, speaks and hears."),
        (choices.destinations, "List where something can be published."),
    )
)
_SINCE: Mapping[str, Any] = {"type": "string", "pattern": r"^[1-9]\d{0,3}[hdw]$", "description": "Such as 7d."}
_FIGURES = (
    Route("GET", "/api/spend", "get_spend", "Show what was paid, by day, vendor and run.", figures.spend),
    Route("GET", "/api/alerts", "list_alerts", "List the alerts that fire, and what else is wrong.",
          figures.alerts),
    Route("GET", "/api/metrics", "get_metrics", "Show what was made, how long it took and what it cost.",
          figures.metrics, query={"since": _SINCE}),
    Route("GET", "/metrics", "get_prometheus", "The same as Prometheus reads it.", figures.prometheus,
          media_type="text/plain"),
)  # fmt: skip
_ANNOUNCED: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "size": {"type": "integer", "minimum": 1, "description": "In bytes."},
    },
    "required": ["name", "size"],
    "additionalProperties": False,
}
_UPLOADS = (
    Route("POST", "/api/uploads", "begin_upload", "Announce a file that is sent in parts.", uploads.begin,
          takes={"application/json": _ANNOUNCED}, gives={201: "It can be sent."}),
    Route("GET", "/api/uploads/{upload}", "get_upload", "Show how much of it has come (HEAD in headers).",
          uploads.show),
    Route("PATCH", "/api/uploads/{upload}", "extend_upload", "Send what comes next, from Upload-Offset on.",
          uploads.extend, takes={uploads.PARTS: {"type": "string", "format": "binary"}}),
    Route("DELETE", "/api/uploads/{upload}", "remove_upload", "Forget it.", uploads.remove, gives={204: "It is gone."}),
)  # fmt: skip
_OF_THE_SYSTEM = (
    Route(
        "GET",
        "/api/config",
        "get_config",
        "Show the settings; what is secret only as set or unset.",
        config.show,
        scope="admin",
    ),
    Route(
        "PATCH",
        "/api/config",
        "change_config",
        "Change settings: numbers, choices, names of providers.",
        config.change,
        takes={"application/json": _SETTINGS},
        scope="admin",
    ),
    Route("POST", "/api/config/reload", "reload_config", "Read the settings again.", config.reload, scope="admin"),
    Route("GET", "/docs", "docs", "Show all of this to people.", pages.docs, media_type="text/html"),
    Route("GET", "/.well-known/automagic.json", "well_known", "Say where all of this is.", pages.well_known),
    Route(
        "GET",
        "/api/health",
        "health",
        "Say that the server is there.",
        system.health,
        scope="none",
        query={"checks": _BOOLEAN},
    ),
    Route("GET", "/api/ready", "ready", "Say whether the queue can be used.", system.ready),
    Route("GET", "/api/openapi.json", "openapi", "Describe all of this.", system.openapi),
)
