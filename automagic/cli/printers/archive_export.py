"""A bag that was filled."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from automagic.cli.words import count
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
    held = f"{count(result.recordings, 'recording')}, {count(result.files, 'file')}, {result.bytes:,} bytes"
    sys.stdout.write(f"{result.bag}: {held}\n")
