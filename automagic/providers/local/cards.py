"""Cards in place of pictures: the renderer draws them itself, so there is nothing to open."""

from __future__ import annotations

from automagic.providers.shared.provider import Craft, Provider

PROVIDER = Provider("cards", {"illustrator": Craft(by_default=20, gives="cards")}, place=3)
