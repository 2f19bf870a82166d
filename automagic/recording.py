"""The frozen values that say what is in a recording, and what was chosen from it.

    Transcript ──▶ Sentence ──▶ Moment ──▶ ClipPlan
    words with     words said    sentences   what is cut out of the recording:
    times          in one go     with a      which stretches, framed how
    Footage ─────────────────────score ──────▶
    shots and faces

Conventions as in `model`: seconds, pixels; places in a picture are shares of its upright width and height (0..1), so
that they hold for any copy of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from automagic.model import Frame, Word

# ---------------------------------------------------------------------------------------------- what is said

WordTimes = Literal["recognised", "stated", "spread"]
"""How a transcript's word times were found: by recognition, stated in a file, or spread over a subtitle's duration."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a recording.

    Attributes:
        words: As captions show them, punctuation attached, in order, on the recording's timeline.
        language: BCP-47 primary tag; "" when unknown.
        transcriber: Who made it: an engine with its model, a vendor, or the file it was read from.
        times: How the words' times were found.
        speakers: One for each word where the transcript names them, else empty.
        confidences: 0..1 for each word, how sure its transcriber was of it; empty when nobody says it.
        notices: What a person must know of it, such as lines that were mended.
    """

    words: tuple[Word, ...]
    language: str
    transcriber: str
    times: WordTimes = "recognised"
    speakers: tuple[str, ...] = ()
    confidences: tuple[float, ...] = ()
    notices: tuple[str, ...] = ()

    def heard(self, first: int, end: int) -> tuple[tuple[str, float], ...]:
        """The words [first, end) with how sure their transcriber was of each; empty when nobody says it."""
        words = (word.text for word in self.words[first:end])
        return tuple(zip(words, self.confidences[first:end], strict=True)) if self.confidences else ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that are said in one go and understood together.

    Attributes:
        id: Stable name from its words and its place among equals, eight hexadecimal digits; never an index.
        first, end: Its words in the transcript: [first, end).
        start_s, end_s: From its first word's start to its last word's end.
        text: As captions show it.
        closed: Whether it ends where a sentence ends (punctuation, or a long pause), rather than being cut off.
    """

    id: str
    first: int
    end: int
    start_s: float
    end_s: float
    text: str
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one sentence is said.

    Attributes:
        loudness_db: Mean level of its speech, in dB relative to the recording's own speech.
        pitch_range: Of its voiced parts, 5th to 95th percentile, in semitones; 0 where none are.
        rate: Syllables a second, pauses left out.
        pause_before_s, pause_after_s: Silence around it.
    """

    loudness_db: float
    pitch_range: float
    rate: float
    pause_before_s: float
    pause_after_s: float


# ---------------------------------------------------------------------------------------------- what is seen


TimeRange = tuple[float, float]
"""From when to when, on the recording's timeline."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the picture: left, top, width, height, as shares of the upright picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """One face, followed through one shot.

    Attributes:
        times_s: When it was looked for and seen, rising; on the recording's timeline.
        boxes: Where, one for each time.
        mouth: How much its mouth moved since the time before, one for each time, beyond what the whole head did, in
            units of this face's own contrast (so that a small face and a large one, a pale and a dark one compare); 0
            where that is unknown.
    """

    times_s: tuple[float, ...]
    boxes: tuple[Box, ...]
    mouth: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CameraShot:
    """What one camera shows without a cut.

    Attributes:
        start_s, end_s: On the recording's timeline; one shot's end is the next one's start.
        faces: Everybody who was seen in it; longest seen first.
        columns, rows: How much of what catches the eye (edges, and what moves) stands in each of 32 upright and 18
            level strips of equal size, from left to right and from top to bottom, as shares that add up to 1; empty
            when nothing is known.
        moving: Share of the picture that changes from one look to the next; near 1 when the camera moves, near 0 for
            slides and screens.
        still: Where nothing at all changes for two seconds and more, (start, end).
        width, height: Of the upright picture with square pixels, which a recording may change; 0 for the recording's.
    """

    start_s: float
    end_s: float
    faces: tuple[FaceTrack, ...] = ()
    columns: tuple[float, ...] = ()
    rows: tuple[float, ...] = ()
    moving: float = 0.0
    still: tuple[TimeRange, ...] = ()
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a recording really is, whatever it states.

    Attributes:
        duration_s: Of picture and sound, the longer one.
        picture: When there is a picture, in order: it may begin late, end early, or stay away for a while. Empty for
            sound alone.
        splices: Where its clock begins anew; times are given as if it did not.
    """

    duration_s: float
    picture: tuple[TimeRange, ...] = ()
    splices: tuple[float, ...] = ()

    @property
    def picture_end_s(self) -> float:
        """When its picture is over; its sound, where there is none."""
        return self.picture[-1][1] if self.picture else self.duration_s


NOTICED_S = 1.0
"""A picture may stand still for so long before its first, behind its last, and nobody minds."""


@dataclass(frozen=True, slots=True)
class Footage:
    """What a recording shows.

    Attributes:
        width, height: Of the upright picture with square pixels, as it begins; 0 when there is none (a recording of
            sound only). See `size_at` for any time.
        fps: Its usual rate.
        duration_s: Of picture and sound, the longer one.
        has_sound: Whether there is a sound track.
        shots: From its start to its end, without gaps; empty without a picture.
        looks_a_second: How often faces were looked for.
        picture: As of `Extent`; empty where that was not measured.
    """

    width: int
    height: int
    fps: float
    duration_s: float
    has_sound: bool
    shots: tuple[CameraShot, ...] = ()
    looks_a_second: float = 5.0
    picture: tuple[TimeRange, ...] = ()

    def size_at(self, time_s: float) -> tuple[int, int]:
        """Width and height of the upright picture at a time."""
        shot = next((shot for shot in self.shots if time_s < shot.end_s), None)
        return (shot.width, shot.height) if shot and shot.width else (self.width, self.height)

    def aspect_at(self, time_s: float) -> float:
        """Width / height of the upright picture at a time."""
        width, height = self.size_at(time_s)
        return width / height

    @property
    def pictured(self) -> tuple[TimeRange, ...]:
        """Where moments can lie, since there is a picture; empty where that is everywhere, or as good as."""
        edges_s = [0.0, *(time_s for one in self.picture for time_s in one), self.duration_s]
        missing = zip(edges_s[::2], edges_s[1::2], strict=True)
        seen = max(end_s - start_s for start_s, end_s in missing) <= NOTICED_S
        return () if seen or not self.picture else self.picture


# ---------------------------------------------------------------------------------------------- what is chosen


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason in a moment's score.

    Attributes:
        feature: Its name in the weights file.
        percentile: 0..1 among this recording's candidates.
        weight: From the weights file; negative for what speaks against a moment.
        why: What was found, for people: `opens with a question: "Why does it float?"`.
    """

    feature: str
    percentile: float
    weight: float
    why: str

    @property
    def points(self) -> float:
        """What it adds to the score."""
        return self.percentile * self.weight


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch from one sentence to another that could stand alone.

    Attributes:
        id: Stable name from its sentences' ids, eight hexadecimal digits.
        first, last: Ids of its first and last sentence.
        start_s, end_s: From the first word's start to the last one's end.
        text: What is said.
        score: Sum of the contributions' points: an editorial score within this recording, no forecast of success.
        contributions: Largest first.
    """

    id: str
    first: str
    last: str
    start_s: float
    end_s: float
    text: str
    score: float
    contributions: tuple[Contribution, ...] = ()

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Rejection:
    """A moment that was not chosen, and why."""

    moment: Moment
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen from a recording.

    Attributes:
        chosen: Best first.
        rejected: The best of those that were not, and why.
        considered: How many candidates there were.
        scorer: Who decided: "features", or "features, reranked by <provider and model>".
        notices: What a person must know, such as that only two moments were long enough.
    """

    chosen: tuple[Moment, ...]
    rejected: tuple[Rejection, ...]
    considered: int
    scorer: str
    notices: tuple[str, ...] = ()


Layout = Literal["auto", "hold", "pan", "fit", "split"]
"""How a wide picture fills a narrow frame: one still crop, one that follows, the whole with blurred sides, two stacked
crops, or whichever suits each shot."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the recording that is kept, on its own timeline."""

    start_s: float
    end_s: float


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
    stretches: tuple[Stretch, ...]
    layout: Layout = "auto"
    words: tuple[Word, ...] = ()

    @property
    def duration_s(self) -> float:
        """Its length when cut."""
        return sum(stretch.end_s - stretch.start_s for stretch in self.stretches)


# ---------------------------------------------------------------------------------------------- how it is framed


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


@dataclass(frozen=True, slots=True)
class Still:
    """The frame that stands for a clip in one shape.

    Attributes:
        time_s: On the recording's timeline.
        faces: Where they are, in shares of the frame; largest first.
        picture: Where the recording's picture is, in such shares: all of the frame, unless it stands on a soft ground.
    """

    time_s: float
    faces: tuple[Box, ...]
    picture: Box = Box(0.0, 0.0, 1.0, 1.0)
