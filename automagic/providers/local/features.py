"""Moments in order by their features: the choice is that already, so there is nothing to open."""

from __future__ import annotations

from automagic.providers.shared.provider import Craft, Provider

PROVIDER = Provider("features", {"ranker": Craft(by_default=10)}, place=7)
