"""What the archive knows, and what a look at its sources found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.cli.words import count
from automagic.products.archive.results import ArchiveStatusResult, HoldResult, SourceResult, SyncResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.archive.syncing.cycle import CycleReport
    from automagic.stages.archive.fetching.batch import FetchReport
    from automagic.store.catalogue import SourceStatus

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
            yield f"{result.name} is forgotten, with {count(result.recordings, 'recording')}; its files stay"
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
    yield f"{report.source}: {count(report.items, 'recording')}; {found}{would}"


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
    console.print()
    for one in result.sources:
        console.print(_describe_health(one))


def _describe_health(source: SourceStatus) -> str:
    """Such as "nine: up, answered in 0.04 s, 12 s ago"."""
    health, age_s = source.health, source.probe_age_s
    if age_s is None:
        return f"{source.name}: nobody has asked it yet"
    why = f": {health.why}" if health.why else ""
    told = health.state if health.state == "down" else f"{health.state}, answered in {health.took_s:.2f} s"
    return f"{source.name}: {told}{why} ({_describe_age(age_s)})"


def _describe_age(age_s: float) -> str:
    if age_s < 1:
        return "now"
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60)):
        if age_s >= seconds:
            return f"{age_s / seconds:.0f} {unit} ago"
    return f"{age_s:.0f} s ago"
