"""Files that a person names: one door, so that none of them can make a program wait, fill its memory or end it.

path ─▶ what is it? ─▶ how large? ─▶ opened without waiting ─▶ looked at again ─▶ at most `max_bytes` of it

A pipe or a device could block for ever, or never end; and between the two looks a path may become something else.
"""

from __future__ import annotations

import contextlib
import difflib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from automagic.errors import AutomagicError, RequestError

_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_TEXTS = frozenset({".md", ".txt", ".html"})


def read_named(
    path: Path,
    max_bytes: int,
    *,
    what: str = "a text file",
    called: str = "",
    hint: str = "",
    error: type[AutomagicError] = RequestError,
) -> bytes:
    """The whole of a file.

    Args:
        what: What is wanted, with its article; for people.
        called: What errors call the file; its name by default.
        hint: What to give instead, where the door knows nothing better.
        error: What is raised: ConfigurationError for what belongs to the settings.

    Raises:
        AutomagicError: It is missing, not a regular file, may not be read, or has more than `max_bytes`.
    """
    with open_named(path, max_bytes, what=what, called=called, hint=hint, error=error) as (file, _):
        data = file.read(max_bytes + 1) or b""  # None: some files of the system have nothing to say just now
    if len(data) > max_bytes:
        raise error(_too_large(called or file_name(path), max_bytes), hint=hint)
    return data


@contextlib.contextmanager
def open_named(
    path: Path,
    max_bytes: int,
    *,
    what: str = "a file",
    called: str = "",
    hint: str = "",
    error: type[AutomagicError] = RequestError,
) -> Iterator[tuple[BinaryIO, int]]:
    """A regular file, open, and its size in bytes; for what is too large to be held in memory. See `read_named`.

    What the system says while the file is read is explained as well.
    """
    name = called or file_name(path)
    try:
        _check(path.stat(), path, max_bytes, (what, name, hint), error)
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as failure:  # ValueError: a NUL character in the path
        message, better = _explain(failure, path, called)
        raise error(message, hint=better) from failure
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _check(status, path, max_bytes, (what, name, hint), error)
        try:
            yield file, status.st_size
        except OSError as failure:
            message, better = _explain(failure, path, called)
            raise error(message, hint=better) from failure


def expand_home(path: Path | str) -> Path:
    """A path with a person's home folder for "~"; as a shell has it, of nobody's home it stays as it is."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises RuntimeError for nobody's


def file_name(path: Path) -> str:
    """The last part of `path` in printable characters: for people, and safe to store."""
    name = os.fsencode(path.name or str(path)).decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


def _check(
    found: os.stat_result, path: Path, max_bytes: int, words: tuple[str, str, str], error: type[AutomagicError]
) -> None:
    what, name, hint = words
    if stat.S_ISDIR(found.st_mode):
        raise error(f"{name} is a folder, not {what}.", hint=_suggest_inside(path) if "text" in what else hint)
    for is_kind, kind in _SPECIAL:
        if is_kind(found.st_mode):
            raise error(f"{name} is {kind}, not {what}.", hint=hint or "Save what it gives into a file first.")
    if not stat.S_ISREG(found.st_mode):
        raise error(f"{name} is not a regular file, and not {what}.", hint=hint)
    if found.st_size > max_bytes:
        raise error(_too_large(name, max_bytes), hint=hint)


def _too_large(name: str, max_bytes: int) -> str:
    return f"{name} is larger than {max_bytes / 1_000_000:g} MB."


def _explain(failure: OSError | ValueError, path: Path, called: str) -> tuple[str, str]:
    """Message and hint."""
    name = called or file_name(path)
    missing = f"{called} does not exist" if called else f"There is no file {name}"
    code = failure.errno if isinstance(failure, OSError) else errno.EINVAL
    if code == errno.ENOENT:
        return _missing(path, name, missing)
    if code == errno.ENOTDIR:
        return f"{missing}: a part of its path is a file, not a folder.", "Check the path."
    if code in {errno.EACCES, errno.EPERM}:
        return f"{name} may not be read: permission denied.", "Change its permissions or copy it."
    if code == errno.ELOOP:
        return f"{name} is a symbolic link that leads back to itself.", "Give the file itself."
    if code in {errno.ENAMETOOLONG, errno.EINVAL}:
        return "That is not the name of a file.", "Give the name of a file; a topic goes in quotes after --topic."
    return f"{name} could not be read: {os.strerror(code or errno.EIO)}.", "Copy it to this machine's disk."


def _missing(path: Path, name: str, missing: str) -> tuple[str, str]:
    try:
        if path.is_symlink():
            return f"{name} is a symbolic link to a file that does not exist.", "Give the file itself."
        if not path.parent.is_dir():
            return f"{missing}: its folder does not exist.", "Check the path."
        names = _names_in(path.parent)
    except OSError:
        names = {}
    near = difflib.get_close_matches(path.name.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"{missing}.", f"Did you mean {file_name(Path(names[near[0]]))}?"
    return f"{missing}.", "Check the name and the folder."


def _names_in(folder: Path) -> dict[str, str]:
    """The names of a folder by their lower-case form; of a folder that may not be listed, none."""
    try:
        return {name.lower(): name for name in sorted(entry.name for entry in folder.iterdir())}
    except OSError:
        return {}


def _suggest_inside(folder: Path) -> str:
    texts = [name for name in _names_in(folder).values() if Path(name).suffix.lower() in _TEXTS]
    return f"Give a file in it, such as {file_name(folder / texts[0])}." if texts else "Give a text file."
