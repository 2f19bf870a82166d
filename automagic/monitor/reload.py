"""Files that a person may change while a process works: looked at every few seconds, read again when they differ.

stat ── the same ──▶ nothing          A file that is touched but says the same is not read again. One that is
  └─ another ─▶ hash ── another ──▶ `read`       wrong leaves what was in force, and is named with its fault.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from automagic.errors import AutomagicError, RequestError
from automagic.reading.named_files import open_named

POLL_S = 2.0
MAX_BYTES = 4 << 20
"""Of a file, no more is looked at: it would be refused anyway."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is read again when one of its files changes.

    Attributes:
        name: For people: "settings".
        paths: Where it stands; none of them need be there.
        read: Puts what stands there now in force and gives a line for each thing that is different.
            Raises AutomagicError, and changes nothing, when it is wrong.
    """

    name: str
    paths: tuple[Path, ...]
    read: Callable[[], Sequence[str]]


@dataclass
class _Seen:
    """What a file was when it was looked at: by its status, and by its content."""

    status: tuple[int, int, int] | None = None
    content: str = ""


@dataclass
class Reloader:
    """Looks at files and reports what changed. What the files hold at the beginning is in force already.

    Args:
        tell: Is given a line for each change.
        warn: Is given a line for each refusal.
    """

    watched: Sequence[Watched]
    tell: Callable[[str], object]
    warn: Callable[[str], object]
    _seen: dict[Path, _Seen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.watched:
            for path in one.paths:
                self._differs(path)

    def look(self) -> None:
        """Look once."""
        for one in self.watched:
            changed = [path for path in one.paths if self._differs(path)]
            if not changed:
                continue
            names = ", ".join(path.name for path in changed)
            try:
                lines = one.read()
            except AutomagicError as error:
                self.warn(f"{names} changed but cannot be used, so the {one.name} stay as they were: {error.message}")
            else:
                if lines:
                    self.tell(f"{names} changed, so the {one.name} were read again: {'; '.join(lines)}")

    async def run(self) -> None:
        """Look every `POLL_S` until cancelled."""
        while True:
            await asyncio.sleep(POLL_S)
            self.look()

    def _differs(self, path: Path) -> bool:
        seen = self._seen.setdefault(path, _Seen())
        try:
            found = path.stat()
            status = (found.st_mtime_ns, found.st_size, found.st_ino)
            if status == seen.status:
                return False
            with open_named(path, sys.maxsize) as (file, _):
                content = hashlib.sha256(file.read(MAX_BYTES)).hexdigest()
        except (OSError, RequestError):  # it is not there, or cannot be read: then nothing stands there
            status, content = None, ""
        before, seen.status, seen.content = seen.content, status, content
        return content != before
