"""The embedded transcriber Whisper."""

from __future__ import annotations

from automagic.providers.shared.provider import Craft, Provider, engine_at

PROVIDER = Provider(
    "whisper",
    {"transcriber": Craft(start=engine_at("whisper.engine:WhisperTranscriber"), by_default=10)},
    place=8,
)
