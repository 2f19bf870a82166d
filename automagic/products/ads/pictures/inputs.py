"""What the steps of pictures are given: everything that can change their results."""

from __future__ import annotations

from dataclasses import dataclass

from automagic.values.artifact import Artifact


@dataclass(frozen=True, slots=True)
class AdSight:
    """A picture as ads are made of it.

    Attributes:
        file: JPEG of a picture, no larger than any ad needs; PNG of a logo.
        width, height: Of the file, in pixels.
        own_width, own_height: Of the picture itself: nothing is enlarged beyond it.
        faces: (left, top, right, bottom), each 0 to 1.
    """

    file: Artifact
    width: int
    height: int
    own_width: int
    own_height: int
    faces: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class AdSubject:
    """A picture, and what must be seen of it: x and y, each 0 to 1."""

    sight: AdSight
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class AdWeight:
    """What a platform takes of a file; see `encode_ad`."""

    max_bytes: int | None
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdDress:
    """How all ads of a brand look.

    Attributes:
        colours: The brand's own.
        seed: Others are derived from it.
        fonts: Hash of the theme that sets them.
    """

    colours: tuple[str, ...]
    seed: str
    fonts: str
