"""What no font draws is told before anything is made, and refused where hardly anything would be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from automagic.errors import ConfigurationError
from automagic.products.video.recipe import VideoResult
from automagic.products.video.request import VideoRequest
from automagic.settings import Settings
from automagic.stages.letters import describe_left_out
from automagic.studio import open_studio

NOBODY = "\U00013000"  # a hieroglyph, which no font package brings


async def plan(tmp_path: Path, text: str) -> VideoResult:
    script = tmp_path / "script.md"
    script.write_text(text)
    request = VideoRequest(script=str(script), platforms=("square",), voice="espeak", draft=True, plan=True)
    async with open_studio(Settings(automagic_home=tmp_path / "home")) as studio:
        return await studio.video(request)


async def test_a_notice_names_the_characters_the_scene_and_what_to_do(tmp_path):
    result = await plan(tmp_path, f"# Signs\n\nThis one is plain ✓.\n\nThe sign {NOBODY} means a man {NOBODY}.\n")
    (notice,) = result.notices
    assert f"draws {NOBODY} (scene 2)" in notice
    assert "caption files" in notice
    assert ".ttf" in notice
    assert "✓" not in notice


async def test_a_text_that_could_not_be_seen_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="6 of the 10 letters"):
        await plan(tmp_path, f"# Sign\n\n{NOBODY * 6}\n")


def test_many_missing_characters_and_places_are_counted():
    missing = {f"scene {number}": (chr(0x13000 + number),) for number in range(1, 21)}
    told = describe_left_out(missing, "Hint.")
    assert "and 8 more" in told
    assert "scene 5 and 15 more places" in told
    assert told.endswith("Hint.")
