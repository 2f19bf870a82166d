"""Captions: where they lie, or themselves."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from automagic.products.archive.captioning.result import CaptionsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress


def document(result: CaptionsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: CaptionsResult, progress: Progress, *, plan: bool) -> None:
    """The text on standard output, so that it may be piped; else the file."""
    del progress, plan
    if result.file is None:
        sys.stdout.write(result.written.text)
        return
    count = result.written.cues
    where = " inside" if result.embedded is not None else ""
    sys.stdout.write(f"{result.file}: {count:,} {'caption' if count == 1 else 'captions'}{where}\n")
