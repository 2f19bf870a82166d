"""A file that a step made, under the hash of its content."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a step made, known by its content.

    Attributes:
        sha256: Lower-case hexadecimal digest of its bytes.
        media_type: Such as "image/png", "audio/wav", "video/mp4".
        size_bytes: Its length.
    """

    sha256: str
    media_type: str
    size_bytes: int
