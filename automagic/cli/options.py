"""Flags that several commands share, and how they answer `--json`."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

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
    bool, typer.Option("--synthetic/--no-synthetic", help="Say that a machine made its sound or pictures.")
]


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    import msgspec

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document)).decode() + "\n")
