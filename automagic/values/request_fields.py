"""One check for the fields of every request, however it comes: flags, a line of a batch file, a job's document, Python.

    duration_s: Annotated[float, Meta(title="duration", ge=5, le=3600, extra={"unit": "seconds"})]
                                       what a person calls it, its bounds and its unit stand beside the field

A request's `__post_init__` calls `check_fields`; rules over several fields follow there. What people write as text is
turned into values by `read_fields`, which names a fault in the same words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from automagic.errors import RequestError
from automagic.shaping import to_shape
from automagic.values.request import NamesFile, find_mark

Struct = TypeVar("Struct", bound=msgspec.Struct)

_SHOWN = 60
"""How many characters of a wrong value are shown."""

_UNKEPT = re.compile("[\\x00\\ud800-\\udfff]")
"""What no database and no file in UTF-8 takes: a shell passes bytes that are no text as halves of characters."""

# What msgspec expects, in words; the rest of its words are a programmer's.
_KINDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "Path": "a path",
    "decimal": "an amount such as 0.50",
    "datetime": "a time such as 2027-01-31T18:00+01:00",
}


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field may be.

    Attributes:
        called: As a person writes it.
        hint: Its type, with bounds.
        low, high: Its bounds; None for none.
        unit: Behind the bounds; may be empty.
        choices: What it must be one of; empty for anything.
        names_file: Whether it is a file's name, which is bytes and need not be text.
    """

    called: str
    hint: Any
    low: float | None = None
    high: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    names_file: bool = False


def check_fields(request: Any) -> None:
    """Refuse a request with a field of the wrong kind or out of its bounds; what only looks different is made alike.

    A list where a tuple is meant becomes one, text a path, a whole number a number: so the same wish has the same keys.

    Args:
        request: A frozen dataclass.

    Raises:
        RequestError: Naming the field as a person does, its value, and what is allowed.
    """
    kind: type = type(request)
    for name, field in _fields_of(kind).items():
        value = _read_time(getattr(request, name)) if _is_time(field.hint) else getattr(request, name)
        try:
            plain = _convert(value, field.hint)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at ")
            raise _refusal(field, value, what, inside="[" in where) from error
        if isinstance(plain, str) and not field.names_file and (found := _UNKEPT.search(plain)):
            raise RequestError(
                f"{field.called} has a sign that no text can hold: {plain[:_SHOWN]!r}",
                hint=f"Sign {found.start() + 1} is {found[0]!r}: write it again as text in UTF-8.",
            )
        if plain is not getattr(request, name):
            object.__setattr__(request, name, plain)


def read_fields(values: Mapping[str, Any], kind: type[Struct], *, flags: bool = False) -> Struct:
    """What a person wrote, as values: `values` by the names of the fields of `kind`, as text or typed.

    Args:
        flags: They were given as flags, and are called as these are.

    Raises:
        RequestError: There is no such field, or what it was given is something else.
    """
    hints = get_type_hints(kind)
    values = {name: _read_time(value) if _is_time(hints.get(name)) else value for name, value in values.items()}
    try:
        return to_shape(values, kind, strict=False)
    except msgspec.ValidationError as error:
        known = kind.__struct_fields__
        what, _, where = str(error).replace("`", "").partition(" - at $.")
        name, inside, _ = where.partition("[")
        if name in known:
            called = name.replace("_", "-") if flags else name
            raise _refusal(_Field(called, None), values[name], what, inside=bool(inside)) from error
        unknown = what.rpartition(" ")[2]
        near = difflib.get_close_matches(unknown, known, n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise RequestError(
            f"there is nothing called {unknown}", hint=f"{meant}Known are: {', '.join(known)}."
        ) from error


def _is_time(hint: Any) -> bool:
    return hint is datetime or datetime in get_args(hint)


def _read_time(value: Any) -> Any:
    """A time that was given as text, which may leave out the seconds; what is no time as it was."""
    if isinstance(value, str):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    return value


def _convert(value: Any, hint: Any) -> Any:
    try:
        return to_shape(value, hint, dec_hook=as_path)
    except msgspec.ValidationError:
        if isinstance(value, PurePath):  # where the name of a file is meant
            return to_shape(str(value), hint)
        raise


def _refusal(field: _Field, value: Any, why: str, *, inside: bool) -> RequestError:
    """What is wrong, from the field's own bounds where they are what was missed.

    Args:
        why: In msgspec's words.
        inside: Whether it is one of several that is wrong.
    """
    shown = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else repr(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    if field.choices and isinstance(value, str):
        near = difflib.get_close_matches(value.lower(), field.choices, n=1)
        said = f"{value[:_SHOWN]!r}"
        several = field.called.endswith("s")  # "captions"
        return RequestError(
            f"{field.called}: {said} is not a valid choice" if several else f"there is no {field.called} {said}",
            hint=(f"Did you mean {near[0]}? " if near else "") + f"There are: {', '.join(field.choices)}.",
        )
    if re.search(r" [<>]=? ", why) and field.low is not None and field.high is not None:
        unit = f" {field.unit}" if field.unit else ""
        return RequestError(f"{field.called} {shown} is not between {field.low:g} and {field.high:g}{unit}")
    expected = why.partition(", got")[0]
    kind = next((words for name, words in _KINDS.items() if re.search(rf"\b{name}\b", expected)), "")
    part = "something in " if inside else ""
    return RequestError(f"{field.called}: {part}{shown} is not {kind or 'valid'}")


@cache
def _fields_of(kind: type) -> dict[str, _Field]:
    hints = get_type_hints(kind, include_extras=True)
    return {one.name: _describe(one.name, hints[one.name]) for one in fields(kind)}


def _describe(name: str, hint: Any) -> _Field:
    called = name.replace("_", "-")
    plain, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    literal = find_literal(plain)
    choices = get_args(literal) if literal is not None else ()
    meta = next((extra for extra in extras if isinstance(extra, msgspec.Meta)), msgspec.Meta())
    named = find_mark(tuple(extras), NamesFile) is not None
    unit = (meta.extra or {}).get("unit", "")
    return _Field(meta.title or called, hint, meta.ge, meta.le, unit, choices, named)


def find_literal(hint: Any) -> Any:
    """The `Literal` of a type that is one, or one or None; else None."""
    return next((one for one in (hint, *get_args(hint)) if get_origin(one) is Literal), None)


def as_path(kind: type, value: Any) -> Any:
    """For msgspec, as `dec_hook`: a path that was given as text."""
    if kind is Path and isinstance(value, str | Path):
        return Path(value)
    raise msgspec.ValidationError(f"Expected `{kind.__name__}`")
