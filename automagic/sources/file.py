"""A text file on this machine. Only a regular file is opened: a pipe or a device could block for ever."""

from __future__ import annotations

import difflib
import errno
import os
import stat
from pathlib import Path

from automagic.errors import RequestError
from automagic.model import Document
from automagic.sources.encoding import decode_text
from automagic.sources.text import MAX_BYTES, read_document, too_large

_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_file(path: Path) -> Document:
    """The readable text of a Markdown, plain text or HTML file.

    Raises:
        RequestError: Missing, not a regular file, not readable, too large, or not a text with prose in it.
    """
    return read_document(_read_bytes(path, MAX_BYTES), location=file_name(path))


def read_text(path: Path, *, max_bytes: int = 1_000_000) -> str:
    """The characters of a text file as they stand, with "\\n" line breaks. For files with a form of their own: scripts.

    Raises:
        RequestError: As `read_file`, but for whatever the text says.
    """
    return decode_text(_read_bytes(path, max_bytes), location=file_name(path))


def file_name(path: Path) -> str:
    """The last part of `path` in printable characters: for people, and safe to store."""
    name = os.fsencode(path.name or str(path)).decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        _check(path.stat(), path, max_bytes)
        # Between the two looks the path may have become something else: open without waiting, then look again.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            _check(os.fstat(descriptor), path, max_bytes)
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        raise _explain(error, path) from error
    if len(data) > max_bytes:
        raise too_large(file_name(path), max_bytes)
    return data


def _check(found: os.stat_result, path: Path, max_bytes: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise RequestError(f"{file_name(path)} is a folder, not a text file.", hint=_suggest_inside(path))
    for is_kind, kind in _SPECIAL:
        if is_kind(found.st_mode):
            raise RequestError(
                f"{file_name(path)} is {kind}, not a text file.", hint="To read from another program, use - and a pipe."
            )
    if found.st_size > max_bytes:
        raise too_large(file_name(path), max_bytes)


def _explain(error: OSError | ValueError, path: Path) -> RequestError:
    name = file_name(path)
    code = error.errno if isinstance(error, OSError) else errno.EINVAL
    if code == errno.ENOENT:
        return _missing(path)
    if code == errno.ENOTDIR:
        return RequestError(f"There is no file {name}: a part of its path is a file, not a folder.")
    if code in {errno.EACCES, errno.EPERM}:
        return RequestError(f"{name} may not be read: permission denied.", hint="Change its permissions or copy it.")
    if code == errno.ELOOP:
        return RequestError(f"{name} is a symbolic link that leads back to itself.", hint="Give the file itself.")
    if code in {errno.ENAMETOOLONG, errno.EINVAL}:
        return RequestError("That is not the name of a file.", hint="Text goes in quotes as an idea; files by name.")
    return RequestError(f"{name} could not be read: {os.strerror(code or errno.EIO)}.")


def _missing(path: Path) -> RequestError:
    name = file_name(path)
    if path.is_symlink():
        return RequestError(f"{name} is a symbolic link to a file that does not exist.", hint="Give the file itself.")
    if not path.parent.is_dir():
        return RequestError(f"There is no file {name}: its folder does not exist.", hint="Check the path.")
    near = difflib.get_close_matches(path.name.lower(), names := _names_in(path.parent), n=1, cutoff=0.6)
    if near:
        return RequestError(f"There is no file {name}.", hint=f"Did you mean {file_name(Path(names[near[0]]))}?")
    return RequestError(f"There is no file {name} in that folder.", hint="Check the name and the folder.")


def _names_in(folder: Path) -> dict[str, str]:
    """The names of a folder by their lower-case form; of a folder that may not be listed, none."""
    try:
        return {name.lower(): name for name in sorted(entry.name for entry in folder.iterdir())}
    except PermissionError:
        return {}


def _suggest_inside(folder: Path) -> str:
    texts = [name for name in _names_in(folder).values() if Path(name).suffix.lower() in {".md", ".txt", ".html"}]
    return f"Give a file in it, such as {file_name(folder / texts[0])}." if texts else "Give a text file."
