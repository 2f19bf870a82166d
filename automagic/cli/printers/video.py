"""The result of `automagic --now`: one video."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.cli.options import list_steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from automagic.cli.display import Progress
    from automagic.products.video.result import VideoResult
    from automagic.values.report import Measure, QualityReport

READING_SPEED = "reading_speed"


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
        "preview": str(result.preview) if result.preview else None,
        "set_aside": {name: str(path) for name, path in result.aside.items()},
        "duration_s": round(result.duration_s, 3),
        "scenes": [msgspec.to_builtins(scene) for scene in result.scenes],
        "steps": {"hit": states["hit"], "miss": states["miss"]},
        "made_by": msgspec.to_builtins(result.made_by),
        "cost_usd": float(result.cost_usd),
        "timings": {name: round(stage.busy_s, 3) for name, stage in progress.stages.items()}
        | {"total": round(progress.elapsed_s, 3)},
        "spans": progress.spans,
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

        _print_scenes(result)
        outcome = f"About {result.duration_s:.0f} s of video."
        print_plan("", outcome, result.steps, progress, subjects="")
        return
    if result.preview:
        print(result.preview)  # noqa: T201 - the result
        return
    from rich.console import Console
    from rich.text import Text

    from automagic.products.video.credits import OWN

    console = Console(emoji=False)
    if progress.spans:
        _print_stages(progress, console)
    else:
        console.print(f"All {sum(stage.hits for stage in progress.stages.values())} steps were kept from before.")
    console.print(
        Text(result.title, "bold").append(
            f", {result.duration_s:.1f} s, made in {progress.elapsed_s:.1f} s", "not bold"
        )
    )
    console.print(f"{result.made_by}", highlight=False, markup=False)
    for line in list_remarks(result.quality.values(), own_script=result.made_by.writer == OWN):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if result.cost_usd:
        console.print(f"Cost: {result.cost_usd:.4f} USD", highlight=False)
    for name, path in result.outputs.items():
        console.print(f"{name}: {path}", highlight=False, markup=False, soft_wrap=True)
    for name, path in result.aside.items():
        console.print(f"{name}, set aside: {path}", highlight=False, markup=False, soft_wrap=True)
    if result.receipts:
        from automagic.cli.publish import show_receipts

        show_receipts(result.receipts)


def _print_scenes(result: VideoResult) -> None:
    """What is said and seen in each scene, and what the writer left out and why."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from automagic.language.script.card_lines import write_card

    console = Console(emoji=False)
    to_do = {record.subject for record in result.steps if record.state != "hit"}
    console.print(Text(result.title, "bold"))
    for number, scene in enumerate(result.scenes, start=1):
        state = "to do" if scene.id in to_do else "kept"
        console.print(Text(f"\n{number:>2}  {scene.id}  {scene.seconds:.1f} s, {state}", "bold"))
        lines = [scene.text, *([f"spoken: {scene.spoken}"] if scene.spoken else [])]
        seen = [f"picture: {scene.picture}"] if scene.picture else []
        seen += [f"card: {write_card(card)}" for card in scene.cards]
        for line, style in (*((line, "") for line in lines), *((line, "dim") for line in seen)):
            console.print(Padding(Text(line, style), (0, 0, 0, 4), expand=False))
    if result.notices and not (sys.stdout.isatty() and sys.stderr.isatty()):  # where they were not seen already
        console.print()
        for notice in result.notices:
            console.print(Text(f"Note: {notice}"))
    console.print()


def list_remarks(reports: Iterable[QualityReport], *, own_script: bool) -> list[str]:
    """What a person should look at, once for all platforms, and what to do about it.

    Fast captions are a matter of the words and the voice: only who wrote the words can change them.
    """
    flags = [measure for report in reports for measure in report.measures if measure.verdict == "flag"]
    each = {(flag.name, flag.expected): flag for flag in flags}.values()
    return [_describe_flag(flag) for flag in each if own_script or flag.name != READING_SPEED]


def _describe_flag(flag: Measure) -> str:
    if flag.name == READING_SPEED:
        return (
            f"Captions are fast to read: {float(flag.value):.0f} characters a second, easy is {flag.expected}: "
            f"{flag.detail}. Say it in fewer words, or choose a slower voice by --voice."
        )
    return f"Check {flag.name}: {flag.value} (expected {flag.expected}) {flag.detail}".rstrip()


def _print_stages(progress: Progress, console: Console) -> None:
    """What each stage did, and when: of steps that are done side by side, durations would not add up."""
    from rich.table import Table

    from automagic.cli.words import format_clock

    table = Table(box=None, pad_edge=False)
    table.add_column("Step", min_width=22)
    for column in ("Made", "Kept", "From", "To"):
        table.add_column(column, justify="right")
    spans = progress.spans
    for stage in progress.in_order():
        if not stage.done:
            continue  # it was not needed after all, or another run did it
        span = map(format_clock, spans.get(stage.name, ()))
        table.add_row(progress.label(stage.name), str(stage.made or ""), str(stage.hits or ""), *span)
    table.add_row("The whole run", "", "", format_clock(0.0), format_clock(progress.elapsed_s), style="bold")
    console.print(table)
    console.print("From and To are minutes and seconds of the run; steps are done side by side.", style="dim")
