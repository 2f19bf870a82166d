"""Plain values as the classes that are meant: msgspec's conversion, safe where several threads begin at once.

msgspec 0.22 learns what a dataclass looks like at its first use and keeps that with the class. Two threads that both
are the first have ended the process. So the first use of each type is for one thread alone; later ones take no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, overload

import msgspec

Shape = TypeVar("Shape")
Made = TypeVar("Made")

_LEARNING = threading.RLock()
"""A class may convert further values while it is made, so the same thread comes in again."""

_known: set[Any] = set()


@overload
def to_shape(
    value: Any, kind: type[Shape], *, strict: bool = True, dec_hook: Callable[[type, Any], Any] | None = None
) -> Shape: ...
@overload
def to_shape(
    value: Any, kind: Any, *, strict: bool = True, dec_hook: Callable[[type, Any], Any] | None = None
) -> Any: ...
def to_shape(value: Any, kind: Any, *, strict: bool = True, dec_hook: Callable[[type, Any], Any] | None = None) -> Any:
    """As `msgspec.convert`.

    Raises:
        msgspec.ValidationError: The value is of another type.
    """
    return once_alone(kind, lambda: msgspec.convert(value, kind, strict=strict, dec_hook=dec_hook))


def once_alone(kind: Any, use: Callable[[], Made]) -> Made:
    """What `use` gives; while nobody has used the type before, no other thread uses one for the first time."""
    if kind in _known:
        return use()
    with _LEARNING:
        made = use()
        _known.add(kind)
    return made
