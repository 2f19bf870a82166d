"""How a stored picture is held so that it stands upright, as its display matrix says.

    stored ─ mirrored? left and right change places ─ turned by quarters counter-clockwise ─▶ upright

Phones turn their pictures, and some front cameras mirror them. What a mirrored matrix means cannot be told from an
angle alone: FFmpeg's angle of a picture that is only mirrored is 180 degrees.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from av import VideoFrame


class Orientation(NamedTuple):
    """What brings a stored picture upright: first mirroring, then quarter turns counter-clockwise, 0 to 3."""

    turn: int = 0
    mirrored: bool = False


_AS_STORED = Orientation()


def orientation_of(frame: VideoFrame) -> Orientation:
    """Of one frame."""
    if isinstance(frame.opaque, Orientation):  # known better than the frame itself tells, see `Orienter`
        return frame.opaque
    from av.sidedata import sidedata

    # Not `frame.side_data`: in PyAV 18 that and the frame hold each other, and the picture stays, 12 MB of 4K, until
    # the collector comes.
    container: Any = sidedata.SideDataContainer  # PyAV's types know neither what it takes nor a display matrix
    side_data = container(frame)
    try:
        matrix = side_data["DISPLAYMATRIX"]
    except KeyError:
        return _AS_STORED
    a, b, _, c, d = struct.unpack_from("=5i", memoryview(matrix))
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    return Orientation(round(-math.degrees(math.atan2(b, a)) / 90) % 4, mirrored)


class Orienter:
    """Holds a picture's orientation from key frame to key frame.

    Some cameras state it in the pictures themselves, with the first of several that it holds for; a decoder tells it
    of that one alone.
    """

    def __init__(self) -> None:
        self._held: Orientation | None = None

    def forget(self) -> None:
        """What comes next does not follow what came before."""
        self._held = None

    def hold(self, frame: VideoFrame) -> None:
        """Take the next frame; `orientation_of` tells how it is held from now on."""
        own = orientation_of(frame)
        if frame.key_frame or self._held is None:
            self._held = own
        elif own != self._held:
            # One of its own: PyAV forgets an object with the first of the frames that it was given to.
            frame.opaque = Orientation(*self._held)
