"""The files that were exported of a package of ads."""

from __future__ import annotations

from collections import Counter
from textwrap import fill
from typing import TYPE_CHECKING, Any

from automagic.cli.words import count
from automagic.products.ads.exporting.result import ExportAdsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress

_WIDTH = 79


def document(result: ExportAdsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: ExportAdsResult, progress: Progress, *, plan: bool) -> None:
    """What is in it, by platform: sheets by name, pictures and zips by number."""
    from rich.console import Console

    del progress, plan
    console = Console(highlight=False, markup=False, emoji=False)
    scripts = f", {count(result.scripts, 'script')}" if result.scripts else ""
    console.print(f"{count(result.texts, 'text')}, {count(result.pictures, 'picture')}{scripts}")
    folders = dict.fromkeys(name.partition("/")[0] for name in result.files if "/" in name)
    for folder in folders:
        inside = [name.partition("/")[2] for name in result.files if name.startswith(f"{folder}/")]
        sheets = [name for name in inside if name.endswith((".csv", ".tsv", ".txt", ".xlsx"))]
        others = Counter(name.rpartition(".")[2] for name in inside if name not in sheets)
        line = f"{folder}: {', '.join([*sheets, *(f'{many} {kind}' for kind, many in others.items())])}"
        console.print(fill(line, _WIDTH, initial_indent="  ", subsequent_indent="    "))
    if result.rejected:
        console.print(f"{count(len(result.rejected), 'asset')} left out: rejected")
    if result.unapproved:
        console.print(f"✗ {count(len(result.unapproved), 'asset')} in it that nobody approved")
    print(f"Files: {result.folder}")  # noqa: T201 - never broken, so that it can be copied
