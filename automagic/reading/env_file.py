"""`.env`: the names and values that a folder's file sets, and those of one environment over them.

AUTOMAGIC_ENV=production ─▶ .env, then .env.production
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

from automagic.errors import ConfigurationError
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.named_files import read_named

MAX_BYTES = 1_000_000
_HINT = "It must be a readable UTF-8 file."


ENVIRONMENT = "AUTOMAGIC_ENV"
"""Names the environment; it stands among the variables of the process, or in `.env`."""


def env_files(folder: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The files of a folder that hold settings, whether they are there or not; what stands in a later one wins.

    Raises:
        ConfigurationError: The name of the environment is none, or `.env` cannot be read.
    """
    first = folder / ".env"
    name = environment.get(ENVIRONMENT) or read_env(first).get(ENVIRONMENT) or ""
    if not name.strip():
        return (first,)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", name.strip()):
        raise ConfigurationError(
            f"{ENVIRONMENT}={name!r} is not a valid name of an environment",
            hint="Letters and digits.",
        )
    return first, folder / f".env.{name.strip()}"


def read_env_files(folder: Path, environment: Mapping[str, str]) -> dict[str, str | None]:
    """What the files of a folder set together.

    Raises:
        ConfigurationError: One cannot be read, or is not UTF-8 text.
    """
    given: dict[str, str | None] = {}
    for file in env_files(folder, environment):
        given |= read_env(file)
    return given


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
