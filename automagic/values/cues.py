"""Captions: what is shown when, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass

from automagic.values.words import Word


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that are on the screen together, at most two lines.

    Attributes:
        lines: The words of each line.
        start_s, end_s: When the cue is visible, on the same timeline as its words.
    """

    lines: tuple[tuple[Word, ...], ...]
    start_s: float
    end_s: float

    @property
    def words(self) -> tuple[Word, ...]:
        """All its words in order."""
        return tuple(word for line in self.lines for word in line)

    @property
    def text(self) -> str:
        """Its lines, joined by line breaks."""
        return "\n".join(" ".join(word.text for word in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """How burned-in captions look; decided by the theme for one frame geometry.

    Attributes:
        family, weight: The font, 100-900.
        size_px: Nominal text size; the drawer may go down to 60 % of it to fit a long word.
        color: Of words not being spoken, "#rrggbb".
        accent: Of the word being spoken.
        outline_px, outline_color: A stroke around the letters; 0 for none.
        plate: "#rrggbbaa" of a soft rounded plate behind the lines; empty for none.
        uppercase: Whether the words are shown in capitals.
        line_height: In multiples of the size.
        fonts: Hash of the font and of those that stand in for it.
    """

    family: str
    weight: int
    size_px: int
    color: str
    accent: str
    outline_px: float = 0.0
    outline_color: str = "#000000"
    plate: str = ""
    uppercase: bool = False
    line_height: float = 1.18
    fonts: str = ""
