"""Icons: the one Lucide drawing of a thing that a card names, or none.

Only what stands in a list made by hand is drawn: a silly icon is worse than none.
"""

from __future__ import annotations

import functools
import importlib.util
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from automagic.data import words
from automagic.errors import ConfigurationError, RequestError

_WORDS = words("icons")
PEN = "pen of "
"""Before an icon's name: templates draw the way of the pen over it instead of the icon; see `pens.py`."""

_SIGNS: dict[str, str] = _WORDS["signs"]
_THINGS: dict[str, dict[str, str]] = _WORDS["things"]


def choose_icon(things: Iterable[str], language: str = "en") -> str:
    """Name of the icon of the first thing that has one; empty when none has.

    Args:
        things: As `language.cards.pictured.pictured_things` gives them.
        language: BCP-47.
    """
    known = _THINGS.get(language.partition("-")[0], {}) | _SIGNS
    return next((known[thing] for thing in things if thing in known), "")


def names_of(icon: str) -> tuple[tuple[str, ...], ...]:
    """What an icon stands for, in every language: for each name its words, lower case."""
    return tuple(
        tuple(name.casefold().split()) for things in _THINGS.values() for name, drawn in things.items() if drawn == icon
    )


def icon_svg(name: str, *, color: str, stroke_width: float, size: float) -> str:
    """The icon as an SVG group, `size` user units wide and high, its top left corner at the origin.

    Args:
        name: A Lucide name, or `PEN` and one.
        color: Of its strokes.
        stroke_width: In user units, whatever the size.
        size: Width and height in user units.

    Raises:
        RequestError: There is no icon of this name.
    """
    drawing = _load_drawings().get(name.removeprefix(PEN))
    if drawing is None:
        raise RequestError(f"There is no icon named {name!r}.", hint="Names are listed at lucide.dev/icons.")
    if name.startswith(PEN):
        from automagic.media.design.pens import pen_svg

        return pen_svg(_inner_svg(drawing), stroke_width=stroke_width, size=size)
    scale = size / 24
    return (
        f'<g transform="scale({scale:.5g})" fill="none" color="{color}" stroke="{color}" '
        f'stroke-width="{stroke_width / scale:.4g}" '
        f'stroke-linecap="round" stroke-linejoin="round">{_inner_svg(drawing)}</g>'
    )


def has_icon(name: str) -> bool:
    """Whether there is an icon of this name."""
    return name in _load_drawings()


@functools.cache
def _load_drawings() -> dict[str, str]:
    """Read the icons, as whole SVGs by name, once in a process."""
    with closing(sqlite3.connect(f"file:{_database()}?mode=ro&immutable=1", uri=True)) as connection:
        return dict(connection.execute("SELECT name, svg FROM icons").fetchall())


def _inner_svg(svg: str) -> str:
    """The shapes inside the <svg> element, without its namespace."""
    from xml.etree import ElementTree  # a run that draws nothing asks for names alone

    root = ElementTree.fromstring(svg)  # noqa: S314 - from an installed package, not from outside
    shapes = "".join(ElementTree.tostring(child, encoding="unicode").strip() for child in root)
    return re.sub(r'\s*xmlns:?\w*="[^"]*"|ns0:', "", shapes)


def _database() -> Path:
    spec = importlib.util.find_spec("lucide")
    if spec is None or spec.origin is None:
        raise ConfigurationError("The icons are not installed.", hint="pip install python-lucide")
    return Path(spec.origin).parent / "data" / "lucide-icons.db"
