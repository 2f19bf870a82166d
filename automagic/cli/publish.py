"""`automagic publish`: a finished result to where it is watched."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import KidsOption, PrivacyOption, PublishAtOption, SyntheticOption, print_json
from automagic.cli.running import run_shown
from automagic.errors import RequestError
from automagic.machine.leaving import command_clock, run

if TYPE_CHECKING:
    from automagic.destinations.shared.publication import Options, Receipt


def publish_command(
    result: Annotated[str, typer.Argument(metavar="RUN|FOLDER", help="A run's id, or a result's folder.")] = "",
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="DEST", help="youtube, folder:PATH or webhook:URL; repeatable.")
    ] = None,
    clip: Annotated[
        list[str] | None,
        typer.Option("--clip", metavar="N", help="Only this clip, by number, id or folder; repeatable."),
    ] = None,
    privacy: PrivacyOption = "private",
    publish_at: PublishAtOption = None,
    made_for_kids: KidsOption = False,
    synthetic: SyntheticOption = None,
    category: Annotated[str, typer.Option(metavar="NAME", help="YouTube's category.")] = "people",
    playlist: Annotated[str, typer.Option(metavar="ID", help="A YouTube playlist that it joins.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Publish once more what was published before.")] = False,
    login: Annotated[bool, typer.Option("--login", help="Connect your YouTube channel, once.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")] = False,
) -> None:
    """Publish a finished video, or each clip that passed. Doing it again changes nothing; a broken upload goes on."""
    options = replace(
        read_options(privacy=privacy, publish_at=publish_at, made_for_kids=made_for_kids, synthetic=synthetic),
        category=category,
        playlist=playlist,
        again=again,
    )
    if login:
        title = run(_login(), clock=command_clock())
        sys.stdout.write(f"Connected to the channel {title}.\n")
        return
    if not result or not to:
        raise RequestError("nothing to publish", hint="automagic publish RUN --to youtube, folder:PATH or webhook:URL")
    from automagic.stages.publishing import NotAllPublished

    failed: NotAllPublished | None = None
    try:
        receipts, _ = run_shown(
            "publish",
            lambda studio, listener: studio.publish(result, to, options, clips=clip or (), listener=listener),
        )
    except NotAllPublished as error:
        failed, receipts = error, error.receipts
    if as_json:
        document: dict[str, Any] = {"receipts": receipts}
        if failed:
            document["failed"] = [{"clip": one.title, "error": one.error.message} for one in failed.failures]
        print_json(document)
    else:
        show_receipts(receipts)
    if failed:
        raise failed


def read_options(*, privacy: str, publish_at: str | None, made_for_kids: bool, synthetic: bool | None) -> Options:
    """The options of a publication, from the flags.

    Raises:
        RequestError: A value is wrong.
    """
    from automagic.destinations.shared.publication import Options

    return Options(
        privacy=privacy,  # type: ignore[arg-type]  # checked by Options itself
        publish_at=publish_at,  # type: ignore[arg-type]  # the same
        made_for_kids=made_for_kids,
        synthetic_media=synthetic,
    )


def show_receipts(receipts: Sequence[Receipt]) -> None:
    """Where things are now, one line each."""
    from rich.console import Console

    console = Console()
    for receipt in receipts:
        which = f" ({receipt.platform})" if receipt.platform else ""
        clip = f"{receipt.clip}: " if receipt.clip else ""
        state = {"unchanged": "was there already"}.get(receipt.state, receipt.state)
        console.print(
            f"{clip}{receipt.destination}{which}: {state}, {receipt.url}", highlight=False, markup=False, soft_wrap=True
        )


async def _login() -> str:
    from rich.console import Console

    from automagic.studio import open_studio

    def show(address: str) -> None:
        Console(stderr=True).print(
            f"Open this page and allow AutoMagic to publish:\n{address}", highlight=False, markup=False, soft_wrap=True
        )

    async with open_studio() as studio:
        return await studio.connect_youtube(show)
