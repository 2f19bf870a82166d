"""The tier in memory: values by key, each with its time; of too many, the one that was used longest ago goes.

    get ─▶ OrderedDict ─▶ (kept at, expires at, value, bytes)
    set ─▶ OrderedDict ── more than `size` ──▶ `pushed_out` is given the oldest

No lock: each change is one operation of an OrderedDict, which the interpreter carries out as a whole, so that any
thread may ask. A lock would halve the speed.
"""

from __future__ import annotations

import enum
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, Literal, NamedTuple, TypeVar

Value = TypeVar("Value")


class Absent(enum.Enum):
    """What stands for a value that is not there: None is a value."""

    MISSING = "missing"


MISSING: Final = Absent.MISSING

NEVER = float("inf")
"""When what has no time to live expires."""


class CacheEntry(NamedTuple, Generic[Value]):
    """A value with its times, in seconds since 1970."""

    kept_at: float
    expires_at: float
    value: Value
    size_bytes: int


class MemoryTier(Generic[Value]):
    """Values in this process.

    Args:
        size: How many at most; 0 keeps none.
        pushed_out: Is given the key and the entry that goes for lack of room; not what expired or was removed.

    Attributes:
        hits, misses: Of `get`, so far.
        size_bytes: The sizes of what is there, as `set` was told them, added up.
    """

    def __init__(self, size: int, pushed_out: Callable[[str | bytes, CacheEntry[Value]], None] | None = None) -> None:
        self._size = size
        self._pushed_out = pushed_out
        self._entries: OrderedDict[str | bytes, CacheEntry[Value]] = OrderedDict()
        self.hits = 0
        self.misses = 0
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str | bytes) -> Value | Literal[Absent.MISSING]:
        """The value; `MISSING` when it is not there, or its time is over, or still to come: the clock was set back."""
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return MISSING
        if not entry[0] <= time.time() < entry[1]:
            self.pop(key)
            self.misses += 1
            return MISSING
        try:  # noqa: SIM105 - `suppress` takes longer than all the rest
            self._entries.move_to_end(key)
        except KeyError:  # another thread has removed it since
            pass
        self.hits += 1
        return entry[2]

    def set(
        self,
        key: str | bytes,
        value: Value,
        *,
        expires_at: float = NEVER,
        kept_at: float = 0.0,
        size_bytes: int = 0,
    ) -> None:
        """Keep a value from `kept_at` to `expires_at`."""
        self.put(key, CacheEntry(kept_at, expires_at, value, size_bytes))

    def put(self, key: str | bytes, entry: CacheEntry[Value]) -> None:
        """The same, of an entry that another tier had."""
        before = self._entries.pop(key, None)
        self._entries[key] = entry
        self.size_bytes += entry[3] - (before[3] if before is not None else 0)
        while len(self._entries) > self._size:
            self._push_out()

    def pop(self, key: str | bytes) -> CacheEntry[Value] | None:
        """Remove an entry, and give it; None where there is none."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size_bytes -= entry[3]
        return entry

    def clear(self) -> int:
        """Remove everything; how many there were."""
        return sum(self.pop(key) is not None for key in list(self._entries))

    def remove_expired(self) -> int:
        """Remove what nobody will be given any more; how many there were."""
        now = time.time()
        over = [key for key, entry in list(self._entries.items()) if not entry[0] <= now < entry[1]]
        return sum(self.pop(key) is not None for key in over)

    def resize(self, size: int) -> None:
        """Hold at most this many from now on."""
        self._size = size
        while len(self._entries) > size:
            self._push_out()

    def leave(self, number: int) -> int:
        """Remove all but so many, those used last, for good; how many had to go."""
        oldest = list(self._entries)[: max(0, len(self._entries) - number)]
        return sum(self.pop(key) is not None for key in oldest)

    def _push_out(self) -> bool:
        try:
            key, entry = self._entries.popitem(last=False)
        except KeyError:  # other threads have removed them all
            return False
        self.size_bytes -= entry[3]
        if self._pushed_out is not None:
            self._pushed_out(key, entry)
        return True


def measure_bytes(value: object) -> int:
    """What a value takes of memory: itself and, where it is a container or has attributes, each thing in it once."""
    if type(value) in _LEAVES:
        return sys.getsizeof(value)
    seen: set[int] = set()
    waiting = [value]
    total = 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        kind = type(one)
        if kind in _LEAVES:
            continue
        if isinstance(one, dict):
            waiting += one.keys()
            waiting += one.values()
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif not isinstance(one, type | _CODE):
            waiting += [getattr(one, name) for name in _slots_of(kind) if hasattr(one, name)]
            if (attributes := getattr(one, "__dict__", None)) is not None:
                waiting.append(attributes)
    return total


_LEAVES = frozenset({str, bytes, int, float, bool, complex, type(None)})
_CODE = type(measure_bytes) | type(sys)
"""A value may refer to functions and modules, which are there anyway."""


def _slots_of(kind: type) -> list[str]:
    slots: list[str] = []
    for one in kind.__mro__:
        named = vars(one).get("__slots__", ())
        slots += [named] if isinstance(named, str) else named
    return slots
