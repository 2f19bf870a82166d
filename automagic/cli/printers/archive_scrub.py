"""What was read again of the archive."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.archive.scrubbing.result import ScrubResult


def document(result: ScrubResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: ScrubResult, progress: Progress, *, plan: bool) -> None:
    """A line of counts."""
    del progress, plan
    counts = {name: result.count(name) for name in ("damaged", "lost", "changed")}
    counts |= {"left for another time": result.left, "read not long ago (--older 0 reads them as well)": result.fresh}
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    sys.stdout.write(f"{result.title}, {result.bytes / 1e6:,.1f} MB{f'; {told}' if told else ''}\n")
