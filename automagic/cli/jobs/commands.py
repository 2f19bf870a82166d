"""`automagic jobs list|show|watch`: how things stand in the queue. Adding is in `add`, changing in `keep`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.jobs import keep as jobs_keep
from automagic.cli.jobs.add import add
from automagic.cli.jobs.approvals import app as approvals
from automagic.cli.jobs.plan import plan_command
from automagic.cli.jobs.view import describe, draw_jobs, find_files, name_of, open_queue
from automagic.cli.options import JobArgument, JsonOption, print_json
from automagic.errors import RequestError
from automagic.jobs.document import describe_job

if TYPE_CHECKING:
    from automagic.jobs.queue.reads import Job

app = typer.Typer(
    help="Jobs that wait in the queue; `automagic worker` carries them out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(add, name="add")
app.command("plan", hidden=True)(plan_command)

INTERRUPTED = 130
BAR_COLUMNS = 30


@app.command("list")
def list_command(
    state: Annotated[
        list[str] | None, typer.Option(metavar="STATE", help="queued, running, succeeded, failed or cancelled.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many to list, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the jobs."""
    from automagic.jobs.queue.reads import STATES

    for name in state or ():
        if name not in STATES:
            raise RequestError(f"{name!r} is not a valid state", hint=f"One of: {', '.join(STATES)}.")
    queue = open_queue()
    jobs = queue.find_all(states=[one for one in STATES if one in (state or ())], limit=limit)
    counts = queue.count()
    if as_json:
        print_json({"counts": counts, "jobs": [describe_job(job) for job in jobs]})
        return
    for line in draw_jobs(jobs):
        print(line)  # noqa: T201 - the result
    there = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    print(there or "There is no job: automagic jobs add video --help")  # noqa: T201 - the result
    if any(find_files(job) for job in jobs):
        sys.stderr.write("`automagic jobs fetch JOB` copies a result into final_videos, or with --out DIR elsewhere.\n")


@app.command("show")
def show_command(job: JobArgument, as_json: JsonOption = False) -> None:
    """Show one job."""
    show(open_queue().find(job), as_json=as_json)


@app.command("watch")
def watch_command(job: JobArgument, as_json: JsonOption = False) -> None:
    """Wait for a job and show how far it is.

    Ends with the exit code that making it at once would have had.
    """
    last = None
    told = ""
    live = sys.stderr.isatty()
    for last in open_queue().watch(job):
        line = f"{last.id} {describe(last)}"
        if live:
            bar = "█" * round(last.progress * BAR_COLUMNS) if last.state == "running" else ""
            sys.stderr.write(f"\r\x1b[K{describe(last):24} {bar}")
            sys.stderr.flush()
        elif line != told:
            sys.stderr.write(line + "\n")
            told = line
    assert last is not None  # noqa: S101 - a job that is there is given at least once
    if live:
        sys.stderr.write("\r\x1b[K")
    show(last, as_json=as_json)
    code = {"failed": (last.error or {}).get("exit_code", 1), "cancelled": INTERRUPTED}.get(last.state, 0)
    raise typer.Exit(code)


def show(job: Job, *, as_json: bool) -> None:
    """Print a job."""
    if as_json:
        print_json(describe_job(job))
        return
    shown = {name: value for name, value in describe_job(job).items() if value not in (None, "", {})}
    shown["progress"] = f"{job.progress:.0%}"
    if job.error:
        said, hint = job.error["message"], job.error["hint"]
        shown["error"] = f"{said.removesuffix('.')}. {hint}" if hint else said
    if job.result:
        shown["result"] = _describe_result(job.result)
    for name, value in shown.items():
        print(f"{name + ':':13}{value}")  # noqa: T201 - the result
    for published in (job.result or {}).get("published", ()):
        print(f"{'published:':13}{published['url'] or published['destination']}")  # noqa: T201 - the result
    if find_files(job):
        sys.stderr.write(f"`automagic jobs fetch {name_of(job)} --out DIR` copies it into DIR.\n")


def _describe_result(result: dict[str, Any]) -> str:
    files = len(result.get("files", ()))
    told = [str(result["title"])] if result.get("title") else []
    if result.get("duration_s"):
        told.append(f"{result['duration_s']:.1f} s")
    return ", ".join([*told, f"{files} files" if files else "nothing to fetch"])


app.command("cancel")(jobs_keep.cancel_command)
app.command("retry")(jobs_keep.retry_command)
app.command("fetch")(jobs_keep.fetch_command)
app.command("prune")(jobs_keep.prune_command)
app.add_typer(approvals, name="approvals")
