"""The recordings of a Cablecast server: its videos on demand, each with the show that it belongs to.

    /v1/shows?include=vod      pages of shows, with their videos beside them   ─┐
    /v1/vods                   videos whose show is not listed, if there are    ├▶ StationItem
    /v1/shows/search/advanced  shows that changed since a time                 ─┘
    vod.m3u8, captions.vtt, transcript.en.txt  beside the film ─▶ CaptionPlace, only when they are wanted

Schema: the explorer of a server, /ui/api-docs/explorer (2025-07-03).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from posixpath import basename
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from automagic.errors import Permanent
from automagic.sources.stations.cablecast.client import PAGE, CablecastClient, read_number
from automagic.sources.stations.shared.kind import AnotherKind
from automagic.sources.stations.shared.playlists import MasterPlaylist, holds_piece, is_playlist, read_playlist
from automagic.values.station import CaptionPlace, StationChapter, StationClock, StationItem

if TYPE_CHECKING:
    from automagic.sources.stations.shared.kind import StationAccess

_ASKED_AT_ONCE = 100
"""Shows that are asked for by their ids."""

_HOUR = timedelta(hours=1)
_ALLOWED = "%/:?#[]@!$&'()*+,;=~"
"""Signs of an address that stay as they are; spaces and letters of other scripts do not."""


class CablecastReader:
    """One server."""

    lists_all = True
    left_out: Sequence[str] = ()

    def __init__(self, access: StationAccess, client: CablecastClient) -> None:
        self._client = client
        self._zone: tzinfo | None = None
        self._base = access.address

    @property
    def requests(self) -> int:
        """How many it was sent."""
        return self._client.requests

    async def clock(self) -> StationClock:
        """The server's time and zone."""
        answer = await self._client.get("/v1/systemtime") or {}
        told = answer.get("systemTime") if isinstance(answer.get("systemTime"), dict) else answer
        name = _text(told, "ianaTimeZone")
        try:
            self._zone = ZoneInfo(name) if name else UTC
        except (ZoneInfoNotFoundError, ValueError):
            name, self._zone = "", UTC
        now = self._time(_text(told, "time"))
        if now is None:
            raise AnotherKind(f"{self._client.host} does not tell its time", hint="Is it a Cablecast server?")
        return StationClock(now, name)

    async def probe(self) -> str:
        """Ask for its time, which costs a server nothing."""
        await self.clock()
        return ""

    async def count(self) -> int | None:
        """How many videos it has."""
        answer = await self._client.get("/v1/vods", {"page_size": 1}) or {}
        meta = answer.get("meta")
        return read_number(meta, "count") if isinstance(meta, dict) else None

    async def everything(self) -> AsyncIterator[list[StationItem]]:
        """All videos, by the pages of their shows; then those whose show is not listed."""
        await self._know_zone()
        seen = set[str]()
        async for answer in self._client.pages("/v1/shows", "shows", {"include": "vod,project", "sort": "id"}):
            page = list(self._items(answer))
            seen |= {item.remote_id for item in page}
            if page:
                yield page
        count = await self.count()
        if count is not None and count > len(seen):
            async for answer in self._client.pages("/v1/vods", "vods", {}):
                left = [vod for vod in _dicts(answer, "vods") if str(vod.get("id")) not in seen]
                if page := [item for vod in left if (item := self._item(vod, {}, "")) is not None]:
                    yield page

    def changed(self, since: datetime) -> AsyncIterator[list[StationItem]]:
        """The videos of shows that were modified since then."""
        return self._changed(since)

    async def _changed(self, since: datetime) -> AsyncIterator[list[StationItem]]:
        written = _earliest(since, await self._know_zone()).isoformat(timespec="seconds")
        later = {"field": "lastModified", "operator": "greaterThan", "searchValue": written}
        query = {"groups": [{"orAnd": "and", "filters": [later]}], "sortOptions": []}
        answer = await self._client.post("/v1/shows/search/advanced", {"savedShowSearch": {"query": query, "name": ""}})
        found = (answer or {}).get("savedShowSearch")
        told = found.get("results") if isinstance(found, dict) else None
        if not isinstance(told, list):
            raise Permanent(f"{self._client.host} does not say which shows changed", hint="Look with --full.")
        ids = list(dict.fromkeys(one for one in told if isinstance(one, int) and not isinstance(one, bool)))
        for begin in range(0, len(ids), _ASKED_AT_ONCE):
            part = "&".join(f"ids[]={one}" for one in ids[begin : begin + _ASKED_AT_ONCE])
            listed = await self._client.get(f"/v1/shows?{part}&include=vod,project&page_size={PAGE}") or {}
            if page := list(self._items(listed)):
                yield page

    async def find(self, remote_id: str) -> StationItem | None:
        """One video; None where the server answers 404."""
        await self._know_zone()
        if not remote_id.isdecimal():
            return None
        answer = await self._client.get(f"/v1/vods/{remote_id}")
        if answer is None:
            return None
        vod = answer.get("vod")
        if not isinstance(vod, dict):
            raise Permanent(f"{self._client.host} says neither that video {remote_id} is there nor that it is not")
        number = read_number(vod, "show")
        told = await self._client.get(f"/v1/shows/{number}", {"include": "project"}) if number is not None else None
        beside = told or {}
        show = beside.get("show") if isinstance(beside.get("show"), dict) else {}
        return self._item(vod, show or {}, _project_names(beside).get(read_number(show or {}, "project"), ""))

    async def captions(self, item: StationItem) -> tuple[CaptionPlace, ...]:
        """What lies beside the film: HLS with all languages, else one WebVTT file, else a transcript."""
        if not item.url:
            return ()
        whole = urlsplit(item.url).path.endswith(".m3u8")
        if found := await self._hls_captions(item.url if whole else urljoin(item.url, "vod.m3u8")):
            return found
        beside = urljoin(item.url, "captions.vtt")
        if (await self._client.text(beside) or "").startswith("WEBVTT"):
            return (CaptionPlace(beside, "vtt"),)
        told = await self._client.get(f"/publicsitedata/shows/{item.show_id}") if item.show_id else None
        show = (told or {}).get("show")
        listed = _dicts(show if isinstance(show, dict) else told or {}, "vodTranscripts")
        places = [(self._address(_text(one, "url")), _text(one, "language")) for one in listed]
        return tuple(CaptionPlace(address, "txt", language) for address, language in places if address)

    async def _hls_captions(self, playlist: str) -> tuple[CaptionPlace, ...]:
        """The tracks of a playlist that hold a piece."""
        text = await self._client.text(playlist) or ""
        listed = read_playlist(text, playlist) if is_playlist(text) else None
        if not isinstance(listed, MasterPlaylist):
            return ()
        found = []
        for track in listed.renditions:
            if track.kind == "SUBTITLES" and track.url and holds_piece(await self._client.text(track.url) or ""):
                found.append(CaptionPlace(track.url, "hls", track.language))
        return tuple(found)

    async def chapters(self, item: StationItem) -> tuple[StationChapter, ...]:
        """Those that are neither deleted nor hidden."""
        answer = await self._client.get("/v1/chapters", {"vod": item.remote_id}) or {}
        shown = [
            StationChapter(title, _number(one, "offset"))
            for one in _dicts(answer, "chapters")
            if str(one.get("vod")) == item.remote_id and not one.get("deleted") and not one.get("hidden")
            if (title := _text(one, "title"))
        ]
        return tuple(sorted(shown, key=lambda chapter: chapter.at_s))

    # ------------------------------------------------------------------------------------------- reading

    def _items(self, answer: Mapping[str, Any]) -> Iterator[StationItem]:
        shows = {read_number(one, "id"): one for one in _dicts(answer, "shows")}
        projects = _project_names(answer)
        for vod in _dicts(answer, "vods"):
            show = shows.get(read_number(vod, "show"), {})
            item = self._item(vod, show, projects.get(read_number(show, "project"), ""))
            if item is not None:
                yield item

    def _item(self, vod: Mapping[str, Any], show: Mapping[str, Any], project: str) -> StationItem | None:
        number, show_id = read_number(vod, "id"), read_number(vod, "show")
        if number is None:
            return None
        url = self._address(_text(vod, "url"))
        state = _text(vod, "vodState") or "unknown"
        name = _text(vod, "fileName") or basename(urlsplit(url).path)
        return StationItem(
            remote_id=str(number),
            title=_text(show, "title") or _text(show, "cgTitle") or name or f"Recording {number}",
            show_id="" if show_id is None else str(show_id),
            project=project,
            event_at=self._time(_text(show, "eventDate")),
            url=url,
            file_name=name,
            length_s=_number(vod, "length"),
            state=state,
            servable=state == "complete" and vod.get("disabled") is not True and vod.get("isWatchable") is not False,
            modified_at=self._time(_text(show, "lastModified")),
        )

    def _address(self, url: str) -> str:
        """A media address as it can be asked for; "" for what is none."""
        if not url:
            return ""
        try:
            whole = urljoin(self._base, quote(url, safe=_ALLOWED))
            parts = urlsplit(whole)
            fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # "http://[", a port that is no number
            return ""
        return whole if fits and "@" not in parts.netloc else ""

    async def _know_zone(self) -> tzinfo:
        if self._zone is None:
            await self.clock()
        return self._zone or UTC

    def _time(self, text: str) -> datetime | None:
        """A time; one without a zone is the station's."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=self._zone or UTC)


def _earliest(since: datetime, zone: tzinfo) -> datetime:
    """The smallest time that a clock on the wall shows after `since`: an hour less where one comes twice."""
    local, after = since.astimezone(zone), (since + _HOUR).astimezone(zone)
    back = (local.utcoffset() or timedelta()) - (after.utcoffset() or timedelta())
    return local - max(back, timedelta())


def _project_names(answer: Mapping[str, Any]) -> dict[int | None, str]:
    return {read_number(one, "id"): _text(one, "name") for one in _dicts(answer, "projects")}


def _dicts(answer: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = answer.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(of: Any, key: str) -> str:
    value = of.get(key) if isinstance(of, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def _number(of: Mapping[str, Any], key: str) -> float:
    value = of.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9 else 0.0
