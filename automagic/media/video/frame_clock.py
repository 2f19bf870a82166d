"""When a decoded frame is seen, whatever its file says of that.

presentation times that rise   ─▶ they hold
they run to and fro (AVI)      ─▶ the times of decoding, which rise
neither                        ─▶ one frame after the one before; unknown behind a jump
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.video.stream import VideoStream


class FrameClock:
    """Follows one stream; what it learns of the stream's times outlasts a jump.

    The choice between the two times of a frame is libavcodec's own (`guess_correct_pts` in decode.c), which players
    use.

    Args:
        step: How long a frame usually stands, in the stream's ticks.
    """

    def __init__(self, step: int) -> None:
        self._step = max(step, 1)
        self._faulty_shown = self._faulty_decoded = 0
        self.restart(at_start=True)

    def restart(self, *, at_start: bool) -> None:
        """Forget what came before: the next frame is the first one, or any one."""
        self._last_shown: int | None = None
        self._last_decoded: int | None = None
        self._latest = -self._step if at_start else None

    @property
    def trusts_shown(self) -> bool:
        """Whether presentation times hold, as far as is known."""
        return self._faulty_shown <= self._faulty_decoded

    def ticks(self, frame: VideoFrame) -> int | None:
        """When it is seen, in the stream's ticks; None where nothing tells."""
        shown, decoded = frame.pts, frame.dts
        if decoded is not None:
            self._faulty_decoded += self._last_decoded is not None and decoded <= self._last_decoded
            self._last_decoded = decoded
        elif shown is not None:
            self._last_decoded = shown
        if shown is not None:
            self._faulty_shown += self._last_shown is not None and shown <= self._last_shown
            self._last_shown = shown
        elif decoded is not None:
            self._last_shown = decoded
        found = shown if self.trusts_shown and shown is not None else decoded
        if found is None:  # what a decoder still holds at the end of a file has no time of decoding
            found = shown if self._latest is None else self._latest + self._step
        self._latest = found
        return found

    def packet_ticks(self, packet: Packet[VideoStream]) -> int | None:
        """The same of a packet's only frame, before it is decoded."""
        return packet.pts if self.trusts_shown and packet.pts is not None else packet.dts
