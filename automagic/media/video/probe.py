"""What a media file holds, without decoding it: container, streams, and whether it can play while it loads.

An MP4 is a row of boxes; a player that gets `moov` (the index) before `mdat` (the samples) can start at once:

    ftyp  moov  mdat        fast start
    ftyp  mdat  moov        the end must be fetched first
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

_ENDLESS_BOX, _LONG_BOX = 0, 1  # ISO/IEC 14496-12, 4.2: special values of a box's 32-bit size

_PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020"}
_TRANSFERS = {1: "bt709", 6: "smpte170m", 13: "srgb", 14: "bt2020-10", 16: "pq", 18: "hlg"}
_MATRICES = {0: "rgb", 1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc"}
_RANGES = {1: "limited", 2: "full"}


@dataclass(frozen=True, slots=True)
class ColorTags:
    """How sample values are to be understood (ITU-T H.273); "unknown" where the file does not say."""

    primaries: str
    transfer: str
    matrix: str
    range: str


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """The first video stream.

    Attributes:
        codec: FFmpeg's name, such as "h264".
        profile: Such as "High"; empty when unknown.
        width, height: Of the stored picture, before rotation.
        fps: Average; 0 when unknown.
        frames: Packets in the stream.
        pix_fmt: Such as "yuv420p".
        rotation: Degrees counter-clockwise that a player must turn the picture; 0, 90, 180 or 270.
        start_s: Presentation time of the first frame.
        duration_s: Of the stream.
    """

    codec: str
    profile: str
    width: int
    height: int
    fps: float
    frames: int
    pix_fmt: str
    color: ColorTags
    rotation: int
    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """The first audio stream.

    Attributes:
        start_s: Presentation time of the first sample that is heard.
    """

    codec: str
    sample_rate: int
    channels: int
    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What `probe` found.

    Attributes:
        container: FFmpeg's name of the format; for MP4 and its relatives a list such as "mov,mp4,m4a,3gp,3g2,mj2".
        duration_s: Of the whole file; 0 when it does not say.
        fast_start: Whether the index stands before the samples; None for other containers than MP4.
    """

    container: str
    duration_s: float
    size_bytes: int
    video: VideoInfo | None
    audio: AudioInfo | None
    fast_start: bool | None


def probe(path: Path) -> MediaInfo:
    """Look into a media file.

    Raises:
        MediaError: It is missing, empty, no media file, or cut off.
    """
    import av

    try:
        size_bytes = path.stat().st_size
        with av.open(str(path)) as container:
            is_mp4 = "mp4" in container.format.name
            if is_mp4:
                boxes = list_boxes(path)
            video = _describe_video(container, container.streams.video[0]) if container.streams.video else None
            audio = _describe_audio(container.streams.audio[0]) if container.streams.audio else None
            info = MediaInfo(
                container=container.format.name,
                duration_s=(container.duration or 0) / av.time_base,
                size_bytes=size_bytes,
                video=video,
                audio=audio,
                fast_start=_is_fast_start(boxes) if is_mp4 else None,
            )
    except (OSError, av.FFmpegError) as error:
        raise MediaError(
            f"{path.name} cannot be read as a media file: {error}",
            hint="Check that it is complete and plays elsewhere.",
        ) from error
    if info.video is None and info.audio is None:
        raise MediaError(f"{path.name} holds neither video nor sound")
    return info


def list_boxes(path: Path) -> tuple[str, ...]:
    """Types of the boxes at the top of an MP4 file, in order.

    Raises:
        MediaError: A box reaches beyond the end of the file, which was cut off.
    """
    names = []
    end = path.stat().st_size
    position = 0
    with path.open("rb") as file:
        while position + 8 <= end:
            file.seek(position)
            length, name = struct.unpack(">I4s", file.read(8))
            if length == _LONG_BOX and position + 16 <= end:
                (length,) = struct.unpack(">Q", file.read(8))
            elif length == _ENDLESS_BOX:
                length = end - position
            if length < 8 or position + length > end:
                raise MediaError(
                    f"{path.name} is cut off: {length} bytes at {position} do not fit into {end}",
                    hint="Copy or download it again.",
                )
            names.append(name.decode("latin-1"))
            position += length
    return tuple(names)


def _is_fast_start(boxes: tuple[str, ...]) -> bool:
    return "moov" in boxes and ("mdat" not in boxes or boxes.index("moov") < boxes.index("mdat"))


def _describe_video(container: InputContainer, stream: VideoStream) -> VideoInfo:
    context = stream.codec_context
    frames = stream.frames
    if not frames:
        frames = sum(packet.size > 0 for packet in container.demux(stream))
        container.seek(0)
    return VideoInfo(
        codec=context.codec.canonical_name,
        profile=context.profile or "",
        width=context.width,
        height=context.height,
        fps=float(stream.average_rate or 0),
        frames=frames,
        pix_fmt=context.pix_fmt or "",
        color=ColorTags(
            _PRIMARIES.get(context.color_primaries, "unknown"),
            _TRANSFERS.get(context.color_trc, "unknown"),
            _MATRICES.get(context.colorspace, "unknown"),
            _RANGES.get(context.color_range, "unknown"),
        ),
        rotation=_read_rotation(container, stream),
        start_s=_seconds(stream.start_time, stream.time_base),
        duration_s=_seconds(stream.duration, stream.time_base),
    )


def _read_rotation(container: InputContainer, stream: VideoStream) -> int:
    """From the display matrix, which PyAV shows on decoded frames only: the first is decoded."""
    import av

    try:
        frame = next(container.decode(stream), None)
    except (av.FFmpegError, StopIteration):
        return 0  # an undecodable stream has no rotation that matters; its decoder will say what is wrong
    return round(frame.rotation) % 360 if frame is not None else 0


def _describe_audio(stream: AudioStream) -> AudioInfo:
    context = stream.codec_context
    return AudioInfo(
        codec=context.codec.canonical_name,
        sample_rate=context.sample_rate,
        channels=context.channels,
        start_s=max(_seconds(stream.start_time, stream.time_base), 0.0),
        duration_s=_seconds(stream.duration, stream.time_base),
    )


def _seconds(ticks: int | None, time_base: Fraction | None) -> float:
    return float(ticks * time_base) if ticks is not None and time_base is not None else 0.0
