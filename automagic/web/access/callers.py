"""Who asks, and what they may: the owner of this machine, or somebody with a key of a few scopes.

`automagic keys add NAME --scope read` makes a key and shows it once; kept is only its hash, in `web.keys` of
AUTOMAGIC_HOME, which its owner alone can read. Every server of that home knows it at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import msgspec

from automagic.errors import ConfigurationError, RequestError
from automagic.machine.private_files import touch_private
from automagic.machine.whole_files import whole_file
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

Scope = Literal["read", "make", "publish", "admin"]
"""read: look. make: queue, cancel, upload, edit. publish: approve what goes out. admin: settings and tuning."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
FILE = "web.keys"
MAX_KEYS = 200
_PREFIX = "am_"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        name: For the log, and beside what they approve.
        scopes: What they may.
        local: Nobody else can reach the server.
    """

    name: str
    scopes: frozenset[str]
    local: bool = False


OWNER = Caller("token", frozenset(SCOPES))
LOCAL = Caller("local", frozenset(SCOPES), local=True)
NOBODY = Caller("", frozenset())


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key as it is kept.

    Attributes:
        sha256: Of the key, which is random enough that nobody can guess it from this.
        until: Seconds since 1970; None for no end.
        added_at: Seconds since 1970.
    """

    name: str
    sha256: str
    scopes: tuple[str, ...]
    until: float | None
    added_at: float


@dataclass
class KeyRing:
    """The keys of a home. Looking one up reads the file only when it is another than before."""

    home: Path
    _stamp: tuple[int, int, int] = (0, 0, 0)
    _keys: dict[str, NamedKey] = field(default_factory=dict)

    def find(self, given: str) -> Caller | None:
        """Who has this key; None for a key that is not known or has ended."""
        if not given.startswith(_PREFIX):
            return None
        self._look()
        known = self._keys.get(_digest(given))
        if known is None or (known.until is not None and known.until < time.time()):
            return None
        return Caller(f"key {known.name}", frozenset(known.scopes))

    def all(self) -> list[NamedKey]:
        """All, in the order in which they were made.

        Raises:
            ConfigurationError: The file cannot be read.
        """
        return _read(self.home / FILE)

    def add(self, name: str, scopes: Collection[str], *, days: float | None = None) -> str:
        """A new key: its text, which is not kept.

        Args:
            days: After which it ends.

        Raises:
            RequestError: The name is taken or not one.
            ConfigurationError: The file cannot be read or written.
        """
        if not (0 < len(name) <= 60 and name.isprintable() and name.strip() == name):
            raise RequestError("a key has a name of at most 60 characters", hint="Such as: newsroom.")
        given = _PREFIX + secrets.token_urlsafe(32)
        now = time.time()
        with self._changing() as keys:
            if any(one.name == name for one in keys):
                raise RequestError(f"there is a key {name!r} already", hint=f"automagic keys remove {name}")
            if len(keys) >= MAX_KEYS:
                raise RequestError(f"there are {MAX_KEYS} keys", hint="Remove those that nobody uses.")
            until = None if days is None else now + days * 86_400
            keys.append(NamedKey(name, _digest(given), tuple(one for one in SCOPES if one in scopes), until, now))
        return given

    def remove(self, name: str) -> None:
        """End a key at once.

        Raises:
            RequestError: There is none of this name.
            ConfigurationError: The file cannot be read or written.
        """
        with self._changing() as keys:
            known = [one for one in keys if one.name != name]
            if len(known) == len(keys):
                listed = ", ".join(one.name for one in keys) or "none"
                raise RequestError(f"there is no key {name[:60]!r}", hint=f"There are: {listed}.")
            keys[:] = known

    @contextmanager
    def _changing(self) -> Iterator[list[NamedKey]]:
        file, lock = self.home / FILE, self.home / f"{FILE}.lock"
        try:
            touch_private(lock)
            with lock.open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                keys = _read(file)
                yield keys
                with whole_file(file) as partial:
                    touch_private(partial)
                    partial.write_bytes(msgspec.json.format(msgspec.json.encode(keys)) + b"\n")
        except OSError as error:
            raise ConfigurationError(f"the keys in {file} cannot be written: {error}") from error

    def _look(self) -> None:
        try:
            found = (self.home / FILE).stat()
        except OSError:
            self._stamp, self._keys = (0, 0, 0), {}
            return
        stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
        if stamp != self._stamp:
            try:
                self._keys = {one.sha256: one for one in _read(self.home / FILE)}
            except ConfigurationError:  # nobody comes in by a file that nobody can read
                self._keys = {}
            self._stamp = stamp


def _read(file: Path) -> list[NamedKey]:
    try:
        return parse_json(file.read_bytes(), name=FILE, type=list[NamedKey])
    except FileNotFoundError:
        return []
    except (OSError, MalformedText) as error:
        raise ConfigurationError(f"the keys in {file} cannot be read: {error}", hint="Remove the file.") from error


def is_same(given: str, known: bytes) -> bool:
    """Whether two secrets are the same, in the same time for all that are not."""
    return hmac.compare_digest(given.encode(), known)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
