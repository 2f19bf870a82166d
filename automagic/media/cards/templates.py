"""Templates: a card's arrangement through the SVG templates of a theme.

A theme may come from a stranger: its templates run in a sandbox, every text is escaped, and nothing in the SVG that
comes out may point outside itself.
"""

from __future__ import annotations

import functools
import hashlib
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import ConfigurationError
from automagic.media import icons
from automagic.media.cards.arrangement import Arrangement
from automagic.media.cards.blocks import Box, outlines
from automagic.media.fonts import FALLBACK_FAMILY
from automagic.media.palette import Palette, mix
from automagic.media.themes import Theme
from automagic.model import Frame

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

# Whatever could make a drawing read a file, a network address or a program.
OUTSIDE = re.compile(
    r"<!|<\?|<\s*(?:image|script|foreignObject|iframe|style|use\s[^>]*href\s*=\s*[\"'][^#])"
    r"|href\s*=\s*[\"']\s*[^#\"'\s]|url\(\s*[\"']?\s*[^#\"'\s]|@import|javascript:",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # not allowed in XML 1.0


def render_svg(
    page: Arrangement,
    *,
    theme: Theme,
    palette: Palette,
    frame: Frame,
    seed: str,
    layers: tuple[str, ...],
    window: Box | None = None,
) -> str:
    """One SVG document with the named templates above one another: the whole frame, or only a window of it.

    Raises:
        ConfigurationError: A template of the theme is wrong, or points outside.
    """
    from jinja2 import TemplateError

    environment = _environment(theme.folders)
    variety = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 - composition, not secrets
    values = {
        "card": page.card,
        "page": page,
        "palette": palette,
        "theme": theme,
        "frame": frame,
        "width": frame.width,
        "height": frame.height,
        "unit": page.unit,
        "family": FALLBACK_FAMILY,
    }
    drawn = []
    for layer in layers:
        # A generator of its own: the sharp layers look the same, whether or not the ground is drawn with them.
        values["random"] = random.Random(f"{layer}/{variety.random()}")  # noqa: S311
        try:
            drawn.append(environment.get_template(f"{layer}.svg").render(values))
        except TemplateError as error:
            raise ConfigurationError(
                f"The template {layer}.svg of the theme {theme.name!r} is wrong: {error}",
                hint="Compare it with the default theme's.",
            ) from error
    body = _CONTROL.sub("", "\n".join(drawn))
    if found := OUTSIDE.search(body):
        raise ConfigurationError(
            f"A template of the theme {theme.name!r} points outside itself: {found.group(0)!r}.",
            hint="Draw with shapes, text and gradients only; references start with '#'.",
        )
    seen = window or Box(0, 0, frame.width, frame.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{seen.width:.3f}" height="{seen.height:.3f}" '
        f'viewBox="{seen.x:.3f} {seen.y:.3f} {seen.width:.3f} {seen.height:.3f}" '
        f'preserveAspectRatio="none">{body}</svg>'
    )


@functools.lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...]) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(icon=_icon_markup, mix=mix, outlines=outlines)
    environment.filters["px"] = lambda value: f"{value:.2f}".rstrip("0").rstrip(".")
    return environment


def _icon_markup(name: str, color: str, stroke: float, size: float) -> Markup:
    from markupsafe import Markup

    if not icons.has_icon(name):
        return Markup("")
    return Markup(icons.icon_svg(name, color=color, stroke_width=stroke, size=size))  # noqa: S704 - our own drawing
