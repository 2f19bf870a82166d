"""The embedded voice Kokoro."""

from __future__ import annotations

from automagic.providers.shared.provider import Craft, Provider, engine_at

PROVIDER = Provider(
    "kokoro", {"narrator": Craft(start=engine_at("kokoro.engine:KokoroNarrator"), by_default=20)}, place=4
)
