"""What was decided of a package of ads, and what waits, by id."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.cli.tables import printable
from automagic.products.ads.approving.result import ApproveAdsResult
from automagic.products.ads.creative import AdPicture, AdText
from automagic.products.ads.package.assets import place_of

if TYPE_CHECKING:
    from automagic.cli.display import Progress

_WIDTH = 80
_MOST = 40
"""Lines of what waits: the page has them all."""


def document(result: ApproveAdsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: ApproveAdsResult, progress: Progress, *, plan: bool) -> None:
    """Counts, then what waits and what changed, and what comes next."""
    from rich.console import Console

    del progress, plan
    console = Console(highlight=False, markup=False, emoji=False)
    width = min(console.width, _WIDTH)
    facts, assets = result.facts, result.package.assets
    changed = {one.id for one in result.changed}
    decided = [f"{len(facts[name]):,} {name}" for name in ("approved", "rejected") if facts[name]]
    waiting = len(facts["waiting"])
    console.print(", ".join([*decided, f"{waiting:,} {'waits' if waiting == 1 else 'wait'}"]))
    for key in facts["waiting"][:_MOST]:
        asset = assets[key]
        said = asset.text if isinstance(asset, AdText) else place_of(asset)
        field = asset.field if isinstance(asset, AdText) else "picture" if isinstance(asset, AdPicture) else "script"
        line = f"{key} {'changed ' if key in changed else ''}{field}: {printable(said)}"
        console.print(line if len(line) <= width else f"{line[: width - 1]}…", soft_wrap=True)
    if waiting > _MOST:
        console.print(f"and {waiting - _MOST:,} more")
    where, here = result.package_folder, Path.cwd()
    where = where.relative_to(here) if where.is_relative_to(here) else where
    print(f"Page: {where / 'preview.html'}")  # noqa: T201 - never broken, so that it can be copied
    if not waiting:
        print(f"Next: automagic ads export {shlex.quote(str(where))}")  # noqa: T201 - likewise
