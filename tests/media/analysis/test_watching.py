"""What a recording shows is found where it is: cuts on their frame, faces in their place, the mouth that speaks."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from automagic.errors import RequestError
from automagic.media.analysis.camera_cuts import CutFinder
from automagic.media.analysis.watching import describe_recording, watch
from automagic.media.faces import looks as face_looks
from automagic.media.video.small_copies import color_copy
from automagic.media.video.source import ClipCancelled
from automagic.values.recording import FaceTrack, Footage
from tests.support.media.face_recordings import (
    FPS,
    Actor,
    Scene,
    Unseeing,
    cut_times,
    draw,
    overlap,
    stay,
    walk,
    write_recording,
)
from tests.support.media.stock_clips import run_ffmpeg

FRAME_S = 1 / FPS
SMALL = (320, 180)
QUICK = {"preset": "ultrafast", "crf": "20"}
WALKER = Actor(1, 0.25, walk(0.2, 0.8, 0.5, 2.0))
LEFT = Actor(0, 0.22, stay(0.2), ((0.0, 2.0),))
RIGHT = Actor(3, 0.22, stay(0.8), ((2.0, 4.0),))
DISTANT = Actor(2, 0.08, stay(0.7, 0.3))
SCENES = (
    Scene(2.4, (WALKER,), look=1),
    Scene(4.0, (LEFT, RIGHT), look=2),
    Scene(1.2, (), look=3),
    Scene(1.6, (DISTANT,), look=4),
)
CUTS = [2.4, 6.4, 7.6]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_recording(tmp_path_factory.mktemp("watching") / "talk.mp4", SCENES, size=(480, 270), sound=True)


@pytest.fixture
def unseeing(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is not about faces: looking for them is most of the work."""
    monkeypatch.setattr(face_looks, "YuNetFaces", Unseeing)


@pytest.fixture(scope="module")
def footage(recording: Path) -> Footage:
    return watch(recording)


def share_found(track: FaceTrack, actor: Actor, start_s: float) -> float:
    """How often a track lies on the face that it should."""
    hits = [
        overlap(box, actor.box(time_s - start_s)) > 0.5 for time_s, box in zip(track.times_s, track.boxes, strict=True)
    ]
    return sum(hits) / len(hits)


# ---------------------------------------------------------------------------------------------- the whole


def test_footage_says_what_the_recording_is(footage: Footage) -> None:
    assert (footage.width, footage.height, footage.fps, footage.has_sound) == (480, 270, 25.0, True)
    # The sound goes on for a second; its last frame of 1024 samples may stand out.
    assert footage.duration_s == pytest.approx(10.2, abs=0.05)
    assert footage.shots[0].start_s == 0.0
    assert footage.shots[-1].end_s == footage.duration_s
    for before, after in zip(footage.shots, footage.shots[1:], strict=False):
        assert before.end_s == after.start_s


def test_cuts_are_on_their_frames(footage: Footage) -> None:
    assert cut_times(footage) == pytest.approx(CUTS, abs=FRAME_S / 10)


def test_everybody_is_found_where_they_are_and_nobody_else(footage: Footage) -> None:
    found = [(shot.start_s, shot.faces) for shot in footage.shots]
    expected = [[WALKER], [LEFT, RIGHT], [], [DISTANT]]
    for (start_s, faces), actors, scene in zip(found, expected, SCENES, strict=True):
        assert len(faces) == len(actors)
        for actor in actors:
            track = max(faces, key=lambda one: share_found(one, actor, start_s))
            assert share_found(track, actor, start_s) == 1.0
            assert len(track.times_s) >= round(scene.duration_s * footage.looks_a_second) - 1
            assert len(track.times_s) == len(track.boxes) == len(track.mouth)
            assert list(track.times_s) == sorted(set(track.times_s))


def test_who_speaks_moves_the_mouth_and_who_walks_does_not(footage: Footage) -> None:
    start_s, faces = footage.shots[1].start_s, footage.shots[1].faces

    def moved(track: FaceTrack, first_s: float, last_s: float) -> float:
        return float(
            np.mean(
                [
                    value
                    for time_s, value in zip(track.times_s, track.mouth, strict=True)
                    if first_s < time_s - start_s <= last_s
                ]
            )
        )

    left, right = sorted(faces, key=lambda track: track.boxes[0].x)
    assert moved(left, 0.2, 2.0) > 10 * moved(left, 2.2, 4.0)
    assert moved(right, 2.2, 4.0) > 10 * moved(right, 0.2, 2.0)
    assert max(footage.shots[0].faces[0].mouth) < 0.3 * moved(left, 0.2, 2.0)


def test_what_catches_the_eye_is_known_for_each_shot(footage: Footage) -> None:
    for shot in footage.shots:
        assert len(shot.columns) == 32
        assert len(shot.rows) == 18
        assert sum(shot.columns) == pytest.approx(1, abs=0.01)
        assert sum(shot.rows) == pytest.approx(1, abs=0.01)
        assert 0 <= shot.moving < 0.3


def test_watching_twice_sees_the_same_and_tells_how_far_it_is(recording: Path, footage: Footage) -> None:
    told: list[float] = []
    assert watch(recording, on_progress=told.append) == footage
    assert told == sorted(told)
    assert told[-1] == 1.0


# ---------------------------------------------------------------------------------------------- cuts


@pytest.mark.usefixtures("unseeing")
@pytest.mark.parametrize("options", [
    {"preset": "veryfast"},
    {"preset": "medium", "x264-params": "scenecut=0:keyint=250:bframes=3:b-pyramid=none"},
    {"preset": "medium", "x264-params": "scenecut=0:keyint=50:bframes=5:b-adapt=0"},
])  # fmt: skip
def test_cuts_are_exact_however_the_encoder_places_its_frames(tmp_path: Path, options: dict[str, str]) -> None:
    lengths = (17, 22, 31, 24, 19)
    scenes = [Scene(length / FPS, look=index) for index, length in enumerate(lengths)]
    video = write_recording(tmp_path / "cuts.mp4", scenes, size=(160, 90), options=options)
    expected = [float(value) / FPS for value in np.cumsum(lengths)[:-1]]
    assert cut_times(watch(video)) == pytest.approx(expected, abs=FRAME_S / 10)


def dip(time_s: float) -> float:
    """Down to black within a second, and up again."""
    return abs(1 - time_s) if 0 < time_s < 2 else 1.0


def flash(time_s: float) -> float:
    """To pure white."""
    return 100.0 if 1.0 <= time_s < 1.16 else 1.0


def lamp(time_s: float) -> float:
    return 0.55 if time_s < 1 else 1.0


@pytest.mark.parametrize(("light", "length_s"), [(dip, 2.4), (flash, 1.8), (lamp, 1.8)])
def test_fades_flashes_and_lamps_are_no_cuts(tmp_path: Path, light: Callable[[float], float], length_s: float) -> None:
    scene = Scene(length_s, (Actor(0, 0.25, stay(0.5)),), look=5, light=light)
    found = watch(write_recording(tmp_path / "light.mp4", [scene], size=SMALL, options=QUICK))
    assert cut_times(found) == []
    assert len(found.shots[0].faces) == 1


def test_a_slow_dissolve_is_no_cut_and_a_cut_amid_fast_movement_is_one() -> None:
    first, second = (draw(Scene(1, look=look), 0.0, (64, 36))[:, :, 1].astype(np.float32) for look in (1, 2))
    finder = CutFinder()
    cuts = []
    for number in range(75):
        mixed = min(max((number - 25) / 25, 0.0), 1.0)
        cuts += finder.see(number * FRAME_S, first * (1 - mixed) + second * mixed)
    assert cuts + finder.end() == []
    finder = CutFinder()
    for number in range(60):
        picture = np.roll(first if number < 30 else second, 2 * number, axis=1)  # a pan across it in 1.3 s
        cuts += finder.see(number * FRAME_S, picture)
    assert [change.after_s for change in cuts + finder.end()] == pytest.approx([30 * FRAME_S])


@pytest.mark.usefixtures("unseeing")
def test_a_still_picture_that_is_stored_once_and_then_changes(tmp_path: Path) -> None:
    # A screen recording: one frame a second while nothing happens.
    scenes = [Scene(4 * FRAME_S, look=1, shapes=False), Scene(4 * FRAME_S, look=2, shapes=False)]
    video = write_recording(tmp_path / "screen.mkv", scenes, size=SMALL, times_s=float)
    found = watch(video)
    assert cut_times(found) == pytest.approx([4.0], abs=0.01)


# ---------------------------------------------------------------------------------------------- kinds of files


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_phone_video_is_seen_upright(tmp_path: Path, turn: int) -> None:
    actor = Actor(2, 0.15, stay(0.3, 0.25), ((0.0, 2.0),))
    write_recording(tmp_path / "stored.mp4", [Scene(1.2, (actor,))], size=(270, 480), turn=turn, options=QUICK)
    rotation = str(360 - 90 * turn)
    run_ffmpeg(tmp_path, "-display_rotation:v:0", rotation, "-i", "stored.mp4", "-c", "copy", "phone.mov")
    found = watch(tmp_path / "phone.mov")
    assert (found.width, found.height) == (270, 480)
    (track,) = found.shots[0].faces
    assert all(overlap(box, actor.box(0, 270 / 480)) > 0.5 for box in track.boxes)
    assert sum(track.mouth) > 0.05 * len(track.mouth)


def test_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    # 25 a second for one second, then 10 a second.
    def times_s(number: int) -> float:
        return number / 25 if number < 25 else 1 + (number - 25) / 10

    actor = Actor(1, 0.25, stay(0.5))
    scenes = [Scene(40 * FRAME_S, (actor,), look=1), Scene(10 * FRAME_S, look=2)]
    found = watch(write_recording(tmp_path / "vfr.mp4", scenes, size=SMALL, times_s=times_s, options=QUICK))
    assert cut_times(found) == pytest.approx([2.5], abs=0.01)
    (track,) = found.shots[0].faces
    assert np.diff(track.times_s).max() <= 0.31
    assert len(track.times_s) >= 12


def test_few_frames_are_looked_at_often_enough(tmp_path: Path) -> None:
    video = write_recording(
        tmp_path / "webcam.mp4",
        [Scene(2.6, (Actor(1, 0.25, stay(0.5)),))],
        fps=10,
        size=SMALL,
        options={"preset": "medium", "x264-params": "scenecut=0:bframes=5:b-adapt=0:b-pyramid=none"},
    )
    (track,) = watch(video).shots[0].faces
    assert np.diff([time_s for time_s in track.times_s if time_s > 1.0]).max() <= 0.21


def as_pq(frame: av.VideoFrame) -> av.VideoFrame:
    """What a camera stores of a white at 200 cd/m²: the perceptual quantiser's lower 58 %."""
    changed = frame.to_ndarray()
    changed[: frame.height] = (64 + (changed[: frame.height].astype(np.float32) - 64) * 0.45 + 120).astype(np.uint16)
    result = av.VideoFrame.from_ndarray(changed, format="yuv420p10le")
    result.color_trc, result.color_primaries, result.colorspace = 16, 9, 9
    return result


def test_high_dynamic_range_is_seen_as_on_a_usual_display(tmp_path: Path) -> None:
    actor = Actor(3, 0.25, stay(0.4))
    video = write_recording(
        tmp_path / "hdr.mp4",
        [Scene(1.2, (actor,))],
        size=SMALL,
        pix_fmt="yuv420p10le",
        codec="libx265",
        options={"preset": "ultrafast", "x265-params": "log-level=none:transfer=smpte2084:colorprim=bt2020"},
        change=as_pq,
    )
    (track,) = watch(video).shots[0].faces
    assert all(overlap(box, actor.box(0)) > 0.5 for box in track.boxes)


@pytest.mark.parametrize(("transfer", "primaries", "bright"), [(16, 9, 228), (1, 1, 148)])
def test_white_of_high_dynamic_range_is_bright(transfer: int, primaries: int, bright: int) -> None:
    # 58 % of the perceptual quantiser is 203 cd/m², diffuse white (ITU-R BT.2408); some room is left for highlights.
    values = np.full((54, 64), round(64 + 0.58 * 876), np.uint16)
    values[36:] = 512
    frame = av.VideoFrame.from_ndarray(values, format="yuv420p10le")
    frame.color_trc, frame.color_primaries, frame.color_range = transfer, primaries, 1
    assert color_copy(frame, 1.0, 32).mean() == pytest.approx(bright, abs=6)


def test_interlaced_video_is_seen_without_combs(tmp_path: Path) -> None:
    scenes = [Scene(1.6, (Actor(0, 0.25, walk(0.3, 0.7, 0.2, 1.4)),), look=1), Scene(0.8, look=2)]
    write_recording(tmp_path / "fields.mp4", scenes, fps=50, size=SMALL, options=QUICK)
    interlace = ("-vf", "tinterlace=interleave_top", "-flags", "+ildct+ilme", "-c:v", "mpeg2video", "-b:v", "4M")
    run_ffmpeg(tmp_path, "-i", "fields.mp4", *interlace, "tv.ts")
    found = watch(tmp_path / "tv.ts")
    assert found.fps == 25.0
    assert cut_times(found) == pytest.approx([1.6], abs=FRAME_S / 10)
    assert len(found.shots[0].faces) == 1


@pytest.mark.usefixtures("unseeing")
def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    write_recording(tmp_path / "flat.mkv", [Scene(0.4)], size=SMALL)
    run_ffmpeg(tmp_path, "-i", "flat.mkv", "-c", "copy", "-aspect", "64:27", "wide.mkv")
    found = watch(tmp_path / "wide.mkv")
    assert (found.width, found.height) == (427, 180)


@pytest.mark.usefixtures("unseeing")
def test_old_files_without_presentation_times(tmp_path: Path) -> None:
    video = write_recording(
        tmp_path / "old.avi", [Scene(1, look=1), Scene(1, look=2)], size=SMALL, codec="mpeg4", options={"b": "2M"}
    )
    found = watch(video)
    assert cut_times(found) == pytest.approx([1.0], abs=FRAME_S / 10)
    assert found.duration_s == pytest.approx(2.0, abs=FRAME_S)


# ---------------------------------------------------------------------------------------------- bad input


def test_sound_alone_has_no_shots(tmp_path: Path, recording: Path) -> None:
    with av.open(str(recording)) as source, av.open(str(tmp_path / "voice.m4a"), "w", format="mp4") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    found = watch(tmp_path / "voice.m4a")
    assert (found.width, found.height, found.shots, found.has_sound) == (0, 0, (), True)
    assert found.duration_s == pytest.approx(10.2, abs=0.05)


def test_description_needs_no_watching(recording: Path, footage: Footage) -> None:
    described = describe_recording(recording)
    assert described.shots == ()
    assert (described.width, described.height, described.fps) == (footage.width, footage.height, footage.fps)
    assert described.duration_s == pytest.approx(footage.duration_s, abs=0.05)


@pytest.mark.usefixtures("unseeing")
def test_damage_in_the_middle_does_not_end_the_watching(tmp_path: Path, recording: Path) -> None:
    broken = tmp_path / "broken.mp4"
    data = bytearray(recording.read_bytes())
    with av.open(str(recording)) as source:
        hurt = [packet for packet in source.demux(source.streams.video[0]) if packet.pts is not None]
    for packet in hurt[20:24]:
        assert packet.pos is not None
        data[packet.pos + 8 : packet.pos + packet.size] = b"\x55" * (packet.size - 8)
    broken.write_bytes(data)
    found = watch(broken)
    assert found.duration_s > 9
    assert cut_times(found)[-2:] == pytest.approx(CUTS[-2:], abs=FRAME_S / 10)


@pytest.mark.usefixtures("unseeing")
def test_a_file_that_breaks_off_lasts_as_long_as_its_pictures(tmp_path: Path, recording: Path) -> None:
    stream = tmp_path / "whole.ts"
    with av.open(str(recording)) as source, av.open(str(stream), "w") as target:
        copy = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = copy
                target.mux(packet)
    data = stream.read_bytes()
    stream.write_bytes(data[: len(data) * 6 // 10])
    found = watch(stream)
    assert 2 < found.duration_s < 9
    assert found.shots[-1].end_s == found.duration_s


@pytest.mark.usefixtures("unseeing")
def test_a_length_that_is_stated_wrongly_is_not_believed(tmp_path: Path) -> None:
    video = write_recording(tmp_path / "torn.mkv", [Scene(2.0, shapes=False)], fps=10, size=SMALL, options=QUICK)
    data = bytearray(video.read_bytes())
    at = data.index(b"\x44\x89\x88") + 3  # Matroska's Duration, a float of milliseconds
    data[at : at + 8] = struct.pack(">d", 1_000_000.0)
    video.write_bytes(data)
    assert describe_recording(video).duration_s == 1000
    found = watch(video)
    assert found.duration_s == found.shots[-1].end_s == pytest.approx(2.0, abs=0.1)
    assert found.pictured == ()


@pytest.mark.parametrize(("content", "says"), [(b"", "read"), (b"not a video at all" * 99, "read")])
def test_what_is_no_recording_is_explained(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "notes.mp4").write_bytes(content)
    with pytest.raises(RequestError, match=says):
        watch(tmp_path / "notes.mp4")
    with pytest.raises(RequestError, match="does not exist"):
        watch(tmp_path / "missing.mp4")


@pytest.mark.usefixtures("unseeing")
def test_watching_can_be_stopped(recording: Path) -> None:
    told: list[float] = []
    with pytest.raises(ClipCancelled):
        watch(recording, cancelled=lambda: len(told) > 30, on_progress=told.append)
    assert told == sorted(told)
    assert 0 < told[-1] < 0.9
