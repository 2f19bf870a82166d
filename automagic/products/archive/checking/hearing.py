"""A recording that somebody listens to, so that its captions can be compared with what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.runs.run import Run
from automagic.runs.steps import step
from automagic.services import Services
from automagic.stages.context import Context
from automagic.stages.transcription import hear_words
from automagic.values.artifact import Artifact
from automagic.values.transcript import Transcript

MAX_BYTES = 64 << 30


@dataclass(frozen=True, slots=True)
class HeardSound:
    """The sound of a recording as recognition wants it.

    Attributes:
        sound: 16 kHz mono WAV; None where the recording has none.
        silences: Where nobody speaks, (start, end) in seconds.
        duration_s: How long it is.
    """

    sound: Artifact | None
    silences: tuple[tuple[float, float], ...] = ()
    duration_s: float = 0.0


@step("extract-sound", 1, forecast=lambda: HeardSound(Artifact.unknown("sound", "audio/wav")))
async def extract_sound(context: Context, recording: Artifact) -> HeardSound:
    """The recording's sound, and where it is silent."""
    from automagic.media.sound import listening, prosody

    source, target = context.services.recordings[recording.sha256], context.folder / "sound.wav"

    def work(stop: Callable[[], bool]) -> HeardSound:
        found = listening.extract_sound(source, target, cancelled=stop, on_progress=context.progress)
        if found is None:
            return HeardSound(None)
        return HeardSound(None, prosody.find_silences(listening.measure_levels(target)), found.duration_s)

    heard = await context.compute(work, urgent=True)
    if not target.exists():
        return heard
    return HeardSound(await context.keep(target, "audio/wav"), heard.silences, heard.duration_s)


async def hear_recording(path: Path, language: str, run: Run[Services]) -> Transcript:
    """The words that are said in a recording, with their times.

    Raises:
        RequestError: It cannot be read, or has no sound.
        VendorError, ConfigurationError: Nobody can listen to it.
    """
    services = run.services
    recording = await in_thread(services.store.snapshot, path, "video/mp4", MAX_BYTES, run_id=None)
    services.recordings[recording.sha256] = path
    about = run.about("")
    heard = await about.step(extract_sound, recording)
    if heard.sound is None:
        raise RequestError(f"{path.name} has no sound", hint="Leave --media out: the captions' places are checked.")
    return await hear_words(heard.sound, heard.silences, heard.duration_s, asked=None, language=language, about=about)
