"""The script of a video and the plan of clips: shown, edited by one at a time, and made anew where they changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.responses import Response

from automagic.jobs.edits import EditedText, begin_edit, change_edit, difference, read_edit
from automagic.jobs.queue.reads import Job
from automagic.products.clips.planning.edited import check_text
from automagic.web.asked import Asked
from automagic.web.editing.texts import PLAN, SCRIPT, EditableText, check, plan_changed, render, write_words
from automagic.web.handlers.jobs import check_room, find_job
from automagic.web.handlers.made import read_document
from automagic.web.jobs_told import tell_job
from automagic.web.problems import Problem

Handler = Callable[[Asked], Awaitable[Response]]


def show(which: EditableText) -> Handler:
    """The handler that shows the text as it is now."""

    async def handler(asked: Asked) -> Response:
        job = await find_job(asked, asked.path["job"])
        text = await find_text(asked, job, which)
        headers = {"etag": f'"{text.mark}"', "cache-control": "no-cache"}
        if which.media_type in asked.request.headers.get("accept", "") and which is SCRIPT:
            return Response(text.text, headers=headers, media_type=which.media_type)
        return _json(_tell(job, which, text), headers=headers)

    return handler


def change(which: EditableText) -> Handler:
    """The handler that keeps an edited text; with ?plan=true it says what would be made again, and keeps nothing."""

    async def handler(asked: Asked) -> Response:
        job = await find_job(asked, asked.path["job"])
        given = await _given(asked, which)
        if asked.flag("plan"):
            return _json(await say_what_changes(asked, job, which, given))
        was = asked.request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
        if not was:
            hint = "Send If-Match with the ETag of GET."
            raise Problem(428, "it is not said which text this one replaces", hint=hint)
        text = await keep(asked, job, which, given, was)
        return _json(_tell(job, which, text), headers={"etag": f'"{text.mark}"'})

    return handler


def make(which: EditableText) -> Handler:
    """The handler that queues what the text says as it is now."""

    async def handler(asked: Asked) -> Response:
        await asked.body("application/json") if asked.request.headers.get("content-length", "0") != "0" else None
        job = await find_job(asked, asked.path["job"])
        told = await queue_edited(asked, job, which)
        return _json(told, 202, headers={"location": told["url"]})

    return handler


async def queue_edited(asked: Asked, job: Job, which: EditableText) -> dict[str, Any]:
    """The job that makes what the text says as it is now.

    Raises:
        Problem: The text is none, or too many jobs wait.
    """
    text = await find_text(asked, job, which)
    await check_room(asked)
    new = await render(asked, job, which, text.text, text.mark)
    return tell_job(await find_job(asked, new), asked.web.prefix)


async def find_text(asked: Asked, job: Job, which: EditableText) -> EditedText:
    """The text of a job as it is now.

    Raises:
        Problem: It has none.
    """
    engine = await asyncio.to_thread(asked.web.records.engine)
    found = await asyncio.to_thread(read_edit, engine, job.id, which.name)
    if found is not None:
        return found
    if which is SCRIPT:
        made = await write_words(asked, job)
    else:
        plan = await read_document(asked, job, "plan.json")
        if plan is None:
            raise Problem(409, f"the job {job.id} has no plan", hint="A job of clips has one once it has chosen them.")
        made = msgspec.json.format(msgspec.json.encode(plan)).decode() + "\n"
    return await asyncio.to_thread(begin_edit, engine, job.id, which.name, made)


async def keep(asked: Asked, job: Job, which: EditableText, text: str, was: str) -> EditedText:
    """Keep an edited text in place of the one with the mark `was`.

    Raises:
        Problem: It is none; or another one is there by now, and how that differs.
    """
    check(which, text)
    before = await find_text(asked, job, which)
    engine = await asyncio.to_thread(asked.web.records.engine)
    change_ = lambda: change_edit(engine, job.id, which.name, text, was=was, by=asked.who.name)  # noqa: E731
    if before.mark != was or not await asyncio.to_thread(change_):
        there = await find_text(asked, job, which)
        problem = Problem(
            412, f"the {which.name} was changed meanwhile{f' by {there.by}' if there.by else ''}",
            hint="Take over what differs, and send it with the new ETag.", headers={"etag": f'"{there.mark}"'},
        )  # fmt: skip
        problem.more = {"difference": difference(there.text, text), "current": there.text}
        raise problem
    found = await asyncio.to_thread(read_edit, engine, job.id, which.name)
    assert found is not None  # noqa: S101 - it was changed just now
    return found


async def _given(asked: Asked, which: EditableText) -> str:
    if which is SCRIPT and asked.request.headers.get("content-type", "").startswith(which.media_type):
        _, data = await asked.body(which.media_type)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Problem(400, "the script is not UTF-8 text") from error
    body = await asked.json()
    if which is PLAN:
        return msgspec.json.format(msgspec.json.encode(body)).decode() + "\n"
    if set(body) != {which.name} or not isinstance(body[which.name], str):
        raise Problem(422, f'the body is {{"{which.name}": "…"}}', errors=[(f"/{which.name}", "it is not a text")])
    script: str = body[which.name]
    return script


async def say_what_changes(asked: Asked, job: Job, which: EditableText, text: str) -> dict[str, Any]:
    """What would be made again of an edited text, and what it costs; nothing is kept.

    Raises:
        Problem: The text is none, or the job's files are gone.
    """
    told = summarize(await plan_changed(asked, job, which, text))
    if which is PLAN:  # its steps are known when it is filmed: what each clip is, is known now
        filmed = "clips.json" in ((job.result or {}).get("files") or {})
        before = check_text((await find_text(asked, job, which)).base) if filmed else None
        known = {clip.id: clip for clip in before.clips} if before else {}
        clips = check_text(text).clips
        told |= {"clips": len(clips), "clips_again": [one.id for one in clips if known.get(one.id) != one]}
    return told


def summarize(planned: dict[str, Any]) -> dict[str, Any]:
    """What would be made again, of a plan."""
    steps = [one for one in planned.get("plan", []) if one["state"] != "hit"]
    subjects = {one["subject"] for one in steps}
    scenes = planned.get("scenes", [])
    return {
        "kept": sum(one["state"] == "hit" for one in planned.get("plan", [])),
        "again": [{"step": one["name"], "subject": one["subject"], "usd": one["price_usd"]} for one in steps],
        "usd": sum(one["price_usd"] or 0 for one in steps),
        "duration_s": planned.get("duration_s"),
        "scenes": scenes,
        "scenes_again": [number for number, scene in enumerate(scenes, 1) if scene["id"] in subjects],
        "notices": planned.get("notices", []),
    }


def _tell(job: Job, which: EditableText, text: EditedText) -> dict[str, Any]:
    told = text.text if which is SCRIPT else msgspec.Raw(text.text.encode())
    return {"job": job.id, which.name: told, "mark": text.mark, "changed": text.changed, "by": text.by or None}


def _json(value: Any, status: int = 200, *, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers, "application/json")
