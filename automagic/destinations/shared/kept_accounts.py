"""Accounts on networks that a person signed in with: one file each, which nobody but its owner can read.

AUTOMAGIC_HOME/accounts/mastodon/3f0c….json      0600   {"id", "name", "secrets": {…}, "facts": {…}, "since"}
"""

from __future__ import annotations

import difflib
import hashlib
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.language.posts.counting.length import Network
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.values.secret import Secret


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """What a network's file keeps of an account.

    Attributes:
        id: That never changes: a DID, "109…@example.social", a number.
        name: As readers know it.
        secrets: Passwords and tokens by their names.
        facts: What else is needed: the server's address, when a token ends (seconds since 1970).
        since: When the person signed in, in seconds since 1970; 0 for now.
    """

    network: Network
    id: str
    name: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    facts: Mapping[str, str | float] = field(default_factory=dict)
    since: float = field(default=0.0, compare=False)


def list_accounts(home: Path, network: Network) -> list[KeptAccount]:
    """Those that were signed in, by name.

    Raises:
        ConfigurationError: A file cannot be read or is damaged.
    """
    return sorted((_read(path, network) for path in _folder(home, network).glob("*.json")), key=lambda one: one.name)


def find_account(home: Path, network: Network, place: str) -> KeptAccount:
    """The one that is meant.

    Args:
        place: Its name or id; "" for the only one.

    Raises:
        ConfigurationError: There is none.
        RequestError: None is called so, or several are there and none was named.
    """
    known = list_accounts(home, network)
    if not known:
        raise ConfigurationError(
            f"nobody has signed in at {network}", hint=f"Sign in once: automagic posts accounts add {network}"
        )
    names = [one.name for one in known]
    if not place:
        if len(known) == 1:
            return known[0]
        raise RequestError(
            f"there are {len(known)} accounts at {network}", hint=f"Name one, such as --to {network}:{names[0]}"
        )
    wanted = place.lstrip("@").casefold()
    for one in known:
        if wanted in (one.name.lstrip("@").casefold(), one.id.casefold()):
            return one
    near = difflib.get_close_matches(place, names, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise RequestError(f"no account at {network} is called {place}", hint=f"{meant}Accounts: {', '.join(names)}")


def keep_account(home: Path, account: KeptAccount) -> None:
    """Write it, complete or not at all, so that only its owner can read it.

    Raises:
        ResourceError: There is no room.
    """
    path = _path(home, account)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    body = {
        "id": account.id,
        "name": account.name,
        "secrets": {name: secret.reveal() for name, secret in account.secrets.items()},
        "facts": account.facts,
        "since": account.since or time.time(),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(msgspec.json.encode(body))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ResourceError(
            f"the account {account.name} cannot be kept in {path.parent}: {error.strerror}",
            hint="Make room and try again.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def remove_account(home: Path, account: KeptAccount) -> None:
    """Forget it here; what the network granted is for the network to take back."""
    _path(home, account).unlink(missing_ok=True)


def _folder(home: Path, network: Network) -> Path:
    return home / "accounts" / network


def _path(home: Path, account: KeptAccount) -> Path:
    return _folder(home, account.network) / f"{hashlib.sha256(account.id.encode()).hexdigest()[:16]}.json"


def _read(path: Path, network: Network) -> KeptAccount:
    """A kept account; a file that others can read is closed to them first."""
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        kept = parse_json(path.read_bytes(), name=path.name)
        return KeptAccount(
            network,
            str(kept["id"]),
            str(kept["name"]),
            {str(name): Secret(str(value)) for name, value in kept["secrets"].items()},
            dict(kept["facts"]),
            float(kept.get("since", 0)),
        )
    except (OSError, MalformedText, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(
            f"{path} cannot be used", hint=f"Sign in again: automagic posts accounts add {network}"
        ) from error
