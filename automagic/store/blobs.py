"""Files under the hash of their content, in a folder or in a bucket: complete or absent.

    folder/ab/abcdef…         written beside its place, flushed, renamed
    s3://bucket/ab/abcdef…    by fsspec; an object store shows an object when it is complete

The artifact store is such a folder. `ARTIFACTS_URL` names a second one that several machines share.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from automagic.errors import AutomagicError, ConfigurationError, ResourceError, is_disk_full
from automagic.machine.blocks import Stopped, copy_file, hash_file
from automagic.reading.named_files import expand_home


class BlobStore(ABC):
    """A place that keeps files under the hash of their content."""

    @abstractmethod
    def holds(self, sha256: str, size_bytes: int) -> bool:
        """Whether it is there; in a folder its content is looked at, of an object only its size."""

    @abstractmethod
    def open(self, sha256: str) -> BinaryIO:
        """To read it.

        Raises:
            FileNotFoundError: It is not there.
        """

    @abstractmethod
    def _write(self, sha256: str, source: BinaryIO) -> None: ...

    @abstractmethod
    def _touch(self, sha256: str) -> None: ...

    @abstractmethod
    def remove(self, sha256: str) -> None:
        """Remove it, if it is there."""

    def check(self) -> None:
        """Write a small file and remove it again.

        Raises:
            ConfigurationError: The shelf cannot be written.
        """
        trace = hashlib.sha256(secrets.token_bytes(8)).hexdigest()
        try:
            self._write(trace, io.BytesIO(b"AutoMagic was here to see whether it may write.\n"))
            self.remove(trace)
        except OSError as error:
            raise self._explain(error, 0) from error

    def put(self, sha256: str, size_bytes: int, source: BinaryIO) -> None:
        """Add a file unless it is there; what is damaged is replaced.

        Raises:
            ResourceError: There is no room for it.
            ConfigurationError: The shelf cannot be written.
        """
        try:
            if self.holds(sha256, size_bytes):
                self._touch(sha256)
            else:
                self._write(sha256, source)
        except OSError as error:
            raise self._explain(error, size_bytes) from error

    def fetch(self, sha256: str, target: Path) -> bool:
        """Copy a file to `target`; False when it is not there. One that is damaged is removed, and not there."""
        partial = target.with_name(f"{target.name[:100]}.{secrets.token_hex(4)}.partial")
        try:
            with self.open(sha256) as source, partial.open("wb") as copy:
                copy_file(source, copy)
            with partial.open("rb") as copied:
                intact = hash_file(copied) == sha256
            if intact:
                partial.replace(target)
            else:
                self.remove(sha256)
        except FileNotFoundError:
            return False
        finally:
            partial.unlink(missing_ok=True)
        return intact

    def _explain(self, error: OSError, size_bytes: int) -> AutomagicError:
        if is_disk_full(error):
            return ResourceError(
                f"a file of {size_bytes / 1e6:.1f} MB could not be kept in {self}: {error.strerror}",
                hint="Free some space and run the same command again: it goes on from here.",
            )
        return ConfigurationError(
            f"{self} cannot be written: {error.strerror or error}",
            hint="Make it writable for you.",
        )


class FolderBlobStore(BlobStore):
    """A folder of this machine, or one that it shares with others.

    Args:
        mode: Of its files; None for what the system's settings say.
    """

    def __init__(self, folder: Path, *, mode: int | None = None) -> None:
        self.folder = folder
        self._mode = mode

    def path_of(self, sha256: str) -> Path:
        """Where it is, or would be."""
        return self.folder / sha256[:2] / sha256

    def holds(self, sha256: str, size_bytes: int) -> bool:
        path = self.path_of(sha256)
        try:
            if path.stat().st_size != size_bytes:
                return False
            with path.open("rb") as there:
                return hash_file(there) == sha256
        except FileNotFoundError:
            return False

    def open(self, sha256: str) -> BinaryIO:
        return self.path_of(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        self.path_of(sha256).unlink(missing_ok=True)

    def _touch(self, sha256: str) -> None:
        # A cleanup that has decided about the file removes it only while it is as old as it was then.
        with contextlib.suppress(PermissionError):  # another person's, in a folder of several
            os.utime(self.path_of(sha256))

    def _write(self, sha256: str, source: BinaryIO) -> None:
        target = self.path_of(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{sha256}.{secrets.token_hex(4)}.partial")
        try:
            with partial.open("wb") as copy:
                if self._mode is not None:
                    os.fchmod(copy.fileno(), self._mode)
                copy_file(source, copy)
                copy.flush()
                os.fsync(copy.fileno())
            partial.replace(target)
            sync_folder(target.parent)
        finally:
            partial.unlink(missing_ok=True)

    def __str__(self) -> str:
        """For people."""
        return str(self.folder)


class BucketBlobStore(BlobStore):
    """Whatever fsspec can open.

    Args:
        url: May hold no secret: those belong into the settings of its file system.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        try:
            import fsspec  # type: ignore[import-untyped]  # it ships no types

            self._system, root = cast("tuple[Any, str]", fsspec.core.url_to_fs(self._url))
        except (ImportError, ValueError) as error:
            raise ConfigurationError(
                f"ARTIFACTS_URL={self._url} cannot be used: {error}",
                hint="Install what it needs, such as s3fs for s3://.",
            ) from error
        self._root = str(root).rstrip("/")

    def holds(self, sha256: str, size_bytes: int) -> bool:
        path = self._path_of(sha256)
        with self._as_os_error():
            return bool(self._system.exists(path) and self._system.size(path) == size_bytes)

    def open(self, sha256: str) -> BinaryIO:
        with self._as_os_error():
            return cast(BinaryIO, self._system.open(self._path_of(sha256), "rb"))

    def fetch(self, sha256: str, target: Path) -> bool:
        with self._as_os_error():
            return super().fetch(sha256, target)

    def remove(self, sha256: str) -> None:
        with self._as_os_error():
            if self._system.exists(self._path_of(sha256)):
                self._system.rm_file(self._path_of(sha256))

    def _write(self, sha256: str, source: BinaryIO) -> None:
        path = self._path_of(sha256)
        with self._as_os_error():
            self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
            with self._system.open(path, "wb") as copy:
                copy_file(source, copy)

    @contextlib.contextmanager
    def _as_os_error(self) -> Iterator[None]:
        """Turn the errors of the library behind the address into those of a file system."""
        try:
            yield
        except (OSError, Stopped, AutomagicError):
            raise
        except Exception as error:
            raise OSError(f"{type(error).__name__}: {error}") from error

    def _touch(self, sha256: str) -> None:
        """Nothing: only the rules of the bucket's owner remove objects by their age."""

    def _path_of(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def __str__(self) -> str:
        """For people."""
        return f"ARTIFACTS_URL={self._url}"


def open_blob_store(url: str) -> BlobStore:
    """The blob store behind `ARTIFACTS_URL`: a folder, or an fsspec URL.

    Raises:
        ConfigurationError: What it needs is not installed.
    """
    if "://" not in url:
        return FolderBlobStore(expand_home(url).absolute())
    if url.startswith("file://"):
        return FolderBlobStore(Path(unquote(urlsplit(url).path)))
    return BucketBlobStore(url)


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
