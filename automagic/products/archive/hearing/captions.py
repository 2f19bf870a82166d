"""A station's own captions as a transcript, and whether they are this recording's.

the best form it serves ─▶ read ─▶ do the words come when somebody speaks? ─┬─ yes, or nobody can tell ─▶ taken
                                                                            ├─ late or early ─▶ moved, and said
                                                                            └─ no ─▶ refused, and said
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.errors import AutomagicError
from automagic.machine.leaving import in_thread
from automagic.products.archive.captioning.pieces import read_pieces
from automagic.sources.recordings import is_address, name_of
from automagic.sources.stations.shared.asking import StationClient, check_answer
from automagic.sources.stations.shared.playlists import PlaylistError
from automagic.sources.transcripts.file import read_transcript
from automagic.stages.archive.opening import access_to, open_reader
from automagic.values.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from automagic.products.archive.hearing.steps import RecordingSound
    from automagic.runs.run import Run
    from automagic.services import Services
    from automagic.store.sources import ArchiveSource
    from automagic.values.station import CaptionForm, CaptionPlace, StationItem
    from automagic.values.transcript import Transcript

BEST_FIRST: tuple[CaptionForm, ...] = ("vtt", "hls", "srt", "scc", "txt")
"""Forms by how well they keep words and times."""

BEYOND_SHARE = 0.2
"""More of the words than this after the recording's end: they are another recording's."""

NEAR_S = 5.0
COVERED_SHARE = 2 / 3
"""Captions with words near less of what sounds than this may have been cut off."""


class StationCaptions:
    """The captions of one source's recordings.

    Attributes:
        silent: Whether it has failed to answer: it is not asked again.
    """

    def __init__(self, source: ArchiveSource, run: Run[Services]) -> None:
        services = run.services
        self._folder = run.folder
        self._reader = open_reader(source, services)
        self._client = StationClient(access_to(source, services))
        self.silent = False

    async def read(self, item: StationItem) -> tuple[Transcript | None, tuple[str, ...]]:
        """The first of a recording's captions that can be read; None where there are none, or none can.

        Returns:
            With why those before it could not, a sentence each.
        """
        troubles: list[str] = []
        try:
            places = () if self.silent else await self._reader.captions(item)
        except AutomagicError as error:
            self.silent = not isinstance(error, PlaylistError)  # that of one recording says nothing of the others
            return None, (f"{error.message.removesuffix('.')}.",)
        for place in sorted(places, key=lambda place: BEST_FIRST.index(place.form)):
            try:
                return await self._read(place), tuple(troubles)
            except AutomagicError as error:
                troubles.append(f"{error.message.removesuffix('.')}.")
        return None, tuple(troubles)

    async def _read(self, place: CaptionPlace) -> Transcript:
        if not is_address(place.url):
            return await in_thread(read_transcript, Path(place.url))
        body = await self._read_pieces(place.url) if place.form == "hls" else await self._fetch(place.url)
        path = self._folder / name_of(place.url)
        await in_thread(path.write_bytes, body)
        return await in_thread(read_transcript, path)

    async def _fetch(self, url: str) -> bytes:
        reply = await self._client.send("GET", url)
        check_answer(reply, urlsplit(url).netloc)
        return reply.body

    async def _read_pieces(self, playlist: str) -> bytes:
        """One WebVTT file of all pieces, each cue once."""

        async def fetch(url: str) -> str:
            return (await self._fetch(url)).decode("utf-8-sig", "replace")

        blocks: dict[str, None] = {}
        async for piece in read_pieces(playlist, fetch):
            cues = re.split(r"\n\s*\n", piece.replace("\r\n", "\n"))
            blocks |= dict.fromkeys(one.strip() for one in cues if "-->" in one)
        return "\n\n".join(["WEBVTT", *blocks]).encode()


def match_captions(captions: Transcript, sound: RecordingSound) -> tuple[Transcript | None, str]:
    """The captions where their words are said; None where they are another recording's.

    Returns:
        With what was found, a clause without a stop; "" where they simply fit.
    """
    from automagic.media.analysis.synchrony import compare_times

    end_s = sound.duration_s
    beyond = sum(word.start_s > end_s for word in captions.words)
    if beyond > BEYOND_SHARE * len(captions.words):
        last_s = captions.words[-1].end_s
        return None, f"they go on until {last_s:.0f} s, and the recording ends after {end_s:.0f} s"
    found = compare_times(captions.words, sound.silences, end_s)
    if found.verdict == "unlike":
        return None, "their words do not come when they are said"
    if found.verdict == "shifted":
        late = "late" if found.offset_s < 0 else "early"
        return move(captions, found.offset_s), f"they are {abs(found.offset_s):.1f} s {late}, and were moved"
    return captions, ""


def covered_share(said: Transcript, sound: RecordingSound) -> float:
    """0..1: of the time in which something sounds, how much is within `NEAR_S` of a word."""
    import numpy as np

    def within(spans: Iterable[tuple[float, float]]) -> NDArray[np.bool_]:
        found = np.zeros(max(1, round(sound.duration_s * 10)), bool)
        for start_s, end_s in spans:
            found[max(0, round(start_s * 10)) : max(0, round(end_s * 10))] = True
        return found

    sounds = ~within(sound.silences)
    near = within((word.start_s - NEAR_S, word.end_s + NEAR_S) for word in said.words)
    return float((near & sounds).sum() / sounds.sum()) if sounds.any() else 1.0


def move(captions: Transcript, offset_s: float) -> Transcript:
    """The same at other times; words that would come before the beginning are left out."""
    kept = [index for index, word in enumerate(captions.words) if word.start_s + offset_s >= 0]
    words = (captions.words[index] for index in kept)
    return replace(
        captions,
        words=tuple(Word(word.text, word.start_s + offset_s, word.end_s + offset_s) for word in words),
        speakers=tuple(captions.speakers[index] for index in kept) if captions.speakers else (),
        confidences=tuple(captions.confidences[index] for index in kept) if captions.confidences else (),
    )
