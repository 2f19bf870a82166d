"""One encoder for every segment of a video: finished planes in, a silent MP4 out that joins by stream copy.

Everything that reaches the stream's parameter sets is fixed by the settings and the frame's size (profile, level,
colour, time base), so that all segments of one video carry the same and can stand one after the other.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from dataclasses import astuple, dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from automagic.errors import ConfigurationError, MediaError

if TYPE_CHECKING:
    from automagic.media.video.planes import Planes


CODEC_NAMES = {"libx264": "h264", "libx265": "hevc", "libsvtav1": "av1"}


TICKS_PER_SECOND = 90_000
"""Time base of all segments: whole ticks a frame at 24, 25, 30, 50 and 60 frames a second."""

CODECS = ("libx264", "libx265", "libsvtav1")

_BT709 = 1  # AVCOL_PRI_BT709, AVCOL_TRC_BT709 and AVCOL_SPC_BT709 alike
_LIMITED_RANGE = 1  # AVCOL_RANGE_MPEG

_H264_LEVELS = (
    # (level, largest frame, largest rate), in macroblocks of 16x16: ITU-T H.264, table A-1.
    ("3.0", 1620, 40_500),
    ("3.1", 3600, 108_000),
    ("3.2", 5120, 216_000),
    ("4.0", 8192, 245_760),
    ("4.2", 8704, 522_240),
    ("5.0", 22_080, 589_824),
    ("5.1", 36_864, 983_040),
    ("5.2", 36_864, 2_073_600),
)


Content = Literal["film", "card", "recording"]

DRAWN_INTERVAL = 250
"""Between key frames of a video of cards and pictures: each of them codes the grain of a whole ground anew."""

_RESTING = "b-adapt=0:scenecut=0:rc-lookahead=5:subme=0:me=dia:trellis=0"
"""x264, of a card: where nothing moves nothing has to be searched for. At the same VMAF (94.1 of both) it takes two
thirds of the time and nine tenths of the bytes. Up to "faster" nothing of it reaches the stream's parameter sets:
cards, pictures and clips may follow one another."""

_FILMED = "b-adapt=0:bframes=2:rc-lookahead=7:subme=0:me=dia:analyse=i4x4,i8x8"
"""x264, of people before a camera: what noise and trembling hide need not be searched for. It takes half the time.
VMAF and bytes of a talk: -0.1, 0.98x; of a noisy one held by hand: +1.2, 1.05x. A still over which a camera is moved
lives of the search, so this is not for film of any kind."""

_SPARING = frozenset({"veryfast", "faster"})
"""The presets that look ahead, and search no more than a person expects who asks for neither speed nor care."""

_SEARCHING = frozenset({"fast", "medium", "slow", "slower", "veryslow"})
_AS_SEARCHED = ":chroma-qp-offset=-2"
"""From "fast" on x264 spends more on chroma, to make up for its psychovisual search, and says so in the parameter sets;
without the search it would not."""


@dataclass(frozen=True, slots=True)
class EncodeSettings:
    """How pictures become a stream.

    Attributes:
        codec: An encoder of PyAV's FFmpeg: "libx264", "libx265" or "libsvtav1".
        preset: The encoder's own word (a number for libsvtav1).
        crf: Constant rate factor; smaller is better and larger.
        fps: Frames a second.
        keyframe_interval: Largest distance between key frames, in frames.
        content: What is encoded: film, in which all moves; a card, which rests but for its elements; or an excerpt of a
            recording, which follows no other segment.
    """

    codec: str = "libx264"
    preset: str = "veryfast"
    crf: int = 23
    fps: int = 30
    keyframe_interval: int = 60
    content: Content = "film"

    def fingerprint(self) -> str:
        """Hash of everything that can change the encoder's bytes, its version included."""
        facts = (*astuple(self), importlib.metadata.version("av"))
        return hashlib.sha256(repr(facts).encode("ascii")).hexdigest()


def h264_level(width: int, height: int, fps: int) -> str:
    """The lowest level that allows this size and rate."""
    blocks = -(-width // 16) * -(-height // 16)
    for level, largest_frame, largest_rate in _H264_LEVELS:
        if blocks <= largest_frame and blocks * fps <= largest_rate:
            return level
    raise ConfigurationError(
        f"no H.264 level allows {width}x{height} at {fps} frames a second", hint="Choose a smaller frame."
    )


def encoder_options(settings: EncodeSettings, width: int, height: int) -> dict[str, str]:
    """Options for the encoder, in FFmpeg's words."""
    options = {"preset": settings.preset, "crf": str(settings.crf)}
    interval = settings.keyframe_interval
    match settings.codec:
        case "libx264":
            options |= {"profile": "high", "level": h264_level(width, height, settings.fps)}
            if settings.content == "card":
                options["x264-params"] = _RESTING + (_AS_SEARCHED if settings.preset in _SEARCHING else "")
            elif settings.content == "recording" and settings.preset in _SPARING:
                options["x264-params"] = _FILMED
        case "libx265":
            # "pools=none:frame-threads=1" is one thread; x265 would start one a core.
            options |= {"x265-params": f"keyint={interval}:min-keyint=1:pools=none:frame-threads=1:log-level=error"}
        case "libsvtav1":
            options |= {"svtav1-params": f"lp=1:keyint={interval}"}
    return options


class SegmentWriter:
    """Encodes frames into `target`, which exists only once it is complete.

    Use as a context manager; leaving it with an exception removes what was written.

    Raises:
        ConfigurationError: The encoder is not part of the installed PyAV.
    """

    def __init__(self, target: Path, settings: EncodeSettings, width: int, height: int) -> None:
        _require_encoder(settings.codec)
        self._target = target
        self._partial = target.with_name(target.name + ".partial")
        self._settings = settings
        self._size = (width, height)
        self._ticks = Fraction(TICKS_PER_SECOND, settings.fps)
        if self._ticks.denominator != 1:
            raise ConfigurationError(
                f"{settings.fps} frames a second do not divide {TICKS_PER_SECOND} ticks", hint="Use 24, 25, 30 or 60."
            )
        self.frames = 0

    def __enter__(self) -> Self:
        import av

        settings = self._settings
        width, height = self._size
        self._container = av.open(
            str(self._partial),
            "w",
            format="mp4",
            # "bitexact" leaves the library's version out of the file.
            container_options={"fflags": "+bitexact", "video_track_timescale": str(TICKS_PER_SECOND)},
        )
        stream = self._container.add_stream(
            settings.codec, rate=settings.fps, options=encoder_options(settings, width, height)
        )
        context = stream.codec_context
        if not isinstance(context, av.VideoCodecContext):
            raise ConfigurationError(f"{settings.codec} does not encode video", hint=f"Use one of {', '.join(CODECS)}.")
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base = Fraction(1, TICKS_PER_SECOND)
        context.gop_size = settings.keyframe_interval
        context.thread_count = 1
        context.color_range = _LIMITED_RANGE
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        if settings.codec == "libx265":
            context.codec_tag = "hvc1"  # Apple's players know only this spelling
        self._stream, self._context = stream, context
        return self

    def write(self, planes: Planes) -> None:
        """Encode one frame; the planes may be reused as soon as this returns."""
        import av

        # The frame borrows the planes' memory. All three encoders copy what they are given before they return.
        frame = av.VideoFrame.from_dlpack(planes, format="yuv420p")
        frame.time_base = Fraction(1, TICKS_PER_SECOND)
        frame.pts = self.frames * int(self._ticks)
        frame.color_range, frame.colorspace = _LIMITED_RANGE, _BT709
        frame.color_primaries = frame.color_trc = _BT709
        try:
            self._container.mux(self._context.encode(frame))
        except av.FFmpegError as error:
            raise MediaError(f"{self._settings.codec} could not encode {self._target.name}: {error}") from error
        self.frames += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._context.encode(None))
            self._container.close()
            if kind is None:
                self._partial.replace(self._target)
        finally:
            self._partial.unlink(missing_ok=True)


def _require_encoder(codec: str) -> None:
    import av

    available = [name for name in CODECS if name in av.codecs_available]
    if codec not in available:
        raise ConfigurationError(
            f"the encoder {codec!r} is not available", hint=f"Available here: {', '.join(available)}."
        )
