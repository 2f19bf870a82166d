"""Whether a media file is all there: what a download that broke off, or a copy still under way, looks like.

boxes of an MP4 fit ─▶ its beginning can be decoded ─▶ so can its end, and the end is where the file says it is
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError, RequestError
from automagic.media.video.containers import moving_pictures, open_recording
from automagic.media.video.probe import list_boxes

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

    Streams = list[VideoStream | AudioStream]

TAIL_S = 5.0
"""The last picture or sound that can be decoded is no further from the stated end than this: some writers state the
longer of two tracks, or a last picture that stands for seconds."""

LOOKED_S = 10.0
"""Before the stated end, from where it is decoded: key pictures are seldom further apart."""

_HINT = "It may be cut off, or still be written: look at it again later."


def check_whole(path: Path, name: str) -> float:
    """How long a media file is, in seconds, by its own account; 0 where it does not say.

    Args:
        name: What errors call it.

    Raises:
        MediaError: It is missing, empty, no media file, cut off, or its beginning or end cannot be decoded.
    """
    import av

    try:
        with open_recording(path) as container:
            if "mp4" in container.format.name:
                list_boxes(path)
            return _look(container, name)
    except (RequestError, MediaError) as error:
        raise MediaError(error.message.replace(path.name, name), hint=error.hint or _HINT) from error
    except (OSError, av.FFmpegError) as error:
        raise MediaError(f"{name} cannot be read as a media file: {error}", hint=_HINT) from error


def _look(container: InputContainer, name: str) -> float:
    import av

    streams: Streams = [*moving_pictures(container)[:1], *container.streams.audio[:1]]
    if not streams:
        raise MediaError(f"{name} holds neither picture nor sound")
    duration_s = (container.duration or 0) / av.time_base
    begin_s = (container.start_time or 0) / av.time_base
    if _decode(container, streams, enough=1) is None:
        raise MediaError(f"the beginning of {name} cannot be decoded", hint=_HINT)
    if duration_s > LOOKED_S:
        container.seek(round((begin_s + duration_s - LOOKED_S) * av.time_base), backward=True)
        last_s = _decode(container, streams)
        if last_s is None or last_s - begin_s < duration_s - TAIL_S:
            raise MediaError(f"the end of {name} cannot be decoded", hint=_HINT)
    return duration_s


def _decode(container: InputContainer, streams: Streams, *, enough: int = 0) -> float | None:
    """Decode from here on; gives when the last of what could be decoded ends, or None for nothing.

    Args:
        enough: Stop after so many; 0 for all there is.
    """
    import av

    last_s, count = None, 0
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return last_s
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame | av.AudioFrame) and frame.time is not None:
                    last_s = max(last_s or frame.time, frame.time)
                count += 1
        except (av.EOFError, StopIteration):
            return last_s
        except av.FFmpegError:  # a damaged picture; whether enough of them can be decoded is what is asked
            continue
        if enough and count >= enough:
            return last_s if last_s is not None else 0.0
