"""A person's list of names in a video: how they are said and shown, and what a changed line of it makes again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automagic.errors import ConfigurationError
from automagic.language.names.file import FILE_NAME
from automagic.language.speech.spoken import spoken_sentences
from automagic.media.design.palette import Palette
from automagic.products.video.recipe import VideoResult
from automagic.products.video.request import VideoRequest
from automagic.products.video.speech_steps import Voice, align, speak
from automagic.products.video.steps import draw_thumbnail
from automagic.providers.shared.vendors import Maker
from automagic.settings import Settings
from automagic.stages.look import Look
from automagic.stages.material_steps import write_script
from automagic.stages.picture_steps import design_card
from automagic.stages.transcription import transcribe
from automagic.studio import open_studio
from automagic.values.artifact import Artifact
from automagic.values.events import Notice
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card

pytestmark = pytest.mark.usefixtures("small_frames")

SCRIPT = """# How automagic tells stories

Siobhan keeps bees on a roof near the harbour.

Their honey keeps for many years in a jar.

She tells of it with automagic and Ana Ruiz.
"""
SPELLED = '[names.automagic]\nspelled = "AutoMagic"\n[names."Ana Ruiz"]\nkeep = true\n'


async def make(folder: Path, *, plan: bool = False) -> tuple[VideoResult, list[str]]:
    """Make the script's video in this folder, and what was told meanwhile."""
    (folder / "script.md").write_text(SCRIPT)
    request = VideoRequest(
        script=str(folder / "script.md"),
        out=folder / "out",
        platforms=("square",),
        voice="espeak",
        music="none",
        draft=True,
        plan=plan,
    )
    told: list[str] = []

    def listen(event: object) -> None:
        if isinstance(event, Notice):
            told.append(event.text)

    async with open_studio(Settings(automagic_home=folder / "home")) as studio:
        return await studio.video(request, listener=listen), told


def remade(result: VideoResult, *steps: str) -> dict[str, set[str]]:
    """The scenes about which each of the steps was carried out."""
    return {step: {one.subject for one in result.steps if one.name == step and one.state == "miss"} for step in steps}


@pytest.mark.xdist_group("video")
async def test_a_changed_line_makes_again_only_the_scenes_that_say_the_name(tmp_path):
    names = tmp_path / "home" / FILE_NAME
    names.parent.mkdir()
    names.write_text(SPELLED)
    first, _ = await make(tmp_path)
    bees, honey, told = (scene.id for scene in first.scenes)
    assert remade(first, "speak") == {"speak": {bees, honey, told}}
    captions = " ".join((tmp_path / "out" / "captions.srt").read_text().split())
    assert "AutoMagic" in captions
    assert "automagic" not in captions
    assert first.title == "How AutoMagic tells stories"

    names.write_text(SPELLED + '[names.Siobhan]\nsay = "shi-VAWN"\n')
    second, _ = await make(tmp_path)
    assert remade(second, "speak", "align", "render", "draw", "thumbnail") == {
        "speak": {bees},
        "align": {bees},
        "render": {bees},
        "draw": set(),
        "thumbnail": set(),
    }
    words = json.loads((tmp_path / "out" / "words.json").read_text())
    assert words[0]["text"] == "Siobhan", "what is shown stays as it is written"
    assert words[0]["end_s"] <= words[1]["start_s"] + 1e-6

    names.write_text(SPELLED + '[names.Siobhan]\nsay_ipa = "ʃɪˈvɔːn"\n')
    third, notices = await make(tmp_path, plan=True)
    assert "espeak takes no IPA: it reads Siobhan as written. Add say to names.toml." in notices
    assert third.scenes[0].text == first.scenes[0].text


async def test_a_list_that_is_wrong_ends_a_run_before_any_work(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / FILE_NAME).write_text("[names.Siobhan]\nsai = 1\n")
    with pytest.raises(ConfigurationError, match="did you mean say"):
        await make(tmp_path)
    assert not (tmp_path / "out").exists()


def test_without_names_the_keys_of_steps_are_what_they_were():
    sound = Artifact("0" * 64, "audio/wav", 1)
    (sentence,) = spoken_sentences("Half of it is water.")
    card, frame = Card("title", "T"), Frame(360, 360, 30, Rect(0, 0, 360, 200), Rect(0, 200, 360, 160))
    palette = Palette(("#000000",) * 3, "#ffffff", "#cccccc", "#ffcc00", "#000000", "dark")
    look = Look("default", "f", palette)
    for one, arguments in (
        (speak, (Voice("espeak", "standard", "f"), "Hello.", "en")),
        (align, (sound, sentence, "en", "f")),
        (design_card, ("Half of it is water.", "body", "T", "en", ())),
        (draw_thumbnail, (card, "T", look, frame, "en")),
        (write_script, (Maker("extract"), None, "tides", 45.0, "en")),
        (transcribe, (sound, ((0.0, 1.0),), "en", "f")),
    ):
        counted = one._counted(one.bind(arguments, {}))
        assert not {"sounds", "names", "kept", "hints"} & set(counted), one.name
