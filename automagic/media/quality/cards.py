"""Whether the texts of a video's cards read well and came on their words, as measured when they were rendered."""

from __future__ import annotations

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
