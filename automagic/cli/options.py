"""Flags that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

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
