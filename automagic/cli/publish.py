"""`automagic publish`: a finished result to where it is watched."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.flags import take_flags
from automagic.cli.options import JsonOption, QuietOption, VerboseOption, answer, choose_loudness, print_json
from automagic.cli.running import run_shown
from automagic.destinations.shared.publication import Options
from automagic.errors import RequestError
from automagic.machine.leaving import command_clock, run
from automagic.stages.requests import read_request

if TYPE_CHECKING:
    from automagic.destinations.shared.publication import Receipt


@take_flags(Options, at_once=True)
def publish_command(
    result: Annotated[str, typer.Argument(metavar="RUN|FOLDER", help="A run's id, or a result's folder.")] = "",
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="DEST", help="youtube, folder:PATH or webhook:URL; repeatable.")
    ] = None,
    clip: Annotated[
        list[str] | None,
        typer.Option("--clip", metavar="N", help="Only this clip, by number, id or folder; repeatable."),
    ] = None,
    *,
    login: Annotated[bool, typer.Option("--login", help="Connect your YouTube channel, once.")] = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    **asked: Any,
) -> None:
    """Publish a finished video, or each clip that passed. Doing it again changes nothing; a broken upload goes on."""
    options = read_request(Options, asked, folder=Path())
    if login:
        title = run(_login(), clock=command_clock())
        if as_json:
            print_json({"channel": title})
        else:
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
            labels={"publish": "Publish"},
            loudness=choose_loudness(verbose=verbose, quiet=quiet),
        )
    except NotAllPublished as error:
        failed, receipts = error, error.receipts
    if as_json:
        document: dict[str, Any] = {"receipts": receipts}
        if failed:
            document["failed"] = [{"clip": one.title, "error": one.error.message} for one in failed.failures]
        answer(document, failed)
        return
    show_receipts(receipts)
    if failed:
        raise failed


def show_receipts(receipts: Sequence[Receipt]) -> None:
    """Where things are now, one line each."""
    from rich.console import Console

    console = Console(emoji=False)
    for receipt in receipts:
        which = f" ({receipt.platform})" if receipt.platform else ""
        clip = f"{receipt.clip}: " if receipt.clip else ""
        state = {"unchanged": "already there"}.get(receipt.state, receipt.state)
        console.print(
            f"{clip}{receipt.destination}{which}: {state}, {receipt.url}", highlight=False, markup=False, soft_wrap=True
        )


async def _login() -> str:
    from rich.console import Console

    from automagic.studio import open_studio

    def show(address: str) -> None:
        Console(stderr=True, emoji=False).print(
            f"Open this page and allow AutoMagic to publish:\n{address}", highlight=False, markup=False, soft_wrap=True
        )

    async with open_studio() as studio:
        return await studio.connect_youtube(show)
