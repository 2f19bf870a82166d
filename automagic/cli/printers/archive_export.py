"""A bag that was filled."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from automagic.products.archive.exporting.result import ExportResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress


def document(result: ExportResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: ExportResult, progress: Progress, *, plan: bool) -> None:
    """Where it is and what it holds."""
    del progress, plan
    recordings = f"{result.recordings:,} {'recording' if result.recordings == 1 else 'recordings'}"
    sys.stdout.write(f"{result.bag}: {recordings}, {result.files:,} files, {result.bytes:,} bytes\n")
