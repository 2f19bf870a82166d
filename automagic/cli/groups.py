"""How commands look and when they are imported: help in panels with examples, sub-commands only once they are called.

    Input:                      the panel that a flag was declared with
      --source FILE|URL|-       …
    Examples:
      automagic --source article.md

Help is plain text, since the library that draws it in boxes takes longer to import than all of the help.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import click
import typer
from typer.core import TyperCommand, TyperGroup

PANELS = ("Do", "Input", "Look", "Voice", "Output", "Money", "Publish", "Upkeep")
"""In the order of the help; what has none of these stands behind them."""

REST = "Options"


class Command(TyperCommand):
    """A command whose flags stand in panels, and whose epilog is a list of examples."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its flags, panel by panel."""
        _write_panels(self, ctx, formatter, {})

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its examples."""
        del ctx
        _write_examples(self.epilog, formatter)


class LazyGroup(TyperGroup, ABC):
    """A group that imports a command when it is called, and none for its own help; it looks as a `Command` does."""

    panels: ClassVar[Mapping[str, str]] = {}
    """Where flags stand that have no panel of their own, by the names of their parameters."""

    @abstractmethod
    def summarize(self, name: str) -> str:
        """What a command does, in a sentence; it is not imported for that."""

    @abstractmethod
    def find(self, name: str) -> click.Command:
        """The command of one of these names."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None when there is none."""
        return self.find(cmd_name) if cmd_name in self.list_commands(ctx) else None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its flags, panel by panel, and then its commands."""
        _write_panels(self, ctx, formatter, self.panels)
        self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write its examples."""
        del ctx
        _write_examples(self.epilog, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summarize(name)) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As every group's; a name that there is not is answered with the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            error.message = f"there is no command {args[0]!r}" + (f". Did you mean {near[0]}?" if near else "")
            raise


def as_click(name: str, made: Any) -> click.Command:
    """The command that a function, or a program of Typer's, describes, as one of this name."""
    app = typer.Typer(rich_markup_mode=None)
    if isinstance(made, typer.Typer):
        app.add_typer(made, name=name)
    else:
        app.command(name, cls=Command)(made)
    return typer.main.get_group(app).commands[name]


def explain_usage(error: click.ClickException) -> tuple[str, str]:
    """What is wrong with a command line, and what to try."""
    context = getattr(error, "ctx", None)
    called = context.command_path if context else "automagic"
    hint = f"See {called} --help."
    if isinstance(error, click.NoSuchOption):
        flags = {flag.lstrip("-"): flag for flag in _flags_of(context)}  # two dashes are no likeness
        near = [flags[name] for name in difflib.get_close_matches(error.option_name.lstrip("-"), flags, n=1)]
        return f"there is no flag {error.option_name}", (f"Did you mean {near[0]}? " if near else "") + hint
    return error.format_message(), hint


def _flags_of(ctx: click.Context | None) -> list[str]:
    params = ctx.command.get_params(ctx) if ctx else []
    return [flag for one in params for flag in (*one.opts, *one.secondary_opts) if flag.startswith("--")]


def _write_panels(
    command: click.Command, ctx: click.Context, formatter: click.HelpFormatter, others: Mapping[str, str]
) -> None:
    arguments: list[tuple[str, str]] = []
    panels: dict[str, list[tuple[str, str]]] = {}
    for one in command.get_params(ctx):
        if (record := one.get_help_record(ctx)) is None:
            continue
        if one.param_type_name == "argument":
            arguments.append(record)
        else:
            panel = getattr(one, "rich_help_panel", None) or others.get(one.name or "", REST)
            panels.setdefault(panel, []).append(record)
    for title, records in (("Arguments", arguments), *_in_order(panels)):
        if records:
            with formatter.section(title):
                formatter.write_dl(records)


def _in_order(panels: Mapping[str, list[tuple[str, str]]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    names = [*PANELS, *(name for name in panels if name not in (*PANELS, REST)), REST]
    yield from ((name, panels[name]) for name in names if name in panels)


def _write_examples(examples: str | None, formatter: click.HelpFormatter) -> None:
    if examples:
        with formatter.section("Examples"):
            for example in examples.splitlines():  # each as it stands: a wrapped one could not be copied
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")
