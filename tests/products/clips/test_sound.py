"""Clips of recordings whose sound is not simply on the first track, on both sides: what is heard in the end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import av
import numpy as np
import pytest
from lxml import etree

from automagic import open_studio
from automagic.errors import RequestError
from automagic.jobs.kinds import find_kind
from automagic.media.quality.sides import check_sides
from automagic.products.clips.recipe import ClipsResult
from automagic.products.clips.request import ClipsRequest
from automagic.settings import Settings
from automagic.values.events import Event, Notice
from tests.support.media.stock_clips import run_ffmpeg

pytest.importorskip("faster_whisper")
pytest_plugins = ["tests.support.media.filmed_talks"]
pytestmark = [pytest.mark.xdist_group("clips"), pytest.mark.usefixtures("small_frames")]


@pytest.fixture(scope="module")
def talk(season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone on the first sound track; a person who is heard on the left only on the second."""
    folder = tmp_path_factory.mktemp("tracks")
    run_ffmpeg(
        folder, "-i", str(season / "part 2.mp4"), "-f", "lavfi", "-i", "sine=3333:r=48000,volume=0.1",
        "-filter_complex", "[0:a]pan=stereo|c0=c0[talk]", "-map", "0:v", "-map", "1:a", "-map", "[talk]", "-shortest",
        "-c:v", "copy", "-c:a", "aac", "-metadata:s:a:0", "title=Desktop Audio", "-metadata:s:a:1", "title=Mic/Aux",
        "talk.mkv",
    )  # fmt: skip
    (folder / "talk.json").write_bytes((season / "part 2.json").read_bytes())
    return folder / "talk.mkv"


def make(home: Path, talk: Path, out: Path, told: list[str] | None = None, **how: object) -> ClipsResult:
    options = {"platforms": ("square",), "max_clips": 1, "min_s": 4.0, "max_s": 7.0, "credentials": False} | how
    request = ClipsRequest(str(talk), out=out, **{"transcript": talk.with_suffix(".json")} | options)  # type: ignore[arg-type]

    def listen(event: Event) -> None:
        if told is not None and isinstance(event, Notice):
            told.append(event.text)

    async def run() -> ClipsResult:
        async with open_studio(Settings(automagic_home=home, video_preset="ultrafast")) as studio:
            return await studio.clips(request, listener=listen)

    return asyncio.run(run())


def sound_of(result: ClipsResult) -> np.ndarray:
    (video,) = (path for outputs in result.outputs.values() for path in outputs.values())
    with av.open(str(video)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


@pytest.fixture(scope="module")
def made(
    talk: Path, clips_home: Path, small_frames: None, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ClipsResult, list[str]]:
    told: list[str] = []
    return make(clips_home, talk, tmp_path_factory.mktemp("out") / "clips", told), told


def test_the_track_with_speech_is_cut_mended_and_told(made: tuple[ClipsResult, list[str]]) -> None:
    result, told = made
    track = "The speech is on track 2 of 2, “Mic/Aux”; --audio-track chooses another."
    side = "Hardly anything is on the right side of the sound: the left one was put on both."
    assert [text for text in told if text in {track, side}] == [track, side]
    assert result.folder is not None
    assert json.loads((result.folder / "clips.json").read_text())["notices"][:2] == [track, side]
    left, right = sound_of(result)
    assert np.abs(left - right).max() < 0.02
    spectrum = np.abs(np.fft.rfft(left)) / np.abs(np.fft.rfft(left)).max()
    assert spectrum[round(3333 * len(left) / 48_000)] < 0.1, "the tone"
    (quality,) = result.folder.glob("1-*/quality.json")
    measured = {one["name"]: one for one in json.loads(quality.read_text())["square"]["measures"]}
    assert measured["left_lufs"]["value"] == pytest.approx(measured["right_lufs"]["value"], abs=0.2)
    assert measured["left_lufs"]["value"] == pytest.approx(-17, abs=0.5)
    assert abs(measured["mono_loss_lu"]["value"]) <= 0.1
    assert {measured[name]["verdict"] for name in ("left_lufs", "right_lufs", "mono_loss_lu")} == {"pass"}


def test_editing_programs_are_told_the_same_channels(made: tuple[ClipsResult, list[str]]) -> None:
    folder = made[0].folder
    assert folder is not None
    sources = etree.parse(folder / "timeline.fcpxml").iter("audio-channel-source")
    assert {one.get("srcCh"): one.get("enabled") for one in sources} == {"1": "0", "2": "1", "3": "0"}
    (timeline,) = folder.glob("1-*/timeline.otio")
    assert '"audio_tracks": [\n' in timeline.read_text()
    assert json.loads((folder / "plan.json").read_text())["sound"]["tracks"] == [2]


def test_a_plan_remembers_which_track_is_heard(
    made: tuple[ClipsResult, list[str]], talk: Path, clips_home: Path, tmp_path: Path
) -> None:
    assert made[0].folder is not None
    told: list[str] = []
    again = make(clips_home, talk, tmp_path / "same", told, plan_file=made[0].folder / "plan.json")
    assert np.array_equal(sound_of(again), sound_of(made[0]))
    assert not any("--audio-track" in text for text in told), "nobody chose for the person"


@pytest.mark.soak
def test_another_track_can_be_asked_for(talk: Path, clips_home: Path, tmp_path: Path) -> None:
    other = make(clips_home, talk, tmp_path / "other", audio_track=1, transcript=None)
    sound = sound_of(other)[0]
    assert np.argmax(np.abs(np.fft.rfft(sound))) * 48_000 / len(sound) == pytest.approx(3333, abs=1)


def test_a_track_that_is_not_there_is_refused_with_those_that_are(talk: Path, tmp_path: Path) -> None:
    for number in (3, 99):
        with pytest.raises(RequestError, match=rf"talk\.mkv has no sound track {number}") as error:
            make(tmp_path / "home", talk, tmp_path / "clips", audio_track=number)
        assert error.value.hint == "Its sound tracks: 1 “Desktop Audio” (mono), 2 “Mic/Aux” (stereo)."
    with pytest.raises(RequestError, match="has no sound track 3"):
        find_kind("clips").pack(ClipsRequest(str(talk), audio_track=3))


def test_a_file_in_which_a_side_is_missing_or_turned_does_not_pass(tmp_path: Path) -> None:
    voice = "anoisesrc=c=pink:a=0.3:d=3"
    verdicts = {}
    for name, pan in (("both", "c0|c1=c0"), ("left", "c0"), ("turned", "c0|c1=-1*c0")):
        run_ffmpeg(tmp_path, "-f", "lavfi", "-i", voice, "-af", f"pan=stereo|c0={pan}", "-c:a", "aac", f"{name}.mp4")
        left, _, lost = check_sides(tmp_path / f"{name}.mp4", has_sound=True, mended=True)
        verdicts[name] = (left.verdict, lost.verdict)
    assert verdicts == {"both": ("pass", "pass"), "left": ("fail", "pass"), "turned": ("pass", "fail")}
    assert check_sides(tmp_path / "left.mp4", has_sound=True)[0].verdict == "flag"
