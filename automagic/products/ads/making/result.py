"""What came of a brief: texts, pictures and scripts of videos for platforms, in one or several variants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.products.ads.brief import AdBrief
from automagic.products.ads.creative import AdFinding, AdPicture, AdScript, AdText
from automagic.products.ads.package.rows import finding_row, picture_row, script_row, text_row
from automagic.products.ads.specs.table import Spec
from automagic.runs.run import StepRecord
from automagic.values.product import Result, count_steps


@dataclass(frozen=True, slots=True)
class AdVariant:
    """One set of texts, pictures and scripts, which begins with another claim than its neighbours.

    Attributes:
        number: From 1; of a later take it is that take's.
        calls: The value of each platform's own list of calls to act: (platform, fact, value).
        findings: What speaks against the whole.
    """

    number: int
    texts: tuple[AdText, ...]
    pictures: tuple[AdPicture, ...] = ()
    calls: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[AdFinding, ...] = ()
    scripts: tuple[AdScript, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeAdsResult(Result):
    """The ads for a brief.

    Attributes:
        platforms: By name.
        facts_used: The facts that these ads were fitted to.
        doubts: Of these the ones that somebody contradicts, or that were read long ago.
    """

    run_id: str
    brief: AdBrief
    platforms: tuple[str, ...]
    variants: tuple[AdVariant, ...]
    facts_used: tuple[Spec, ...]
    doubts: tuple[Spec, ...]
    notices: tuple[str, ...]
    folder: Path | None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"ads for {self.brief.name}"

    @property
    def packages(self) -> tuple[Path, ...]:
        """The folder of each variant's package."""
        if self.folder is None:
            return ()
        return tuple(self.folder / where for where in map(str, places_of(self.variants)))

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for documents."""
        return {
            "title": self.title,
            "platforms": list(self.platforms),
            "texts": [self._row(text_row(one, self.brief), of) for of in self.variants for one in of.texts],
            "pictures": [self._row(picture_row(one, self.brief), of) for of in self.variants for one in of.pictures],
            "scripts": [self._row(script_row(one, self.brief), of) for of in self.variants for one in of.scripts],
            "calls": [
                self._row({"platform": platform, "field": fact, "value": value}, of)
                for of in self.variants
                for platform, fact, value in of.calls
            ],
            "findings": [self._row(finding_row(one), of) for of in self.variants for one in of.findings],
            "doubts": [_doubt_row(fact) for fact in self.doubts],
            "package": str(self.folder) if self.folder else None,
        }

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps."""
        return {
            "title": self.title,
            "folder": str(self.folder) if self.folder else "",
            "cost_usd": float(self.cost_usd),
            "passed": True,
            "steps": count_steps(self.steps),
            "texts": sum(len(one.texts) for one in self.variants),
            "pictures": sum(len(one.pictures) for one in self.variants),
            "notices": list(self.notices),
        }

    def _row(self, row: dict[str, Any], variant: AdVariant) -> dict[str, Any]:
        return {**row, "variant": variant.number} if len(self.variants) > 1 else row


def places_of(variants: Sequence[AdVariant]) -> tuple[Path, ...]:
    """Where the package of each lies in the folder of all: the folder itself, where there is one."""
    return tuple(Path(f"v{one.number}") for one in variants) if len(variants) > 1 else (Path(),)


def facts_behind(specs: Iterable[Spec], variants: Sequence[AdVariant]) -> tuple[Spec, ...]:
    """The facts to which texts and pictures were fitted."""
    used = {one.field for of in variants for one in of.texts}
    used |= {one.field for of in variants for one in of.pictures}
    used |= {fact for of in variants for _, fact, _ in of.calls}
    return tuple(fact for fact in specs if fact.id in used)


def _doubt_row(fact: Spec) -> dict[str, Any]:
    return {
        "rule": fact.id,
        "confirmed": fact.confirmed,
        "checked": fact.checked.isoformat(),
        "source": fact.source,
        "note": fact.note,
    }
