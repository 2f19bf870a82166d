"""The frame that stands for a clip: sharp, a face with open space around it, no transition, near what matters most.

    what is known of faces ─▶ six spots ─▶ a few frames at each, cropped as the clip shows them ─▶ judged ─▶ one a shape

Before a frame is decoded, only what was seen while watching speaks for a spot; then the picture itself does. It is
looked at without captions, in the size in which it will be seen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from automagic.errors import MediaError
from automagic.media.analysis.camera_cuts import LEAST_CHANGE, measure_change
from automagic.media.faces.detector import SMALLEST_PX, SURE, Face, YuNetFaces
from automagic.media.framing.crops import Crop
from automagic.media.framing.framed_faces import FacesAt, follow_kept_faces, frame_faces, picture_place
from automagic.media.rendering.excerpts import Upright
from automagic.media.video.source import MAX_RECORDING_BYTES, open_source
from automagic.values.clip_plan import KeptRange, ShapeFraming
from automagic.values.frame import Frame
from automagic.values.recording import Box, Footage, Still

if TYPE_CHECKING:
    from av import VideoFrame
    from numpy.typing import NDArray

    from automagic.media.video.planes import Plane, Planes
    from automagic.media.video.source import ClipSource

_SPOTS = 6
_APART_S = 1.0
"""At least between two spots, where the clip is long enough."""

_FROM_CUTS_S = 0.5
"""How long a dissolve may last on either side of the cut that was found in it."""

_AROUND_S = 0.16
"""How much of each spot is looked at: longer than a blink, or than a mouth is wide open."""

_STEP_S = 0.055
_LOOKED_AT = 12
"""Pictures that tell whether a recording is interlaced."""

_NEAR_S = 8.0
"""How far from the strongest part a spot loses about two thirds of what being near is worth."""

_LARGE_ENOUGH = 0.28
"""Height of a face, as a share of the frame's shorter side, above which more is not better."""

_OPEN_ENOUGH = 0.3
"""Share of the frame beside, above or below all faces that is room for a title."""

_DARK_LUMA, _BLACK_LUMA = 70.0, 26.0
_COARSE_PX, _FINE_PX = 320, 640

# What speaks for a frame. Sharpness: for each time that the variance of the edges is e times as large.
_SHARPNESS, _FACE, _SIZE, _FRONTAL, _OPEN, _NEAR, _LIGHT, _CALM_MOUTH = 0.4, 1.0, 0.8, 0.5, 0.4, 0.3, 0.5, 0.3
_UNSETTLED = 1.5


@dataclass(frozen=True, slots=True)
class Spot:
    """A time worth a look, what speaks for it before that, and where faces are in the recording's picture."""

    time_s: float
    merit: float
    faces: tuple[Box, ...] = ()


def propose_spots(
    footage: Footage, stretches: Sequence[KeptRange], views: Sequence[ShapeFraming], *, near_s: float
) -> tuple[Spot, ...]:
    """Where to look, in order of time.

    Args:
        near_s: The strongest part of the clip, on the recording's timeline.
    """
    cuts = [shot.start_s for shot in footage.shots[1:]]
    cuts += [time_s for stretch in stretches for time_s in (stretch.start_s, stretch.end_s)]
    known = list(follow_kept_faces(footage, stretches))
    if not known:  # shorter than a look
        return (Spot((stretches[0].start_s + stretches[0].end_s) / 2, 0.0),)
    wildest = max((mouth for one in known for mouth in one.mouths[:1]), default=0.0) or 1.0
    ranked = []
    for one in known:
        merit = _NEAR * math.exp(-abs(one.time_s - near_s) / _NEAR_S)
        merit += _CALM_MOUTH * (1 - one.mouths[0] / wildest) if one.mouths else 0.0
        away_s = min(abs(one.time_s - cut) for cut in cuts)
        merit -= _UNSETTLED * max(1 - away_s / _FROM_CUTS_S, 0.0)
        ranked.append((merit + _framed_merit(one, footage, views), Spot(one.time_s, merit, one.boxes)))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].time_s))
    length_s = sum(stretch.end_s - stretch.start_s for stretch in stretches)
    apart_s = min(_APART_S, length_s / _SPOTS)
    chosen: list[Spot] = []
    for _, spot in ranked:
        if all(abs(spot.time_s - other.time_s) >= apart_s for other in chosen):
            chosen.append(spot)
        if len(chosen) == _SPOTS:
            break
    return tuple(sorted(chosen, key=lambda spot: spot.time_s))


def _framed_merit(seen: FacesAt, footage: Footage, views: Sequence[ShapeFraming]) -> float:
    """What faces are worth as all shapes show them; the picture itself is judged by what is found in it."""
    total = 0.0
    for view in views:
        frame = view.frame
        faces = frame_faces(
            seen.boxes,
            view.framings,
            seen.time_s,
            picture_aspect=footage.aspect_at(seen.time_s),
            aspect=frame.width / frame.height,
        )
        total += _worth_of_faces([face.box for face in faces if face.is_seen], frame)
    return total / len(views)


def _worth_of_faces(boxes: Sequence[Box], frame: Frame) -> float:
    if not boxes:
        return 0.0
    tallest = max(box.height for box in boxes) * frame.height / min(frame.width, frame.height)
    room = max(_free_shares(boxes))
    return _FACE + _SIZE * min(tallest / _LARGE_ENOUGH, 1.0) + _OPEN * min(room / _OPEN_ENOUGH, 1.0)


def _free_shares(boxes: Sequence[Box]) -> tuple[float, float, float, float]:
    """Shares of the frame left of, right of, above and below all faces."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return left, 1 - right, top, 1 - bottom


def pick_stills(
    recording: Path,
    footage: Footage,
    stretches: Sequence[KeptRange],
    views: Sequence[ShapeFraming],
    targets: Sequence[Path],
    *,
    near_s: float,
    cancelled: Callable[[], bool],
) -> tuple[Still, ...]:
    """Write the best frame for each shape as a PNG file, without captions.

    Raises:
        RequestError: The recording is no video.
        MediaError: None of its pictures can be decoded.
        ClipCancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)
    finder = YuNetFaces()
    judges = [_Judge(view, finder, footage) for view in views]
    table = targets[0].with_name(targets[0].name + ".partial.cube")
    spots = propose_spots(footage, stretches, views, near_s=near_s)
    try:
        with open_source(recording, kind="recording", largest_bytes=MAX_RECORDING_BYTES) as source:
            upright = Upright(source, max(view.frame.height for view in views), table)
            whole = _is_interlaced(source, stretches[0].start_s, cancelled)
            for spot in spots:
                frames = _frames(source, spot.time_s - _AROUND_S, cancelled, whole=whole)
                pictures = [(time_s, upright.planes(frame, time_s)) for time_s, frame in _around(frames, spot.time_s)]
                unsettled = _UNSETTLED * _is_unsettled([picture for _, picture in pictures])
                for judge in judges:
                    judge.see(pictures, replace(spot, merit=spot.merit - unsettled))
    finally:
        table.unlink(missing_ok=True)
    return tuple(judge.write(target) for judge, target in zip(judges, targets, strict=True))


def _is_interlaced(source: ClipSource, time_s: float, cancelled: Callable[[], bool]) -> bool:
    """Whether combs are taken out of the pictures from a time on, though no frame may be called interlaced."""
    source.seek(time_s)
    for _ in itertools.islice(source.frames(cancelled), _LOOKED_AT):
        pass
    return source.deinterlaced


def _frames(
    source: ClipSource, time_s: float, cancelled: Callable[[], bool], *, whole: bool
) -> Iterator[tuple[float, VideoFrame]]:
    """Frames from a time on; interlaced ones whole, others without those that no other frame needs: half the work."""
    source.seek(time_s)
    for seen_s, frame in source.frames(cancelled) if whole else source.skim(cancelled):
        if frame.interlaced_frame and not whole:
            source.seek(time_s)
            yield from source.frames(cancelled)
            return
        yield seen_s, frame


def _around(frames: Iterator[tuple[float, VideoFrame]], spot_s: float) -> Iterator[tuple[float, VideoFrame]]:
    """A few frames about a spot; where none begins there, the one that is seen then."""
    shown_s: float | None = None
    before: VideoFrame | None = None
    for time_s, frame in frames:
        if time_s > spot_s + _AROUND_S:
            before = frame if before is None else before
            break
        before = frame
        if time_s >= spot_s - _AROUND_S and (shown_s is None or time_s - shown_s >= _STEP_S):
            shown_s = time_s
            yield time_s, frame
    if shown_s is None and before is not None:
        yield spot_s, before


def _is_unsettled(pictures: Sequence[Planes]) -> bool:
    """Whether the picture as a whole is on its way to another one."""
    if len(pictures) < 2:
        return False
    first, last = (
        cv2.resize(picture.y, (64, 36), interpolation=cv2.INTER_AREA).astype(np.float32)
        for picture in (pictures[0], pictures[-1])
    )
    return measure_change(first, last) >= LEAST_CHANGE


class _Judge:
    """Keeps the best frame of one shape."""

    def __init__(self, view: ShapeFraming, finder: YuNetFaces, footage: Footage) -> None:
        self._view = view
        self._frame = view.frame
        self._footage = footage
        self._crop = Crop(view.framings, view.frame.width, view.frame.height)
        self._finder = finder
        self._best: tuple[float, Planes, Still] | None = None

    def see(self, pictures: Sequence[tuple[float, Planes]], spot: Spot) -> None:
        """Take the pictures about a spot: the sharpest of them is judged."""
        known = self._known_face(spot)
        drawn = [(time_s, self._crop.draw(picture, time_s)) for time_s, picture in pictures]
        if not drawn:
            return
        sharpness = [_sharpness_of(planes.y, known) for _, planes in drawn]
        time_s, planes = drawn[int(np.argmax(sharpness))]
        faces = self._find_faces(planes) if known else []
        boxes = tuple(box for box, _ in faces) or ((known,) if known else ())
        merit = spot.merit + _worth_of_faces(boxes, self._frame)
        merit += _FRONTAL * measure_frontal(faces[0][1]) if faces else 0.0
        face = boxes[0] if boxes else None
        merit += _SHARPNESS * math.log(1 + _sharpness_of(planes.y, face))
        mean = float((_region(planes.y, face) if face else planes.y).mean())
        merit += _LIGHT * min(mean / _DARK_LUMA, 1.0) - (10.0 if mean < _BLACK_LUMA else 0.0)
        if self._best is None or merit > self._best[0]:
            place = picture_place(self._view.framings, time_s, self._footage.aspect_at(time_s), self._frame)
            self._best = merit, planes, Still(time_s, boxes, place)

    def _known_face(self, spot: Spot) -> Box | None:
        """Where the most prominent face that is seen stands in the frame."""
        faces = frame_faces(
            spot.faces,
            self._view.framings,
            spot.time_s,
            picture_aspect=self._footage.aspect_at(spot.time_s),
            aspect=self._frame.width / self._frame.height,
        )
        return next((face.box for face in faces if face.is_seen), None)

    def write(self, target: Path) -> Still:
        """Put the best one into a file."""
        if self._best is None:
            raise MediaError("none of the clip's pictures can be decoded")
        _, planes, still = self._best
        rgb = to_rgb(planes, self._frame.width, self._frame.height)
        if not cv2.imwrite(str(target), rgb[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1]):
            raise MediaError("a still of the clip could not be written")
        return still

    def _find_faces(self, planes: Planes) -> list[tuple[Box, Face]]:
        """Largest first; in a finer copy where the coarse one shows none, or one too small to be sure of."""
        for longer_px in (_COARSE_PX, _FINE_PX):
            scale = longer_px / max(self._frame.width, self._frame.height)
            width, height = round(self._frame.width * scale), round(self._frame.height * scale)
            found = [face for face in self._finder.find(to_rgb(planes, width, height)) if face.confidence >= SURE]
            if found and max(face.height for face in found) >= 1.5 * SMALLEST_PX:
                break
        found.sort(key=lambda face: -face.height)
        return [
            (Box(face.left / width, face.top / height, face.width / width, face.height / height), face)
            for face in found
        ]


def to_rgb(planes: Planes, width: int, height: int) -> NDArray[np.uint8]:
    """A finished frame as RGB (height, width, 3)."""
    from av import VideoFrame
    from av.video.reformatter import ColorRange, Colorspace

    rows, columns = planes.y.shape
    flat = np.concatenate([np.ascontiguousarray(plane).reshape(-1) for plane in planes])
    frame = VideoFrame.from_ndarray(flat.reshape(rows * 3 // 2, columns), format="yuv420p")
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    copy = frame.reformat(width=width, height=height, format="rgb24", interpolation="BICUBIC")
    return np.asarray(copy.to_ndarray(), np.uint8)


def measure_sharpness(luma: Plane, *, halves: bool = False) -> float:
    """Variance of the Laplacian (J. Pech-Pacheco et al., "Diatom autofocusing", 2000).

    Args:
        luma: 8 bit.
        halves: Take the geometric mean of the upper and the lower half: of a face, eyes as well as mouth are sharp.
    """
    edges = cv2.Laplacian(luma, cv2.CV_32F, ksize=3)
    if not halves:
        return float(edges.var())
    middle = edges.shape[0] // 2
    return math.sqrt(float(edges[:middle].var()) * float(edges[middle:].var()))


def measure_frontal(face: Face) -> float:
    """1 for a face seen from the front, 0 in profile: how well its nose stands between its eyes."""
    if not face.marks:
        return 0.0
    (left, _), (right, _), (nose, _) = face.marks[:3]
    apart = max(abs(right - left), 1.0)
    aside = abs(nose - (left + right) / 2) / apart
    # Turned away, eyes also come closer together: from the front they are almost half a face apart.
    return max(1 - 2 * aside, 0.0) * min(apart / (0.4 * face.width), 1.0)


def _sharpness_of(luma: Plane, face: Box | None) -> float:
    return measure_sharpness(_region(luma, face), halves=True) if face else measure_sharpness(luma)


def _region(luma: Plane, box: Box) -> Plane:
    """The middle of a face: without what is behind its edges."""
    rows, columns = luma.shape
    x0, x1 = (box.x + share * box.width for share in (0.15, 0.85))
    y0, y1 = (box.y + share * box.height for share in (0.1, 0.95))
    part = luma[max(int(y0 * rows), 0) : int(y1 * rows) + 1, max(int(x0 * columns), 0) : int(x1 * columns) + 1]
    return part if min(part.shape) >= 4 else luma
