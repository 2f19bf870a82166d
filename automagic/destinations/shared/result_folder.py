"""What lies in a result's folder, as what is published.

2026-01-31-a-title/                 a video          ─▶ one Publication
2026-01-31-talk-clips/1-…, 2-…      clips            ─▶ one for each clip that passed
2026-01-31-season-clips/talk/1-…    of several       ─▶ the same
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automagic.destinations.shared.publication import Publication
from automagic.errors import QualityError, RequestError
from automagic.machine.blocks import hash_file
from automagic.reading.json import parse_json
from automagic.reading.named_files import open_named, read_named

REJECTED = ".rejected"
CLIPS = "clips.json"
"""The file by which a folder of clips is known."""


@dataclass(frozen=True, slots=True)
class _Clip:
    """A clip in a folder of them."""

    number: str
    id: str
    title: str
    folder: Path
    passed: bool

    def is_called(self, name: str) -> bool:
        """Whether a person means it: by its number, its id or its folder's name."""
        return name in (self.number, self.id, self.folder.name)


def read_results(folder: Path, *, run_id: str, clips: Sequence[str] = ()) -> tuple[Publication, ...]:
    """Everything in a folder that is published: the video, or the clips that passed their measurements.

    Args:
        clips: Only these clips, by number, id or folder; all when empty.

    Raises:
        RequestError: The folder is missing, incomplete, or not one of ours; or holds no such clip.
        QualityError: Nothing in it passed, or a clip that is named did not.
    """
    folder = folder.absolute()
    if not (folder / CLIPS).is_file():
        if clips:
            raise RequestError(f"{folder} holds no clips", hint="Leave out --clip to publish a video.")
        return (read_result(folder, run_id=run_id),)
    found = list(_find_clips(folder, _read_json(folder, CLIPS)))
    chosen = _choose(found, clips, folder) if clips else [clip for clip in found if clip.passed]
    if not chosen:
        raise QualityError(
            f"no clip in {folder.name} passed its measurements" if found else f"{folder.name} holds no clips",
            hint="Only what passed is published; each quality.json says what failed.",
        )
    return tuple(read_result(_own_folder(clip.folder), run_id=run_id) for clip in chosen)


def _own_folder(path: Path) -> Path:
    """A folder that lies in the result itself.

    Raises:
        RequestError: It is a link.
    """
    if path.is_symlink():
        raise RequestError(f"{path.name} in {path.parent.name} is a link", hint="Publish the folder that it leads to.")
    return path


def _find_clips(folder: Path, listed: dict[str, Any]) -> Iterator[_Clip]:
    """The clips of a recording, or those of each recording in turn."""
    try:
        if "episodes" in listed:
            for episode in listed["episodes"]:
                inner = folder / _plain_name(episode["folder"])
                clips = _read_json(_own_folder(inner), CLIPS)
                if "episodes" in clips:  # a recording has clips: else a folder could name itself
                    raise KeyError("clips")  # noqa: TRY301 - one message for everything that is not ours
                yield from _find_clips(inner, clips)
            return
        for entry in listed["clips"]:
            place = folder / _plain_name(entry["folder"])
            passed = entry["passed"] is True
            yield _Clip(str(entry["number"]), str(entry["id"]), str(entry["title"]), place, passed)
    except (KeyError, TypeError, AttributeError, ValueError, OSError) as error:  # OSError: too long for a name
        raise RequestError(
            f"{folder} is not a result of AutoMagic: {CLIPS} is damaged", hint="Make the clips again."
        ) from error


def _choose(found: Sequence[_Clip], names: Sequence[str], folder: Path) -> list[_Clip]:
    """The clips that are named, in the order of their list.

    Raises:
        RequestError: There is no such clip, or several are called so.
        QualityError: One did not pass.
    """
    chosen: list[_Clip] = []
    for name in dict.fromkeys(names):
        meant = [clip for clip in found if clip.is_called(name)]
        if len(meant) != 1:
            offered = ", ".join(f"{clip.number} ({clip.title})" for clip in found[:10])
            raise RequestError(
                f"there is no clip {name!r} in {folder.name}"
                if not meant
                else f"{len(meant)} clips in {folder.name} are called {name!r}",
                hint=f"There are: {offered}." if not meant else "Name the folder of one recording, or a clip's id.",
            )
        if not meant[0].passed:
            raise QualityError(f"clip {name} did not pass its measurements", hint="Only what passed is published.")
        chosen += meant
    return [clip for clip in found if clip in chosen]


def read_result(folder: Path, *, run_id: str) -> Publication:
    """The video or the clip that lies in a folder.

    Raises:
        RequestError: The folder is missing, incomplete, or not one of ours.
        QualityError: The result did not pass its measurements.
    """
    folder = folder.absolute()
    if not folder.is_dir():
        raise RequestError(f"there is no result folder {folder}", hint="Make the video again, or check the name.")
    if folder.name.endswith(REJECTED):
        raise QualityError(f"{folder.name} did not pass its measurements", hint="Only what passed is published.")
    facts = _read_json(folder, "metadata.json")
    try:
        if not facts["generator"].startswith("AutoMagic"):
            raise KeyError("generator")  # noqa: TRY301 - one message for everything that is not ours
        files = tuple(str(name) for name in facts["files"])
        _check_files(folder, files, facts.get("sha256", {}))
        quality = _read_json(folder, "quality.json")
        failed = sorted(name for name, report in quality.items() if report["passed"] is not True)
        videos, thumbnails = (_by_platform(folder, files, tuple(quality), *kind) for kind in _KINDS)
        publication = Publication(
            run_id=run_id,
            folder=folder,
            name=_plain_name(facts.get("name", folder.name)),
            files=files,
            videos=videos,
            thumbnails=thumbnails,
            captions=folder / "captions.srt" if "captions.srt" in files else None,
            title=str(facts["title"]),
            description=str(facts["description"]),
            tags=tuple(str(tag) for tag in facts["tags"]),
            language=str(facts["language"]),
            duration_s=float(facts["duration_s"]),
            synthetic=facts.get("synthetic", True) is not False,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RequestError(
            f"{folder} is not a result of AutoMagic: {error} is missing or wrong in its files",
            hint="Name a folder that `automagic` made.",
        ) from error
    if failed or not quality:
        raise QualityError(
            f"{folder.name} did not pass its measurements for {', '.join(failed) or 'any platform'}",
            hint="Only what passed is published; quality.json says what failed.",
        )
    if not videos:
        raise RequestError(f"{folder} holds no video", hint="Make the video again.")
    return publication


def _check_files(folder: Path, names: Sequence[str], digests: Mapping[str, str]) -> None:
    """Check that each file is there, is not a link, and is as it was when it was measured.

    Raises:
        RequestError: One is missing or a link.
        QualityError: One was changed.
    """
    for name in names:
        if Path(name).name != name or not _is_plain_file(folder / name):
            raise RequestError(
                f"{name} is missing in {folder}, or is a link", hint="Make the video again: what it needs is kept."
            )
        if name in digests:  # what was made by an earlier version has none
            _refuse_changed(folder / name, digests[name])


def _is_plain_file(path: Path) -> bool:
    """Whether it is a file itself: a link could point to another file by the time it is read."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _refuse_changed(path: Path, digest: object) -> None:
    with open_named(path, sys.maxsize) as (file, _):
        same = hash_file(file) == digest
    if not same:
        raise QualityError(
            f"{path.name} in {path.parent.name} was changed after it was measured",
            hint="Run the command that made it once more: it puts the measured file back at once. "
            "Title, description and tags may be edited in metadata.json.",
        )


def _plain_name(value: Any) -> str:
    """A folder's name, which cannot lead anywhere else."""
    plain = isinstance(value, str) and value.isprintable() and Path(value).name == value and 0 < len(value) <= 200
    if not plain or value.startswith("."):
        raise ValueError("name")
    return str(value)


_MOST_BYTES = 20_000_000
_KINDS = (("video", ".mp4"), ("thumbnail", ".jpg"))


def _by_platform(
    folder: Path, files: tuple[str, ...], platforms: tuple[str, ...], stem: str, suffix: str
) -> dict[str, Path]:
    """Platform → file: one file for all ("video.mp4"), or each named for its own ("video-shorts-reels.mp4")."""
    if f"{stem}{suffix}" in files:
        return dict.fromkeys(platforms, folder / f"{stem}{suffix}")
    found = {}
    for name in files:
        if name.startswith(f"{stem}-") and name.endswith(suffix):
            for platform in name.removeprefix(f"{stem}-").removesuffix(suffix).split("-"):
                found[platform] = folder / name
    return found


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        if (folder / name).is_symlink():
            raise RequestError(f"{name} is a link")  # noqa: TRY301 - said like any other that cannot be read
        value = parse_json(read_named(folder / name, _MOST_BYTES), name=name)
    except RequestError as error:  # a link, no file, or not JSON
        raise RequestError(
            f"{folder} is not a result of AutoMagic: {name} cannot be read", hint="Name a folder that `automagic` made."
        ) from error
    if not isinstance(value, dict):
        raise RequestError(f"{folder} is not a result of AutoMagic: {name} is damaged", hint="Make the video again.")
    return value
