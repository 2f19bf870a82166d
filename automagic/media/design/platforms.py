"""Where a video is watched, read from `data/platforms.toml`, and the frame that a group of platforms shares."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from automagic.data import shipped
from automagic.errors import RequestError
from automagic.reading.toml import parse_toml
from automagic.values.frame import Frame, Rect
from automagic.values.report import Measure

FPS = 30
LOUDNESS_LUFS = -14.0
TRUE_PEAK_DBTP = -1.0

_GAP = 40
"""Pixels between a card's text and the captions."""

CaptionPlace = Literal["bottom", "centre", "top", "off", "auto"]
"""Where burnt-in captions stand: "off" for nowhere, "auto" for the bottom of what does not show the words by itself."""


@dataclass(frozen=True, slots=True)
class LengthLimit:
    """How long a video may be on a platform.

    Attributes:
        longer: What becomes of a longer one.
        verdict: Of the quality gate on a longer one.
        read, source: When and where this was read.
    """

    max_s: float
    longer: str
    verdict: Literal["flag", "fail"]
    read: str
    source: str


@dataclass(frozen=True, slots=True)
class Platform:
    """One entry of `data/platforms.toml`.

    Attributes:
        safe: What its interface never covers.
        caption_height: Of the band at the foot of `safe` in which captions stand.
        length: None for a shape that belongs to no one platform.
    """

    name: str
    label: str
    width: int
    height: int
    safe: Rect
    caption_height: int
    length: LengthLimit | None


@dataclass(frozen=True, slots=True)
class PlatformGroup:
    """Platforms of one geometry that share one render.

    Attributes:
        cover: The frame of its thumbnails, on which no captions are burnt, wherever the video has them.
        captions: Where they stand in `frame`.
    """

    names: tuple[str, ...]
    frame: Frame
    cover: Frame
    captions: CaptionPlace = "bottom"

    @property
    def bare(self) -> Frame:
        """The frame of what has no captions: the content reaches to the foot of the safe zone."""
        return _place_captions(self.cover, "off")

    @property
    def name(self) -> str:
        """Such as "shorts" or "shorts-reels"."""
        return "-".join(self.names)


@cache
def load_platforms() -> dict[str, Platform]:
    """Every platform by name."""
    text = shipped("platforms.toml").read_bytes()
    platforms = {}
    for name, entry in parse_toml(text, name="platforms.toml").items():
        clear = entry["clear"]
        safe = Rect(
            clear["left"],
            clear["top"],
            entry["width"] - clear["left"] - clear["right"],
            entry["height"] - clear["top"] - clear["bottom"],
        )
        platforms[name] = Platform(
            name,
            entry["label"],
            entry["width"],
            entry["height"],
            safe,
            entry["caption_height"],
            LengthLimit(**entry["length"]) if "length" in entry else None,
        )
    return platforms


def find_platform(name: str) -> Platform:
    """The platform of this name.

    Raises:
        RequestError: There is none; the nearest name is suggested.
    """
    platforms = load_platforms()
    if name in platforms:
        return platforms[name]
    near = difflib.get_close_matches(name.lower(), platforms, n=1, cutoff=0.5)
    raise RequestError(
        f"there is no platform {name!r}",
        hint=(f"Did you mean {near[0]}? " if near else "") + "Platforms: " + ", ".join(platforms),
    )


def tell_too_long(names: Iterable[str], duration_s: float, *, about: str = "about ") -> Iterator[str]:
    """For each platform on which a video of this length would be too long: a sentence that says so.

    Args:
        about: Before the length: how sure it is.
    """
    for name in dict.fromkeys(names):
        platform = find_platform(name)
        limit = platform.length
        if limit is not None and duration_s > limit.max_s:
            yield (f"{platform.label}: {about}{duration_s:.0f} s is longer than {limit.max_s:.0f} s; {limit.longer}.")


def check_length(name: str, duration_s: float) -> Measure | None:
    """A finished video's length against what its platform allows; None where nothing is known of it."""
    limit = find_platform(name).length
    if limit is None:
        return None
    fits = duration_s <= limit.max_s
    return Measure(
        "platform_length_s",
        round(duration_s, 3),
        f"≤ {limit.max_s:.0f} for {name}",
        "pass" if fits else limit.verdict,
        "" if fits else limit.longer,
    )


def group_platforms(names: Sequence[str], captions: CaptionPlace = "bottom") -> tuple[PlatformGroup, ...]:
    """Put platforms of the same geometry together: they share one render inside the zone that is safe on all.

    Args:
        captions: Where they stand.

    Raises:
        RequestError: None is named, or one that there is not.
    """
    if not names:
        raise RequestError("no platform is named", hint="Platforms: " + ", ".join(load_platforms()))
    groups: dict[tuple[int, int], list[Platform]] = {}
    for name in dict.fromkeys(names):
        platform = find_platform(name)
        groups.setdefault((platform.width, platform.height), []).append(platform)
    frames = {geometry: _shared_frame(group) for geometry, group in groups.items()}
    return tuple(
        PlatformGroup(
            tuple(platform.name for platform in group),
            _place_captions(frames[geometry], captions),
            frames[geometry],
            captions,
        )
        for geometry, group in groups.items()
    )


def _shared_frame(group: Sequence[Platform]) -> Frame:
    left = max(platform.safe.x for platform in group)
    top = max(platform.safe.y for platform in group)
    right = min(platform.safe.right for platform in group)
    bottom = min(platform.safe.bottom for platform in group)
    caption_height = min(platform.caption_height for platform in group)
    caption = Rect(left, bottom - caption_height, right - left, caption_height)
    content = Rect(left, top, right - left, caption.y - _GAP - top)
    return Frame(group[0].width, group[0].height, FPS, content, caption)


def _place_captions(frame: Frame, captions: CaptionPlace) -> Frame:
    """A frame whose captions stand at the bottom with them elsewhere, still inside the safe zone."""
    top, bottom, height = frame.content.y, frame.caption.bottom, frame.caption.height
    gap = frame.caption.y - frame.content.bottom
    band, first, end = frame.caption.y, top, frame.content.bottom
    if captions == "top":
        band, first, end = top, top + height + gap, bottom
    elif captions == "centre":  # of the screen, which lies below that of the safe zone where the foot is covered
        band = min(max((frame.height - height) // 2, top), bottom - height)
        end = band - gap
    elif captions == "off":
        end = bottom
    content = replace(frame.content, y=first, height=end - first)
    return replace(frame, content=content, caption=replace(frame.caption, y=band))
