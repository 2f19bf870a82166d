"""`automagic jobs` and `automagic worker`: work that waits in the queue."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import KidsOption, PrivacyOption, PublishAtOption, PublishOption, SyntheticOption
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.jobs.place import QueuePlace
    from automagic.jobs.queue import Added, Draft, JobQueue
    from automagic.jobs.rows import Job
    from automagic.settings import Settings

app = typer.Typer(
    help="Work that waits in the queue; `automagic worker` works it off.", no_args_is_help=True, rich_markup_mode=None
)
add = typer.Typer(
    help="Add a job, or with --batch many.", invoke_without_command=True, no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(add, name="add")

INTERRUPTED = 130
MAX_FAULTS_SHOWN = 20

JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
PriorityOption = Annotated[str, typer.Option(metavar="WHEN", help="urgent, high, normal or low.")]
AtOption = Annotated[str, typer.Option("--at", metavar="TIME", help="Not before: 18:00 or 2027-01-31T18:00+01:00.")]
KeyOption = Annotated[str, typer.Option("--key", metavar="ID", help="The same key makes one job, ever.")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, or its key.")]
JobsArgument = Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids or keys of jobs.")]


# ---------------------------------------------------------------------------------------------- adding


@add.callback()
def add_batch(
    context: typer.Context,
    batch: Annotated[
        str | None, typer.Option(metavar="FILE.jsonl|csv", help="A job on each line; a wrong one, and none is added.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a job, or with --batch many.

    A line of a batch has the names of the flags: topic, source, script, platform, voice, priority, at, key … and kind,
    which is video when it is missing. Relative paths in it are relative to the file.
    """
    if context.invoked_subcommand:
        if batch:
            raise RequestError(f"--batch and {context.invoked_subcommand} exclude each other", hint="Give one of them.")
        return
    if not batch:
        raise RequestError("there is nothing to add", hint="automagic jobs add video --topic …, or --batch FILE.")
    queue = _open_queue()
    drafts = _read_batch(queue, Path(batch))
    _show_added(queue.add(drafts), drafts, as_json=as_json)


@add.command("video")
def add_video(
    topic: Annotated[str | None, typer.Option(metavar="TEXT", help="What the video is about.")] = None,
    source: Annotated[str | None, typer.Option(metavar="FILE|URL|-", help="Markdown, text or HTML.")] = None,
    script: Annotated[str | None, typer.Option(metavar="FILE", help="Your own script, in Markdown.")] = None,
    platform: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="shorts, reels, tiktok, youtube, square or feed.")
    ] = None,
    duration: Annotated[float | None, typer.Option(metavar="S", help="About how long, in seconds.")] = None,
    voice: Annotated[str | None, typer.Option(metavar="NAME", help="A voice or a narrator.")] = None,
    theme: Annotated[str | None, typer.Option(metavar="NAME", help="A theme, or a folder with your own.")] = None,
    music: Annotated[str | None, typer.Option(metavar="auto|none|FILE", help="The bed under the voice.")] = None,
    images: Annotated[str | None, typer.Option(metavar="DIR", help="Your own pictures.")] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="Of the text and the voice.")] = None,
    take: Annotated[int | None, typer.Option(metavar="N", help="Another variant.")] = None,
    writer: Annotated[str | None, typer.Option(metavar="A,B", help="Who writes, in order.")] = None,
    illustrator: Annotated[str | None, typer.Option(metavar="A,B", help="Who makes pictures, in order.")] = None,
    narrator: Annotated[str | None, typer.Option(metavar="A,B", help="Who speaks, in order.")] = None,
    max_cost: Annotated[str | None, typer.Option(metavar="USD", help="Stop before it costs more.")] = None,
    publish: PublishOption = None,
    privacy: PrivacyOption = "private",
    publish_at: PublishAtOption = None,
    made_for_kids: KidsOption = False,
    synthetic: SyntheticOption = True,
    draft: Annotated[bool, typer.Option("--draft", help="Fast voice, fast encode.")] = False,
    credentials: Annotated[
        bool, typer.Option("--credentials/--no-credentials", help="Sign what was generated.")
    ] = True,
    priority: PriorityOption = "normal",
    at: AtOption = "",
    key: KeyOption = "",
    as_json: JsonOption = False,
) -> None:
    """Queue a video. Files that it names are copied now and may change or vanish afterwards."""
    queue = _open_queue()
    values = {
        "topic": topic,
        "source": source,
        "script": script,
        "platform": platform,
        "duration": duration,
        "voice": voice,
        "theme": theme,
        "music": music,
        "images": images,
        "language": language,
        "take": take,
        "writer": writer,
        "illustrator": illustrator,
        "narrator": narrator,
        "max_cost": max_cost and max_cost.removeprefix("$"),
        "publish": publish,
        "privacy": privacy,
        "publish_at": publish_at,
        "made_for_kids": made_for_kids,
        "synthetic": synthetic,
        "draft": draft,
        "credentials": credentials,
    }
    drafts = [queue.read("video", values, priority=priority, at=at, key=key)]
    _show_added(queue.add(drafts), drafts, as_json=as_json)


def _read_batch(queue: JobQueue, file: Path) -> list[Draft]:
    """Every line as a job that is checked.

    Raises:
        RequestError: Naming each line that is wrong.
    """
    drafts: list[Draft] = []
    faults: list[str] = []
    for number, line in _read_lines(file):
        try:
            drafts.append(_read_line(queue, line, file.parent))
        except RequestError as error:
            faults.append(f"line {number}: {error.message}")
    if faults:
        more = [f"and {len(faults) - MAX_FAULTS_SHOWN} more"] if len(faults) > MAX_FAULTS_SHOWN else []
        shown = "\n  ".join([*faults[:MAX_FAULTS_SHOWN], *more])
        raise RequestError(f"{file.name}: nothing was added\n  {shown}", hint="Mend these lines and add it again.")
    if not drafts:
        raise RequestError(f"{file.name} holds no job", hint='A line is like {"topic": "Why rivers bend"}.')
    return drafts


def _read_line(queue: JobQueue, line: Mapping[str, Any] | str, folder: Path) -> Draft:
    if isinstance(line, str):
        raise RequestError(line)
    values = dict(line)
    known = {name: str(values.pop(name, None) or default) for name, default in _OF_THE_QUEUE.items()}
    if values.get("source") == "-":
        raise RequestError("a batch cannot read standard input", hint="Name a file.")
    return queue.read(
        known["kind"], values, folder=folder.absolute(), priority=known["priority"], at=known["at"], key=known["key"]
    )


_OF_THE_QUEUE = {"kind": "video", "priority": "normal", "at": "", "key": ""}


def _read_lines(file: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Line number and content; of a line that cannot be read, what is wrong with it."""
    import csv

    import msgspec

    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise RequestError(f"{file.name} cannot be read: {reason}", hint="Give a .jsonl or .csv file.") from error
    if file.suffix.lower() == ".csv":
        reader = csv.DictReader(text.splitlines(), restkey="more than the first line names")
        for row in reader:
            yield reader.line_num, {str(name).strip(): value for name, value in row.items() if value}
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield number, msgspec.json.decode(line, type=dict[str, Any])
            except msgspec.DecodeError as error:
                yield number, f"not a JSON object: {error}"


def _show_added(added: Sequence[Added], drafts: Sequence[Draft], *, as_json: bool) -> None:
    if as_json:
        _print_json({"jobs": [{"id": one.id, "new": one.new} for one in added]})
        return
    for one, draft in zip(added, drafts, strict=True):
        print(f"{one.id}: {'queued' if one.new else 'was there already'}, {draft.title}")  # noqa: T201 - the result
    sys.stderr.write("`automagic worker` works it off; `automagic jobs watch ID` waits for it.\n")


# ---------------------------------------------------------------------------------------------- looking


@app.command("list")
def list_command(
    state: Annotated[
        list[str] | None, typer.Option(metavar="STATE", help="queued, running, succeeded, failed or cancelled.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many, the newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the jobs there are."""
    from automagic.jobs.rows import STATES

    for name in state or ():
        if name not in STATES:
            raise RequestError(f"there is no state {name!r}", hint=f"One of: {', '.join(STATES)}.")
    queue = _open_queue()
    jobs = queue.find_all(states=[one for one in STATES if one in (state or ())], limit=limit)
    counts = queue.count()
    if as_json:
        _print_json({"counts": counts, "jobs": [_document(job) for job in jobs]})
        return
    width = max((len(job.id) for job in jobs), default=0)
    for job in jobs:
        print(f"{job.id:{width}}  {job.kind:6} {job.priority:6} {_describe(job):24} {job.title}")  # noqa: T201
    print(", ".join(f"{count} {name}" for name, count in counts.items()))  # noqa: T201


@app.command("show")
def show_command(job: JobArgument, as_json: JsonOption = False) -> None:
    """Show one job."""
    _show(_open_queue().find(job), as_json=as_json)


@app.command("watch")
def watch_command(job: JobArgument, as_json: JsonOption = False) -> None:
    """Wait for a job and show how far it is; ends with the job's own exit code."""
    last = None
    told = ""
    for last in _open_queue().watch(job):
        line = f"{last.id} {_describe(last)}"
        if line != told:
            sys.stderr.write(line + "\n")
            told = line
    assert last is not None  # noqa: S101 - a job that is there is given at least once
    _show(last, as_json=as_json)
    code = {"failed": (last.error or {}).get("exit_code", 1), "cancelled": INTERRUPTED}.get(last.state, 0)
    raise typer.Exit(code)


def _show(job: Job, *, as_json: bool) -> None:
    if as_json:
        _print_json(_document(job))
        return
    document = {name: value for name, value in _document(job).items() if value not in (None, "", {})}
    if job.error:
        document["error"] = f"{job.error['message']} {job.error['hint']}".rstrip()
    if job.result:
        document["result"] = ", ".join(sorted(job.result.get("files", ()))) or "nothing to fetch"
    for name, value in document.items():
        print(f"{name + ':':13}{value}")  # noqa: T201 - the result


def _describe(job: Job) -> str:
    match job.state:
        case "running":
            return f"running {job.progress:4.0%} {job.doing}".rstrip()
        case "queued" if job.due_at:
            return f"queued for {_time(job.due_at)}"
        case _:
            return job.state


def _document(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "priority": job.priority,
        "progress": job.progress,
        "doing": job.doing,
        "attempts": job.attempts,
        "error": {name: value for name, value in job.error.items() if name != "traceback"} if job.error else None,
        "result": job.result,
        "key": job.key,
        "added_at": _time(job.added_at),
        "due_at": _time(job.due_at),
        "started_at": _time(job.started_at),
        "finished_at": _time(job.finished_at),
        "worker": job.worker,
    }


def _time(seconds: float | None) -> str | None:
    from datetime import datetime

    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds") if seconds else None


# ---------------------------------------------------------------------------------------------- changing


@app.command("cancel")
def cancel_command(jobs: JobsArgument, as_json: JsonOption = False) -> None:
    """Cancel jobs; a running one ends within about a second."""
    queue = _open_queue()
    _show_states([queue.cancel(job) for job in jobs], as_json=as_json)


@app.command("retry")
def retry_command(jobs: JobsArgument, as_json: JsonOption = False) -> None:
    """Queue failed or cancelled jobs again; they go on from where they stopped."""
    queue = _open_queue()
    _show_states([queue.retry(job) for job in jobs], as_json=as_json)


@app.command("fetch")
def fetch_command(
    job: JobArgument,
    out: Annotated[str, typer.Option(metavar="DIR", help="Where the result goes.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Put a job's result into a folder."""
    folder = _open_queue().fetch(job, Path(out) if out else Path("final_videos") / job)
    if as_json:
        _print_json({"id": job, "folder": str(folder), "files": sorted(path.name for path in folder.iterdir())})
    else:
        print(folder)  # noqa: T201 - the result


@app.command("prune")
def prune_command(
    older_than: Annotated[str, typer.Option(metavar="AGE", help="Finished longer ago: 12h, 7d, 0d.")] = "7d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove finished jobs and the copies of their results in AUTOMAGIC_HOME."""
    gone = _open_queue().prune(older_than_s=_read_age(older_than), dry_run=dry_run)
    if as_json:
        _print_json({"removed": [job.id for job in gone], "dry_run": dry_run})
    else:
        print(f"{len(gone)} {'would be ' if dry_run else ''}removed")  # noqa: T201 - the result


def _read_age(text: str) -> float:
    units = {"m": 60, "h": 3600, "d": 86400}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isdigit():
        raise RequestError(f"--older-than {text!r} is no age", hint="Write it like 12h or 7d.")
    return float(number) * units[unit]


def _show_states(jobs: Sequence[Job], *, as_json: bool) -> None:
    if as_json:
        _print_json({"jobs": [_document(job) for job in jobs]})
        return
    for job in jobs:
        print(f"{job.id}: {job.state}")  # noqa: T201 - the result


# ---------------------------------------------------------------------------------------------- working


def worker_command(
    concurrency: Annotated[int, typer.Option(min=1, max=200, metavar="N", help="How many jobs at once.")] = 2,
    name: Annotated[str, typer.Option(metavar="ID", help="Unique among the workers, the same after a restart.")] = "",
    drain: Annotated[bool, typer.Option("--drain", help="End when nothing waits any more.")] = False,
) -> None:
    """Work off the queue until Ctrl-C or SIGTERM."""
    from automagic.settings import load_settings

    settings = load_settings()
    asyncio.run(_work(settings, concurrency=concurrency, name=name, drain=drain))


async def _work(settings: Settings, *, concurrency: int, name: str, drain: bool) -> None:
    from automagic.jobs.worker import work
    from automagic.studio import open_studio

    async with open_studio(settings) as studio:
        await work(
            queue_place(settings),
            studio,
            name=name,
            concurrency=concurrency,
            drain=drain,
            tell=lambda line: sys.stderr.write(line + "\n"),
        )


def queue_place(settings: Settings) -> QueuePlace:
    """Where the settings say that the queue is."""
    from automagic.jobs.place import QueuePlace

    url = settings.database_url
    return QueuePlace(settings.home, database_url=url.reveal() if url else "", artifacts_url=settings.artifacts_url)


def _open_queue() -> JobQueue:
    from automagic.jobs.queue import JobQueue
    from automagic.settings import load_settings

    return JobQueue(queue_place(load_settings()))


def _print_json(document: Any) -> None:
    import msgspec

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document)).decode() + "\n")
