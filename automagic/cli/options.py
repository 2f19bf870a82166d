"""Flags that several commands share, and how they answer `--json`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.runs.run import StepRecord

JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, or its key.")]
JobsArgument = Annotated[list[str], typer.Argument(metavar="JOB...", help="Ids or keys of jobs.")]

PublishOption = Annotated[
    list[str] | None,
    typer.Option("--publish", metavar="DEST", help="youtube, folder:PATH or webhook:URL; repeatable."),
]
PrivacyOption = Annotated[str, typer.Option(metavar="WHO", help="Of what is published: private, unlisted or public.")]
PublishAtOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="When it becomes public, such as 2027-01-31T18:00+01:00.")
]
KidsOption = Annotated[bool, typer.Option("--made-for-kids", help="Say that it is made for children.")]
SyntheticOption = Annotated[
    bool | None,
    typer.Option(
        "--synthetic/--no-synthetic",
        help="Say that a machine made its sound or pictures; by itself for videos, not for clips.",
    ),
]


def read_amount(text: str | None) -> Decimal | None:
    """US dollars.

    Raises:
        RequestError: It is not an amount.
    """
    if text is None:
        return None
    try:
        return Decimal(text.removeprefix("$"))
    except InvalidOperation:
        raise RequestError(f"max-cost {text!r} is not an amount of US dollars", hint="Write it like 0.50.") from None


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
