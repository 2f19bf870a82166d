"""What is measured of a clip beyond what is measured of any video: is it cut well, and does it show who speaks?

    transcript ─▶ is a word cut?            by its times, at every cut
    file       ─▶ is it quiet at its ends?  by the level of its own sound
    file       ─▶ is it heard on both sides, and on one loudspeaker?
    footage    ─▶ is a face in the crop?    by the faces that were found while watching, five times a second
    file       ─▶ is it really seen?        by looking for it in the file's key frames
    transcript ─▶ are the words captioned?

What cannot be measured says "not applicable", and why. What the recording itself is like, still or silent, is flagged:
nobody can mend it here.
"""

from __future__ import annotations

import asyncio
import bisect
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from automagic.media.analysis.cutting import CutTimeline
from automagic.media.quality.finished import CAPTION_COVERAGE, FROZEN_S, SILENCE_S, Expected, check_video
from automagic.values.clip_plan import KeptRange, ShotFraming
from automagic.values.cues import Cue
from automagic.values.recording import Footage
from automagic.values.report import Measure, QualityReport
from automagic.values.transcript import WordTimes
from automagic.values.words import Word

if TYPE_CHECKING:
    from av import VideoFrame

    from automagic.media.faces.detector import YuNetFaces
    from automagic.media.framing.framed_faces import FacesAt
    from automagic.media.quality.finished import Verdict
    from automagic.media.quality.sound import SoundFacts

FACES_SEEN, FACES_FOUND = 0.9, 0.75
"""Shares of the looks; a finder misses a face now and then, so that fewer need be found than are there."""

_ROUNDING_S = 0.03
"""Times of words are rounded to a hundredth or two, and letters fade in and out."""

_FADED, _EDGE = 1, 4
"""How many levels of 10 ms at an end are looked at; the first one is faded."""

_BACKGROUND, _SPEECH = 8.0, 92.0
"""Percentiles of the levels, as silences are found in recordings."""

_DEEPEST_DB, _FLAT_DB = 45.0, 8.0
_QUIET_SHARE, _LEAST_ABOVE_DB = 0.3, 6.0
"""Quiet is what lies less than this share of the way from the background to the speech, or so little above it."""

_AT_A_WORD_S = 0.08
_STANDS_STILL = 0.01
"""Share of the picture that changes from look to look, below which a recording shows a slide."""

_WITHIN = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Where a still stretch is compared with the recording, as shares of it."""

_LOOK_S = 0.2
"""A recording is looked at so often: what begins and ends in between is known no better."""

_NEAREST_S = 0.15
_COARSE_PX, _FINE_PX = 320, 640


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """Where a clip comes from.

    Attributes:
        footage: What the recording shows there; see `framed_faces.part_of`.
        stretches, framings: What is kept of it, and how that is framed.
        heard: The words of the transcript that are at least partly kept, on the recording's timeline.
        times: How their times were found.
        edited: Whether somebody changed the captions.
        mended: Whether the recording's sides are mended there.
    """

    footage: Footage
    stretches: tuple[KeptRange, ...]
    framings: tuple[ShotFraming, ...]
    heard: tuple[Word, ...]
    times: WordTimes = "recognised"
    edited: bool = False
    mended: bool = False


async def check_clip(path: Path, expected: Expected, facts: ClipFacts, *, folder: Path, ffmpeg: str) -> QualityReport:
    """Measure a finished clip as a video and as a clip; nothing is written.

    Args:
        folder: Where ffmpeg works.
        ffmpeg: The executable's path.
    """
    report = await check_video(path, expected, folder=folder, ffmpeg=ffmpeg)
    cancelled = threading.Event()
    try:
        more = await asyncio.to_thread(_measure_clip, path, expected, facts, report, cancelled)
    finally:
        cancelled.set()
    return QualityReport(more)


def _measure_clip(
    path: Path, expected: Expected, facts: ClipFacts, report: QualityReport, cancelled: threading.Event
) -> tuple[Measure, ...]:
    from automagic.media.framing.framed_faces import follow_kept_faces
    from automagic.media.quality.sides import check_sides
    from automagic.media.quality.sound import read_sound

    timeline = CutTimeline(facts.stretches, expected.fps)
    sound = read_sound(path)
    seen = list(follow_kept_faces(facts.footage, facts.stretches))
    return (
        *(_excuse(measure, expected, facts, timeline, sound) for measure in report.measures),
        check_words(facts),
        check_ends(sound, facts, has_sound=expected.has_sound),
        *check_sides(path, has_sound=expected.has_sound, mended=facts.mended),
        check_captioned(expected.cues, facts, timeline),
        check_framed(seen, facts, aspect=expected.width / expected.height),
        look_for_faces(path, seen, facts, timeline, cancelled),
    )


def _not_applicable(name: str, expected: str, why: str) -> Measure:
    return Measure(name, "not applicable", expected, "pass", why)


def _judge(name: str, value: float, expected: str, verdict: Verdict, detail: str) -> Measure:
    return Measure(name, round(value, 4), expected, verdict, "" if verdict == "pass" else detail)


def check_words(facts: ClipFacts) -> Measure:
    """How many words a cut goes through, by the transcript; pure."""
    name, expected = "words_cut", "0, by the transcript"
    if not facts.heard:
        return _not_applicable(name, expected, "nothing is said")
    cuts = [time_s for stretch in facts.stretches for time_s in (stretch.start_s, stretch.end_s)]
    cut = [
        f"“{word.text}” at {time_s:.2f} s"
        for time_s in cuts
        for word in facts.heard
        if word.start_s + _ROUNDING_S < time_s < word.end_s - _ROUNDING_S
    ]
    # Times that were spread evenly over a subtitle are no evidence against a cut.
    worst: Verdict = "flag" if facts.times == "spread" else "fail"
    return Measure(name, len(cut), expected, worst if cut else "pass", ", ".join(cut[:5]))


def check_ends(sound: SoundFacts, facts: ClipFacts, *, has_sound: bool) -> Measure:
    """How loud the finished file's first and last moments are, in dB above what is quiet in it; pure.

    10 to 40 ms from either end are looked at, the quietest 10 ms of them: the very first are faded, and a word may
    begin right after them.
    """
    name, expected = "ends_above_quiet_db", "≤ 0, by the file's own sound"
    if not has_sound or len(sound.levels_db) < 4 * _EDGE:
        return _not_applicable(name, expected, "there is no sound")
    count = min(len(sound.levels_db), round((sound.end_s - sound.start_s) * 100))
    levels = sound.levels_db[:count]
    background, speech = (float(value) for value in np.percentile(levels, (_BACKGROUND, _SPEECH)))
    background = max(background, speech - _DEEPEST_DB)
    if speech - background < _FLAT_DB:
        return _not_applicable(name, expected, "its sound is never quiet")
    limit = background + max(_QUIET_SHARE * (speech - background), _LEAST_ABOVE_DB)
    ends = {
        "start": float(levels[_FADED:_EDGE].min()) - limit,
        "end": float(levels[count - _EDGE : count - _FADED].min()) - limit,
    }
    loud = [end for end, above in ends.items() if above > 0]
    # Where a word is next to the cut it is probably a part of it that is heard, else it may be music or noise.
    cut_s = {"start": facts.stretches[0].start_s, "end": facts.stretches[-1].end_s}
    near = [
        end
        for end in loud
        if any(word.start_s - _AT_A_WORD_S < cut_s[end] < word.end_s + _AT_A_WORD_S for word in facts.heard)
    ]
    verdict: Verdict = "fail" if near else "flag" if loud else "pass"
    where = " and ".join(f"its {end}" for end in loud)
    detail = f"{where} is not quiet" + (", and a word is right there" if near else "")
    return _judge(name, max(ends.values()), expected, verdict, detail)


def check_captioned(cues: Sequence[Cue], facts: ClipFacts, timeline: CutTimeline) -> Measure:
    """Share of the words that are heard, by the transcript, in the middle of which a caption is on; pure."""
    name, expected = "words_captioned", f"≥ {CAPTION_COVERAGE}"
    words = timeline.place_words(facts.heard)
    if not words:
        return _not_applicable(name, expected, "nothing is said")
    starts = [cue.start_s for cue in cues]
    bare = []
    for word in words:
        middle_s = (word.start_s + word.end_s) / 2
        index = bisect.bisect_right(starts, middle_s) - 1
        if index < 0 or middle_s > cues[index].end_s:
            bare.append(f"“{word.text}” at {word.start_s:.2f} s")
    share = 1 - len(bare) / len(words)
    missing: Verdict = "flag" if facts.edited else "fail"
    verdict = "pass" if share >= CAPTION_COVERAGE else missing
    return _judge(name, share, expected, verdict, "no caption for " + ", ".join(bare[:5]))


def check_framed(seen: Sequence[FacesAt], facts: ClipFacts, *, aspect: float) -> Measure:
    """Of the looks at which the recording shows somebody who matters, the share at which the crop does; pure."""
    name, expected = "face_in_crop", f"≥ {FACES_SEEN} of the looks, 5 a second, at which the recording shows one"
    shown = [(one.time_s, _are_seen(one, facts, aspect)) for one in seen if one.boxes]
    if not shown:
        return _not_applicable(name, expected, _no_face(facts))
    lost = [f"{time_s:.1f} s" for time_s, inside in shown if not inside]
    share = 1 - len(lost) / len(shown)
    verdict: Verdict = "pass" if share >= FACES_SEEN else "fail"
    return _judge(name, share, expected, verdict, "of the recording, none at " + ", ".join(lost[:5]))


def _no_face(facts: ClipFacts) -> str:
    return "the recording shows no face" if facts.footage.width else "the recording has no picture"


def _are_seen(seen: FacesAt, facts: ClipFacts, aspect: float) -> float:
    """Height of the tallest face in the frame, as a share of its height; 0 when none is seen."""
    from automagic.media.framing.framed_faces import frame_faces

    picture_aspect = facts.footage.aspect_at(seen.time_s)
    faces = frame_faces(seen.boxes, facts.framings, seen.time_s, picture_aspect=picture_aspect, aspect=aspect)
    return max((face.box.height for face in faces if face.is_seen), default=0.0)


def look_for_faces(
    path: Path, seen: Sequence[FacesAt], facts: ClipFacts, timeline: CutTimeline, cancelled: threading.Event
) -> Measure:
    """Of the file's key frames that should show a face, the share in which one is found."""
    from automagic.media.faces.detector import SMALLEST_PX, YuNetFaces

    name, expected = "face_in_key_frames", f"≥ {FACES_SEEN}, by looking at the file, every 2 s"
    if not any(one.boxes for one in seen):
        return _not_applicable(name, expected, _no_face(facts))
    times = [one.time_s for one in seen]
    looked, lost = 0, []
    finder: YuNetFaces | None = None
    for clip_s, frame in _key_frames(path, cancelled):
        height = _expected_height(clip_s, frame.width / frame.height, seen, times, facts, timeline)
        longer = max(frame.width, frame.height)
        pixels = [px for px in (_COARSE_PX, _FINE_PX) if height * frame.height * px / longer >= 1.5 * SMALLEST_PX]
        if not pixels:
            continue
        finder = finder or YuNetFaces()
        scale = pixels[0] / longer
        size = {"width": round(frame.width * scale), "height": round(frame.height * scale)}
        looked += 1
        if not finder.find(frame.reformat(**size, format="rgb24").to_ndarray()):
            lost.append(f"{clip_s:.1f} s")
    if not looked:
        return _not_applicable(name, expected, "no key frame should show a face that is large enough to be found")
    share = 1 - len(lost) / looked
    passed, bearable = share >= FACES_SEEN, share >= FACES_FOUND or len(lost) == 1
    verdict: Verdict = "pass" if passed else "flag" if bearable else "fail"
    return _judge(name, share, expected, verdict, "none at " + ", ".join(lost[:5]))


def _expected_height(
    clip_s: float,
    aspect: float,
    seen: Sequence[FacesAt],
    times: Sequence[float],
    facts: ClipFacts,
    timeline: CutTimeline,
) -> float:
    """Of the tallest face that a frame of the file should show; 0 for none."""
    frame = min(round(clip_s * timeline.fps), timeline.frames - 1)
    time_s = timeline.recording_s(frame)
    after = min(bisect.bisect_left(times, time_s), len(times) - 1)
    nearest = min((seen[max(after - 1, 0)], seen[after]), key=lambda one: abs(one.time_s - time_s))
    if abs(nearest.time_s - time_s) > _NEAREST_S:
        return 0.0
    return _are_seen(replace(nearest, time_s=time_s), facts, aspect)


def _key_frames(path: Path, cancelled: threading.Event) -> Iterator[tuple[float, VideoFrame]]:
    """Each with its time; they end where the file cannot be read, which another measure tells."""
    import av

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            stream.codec_context.skip_frame = "NONKEY"
            for frame in container.decode(stream):
                if cancelled.is_set():
                    return
                yield frame.time or 0.0, frame
    except (av.FFmpegError, IndexError):
        return


def _excuse(
    measure: Measure, expected: Expected, facts: ClipFacts, timeline: CutTimeline, sound: SoundFacts
) -> Measure:
    """A failed measure of stillness or silence becomes a flag where the recording is like that itself."""
    if measure.verdict != "fail":
        return measure
    if measure.name == "frozen_s" and not facts.footage.width and _rests_in_silence(expected, sound):
        return replace(measure, verdict="flag", detail=f"{measure.detail}; nothing is heard there")
    if measure.name == "frozen_s" and _stands_still(expected, facts, timeline):
        return replace(measure, verdict="flag", detail=f"{measure.detail}; so does the recording")
    if measure.name == "silence_s" and _is_silent(facts, timeline, sound):
        return replace(measure, verdict="flag", detail=f"{measure.detail}; nobody speaks there")
    return measure


def _rests_in_silence(expected: Expected, sound: SoundFacts) -> bool:
    """Whether a wave that stands still has nothing to show, wherever it does so for long."""
    still = [one for segment in expected.segments for one in segment.still if one.length_s >= FROZEN_S]
    if not still or not len(sound.levels_db):
        return bool(still)
    quiet_db = float(np.percentile(sound.levels_db, _SPEECH)) - _DEEPEST_DB / 2
    # The wave shows what is to come as well.
    parts = (sound.levels_db[round(100 * (one.start_s + 1.5)) : round(100 * (one.end_s - 1.5))] for one in still)
    return all(float(part.max(initial=-np.inf)) < quiet_db for part in parts)


def _stands_still(expected: Expected, facts: ClipFacts, timeline: CutTimeline) -> bool:
    """Whether the recording shows a still picture wherever the clip does for long."""
    still = [one for segment in expected.segments for one in segment.still if one.length_s >= FROZEN_S]
    times = [
        timeline.recording_s(min(round((one.start_s + share * one.length_s) * timeline.fps), timeline.frames - 1))
        for one in still
        for share in _WITHIN
    ]
    return bool(still) and all(_is_still_at(time_s, facts) for time_s in times)


def _is_still_at(time_s: float, facts: ClipFacts) -> bool:
    for shot in facts.footage.shots:
        if shot.start_s <= time_s < shot.end_s:
            return shot.moving <= _STANDS_STILL or any(
                start_s - _LOOK_S <= time_s <= end_s + _LOOK_S for start_s, end_s in shot.still
            )
    return False


def _is_silent(facts: ClipFacts, timeline: CutTimeline, sound: SoundFacts) -> bool:
    """Whether no word should be heard in any of the silences."""
    from automagic.media.quality.sound import find_silence

    silences, _ = find_silence(sound, SILENCE_S)
    middles = [(word.start_s + word.end_s) / 2 for word in timeline.place_words(facts.heard)]
    return not any(one.start_s < middle_s < one.end_s for one in silences for middle_s in middles)
