"""One look at a source: few requests where nothing changed, all of its list where something may be missing.

    clock ─▶ changed since the cursor? ─▶ written ─▶ does the count fit? ─▶ done
                                                            └─ no, or it cannot be asked ─▶ the whole list
                                                                        ─▶ written as it comes ─▶ missing, gone

Each batch is committed by itself, so a killed look loses nothing that was written. The cursor is the source's own
clock at the beginning, and is asked again with an overlap: what changes while we look is seen next time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from automagic.errors import VendorError
from automagic.machine.leaving import in_thread
from automagic.products.archive.syncing.changes import Comparison, judge_missing
from automagic.sources.stations.shared.kind import StationReader
from automagic.store.catalogue import BATCH, Catalogue, Known, Settlement
from automagic.store.sources import ArchiveSource
from automagic.values.station import StationItem

OVERLAP = timedelta(minutes=10)
FULL_AFTER_S = 7 * 24 * 3600.0
"""So often everything is listed, whatever the counts say: a station may change one recording for another."""


@dataclass
class CycleReport:
    """What a look at a source found.

    Attributes:
        items: Recordings that it serves now.
        gone, returned: In this look.
        missing: Now, those that are gone aside.
        requests: That the source was sent.
        findings: What a person should know, a sentence each.
        left_out: Recordings that cannot be listed, and why: a clause without a stop each.
        broken: Whether the source looks broken: nothing was marked.
        zone: Of its clock, IANA; "" when not said.
    """

    source: str
    items: int = 0
    new: int = 0
    changed: int = 0
    missing: int = 0
    gone: int = 0
    returned: int = 0
    requests: int = 0
    full: bool = False
    findings: list[str] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    broken: bool = False
    zone: str = ""

    @property
    def wrote(self) -> bool:
        """Whether anything has to be kept of it."""
        return bool(self.new or self.changed or self.returned or self.gone)

    def count(self, comparison: Comparison) -> None:
        """Add what was found."""
        self.new += comparison.new
        self.changed += comparison.changed
        self.returned += comparison.returned


async def run_cycle(
    source: ArchiveSource, reader: StationReader, catalogue: Catalogue, *, full: bool, plan: bool
) -> CycleReport:
    """Look at a source. Where it tells of no change, what is known of its recordings is not even read.

    Args:
        full: List everything, also where the source tells what changed.
        plan: Say what would be done, and write nothing.

    Raises:
        VendorError: It does not answer, or answers nonsense before anything was read.
    """
    report = CycleReport(source.name)
    clock = await reader.clock()
    report.zone = clock.zone
    due = _is_due(source, clock.now.timestamp())
    look = _Look(source, catalogue, plan)
    report.full = full or due or not await _follow(look, reader)
    if report.full:
        if look.wrote:  # what changed since the last time is written, and counts
            report.count(look.comparison)
        look = _Look(source, catalogue, plan, None if look.wrote else look.known)
        await _list_all(look, reader, report)
    report.count(look.comparison)
    if look.comparison.repeated:
        report.findings.append(f"{look.comparison.repeated:,} recordings were listed more than once.")
    whole = report.full and not report.broken and reader.lists_all
    report.items = len(look.comparison.seen) if whole else look.serving
    report.requests, report.left_out = reader.requests, tuple(reader.left_out)
    report.findings += [f"{one[:1].upper()}{one[1:]}." for one in report.left_out]
    if not plan:
        advances = not report.broken and (report.wrote or due)
        cursor_at = clock.now.timestamp() if advances else None
        await in_thread(catalogue.settle, source.name, Settlement(look.missing, look.evidence, cursor_at, report.full))
    return report


@dataclass
class _Look:
    """Writes what differs, a batch at a time.

    Attributes:
        known: Of the source; None until a page has to be compared with it.
        missing, evidence: As of `Settlement`, which is written at the end.
    """

    source: ArchiveSource
    catalogue: Catalogue
    plan: bool
    known: Mapping[str, Known] | None = None
    comparison: Comparison = field(init=False)
    waiting: list[StationItem] = field(default_factory=list)
    wrote: bool = False
    missing: Sequence[str] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.comparison = Comparison(self.known or {})

    async def know(self) -> None:
        """Read what is known."""
        if self.known is None:
            self.known = await in_thread(self.catalogue.known, self.source.name)
            self.comparison = Comparison(self.known)

    @property
    def serving(self) -> int:
        """How many recordings the source serves, by what is known and was found."""
        served = self.source.served if self.known is None else sum(map(_is_served, self.known.values()))
        return served + self.comparison.new + self.comparison.returned

    async def take(self, page: Sequence[StationItem]) -> None:
        """Look at a page."""
        await self.know()
        self.waiting += self.comparison.differing(page)
        while len(self.waiting) >= BATCH:
            await self.flush()

    async def flush(self) -> None:
        """Write the next batch of what differs."""
        batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
        if not batch:
            return
        names = [item.remote_id for item in batch if item.remote_id in self.comparison.known]
        before = await in_thread(self.catalogue.listed, self.source.name, names) if names else {}
        changes = self.comparison.to_changes(batch, before)
        if not self.plan:
            await in_thread(self.catalogue.write, self.source.name, changes)
            self.wrote = True


def _is_due(source: ArchiveSource, now: float) -> bool:
    """Whether everything has to be listed.

    Args:
        now: By the source's clock. Where that was set back, what changed meanwhile would never be after the cursor.
    """
    if source.cursor_at is None or source.full_at is None:
        return True
    return now < source.cursor_at or datetime.now(UTC).timestamp() - source.full_at > FULL_AFTER_S


async def _follow(look: _Look, reader: StationReader) -> bool:
    """Take what changed since the last time; whether that is all there is to see."""
    pages = reader.changed(datetime.fromtimestamp(look.source.cursor_at or 0.0, UTC) - OVERLAP)
    if pages is None:
        return False
    await _take_all(look, pages)
    return await reader.count() == look.serving


def _is_served(known: Known) -> bool:
    return not known.gone and known.missing_since is None


async def _list_all(look: _Look, reader: StationReader, report: CycleReport) -> None:
    """Take everything; what is not listed is missing, and gone where the source says so of each."""
    await look.know()
    try:
        await _take_all(look, reader.everything())
        if not reader.lists_all:
            return
        count = await reader.count()
    except VendorError as error:
        report.broken = True
        report.findings.append(f"The list of {report.source} is broken: {error.message}. Nothing is marked as missing.")
        return
    verdict = judge_missing(look.comparison, now=datetime.now(UTC).timestamp(), count=count)
    if verdict.broken:
        report.broken = True
        report.findings.append(f"{report.source} looks broken: {verdict.broken}. Nothing is marked as missing.")
        return
    evidence: dict[str, str] = {}
    for name in verdict.asked:
        try:
            found = await reader.find(name)
        except VendorError as error:
            report.broken = True
            report.findings.append(f"{name} is not listed, and whether it is gone is not said: {error.message}.")
            break
        if found is None:
            evidence[name] = "missing in two looks a day apart, and the source says that there is none"
        else:
            report.findings.append(f"{name} is not listed, but still served.")
    report.gone = len(evidence)
    report.missing = len(look.comparison.missing) - len(evidence)
    look.missing, look.evidence = verdict.noted, evidence


async def _take_all(look: _Look, pages: AsyncIterator[list[StationItem]]) -> None:
    async for page in pages:
        if page:
            await look.take(page)
    while look.waiting:
        await look.flush()
