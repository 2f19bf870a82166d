"""Films as HLS serves them: playlists and pieces, made by FFmpeg as stations make them."""

from __future__ import annotations

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from automagic.media.video.ffmpeg_program import locate_ffmpeg

KEY = bytes(range(16))


@cache
def stream_files(
    seconds: int = 12,
    *,
    size: str = "64x48",
    sound: bool = True,
    pictures: bool = True,
    form: str = "mpegts",
    **more: bool,
) -> dict[str, bytes]:
    """A film in pieces of two seconds: "film.m3u8" and what it names.

    Args:
        form: "mpegts" or "fmp4".
        more: `closed` for AES-128, its key beside it; `single` for pieces that are parts of one file.
    """
    seen = ["-f", "lavfi", "-i", f"testsrc=s={size}:r=10:d={seconds}"] if pictures else []
    heard = ["-f", "lavfi", "-i", f"sine=440:d={seconds}"] if sound else []
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-bf", "2", "-c:a", "aac"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        flags = ["-hls_flags", "single_file"] if more.get("single") else []
        if more.get("closed"):
            (folder / "film.key").write_bytes(KEY)
            (folder / "about").write_text(f"film.key\n{folder / 'film.key'}\n")
            flags += ["-hls_key_info_file", str(folder / "about")]
        cut = ["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", form, *flags]
        argv = [locate_ffmpeg("").path, "-v", "error", *seen, *heard, *coded, *cut, "film.m3u8"]
        subprocess.run(argv, check=True, cwd=folder)
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "about"}
