"""Files that travel with jobs, kept under the hash of their content: beside the artifacts, where all machines see them.

A video that a step made is not kept twice. What no job needs any more goes with the next cleanup. A long recording is
not copied on one machine: its hash and its path are kept.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from automagic.errors import RequestError, ResourceError
from automagic.jobs.queue.location import QueueLocation
from automagic.machine.blocks import hash_file
from automagic.machine.private_files import file_mode
from automagic.reading.named_files import open_named
from automagic.store.blobs import FolderBlobStore, open_blob_store
from automagic.store.digests import identify
from automagic.values.artifact import Artifact

Kept = TypeVar("Kept")

MAX_FILE_BYTES = 500_000_000
"""The largest that a product accepts, music, has this bound too."""


MAX_IN_PLACE_BYTES = 64 << 30
"""Of a long recording: six hours at 24 Mbit/s."""


ASIDE = "rejected/"
"""Before the names of a result's files that did not pass their measurements while others did."""


def place_result(files: Mapping[str, Kept], out: Path, *, succeeded: bool) -> dict[Path, dict[str, Kept]]:
    """Which files of a result go into which folder: what passed first; pure.

    Args:
        files: By name, as a worker kept them.
        out: Where a person wants the result.
        succeeded: Whether all of it passed.
    """
    beside = out.with_name(f"{out.name}.rejected")
    aside = {name.removeprefix(ASIDE): kept for name, kept in files.items() if name.startswith(ASIDE)}
    rest = {name: kept for name, kept in files.items() if not name.startswith(ASIDE)}
    if aside:
        return {out: rest, beside: aside}
    return {out if succeeded else beside: rest}


@dataclass(frozen=True, slots=True)
class InPlace:
    """A file that is too large to be copied: it stays where it lies, unless machines share their files."""

    path: Path


Source = Path | bytes | InPlace


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file by its content.

    Attributes:
        path: Where it lies; "" for one of which a copy is kept.
    """

    name: str
    sha256: str
    size_bytes: int
    path: str = ""

    @property
    def facts(self) -> list[str | int]:
        """All but its name, as a job keeps them."""
        return [self.sha256, self.size_bytes, *([self.path] if self.path else [])]


class JobFiles:
    """Puts files where all workers see them, and gets them back."""

    def __init__(self, place: QueueLocation) -> None:
        self._home = place.home
        self._shares = bool(place.artifacts_url)
        own = place.home / "artifacts"
        self.shelf = (
            open_blob_store(place.artifacts_url) if self._shares else FolderBlobStore(own, mode=file_mode(place.home))
        )

    def keep(self, name: str, source: Source) -> KeptFile:
        """Take a copy of a file as it is now; of one that stays in its place, what tells whether it is still the same.

        Args:
            name: What it will be called where it is needed: a relative path with "/".

        Raises:
            RequestError: It cannot be read, is not a regular file, or is too large.
            ResourceError: There is no room for it.
            ConfigurationError: The place for it cannot be written.
        """
        if isinstance(source, bytes):
            kept = KeptFile(name, hashlib.sha256(source).hexdigest(), len(source))
            self.shelf.put(kept.sha256, kept.size_bytes, io.BytesIO(source))
            return kept
        if isinstance(source, InPlace):
            if not self._shares:
                found = self._identify(source.path)
                return KeptFile(name, found.sha256, found.size_bytes, str(source.path.absolute()))
            return self._copy(name, source.path, MAX_IN_PLACE_BYTES)
        return self._copy(name, source, MAX_FILE_BYTES)

    def _identify(self, path: Path) -> Artifact:
        def read(path: Path) -> Artifact:
            with open_named(path, MAX_IN_PLACE_BYTES, called=str(path)) as (file, size_bytes):
                return Artifact(hash_file(file), "", size_bytes)

        return identify(path, memory=self._home, read=read, media_type="")

    def _copy(self, name: str, source: Path, max_bytes: int) -> KeptFile:
        with open_named(source, max_bytes) as (file, size_bytes):
            kept = KeptFile(name, hash_file(file), size_bytes)
            file.seek(0)
            self.shelf.put(kept.sha256, kept.size_bytes, file)
            return kept

    def place(self, files: Mapping[str, KeptFile], folder: Path) -> None:
        """Put kept files into a folder under their names.

        Raises:
            ResourceError: One is no longer kept or is damaged, or there is no room.
            RequestError: One that stayed in its place is gone, or is another one now.
        """
        for kept in files.values():
            target = folder / kept.name
            if not target.resolve().is_relative_to(folder.resolve()):
                raise RequestError(f"{kept.name!r} would lie outside its folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            if kept.path:
                self._link(kept, target)
            else:
                self.fetch(kept, target)

    def _link(self, kept: KeptFile, target: Path) -> None:
        """Let `target` point at a file that stayed where it lies.

        Raises:
            RequestError: It is no longer there, or is another one now.
        """
        if self._identify(Path(kept.path)).sha256 != kept.sha256:
            raise RequestError(
                f"{kept.path} has changed since the job was added", hint="Add the job again, for the file as it is now."
            )
        target.symlink_to(kept.path)

    def find(self, kept: KeptFile) -> Path | None:
        """Where a kept file lies on this machine, to be read and not changed; None where it is on a shelf elsewhere.

        Raises:
            ResourceError: It is no longer kept or is damaged.
        """
        if not isinstance(self.shelf, FolderBlobStore):
            return None
        if not self.shelf.holds(kept.sha256, kept.size_bytes):
            raise ResourceError(f"{kept.name} is no longer kept, or is damaged", hint="Make it again.")
        return self.shelf.path_of(kept.sha256)

    def fetch(self, kept: KeptFile, target: Path) -> None:
        """Copy one kept file to `target`, and see that it is what was kept.

        Raises:
            ResourceError: It is no longer kept or is damaged, or there is no room.
        """
        try:
            intact = self.shelf.fetch(kept.sha256, target)
        except OSError as error:
            raise ResourceError(
                f"{kept.name} could not be copied: {error.strerror or error}", hint="Make room and try again."
            ) from error
        if not intact:
            raise ResourceError(
                f"{kept.name} is no longer kept, or is damaged", hint="Add the job again, with the file."
            )
