"""What can be asked of jobs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.responses import FileResponse, Response, StreamingResponse

from automagic.errors import RequestError, ResourceError
from automagic.jobs.queue import reads
from automagic.jobs.queue.queue import MAX_KEY
from automagic.jobs.queue.reads import STATES, Job, State
from automagic.web.access.addresses import find_fault
from automagic.web.asked import Asked
from automagic.web.batch import CSV, JSON_LINES, add_batch
from automagic.web.commands import document
from automagic.web.files import check_range
from automagic.web.jobs_told import ToldJob, is_id, tell_job
from automagic.web.problems import Problem
from automagic.web.submitting import Offer, add_job, prepare_plan

PAGE, MAX_PAGE = 20, 200
MAX_WAIT_S = 25
CALLBACK = "callback_url"
MAX_ADDRESS = 2_000
MAX_STREAMS = 2_000
MAX_STREAMS_EACH = 6
"""Of one client, where others can reach the server as well: a browser opens no more to a host."""


def submit(offer: Offer) -> Callable[[Asked], Awaitable[Response]]:
    """The handler that queues what an operation is asked for."""

    async def handler(asked: Asked) -> Response:
        key = _key(asked)
        body = await asked.json()
        callback = _callback(asked, body)
        if offer.plans and asked.flag("plan"):
            return _json(await plan_job(asked, offer, body))
        await check_room(asked)
        job_id, new, notices = await asyncio.to_thread(add_job, asked.web.desk, offer, body, key)
        if callback:
            await asyncio.to_thread(asked.web.add_callback, job_id, callback)
        job = await find_job(asked, job_id)
        told = tell_job(job, asked.web.prefix) | {"notices": list(notices)}
        return _json(told, 202 if new else 200, location=told["url"])

    return handler


def _callback(asked: Asked, body: dict[str, Any]) -> str:
    """The address that is told when the job has ended, taken out of the body; "" for none.

    Raises:
        Problem: It is no address that may be told, or there is nothing to sign with.
    """
    if (given := body.pop(CALLBACK, None)) is None:
        return ""
    if not isinstance(given, str) or len(given) > MAX_ADDRESS or (fault := find_fault(given)):
        what = fault if isinstance(given, str) and len(given) <= MAX_ADDRESS else "it is no address"
        raise Problem(422, f"{CALLBACK}: {what}", errors=[(f"/{CALLBACK}", what)])
    try:
        return asked.web.check_callback(given)
    except RequestError as error:
        told = f"{CALLBACK}: {error.message}"
        raise Problem(422, told, hint=error.hint, errors=[(f"/{CALLBACK}", error.message)]) from error


async def check_room(asked: Asked) -> None:
    """See that the queue takes more: what is asked for faster than workers make it would wait for ever.

    Raises:
        Problem: It takes no more now.
    """
    most = asked.web.settings.max_queued_jobs
    if await asked.web.reader.depth() >= most:
        raise Problem(
            503, f"{most:,} jobs wait already", hint="Try again later, or start more workers.",
            headers={"retry-after": "60"},
        )  # fmt: skip


def _key(asked: Asked) -> str:
    key = asked.request.headers.get("idempotency-key", "")
    if len(key) > MAX_KEY - len("-1000") or not key.isprintable():
        raise Problem(400, f"an Idempotency-Key has at most {MAX_KEY - len('-1000')} printable characters")
    return key


async def submit_batch(asked: Asked) -> Response:
    """Queue a job for each line."""
    key = _key(asked)
    kind, data = await asked.body(*JSON_LINES, CSV)
    await check_room(asked)
    jobs = await asyncio.to_thread(add_batch, asked.web.desk, data, kind, key)
    told = [{**job, "url": f"{asked.web.prefix}/api/jobs/{job['id']}"} for job in jobs]
    return _json({"jobs": told}, 202)


async def redo(asked: Asked) -> Response:
    """A new job that asks for the same, but does some steps again or takes another variant."""
    job = await find_job(asked, asked.path["job"])
    body = await asked.json()
    if unknown := next((name for name in body if name not in ("redo", "take")), None):
        raise Problem(422, f"there is no field {unknown[:60]!r}", errors=[(f"/{unknown[:60]}", "unknown")])
    steps, take = body.get("redo", []), body.get("take")
    if not isinstance(steps, list) or not all(isinstance(one, str) for one in steps):
        raise Problem(422, "redo: it is no list of steps", errors=[("/redo", "it is no list of steps")])
    if take is not None and (isinstance(take, bool) or not isinstance(take, int) or not 1 <= take < 1 << 31):
        raise Problem(422, "take: it is no number from 1", errors=[("/take", "it is no number from 1")])
    if not steps and take is None:
        raise Problem(422, "nothing is asked for", hint="Give redo, a list of STEP or STEP:scene, or take, a number.")
    await check_room(asked)
    new = await asyncio.to_thread(asked.web.queue.redo, job.id, tuple(steps), take)
    told = tell_job(await find_job(asked, new), asked.web.prefix)
    return _json(told, 202, location=told["url"])


async def plan_job(asked: Asked, offer: Offer, body: Mapping[str, Any]) -> dict[str, Any]:
    """What it would do and cost; nothing is queued.

    Raises:
        Problem: Something is wrong with it.
    """
    with tempfile.TemporaryDirectory(prefix="automagic-planned-") as folder:
        job = await asyncio.to_thread(prepare_plan, asked.web.desk, offer, body, folder)
        try:
            told = document(await asked.web.commands.run("jobs", "plan", f"{folder}/files", "--json", stdin=job))
        except Problem as problem:
            problem.detail = problem.detail.replace(f"{folder}/files/", "")
            raise
    return {name: value for name, value in told.items() if name != "folder"}


async def list_page(asked: Asked) -> Response:
    """Jobs, the newest first; `next` is how the following page is asked for."""
    state = asked.request.query_params.get("state")
    if state is not None and state not in STATES:
        raise Problem(400, f"{state[:40]!r} is not a valid state", hint=f"One of: {', '.join(STATES)}.")
    limit = asked.whole("limit", PAGE, least=1, most=MAX_PAGE)
    after = asked.request.query_params.get("after", "")
    states: tuple[State, ...] = (state,) if state else ()

    def look(database: reads.Database) -> tuple[list[Job], bool]:
        known = not after or (is_id(after) and reads.find_job(database, after) is not None)
        return (reads.page_jobs(database, states=states, after=after, limit=limit + 1) if known else []), known

    jobs, known = await asked.web.reader.read(look)
    if not known:
        raise Problem(400, "`after` is not the end of a page", hint="Use `next` of the page before as it is.")
    more = len(jobs) > limit
    told = {
        "jobs": [tell_job(job, asked.web.prefix) for job in jobs[:limit]],
        "next": jobs[limit - 1].id if more else None,
    }
    return _json(told)


async def show(asked: Asked) -> Response:
    """A job; with `Prefer: wait=N`, once it is finished or N seconds later."""
    job = await _tell(asked, asked.path["job"])
    wait = _preferred_wait(asked)
    until = asyncio.get_running_loop().time() + wait if wait and not job.finished else 0.0
    while not job.finished and (left := until - asyncio.get_running_loop().time()) > 0:
        await asyncio.sleep(min(left, 0.25))
        job = await _tell(asked, asked.path["job"])
    tag = f'"{job.mark}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if wait:
        headers["preference-applied"] = f"wait={wait:.0f}"
    known = [one.strip().removeprefix("W/") for one in asked.request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    if not job.finished:
        headers["retry-after"] = "2"
    return Response(job.body, headers=headers, media_type="application/json")


async def _tell(asked: Asked, job_id: str) -> ToldJob:
    row = await asked.web.reader.read(lambda database: reads.find_row(database, job_id)) if is_id(job_id) else None
    if row is None:
        raise _unknown(job_id)
    return asked.web.teller.tell(row)


def _preferred_wait(asked: Asked) -> float:
    """RFC 7240: how long the client would wait; 0 where it does not say."""
    for part in asked.request.headers.get("prefer", "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "wait" and value.isascii() and value.isdecimal() and len(value) < 10:
            return min(int(value), MAX_WAIT_S)
    return 0.0


async def cancel(asked: Asked) -> Response:
    """Cancel it; a running one ends within about a second."""
    return await _change(asked, asked.web.queue.cancel)


async def retry(asked: Asked) -> Response:
    """Queue it again."""
    response = await _change(asked, asked.web.queue.retry)
    await asyncio.to_thread(asked.web.ask_callbacks_again, asked.path["job"])
    return response


async def _change(asked: Asked, change: Callable[[str], Job]) -> Response:
    job = await find_job(asked, asked.path["job"])
    try:
        job = await asyncio.to_thread(change, job.id)
    except RequestError as error:
        raise Problem(409, error.message, hint=error.hint) from error
    return _json(tell_job(job, asked.web.prefix), 202)


async def result(asked: Asked) -> Response:
    """What it made; 409 while there is nothing."""
    job = await find_job(asked, asked.path["job"])
    told = tell_job(job, asked.web.prefix)
    if job.result is None:
        why = f"the job {job.id} {'has failed' if job.state == 'failed' else f'is {job.state}'}; it has no result"
        raise Problem(409, why, hint=(job.error or {}).get("hint", "") or f"See {told['url']}.")
    return _json({"id": job.id, "state": job.state, "result": told["result"], "files": told["files"]})


async def file(asked: Asked) -> Response:
    """A file of its result. Only what is in the result's own list: no path comes from a client."""
    job = await find_job(asked, asked.path["job"])
    name = asked.path["file"]
    kept = ((job.result or {}).get("files") or {}).get(name)
    if kept is None:
        raise Problem(404, f"the job {job.id} has no file {name[:100]!r}", hint=f"See /api/jobs/{job.id}/result.")
    try:
        path = await asyncio.to_thread(asked.web.files.path_of, name, kept)
    except ResourceError as error:
        raise Problem(410, error.message, hint=error.hint) from error
    headers = {"etag": f'"{kept[0]}"', "cache-control": "private, max-age=31536000, immutable"}
    asked_for = asked.request.headers.get("range")
    if asked_for is not None and asked.request.headers.get("if-range", headers["etag"]) == headers["etag"]:
        check_range(asked_for, int(kept[1]))
    shown = "attachment" if is_active(name) else "inline"
    return FileResponse(path, headers=headers, filename=name.rpartition("/")[2], content_disposition_type=shown)


def is_active(name: str) -> bool:
    """Whether a browser that opened a file of this name would carry out, or read as a page, what is in it."""
    return name.lower().endswith((".html", ".htm", ".xhtml", ".svg", ".xml", ".vtt", ".pdf"))


async def events(asked: Asked) -> Response:
    """The job as it stands, then each time it changed."""
    job = await _tell(asked, asked.path["job"])
    if job.finished and _last_event(asked) == job.mark:
        return Response(status_code=204)  # by which a browser knows that it need not come back
    return _stream(asked, asked.path["job"])


async def all_events(asked: Asked) -> Response:
    """The newest jobs, then each time one of them changed."""
    return _stream(asked, "")


def _stream(asked: Asked, job_id: str) -> Response:
    if asked.web.hub.readers >= MAX_STREAMS:
        raise Problem(503, "too many streams are open", hint="Try again in a moment.", headers={"retry-after": "5"})
    client = "" if asked.who.local else f"{asked.who.name} {asked.address}"
    if client and asked.web.hub.readers_of(client) >= MAX_STREAMS_EACH:
        raise Problem(
            429, f"{MAX_STREAMS_EACH} streams of yours are open", hint="Close one.", headers={"retry-after": "5"}
        )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    if asked.request.method == "HEAD":
        return Response(headers=headers, media_type="text/event-stream")
    frames = asked.web.hub.follow(job_id, _last_event(asked), client)
    return StreamingResponse(frames, headers=headers, media_type="text/event-stream")


def _last_event(asked: Asked) -> str:
    return asked.request.headers.get("last-event-id", "")[:64]


async def find_job(asked: Asked, job_id: str) -> Job:
    """The job of this id.

    Raises:
        Problem: There is none.
    """
    job = await asked.web.reader.read(lambda database: reads.find_job(database, job_id)) if is_id(job_id) else None
    if job is None:
        raise _unknown(job_id)
    return job


def _unknown(job_id: str) -> Problem:
    return Problem(404, f"there is no job {job_id[:80]!r}", hint="GET /api/jobs lists them.")


def _json(value: Any, status: int = 200, *, location: str = "") -> Response:
    headers = {"location": location} if location else None
    return Response(msgspec.json.encode(value), status, headers, "application/json")
