"""How well captions read, measured on the finished frames: the colours of letters against the colours beside them.

letters of the calm words ─┐
letters of the spoken word ┴─▶ against the tenth of what is beside them that is nearest to them in light
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from automagic.media.captions.images import CaptionBitmap
from automagic.media.rendering.shot import SeenCaption
from automagic.media.video.planes import Plane, Planes, yuv_to_rgb

_INKED, _BARE = 250, 1
"""Opacity, of 255, from which a point belongs to a letter, and up to which it is beside one."""

_BESIDE = 0.16
"""So far from a letter, in multiples of the size, is beside it: a bit further than an outline reaches."""

_NEAREST = 0.1
"""Of what is beside the letters, the share that counts: on a white cloud nothing reads for the blue around it."""

_POINTS = 400
"""Of letters and of what is beside them, at most."""

_Places = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class _Points:
    """(rows, columns) in the planes of chroma."""

    ink: _Places
    paper: _Places


class CaptionWatch:
    """Follows the captions of a segment.

    Args:
        fps: Of the segment.
    """

    def __init__(self, fps: int) -> None:
        self._fps = fps
        self._drawn: CaptionBitmap | None = None
        self._points: list[_Points] = []
        self._faintest: SeenCaption | None = None

    def see(self, number: int, planes: Planes, caption: CaptionBitmap, text: str) -> None:
        """A frame as it will be shown, with the caption that was drawn over it and its words."""
        if caption is not self._drawn:
            self._drawn, self._points = caption, list(_find_points(caption))
        for points in self._points:
            found = round(_contrast(planes, points), 2)
            if self._faintest is None or found < self._faintest.contrast:
                self._faintest = SeenCaption(text, number / self._fps, found)

    def report(self) -> SeenCaption | None:
        """The caption that reads worst, and when; None where there was none."""
        return self._faintest


def measure_contrast(planes: Planes, caption: CaptionBitmap) -> float:
    """The least contrast (WCAG 2.x, 1..21) of a caption's calm and of its spoken words in a frame."""
    return min((_contrast(planes, points) for points in _find_points(caption)), default=21.0)


def _find_points(caption: CaptionBitmap) -> list[_Points]:
    """Of the calm words and of the spoken one, where they have any."""
    letters = caption.letters
    reach = max(1, round(_BESIDE * caption.size / 2))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    spoken = np.zeros(letters.shape, bool)
    if caption.spoken is not None:
        spoken[caption.spoken] = True
    found = []
    for words in (~spoken, spoken):
        own = np.where(words, letters, 0).astype(np.uint8)
        near = cv2.dilate(own, kernel) > _BARE
        ink, paper = _where(own >= _INKED, caption), _where(near & (letters <= _BARE), caption)
        if ink[0].size and paper[0].size:
            found.append(_Points(ink, paper))
    return found


def _where(chosen: NDArray[np.bool_], caption: CaptionBitmap) -> _Places:
    rows, columns = np.nonzero(chosen)
    step = max(1, rows.size // _POINTS)
    return rows[::step] + caption.y // 2, columns[::step] + caption.x // 2


def _contrast(planes: Planes, points: _Points) -> float:
    ink, paper = float(np.mean(_light(planes, points.ink))), np.sort(_light(planes, points.paper))
    tenth = max(1, int(paper.size * _NEAREST))
    brightest, darkest = float(paper[-tenth:].mean()), float(paper[:tenth].mean())
    # Letters lie between the two on a ground that has their own tone.
    return max(1.0, (ink + 0.05) / (brightest + 0.05), (darkest + 0.05) / (ink + 0.05))


def _light(planes: Planes, places: _Places) -> NDArray[np.float64]:
    """Relative luminance of points, as WCAG 2.x defines it for sRGB."""
    rows, columns = places
    luma: Plane = planes.y[2 * rows, 2 * columns]
    rgb = yuv_to_rgb(luma, planes.u[rows, columns], planes.v[rows, columns])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]), np.float64)
