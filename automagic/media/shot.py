"""What a shot is to the renderer: the plan of its frames and the report of a rendered segment.

Apart from the renderer itself, so that planning needs none of its libraries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from automagic.media.encode import EncodeSettings
from automagic.model import CaptionStyle, Cue, Frame, Motion

TransitionKind = Literal["cut", "crossfade", "slide", "wipe", "zoom"]


@dataclass(frozen=True, slots=True)
class ShotPlan:
    """One still on the timeline.

    Attributes:
        motion: The move over the whole of it.
        frames: Its length on the timeline; the joins take theirs from both its ends.
        cues: Captions; times relative to the shot's first frame.
        caption_style: How they look.
        frame: Geometry and rate.
        encode: How the segment is encoded; its rate is the frame's.
    """

    motion: Motion
    frames: int
    cues: tuple[Cue, ...]
    caption_style: CaptionStyle
    frame: Frame
    encode: EncodeSettings

    def progress(self, index: int) -> float:
        """Progress of the move at a frame; below 0 and above 1 outside the shot."""
        return index / max(self.frames - 1, 1)


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """What was rendered, measured on the pictures without their captions.

    Attributes:
        black_frames: How many are as good as black.
        frozen: Whether nothing moved between the first and the last frame.
        mean_luma: 16 (black) to 235 (white).
        captioned_frames: How many carry a caption.
    """

    frames: int
    width: int
    height: int
    black_frames: int
    frozen: bool
    mean_luma: float
    captioned_frames: int
