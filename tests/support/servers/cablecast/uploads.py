"""The writing half of a Cablecast server: files in pieces, sidecars that become captions, programmes, the editor."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from aiohttp import web

from tests.support.media.scc_decoder import decode
from tests.support.servers.base import CALL, parts_of
from tests.support.servers.cablecast import data
from tests.support.servers.cablecast.data import Vod
from tests.support.servers.cablecast.server import ApiError, ReadingServer, not_found

ERROR, UPLOADING, COMPLETE, PROCESSING, TRANSFERRING, FINISHED, TIMEOUT = range(7)


@dataclass
class Upload:
    """A file that comes in pieces."""

    id: int
    file_name: str
    store: int
    segments: int
    size: int
    state: int = UPLOADING
    asset: int | None = None
    pieces: dict[int, bytes] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """What has arrived, in order."""
        return b"".join(piece for _, piece in sorted(self.pieces.items()))


class CablecastServer(ReadingServer):
    """See the package's docstring. Its user is `user`, the password is `key`.

    Attributes:
        station: What it has.
        closed: Whether reading wants the password, too.
        counts_pages: Whether an offset counts pages; else recordings.
        largest_page: However many are asked for.
        count_lie: Added to each `meta.count`.
        repeats: Whether every page is the first.
        duplicated: Shows that are listed twice.
        redirect_to: Another origin that everything of the interface is sent to.
        empty_404: Whether it says nothing where there is nothing.
        uploads: By number.
        steps: The states an upload goes through once it is complete, one for each question.
        sidecars: Whether captions beside a film are read; SX servers do not.
        captions_after: How many questions a recording is asked before its new captions show.
        stored: Files by (store, name).
        edited: What the caption editor was given, by recording: (intermediate or publish, document).
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.uploads: dict[int, Upload] = {}
        self.steps = [PROCESSING, TRANSFERRING, FINISHED]
        self.sidecars = True
        self.captions_after = 0
        self.stored: dict[tuple[int, str], bytes] = {}
        self.edited: dict[int, list[tuple[str, Any]]] = {}
        self.assets: list[dict[str, Any]] = []
        self.made: dict[str, list[dict[str, Any]]] = {"shows": [], "media": [], "reels": []}
        self._waiting: dict[int, tuple[int, data.Cues]] = {}
        self._numbers = itertools.count(500)

    def add_routes(self, app: web.Application) -> None:
        super().add_routes(app)
        for method, pattern, handler in (
            ("POST", "v1/fileuploads", self._create),
            ("GET", "v1/fileuploads", self._list),
            ("GET", r"v1/fileuploads/(\d+)", self._poll),
            ("PUT", r"v1/fileuploads/(\d+)", self._change),
            ("POST", r"v1/fileuploads/(\d+)/upload", self._take),
            ("GET", "v1/assets", self._assets),
            ("GET", r"v1/assets/(\d+)", self._asset),
            ("GET", "v1/assetreellinks", self._links),
            ("GET", "v1/digitalfiles", self._files),
            ("POST", "v1/shows", self._new_show),
            ("POST", "v1/media", self._new_media),
            ("POST", "v1/reels/batch", self._new_reels),
            ("GET", r"v1/texttracks/edit/(\d+)/load", self._load_editor),
            ("POST", r"v1/texttracks/edit/(\d+)/intermediate", self._keep_edit),
            ("POST", r"v1/texttracks/edit/(\d+)/publish", self._publish_edit),
        ):
            self.route(method, pattern, handler)

    # -------------------------------------------------------------------------------------------- uploads

    def _create(self, request: web.Request) -> web.Response:
        self.permit(request)
        asked = request[CALL].json["fileUpload"]
        if asked["destinationStore"] not in {store["id"] for store in self.tables["fileStores"]}:
            raise ApiError(400, "The request is invalid.")
        number = next(self._numbers)
        self.uploads[number] = Upload(
            number, asked["fileName"], asked["destinationStore"], asked["totalSegments"], asked["size"]
        )
        return web.json_response(self._upload_json(self.uploads[number]), status=201)

    def _list(self, request: web.Request) -> web.Response:
        self.permit(request)
        return web.json_response(
            {"fileUploads": [self._upload_json(one)["fileUpload"] for one in self.uploads.values()]}
        )

    def _upload(self, request: web.Request, number: int) -> Upload:
        self.permit(request)
        if number not in self.uploads:
            raise not_found(str(request.url))
        return self.uploads[number]

    def _upload_json(self, upload: Upload) -> dict[str, Any]:
        return {
            "fileUpload": {
                "id": upload.id, "fileName": upload.file_name, "destinationStore": upload.store,
                "totalSegments": upload.segments, "size": upload.size, "state": upload.state, "asset": upload.asset,
                "segmentsUploaded": len(upload.pieces),
            }
        }  # fmt: skip

    def _take(self, request: web.Request, number: int) -> web.Response:
        upload = self._upload(request, number)
        if upload.state != UPLOADING:
            raise ApiError(409, "The upload is not waiting for segments.")
        parts = {"file" if b"filename=" in head else "segment": content for head, content in parts_of(request[CALL])}
        upload.pieces[int(parts["segment"])] = parts["file"]
        return web.Response(status=200)

    def _change(self, request: web.Request, number: int) -> web.Response:
        upload = self._upload(request, number)
        if request[CALL].json["fileUpload"].get("state") == COMPLETE:
            whole = len(upload.pieces) == upload.segments and len(upload.content) == upload.size
            upload.state = COMPLETE if whole else ERROR
        return web.json_response(self._upload_json(upload))

    def _poll(self, request: web.Request, number: int) -> web.Response:
        upload = self._upload(request, number)
        if upload.state in self.steps[:-1] or upload.state == COMPLETE:
            place = self.steps.index(upload.state) + 1 if upload.state in self.steps else 0
            upload.state = self.steps[place]
            if upload.state == FINISHED:
                self._finish(upload)
        return web.json_response(self._upload_json(upload))

    def _finish(self, upload: Upload) -> None:
        self.stored[upload.store, upload.file_name] = upload.content
        upload.asset = self._add_asset(upload.file_name, upload.store)
        name = PurePosixPath(upload.file_name)
        if not self.sidecars or name.suffix != ".scc" or upload.store != data.STORE:
            return
        for vod in self.station.vods.values():
            if PurePosixPath(vod.file_name).stem == name.stem:
                shown = decode(upload.content.decode())
                cues = [(one.start_s, one.end_s or vod.length, "\n".join(one.text)) for one in shown]
                self._waiting[vod.id] = (self.captions_after, cues)
                self._show_captions(vod)

    def _show_captions(self, vod: Vod) -> None:
        left, cues = self._waiting.get(vod.id, (0, None))
        if cues is None:
            return
        if left > 0:
            self._waiting[vod.id] = (left - 1, cues)
            return
        del self._waiting[vod.id]
        vod.captions = {"en": cues}
        self.station.touch(vod)

    def _find_vod(self, request: web.Request, number: int) -> Vod:
        vod = super()._find_vod(request, number)
        self._show_captions(vod)
        return vod

    # ---------------------------------------------------------------------------------------- files, links

    def _add_asset(self, path: str, store: int) -> int:
        number = next(self._numbers)
        self.assets.append(
            {"id": number, "path": path, "fileStore": store, "assetInfos": [number], "status": "Unlinked"}
        )
        return number

    def add_unlinked(self, path: str) -> int:
        """A film that lies there and belongs to no programme."""
        return self._add_asset(path, data.STORE)

    def _all_assets(self) -> list[dict[str, Any]]:
        films = [
            {
                "id": vod.show,
                "path": vod.file_name,
                "fileStore": data.STORE,
                "assetInfos": [vod.show],
                "status": "Linked",
            }
            for vod in self.station.vods.values()
        ]
        return films + self.assets

    def _assets(self, request: web.Request) -> web.Response:
        asked = request.query.getall("status_type[]", [])
        found = [one for one in self._all_assets() if not asked or one["status"] in asked]
        part, meta = self._page(request, found)
        infos = [
            {"id": one["id"], "asset": one["id"], "frameCount": 107_892, "frameRate": 29.97, "purpose": "Playback"}
            for one in part
        ]
        return web.json_response({"meta": meta, "assets": part, "assetInfos": infos})

    def _asset(self, request: web.Request, number: int) -> web.Response:
        found = next((one for one in self._all_assets() if one["id"] == number), None)
        if found is None:
            raise not_found(str(request.url))
        return web.json_response({"asset": found})

    def _links(self, request: web.Request) -> web.Response:
        self.permit(request)
        asked = request.query.get("reel")
        links = [{"id": one, "asset": one, "reel": one} for one in self.station.shows if asked in (None, str(one))]
        return web.json_response({"assetReelLinks": links})

    def _files(self, request: web.Request) -> web.Response:
        part, meta = self._page(request, list(self.station.vods.values()))
        files = [
            {
                "id": vod.show, "fileName": vod.file_name, "fileStore": data.STORE, "frameRate": 29.97,
                "fileSize": len(vod.media.data) if vod.media else 0,
                "sha1": hashlib.sha1(vod.media.data, usedforsecurity=False).hexdigest() if vod.media else None,
                "frameCount": round(vod.length * 29.97), "hasCaptions": bool(vod.captions),
                "captionsAreCompatible": bool(vod.captions), "captionsMessage": "",
            }
            for vod in part
        ]  # fmt: skip
        return web.json_response({"meta": meta, "digitalFiles": files})

    # ------------------------------------------------------------------------------------- new programmes

    def _new_show(self, request: web.Request) -> web.Response:
        self.permit(request)
        asked = request[CALL].json["show"]
        vod = self.station.add(asked["title"], show_extra={"comments": asked.get("comments", "")})
        show = self.station.shows[vod.show]
        show.vods, show.reels = [], []
        del self.station.vods[vod.id]
        made = self.station.show_json(show)
        self.made["shows"].append(made)
        return web.json_response({"show": made}, status=201)

    def _new_media(self, request: web.Request) -> web.Response:
        self.permit(request)
        made = {"id": next(self._numbers), **request[CALL].json["media"]}
        self.made["media"].append(made)
        return web.json_response({"media": made}, status=201)

    def _new_reels(self, request: web.Request) -> web.Response:
        self.permit(request)
        made = [{"id": next(self._numbers), **reel} for reel in request[CALL].json["reels"]]
        for reel in made:
            self.station.reels[reel["id"]] = reel
            self.station.shows[reel["show"]].reels.append(reel["id"])
        self.made["reels"] += made
        return web.json_response({"reels": made}, status=201)

    # ------------------------------------------------------------------------------------- caption editor

    def _load_editor(self, request: web.Request, number: int) -> web.Response:
        self.permit(request)
        vod = self._find_vod(request, number)
        guide = {"id": 1, "name": "Default", "minDuration": 1, "maxDuration": 7, "maxChars": 32, "maxLines": 2}
        return web.json_response(
            {
                "mediaUrl": f"{self.url}/vod/{vod.folder}/vod.mp4",
                "captionTracks": [{"language": name, "text": data.vtt(cues)} for name, cues in vod.captions.items()],
                "frameRate": 29.97,
                "dropFrame": True,
                "styleGuides": [guide | {"overlaps": False, "illegalChars": ""}],
            }
        )

    def _keep_edit(self, request: web.Request, number: int) -> web.Response:
        return self._edit(request, number, "intermediate")

    def _publish_edit(self, request: web.Request, number: int) -> web.Response:
        return self._edit(request, number, "publish")

    def _edit(self, request: web.Request, number: int, how: str) -> web.Response:
        self.permit(request)
        self._find_vod(request, number)
        self.edited.setdefault(number, []).append((how, request[CALL].json))
        return web.Response(status=200)


def _asset_json(number: int, path: str, store: int, status: str) -> dict[str, Any]:
    return {"id": number, "path": path, "fileStore": store, "assetInfos": [number], "status": status}
