"""How pages write values: times, lengths, sizes, money, states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

STATES = {
    "queued": ("○", "waiting"),
    "running": ("◐", "running"),
    "succeeded": ("✓", "done"),
    "failed": ("✕", "failed"),
    "cancelled": ("–", "cancelled"),
}
"""Of a job: a sign beside a word, since colour alone is not seen by everybody."""


def clock(seconds: float) -> str:
    """A length as players show it: "0:05", "1:02:05"."""
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def exact(seconds: float) -> str:
    """The same with hundredths: "1:02.05"."""
    hundredths = round(seconds * 100)
    return f"{clock(hundredths // 100)}.{hundredths % 100:02}"


def took(seconds: float) -> str:
    """How long something takes, as one says it: "4 s", "3 min", "2 h 5 min"."""
    if seconds < 90:
        return f"{max(seconds, 0):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def when(moment: float | str | None) -> Markup | str:
    """A moment, in UTC for who has no script; times.js writes it in the reader's own zone.

    Args:
        moment: Seconds since 1970, or ISO 8601; None and "" for none.
    """
    if not moment:
        return ""
    given = datetime.fromtimestamp(moment, UTC) if isinstance(moment, int | float) else datetime.fromisoformat(moment)
    utc = given.astimezone(UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M}")


def size(count: float) -> str:
    """Bytes: "812 B", "1.4 MB"."""
    value, units = float(count), ("B", "kB", "MB", "GB", "TB")
    for unit in units:
        if value < 1000 or unit == units[-1]:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError


def money(amount: float | str | Decimal) -> str:
    """US dollars: "$0", "$0.0042", "$3.10"."""
    value = Decimal(str(amount))
    if not value:
        return "$0"
    return f"${value:.2f}" if value >= Decimal("0.01") else f"${value.normalize():f}"


def state(name: str) -> Markup:
    """A job's state, as a sign and a word."""
    sign, word = STATES.get(name, ("·", name))
    return Markup('<span class="state {}"><span aria-hidden="true">{}</span> {}</span>').format(name, sign, word)


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 file", "2 files"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock, "exact": exact, "took": took, "when": when, "size": size, "money": money, "state": state,
    "plural": plural, "part": lambda text: quote(str(text), safe=""),
}  # fmt: skip
