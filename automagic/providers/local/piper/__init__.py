"""The embedded voice Piper, for drafts."""

from __future__ import annotations

from automagic.providers.shared.provider import Craft, Provider, engine_at

PROVIDER = Provider("piper", {"narrator": Craft(start=engine_at("piper.engine:PiperNarrator"), by_default=30)}, place=5)
