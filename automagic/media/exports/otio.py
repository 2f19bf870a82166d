"""A clip as OpenTimelineIO: a picture and a sound track that point at the recording, markers for why and for words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from automagic.media.exports.channels import list_channels
from automagic.media.exports.recorded import Recorded
from automagic.media.exports.sequences import ClipSequence, Cut, describe_framings

if TYPE_CHECKING:
    import opentimelineio

RELATIVE = "relative to this file"
"""The second reference of each clip, for when folder and recording have moved together."""


def write_otio(sequence: ClipSequence, recorded: Recorded, folder: Path) -> bytes:
    """A timeline, as JSON.

    Args:
        folder: Where it will lie.
    """
    from opentimelineio import opentime, schema

    rate = float(recorded.grid)

    def span(begins: int, frames: int) -> opentimelineio.opentime.TimeRange:
        return opentime.TimeRange(opentime.RationalTime(begins, rate), opentime.RationalTime(frames, rate))

    last = max(cut.source + cut.frames for cut in sequence.cuts)
    available = span(recorded.first_frame, max(recorded.frames, last))
    urls = {schema.Clip.DEFAULT_MEDIA_KEY: recorded.file.as_uri(), RELATIVE: _relative_url(recorded.file, folder)}

    def clip(cut: Cut) -> opentimelineio.schema.Clip:
        made = schema.Clip(recorded.file.name, source_range=span(recorded.first_frame + cut.source, cut.frames))
        references = {key: schema.ExternalReference(url, available) for key, url in urls.items()}
        for reference in references.values():
            reference.name = recorded.file.name
        made.set_media_references(references, schema.Clip.DEFAULT_MEDIA_KEY)
        made.metadata["automagic"] = {
            "framing": {name: msgspec.to_builtins(several) for name, several in cut.framings.items()},
            "framing_in_words": describe_framings(cut),
        }
        return made

    timeline = schema.Timeline(sequence.title, metadata={"automagic": _facts(sequence, recorded)})
    kinds = [schema.TrackKind.Video] if recorded.has_picture else []
    kinds += [schema.TrackKind.Audio] if recorded.channels else []
    for kind in kinds:
        track = schema.Track(kind, kind=kind)
        track.extend([clip(cut) for cut in sequence.cuts])
        if kind == schema.TrackKind.Audio:
            for made, cut in zip(track, sequence.cuts, strict=True):
                _name_channels(made, cut, recorded)
        timeline.tracks.append(track)
    why = schema.Marker(sequence.title, span(0, sequence.frames), schema.MarkerColor.GREEN)
    why.comment = "\n".join(sequence.reasons)
    words = [
        schema.Marker(caption.text, span(caption.begins, caption.frames), schema.MarkerColor.CYAN)
        for caption in sequence.captions
    ]
    for marker, kind in ((why, "why"), *((one, "caption") for one in words)):
        marker.metadata["automagic"] = {"kind": kind}
    timeline.tracks.markers.extend([why, *words])
    text: str = timeline.to_json_string(indent=2)
    return text.encode() + b"\n"


def _name_channels(clip: opentimelineio.schema.Clip, cut: Cut, recorded: Recorded) -> None:
    """Which channels are played: OpenTimelineIO has no word for it, so in ours and in DaVinci Resolve's."""
    start_s, end_s = (float(frame / recorded.grid) for frame in (cut.source, cut.source + cut.frames))
    heard = [one for one in list_channels(recorded, start_s, end_s) if one.heard]
    clip.metadata["automagic"]["audio_tracks"] = [one.track for one in heard]
    clip.metadata["Resolve_OTIO"] = {
        "Channels": [
            {"Source Track ID": one.track - 1, "Source Channel ID": place} for one in heard for place in one.within
        ]
    }


def _facts(sequence: ClipSequence, recorded: Recorded) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "clip": sequence.id,
        "language": sequence.language,
        "recorded_rate": str(recorded.rate),
        "variable_frame_rate": recorded.variable,
    }
    if sequence.moment is not None:
        facts |= {
            "score": sequence.moment.score,
            "contributions": msgspec.to_builtins(sequence.moment.contributions),
        }
    return facts


def _relative_url(file: Path, folder: Path) -> str:
    return quote(Path(os.path.relpath(file, folder.absolute())).as_posix())
