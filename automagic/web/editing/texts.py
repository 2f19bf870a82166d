"""What of a job can be edited, and how the edited text becomes a new job.

video   script   the Markdown that --script reads
clips   plan     the plan.json that --plan-file reads
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from automagic.errors import RequestError
from automagic.jobs.queue import reads
from automagic.jobs.queue.queue import kind_of
from automagic.jobs.queue.reads import Job
from automagic.products.clips.planning.edited import check_text
from automagic.products.video.script_text import check_script
from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.problems import Problem

IN_PLACE = 2
"""Facts of a file that is kept; one that stayed where it was has its path as well."""


@dataclass(frozen=True, slots=True)
class EditableText:
    """One of them.

    Attributes:
        kind: Of the jobs.
        file: Among a new job's files.
        changes: Of the new job's request: how it is told of the file, and what else said what to make.
        media_type: Of the text.
        check: Raises RequestError where the text is none.
    """

    name: str
    kind: str
    file: str
    changes: Mapping[str, Any]
    media_type: str
    check: Callable[[str], object]


SCRIPT = EditableText(
    "script", "video", "script/script.md",
    {"script": "script/script.md", "source": None, "topic": None, "kind": None, "take": 1, "redo": [], "publish": []},
    "text/markdown", check_script,
)  # fmt: skip
PLAN = EditableText(
    "plan", "clips", "plan_file/plan.json",
    {"plan_file": "plan_file/plan.json", "segments": [], "query": "", "choose_only": False, "redo": [], "publish": []},
    "application/json", check_text,
)  # fmt: skip


async def read_input(asked: Asked, job: Job, which: EditableText) -> dict[str, Any]:
    """The document of a job.

    Raises:
        Problem: It is of another kind, or was removed.
    """
    found = await asked.web.reader.read(lambda database: reads.find_input(database, job.id))
    if found is None:
        raise Problem(404, f"the job {job.id} was removed")
    if (kind := kind_of(found)) != which.kind:
        raise Problem(409, f"the job {job.id} has no {which.name}: it is a job of {kind}")
    return found


async def plan_changed(asked: Asked, job: Job, which: EditableText, text: str) -> dict[str, Any]:
    """What would be made again, and what it costs; nothing is kept.

    Raises:
        Problem: The text is none, or the job's files are gone.
    """
    check(which, text)
    found = await read_input(asked, job, which)
    return await _run(asked, found, which, text)


async def write_words(asked: Asked, job: Job) -> str:
    """The script of a video's job, as --script reads it: all of it is remembered, so it takes a second.

    Raises:
        Problem: It cannot be written.
    """
    found = await read_input(asked, job, SCRIPT)
    told = await _run(asked, found, SCRIPT, None, "--script")
    script: str = told["script"]
    return script


async def _run(
    asked: Asked, found: Mapping[str, Any], which: EditableText, text: str | None, *how: str
) -> dict[str, Any]:
    request = dict(found["request"])
    with tempfile.TemporaryDirectory(prefix="automagic-edited-") as folder:
        files = Path(folder) / "files"
        files.mkdir()
        for name, facts in found["files"].items():
            source = (
                Path(facts[-1]) if len(facts) > 2 else await asyncio.to_thread(asked.web.files.path_of, name, facts)
            )
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            (files / name).symlink_to(source.absolute())
        if text is not None:
            request |= which.changes
            (files / which.file).parent.mkdir(parents=True, exist_ok=True)
            (files / which.file).unlink(missing_ok=True)
            (files / which.file).write_text(text, "utf-8")
        job = msgspec.json.encode({"kind": kind_of(found), "request": request})
        try:
            printed = await asked.web.commands.run("jobs", "plan", str(files), "--json", *how, stdin=job)
        except Problem as problem:
            problem.detail = problem.detail.replace(f"{files}/", "")
            raise
    told: dict[str, Any] = document(printed)
    return told


def check(which: EditableText, text: str) -> None:
    """See that a text is one.

    Raises:
        Problem: It is none.
    """
    try:
        which.check(text)
    except RequestError as error:
        raise Problem(422, error.message, hint=error.hint) from error


async def render(asked: Asked, job: Job, which: EditableText, text: str, mark: str) -> str:
    """Queue a job that makes what the edited text says; the same edit makes one job. Gives its id.

    Raises:
        Problem: The text is none.
    """
    check(which, text)
    await read_input(asked, job, which)
    key = f"edit-{job.id}-{mark}"
    files = {which.file: text.encode()}
    return await asyncio.to_thread(lambda: asked.web.queue.repeat(job.id, which.changes, key=key, files=files))
