"""The sound of a recording as recognition wants it, on the timeline of its picture, and how loud it is when.

    container ─▶ the tracks that are heard ─▶ placed by their times ─▶ one channel, 16 kHz, 16 bit ─▶ WAV ─▶ level
                 AudioPick                    Extraction                                                     every 10 ms

Times in the WAV are the picture's: a track that begins later is led by silence, what comes before the first frame is
left out, and a gap between packets stays a gap. Little is held in memory, however long the recording.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import MediaError, ResourceError
from automagic.media.sound.audio_tracks import FIRST, AudioPick
from automagic.media.sound.extraction import ExtractedSound, Extraction
from automagic.media.sound.side_levels import RATE as SAMPLE_RATE
from automagic.media.sound.track import MAX_DURATION_S
from automagic.media.video.containers import open_recording, zero_s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]


LEVELS_PER_S = 100
FLOOR_DB = -100.0


def extract_sound(
    video: Path,
    target: Path,
    *,
    pick: AudioPick = FIRST,
    cancelled: Callable[[], bool] = lambda: False,
    on_progress: Callable[[float], None] | None = None,
    max_s: float = MAX_DURATION_S,
) -> ExtractedSound | None:
    """Write the sound of a recording as 16 kHz mono 16-bit WAV.

    Args:
        video: Any common video or audio file.
        target: Written whole or not at all.
        pick: Which of its tracks, and how they become one.
        cancelled: Asked about once per second of sound.
        on_progress: Told the finished share, 0..1.
        max_s: No more than this is written.

    Returns:
        What was written; None, and no file, when the recording has no sound track.

    Raises:
        RequestError: It cannot be read, nothing of its sound can be decoded, or it is longer than `max_s`.
        ResourceError: The disk is full.
        ClipCancelled: `cancelled` said so.
    """
    partial = target.with_name(f".{target.name}.partial")
    with open_recording(video) as container:
        if not container.streams.audio:
            return None
        try:
            extraction = Extraction(
                video.name,
                container,
                pick,
                origin_s=zero_s(container),
                promised_s=container.duration / 1_000_000 if container.duration else None,
                max_s=max_s,
            )
            found = extraction.run(partial, cancelled, on_progress)
            partial.replace(target)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise ResourceError(
                    f"the disk is full: the sound of {video.name} could not be written to {target.parent}",
                    hint="Free some space and run the same command again.",
                ) from error
            raise MediaError(f"the sound of {video.name} could not be written: {error.strerror or error}") from error
        finally:
            partial.unlink(missing_ok=True)
    return found


def read_blocks(wav: Path, seconds: float) -> Iterator[Samples]:
    """A mono 16-bit WAV file as float32 blocks of that length; the last may be shorter.

    Raises:
        MediaError: It is no such file.
    """
    import wave

    try:
        with wave.open(str(wav), "rb") as source:
            if source.getnchannels() != 1 or source.getsampwidth() != 2:
                raise MediaError(f"{wav.name} is not mono 16-bit sound")
            count = round(source.getframerate() * seconds)
            while data := source.readframes(count):
                yield np.frombuffer(data, "<i2").astype(np.float32) * np.float32(1 / 32768)
    except (OSError, EOFError, wave.Error) as error:
        raise MediaError(f"{wav.name} cannot be read as sound: {error}") from error


def copy_part(wav: Path, target: Path, start_s: float, end_s: float) -> None:
    """A stretch of a mono 16-bit WAV file as a file of its own."""
    import wave

    with wave.open(str(wav), "rb") as source, wave.open(str(target), "wb") as part:
        rate = source.getframerate()
        part.setparams(source.getparams())
        source.setpos(min(round(start_s * rate), source.getnframes()))
        part.writeframes(source.readframes(round((end_s - start_s) * rate)))


def measure_levels(wav: Path) -> NDArray[np.float32]:
    """The level of each 10 ms of a 16 kHz mono WAV file: RMS in dBFS, `FLOOR_DB` at least.

    Raises:
        MediaError: It is no such file.
    """
    hop = SAMPLE_RATE // LEVELS_PER_S
    parts = []
    for block in read_blocks(wav, 60.0):
        whole = np.append(block, np.zeros(-len(block) % hop, np.float32)).reshape(-1, hop)
        powers = np.einsum("ij,ij->i", whole, whole) / hop
        parts.append(np.maximum(10 * np.log10(np.maximum(powers, 1e-12)), FLOOR_DB).astype(np.float32))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
