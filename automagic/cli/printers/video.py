"""What came of `automagic --now`: one video."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.cli.options import list_steps

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.video.result import VideoResult


def document(result: VideoResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    states = Counter(record.state for record in result.steps)
    video = next(iter(result.outputs.values()), None)
    told: dict[str, Any] = {
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
    if plan and states["planned"]:
        told["steps"]["planned"] = states["planned"]
        told["plan"] = list_steps(result.steps)
    return told


def print_summary(result: VideoResult, progress: Progress, *, plan: bool) -> None:
    """What was made, where it is, what to look at and what it cost."""
    if plan:
        from automagic.cli.plan import print_plan

        outcome = f"About {result.duration_s:.0f} s of video."
        print_plan(result.title, outcome, result.steps, progress, subjects="Scenes")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

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
            progress.label(stage.name),
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
