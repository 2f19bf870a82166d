"""Recordings of the archive as sources of clips: what is said in them is known already, and is not heard again.

archive: --query "…" ─▶ the passages that are about it ─┬─▶ its recording is here ─▶ the moments around them
                                                        └─▶ it is not: fetched where that is allowed, else named
archive:ID, archive:ID@1:02:03 ─▶ this recording, this moment
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.database.search_query import SearchFilters
from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.products.clips.archived.place import is_archive_place, parse_place
from automagic.sources.recordings import is_address, name_of
from automagic.stages.archive.fetching.batch import fetch_media
from automagic.stages.archive.opening import open_reader
from automagic.stages.archive.searching import LOOKED, ArchiveHit, search_archive
from automagic.store.holdings import UNHEARD, ArchiveItem, Holdings
from automagic.store.sources import Sources
from automagic.values.events import Notice

if TYPE_CHECKING:
    from automagic.products.clips.request import ClipsRequest
    from automagic.runs.run import Run
    from automagic.services import Services

NEAR = 0.25
"""Likeness of a passage to a query from which it is about it, where it has not all of its words; as whole moments."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A recording of the archive, as a source of clips.

    Attributes:
        name: Its title, with its file's ending.
        place: Its file; in a plan, its address where it would be fetched.
        transcript: The digest of what is said in it; "" where nobody has heard it.
        checked: Whether that was heard from it, or held against its sound.
        moments: When what was searched is said, in seconds; empty for all of it.
    """

    name: str
    place: str
    transcript: str
    checked: bool
    moments: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """What is asked for of the archive.

    Attributes:
        found: Each recording once, the best first.
        absent: Names of those that are not here, and why.
    """

    found: tuple[Archived, ...] = ()
    absent: tuple[tuple[str, RequestError], ...] = ()


async def find_archived(request: ClipsRequest, run: Run[Services]) -> Archive:
    """The recordings of the archive that a request names, or that are about what it asks for.

    Raises:
        RequestError: There is no such source or recording, none of them is here, or nobody says anything about it.
        ConfigurationError: A whole source is searched, and what compares meanings is not installed.
    """
    engine = run.services.store.engine
    holdings = Holdings(engine)
    choice = _Choice(request)
    for given in filter(is_archive_place, (request.recording, *request.more)):
        place = parse_place(given)
        sources = {source.name for source in await in_thread(Sources(engine).all)}
        if place.name and place.name not in sources:
            choice.add(await in_thread(holdings.find, place.name), place.at_s)
        elif place.at_s is not None:
            raise RequestError(f"{place.name} is a source, and no recording", hint="Name a recording by its id.")
        else:
            hits = await _search(request, place.name, run)
            items = await in_thread(holdings.find_all, [hit.found.item for hit in hits])
            for hit in hits:
                if choice.count == request.max_clips:
                    break
                choice.add(items[hit.found.item], hit.at_s)
    if not request.plan:
        await choice.bring(run)
    return choice.archive


NO_ARCHIVE = Archive()


@dataclass(slots=True)
class _Choice:
    """The recordings that are chosen, one after another.

    Attributes:
        count: Of moments.
        moments: By the recording's id; None for all of it.
    """

    request: ClipsRequest
    count: int = 0
    items: dict[str, ArchiveItem] = field(default_factory=dict)
    moments: dict[str, list[float] | None] = field(default_factory=dict)
    absent: dict[str, RequestError] = field(default_factory=dict)

    def add(self, item: ArchiveItem, at_s: float | None) -> None:
        """A recording, or a moment of it."""
        if item.media_state != "there" and not (self.request.fetch and is_address(item.listed.url)):
            hint = f"--fetch brings it; automagic archive sync {item.source} brings all that is wanted."
            self._miss(item, item.media_error, hint)
            return
        self.items[item.id] = item
        known = self.moments.setdefault(item.id, [])
        if at_s is None:
            self.moments[item.id] = None
        elif known is not None and at_s not in known:
            known.append(at_s)
            self.count += 1

    async def bring(self, run: Run[Services]) -> None:
        """Fetch the chosen ones that are not here, as `archive sync` would, within the bounds of the archive."""
        away = [item for item in self.items.values() if item.media_state != "there"]
        engine = run.services.store.engine
        for name, items in groupby(sorted(away, key=attrgetter("source")), key=attrgetter("source")):
            source = await in_thread(Sources(engine).find, name)
            clock = await open_reader(source, run.services).clock()
            ids = [item.id for item in items]
            report = await fetch_media(source, run, zone=clock.zone, only=ids)
            for item in (await in_thread(Holdings(engine).find_all, ids)).values():
                self.items[item.id] = item
                if item.media_state != "there":
                    why = item.media_error or next(iter(report.put_off), "")
                    self._miss(self.items.pop(item.id), why, f"Try again: automagic archive sync {name} --retry.")

    def _miss(self, item: ArchiveItem, why: str, hint: str) -> None:
        name = name_item(item)
        self.absent[name] = RequestError(f"{name} is not here" + (f": {why}" if why else ""), hint=hint)

    @property
    def archive(self) -> Archive:
        """All of them.

        Raises:
            RequestError: None is here.
        """
        if self.absent and not self.items:
            first = next(iter(self.absent.values()))
            raise RequestError("; ".join(one.message for one in self.absent.values()), hint=first.hint)
        found = (_describe(item, self.moments[item.id]) for item in self.items.values())
        return Archive(tuple(found), tuple(self.absent.items()))


def name_item(item: ArchiveItem) -> str:
    """For people."""
    return f"{item.listed.title or item.remote_id} ({item.id})"


def _describe(item: ArchiveItem, moments: list[float] | None) -> Archived:
    place = item.media_path if item.media_state == "there" else item.listed.url
    file = name_of(place) if is_address(place) else Path(place).name
    title = " ".join((item.listed.title or Path(file).stem).replace("/", "-").split())
    checked = item.sound_sha256 != UNHEARD
    return Archived(f"{title}{Path(file).suffix}", place, item.transcript, checked, tuple(moments or ()))


async def _search(request: ClipsRequest, source: str, run: Run[Services]) -> list[ArchiveHit]:
    """The passages that are about the query, the best first."""
    where = source or "the archive"
    if not request.query.strip():
        raise RequestError(
            f"no moments are chosen of all of {where} at once",
            hint='Say what they shall be about: --query "…"; or name a recording by its id: archive:ID.',
        )
    result = await search_archive(request.query, SearchFilters(source=source), run.services, limit=LOOKED, meaning=True)
    near = [hit for hit in result.hits if hit.whole or (hit.likeness or 0.0) >= NEAR]
    if result.absent:
        run.emit(Notice(f"Nobody said {', '.join(result.absent)} in what was heard so far."))
    if not near:
        raise RequestError(
            f"nothing that was heard in {where} is about “{request.query}”",
            hint="Moments are found by the words that are said: try others, or see automagic archive search.",
        )
    return near
