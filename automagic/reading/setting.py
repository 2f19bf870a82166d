"""One setting: its name in `.env`, what it means, and how its text is read. It is declared beside what it sets.

KEY = secret_setting("PEXELS_API_KEY", "Pexels.")
settings[KEY]                                        Secret | None, which mypy knows
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Generic, TypeVar

from automagic.reading.named_files import expand_home
from automagic.values.secret import Secret

Value = TypeVar("Value")


class NotAllowed(ValueError):
    """A setting's text is wrong; the message is what is allowed instead."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[Value]):
    """What a person can set.

    Attributes:
        name: In `.env` and the environment: "PEXELS_API_KEY".
        about: One line of `.env.example`.
        parse: Reads its text, which is not empty; raises `NotAllowed`.
        default: Where nothing is set.
        computed: Whether the default depends on the machine, so that `.env.example` leaves it open.
        example: A value to show a person who needs to set it.
    """

    name: str
    about: str
    parse: Callable[[str], Value]
    default: Value
    computed: bool = False
    example: str = "..."

    @property
    def is_secret(self) -> bool:
        """Whether its value must not be shown."""
        return self.parse is parse_secret


def text_setting(name: str, about: str, default: str = "") -> Setting[str]:
    """At most 200 printable characters."""
    return Setting(name, about, parse_text, default)


def choice_setting(name: str, about: str, *allowed: str, default: str) -> Setting[str]:
    """One of some words, whatever the case it is written in."""
    return Setting(name, about, one_of(*allowed), default)


def url_setting(name: str, about: str) -> Setting[str]:
    """A web address without a slash at its end; "" by default."""
    return Setting(name, about, parse_url, "")


def secret_setting(name: str, about: str) -> Setting[Secret | None]:
    """A key or a password; None by default."""
    return Setting(name, about, parse_secret, None)


def path_setting(name: str, about: str) -> Setting[Path | None]:
    """A file or folder, with "~" replaced; None by default."""
    return Setting(name, about, parse_path, None)


# ------------------------------------------------------------------------------------------------ how texts are read


def integer(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise NotAllowed(f"a whole number from {low} to {high}")
        return value

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """Reads a number from `low` to `high`."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:  # also false for "nan"
            raise NotAllowed(f"a number from {low:g} to {high:g}")
        return value

    return parse


def one_of(*allowed: str) -> Callable[[str], str]:
    """Reads one of these words."""

    def parse(text: str) -> str:
        for value in allowed:
            if text.lower() == value.lower():
                return value
        raise NotAllowed("one of " + ", ".join(allowed))

    return parse


def parse_text(text: str) -> str:
    """One line of text."""
    if len(text) > 200 or not text.isprintable():
        raise NotAllowed("at most 200 printable characters")
    return text


def parse_secret(text: str) -> Secret:
    """A key, a password or an address that holds one."""
    if len(text) > 4000 or not text.isascii() or not text.isprintable() or " " in text:
        raise NotAllowed("printable ASCII characters without spaces")
    return Secret(text)


def parse_amount(text: str) -> Decimal:
    """US dollars."""
    try:
        value = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 1_000_000:
        raise NotAllowed("an amount in US dollars such as 12.50")
    return value


def parse_time_of_day(text: str) -> str:
    """Hours and minutes."""
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise NotAllowed("a time of day such as 09:00")
    return text


def parse_hours(text: str) -> str:
    """From when to when in a day, over midnight as well."""
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise NotAllowed("hours such as 01:00-06:00")
    return text


def parse_names(text: str) -> str:
    """An ordered list of names, as it is written."""
    if not re.fullmatch(r"[A-Za-z0-9_, -]{1,200}", text):
        raise NotAllowed("names separated by commas")
    return text


def parse_url(text: str) -> str:
    """A web address, without a slash at its end."""
    if len(text) > 500 or not re.fullmatch(r"https?://[^\s@/?#]+(/[^\s?#]*)?", text):
        raise NotAllowed("an address such as https://example.com/v1, without a user or a query")
    return text.rstrip("/")


def parse_program(text: str) -> str:
    """The whole path of a program that can be run."""
    import shutil

    found = shutil.which(expand_home(text))
    if found is None:
        raise NotAllowed("the path or the name of a program that can be run")
    return str(Path(found).absolute())


def parse_path(text: str) -> Path:
    """A file or folder, with "~" replaced."""
    return expand_home(text)


def parse_colors(text: str) -> tuple[str, ...]:
    """Up to three colours."""
    values = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if len(values) > 3 or not all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in values):
        raise NotAllowed("up to three colours such as #1f6feb, separated by commas")
    return values
