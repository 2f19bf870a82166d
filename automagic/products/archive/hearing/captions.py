"""A station's own captions as a transcript, and whether they are this recording's.

the best form it serves ─▶ read ─▶ do the words come when somebody speaks? ─┬─ yes, or nobody can tell ─▶ taken
                                                                            ├─ late or early ─▶ moved, and said
                                                                            └─ no ─▶ refused, and said
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import AutomagicError, RequestError
from automagic.gate.replies import explain
from automagic.machine.addresses import is_public
from automagic.machine.leaving import in_thread
from automagic.sources.recordings import is_address, name_of
from automagic.sources.transcripts.file import read_transcript
from automagic.values.words import Word

if TYPE_CHECKING:
    from automagic.products.archive.hearing.steps import RecordingSound
    from automagic.runs.run import Run
    from automagic.services import Services
    from automagic.store.holdings import ArchiveItem
    from automagic.values.station import CaptionForm, CaptionPlace
    from automagic.values.transcript import Transcript

BEST_FIRST: tuple[CaptionForm, ...] = ("vtt", "srt", "scc", "txt")
"""Forms by how well they keep words and times; "hls" is read by the station's own reader."""

BEYOND_SHARE = 0.2
"""More of the words than this after the recording's end: they are another recording's."""

MAX_BYTES = 32 << 20


async def read_captions(
    item: ArchiveItem, run: Run[Services], *, allow_private: bool
) -> tuple[Transcript | None, tuple[str, ...]]:
    """The first of a recording's captions that can be read; None where there are none, or none can.

    Returns:
        With why those before it could not, a sentence each.
    """
    troubles: list[str] = []
    for place in _in_order(item.listed.captions):
        try:
            return await _read(place, run, allow_private=allow_private), tuple(troubles)
        except AutomagicError as error:
            troubles.append(f"{error.message.removesuffix('.')}.")
    return None, tuple(troubles)


def _in_order(places: tuple[CaptionPlace, ...]) -> Iterator[CaptionPlace]:
    for form in BEST_FIRST:
        yield from (place for place in places if place.form == form)


async def _read(place: CaptionPlace, run: Run[Services], *, allow_private: bool) -> Transcript:
    if not is_address(place.url):
        return await in_thread(read_transcript, Path(place.url))
    http, allow = run.services.vendors.http, None if allow_private else is_public
    reply = await http.request("GET", place.url, max_bytes=MAX_BYTES, allow=allow)
    if reply.status >= 400:
        raise explain(reply, reply.url)
    if reply.status != 200 or not reply.body.strip():
        raise RequestError(f"{reply.url} answers without captions ({reply.status})")
    path = run.folder / name_of(place.url)
    await in_thread(path.write_bytes, reply.body)
    return await in_thread(read_transcript, path)


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
