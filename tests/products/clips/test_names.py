"""A person's names in clips: mended in what was heard, whole in titles and captions."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from automagic.language.names.file import FILE_NAME
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.result import ClipsResult
from automagic.settings import Settings
from automagic.studio import open_studio

pytest.importorskip("faster_whisper")
pytest_plugins = ["tests.support.media.filmed_talks"]
pytestmark = [pytest.mark.xdist_group("clips"), pytest.mark.usefixtures("small_frames")]


def make(home: Path, recording: Path, transcript: Path, out: Path) -> ClipsResult:
    request = ClipsRequest(
        str(recording),
        transcript=transcript,
        out=out,
        platforms=("square",),
        max_clips=1,
        min_s=4.0,
        max_s=7.0,
        credentials=False,
    )

    async def run() -> ClipsResult:
        async with open_studio(Settings(automagic_home=home, video_preset="ultrafast")) as studio:
            return await studio.clips(request)

    return asyncio.run(run())


def test_what_was_heard_is_mended_in_captions_titles_and_words(clips_home: Path, season: Path, tmp_path: Path) -> None:
    recording, transcript = season / "part 2.mp4", season / "part 2.json"
    plain = make(clips_home, recording, transcript, tmp_path / "plain")
    (clip,) = plain.clips
    first, second = (word.text.strip(".,") for word in clip.words[1:3])
    names = clips_home / FILE_NAME
    names.write_text(f'[names."Xochitl de la Cruz"]\nheard = ["{first} {second}"]\nkeep = true\n')
    try:
        named = make(clips_home, recording, transcript, tmp_path / "named")
    finally:
        names.unlink()
    (clip,) = (one for one in named.clips)
    folder = next(path.parent for path in (tmp_path / "named").rglob("captions.srt"))
    lines = (folder / "captions.srt").read_text().splitlines()
    assert any("Xochitl de la Cruz" in line for line in lines), lines
    said = [word["text"] for word in json.loads((folder / "words.json").read_text())]
    assert "Xochitl de la Cruz" in " ".join(said)
    assert f"{first} {second}" not in " ".join(said)
    described = json.loads((folder / "metadata.json").read_text())
    assert "Xochitl de la Cruz" in described["title"] + described["description"]
