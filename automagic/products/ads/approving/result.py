"""What was decided of a package, and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.errors import AutomagicError, QualityError
from automagic.products.ads.approving.deciding import ChangedAsset
from automagic.products.ads.creative import AdPicture
from automagic.products.ads.package.assets import AdPackage, Approval, place_of
from automagic.runs.run import StepRecord
from automagic.values.product import Result


@dataclass(frozen=True, slots=True)
class ApproveAdsResult(Result):
    """A package with its approvals.

    Attributes:
        package_folder: Where it lies.
        decided: By id, what was decided now.
        changed: What is no longer as it was made, and nobody has decided of as it is.
    """

    run_id: str
    package_folder: Path
    package: AdPackage
    decided: Mapping[str, Approval]
    changed: tuple[ChangedAsset, ...]
    steps: Sequence[StepRecord] = ()
    folder: Path | None = None
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"approval of ads for {self.package.brief.name}"

    @property
    def waiting(self) -> tuple[str, ...]:
        """The ids of all that nobody has decided of."""
        return tuple(key for key in self.package.assets if key not in self.package.approvals)

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for documents."""
        assets = self.package.assets
        rows = [
            {
                "id": key,
                "what": place_of(asset),
                "text": None if isinstance(asset, AdPicture) else asset.text,
                **_decision(self.package.approvals.get(key)),
            }
            for key, asset in assets.items()
        ]
        return {
            "package": str(self.package_folder),
            "approved": [key for key, one in self.decided.items() if one.state == "approved"],
            "rejected": [key for key, one in self.decided.items() if one.state == "rejected"],
            "waiting": list(self.waiting),
            "changed": [{"id": one.id, "what": one.what, "was": _decision(one.before)} for one in self.changed],
            "assets": rows,
        }

    @property
    def complaint(self) -> AutomagicError | None:
        """That something was decided of that is another thing now."""
        if not self.changed:
            return None
        first = self.changed[0]
        more = f", and {len(self.changed) - 1:,} more" if len(self.changed) > 1 else ""
        return QualityError(
            f"{first.what} changed since it was {first.before.state if first.before else 'made'}{more}",
            hint="Look at it in preview.html, then approve it by its id.",
        )

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps of it."""
        facts = self.facts
        return {
            **super(ApproveAdsResult, self).kept,
            **{name: facts[name] for name in ("package", "approved", "rejected", "changed")},
            "waiting": len(self.waiting),
        }


def _decision(one: Approval | None) -> dict[str, Any]:
    if one is None:
        return {"state": "waiting"}
    told = {"state": one.state, "who": one.who, "when": one.when.isoformat()}
    return {**told, "note": one.note} if one.note else told
