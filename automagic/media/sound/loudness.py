"""How loud a sound is, as listeners hear it (ITU-R BS.1770-4, EBU R 128).

The judge is ffmpeg's `ebur128` on the decoded sound. While a mix is made, `levels` is the ruler.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from automagic.errors import MediaError
from automagic.media.video.ffmpeg import run_graph

if TYPE_CHECKING:
    from pathlib import Path

SILENCE_LUFS = -70.0
"""The absolute gate of BS.1770-4; nothing quieter counts, and silence is reported as this."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """What the meter says of one file.

    Attributes:
        integrated_lufs: Gated loudness of the whole; `SILENCE_LUFS` for silence.
        true_peak_dbtp: Highest inter-sample peak of any channel; -inf for digital silence.
        range_lu: Loudness range (EBU Tech 3342).
    """

    integrated_lufs: float
    true_peak_dbtp: float
    range_lu: float


async def measure_loudness(path: Path, *, ffmpeg: str, folder: Path | None = None) -> Loudness:
    """Measure the first sound track of a file.

    Args:
        path: The file.
        ffmpeg: The executable's path.
        folder: Where it works; the file's own by default.

    Raises:
        MediaError: It cannot be decoded, or holds no sound.
    """
    result = await run_graph(_metering(path), program=ffmpeg, cwd=folder or path.parent, loglevel="info")
    return parse_summary(result.stderr, path.name)


def packet_digest(stream: Any) -> Any:
    """A hash to which a stream's packets are to be added: equal ones are of sounds that decode to the same samples."""
    return hashlib.sha256(stream.codec_context.extradata or b"")


def hash_packets(path: Path) -> str:
    """`packet_digest` of the first sound track of a file; nothing is decoded.

    Raises:
        MediaError: It cannot be read, or holds no sound.
    """
    import av

    try:
        with av.open(str(path)) as container:
            digest = packet_digest(container.streams.audio[0])
            for packet in container.demux(audio=0):
                digest.update(packet)
    except (av.FFmpegError, IndexError) as error:
        raise MediaError(f"{path.name} cannot be read as sound: {error}") from error
    return str(digest.hexdigest())


def _metering(path: Path) -> Any:
    import ffmpeg

    # "file:" keeps a name such as "a:b.mp4" from being taken for a protocol.
    sound = ffmpeg.input(f"file:{path.absolute()}", vn=None)["a:0"]
    # Below what is shown, so that only the summary is; "quiet", which would say it better, is younger than ffmpeg 5.1.
    return sound.filter("ebur128", peak="true", framelog="verbose").output("-", format="null")


def parse_summary(report: str, name: str) -> Loudness:
    """The figures of ebur128's last summary.

    ffmpeg 5 sets a graph up twice: the meter of the first, which has heard nothing, reports its silence before.

    Raises:
        MediaError: `report` holds no summary, as when no sound was decoded at all.
    """
    peak, span = _last(report, "Peak", "dBFS", name), _last(report, "LRA", "LU", name)
    return Loudness(integrated_loudness(report, name), peak, span)


def integrated_loudness(report: str, name: str) -> float:
    """The first figure of `parse_summary` alone, in LUFS: all there is when the meter was not asked for peaks.

    Raises:
        MediaError: As there.
    """
    integrated = _last(report, "I", "LUFS", name)
    return integrated if math.isfinite(integrated) else SILENCE_LUFS


def _last(report: str, label: str, unit: str, name: str) -> float:
    found = re.findall(rf"\b{label}:\s+(-?[\d.]+|-?inf|nan) {unit}", report)
    if not found:
        raise MediaError(f"the loudness of {name} could not be measured: it holds no sound")
    return float(found[-1])
