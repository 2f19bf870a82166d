"""Small charts out of characters, for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

_LEVELS = "▁▂▃▄▅▆▇█"
_EIGHTHS = "▏▎▍▌▋▊▉█"


def draw_columns(values: Sequence[float], *, width: int = 60) -> str:
    """One column for each value, from 0 to the largest; a blank is nothing at all.

    More values than `width` are added up in groups of one size; the last ends with the last value, the first may be
    smaller.
    """
    if not values:
        return ""
    size = -(-len(values) // width)
    head = len(values) % size
    groups = [sum(values[:head])] if head else []
    groups += [sum(values[start : start + size]) for start in range(head, len(values), size)]
    most = max(groups)
    if most <= 0:
        return " " * len(groups)
    return "".join(
        _LEVELS[min(int(value / most * len(_LEVELS)), len(_LEVELS) - 1)] if value > 0 else " " for value in groups
    )


def draw_bar(share: float, *, width: int = 10) -> str:
    """A bar that fills `share` (0..1) of `width` columns, exact to an eighth; what is more than zero is visible."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    return _EIGHTHS[-1] * full + (_EIGHTHS[rest - 1] if rest else "")
