"""`automagic jobs add`: one job from flags, or many from a file that is checked as a whole first."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from automagic.cli.flags import COUNT, MAX_COUNT, TAKE, counts_takes, take_flags
from automagic.cli.groups import LazyGroup
from automagic.cli.jobs.view import INDENT, open_queue
from automagic.cli.options import JsonOption, print_json
from automagic.cli.products import add_command
from automagic.cli.tables import terminal_columns
from automagic.errors import RequestError
from automagic.products import find_product, kind_name, product_names
from automagic.values.product import Operation, Product
from automagic.values.request import list_request_fields

if TYPE_CHECKING:
    from automagic.jobs.queue.queue import Added, JobQueue, PreparedJob


class _Products(LazyGroup):
    """A command for each product; no other is imported than the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every product."""
        del ctx
        return [*product_names()]

    def summarize(self, name: str) -> str:
        """What is queued, in a sentence."""
        product = find_product(name)
        told = product.help if len(product.operations) > 1 else product.operations[0].job_help
        return f"{told.partition('.')[0]}."

    def find(self, name: str) -> click.Command:
        """The command of one of these names."""
        commands = typer.Typer(rich_markup_mode=None)
        add_command(commands, find_product(name), queue_of)
        return typer.main.get_group(commands).commands[name]


add = typer.Typer(
    cls=_Products,
    help="Add a job, or with --batch many.",
    invoke_without_command=True,
    no_args_is_help=True,
    rich_markup_mode=None,
)

MAX_FAULTS_SHOWN = 20
MAX_BATCH_BYTES = 50_000_000

PriorityOption = Annotated[str, typer.Option(metavar="WHEN", help="urgent, high, normal or low.")]
AtOption = Annotated[
    str, typer.Option("--at", metavar="TIME", help="Start not before 18:00 or 2027-01-31T18:00+01:00.")
]
KeyOption = Annotated[str, typer.Option("--key", metavar="ID", help="Jobs with the same key are added only once.")]


@add.callback()
def add_batch(
    context: typer.Context,
    batch: Annotated[
        str | None, typer.Option(metavar="FILE.jsonl|csv", help="One job a line; if a line is wrong, none is added.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a job, or with --batch many.

    A line of a batch has the names of the flags: topic, source, script, platform, voice, priority, at, key … and kind,
    which is video when it is missing. Relative paths in it are relative to the file.
    """
    if context.invoked_subcommand:
        if batch:
            raise RequestError(
                f"--batch and {context.invoked_subcommand} cannot be used together", hint="Give one of them."
            )
        return
    if not batch:
        raise RequestError("there is nothing to add", hint="automagic jobs add video --topic …, or --batch FILE.")
    queue = open_queue()
    drafts = _read_batch(queue, Path(batch))
    show_added(queue.add(drafts), drafts, as_json=as_json)


def queue_of(product: Product, operation: Operation) -> Callable[..., None]:
    """What `automagic jobs add PRODUCT` does."""

    @take_flags(operation.request, at_once=False)
    def command(
        *,
        priority: PriorityOption = "normal",
        at: AtOption = "",
        key: KeyOption = "",
        as_json: JsonOption = False,
        **asked: Any,
    ) -> None:
        queue = open_queue()
        count = asked.pop(COUNT, 1) if counts_takes(operation.request) else 1
        drafts = _read_takes(queue, kind_name(product, operation), asked, count, priority=priority, at=at, key=key)
        show_added(queue.add(drafts), drafts, as_json=as_json)

    command.__doc__ = operation.job_help
    return command


def _read_takes(
    queue: JobQueue, kind: str, values: Mapping[str, Any], count: int, *, key: str, **how: Any
) -> list[PreparedJob]:
    """A job for each take; those behind the first have keys that say which they are."""
    if count == 1:
        return [queue.read(kind, values, key=key, **how)]
    first = int(values.get(TAKE) or 1)
    return [
        queue.read(
            kind, {**values, TAKE: first + more}, key=f"{key}-take-{first + more}" if key and more else key, **how
        )
        for more in range(count)
    ]


class _Fault(Exception):
    """What is wrong with a line, and where in it."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(f"{column}: {message.removeprefix(f'{column[7:]}: ')}" if column else message)


def _read_batch(queue: JobQueue, file: Path) -> list[PreparedJob]:
    """Every line as a job that is checked.

    Raises:
        RequestError: Naming each line that is wrong, and its column.
    """
    drafts: list[PreparedJob] = []
    faults: list[str] = []
    for number, line in _read_lines(file):
        try:
            drafts += _read_line(queue, line, file.parent)
        except _Fault as fault:
            faults.append(f"line {number}, {fault}" if str(fault).startswith("column ") else f"line {number}: {fault}")
    if faults:
        more = [f"and {len(faults) - MAX_FAULTS_SHOWN} more"] if len(faults) > MAX_FAULTS_SHOWN else []
        shown = "\n  ".join([*faults[:MAX_FAULTS_SHOWN], *more])
        raise RequestError(
            f"{file.name}: nothing was added\n  {shown}", hint="Correct these lines and add the file again."
        )
    if not drafts:
        raise RequestError(f"{file.name} contains no jobs", hint='A line is like {"topic": "Why ice floats"}.')
    return drafts


def _read_line(queue: JobQueue, line: Mapping[str, Any] | _Fault, folder: Path) -> list[PreparedJob]:
    if isinstance(line, _Fault):
        raise line
    values = dict(line)
    known = {name: str(values.pop(name, None) or default) for name, default in _OF_THE_QUEUE.items()}
    if values.get("source") == "-":
        raise _Fault("column source", "a batch cannot read standard input")
    from automagic.jobs.kinds import find_kind

    try:
        if COUNT in {one.name for one in list_request_fields(find_kind(known["kind"]).operation.request)}:
            values |= {COUNT: line[COUNT]} if COUNT in line else {}
            known[COUNT] = "1"
        return _read_takes(
            queue,
            known["kind"],
            values,
            _read_count(known[COUNT]),
            folder=folder.absolute(),
            priority=known["priority"],
            at=known["at"],
            key=known["key"],
        )
    except RequestError as error:
        raise _Fault(_find_column(error.message, line), error.message) from error


_OF_THE_QUEUE = {"kind": "video", "priority": "normal", "at": "", "key": "", COUNT: "1"}


def _read_count(text: str) -> int:
    """How many takes.

    Raises:
        RequestError: The text is not such a number.
    """
    if not text.isdecimal() or not 1 <= int(text) <= MAX_COUNT:
        raise RequestError(f"{COUNT}: {text[:40]!r} is not a whole number from 1 to {MAX_COUNT}")
    return int(text)


def _find_column(message: str, line: Mapping[str, Any]) -> str:
    """The column that an error speaks of: it names the column itself, or what stands in it; "" when neither."""
    for name in line:
        called = name.replace("_", "-")
        if message.startswith((f"{name}:", f"{called}:", f"{called} ")) or f"called {name}" in message:
            return f"column {name}"
    words = {word.rstrip(".,:") for word in message.split()}
    for name, value in line.items():
        parts = value if isinstance(value, list) else str(value).replace(",", " ").split()
        if any(f"'{part}'" in message or Path(str(part)).name in words for part in [value, *parts]):
            return f"column {name}"
    return ""


def _read_lines(file: Path) -> Iterator[tuple[int, Mapping[str, Any] | _Fault]]:
    """Line number and content; of a line that cannot be read, what is wrong with it."""
    from automagic.reading.faults import decode_utf8
    from automagic.reading.named_files import file_name, read_named

    hint = "Give a .jsonl or .csv file."
    data = read_named(file, MAX_BATCH_BYTES, what="a file of jobs", hint=hint)
    text = decode_utf8(data, file_name(file), hint=hint).replace("\r\n", "\n").replace("\r", "\n")
    return _read_csv(text) if file.suffix.lower() == ".csv" else _read_jsonl(text)


def _read_csv(text: str) -> Iterator[tuple[int, Mapping[str, Any] | _Fault]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if beyond := row.pop(None, None):  # what has no name
                cells = ", ".join(map(str, beyond))
                yield reader.line_num, _Fault(f"column {len(row) + 1}", f"the header line has no name for {cells!r}")
            else:
                yield reader.line_num, {str(name).strip(): value for name, value in row.items() if value}
    except csv.Error as error:
        yield reader.line_num, _Fault("", f"not CSV: {error}")


def _read_jsonl(text: str) -> Iterator[tuple[int, Mapping[str, Any] | _Fault]]:
    from automagic.reading.faults import MalformedText
    from automagic.reading.json import parse_json

    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = parse_json(line, name="the line")
        except MalformedText as error:
            yield number, _Fault(f"column {error.column}" if error.column else "", error.reason)
            continue
        yield number, values if isinstance(values, dict) else _Fault("column 1", "not a JSON object")


def show_added(added: Sequence[Added], drafts: Sequence[PreparedJob], *, as_json: bool) -> None:
    """Say which jobs are in the queue now."""
    if as_json:
        told = [
            {"id": one.id, "new": one.new, **({"notices": list(draft.notices)} if draft.notices else {})}
            for one, draft in zip(added, drafts, strict=True)
        ]
        print_json({"jobs": told})
        return
    for one, draft in zip(added, drafts, strict=True):
        print(f"{one.id}: {'queued' if one.new else 'is already in the queue'}, {draft.title}")  # noqa: T201 - the result
        for notice in draft.notices:
            print(_wrap(notice))  # noqa: T201 - the result
    sys.stderr.write("`automagic worker` carries it out; `automagic jobs watch ID` waits for it.\n")


def _wrap(notice: str) -> str:
    """In the room that a terminal has; an address stays whole."""
    from textwrap import fill

    room = terminal_columns() or 80
    return fill(
        notice,
        max(room, 40),
        initial_indent=INDENT,
        subsequent_indent=f"{INDENT}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
