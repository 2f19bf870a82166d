"""The settings over HTTP: told without what is secret or a place, and changed where a change can hurt nobody.

What can be changed is numbers, choices and names of providers. Neither a program nor an address nor a key is taken from
a client: whoever sets OPENAI_BASE_URL is sent the key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from automagic.machine.whole_files import whole_file
from automagic.reading.env_file import env_files, read_env
from automagic.reading.named_files import read_named
from automagic.reading.setting import NotAllowed, Setting
from automagic.settings import Settings, known_settings, load_settings
from automagic.web.problems import Problem

_TOLD = ("integer", "number", "one_of", "parse_names", "parse_time_of_day", "parse_hours", "parse_amount")
_RESTART = ("AUTOMAGIC_HOME", "DATABASE_URL", "ARTIFACTS_URL", "LOG_LEVEL", "LOG_FORMAT")
MAX_FILE_BYTES = 1 << 20


def _kind(setting: Setting[Any]) -> str:
    return setting.parse.__qualname__.partition(".")[0]


def describe_settings(settings: Settings) -> list[dict[str, Any]]:
    """Every setting: its value where that is no secret and no place, else whether it is set."""
    values = dict(settings.items())
    return [
        {
            "name": one.name,
            "about": one.about,
            "value": _plain(values[one.name]) if _kind(one) in _TOLD else None,
            "state": "set" if values[one.name] not in (None, "", ()) else "unset",
            "secret": one.is_secret,
            "changeable": is_changeable(one),
            "restart": one.name in _RESTART,
        }
        for one in known_settings()
    ]


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)


def is_changeable(setting: Setting[Any]) -> bool:
    """Whether a client may."""
    return _kind(setting) in _TOLD


def settings_file() -> Path:
    """Where changes are written: the file whose values win, which is `.env.production` with AUTOMAGIC_ENV=production.

    Raises:
        ConfigurationError: AUTOMAGIC_ENV is no name, or `.env` cannot be read.
    """
    return env_files(Path.cwd(), os.environ)[-1]


def change_settings(changes: Mapping[str, Any], file: Path) -> None:
    """Write changes into a `.env`: all or none; None takes a line out. Blocks.

    Raises:
        Problem: One is wrong, may not be changed, or would have no effect.
    """
    known = {one.name: one for one in known_settings()}
    errors = [(f"/{name[:60]}", fault) for name, value in changes.items() if (fault := _fault(known.get(name), value))]
    if errors:
        raise Problem(422, f"{errors[0][0].lstrip('/')}: {errors[0][1]}", errors=errors)
    fixed = [
        name for name in changes if os.environ.get(name, "").strip() and os.environ[name] != read_env(file).get(name)
    ]
    if fixed:
        raise Problem(
            409,
            f"{fixed[0]} is set in the server's environment, which wins over .env",
            hint="Change it where the server is started.",
            errors=[(f"/{name}", "it is set in the environment") for name in fixed],
        )
    there = file.exists()
    text = read_named(file, MAX_FILE_BYTES, what="a file of settings").decode() if there else ""
    for name, value in changes.items():
        text = _with(text, name, value)
    with whole_file(file) as partial:
        partial.touch(mode=file.stat().st_mode & 0o777 if there else 0o600)
        partial.write_text(text, encoding="utf-8")


def _fault(setting: Setting[Any] | None, value: Any) -> str:
    if setting is None:
        return "there is no such setting"
    if not is_changeable(setting):
        return "it is not changed over HTTP"
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not _TEXT.fullmatch(str(value)):
        return "its value is a number, or a text of letters, digits and , . : - _"
    try:
        setting.parse(str(value))
    except NotAllowed as fault:
        return f"must be {fault}"
    return ""


_TEXT = re.compile(r"[\w,.:+-]{1,200}", re.ASCII)
"""What needs no quotes in a `.env`."""


def _with(text: str, name: str, value: Any) -> str:
    line = re.compile(rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*=.*\n?", re.MULTILINE)
    rest = line.sub("", text)
    if value is None:
        return rest
    return f"{rest}{'' if not rest or rest.endswith(chr(10)) else chr(10)}{name}={value}\n"


def reload_settings(before: Settings) -> tuple[Settings, list[str], list[dict[str, str]]]:
    """What `.env` and the environment say now: the settings, the names of those that changed, and those that did not.

    Raises:
        ConfigurationError: One is wrong; nothing is in force that was not.
    """
    found = load_settings()
    old, new = dict(before.items()), dict(found.items())
    changed = [name for name in new if old[name] != new[name]]
    refused = [
        {"name": name, "why": "it takes effect when the server is started again"}
        for name in changed
        if name in _RESTART
    ]
    keep = {name: getattr(before, name.lower()) for name in ("AUTOMAGIC_HOME", "DATABASE_URL", "ARTIFACTS_URL")}
    kept = replace(found, **{name.lower(): value for name, value in keep.items()})
    return kept, [name for name in changed if name not in _RESTART], refused
