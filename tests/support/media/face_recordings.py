"""Small recordings of which everything is known: whose face is where, who speaks when, and at which frame the cuts are.

The faces are real ones, cut out of a photograph and moved over a busy background; a mouth "speaks" by opening and
closing. Places are in shares of the upright picture.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray
from PIL import Image

from automagic.media.faces.detector import Face
from automagic.values.clip_plan import CropKey, ShotFraming
from automagic.values.recording import Box, Footage
from tests.support.places import DATA

Picture = NDArray[np.uint8]
Path2 = Callable[[float], tuple[float, float]]

FOUR_FACES = DATA / "four_faces.jpg"
WIDTH, HEIGHT, FPS = 640, 360, 25
TICKS = 60_000

_FACES = ((79, 153, 66, 85), (206, 105, 62, 89), (365, 96, 64, 89), (461, 82, 68, 94))
"""Left, top, width, height of the four faces in the photograph."""


@dataclass(frozen=True)
class Actor:
    """Somebody in a scene.

    Attributes:
        face: Which of the four, 0..3.
        height: Of the face, as a share of the picture's.
        place: The middle of the face at a time of the scene; outside the picture, nobody is there.
        speaks: When, on the scene's time.
    """

    face: int
    height: float
    place: Path2
    speaks: tuple[tuple[float, float], ...] = ()

    def box(self, time_s: float, aspect: float = WIDTH / HEIGHT) -> Box:
        """Where the face is."""
        _, _, wide, high = _FACES[self.face]
        width = self.height * wide / high / aspect
        x, y = self.place(time_s)
        return Box(x - width / 2, y - self.height / 2, width, self.height)


@dataclass(frozen=True)
class Scene:
    """What one camera films.

    Attributes:
        look: Which background.
        shapes: Whether discs move over it.
        light: Brightness of everything at a time of the scene.
    """

    duration_s: float
    actors: tuple[Actor, ...] = ()
    look: int = 0
    shapes: bool = True
    light: Callable[[float], float] = lambda time_s: 1.0


def stay(x: float, y: float = 0.4) -> Path2:
    """Sit still."""
    return lambda time_s: (x, y)


def walk(start: float, end: float, begin_s: float, end_s: float, y: float = 0.4) -> Path2:
    """Stand, walk at one speed, stand again."""

    def place(time_s: float) -> tuple[float, float]:
        done = min(max((time_s - begin_s) / (end_s - begin_s), 0.0), 1.0)
        return start + (end - start) * done, y

    return place


def draw_scenes(scenes: Sequence[Scene], fps: float, size: tuple[int, int]) -> Iterator[Picture]:
    """The frames of scenes one after the other, RGB."""
    for scene in scenes:
        for number in range(round(scene.duration_s * fps)):
            yield draw(scene, number / fps, size)


def draw(scene: Scene, time_s: float, size: tuple[int, int]) -> Picture:
    """One frame."""
    width, height = size
    picture = _background(scene.look, width, height).copy()
    if scene.shapes:
        for index in range(3):
            x = width * (0.5 + 0.45 * math.sin(0.9 * time_s + 2 * index + scene.look))
            y = height * (0.85 + 0.1 * math.cos(1.3 * time_s + index))
            color = [(90, 160, 60), (60, 90, 190), (180, 120, 40)][index]
            cv2.circle(picture, (round(16 * x), round(16 * y)), round(16 * height * 0.06), color, -1, cv2.LINE_AA, 4)
    for actor in scene.actors:
        _paste(picture, actor, time_s)
    light = scene.light(time_s)
    return picture if light == 1.0 else np.clip(picture * light, 0, 255).astype(np.uint8)


@cache
def _background(look: int, width: int, height: int) -> Picture:
    """Soft blotches and some straight edges, different for each look."""
    rng = np.random.default_rng(look)
    coarse = rng.integers(40, 200, (5, 8, 3)).astype(np.uint8)
    picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(6):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height // 2))
        tone = tuple(int(value) for value in rng.integers(30, 220, 3))
        cv2.rectangle(picture, (x, y), (x + width // 9, y + height // 3), tone, -1)
    return np.asarray(picture, np.uint8)


@cache
def _head(face: int) -> tuple[Picture, NDArray[np.float32], tuple[float, float, float, float]]:
    """RGB of a head, how opaque it is, and where the face is in it (left, top, width, height in its pixels)."""
    with Image.open(FOUR_FACES) as opened:
        photograph = np.asarray(opened.convert("RGB"))
    left, top, width, height = _FACES[face]
    x0, y0 = round(left - 0.3 * width), round(top - 0.45 * height)
    x1, y1 = round(left + 1.3 * width), round(top + 1.35 * height)
    head = photograph[y0:y1, x0:x1]
    rows, columns = np.mgrid[0 : head.shape[0], 0 : head.shape[1]]
    away = np.hypot(columns / head.shape[1] * 2 - 1, rows / head.shape[0] * 2 - 1)
    opaque = np.clip((1.0 - away) / 0.12, 0, 1).astype(np.float32)
    return head, opaque, (left - x0, top - y0, width, height)


def _paste(picture: Picture, actor: Actor, time_s: float) -> None:
    head, opaque, (left, top, width, height) = _head(actor.face)
    picture_height, picture_width = picture.shape[:2]
    box = actor.box(time_s, picture_width / picture_height)
    scale = box.height * picture_height / height
    across = (box.x * picture_width + box.width * picture_width / 2) - (left + width / 2) * scale
    down = box.y * picture_height - top * scale
    if any(start <= time_s < end for start, end in actor.speaks):
        head = _open_mouth(head, (left, top, width, height), 0.5 + 0.5 * math.sin(2 * math.pi * 3.7 * time_s))
    # Only the part of the picture that the head covers is drawn.
    x0, y0 = max(math.floor(across) - 1, 0), max(math.floor(down) - 1, 0)
    x1 = min(math.ceil(across + head.shape[1] * scale) + 1, picture_width)
    y1 = min(math.ceil(down + head.shape[0] * scale) + 1, picture_height)
    if x0 >= x1 or y0 >= y1:
        return
    matrix = np.array([[scale, 0, across - x0], [0, scale, down - y0]])
    size = (x1 - x0, y1 - y0)
    laid = cv2.warpAffine(head, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(opaque, matrix, size, flags=cv2.INTER_LINEAR)[:, :, None]
    part = picture[y0:y1, x0:x1]
    part[:] = (part * (1 - mask) + laid * mask).round().astype(np.uint8)


def _open_mouth(head: Picture, face: tuple[float, float, float, float], how_far: float) -> Picture:
    left, top, width, height = face
    opened = head.copy()
    middle = (round(left + width / 2), round(top + 0.82 * height))
    axes = (round(0.17 * width), max(round(0.1 * height * how_far), 1))
    cv2.ellipse(opened, middle, axes, 0, 0, 360, (60, 20, 25), -1, cv2.LINE_AA)
    return opened


# ---------------------------------------------------------------------------------------------- files


def write_recording(
    path: Path,
    scenes: Sequence[Scene],
    *,
    fps: int = FPS,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    pix_fmt: str = "yuv420p",
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    times_s: Callable[[int], float] | None = None,
    turn: int = 0,
    change: Callable[[av.VideoFrame], av.VideoFrame] = lambda frame: frame,
    sound: bool = False,
) -> Path:
    """Film scenes one after the other.

    Args:
        times_s: When each frame is shown; evenly, unless this says otherwise.
        turn: Quarter turns counter-clockwise by which the stored pictures are turned.
        change: What else is done to a frame before it is encoded.
        sound: A second of tone beyond the picture's end.
    """
    stored = size if turn % 2 == 0 else size[::-1]
    total_s = sum(scene.duration_s for scene in scenes)
    reformatter = VideoReformatter()  # one for all frames: setting it up takes as long as a small frame does
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps, options=options or {"preset": "veryfast", "crf": "20"})
        assert isinstance(stream, av.VideoStream)
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = *stored, pix_fmt
        context.time_base = Fraction(1, TICKS)
        audio = container.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for number, picture in enumerate(draw_scenes(scenes, fps, size)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.rot90(picture, turn)), format="rgb24")
            frame = change(reformatter.reformat(frame, format=pix_fmt, threads=1))
            frame.pts = round((times_s(number) if times_s else number / fps) * TICKS)
            frame.time_base = Fraction(1, TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if isinstance(audio, av.AudioStream):
            _write_tone(container, audio, total_s + 1.0)
    return path


def _write_tone(container: Any, stream: av.AudioStream, length_s: float) -> None:
    tone = 0.1 * np.sin(np.arange(round(48_000 * length_s)) / 20).astype(np.float32)[None]
    for start in range(0, tone.shape[1], 1024):
        block = np.ascontiguousarray(tone[:, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


# ---------------------------------------------------------------------------------------------- measures


def box_at(keys: Sequence[CropKey], time_s: float) -> Box:
    """Where a crop stands at a time, as `CropKey` says."""
    before = max((key for key in keys if key.time_s <= time_s + 1e-9), key=lambda key: key.time_s, default=keys[0])
    after = next((key for key in keys if key.time_s > time_s + 1e-9), None)
    if after is None or after.cut:
        return before.box
    done = (time_s - before.time_s) / (after.time_s - before.time_s)
    one, other = before.box, after.box
    return Box(one.x + (other.x - one.x) * done, one.y + (other.y - one.y) * done, one.width, one.height)


def holds(outer: Box, inner: Box, slack: float = 0.002) -> bool:
    """Whether one box is inside another."""
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def framing_at(framings: Sequence[ShotFraming], time_s: float) -> ShotFraming:
    """The framing of a time."""
    return next(framing for framing in framings if framing.start_s <= time_s < framing.end_s)


def share_inside(
    framings: Sequence[ShotFraming], actor: Actor, times_s: Sequence[float], scene_start_s: float = 0.0
) -> float:
    """How often an actor's face is whole in one of the panes."""
    seen = [time_s for time_s in times_s if holds(Box(0, 0, 1, 1), actor.box(time_s - scene_start_s))]
    inside = [
        any(
            holds(box_at(keys, time_s), actor.box(time_s - scene_start_s))
            for keys in framing_at(framings, time_s).panes
        )
        for time_s in seen
    ]
    return sum(inside) / len(inside)


def count_reversals(keys: Sequence[CropKey]) -> int:
    """How often a crop turns round."""
    count = 0
    for axis in ("x", "y"):
        places = [getattr(key.box, axis) for key in keys]
        steps = [step for step in np.diff(places) if abs(step) > 1e-4]
        count += sum(1 for one, other in itertools.pairwise(steps) if one * other < 0)
    return count


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(across, 0.0) * max(down, 0.0)
    return shared / (one.width * one.height + other.width * other.height - shared)


def cut_times(footage: Footage) -> list[float]:
    """When one shot follows another."""
    return [shot.start_s for shot in footage.shots[1:]]


class Unseeing:
    """Finds no faces, in no time."""

    def find(self, rgb: Picture) -> tuple[Face, ...]:
        del rgb
        return ()
