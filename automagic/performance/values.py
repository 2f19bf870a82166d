"""Values as bytes, for the tier outside this process: MessagePack, and only what comes back as it was.

None, bool, int (64 bits), float, str, bytes, and lists and dicts of these (with texts as keys). With a `result_type`,
whatever msgspec knows: dataclasses, Structs, tuples, sets, dates. Anything else stays in memory.
"""

from __future__ import annotations

from typing import Any

import msgspec

from automagic.caching.memory import CacheEntry

_PLAIN = frozenset({str, bytes, int, float, bool, type(None)})

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[float, float, Any]).decode
_decode_times = msgspec.msgpack.Decoder(tuple[float, float, msgspec.Raw]).decode


class NotPlain(TypeError):
    """A value would not come back as it was."""


def encode_value(value: Any, *, kept_at: float, expires_at: float, result_type: Any = None) -> bytes:
    """A value with its times.

    Raises:
        NotPlain: It would not come back as it was.
    """
    if result_type is None and (fault := _find_fault(value)):
        raise NotPlain(
            f"a value with {fault} is not the same any more when it comes back from Redis: give `result_type=`"
        )
    try:
        return _encode([kept_at, expires_at, value])
    except (TypeError, OverflowError, UnicodeEncodeError, RecursionError) as error:
        raise NotPlain(f"a value cannot be written for Redis: {error}") from error


def decode_value(data: bytes, *, result_type: Any = None) -> CacheEntry[Any] | None:
    """What `encode_value` wrote; None for anything else."""
    try:
        if result_type is None:
            kept_at, expires_at, value = _decode(data)
        else:
            kept_at, expires_at, body = _decode_times(data)
            value = msgspec.msgpack.decode(body, type=result_type)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return CacheEntry(kept_at, expires_at, value, 0)


def _find_fault(value: Any) -> str:
    """What keeps a value from coming back as it was; "" for nothing."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind in _PLAIN:
            continue
        if kind is list:
            waiting += one
        elif kind is dict:
            if not all(type(key) is str for key in one):
                return "a dict whose keys are no texts"
            waiting += one.values()
        else:
            return f"a {kind.__name__}"
        if len(waiting) > _MOST_PARTS:
            return f"more than {_MOST_PARTS:,} parts"
    return ""


_MOST_PARTS = 1_000_000
"""A list that holds itself would go on for ever."""
