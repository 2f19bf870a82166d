"""The token by which clients of other machines are known: made once, kept where only its owner can read it."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from automagic.errors import ConfigurationError
from automagic.machine.private_files import make_home, touch_private

FILE = "web.token"
BITS = 256


def find_token(home: Path) -> str:
    """The token of this home; a new one where there is none.

    Raises:
        ConfigurationError: It cannot be read or written.
    """
    file = home / FILE
    partial = home / f".{FILE}.partial-{secrets.token_hex(4)}"
    try:
        if not file.exists():
            make_home(home)  # a new one, whose first page this may be for
            touch_private(partial)
            partial.write_text(secrets.token_urlsafe(BITS // 8) + "\n", "ascii")
            with contextlib.suppress(FileExistsError):  # another server was first: its token is the one
                os.link(partial, file)
            partial.unlink()
        token = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the token in {file} cannot be used: {error}", hint="Remove the file.") from error
    if len(token) < BITS // 8:
        raise ConfigurationError(f"the token in {file} is too short", hint="Remove the file, and a new one is made.")
    return token
