"""What a person gives: a topic, a text, a script, pictures, music. Read and checked before any work is done."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.model import Artifact, Document, Scene, Script
from automagic.orchestrator.events import Notice
from automagic.orchestrator.run import Run
from automagic.services import Services

if TYPE_CHECKING:
    from automagic.orchestrator.store import ArtifactStore

MAX_PICTURE_BYTES = 100_000_000
MAX_MUSIC_BYTES = 500_000_000
MAX_TOPIC_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Brief:
    """What the video is about: exactly one of the three."""

    topic: str = ""
    document: Document | None = None
    script: Script | None = None


async def read_brief(*, topic: str | None, source: str | None, script: str | None, language: str) -> Brief:
    """Read what the video is about.

    Raises:
        RequestError: None or several were given, or the one cannot be read.
    """
    given = [name for name, value in (("--topic", topic), ("--source", source), ("--script", script)) if value]
    if len(given) != 1:
        raise RequestError(
            f"{' and '.join(given)} exclude each other" if given else "there is nothing to make a video about",
            hint='Give one of --topic "…", --source FILE|URL|-, --script FILE.',
        )
    if source:
        return Brief(document=await read_source(source))
    if script:
        from automagic.language.script_file import parse_script
        from automagic.sources.file import read_text

        return Brief(script=parse_script(read_text(Path(script)), language=language))
    assert topic is not None  # noqa: S101 - the only one left
    return Brief(topic=topic.strip())


async def read_source(source: str) -> Document:
    """Readable text from a file, a URL, or standard input ("-")."""
    if source == "-":
        from automagic.sources.standard_input import read_standard_input

        return read_standard_input(sys.stdin.buffer)
    if "://" in source:
        from automagic.sources.page import fetch_page

        return await fetch_page(source)
    from automagic.sources.file import read_file

    return read_file(Path(source))


def read_pictures(folder: Path | None, script: Script, script_folder: Path, run: Run[Services]) -> dict[str, Artifact]:
    """The person's own pictures by scene.

    A picture line in the script names a file in `folder` (or beside the script); scenes without one take the
    pictures that no line names, in file name order. Scenes that are left get designed cards.
    """
    named = [scene for scene in script.scenes if scene.picture]
    if folder is None and not named:
        return {}
    from automagic.media.framing import list_pictures

    files = list(list_pictures(folder)) if folder else []
    by_name = {path.name: path for path in files}
    chosen: dict[str, Path] = {scene.id: _find_picture(scene, by_name, folder or script_folder) for scene in named}
    free = [path for path in files if path not in chosen.values()]
    for scene in script.scenes:
        if scene.id not in chosen and free:
            chosen[scene.id] = free.pop(0)
    if free:
        run.emit(Notice(f"{len(free)} pictures are left over: there are more than scenes."))
    if folder and len(chosen) < len(script.scenes):
        run.emit(Notice(f"{len(script.scenes) - len(chosen)} scenes have no picture and get a designed card."))
    store: ArtifactStore = run.services.store
    return {scene: store.take_in(path, "image/*", MAX_PICTURE_BYTES) for scene, path in chosen.items()}


def read_music(music: str, run: Run[Services]) -> Artifact | None:
    """A person's own music, when `music` is neither "auto" nor "none"."""
    if music in ("auto", "none"):
        return None
    return run.services.store.take_in(Path(music), "audio/*", MAX_MUSIC_BYTES)


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
