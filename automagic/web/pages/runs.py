"""The list of runs, the newest first: live where the browser runs scripts, and by pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from automagic.jobs.queue import reads
from automagic.jobs.queue.reads import STATES, Job, State
from automagic.web.asked import Asked
from automagic.web.jobs_told import is_id
from automagic.web.pages.templates import show, swaps
from automagic.web.problems import Problem

PAGE = 30
"""Runs on a page."""


async def newest(asked: Asked, count: int) -> list[Job]:
    """The jobs that were added last."""
    return await asked.web.reader.read(lambda database: reads.page_jobs(database, states=(), after="", limit=count))


async def show_runs(asked: Asked) -> Response:
    """A page of them; the filter stands in the address."""
    query = asked.request.query_params
    state, after = query.get("state", ""), query.get("after", "")
    if state and state not in STATES:
        raise Problem(400, f"{state[:40]!r} is not a valid state", hint=f"One of: {', '.join(STATES)}.")
    states: tuple[State, ...] = (state,) if state else ()
    count = asked.whole("count", PAGE, least=1, most=PAGE)

    def look(database: reads.Database) -> list[Job]:
        known = not after or (is_id(after) and reads.find_job(database, after) is not None)
        return reads.page_jobs(database, states=states, after=after, limit=count + 1) if known else []

    jobs = await asked.web.reader.read(look)
    following = jobs[count - 1].id if len(jobs) > count == PAGE else ""
    values: dict[str, Any] = {
        "jobs": jobs[:count],
        "state": state,
        "states": STATES,
        "older": f"/runs?{urlencode({'state': state, 'after': following})}" if following else "",
        "first": not after,
    }
    return show(asked, "runs.html#list" if swaps(asked) else "runs.html", values)
