"""The clips product from end to end: a recording with known words in it, and what comes out."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import av
import pytest
from PIL import Image

from automagic import open_studio
from automagic.errors import RequestError
from automagic.products.clips.planning.segment_text import read_segment, write_segment
from automagic.products.clips.recipe import ClipsResult
from automagic.products.clips.request import ClipsRequest
from automagic.settings import Settings
from tests.support.media.filmed_talks import BREAD, SHIPS

pytest.importorskip("faster_whisper")
pytest_plugins = ["tests.support.media.filmed_talks"]
pytestmark = [pytest.mark.xdist_group("clips"), pytest.mark.usefixtures("small_frames")]

SENTENCES = BREAD + SHIPS


@pytest.fixture(scope="module")
def talk(season: Path) -> Path:
    """A person who says `SENTENCES`, and a transcript of it that tells when."""
    return season / "part 2.mp4"


def make(home: Path, request: ClipsRequest) -> ClipsResult:
    async def run() -> ClipsResult:
        async with open_studio(Settings(automagic_home=home, video_preset="ultrafast")) as studio:
            return await studio.clips(request)

    return asyncio.run(run())


def wish(talk: Path, out: Path, **how: object) -> ClipsRequest:
    """Two clips, from the transcript that comes with the talk, which is quicker than to listen."""
    options = {"platforms": ("square",), "max_clips": 2, "min_s": 4.0, "max_s": 7.0, "credentials": False}
    options |= {"transcript": talk.with_suffix(".json")} | how
    return ClipsRequest(str(talk), out=out, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def home(clips_home: Path) -> Path:
    return clips_home


@pytest.fixture(scope="module")
def made(talk: Path, home: Path, small_frames: None, tmp_path_factory: pytest.TempPathFactory) -> ClipsResult:
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
            assert (video.width, video.height) == (360, 360)
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
    assert missed <= {"choose", "film", "cut-sound", "join", "check-clip", "pick-still", "clip-thumbnail"}
    assert made.folder is not None


def test_each_clip_has_a_face_and_is_measured_and_listed_on_the_page(made: ClipsResult) -> None:
    assert made.folder is not None
    for entry in json.loads((made.folder / "clips.json").read_text())["clips"]:
        folder = made.folder / entry["folder"]
        with Image.open(folder / entry["thumbnails"]["square"]) as thumbnail:
            assert (thumbnail.format, thumbnail.size) == ("JPEG", (360, 360))
        quality = json.loads((folder / "quality.json").read_text())["square"]
        measured = {measure["name"]: measure["value"] for measure in quality["measures"]}
        assert measured["words_cut"] == 0
        assert measured["ends_above_quiet_db"] < 0
        assert measured["words_captioned"] == measured["face_in_crop"] == 1.0
        assert measured["face_in_key_frames"] >= 0.9
    page = (made.folder / "index.html").read_text()
    for link in re.findall(r'(?:href|src|poster)="([^"]+)"', page):
        assert (made.folder / link).is_file(), link


def test_words_that_were_not_heard_surely_name_nothing(talk: Path, home: Path, tmp_path: Path) -> None:
    transcript = json.loads(talk.with_suffix(".json").read_text())
    for segment in transcript["segments"]:
        segment["confidence"] = 0.4
    (tmp_path / "unsure.json").write_text(json.dumps(transcript))
    made = make(home, wish(talk, tmp_path / "clips", transcript=tmp_path / "unsure.json", max_clips=1))
    assert made.folder is not None
    listed = json.loads((made.folder / "clips.json").read_text())
    (entry,) = listed["clips"]
    assert re.fullmatch(r"Clip 1, 0:\d\d", entry["title"])
    assert entry["folder"] == f"1-clip-1-{entry['title'][-4:].replace(':', '-')}"
    assert entry["words_sure"] == 0.4
    assert [notice for notice in made.notices if entry["title"] in notice and "40%" in notice]
    assert made.notices[-1] in listed["notices"]
    metadata = json.loads((made.folder / entry["folder"] / "metadata.json").read_text())
    assert (metadata["title"], metadata["tags"]) == (entry["title"], [])
    captions = (made.folder / entry["folder"] / "captions.srt").read_text()
    assert " ".join(captions.split()).count(entry["text"].split()[0])


def test_a_clip_that_somebody_cuts_into_a_word_is_kept_aside(
    made: ClipsResult, talk: Path, home: Path, tmp_path: Path
) -> None:
    assert made.folder is not None
    plan = json.loads((made.folder / "plan.json").read_text())
    del plan["clips"][1:]
    plan["clips"][0]["stretches"][0]["start_s"] += 0.45
    plan["clips"][0]["title"] = "Cut into a word"
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    cut = make(home, wish(talk, tmp_path / "clips", plan_file=tmp_path / "plan.json"))
    assert cut.folder is not None
    assert cut.rejected == (plan["clips"][0]["id"],)
    (folder,) = cut.folder.glob("1-*")
    assert folder.name == "1-cut-into-a-word.rejected"
    measures = json.loads((folder / "quality.json").read_text())["square"]["measures"]
    assert {measure["name"] for measure in measures if measure["verdict"] == "fail"} == {"ends_above_quiet_db"}
    assert "did not pass" in (cut.folder / "index.html").read_text()


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
        (
            {"clips": [{"id": "../x", "title": "", "stretches": [{"start_s": 5, "end_s": 2}]}]},
            r"stretches\[0\] runs backwards",
        ),
        ({"clips": "none"}, "is not a valid plan"),
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


def test_moments_are_chosen_and_nothing_is_filmed(made: ClipsResult, talk: Path, home: Path, tmp_path: Path) -> None:
    chosen = make(home, wish(talk, tmp_path / "chosen", choose_only=True))
    assert (chosen.state, chosen.clips, chosen.shortfall) == ("succeeded", (), None)
    assert not [record for record in chosen.steps if record.name in ("film", "join") or record.state == "miss"]
    folder = tmp_path / "chosen"
    assert sorted(path.name for path in folder.iterdir()) == ["choice.json", "metadata.json", "plan.json", "words.json"]
    assert json.loads((folder / "choice.json").read_text())["chosen"][0]["contributions"]
    filmed = make(home, wish(talk, tmp_path / "clips", plan_file=folder / "plan.json"))
    assert [clip.plan for clip in filmed.clips] == [clip.plan for clip in made.clips]
    with pytest.raises(RequestError, match="films nothing that could be published"):
        ClipsRequest("a.mp4", choose_only=True, publish=("folder:x",))


def test_segments_become_clips_cut_beside_their_words(
    made: ClipsResult, talk: Path, home: Path, tmp_path: Path
) -> None:
    assert made.folder is not None
    plan = json.loads((made.folder / "plan.json").read_text())
    spans = [(one["stretches"][0]["start_s"], one["stretches"][-1]["end_s"]) for one in plan["clips"]]
    asked = tuple(f"{start_s + 0.12:.2f}-{end_s - 0.12:.2f} Part {n}" for n, (start_s, end_s) in enumerate(spans, 1))
    result = make(home, wish(talk, tmp_path / "clips", segments=asked))
    assert [clip.plan.title for clip in result.clips] == ["Part 1", "Part 2"]
    assert not result.rejected
    assert result.folder is not None
    again = json.loads((result.folder / "plan.json").read_text())
    for clip, (start_s, end_s) in zip(again["clips"], spans, strict=True):
        assert clip["stretches"][0]["start_s"] == pytest.approx(start_s, abs=0.3)
        assert clip["stretches"][-1]["end_s"] == pytest.approx(end_s, abs=0.3)
        assert clip["words"]
    with pytest.raises(RequestError, match="a segment ends at 9:00"):
        make(home, wish(talk, tmp_path / "late", segments=("8:50-9:00",)))
    assert not (tmp_path / "late").exists()


@pytest.mark.parametrize(
    ("text", "start_s", "end_s", "title"),
    [
        ("1:20-1:45", 80, 105, ""),
        ("80-105.5 The vote", 80, 105.5, "The vote"),
        (" 1:00:00 – 1:00:30  a - b ", 3600, 3630, "a - b"),
    ],
)
def test_a_segment_is_read_and_written(text: str, start_s: float, end_s: float, title: str) -> None:
    found = read_segment(text)
    assert (found.start_s, found.end_s, found.title) == (start_s, end_s, title)
    assert read_segment(write_segment(found)) == found


@pytest.mark.parametrize("text", ["", "1:20", "5-2", "5-5.5", "a-b", "1:2:3:4-9", "-5-10", "1e3-2e3", "٣-٩", "5-9x"])
def test_what_is_no_segment_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="segment"):
        read_segment(text)


def test_segments_go_with_nothing_that_chooses(tmp_path: Path) -> None:
    for how in ({"query": "x"}, {"plan_file": tmp_path / "plan.json"}, {"more": ("b.mp4",)}):
        with pytest.raises(RequestError):
            ClipsRequest("a.mp4", segments=("1-5",), **how)  # type: ignore[arg-type]


def test_a_query_that_nothing_is_near_to_offers_nothing(talk: Path, home: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no moment"):
        make(home, wish(talk, tmp_path / "clips", query="nuclear submarines in the arctic"))


def test_planning_changes_nothing(talk: Path, tmp_path: Path) -> None:
    planned = make(tmp_path / "home", wish(talk, tmp_path / "clips", plan=True))
    assert planned.folder is None
    assert not (tmp_path / "clips").exists()


def test_an_editing_program_gets_each_clip_as_a_sequence(made: ClipsResult, talk: Path) -> None:
    otio = pytest.importorskip("opentimelineio")
    assert made.folder is not None
    projects = ElementTree.parse(made.folder / "timeline.fcpxml").iter("project")  # noqa: S314 - written above
    assert [project.get("name") for project in projects] == [clip.plan.title for clip in made.clips]
    for number, clip in enumerate(made.clips, start=1):
        (file,) = made.folder.glob(f"{number}-*/timeline.otio")
        timeline = otio.adapters.read_from_file(str(file))
        assert timeline.name == clip.plan.title
        assert timeline.duration().to_seconds() == pytest.approx(clip.duration_s, abs=0.05)
        for shown, stretch in zip(timeline.video_tracks()[0], clip.plan.stretches, strict=True):
            assert otio.url_utils.filepath_from_url(shown.media_reference.target_url) == str(talk)
            assert shown.source_range.start_time.to_seconds() == pytest.approx(stretch.start_s, abs=0.02)
