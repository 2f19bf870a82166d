"""The captions that a station serves of a recording, read as its viewers' players read them.

vod.m3u8 ─▶ captions.en.m3u8 ─▶ pieces of ten seconds, whose times are absolute and whose cues stand twice at a seam
captions.vtt, .srt, .scc       one file
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.errors import RequestError
from automagic.language.transcript.caption_words import CheckedCue
from automagic.machine.leaving import in_thread
from automagic.products.archive.captioning.pieces import Spans, read_pieces
from automagic.sources.recordings import is_address
from automagic.sources.stations.shared.asking import StationClient, check_answer
from automagic.sources.transcripts.file import read_caption_text, read_captions
from automagic.sources.transcripts.lines import TranscriptError
from automagic.stages.archive.opening import access_to, open_reader

if TYPE_CHECKING:
    from automagic.services import Services
    from automagic.store.sources import ArchiveSource
    from automagic.values.station import CaptionPlace, StationItem


class ServedCaptions:
    """Those of one recording.

    Args:
        source: Where it is served.
    """

    def __init__(self, source: ArchiveSource, item: StationItem, services: Services) -> None:
        self._reader = open_reader(source, services)
        self._client = StationClient(access_to(source, services))
        self._item = item

    async def read(self, within: Spans | None = None) -> tuple[CheckedCue, ...]:
        """The captions, by time, of the first language that has some.

        Args:
            within: Only those that are seen in one of these (seconds); what lies elsewhere need not be fetched.

        Raises:
            VendorError: The station does not answer.
            RequestError, MediaError: What it serves is none.
        """
        # A station that makes a film anew gives it another address.
        self._item = await self._reader.find(self._item.remote_id) or self._item
        for place in await self._reader.captions(self._item):
            found = [cue async for cue in self._cues(place, within)]
            if found:
                return tuple(sorted(dict.fromkeys(found), key=lambda cue: (cue.start_s, cue.end_s)))
        return ()

    async def is_anything(self) -> bool:
        """Whether it serves any text of it: the first that comes is enough."""
        for place in await self._reader.captions(self._item):
            async for _ in self._cues(place, None):
                return True
        return False

    async def _cues(self, place: CaptionPlace, within: Spans | None) -> AsyncIterator[CheckedCue]:
        if place.form == "hls":
            async for piece in read_pieces(place.url, self._fetch, within):
                for cue in _read(piece, place.url):
                    yield cue
            return
        if not is_address(place.url):
            found = await in_thread(read_captions, Path(place.url))
            cues = found.cues if found else ()
        elif place.form == "txt":  # its times are of no use
            cues = (CheckedCue(0.0, self._item.length_s, await self._fetch(place.url)),)
        else:
            cues = _read(await self._fetch(place.url), place.url)
        for cue in cues:
            if cue.text.strip():
                yield cue

    async def _fetch(self, url: str) -> str:
        """A text; "" where there is nothing, as between two looks a station makes its captions anew."""
        reply = await self._client.send("GET", url)
        if reply.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return ""
        check_answer(reply, urlsplit(url).netloc)
        return reply.body.decode("utf-8-sig", "replace")


def _read(text: str, url: str) -> tuple[CheckedCue, ...]:
    """The cues of a file; a piece of WebVTT may have none."""
    if ("-->" not in text and text.lstrip().startswith("WEBVTT")) or not text.strip():
        return ()
    try:
        found = read_caption_text(text, url)
    except TranscriptError as error:
        raise RequestError(f"what {url} serves are no captions: {error}", hint="Look at it in a browser.") from error
    return tuple(cue for cue in found.cues if cue.text.strip()) if found else ()
