"""Small videos for captions, what is seen in them, and the captions that ffmpeg finds inside."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import av

from automagic.media.video.ffmpeg_program import locate_ffmpeg


def make_video(path: Path, rate: str, *codec: str) -> Path:
    codec = codec or ("-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-pix_fmt", "yuv420p")
    source = ("-f", "lavfi", "-i", f"testsrc2=s=160x90:r={rate}:d=6", "-f", "lavfi", "-i", "sine=d=6")
    subprocess.run(
        [locate_ffmpeg().path, "-v", "error", *source, *codec, "-c:a", "aac", "-metadata", "title=Made", path],
        check=True,
    )
    return path


def pixels(path: Path) -> list[str]:
    with av.open(str(path)) as container:
        return [
            hashlib.sha256(bytes(plane)).hexdigest()
            for frame in container.decode(video=0)
            for plane in frame.planes[:1]
        ]


def read_back(path: Path) -> list[tuple[float, str]]:
    """What ffmpeg's own decoder finds in the pictures."""
    film = str(path).replace(":", "\\:")
    command = [
        locate_ffmpeg().path,
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        f"movie={film}[out+subcc]",
        "-map",
        "s",
        "-f",
        "srt",
        "-",
    ]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    cues = []
    for block in found.strip().split("\n\n"):
        _, times, *lines = block.splitlines()
        hours, minutes, seconds = times.split(" --> ")[0].replace(",", ".").split(":")
        text = " ".join(line.replace("\\h", " ").split("}")[-1].split("<")[0].strip() for line in lines)
        cues.append((int(hours) * 3600 + int(minutes) * 60 + float(seconds), text))
    return cues
