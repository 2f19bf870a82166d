"""What the plan of a video says of its finished file: the quality gate holds the file against it."""

from __future__ import annotations

from automagic.media.design.platforms import LOUDNESS_LUFS, TRUE_PEAK_DBTP
from automagic.media.quality.finished import Expected, PlacedText
from automagic.media.sound.parts import SoundReport
from automagic.media.video.encode import CODEC_NAMES
from automagic.products.video.film import Film
from automagic.products.video.narration import NarratedLine, start_frames
from automagic.products.video.timeline import line_cues, shift_cue


def expect(film: Film, told: tuple[NarratedLine, ...], sound: SoundReport, *, codec: str, language: str) -> Expected:
    """The plan's figures for one geometry."""
    frame = film.group.frame
    starts = start_frames(told)
    cues = tuple(
        shift_cue(cue, start / frame.fps)
        for start, line in zip(starts, told, strict=False)
        for cue in line_cues(line.timed, fps=frame.fps, room=film.room, language=language)
    )
    spoken = tuple(
        (start / frame.fps + word.start_s, start / frame.fps + word.end_s)
        for start, line in zip(starts, told, strict=False)
        for word in line.timed.words
    )
    return Expected(
        duration_s=starts[-1] / frame.fps,
        frames=starts[-1],
        width=frame.width,
        height=frame.height,
        fps=frame.fps,
        codec=CODEC_NAMES[codec],
        loudness_lufs=LOUDNESS_LUFS,
        true_peak_dbtp=TRUE_PEAK_DBTP,
        cues=cues,
        spoken=spoken,
        texts=tuple(PlacedText(f"card text {number}", *placed) for number, placed in enumerate(film.texts)),
        languages=(language,),
        segments=tuple(segment.report for segment in film.segments),
        sound=sound,
    )
