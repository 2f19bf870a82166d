"""What was found of captions: a report of quality, which says nothing about what somebody must do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.errors import AutomagicError, QualityError
from automagic.language.transcript.caption_check import CaptionCheck, CaptionFinding, CaptionRules
from automagic.media.captions.scc.lint import SccFinding
from automagic.products.archive.checking.rules import NAMES
from automagic.products.archive.result import ArchiveResult
from automagic.runs.run import StepRecord
from automagic.values.product import Ending


@dataclass(frozen=True, slots=True)
class CheckCaptionsResult(ArchiveResult):
    """A report.

    Attributes:
        name: Of what was checked.
        cues: How many captions there are.
        linted: What players stumble over; None where it is no SCC.
        against: What was said, by whom; "" where nobody listened.
        page: The report as a page; None where nobody wants one.
    """

    run_id: str
    name: str
    cues: int
    rules: CaptionRules
    check: CaptionCheck
    linted: tuple[SccFinding, ...] | None = None
    against: str = ""
    page: Path | None = None
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"quality report of {self.name}"

    @property
    def place(self) -> Path | None:
        """The page."""
        return self.page

    @property
    def count(self) -> int:
        """How many findings there are."""
        return len(self.check.findings) + len(self.linted or ())

    @property
    def counts(self) -> Counter[str]:
        """How many there are of each rule, the most first."""
        return Counter(
            [finding.rule for finding in self.check.findings]
            + [f"SCC {finding.fault}" for finding in self.linted or ()]
        )

    @property
    def complaint(self) -> AutomagicError | None:
        """That something was found."""
        if not self.count:
            return None
        found = "1 finding" if self.count == 1 else f"{self.count:,} findings"
        return QualityError(f"the captions of {self.name} have {found}", hint="Each stands there with time and reason.")

    @property
    def shortfall(self) -> AutomagicError | None:
        """None: all that was asked for is to be told what was found."""
        return None

    @property
    def state(self) -> Ending:
        """A check ends well, whatever it finds."""
        return "succeeded"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        check, times = self.check, self.check.times
        return {
            "report": "quality report",
            "name": self.name,
            "cues": self.cues,
            "rules": {theirs: getattr(self.rules, ours) for theirs, ours in NAMES.items()},
            "against": self.against or None,
            "words": check.words,
            "wrong": _rounded(check.wrong, 4),
            "captioned": _rounded(check.captioned, 4),
            "offset_s": _rounded(times.offset_s, 3) if times else None,
            "drift_s_per_hour": _rounded(times.drift_s_per_hour, 2) if times else None,
            "frame_rate": (times.frame_rate or None) if times else None,
            "off_p50_s": _rounded(times.p50_s, 3) if times else None,
            "off_p95_s": _rounded(times.p95_s, 3) if times else None,
            "off_worst_s": _rounded(times.worst_s, 3) if times else None,
            "first_late_s": _rounded(check.first_late_s, 2),
            "last_early_s": _rounded(check.last_early_s, 2),
            "findings": [_told(finding) for finding in check.findings],
            "scc": None if self.linted is None else [_told_scc(finding) for finding in self.linted],
            "page": str(self.page) if self.page else None,
        }


def _told(finding: CaptionFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "side": finding.side,
        "at_s": round(finding.at_s, 3),
        "until_s": round(finding.until_s, 3),
        "cue": None if finding.cue is None else finding.cue + 1,
        "size": _rounded(finding.size, 4),
        "message": finding.message,
    }


def _told_scc(finding: SccFinding) -> dict[str, Any]:
    return {
        "fault": finding.fault,
        "line": finding.line,
        "at_s": _rounded(finding.at_s, 3),
        "message": finding.message,
    }


def _rounded(number: float | None, places: int) -> float | None:
    return None if number is None else round(number, places)
