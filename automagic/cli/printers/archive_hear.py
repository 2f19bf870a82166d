"""What came of hearing recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.archive.hearing.result import HearResult


def document(result: HearResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: HearResult, progress: Progress, *, plan: bool) -> None:
    """A line of counts, and one of what is next."""
    from rich.console import Console

    del progress, plan
    console = Console(highlight=False, markup=False, soft_wrap=True)
    counts = [*sorted(result.ways.items()), ("failed", len(result.failures)), ("left", result.skipped)]
    told = ", ".join(f"{count:,} {name}" for name, count in counts if count)
    console.print(f"{result.title}{f' ({told})' if told else ''}; {result.passages:,} new passages to search")
