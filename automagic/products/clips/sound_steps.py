"""Which sound of a recording is heard: as a person asks for it, or by where somebody speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.media.sound.audio_tracks import FIRST, AudioPick, AudioTrack, check_number, primary_language
from automagic.media.sound.track_choice import TrackChoice
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.values.artifact import Artifact

if TYPE_CHECKING:
    from automagic.runs.run import RunSubject
    from automagic.services import Services


_MOST_GAIN_DB = 60.0
"""From a whisper to a shout it is half of that."""


def check_pick(pick: AudioPick, tracks: tuple[AudioTrack, ...], name: str) -> None:
    """Check that a recording has the sound tracks that a plan names.

    Raises:
        RequestError: It does not.
    """
    for number in pick.tracks:
        check_number(number, tracks, name)
    fits = {"alone": len(pick.tracks) == 1, "sides": len(pick.tracks) == 2, "mixed": len(pick.tracks) > 1}
    if (
        not fits[pick.together]
        or len(set(pick.tracks)) != len(pick.tracks)
        or len(pick.gains_db)
        not in {
            0,
            len(pick.tracks),
        }
        or any(abs(gain_db) > _MOST_GAIN_DB for gain_db in pick.gains_db)
    ):
        raise RequestError(
            f"the plan's sound of {name} does not fit together",
            hint='One track is "alone", two may be "sides", several are "mixed"; gains_db has one for each, or none.',
        )


async def choose_sound(
    recording: Artifact,
    tracks: tuple[AudioTrack, ...],
    *,
    asked: AudioPick | None,
    duration_s: float,
    language: str,
    about: RunSubject[Services],
) -> TrackChoice:
    """The tracks that are heard, and why.

    Args:
        tracks: Of the recording.
        asked: What a person wants to hear; None for where somebody speaks.
        duration_s: How long the recording really is.
        language: BCP-47 tag of the speech; "" for any.
    """
    if asked is not None:
        return TrackChoice(asked)
    readable = tuple(track for track in tracks if track.readable)
    if len(readable) > 1:
        detector = about.run.services.engines.transcriber.detector()
        return await about.step(
            pick_tracks, recording, readable, len(tracks), duration_s, primary_language(language), detector
        )
    if readable and len(tracks) > 1:
        why = f"Of {len(tracks)} sound tracks only track {readable[0].label} can be decoded: it is heard."
        return TrackChoice(AudioPick((readable[0].number,)), why)
    return TrackChoice(AudioPick((readable[0].number,)) if readable else FIRST)


@step("pick-tracks", 1, plannable=True)
async def pick_tracks(
    context: Context,
    recording: Artifact,
    tracks: tuple[AudioTrack, ...],
    total: int,
    duration_s: float,
    language: str,
    detector: str,
) -> TrackChoice:
    """The tracks on which somebody speaks, by samples that are spread over the recording.

    Args:
        tracks: Those that can be decoded.
        total: How many there are.
        duration_s: Of the recording; what its file states may be wrong.
        language: BCP-47 primary tag of the speech that is asked for; "" for any.
        detector: What finds speech; "" where nothing can.
    """
    from automagic.media.sound import track_choice, track_samples

    source = context.services.recordings[recording.sha256]
    numbers = [track.number for track in tracks]
    files = [context.folder / f"track-{number}.wav" for number in numbers]
    sounds: list[track_choice.TrackSound] = []
    for count in (track_samples.MOMENTS, track_samples.MORE_MOMENTS):
        starts_s = track_samples.plan_moments(duration_s, count)

        def work(stop: Callable[[], bool], starts_s: tuple[float, ...] = starts_s) -> None:
            track_samples.write_samples(source, numbers, starts_s, files, cancelled=stop)

        await context.compute(work, urgent=True)
        async with context.core(urgent=True):
            spans = [await context.services.engines.transcriber.find_speech(file) if detector else () for file in files]
        sounds = [
            track_choice.read_track(track, file, speech)
            for track, file, speech in zip(tracks, files, spans, strict=True)
        ]
        if any(sound.speech_s >= track_choice.LEAST_S for sound in sounds) or len(starts_s) < count or not detector:
            break
    return track_choice.choose_tracks(sounds, language=language, total=total)
