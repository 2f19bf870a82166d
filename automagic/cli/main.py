"""The command line: the root's mode flags, and one sub-command file per product. Parse, call, print."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from automagic.cli.flags import take_flags
from automagic.cli.refusals import FAULT, KINDS, asks_json, describe, describe_words, explain
from automagic.errors import AutomagicError, RequestError
from automagic.products import find_product, product_names

app = typer.Typer(
    name="automagic",
    add_completion=False,
    invoke_without_command=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

INTERRUPTED = 130

MODES = ("--now", "--scheduled", "--test", "--status", "--metrics", "--cleanup")
COMMANDS = {
    "models": ("automagic.cli.models", "app"),
    "jobs": ("automagic.cli.jobs.commands", "app"),
    "worker": ("automagic.cli.jobs.worker", "worker_command"),
    "schedule": ("automagic.cli.schedule.commands", "app"),
    "publish": ("automagic.cli.publish", "publish_command"),
    "spend": ("automagic.cli.spend", "spend_command"),
    "backup": ("automagic.cli.backup", "backup_command"),
    "restore": ("automagic.cli.backup", "restore_command"),
}
"""Each sub-command that is not a product's, and what it is in which module."""

VIDEO = find_product("video")
"""What `--now` makes: the program's own flags are those of its request."""


@app.callback()
@take_flags(VIDEO.operations[0].request, at_once=True)
def root(  # noqa: PLR0913 - each parameter is a flag
    context: typer.Context,
    now: Annotated[bool, typer.Option("--now", help="Make a video now.")] = False,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="Run the schedules and work off the queue, until Ctrl-C.")
    ] = False,
    test: Annotated[
        str | None,
        typer.Option(
            "--test", metavar="WHAT", help="Try the parts: config, api, images, audio, video, resources or all."
        ),
    ] = None,
    status: Annotated[bool, typer.Option("--status", help="Show the machine, the models and the last runs.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="For --status: again and again, until Ctrl-C.")] = False,
    interval: Annotated[float, typer.Option(metavar="S", help="For --watch: every so many seconds.")] = 2.0,
    metrics: Annotated[bool, typer.Option("--metrics", help="Show what was made, how fast, and what it cost.")] = False,
    since: Annotated[str | None, typer.Option(metavar="7d", help="For --metrics: only the last so long.")] = None,
    prometheus: Annotated[bool, typer.Option("--prometheus", help="For --metrics: as Prometheus reads them.")] = False,
    cleanup: Annotated[bool, typer.Option("--cleanup", help="Remove what nothing needs any more.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="For --cleanup: only say what would go.")] = False,
    older_than: Annotated[
        str | None, typer.Option(metavar="7d", help="For --cleanup: what has rested so long.")
    ] = None,
    max_size: Annotated[str | None, typer.Option(metavar="10GB", help="For --cleanup: until so much is left.")] = None,
    emergency: Annotated[bool, typer.Option("--emergency", help="For --cleanup: whatever can be made again.")] = False,
    include_results: Annotated[
        bool, typer.Option("--include-results", help="For --cleanup: old finished videos too.")
    ] = False,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure came from.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    **asked: Any,
) -> None:
    """Publish one idea everywhere, in your voice: from one command, on your own machine."""
    context.obj = {"json": as_json, "debug": debug}
    if version:
        from automagic.version import __version__

        typer.echo(f"automagic {__version__}")
        return
    chosen = (now, scheduled, test is not None, status, metrics, cleanup)
    modes = [flag for flag, given in zip(MODES, chosen, strict=True) if given]
    if context.invoked_subcommand:
        modes.append(context.invoked_subcommand)
    if len(modes) > 1:
        raise RequestError(f"{' and '.join(modes)} exclude each other", hint="Give one of them.")
    if context.invoked_subcommand:
        return
    if now:
        from automagic.cli.products import carry_out

        carry_out(VIDEO, VIDEO.operations[0], asked, as_json=as_json, role="now")
    elif scheduled:
        from automagic.cli.schedule.commands import run_scheduled

        run_scheduled()
    elif test is not None:
        from automagic.cli.self_test import test_parts

        test_parts(test, as_json=as_json)
    elif status:
        from automagic.cli.status.command import show_status

        show_status(as_json=as_json, watch=watch, interval_s=interval)
    elif metrics:
        from automagic.cli.metrics import show_metrics

        show_metrics(since=since, prometheus=prometheus, as_json=as_json)
    elif cleanup:
        from automagic.cli.cleanup import clean_up

        clean_up(
            dry_run=dry_run,
            older_than=older_than,
            max_size=max_size,
            emergency=emergency,
            include_results=include_results,
            as_json=as_json,
        )
    else:
        raise RequestError("there is nothing to do", hint="Start with --now, or see automagic --help.")


def add_commands(arguments: Sequence[str] = ()) -> None:
    """Give the root those of its sub-commands that the arguments need; all of them where that is not plain.

    Importing all and reading their flags takes a tenth of a second, which `--status` need not wait for.
    """
    known = _list_commands()
    wanted: Iterable[str] = known
    if arguments and arguments[0] in known:
        wanted = arguments[:1]
    elif arguments and arguments[0] in MODES and not set(known).intersection(arguments):
        wanted = ()
    app.registered_commands.clear()
    app.registered_groups.clear()
    for name in wanted:
        if name not in COMMANDS:
            from automagic.cli.products import add_command, command_of

            add_command(app, find_product(name), command_of)
            continue
        module, member = COMMANDS[name]
        command = getattr(importlib.import_module(module), member)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)


def _list_commands() -> tuple[str, ...]:
    """Those that are written by hand, and the products before what is done with their results."""
    names = list(COMMANDS)
    place = names.index("publish")
    return (*names[:place], *(name for name in product_names() if name != VIDEO.name), *names[place:])


def run(arguments: list[str]) -> int:
    """Run the command line; every failure is explained on stderr.

    Returns:
        The exit code.
    """
    add_commands(arguments)
    debug = "--debug" in arguments
    if not {"-h", "--help", "--version"} & set(arguments):
        _tell_unknown_settings()
    code: Any = 0
    try:
        code = app(arguments, standalone_mode=False, prog_name="automagic")
    except AutomagicError as error:
        if debug:
            raise
        return _refuse(error, arguments)
    except click.exceptions.NoArgsIsHelpError as nothing:  # a group of commands, and none of them
        click.echo(nothing.format_message())
        return 0
    except click.ClickException as error:  # a flag that does not exist, a value of the wrong kind
        named = getattr(error, "ctx", None)
        command = named.command_path if named else "automagic"
        return _refuse(RequestError(error.format_message(), hint=f"See {command} --help."), arguments)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:  # `automagic … | head`
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - so that the interpreter's last flush is silent
        return 1
    except Exception as error:
        if debug:
            raise
        return _tell_fault(error, arguments)
    if code == INTERRUPTED:  # Typer turns Ctrl-C into this code by itself
        from automagic.machine.leaving import INTERRUPTED_WORD

        sys.stderr.write(INTERRUPTED_WORD)
    return code if isinstance(code, int) else 0


def _refuse(error: AutomagicError, arguments: Sequence[str]) -> int:
    """Explain a failure, for `--json` also as a document; gives the exit code."""
    explain(error)
    if asks_json(arguments):
        from automagic.cli.options import print_json

        print_json({"error": describe(error)})
    return error.exit_code


def _tell_fault(error: Exception, arguments: Sequence[str]) -> int:
    """The same for what nobody has foreseen."""
    message = f"{type(error).__name__}: {error}"
    hint = "This is a fault of AutoMagic itself. Run again with --debug for the place it came from."
    sys.stderr.write(f"Error: {message}\n{hint}\n")
    if asks_json(arguments):
        from automagic.cli.options import print_json

        print_json({"error": describe_words(FAULT, KINDS[FAULT], message, hint)})
    return FAULT


def _tell_unknown_settings() -> None:
    """Say which names in `.env` do nothing, though they look as if they were meant to."""
    from automagic.setting_names import tell_unknown

    for line in tell_unknown(Path.cwd()):
        sys.stderr.write(f"Note: {line}\n")
