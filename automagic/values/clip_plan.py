"""What will be cut from a recording, and which part of its picture is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from automagic.values.frame import Frame
from automagic.values.recording import Box
from automagic.values.words import Word

Layout = Literal["auto", "hold", "pan", "fit", "split"]
"""How a wide picture fills a narrow frame: one still crop, one that follows, the whole with blurred sides, two stacked
crops, or whichever suits each shot."""


SHORTEST_S = 1.0
"""Of a clip that a person asks for; moments that are chosen are longer."""


@dataclass(frozen=True, slots=True)
class KeptRange:
    """A part of the recording that is kept, on its own timeline."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class NamedRange:
    """From here to there, on the recording's timeline; a title of "" leaves naming it to the program."""

    start_s: float
    end_s: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """One clip as it will be cut; what a person edits in `plan.json`.

    Attributes:
        id: Of the moment it was made from; stays through edits.
        title: On its thumbnail and in its metadata.
        stretches: What is kept, in order, not overlapping; several when pauses or fillers are left out.
        layout: How it is framed.
        words: Captions: the words of the kept stretches, on the recording's timeline, as a person may have edited them.
    """

    id: str
    title: str
    stretches: tuple[KeptRange, ...]
    layout: Layout = "auto"
    words: tuple[Word, ...] = ()

    @property
    def duration_s(self) -> float:
        """Its length when cut."""
        return sum(stretch.end_s - stretch.start_s for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class CropKey:
    """Where a crop stands at one time of the clip; between two keys it moves evenly, before a `cut` it jumps.

    Attributes:
        time_s: On the recording's timeline.
        box: What is shown.
        cut: Whether it is here at once, without moving from the key before.
    """

    time_s: float
    box: Box
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ShotFraming:
    """How one stretch of one camera shot is framed for one shape.

    Attributes:
        start_s, end_s: On the recording's timeline; one framing's end is the next one's start within a stretch.
        layout: What was chosen: "hold", "pan", "fit" or "split".
        panes: One list of keys for each pane: one pane for hold, pan and fit, two (upper, lower) for split. A "fit"
            shows its box whole, on a blurred and darkened copy of itself.
        why: For people: "one face, moving", "nobody to be seen".
    """

    start_s: float
    end_s: float
    layout: Literal["hold", "pan", "fit", "split"]
    panes: tuple[tuple[CropKey, ...], ...] = field(default_factory=tuple)
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShapeFraming:
    """How a whole clip is framed for one shape."""

    frame: Frame
    framings: tuple[ShotFraming, ...]
