"""The flags of a command, out of what a request declares of itself (see `automagic.values.request`).

    @take_flags(ClipsRequest, at_once=True)
    def command(as_json: JsonOption = False, **asked: Any) -> None: ...

Typer reads a signature: it gets one in which `**asked` is a parameter for each field that a person may give.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING
from inspect import Parameter
from typing import Annotated, Any, TypeVar, get_args

import typer

from automagic.errors import AutomagicError
from automagic.values.request import RequestField, list_request_fields

TAKE, COUNT = "take", "count"
"""Where a request has takes, its command has a flag for how many of them, unless it counts something itself; see
`each_take`."""

MAX_COUNT = 50

_COUNT = Parameter(
    COUNT,
    Parameter.KEYWORD_ONLY,
    default=1,
    annotation=Annotated[
        int,
        typer.Option(
            "--count",
            metavar="N",
            min=1,
            max=MAX_COUNT,
            help="So many takes, one by one.",
            rich_help_panel="Output",
        ),
    ],
)

Command = TypeVar("Command", bound=Callable[..., None])


def counts_takes(kind: type) -> bool:
    """Whether `COUNT` says how many takes of a request are wanted."""
    names = {one.inner or one.field for one in list_request_fields(kind)}
    return TAKE in names and COUNT not in names


def take_flags(kind: type, *, at_once: bool) -> Callable[[Command], Command]:
    """Give a command the flags of a request, in the place of its `**asked`.

    The command's own parameters stand before them; those that come behind `*` stand after.

    Args:
        kind: A dataclass whose fields have flags.
        at_once: Whether the command does it here and now; else the flags that are for this are left out.
    """

    def give(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True)
        asked = [_parameter(one) for one in list_request_fields(kind) if at_once or not one.flag.at_once]
        asked += [_COUNT] if counts_takes(kind) else []
        parameters = [*_of_kind(own, Parameter.POSITIONAL_OR_KEYWORD), *asked, *_of_kind(own, Parameter.KEYWORD_ONLY)]
        named = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in parameters]  # Typer passes all by name
        vars(command)["__signature__"] = own.replace(parameters=named)
        return command

    return give


def _of_kind(signature: inspect.Signature, kind: Any) -> Iterator[Parameter]:
    return (one for one in signature.parameters.values() if one.kind is kind)


def _parameter(one: RequestField) -> Parameter:
    kind, default = _kind_of(one), one.default
    described: dict[str, Any] = {"metavar": one.flag.metavar or None, "help": one.meta.description}
    if one.flag.offers:
        described["autocompletion"] = _completion(one.flag.offers)
    if one.several or not isinstance(default, bool | int | float | str):
        default = Parameter.empty if default is MISSING else None
    dashed = one.name.replace("_", "-")
    if one.flag.argument:
        info: Any = typer.Argument(**described)
        return Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info])
    described["rich_help_panel"] = one.flag.panel or None
    if one.flag.setting and default is not None:  # what nobody gave must be told from what somebody gave
        kind, default, described["help"] = kind | None, None, f"{one.meta.description}  [default: {default}]"
    if bool in (kind, *get_args(kind)) and one.default is not False:
        info = typer.Option(f"--{dashed}/--no-{dashed}", **described)
    else:
        info = typer.Option(f"--{dashed}", **described)
    return Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info])


def _completion(offers: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """What Typer asks for the values that begin with what was typed; none where they cannot be told."""

    def complete(incomplete: str) -> list[str]:
        try:
            return [one for one in offers() if one.startswith(incomplete)]
        except AutomagicError:  # nobody reads an error in the middle of a line
            return []

    return complete


def _kind_of(one: RequestField) -> Any:
    """What the command line makes of the text; what it does not know stays text, and the request reads it."""
    if one.several:
        return list[str] if one.default is MISSING else list[str] | None
    plain: Any = next((kind for kind in (one.type, *get_args(one.type)) if kind in (bool, int, float)), str)
    return plain if one.default is MISSING or isinstance(one.default, bool | int | float | str) else plain | None
