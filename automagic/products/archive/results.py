"""What comes of a request to the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.errors import AutomagicError, MediaError, Permanent
from automagic.products.archive.result import ArchiveResult
from automagic.products.archive.syncing.cycle import CycleReport
from automagic.runs.run import StepRecord
from automagic.stages.archive.failures import explain_failures
from automagic.stages.archive.fetching.batch import FetchReport
from automagic.store.catalogue import SourceStatus


@dataclass(frozen=True, slots=True)
class SourceResult(ArchiveResult):
    """A source that was added or removed.

    Attributes:
        change: "added", "known" (it was there already) or "removed".
        recordings: Of a removed one: how many were forgotten.
    """

    run_id: str
    name: str
    kind: str
    address: str
    change: str
    recordings: int = 0
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"source {self.name}"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        of = {"name": self.name, "kind": self.kind, "address": self.address, "change": self.change}
        return of | ({"recordings": self.recordings} if self.change == "removed" else {})


@dataclass(frozen=True, slots=True)
class SyncResult(ArchiveResult):
    """A look at one source or several.

    Attributes:
        reports: Of each.
        statements, commits: That the database was asked for by the looks.
        failures: ArchiveSource → why it could not be looked at.
        media: What was fetched of each; empty where nothing was to be.
    """

    run_id: str
    reports: tuple[CycleReport, ...]
    failures: dict[str, AutomagicError]
    statements: int
    commits: int
    media: tuple[FetchReport, ...] = ()
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        names = [*(report.source for report in self.reports), *self.failures]
        return f"look at {', '.join(names)}"

    @property
    def complaint(self) -> AutomagicError | None:
        """Sources that look broken, or do not answer."""
        broken = [report.source for report in self.reports if report.broken]
        if self.failures:
            name, error = next(iter(self.failures.items()))
            more = f", and {len(self.failures) - 1} more" if len(self.failures) > 1 else ""
            return Permanent(f"{name} could not be looked at: {error.message}{more}", hint=error.hint)
        if broken:
            return Permanent(
                f"{', '.join(broken)} looks broken; nothing was marked as missing", hint="Look again later."
            )
        lost: dict[str, AutomagicError] = {}
        for batch in self.media:
            lost |= batch.failures
        lost |= {one: MediaError(one) for report in self.reports for one in report.left_out}
        return explain_failures(lost)

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document: the sum of all sources, and each by itself."""
        names = ("items", "new", "changed", "missing", "gone", "returned", "requests")
        sums = {name: sum(getattr(report, name) for report in self.reports) for name in names}
        findings = [finding for report in self.reports for finding in report.findings]
        findings += [f"{name} could not be looked at: {error.message}" for name, error in self.failures.items()]
        findings += [finding for batch in self.media for finding in batch.findings]
        each = [
            {"source": report.source, **{name: getattr(report, name) for name in names}, "full": report.full}
            for report in self.reports
        ]
        return {
            **sums,
            "statements": self.statements,
            "commits": self.commits,
            "findings": findings,
            "media": {
                name: sum(getattr(batch, name) for batch in self.media)
                for name in ("success", "failed", "skipped", "bytes")
            },
            "success": len(self.reports),
            "failed": len(self.failures),
            "sources": each,
        }


@dataclass(frozen=True, slots=True)
class ArchiveStatusResult(ArchiveResult):
    """What is here of each source."""

    run_id: str
    sources: tuple[SourceStatus, ...]
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return "status of the archive"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        return {"sources": [_facts_of(source) for source in self.sources]}


def _facts_of(source: SourceStatus) -> dict[str, Any]:
    names = (
        "name", "kind", "address", "items", "pending", "failed", "missing", "gone", "held", "with_media",
        "with_transcript", "with_captions", "damaged", "lost", "bytes",
    )  # fmt: skip
    health, age_s = source.health, source.probe_age_s
    told = {"state": health.state, "why": health.why, "took_s": round(health.took_s, 3)}
    aged = {"age_s": None if age_s is None else round(age_s, 1)}
    return {**{name: getattr(source, name) for name in names}, "health": told | aged}


@dataclass(frozen=True, slots=True)
class HoldResult(ArchiveResult):
    """A recording that is held, or is not any more.

    Attributes:
        why, by: Empty where it is not held any more.
    """

    run_id: str
    item: str
    why: str
    by: str
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"{'hold' if self.why else 'release'} {self.item}"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        return {"id": self.item, "held": bool(self.why), "why": self.why, "by": self.by}
