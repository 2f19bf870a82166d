"""`automagic schedule` and `automagic --scheduled`: what is made automatically, and when."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import JsonOption, print_json
from automagic.cli.schedule.export import app as export
from automagic.cli.schedule.view import load, pick
from automagic.errors import ConfigurationError, RequestError
from automagic.machine.leaving import run, worker_clock
from automagic.machine.private_files import make_home

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.jobs.schedule.entry import Schedule
    from automagic.jobs.schedule.file import FoundSchedules
    from automagic.jobs.schedule.ledger import Ledger
    from automagic.jobs.schedule.scheduler import Scheduler
    from automagic.settings import Settings

app = typer.Typer(
    help="What is made automatically, and when; `automagic --scheduled` makes it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(export, name="export")

NO_SCHEDULE = "There is no schedule yet: automagic schedule add news --at 09:00 --topics-file topics.txt adds one."

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A schedule's name.")]


def run_scheduled(*, quiet: bool = False) -> None:
    """Fire schedules in the foreground until Ctrl-C or SIGTERM.

    Args:
        quiet: The log goes to its file only.

    Raises:
        ConfigurationError: A schedule is wrong, or there is none.
    """
    settings, found = load()
    if not found.schedules:
        raise ConfigurationError(
            "there are no schedules",
            hint='Add one: automagic schedule add news --at 09:00 --topic "…", or set DAILY_RUN_TIME=09:00 in .env.',
        )
    run(_run(settings, found, quiet=quiet), clock=worker_clock())


async def _run(settings: Settings, found: FoundSchedules, *, quiet: bool) -> None:
    from automagic.cli.jobs.screen import show_jobs
    from automagic.cli.jobs.worker import list_background_tasks
    from automagic.jobs.background_tasks import watch_schedules
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.schedule.mode import run_scheduled
    from automagic.machine.logs import write_line
    from automagic.studio import open_studio

    def tell(line: str) -> None:
        write_line("scheduler", logging.INFO, line)

    watching: list[asyncio.Task[None]] = []

    def watch(scheduler: Scheduler) -> None:
        watching.append(asyncio.create_task(watch_schedules(scheduler, settings, tell)))

    with show_jobs(settings, "scheduler", quiet=quiet) as onlook:
        async with open_studio(settings) as studio:
            place, background_tasks = QueueLocation.of(settings), list_background_tasks(studio)
            try:
                await run_scheduled(
                    found, place, studio, tell=tell, background_tasks=background_tasks, onlook=onlook, started=watch
                )
            finally:
                for task in watching:
                    task.cancel()
                await asyncio.gather(*watching, return_exceptions=True)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


@app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """Show the schedules, when each is due next, and what is wrong with it."""
    settings, found = load()
    with open_ledger(settings, existing=True) as ledger:
        entries = [_describe(schedule, ledger) for schedule in found.schedules]
    if as_json:
        print_json({"places": found.places, "schedules": entries})
        return
    for entry in entries:
        left = f", topics left: {entry['topics_left']}" if entry["topics_left"] is not None else ""
        print(f"{entry['name']}: {entry['kind']} {entry['when']} ({entry['zone']}){left}; next {entry['next']}")  # noqa: T201
        for problem in entry["problems"]:
            print(f"  {problem}")  # noqa: T201 - the result
    _say(f"From {' and '.join(found.places)}." if found.places else NO_SCHEDULE)


def _describe(schedule: Schedule, ledger: Ledger | None) -> dict[str, Any]:
    from automagic.jobs.schedule.entry import find_problems
    from automagic.jobs.schedule.topics import read_topics

    standing = ledger.standings().get(schedule.name) if ledger else None
    last = ledger.last_firings().get(schedule.name) if ledger else None
    problems = [problem.removeprefix(f"{schedule.name}: ") for problem in find_problems(schedule)]
    left: int | None = None
    if schedule.topics:
        with contextlib.suppress(RequestError):  # it is among the problems
            left = ledger.count_left(schedule) if ledger else len(read_topics(schedule.topics))
    if standing and standing.notice and standing.notice not in " ".join(problems):
        problems.append(standing.notice)
    return {
        "name": schedule.name,
        "kind": schedule.kind,
        "when": schedule.when,
        "zone": schedule.timing.zone,
        "missed": schedule.missed,
        "priority": schedule.priority,
        "options": schedule.options,
        "topics": str(schedule.topics) if schedule.topics else None,
        "topics_left": left,
        "next": _coming(schedule, 1)[0],
        "last": {"id": last[0], "due_at": _local(last[1], schedule), "state": last[2]} if last else None,
        "problems": problems,
    }


@app.command("next")
def next_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A schedule's name; all of them without one.")] = "",
    count: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many of each.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Show when a schedule is due next, or all of them."""
    _, found = load()
    if name:
        times = _coming(pick(found, name), count)
        if as_json:
            print_json({"name": name, "times": times})
            return
        for text in times:
            print(text)  # noqa: T201 - the result
        return
    coming = {schedule.name: _coming(schedule, count) for schedule in found.schedules}
    if as_json:
        print_json({"schedules": [{"name": one, "times": times} for one, times in coming.items()]})
        return
    dues = [(datetime.fromisoformat(text), text, one) for one, times in coming.items() for text in times]
    for _, text, which in sorted(dues):
        print(f"{text}  {which}")  # noqa: T201 - the result
    if not coming:
        _say(NO_SCHEDULE)


def _coming(schedule: Schedule, count: int) -> list[str]:
    from itertools import islice

    from automagic.jobs.schedule.times import due_times, wake_time

    dues = islice(due_times(schedule.timing, time.time()), count)
    return [_local(wake_time(schedule.timing, schedule.name, due), schedule) for due in dues]


def _local(moment: float, schedule: Schedule) -> str:
    from zoneinfo import ZoneInfo

    return datetime.fromtimestamp(moment, ZoneInfo(schedule.timing.zone)).isoformat(timespec="seconds")


@app.command("add")
def add_command(  # noqa: PLR0913 - each parameter is a flag
    name: NameArgument,
    at: Annotated[list[str] | None, typer.Option(metavar="TIME", help="A time of day, 09:00; repeatable.")] = None,
    cron: Annotated[str | None, typer.Option(metavar='"M H D M W"', help="A cron expression: 0 9 * * mon-fri.")] = None,
    every: Annotated[str | None, typer.Option(metavar="SPAN", help="An interval: 90m, 6h, 2d.")] = None,
    start: Annotated[str | None, typer.Option(metavar="TIME", help="With --every: counted from here.")] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Such as Europe/Berlin; by default the machine's.")
    ] = None,
    jitter: Annotated[str | None, typer.Option(metavar="SPAN", help="Later by up to this long: 10m.")] = None,
    missed: Annotated[str | None, typer.Option(metavar="WHAT", help="For missed times: run-once or skip.")] = None,
    topic: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A topic, used once; repeatable.")] = None,
    topics_file: Annotated[str | None, typer.Option(metavar="FILE", help="A file with one topic a line.")] = None,
    queue: Annotated[str | None, typer.Option(metavar="NAME", help="Use the topics of this `schedule queue`.")] = None,
    repeat: Annotated[bool, typer.Option("--repeat", help="Begin again when all topics are used.")] = False,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="video, or a product and what it does: posts publish.")
    ] = None,
    priority: Annotated[str | None, typer.Option(metavar="WHEN", help="urgent, high, normal or low.")] = None,
    options: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="An option of `jobs add`: platform=shorts; repeatable."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a schedule to schedules.toml; the rest of the file stays as it is."""
    from automagic.jobs.schedule.entry import find_problems, read_schedule
    from automagic.jobs.schedule.file import DAILY, add_schedule, find_file
    from automagic.settings import load_settings

    settings = load_settings()
    path = find_file(settings)
    given = {
        "at": at[0] if at and len(at) == 1 else at,
        "cron": cron,
        "every": every,
        "start": start,
        "zone": zone,
        "jitter": jitter,
        "missed": missed,
        "topics": topic,
        "topics_file": topics_file,
        "queue": queue,
        "repeat": repeat or None,
        "kind": kind,
        "priority": priority,
    }
    table = {key: value for key, value in given.items() if value} | dict(map(_read_option, options or ()))
    schedule, faults = read_schedule(name, table, path.absolute().parent)
    if schedule is not None:
        faults += find_problems(schedule)
        if name == DAILY and settings.daily_run_time:
            faults.append(f"{name}: DAILY_RUN_TIME makes one of this name; choose another name")
    if faults or schedule is None:
        raise RequestError("\n  ".join(["nothing was added:", *faults]), hint="See automagic schedule add --help.")
    add_schedule(path, name, table)
    if as_json:
        print_json({"file": str(path), "name": name, "next": _coming(schedule, 1)[0]})
        return
    print(f"{name}: added to {path}; next {_coming(schedule, 1)[0]}")  # noqa: T201 - the result


def _read_option(text: str) -> tuple[str, Any]:
    """ "duration=60" as 60, "draft=true" as true, everything else as text."""
    from automagic.reading.faults import MalformedText
    from automagic.reading.toml import parse_toml

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise RequestError(f"--set {text!r} is not NAME=VALUE", hint="Such as --set platform=shorts.")
    with contextlib.suppress(MalformedText):
        return name.strip(), parse_toml(f"value = {value}", name="--set")["value"]
    return name.strip(), value


@app.command("remove")
def remove_command(name: NameArgument, as_json: JsonOption = False) -> None:
    """Remove a schedule from schedules.toml; the topics it used stay used."""
    from automagic.jobs.schedule.file import DAILY, find_file, read_document, remove_schedule
    from automagic.settings import load_settings

    settings = load_settings()
    path = find_file(settings)
    if name == DAILY and settings.daily_run_time and not (path.is_file() and name in read_document(path)):
        raise RequestError(f"{name} is made by DAILY_RUN_TIME", hint="Take that out of .env or the environment.")
    remove_schedule(path, name)
    with open_ledger(settings, existing=True) as ledger:
        if ledger:
            ledger.forget(name)
    if as_json:
        print_json({"file": str(path), "name": name})
    else:
        print(f"{name}: removed from {path}")  # noqa: T201 - the result


@app.command("queue")
def queue_command(
    name: Annotated[str, typer.Argument(metavar="QUEUE", help="The queue's name.")],
    add: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Add a topic at the end; repeatable.")] = None,
    file: Annotated[str | None, typer.Option(metavar="FILE", help="Add these topics at the end, one a line.")] = None,
    remove: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Remove a topic; repeatable.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show or change a queue of topics, which any schedule with `queue = "NAME"` takes from."""
    from automagic.jobs.schedule.entry import NAME_HINT, is_name
    from automagic.jobs.schedule.topics import fault_of, read_topic_file
    from automagic.settings import load_settings

    if not is_name(name):
        raise RequestError(f"{name!r} is not a valid name of a queue", hint=f"Names are {NAME_HINT}.")
    topics = [text.strip() for text in add or ()] + list(read_topic_file(Path(file)) if file else ())
    faults = [fault for fault in map(fault_of, topics) if fault]
    if faults:
        raise RequestError("\n  ".join(["nothing was added:", *faults]))
    with open_ledger(load_settings(), existing=not topics) as ledger:
        added = ledger.queue_topics(name, topics) if ledger and topics else 0
        removed = ledger.drop_topics(name, remove) if ledger and remove else 0
        waiting = ledger.queued_topics(name) if ledger else []
    if as_json:
        entries = [{"topic": text, "waits": waits} for text, waits in waiting]
        print_json({"queue": name, "added": added, "removed": removed, "topics": entries})
        return
    for text, waits in waiting:
        print(f"{'waits' if waits else 'used '}  {text}")  # noqa: T201 - the result
    _say(f"{name}: {added} added, {removed} removed, {sum(waits for _, waits in waiting)} wait.")


@app.command("fire")
def fire_command(
    name: NameArgument,
    if_due: Annotated[bool, typer.Option("--if-due", help="Only if due and not fired yet; for timers.")] = False,
    work: Annotated[bool, typer.Option("--work", help="Then carry out the queue's jobs.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Fire a schedule once, now."""
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.queue import JobQueue
    from automagic.jobs.schedule.firing import Firer

    settings, found = load()
    schedule = pick(found, name)
    with open_ledger(settings) as ledger:
        assert ledger is not None  # noqa: S101 - it is made when there is none
        queue = JobQueue(QueueLocation.of(settings), settings)
        firer = Firer(ledger, queue, _say)
        firer.deliver_claimed()
        fired = firer.fire_if_due(schedule) if if_due else firer.fire_by_hand(schedule).id
        job = queue.find(fired).id if fired else None
    if as_json:
        print_json({"name": name, "firing": fired or None, "job": job})
    elif not fired:
        _say(f"{name}: nothing is due.")
    if work:
        run(_drain(settings), clock=worker_clock())


async def _drain(settings: Settings) -> None:
    from automagic.cli.jobs.screen import show_jobs
    from automagic.cli.jobs.worker import list_background_tasks
    from automagic.jobs.worker import work
    from automagic.machine.logs import write_line
    from automagic.studio import open_studio

    def tell(line: str) -> None:
        write_line("worker", logging.INFO, line)

    with show_jobs(settings, "worker") as onlook:
        async with open_studio(settings) as studio:
            await work(studio, drain=True, tell=tell, background_tasks=list_background_tasks(studio), onlook=onlook)


@contextlib.contextmanager
def open_ledger(settings: Settings, *, existing: bool = False) -> Iterator[Ledger | None]:
    """What the schedules remember; with `existing`, None when there is no database yet."""
    from automagic.database.address import database_url

    if existing and not settings.database_url and not (settings.home / "automagic.db").exists():
        yield None
        return
    import sqlalchemy as sa

    from automagic.database.engine import explain_database, open_database
    from automagic.jobs.schedule.ledger import Ledger

    make_home(settings.home, settings.artifacts_url)
    engine: sa.Engine = open_database(database_url(settings))
    try:
        yield Ledger(engine)
    except sa.exc.OperationalError as error:
        raise explain_database(error, engine) from error
    finally:
        engine.dispose()
