"""Lines of ads, each with the sentence that it rests on and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.cli.tables import printable
from automagic.products.ads.checking.result import CheckAdsResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from automagic.cli.display import Progress


def document(result: CheckAdsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan  # it is small, and done at once
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: CheckAdsResult, progress: Progress, *, plan: bool) -> None:
    """A line each, those that the brief does not say with a cross; then scripts, videos, and pictures with faults."""
    from rich.console import Console

    del progress, plan
    console = Console(highlight=False, markup=False, emoji=False)
    facts = result.facts
    _print_lines(console, facts["lines"])
    for picture in facts.get("pictures", ()):
        if picture["findings"]:
            console.print(printable(picture["path"]), soft_wrap=True)
            _print_findings(console, picture["findings"])
    for script in facts.get("scripts", ()):
        console.print(printable(script["path"]), soft_wrap=True)
        _print_lines(console, script["lines"])
    for video in facts.get("videos", ()):
        held = f": for {', '.join(video['platforms'])}" if video["platforms"] else ""
        console.print(f"{printable(video['path'])}{held}", soft_wrap=True)
        _print_findings(console, video["findings"])


def _print_lines(console: Console, lines: Sequence[dict[str, Any]]) -> None:
    for number, line in enumerate(lines, 1):
        console.print(f"{number}. {'' if line['grounded'] else '✗ '}{printable(line['text'])}", soft_wrap=True)
        if line["source"]:
            console.print(f"   the brief: {printable(line['source'])}", soft_wrap=True)
        _print_findings(console, line["findings"])


def _print_findings(console: Console, findings: Sequence[dict[str, Any]]) -> None:
    for finding in findings:
        mark = "✗" if finding["hard"] else "!"
        console.print(f"   {mark} {printable(finding['says'])} ({finding['rule']})", soft_wrap=True)
