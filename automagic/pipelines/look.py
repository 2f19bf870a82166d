"""How one video looks: theme, palette and brand, chosen once and shared by all its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import ConfigurationError, RequestError
from automagic.model import Artifact
from automagic.pipelines.video_steps import Look

if TYPE_CHECKING:
    from automagic.media.themes import Brand, Theme
    from automagic.orchestrator.store import ArtifactStore
    from automagic.services import Services

MAX_LOGO_BYTES = 5_000_000


def choose_look(services: Services, *, theme_name: str, title: str) -> Look:
    """Read the theme and the brand, and derive the palette.

    Raises:
        RequestError: There is no such theme.
        ConfigurationError: The brand's logo cannot be read.
    """
    from automagic.media.themes import load_theme, theme_fingerprint

    settings = services.settings
    theme = load_theme(theme_name)
    fingerprint = theme_fingerprint(theme)
    services.themes[fingerprint] = theme
    return Look(
        theme=theme.name,
        theme_fingerprint=fingerprint,
        palette=theme.palette(title, settings.brand_colors),
        brand_name=settings.brand_name,
        brand_handle=settings.brand_handle,
        brand_font=settings.brand_font,
        logo=_take_in_logo(services.store, settings.brand_logo) if settings.brand_logo else None,
    )


def open_theme(services: Services, look: Look) -> Theme:
    """The theme that `choose_look` read."""
    theme: Theme = services.themes[look.theme_fingerprint]
    return theme


def open_brand(store: ArtifactStore, look: Look) -> Brand:
    """The brand block, with the logo's bytes."""
    from automagic.media.themes import Brand

    logo = store.path_of(look.logo).read_bytes() if look.logo else None
    return Brand(name=look.brand_name, handle=look.brand_handle, logo=logo, font=look.brand_font)


def _take_in_logo(store: ArtifactStore, path: Path) -> Artifact:
    if path.suffix.lower() not in (".png", ".svg"):
        raise ConfigurationError(f"BRAND_LOGO={path.name} is neither PNG nor SVG", hint="Convert it to PNG.")
    try:
        return store.take_in(path, "image/png" if path.suffix.lower() == ".png" else "image/svg+xml", MAX_LOGO_BYTES)
    except RequestError as error:
        raise ConfigurationError(f"BRAND_LOGO: {error.message}", hint=error.hint) from error
