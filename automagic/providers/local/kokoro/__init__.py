"""The embedded voice Kokoro."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider

if TYPE_CHECKING:
    from automagic.settings import Settings


def _start(settings: Settings) -> Any:
    from automagic.providers.local.kokoro.engine import KokoroNarrator

    return KokoroNarrator(settings.home, threads=settings.render_slots)


PROVIDER = Provider("kokoro", {"narrator": Craft(start=_start, by_default=20)}, place=4)
