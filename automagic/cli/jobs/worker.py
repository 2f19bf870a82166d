"""`automagic worker`: carries out the jobs in the queue."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automagic.cli.options import JsonOption, QuietOption, choose_loudness, print_json

if TYPE_CHECKING:
    from automagic.jobs.telling import Onlook, Shift
    from automagic.jobs.worker import BackgroundTask
    from automagic.settings import Settings
    from automagic.studio import Studio


def worker_command(
    concurrency: Annotated[int, typer.Option(min=1, max=200, metavar="N", help="How many jobs to run at once.")] = 2,
    name: Annotated[str, typer.Option(metavar="ID", help="Unique among workers, the same after a restart.")] = "",
    drain: Annotated[bool, typer.Option("--drain", help="Stop when no job is waiting any more.")] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Carry out the jobs in the queue, until Ctrl-C or SIGTERM.

    It says what it makes, and where each result is; `automagic jobs fetch` copies one.
    """
    from automagic.cli.jobs.screen import show_jobs
    from automagic.machine.leaving import run, worker_clock
    from automagic.settings import load_settings

    settings = load_settings()
    silent = choose_loudness(verbose=False, quiet=quiet) == "quiet"
    with show_jobs(settings, "worker", quiet=silent) as onlook:
        shift = run(_work(settings, onlook, concurrency=concurrency, name=name, drain=drain), clock=worker_clock())
    if as_json:
        print_json(shift)
    else:
        print(describe_shift(shift))  # noqa: T201 - the result


def describe_shift(shift: Shift) -> str:
    """What a worker did, in a line."""
    numbers = {name: getattr(shift, name) for name in ("succeeded", "failed", "refused", "requeued")}
    told = ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
    return f"{told}. `automagic jobs list` shows where each result is." if told else "Nothing was waiting."


async def _work(settings: Settings, onlook: Onlook, *, concurrency: int, name: str, drain: bool) -> Shift:
    from automagic.jobs.worker import work
    from automagic.machine.logs import write_line
    from automagic.studio import open_studio

    async with open_studio(settings) as studio:
        return await work(
            studio,
            name=name,
            concurrency=concurrency,
            drain=drain,
            tell=lambda line: write_line("worker", logging.INFO, line),
            background_tasks=list_background_tasks(studio),
            onlook=onlook,
        )


def list_background_tasks(studio: Studio) -> tuple[BackgroundTask, ...]:
    """What runs beside the jobs for as long as a worker works; see `background_tasks`."""
    from automagic.jobs.background_tasks import BackgroundTasks

    return BackgroundTasks(studio, Path.cwd()).all
