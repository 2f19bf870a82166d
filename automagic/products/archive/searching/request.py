"""What a person asks for when something that was said shall be found, or a recording be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from msgspec import Meta

from automagic.database.search_query import SearchFilters, parse_query
from automagic.errors import RequestError
from automagic.products.archive.requests import Item, check_source_name
from automagic.values.request import Flag, Request
from automagic.values.request_fields import check_fields


@dataclass(frozen=True, slots=True)
class SearchRequest(Request):
    """What was said, somewhere in the archive."""

    query: Annotated[
        str,
        Meta(description='Words, "words side by side", beginn*; all of them in one passage.'),
        Flag("QUERY", subject=True, argument=True),
    ]
    source: Annotated[str, Meta(description="Only in this source."), Flag("NAME", panel="Input")] = ""
    show: Annotated[str, Meta(description="Only where this is part of the title."), Flag("TEXT", panel="Input")] = ""
    since: Annotated[str, Meta(description="Only what happened on this day or later."), Flag("DATE", panel="Input")] = (
        ""
    )
    until: Annotated[
        str, Meta(description="Only what happened on this day or earlier."), Flag("DATE", panel="Input")
    ] = ""
    speaker: Annotated[
        str, Meta(description="Only where this is part of the speaker mark."), Flag("TEXT", panel="Input")
    ] = ""
    meaning: Annotated[
        bool,
        Meta(description="Some of the words are enough; the nearest in meaning come first."),
        Flag(panel="Input"),
    ] = False
    limit: Annotated[int, Meta(ge=1, le=1000, description="At most so many hits."), Flag("N", panel="Output")] = 20

    def __post_init__(self) -> None:
        check_fields(self)
        if self.source:
            check_source_name(self.source)
        parse_query(self.query)
        if self.filters.since and self.filters.until and self.filters.since > self.filters.until:
            raise RequestError(f"{self.since} is after {self.until}", hint="Give --since the earlier day.")

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"search {self.query}"

    @property
    def filters(self) -> SearchFilters:
        """Where to search; days are those of UTC."""
        since, until = (_day(text) if text else None for text in (self.since, self.until))
        last = until + timedelta(days=1) - timedelta(microseconds=1) if until else None
        return SearchFilters(
            self.source,
            self.show,
            since.timestamp() if since else None,
            last.timestamp() if last else None,
            self.speaker,
        )


def _day(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError as error:
        raise RequestError(f"{text!r} is not a valid day", hint="Write it like 2026-03-11.") from error


@dataclass(frozen=True, slots=True)
class ShowRequest(Request):
    """A recording to look at."""

    item: Item

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def title(self) -> str:
        """What a person knows it by."""
        return f"recording {self.item}"
