"""A recording whose times are put in order keeps every picture."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av

from automagic.media.video.ffmpeg_program import locate_ffmpeg
from automagic.media.video.straightening import straighten


def test_the_first_picture_of_a_matroska_file_has_no_decoding_time_and_stays(tmp_path: Path) -> None:
    source, target = tmp_path / "source.mkv", tmp_path / "target.mkv"
    made = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2")
    codec = ("-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run([locate_ffmpeg().path, "-v", "error", *made, *codec, source], check=True)
    with av.open(str(source)) as container:
        assert next(container.demux(video=0)).dts is None
    straighten(source, target)
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 50
