"""`automagic --now`: one video."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.cli.options import list_steps, read_amount
from automagic.cli.running import run_shown
from automagic.errors import QualityError

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.video.recipe import VideoResult


def make(
    *,
    platforms: list[str] | None,
    images: str | None,
    out: str | None,
    redo: list[str] | None,
    publish: list[str] | None,
    max_cost: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Make the video that the flags ask for, and say where it is."""
    from automagic.products.video.request import VideoRequest

    request = VideoRequest(
        platforms=tuple(platforms or ("shorts",)),
        images=Path(images) if images else None,
        out=Path(out) if out else None,
        redo=tuple(redo or ()),
        publish=tuple(publish or ()),
        max_cost_usd=read_amount(max_cost),
        **options,
    )
    result, progress = run_shown(
        "now", lambda studio, listener: studio.video(request, listener=listener), planning=request.plan
    )
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(_document(result, progress))).decode() + "\n")
    elif request.plan:
        from automagic.cli.plan import print_plan

        print_plan(
            result.title, f"About {result.duration_s:.0f} s of video.", result.steps, progress, subjects="Scenes"
        )
    else:
        _print_summary(result, progress)
    if result.rejected:
        message, hint = explain_rejection(result)
        raise QualityError(message, hint=hint)


def explain_rejection(result: VideoResult) -> tuple[str, str]:
    """(what did not pass, where it is and where the rest is)."""
    failed = {name: report for name, report in result.quality.items() if not report.passed}
    measures = [one.name for report in failed.values() for one in report.measures if one.verdict == "fail"]
    which = ", ".join(dict.fromkeys(measures))
    if not result.aside:
        return f"the result did not pass: {which}", f"It is kept aside in {result.folder}; quality.json says why."
    aside = next(iter(result.aside.values())).parent
    rest = f"{', '.join(result.outputs)} passed and {'is' if len(result.outputs) == 1 else 'are'} in {result.folder}."
    hint = f"It is kept aside in {aside}; quality.json says why. {rest}"
    return f"the video for {', '.join(failed)} did not pass: {which}", hint


def _document(result: VideoResult, progress: Progress) -> dict[str, Any]:
    states = Counter(record.state for record in result.steps)
    video = next(iter(result.outputs.values()), None)
    document: dict[str, Any] = {
        "run_id": result.run_id,
        "title": result.title,
        "video": str(video) if video else None,
        "outputs": {name: str(path) for name, path in result.outputs.items()},
        "folder": str(result.folder) if result.folder else None,
        "set_aside": {name: str(path) for name, path in result.aside.items()},
        "duration_s": round(result.duration_s, 3),
        "steps": {"hit": states["hit"], "miss": states["miss"]},
        "made_by": msgspec.to_builtins(result.made_by),
        "cost_usd": float(result.cost_usd),
        "timings": {name: round(stage.busy_s, 3) for name, stage in progress.stages.items()}
        | {"total": round(progress.elapsed_s, 3)},
        "quality": {name: msgspec.to_builtins(report) for name, report in result.quality.items()},
        "published": [msgspec.to_builtins(receipt) for receipt in result.receipts],
        "notices": list(dict.fromkeys([*result.notices, *progress.notices])),
    }
    if states["planned"]:
        document["steps"]["planned"] = states["planned"]
        document["plan"] = list_steps(result.steps)
    return document


def _print_summary(result: VideoResult, progress: Progress) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from automagic.cli.display import LABELS

    console = Console()
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=22)
    table.add_column(justify="right")
    table.add_column(justify="right")
    for stage in progress.in_order():
        made = stage.done - stage.hits
        if not stage.done:
            continue  # nobody needed it after all, or somebody else did it
        table.add_row(
            LABELS.get(stage.name, stage.name),
            f"{made} made" if made else "",
            f"{stage.hits} kept" if stage.hits else "",
            f"{stage.busy_s:.1f} s" if made else "",
        )
    console.print(table)
    console.print(
        Text(result.title, "bold").append(
            f", {result.duration_s:.1f} s, made in {progress.elapsed_s:.1f} s", "not bold"
        )
    )
    console.print(f"{result.made_by}", highlight=False, markup=False)
    flags = [m for report in result.quality.values() for m in report.measures if m.verdict == "flag"]
    for flag in {(measure.name, measure.expected): measure for measure in flags}.values():
        console.print(
            f"Look at {flag.name}: {flag.value} (expected {flag.expected}) {flag.detail}", highlight=False, markup=False
        )
    if result.cost_usd:
        console.print(f"Cost: {result.cost_usd:.4f} USD", highlight=False)
    for name, path in result.outputs.items():
        console.print(f"{name}: {path}", highlight=False, markup=False, soft_wrap=True)
    for name, path in result.aside.items():
        console.print(f"{name}, set aside: {path}", highlight=False, markup=False, soft_wrap=True)
    if result.receipts:
        from automagic.cli.publish import show_receipts

        show_receipts(result.receipts)
