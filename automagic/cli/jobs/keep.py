"""`automagic jobs cancel|retry|fetch|prune`: change jobs after they were added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automagic.cli.jobs.view import open_queue
from automagic.cli.options import JobArgument, JobsArgument, JsonOption, print_json
from automagic.jobs.document import describe_job

if TYPE_CHECKING:
    from automagic.jobs.queue.reads import Job


def cancel_command(jobs: JobsArgument, as_json: JsonOption = False) -> None:
    """Cancel jobs; a running one ends within about a second."""
    _change(open_queue().cancel, jobs, as_json=as_json)


def retry_command(jobs: JobsArgument, as_json: JsonOption = False) -> None:
    """Queue failed or cancelled jobs again.

    They go on from where they stopped.
    """
    _change(open_queue().retry, jobs, as_json=as_json)


def _change(change: Callable[[str], Job], jobs: list[str], *, as_json: bool) -> None:
    changed = [change(job) for job in jobs]
    if as_json:
        print_json({"jobs": [describe_job(job) for job in changed]})
        return
    for job in changed:
        print(f"{job.id}: {job.state}")  # noqa: T201 - the result


def fetch_command(
    job: JobArgument,
    out: Annotated[str, typer.Option(metavar="DIR", help="The folder for the result.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Put a job's result into a folder."""
    queue = open_queue()
    found = queue.find(job)
    folder = queue.fetch(found.id, Path(out) if out else Path("final_videos") / found.id)
    if as_json:
        print_json({"id": found.id, "folder": str(folder), "files": sorted(path.name for path in folder.iterdir())})
    else:
        print(folder)  # noqa: T201 - the result


def prune_command(
    older_than: Annotated[
        str, typer.Option(metavar="AGE", help="Only jobs that finished longer ago: 12h, 7d, 0d.")
    ] = "7d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove finished jobs.

    The copies of their results in AUTOMAGIC_HOME go with them; what was fetched stays.
    """
    from automagic.cli.cleanup import parse_span

    gone = open_queue().prune(older_than_s=parse_span(older_than, flag="--older-than"), dry_run=dry_run)
    if as_json:
        print_json({"removed": gone, "dry_run": dry_run})
    else:
        number = f"{len(gone)} job{'' if len(gone) == 1 else 's'}"
        print(f"{number} {'would be ' if dry_run else ''}removed")  # noqa: T201 - the result
