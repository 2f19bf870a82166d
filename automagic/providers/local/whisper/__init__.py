"""The embedded transcriber Whisper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider

if TYPE_CHECKING:
    from automagic.settings import Settings


def _start(settings: Settings) -> Any:
    from automagic.providers.local.whisper.engine import WhisperTranscriber

    return WhisperTranscriber(settings.home, threads=settings.render_slots)


PROVIDER = Provider("whisper", {"transcriber": Craft(start=_start, by_default=10)}, place=8)
