"""The clips product from end to end: a recording with known words in it, and what comes out."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import av
import pytest
from recordings import Actor, Scene, stay, write_recording

from automagic import open_studio
from automagic.errors import RequestError
from automagic.media.ffmpeg import find_ffmpeg
from automagic.pipelines.clips import ClipsResult
from automagic.pipelines.clips_request import ClipsRequest
from automagic.processes import run_program
from automagic.providers.local.espeak import EspeakNarrator
from automagic.settings import Settings

pytest.importorskip("faster_whisper")
pytestmark = pytest.mark.xdist_group("clips")

SENTENCES = (
    "Why does bread rise?",
    "Because yeast eats sugar and makes gas.",
    "The gas is caught in the dough, and the dough grows to twice its size.",
    "In 1857 Louis Pasteur showed that yeast is alive.",
    "Before him, bakers thought that it was only chemistry.",
    "How do ships climb a hill?",
    "They climb it in locks, which are rooms of water with two doors.",
    "Water flows into the room and lifts the ship by 8 meters.",
    "Nothing but gravity moves the water, so it costs almost no power.",
)
GAP_S = 0.7


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person who says `SENTENCES`, and a transcript of it that tells when."""
    folder = tmp_path_factory.mktemp("talk")
    return asyncio.run(film_talk(folder))


async def film_talk(folder: Path) -> Path:
    narrator = EspeakNarrator(folder / "home", threads=1)
    time_s, inputs, cues = 0.5, [], []
    for number, sentence in enumerate(SENTENCES):
        file = folder / f"{number}.wav"
        speech = await narrator.speak(sentence, file, voice="standard", language="en")
        inputs.append((time_s, file))
        cues.append({"text": sentence, "start": time_s, "end": time_s + speech.duration_s})
        time_s += speech.duration_s + GAP_S
    await narrator.close()
    (folder / "talk.json").write_text(json.dumps({"language": "en", "segments": cues}))
    actor = Actor(0, 0.36, stay(0.7, 0.4), ((0.0, time_s),))
    write_recording(folder / "picture.mp4", [Scene(time_s, (actor,), shapes=False)], fps=5)
    delays = ";".join(f"[{n}]adelay={round(at * 1000)}[d{n}]" for n, (at, _) in enumerate(inputs, start=1))
    mixed = "".join(f"[d{n}]" for n in range(1, len(inputs) + 1))
    argv = [find_ffmpeg(), "-nostdin", "-loglevel", "error", "-y", "-i", "picture.mp4"]
    for _, file in inputs:
        argv += ["-i", file.name]
    argv += [
        "-filter_complex",
        f"{delays};{mixed}amix=inputs={len(inputs)}:normalize=0[a]",
        "-map",
        "0:v",
        "-map",
        "[a]",
    ]
    await run_program([*argv, "-c:v", "copy", "-c:a", "aac", "talk.mp4"], cwd=folder)
    return folder / "talk.mp4"


def make(home: Path, request: ClipsRequest) -> ClipsResult:
    async def run() -> ClipsResult:
        async with open_studio(Settings(automagic_home=home, video_preset="ultrafast")) as studio:
            return await studio.clips(request)

    return asyncio.run(run())


def wish(talk: Path, out: Path, **how: object) -> ClipsRequest:
    """Two clips, from the transcript that comes with the talk, which is quicker than to listen."""
    options = {"platforms": ("square",), "max_clips": 2, "min_s": 4.0, "max_s": 9.0, "credentials": False} | how
    return ClipsRequest(str(talk), transcript=talk.with_suffix(".json"), out=out, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def made(talk: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> ClipsResult:
    return make(home, wish(talk, tmp_path_factory.mktemp("out") / "clips"))


def test_each_clip_is_whole_sentences_and_has_what_a_platform_needs(made: ClipsResult) -> None:
    assert made.folder is not None
    listed = json.loads((made.folder / "clips.json").read_text())
    assert len(listed["clips"]) == 2
    assert made.rejected == ()
    for entry in listed["clips"]:
        folder = made.folder / entry["folder"]
        said = entry["text"]
        assert said.startswith(SENTENCES)
        assert said.endswith(tuple(SENTENCES))
        assert entry["why"]
        assert "WEBVTT" in (folder / "captions.vtt").read_text()
        with av.open(str(folder / "video.mp4")) as container:
            (video,) = container.streams.video
            assert (video.width, video.height) == (1080, 1080)
            assert len(container.streams.audio) == 1
            assert (container.duration or 0) / 1e6 == pytest.approx(entry["duration_s"], abs=0.05)
    assert "Why does bread rise" in (made.folder / "index.html").read_text()


def test_cuts_lie_in_the_gaps_between_the_words(made: ClipsResult, talk: Path) -> None:
    cues = json.loads(talk.with_suffix(".json").read_text())["segments"]
    for clip in made.clips:
        for stretch in clip.plan.stretches:
            for time_s in (stretch.start_s, stretch.end_s):
                assert not any(cue["start"] < time_s < cue["end"] for cue in cues), time_s


def test_another_platform_repeats_no_analysis(made: ClipsResult, talk: Path, home: Path, tmp_path: Path) -> None:
    again = make(home, wish(talk, tmp_path / "clips", platforms=("feed",), max_clips=1))
    missed = {record.name for record in again.steps if record.state == "miss"}
    assert missed <= {"choose", "film", "cut-sound", "join", "check"}
    assert made.folder is not None


def test_an_edited_plan_makes_only_what_changed(made: ClipsResult, talk: Path, home: Path, tmp_path: Path) -> None:
    assert made.folder is not None
    plan = json.loads((made.folder / "plan.json").read_text())
    plan["clips"][0]["words"][0]["text"] = "EDITED"
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    again = make(home, wish(talk, tmp_path / "clips", plan_file=tmp_path / "plan.json"))
    filmed = [(record.subject, record.state) for record in again.steps if record.name == "film"]
    assert sorted(filmed) == sorted([(plan["clips"][0]["id"], "miss"), (plan["clips"][1]["id"], "hit")])
    assert again.folder is not None
    captions = sorted(again.folder.glob("1-*/captions.srt"))
    assert "EDITED" in captions[0].read_text()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recording": "0" * 64}, "another recording"),
        ({"clips": []}, "no clips"),
        ({"clips": [{"id": "../x", "title": "", "stretches": [{"start_s": 5, "end_s": 2}]}]}, "run backwards"),
        ({"clips": "none"}, "is no plan"),
    ],
)
def test_a_plan_that_cannot_be_cut_is_refused(
    change: dict[str, object], message: str, made: ClipsResult, talk: Path, home: Path, tmp_path: Path
) -> None:
    assert made.folder is not None
    plan = json.loads((made.folder / "plan.json").read_text()) | change
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(RequestError, match=message):
        make(home, wish(talk, tmp_path / "clips", plan_file=tmp_path / "plan.json"))
    assert not (tmp_path / "clips").exists()


def test_a_query_that_nothing_is_near_to_offers_nothing(talk: Path, home: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no moment"):
        make(home, wish(talk, tmp_path / "clips", query="nuclear submarines in the arctic"))


def test_planning_changes_nothing(talk: Path, tmp_path: Path) -> None:
    planned = make(tmp_path / "home", wish(talk, tmp_path / "clips", plan=True))
    assert planned.folder is None
    assert not (tmp_path / "clips").exists()
