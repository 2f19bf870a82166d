"""What a program asks to publish, and what a person says to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from automagic.errors import RequestError
from automagic.jobs.document import utc_time
from automagic.jobs.pending_approval import APPROVAL_STATES, MAX_NOTE, ApprovalConflict, PendingApproval
from automagic.web.access.addresses import find_fault
from automagic.web.asked import Asked
from automagic.web.handlers.jobs import find_job
from automagic.web.problems import Problem

Value = TypeVar("Value")
PAGE, MAX_PAGE = 20, 200
_WEBHOOK = "webhook:"


async def ask(asked: Asked) -> Response:
    """Ask for a result to be published: it waits for a person."""
    body = await _body(asked, ("to", "draft", "note"))
    found, new = await request_publish(asked, body.get("to"), body.get("draft"), body.get("note", ""))
    told = tell_approval(found, asked.web.prefix)
    return _json(told, 202 if new else 200, location=told["url"])


async def request_publish(asked: Asked, targets: Any, draft: Any, note: Any) -> tuple[PendingApproval, bool]:
    """Ask for the result of the job that the path names to be published; gives the approval, and whether it is new.

    Raises:
        Problem: There is nothing to publish, or something is wrong with what is asked for.
    """
    job = await find_job(asked, asked.path["job"])
    if not isinstance(targets, list) or not all(isinstance(one, str) for one in targets):
        raise _wrong("to", "it is no list of destinations")
    for number, one in enumerate(targets):
        if one.startswith(_WEBHOOK) and (fault := find_fault(one.removeprefix(_WEBHOOK))):
            raise _wrong(f"to/{number}", fault)
    if draft is not None and (isinstance(draft, bool) or not isinstance(draft, int) or draft < 1):
        raise _wrong("draft", "it is no number from 1")
    item, said = "" if draft is None else str(draft), _note(note)
    return await _do(lambda: asked.web.approvals().ask(job.id, targets, item=item, by=asked.who.name, note=said))


async def list_page(asked: Asked) -> Response:
    """What waits and what was decided, the newest first."""
    state, after = (asked.request.query_params.get(name, "") for name in ("state", "after"))
    if state and state not in APPROVAL_STATES:
        raise Problem(400, f"{state[:40]!r} is not a valid state", hint=f"One of: {', '.join(APPROVAL_STATES)}.")
    limit = asked.whole("limit", PAGE, least=1, most=MAX_PAGE)
    try:
        found = await _do(lambda: asked.web.approvals().list(state=state, after=after, limit=limit + 1))
    except Problem as problem:
        raise Problem(400, "`after` is not the end of a page", hint="Use `next` of the page before.") from problem
    told = [tell_approval(one, asked.web.prefix) for one in found[:limit]]
    return _json({"approvals": told, "next": found[limit - 1].id if len(found) > limit else None})


async def show(asked: Asked) -> Response:
    """One of them."""
    return _json(tell_approval(await find_approval(asked), asked.web.prefix))


async def find_approval(asked: Asked) -> PendingApproval:
    """The one that the path names.

    Raises:
        Problem: There is none.
    """
    try:
        return await asyncio.to_thread(lambda: asked.web.approvals().find(asked.path["approval"]))
    except RequestError as error:
        raise Problem(404, error.message, hint="GET /api/approvals lists them.") from error


async def decide(asked: Asked) -> Response:
    """Say yes or no."""
    body = await _body(asked, ("approve", "note"))
    if not isinstance(body.get("approve"), bool):
        raise _wrong("approve", "it is neither true nor false")
    found = await settle(asked, yes=body["approve"], note=_note(body.get("note", "")))
    return _json(tell_approval(found, asked.web.prefix))


async def settle(asked: Asked, *, yes: bool, note: str) -> PendingApproval:
    """The approval that the path names, decided.

    Raises:
        Problem: There is none, or it cannot be decided so.
    """
    found = await find_approval(asked)
    return await _do(lambda: asked.web.approvals().decide(found.id, yes=yes, by=asked.who.name, note=note))


def tell_approval(one: PendingApproval, prefix: str = "") -> dict[str, Any]:
    """As JSON has it."""
    return {
        "id": one.id,
        "state": one.state,
        "job": one.job_id,
        "kind": one.kind,
        "title": one.title,
        "to": list(one.targets),
        "draft": int(one.item) if one.item else None,
        "content": one.content,
        "note": one.note,
        "asked_by": one.asked_by,
        "asked_at": utc_time(one.asked_at),
        "decided_by": one.decided_by or None,
        "decided_at": utc_time(one.decided_at),
        "run": one.run_id or None,
        "url": f"{prefix}/api/approvals/{one.id}",
        "page": f"{prefix}/approvals",
        "job_url": f"{prefix}/api/jobs/{quote(one.job_id)}",
    }


async def _do(work: Callable[[], Value]) -> Value:
    try:
        return await asyncio.to_thread(work)
    except ApprovalConflict as error:
        raise Problem(409, error.message, hint=error.hint) from error
    except RequestError as error:
        raise Problem(422, error.message, hint=error.hint) from error


def _note(note: Any) -> str:
    if not isinstance(note, str) or len(note) > MAX_NOTE:
        raise _wrong("note", f"it is no text of at most {MAX_NOTE:,} characters")
    return note


async def _body(asked: Asked, names: tuple[str, ...]) -> dict[str, Any]:
    body = await asked.json()
    if unknown := next((name for name in body if name not in names), None):
        raise _wrong(unknown[:60], f"there is no such field; there are: {', '.join(names)}")
    return body


def _wrong(field: str, what: str) -> Problem:
    return Problem(422, f"{field}: {what}", errors=[(f"/{field}", what)])


def _json(value: Any, status: int = 200, *, location: str = "") -> Response:
    headers = {"location": location} if location else None
    return Response(msgspec.json.encode(value), status, headers, "application/json")
