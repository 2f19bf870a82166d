"""How figures are written in a terminal."""

from __future__ import annotations


def format_seconds(value: float | None) -> str:
    """A duration in its largest unit; "" for none."""
    if value is None:
        return ""
    if value >= 86400:
        return f"{value / 86400:.1f} d"
    if value >= 5400:
        return f"{value / 3600:.1f} h"
    if value >= 100:
        return f"{value:.0f} s"
    if value >= 1:
        return f"{value:.1f} s"
    return f"{1000 * value:.0f} ms" if value >= 0.01 or value == 0 else f"{1000 * value:.2g} ms"


def format_percent(share: float | None) -> str:
    """A share of 1 in per cent; "" for none."""
    return "" if share is None else f"{100 * share:.0f} %"
