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

    @classmethod
    def unknown(cls, kind: str, media_type: str) -> Artifact:
        """Stands in a plan for a file that would have to be made."""
        return cls(f"?{kind}", media_type, 0)

    @property
    def is_known(self) -> bool:
        """Whether there is such a file."""
        return not self.sha256.startswith("?")
