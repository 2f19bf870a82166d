"""A request is declared once; commands, batch files, jobs and the JSON schema all read that declaration.

    duration_s: Annotated[float, Meta(title="duration", ge=5, le=3600, description="About how long."), Flag("S")] = 45.0

                          ┌─▶ --duration S      the command, and `jobs add`
    list_request_fields ──┼─▶ duration          a column of a batch file, an option of a schedule
                          ├─▶ {"duration": …}   the JSON schema
                          └─▶ duration_s        the job's document; paths are names of the files that travel with it

A field without a `Flag` is for Python only. A field that holds a frozen class of its own is asked for by the flags of
that class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

import msgspec


class Request:
    """What every request has, for callers that do not know its product.

    A product's request is a frozen dataclass of this type whose `__post_init__` calls `check_fields`. Where it has a
    field of one of these names, the field wins.
    """

    __slots__ = ()

    @property
    def title(self) -> str:
        """What a person knows it by until its result has a title."""
        return type(self).__name__.removesuffix("Request").lower()

    @property
    def out(self) -> Path | None:
        """The folder of its result; None for the product's own choice."""
        return None

    @property
    def plan(self) -> bool:
        """Whether to say what would be done and change nothing."""
        return False

    @property
    def preview(self) -> bool:
        """Whether to show what it would look like and make no result."""
        return False

    @property
    def take(self) -> int:
        """Variant of the creative steps."""
        return 1

    @property
    def redo(self) -> tuple[str, ...]:
        """Steps to do again, each "STEP" or "STEP:subject"."""
        return ()

    @property
    def yes(self) -> bool:
        """Whether it is done without asking the person first."""
        return True

    @property
    def max_cost_usd(self) -> Decimal | None:
        """For its run; a call that would cross it is not made."""
        return None


@dataclass(frozen=True, slots=True)
class Flag:
    """How a person gives a field.

    Attributes:
        metavar: What stands behind the flag in the help; "" for a switch.
        subject: It says what the request is about: a request has one of these.
        argument: It stands in a command without a flag.
        rest: The field that takes all values but the first; "" when there is one value.
        at_once: It is for what is made here and now; a job does not have it.
        alone: It is for its class by itself, and not for a request that has a field of that class.
        panel: Under which heading of the help it stands.
        setting: What says it in `.env` where a person does not, such as "DEFAULT_THEME"; see `stages.defaults`.
        unless: Fields that say otherwise: where a person gives one of them, the setting does not count.
        offers: Gives values that a shell may complete.
    """

    metavar: str = ""
    subject: bool = False
    argument: bool = False
    rest: str = ""
    at_once: bool = False
    alone: bool = False
    panel: str = ""
    setting: str = ""
    unless: tuple[str, ...] = ()
    offers: Callable[[], Iterable[str]] | None = None


def _never(_value: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class NamesFile:
    """The field names a file or a folder, which travels with a job.

    Attributes:
        unless: Says of a value that it names no file on this machine: the address of a page, "auto".
        room: The folder among a job's files in which it lies; the field's name when "".
    """

    unless: Callable[[str], bool] = _never
    room: str = ""


@dataclass(frozen=True, slots=True)
class RequestField:
    """One field of a request, as a person gives it.

    Attributes:
        name: Of a column, an option and a key of JSON; with dashes, the flag.
        field: Of the request.
        inner: Of the class that the field holds; "" when it is the field itself.
        type: Without what is annotated.
        meta: Its description and bounds.
        default: `dataclasses.MISSING` when it has to be given.
        file: None when it names none.
    """

    name: str
    field: str
    inner: str
    type: Any
    meta: msgspec.Meta
    flag: Flag
    default: Any
    file: NamesFile | None

    @property
    def several(self) -> bool:
        """Whether it has any number of values."""
        return bool(self.flag.rest) or get_origin(self.type) is tuple


def list_request_fields(kind: type) -> tuple[RequestField, ...]:
    """What a person may say of a request of this type, in the order of its fields.

    Args:
        kind: A dataclass.
    """
    return _list_asked(kind)


@cache
def _list_asked(kind: Any) -> tuple[RequestField, ...]:
    hints = get_type_hints(kind, include_extras=True)
    found: list[RequestField] = []
    for field in fields(kind):
        plain, extras = _parts(hints[field.name])
        if is_dataclass(plain):
            found += [
                _within(field.name, one) for one in list_request_fields(cast("type", plain)) if not one.flag.alone
            ]
        elif (flag := find_mark(extras, Flag)) is not None:
            found.append(_describe(field, plain, extras, flag))
    return tuple(found)


def list_files(kind: type) -> dict[str, NamesFile]:
    """The fields that name files, by their names; those that no person gives as well."""
    hints = get_type_hints(kind, include_extras=True)
    marks = {field.name: find_mark(_parts(hints[field.name])[1], NamesFile) for field in fields(kind)}
    return {name: mark for name, mark in marks.items() if mark is not None}


Mark = Any


def find_mark(extras: tuple[Any, ...], kind: type[Mark]) -> Mark | None:
    """The first of what is annotated that is of this type."""
    return next((extra for extra in extras if isinstance(extra, kind)), None)


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type, and what is annotated to it."""
    if get_origin(hint) is not Annotated:
        return hint, ()
    plain, *extras = get_args(hint)
    return plain, tuple(extras)


def _describe(field: Field[Any], plain: Any, extras: tuple[Any, ...], flag: Flag) -> RequestField:
    meta = find_mark(extras, msgspec.Meta) or msgspec.Meta()
    name = (meta.title or field.name).replace("-", "_")
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return RequestField(name, field.name, "", plain, meta, flag, default, find_mark(extras, NamesFile))


def _within(field: str, one: RequestField) -> RequestField:
    return RequestField(one.name, field, one.field, one.type, one.meta, one.flag, one.default, one.file)
