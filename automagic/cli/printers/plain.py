"""A result of any product: only what every result has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.cli.options import list_steps
from automagic.values.product import Result, count_steps

if TYPE_CHECKING:
    from automagic.cli.display import Progress


def document(result: Result, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    return {
        "run_id": result.run_id,
        **result.kept,
        "folder": str(result.folder) if result.folder else None,
        "steps": count_steps(result.steps),
        **({"plan": list_steps(result.steps)} if plan else {}),
        "timings": {"total": round(progress.elapsed_s, 3)},
    }


def print_summary(result: Result, progress: Progress, *, plan: bool) -> None:
    """What was made, where it is and what it cost."""
    from rich.console import Console

    if plan:
        from automagic.cli.plan import print_plan

        print_plan(result.title, "", result.steps, progress, subjects="About")
        return
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    place = f": {result.folder}" if result.folder else ""
    console.print(f"{result.title}, made in {progress.elapsed_s:.1f} s{place}")
    if result.cost_usd:
        console.print(f"Cost: {result.cost_usd:.4f} USD")
