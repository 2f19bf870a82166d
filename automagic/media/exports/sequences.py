"""What a clip is made of, counted in whole frames of its recording; pure.

recording   ──┤ 1203 … 1477 ├──────┤ 1502 … 1910 ├──
sequence      ┤    0 … 274  ┤┤   275 … 683  ├
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from automagic.media.exports.recorded import Recorded
from automagic.values.clip_plan import KeptRange, ShotFraming
from automagic.values.cues import Cue
from automagic.values.moments import Moment

NOTE = "An editorial score within this recording; it forecasts nothing."


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the recording in a sequence.

    Attributes:
        source: Its first frame in the recording, counted from the recording's first one.
        begins: Its first frame in the sequence.
        frames: How many.
        framings: How it was framed: by geometry, in order.
    """

    source: int
    begins: int
    frames: int
    framings: Mapping[str, tuple[ShotFraming, ...]] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """One past its last frame in the sequence."""
        return self.begins + self.frames


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption in a sequence, in frames."""

    begins: int
    frames: int
    text: str


@dataclass(frozen=True, slots=True)
class ClipSequence:
    """One clip as a sequence.

    Attributes:
        id, title: Of the clip.
        cuts: In order, without gaps.
        captions: In order, not overlapping.
        language: Of the captions, a BCP-47 tag.
        moment: Why it was chosen; None when a person's plan named it.
    """

    id: str
    title: str
    cuts: tuple[Cut, ...]
    captions: tuple[Caption, ...]
    language: str
    moment: Moment | None = None

    @property
    def frames(self) -> int:
        """Its length."""
        return self.cuts[-1].end

    @property
    def reasons(self) -> tuple[str, ...]:
        """The score and what it is made of, for people."""
        if self.moment is None:
            return ()
        told = (f"{one.points:+.2f} {one.why}" for one in self.moment.contributions if one.points)
        return (f"Score {self.moment.score:.2f}. {NOTE}", *told)


def cut_frames(
    recorded: Recorded, stretches: Sequence[KeptRange], framings: Mapping[str, Sequence[ShotFraming]]
) -> tuple[Cut, ...]:
    """A clip's stretches, in order, in frames of its recording.

    Args:
        framings: By geometry, on the recording's timeline.
    """
    rate = float(recorded.grid)
    lengths = itertools.accumulate(stretch.end_s - stretch.start_s for stretch in stretches)
    # From the sum of all before it, so that rounding never adds up.
    edges = [0, *(round(length_s * rate) for length_s in lengths)]
    return tuple(
        Cut(round(stretch.start_s * rate), begins, max(1, ends - begins), _within(framings, stretch))
        for stretch, begins, ends in zip(stretches, edges, edges[1:], strict=False)
    )


def caption_frames(recorded: Recorded, cues: Iterable[Cue], frames: int) -> tuple[Caption, ...]:
    """Cues on a clip's own timeline, which has so many frames of its recording."""
    rate = float(recorded.grid)
    captions: list[Caption] = []
    for cue in cues:
        begins = max(round(cue.start_s * rate), captions[-1].begins + captions[-1].frames if captions else 0)
        ends = min(round(cue.end_s * rate), frames)
        if ends > begins:
            captions.append(Caption(begins, ends - begins, cue.text))
    return tuple(captions)


def _within(framings: Mapping[str, Sequence[ShotFraming]], stretch: KeptRange) -> dict[str, tuple[ShotFraming, ...]]:
    return {
        name: tuple(one for one in several if one.start_s < stretch.end_s and one.end_s > stretch.start_s)
        for name, several in framings.items()
    }


def describe_framings(cut: Cut) -> str:
    """How a stretch was framed, for people; one line for each camera shot and geometry."""
    return "\n".join(
        f"{name} {one.start_s:.2f} s: {one.layout}{f' ({one.why})' if one.why else ''}: {_describe_panes(one)}"
        for name, several in cut.framings.items()
        for one in several
    )


def _describe_panes(framing: ShotFraming) -> str:
    """Where each crop begins and ends, in percent of the picture."""
    told = []
    for keys in framing.panes:
        boxes = list(dict.fromkeys(key.box for key in (keys[0], keys[-1])))
        told.append(
            " to ".join(
                f"left {100 * box.x:.1f} top {100 * box.y:.1f} width {100 * box.width:.1f} "
                f"height {100 * box.height:.1f} %"
                for box in boxes
            )
        )
    return "; ".join(told)
