"""The program with frames a third as wide and as high, so that a whole run costs a tenth of the pictures.

Everything else is as it is: letters, moves and margins are shares of the frame. Run as a program, this is the command
line with such frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from automagic.media.design import platforms
from automagic.values.frame import Frame, Rect

TIMES = 3

PROGRAM = Path(__file__)
"""What a test starts instead of `automagic` where its run is to be killed or watched."""

_shared_frame = platforms._shared_frame  # the one place where a frame's size comes from


def shrink() -> None:
    """From now on, in this process."""
    platforms._shared_frame = _small_frame


def restore() -> None:
    """Frames as platforms want them again."""
    platforms._shared_frame = _shared_frame


def _small_frame(group: Sequence[platforms.Platform]) -> Frame:
    frame = _shared_frame(group)
    return Frame(_even(frame.width), _even(frame.height), frame.fps, _small(frame.content), _small(frame.caption))


def _small(box: Rect) -> Rect:
    return Rect(*(_even(value) for value in (box.x, box.y, box.width, box.height)))


def _even(value: int) -> int:
    return value // TIMES // 2 * 2


if __name__ == "__main__":
    shrink()
    from automagic.__main__ import main

    main()
