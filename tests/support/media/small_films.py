"""Films of a few seconds, made once for a process: a test picture, and a tone or no sound."""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from automagic.media.video.ffmpeg_program import locate_ffmpeg


@cache
def film_bytes(
    seconds: int = 12,
    *,
    sound: bool = True,
    tone_hz: int = 440,
    form: str = "mp4",
    rate: str = "10",
    size: str = "64x48",
) -> bytes:
    """An H.264 film, in a container that FFmpeg calls so."""
    pictures = ["-f", "lavfi", "-i", f"testsrc=s={size}:r={rate}:d={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine={tone_hz}:d={seconds}"] if sound else []
    written = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-c:a", "aac", "-f", form]
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film"
        subprocess.run([locate_ffmpeg("").path, "-v", "error", *pictures, *tone, *written, str(film)], check=True)
        return film.read_bytes()


def write_film(path: Path, seconds: int = 12, *, sound: bool = True, tone_hz: int = 440) -> Path:
    """The same as an MP4 file."""
    path.write_bytes(film_bytes(seconds, sound=sound, tone_hz=tone_hz))
    return path
