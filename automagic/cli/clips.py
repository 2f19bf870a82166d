"""`automagic clips`: short clips of a long recording, and why these."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from automagic.cli.options import JsonOption, print_json
from automagic.errors import QualityError, RequestError

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.pipelines.clips import ClipsResult
    from automagic.pipelines.clips_request import ClipsRequest

LAYOUTS = ("auto", "hold", "pan", "fit", "split")
LONGEST_S = 600.0


def clips_command(
    recording: Annotated[str, typer.Argument(metavar="VIDEO", help="A video file.")],
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", metavar="NAME", help="shorts, reels, tiktok, youtube, square or feed; repeatable."),
    ] = None,
    max_clips: Annotated[int, typer.Option("--max-clips", metavar="N", help="No more than these.")] = 10,
    min_s: Annotated[float, typer.Option("--min", metavar="S", help="The shortest, in seconds.")] = 15.0,
    max_s: Annotated[float, typer.Option("--max", metavar="S", help="The longest, in seconds.")] = 60.0,
    query: Annotated[str, typer.Option(metavar="TEXT", help="Moments about this.")] = "",
    transcript: Annotated[
        str | None, typer.Option(metavar="FILE", help="What is said: SRT, VTT or JSON of your own.")
    ] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="Of the speech; found out without it.")] = None,
    layout: Annotated[str, typer.Option(metavar="NAME", help="auto, hold, pan, fit or split.")] = "auto",
    tighten: Annotated[bool, typer.Option("--tighten", help="Leave out long pauses and filler words.")] = False,
    plan_file: Annotated[
        str | None, typer.Option("--plan-file", metavar="FILE", help="Make what this edited plan.json says.")
    ] = None,
    theme: Annotated[str, typer.Option(metavar="NAME", help="Of the captions: a theme, or a folder.")] = "default",
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Where the result goes.")] = None,
    redo: Annotated[
        list[str] | None, typer.Option(metavar="STEP[:CLIP]", help="Forget one step's result; repeatable.")
    ] = None,
    credentials: Annotated[
        bool, typer.Option("--credentials/--no-credentials", help="Sign what was generated into the files.")
    ] = True,
    plan: Annotated[bool, typer.Option("--plan", help="Say what would be chosen; make nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make short captioned clips of a long recording, each with the reasons why it was chosen."""
    from automagic.pipelines.clips_request import ClipsRequest

    if layout not in LAYOUTS:
        raise RequestError(f"there is no layout {layout!r}", hint="Layouts: " + ", ".join(LAYOUTS))
    if not 1 <= max_clips <= 200:
        raise RequestError(f"--max-clips {max_clips} is not between 1 and 200")
    if not 3 <= min_s < max_s <= LONGEST_S:
        raise RequestError(
            f"--min {min_s:g} and --max {max_s:g} do not fit",
            hint=f"The shortest has at least 3 s; the longest more than that, and at most {LONGEST_S:g} s.",
        )
    request = ClipsRequest(
        recording=recording,
        platforms=tuple(platform or ("shorts",)),
        max_clips=max_clips,
        min_s=min_s,
        max_s=max_s,
        query=query,
        transcript=Path(transcript) if transcript else None,
        language=language,
        layout=layout,  # type: ignore[arg-type]  # it is one of LAYOUTS
        tighten=tighten,
        plan_file=Path(plan_file) if plan_file else None,
        theme=theme,
        out=Path(out) if out else None,
        credentials=credentials,
        redo=tuple(redo or ()),
        plan=plan,
    )
    try:
        result, progress = asyncio.run(_make(request))
    except asyncio.CancelledError:  # by SIGTERM or SIGHUP: the same to the caller as Ctrl-C
        raise KeyboardInterrupt from None
    if as_json:
        print_json(_document(result, progress))
    else:
        _print_summary(result, progress)
    if result.rejected:
        raise QualityError(
            f"{len(result.rejected)} of {len(result.clips)} clips did not pass their measurements",
            hint=f"Their folders in {result.folder} end in .rejected; quality.json says why.",
        )


async def _make(request: ClipsRequest) -> tuple[ClipsResult, Progress]:
    from rich.console import Console

    from automagic.cli.display import show_progress
    from automagic.cli.signals import cancel_on_signals
    from automagic.logs import open_logs
    from automagic.settings import load_settings
    from automagic.studio import open_studio

    settings = load_settings()
    async with open_studio(settings) as studio:
        with (
            open_logs(settings, "clips", file=not request.plan),
            cancel_on_signals(),
            show_progress(Console(stderr=True), cores=studio.settings.render_slots, planning=request.plan) as (
                progress,
                listener,
            ),
        ):
            return await studio.clips(request, listener=listener), progress


def _document(result: ClipsResult, progress: Progress) -> dict[str, Any]:
    import msgspec

    states = [record.state for record in result.steps]
    choice = result.choice
    return {
        "run_id": result.run_id,
        "title": result.title,
        "folder": str(result.folder) if result.folder else None,
        "clips": [
            {
                "id": clip.plan.id,
                "title": clip.plan.title,
                "duration_s": round(clip.duration_s, 3),
                "outputs": {name: str(path) for name, path in result.outputs.get(clip.plan.id, {}).items()},
                "passed": clip.plan.id not in result.rejected,
            }
            for clip in result.clips
        ],
        "choice": msgspec.to_builtins(choice) if choice else None,
        "steps": {name: states.count(name) for name in ("hit", "miss", "planned")},
        "cost_usd": float(result.cost_usd),
        "timings": {name: round(stage.busy_s, 3) for name, stage in progress.stages.items()}
        | {"total": round(progress.elapsed_s, 3)},
        "quality": {
            clip: {name: msgspec.to_builtins(report) for name, report in reports.items()}
            for clip, reports in result.quality.items()
        },
        "notices": list(dict.fromkeys([*result.notices, *progress.notices])),
    }


def _print_summary(result: ClipsResult, progress: Progress) -> None:
    from rich.console import Console

    console = Console()

    def tell(text: str, **how: Any) -> None:
        console.print(text, highlight=False, markup=False, **how)

    choice = result.choice
    places = {clip.plan.id: number for number, clip in enumerate(result.clips, start=1)}
    for number, moment in enumerate(choice.chosen if choice else (), start=1):
        title = next((clip.plan.title for clip in result.clips if clip.plan.id == moment.id), moment.text[:60])
        tell(f"{number}. {title}", style="bold")
        tell(f"   {_clock(moment.start_s)}, {moment.duration_s:.0f} s, score {moment.score:.2f}")
        for one in moment.contributions[:3]:
            tell(f"   {one.points:+.2f} {one.why}")
    if choice:
        tell(f"{choice.considered} stretches were considered. Scores compare the moments of this recording, no more.")
    if result.folder:
        tell(f"{len(places)} clips, made in {progress.elapsed_s:.1f} s: {result.folder}", soft_wrap=True)
        tell(f"Look at them: {result.folder / 'index.html'}", soft_wrap=True)


def _clock(time_s: float) -> str:
    hours, rest = divmod(int(time_s), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
