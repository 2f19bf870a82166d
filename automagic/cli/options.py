"""Flags that several commands share, and how they answer `--json`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from automagic.runs.run import StepRecord

JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, or its key.")]
JobsArgument = Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids or keys of jobs.")]


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
