"""Analyze, extract and what is asked of their jobs, as users of an earlier system know it.

    analyze   a job that chooses moments and films nothing
    extract   a job that films what lies between given times

There is no score of virality: the reasons for each moment take its place, and the answers say so.
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from automagic.errors import RequestError
from automagic.jobs.queue import reads
from automagic.jobs.queue.reads import Job
from automagic.products.clips.planning.segment_text import write_segment
from automagic.values.clip_plan import NamedRange
from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.handlers.figures import FRESH_S
from automagic.web.handlers.jobs import check_room, find_job
from automagic.web.jobs_told import tell_job
from automagic.web.problems import Problem
from automagic.web.submitting import Desk, add_job, list_offers
from automagic.web.uploads import is_upload_id

PRIORITIES = {"low": "low", "normal": "normal", "high": "high", "urgent": "urgent"}
QUALITIES = ("draft", "standard", "high")
FORMATS = ("mp4",)
ANALYZE = ("video_path", "max_clips", "min_duration", "max_duration", "priority")
EXTRACT = ("video_path", "segments", "output_format", "quality", "priority")
MAX_VIDEOS = 100
QUALITY = "The quality is what VIDEO_PRESET and VIDEO_CRF of the server say."
NOTE = "There is no score of virality: the reasons for each moment take its place."

_STATUS = {"queued": "pending", "running": "processing", "succeeded": "completed", "failed": "failed",
           "cancelled": "cancelled"}  # fmt: skip
"""Their word for each state of ours."""


async def analyze(asked: Asked) -> Response:
    """Queue the choice of moments; nothing is filmed."""
    return await _queue(asked, [_read_analysis(await asked.json(), "")], single=True)


async def batch_analyze(asked: Asked) -> Response:
    """The same for several recordings: all are queued, or none."""
    body = await asked.json()
    _check_names(body, ("videos",), "")
    videos = body.get("videos")
    if not isinstance(videos, list) or not 1 <= len(videos) <= MAX_VIDEOS:
        raise _wrong("/videos", f"it is no list of 1 to {MAX_VIDEOS} recordings")
    asked_for = []
    for number, one in enumerate(videos):
        if not isinstance(one, dict):
            raise _wrong(f"/videos/{number}", "it is no object")
        asked_for.append(_read_analysis(one, f"/videos/{number}"))
    return await _queue(asked, asked_for, single=False)


async def extract(asked: Asked) -> Response:
    """Queue clips of given segments."""
    body = await asked.json()
    _check_names(body, EXTRACT, "")
    segments = body.get("segments")
    if not isinstance(segments, list) or not 1 <= len(segments) <= MAX_VIDEOS:
        raise _wrong("/segments", f"it is no list of 1 to {MAX_VIDEOS} segments")
    texts = [_read_segment(one, f"/segments/{number}") for number, one in enumerate(segments)]
    _choose(body, "output_format", FORMATS, "mp4")
    notices = [] if _choose(body, "quality", QUALITIES, "standard") == "standard" else [QUALITY]
    asked_for = _recording(body, "") | {"segments": texts} | _priority(body, "")
    return await _queue(asked, [asked_for], single=True, notices=notices)


async def show_job(asked: Asked) -> Response:
    """How a job stands."""
    return _json(_tell(asked, await find_job(asked, asked.path["job"])))


async def cancel_job(asked: Asked) -> Response:
    """End it."""
    return await _change(asked, asked.web.queue.cancel)


async def retry_job(asked: Asked) -> Response:
    """Queue it again."""
    return await _change(asked, asked.web.queue.retry)


async def statistics(asked: Asked) -> Response:
    """Jobs by state, how long each kind takes, what caches keep, and how often runs succeed."""
    counts = await asked.web.reader.read(reads.count_jobs)
    found = document(await asked.web.commands.kept("--metrics", "--json", for_s=FRESH_S))
    products = found["products"]
    ended = sum(one["runs"] for one in products)
    told = {
        "jobs": {_STATUS[state]: number for state, number in counts.items()},
        "durations": {one["product"]: {"mean_s": one["mean_s"], "p95_s": one["p95_s"]} for one in products},
        "cache": found["caches"],
        "success_rate": sum(one["succeeded"] for one in products) / ended if ended else None,
    }
    return _json(told)


async def _queue(asked: Asked, bodies: list[dict[str, Any]], *, single: bool, notices: Sequence[str] = ()) -> Response:
    await check_room(asked)
    added = await asyncio.to_thread(_add_all, asked.web.desk, bodies)
    told = [{"job_id": one, "status": _STATUS["queued"]} for one in added]
    answered = told[0] if single else {"job_ids": added, "jobs": told}
    return _json(answered | {"note": NOTE} | ({"notices": list(notices)} if notices else {}), 202)


def _add_all(desk: Desk, bodies: list[dict[str, Any]]) -> list[str]:
    """All, or none: what is wrong in one is found before the first is queued."""
    import tempfile

    from automagic.web.submitting import prepare

    offer = next(one for one in list_offers() if one.kind == "clips")
    if len(bodies) == 1:
        return [add_job(desk, offer, bodies[0], "")[0]]
    drafts = []
    with tempfile.TemporaryDirectory(prefix="automagic-sent-") as folder:
        for number, body in enumerate(bodies):
            try:
                drafts.append(prepare(desk, offer, body, "", folder))
            except Problem as problem:
                problem.detail = f"videos[{number}]: {problem.detail}"
                raise
        return [one.id for one in desk.queue.add(drafts)]


def _read_analysis(body: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    _check_names(body, ANALYZE, pointer)
    limits = {
        "max_clips": _number(body, "max_clips", 10, 1, 50, pointer),
        "min_s": _number(body, "min_duration", 3, 3, 600, pointer),
        "max_s": _number(body, "max_duration", 30, 3, 600, pointer),
    }
    limits["max_clips"] = int(limits["max_clips"])
    return _recording(body, pointer) | limits | {"choose_only": True} | _priority(body, pointer)


def _recording(body: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    given = body.get("video_path")
    if not isinstance(given, str) or not given.strip():
        raise _wrong(f"{pointer}/video_path", "it is not said which recording")
    if is_upload_id(given):
        return {"recording": [{"upload": given}]}
    if "://" in given:
        return {"recording": [given]}
    return {"recording": [{"path": given}]}


def _read_segment(one: Any, pointer: str) -> str:
    if not isinstance(one, dict):
        raise _wrong(pointer, "it is no object")
    _check_names(one, ("start_time", "end_time", "title"), pointer)
    start_s, end_s = (_number(one, name, None, 0, 360_000, pointer) for name in ("start_time", "end_time"))
    title = one.get("title", "")
    if not isinstance(title, str):
        raise _wrong(f"{pointer}/title", "it is not a text")
    return write_segment(NamedRange(start_s, end_s, title))


def _priority(body: Mapping[str, Any], pointer: str) -> dict[str, str]:
    return {"priority": PRIORITIES[_choose(body, "priority", PRIORITIES, "normal", pointer)]}


def _number(
    body: Mapping[str, Any], name: str, default: float | None, least: float, most: float, pointer: str
) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise _wrong(f"{pointer}/{name}", f"it is not a number from {least:g} to {most:g}")
    return value


def _choose(body: Mapping[str, Any], name: str, values: Collection[str], default: str, pointer: str = "") -> str:
    value = body.get(name, default)
    if isinstance(value, str) and value in values:
        return value
    raise _wrong(f"{pointer}/{name}", f"{str(value)[:40]!r} is none of: {', '.join(values)}")


def _check_names(body: Mapping[str, Any], names: Collection[str], pointer: str) -> None:
    for name in body:
        if name not in names:
            near = next(iter(difflib.get_close_matches(name, names, n=1)), "")
            problem = _wrong(f"{pointer}/{name[:60]}", "there is no such field")
            problem.hint = f"Did you mean {near}?" if near else f"There are: {', '.join(names)}."
            raise problem


async def _change(asked: Asked, change: Callable[[str], Job]) -> Response:
    job = await find_job(asked, asked.path["job"])
    try:
        job = await asyncio.to_thread(change, job.id)
    except RequestError as error:
        raise Problem(409, error.message, hint=error.hint) from error
    return _json({"job_id": job.id, "status": _STATUS[job.state]}, 202)


def _tell(asked: Asked, job: Job) -> dict[str, Any]:
    told = tell_job(job, asked.web.prefix)
    result = None if job.result is None else told["result"] | {"files": told["files"], "note": NOTE}
    return {
        "job_id": job.id,
        "status": _STATUS[job.state],
        "progress": job.progress,
        "result": result,
        "error": told["error"]["message"] if told["error"] else None,
        "created_at": told["added_at"],
        "started_at": told["started_at"],
        "completed_at": told["finished_at"],
    }


def _wrong(pointer: str, what: str) -> Problem:
    return Problem(422, f"{pointer.lstrip('/')}: {what}", errors=[(pointer, what)])


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
