"""How a browser comes in: by a link that works once, then by a cookie that is signed and ends by itself.

    serve ─▶ make_link ─▶ printed: http://…/enter#KEY ─▶ the page sends KEY ─▶ use_link ─▶ cookie, 12 hours

The key stands behind the #, which browsers send to nobody and write in no log. Cookies are signed with the home's
token, so every server of this home knows them, and a new token ends them all. On loopback without a token there is no
session.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from automagic.errors import ConfigurationError
from automagic.machine.private_files import make_home, touch_private
from automagic.web.access.tokens import find_token

COOKIE = "automagic"
SESSION_S = 12 * 3600
LINK_S = 15 * 60
FILE = "web.link"


def make_link(home: Path) -> str:
    """A key that lets one browser in within `LINK_S`; an earlier one that nobody used ends.

    Raises:
        ConfigurationError: It cannot be written.
    """
    key = secrets.token_urlsafe(24)
    partial = home / f".{FILE}.partial-{secrets.token_hex(4)}"
    try:
        make_home(home)
        touch_private(partial)
        partial.write_text(f"{_digest(key)} {int(time.time()) + LINK_S}\n", "ascii")
        partial.replace(home / FILE)
    except OSError as error:
        raise ConfigurationError(f"the link in {home / FILE} cannot be written: {error}") from error
    return key


def use_link(home: Path, key: str) -> bool:
    """Whether the key lets in, which it does once."""
    taken = home / f".{FILE}.used-{secrets.token_hex(4)}"
    try:
        known, _, until = (home / FILE).read_text("ascii").partition(" ")
        if not hmac.compare_digest(known, _digest(key)):
            return False
        (home / FILE).rename(taken)  # one of two that come at once
        return int(until) >= time.time()
    except (OSError, ValueError):
        return False
    finally:
        with contextlib.suppress(FileNotFoundError):
            taken.unlink()


def make_session(home: Path) -> str:
    """The value of a new cookie."""
    told = f"{int(time.time()) + SESSION_S}.{secrets.token_urlsafe(12)}"
    return f"{told}.{_sign(home, f'session {told}')}"


def is_session(home: Path, cookie: str) -> bool:
    """Whether this cookie was made here and has not ended."""
    told, _, signed = cookie.rpartition(".")
    until = told.partition(".")[0]
    if not (until.isascii() and until.isdecimal() and len(until) < 12):
        return False
    return hmac.compare_digest(signed.encode(), _sign(home, f"session {told}").encode()) and int(until) >= time.time()


def form_mark(home: Path, cookies: Mapping[str, str]) -> str:
    """What a form of a page has to bring back: another site can send a form here, but cannot read this."""
    return _sign(home, f"form {cookies.get(COOKIE, '')}")


def _sign(home: Path, text: str) -> str:
    return hmac.new(find_token(home).encode(), text.encode(), hashlib.sha256).hexdigest()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
