"""Where a part of a result comes from, and under which licence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credit:
    """Where one part of a result came from, for the credits and the description.

    Attributes:
        part: What it is: "voice", "music", "picture of scene 1f2e3d4c", "font", "text".
        name: The work or engine: "Kokoro-82M, voice af_heart".
        origin: Who or where: "generated on this machine", a URL, a file name.
        licence: SPDX identifier or the licence's name; "unknown" when nobody stated it.
        generated: Whether a machine made it.
    """

    part: str
    name: str
    origin: str
    licence: str
    generated: bool


HERE = "generated on this machine"
