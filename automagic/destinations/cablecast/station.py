"""Captions for a Cablecast server: a file beside the film, with the film's own name, from which it makes the rest.

    programme ─▶ its one reel ─▶ asset ─▶ store and path of the film ─▶ the same path with .scc

    POST fileuploads ─▶ pieces of 5 MB ─▶ state 2 ─▶ asked until it is 5
         ▲                  │  ▲ lost: sent again, a piece has a number
         └── gone, failed ──┘

An upload that is never finished is forgotten by the server after four hours, and two of one name are one file.
https://github.com/trms/cablecast-api-examples (file-upload)
"""

from __future__ import annotations

import asyncio
import time
from pathlib import PurePosixPath
from typing import Any

from automagic.destinations.cablecast.writing import CablecastWriter
from automagic.destinations.shared.captions import CaptionAccess, Sidecar
from automagic.destinations.shared.publication_journal import HeldPublication
from automagic.errors import Permanent, Retryable

PIECE_BYTES = 5_000_000
WORKING_S = 30 * 60.0
"""For a file of captions; films take hours."""
SAME_LENGTH_S = 2.0
_UPLOADING, _COMPLETE, _FINISHED = 1, 2, 5
_UNDER_WAY = (_COMPLETE, 3, 4)
_MOST_UPLOADS = 3


class CablecastStation:
    """One server."""

    def __init__(self, access: CaptionAccess) -> None:
        self._access = access
        self._server = CablecastWriter(access)

    async def find(self, show_id: str, length_s: float) -> Sidecar:
        """Where the captions of a programme's film belong; raises as told in `CaptionStation`."""
        told = await self._server.get(f"/v1/shows/{show_id}", {"include": "reel"}) or {}
        reels = [one for one in _dicts(told, "reels") if one.get("show") == _number(show_id)]
        if len(reels) != 1:
            raise Permanent(
                f"programme {show_id} is made of {len(reels)} files at {self._server.host}",
                hint="Captions of one time line belong to one file. Upload them by hand.",
            )
        reel = reels[0]
        if reel.get("cue"):
            raise Permanent(
                f"programme {show_id} begins in the middle of its file at {self._server.host}",
                hint="The captions would come at another time there. Upload them by hand.",
            )
        length = reel.get("length")
        if length_s and isinstance(length, int | float) and length and abs(length - length_s) > SAME_LENGTH_S:
            raise Permanent(
                f"the file of programme {show_id} has {length:.0f} s at {self._server.host}, not {length_s:.0f}",
                hint="It was cut for the web: captions of the one do not fit the other.",
            )
        return await self._find_file(reel, show_id)

    async def _find_file(self, reel: dict[str, Any], show_id: str) -> Sidecar:
        links = await self._server.get("/v1/assetreellinks", {"reel": _id(reel)}) or {}
        assets = [one["asset"] for one in _dicts(links, "assetReelLinks") if one.get("reel") == reel.get("id")]
        if len(assets) != 1:
            raise Permanent(
                f"{self._server.host} does not say which file programme {show_id} is", hint="Look at its media there."
            )
        answer = await self._server.get(f"/v1/assets/{assets[0]}") or {}
        asset = answer.get("asset")
        path = asset.get("path") if isinstance(asset, dict) else None
        store = asset.get("fileStore") if isinstance(asset, dict) else None
        if not isinstance(path, str) or not PurePosixPath(path).name or not isinstance(store, int):
            raise Permanent(
                f"{self._server.host} does not say where the file of programme {show_id} lies",
                hint="Look at its media there.",
            )
        stores = await self._server.get("/v1/filestores") or {}
        name = next((one.get("name") for one in _dicts(stores, "fileStores") if one.get("id") == store), None)
        return Sidecar(store, str(name or store), str(PurePosixPath(path).with_suffix(".scc")))

    async def bring(self, sidecar: Sidecar, data: bytes, entry: HeldPublication) -> str:
        """Lay the file there; raises as told in `CaptionStation`."""
        for _ in range(_MOST_UPLOADS):
            if not entry.session_url:
                entry.begin_session(await self._begin(sidecar, len(data)))
            number = entry.session_url
            state = await self._state(number)
            if state == _UPLOADING:
                await self._send(number, data, entry)
                state = await self._state(number)
            if state in _UNDER_WAY:
                state = await self._wait(number)
            if state == _FINISHED:
                return number
            entry.drop_session()
        raise Permanent(
            f"{self._server.host} failed {_MOST_UPLOADS} times to take {sidecar.file_name}",
            hint="Look at its uploads there, and publish again later.",
        )

    async def _begin(self, sidecar: Sidecar, size: int) -> str:
        body = {
            "fileUpload": {
                "fileName": sidecar.file_name,
                "destinationStore": sidecar.store,
                "totalSegments": -(-size // PIECE_BYTES),
                "size": size,
            }
        }
        answer = self._server.read(await self._server.ask("POST", "/v1/fileuploads", body=body))
        upload = answer.get("fileUpload")
        number = upload.get("id") if isinstance(upload, dict) else None
        if not isinstance(number, int):
            raise Permanent(f"{self._server.host} began an upload without a number", hint="Publish it again.")
        return str(number)

    async def _send(self, number: str, data: bytes, entry: HeldPublication) -> None:
        import aiohttp

        for place, at in enumerate(range(0, len(data), PIECE_BYTES)):
            piece = data[at : at + PIECE_BYTES]

            def form(place: int = place, piece: bytes = piece) -> aiohttp.FormData:
                made = aiohttp.FormData()
                made.add_field("segment", str(place))
                made.add_field("file", piece, filename="blob", content_type="application/octet-stream")
                return made

            entry.advance(at)
            await self._server.ask("POST", f"/v1/fileuploads/{number}/upload", form=form)
            self._access.progress((at + len(piece)) / len(data))
        entry.advance(len(data), "finishing")
        body = {"fileUpload": {"id": int(number), "state": _COMPLETE}}
        await self._server.ask("PUT", f"/v1/fileuploads/{number}", body=body)

    async def _state(self, number: str) -> int:
        """0 where it is no more."""
        answer = await self._server.get(f"/v1/fileuploads/{number}") or {}
        upload = answer.get("fileUpload")
        state = upload.get("state") if isinstance(upload, dict) else None
        return state if isinstance(state, int) else 0

    async def _wait(self, number: str) -> int:
        until = time.monotonic() + WORKING_S
        while (state := await self._state(number)) in _UNDER_WAY:
            if time.monotonic() > until:
                raise Retryable(
                    f"{self._server.host} has not taken the file in {WORKING_S / 60:.0f} minutes",
                    hint="Publish it again later: it goes on from there.",
                )
            await asyncio.sleep(self._access.pause_s)
        return state


def _dicts(answer: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = answer.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _id(of: dict[str, Any]) -> int:
    number = of.get("id")
    return number if isinstance(number, int) else 0


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1
