"""What platforms take, with who says so and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.products.ads.specs.result import AdSpecsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.ads.specs.table import Spec


def document(result: AdSpecsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: AdSpecsResult, progress: Progress, *, plan: bool) -> None:
    """A table of one platform's facts, or of the platforms."""
    from rich.console import Console
    from rich.table import Table

    del progress, plan
    console = Console(highlight=False, markup=False)
    if not result.whole:
        table = Table("Platform", "For", "Facts", "In doubt", "Read", box=None, pad_edge=False)
        for platform, specs in result.platforms:
            doubts = sum(not spec.confirmed for spec in specs)
            oldest = min(spec.checked for spec in specs)
            table.add_row(platform.name, platform.label, str(len(specs)), str(doubts), f"{oldest:%Y-%m-%d}")
        console.print(table)
        return
    for _, specs in result.platforms:
        for spec in specs:
            for line in _lines(spec):
                console.print(line, soft_wrap=False)


def _lines(spec: Spec) -> Iterator[str]:
    force = "refused" if spec.hard else "advice"
    doubt = "" if spec.confirmed else ", in doubt"
    old = ", long ago" if spec.is_old(datetime.datetime.now(tz=datetime.UTC).date()) else ""
    yield f"{spec.id}: {', '.join(_limits(spec)) or spec.kind} ({force}{doubt})"
    if spec.rule:
        yield f"  {spec.rule}"
    yield f"  {spec.evidence}, {spec.checked:%Y-%m-%d}{old}: {spec.source}"


def _limits(spec: Spec) -> Iterator[str]:
    if spec.kind == "text" and spec.max:
        yield f"{spec.min or 0} to {spec.max} {spec.count}"
    elif spec.max is not None:
        yield f"at most {spec.max}"
    if spec.truncates:
        yield f"{spec.truncates} seen"
    if spec.max_items:
        yield f"{spec.min_items or 0} to {spec.max_items} of them"
    yield from filter(None, (spec.ratio, *spec.ratios))
    if spec.min_width and spec.min_height:
        yield f"{spec.min_width}x{spec.min_height} at least"
    if spec.max_bytes:
        yield f"{spec.max_bytes:,} bytes at most"
    if spec.max_s:
        yield f"{spec.min_s or 0:g} to {spec.max_s:g} s"
    yield from spec.sizes or spec.values
