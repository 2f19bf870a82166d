"""The result of `automagic clips`: short clips of a long recording, and why these were chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.cli.options import list_steps
from automagic.cli.words import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from automagic.cli.display import Progress
    from automagic.products.clips.result import ClipsResult, Episode


def document(result: ClipsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    import msgspec

    states = [record.state for record in result.steps]
    choice = result.choice
    return {
        "run_id": result.run_id,
        "title": result.title,
        "folder": str(result.folder) if result.folder else None,
        "clips": [entry for episode in result.episodes for entry in _list_clips(episode)],
        "choice": msgspec.to_builtins(choice) if choice else None,
        "episodes": [
            {
                "recording": episode.name,
                "folder": str(episode.folder) if episode.folder else None,
                "clips": [clip.plan.id for clip in episode.clips],
                "choice": msgspec.to_builtins(episode.choice) if episode.choice else None,
            }
            for episode in result.episodes
        ],
        "skipped": [{"name": one.name, "error": one.error.message} for one in result.skipped],
        "published": [msgspec.to_builtins(receipt) for receipt in result.receipts],
        "unpublished": [{"clip": one.title, "error": one.error.message} for one in result.unpublished],
        "left_out": list(result.left_out),
        "steps": {name: states.count(name) for name in ("hit", "miss", "planned")},
        **({"plan": list_steps(result.steps)} if plan else {}),
        "cost_usd": float(result.cost_usd),
        "timings": {name: round(stage.busy_s, 3) for name, stage in progress.stages.items()}
        | {"total": round(progress.elapsed_s, 3)},
        "spans": progress.spans,
        "quality": {
            clip: {name: msgspec.to_builtins(report) for name, report in reports.items()}
            for clip, reports in result.quality.items()
        },
        "notices": list(dict.fromkeys([*result.notices, *progress.notices])),
    }


def _list_clips(episode: Episode) -> list[dict[str, Any]]:
    return [
        {
            "id": clip.plan.id,
            "title": clip.plan.title,
            "recording": episode.name,
            "duration_s": round(clip.duration_s, 3),
            "outputs": {name: str(path) for name, path in episode.outputs.get(clip.plan.id, {}).items()},
            "passed": clip.plan.id not in episode.rejected,
        }
        for clip in episode.clips
    ]


def print_summary(result: ClipsResult, progress: Progress, *, plan: bool) -> None:
    """What was chosen and why, where it is and what it cost."""
    from rich.console import Console

    console = Console(emoji=False)

    def tell(text: str, **how: Any) -> None:
        console.print(text, highlight=False, markup=False, **how)

    several = len(result.episodes) > 1
    for episode in result.episodes:
        if several:
            tell(episode.name, style="bold underline")
        _tell_choice(episode, tell)
    for one in result.skipped:
        tell(f"Not made: {one.why}.", soft_wrap=True)
    if result.folder:
        of = f" of {len(result.episodes)} recordings" if several else ""
        if result.clips:
            tell(f"{len(result.clips)} clips{of}, made in {progress.elapsed_s:.1f} s: {result.folder}", soft_wrap=True)
            tell(f"Look at them: {result.folder / 'index.html'}", soft_wrap=True)
        else:
            tell(f"Chosen{of} in {progress.elapsed_s:.1f} s; nothing was filmed: {result.folder}", soft_wrap=True)
            tell("Edit plan.json in there, and give it back with --plan-file.", soft_wrap=True)
    if result.receipts:
        from automagic.cli.publish import show_receipts

        show_receipts(result.receipts)
    if result.cost_usd:
        tell(f"Cost: {result.cost_usd:.4f} USD")
    if plan:
        from automagic.cli.plan import print_plan

        found = sum(len(episode.choice.chosen) for episode in result.episodes if episode.choice)
        print_plan(
            result.title,
            f"{count(found, 'moment')} found so far." if found else "No moments are known yet.",
            result.steps,
            progress,
            subjects="About",
        )


def _tell_choice(episode: Episode, tell: Callable[..., None]) -> None:
    choice = episode.choice
    if choice is None:
        return
    titles = {clip.plan.id: clip.plan.title for clip in episode.clips}
    for number, moment in enumerate(choice.chosen, start=1):
        title = titles.get(moment.id) or moment.text[:60] or f"{episode.title}, {_clock(moment.start_s)}"
        tell(f"{number}. {title}", style="bold")
        tell(f"   {_clock(moment.start_s)}, {moment.duration_s:.0f} s, score {moment.score:.2f}")
        for one in moment.contributions[:3]:
            tell(f"   {one.points:+.2f} {one.why}")
    tell(f"{choice.considered} passages were considered. Scores only compare the moments of this recording.")


def _clock(time_s: float) -> str:
    hours, rest = divmod(int(time_s), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
