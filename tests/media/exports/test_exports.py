"""Clips for editing programs, read back by OpenTimelineIO itself and checked against FCPXML's grammar."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote, urlsplit

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from automagic.media.exports.fcpxml import write_fcpxml
from automagic.media.exports.otio import RELATIVE, write_otio
from automagic.media.exports.recorded import STANDARD_RATES, Recorded, inspect_recording
from automagic.media.exports.sequences import ClipSequence, caption_frames, cut_frames
from automagic.media.sound.audio_tracks import AudioPick
from automagic.media.sound.cut import Takes
from automagic.media.sound.sides import Mend
from automagic.values.clip_plan import CropKey, KeptRange, ShotFraming
from automagic.values.cues import Cue
from automagic.values.moments import Contribution, Moment
from automagic.values.recording import Box
from automagic.values.words import Word
from tests.support.places import DATA

otio = pytest.importorskip("opentimelineio")

NTSC = Fraction(30000, 1001)
GRAMMAR = etree.DTD(str(DATA / "fcpxml_part.dtd"))


def recorded(rate: Fraction = NTSC, *, timecode: str = "", variable: bool = False, channels: int = 2) -> Recorded:
    return Recorded(Path("/my talks/Ünï & co #1.mp4"), rate, variable, 1920, 1080, 600.0, timecode, channels, 48000)


MOMENT = Moment(
    "0a1b2c3d", "s1", "s2", 10.0, 21.0, "Why does it float?", 4.25,
    (Contribution("hook", 0.93, 3.0, 'opens with a question: "Why <does> it float?"'),
     Contribution("leans", 0.4, -1.0, "begins with “it”")),
)  # fmt: skip
HOLD = ShotFraming(9.0, 30.0, "hold", ((CropKey(9.0, Box(0.25, 0.0, 0.316, 1.0)),),), "one face")


def cue(text: str, start_s: float, end_s: float) -> Cue:
    return Cue(((Word(text, start_s, end_s),),), start_s, end_s)


def sequence(of: Recorded, *stretches: tuple[float, float], cues: tuple[Cue, ...] = ()) -> ClipSequence:
    cuts = cut_frames(of, [KeptRange(*one) for one in stretches], {"shorts": (HOLD,)})
    captions = caption_frames(of, cues, cuts[-1].end)
    return ClipSequence("0a1b2c3d", "Why ships float & \x0bsail", cuts, captions, "en", MOMENT)


def seconds(text: str) -> Fraction:
    return Fraction(text.removesuffix("s"))


def read_fcpxml(text: bytes) -> etree._Element:
    root = etree.fromstring(text)
    assert GRAMMAR.validate(root), GRAMMAR.error_log.filter_from_errors()
    return root


SPOKEN = (cue("Why does it float?", 0.2, 2.0), cue("Because of <air>.", 2.0, 6.0))
CUT = ((10.0, 15.02), (16.4, 21.0))


@pytest.mark.parametrize("rate", [*STANDARD_RATES, Fraction(15), Fraction(120)])
@pytest.mark.parametrize("timecode", ["", "10:00:00:00"])
def test_both_formats_tell_the_same_frames(rate, timecode, tmp_path):
    source = recorded(rate, timecode=timecode)
    grid = source.grid
    made = sequence(source, *CUT, cues=SPOKEN)
    timeline = otio.adapters.read_from_string(write_otio(made, source, tmp_path).decode(), "otio_json")
    assert isinstance(timeline, otio.schema.Timeline)
    root = read_fcpxml(write_fcpxml("Talk", [made], source))
    (asset,), clips = root.iter("asset"), list(root.iter("asset-clip"))
    first = round(seconds(asset.get("start")) * grid)
    assert first == (36000 * round(grid) if timecode else 0)
    begins = 0
    for (start_s, end_s), shown, clip in zip(CUT, timeline.video_tracks()[0], clips, strict=True):
        times = shown.source_range
        assert times.start_time.rate == float(grid)
        assert times.start_time.value == first + round(start_s * float(grid))
        assert times.duration.value == pytest.approx((end_s - start_s) * float(grid), abs=1)
        assert shown.available_range().contains(times)
        assert seconds(clip.get("start")) * grid == times.start_time.value
        assert seconds(clip.get("duration")) * grid == times.duration.value
        assert seconds(clip.get("offset")) * grid == begins == shown.range_in_parent().start_time.value
        begins += int(times.duration.value)
    assert seconds(root.find(".//sequence").get("duration")) * grid == begins == timeline.duration().value
    assert begins == round(sum(end_s - start_s for start_s, end_s in CUT) * float(grid))
    for element in root.iter():
        for name in ("offset", "start", "duration"):
            if element.get(name):
                assert (seconds(element.get(name)) * grid).denominator == 1, etree.tostring(element)


def test_the_recording_is_named_by_where_it_lies(tmp_path):
    source = recorded()
    made = sequence(source, *CUT)
    timeline = otio.adapters.read_from_string(write_otio(made, source, tmp_path / "out").decode(), "otio_json")
    for track in (timeline.video_tracks()[0], timeline.audio_tracks()[0]):
        for clip in track:
            references = clip.media_references()
            assert otio.url_utils.filepath_from_url(clip.media_reference.target_url) == str(source.file)
            relative = unquote(references[RELATIVE].target_url)
            assert (tmp_path / "out" / relative).resolve() == source.file
    (media,) = read_fcpxml(write_fcpxml("Talk", [made], source)).iter("media-rep")
    assert (urlsplit(media.get("src")).scheme, unquote(urlsplit(media.get("src")).path)) == ("file", str(source.file))


def test_why_and_what_is_said_stand_at_their_times(tmp_path):
    source = recorded()
    made = sequence(source, *CUT, cues=SPOKEN)
    timeline = otio.adapters.read_from_string(write_otio(made, source, tmp_path).decode(), "otio_json")
    why, *captions = timeline.tracks.markers
    assert "Score 4.25" in why.comment
    assert "+2.79 opens with a question" in why.comment
    assert "-0.40 begins with" in why.comment
    assert [(one.name, one.marked_range.start_time.value) for one in captions] == [
        ("Why does it float?", 6), ("Because of <air>.", 60)]  # fmt: skip
    clip = timeline.video_tracks()[0][0]
    (hold,) = clip.metadata["automagic"]["framing"]["shorts"]
    assert (hold["layout"], hold["panes"][0][0]["box"]["x"]) == ("hold", 0.25)
    assert timeline.metadata["automagic"]["score"] == 4.25

    root = read_fcpxml(write_fcpxml("Talk", [made], source))
    (marker,) = root.iter("marker")
    assert marker.get("value") == "Why ships float & sail"
    assert "+2.79 opens with a question" in marker.get("note")
    assert marker.get("start") == root.find(".//asset-clip").get("start")
    first = seconds(root.find(".//asset-clip").get("start"))
    assert [(one.findtext("text/text-style"), (seconds(one.get("offset")) - first) * NTSC) for one in
            root.iter("caption")] == [("Why does it float?", 6), ("Because of <air>.", 60)]  # fmt: skip
    assert "shorts 9.00 s: hold (one face): left 25.0" in root.findtext(".//asset-clip/note")


def test_a_caption_behind_a_cut_hangs_on_the_stretch_in_which_it_begins():
    source = recorded(Fraction(25))
    made = sequence(source, (10.0, 12.0), (20.0, 24.0), cues=(cue("one", 0.0, 2.4), cue("two", 2.4, 9.0)))
    first, second = read_fcpxml(write_fcpxml("Talk", [made], source)).iter("asset-clip")
    assert [one.findtext(".//text-style") for one in first.iter("caption")] == ["one"]
    (two,) = second.iter("caption")
    assert seconds(two.get("offset")) == Fraction("20.4")
    assert seconds(two.get("duration")) == Fraction("3.6"), "it ends with the clip"


def test_several_clips_are_several_projects_and_no_name_stands_twice():
    source = recorded()
    root = read_fcpxml(write_fcpxml("Talk", [sequence(source, *CUT, cues=SPOKEN)] * 3, source))
    assert len(list(root.iter("project"))) == 3
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(root.xpath("//@ref | //sequence/@format | //asset/@format | //asset-clip/@format")) <= set(ids)


def test_without_sound_there_is_no_sound_track(tmp_path):
    source = recorded(channels=0)
    made = sequence(source, *CUT)
    timeline = otio.adapters.read_from_string(write_otio(made, source, tmp_path).decode(), "otio_json")
    assert not timeline.audio_tracks()
    (asset,) = read_fcpxml(write_fcpxml("Talk", [made], source)).iter("asset")
    assert asset.get("hasAudio") is None


@pytest.mark.parametrize(
    ("pick", "mends", "played"),
    [
        (AudioPick((3,)), (), {"4, 5": 0.0}),
        (AudioPick((1, 2), "sides"), (), {"1": 0.0, "2, 3": 0.0}),
        (AudioPick((1, 3), "mixed", (0.0, 6.0)), (), {"1": 0.0, "4, 5": 6.0}),
        (AudioPick((3,)), (Mend(0.0, 600.0, "right"),), {"5": 0.0}),
        (AudioPick((3,)), (Mend(0.0, 12.0, "right"),), {"4, 5": 0.0}),
        (AudioPick((3,)), (Mend(0.0, 600.0, "turned"),), {"4, 5": 0.0}),
    ],
)
def test_only_the_channels_that_are_heard_are_played(pick, mends, played, tmp_path):
    """The recording has a track of one channel and two of two; FCPXML counts channels through all of them."""
    source = replace(recorded(channels=5), tracks=(1, 2, 2), takes=Takes(pick, mends))
    made = sequence(source, *CUT)
    for clip in read_fcpxml(write_fcpxml("Talk", [made], source)).iter("asset-clip"):
        parts = list(clip.iter("audio-channel-source"))
        volumes = {part.get("srcCh"): part.find("adjust-volume") for part in parts if part.get("enabled") == "1"}
        gains = {key: 0.0 if one is None else float(one.get("amount")[:-2]) for key, one in volumes.items()}
        assert gains == played
        assert sorted(int(one) for part in parts for one in part.get("srcCh").split(", ")) == [1, 2, 3, 4, 5]
    timeline = otio.adapters.read_from_string(write_otio(made, source, tmp_path).decode(), "otio_json")
    firsts = {1: 1, 2: 2, 3: 4}
    for clip in timeline.audio_tracks()[0]:
        channels = clip.metadata["Resolve_OTIO"]["Channels"]
        numbers = [firsts[one["Source Track ID"] + 1] + one["Source Channel ID"] for one in channels]
        assert ", ".join(map(str, numbers)) == ", ".join(played)


def test_sound_alone_is_a_sequence_of_sound(tmp_path):
    source = replace(recorded(Fraction(30)), width=0, height=0)
    made = sequence(source, *CUT, cues=SPOKEN)
    root = read_fcpxml(write_fcpxml("Talk", [made], source))
    (asset,) = root.iter("asset")
    assert (asset.get("hasVideo"), asset.get("format"), asset.get("hasAudio")) == (None, None, "1")
    (shape,) = root.iter("format")
    assert (shape.get("width"), shape.get("height")) == ("1920", "1080")
    timeline = otio.adapters.read_from_string(write_otio(made, source, tmp_path).decode(), "otio_json")
    assert [track.kind for track in timeline.tracks] == ["Audio"]


def test_the_same_clip_is_written_the_same(tmp_path):
    source = recorded()
    made = sequence(source, *CUT, cues=SPOKEN)
    assert write_otio(made, source, tmp_path) == write_otio(made, source, tmp_path)
    assert write_fcpxml("Talk", [made], source) == write_fcpxml("Talk", [made], source)


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(2, 28),
       st.sampled_from([(NTSC, ";"), (NTSC, ":"), (Fraction(60000, 1001), ";"), (Fraction(25), ":")]))  # fmt: skip
def test_timecodes_are_counted_as_opentimelineio_does(hours, minutes, seconds_, frame, kind):
    rate, mark = kind
    text = f"{hours:02}:{minutes:02}:{seconds_:02}{mark}{min(frame, round(rate) - 1):02}"
    own = recorded(rate, timecode=text)
    assert own.first_frame == otio.opentime.from_timecode(text, float(rate)).value
    assert own.drop_frame == (mark == ";")


# --------------------------------------------------------------------------------------------- what a recording is


def write_video(
    path: Path, times: list[int], base: Fraction, rate: Fraction, *, codec: str = "mpeg4", **tags: str
) -> Path:
    """A small video whose frames have these times."""
    with av.open(str(path), "w", options={"write_tmcd": "1"} if tags else {}) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = stream.time_base = base
        stream.metadata.update(tags)
        for time in times:
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")
            frame.pts, frame.time_base = time, base
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), NTSC, Fraction(15), Fraction(60)])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_the_rate_of_a_file_is_found_exactly(rate, suffix, tmp_path):
    base = 1 / rate
    path = write_video(tmp_path / f"v{suffix}", list(range(90)), base, rate)
    found = inspect_recording(path, width=64, height=48, duration_s=float(90 / rate))
    assert (found.rate, found.variable, found.width, found.height) == (rate, False, 64, 48)
    assert found.frames == pytest.approx(90 * found.grid / rate, abs=2)
    assert (found.channels, found.timecode) == (0, "")


@pytest.mark.parametrize("frames", [296, 301, 304, 400])
def test_frames_that_are_stored_in_another_order_do_not_vary(frames, tmp_path):
    path = write_video(tmp_path / "v.mp4", list(range(frames)), 1 / NTSC, NTSC, codec="libx264")
    found = inspect_recording(path, width=64, height=48, duration_s=3.0)
    assert (found.rate, found.variable) == (NTSC, False)


def test_a_rate_that_varies_is_declared(tmp_path):
    times = np.cumsum(np.random.default_rng(1).choice([20, 33, 34, 70], 120)).tolist()
    found = inspect_recording(
        write_video(tmp_path / "v.mkv", times, Fraction(1, 1000), Fraction(30)), width=64, height=48, duration_s=3.0
    )
    assert found.variable
    assert found.grid in STANDARD_RATES
    assert "varies" in read_fcpxml(write_fcpxml("Talk", [sequence(found, (0.5, 1.5))], found)).findtext(".//note")


def test_a_cameras_timecode_is_read(tmp_path):
    path = write_video(tmp_path / "v.mov", list(range(30)), 1 / NTSC, NTSC, timecode="01:02:03;04")
    found = inspect_recording(path, width=64, height=48, duration_s=3.0)
    assert (found.timecode, found.drop_frame) == ("01:02:03;04", True)
