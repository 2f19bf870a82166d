"""The hashes of large files that stay where a person keeps them, remembered while the files stay as they are.

    path, device, inode, size, both times ── the same as when it was hashed? ── yes ─▶ the hash, at once
                                                                      └── no ─▶ read it all, remember

As in git's index ("racy git"), what was changed so shortly before it was hashed that a later change could bear the
same time is not remembered: it is hashed again the next time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from automagic.errors import RequestError
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.values.artifact import Artifact

FILE_NAME = "digests.json"
MOST_FILES = 2000
"""The ones that were hashed last are remembered."""

SETTLED_NS = 2_000_000_000
"""The coarsest clock of a file system in use: FAT's."""

_MOST_BYTES = 8 << 20

Facts = tuple[int, int, int, int, int]
"""Device, inode, size, time of the content, time of the entry (which nobody can set)."""


def identify(path: Path, *, memory: Path, read: Callable[[Path], Artifact], media_type: str) -> Artifact:
    """A file by its content, without reading it again while it is the same.

    Args:
        memory: The folder where hashes are remembered.
        read: Hashes the file, whatever its size.

    Raises:
        RequestError: As `read`; or the file was changed while it was read.
    """
    name = str(path.absolute())
    began_ns = time.time_ns()
    facts = _facts_of(path)
    known = _read(memory / FILE_NAME)
    if facts is not None and name in known and known[name][0] == facts:
        return Artifact(known[name][1], media_type, facts[2])
    artifact = read(path)
    if facts is None or facts != _facts_of(path):
        raise RequestError(
            f"{path.name} was changed while it was read", hint="Wait until it is complete, then run the same again."
        )
    if began_ns - max(facts[3:]) >= SETTLED_NS:
        _remember({name: (facts, artifact.sha256)}, known, memory)
    return artifact


def hash_files(paths: Iterable[Path], *, memory: Path) -> dict[Path, str]:
    """The SHA-256 of each file, as `identify` remembers them: for many files that hardly ever change.

    Raises:
        OSError: One cannot be read.
    """
    known = _read(memory / FILE_NAME)
    found: dict[Path, str] = {}
    hashed: dict[str, tuple[Facts, str]] = {}
    for path in paths:
        name = str(path.absolute())
        began_ns = time.time_ns()
        facts = _facts_of(path)
        if facts is not None and name in known and known[name][0] == facts:
            found[path] = known[name][1]
            continue
        with path.open("rb") as file:  # piece by piece: memory for 40 MB costs more than their hash
            found[path] = hashlib.file_digest(file, "sha256").hexdigest()
        if facts is not None and facts == _facts_of(path) and began_ns - max(facts[3:]) >= SETTLED_NS:
            hashed[name] = (facts, found[path])
    if hashed:
        _remember(hashed, known, memory)
    return found


def _remember(hashed: dict[str, tuple[Facts, str]], known: dict[str, tuple[Facts, str]], memory: Path) -> None:
    """Add what was hashed last to what is known."""
    kept = {name: one for name, one in known.items() if name not in hashed} | hashed
    _write(memory / FILE_NAME, dict(list(kept.items())[-MOST_FILES:]))


def _facts_of(path: Path) -> Facts | None:
    """None where there is no such file: reading it says why."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _read(path: Path) -> dict[str, tuple[Facts, str]]:
    """What is remembered; nothing when it cannot be read, for then files are only hashed again."""
    with contextlib.suppress(OSError, MalformedText):
        if path.stat().st_size <= _MOST_BYTES:
            return parse_json(path.read_bytes(), name=path.name, type=dict[str, tuple[Facts, str]])
    return {}


def _write(path: Path, known: dict[str, tuple[Facts, str]]) -> None:
    """Beside it, then renamed. What another process remembered meanwhile may be lost, which costs a hash."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.write_bytes(msgspec.json.encode(known))
        os.replace(partial, path)  # noqa: PTH105 - the one call that is atomic, by its own name
    except OSError:  # no room for a memory: it is hashed again
        partial.unlink(missing_ok=True)
