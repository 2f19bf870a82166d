"""The command of a product: its flags come from its request, what is done from its declaration, and it is printed by
the file of its name in `printers`.

    PRODUCT ─▶ automagic clips FILE … ─▶ studio.run(request) ─▶ printers/clips.py

Commands of a product that make nothing, such as those for accounts, are in the file of its name in `beside`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, cast

import typer

from automagic.cli import beside, printers
from automagic.cli.flags import COUNT, counts_takes, take_flags
from automagic.cli.groups import Command
from automagic.cli.options import JsonOption, Loudness, QuietOption, VerboseOption, answer, choose_loudness
from automagic.errors import RequestError
from automagic.values.product import Operation, Product
from automagic.values.request import Request


class Printer(Protocol):
    """A file of `printers`."""

    def document(self, result: Any, progress: Any, *, plan: bool) -> dict[str, Any]:
        """For `--json`."""
        ...

    def print_summary(self, result: Any, progress: Any, *, plan: bool) -> None:
        """For people."""
        ...


def add_command(app: typer.Typer, product: Product, make: Callable[[Product, Operation], Callable[..., None]]) -> None:
    """Give a program the command of a product: one, or one below it for each of its operations.

    Args:
        make: The function of a command that carries out, or queues, an operation.
    """
    group = app
    if any(operation.name for operation in product.operations):
        group = typer.Typer(help=product.help, no_args_is_help=True, rich_markup_mode=None)
        app.add_typer(group, name=product.name)
    if make is command_of and importlib.util.find_spec(f"{beside.__name__}.{product.name}"):
        importlib.import_module(f"{beside.__name__}.{product.name}").add_commands(group)
    for operation in product.operations:
        command = make(product, operation)
        group.command(
            operation.name or product.name,
            cls=Command,
            help=command.__doc__,
            epilog="\n".join(operation.examples) if make is command_of else None,
        )(command)


def command_of(product: Product, operation: Operation) -> Callable[..., None]:
    """What `automagic PRODUCT` does."""

    @take_flags(operation.request, at_once=True)
    def command(
        *, verbose: VerboseOption = False, quiet: QuietOption = False, as_json: JsonOption = False, **asked: Any
    ) -> None:
        loudness = choose_loudness(verbose=verbose, quiet=quiet)
        carry_out(product, operation, asked, as_json=as_json, loudness=loudness)

    command.__doc__ = operation.help
    return command


def carry_out(
    product: Product,
    operation: Operation,
    asked: Mapping[str, Any],
    *,
    as_json: bool,
    role: str = "",
    loudness: Loudness = "normal",
) -> None:
    """Make what the flags ask for, and print the result.

    Args:
        role: Of its log; the product's name when "".
        loudness: Quiet prints where the result is and nothing else, or the result where it is no file; see `run_shown`.

    Raises:
        AutomagicError: What could not be made, explained.
    """
    from automagic.cli.running import run_shown
    from automagic.settings import load_settings
    from automagic.stages.defaults import add_defaults
    from automagic.stages.requests import each_take, read_request

    values = add_defaults(operation.request, asked, load_settings())
    count = values.pop(COUNT, 1) if counts_takes(operation.request) else 1
    request = read_request(operation.request, values, folder=Path(), at_once=True)
    printer = find_printer(product, operation)
    documents, complaints = [], []
    for one in each_take(request, count):
        if not (one.yes or one.plan):
            _agree(one, printer, product, as_json=as_json, loudness=loudness)
        result, progress = run_shown(
            role or product.name,
            lambda studio, listener, one=one: studio.run(one, listener=listener),  # type: ignore[misc]
            planning=one.plan,
            labels=product.labels,
            loudness=loudness,
        )
        if as_json:
            documents.append(printer.document(result, progress, plan=one.plan))
        elif loudness == "quiet" and not one.plan and (result.place or result.complaint):
            if result.place:
                print(result.place)  # noqa: T201 - the result
        else:
            printer.print_summary(result, progress, plan=one.plan)
        complaints += [result.complaint] if result.complaint else []
    if as_json:
        answer(documents[0] if count == 1 else {"takes": documents}, complaints[0] if complaints else None)
        return
    for complaint in complaints:
        raise complaint


def _agree(request: Request, printer: Printer, product: Product, *, as_json: bool, loudness: Loudness) -> None:
    """Show a person what would be done, and ask whether it shall be.

    Raises:
        RequestError: Nobody can be asked.
        typer.Abort: It shall not be.
    """
    from automagic.cli.running import run_shown

    planned = replace(request, plan=True)  # type: ignore[type-var]  # a dataclass
    result, progress = run_shown(
        product.name,
        lambda studio, listener: studio.run(planned, listener=listener),
        planning=True,
        labels=product.labels,
        loudness=loudness,
    )
    if not result.question:
        return
    if as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RequestError(
            f"nobody can be asked here: {result.question}",
            hint="Add --yes if it shall be done; --plan shows what would be.",
        )
    printer.print_summary(result, progress, plan=True)
    if not typer.confirm(result.question, err=True):
        raise typer.Abort


def find_printer(product: Product, operation: Operation) -> Printer:
    """Of the operation, "posts_write" or "ads.specs" where its product has a room, of the product, or the plain one."""
    own = importlib.util.find_spec(f"{printers.__name__}.{product.name}")
    joint = "." if own and own.submodule_search_locations else "_"
    for name in (f"{product.name}{joint}{operation.name.replace('-', '_')}", product.name, "plain"):
        if importlib.util.find_spec(f"{printers.__name__}.{name}"):
            break
    return cast("Printer", importlib.import_module(f"{printers.__name__}.{name}"))
