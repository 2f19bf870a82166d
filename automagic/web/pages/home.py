"""One box: a link, a text or a file, and what shall become of it; the plan and its cost come before it is made."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.handlers.jobs import plan_job
from automagic.web.pages.forms import go, read_fields
from automagic.web.pages.making import WAYS, Way, body_of, fields_of
from automagic.web.pages.runs import newest
from automagic.web.pages.templates import show, swaps
from automagic.web.problems import Problem
from automagic.web.submitting import Offer, add_job, list_offers

RECENT = 6


async def show_home(asked: Asked) -> Response:
    """The box, and what was made last."""
    return show(asked, "home.html", {"ways": WAYS, "jobs": await newest(asked, RECENT), "given": {}})


async def plan(asked: Asked) -> Response:
    """What it would become, with its cost; nothing is made."""
    given = await read_fields(asked)
    way, offer = _find(given)
    told: dict[str, Any] | None = None
    problem: Problem | None = None
    body: dict[str, Any] = {}
    try:
        body = body_of(way, offer, given)
        told = await plan_job(asked, offer, body)
    except Problem as error:
        problem = error
    values = {
        "way": way,
        "ways": WAYS,
        "given": given,
        "panels": fields_of(way, offer, given),
        "plan": told,
        "problem": problem,
    }
    name = "new.html#planned" if swaps(asked) else "new.html"
    return show(asked, name, values, status=problem.status if problem else 200)


async def make(asked: Asked) -> Response:
    """Queue it, and go to where it is seen."""
    given = await read_fields(asked)
    way, offer = _find(given)
    body = body_of(way, offer, given)
    job_id, _, _ = await asyncio.to_thread(add_job, asked.web.desk, offer, body, "")
    return go(asked, f"/runs/{job_id}")


def _find(given: dict[str, list[str]]) -> tuple[Way, Offer]:
    name = given.get("way", [""])[-1]
    way = next((one for one in WAYS if one.name == name), None)
    if way is None:
        raise Problem(422, "it is not said what shall become of it", hint="Choose one: video, clips, posts or ads.")
    return way, next(offer for offer in list_offers() if offer.kind == way.kind)
