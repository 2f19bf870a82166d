"""What is measured of a segment while it is rendered, frame by frame, and of the file that comes out."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2

from automagic.errors import MediaError
from automagic.media.analysis.dark_and_still import BlackFreezeDetector, sample_luma
from automagic.media.rendering.shot import SegmentReport
from automagic.media.video.containers import PACKETS_ONLY
from automagic.media.video.planes import Plane

_SAMPLE_STEP = 16
_BLACK_LUMA = 20.0
"""Mean luma (limited range, black is 16) under which a frame counts as black."""

_STILL_S = 0.5
_EDGE = (12, 12)


class Meter:
    """Measures each frame of a segment, before and after its caption is drawn.

    Args:
        fps: Of the segment.
        bare: Whether it is the picture without captions that must not stand still. Of a recording it is: captions that
            move over a frozen picture would hide it. A still of a video stands or moves as it was planned to.
    """

    def __init__(self, fps: int, *, bare: bool = False) -> None:
        self._fps = fps
        self._bare: BlackFreezeDetector | None = BlackFreezeDetector(0.0, 0.0) if bare else None
        self._means: list[float] = []
        self._edges: list[Plane] = []
        self._captioned_frames = 0
        self._frames = 0
        self._watch = BlackFreezeDetector(0.0, 0.0)

    def add(self, luma: Plane) -> None:
        """See a picture that has no caption yet."""
        if self._bare is not None:
            self._bare.see(self._frames / self._fps, sample_luma(luma))
        sample = luma[_SAMPLE_STEP // 2 :: _SAMPLE_STEP, _SAMPLE_STEP // 2 :: _SAMPLE_STEP]
        self._means.append(float(sample.mean()))
        self._edges[1:] = [sample.copy()]

    def add_seen(self, luma: Plane, *, captioned: bool) -> None:
        """See the same picture as it will be shown."""
        self._watch.see(self._frames / self._fps, sample_luma(luma))
        self._frames += 1
        self._captioned_frames += captioned

    def finish(self, target: Path, width: int, height: int) -> SegmentReport:
        """The report of the segment, which has been written to `target`.

        Raises:
            MediaError: The file does not hold the frames that were measured; it is removed.
        """
        found, packets = read_packets(target)
        if found != self._frames:
            target.unlink()
            raise MediaError(f"the segment {target.name} holds {found} frames instead of {self._frames}")
        end_s = self._frames / self._fps
        self._watch.end(end_s)
        if self._bare is not None:
            self._bare.end(end_s)
        still = (
            stretch
            for stretch in (self._bare or self._watch).still
            if stretch.length_s >= _STILL_S or stretch.start_s == 0 or stretch.end_s == end_s
        )
        return SegmentReport(
            frames=self._frames,
            width=width,
            height=height,
            black=tuple(self._watch.black),
            still=tuple(still),
            black_frames=sum(mean < _BLACK_LUMA for mean in self._means),
            mean_luma=sum(self._means) / len(self._means),
            captioned_frames=self._captioned_frames,
            packets=packets,
            edges=(_coarse(self._edges[0]), _coarse(self._edges[-1])),
        )


def _coarse(sample: Plane) -> tuple[int, ...]:
    return tuple(int(value) for value in cv2.resize(sample, _EDGE, interpolation=cv2.INTER_AREA).ravel())


def read_packets(path: Path) -> tuple[int, str]:
    """How many video packets a file holds, and the sha256 of them all; nothing is decoded.

    Raises:
        MediaError: The file cannot be read.
    """
    import av

    digest = hashlib.sha256()
    count = 0
    try:
        with av.open(str(path), options=PACKETS_ONLY) as container:
            for packet in container.demux(video=0):
                if packet.size > 0:
                    count += 1
                    digest.update(packet)
    except (av.FFmpegError, IndexError) as error:
        raise MediaError(f"the segment {path.name} cannot be read: {error}") from error
    return count, digest.hexdigest()
