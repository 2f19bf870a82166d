"""Where the database is: a SQLite file under AUTOMAGIC_HOME, or the PostgreSQL server that DATABASE_URL names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    from automagic.settings import Settings


PATIENCE: Mapping[str, Any] = MappingProxyType(  # libraries write into what they are given
    {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 15_000}
)
"""Of a connection to a server whose machine, or network, may vanish without a sign: then it fails after 15 s.
Linux would ask after two hours whether anybody is there. In seconds, but for the last, which is in milliseconds."""

SCHEMA = "automagic"
"""Of our tables on a server, which may have others'."""


def database_url(settings: Settings) -> str:
    """For `open_database`. May hold a password: never shown.

    Raises:
        ConfigurationError: DATABASE_URL is not a valid address.
    """
    if settings.database_url:
        return check_server_url(settings.database_url.reveal())
    return f"sqlite:///{settings.home / 'automagic.db'}"


def check_server_url(url: str) -> str:
    """The address as libraries read it: "postgresql://…".

    Raises:
        ConfigurationError: It is not valid, or a part of its password could be taken for something else
            and shown.
    """
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres") or not separator:
        raise ConfigurationError(
            "DATABASE_URL does not begin with postgresql://",
            hint="Write it like postgresql://user:password@host/database.",
        )
    url = f"postgresql://{rest}"
    try:
        parts = urlsplit(url)
        sound = parts.port is None or parts.port > 0
    except ValueError:
        sound = False
    behind = url.partition(parts.netloc)[2] if sound else ""
    if not sound or parts.netloc.count("@") > 1 or "@" in behind or re.search(r"%(?![0-9A-Fa-f]{2})", url):
        raise ConfigurationError(
            "DATABASE_URL cannot be read as an address",
            hint="Write the characters @ : / ? # % of a password as %40 %3A %2F %3F %23 %25.",
        )
    return url


def describe_server(url: str) -> str:
    """For people, without user and password."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"PostgreSQL at {parts.hostname or 'a local socket'}{port}{parts.path}"
