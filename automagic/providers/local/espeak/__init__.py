"""The embedded voice espeak-ng, for every language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider

if TYPE_CHECKING:
    from automagic.settings import Settings


def _start(settings: Settings) -> Any:
    from automagic.providers.local.espeak.engine import EspeakNarrator

    return EspeakNarrator(settings.home, threads=settings.render_slots)


PROVIDER = Provider("espeak", {"narrator": Craft(start=_start, by_default=40)}, place=6)
