"""The reading half of a Cablecast server. See the package's docstring."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.support.servers.base import CALL, VendorServer
from tests.support.servers.cablecast import data
from tests.support.servers.cablecast.data import Station, Vod

PAGE = 50
Handler = Callable[..., web.StreamResponse]


class ApiError(Exception):
    """A refusal in ASP.NET's format."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def not_found(what: str = "") -> ApiError:
    """There is none of this name."""
    return ApiError(404, f"No HTTP resource was found that matches the request URI '{what}'.")


class ReadingServer(VendorServer):
    """What a client may ask. Attributes as told in `CablecastServer`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.station = Station()
        self.user = "admin"
        self.closed = False
        self.counts_pages = False
        self.largest_page = 10_000
        self.count_lie = 0
        self.repeats = False
        self.duplicated: set[int] = set()
        self.redirect_to = ""
        self.version = "7.8.1"
        self.empty_404 = False
        self.tables: dict[str, list[dict[str, Any]]] = {
            "locations": [{"id": 1, "name": "City Hall"}],
            "formats": [{"id": 1, "name": "Video Server", "location": 1}],
            "vodConfigurations": [{"id": 1, "name": "Reflect", "location": 1}],
            "channels": [{"id": 1, "name": "ENG Demo", "location": 1, "liveStreams": [1]}],
            "liveStreams": [{"id": 1, "name": "Live", "embedCode": "<iframe></iframe>"}],
            "devices": [{"id": 1, "name": "Recorder", "location": 1, "primitiveDevice": 5}],
            "categories": [{"id": 1, "name": "Government", "location": 1}],
            "producers": [
                {"id": 1, "name": "City", "location": 1, **dict.fromkeys(
                    ("address", "contact", "email", "notes", "phoneOne", "phoneTwo", "website"), "")}
            ],
            "scheduleItems": [],
            "fileStores": [
                {"id": data.STORE, "name": "Content", "location": 1},
                {"id": data.OTHER_STORE, "name": "Spare", "location": 1},
            ],
        }  # fmt: skip
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    # --------------------------------------------------------------------------------------------- serving

    def refuse(self, status: int, message: str) -> web.Response:
        """As this server refuses: an empty 202 of a firewall, ASP.NET's JSON, or a page for people."""
        if status == 202:
            return web.Response(status=202)
        if status >= 500:
            page = f"<!DOCTYPE html><html><head><title>{status}</title></head><body>Server Error</body></html>"
            return web.Response(text=page, status=status, content_type="text/html")
        words = {401: "Authorization has been denied for this request."}
        return web.json_response({"message": words.get(status, message)}, status=status)

    def add_routes(self, app: web.Application) -> None:
        for pattern, handler in (
            ("v1/systemtime", self._time),
            ("v1/systeminfo", self._info),
            ("v1/shows", self._shows),
            (r"v1/shows/(\d+)", self._show),
            ("v1/vods", self._vods),
            (r"v1/vods/(\d+)", self._vod),
            (r"v1/vods/(\d+)/chapters", self._chapters_vtt),
            (r"v1/vodstatuses/(\d+)", self._vod),
            ("v1/chapters", self._chapters),
            ("v1/reels", self._reels),
            (r"v1/reels/(\d+)", self._reel),
            ("v1/projects", self._projects),
            ("v1/showfields", self._show_fields),
            (r"(?:v1/)?publicsitedata/shows/(\d+)", self._public_show),
        ):
            self.route("GET", pattern, handler)
        self.route("POST", "v1/shows/search/advanced", self._search)
        for name in self.tables:
            self.route("GET", f"v1/{name.lower()}", lambda request, name=name: web.json_response(self._table(name)))
        app.router.add_route("*", "/{api:(?i:cablecastapi)}/{path:.*}", self._answer)
        app.router.add_get("/vod/{folder}/{path:.+}", self._media)

    def route(self, method: str, pattern: str, handler: Handler) -> None:
        """Answer what lies below /cablecastapi."""
        self._routes.append((method, re.compile(pattern, re.IGNORECASE), handler))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self.redirect_to:
            raise web.HTTPFound(f"{self.redirect_to}{request.path_qs}")
        if self.closed:
            self.permit(request)
        path = request.match_info["path"].strip("/")
        try:
            for method, pattern, handler in self._routes:
                if method == request.method and (match := pattern.fullmatch(path)):
                    answer = handler(request, *map(int, match.groups()))
                    return await answer if hasattr(answer, "__await__") else answer
            raise not_found(str(request.url))
        except ApiError as error:
            if error.status == 404 and self.empty_404:
                return web.Response(status=404)
            return web.json_response({"message": error.message}, status=error.status)

    def permit(self, request: web.Request) -> None:
        """Refuse whoever does not sign in."""
        pair = base64.b64encode(f"{self.user}:{self.key}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {pair}":
            body = json.dumps({"message": "Authorization has been denied for this request."})
            raise web.HTTPUnauthorized(text=body, content_type="application/json")

    # ---------------------------------------------------------------------------------------------- lists

    def _page(self, request: web.Request, things: list[Any]) -> tuple[list[Any], dict[str, int]]:
        """The part that is asked for, and `meta`."""
        asked = request.query
        size = min(self.largest_page, max(1, int(asked.get("page_size", PAGE))))
        offset = int(asked.get("offset", 0))
        begin = 0 if self.repeats else offset * size if self.counts_pages else offset
        meta = {"count": len(things) + self.count_lie, "pageSize": size, "offset": offset}
        return things[begin : begin + size], meta

    def _shows(self, request: web.Request) -> web.Response:
        station, asked = self.station, request.query
        shows = list(station.shows.values())
        if ids := [int(one) for one in asked.getall("ids[]", [])]:
            shows = [station.shows[one] for one in ids if one in station.shows]
        if words := asked.get("search", "").lower():
            shows = [show for show in shows if words in show.title.lower()]
        if project := asked.get("project"):
            shows = [show for show in shows if str(show.project) == project]
        sort = asked.get("sort", "")
        keys: dict[str, Callable[[Any], Any]] = {
            "eventDate": lambda show: show.event, "title": lambda show: show.title, "id": lambda show: show.id,
            "lastModified": lambda show: show.modified,
        }  # fmt: skip
        if key := keys.get(sort.lstrip("-")):
            shows.sort(key=key, reverse=sort.startswith("-"))
        shows = [show for show in shows for _ in range(2 if show.id in self.duplicated else 1)]
        part, meta = self._page(request, shows)
        if asked.get("fields") == "id":
            return web.json_response({"meta": meta, "shows": [{"id": show.id} for show in part]})
        answer: dict[str, Any] = {"meta": meta, "shows": [station.show_json(show) for show in part]}
        return web.json_response(answer | self._beside(part, asked.get("include", "")))

    def _beside(self, shows: Iterable[data.Show], include: str) -> dict[str, Any]:
        """What is included: vods, reels, projects, webFiles, thumbnails."""
        wanted, found = set(include.split(",")), dict[str, Any]()
        if "vod" in wanted:
            vods = [self.station.vods[one] for show in shows for one in show.vods if one in self.station.vods]
            found["vods"] = [self.station.vod_json(vod, self.url) for vod in vods]
        if "reel" in wanted:
            found["reels"] = [self.station.reel_json(one) for show in shows for one in show.reels]
        if "project" in wanted:
            numbers = sorted({show.project for show in shows if show.project is not None})
            found["projects"] = [self._project(one) for one in numbers if one in self.station.projects]
        return found | {f"{one}s": [] for one in ("webFile", "thumbnail") if one.lower() in wanted}

    def _show(self, request: web.Request, number: int) -> web.Response:
        show = self.station.shows.get(number)
        if show is None:
            raise not_found(str(request.url))
        beside = self._beside([show], request.query.get("include", ""))
        return web.json_response({"show": self.station.show_json(show)} | beside)

    def _vods(self, request: web.Request) -> web.Response:
        """All of them, in no order; a filter by show is ignored."""
        vods = sorted(self.station.vods.values(), key=lambda vod: (vod.id * 7919 % 104_729, vod.id))
        part, meta = self._page(request, vods)
        return web.json_response({"meta": meta, "vods": [self.station.vod_json(vod, self.url) for vod in part]})

    def _vod(self, request: web.Request, number: int) -> web.Response:
        return web.json_response({"vod": self.station.vod_json(self._find_vod(request, number), self.url)})

    def _find_vod(self, request: web.Request, number: int) -> Vod:
        vod = self.station.vods.get(number)
        if vod is None:
            raise not_found(str(request.url))
        return vod

    def _search(self, request: web.Request) -> web.Response:
        """POST: the ids of shows that fit, all of them."""
        query = request[CALL].json["savedShowSearch"]["query"]
        found = list(self.station.shows.values())
        for group in query["groups"]:
            for one in group["filters"]:
                if one["field"] == "lastModified":
                    inverse = one["operator"].startswith("less")
                    found = [
                        show
                        for show in found
                        if self.station.is_after(show.modified, one["searchValue"]) is not inverse
                    ]
                elif one["field"] == "hasVod":
                    found = [show for show in found if bool(show.vods)]
        found.sort(key=lambda show: (show.modified, show.title))
        results = [show.id for show in found]
        return web.json_response({"savedShowSearch": {"id": 0, "name": "", "query": query, "results": results}})

    def _reels(self, request: web.Request) -> web.Response:
        show = request.query.get("show")
        shows = [one for one in self.station.shows.values() if show is None or str(one.id) == show]
        numbers = [reel for one in shows for reel in one.reels]
        part, meta = self._page(request, numbers)
        return web.json_response({"meta": meta, "reels": [self.station.reel_json(one) for one in part]})

    def _reel(self, request: web.Request, number: int) -> web.Response:
        if number not in self.station.shows and number not in self.station.reels:
            raise not_found(str(request.url))
        return web.json_response({"reel": self.station.reel_json(number)})

    def _project(self, number: int) -> dict[str, Any]:
        name = self.station.projects[number]
        return {"id": number, "name": name, "description": "", "location": 1, "podcastUrl": f"{self.url}/podcast"}

    def _projects(self, _request: web.Request) -> web.Response:
        return web.json_response({"projects": [self._project(number) for number in self.station.projects]})

    def _table(self, name: str) -> dict[str, Any]:
        rows = self.tables[name]
        return {"meta": {"count": len(rows), "pageSize": PAGE, "offset": 0}, name: rows}

    def _show_fields(self, _request: web.Request) -> web.Response:
        definition = {"id": 3, "name": "Original Event Date", "type": "date"}
        return web.json_response({"showFields": [{"id": 6, "fieldDefinition": 3}], "fieldDefinitions": [definition]})

    # --------------------------------------------------------------------------------- the server, chapters

    def _time(self, _request: web.Request) -> web.Response:
        local = self.station.time().astimezone(self.station.zone)
        offset = local.utcoffset()
        hours = offset.total_seconds() / 3600 if offset else 0.0
        told = {"time": self.station.written(local), "timeZone": local.tzname(), "gmtOffset": hours}
        return web.json_response({"systemTime": told | {"ianaTimeZone": self.station.zone_name}})

    def _info(self, request: web.Request) -> web.Response:
        self.permit(request)
        return web.json_response({"systemInfo": {"id": 1, "version": self.version}})

    def _chapters(self, request: web.Request) -> web.Response:
        asked = request.query.get("vod")
        vods = [vod for vod in self.station.vods.values() if asked is None or str(vod.id) == asked]
        found = [chapter for vod in vods for chapter in self.station.chapters_json(vod)]
        return web.json_response({"meta": {"count": len(found), "pageSize": PAGE, "offset": 0}, "chapters": found})

    def _chapters_vtt(self, request: web.Request, number: int) -> web.Response:
        shown = [one for one in self._find_vod(request, number).chapters if not one.deleted and not one.hidden]
        text = "".join(f"\n{data.clock(one.offset)} --> {data.clock(one.offset + 1)}\n{one.title}\n" for one in shown)
        return web.Response(text=f"WEBVTT FILE\n{text}", content_type="text/vtt")

    def _public_show(self, request: web.Request, number: int) -> web.Response:
        show = self.station.shows.get(number)
        if show is None:
            raise not_found(str(request.url))
        vods = [self.station.vods[one] for one in show.vods if one in self.station.vods]
        local = show.event.astimezone(self.station.zone)
        hour = f"{local:%I}".lstrip("0")
        told = {
            "id": show.id,
            "title": show.title,
            "eventDate": f"{local.month}/{local.day}/{local.year} {hour}:{local:%M:%S %p}",
            "vodUrl": f"{self.url}/vod/{vods[0].folder}/vod.m3u8" if vods else None,
            "vodTranscripts": [
                {"language": language, "url": f"{self.url}/vod/{vod.folder}/transcript.{language}.txt"}
                for vod in vods
                if "txt" in vod.caption_forms
                for language in vod.captions
            ],
            "chapters": [one for vod in vods for one in self.station.chapters_json(vod)],
        }
        return web.json_response({"show": told})

    # ---------------------------------------------------------------------------------------------- media

    async def _media(self, request: web.Request) -> web.StreamResponse:
        folder, path = unquote(request.match_info["folder"]), request.match_info["path"]
        vod = next((one for one in self.station.vods.values() if unquote(one.folder) == folder), None)
        if vod is None:
            raise web.HTTPNotFound(text="<html>Not Found</html>", content_type="text/html")
        if path == "vod.mp4" and vod.media is not None:
            return await send_file(request, vod.media)
        if path in vod.files:
            return await send_file(request, vod.files[path])
        text = caption_file(vod, path)
        if text is None:
            raise web.HTTPNotFound(text="<html>Not Found</html>", content_type="text/html")
        kinds = {"m3u8": "application/vnd.apple.mpegurl", "vtt": "text/vtt", "txt": "text/plain"}
        return web.Response(text=text, content_type=kinds[path.rpartition(".")[2]])


def caption_file(vod: Vod, path: str) -> str | None:
    """What a recording's folder holds of this name besides the film."""
    if path == "vod.m3u8":
        return data.master_playlist(vod)
    cues = dict(vod.captions)
    if path == "captions.vtt" and "vtt" in vod.caption_forms and cues:
        return data.vtt(next(iter(cues.values())))
    match = re.fullmatch(r"(?:subtitles/)?(captions|transcript)\.([\w-]+)(?:\.(\d{5}))?\.(m3u8|vtt|txt)", path)
    if match is None or match[2] not in cues:
        return None
    language = match[2]
    if match[1] == "transcript":
        return data.transcript(cues[language]) if "txt" in vod.caption_forms else None
    if "hls" not in vod.caption_forms:
        return None
    return data.piece(cues[language], int(match[3])) if match[3] else data.caption_playlist(vod, language)


async def send_file(request: web.Request, file: data.MediaFile) -> web.StreamResponse:
    """A file or a part of it, with the faults that it has."""
    whole, tag = file.data, file.tag
    if file.replaced_by is not None:
        file.data, file.replaced_by = file.replaced_by, None
    headers = {"Content-Type": "video/mp4"} | ({"ETag": tag} if tag else {})
    if file.ranges:
        headers["Accept-Ranges"] = "bytes"
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", "")) if file.ranges else None
    valid = request.headers.get("If-Range", tag) == tag and not tag.startswith("W/")
    status, begin, end = 200, 0, len(whole)
    if asked and (valid or "If-Range" not in request.headers):
        begin, end = int(asked[1]), min(len(whole), int(asked[2]) + 1 if asked[2] else len(whole))
        if begin >= len(whole):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(whole)}"})
        begin += file.shift
        status = 206
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(whole)}"
    body = whole[begin:end]
    answer = web.StreamResponse(status=status, headers=headers)
    answer.content_length = len(body) if file.says is None else file.says
    await answer.prepare(request)
    if request.method == "HEAD":
        return answer
    file.starts.append(begin)
    sent = body if file.cut_after is None else body[: file.cut_after]
    await answer.write(sent)
    if file.cut_after is not None:
        await asyncio.to_thread(file.strike)
    if len(sent) < (answer.content_length or 0):
        assert request.transport is not None
        request.transport.close()
    return answer
