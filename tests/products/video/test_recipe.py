"""The video product, end to end on real engines made small: espeak's voice, a draft encode, a square frame."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from automagic.errors import RequestError
from automagic.media.design.platforms import group_platforms
from automagic.media.video.probe import probe
from automagic.products.video import expectation
from automagic.products.video.recipe import VideoResult
from automagic.products.video.request import VideoRequest
from automagic.products.video.speech_steps import Voice, speak
from automagic.products.video.timeline import LEAD_S, SCENE_BREATH_S, TAIL_S
from automagic.providers.local.espeak.engine import EspeakNarrator
from automagic.settings import Settings
from automagic.studio import open_studio
from automagic.values.events import Notice
from automagic.values.frame import Frame, Rect
from tests.support.processes import python_programs
from tests.support.processes.python_programs import Program

SCENES = (
    "Honey found in ancient tombs was still edible.",
    "It is 80% sugar, and bacteria cannot live in it.",
    "Bees visit 2 million flowers for one pound of it.",
)
PICTURES = len(SCENES) + 1
"""The first scene begins with the title."""

PLAIN = ("--voice", "espeak", "--music", "none")


def write_script(path: Path, scenes: tuple[str, ...] = SCENES) -> Path:
    path.write_text("# Honey keeps\n\n" + "\n\n".join(scenes) + "\n")
    return path


def request_for(script: Path, out: Path, **options) -> VideoRequest:
    return VideoRequest(
        script=str(script),
        out=out,
        platforms=options.pop("platforms", ("square",)),
        voice="espeak",
        draft=True,
        **options,
    )


async def make(home: Path, request: VideoRequest, told: list[str] | None = None) -> VideoResult:
    """Make it; `told` takes the notices."""

    def listen(event: object) -> None:
        if told is not None and isinstance(event, Notice):
            told.append(event.text)

    async with open_studio(Settings(automagic_home=home)) as studio:
        return await studio.video(request, listener=listen)


def states(result: VideoResult, state: str) -> Counter[str]:
    return Counter(record.name for record in result.steps if record.state == state)


def reports(home: Path, result: VideoResult) -> list[dict[str, Any]]:
    """What was measured of each shot while it was rendered; in the order in which they were done."""
    keys = [record.key for record in result.steps if record.name == "render"]
    with contextlib.closing(sqlite3.connect(home / "automagic.db")) as database:
        rows = dict(database.execute("SELECT key, result FROM steps WHERE name = 'render'").fetchall())
    return [json.loads(rows[key])["report"] for key in dict.fromkeys(keys)]


def captioned_frames(home: Path, result: VideoResult) -> int:
    """On how many of the shots' frames a caption was drawn."""
    return sum(report["captioned_frames"] for report in reports(home, result))


def spoken_s(result: VideoResult) -> float:
    """How long the lines take without the pauses around them, which are the same at every speed."""
    return result.duration_s - LEAD_S - (len(SCENES) - 1) * SCENE_BREATH_S - TAIL_S


@pytest.fixture(scope="module")
def made(tmp_path_factory, small_frames) -> tuple[Path, Path, VideoResult]:
    """A home, a script and the video that was made from it."""
    import asyncio

    folder = tmp_path_factory.mktemp("video")
    script = write_script(folder / "script.md")
    result = asyncio.run(make(folder / "home", request_for(script, folder / "out")))
    return folder / "home", script, result


def test_what_was_spoken_before_there_was_a_speed_is_known():
    """A key of then: people have paid for sentences that were kept under such."""
    voice = Voice("espeak", "standard", "f")
    kept = "14fb4a3fd8eb452f4e0a7678547c67bc6d4cd2a37c075c2b131fb7baaed5f833"

    def key(*spoken):
        return speak.key(speak.bind(spoken, {}))

    assert key(voice, "Hello.", "en") == key(voice, "Hello.", "en", 1.0) == kept
    assert key(voice, "Hello.", "en", 1.1) != kept
    (group,) = group_platforms(["shorts"])
    assert group.frame == group.cover == Frame(1080, 1920, 30, Rect(140, 190, 800, 870), Rect(140, 1100, 800, 340))


@pytest.mark.xdist_group("video")
class TestOneVideo:
    def test_the_result_is_complete_and_passed(self, made):
        _, _, result = made
        assert result.folder is not None
        assert {path.name for path in result.folder.iterdir()} == {
            "video.mp4",
            "thumbnail.jpg",
            "captions.srt",
            "captions.vtt",
            "transcript.txt",
            "words.json",
            "metadata.json",
            "quality.json",
            "credits.json",
        }
        assert not result.rejected
        quality = json.loads((result.folder / "quality.json").read_text())
        assert quality["square"]["passed"]
        assert len(quality["square"]["measures"]) >= 20

    def test_the_file_is_what_was_promised(self, made):
        _, _, result = made
        info = probe(result.outputs["square"])
        assert info.video is not None
        assert info.audio is not None
        assert (info.video.width, info.video.height, info.video.fps) == (360, 360, 30)
        assert info.video.frames == round(result.duration_s * 30)
        assert info.audio.sample_rate == 48000
        assert info.fast_start

    def test_captions_show_the_display_text_at_the_time_it_is_said(self, made):
        _, _, result = made
        assert result.folder is not None
        words = json.loads((result.folder / "words.json").read_text())
        assert " ".join(word["text"] for word in words) == " ".join(SCENES)
        starts = [word["start_s"] for word in words]
        assert starts == sorted(starts)
        assert words[-1]["end_s"] <= result.duration_s
        assert "80%" in (result.folder / "captions.srt").read_text()

    def test_the_papers_say_where_everything_came_from(self, made):
        _, _, result = made
        assert result.folder is not None
        parts = {credit["part"]: credit for credit in json.loads((result.folder / "credits.json").read_text())}
        assert parts["voice"]["generated"] is True
        assert parts["music"]["generated"] is True
        assert all(credit["licence"] for credit in parts.values())
        metadata = json.loads((result.folder / "metadata.json").read_text())
        assert metadata["title"] == "Honey keeps"
        assert metadata["word_timing"] == ["forced"]

    def test_content_credentials_are_signed_into_the_file(self, made):
        from tests.support.media.content_credentials import read_credentials

        _, _, result = made
        assert read_credentials(result.outputs["square"]) is not None

    async def test_the_same_command_again_runs_no_step(self, made):
        home, script, first = made
        again = await make(home, request_for(script, first.folder))
        assert not states(again, "miss")
        assert len(again.steps) == len(first.steps)

    async def test_an_edited_line_is_the_only_one_made_again(self, made, tmp_path):
        home, _, _ = made
        edited = (SCENES[0], "It is 70% sugar, and nothing at all can grow in it.", SCENES[2])
        script = write_script(tmp_path / "script.md", edited)
        planned = await make(home, request_for(script, tmp_path / "out", plan=True))
        assert not (tmp_path / "out").exists()
        result = await make(home, request_for(script, tmp_path / "out"))
        ran = states(result, "miss")
        assert (ran["speak"], ran["align"], ran["draw"], ran["render"]) == (1, 1, 1, 1)
        assert ran["paint-ground"] == ran["transition"] == 0  # cards stand on one ground, with no join between them
        forecast = states(planned, "planned")
        assert forecast.keys() <= ran.keys()
        assert forecast["render"] in {1, 2}  # what of a card stays on the next one is known when that one is drawn

    async def test_another_shape_speaks_nothing_again(self, made, tmp_path):
        home, script, _ = made
        result = await make(home, request_for(script, tmp_path / "out", platforms=("square", "youtube")))
        ran = states(result, "miss")
        assert ran["speak"] == ran["align"] == ran["mix"] == 0
        assert set(result.outputs) == {"square", "youtube"}
        assert {path.name for path in result.outputs.values()} == {"video-square.mp4", "video-youtube.mp4"}

    async def test_redo_makes_one_scene_again(self, made, tmp_path):
        home, script, first = made
        drawn = Counter(record.subject for record in first.steps if record.name == "draw")
        scene = next(subject for subject, cards in drawn.items() if cards == 1)
        result = await make(home, request_for(script, tmp_path / "out", redo=(f"draw:{scene}",)))
        ran = states(result, "miss")
        assert ran["draw"] == 1
        assert not ran["render"]  # the same picture came out: nothing that rests on it changed

    async def test_another_take_changes_pictures_and_music_but_not_the_voice(self, made, tmp_path):
        home, script, _ = made
        result = await make(home, request_for(script, tmp_path / "out", take=2))
        ran = states(result, "miss")
        assert ran["speak"] == 0
        assert ran["draw"] == PICTURES
        assert ran["paint-ground"] == ran["compose"] == 1

    async def test_motion_is_asked_for_and_a_card_may_rest_without_captions(self, made, tmp_path):
        home, script, _ = made
        result = await make(home, request_for(script, tmp_path / "out", motion="none", captions="off"))
        ran = states(result, "miss")
        assert ran["render"] == PICTURES
        assert ran["speak"] == 0
        assert not result.rejected
        seen = [element for report in reports(home, result) for element in report["elements"]]
        assert seen
        assert {(element["seen_s"], element["stands_s"], element["step"]) for element in seen} == {(0.0, 0.0, 0.0)}

    async def test_elements_come_on_their_words_and_the_first_stands_in_the_first_frame(self, made):
        home, _, result = made
        quality = json.loads((result.folder / "quality.json").read_text())["square"]
        measures = {measure["name"]: measure["verdict"] for measure in quality["measures"]}
        names = ("texts_off_their_words", "text_contrast", "largest_step")
        assert [measures[name] for name in names] == ["pass"] * 3
        seen = [(element["name"], element["seen_s"]) for one in reports(home, result) for element in one["elements"]]
        assert [name for name, seen_s in seen if seen_s == 0] == ["headline 1 “Honey”"]
        assert max(seen_s for _, seen_s in seen) > 1

    async def test_another_speed_speaks_anew_and_captions_that_are_off_stay_in_their_files(self, made, tmp_path):
        home, script, first = made
        result = await make(home, request_for(script, tmp_path / "out", speed=1.25, captions="off"))
        ran = states(result, "miss")
        assert (ran["speak"], ran["align"], ran["pace"], ran["thumbnail"]) == (len(SCENES), len(SCENES), 0, 0)
        assert not result.rejected
        assert spoken_s(result) == pytest.approx(spoken_s(first) / 1.25, rel=0.05)
        assert captioned_frames(home, result) == 0
        for name in ("captions.srt", "captions.vtt"):
            kept, usual = ((one.folder / name).read_text() for one in (result, first))
            assert SCENES[0].split()[0] in kept
            assert kept.count("-->") == usual.count("-->")

    @pytest.mark.soak
    async def test_a_narrator_without_a_speed_of_its_own_is_paced_and_not_asked_again(
        self, made, tmp_path, monkeypatch
    ):
        home, script, first = made
        monkeypatch.setattr(EspeakNarrator, "info", replace(EspeakNarrator.info, own_speed=False))
        result = await make(home, request_for(script, tmp_path / "out", speed=0.8, captions="top"))
        ran = states(result, "miss")
        assert (ran["speak"], ran["pace"], ran["align"]) == (0, len(SCENES), len(SCENES))
        assert not result.rejected
        assert spoken_s(result) == pytest.approx(spoken_s(first) / 0.8, rel=0.03)
        assert captioned_frames(home, result) > captioned_frames(home, first) > 0

    async def test_a_failed_measurement_keeps_the_result_aside(self, made, tmp_path, monkeypatch):
        home, script, _ = made
        monkeypatch.setattr("automagic.products.video.expectation.LOUDNESS_LUFS", -30.0)
        result = await make(home, request_for(script, tmp_path / "out"))
        assert result.rejected
        assert result.folder == tmp_path / "out.rejected"
        assert not (tmp_path / "out").exists()

    async def test_what_passed_is_delivered_when_another_shape_did_not(self, made, tmp_path, monkeypatch):
        from automagic.products.video import recipe as video

        def expect(film, told, sound, **options):
            plan = expectation.expect(film, told, sound, **options)
            return replace(plan, loudness_lufs=-30.0) if "youtube" in film.group.names else plan

        monkeypatch.setattr(video, "expect", expect)
        home, script, _ = made
        result = await make(home, request_for(script, tmp_path / "out", platforms=("square", "youtube")))
        assert result.rejected
        assert result.outputs == {"square": tmp_path / "out" / "video-square.mp4"}
        assert result.aside == {"youtube": tmp_path / "out.rejected" / "video-youtube.mp4"}
        assert all(path.is_file() for path in (*result.outputs.values(), *result.aside.values()))
        assert result.complaint
        assert result.complaint.message == "the video for youtube did not pass: loudness_lufs"
        assert f"square passed and is in {tmp_path / 'out'}." in result.complaint.hint

    async def test_own_pictures_take_the_place_of_cards_and_what_is_not_used_is_told(self, made, tmp_path):
        from PIL import Image

        home, script, _ = made
        folder = tmp_path / "pictures"
        folder.mkdir()
        picture = Image.linear_gradient("L").resize((1600, 1200)).convert("RGB")
        for name in ("0.jpg", "1.jpg", "4.jpg"):
            picture.save(folder / name)
        (folder / "1.jpg").write_bytes((folder / "0.jpg").read_bytes()[:4000])
        square = '<rect fill="#448822" width="9" height="9"/>'
        (folder / "2.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{square}</svg>')
        (folder / "3.psd").touch()
        told: list[str] = []
        result = await make(home, request_for(script, tmp_path / "out", images=folder), told)
        assert told == [
            "Not used: 3.psd is a Photoshop file.",
            "Not used, since there are only 3 scenes: 4.jpg.",
            "Not used: The picture 1.jpg is damaged or incomplete. Its scene gets a designed card.",
        ]
        assert states(result, "miss")["frame"] == 3  # one of them beside a card too, in another shape
        (report,) = result.quality.values()
        (contrast,) = (one for one in report.measures if one.name == "caption_contrast")
        assert (contrast.verdict, float(contrast.value) > 4.5) == ("pass", True)
        assert result.folder is not None
        credits = (result.folder / "credits.json").read_text()
        assert [name in credits for name in ("0.jpg", "1.jpg", "2.svg")] == [True, False, True]
        script.with_name("named.md").write_text(script.read_text().replace("It is", "![A jar](1.jpg)\nIt is"))
        with pytest.raises(RequestError, match=r"1\.jpg is damaged"):
            await make(home, request_for(script.with_name("named.md"), tmp_path / "out2", images=folder))


async def test_a_silent_request_is_refused(home):
    with pytest.raises(RequestError, match="nothing to make a video about"):
        await make(home, VideoRequest())


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ({"platforms": ("tictok",)}, "no platform", "tiktok"),
        ({"voice": "af_hart"}, "no voice", "af_heart"),
        ({"theme": "defualt"}, "theme", "default"),
        ({"music": "no-such.mp3"}, "no-such.mp3", ""),
        ({"images": Path("no-such-folder")}, "no-such-folder", ""),
        ({"language": "xx", "voice": None}, "xx", "--voice"),
    ],
)
async def test_a_wrong_name_is_answered_with_the_nearest(home, tmp_path, change, message, hint):
    script = write_script(tmp_path / "script.md")
    with pytest.raises(RequestError, match=message) as caught:
        await make(home, replace(request_for(script, tmp_path / "out"), **change))
    assert hint in caught.value.hint
    assert not (tmp_path / "out").exists()


def start(home: Path, *arguments: str, cwd: Path) -> Program:
    return python_programs.start(
        *("-m", "automagic", *arguments), cwd=cwd, environment={**os.environ, "AUTOMAGIC_HOME": str(home)}
    )


def wait_for(condition, seconds: float = 60.0) -> None:
    """Poll for something that another process does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.mark.xdist_group("video")
def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    script = write_script(tmp_path / "script.md", SCENES[:2])
    command = ("--now", "--script", str(script), "--out", "out", "--draft", "--platform", "square", *PLAIN)
    home = tmp_path / "home"
    process = start(home, *command, cwd=tmp_path)
    wait_for(lambda: any((home / "work").glob("*/render-*.partial")))
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "out").exists()
    psutil.wait_procs(children, timeout=10)
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    again = start(home, *command, "--json", cwd=tmp_path)
    out, err = again.communicate()
    assert again.returncode == 0, err
    document = json.loads(out)
    assert document["steps"]["hit"] >= 3
    assert Path(tmp_path / document["video"]).exists()
    assert list((home / "work").iterdir()) == []


@pytest.mark.xdist_group("video")
def test_ctrl_c_ends_everything_soon_and_leaves_nothing_half_done(tmp_path):
    script = write_script(tmp_path / "script.md", SCENES[:2])
    home = tmp_path / "home"
    process = start(home, "--now", "--script", str(script), "--out", "out", *PLAIN, cwd=tmp_path)
    wait_for(lambda: any((home / "work").glob("*/render-*.partial")))
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "run the same command again" in err
    assert "Traceback" not in err
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    assert {path.name for path in tmp_path.iterdir()} == {"script.md", "home"}
    assert list((home / "work").iterdir()) == []
