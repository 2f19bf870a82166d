"""A recording that somebody listens to, so that its captions can be compared with what is said."""

from __future__ import annotations

from pathlib import Path

from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.products.archive.hearing.steps import listen
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.transcription import hear_words
from automagic.values.transcript import Transcript

MAX_BYTES = 64 << 30


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
    heard = await about.step(listen, recording)
    if heard.sound is None:
        raise RequestError(f"{path.name} has no sound", hint="Leave --media out: the captions' places are checked.")
    return await hear_words(heard.sound, heard.silences, heard.duration_s, asked=None, language=language, about=about)
