"""What the picture of a finished file holds: its container, its frames, black and frozen stretches.

    packets ──▶ how many frames, at which times, and whether they are the ones that were rendered
    frames  ──▶ black? same as before?

Every frame of a rendered segment was measured when it was made. Where its packets are found again, byte for byte, the
measurements hold, and only its key frames are decoded, to see that the file plays. In any other file all frames are
decoded that other frames refer to: with x264's usual B-frames that is half of the work, and a sample every two to four
frames is close enough for stretches of 0.3 s and more.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from automagic.media.analysis.dark_and_still import BlackFreezeDetector, DetectedRange, join_ranges, sample_luma
from automagic.media.video.containers import PACKETS_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from automagic.media.analysis.dark_and_still import Grid
    from automagic.media.rendering.shot import SegmentReport


@dataclass(slots=True)
class PictureFacts:
    """What was read from the video track; `damage` is empty for a sound file.

    Attributes:
        frames: Packets, each of which is one frame.
        start_s, end_s: When the first frame appears and the last one ends.
        gaps: Times after which a frame is late or missing.
        colors: "primaries/transfer/matrix/range", such as "bt709/bt709/bt709/tv".
        kbps: Mean bit rate of the video packets.
        resting: Stretches in which a card rests.
        known: Whether all packets are those of the rendered segments, None when there are none to compare with.
    """

    width: int = 0
    height: int = 0
    fps: float = 0.0
    codec: str = ""
    pixel_format: str = ""
    colors: str = ""
    frames: int = 0
    start_s: float = 0.0
    end_s: float = 0.0
    kbps: float = 0.0
    known: bool | None = None
    gaps: list[float] = field(default_factory=list)
    black: list[DetectedRange] = field(default_factory=list)
    frozen: list[DetectedRange] = field(default_factory=list)
    resting: list[DetectedRange] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def read_picture(
    path: Path,
    *,
    black_s: float,
    frozen_s: float,
    segments: Sequence[SegmentReport] = (),
    cancelled: threading.Event | None = None,
) -> PictureFacts:
    """Read the first video track; never raises for a damaged file, but says so in `damage`.

    Args:
        path: The file.
        black_s, frozen_s: Shorter stretches are not reported.
        segments: What the file was joined from, in order.
        cancelled: Looked at for each frame; ends the reading early.
    """
    import av

    facts = PictureFacts()
    watch = BlackFreezeDetector(black_s, frozen_s)
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                facts.damage.append("the file holds no video track")
                return facts
            _read_header(container.streams.video[0], facts)
            _read_packets(container, facts, segments)
        with av.open(str(path), options=PACKETS_ONLY) as container:
            _read_frames(container, facts, watch, cancelled or threading.Event())
    except (av.FFmpegError, OSError) as error:
        facts.damage.append(f"reading stopped: {error.strerror or error}")
    watch.end(facts.end_s)
    if not facts.known:
        facts.black, facts.frozen = join_ranges(watch.black, black_s), join_ranges(watch.still, frozen_s)
        return facts
    # Key frames show that the file plays, and no more: those of two cards are alike before their elements come.
    placed = list(_starts(segments, facts))
    facts.black = join_ranges([_later(one, start) for start, segment in placed for one in segment.black], black_s)
    for run in _runs(placed):
        facts.frozen += join_ranges([_later(one, start) for start, segment in run for one in segment.still], frozen_s)
        resting = [_later(one, start) for start, segment in run for one in segment.resting]
        facts.resting += [one for one in resting if one.length_s >= frozen_s]
    return facts


def _later(stretch: DetectedRange, by_s: float) -> DetectedRange:
    return DetectedRange(by_s + stretch.start_s, by_s + stretch.end_s)


def _runs(placed: Sequence[tuple[float, SegmentReport]]) -> Iterator[list[tuple[float, SegmentReport]]]:
    """Segments that go on with the picture of the one before, together: what stands still there is one stretch."""
    run: list[tuple[float, SegmentReport]] = []
    for start, segment in placed:
        if run and not _same(run[-1][1].edges[1], segment.edges[0]):
            yield run
            run = []
        run.append((start, segment))
    if run:
        yield run


def _same(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two edges are of one picture; those of a segment that was kept without them may be."""
    return all(abs(a - b) <= _SAME_LUMA for a, b in zip(one, other, strict=False))


_SAME_LUMA = 1
"""By so much the mean luma of a region may differ in two pictures that are the same."""


def _starts(segments: Sequence[SegmentReport], facts: PictureFacts) -> Iterator[tuple[float, SegmentReport]]:
    frames = 0
    for segment in segments:
        yield facts.start_s + frames / facts.fps, segment
        frames += segment.frames


def _read_header(stream: Any, facts: PictureFacts) -> None:
    context = stream.codec_context
    facts.width, facts.height = context.width, context.height
    facts.fps = float(stream.average_rate or 0)
    facts.codec = context.name
    facts.pixel_format = context.pix_fmt or ""
    named = {1: "bt709", 2: "unknown"}
    codes = (context.color_primaries, context.color_trc, context.colorspace)
    spread = {1: "tv", 2: "pc"}.get(int(context.color_range), "unknown")
    facts.colors = "/".join([*(named.get(int(code), str(int(code))) for code in codes), spread])


def _read_packets(container: Any, facts: PictureFacts, segments: Sequence[SegmentReport]) -> None:
    """Count all frames, and see whether they are those of the segments; nothing is decoded."""
    stream = container.streams.video[0]
    base = float(stream.time_base)
    times: list[float] = []
    size = 0
    ends = list(itertools.accumulate(segment.frames for segment in segments))
    found: list[str] = []
    digest = hashlib.sha256()
    for packet in container.demux(stream):
        if packet.pts is None:
            continue
        times.append(packet.pts * base)
        size += packet.size
        facts.end_s = max(facts.end_s, (packet.pts + (packet.duration or 0)) * base)
        if segments:
            digest.update(packet)
            if len(found) < len(ends) and len(times) == ends[len(found)]:
                found.append(digest.hexdigest())
                digest = hashlib.sha256()
    if segments:
        facts.known = len(times) == ends[-1] and found == [segment.packets for segment in segments]
    times.sort()
    facts.frames = len(times)
    if times:
        facts.start_s = times[0]
        step = 1 / facts.fps if facts.fps else 0.0
        facts.gaps = [early for early, late in itertools.pairwise(times) if late - early > 1.5 * step]
        facts.kbps = size * 8 / 1000 / max(facts.end_s - facts.start_s, step, 1e-6)


def _read_frames(container: Any, facts: PictureFacts, watch: BlackFreezeDetector, cancelled: threading.Event) -> None:
    """Decode what has to be seen."""
    import av

    stream = container.streams.video[0]
    stream.codec_context.skip_frame = "NONKEY" if facts.known else "NONREF"
    stream.thread_type = "SLICE"
    if facts.known:  # nothing looks at their pixels
        stream.codec_context.options = {"skip_loop_filter": "all"}
    base = float(stream.time_base)
    time_s = 0.0
    for packet in container.demux(stream):
        if cancelled.is_set():
            return
        time_s = packet.pts * base if packet.pts is not None else time_s
        if facts.known and not packet.is_keyframe and packet.size:
            continue
        try:
            for frame in packet.decode():
                if frame.is_corrupt:
                    facts.damage.append(f"the frame at {frame.time:.2f} s is damaged")
                if not facts.known:
                    watch.see(frame.time or 0.0, _sample(frame))
        except av.FFmpegError as error:
            facts.damage.append(f"a frame near {time_s:.2f} s cannot be decoded: {error.strerror or error}")


def _sample(frame: Any) -> Grid:
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return sample_luma(rows[: frame.height, : frame.width])


def has_faststart(path: Path) -> bool:
    """Whether an MP4's index (`moov`) stands before its media (`mdat`), so that it plays while it loads."""
    with path.open("rb") as file:
        while len(header := file.read(8)) == 8:
            size, kind = int.from_bytes(header[:4]), header[4:]
            if kind in {b"moov", b"mdat"}:
                return kind == b"moov"
            if size == 1:
                size = int.from_bytes(file.read(8)) - 8
            if size < 8:
                return False
            file.seek(size - 8, 1)
    return False
