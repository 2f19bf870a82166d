"""What a shot is to the renderer: the plan of its frames and the report of a rendered segment.

Apart from the renderer itself, so that planning needs none of its libraries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from automagic.media.analysis.dark_and_still import DetectedRange
from automagic.media.video.encode import EncodeSettings
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Motion, Rect
from automagic.values.moving import Appearance, Element, MotionStyle

if TYPE_CHECKING:
    from automagic.media.video.planes import Planes

TransitionKind = Literal["cut", "crossfade", "slide", "wipe", "zoom"]


class MovingPicture(Protocol):
    """What a shot shows: a still seen through a moving window, or a clip."""

    def at(self, progress: float, *, magnify: float = 1.0) -> Planes:
        """Draw one frame; its planes may be drawn on and are good until the next call.

        Args:
            progress: Of the shot: 0 its first frame, 1 its last; a join asks a little beyond both.
            magnify: Additional magnification about the frame's middle, ≥ 1.
        """
        ...


@dataclass(frozen=True, slots=True)
class CardPlan:
    """How a card comes and goes.

    Attributes:
        elements: In the order of the layers.
        appearances: When each of them comes.
        style: How.
    """

    elements: tuple[Element, ...]
    appearances: tuple[Appearance, ...]
    style: MotionStyle


@dataclass(frozen=True, slots=True)
class ShotPlan:
    """One still or one clip on the timeline.

    Attributes:
        motion: The move over the whole of a still; a clip brings its own, and a card has none but in its pane.
        frames: Its length on the timeline; the joins take theirs from both its ends.
        cues: Captions; times relative to the shot's first frame.
        caption_style: How they look.
        frame: Geometry and rate.
        encode: How the segment is encoded; its rate is the frame's.
        visual: What the shot's file is: a still, a clip that `clip.prepare_clip` made for this frame, or a card in
            layers.
        clip_frames: How many frames that clip has; 0 for others.
        card: How the elements of a card come and go; None for others.
        pane: Where a still moves beside the elements of a card, its sides even; None for others.
    """

    motion: Motion
    frames: int
    cues: tuple[Cue, ...]
    caption_style: CaptionStyle
    frame: Frame
    encode: EncodeSettings
    visual: Literal["still", "clip", "card"] = "still"
    clip_frames: int = 0
    card: CardPlan | None = None
    pane: Rect | None = None

    def progress(self, index: int) -> float:
        """Progress of the move at a frame; below 0 and above 1 outside the shot."""
        return index / max(self.frames - 1, 1)


@dataclass(frozen=True, slots=True)
class SeenElement:
    """A text of a card, as it was measured in the frames; times in seconds, below 0 for never.

    Attributes:
        name: Which, with its words.
        said_s: When its word is said.
        seen_s, stands_s: From when on half of it is seen, and all of it in its place.
        contrast: Of its letters against what is beside them, 1..21.
        step: The longest way between two frames, as a share of the frame's short side, once it is half seen.
        waits: Whether it may not be seen before it is said.
    """

    name: str
    said_s: float
    seen_s: float
    stands_s: float
    contrast: float
    step: float
    waits: bool


@dataclass(frozen=True, slots=True)
class SeenCaption:
    """A caption, as it was measured in a frame.

    Attributes:
        text: Its words.
        at_s: When, from the segment's first frame.
        contrast: Of its letters against what is beside them, 1..21.
    """

    text: str
    at_s: float
    contrast: float


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """What was rendered, measured on every frame.

    Attributes:
        black: As they will be seen, with their captions; of any length.
        still: Stretches of at least half a second, and all that touch an end: they may go on in the next segment. Of a
            recording's excerpt they are measured without captions, which would hide them.
        black_frames: How many pictures are as good as black without their captions.
        mean_luma: Of the pictures without captions, 16 (black) to 235 (white).
        captioned_frames: How many carry a caption.
        packets: sha256 of the encoded frames in their order, by which they are known again in a joined file.
        elements: The texts of a card; times from the segment's first frame.
        resting: Of a card, what would be `still` of another picture: it rests on purpose.
        edges: Its first and its last picture without captions, as some hundred luma values: whether the next segment
            goes on with the same one.
        faintest: Of its captions the one that reads worst in any frame; None without captions, or where they were not
            looked at.
    """

    frames: int
    width: int
    height: int
    black: tuple[DetectedRange, ...]
    still: tuple[DetectedRange, ...]
    black_frames: int
    mean_luma: float
    captioned_frames: int
    packets: str
    elements: tuple[SeenElement, ...] = ()
    resting: tuple[DetectedRange, ...] = ()
    edges: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    faintest: SeenCaption | None = None
