"""The embedded voice Piper, for drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider

if TYPE_CHECKING:
    from automagic.settings import Settings


def _start(settings: Settings) -> Any:
    from automagic.providers.local.piper.engine import PiperNarrator

    return PiperNarrator(settings.home, threads=settings.render_slots)


PROVIDER = Provider("piper", {"narrator": Craft(start=_start, by_default=30)}, place=5)
