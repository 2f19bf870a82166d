"""Burned-in captions: words drawn once a cue, coloured once a spoken word, blended into a few rows of each frame.

    Cue ─ lay out ─▶ lines at one size ─ SVG, resvg ─▶ masks ─ colour ─▶ CaptionBitmap ─ blend ─▶ frame

One drawing a cue is enough for all its states: it is not a picture but three masks in one. Red is what is seen of the
outline, green is the letters, and the blue of a letter says which word it belongs to. So shaping, kerning, joined
letters and the order of right-to-left words are resvg's, no word ever shifts, and the spoken word only changes colour.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.errors import MediaError
from automagic.media.captions.layout import (
    EDGE_PX,
    SHADOW_OFFSET,
    SHADOW_SIGMA,
    CaptionLayout,
    is_seen,
    lay_out,
    line_pitch,
    mask_svg,
    side_margin,
    vertical_extent,
    word_blue,
)
from automagic.media.design import drawing
from automagic.media.design.fonts import line_metrics
from automagic.media.video.planes import Plane, Planes, bgr_to_yuv, halve
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Rect

_HOLD_S = 0.3
"""A word stays highlighted over a pause as long as this."""

_PLATE_RADIUS = 0.28
_SHADOW_OPACITY = 0.55


@dataclass(frozen=True, slots=True)
class CaptionState:
    """What is on the screen in one frame: a cue, and which of its words is being spoken."""

    cue: int
    highlighted: int | None


@dataclass(frozen=True, slots=True)
class CaptionBitmap:
    """A drawn caption: colour times opacity, and what remains of the picture behind it.

    Attributes:
        x, y: Of its top left corner in the frame, both even.
        color: Y, U, V of the caption, each multiplied by the opacity; sizes even.
        remainder: 255 minus the opacity, for luma and for chroma.
        letters: Opacity of the letters alone, at the size of chroma.
        spoken: Where in `letters` the highlighted word is: (rows, columns); None without one.
        size: Of the letters, in pixels of the frame.
    """

    x: int
    y: int
    color: Planes
    remainder: tuple[Plane, Plane]
    letters: Plane
    spoken: tuple[slice, slice] | None
    size: float

    @property
    def box(self) -> Rect:
        """What it covers of the frame."""
        height, width = self.color.y.shape
        return Rect(self.x, self.y, width, height)

    def blend_into(self, planes: Planes) -> None:
        """Draw over a frame, in place."""
        for index, (color, plane) in enumerate(zip(self.color, planes, strict=True)):
            remainder = self.remainder[min(index, 1)]
            divisor = 1 if index == 0 else 2
            x, y = self.x // divisor, self.y // divisor
            rows, columns = color.shape
            behind = plane[y : y + rows, x : x + columns]
            dimmed = cv2.multiply(behind, remainder, scale=1 / 255)
            cv2.add(dimmed, color, dst=behind)


def caption_states(
    cues: Sequence[Cue], *, start_s: float, frame_count: int, fps: int
) -> tuple[CaptionState | None, ...]:
    """What each of `frame_count` frames shows, the first of them at `start_s` on the cues' timeline.

    A frame shows what is true in the middle of its time. A word is highlighted from its start to the next word's, or
    to its own end when a pause follows.
    """
    return tuple(_state_at(cues, start_s + (number + 0.5) / fps) for number in range(frame_count))


def _state_at(cues: Sequence[Cue], time_s: float) -> CaptionState | None:
    for index, cue in enumerate(cues):
        if cue.start_s <= time_s < cue.end_s:
            return CaptionState(index, _spoken_word(cue, time_s))
    return None


def _spoken_word(cue: Cue, time_s: float) -> int | None:
    words = cue.words
    begun = [index for index, word in enumerate(words) if word.start_s <= time_s]
    if not begun:
        return None
    current = begun[-1]
    following = words[current + 1].start_s if current + 1 < len(words) else cue.end_s
    ended = words[current].end_s
    if time_s < ended or following - ended <= _HOLD_S:
        return current
    return None


def draw_caption(cue: Cue, highlighted: int | None, *, style: CaptionStyle, frame: Frame) -> CaptionBitmap:
    """The caption of one state: all its words, one of them perhaps in the accent colour.

    The text stands in the middle of `frame.caption`. A cue that does not fit at `SMALLEST_SCALE` is drawn smaller
    still: nothing ever leaves the zone. The masks of the cue are remembered, so that its other states cost little.

    Raises:
        ConfigurationError: The style's font is not installed.
        MediaError: The cue has no words, or cannot be drawn.
    """
    masks = _draw_masks(cue, style, frame)
    return _color(masks, highlighted, style)


@dataclass(frozen=True, slots=True)
class _Masks:
    """Everything that a cue's states share, over one box of the frame.

    Attributes:
        letters: Opacity of the letters, for luma and for chroma, 0..255.
        color: Y, U, V of the unhighlighted caption times opacity, 0..255, not yet rounded.
        remainder: 255 minus the opacity, for luma and for chroma.
        boxes: Of each word (left, top, right, bottom), reaching halfway to its neighbours.
        size: Of the letters, in pixels.
    """

    x: int
    y: int
    letters: tuple[Plane, Plane]
    color: tuple[NDArray[np.float32], ...]
    remainder: tuple[Plane, Plane]
    boxes: tuple[tuple[int, int, int, int], ...]
    size: float


def _even_up(value: float) -> int:
    return 2 * int(np.ceil(value / 2))


def _even_between(value: float, least: int, most: int) -> int:
    """The nearest even number that keeps the box inside the zone."""
    even = 2 * round(value / 2)
    if even < least:
        even += 2
    return even - 2 if even > most else even


def _color(masks: _Masks, highlighted: int | None, style: CaptionStyle) -> CaptionBitmap:
    planes = list(masks.color)
    spoken: tuple[slice, slice] | None = None
    if highlighted is not None:
        if not 0 <= highlighted < len(masks.boxes):
            raise MediaError(f"a caption of {len(masks.boxes)} words has no word {highlighted}")
        calm, accent = _yuv(style.color), _yuv(style.accent)
        for index in range(3):
            divisor = 1 if index == 0 else 2
            left, top, right, bottom = (side // divisor for side in masks.boxes[highlighted])
            spoken = slice(top, bottom), slice(left, right)
            letters = masks.letters[min(index, 1)][spoken]
            planes[index] = planes[index].copy()
            planes[index][spoken] += letters * np.float32((accent[index] - calm[index]) / 255)
    y, u, v = (cv2.convertScaleAbs(plane) for plane in planes)
    return CaptionBitmap(masks.x, masks.y, Planes(y, u, v), masks.remainder, masks.letters[1], spoken, masks.size)


@functools.lru_cache(maxsize=8)
def _draw_masks(cue: Cue, style: CaptionStyle, frame: Frame) -> _Masks:
    layout = lay_out(cue, style, frame)
    if not any(word for line in layout.lines for word in line):
        raise MediaError("a caption without words cannot be drawn")
    size, zone = layout.size, frame.caption
    width = min(_even_up(max(layout.widths) + 2 * side_margin(style, size) + 2 * EDGE_PX), zone.width // 2 * 2)
    above, below = vertical_extent(layout.lines, style, size)
    height = min(_even_up(above + below + 2 * EDGE_PX), zone.height // 2 * 2)
    capitals, _ = line_metrics(style.family, style.weight)
    # What the eye centres is the block from the first line's capitals to the last baseline.
    block = capitals * size + (len(layout.lines) - 1) * line_pitch(layout.lines, style) * size
    baseline = zone.y + (zone.height - block) / 2 + capitals * size
    x = _even_between(zone.x + (zone.width - width) / 2, zone.x, zone.right - width)
    y = _even_between(baseline - above - EDGE_PX, zone.y, zone.bottom - height)
    image = _rasterise(mask_svg(layout.lines, size, style, width, height, baseline - y))
    letters = cv2.multiply(image[:, :, 1], image[:, :, 3], scale=1 / 255)
    outline = cv2.subtract(image[:, :, 3], letters)
    behind = _plate(layout, style, width, height) if style.plate else _shadow(image[:, :, 3], size)
    # What of the plate or shadow shows beside letters and outline.
    behind = cv2.multiply(behind, cv2.bitwise_not(image[:, :, 3]), scale=1 / 255)
    colors = [_yuv(style.color), _yuv(style.outline_color), _yuv(style.plate[:7] or style.outline_color)]
    layers = [[mask, halve(mask)] for mask in (letters, outline, behind)]
    color = tuple(
        sum(
            (layer[min(index, 1)] * np.float32(tone[index] / 255) for layer, tone in zip(layers, colors, strict=True)),
            np.zeros((), np.float32),
        )
        for index in range(3)
    )
    remainder = tuple(cv2.bitwise_not(cv2.add(cv2.add(layers[0][i], layers[1][i]), layers[2][i])) for i in (0, 1))
    boxes = _find_boxes(image, layout, style, baseline - y)
    return _Masks(x, y, (letters, layers[0][1]), color, (remainder[0], remainder[1]), boxes, size)


def _plate(layout: CaptionLayout, style: CaptionStyle, width: int, height: int) -> Plane:
    """A rounded plate that fills the box, smooth at its corners."""
    radius = min(_PLATE_RADIUS * layout.size, height / 2, width / 2)
    x = np.abs(np.arange(width) + 0.5 - width / 2) - (width / 2 - 1 - radius)
    y = np.abs(np.arange(height) + 0.5 - height / 2) - (height / 2 - 1 - radius)
    # Signed distance from a rounded rectangle; one pixel of it is the smoothed edge.
    distance = np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None]) - radius
    opacity = int(style.plate[7:9] or "ff", 16)
    mask: Plane = (np.clip(0.5 - distance, 0, 1) * opacity).astype(np.uint8)
    return mask


def _shadow(opacity: Plane, size: float) -> Plane:
    """A soft shadow below the letters, in the colour of their outline: it holds them on grounds of their own tone."""
    blurred = cv2.GaussianBlur(opacity, (0, 0), SHADOW_SIGMA * size)
    offset = round(SHADOW_OFFSET * size)
    shadow = np.zeros_like(blurred)
    shadow[offset:] = blurred[: blurred.shape[0] - offset]
    result: Plane = cv2.convertScaleAbs(shadow, alpha=_SHADOW_OPACITY)
    return result


def _find_boxes(
    image: Plane, layout: CaptionLayout, style: CaptionStyle, baseline: float
) -> tuple[tuple[int, int, int, int], ...]:
    """Ask the drawing where it put each word.

    Halfway between two words only their outlines can be, which never change colour; so a box may end there.
    """
    total = sum(len(line) for line in layout.lines)
    height, width = image.shape[:2]
    capitals, depth = line_metrics(style.family, style.weight)
    pitch = line_pitch(layout.lines, style)
    boxes: list[tuple[int, int, int, int]] = []
    top = 0
    for index, line in enumerate(layout.lines):
        last = index == len(layout.lines) - 1
        under = baseline + (index * pitch + (depth + pitch - capitals) / 2) * layout.size
        bottom = height if last else 2 * round(under / 2)
        band = image[top:bottom]
        # Straight colour: where no outline is mixed in, green is full and blue exact, on smoothed edges too.
        blue = np.where((band[:, :, 1] == 255) & (band[:, :, 3] > 0), band[:, :, 0], 0)
        extents = []
        for number in range(len(boxes) + 1, len(boxes) + len(line) + 1):
            columns = np.flatnonzero((blue == word_blue(number, total)).any(axis=0))
            extents.append((int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, 0))
        for left, right in _meet_halfway(extents, width):
            boxes.append((left, top, right, bottom))
        top = bottom
    return tuple(boxes)


def _meet_halfway(extents: Sequence[tuple[int, int]], width: int) -> list[tuple[int, int]]:
    """Widen the words of a line until they meet, at even columns; nothing for a word that has no letters."""
    order = sorted((index for index, (left, right) in enumerate(extents) if right > left), key=lambda i: extents[i])
    result = [(0, 0)] * len(extents)
    left = 0
    for place, index in enumerate(order):
        right = width
        if place + 1 < len(order):
            right = 2 * round((extents[index][1] + extents[order[place + 1]][0]) / 4)
        result[index] = (left, right)
        left = right
    return result


def _yuv(color: str) -> tuple[float, float, float]:
    """Limited-range BT.709 of "#rrggbb"."""
    red, green, blue = (int(color[index : index + 2], 16) for index in (1, 3, 5))
    y, u, v = bgr_to_yuv(np.array([[[blue, green, red]]], np.uint8))[0, 0]
    return float(y), float(u), float(v)


def _rasterise(svg: str) -> Plane:
    data = drawing.call("rasterise", "A caption", svg=svg, width=0, height=0, files=[])
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim != 3:
        raise MediaError("a caption could not be drawn: the drawing has no opacity")
    result: Plane = image
    return result


class CaptionTrack:
    """The captions of a run of frames.

    Args:
        cues: Times relative to the shot's first frame.
        first, count: The frames of the shot that will be drawn.
    """

    def __init__(self, cues: Sequence[Cue], style: CaptionStyle, frame: Frame, *, first: int, count: int) -> None:
        self._cues, self._style, self._frame = cues, style, frame
        self._seen = tuple(is_seen(cue, style) for cue in cues)
        self._states = caption_states(cues, start_s=first / frame.fps, frame_count=count, fps=frame.fps)
        self._drawn: tuple[CaptionState, CaptionStyle, CaptionBitmap] | None = None

    def state(self, number: int) -> CaptionState | None:
        """What the run's frame `number` shows; None without a caption."""
        state = self._states[number]
        return state if state is not None and self._seen[state.cue] else None

    def text(self, number: int) -> str:
        """All words of the caption of the run's frame `number`; "" without one."""
        state = self.state(number)
        return self._cues[state.cue].text.replace("\n", " ") if state else ""

    def bitmap(self, state: CaptionState, style: CaptionStyle | None = None) -> CaptionBitmap:
        """The caption of a state, in another style than the track's own if one is given."""
        style = style or self._style
        if self._drawn is None or self._drawn[:2] != (state, style):
            cue = self._cues[state.cue]
            self._drawn = state, style, draw_caption(cue, state.highlighted, style=style, frame=self._frame)
        return self._drawn[2]

    def draw(self, number: int, planes: Planes, style: CaptionStyle | None = None) -> CaptionBitmap | None:
        """Draw the caption of the run's frame `number` over its planes; what was drawn, None without a caption."""
        state = self.state(number)
        if state is None:
            return None
        drawn = self.bitmap(state, style)
        drawn.blend_into(planes)
        return drawn
