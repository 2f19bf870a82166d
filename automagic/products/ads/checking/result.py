"""What was found of the lines of ads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.errors import AutomagicError, QualityError
from automagic.products.ads.checking.pictures import PictureVerdict
from automagic.products.ads.checking.videos import ScriptVerdict, VideoVerdict
from automagic.products.ads.copy.choice import LineVerdict
from automagic.products.ads.package.rows import finding_row
from automagic.runs.run import StepRecord
from automagic.values.product import Ending, Result


@dataclass(frozen=True, slots=True)
class CheckAdsResult(Result):
    """A verdict on each line.

    Attributes:
        verdicts: In the order of the lines.
        pictures, scripts: Of a package, in their order.
        videos: Finished ones that lie in it.
    """

    run_id: str
    verdicts: tuple[LineVerdict, ...]
    pictures: tuple[PictureVerdict, ...] = ()
    scripts: tuple[ScriptVerdict, ...] = ()
    videos: tuple[VideoVerdict, ...] = ()
    steps: Sequence[StepRecord] = ()
    folder: Path | None = None
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"{len(self.verdicts):,} {'line' if len(self.verdicts) == 1 else 'lines'} checked"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        more = {
            "pictures": [{"path": one.path, "findings": [*map(finding_row, one.findings)]} for one in self.pictures],
            "scripts": [{"path": one.path, "lines": [*map(_told, one.lines)]} for one in self.scripts],
            "videos": [
                {"path": one.path, "platforms": list(one.platforms), "findings": [*map(finding_row, one.findings)]}
                for one in self.videos
            ],
        }
        lines = [_told(verdict) for verdict in self.verdicts]
        return {"lines": lines, **{name: rows for name, rows in more.items() if rows}}

    @property
    def complaint(self) -> AutomagicError | None:
        """That the brief does not say some of it."""
        every = (*self.verdicts, *(line for script in self.scripts for line in script.lines))
        beyond = sum(not verdict.grounded for verdict in every)
        if not beyond:
            return None
        message = f"{beyond:,} of {len(every):,} lines say what the brief does not"
        return QualityError(message, hint="What is wrong stands with each line.")

    @property
    def shortfall(self) -> AutomagicError | None:
        """None: all that was asked for is to be told what was found."""
        return None

    @property
    def state(self) -> Ending:
        """A check ends well, whatever it finds."""
        return "succeeded"

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps of it."""
        return {**super(CheckAdsResult, self).kept, **self.facts}


def _told(verdict: LineVerdict) -> dict[str, Any]:
    findings = [finding_row(one) for one in verdict.findings]
    if verdict.why_not:
        lost = {"rule": "brief.grounds", "says": verdict.why_not, "hard": True, "source": "", "checked": None}
        findings.insert(0, lost)
    return {
        "text": verdict.text,
        "grounded": verdict.grounded,
        "claim": verdict.claims[0] if verdict.claims else None,
        "claims": list(verdict.claims),
        "source": verdict.source,
        "findings": findings,
    }
