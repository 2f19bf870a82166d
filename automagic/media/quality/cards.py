"""Whether the texts of a video's cards and its captions read well, and the cards' came on their words.

All of it was measured in the frames when they were rendered.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from automagic.values.report import Measure

if TYPE_CHECKING:
    from automagic.media.rendering.shot import SeenElement, SegmentReport

LATE_S, EARLY_S = 0.8, 0.6
"""How long after its word a text stands at the latest, and how long before it one may be seen that must wait: a figure
begins to count before its number is said."""

CONTRAST = 3.0
"""WCAG 2.2, 1.4.3: of letters as large as a card's against their ground, at least."""

CAPTION_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3 (AA): of captions against what is beside their letters, in every frame. Over a picture their plate
aims at 7 (`media.captions.plates`); less than this is a fault of the video."""

STEP = 0.05
"""Of the frame's short side: what moves further from one frame to the next leaps."""


def check_cards(segments: Sequence[SegmentReport], fps: float) -> list[Measure]:
    """Place, contrast and movement of all texts; nothing where there are no cards. Pure."""
    found = list(_on_the_timeline(segments, fps))
    if not found:
        return []
    lowest = min(found, key=lambda one: one[1].contrast)
    furthest = max(found, key=lambda one: one[1].step)
    wrong = [f"{one.name} at {at_s + max(one.said_s, 0):.2f} s" for at_s, one in found if _is_off(one)]
    return [
        Measure(
            "texts_off_their_words",
            len(wrong),
            f"0 (in place ≤ {LATE_S} s after, never seen > {EARLY_S} s before where it would spoil the point)",
            "flag" if wrong else "pass",
            ", ".join(wrong[:5]),
        ),
        Measure(
            "text_contrast",
            lowest[1].contrast,
            f"≥ {CONTRAST:g}",
            "flag" if lowest[1].contrast < CONTRAST else "pass",
            f"{lowest[1].name} at {lowest[0]:.2f} s" if lowest[1].contrast < CONTRAST else "",
        ),
        Measure(
            "largest_step",
            furthest[1].step,
            f"≤ {STEP:g} of the short side a frame",
            "flag" if furthest[1].step > STEP else "pass",
            f"{furthest[1].name} at {furthest[0]:.2f} s" if furthest[1].step > STEP else "",
        ),
    ]


def check_caption_contrast(segments: Sequence[SegmentReport], fps: float) -> list[Measure]:
    """How well the caption reads that reads worst; nothing where there are none. Pure."""
    begins = itertools.accumulate((segment.frames for segment in segments), initial=0)
    seen = [(first / max(fps, 1.0), one.faintest) for first, one in zip(begins, segments, strict=False) if one.faintest]
    if not seen:
        return []
    begin_s, faintest = min(seen, key=lambda one: one[1].contrast)
    reads = faintest.contrast >= CAPTION_CONTRAST
    where = "" if reads else f"“{faintest.text}” at {begin_s + faintest.at_s:.2f} s"
    return [
        Measure("caption_contrast", faintest.contrast, f"≥ {CAPTION_CONTRAST:g}", "pass" if reads else "fail", where)
    ]


def _on_the_timeline(segments: Sequence[SegmentReport], fps: float) -> Iterator[tuple[float, SeenElement]]:
    """Each text with the second at which its segment begins."""
    frames = 0
    for segment in segments:
        for element in segment.elements:
            yield frames / max(fps, 1.0), element
        frames += segment.frames


def _is_off(one: SeenElement) -> bool:
    if one.stands_s < 0:
        return True
    if one.said_s < 0:
        return False
    return one.stands_s > one.said_s + LATE_S or (one.waits and one.seen_s < one.said_s - EARLY_S)
