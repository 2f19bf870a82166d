"""Flags that several commands share, and how they answer `--json`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import click
import typer

from automagic.cli.refusals import describe, explain
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.errors import AutomagicError
    from automagic.runs.run import StepRecord

JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Show the lines of the log too.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print the result and nothing else.")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, or its key.")]
JobsArgument = Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids or keys of jobs.")]


Loudness = Literal["quiet", "normal", "verbose"]


def choose_loudness(*, verbose: bool, quiet: bool) -> Loudness:
    """How much a command says besides its result: as its flags say, else as those before it do (`automagic -q …`).

    Raises:
        RequestError: Both are given.
    """
    if verbose and quiet:
        raise RequestError("--verbose and --quiet cannot be used together", hint="Give one of them.")
    if verbose or quiet:
        return "verbose" if verbose else "quiet"
    context = click.get_current_context(silent=True)
    before: Loudness = ((context.find_root().obj if context else None) or {}).get("loudness", "normal")
    return before


def list_steps(records: Iterable[StepRecord]) -> list[dict[str, Any]]:
    """Steps for a document of JSON."""
    import msgspec

    return [
        {**msgspec.to_builtins(record), "price_usd": None if record.price_usd is None else float(record.price_usd)}
        for record in records
    ]


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    import msgspec

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document)).decode() + "\n")


def answer(document: dict[str, Any], failure: AutomagicError | None) -> None:
    """Print a document, and in it what of the request was not done.

    Raises:
        typer.Exit: With the exit code of the failure, which is explained by then.
    """
    if failure is None:
        print_json(document)
        return
    explain(failure)
    print_json({**document, "error": describe(failure)})
    raise typer.Exit(failure.exit_code)
