"""What a sound file says of itself, as a record's sleeve does: the show, the episode, who speaks, the cover.

ID3 (MP3), MP4's and Vorbis' tags and RIFF's INFO come under the same names from FFmpeg; Ogg keeps them with the track.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.media.sound.audio_tracks import tag_text
from automagic.media.video.containers import open_recording

if TYPE_CHECKING:
    from av.container import InputContainer

MOST_COVER_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Sleeve:
    """What is written on a recording of sound only; each part "" where it is not.

    Attributes:
        show: The podcast or the album.
        title: Of this recording.
        speaker: Who speaks or plays.
    """

    show: str = ""
    title: str = ""
    speaker: str = ""


def read_sleeve(recording: Path) -> tuple[Sleeve, bytes | None]:
    """The texts, and the cover as a file's bytes; None where there is none.

    Raises:
        RequestError: It cannot be read.
    """
    with open_recording(recording) as container:
        told = [container.metadata, *(stream.metadata for stream in container.streams.audio[:1])]
        tags = {key.lower(): text for tags in told for key, value in tags.items() if (text := tag_text(value))}
        cover = _read_cover(container)
    title, show = tags.get("title", ""), tags.get("album") or tags.get("show", "")
    speaker = tags.get("artist") or tags.get("album_artist") or tags.get("author", "")
    return Sleeve(show, title, "" if speaker in {show, title} else speaker), cover


def _read_cover(container: InputContainer) -> bytes | None:
    """The first attached picture, as it was attached."""
    import av
    from av.stream import Disposition

    covers = Disposition.attached_pic | Disposition.still_image
    attached = [stream for stream in container.streams.video if stream.disposition & covers]
    if not attached:
        return None
    try:
        for packet in container.demux(attached[0]):
            if packet.size:
                return bytes(packet) if packet.size <= MOST_COVER_BYTES else None
    except av.FFmpegError:
        pass
    return None
