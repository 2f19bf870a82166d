"""What a call is kept under: the same in every process, and never the same for two calls that differ.

    f(1, "a", unit="m")  ─▶  name of f, NUL, MessagePack of [[1, "a"], {"unit": "m"}]       plain values, as they are
    f({2, 1}, [3])       ─▶  … [["set", 1, 2], ["list", 3]] …                               all others say what they are

1, 1.0 and True are three calls, and so are (1,) and [1]. Python's `hash` differs from process to process and is not
used; nothing is pickled.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import fractions
import hashlib
import pathlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

LONGEST_BYTES = 200
"""Of a key as it is; a longer one is its hash."""

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})
_encode = msgspec.msgpack.Encoder(order="sorted").encode

_BY_TEXT = (
    datetime.datetime,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    decimal.Decimal,
    fractions.Fraction,
    pathlib.PurePath,
    uuid.UUID,
)
"""Types whose values are told apart by their `repr`."""


def key_maker(name: str) -> Callable[[tuple[Any, ...], Mapping[str, Any]], bytes]:
    """What gives the key of a call of `name` with these arguments; raises TypeError for one that has no stable key."""
    prefix = name.encode() + b"\0"

    def make_key(positional: tuple[Any, ...], named: Mapping[str, Any]) -> bytes:
        for value in positional:
            if type(value) not in _PLAIN:
                break
        else:
            if not named:
                try:
                    key = prefix + _encode(positional)
                except (OverflowError, UnicodeEncodeError):  # a number of more than 64 bits, half a character
                    pass
                else:
                    return key if len(key) <= LONGEST_BYTES else prefix + _digest(key)
        # Begins as no plain key does: MessagePack writes no byte 0xC1.
        told = [[_canonical(one) for one in positional], [[one, _canonical(named[one])] for one in sorted(named)]]
        key = prefix + b"\xc1" + _encode(told)
        return key if len(key) <= LONGEST_BYTES else prefix + b"\xc1" + _digest(key)

    return make_key


def _digest(key: bytes) -> bytes:
    return b"\xc1" + hashlib.blake2b(key, digest_size=24).digest()


def _canonical(value: Any) -> Any:  # noqa: PLR0911 - one for each kind of value
    """A value of plain types that no other one has; a structure is a list that begins with its type."""
    kind = type(value)
    if kind is int and not -(2**63) <= value < 2**64:
        return ["int", str(value)]
    if kind is str and not value.isascii():
        return ["str", value.encode("utf-8", "surrogatepass")]
    if kind in _PLAIN:
        return value
    if kind in (list, tuple):
        return [kind.__name__, *map(_canonical, value)]
    if kind is dict:
        return ["dict", *sorted(([_canonical(one), _canonical(other)] for one, other in value.items()), key=_encode)]
    if kind in (set, frozenset):
        return [kind.__name__, *sorted(map(_canonical, value), key=_encode)]
    if kind is bytearray:
        return ["bytearray", bytes(value)]
    of = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, enum.Enum):
        return [of, value.name]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [of, *(_canonical(getattr(value, one.name)) for one in dataclasses.fields(value))]
    if isinstance(value, msgspec.Struct):
        return [of, *(_canonical(getattr(value, name)) for name in value.__struct_fields__)]
    if isinstance(value, _BY_TEXT):
        return [of, repr(value)]
    if isinstance(value, type):
        return ["type", f"{value.__module__}.{value.__qualname__}"]
    raise TypeError(
        f"an argument of type {of} has no key that is the same in every process: give `key=`, a function that makes a "
        "text of the arguments"
    )
