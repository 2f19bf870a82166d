"""What was found of captions, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.products.archive.checking.page import clock
from automagic.products.archive.checking.result import CheckCaptionsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress

_MOST = 40


def document(result: CheckCaptionsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: CheckCaptionsResult, progress: Progress, *, plan: bool) -> None:
    """The measures, then the first findings."""
    from rich.console import Console

    del progress, plan
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for line in _lines(result):
        console.print("".join(sign if sign.isprintable() else "\ufffd" for sign in line))


def _lines(result: CheckCaptionsResult) -> Iterator[str]:
    check = result.check
    yield f"Quality report: {result.name}, {result.cues:,} captions"
    if check.words is not None and check.wrong is not None and check.captioned is not None:
        yield (
            f"{check.words:,} words of {result.against}: {check.wrong:.1%} differ, "
            f"{check.captioned:.1%} of the speech has captions"
        )
    if times := check.times:
        yield (
            f"off by {times.p50_s:.2f} s (half), {times.p95_s:.2f} s (95 %), {times.worst_s:.2f} s at most; "
            f"drift {times.drift_s_per_hour:+.1f} s an hour"
        )
    for finding in check.findings[:_MOST]:
        yield f"✗ {clock(finding.at_s)} {finding.rule}: {finding.message}"
    for fault in (result.linted or ())[:_MOST]:
        yield f"✗ line {fault.line} SCC {fault.fault}: {fault.message}"
    if (rest := result.count - min(_MOST, len(check.findings)) - min(_MOST, len(result.linted or ()))) > 0:
        yield f"… and {rest:,} more: --html FILE or --json shows all"
    if result.page:
        yield str(result.page)
