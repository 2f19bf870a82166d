"""What products made, in the words of its own files: drafts of posts, the sheet of ads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from starlette.responses import Response

from automagic.jobs.queue.reads import Job
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.reading.named_files import read_named
from automagic.web.asked import Asked
from automagic.web.handlers.jobs import find_job
from automagic.web.problems import Problem

MAX_READ_BYTES = 16 << 20
MAX_NOTE = 500
_ID = re.compile(r"[0-9a-f]{4,64}", re.ASCII)


async def read_document(asked: Asked, job: Job, name: str) -> Any:
    """A JSON file of a job's result; None where there is none that can be read."""
    kept = ((job.result or {}).get("files") or {}).get(name)
    if kept is None or kept[1] > MAX_READ_BYTES:
        return None
    path = await asyncio.to_thread(asked.web.files.path_of, name, kept)
    try:
        return parse_json(await asyncio.to_thread(path.read_bytes), name=name)
    except MalformedText:
        return None


async def posts(asked: Asked) -> Response:
    """The drafts of a run of `posts write`."""
    job = await find_job(asked, asked.path["job"])
    told = await read_document(asked, job, "drafts.json")
    if told is None:
        raise Problem(409, f"the job {job.id} has no drafts", hint=f"It is a job of {job.kind}, and {job.state}.")
    return _json({"job": job.id} | told)


async def ads(asked: Asked) -> Response:
    """The texts and pictures of a run of `ads make`, with the claims that they rest on."""
    job = await find_job(asked, asked.path["job"])
    told = await read_ads(asked, job)
    if told is None:
        raise Problem(409, f"the job {job.id} has no ads", hint=f"It is a job of {job.kind}, and {job.state}.")
    return _json({"job": job.id} | told)


async def read_ads(asked: Asked, job: Job) -> dict[str, Any] | None:
    """Texts, pictures and what was decided of them; None where it made none."""
    texts = await read_document(asked, job, "texts.json")
    if texts is None:
        return None
    pictures = await read_document(asked, job, "pictures.json") or {}
    return {
        **texts,
        **pictures,
        "approval": await asyncio.to_thread(_read_approval, asked.web.queue.place.results / job.id),
    }


def _read_approval(folder: Path) -> Any:
    """What was decided beside the package on this machine; None where nothing was."""
    file = folder / "approval.json"
    if not file.is_file():
        return None
    return parse_json(read_named(file, MAX_READ_BYTES, what="decisions"), name="approval.json")


async def approve_ads(asked: Asked) -> Response:
    """Say which texts and pictures may be published; gives the sheet as it is then."""
    job = await find_job(asked, asked.path["job"])
    if await read_ads(asked, job) is None:
        raise Problem(409, f"the job {job.id} has no ads", hint=f"It is a job of {job.kind}, and {job.state}.")
    body = await asked.json()
    if unknown := next((name for name in body if name not in ("approve", "reject", "all", "note")), None):
        raise Problem(422, f"there is no field {unknown[:60]!r}", errors=[(f"/{unknown[:60]}", "unknown")])
    await decide_ads(asked, job, body)
    return _json({"job": job.id} | (await read_ads(asked, job) or {}))


async def decide_ads(asked: Asked, job: Job, body: Mapping[str, Any]) -> None:
    """Have `ads approve` keep a decision beside the package.

    Args:
        body: `approve` and `reject`, lists of ids; `all`, for those that nobody decided of; `note`.

    Raises:
        Problem: An id is none, or the package is not on this machine.
    """
    chosen = {name: body.get(name) or [] for name in ("approve", "reject")}
    for name, ids in chosen.items():
        if not isinstance(ids, list) or not all(isinstance(one, str) and _ID.fullmatch(one) for one in ids):
            raise Problem(422, f"{name}: it is no list of ids", errors=[(f"/{name}", "it is no list of ids")])
    note = body.get("note", "")
    if not isinstance(note, str) or len(note) > MAX_NOTE or not note.isprintable():
        raise Problem(422, "note: it is no line of text", errors=[("/note", "it is no line of text")])
    folder = asked.web.queue.place.results / job.id
    if not folder.is_dir():
        raise Problem(
            409, "this package lies on another machine", hint="automagic jobs fetch, then automagic ads approve."
        )
    how = [f"--reject={one}" for one in chosen["reject"]] + (["--all"] if body.get("all") is True else [])
    how += [f"--by={asked.who.name}", f"--note={note}", "--json"]
    await asked.web.commands.run("ads", "approve", *how, "--", str(folder), *chosen["approve"])


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
