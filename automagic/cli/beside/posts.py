"""`automagic posts accounts` and `automagic posts queue`: who posts are published as, and which of them wait."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from automagic.cli.groups import Command
from automagic.cli.options import JsonOption, print_json
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.destinations.shared.accounts import SignedIn
    from automagic.destinations.shared.post_queue import PostQueue, QueuedPost
    from automagic.studio import Studio
    from automagic.values.secret import Secret

Value = TypeVar("Value")


def add_commands(group: typer.Typer) -> None:
    """Give `automagic posts` these commands."""
    group.add_typer(accounts, name="accounts")
    group.add_typer(queue, name="queue")


accounts = typer.Typer(help="Your accounts at networks: list, add, remove.", rich_markup_mode=None)
queue = typer.Typer(help="Drafts that wait for their time: list, remove.", rich_markup_mode=None)


@accounts.callback(invoke_without_command=True)
def list_accounts(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List your accounts, and ask each network whether it still knows you."""
    if context.invoked_subcommand:
        return
    found = _in_studio(lambda studio: studio.list_accounts())
    if as_json:
        print_json({"accounts": [_describe(one) for one in found]})
        return
    if not found:
        sys.stdout.write("Nobody has signed in. Begin with: automagic posts accounts add bluesky, mastodon or x\n")
        return
    from automagic.cli.tables import draw_table

    rows = [("NETWORK", "ACCOUNT", "SINCE", "STATE")]
    rows += [(one.network, one.name, _day(one.since), one.error.message if one.error else "good") for one in found]
    sys.stdout.write("\n".join(draw_table(rows, heading=True)) + "\n")


@accounts.command("list", cls=Command)
def list_accounts_too(*, as_json: JsonOption = False) -> None:
    """List your accounts, and ask each network whether it still knows you."""
    list_accounts(_Nothing(), as_json=as_json)  # type: ignore[arg-type]  # all that is asked of a context


@accounts.command("add", cls=Command)
def add_account(
    network: Annotated[
        str,
        typer.Argument(metavar="NETWORK", help="bluesky, mastodon or x; mastodon:example.social."),
    ],
    *,
    as_json: JsonOption = False,
) -> None:
    """Sign in at a network. What is secret is asked for unseen, and kept for you alone."""
    talk = TerminalTalk()
    account = _in_studio(lambda studio: studio.sign_in(network, talk))
    if as_json:
        print_json({"network": account.network, "id": account.id, "account": account.name, "url": account.url})
        return
    sys.stdout.write(f"Signed in at {account.network} as {account.name}: {account.url}\n")


@accounts.command("remove", cls=Command)
def remove_account(
    name: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Its name, or network:name.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Sign out: what was granted is taken back where the network allows it, and nothing is kept here."""
    gone = _in_studio(lambda studio: studio.sign_out(name))
    if as_json:
        print_json({"removed": _describe(gone)})
        return
    sys.stdout.write(f"Signed out at {gone.network}: {gone.name}\n")


@queue.callback(invoke_without_command=True)
def list_queue(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List the drafts that wait, the next first."""
    if context.invoked_subcommand:
        return
    waiting = _with_queue(lambda one: one.list())
    if as_json:
        print_json({"queue": [_describe_draft(one) for one in waiting]})
        return
    if not waiting:
        sys.stdout.write("No draft waits. Let one wait: automagic posts publish RUN:1 --to NETWORK --at TIME\n")
        return
    from automagic.cli.tables import draw_table

    rows = [("NUMBER", "WHEN", "WHERE", "DRAFT")]
    for one in waiting:
        where = ", ".join(name.partition(":")[0] for name in one.targets)
        state = "failed: " if one.state == "failed" else ""
        rows.append((str(one.id), _moment(one.next_at), where, f"{state}{one.error or one.title}"))
    sys.stdout.write("\n".join(draw_table(rows, right=[0], heading=True)) + "\n")


@queue.command("list", cls=Command)
def list_queue_too(*, as_json: JsonOption = False) -> None:
    """List the drafts that wait, the next first."""
    list_queue(_Nothing(), as_json=as_json)  # type: ignore[arg-type]  # all that is asked of a context


@queue.command("remove", cls=Command)
def remove_draft(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `posts queue` shows it.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Take a draft out of the queue; the draft itself stays where it is."""
    gone = _with_queue(lambda one: one.remove(number))
    if as_json:
        print_json({"removed": _describe_draft(gone)})
        return
    sys.stdout.write(f"Draft {gone.id} does not wait any more: {gone.title}\n")


class _Nothing:
    """A context in which no command below was called."""

    invoked_subcommand = None


class TerminalTalk:
    """The person at the terminal, while they sign in: questions on stderr, answers unseen where they are secret."""

    def show(self, text: str) -> None:
        """Tell them something."""
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def ask(self, question: str) -> str:
        """What they answer.

        Raises:
            RequestError: There is nobody.
        """
        self._look()
        answer: str = typer.prompt(question, err=True)
        return answer.strip()

    def ask_secret(self, question: str) -> Secret:
        """What they answer, unseen; never from an argument, which others on the machine could read.

        Raises:
            RequestError: There is nobody.
        """
        from automagic.values.secret import Secret

        self._look()
        return Secret(str(typer.prompt(question, hide_input=True, err=True)).strip())

    def _look(self) -> None:
        if not sys.stdin.isatty():
            raise RequestError(
                "signing in asks questions, and there is no terminal",
                hint="Sign in at a terminal once; or use the network's setting in .env, which .env.example names.",
            )


def _in_studio(work: Callable[[Studio], Awaitable[Value]]) -> Value:
    from automagic.machine.leaving import command_clock, run

    async def act() -> Value:
        from automagic.studio import open_studio

        async with open_studio() as studio:
            return await work(studio)

    return run(act(), clock=command_clock())


def _with_queue(work: Callable[[PostQueue], Value]) -> Value:
    from automagic.database.address import database_url
    from automagic.database.engine import open_database
    from automagic.destinations.shared.post_queue import PostQueue
    from automagic.machine.private_files import make_home
    from automagic.settings import load_settings

    settings = load_settings()
    make_home(settings.home, settings.artifacts_url)
    engine = open_database(database_url(settings))
    try:
        return work(PostQueue(engine))
    finally:
        engine.dispose()


def _describe(one: SignedIn) -> dict[str, Any]:
    from automagic.cli.refusals import describe

    return {
        "network": one.network,
        "account": one.name,
        "id": one.id,
        "since": _moment(one.since) if one.since else None,
        "good": one.error is None,
        "error": describe(one.error) if one.error else None,
    }


def _describe_draft(one: QueuedPost) -> dict[str, Any]:
    return {
        "number": one.id,
        "source": str(one.place),
        "title": one.title,
        "to": list(one.targets),
        "state": one.state,
        "due_at": _moment(one.due_at),
        "next_at": _moment(one.next_at),
        "attempts": one.attempts,
        "error": one.error or None,
        "max_cost_usd": float(one.max_cost_usd),
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="minutes")


def _day(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d") if at else "unknown"
