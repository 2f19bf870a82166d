"""What the commands for jobs share: the queue that the settings name, and a job in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automagic.jobs.queue.queue import JobQueue
    from automagic.jobs.queue.reads import Job


def open_queue() -> JobQueue:
    """The queue that the settings name.

    Raises:
        NewerVersion: Its home was used by a newer AutoMagic.
    """
    from automagic.database.plain import check_file
    from automagic.jobs.queue.location import QueuePlace
    from automagic.jobs.queue.queue import JobQueue
    from automagic.settings import load_settings

    settings = load_settings()
    if not settings.database_url and (settings.home / "automagic.db").exists():
        check_file(settings.home / "automagic.db")
    return JobQueue(QueuePlace.of(settings))


def describe(job: Job) -> str:
    """Its state in a few words."""
    match job.state:
        case "running":
            return f"running {job.progress:4.0%} {job.doing}".rstrip()
        case "queued" if job.due_at:
            return f"due {datetime.fromtimestamp(job.due_at):%m-%d %H:%M}"  # noqa: DTZ006 - local
        case _:
            return job.state


def title_of(job: Job) -> str:
    """What it makes; why not, when it failed."""
    return f"{job.title}: {job.error['message']}" if job.error else job.title


def document(job: Job) -> dict[str, Any]:
    """For `--json`."""
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
        "added_at": time_of(job.added_at),
        "due_at": time_of(job.due_at),
        "started_at": time_of(job.started_at),
        "finished_at": time_of(job.finished_at),
        "worker": job.worker,
    }


def time_of(seconds: float | None) -> str | None:
    """Local time in ISO 8601."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds") if seconds else None
