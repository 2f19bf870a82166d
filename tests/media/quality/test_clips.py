"""What is measured of a clip: what is well cut and framed passes, and every way to spoil it is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from automagic.media.analysis.cutting import CutTimeline
from automagic.media.analysis.watching import watch
from automagic.media.framing.framed_faces import follow_kept_faces, part_of
from automagic.media.framing.reframing import frame_time_range
from automagic.media.quality.clips import ClipFacts, check_captioned, check_clip, check_ends, check_framed, check_words
from automagic.media.quality.finished import Expected
from automagic.media.quality.sound import SoundFacts, read_sound
from automagic.media.rendering.excerpts import Shape, film_excerpt
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.ffmpeg_program import locate_ffmpeg
from automagic.values.clip_plan import CropKey, KeptRange, ShotFraming
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Rect
from automagic.values.recording import Box, Footage
from automagic.values.report import Measure
from automagic.values.words import Word
from tests.support.media.face_recordings import Actor, Scene, stay, write_recording
from tests.support.media.numbered_pictures import draw_number
from tests.support.media.stock_clips import write_clip

PROGRAM = locate_ffmpeg().path
FRAME = Frame(180, 320, 30, Rect(10, 20, 160, 160), Rect(10, 200, 160, 60))
STYLE = CaptionStyle("Archivo", 700, 20, "#ffffff", "#ffcc00", 2)
ENCODE = EncodeSettings(preset="ultrafast", fps=30)
WORDS = (Word("Water", 1.0, 1.4), Word("lifts", 1.5, 1.8), Word("ships.", 1.9, 2.4), Word("Then", 3.2, 3.5))
NOTHING = Footage(0, 0, 0.0, 10.0, has_sound=True)


def facts_of(*stretches: KeptRange, **how: object) -> ClipFacts:
    return replace(ClipFacts(NOTHING, stretches, (), WORDS), **how)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------- cuts


def test_cuts_between_words_pass_and_a_cut_through_one_is_named() -> None:
    assert check_words(facts_of(KeptRange(0.8, 2.7))).verdict == "pass"
    assert check_words(facts_of(KeptRange(0.8, 1.45), KeptRange(1.88, 2.7))).verdict == "pass"
    cut = check_words(facts_of(KeptRange(1.2, 2.7)))
    assert (cut.value, cut.verdict) == (1, "fail")
    assert "Water" in cut.detail
    assert check_words(facts_of(KeptRange(0.8, 1.6), KeptRange(1.7, 2.2))).value == 3


def test_times_that_were_only_spread_over_a_subtitle_do_not_condemn_a_cut() -> None:
    assert check_words(facts_of(KeptRange(1.2, 2.7), times="spread")).verdict == "flag"


def test_without_words_nothing_is_claimed_about_them() -> None:
    assert check_words(facts_of(KeptRange(0.8, 2.7), heard=())).value == "not applicable"
    timeline = CutTimeline([KeptRange(0.8, 2.7)], 30)
    assert check_captioned((), facts_of(KeptRange(0.8, 2.7), heard=()), timeline).value == "not applicable"


def write_sound(path: Path, spans: list[tuple[float, float]], length_s: float, *, noise: float = 0.001) -> SoundFacts:
    """A file in which a voice (so to say) is heard in `spans`, over faint noise."""
    rng = np.random.default_rng(5)
    samples = rng.normal(0, noise, round(48_000 * length_s))
    times = np.arange(len(samples)) / 48_000
    for start, end in spans:
        samples[(times >= start) & (times < end)] += 0.3 * np.sin(times[(times >= start) & (times < end)] * 1400)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray((samples[None] * 32_000).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return read_sound(path)


@pytest.mark.parametrize(
    ("spans", "heard", "verdict"),
    [
        ([(0.2, 0.8), (1.0, 1.7)], WORDS, "pass"),
        ([(0.03, 0.8), (1.0, 1.96)], WORDS, "pass"),  # a word right behind the cut is whole
        ([(0.0, 0.8), (1.0, 1.7)], (Word("Water", 0.85, 1.4),), "fail"),
        ([(0.2, 0.8), (1.0, 2.0)], (Word("ships.", 1.9, 2.75),), "fail"),
        ([(0.0, 0.8), (1.0, 1.7)], (), "flag"),  # music, perhaps
    ],
)
def test_a_clip_begins_and_ends_in_quiet(
    spans: list[tuple[float, float]], heard: tuple[Word, ...], verdict: str, tmp_path: Path
) -> None:
    sound = write_sound(tmp_path / "clip.wav", spans, 2.0)
    measure = check_ends(sound, facts_of(KeptRange(0.8, 2.8), heard=heard), has_sound=True)
    assert measure.verdict == verdict, measure
    assert isinstance(measure.value, float)


def test_the_ends_of_sound_that_is_never_quiet_are_not_judged(tmp_path: Path) -> None:
    sound = write_sound(tmp_path / "clip.wav", [], 2.0, noise=0.1)
    assert check_ends(sound, facts_of(KeptRange(0.8, 2.8)), has_sound=True).value == "not applicable"
    assert check_ends(SoundFacts(), facts_of(KeptRange(0.8, 2.8)), has_sound=False).value == "not applicable"


# ---------------------------------------------------------------------------------------------- captions


def test_every_word_that_is_heard_has_a_caption_or_is_named() -> None:
    stretch = KeptRange(0.8, 3.7)
    timeline = CutTimeline([stretch], 30)
    placed = timeline.place_words(WORDS)
    whole = (Cue((placed[:3],), 0.2, 1.6), Cue((placed[3:],), 2.4, 2.8))
    assert check_captioned(whole, facts_of(stretch), timeline).value == 1.0
    missing = check_captioned(whole[:1], facts_of(stretch), timeline)
    assert (missing.value, missing.verdict) == (0.75, "fail")
    assert "Then" in missing.detail
    assert check_captioned((), facts_of(stretch), timeline).verdict == "fail"
    # A person may leave captions out; they are told.
    assert check_captioned((), facts_of(stretch, edited=True), timeline).verdict == "flag"


# ---------------------------------------------------------------------------------------------- faces, and the whole


@pytest.fixture(scope="module")
def sitting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Footage]:
    """Somebody at the right edge of a wide picture for three seconds, then an empty room that stands still."""
    path = tmp_path_factory.mktemp("sitting") / "talk.mp4"
    scenes = [
        Scene(3, (Actor(1, 0.45, stay(0.78)),), look=1),
        Scene(5, look=2, shapes=False),
    ]
    write_recording(path, scenes, fps=10, size=(480, 270))
    return path, watch(path)


def film(
    sitting: tuple[Path, Footage],
    stretch: KeptRange,
    folder: Path,
    framings: tuple[ShotFraming, ...] | None = None,
    cues: tuple[Cue, ...] = (),
) -> dict[str, Measure]:
    """Film a stretch and measure what comes out."""
    recording, footage = sitting
    framings = framings or frame_time_range(footage, stretch.start_s, stretch.end_s, aspect=FRAME.width / FRAME.height)
    target = folder / "clip.mp4"
    (report,) = film_excerpt(
        recording, [stretch], [Shape(FRAME, framings, cues, STYLE, ENCODE)], [target], cancelled=lambda: False
    )
    timeline = CutTimeline([stretch], 30)
    expected = Expected(
        timeline.duration_s, timeline.frames, 180, 320, 30, has_sound=False, segments=(report,), spoken=()
    )
    facts = ClipFacts(part_of(footage, [stretch]), (stretch,), framings, ())
    measured = asyncio.run(check_clip(target, expected, facts, folder=folder, ffmpeg=PROGRAM))
    return {measure.name: measure for measure in measured.measures}


def test_a_clip_that_follows_its_face_passes(sitting: tuple[Path, Footage], tmp_path: Path) -> None:
    measures = film(sitting, KeptRange(0.2, 2.8), tmp_path)
    assert measures["face_in_crop"].value == 1.0
    assert measures["face_in_key_frames"].value == 1.0
    assert measures["ends_above_quiet_db"].value == "not applicable"
    assert measures["words_cut"].value == "not applicable"
    assert measures["duration_s"].verdict == measures["black_s"].verdict == "pass"


def test_a_crop_beside_the_face_fails(sitting: tuple[Path, Footage], tmp_path: Path) -> None:
    wall = ShotFraming(0.2, 2.8, "hold", ((CropKey(0.2, Box(0.0, 0.0, 0.316, 1.0), cut=True),),))
    measures = film(sitting, KeptRange(0.2, 2.8), tmp_path, (wall,))
    assert (measures["face_in_crop"].value, measures["face_in_crop"].verdict) == (0.0, "fail")
    assert "0.3 s" in measures["face_in_crop"].detail
    assert measures["face_in_key_frames"].value == "not applicable"  # none of them should show one


def test_a_file_that_does_not_show_what_was_framed_fails(sitting: tuple[Path, Footage], tmp_path: Path) -> None:
    recording, footage = sitting
    stretch = KeptRange(0.2, 2.8)
    wall = (ShotFraming(0.2, 2.8, "hold", ((CropKey(0.2, Box(0.0, 0.0, 0.316, 1.0), cut=True),),)),)
    target = tmp_path / "clip.mp4"
    encode = replace(ENCODE, keyframe_interval=15)
    film_excerpt(recording, [stretch], [Shape(FRAME, wall, (), STYLE, encode)], [target], cancelled=lambda: False)
    framings = frame_time_range(footage, 0.2, 2.8, aspect=FRAME.width / FRAME.height)
    expected = Expected(2.6, 78, 180, 320, 30, has_sound=False)
    facts = ClipFacts(part_of(footage, [stretch]), (stretch,), framings, ())
    report = asyncio.run(check_clip(target, expected, facts, folder=tmp_path, ffmpeg=PROGRAM))
    measures = {measure.name: measure for measure in report.measures}
    assert measures["face_in_crop"].verdict == "pass"
    assert (measures["face_in_key_frames"].value, measures["face_in_key_frames"].verdict) == (0.0, "fail")
    assert not report.passed


def test_a_picture_that_stands_still_in_the_recording_is_flagged_and_no_face_is_claimed(
    sitting: tuple[Path, Footage], tmp_path: Path
) -> None:
    measures = film(sitting, KeptRange(3.2, 7.6), tmp_path)
    assert measures["frozen_s"].verdict == "flag"
    assert "recording" in measures["frozen_s"].detail
    for name in ("face_in_crop", "face_in_key_frames"):
        assert measures[name].value == "not applicable"
        assert measures[name].detail


def test_a_clip_that_freezes_though_its_recording_moves_fails(sitting: tuple[Path, Footage], tmp_path: Path) -> None:
    recording, footage = sitting
    still = footage.shots[-1]
    moving = replace(footage, shots=(*footage.shots[:-1], replace(still, moving=0.2, still=())))
    assert film((recording, moving), KeptRange(3.2, 7.6), tmp_path)["frozen_s"].verdict == "fail"


def test_a_recording_that_freezes_amid_a_moving_shot_is_told_though_captions_move_over_it(tmp_path: Path) -> None:
    numbers = [*range(10), *[10] * 40, *range(10, 70)]
    pictures = [draw_number(number, 128, 224) for number in numbers]
    recording = write_clip(tmp_path / "call.mp4", pictures, [at / 10 for at in range(len(numbers))], rate=10)
    footage = watch(recording)
    assert footage.shots[0].moving > 0.01
    words = tuple(Word(str(number), number * 0.2, number * 0.2 + 0.2) for number in range(30))
    cues = tuple(Cue(((word,),), word.start_s, word.end_s) for word in words)
    measures = film((recording, footage), KeptRange(0.5, 6.5), tmp_path, cues=cues)
    assert measures["frozen_s"].value == pytest.approx(4.0, abs=0.3)
    assert measures["frozen_s"].verdict == "flag"
    deaf = replace(footage, shots=(replace(footage.shots[0], still=()),))
    assert film((recording, deaf), KeptRange(0.5, 6.5), tmp_path, cues=cues)["frozen_s"].verdict == "fail"


def test_faces_of_the_background_are_not_counted(sitting: tuple[Path, Footage]) -> None:
    _, footage = sitting
    stretch = KeptRange(0.2, 2.8)
    shot = footage.shots[0]
    (track,) = shot.faces
    tiny = replace(track, boxes=tuple(Box(0.05, 0.1, 0.02, 0.04) for _ in track.boxes))
    crowded = replace(footage, shots=(replace(shot, faces=(track, tiny)), *footage.shots[1:]))
    framings = frame_time_range(crowded, 0.2, 2.8, aspect=FRAME.width / FRAME.height)
    seen = list(follow_kept_faces(crowded, [stretch]))
    assert {len(one.boxes) for one in seen} == {1}
    facts = ClipFacts(crowded, (stretch,), framings, ())
    assert check_framed(seen, facts, aspect=FRAME.width / FRAME.height).value == 1.0


def test_what_is_known_of_elsewhere_changes_nothing(sitting: tuple[Path, Footage]) -> None:
    _, footage = sitting
    near = [KeptRange(0.2, 1.2)]
    part = part_of(footage, near)
    assert len(part.shots) == 1
    assert max(part.shots[0].faces[0].times_s) <= 2.2
    assert list(follow_kept_faces(part, near)) == list(follow_kept_faces(footage, near))
