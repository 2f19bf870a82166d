"""The one door for media files that somebody else made: which containers are opened, and under which guards.

    file ─▶ a container of the list? ─▶ opened ─▶ its moving picture, its sound, the zero of its timeline
            (what else it may be, such as a playlist that leads to other files or hosts, is refused)

Nothing that a file says about itself is believed: the container is known by its content and never by its name, no
protocol but plain files is allowed, and the largest picture is bounded before anything is decoded.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

MAX_PIXELS = 8192 * 4320

_OF_PICTURES = (
    *("mov", "matroska", "avi", "mpegts", "mpeg", "mpegvideo", "m4v", "asf", "flv", "live_flv", "kux", "ogg", "gif"),
    *("mxf", "gxf", "lxf", "dv", "rm", "ivf", "obu", "nut", "nsv", "wtv", "ty", "dhav", "h264", "hevc", "vvc", "vc1"),
    *("mjpeg", "mpjpeg", "yuv4mpegpipe", "apng"),
)
_OF_SOUND = (
    *("mp3", "wav", "w64", "flac", "aac", "aiff", "caf", "ac3", "eac3", "amr", "au", "tta", "wv", "ape", "dts"),
    *("truehd", "mpc", "mpc8", "tak", "voc", "dsf", "iff"),
)
FORMATS = (*_OF_PICTURES, *_OF_SOUND)
"""Containers that are opened, as FFmpeg names them: none can make it open another file or a connection."""

PACKETS_ONLY = {"skip_frame": "all"}
"""Options for a file that was made here, of whose picture only the packets are wanted, or whose coding is known.

To learn its pixel format and the order of its frames FFmpeg would decode one as it opens it: 15 ms at 1080 x 1920.
"""

LATE_S = 1.0
"""A picture that begins later than everything else by more than this does not set the zero of the timeline."""

_HINT = "Use a complete file that plays elsewhere, such as an MP4, MOV, WebM, MKV or WAV."


def open_container(path: Path, *, what: str = "recording") -> InputContainer:
    """Open a file; the caller closes it.

    Args:
        what: What errors call it: "recording", "video".

    Raises:
        RequestError: It cannot be read, or is not a media file of the list.
    """
    import av

    try:
        if not path.is_file():
            raise RequestError(f"The {what} {path.name} {'is not a file' if path.exists() else 'does not exist'}.")
        return av.open(
            f"file:{path.resolve()}",
            options={
                "format_whitelist": ",".join(FORMATS),
                "protocol_whitelist": "file",
                "max_pixels": str(MAX_PIXELS),
            },
            # Tags in the letters of old programs; by default one makes the file unreadable.
            metadata_errors="surrogateescape",
        )
    except (OSError, ValueError) as error:  # FFmpeg's own errors derive from one or the other
        if isinstance(error, PermissionError):
            raise RequestError(f"The {what} {path.name} may not be read.", hint="Check its permissions.") from error
        raise RequestError(f"{path.name} is not a {what} that can be read.", hint=_HINT) from error


@contextmanager
def open_recording(path: Path) -> Iterator[InputContainer]:
    """The same, closed at the end.

    Raises:
        RequestError: It cannot be read, or is not a media file of the list.
    """
    container = open_container(path)
    try:
        yield container
    finally:
        container.close()


def moving_pictures(container: InputContainer) -> tuple[VideoStream, ...]:
    """The tracks with moving pictures; a song's cover is a track of one picture, and none of them."""
    from av.stream import Disposition

    covers = Disposition.attached_pic | Disposition.still_image
    return tuple(stream for stream in container.streams.video if not stream.disposition & covers)


def zero_s(container: InputContainer) -> float:
    """The packets' time that is the zero of the recording's timeline, for its picture and for its sound.

    It is when the picture begins, so that sound from before it is left out; but where the picture is late, the sound
    before it is part of the recording, as players have it.
    """
    begins = [_begin_s(stream) for stream in moving_pictures(container)[:1]]
    begins += [_begin_s(stream) for stream in container.streams.audio]
    known = [begin_s for begin_s in begins if begin_s is not None]
    if not known:
        return 0.0
    first_s = min(known)
    picture_s = begins[0] if begins[0] is not None else first_s
    return first_s if picture_s > first_s + LATE_S else picture_s


def _begin_s(stream: Stream) -> float | None:
    if stream.start_time is None or stream.time_base is None:
        return None
    return float(stream.start_time * stream.time_base)
