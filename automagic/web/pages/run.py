"""One run: what it made, how that was measured, where it stands, and what can be done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from automagic.errors import RequestError
from automagic.jobs.queue.reads import Job
from automagic.products import find_product
from automagic.web.asked import Asked
from automagic.web.handlers.jobs import find_job
from automagic.web.handlers.made import read_document
from automagic.web.jobs_told import tell_job
from automagic.web.pages.forms import go, read_form
from automagic.web.pages.templates import show, swaps
from automagic.web.problems import Problem

VIDEOS, SOUNDS, PICTURES = (
    (".mp4", ".webm", ".mov", ".m4v"),
    (".mp3", ".m4a", ".wav", ".opus"),
    (".jpg", ".jpeg", ".png", ".webp"),
)


async def show_run(asked: Asked) -> Response:
    """The page; for htmx its live part alone."""
    job = await find_job(asked, asked.path["job"])
    told = tell_job(job, asked.web.prefix)
    files = told["files"]
    values: dict[str, Any] = {
        "job": job, "told": told, "files": files,
        "videos": [one for one in files if one["name"].endswith(VIDEOS)],
        "captions": {one["name"].removesuffix(".vtt"): one["url"] for one in files if one["name"].endswith(".vtt")},
        "poster": next((one["url"] for one in files if one["name"].endswith("thumbnail.jpg")), ""),
        "pictures": [one for one in files if one["name"].endswith(PICTURES) and "thumbnail" not in one["name"]],
        "quality": await read_document(asked, job, "quality.json") or {},
        "metadata": await read_document(asked, job, "metadata.json") or {},
        "credits": await read_document(asked, job, "credits.json") or [],
        "label": _label(job),
    }  # fmt: skip
    return show(asked, "run.html#live" if swaps(asked) else "run.html", values)


def _label(job: Job) -> str:
    """What it is doing, in the words of its product."""
    return find_product(job.kind.partition(" ")[0]).labels.get(job.doing, job.doing)


async def cancel(asked: Asked) -> Response:
    """End it."""
    return await _change(asked, asked.web.queue.cancel)


async def retry(asked: Asked) -> Response:
    """Queue it again."""
    response = await _change(asked, asked.web.queue.retry)
    await asyncio.to_thread(asked.web.ask_callbacks_again, asked.path["job"])
    return response


async def _change(asked: Asked, change: Callable[[str], Job]) -> Response:
    await read_form(asked)
    job = await find_job(asked, asked.path["job"])
    try:
        await asyncio.to_thread(change, job.id)
    except RequestError as error:
        raise Problem(409, error.message, hint=error.hint) from error
    return go(asked, f"/runs/{job.id}")


async def redo(asked: Asked) -> Response:
    """A new run that takes another variant, or does a step again."""
    form = await read_form(asked)
    job = await find_job(asked, asked.path["job"])
    steps = tuple(form.get("redo", "").replace(",", " ").split())
    take = form.get("take", "")
    if take and not (take.isascii() and take.isdecimal() and 1 <= int(take) <= 1000):
        raise Problem(422, "a take is a number from 1 to 1000")
    if not steps and not take:
        raise Problem(422, "nothing is asked for", hint="Give a take, or the steps to do again.")
    new = await asyncio.to_thread(asked.web.queue.redo, job.id, steps, int(take) if take else None)
    return go(asked, f"/runs/{new}")
