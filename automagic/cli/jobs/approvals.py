"""`automagic jobs approvals`: what programs ask to publish waits for a person's yes or no."""

from __future__ import annotations

import getpass
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import JsonOption, print_json

if TYPE_CHECKING:
    from automagic.jobs.approvals import Approvals
    from automagic.jobs.pending_approval import PendingApproval

app = typer.Typer(
    help="What programs ask to publish: approve it, which publishes it, or reject it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Of the approval.")]
NoteOption = Annotated[str, typer.Option(metavar="TEXT", help="Why, for who reads it later.")]


@app.command("list", help="Show what waits; with --all, what was decided too.")
def list_approvals(
    every: Annotated[bool, typer.Option("--all", help="Those that were decided, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what waits."""
    found = _open().list(state="" if every else "waiting", limit=200)
    if as_json:
        print_json({"approvals": [_tell(one) for one in found]})
        return
    from automagic.cli.tables import draw_table

    if not found:
        sys.stdout.write("Nothing waits.\n")
        return
    rows = [
        ("Id", "State", "Where to", "What"),
        *((one.id, one.state, ", ".join(one.targets), one.title) for one in found),
    ]
    sys.stdout.write("\n".join(draw_table(rows, heading=True)) + "\n")


@app.command("show", help="Show one: what, where to, who asked.")
def show_approval(approval: IdArgument, as_json: JsonOption = False) -> None:
    """Show one."""
    _show(_open().find(approval), as_json=as_json)


@app.command("approve", help="Say yes: a job publishes it, which a worker carries out.")
def approve(approval: IdArgument, note: NoteOption = "", as_json: JsonOption = False) -> None:
    """Say yes."""
    _show(_open().decide(approval, yes=True, by=getpass.getuser(), note=note), as_json=as_json)


@app.command("reject", help="Say no.")
def reject(approval: IdArgument, note: NoteOption = "", as_json: JsonOption = False) -> None:
    """Say no."""
    _show(_open().decide(approval, yes=False, by=getpass.getuser(), note=note), as_json=as_json)


def _open() -> Approvals:
    from automagic.jobs.approvals import Approvals
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.queue import JobQueue
    from automagic.jobs.records import Records
    from automagic.settings import load_settings

    settings = load_settings()
    return Approvals(Records(settings).engine(), JobQueue(QueueLocation.of(settings), settings))


def _show(one: PendingApproval, *, as_json: bool) -> None:
    if as_json:
        print_json(_tell(one))
        return
    lines = [f"{one.title} ({one.kind}, job {one.job_id}{f', draft {one.item}' if one.item else ''})"]
    lines.append(f"To {', '.join(one.targets)}; asked by {one.asked_by} {_time(one.asked_at)}.")
    lines += (
        [f"{one.state.capitalize()} by {one.decided_by} {_time(one.decided_at)}."] if one.decided_at else ["It waits."]
    )
    lines += [f"Note: {one.note}"] if one.note else []
    lines += [f"The job {one.run_id} publishes it: `automagic jobs watch {one.run_id}`."] if one.run_id else []
    sys.stdout.write("\n".join(lines) + "\n")


def _tell(one: PendingApproval) -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(one)
    return told | {"asked_at": _time(one.asked_at), "decided_at": _time(one.decided_at) or None}


def _time(moment: float | None) -> str:
    return datetime.fromtimestamp(moment).astimezone().isoformat(timespec="seconds") if moment else ""
