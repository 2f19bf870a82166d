"""Where faces are in a small picture: one door to the detector, so that it can be exchanged.

    picture ─▶ YuNet: every 8, 16 and 32 pixels, is here a face, and how large ─▶ the surest of those that overlap

On six photographs of groups, at 320 pixels (2 ms) as well as at 640 (7 ms), all 22 faces had a confidence of 80 and
more; what was none had at most 63.

W. Wu, H. Peng, S. Yu, "YuNet: A Tiny Millisecond-level Face Detector", 2023. The weights are those of libfacedetection,
and so are the results, to the pixel.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from automagic.data import shipped
from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rgb = NDArray[Any]

SURE, LIKELY = 0.7, 0.6
"""Confidence that stands on its own, and one that counts where other looks see a face, too."""

SMALLEST_PX = 20
"""Height of the smallest face that is found reliably."""

_LARGEST_PX = 960
"""Longer side of a picture beyond which the detector gets worse, by its authors' account."""

_MODEL = shipped("faces/yunet.onnx")
_STRIDES = 8, 16, 32
_OVERLAP = 0.45
"""Intersection over union beyond which two finds are one face."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in one picture, in its pixels.

    Attributes:
        confidence: 0..1.
        marks: (x, y) of the eye on the left, the eye on the right, the tip of the nose, and the corners of the mouth;
            empty when the finder does not tell.
    """

    left: float
    top: float
    width: float
    height: float
    confidence: float
    marks: tuple[tuple[float, float], ...] = ()


class YuNetFaces:
    """YuNet, run by ONNX Runtime on one core. May be called in threads."""

    def __init__(self) -> None:
        self._network = _load()

    def find(self, rgb: Rgb) -> tuple[Face, ...]:
        """Those with a confidence of at least `LIKELY`, from left to right.

        Args:
            rgb: (height, width, 3), 8 bit, longer side at most 960 pixels.
        """
        height, width = rgb.shape[:2]
        if max(height, width) > _LARGEST_PX:
            raise ValueError(f"faces are looked for in pictures of at most {_LARGEST_PX} pixels, not {width}x{height}")
        levels = self._network.run(None, {"bgr": _prepare(rgb)})
        finds = np.concatenate([_decode(level, stride) for level, stride in zip(levels, _STRIDES, strict=True)])
        faces = map(_as_face, _keep_surest(finds[finds[:, 0] >= LIKELY]))
        return tuple(sorted(faces, key=lambda face: (face.left, face.top, face.width)))


def _prepare(rgb: Rgb) -> NDArray[np.float32]:
    """(1, 3, height, width), blue, green and red, filled up with black to whole steps of the coarsest level."""
    height, width = rgb.shape[:2]
    step = _STRIDES[-1]
    picture = np.zeros((1, 3, math.ceil(height / step) * step, math.ceil(width / step) * step), np.float32)
    picture[0, :, :height, :width] = rgb[:, :, ::-1].transpose(2, 0, 1)
    return picture


def _decode(level: NDArray[np.float32], stride: int) -> NDArray[np.float32]:
    """One row for each place of a level: confidence, left, top, right, bottom, x and y of the five marks.

    Args:
        level: (1, 16, rows, columns): the logits of face and object; the centre from the place, and the logarithm of
            the size, in strides; the marks from the place, in strides.
    """
    rows, columns = level.shape[2:]
    values = level[0].reshape(level.shape[1], -1).T
    places = np.stack(np.divmod(np.arange(rows * columns), columns)[::-1], axis=1).astype(np.float32)
    face, thing = 1 / (1 + np.exp(-np.clip(values[:, :2].T, -50, 50)))
    centres, sizes = (values[:, 2:4] + places) * stride, np.exp(values[:, 4:6]) * stride
    marks = (values[:, 6:].reshape(-1, 5, 2) + places[:, None]) * stride
    found = [np.sqrt(face * thing)[:, None], centres - sizes / 2, centres + sizes / 2, marks.reshape(-1, 10)]
    return np.hstack(found).astype(np.float32)


def _keep_surest(finds: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Those that overlap with no surer one much."""
    kept: list[NDArray[np.float32]] = []
    for find in finds[np.argsort(-finds[:, 0], kind="stable")]:
        if all(_overlap(find, other) <= _OVERLAP for other in kept):
            kept.append(find)
            yield find


def _overlap(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Intersection over union."""
    width = min(one[3], other[3]) - max(one[1], other[1])
    height = min(one[4], other[4]) - max(one[2], other[2])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    areas = [(find[3] - find[1]) * (find[4] - find[2]) for find in (one, other)]
    return float(both / (sum(areas) - both))


def _as_face(find: NDArray[np.float32]) -> Face:
    """In whole pixels and percent, cut off as libfacedetection does, so that everything tuned with it still holds."""
    confidence, left, top, right, bottom, *marks = (float(value) for value in find)
    x, y, width, height, *places = (float(int(value)) for value in (left, top, right - left, bottom - top, *marks))
    return Face(x, y, width, height, int(100 * confidence) / 100, tuple(zip(places[::2], places[1::2], strict=True)))


@cache
def _load() -> Any:
    """The network, ready to run."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Many pictures are looked at side by side; a second thread for one would mostly wait.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(_MODEL), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ConfigurationError(
            f"The face detector cannot be loaded: {error}",
            hint="Install AutoMagic again: its file yunet.onnx is damaged.",
        ) from error
