"""The command line: the root's mode flags, and one sub-command file per product. Parse, call, print."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

import click
import typer

from automagic.cli.flags import take_flags
from automagic.cli.groups import LazyGroup, as_click, explain_usage
from automagic.cli.options import JsonOption, Loudness, QuietOption, VerboseOption, choose_loudness
from automagic.cli.refusals import FAULT, KINDS, asks_json, describe, describe_words, explain
from automagic.errors import AutomagicError, RequestError
from automagic.products import find_product, product_names
from automagic.values.request import list_request_fields

INTERRUPTED = 130

MODES = ("--now", "--scheduled", "--test", "--status", "--metrics", "--cleanup")
COMMANDS = {
    "script": ("automagic.cli.script", "script_command", "Write the script of a text, to be edited and given back."),
    "voices": (
        "automagic.cli.catalogue.voices",
        "voices_command",
        "Show the voices there are; with a name, let one speak.",
    ),
    "say": (
        "automagic.cli.catalogue.say",
        "say_command",
        "Show how words are said, names.toml included, and play them.",
    ),
    "themes": (
        "automagic.cli.catalogue.themes",
        "themes_command",
        "Show the themes there are; with a name, draw its cards.",
    ),
    "models": ("automagic.cli.models", "app", "List, install and verify the models of the embedded engines."),
    "jobs": ("automagic.cli.jobs.commands", "app", "Jobs that wait in the queue; `automagic worker` carries them out."),
    "worker": (
        "automagic.cli.jobs.worker",
        "worker_command",
        "Carry out the jobs in the queue, until Ctrl-C or SIGTERM.",
    ),
    "serve": ("automagic.cli.serving.serve", "serve_command", "Serve the HTTP API, until Ctrl-C or SIGTERM."),
    "mcp": ("automagic.cli.serving.mcp", "mcp_command", "Give an agent's client its tools (Model Context Protocol)."),
    "keys": ("automagic.cli.serving.keys", "app", "Keys for the HTTP API: who may ask beside the owner, and what."),
    "schedule": (
        "automagic.cli.schedule.commands",
        "app",
        "What is made automatically, and when; `automagic --scheduled` makes it.",
    ),
    "publish": ("automagic.cli.publish", "publish_command", "Publish a finished video, or each clip that passed."),
    "spend": ("automagic.cli.spend", "spend_command", "Show what was spent."),
    "backup": (
        "automagic.cli.backup",
        "backup_command",
        "Save AUTOMAGIC_HOME in one file: the database, the queue, bought answers.",
    ),
    "restore": ("automagic.cli.backup", "restore_command", "Make a new AUTOMAGIC_HOME of a backup."),
}
"""Each sub-command that is not a product's: its module, what it is there, and what it does: no help imports it."""

VIDEO = find_product("video")
"""What `--now` makes: the program's own flags are those of its request."""


SUBJECTS = tuple(one.name for one in list_request_fields(VIDEO.operations[0].request) if one.flag.subject)
"""Flags that say what a video is about: with one of them, `--now` goes without saying."""


class Root(LazyGroup):
    """The program: its modes are flags, and all else are commands below it."""

    panels: ClassVar = {
        **dict.fromkeys(("now", "scheduled", "test"), "Do"),
        **dict.fromkeys(("status", "watch", "interval", "metrics", "since", "history", "prometheus"), "Upkeep"),
        **dict.fromkeys(("cleanup", "dry_run", "older_than", "max_size", "emergency", "include_results"), "Upkeep"),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those that are written by hand, and the products before what is done with their results."""
        del ctx
        names = list(COMMANDS)
        place = names.index("publish")
        return [*names[:place], *(name for name in product_names() if name != VIDEO.name), *names[place:]]

    def summarize(self, name: str) -> str:
        """What a command does, in a sentence."""
        return COMMANDS[name][2] if name in COMMANDS else find_product(name).about

    def find(self, name: str) -> click.Command:
        """The command of one of these names; no other is imported."""
        if name in COMMANDS:
            module, member, _ = COMMANDS[name]
            return as_click(name, getattr(importlib.import_module(module), member))
        from automagic.cli.products import add_command, command_of

        products = typer.Typer(rich_markup_mode=None)
        add_command(products, find_product(name), command_of)
        return typer.main.get_group(products).commands[name]


app = typer.Typer(
    name="automagic",
    cls=Root,
    add_completion=True,
    invoke_without_command=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\n".join(VIDEO.operations[0].examples),
)


@app.callback()
@take_flags(VIDEO.operations[0].request, at_once=True)
def root(  # noqa: PLR0913 - each parameter is a flag
    context: typer.Context,
    now: Annotated[
        bool, typer.Option("--now", help="Make a video now; of the next idea there is, if none is named.")
    ] = False,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="Run the schedules and the jobs, until Ctrl-C.")
    ] = False,
    test: Annotated[
        str | None,
        typer.Option(
            "--test", metavar="WHAT", help="Try the parts: config, api, images, audio, video, resources or all."
        ),
    ] = None,
    status: Annotated[bool, typer.Option("--status", help="Show the machine, the models and the last runs.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="With --status: repeat until Ctrl-C.")] = False,
    interval: Annotated[float, typer.Option(metavar="S", help="For --watch: seconds between two looks.")] = 2.0,
    metrics: Annotated[bool, typer.Option("--metrics", help="Show what was made, how fast, and what it cost.")] = False,
    since: Annotated[str | None, typer.Option(metavar="7d", help="For --metrics: only the last days or hours.")] = None,
    history: Annotated[
        str | None, typer.Option(metavar="30d", help="With --metrics: the last days, one after the other.")
    ] = None,
    prometheus: Annotated[bool, typer.Option("--prometheus", help="With --metrics: as text for Prometheus.")] = False,
    cleanup: Annotated[bool, typer.Option("--cleanup", help="Remove what nothing needs any more.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --cleanup: only show what would go.")] = False,
    older_than: Annotated[
        str | None, typer.Option(metavar="7d", help="For --cleanup: what was not used for this long.")
    ] = None,
    max_size: Annotated[
        str | None, typer.Option(metavar="10GB", help="For --cleanup: until this much is left.")
    ] = None,
    emergency: Annotated[bool, typer.Option("--emergency", help="With --cleanup: all that can be made again.")] = False,
    include_results: Annotated[
        bool, typer.Option("--include-results", help="With --cleanup: also old finished videos.")
    ] = False,
    *,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure came from.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    **asked: Any,
) -> None:
    """Publish one idea everywhere, in your voice: from one command, on your own machine."""
    loudness = choose_loudness(verbose=verbose, quiet=quiet)
    context.obj = {"loudness": loudness, "debug": debug}
    if version:
        from automagic.version import __version__

        typer.echo(f"automagic {__version__}")
        return
    chosen = (now, scheduled, test is not None, status, metrics, cleanup)
    modes = [flag for flag, given in zip(MODES, chosen, strict=True) if given]
    if context.invoked_subcommand:
        modes.append(context.invoked_subcommand)
    if not now:
        modes += [f"--{name}" for name in SUBJECTS if asked[name] is not None][:1]
    if len(modes) > 1:
        raise RequestError(f"{' and '.join(modes)} cannot be used together", hint="Give one of them.")
    if context.invoked_subcommand:
        return
    if now or any(asked[name] is not None for name in SUBJECTS):
        _make(asked, as_json=as_json, loudness=loudness)
    elif scheduled:
        from automagic.cli.schedule.commands import run_scheduled

        run_scheduled(quiet=loudness == "quiet")
    elif test is not None:
        from automagic.cli.trial.self_test import test_parts

        test_parts(test, as_json=as_json)
    elif status:
        from automagic.cli.status.command import show_status

        show_status(as_json=as_json, watch=watch, interval_s=interval)
    elif metrics:
        from automagic.cli.metrics.command import show_metrics

        show_metrics(since=since, history=history, prometheus=prometheus, as_json=as_json)
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
        raise RequestError(
            "there is nothing to do",
            hint='Say what it is about: --source FILE, --topic "…" or --script FILE; or see --help.',
        )


def _make(asked: dict[str, Any], *, as_json: bool, loudness: Loudness) -> None:
    """Make a video; of the next idea there is, where nobody said of what."""
    from automagic.cli.products import carry_out

    operation = VIDEO.operations[0]
    if any(asked[name] is not None for name in SUBJECTS):
        carry_out(VIDEO, operation, asked, as_json=as_json, role="now", loudness=loudness)
        return
    from automagic.cli.schedule.ideas import next_idea
    from automagic.settings import load_settings

    with next_idea(load_settings(), planning=asked["plan"]) as (idea, said):
        if loudness != "quiet":
            sys.stderr.write(f"Nothing was named, so this is {said}\n")
        given = {name: value for name, value in asked.items() if value is not None}
        if given.get("take") == 1:
            del given["take"]
        carry_out(VIDEO, operation, idea | given, as_json=as_json, role="now", loudness=loudness)


def run(arguments: list[str]) -> int:
    """Run the command line; every failure is explained on stderr.

    Returns:
        The exit code.
    """
    debug = "--debug" in arguments
    if not {"-h", "--help", "--version", "-q", "--quiet"} & set(arguments) and "_AUTOMAGIC_COMPLETE" not in os.environ:
        _tell_unknown_settings()
    code: Any = 0
    try:
        code = app(arguments, prog_name="automagic", standalone_mode=False)
    except AutomagicError as error:
        if debug:
            raise
        return _refuse(error, arguments)
    except click.exceptions.NoArgsIsHelpError as nothing:  # a group of commands, and none of them
        click.echo(nothing.format_message())
        return 0
    except click.ClickException as error:  # a flag that does not exist, a value of the wrong kind
        message, hint = explain_usage(error)
        return _refuse(RequestError(message, hint=hint), arguments)
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
    hint = "This is a bug in AutoMagic. Run the command again with --debug to see where it came from."
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
