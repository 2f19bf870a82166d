"""`.env`: the names and values that a folder's file sets."""

from __future__ import annotations

import io
from pathlib import Path

from automagic.errors import ConfigurationError
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.named_files import read_named

MAX_BYTES = 1_000_000
_HINT = "It must be a readable UTF-8 file."


def read_env(file: Path) -> dict[str, str | None]:
    """What the file sets; {} where there is none.

    Raises:
        ConfigurationError: It cannot be read, or is not UTF-8 text.
    """
    if not file.is_file():
        return {}
    from dotenv import dotenv_values

    data = read_named(file, MAX_BYTES, what="a file of settings", hint=_HINT, error=ConfigurationError)
    try:
        text = decode_utf8(data, file.name)
    except MalformedText as error:
        raise ConfigurationError(f"{file.name} could not be read: {error.fault}", hint=_HINT) from error
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        raise ConfigurationError(f"{file.name} could not be read: line {line}: it has the character NUL", hint=_HINT)
    return dotenv_values(stream=io.StringIO(text), interpolate=False)
