"""Take secrets out of everything that is about to be written down: the settings' own, and what looks like somebody's.

value ─▶ text ─▶ known secrets, as they are and as URLs, JSON and Python write them ─▶ credentials by their shape
"""

from __future__ import annotations

import base64
import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from automagic.settings import Settings
from automagic.values.secret import Secret

MASK = "***"
MAX_TEXT = 8192
"""Of one value: longer ones are cut, after they were masked."""

MAX_DEPTH = 5
SHORTEST_PART = 4
"""A password inside an address is masked wherever it stands from this length on; shorter ones only in their place."""

_SECRET_VARIABLES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD)$")
_SHORTEST_VARIABLE = 8

_NAME = (
    r"(?:(?:proxy-)?authorization|(?:set-)?cookie|[\w-]*api[_-]?key|[\w-]*(?:access|private|secret)[_-]?key(?:[_-]id)?"
    r"|[\w-]*token|[\w-]*secret|[\w-]*passw(?:or)?d|[\w-]*signature)"
)
_NAMED_SECRET = re.compile(_NAME, re.IGNORECASE)
KEYS = {
    "OpenAI or Anthropic": r"sk-[\w-]{12,}",
    "Google": r"AIza[\w-]{20,}|ya29\.[\w.-]{10,}|GOCSPX-[\w-]{10,}",
    "GitHub": r"gh[pousr]_\w{16,}",
    "AWS": r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    "Slack": r"xox[abprs]-[\w-]{10,}",
    "Standard Webhooks": r"whsec_[\w+/=]{8,}",
    "X": r"A{16,}[\w%]{30,}",
    "a JSON Web Token": r"eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*",
}
"""Keys that tell by their beginning whose they are: the name → a pattern."""

_SHAPES = (
    # scheme://user:password@host; a password may hold "@".
    (re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://)[^\s/?#\"'<>]*@", re.IGNORECASE), rf"\g<1>{MASK}@"),
    # Bearer …; with a digit, since it is also a word.
    (re.compile(r"(\bbearer\s+)(?=[\w.~+/=-]*\d)[\w.~+/=-]{16,}", re.IGNORECASE), rf"\g<1>{MASK}"),
    # A query's key=…, which is Google's way.
    (re.compile(r"([?&]key=)[^&\s\"'<>#]+", re.IGNORECASE), rf"\g<1>{MASK}"),
    # x-api-key: …, {"access_token": "…"}, password=…, also where quotes are escaped
    (
        re.compile(
            rf"(?<![\w-])(?P<name>{_NAME}(?:\\*[\"'])?\s*[:=]\s*)(?:(?:bearer|basic)\s+)?"
            r"(?:\\*(?P<quote>[\"'])(?:(?!(?P=quote)).)*(?P=quote)|[^\s\"'<>&,;)\]}]+)",
            re.IGNORECASE,
        ),
        rf"\g<name>{MASK}",
    ),
    (re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(KEYS.values())})"), MASK),
)


class Mask:
    """Knows the secrets of these settings and of the environment.

    Args:
        environment: Of the process when None: a bucket's or a database's client reads its secrets there by itself.
    """

    def __init__(self, settings: Settings, environment: Mapping[str, str] | None = None) -> None:
        self._forms: frozenset[str] = frozenset()
        self._known: re.Pattern[str] | None = None
        self.learn(settings, environment)

    def learn(self, settings: Settings, environment: Mapping[str, str] | None = None) -> None:
        """Know the secrets of these settings as well; those known before stay so."""
        self._forms |= {form for secret in _find_secrets(settings, environment) for form in _forms(secret)}
        longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        if (known := self._known) is not None:
            text = known.sub(MASK, text)
        for shape, masked in _SHAPES:
            text = shape.sub(masked, text)
        return text

    def value(self, value: Any, *, depth: int = 0) -> Any:
        """The same as plain data that JSON can hold, without secrets; what has another type becomes text."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float) and (isinstance(value, int) or math.isfinite(value)):
            shown = str(value)
            return value if self.text(shown) == shown else MASK
        if depth < MAX_DEPTH:
            if isinstance(value, Mapping):
                return {self._cut(str(key)): self.field(str(key), one, depth + 1) for key, one in value.items()}
            if isinstance(value, list | tuple | set | frozenset):
                return [self.value(one, depth=depth + 1) for one in value]
        return self._cut(value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value))

    def field(self, name: str, value: Any, depth: int = 0) -> Any:
        """What stands under a name; under one that says it is a secret, nothing is shown."""
        return MASK if value and _NAMED_SECRET.fullmatch(name) else self.value(value, depth=depth)

    def _cut(self, text: str) -> str:
        masked = self.text(text)
        return masked if len(masked) <= MAX_TEXT else f"{masked[:MAX_TEXT]}… ({len(masked) - MAX_TEXT} more)"


def _find_secrets(settings: Settings, environment: Mapping[str, str] | None) -> Iterator[str]:
    for _, value in settings.items():
        if isinstance(value, Secret) and value:
            yield value.reveal()
            yield from _password_of(value.reveal())
    for name, text in (os.environ if environment is None else environment).items():
        if _SECRET_VARIABLES.search(name.upper()) and len(text) >= _SHORTEST_VARIABLE:
            yield text


def _password_of(address: str) -> Iterator[str]:
    """The password of scheme://user:password@host, as it stands there and decoded."""
    account, at, _ = address.partition("://")[2].rpartition("@")
    password = account.partition(":")[2]
    if at:
        yield from {one for one in (password, unquote(password)) if len(one) >= SHORTEST_PART}


def _forms(secret: str) -> Iterator[str]:
    """A secret as others may write it: in a URL, in JSON, by `repr`, as Basic authorization."""
    yield secret
    yield quote(secret)
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]
    yield repr(secret.encode())[2:-1]
    if len(secret) >= SHORTEST_PART:
        yield base64.b64encode(secret.encode()).decode().rstrip("=")
