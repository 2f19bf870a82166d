"""Clips of recordings of sound only: what is read from them, what is drawn for them, and what comes out."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import struct
import wave
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from lxml import etree
from PIL import Image, ImageDraw

from automagic import open_studio
from automagic.errors import RequestError
from automagic.jobs.kinds import find_kind
from automagic.media.analysis.cutting import CutTimeline
from automagic.media.design.palette import hex_to_rgb
from automagic.media.design.platforms import group_platforms
from automagic.media.design.theme_files import load_theme, theme_names
from automagic.media.design.themes import Brand, Design
from automagic.media.quality.clips import ClipFacts, check_framed
from automagic.media.rendering.excerpts import Shape
from automagic.media.rendering.podcast_film import PodcastScenery, film_podcast
from automagic.media.rendering.podcast_ground import draw_ground, draw_thumbnail, read_cover
from automagic.media.rendering.podcast_wave import BAR_S, Wave, WaveLook, bar_heights
from automagic.media.sound.extraction import WavWriter
from automagic.media.sound.side_levels import RATE
from automagic.media.sound.sleeve import Sleeve, read_sleeve
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.planes import Planes
from automagic.products.clips.podcast import write_card
from automagic.products.clips.recipe import ClipsResult
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.sources import find_sources
from automagic.settings import Settings
from automagic.values.clip_plan import ClipPlan, KeptRange
from automagic.values.frame import Frame, Rect
from automagic.values.recording import Footage
from automagic.values.script import Card
from tests.support.media.stock_clips import run_ffmpeg

pytest.importorskip("faster_whisper")
pytest_plugins = ["tests.support.media.filmed_talks"]
pytestmark = [pytest.mark.xdist_group("clips"), pytest.mark.usefixtures("small_frames")]

YELLOW = (232, 180, 60)
CARD = Card(
    "title",
    "Why do the herons follow the fish?",
    accent="the fish",
    kicker="The Reed Report",
    detail="Anna",
    icon="mic",
)


def cover(size: tuple[int, int] = (300, 300)) -> bytes:
    """A yellow picture with a blue middle, as a JPEG file."""
    image = Image.new("RGB", size, YELLOW)
    ImageDraw.Draw(image).ellipse((100, 100, 200, 200), fill=(20, 40, 90))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------- the sleeve


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp3", ["-i", "cover.jpg", "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"]),
        ("a.m4a", ["-i", "cover.jpg", "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"]),
        ("a.flac", ["-i", "cover.jpg", "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"]),
        ("a.opus", []),
        ("a.mka", []),
    ],
)
def test_show_title_speaker_and_cover_are_read(name: str, options: list[str], tmp_path: Path) -> None:
    (tmp_path / "cover.jpg").write_bytes(cover())
    tags = {"album": "The Reed Report", "title": "Herons", "artist": "Anna Märsh"}
    told = [part for key, value in tags.items() for part in ("-metadata", f"{key}={value}")]
    run_ffmpeg(tmp_path, "-f", "lavfi", "-i", "sine=d=1", *options, *told, name)
    sleeve, picture = read_sleeve(tmp_path / name)
    assert sleeve == Sleeve("The Reed Report", "Herons", "Anna Märsh")
    assert (picture is not None) == bool(options)
    if picture is not None:
        square = read_cover(picture)
        assert square is not None
        assert square.shape == (300, 300, 3)
        assert np.abs(square[10, 10].astype(int) - YELLOW).max() < 12


def test_tags_of_old_programs_are_read(tmp_path: Path) -> None:
    """RIFF's tags are in the letters of the machine that wrote them."""
    with wave.open(str(tmp_path / "a.wav"), "wb") as target:
        target.setparams((1, 2, RATE, 0, "NONE", ""))
        target.writeframes(bytes(2 * RATE))
    name = "Müller “live”".encode("cp1252") + b"\0"
    told = b"INFOIART" + struct.pack("<I", len(name)) + name + b"\0" * (len(name) % 2)
    data = (tmp_path / "a.wav").read_bytes() + b"LIST" + struct.pack("<I", len(told)) + told
    (tmp_path / "a.wav").write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    assert read_sleeve(tmp_path / "a.wav") == (Sleeve("", "", "Müller “live”"), None)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff no picture", cover()[:200], b"GIF89a" + bytes(20)])
def test_a_broken_cover_is_none(data: bytes) -> None:
    assert read_cover(data) is None


def test_a_card_says_what_the_recording_says_of_itself() -> None:
    plan = ClipPlan("a", "Why herons?", (KeptRange(0, 5),))
    spoken = replace(plan, words=({},))  # type: ignore[arg-type]
    told = write_card(spoken, Sleeve("The Reed Report", "Herons", "Anna"), "ep_12.mp3", "en")
    assert (told.headline, told.kicker, told.detail) == ("Why herons?", "The Reed Report", "Anna")
    assert write_card(spoken, Sleeve(), "ep_12 final.mp3", "en").kicker == "ep 12 final"
    music = write_card(plan, Sleeve("", "Blue Reeds", "The Fish"), "a.mp3", "")
    assert (music.headline, music.detail, music.icon) == ("Blue Reeds", "The Fish", "audio-lines")


# ---------------------------------------------------------------------------------------------- what is drawn


@pytest.mark.parametrize("name", theme_names())
def test_words_and_wave_have_their_places_in_every_theme(name: str) -> None:
    theme = load_theme(name)
    for platforms in (("shorts", "reels"), ("youtube",), ("square",)):
        frame = group_platforms(platforms)[0].frame
        for picture, title in ((cover(), "Herons"), (None, "Last spring we counted three, and now forty two")):
            card = replace(CARD, headline=title, accent="")
            ground = draw_ground(card, picture, Design(theme, theme.palette("x"), Brand()), frame)
            assert ground.pixels.shape == (frame.height, frame.width, 3)
            assert frame.content.contains(ground.strip)
            assert len(ground.texts) == 3
            for box in ground.texts:
                assert frame.content.contains(box)
                assert box.bottom <= ground.strip.y
            for one, other in zip(sorted(ground.texts, key=lambda box: box.y), ground.texts[1:], strict=False):
                apart = one.bottom <= other.y + 1 or other.bottom <= one.y + 1
                assert apart or one.right <= other.x or other.right <= one.x or one == other


def test_the_cover_is_seen_whole_and_without_one_there_is_an_icon() -> None:
    theme = load_theme("default")
    frame = group_platforms(("square",))[0].frame
    design = Design(theme, theme.palette("x"), Brand())
    plain = draw_ground(CARD, None, design, frame)
    for wrong in (b"", b"no picture"):
        assert np.array_equal(draw_ground(CARD, wrong, design, frame).pixels, plain.pixels)
    shown = draw_ground(CARD, cover((500, 300)), design, frame).pixels
    yellow = (np.abs(shown.astype(int) - YELLOW) < 20).all(axis=2)
    rows, columns = np.flatnonzero(yellow.sum(axis=1) > 30), np.flatnonzero(yellow.sum(axis=0) > 30)
    assert rows[-1] - rows[0] == pytest.approx(columns[-1] - columns[0], abs=2), "square"
    assert 0.18 < (rows[-1] - rows[0]) / frame.width < 0.3
    with Image.open(io.BytesIO(draw_thumbnail(CARD, cover(), design, frame))) as thumbnail:
        assert thumbnail.size == (frame.width, frame.height)


def test_a_show_in_letters_that_no_font_has_is_left_out() -> None:
    theme = load_theme("default")
    design = Design(theme, theme.palette("x"), Brand())
    frame = group_platforms(("square",))[0].frame
    ground = draw_ground(replace(CARD, kicker="ᚠᚢᚦᚨ", detail="Anna"), None, design, frame)
    assert len(ground.texts) == 2


def test_bars_are_as_high_as_what_is_heard() -> None:
    loud, quiet = np.full(200, -20.0), np.full(100, -70.0)
    heights = bar_heights(np.concatenate([loud, quiet, loud]).astype(np.float32))
    assert len(heights) == pytest.approx(5 / BAR_S, abs=1)
    times_s = (np.arange(len(heights)) + 0.5) * BAR_S
    assert (heights[(times_s < 1.9) | (times_s > 3.1)] > 0.95).all()
    assert (heights[(times_s > 2.1) & (times_s < 2.9)] == 0).all()
    assert bar_heights(np.zeros(0, np.float32)).tolist() == [0.0]


def test_the_wave_stays_in_its_strip_and_moves_evenly() -> None:
    look = WaveLook(Rect(41, 61, 301, 63), 360, "#ffcc00", "#ffffff")
    wave_ = Wave(bar_heights((-40 + 20 * np.sin(np.arange(600) / 7)).astype(np.float32)), look)

    def draw(time_s: float) -> Planes:
        planes = Planes(np.full((200, 400), 40, np.uint8), *(np.full((100, 200), 128, np.uint8) for _ in range(2)))
        wave_.draw(planes, time_s)
        return planes

    frame = draw(3.0)
    changed = frame.y != 40
    assert changed[60:124, 40:342].sum() == changed.sum() > 500
    assert (frame.u != 128)[:, :95].any(), "what was heard has the accent's colour"
    assert not (frame.u != 128)[:, 105:].any(), "what is to come has none"
    # A thirtieth of a second is a third of a bar's way: the middle of brightness goes on by as much.
    steps = [draw(3.0 + number / 300).y[60:124, 150:240].astype(float) for number in range(4)]
    moves = [np.abs(after - before).sum() for before, after in itertools.pairwise(steps)]
    assert max(moves) < 1.5 * min(moves)


def write_sound(target: Path, samples: np.ndarray) -> Path:
    with target.open("wb") as file:
        writer = WavWriter(file)
        writer.write(np.rint(samples * 32767).astype(np.int16))
        writer.finish()
    return target


def test_a_film_moves_with_its_sound(tmp_path: Path) -> None:
    time_s = np.arange(8 * RATE) / RATE
    sound = write_sound(tmp_path / "a.wav", 0.5 * np.sin(700 * time_s) * ((time_s % 2) < 1))
    frame = Frame(120, 160, 30, Rect(10, 10, 100, 80), Rect(10, 100, 100, 40))
    cv2.imwrite(str(tmp_path / "ground.png"), np.full((160, 120, 3), 60, np.uint8))
    scenery = PodcastScenery(tmp_path / "ground.png", WaveLook(Rect(10, 60, 100, 30), 120, "#ffcc00", "#ffffff"))
    theme = load_theme("default")
    shape = Shape(frame, (), (), theme.caption_style(theme.palette("x"), frame), EncodeSettings(preset="ultrafast"))
    stretches = (KeptRange(0.5, 2.5), KeptRange(5.0, 6.0))
    (report,) = film_podcast(
        sound, stretches, [shape], [scenery], [tmp_path / "film.mp4"], cancelled=lambda: False
    )  # fmt: skip
    assert report.frames == CutTimeline(stretches, 30).frames == 90
    assert not [one for one in report.still if one.length_s > 0.1]
    with av.open(str(tmp_path / "film.mp4")) as container:
        frames = [picture.to_ndarray()[60:90, 10:110].astype(float) for picture in container.decode(video=0)]
    middle = [float(np.abs(picture[:, 48:52] - 60).mean()) for picture in frames]
    # At its middle the wave shows what is heard just then: one second on, one off, then a cut to one that is off.
    assert min(middle[5:12]) > 2 * max(middle[22:38])
    assert min(middle[48:57]) > 2 * max(middle[66:80])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "film.mp4", "ground.png"]


def test_no_face_is_claimed_for_what_has_no_picture() -> None:
    facts = ClipFacts(Footage(0, 0, 0.0, 10.0, has_sound=True), (KeptRange(0, 5),), (), ())
    measure = check_framed([], facts, aspect=1.0)
    assert (measure.value, measure.detail) == ("not applicable", "the recording has no picture")


# ---------------------------------------------------------------------------------------------- which are recordings


def sounds(folder: Path, *names: str, length_s: float = 4.0) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        if name.endswith(".mp4"):
            run_ffmpeg(folder, "-f", "lavfi", "-i", f"color=s=64x64:d={length_s}:r=5", name)
        else:
            run_ffmpeg(folder, "-f", "lavfi", "-i", f"sine=d={length_s}:r=16000", name)
    return folder


def test_a_folders_sound_files_are_recordings_but_not_those_of_its_videos(tmp_path: Path) -> None:
    folder = sounds(
        tmp_path / "season", "talk.mp4", "talk.wav", "audio17.mp3", "video17.mp4", "two.mp3", "two.flac", "three.opus"
    )
    sounds(folder, "jingle.mp3", length_s=0.6)
    (folder / "three.srt").write_text("")
    (folder / "notes.txt").write_text("herons")
    (folder / "torn.mp3").write_bytes(b"ID3 torn")
    order = find_sources(ClipsRequest(str(folder), min_s=3.0))
    assert [source.name for source in order.sources] == ["talk.mp4", "three.opus", "two.flac", "video17.mp4"]
    assert set(order.doubles) == {("talk.wav", "talk.mp4"), ("audio17.mp3", "video17.mp4"), ("two.mp3", "two.flac")}
    assert set(order.left_out) == {"jingle.mp3", "notes.txt"}
    assert [one.name for one in order.skipped] == ["torn.mp3"]
    named = find_sources(ClipsRequest(str(folder / "talk.mp4"), more=(str(folder / "talk.wav"),)))
    assert [source.name for source in named.sources] == ["talk.mp4", "talk.wav"]
    assert named.doubles == ()


def test_sound_can_be_queued(tmp_path: Path) -> None:
    folder = sounds(tmp_path / "season", "two.mp3")
    _, _, recordings, _ = find_kind("clips").pack(ClipsRequest(str(folder / "two.mp3"), min_s=3.0))
    assert list(recordings) == ["recordings/0/two.mp3"]


# ---------------------------------------------------------------------------------------------- from end to end


@pytest.fixture(scope="module")
def podcast(season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sound of a talk, with a cover, and a transcript of it; without a word on how long it is."""
    folder = tmp_path_factory.mktemp("podcast")
    (folder / "cover.jpg").write_bytes(cover())
    run_ffmpeg(
        folder, "-i", str(season / "part 2.mp4"), "-i", "cover.jpg", "-map", "0:a", "-map", "1", "-c:v", "copy",
        "-disposition:v", "attached_pic", "-metadata", "album=The Bread & Boat Show", "-write_xing", "0", "talk.mp3",
    )  # fmt: skip
    (folder / "talk.json").write_bytes((season / "part 2.json").read_bytes())
    return folder / "talk.mp3"


def make(home: Path, recording: Path, out: Path, **how: object) -> ClipsResult:
    options = {"platforms": ("square",), "max_clips": 1, "min_s": 4.0, "max_s": 7.0} | how
    request = ClipsRequest(str(recording), out=out, **{"transcript": recording.with_suffix(".json")} | options)  # type: ignore[arg-type]

    async def run() -> ClipsResult:
        async with open_studio(Settings(automagic_home=home, video_preset="ultrafast")) as studio:
            return await studio.clips(request)

    return asyncio.run(run())


def test_a_podcast_becomes_clips_that_pass(podcast: Path, clips_home: Path, tmp_path: Path) -> None:
    made = make(clips_home, podcast, tmp_path / "clips")
    assert made.rejected == ()
    assert made.folder is not None
    (folder,) = (path for path in made.folder.iterdir() if path.is_dir())
    with av.open(str(folder / "video.mp4")) as container:
        assert len(container.streams.audio) == 1
        frame = next(iter(container.decode(video=0))).to_ndarray(format="rgb24")
    assert frame.shape == (360, 360, 3)
    assert (np.abs(frame.astype(int) - YELLOW) < 30).all(axis=2).sum() > 2000, "the cover"
    assert (folder / "thumbnail.jpg").is_file()
    assert "Why does bread rise" in (folder / "captions.srt").read_text() or (folder / "captions.srt").stat().st_size
    measures = {one["name"]: one for one in json.loads((folder / "quality.json").read_text())["square"]["measures"]}
    assert measures["face_in_crop"]["value"] == measures["face_in_key_frames"]["value"] == "not applicable"
    assert {measures[name]["verdict"] for name in ("frozen_s", "black_s", "text_outside_zone", "speech_lag_s")} == {
        "pass"
    }
    credits = json.loads((folder / "credits.json").read_text())
    assert {credit["part"]: credit["generated"] for credit in credits} == {
        "sound": False, "picture": True, "cover": False, "captions": False,
    }  # fmt: skip
    (asset,) = etree.parse(made.folder / "timeline.fcpxml").iter("asset")
    assert (asset.get("hasVideo"), asset.get("hasAudio")) == (None, "1")
    assert '"kind": "Video"' not in (folder / "timeline.otio").read_text()
    again = make(clips_home, podcast, tmp_path / "again")
    assert {record.state for record in again.steps} == {"hit"}


def test_sound_that_is_too_short_says_so_by_its_real_length(tmp_path: Path) -> None:
    """A bare stream of AAC does not say how long it is; FFmpeg's guess is off."""
    run_ffmpeg(tmp_path, "-f", "lavfi", "-i", "sine=d=3", "-f", "lavfi", "-i", "anullsrc", "-filter_complex",
               "[0][1]concat=v=0:a=1", "-t", "6", "talk.aac")  # fmt: skip
    with pytest.raises(RequestError, match=r"talk\.aac lasts 6\.0 s, which is shorter"):
        make(tmp_path / "home", tmp_path / "talk.aac", tmp_path / "out", transcript=None, min_s=8.0, max_s=9.0)


def test_colours_of_the_wave_are_the_themes() -> None:
    palette = load_theme("default").palette("x")
    look = WaveLook.of(palette, Rect(0, 0, 10, 10), 100)
    assert (hex_to_rgb(look.heard), look.to_come) == (hex_to_rgb(palette.accent), palette.ink)
