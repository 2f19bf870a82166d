"""Captions that went to their station."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from automagic.products.archive.publishing.result import PublishCaptionsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress

_TOLD = {
    "planned": "would be published (a plan; nothing is sent)",
    "published": "are published, and served",
    "unchanged": "are served there already",
    "waiting": "are there, and not served yet",
}


def document(result: PublishCaptionsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    timings = {"timings": {"total": round(progress.elapsed_s, 3)}}
    return {"run_id": result.run_id, **result.facts, **({"plan": True} if plan else {}), **timings}


def print_summary(result: PublishCaptionsResult, progress: Progress, *, plan: bool) -> None:
    """What was done, in a line or two."""
    del progress, plan
    sys.stdout.write(f"{result.source}: {result.cues:,} captions of {result.name} {_TOLD[result.outcome]}\n")
    if result.file_name:
        sys.stdout.write(f"File: {result.file_name}, on {result.store}\n")
    if result.replaces:
        sys.stdout.write("The station serves other captions now: they are lost by it.\n")
