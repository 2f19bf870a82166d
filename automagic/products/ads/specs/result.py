"""Facts of platforms, to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from automagic.products.ads.specs.table import AdPlatform, Spec
from automagic.runs.run import StepRecord
from automagic.values.product import Result


@dataclass(frozen=True, slots=True)
class AdSpecsResult(Result):
    """What platforms take.

    Attributes:
        platforms: Each with its facts.
        whole: Whether each fact is to be shown, or how many there are.
    """

    run_id: str
    platforms: tuple[tuple[AdPlatform, tuple[Spec, ...]], ...]
    whole: bool
    steps: Sequence[StepRecord] = ()
    folder: Path | None = None
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return "ad specifications"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document; of a fact only what it says."""
        return {
            "platforms": [
                {"name": platform.name, "label": platform.label, "specs": [_said(spec) for spec in specs]}
                for platform, specs in self.platforms
            ]
        }


def _said(spec: Spec) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(spec)
    return {name: value for name, value in plain.items() if value not in (None, "", [], ())}
