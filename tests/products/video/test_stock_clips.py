"""A whole video whose scenes show stock clips, from a server that answers as Pexels does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.support.media.stock_clips import write_clip
from tests.support.servers.pexels import PexelsServer

pytestmark = pytest.mark.xdist_group("clip runs")
PATH = "/files/video-files/2169880/2169880-hd_1080_1920_30fps.mp4"


def make(folder: Path, script: str, server: PexelsServer, *arguments: str) -> dict[str, Any]:
    (folder / "script.md").write_text(script)
    command = [sys.executable, "-m", "automagic", "--now", "--script", "script.md", "--voice", "espeak", "--draft"]
    environment = {
        **os.environ,
        "AUTOMAGIC_HOME": str(folder / "home"),
        "PEXELS_API_KEY": server.key,
        "PEXELS_BASE_URL": server.url,
    }
    result = subprocess.run(
        [*command, "--illustrator", "pexels-clips,cards", "--out", "out", "--json", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.soak
def test_a_scene_shows_a_clip_that_moves_and_the_next_one_a_card(tmp_path: Path) -> None:
    # A bar that wanders downwards: what is seen tells that the clip was played, and not shown as a still.
    pictures = []
    for number in range(100):  # its scene has two shots, and the second goes on where the first one ends
        picture = np.full((480, 272, 3), 40, np.uint8)
        row = 8 * (number % 50)
        picture[row : row + 40] = 220
        pictures.append(picture)
    clip = write_clip(tmp_path / "clip.mp4", pictures, [Fraction(number, 25) for number in range(100)], rate=25)
    with PexelsServer() as server:
        server.replaced[PATH] = clip.read_bytes()
        script = "# Forty dollars\n\nThe sea in the morning is calm.\n\nXylophones cost 40 dollars.\n"
        made = make(tmp_path, script, server)
        asked = len(server.calls)
        again = make(tmp_path, script, server)
        assert again["steps"]["miss"] == 0
        assert len(server.calls) == asked
    assert made["quality"]["shorts"]["measures"]
    credits = json.loads((tmp_path / "out" / "credits.json").read_text())
    names = [credit["name"] for credit in credits]
    assert "Video by Engin Akyurt on Pexels" in names
    assert any("cards" in name for name in names)
    assert "Engin Akyurt" in json.loads((tmp_path / "out" / "metadata.json").read_text())["description"]
    with av.open(str(tmp_path / made["video"])) as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)][4:16]
    rows = [int(np.flatnonzero(frame[:, 40] > 170).mean()) for frame in (frames[0], frames[-1])]
    assert rows[1] > rows[0] + 100
