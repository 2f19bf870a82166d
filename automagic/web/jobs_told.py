"""A job as it is told over HTTP: times in UTC, its files by addresses, and no place on this machine's disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec
from cachetools import LRUCache

from automagic.jobs.document import public_document
from automagic.jobs.queue.reads import Job, Row, read_job

MAX_ID = 100


def is_id(text: str) -> bool:
    """Whether a job may have this id; some databases take offence at what none has."""
    return 0 < len(text) <= MAX_ID and text.isascii() and text.isprintable()


@dataclass(frozen=True, slots=True)
class ToldJob:
    """A job as the bytes that are sent.

    Attributes:
        mark: Of these bytes: the id of the event, and the ETag.
    """

    body: bytes
    mark: str
    finished: bool


class JobTeller:
    """Tells jobs that are looked at again and again: encoded anew when their rows change."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._told: LRUCache[str, tuple[Row, ToldJob]] = LRUCache(5_000)

    def tell(self, row: Row) -> ToldJob:
        """The job of this row."""
        known = self._told.get(row[0])
        if known is not None and known[0] == row:
            return known[1]
        job = read_job(row)
        body = msgspec.json.encode(tell_job(job, self.prefix))
        told = ToldJob(body, mark_of(body), job.finished)
        self._told[job.id] = row, told
        return told


def mark_of(body: bytes) -> str:
    """What is told, in a word: the id of its event, and its ETag."""
    return hashlib.sha256(body).hexdigest()[:24]


def tell_job(job: Job, prefix: str = "") -> dict[str, Any]:
    """The job; `url` is where it stands, `files` where its result's files are.

    Args:
        prefix: Under which the application is mounted: "/studio".
    """
    told = public_document(job)
    files = (job.result or {}).get("files") or {}
    told["url"] = f"{prefix}/api/jobs/{quote(job.id)}"
    told["files"] = [
        {"name": name, "bytes": kept[1], "url": f"{prefix}/api/jobs/{quote(job.id)}/files/{quote(name)}"}
        for name, kept in files.items()
    ]
    return told
