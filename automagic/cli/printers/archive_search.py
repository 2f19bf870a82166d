"""What was found in the archive: one hit after another, with the commands that make something of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.archive.searching.result import SearchResult


def document(result: SearchResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: SearchResult, progress: Progress, *, plan: bool) -> None:
    """Of each hit four lines: where, the sentence, a command for clips, one for posts."""
    from rich.console import Console

    from automagic.products.archive.searching.hits import timecode
    from automagic.values.station import one_line

    del progress, plan
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if not result.hits:
        console.print(_tell_absent(result) or f"No passage has all of this, where it was searched: {result.query}")
        return
    for hit in result.hits:
        speaker = f"{hit.said.found.speaker}: " if hit.said.found.speaker else ""
        title = hit.item.listed.title
        date = "" if hit.date in title else hit.date
        where = "  ".join(part for part in (timecode(hit.at_s), date, title, hit.item.id) if part)
        console.print(one_line(where), style="bold")
        console.print(f"  {one_line(speaker + hit.said.sentence)}")
        for command in (hit.clips_command(result.query), hit.posts_command()):
            if command:
                console.print(f"  {one_line(command)}", style="dim")
    if result.absent:
        console.print(_tell_absent(result))
    if result.order == "meaning":
        console.print(f"Ordered by meaning, among the {result.looked} passages that have the words best.")
    if result.order == "newest":
        console.print("So many passages say this that the newest come first: add words to find the best.")


def _tell_absent(result: SearchResult) -> str:
    return f"Nobody said {', '.join(result.absent)} in what was heard so far." if result.absent else ""
