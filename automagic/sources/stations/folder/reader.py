"""A folder of recordings, with its subfolders, as a source of the archive.

    /media/meetings/2026-03-11 Council.mp4        a recording, named by its place below the folder
                    2026-03-11 Council.srt        its captions: a file of the same name
                    2026-03-11 Council.es.vtt     the same in a language

A recording is what its name says that it is; whether it can be played is found when it is read. Links are not followed,
of captions neither: they may lead anywhere.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import stat
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from automagic.errors import RequestError, Retryable
from automagic.machine.leaving import in_thread
from automagic.values.recording import SOUND_SUFFIXES, VIDEO_SUFFIXES
from automagic.values.station import CaptionForm, CaptionPlace, StationChapter, StationClock, StationItem

_CAPTIONS: dict[str, CaptionForm] = {".vtt": "vtt", ".srt": "srt", ".scc": "scc", ".txt": "txt"}
_FORMS = tuple(_CAPTIONS.values())
_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PAGE = 500


class FolderReader:
    """One folder.

    Args:
        floor_bytes: Of its disk: with less free room it is nearly full.
    """

    def __init__(self, folder: Path, *, floor_bytes: int = 0) -> None:
        self._folder = folder
        self._floor_bytes = floor_bytes
        self.requests = 0
        self.lists_all = True
        self.left_out: list[str] = []

    async def clock(self) -> StationClock:
        """This machine's time.

        Raises:
            RequestError: There is no such folder.
            Retryable: It was there, and is not mounted now.
        """
        if not self._folder.is_dir():
            raise Retryable(f"the folder {self._folder} is not there", hint="Is its disk connected?")
        return StationClock(datetime.now(UTC))

    async def probe(self) -> str:
        """See that it can be read, and how much room is left for what is recorded next."""

        def look() -> int:
            with os.scandir(self._folder) as inside:
                next(inside, None)
            return shutil.disk_usage(self._folder).free

        try:
            free = await in_thread(look)
        except OSError as error:
            reason = error.strerror or error
            raise Retryable(f"{self._folder} cannot be read: {reason}", hint="Is its disk connected?") from error
        return f"only {free / 1e9:.1f} GB are free on its disk" if free < self._floor_bytes else ""

    async def count(self) -> int | None:
        """Only a list of all tells."""
        return None

    async def everything(self) -> AsyncIterator[list[StationItem]]:
        """All recordings, in order of their names."""
        found = await asyncio.to_thread(lambda: sorted(_list(self._folder)))
        self.left_out = [
            f"the name of {_shown(path)} is no UTF-8: rename it" for path, _ in found if not _is_text(path)
        ]
        named = [one for one in found if _is_text(one[0])]
        for begin in range(0, len(named), _PAGE):
            yield await asyncio.to_thread(self._read_all, named[begin : begin + _PAGE])

    def changed(self, since: datetime) -> None:
        """It cannot be asked."""
        del since

    async def find(self, remote_id: str) -> StationItem | None:
        """The recording, or None where no file has the name any more."""
        path = self._folder / remote_id
        if ".." in path.parts:
            return None
        return await asyncio.to_thread(
            lambda: self._read(path, _captions_in(path.parent, _names_in(path.parent)).get(path.stem, ()))
        )

    async def captions(self, item: StationItem) -> tuple[CaptionPlace, ...]:
        """Those beside it."""
        return item.captions

    async def chapters(self, item: StationItem) -> tuple[StationChapter, ...]:
        """None."""
        return item.chapters

    def _read_all(self, part: Iterable[_Found]) -> list[StationItem]:
        return [item for path, captions in part if (item := self._read(path, captions)) is not None]

    def _read(self, path: Path, captions: tuple[CaptionPlace, ...]) -> StationItem | None:
        """None where it is no file, or not any more: somebody moves recordings while we look."""
        try:
            about = path.stat(follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(about.st_mode):
            return None
        return StationItem(
            remote_id=path.relative_to(self._folder).as_posix(),
            title=path.stem,
            project=path.parent.name if path.parent != self._folder else "",
            event_at=_date_of(path.stem),
            url=str(path),
            file_name=f"{path.name} {about.st_mtime_ns}",  # another content under the same name is another recording
            captions=captions,
            size_bytes=about.st_size,
            modified_at=datetime.fromtimestamp(about.st_mtime, UTC),
        )


_Found = tuple[Path, tuple[CaptionPlace, ...]]


def _list(folder: Path) -> Iterator[_Found]:
    """The recordings of a folder, with their captions; no hidden ones.

    Raises:
        RequestError: A part of it cannot be read: what lies there must not be taken for gone.
    """

    def refuse(error: OSError) -> None:
        raise RequestError(f"{error.filename} cannot be read: {error.strerror}", hint="Check its permissions.")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        captions = _captions_in(Path(place), names)
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in VIDEO_SUFFIXES | SOUND_SUFFIXES:
                path = Path(place, name)
                if not path.is_symlink():
                    yield path, captions.get(path.stem, ())


def _names_in(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _captions_in(folder: Path, names: Iterable[str]) -> dict[str, tuple[CaptionPlace, ...]]:
    """Those of a folder by what they are captions of: in any letter case, those that name no language first."""
    found: dict[str, list[CaptionPlace]] = {}
    for name in names:
        path = folder / name
        stem, form = path.stem, _CAPTIONS.get(path.suffix.lower())
        if form is None or not _is_text(path) or not path.is_file() or path.is_symlink():
            continue
        found.setdefault(stem, []).append(CaptionPlace(str(path), form))
        before, _, language = stem.rpartition(".")
        if before and _LANGUAGE.fullmatch(language):
            found.setdefault(before, []).append(CaptionPlace(str(path), form, language))
    return {
        stem: tuple(sorted(places, key=lambda one: (one.language, _FORMS.index(one.form), one.url)))
        for stem, places in found.items()
    }


def _is_text(path: Path) -> bool:
    """Whether its name can be written down."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: Path) -> str:
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def _date_of(name: str) -> datetime | None:
    match = _DATE.search(name)
    if match is None:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:  # the 31st of April
        return None
