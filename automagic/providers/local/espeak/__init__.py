"""The embedded voice espeak-ng, for every language."""

from __future__ import annotations

from automagic.providers.shared.provider import Craft, Provider, engine_at

PROVIDER = Provider(
    "espeak", {"narrator": Craft(start=engine_at("espeak.engine:EspeakNarrator"), by_default=40)}, place=6
)
