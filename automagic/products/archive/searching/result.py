"""What was found in the archive, and a recording as it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec

from automagic.products.archive.result import ArchiveResult
from automagic.products.archive.searching.hits import Hit, day_of
from automagic.runs.run import StepRecord
from automagic.store.holdings import NO_SOUND, UNHEARD, ArchiveItem


@dataclass(frozen=True, slots=True)
class SearchResult(ArchiveResult):
    """What was found.

    Attributes:
        order: "newest" where so many passages have the words that ranking them is no help.
        took_ms: Of the search itself.
        absent: What of the query nobody has said, where that was looked for.
        looked: How many passages were compared by their meaning.
    """

    run_id: str
    query: str
    hits: tuple[Hit, ...]
    order: Literal["best", "newest", "meaning"]
    took_ms: float
    absent: tuple[str, ...] = ()
    looked: int = 0
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"search {self.query}"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        return {
            "query": self.query,
            "order": self.order,
            "took_ms": round(self.took_ms, 2),
            "absent": list(self.absent),
            "looked": self.looked,
            "hits": [hit.facts(self.query) for hit in self.hits],
        }


@dataclass(frozen=True, slots=True)
class ItemResult(ArchiveResult):
    """A recording.

    Attributes:
        generations: All that its name has meant at its source, the oldest first.
        passages: How many of it are in the index.
        transcript: The file of what is said; None for none.
    """

    run_id: str
    item: ArchiveItem
    generations: tuple[ArchiveItem, ...]
    passages: int
    transcript: Path | None
    folder: Path | None = None
    steps: Sequence[StepRecord] = ()
    cost_usd: Decimal = Decimal(0)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"recording {self.item.id}"

    @property
    def heard(self) -> str:
        """How far what is said is known."""
        if self.item.sound_sha256 == NO_SOUND:
            return "no sound"
        if not self.item.transcript:
            return "not yet"
        return "captions" if self.item.sound_sha256 == UNHEARD or self.item.captions else "heard"

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data, for a document."""
        item, listed = self.item, self.item.listed
        return {
            "id": item.id,
            "source": item.source,
            "remote_id": item.remote_id,
            "show": listed.title,
            "project": listed.project,
            "date": listed.event_at.date().isoformat() if listed.event_at else "",
            "length_s": listed.length_s,
            "state": listed.state,
            "servable": listed.servable,
            "url": listed.url,
            "link": listed.link,
            "generation": item.generation,
            "generations": [
                {"id": one.id, "generation": one.generation, "first_seen": day_of(one.first_seen_at)}
                for one in self.generations
            ],
            "missing_since": day_of(item.missing_since),
            "gone": day_of(item.gone_at),
            "evidence": item.evidence,
            "held": {"since": day_of(item.held_at), "why": item.held_why, "by": item.held_by} if item.held_at else None,
            "media": {
                "state": item.media_state,
                "path": item.media_path,
                "bytes": item.media_bytes,
                "sha256": item.media_sha256,
                "error": item.media_error,
            },
            "captions": [msgspec.to_builtins(place) for place in listed.captions],
            "heard": self.heard,
            "transcript": str(self.transcript) if self.transcript else "",
            "passages": self.passages,
            "chapters": [msgspec.to_builtins(chapter) for chapter in listed.chapters],
        }
