"""One recording of the archive, as lines of what is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.cli.words import count

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.archive.searching.result import ItemResult


def document(result: ItemResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: ItemResult, progress: Progress, *, plan: bool) -> None:
    """What is known, one thing a line."""
    from rich.console import Console

    del progress, plan
    from automagic.values.station import one_line

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for name, value in _lines(result):
        if value:
            console.print(f"{name:<12}{one_line(value)}")


def _lines(result: ItemResult) -> Iterator[tuple[str, str]]:
    item, facts = result.item, result.facts
    yield "Recording", f"{item.listed.title} ({item.id})"
    yield "Source", f"{item.source}: {item.remote_id}"
    yield "Date", facts["date"]
    yield "Page", item.listed.link
    older = ", ".join(one.id for one in result.generations if one.id != item.id)
    yield "Also", f"{older} (under the same name)" if older else ""
    yield "Missing", facts["missing_since"] and f"since {facts['missing_since']}"
    yield "Gone", facts["gone"] and f"{facts['gone']}: {item.evidence}"
    yield "Held", f"{item.held_why} ({item.held_by})" if item.held_at else ""
    there = f"{item.media_path} ({item.media_bytes / 1e6:,.1f} MB)" if item.media_path else item.media_state
    yield "Media", there
    yield "", item.media_error
    yield "Captions", ", ".join(f"{place.form} {place.language}".strip() for place in item.listed.captions)
    yield "Heard", f"{result.heard}; {count(result.passages, 'passage')}" if item.transcript else result.heard
    yield "Chapters", ", ".join(chapter.title for chapter in item.listed.chapters)
