"""The step of hearing a recording that is not shared with clips: its sound, however long it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.values.artifact import Artifact

LONGEST_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class RecordingSound:
    """The sound of a recording, ready for recognition.

    Attributes:
        sound: 16 kHz mono WAV; None where the recording has no sound.
        silences: Where nobody speaks, (start, end) in seconds.
        duration_s: How long it is.
        damaged: Whether parts could not be decoded; there is silence instead.
    """

    sound: Artifact | None
    silences: tuple[tuple[float, float], ...] = ()
    duration_s: float = 0.0
    damaged: bool = False


@step("archive-listen", 1, forecast=lambda: RecordingSound(Artifact.unknown("sound", "audio/wav")))
async def listen(context: Context, recording: Artifact) -> RecordingSound:
    """The recording's sound, and where it is silent."""
    from automagic.media.sound import listening, prosody

    source, target = context.services.recordings[recording.sha256], context.folder / "sound.wav"

    def work(stop: Callable[[], bool]) -> RecordingSound:
        found = listening.extract_sound(source, target, cancelled=stop, on_progress=context.progress, max_s=LONGEST_S)
        if found is None:
            return RecordingSound(None)
        silences = prosody.find_silences(listening.measure_levels(target))
        return RecordingSound(None, silences, found.duration_s, found.damaged)

    heard = await context.compute(work, urgent=True)
    if not target.exists():
        return heard
    return replace(heard, sound=await context.keep(target, "audio/wav"))
