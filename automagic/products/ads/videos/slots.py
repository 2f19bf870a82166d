"""In which lengths and shapes platforms take videos, and the batch of jobs that makes them.

facts (kind video) × 6, 15, 30 s × vertical, square, 4:5, wide ─▶ VideoSlot ─▶ a line of `videos.jsonl`
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from automagic.media.design.platforms import find_platform
from automagic.products.ads.creative import AdScript
from automagic.products.ads.package.assets import VIDEOS, place_of
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs
from automagic.stages.languages import primary_language

LENGTHS_S = (6, 15, 30)
SHAPES = ("ads", "square", "feed", "youtube")
"""Names of `platforms.toml`: 9:16 clear of what covers ads, 1:1, 4:5 and 16:9."""
BATCH = f"{VIDEOS}/videos.jsonl"
TOLERANCE = 0.01
"""Of a ratio."""


@dataclass(frozen=True, slots=True)
class VideoSlot:
    """A video to make.

    Attributes:
        shape: Of `SHAPES`.
        platforms: Those that take it, by name.
    """

    length_s: int
    shape: str
    platforms: tuple[str, ...]


def video_facts(specs: Specs, platform: AdPlatform) -> tuple[Spec, ...]:
    """The facts about videos that a platform takes."""
    return specs.of(platform, "video")


def takes_length(fact: Spec, length_s: float, spoken_s: float) -> bool:
    """Whether a fact allows a video of about `spoken_s`, which is no longer than `length_s`."""
    return (fact.min_s or 0) <= spoken_s and (fact.max_s is None or length_s <= fact.max_s)


def takes_size(fact: Spec, width: int, height: int) -> bool:
    """Whether a fact allows a frame of this size; one that says nothing of it allows each."""
    ratio = width / height
    named = (fact.ratio,) if fact.ratio else fact.ratios
    if named and not any(abs(ratio / _as_number(one) - 1) <= TOLERANCE for one in named):
        return False
    if ratio < (fact.min_ratio or 0) * (1 - TOLERANCE) or ratio > (fact.max_ratio or ratio) * (1 + TOLERANCE):
        return False
    if width < (fact.min_width or 0) or height < (fact.min_height or 0):
        return False
    if width > (fact.max_width or width) or height > (fact.max_height or height):
        return False
    least = [tuple(map(int, one.split("x"))) for one in fact.min_sizes]
    return not least or any(width >= wide and height >= high for wide, high in least)


def list_slots(specs: Specs, platforms: Sequence[AdPlatform], scripts: Iterable[AdScript]) -> tuple[VideoSlot, ...]:
    """The videos that these platforms take, of scripts that are there: by length, then by shape."""
    return tuple(_slots_of(specs, platforms, scripts))


def _slots_of(specs: Specs, platforms: Sequence[AdPlatform], scripts: Iterable[AdScript]) -> Iterator[VideoSlot]:
    for script in scripts:
        for shape in SHAPES:
            size = find_platform(shape)
            taking = tuple(
                platform.name
                for platform in platforms
                if any(
                    takes_length(fact, script.length_s, script.spoken_s) and takes_size(fact, size.width, size.height)
                    for fact in video_facts(specs, platform)
                )
            )
            if taking:
                yield VideoSlot(script.length_s, shape, taking)


def write_videos(scripts: Iterable[AdScript], slots: Sequence[VideoSlot], language: str) -> dict[str, bytes]:
    """The files by their place in a package: scripts, and the batch that makes videos of them."""
    files = {place_of(one): one.text.encode() for one in scripts}
    return {**files, BATCH: write_batch(slots, language)} if files else {}


def write_batch(slots: Iterable[VideoSlot], language: str) -> bytes:
    """A line for each video, as `automagic jobs add --batch` reads it beside the scripts."""
    rows = (
        {
            "script": f"{slot.length_s}s.md",
            "platform": slot.shape,
            "duration": slot.length_s,
            "language": primary_language(language),
        }
        for slot in slots
    )
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def _as_number(ratio: str) -> float:
    width, _, height = ratio.partition(":")
    return float(width) / float(height)
