"""How one video looks: theme, palette and brand, chosen once and shared by all its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import ConfigurationError, RequestError
from automagic.media.design.palette import Palette
from automagic.values.artifact import Artifact

if TYPE_CHECKING:
    from automagic.media.design.themes import Design, Theme
    from automagic.runs.run import Run
    from automagic.services import Services
    from automagic.store.artifacts import ArtifactStore

MAX_LOGO_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """What all pictures of one video share.

    Attributes:
        theme: Name of a shipped theme, or the folder's name of a person's own.
        theme_fingerprint: Hash of all its files and fonts, the brand's included.
        palette: Derived from the title or the brand.
        brand_name, brand_handle, brand_font: May be empty.
        logo: The brand's logo, or None.
    """

    theme: str
    theme_fingerprint: str
    palette: Palette
    brand_name: str = ""
    brand_handle: str = ""
    brand_font: str = ""
    logo: Artifact | None = None


def choose_look(run: Run[Services], *, theme_name: str, title: str) -> Look:
    """Read the theme and the brand, and derive the palette.

    Raises:
        RequestError: There is no such theme.
        ConfigurationError: The brand's logo or font cannot be used.
    """
    from automagic.media.design.fonts import font_fingerprint, is_installed, know_hashes
    from automagic.media.design.theme_files import load_theme, theme_fingerprint
    from automagic.store.digests import hash_files

    services, settings = run.services, run.services.settings
    theme = load_theme(theme_name)
    know_hashes(theme.families, partial(hash_files, memory=settings.home))
    fingerprint = theme_fingerprint(theme)
    if settings.brand_font:
        if not is_installed(settings.brand_font):
            raise ConfigurationError(
                f"BRAND_FONT={settings.brand_font!r} is not installed",
                hint="Give a .ttf or .otf file, or install the family's fontpkg-… package.",
            )
        fingerprint += font_fingerprint((settings.brand_font,))
    services.themes[fingerprint] = theme
    return Look(
        theme=theme.name,
        theme_fingerprint=fingerprint,
        palette=theme.palette(title, settings.brand_colors),
        brand_name=settings.brand_name,
        brand_handle=settings.brand_handle,
        brand_font=settings.brand_font,
        logo=_take_in_logo(run, settings.brand_logo) if settings.brand_logo else None,
    )


def open_theme(services: Services, look: Look) -> Theme:
    """The theme that `choose_look` read."""
    theme: Theme = services.themes[look.theme_fingerprint]
    return theme


def open_design(services: Services, store: ArtifactStore, look: Look) -> Design:
    """All of it as the renderers take it, the logo's bytes included."""
    from automagic.media.design.themes import Brand, Design

    logo = store.path_of(look.logo).read_bytes() if look.logo else None
    brand = Brand(name=look.brand_name, handle=look.brand_handle, logo=logo, font=look.brand_font)
    return Design(open_theme(services, look), look.palette, brand)


def _take_in_logo(run: Run[Services], path: Path) -> Artifact:
    if path.suffix.lower() not in (".png", ".svg"):
        raise ConfigurationError(f"BRAND_LOGO={path.name} is neither PNG nor SVG", hint="Convert it to PNG.")
    try:
        kind = "image/png" if path.suffix.lower() == ".png" else "image/svg+xml"
        return run.snapshot(path, kind, MAX_LOGO_BYTES)
    except RequestError as error:
        raise ConfigurationError(f"BRAND_LOGO: {error.message}", hint=error.hint) from error
