"""The recordings of a Cablecast server: its videos on demand, each with the show that it belongs to.

    /v1/shows?include=vod      pages of shows, with their videos beside them   ─┐
    /v1/vods                   videos whose show is not listed, if there are    ├▶ StationItem
    /v1/shows/search/advanced  shows that changed since a time                 ─┘

Schema: the explorer of a server, /ui/api-docs/explorer (2025-07-03).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from posixpath import basename
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from automagic.errors import Permanent
from automagic.sources.stations.cablecast.client import PAGE, CablecastClient
from automagic.values.station import StationClock, StationItem

if TYPE_CHECKING:
    from automagic.sources.stations.shared.kind import StationAccess
    from automagic.values.secret import Secret

_ASKED_AT_ONCE = 100
"""Shows that are asked for by their ids."""


class CablecastReader:
    """One server."""

    def __init__(self, access: StationAccess, password: Secret | None) -> None:
        self._client = CablecastClient(access, password)
        self._zone: tzinfo = UTC
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
            name = ""
        now = self._time(_text(told, "time"))
        if now is None:
            raise Permanent(f"{self._client.host} does not tell its time", hint="Is it a Cablecast server?")
        return StationClock(now, name)

    async def count(self) -> int | None:
        """How many videos it has."""
        answer = await self._client.get("/v1/vods", {"page_size": 1}) or {}
        meta = answer.get("meta")
        count = meta.get("count") if isinstance(meta, dict) else None
        return count if isinstance(count, int) else None

    async def everything(self) -> AsyncIterator[list[StationItem]]:
        """All videos, by the pages of their shows; then those whose show is not listed."""
        seen: set[str] = set()
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
        written = since.astimezone(self._zone).isoformat(timespec="seconds")
        later = {"field": "lastModified", "operator": "greaterThan", "searchValue": written}
        query = {"groups": [{"orAnd": "and", "filters": [later]}], "sortOptions": []}
        answer = await self._client.post("/v1/shows/search/advanced", {"savedShowSearch": {"query": query, "name": ""}})
        found = (answer or {}).get("savedShowSearch")
        ids = found.get("results") if isinstance(found, dict) else None
        if not isinstance(ids, list):
            raise Permanent(f"{self._client.host} does not say which shows changed", hint="Look with --full.")
        for begin in range(0, len(ids), _ASKED_AT_ONCE):
            part = "&".join(f"ids[]={int(one)}" for one in ids[begin : begin + _ASKED_AT_ONCE])
            told = await self._client.get(f"/v1/shows?{part}&include=vod,project&page_size={PAGE}") or {}
            if page := list(self._items(told)):
                yield page

    async def find(self, remote_id: str) -> StationItem | None:
        """One video; None where the server answers 404."""
        answer = await self._client.get(f"/v1/vods/{int(remote_id)}")
        vod = (answer or {}).get("vod")
        return self._item(vod, {}, "") if isinstance(vod, dict) else None

    # ------------------------------------------------------------------------------------------- reading

    def _items(self, answer: Mapping[str, Any]) -> Iterator[StationItem]:
        shows = {one.get("id"): one for one in _dicts(answer, "shows")}
        projects = {one.get("id"): _text(one, "name") for one in _dicts(answer, "projects")}
        for vod in _dicts(answer, "vods"):
            show = shows.get(vod.get("show"), {})
            item = self._item(vod, show, projects.get(show.get("project"), ""))
            if item is not None:
                yield item

    def _item(self, vod: Mapping[str, Any], show: Mapping[str, Any], project: str) -> StationItem | None:
        number = vod.get("id")
        if not isinstance(number, int):
            return None
        url = self._address(_text(vod, "url"))
        state = _text(vod, "vodState") or "unknown"
        name = _text(vod, "fileName") or basename(urlsplit(url).path)
        return StationItem(
            remote_id=str(number),
            title=_text(show, "title") or _text(show, "cgTitle") or name or f"Recording {number}",
            show_id=str(vod["show"]) if isinstance(vod.get("show"), int) else "",
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
        url = url.strip()
        if not url:
            return ""
        whole = urljoin(self._base, url.replace(" ", "%20"))
        return whole if urlsplit(whole).scheme in ("http", "https") and urlsplit(whole).hostname else ""

    def _time(self, text: str) -> datetime | None:
        """A time; one without a zone is the station's."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=self._zone)


def _dicts(answer: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = answer.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(of: Any, key: str) -> str:
    value = of.get(key) if isinstance(of, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def _number(of: Mapping[str, Any], key: str) -> float:
    value = of.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9 else 0.0
