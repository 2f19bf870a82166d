"""Runs of posts and of ads: the lists, the drafts, the sheet of what would run where."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from automagic.jobs.queue import reads
from automagic.jobs.queue.reads import Job
from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.handlers.jobs import find_job
from automagic.web.handlers.made import decide_ads, read_ads, read_document
from automagic.web.jobs_told import tell_job
from automagic.web.pages.forms import go, read_fields
from automagic.web.pages.templates import show
from automagic.web.problems import Problem

LOOKED_AT = 200
"""Of the newest jobs, so many are looked through for those of a product."""


async def _of_kind(asked: Asked, kind: str) -> list[Job]:
    jobs = await asked.web.reader.read(lambda database: reads.page_jobs(database, states=(), after="", limit=LOOKED_AT))
    return [job for job in jobs if job.kind.partition(" ")[0] == kind]


async def show_posts(asked: Asked) -> Response:
    """Runs that wrote posts, and the drafts that wait for their hour."""
    queue = document(await asked.web.commands.run("posts", "queue", "--json"))["queue"]
    return show(asked, "posts.html", {"jobs": await _of_kind(asked, "posts"), "queue": queue})


async def show_drafts(asked: Asked) -> Response:
    """The drafts of a run: lengths on each network, likeness, the nearest post, what they rest on."""
    job = await find_job(asked, asked.path["job"])
    told = await read_document(asked, job, "drafts.json")
    if told is None:
        raise Problem(404, f"the run {job.id} has no drafts", hint="See the run itself.")
    return show(asked, "drafts.html", {"job": job, "told": told})


async def show_ads(asked: Asked) -> Response:
    """Runs that made ads."""
    return show(asked, "ads.html", {"jobs": await _of_kind(asked, "ads")})


async def show_sheet(asked: Asked) -> Response:
    """Texts by platform and pictures, each with its claim, its length against the limit, and its decision."""
    job = await find_job(asked, asked.path["job"])
    told = await read_ads(asked, job)
    if told is None:
        raise Problem(404, f"the run {job.id} has no ads", hint="See the run itself.")
    platforms: dict[str, list[dict[str, Any]]] = {}
    for one in told["texts"]:
        platforms.setdefault(one["platform"], []).append(one)
    files = {one["name"]: one["url"] for one in tell_job(job, asked.web.prefix)["files"]}
    values = {"job": job, "platforms": platforms, "pictures": told.get("pictures", []), "files": files}
    return show(asked, "sheet.html", values)


async def decide(asked: Asked) -> Response:
    """Keep which of them may be published."""
    given = await read_fields(asked)
    job = await find_job(asked, asked.path["job"])
    every = "all" in given
    body = {"approve": given.get("approve", []), "reject": given.get("reject", []), "all": every, "note": ""}
    if not (every or body["approve"] or body["reject"]):
        raise Problem(422, "nothing is chosen", hint="Tick what may be published, or approve all.")
    await decide_ads(asked, job, body)
    return go(asked, f"/ads/{job.id}")
