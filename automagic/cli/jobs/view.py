"""What the commands for jobs share: the queue that the settings name, and a job in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.cli.tables import GAP, columns_of, draw_table, shorten, terminal_columns
from automagic.cli.words import format_clock, format_moment, mark_of

if TYPE_CHECKING:
    from automagic.jobs.queue.queue import JobQueue
    from automagic.jobs.queue.reads import Job

INDENT = "   "
"""Of what belongs to the job above."""

TITLE_COLUMNS = 24
"""With less room than that, a title stands in a line of its own."""


def open_queue() -> JobQueue:
    """The queue that the settings name.

    Raises:
        NewerVersion: Its home was used by a newer AutoMagic.
    """
    from automagic.database.plain import check_file
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.queue import JobQueue
    from automagic.settings import load_settings

    settings = load_settings()
    if not settings.database_url and (settings.home / "automagic.db").exists():
        check_file(settings.home / "automagic.db")
    return JobQueue(QueueLocation.of(settings), settings)


def describe(job: Job) -> str:
    """Its state in a few words."""
    match job.state:
        case "running":
            return f"running {job.progress:4.0%} {job.doing}".rstrip()
        case "queued" if job.due_at:
            return f"due {format_moment(job.due_at)}"
        case _:
            return job.state


def draw_jobs(jobs: Sequence[Job]) -> Iterator[str]:
    """Lines for a terminal: each job with how long it took, and where its result is on a line of its own."""
    if not jobs:
        return
    several = len({job.kind for job in jobs}) > 1
    rows = [["", "Added", "Took", "Job", *(["Kind"] if several else []), "Title"]]
    for job in jobs:
        kind = [job.kind] if several else []
        rows.append([mark_of(job.state), format_moment(job.added_at), _took(job), name_of(job), *kind, _title_of(job)])
    room = terminal_columns()
    narrow = room is not None and room - max(columns_of(GAP.join(row[:-1])) for row in rows) < TITLE_COLUMNS
    heading, *lines = draw_table([row[:-1] for row in rows] if narrow else rows, right=(2,), heading=True)
    yield heading
    for job, line in zip(jobs, lines, strict=True):
        yield line
        if narrow:
            yield shorten(f"{INDENT}{_title_of(job)}", room)
        if find_files(job):
            yield f"{INDENT}{_place_of(job)}"


def _took(job: Job) -> str:
    if job.state == "running":
        return f"{job.progress:.0%}"
    return format_clock(job.finished_at - job.started_at) if job.finished_at and job.started_at else ""


def _title_of(job: Job) -> str:
    """What it makes; how it stands where the mark does not say all, and why it failed."""
    title = str((job.result or {}).get("title") or job.title)
    if job.state == "succeeded":
        return title
    why = f": {job.error['message']}" if job.error else ""
    urgent = "" if job.priority == "normal" or job.finished else f", {job.priority} priority"
    return f"{describe(job)}{urgent}: {title}{why}".replace("\n", " ")


def name_of(job: Job) -> str:
    """What a person calls it by: its key, or else its id."""
    return job.key or job.id


def find_files(job: Job) -> int:
    """How many files its result has."""
    return len((job.result or {}).get("files", ()))


def _place_of(job: Job) -> str:
    """The folder of its result, if this machine has it; else how to get it."""
    folder = str((job.result or {}).get("folder") or "")
    if folder and Path(folder).is_dir():
        return folder
    return f"automagic jobs fetch {name_of(job)}"
