"""A job as it is told over HTTP: times in UTC, its files by addresses, and no place on this machine's disk."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from automagic.jobs.document import describe_job, utc_time
from automagic.jobs.queue.reads import Job

PLACES = ("folder", "aside")
"""Of a result: where its files lie on the worker's disk."""


MAX_ID = 100


def is_id(text: str) -> bool:
    """Whether a job may have this id; some databases take offence at what none has."""
    return 0 < len(text) <= MAX_ID and text.isascii() and text.isprintable()


def tell_job(job: Job) -> dict[str, Any]:
    """The job; `url` is where it stands, `files` where its result's files are."""
    told = describe_job(job, utc_time)
    files = (job.result or {}).get("files") or {}
    if job.result:
        told["result"] = {name: value for name, value in job.result.items() if name not in (*PLACES, "files")}
    told["url"] = f"/api/jobs/{quote(job.id)}"
    told["files"] = [
        {"name": name, "bytes": kept[1], "url": f"/api/jobs/{quote(job.id)}/files/{quote(name)}"}
        for name, kept in files.items()
    ]
    return told
