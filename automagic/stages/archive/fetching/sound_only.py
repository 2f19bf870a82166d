"""Keep of a recording only what is heard: one channel of Opus, about 15 MB an hour."""

from __future__ import annotations

import os
from pathlib import Path

from automagic.errors import MediaError
from automagic.machine.blocks import hash_file
from automagic.machine.leaving import in_thread
from automagic.machine.processes import run_program
from automagic.media.video.containers import open_recording
from automagic.media.video.wholeness import check_whole
from automagic.services import Services
from automagic.store.holdings import Media

_QUIET = ("-v", "error", "-nostdin", "-y", "-protocol_whitelist", "file")
_OPUS = ("-vn", "-sn", "-dn", "-ac", "1", "-c:a", "libopus", "-b:a", "32k", "-f", "ogg")


async def keep_sound(film: Path, target: Path, name: str, services: Services) -> Media:
    """Write the sound of a recording into a file of its own; the recording itself stays until that is noted.

    Args:
        name: What errors call it.

    Raises:
        MediaError: It has no sound, or that cannot be decoded.
        ResourceError: The disk is full.
    """
    if not await in_thread(_has_sound, film):
        raise MediaError(f"{name} has no sound, and only sound is kept here (ARCHIVE_MEDIA)")
    partial = target.with_name(f"{target.name}.partial")
    argv = [services.ffmpeg.path, *_QUIET, "-i", f"file:{film}", *_OPUS, f"file:{partial}"]
    try:
        await run_program(argv, cwd=film.parent)
        await in_thread(check_whole, partial, target.name)
    except MediaError as error:
        await in_thread(partial.unlink, missing_ok=True)
        raise MediaError(f"the sound of {name} could not be kept: {error.message}", hint=error.hint) from error

    def settle() -> Media:
        with partial.open("rb") as file:
            digest = hash_file(file)
            os.fsync(file.fileno())
        partial.replace(target)
        return Media(str(target), target.stat().st_size, digest)

    return await in_thread(settle)


def _has_sound(film: Path) -> bool:
    with open_recording(film) as container:
        return bool(container.streams.audio)
