"""What the archive knows, and what a look at its sources found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.products.archive.results import ArchiveStatusResult, HoldResult, SourceResult, SyncResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.archive.fetching.batch import FetchReport
    from automagic.products.archive.syncing.cycle import CycleReport

    Shown = SourceResult | SyncResult | ArchiveStatusResult | HoldResult


def document(result: Shown, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    timings = {"timings": {"total": round(progress.elapsed_s, 3)}}
    return {"run_id": result.run_id, **result.facts, **({"plan": True} if plan else {}), **timings}


def print_summary(result: Shown, progress: Progress, *, plan: bool) -> None:
    """Lines of words; of the status, a table."""
    from rich.console import Console

    del progress
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if isinstance(result, ArchiveStatusResult):
        _print_status(console, result)
        return
    for line in _lines(result, plan=plan):
        console.print(line)


def _lines(result: SourceResult | SyncResult | HoldResult, *, plan: bool) -> Iterator[str]:
    match result:
        case SyncResult():
            for report in result.reports:
                yield from _told(report, plan=plan)
            for name in result.failures:
                yield f"{name}: not looked at"
            for batch in result.media:
                yield from _fetched(batch)
        case HoldResult():
            yield f"{result.item} is held: {result.why} ({result.by})" if result.why else f"{result.item} is released"
        case SourceResult(change="removed"):
            yield f"{result.name} is forgotten, with {result.recordings:,} recordings; its files stay"
        case _:
            known = "is a source already" if result.change == "known" else "is a source now"
            yield f"{result.name} {known}: {result.address} ({result.kind})"
            yield f"Look at it: automagic archive sync {result.name}"


def _told(report: CycleReport, *, plan: bool) -> Iterator[str]:
    counts = {
        "new": report.new, "changed": report.changed, "missing": report.missing, "gone": report.gone,
        "returned": report.returned,
    }  # fmt: skip
    found = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing new"
    would = " (a plan; nothing is noted)" if plan else ""
    recordings = f"{report.items:,} {'recording' if report.items == 1 else 'recordings'}"
    yield f"{report.source}: {recordings}; {found}{would}"


def _fetched(batch: FetchReport) -> Iterator[str]:
    counts = {"here now": batch.success, "not to be had": batch.failed, "put off": batch.skipped}
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    if told:
        yield f"{batch.source}: media of {told} ({batch.bytes / 1e6:,.1f} MB received)"


def _print_status(console: Any, result: ArchiveStatusResult) -> None:
    from rich.table import Table

    if not result.sources:
        console.print("The archive has no source yet: automagic archive add NAME URL|FOLDER")
        return
    columns = {
        "Items": "items", "Here": "with_media", "Heard": "with_transcript", "Captions": "with_captions",
        "Wanted": "pending", "Failed": "failed", "Missing": "missing", "Gone": "gone", "Held": "held",
    }  # fmt: skip
    harmed = {"Damaged": "damaged", "Lost": "lost"}
    columns |= {head: name for head, name in harmed.items() if any(getattr(one, name) for one in result.sources)}
    table = Table(box=None, pad_edge=False, padding=(0, 2 if len(columns) < 10 else 1, 0, 0))
    table.add_column("Source", no_wrap=True)
    for heading in columns:
        table.add_column(heading, justify="right")
    for one in result.sources:
        table.add_row(one.name, *(f"{getattr(one, name):,}" for name in columns.values()))
    console.print(table)
