"""What a person gives: a topic, a text, a script, pictures, music. Read and checked before any work is done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError, RequestError
from automagic.machine.leaving import in_thread
from automagic.stages.picture_steps import OwnPicture
from automagic.stages.writing import Brief, read_source
from automagic.values.artifact import Artifact
from automagic.values.events import Notice
from automagic.values.script import Scene, Script

if TYPE_CHECKING:
    from automagic.runs.run import Run
    from automagic.services import Services

MAX_PICTURE_BYTES = 100_000_000
MAX_MUSIC_BYTES = 500_000_000
MIN_MUSIC_S = 0.2


async def read_brief(
    *, topic: str | None, source: str | None, script: str | None, language: str, kind: str | None = None
) -> Brief:
    """Read what the video is about: one of the first three, as of a request.

    Raises:
        RequestError: It cannot be read.
    """
    if source:
        return Brief(document=await read_source(source), kind=kind or "")
    if script:
        return Brief(script=await in_thread(_read_script, Path(script), language))
    return Brief(topic=(topic or "").strip())


def _read_script(path: Path, language: str) -> Script:
    from automagic.language.script.file import parse_script
    from automagic.sources.file import read_text

    return parse_script(read_text(path), language=language)


async def read_pictures(
    folder: Path | None, script: Script, script_folder: Path, run: Run[Services]
) -> dict[str, OwnPicture]:
    """The person's own pictures by scene.

    A picture line in the script names a file in `folder` (or beside the script); scenes without one take the
    pictures that no line names, in file name order. Scenes that are left get designed cards. What is not used is told,
    with the reason.

    Raises:
        RequestError: A picture that the script names is not there or cannot be read, or the folder holds none.
    """
    named = [scene for scene in script.scenes if scene.picture]
    if folder is None and not named:
        return {}
    from automagic.media.framing.picture_files import check_picture, list_pictures, list_unread

    files = list(await in_thread(list_pictures, folder)) if folder else []
    by_name = {path.name: path for path in files}
    chosen: dict[str, Path] = {scene.id: _find_picture(scene, by_name, folder or script_folder) for scene in named}
    unread = [f"{one.name} is {one.kind}." for one in list_unread(folder)] if folder else []
    free = []
    for path in files:
        if path not in chosen.values():
            if why := check_picture(path):
                unread.append(why)
            else:
                free.append(path)
    if unread and not free and not named:
        more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""
        raise RequestError(
            f"no picture of {folder.name if folder else ''} can be used: {' '.join(unread[:3])}{more}",
            hint="Save them again as JPEG or PNG, or leave --images out.",
        )
    for scene in script.scenes:
        if scene.id not in chosen and free:
            chosen[scene.id] = free.pop(0)
    for notice in tell_unused(unread, [path.name for path in free], len(script.scenes), len(chosen)):
        run.emit(Notice(notice))
    from automagic.reading.named_files import file_name

    asked = {scene.id for scene in named}
    return {
        scene: OwnPicture(
            file_name(path)[-80:], await in_thread(run.snapshot, path, "image/*", MAX_PICTURE_BYTES), scene in asked
        )
        for scene, path in chosen.items()
    }


def tell_unused(unread: Sequence[str], left: Sequence[str], scenes: int, shown: int) -> list[str]:
    """What a person should know of the pictures that are not shown, and of scenes without one; pure.

    Args:
        unread: Why each file that cannot be used cannot, in a sentence.
        left: Files beyond the number of scenes.
        scenes, shown: How many scenes there are, and how many of them have a picture.
    """
    notices = [f"Not used: {why}" for why in unread[:_NAMED]]
    if len(unread) > _NAMED:
        notices.append(f"Not used: {len(unread) - _NAMED} more files.")
    if left:
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        notices.append(f"Not used, since there are only {scenes} scenes: {', '.join(left[:_NAMED])}{more}.")
    if (unread or shown) and shown < scenes:
        notices.append(f"Scenes without a picture: {scenes - shown} of {scenes}. They get designed cards.")
    return notices


_NAMED = 8


async def read_music(music: str, run: Run[Services]) -> Artifact | None:
    """A person's own music, when `music` is neither "auto" nor "none"."""
    if music in ("auto", "none"):
        return None
    if not music.strip():
        raise RequestError("--music is empty", hint="Give a file, or one of auto and none.")
    path = Path(music)
    taken = await in_thread(run.snapshot, path, "audio/*", MAX_MUSIC_BYTES)
    await in_thread(_check_music, path)
    return taken


def _check_music(path: Path) -> None:
    """Look into a person's music before anything is spoken.

    Raises:
        RequestError: It holds no sound.
    """
    from automagic.media.video.probe import probe

    hint = "Give an audio file such as MP3, WAV, FLAC or M4A, or leave the music out."
    try:
        info = probe(path)
    except MediaError as error:
        raise RequestError(f"the music {path.name} cannot be read as sound", hint=hint) from error
    if info.audio is None or info.duration_s < MIN_MUSIC_S:
        raise RequestError(f"the music {path.name} holds no sound", hint=hint)


def _find_picture(scene: Scene, by_name: dict[str, Path], folder: Path) -> Path:
    name = scene.picture or ""
    if name in by_name:
        return by_name[name]
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise RequestError(
            f"the picture {name!r} lies outside {folder}", hint="Copy it beside the script or use --images."
        )
    if not path.is_file():
        raise RequestError(f"there is no picture {name!r} in {folder}", hint="Check the script's picture lines.")
    return path
