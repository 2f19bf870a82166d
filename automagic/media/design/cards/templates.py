"""Templates: a card's arrangement through the SVG templates of a theme.

A theme may come from a stranger: its templates see plain values only (`template_sandbox.py`), run behind the fence
(`design/drawing.py`), every text is escaped, and what comes out can only draw (`design/svg.py`).
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from automagic.errors import ConfigurationError
from automagic.media.design import drawing
from automagic.media.design.cards.arrangement import Arrangement
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.fonts import FALLBACK_FAMILY
from automagic.media.design.plain_values import plain
from automagic.media.design.themes import Design
from automagic.values.frame import Frame

OF_A_THEME = ("name", "label", "mode", "motion", "transition", "scale", "composition")
"""What templates know of their theme: nothing that names a file."""


def render_svg(
    page: Arrangement,
    design: Design,
    frame: Frame,
    *,
    seed: str,
    layers: tuple[str, ...],
    window: PixelBox | None = None,
) -> str:
    """One SVG document with the named templates above one another: the whole frame, or only a window of it.

    Raises:
        ConfigurationError: A template of the theme is wrong, or points outside; names the file and the line.
        MediaError: The templates took too long or too much memory.
    """
    body = _render([page], design, frame, seed, layers)[0]
    seen = window or PixelBox(0, 0, frame.width, frame.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{seen.width:.3f}" height="{seen.height:.3f}" '
        f'viewBox="{seen.x:.3f} {seen.y:.3f} {seen.width:.3f} {seen.height:.3f}" '
        f'preserveAspectRatio="none">{body}</svg>'
    )


def render_bodies(pages: Sequence[Arrangement], design: Design, frame: Frame, *, seed: str, layer: str) -> list[str]:
    """What one template draws of each arrangement, as what stands inside an <svg> of the frame's size.

    Raises:
        ConfigurationError, MediaError: As `render_svg` says.
    """
    return _render(pages, design, frame, seed, (layer,)) if pages else []


def _render(
    pages: Sequence[Arrangement], design: Design, frame: Frame, seed: str, layers: tuple[str, ...]
) -> list[str]:
    theme = design.theme
    variety = random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311 - composition, not secrets
    shared = {
        "palette": design.palette,
        "theme": {name: getattr(theme, name) for name in OF_A_THEME},
        "frame": frame,
        "width": frame.width,
        "height": frame.height,
        "family": FALLBACK_FAMILY,
    }
    try:
        drawn: list[str] = drawing.call(
            "render",
            f"A card of the theme {theme.name!r}",
            sources=theme.templates,
            # A row of random numbers for each layer.
            layers=[(layer, f"{layer}/{variety.random()}") for layer in layers],
            shared=plain(shared),
            each=[plain({"card": page.card, "page": page, "unit": page.unit}) for page in pages],
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"The theme {theme.name!r} is wrong: {error.message}", hint=error.hint) from error
    return drawn
