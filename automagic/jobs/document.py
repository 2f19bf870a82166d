"""A job as plain data: what `--json` prints and what is answered over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automagic.jobs.queue.reads import Job

Clock = Callable[[float | None], str | None]


def local_time(seconds: float | None) -> str | None:
    """Of this machine, in ISO 8601 with its offset."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds") if seconds else None


def utc_time(seconds: float | None) -> str | None:
    """In ISO 8601, ending in Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")[:-6] + "Z" if seconds else None


def describe_job(job: Job, clock: Clock = local_time) -> dict[str, Any]:
    """All that is known of it, without the traceback of its error."""
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "priority": job.priority,
        "progress": job.progress,
        "doing": job.doing,
        "attempts": job.attempts,
        "deaths": job.deaths,
        "error": {name: value for name, value in job.error.items() if name != "traceback"} if job.error else None,
        "result": job.result,
        "key": job.key,
        "added_at": clock(job.added_at),
        "due_at": clock(job.due_at),
        "started_at": clock(job.started_at),
        "finished_at": clock(job.finished_at),
        "worker": job.worker,
    }


PLACES = ("folder", "aside")
"""Of a result: where its files lie on the worker's disk."""

_PLACE = re.compile(r"""(?<![\w:/.~])~?/(?!api/)(?:[^\s/'":,;()]+/)+([^\s/'":,;()]*)""")


def without_places(text: str) -> str:
    """A message without where a worker's machine keeps things; addresses of the web stay.

    >>> without_places("/home/ada/talks/a.mp4 has no sound; see https://example.com/a/b")
    '…/a.mp4 has no sound; see https://example.com/a/b'
    """
    return _PLACE.sub(r"…/\1", text)


def public_document(job: Job) -> dict[str, Any]:
    """What is told of a job to who is not on its machine: times in UTC, and no place on anybody's disk."""
    told = describe_job(job, utc_time)
    if told["error"]:
        told["error"] |= {name: without_places(told["error"].get(name) or "") for name in ("message", "hint")}
    if job.result:
        told["result"] = {name: value for name, value in job.result.items() if name not in (*PLACES, "files")}
    return told
