"""Look back at the finished file: what was planned against what it holds.

    file ─▶ container, frames, black, frozen      quality_picture
         ─▶ times, silence, lag                   quality_sound      ─▶ Measures, each pass, flag or fail
         ─▶ loudness, true peak                   loudness
    plan ─▶ captions, safe zone, glyphs           here

A "fail" keeps a result aside, a "flag" asks a person to look. A broken file gives failed measures, not an exception.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from automagic.errors import MediaError
from automagic.media.analysis.dark_and_still import DetectedRange
from automagic.media.rendering.shot import SegmentReport
from automagic.media.sound.loudness import measure_loudness
from automagic.media.sound.parts import SoundReport
from automagic.values.cues import Cue
from automagic.values.frame import Rect
from automagic.values.report import Measure, QualityReport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from automagic.media.quality.picture import PictureFacts
    from automagic.media.quality.sound import SoundFacts

Verdict = Literal["pass", "flag", "fail"]

BLACK_S, FROZEN_S, SILENCE_S, TRAILING_S = 0.3, 4.0, 1.5, 0.9
LOUDNESS_TOLERANCE_LU = 0.5
CAPTION_COVERAGE = 0.95
MISSED_S = 0.3
"""Speech that passes in one go without a caption: the shortest cue is as long."""
LAG_S = 0.06
CHARACTERS_A_SECOND = {"zh": 9.0, "ja": 10.0, "ko": 12.0}
"""Reading speed for scripts that say more in a character; 21 for all others (look.md of subtitling practice)."""
BITS_A_PIXEL = (0.001, 0.5)


@dataclass(frozen=True, slots=True)
class PlacedText:
    """Where a text stands and where it may: `name` says which, such as "caption at 3.2 s"."""

    name: str
    box: Rect
    zone: Rect


@dataclass(frozen=True, slots=True)
class Expected:
    """What the plan says of the file.

    Attributes:
        duration_s, frames, width, height, fps: Of the video.
        codec: Name of the decoder, "h264".
        loudness_lufs, true_peak_dbtp: Target and limit.
        has_sound: Whether anything can be heard; False for a silent video.
        cues: The captions, on the video's timeline, those too that a card shows as its own text; empty when there are
            none.
        spoken: When each word is spoken, in seconds; a pause between two is no speech.
        texts: Every text whose place was decided.
        missing_glyphs: Characters that no font could draw.
        languages: Of the captions, primary tags; the first decides the reading speed.
        segments: What the file was joined from, as measured when it was rendered; empty for any other file.
        sound: What its sound was when it was mixed; None for any other file.
    """

    duration_s: float
    frames: int
    width: int
    height: int
    fps: int
    codec: str = "h264"
    loudness_lufs: float = -14.0
    true_peak_dbtp: float = -1.0
    has_sound: bool = True
    cues: tuple[Cue, ...] = ()
    spoken: tuple[tuple[float, float], ...] = ()
    texts: tuple[PlacedText, ...] = ()
    missing_glyphs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    segments: tuple[SegmentReport, ...] = ()
    sound: SoundReport | None = None


async def check_video(path: Path, expected: Expected, *, folder: Path, ffmpeg: str) -> QualityReport:
    """Measure a finished video; nothing is written.

    Args:
        path: The file.
        expected: The plan.
        folder: Where ffmpeg works.
        ffmpeg: The executable's path.
    """
    from automagic.media.quality.cards import check_caption_contrast, check_cards
    from automagic.media.quality.picture import has_faststart

    async with asyncio.TaskGroup() as tasks:
        pictures = tasks.create_task(_read_picture(path, expected))
        sounds = tasks.create_task(_read_sound(path, expected, folder, ffmpeg))
    picture, (sound, loudness) = pictures.result(), sounds.result()
    measures = [_readable(picture, sound)]
    if picture.frames:
        measures += check_container(picture, expected, faststart=has_faststart(path))
        measures += check_picture(picture)
        measures += check_cards(expected.segments, picture.fps)
        measures += check_caption_contrast(expected.segments, picture.fps)
    measures += check_sound(sound, picture, expected)
    measures += loudness
    measures += check_captions(expected)
    return QualityReport(tuple(measures))


async def _read_picture(path: Path, expected: Expected) -> PictureFacts:
    from automagic.media.quality.picture import read_picture

    cancelled = threading.Event()
    try:
        return await asyncio.to_thread(
            read_picture,
            path,
            black_s=BLACK_S,
            frozen_s=FROZEN_S,
            segments=expected.segments,
            cancelled=cancelled,
        )
    finally:
        cancelled.set()


async def _read_sound(path: Path, expected: Expected, folder: Path, ffmpeg: str) -> tuple[SoundFacts, list[Measure]]:
    """What the sound track holds, and how loud it is."""
    from automagic.media.quality.sound import read_sound

    sound = await asyncio.to_thread(read_sound, path)
    if not (sound.codec and expected.has_sound):
        return sound, []
    mixed = expected.sound
    if mixed is not None and mixed.packets == sound.packets and not sound.damage:  # measured, byte for byte the same
        return sound, _check_loudness(mixed.loudness_lufs, mixed.true_peak_dbtp, expected)
    try:
        measured = await measure_loudness(path, ffmpeg=ffmpeg, folder=folder)
    except MediaError as error:
        goal = f"{expected.loudness_lufs:g}"
        return sound, [_measure("loudness_lufs", "unknown", goal, False, error.message)]
    return sound, _check_loudness(measured.integrated_lufs, measured.true_peak_dbtp, expected)


def _measure(
    name: str, value: float | str | bool, expected: str, passed: bool, detail: str = "", *, otherwise: Verdict = "fail"
) -> Measure:
    if isinstance(value, float):
        value = round(float(value), 4)
    return Measure(name, value, expected, "pass" if passed else otherwise, "" if passed else detail)


def _readable(picture: PictureFacts, sound: SoundFacts) -> Measure:
    damage = list(dict.fromkeys([*picture.damage, *sound.damage]))
    more = f" and {len(damage) - 3} more" if len(damage) > 3 else ""
    readable = not damage and picture.frames > 0
    return _measure("readable", readable, "every packet decodes", readable, "; ".join(damage[:3]) + more)


def check_container(picture: PictureFacts, expected: Expected, *, faststart: bool) -> list[Measure]:
    """Size, times and tags of the video track against the plan; pure."""
    frame_s = 1 / expected.fps
    duration_s = picture.end_s - picture.start_s
    size, wanted_size = f"{picture.width}x{picture.height}", f"{expected.width}x{expected.height}"
    tags = "bt709/bt709/bt709/tv"
    pixels = max(1, picture.width * picture.height) * max(picture.fps, 1.0)
    bits = picture.kbps * 1000 / pixels
    low, high = BITS_A_PIXEL
    return [
        _measure(
            "duration_s",
            duration_s,
            f"{expected.duration_s:.3f} ± {frame_s:.3f}",
            abs(duration_s - expected.duration_s) <= frame_s + 1e-4,
            f"{duration_s - expected.duration_s:+.3f} s",
        ),
        _measure("frames", picture.frames, f"{expected.frames} ± 1", abs(picture.frames - expected.frames) <= 1),
        _measure(
            "frame_gaps",
            len(picture.gaps),
            "0",
            not picture.gaps,
            "after " + ", ".join(f"{at:.2f} s" for at in picture.gaps[:5]),
        ),
        _measure("size", size, wanted_size, size == wanted_size),
        _measure("fps", picture.fps, f"{expected.fps}", abs(picture.fps - expected.fps) < 0.01),
        _measure("codec", picture.codec, expected.codec, picture.codec == expected.codec),
        _measure("pixel_format", picture.pixel_format, "yuv420p", picture.pixel_format == "yuv420p"),
        _measure("colors", picture.colors, tags, picture.colors == tags, "players will guess", otherwise="flag"),
        _measure("faststart", faststart, "index before media", faststart, "it would not play while loading"),
        _measure(
            "video_kbps",
            round(picture.kbps, 1),
            f"{pixels * low / 1000:.0f}-{pixels * high / 1000:.0f}",
            low <= bits <= high,
            f"{bits:.4f} bits a pixel",
            otherwise="flag",
        ),
    ]


def check_picture(picture: PictureFacts) -> list[Measure]:
    """Black and frozen stretches, and whether the frames are the ones that were rendered; pure."""
    kept = [] if picture.known is None else [_measure("frames_as_rendered", picture.known, "all", picture.known)]
    return [
        *kept,
        _stretches("black_s", picture.black, f"no stretch of {BLACK_S} s"),
        _stretches("frozen_s", picture.frozen, f"no stretch of {FROZEN_S:.0f} s"),
        _stretches("resting_s", picture.resting, f"no card rests for {FROZEN_S:.0f} s", otherwise="flag"),
    ]


def _stretches(name: str, stretches: Sequence[DetectedRange], expected: str, *, otherwise: Verdict = "fail") -> Measure:
    where = ", ".join(f"{stretch.start_s:.2f}-{stretch.end_s:.2f} s" for stretch in stretches[:5])
    total = sum((stretch.length_s for stretch in stretches), 0.0)
    return _measure(name, total, expected, not stretches, where, otherwise=otherwise)


def check_sound(sound: SoundFacts, picture: PictureFacts, expected: Expected) -> list[Measure]:
    """Presence, synchrony and silences of the sound; pure."""
    from automagic.media.quality.sound import find_silence, measure_lag

    if not sound.codec:
        return [_measure("sound", False, "a sound track", not expected.has_sound, "the file holds no sound")]
    frame_s = 1 / expected.fps
    start, end = sound.start_s - picture.start_s, sound.end_s - picture.end_s
    measures = [
        _measure("sound", sound.codec, "aac", sound.codec == "aac", otherwise="flag"),
        _measure("sound_start_s", start, f"0 ± {frame_s:.3f}", abs(start) <= frame_s + 1e-4, "against the picture"),
        _measure("sound_end_s", end, f"0 ± {frame_s:.3f}", abs(end) <= frame_s + 1e-4, "against the picture"),
    ]
    if not expected.has_sound:
        return measures
    silences, trailing_s = find_silence(sound, SILENCE_S)
    measures += [
        _stretches("silence_s", silences, f"no stretch of {SILENCE_S} s"),
        _measure(
            "trailing_silence_s", trailing_s, f"< {TRAILING_S}", trailing_s < TRAILING_S, "at the end", otherwise="flag"
        ),
    ]
    lag_s = measure_lag(sound, expected.spoken)
    if lag_s is not None:
        late = "later" if lag_s > 0 else "earlier"
        measures.append(
            _measure("speech_lag_s", lag_s, f"0 ± {LAG_S}", abs(lag_s) <= LAG_S, f"heard {late} than planned")
        )
    return measures


def _check_loudness(loudness_lufs: float, true_peak_dbtp: float, expected: Expected) -> list[Measure]:
    missed = loudness_lufs - expected.loudness_lufs
    return [
        _measure(
            "loudness_lufs",
            loudness_lufs,
            f"{expected.loudness_lufs:g} ± {LOUDNESS_TOLERANCE_LU}",
            abs(missed) <= LOUDNESS_TOLERANCE_LU + 1e-6,
            f"{missed:+.1f} LU",
        ),
        _measure(
            "true_peak_dbtp",
            true_peak_dbtp,
            f"≤ {expected.true_peak_dbtp:g}",
            true_peak_dbtp <= expected.true_peak_dbtp + 1e-6,
            "some players will distort",
        ),
    ]


def check_captions(expected: Expected) -> list[Measure]:
    """Coverage, reading speed, places and glyphs, as planned; pure."""
    outside = [text.name for text in expected.texts if not text.zone.contains(text.box)]
    missing = expected.missing_glyphs
    measures = [
        _measure("text_outside_zone", len(outside), "0", not outside, ", ".join(outside[:5])),
        _measure("missing_glyphs", len(missing), "0", not missing, " ".join(missing[:20])),
    ]
    if not expected.cues:
        return measures
    bare, total_s = find_uncaptioned(expected.cues, expected.spoken)
    coverage = 1 - sum(said_s for _, said_s in bare) / total_s if total_s else 1.0
    missed = [f"{said_s:.1f} s at {start_s:.2f} s" for start_s, said_s in bare if said_s >= MISSED_S]
    measures.append(
        _measure(
            "caption_coverage",
            coverage,
            f"≥ {CAPTION_COVERAGE}, and nowhere {MISSED_S} s without",
            coverage >= CAPTION_COVERAGE and not missed,
            "speech without a caption" + (": " if missed else "") + ", ".join(missed[:5]),
        )
    )
    limit = CHARACTERS_A_SECOND.get(expected.languages[0] if expected.languages else "", 21.0)
    fastest = max(expected.cues, key=_reading_speed)
    speed = _reading_speed(fastest)
    shown = fastest.text.replace("\n", " ")
    measures.append(
        _measure(
            "reading_speed",
            speed,
            f"≤ {limit:g} characters/s",
            speed <= limit,
            f"“{shown}” at {fastest.start_s:.2f} s",
            otherwise="flag",
        )
    )
    return measures


def _reading_speed(cue: Cue) -> float:
    return len(cue.text) / max(cue.end_s - cue.start_s, 0.001)


def find_uncaptioned(
    cues: Sequence[Cue], spoken: Sequence[tuple[float, float]]
) -> tuple[list[tuple[float, float]], float]:
    """Of each stretch without a caption (its first speech, how much there is), and how much there is at all; in s."""
    said = _joined(spoken)
    shown = _joined([(cue.start_s, cue.end_s) for cue in cues])
    edges = [-math.inf, *itertools.chain.from_iterable(shown), math.inf]
    bare = []
    for off, on in zip(edges[::2], edges[1::2], strict=True):
        parts = [(max(start, off), min(end, on)) for start, end in said if start < on and end > off]
        if parts:
            bare.append((parts[0][0], sum(end - start for start, end in parts)))
    return bare, sum(end - start for start, end in said)


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
