"""Clips from here to there, as a person names them: "1:20-1:45 The vote"."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from automagic.errors import RequestError
from automagic.media.analysis.cutting import CutTimeline, cut_moment
from automagic.media.design.platforms import FPS
from automagic.products.clips.planning.edited import BEYOND_S, CutPlan
from automagic.products.clips.planning.segment_text import read_segment
from automagic.products.clips.sources import Recording, clock
from automagic.products.clips.understanding import Understanding
from automagic.values.clip_plan import ClipPlan, KeptRange, Layout


def plan_segments(
    texts: Sequence[str], known: Understanding, title: str, recording: Recording, layout: Layout
) -> CutPlan:
    """Each segment as it will be cut: in the gaps between words, so that none is cut off, with its words as captions.

    Raises:
        RequestError: One is behind the end of the recording.
    """
    end_s = max(known.footage.duration_s, known.transcript.words[-1].end_s if known.transcript.words else 0.0)
    clips: list[ClipPlan] = []
    for segment in dict.fromkeys(map(read_segment, texts)):
        if segment.end_s > end_s + BEYOND_S:
            raise RequestError(
                f"a segment ends at {clock(segment.end_s)}, and {recording.source.name} at {clock(end_s)}",
                hint="Times are those of the recording.",
            )
        stretches = _snap(KeptRange(segment.start_s, min(segment.end_s, end_s)), known, end_s)
        kept = CutTimeline(stretches, FPS).kept(known.transcript.words)
        name = segment.title or f"{title}, {clock(segment.start_s)}"
        mark = hashlib.sha256(f"{segment.start_s:.3f} {segment.end_s:.3f}".encode()).hexdigest()[:8]
        clips.append(ClipPlan(mark, name, stretches, layout, kept))
    return CutPlan(title, recording.file.sha256, recording.source.name, tuple(clips), known.pick)


def _snap(stretch: KeptRange, known: Understanding, length_s: float) -> tuple[KeptRange, ...]:
    """The stretch that begins and ends beside the words of which most is in it; as it is where nobody speaks."""
    words, (start_s, end_s) = known.transcript.words, (stretch.start_s, stretch.end_s)
    inside = [number for number, word in enumerate(words) if start_s <= (word.start_s + word.end_s) / 2 < end_s]
    if not inside:
        return (stretch,)
    first, end = inside[0], inside[-1] + 1
    silences = known.heard.silences
    cuts = cut_moment(words, first, end, silences=silences, duration_s=length_s, fillers=(), shorten_pauses=False)
    return cuts.stretches
