"""The gate: a good video passes, and each kind of damage is caught for what it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import cv2
import ffmpeg
import numpy as np
import pytest

from automagic.media.analysis.dark_and_still import BlackFreezeDetector, sample_luma
from automagic.media.captions.cues import make_cues
from automagic.media.quality.finished import Expected, PlacedText, check_captions, check_video, find_uncaptioned
from automagic.media.rendering.metering import Meter, read_packets
from automagic.media.rendering.shot import SegmentReport
from automagic.media.sound.loudness import hash_packets
from automagic.media.sound.mix import mix
from automagic.media.sound.parts import LoudnessGoal, SoundReport, SpokenPiece, Stems
from automagic.media.video.encode import EncodeSettings, SegmentWriter
from automagic.media.video.ffmpeg import run_graph
from automagic.media.video.ffmpeg_program import locate_ffmpeg
from automagic.media.video.join import join_segments
from automagic.media.video.planes import Planes, bgr_to_yuv
from automagic.values.cues import Cue
from automagic.values.frame import Rect
from automagic.values.report import Measure, QualityReport
from automagic.values.words import Word
from tests.support.media.buzzing_speech import speech, write_wav

PROGRAM = locate_ffmpeg().path
WIDTH, HEIGHT, FPS, SECONDS = 270, 480, 30, 6
SPOKEN = ((0.3, 2.3), (2.8, 5.3))
PLAN = Expected(SECONDS, SECONDS * FPS, WIDTH, HEIGHT, FPS, spoken=SPOKEN)

Draw = Callable[[int, np.ndarray], np.ndarray]


def card(number: int) -> np.ndarray:
    """A quiet dark ground with a statement and a rule: as little to see as a card may have."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    glow = np.clip(1 - np.hypot(across - 100, down - 150) / 420, 0, 1)[..., None]
    picture = (np.array([11, 13, 18]) + glow * np.array([14, 16, 22])).astype(np.uint8)
    cv2.putText(picture, f"point {number}", (30, 230), cv2.FONT_HERSHEY_DUPLEX, 1.4, (240, 240, 240), 2)
    cv2.line(picture, (30, 260), (120, 260), (255, 200, 60), 4)
    return np.asarray(picture)


def zooming(number: int, picture: np.ndarray) -> np.ndarray:
    """3 % over 4 s, sub-pixel, a new card after that."""
    zoom = 1 + 0.03 * (number % 120) / 120
    shift = ((1 - zoom) * WIDTH / 2, (1 - zoom) * HEIGHT / 2)
    return cv2.warpAffine(picture, np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]]), (WIDTH, HEIGHT))


def encode(path: Path, draw: Draw = zooming) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "20", "threads": "1"}
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = context.color_range = 1
        cards = [card(0), card(1)]
        for number in range(SECONDS * FPS):
            picture = draw(number, cards[number // 120])
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace=1, dst_color_range=1)))
        container.mux(stream.encode())
    return path


def join(folder: Path, video: str, sound: str, target: str, **options: Any) -> Path:
    settings: dict[str, Any] = {"c": "copy", "movflags": "+faststart", **options}
    delay = settings.pop("itsoffset", 0)
    inputs = (ffmpeg.input(video)["v:0"], ffmpeg.input(sound, itsoffset=delay)["a:0"])
    asyncio.run(run_graph(ffmpeg.output(*inputs, target, **settings), program=PROGRAM, cwd=folder))
    return folder / target


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good picture (`picture.mp4`), its sound (`sound.m4a`) and both together (`good.mp4`)."""
    folder = tmp_path_factory.mktemp("studio")
    pieces = [
        SpokenPiece(start, write_wav(folder / f"{start}.wav", speech(end - start), 24_000)) for start, end in SPOKEN
    ]
    sound = mix(
        pieces,
        duration_s=SECONDS,
        music=None,
        target=folder / "sound.m4a",
        goal=LoudnessGoal(),
        stems=Stems(folder, PROGRAM),
    )
    asyncio.run(sound)
    encode(folder / "picture.mp4")
    join(folder, "picture.mp4", "sound.m4a", "good.mp4")
    return folder


def check(path: Path, plan: Expected = PLAN) -> QualityReport:
    return asyncio.run(check_video(path, plan, folder=path.parent, ffmpeg=PROGRAM))


def wrong(report: QualityReport) -> set[str]:
    return {measure.name for measure in report.measures if measure.verdict != "pass"}


def named(report: QualityReport, name: str) -> Measure:
    return next(measure for measure in report.measures if measure.name == name)


def test_a_good_video_passes_every_measure(studio: Path) -> None:
    report = check(studio / "good.mp4")
    assert report.passed
    assert wrong(report) == set()
    assert len(report.measures) > 18
    assert all(type(measure.value) in {int, float, str, bool} for measure in report.measures)


def test_black_in_the_middle_is_found_where_it_is(studio: Path) -> None:
    encode(studio / "b.mp4", lambda n, p: np.zeros_like(p) if 60 <= n < 72 else zooming(n, p))
    report = check(join(studio, "b.mp4", "sound.m4a", "black.mp4"))
    assert wrong(report) == {"black_s"}
    assert named(report, "black_s").detail.startswith("2.0")


def test_a_frozen_picture_is_found(studio: Path) -> None:
    encode(studio / "f.mp4", lambda n, p: zooming(20, card(0)) if 20 <= n < 165 else zooming(n, p))
    report = check(join(studio, "f.mp4", "sound.m4a", "frozen.mp4"))
    assert wrong(report) == {"frozen_s"}


def test_two_pictures_that_stand_one_after_the_other_are_not_one_that_is_frozen(studio: Path) -> None:
    """As two cards do of which all is told: each of them stands for less than 4 s, both together for longer."""
    encode(studio / "two.mp4", lambda n, _: card(n // 90))
    assert wrong(check(join(studio, "two.mp4", "sound.m4a", "standing.mp4"))) == set()


def standing(folder: Path, number: int, *, frames: int) -> SegmentReport:
    """A segment in which one card stands."""
    grey = [np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)] * 2
    planes = Planes(np.ascontiguousarray(bgr_to_yuv(card(number))[:, :, 0]), *grey)
    target, meter = folder / f"standing{number}.mp4", Meter(FPS)
    with SegmentWriter(target, EncodeSettings(crf=20), WIDTH, HEIGHT) as writer:
        for _ in range(frames):
            meter.add(planes.y)
            meter.add_seen(planes.y, captioned=False)
            writer.write(planes)
    return meter.finish(target, WIDTH, HEIGHT)


def test_a_cut_from_one_segment_to_the_next_ends_what_stands_still(studio: Path) -> None:
    reports = tuple(standing(studio, number, frames=90) for number in (0, 1))
    files = [studio / f"standing{number}.mp4" for number in (0, 1)]
    join_segments(files, studio / "sound.m4a", studio / "cut.mp4", metadata={})
    report = check(studio / "cut.mp4", replace(PLAN, segments=reports))
    assert named(report, "frames_as_rendered").value is True
    assert named(report, "frozen_s").value == 0


def rendered(folder: Path, first: int, frames: int, *, black: int = 0) -> SegmentReport:
    """A segment of the zooming cards as the renderer leaves it: the last `black` frames of it are."""
    target = folder / f"segment{first}.mp4"
    watch = BlackFreezeDetector(0.0, 0.0)
    with SegmentWriter(target, EncodeSettings(crf=20), WIDTH, HEIGHT) as writer:
        for number in range(frames):
            picture = zooming(first + number, card((first + number) // 120))
            if number >= frames - black:
                picture = np.zeros_like(picture)
            yuv = bgr_to_yuv(np.ascontiguousarray(picture[:, :, ::-1]))
            half = (WIDTH // 2, HEIGHT // 2)
            u, v = (cv2.resize(yuv[:, :, at], half, interpolation=cv2.INTER_AREA) for at in (1, 2))
            planes = Planes(np.ascontiguousarray(yuv[:, :, 0]), u, v)
            watch.see(number / FPS, sample_luma(planes.y))
            writer.write(planes)
    watch.end(frames / FPS)
    still = tuple(stretch for stretch in watch.still if stretch.length_s >= 0.5)
    count, packets = read_packets(target)
    assert count == frames
    return SegmentReport(frames, WIDTH, HEIGHT, tuple(watch.black), still, 0, 60.0, 0, packets)


@pytest.fixture(scope="module")
def parts(studio: Path) -> tuple[SegmentReport, ...]:
    """Three segments, the second of which turns black for 6 frames, and the third one for all its 6: 0.4 s."""
    reports = (
        rendered(studio, 0, 100),
        rendered(studio, 100, 74, black=6),
        rendered(studio, 174, 6, black=6),
    )
    files = [studio / f"segment{first}.mp4" for first in (0, 100, 174)]
    join_segments(files, studio / "sound.m4a", studio / "joined.mp4", metadata={})
    return reports


def test_what_was_measured_while_rendering_holds_for_the_same_frames(
    studio: Path, parts: tuple[SegmentReport, ...]
) -> None:
    report = check(studio / "joined.mp4", replace(PLAN, segments=parts))
    assert named(report, "frames_as_rendered").value is True
    # Short enough in each segment, too long in both: and no key frame lies in the second one's last 6 frames.
    assert wrong(report) == {"black_s"}
    assert named(report, "black_s").detail == "5.60-6.00 s"


def test_other_frames_than_those_that_were_rendered_are_found(studio: Path, parts: tuple[SegmentReport, ...]) -> None:
    report = check(studio / "good.mp4", replace(PLAN, segments=parts))
    assert wrong(report) == {"frames_as_rendered"}
    swapped = check(studio / "joined.mp4", replace(PLAN, segments=(parts[0], parts[2], parts[1])))
    assert "frames_as_rendered" in wrong(swapped)
    assert named(swapped, "black_s").detail == "5.60-6.00 s"  # decoded after all


def test_a_damaged_frame_is_found_between_key_frames(studio: Path, parts: tuple[SegmentReport, ...]) -> None:
    data = bytearray((studio / "joined.mp4").read_bytes())
    with av.open(str(studio / "joined.mp4")) as container:
        packet = [packet for packet in container.demux(video=0) if packet.size and not packet.is_keyframe][20]
        place = packet.pos
    data[place + packet.size // 2] ^= 0x55
    (studio / "damaged.mp4").write_bytes(data)
    report = check(studio / "damaged.mp4", replace(PLAN, segments=parts))
    assert "frames_as_rendered" in wrong(report)


def test_a_silent_gap_is_found(studio: Path) -> None:
    gap = {"c:a": "aac", "af": "volume=0:enable='between(t,3,4.7)'", "b:a": "192k"}
    report = check(join(studio, "picture.mp4", "sound.m4a", "gap.mp4", **gap))
    assert "silence_s" in wrong(report)
    assert named(report, "silence_s").detail.startswith(("3.0", "2.9"))


def test_wrong_loudness_is_found(studio: Path) -> None:
    quiet = join(studio, "picture.mp4", "sound.m4a", "quiet.mp4", af="volume=-2dB", **{"c:a": "aac", "b:a": "192k"})
    report = check(quiet)
    assert wrong(report) == {"loudness_lufs"}
    loud = join(studio, "picture.mp4", "sound.m4a", "loud.mp4", af="volume=9dB", **{"c:a": "aac", "b:a": "192k"})
    assert {"loudness_lufs", "true_peak_dbtp"} <= wrong(check(loud))


def test_the_loudness_of_a_mix_holds_for_the_same_packets_and_for_no_others(studio: Path) -> None:
    mixed = SoundReport(-20.0, -3.0, 0.0, None, hash_packets(studio / "sound.m4a"))
    told = named(check(studio / "good.mp4", replace(PLAN, sound=mixed)), "loudness_lufs")
    assert (told.value, told.verdict) == (-20.0, "fail")
    for other in (replace(mixed, packets="0"), replace(mixed, packets="")):
        assert named(check(studio / "good.mp4", replace(PLAN, sound=other)), "loudness_lufs").verdict == "pass"
    encoded = join(studio, "picture.mp4", "sound.m4a", "again.mp4", **{"c:a": "aac", "b:a": "128k"})
    assert named(check(encoded, replace(PLAN, sound=mixed)), "loudness_lufs").verdict == "pass"


def test_sound_that_is_muxed_80_ms_late_is_found(studio: Path) -> None:
    report = check(join(studio, "picture.mp4", "sound.m4a", "late.mp4", itsoffset=0.08))
    assert {"sound_start_s", "sound_end_s"} <= wrong(report)


def test_speech_that_was_mixed_80_ms_late_is_found(studio: Path) -> None:
    late = {"c:a": "aac", "b:a": "192k", "af": "adelay=80:all=1,atrim=end=6"}
    report = check(join(studio, "picture.mp4", "sound.m4a", "lag.mp4", **late))
    assert wrong(report) == {"speech_lag_s"}
    assert named(report, "speech_lag_s").value == pytest.approx(0.08, abs=0.02)


def test_a_missing_faststart_is_found(studio: Path) -> None:
    report = check(join(studio, "picture.mp4", "sound.m4a", "slow.mp4", movflags="+write_colr"))
    assert wrong(report) == {"faststart"}


def test_missing_sound_is_found_unless_none_was_planned(studio: Path) -> None:
    assert wrong(check(studio / "picture.mp4")) >= {"sound"}
    silent = check(studio / "picture.mp4", replace(PLAN, has_sound=False))
    assert "sound" not in wrong(silent)


def test_another_plan_is_not_met(studio: Path) -> None:
    other = replace(PLAN, duration_s=7.0, frames=210, width=1080, height=1920, fps=25, codec="hevc")
    assert {"duration_s", "frames", "size", "fps", "codec"} <= wrong(check(studio / "good.mp4", other))


@pytest.mark.parametrize("damage", ["cut short", "index lost", "empty", "text", "missing", "bytes changed"])
def test_a_broken_file_is_a_failed_measure_and_no_crash(studio: Path, tmp_path: Path, damage: str) -> None:
    good = (studio / "good.mp4").read_bytes()
    broken = bytearray(good)
    broken[len(good) // 2 : len(good) // 2 + 4_000] = bytes(4_000)
    data = {
        "cut short": good[: len(good) // 2],
        "index lost": good[:40],
        "empty": b"",
        "text": b"no video at all\n" * 50,
        "bytes changed": bytes(broken),
    }
    path = tmp_path / "broken.mp4"
    if damage != "missing":
        path.write_bytes(data[damage])
    report = check(path)
    assert not report.passed
    assert named(report, "readable").verdict == "fail"
    assert named(report, "readable").detail


def cue(text: str, start_s: float, end_s: float) -> Cue:
    return Cue((tuple(Word(word, start_s, end_s) for word in text.split()),), start_s, end_s)


def caption_measures(**changes: Any) -> dict[str, Measure]:
    return {measure.name: measure for measure in check_captions(replace(PLAN, **changes))}


def test_captions_must_cover_what_is_spoken() -> None:
    full = caption_measures(cues=(cue("all of this", 0.3, 2.3), cue("and of that", 2.8, 5.3)))
    assert full["caption_coverage"].verdict == "pass"
    half = caption_measures(cues=(cue("all of this", 0.3, 2.3),))
    assert half["caption_coverage"].verdict == "fail"
    assert half["caption_coverage"].value == pytest.approx(2 / 4.5, abs=1e-3)


@pytest.mark.parametrize("pause_s", [0.1, 0.42, 0.7, 2.0])
@pytest.mark.parametrize("word_s", [0.12, 0.35, 0.8])
def test_one_lost_caption_is_found_and_no_pause_is_taken_for_one(word_s: float, pause_s: float) -> None:
    words = []
    for number in range(120):
        start_s = number * word_s + (number // 4) * pause_s
        words.append(Word(f"w{number}" + "," * (number % 4 == 3), start_s, start_s + word_s))
    cues = make_cues(words, [0.1 if word.text.endswith(",") else 0.9 for word in words], max_chars_per_line=16)
    spoken = tuple((word.start_s, word.end_s) for word in words)
    whole = caption_measures(cues=cues, spoken=spoken)["caption_coverage"]
    assert (whole.verdict, whole.value) == ("pass", pytest.approx(1.0))
    for lost in (0, len(cues) // 2, len(cues) - 1):
        left = caption_measures(cues=cues[:lost] + cues[lost + 1 :], spoken=spoken)["caption_coverage"]
        assert left.verdict == "fail"
        assert f"at {cues[lost].words[0].start_s:.2f} s" in left.detail


def test_overlapping_cues_are_not_counted_twice() -> None:
    bare, total_s = find_uncaptioned((cue("a", 0, 1), cue("b", 0.5, 1)), ((0.0, 2.0),))
    assert (bare, total_s) == ([(1.0, 1.0)], 2.0)
    assert find_uncaptioned((), ()) == ([], 0)
    assert find_uncaptioned((), ((0.5, 1.0), (2.0, 2.5))) == ([(0.5, 1.0)], 1.0)


def test_reading_speed_depends_on_the_script() -> None:
    assert caption_measures(cues=(cue("twenty characters ok", 0, 1),))["reading_speed"].verdict == "pass"
    fast = caption_measures(cues=(cue("twenty-six characters long", 0, 1),))["reading_speed"]
    assert fast.verdict == "flag"
    assert "twenty-six" in fast.detail
    chinese = caption_measures(cues=(cue("公共广播从一台借来的发射机开始", 0, 1),), languages=("zh",))
    assert chinese["reading_speed"].verdict == "flag"


def test_text_outside_its_zone_and_missing_glyphs_fail() -> None:
    zone = Rect(20, 40, 200, 300)
    texts = (PlacedText("headline", Rect(30, 50, 100, 40), zone), PlacedText("caption", Rect(30, 320, 100, 40), zone))
    measures = caption_measures(texts=texts, missing_glyphs=("ﷺ",))
    assert measures["text_outside_zone"].detail == "caption"
    assert measures["missing_glyphs"].detail == "ﷺ"
    assert {measures[name].verdict for name in ("text_outside_zone", "missing_glyphs")} == {"fail"}
