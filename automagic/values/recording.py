"""What a recording holds: its length, its camera shots, its faces."""

from __future__ import annotations

from dataclasses import dataclass

TimeRange = tuple[float, float]
"""From when to when, on the recording's timeline."""

VIDEO_SUFFIXES = frozenset(
    (
        *(".mp4", ".m4v", ".mov", ".qt", ".mkv", ".mk3d", ".webm", ".avi", ".divx", ".ogv", ".ogm", ".flv", ".f4v"),
        *(".ts", ".m2ts", ".mts", ".m2t", ".trp", ".tod", ".mod", ".mpg", ".mpeg", ".mpe", ".m2p", ".vob", ".evo"),
        *(".mpv", ".m1v", ".m2v", ".h264", ".264", ".avc", ".h265", ".265", ".hevc", ".mjpeg", ".mjpg", ".y4m", ".ivf"),
        *(".asf", ".wmv", ".dvr-ms", ".wtv", ".3gp", ".3gpp", ".3g2", ".rm", ".rmvb", ".mxf", ".gxf", ".lxf"),
        *(".dv", ".dif", ".dav", ".nut", ".nsv"),
    )
)
"""What a file with moving pictures is usually named; in lower case. A name decides nothing but what errors say."""

SOUND_SUFFIXES = frozenset(
    (
        *(".mp3", ".m4a", ".m4b", ".wav", ".wave", ".w64", ".bwf", ".flac", ".aac", ".ogg", ".oga", ".opus", ".mka"),
        *(".aif", ".aiff", ".caf", ".wma", ".ac3", ".eac3", ".amr", ".au", ".wv", ".ape", ".dts"),
    )
)
"""What a file of sound alone is usually named; in lower case."""


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
    """How long a recording really is; what its file states may be wrong.

    Attributes:
        duration_s: Of picture and sound, the longer one.
        picture: When there is a picture, in order: it may begin late, end early, or stay away for a while. Empty for
            sound alone.
        splices: Where its clock starts again; times are given as if it did not.
    """

    duration_s: float
    picture: tuple[TimeRange, ...] = ()
    splices: tuple[float, ...] = ()

    @property
    def picture_end_s(self) -> float:
        """When its picture is over; its sound, where there is none."""
        return self.picture[-1][1] if self.picture else self.duration_s


NOTICED_S = 1.0
"""A picture may stand still for this long before the first and after the last one without disturbing."""


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
