"""Every request in the forms in which it travels, by what it declares of itself (see `automagic.values.request`).

    flags, a line of a batch file ──read_request──▶ request ──pack_request──▶ data + the files it names
                                                                                  │ (another day, another machine)
                                                    request ◀──unpack_request─────┘

The files are copied when the request is packed: they may change or vanish afterwards. They keep their names, so what is
made later has the same steps as what is made at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_args, get_type_hints

import msgspec

from automagic.errors import RequestError
from automagic.reading.json import parse_json
from automagic.reading.named_files import expand_home
from automagic.shaping import to_shape
from automagic.stages.request_files import pack_file, pack_folder
from automagic.values.product import Gathered, Operation, load
from automagic.values.request import NamesFile, Request, RequestField, list_files, list_request_fields
from automagic.values.request_fields import as_path, find_literal, read_fields

Kind = TypeVar("Kind")
Made = TypeVar("Made", bound=Request)


def read_request(kind: type[Kind], values: Mapping[str, Any], *, folder: Path, at_once: bool = False) -> Kind:
    """What a person asks for by flags, or on a line of a batch file.

    Args:
        kind: The request's type, or another dataclass whose fields have flags.
        values: By the names of `list_request_fields`, as text or typed; what is missing or None has its default.
        folder: What relative paths are relative to; with `Path()` they stay as they are written.
        at_once: It is made here and now, so that it may be said as well where the result goes, and an empty text
            behind a flag is a mistake; elsewhere it is an empty cell.

    Raises:
        RequestError: A name or a value is wrong.
    """
    asked = {one.name: one for one in list_request_fields(kind) if at_once or not one.flag.at_once}
    given = {name: value for name, value in values.items() if not _is_left_out(asked.get(name), value, at_once)}
    given = {name: _spread(asked[name], value) if name in asked else value for name, value in given.items()}
    wishes = read_fields(given, _reading_form(cast("Any", kind), tuple(asked)), flags=at_once)
    arguments: dict[str, Any] = {}
    inner: dict[str, dict[str, Any]] = {}
    for name in given:
        one, value = asked[name], _place(asked[name].file, getattr(wishes, name), folder)
        if one.flag.rest:
            arguments |= {one.field: value[0], one.flag.rest: value[1:]}
        elif one.inner:
            inner.setdefault(one.field, {})[one.inner] = value
        else:
            arguments[one.field] = value
    held = get_type_hints(kind)
    arguments |= {field: held[field](**parts) for field, parts in inner.items()}
    for one in asked.values():
        if one.default is MISSING and not one.inner and one.field not in arguments:
            raise RequestError(f"there is no {one.name.replace('_', '-')}", hint=one.meta.description or "")
    return kind(**arguments)


def each_take(request: Made, count: int) -> tuple[Made, ...]:
    """The same request for so many takes, from its own on; where a folder is named, each has one in there.

    Raises:
        RequestError: What it is about can be read only once.
    """
    if count == 1:
        return (request,)
    if getattr(request, "source", None) == "-":
        raise RequestError("standard input can be read only once", hint="Put the text into a file to make more takes.")
    takes = range(request.take, request.take + count)
    out = request.out
    more = [{"take": take} | ({"out": out / f"take-{take}"} if out else {}) for take in takes]
    return tuple(replace(request, **changes) for changes in more)  # type: ignore[type-var]  # a dataclass


def _is_left_out(one: RequestField | None, value: Any, at_once: bool) -> bool:
    if value == "" and at_once and one is not None:
        return one.type in (Path, Path | None)
    return value in (None, "", [], ())


def _spread(one: RequestField, value: Any) -> Any:
    """A value of CSV or of a flag as JSON would have it."""
    if isinstance(value, str) and one.several:
        return [value] if one.flag.rest else value.replace(",", " ").split()
    if isinstance(value, str) and Decimal in (one.type, *get_args(one.type)):
        return value.removeprefix("$")
    return value


def _place(file: NamesFile | None, value: Any, folder: Path) -> Any:
    """A value with its path, or each of its paths, where it lies."""
    if file is None:
        return value
    if isinstance(value, tuple):
        return tuple(_place(file, one, folder) for one in value)
    return value if not value or file.unless(value) else str(folder / expand_home(value))


@cache
def _reading_form(kind: Any, names: tuple[str, ...]) -> type[msgspec.Struct]:
    """Of the values that are given; the request itself looks at their bounds, in words of its own."""
    return msgspec.defstruct(
        kind.__name__,
        [(one.name, _written_type(one), None) for one in list_request_fields(kind) if one.name in names],
        forbid_unknown_fields=True,
        kw_only=True,
    )


def _written_type(one: RequestField) -> Any:
    """Of a value as it stands in JSON."""
    if one.flag.rest:
        return tuple[str, ...]
    if (literal := find_literal(one.type)) is not None:
        return str if literal is one.type else str | None
    return {Path: str, Path | None: str | None}.get(one.type, one.type)


def request_schema(kind: type) -> dict[str, Any]:
    """JSON Schema (2020-12) of what may be asked for, by the names of flags and columns."""
    entries: list[Any] = []
    for one in list_request_fields(kind):
        if one.flag.at_once:
            continue
        hint: Any = Annotated[one.type if find_literal(one.type) else _written_type(one), one.meta]
        default = str(one.default) if isinstance(one.default, Path) else one.default
        entries.append((one.name, hint) if default is MISSING else (one.name, hint, default))
    form = msgspec.defstruct(kind.__name__, entries, forbid_unknown_fields=True, kw_only=True)
    schema = msgspec.json.schema(form)
    plain: dict[str, Any] = parse_json(msgspec.json.encode(schema["$defs"][kind.__name__]), name="the schema")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **plain}


def field_schemas(kind: type) -> dict[str, dict[str, Any]]:
    """JSON Schema of each field that may be asked for, by the names of flags and columns."""
    found: dict[str, dict[str, Any]] = request_schema(kind).get("properties", {})
    return found


def pack_request(operation: Operation, request: Request) -> tuple[dict[str, Any], Gathered]:
    """A request as plain data, in which paths are names of files, and these files; all that can be checked is.

    Raises:
        RequestError: Something in it, or in a file, is wrong.
    """
    if request.redo:
        from automagic.runs.redo import Redos
        from automagic.runs.steps import steps_in

        Redos(request.redo, {step.name for step in steps_in(*operation.load_steps())})
    gathered = Gathered()
    gathered.changes |= {one.field: one.default for one in list_request_fields(type(request)) if one.flag.at_once}
    if operation.gather:
        load(operation.gather)(request, gathered)
    for name, file in list_files(type(request)).items():
        value = getattr(request, name)
        if name not in gathered.changes and isinstance(value, str | Path) and not file.unless(str(value)):
            path = Path(value)
            packed = (pack_folder if path.is_dir() else pack_file)(file.room or name, path, gathered.files)
            gathered.changes[name] = type(value)(packed)
    changed = replace(request, **gathered.changes)  # type: ignore[type-var]  # a dataclass
    data: dict[str, Any] = msgspec.to_builtins(changed, enc_hook=str)
    return data, gathered


def unpack_request(kind: type[Kind], data: Mapping[str, Any], folder: Path, *, out: Path) -> Kind:
    """The request whose files now lie in `folder` under their names; its result goes to `out`."""
    request = to_shape(data, kind, dec_hook=as_path)
    changes: dict[str, Any] = {}
    if any(field.name == "out" for field in fields(request)):  # type: ignore[arg-type]  # a dataclass
        changes["out"] = out
    for name, file in list_files(kind).items():
        changes[name] = _find(getattr(request, name), file.room or name, folder)
    return replace(request, **changes)  # type: ignore[type-var]


def _find(value: Any, room: str, folder: Path) -> Any:
    """A value with the names of files in it as their paths; of a table, its keys."""
    if isinstance(value, Mapping):
        return {_find(name, room, folder): one for name, one in value.items()}
    if isinstance(value, tuple):
        return tuple(_find(one, room, folder) for one in value)
    if isinstance(value, str | Path) and str(value).partition("/")[0] == room and (folder / value).exists():
        return type(value)(folder / value)
    return value
