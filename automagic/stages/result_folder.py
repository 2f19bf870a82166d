"""Where a person finds a result: one folder, complete or not at all.

    final_videos/2026-01-31-a-title/            what `--out` names
    final_videos/.2026-01-31-a-title.lock       held by the run that will fill it
    final_videos/.2026-01-31-a-title.partial-…  filled beside it, then renamed

A later run replaces an earlier result in one rename. Files that a person put into the folder move along; a folder
that AutoMagic did not make is left alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, TextIO

import msgspec

from automagic.errors import RequestError, ResourceError, is_disk_full
from automagic.machine.blocks import copy_file, hash_file
from automagic.machine.lock_files import take_passing_lock
from automagic.media.design.platforms import PlatformGroup, check_length
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.store.blobs import sync_folder
from automagic.values.artifact import Artifact
from automagic.values.credit import Credit
from automagic.values.report import Measure, QualityReport


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """The finished file for one geometry, and what was measured on it."""

    group: PlatformGroup
    video: Artifact
    duration_s: float
    report: QualityReport

    @property
    def reports(self) -> dict[str, QualityReport]:
        """What was measured, by platform: each has its own length."""
        lengths = {name: check_length(name, self.duration_s) for name in self.group.names}
        return {
            name: QualityReport((*self.report.measures, length)) if length else self.report
            for name, length in lengths.items()
        }

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All of these, each once."""
        return tuple(dict.fromkeys(measure for report in self.reports.values() for measure in report.measures))

    @property
    def passed(self) -> bool:
        """Whether every platform can have it."""
        return all(report.passed for report in self.reports.values())


def as_json(value: Any) -> bytes:
    """As a person may read it."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def write_reports(deliveries: Sequence[FinishedFile], credits: Sequence[Credit]) -> dict[str, bytes]:
    """quality.json, what was measured of each platform's video, and credits.json."""
    quality = {
        platform: {"passed": report.passed, "measures": msgspec.to_builtins(report.measures)}
        for one in deliveries
        for platform, report in one.reports.items()
    }
    return {
        "quality.json": as_json(quality),
        "credits.json": as_json([msgspec.to_builtins(credit) for credit in credits]),
    }


MANIFEST = "metadata.json"
"""The file by which a folder is known to be ours: its "generator" begins with "AutoMagic", its "files" are ours, and
"sha256" has the digest of each of them but itself."""


PREVIEW = "preview.png"
"""Cards on one sheet, drawn before there is a result; the result takes its place."""

ASIDE = ".old"
"""Behind the name of a folder that is being exchanged for another."""

MAX_NAME_BYTES = 200
"""Of 255 that file systems allow: room for the names beside it."""


@contextlib.contextmanager
def reserve(folder: Path) -> Iterator[None]:
    """Hold a result folder for this run; made ready before any work is done.

    Raises:
        RequestError: Another run holds it, it cannot be written, or it holds something that is not a result.
    """
    folder = _absolute(folder)
    parent = folder.parent
    lock_path = parent / f".{folder.name}.lock"
    new = [path for path in (parent, *parent.parents) if not path.exists()]
    try:
        _refuse_foreign(folder)
        parent.mkdir(parents=True, exist_ok=True)
        lock = _take(lock_path)
    except OSError as error:
        _remove_empty(new)
        raise RequestError(
            f"{folder} cannot be written: {error.strerror}", hint="Choose another folder with --out."
        ) from error
    with lock:
        _tidy(folder)
        try:
            yield
        finally:
            lock_path.unlink(missing_ok=True)
            _remove_empty(new)


def _tidy(folder: Path) -> None:
    """Remove what a killed run left; when that was in the middle of an exchange, the old result returns."""
    left = list(folder.parent.glob(f".{glob.escape(folder.name)}.partial-*"))
    for path in left:
        if path.name.endswith(ASIDE) and not folder.exists():
            path.rename(folder)
        else:
            shutil.rmtree(path, ignore_errors=True)


def publish(folder: Path, files: Mapping[str, Path | bytes]) -> None:
    """Put all files into `folder` at once.

    Args:
        files: Name, perhaps with a folder → a file to copy, or its content; one of them is the manifest.

    Raises:
        ResourceError: The disk is full or the folder cannot be written; nothing is left behind.
    """
    folder = _absolute(folder)
    partial = folder.parent / f".{folder.name}.partial-{secrets.token_hex(4)}"
    try:
        partial.mkdir()
        digests = {name: _write(partial / name, content) for name, content in files.items() if not _is_manifest(name)}
        for name, content in files.items():
            if _is_manifest(name):
                _write(partial / name, _with_digests(content, PurePath(name).parent, digests))
        sync_folder(partial)
        if folder.exists():
            _carry_over(folder, partial)
            _exchange(partial, folder)
        else:
            partial.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        reason = "the disk is full" if is_disk_full(error) else error.strerror
        raise ResourceError(
            f"the result could not be written to {folder}: {reason}",
            hint="Everything is kept: run the same command again with room on the disk, or another --out.",
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def put_preview(folder: Path, data: bytes) -> Path:
    """Put a sheet into a folder that is reserved; what else lies in it stays. Gives where it is.

    Raises:
        ResourceError: The disk is full or the folder cannot be written.
    """
    target = _absolute(folder)
    partial = target.parent / f".{target.name}.partial-{secrets.token_hex(4)}"
    new = not target.exists()
    try:
        partial.mkdir()
        (partial / PREVIEW).write_bytes(data)
        target.mkdir(exist_ok=True)
        (partial / PREVIEW).replace(target / PREVIEW)
    except OSError as error:
        if new:
            _remove_empty([target])
        reason = "the disk is full" if is_disk_full(error) else error.strerror
        raise ResourceError(
            f"{folder / PREVIEW} could not be written: {reason}", hint="Choose another folder with --out."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder / PREVIEW


def _is_manifest(name: str) -> bool:
    return PurePath(name).name == MANIFEST


def _write(target: Path, content: Path | bytes) -> str:
    """Write a file that is complete on the disk; its sha256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w+b") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                copy_file(source, file)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return hash_file(file)


def _with_digests(content: Path | bytes, folder: PurePath, digests: Mapping[str, str]) -> bytes:
    """A manifest that also says what each file of its list holds: only what was measured is published."""
    manifest = parse_json(content if isinstance(content, bytes) else content.read_bytes(), name=MANIFEST)
    named = [name for name in manifest.get("files", ()) if str(folder / name) in digests]
    manifest["sha256"] = {name: digests[str(folder / name)] for name in named}
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def _take(path: Path) -> TextIO:
    """The lock of a result folder.

    Raises:
        RequestError: Another run holds it.
    """
    lock = take_passing_lock(path)
    if lock is None:
        raise RequestError(
            f"another run is writing to {path.name[1:-5]}", hint="Wait for it, or choose another folder with --out."
        )
    return lock


def _absolute(folder: Path) -> Path:
    """The folder without ".." and with a name; not the one that a person stands in, which is replaced as a whole.

    Raises:
        RequestError: It is that one, a folder around it, or has a name that is too long.
    """
    hint = "Choose a folder with --out, such as --out video."
    if len(os.fsencode(folder.name)) > MAX_NAME_BYTES:
        raise RequestError(f"the name {folder.name[:40]}… is too long for a result", hint=hint)
    try:
        given = folder.absolute()
        # A link to the result's place stays one: what is renamed is the folder that it leads to.
        follow = given.name in ("", "..") or given.is_symlink()
        plain = given.resolve() if follow else given.parent.resolve() / given.name
        if Path.cwd().is_relative_to(plain.resolve()):
            raise RequestError(f"{folder} is the folder you are in: a result replaces its whole folder", hint=hint)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a link to itself
        raise RequestError(f"{folder} is not the name of a folder", hint=hint) from error
    return plain


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove the folders that were made for a result that was never finished, innermost first."""
    for path in folders:
        try:
            path.rmdir()
        except OSError:  # something lies in it, or it was never made
            return


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise RequestError(f"{folder} is a file", hint="Choose a folder with --out.")
    if any(folder.iterdir()) and not _own_files(folder):
        raise RequestError(
            f"{folder} holds files that AutoMagic did not make", hint="Choose a new or empty folder with --out."
        )


def _own_files(folder: Path) -> frozenset[str]:
    """The names that an earlier run put there; empty when it is not one of our results."""
    if [path.name for path in folder.iterdir()] == [PREVIEW]:
        return frozenset({PREVIEW})
    try:
        manifest = parse_json((folder / MANIFEST).read_bytes(), name=MANIFEST)
        if manifest["generator"].startswith("AutoMagic"):
            return frozenset({*manifest["files"], PREVIEW})
    except (OSError, MalformedText, KeyError, TypeError, AttributeError):
        pass
    return frozenset()


def _carry_over(folder: Path, partial: Path) -> None:
    """Keep what a person added to the result that is being replaced, in its own folder or in those inside of it."""
    ours = _own_files(folder)
    holders = {str(parent) for name in ours for parent in PurePath(name).parents}
    for path in folder.iterdir():
        _carry(path, PurePath(path.name), partial, ours, holders)


def _carry(path: Path, name: PurePath, partial: Path, ours: frozenset[str], holders: Set[str]) -> None:
    target = partial / name
    if path.is_dir() and not path.is_symlink():
        if str(name) in holders or target.is_dir():
            for inner in path.iterdir():
                _carry(inner, name / inner.name, partial, ours, holders)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(path, target, symlinks=True)
    elif str(name) not in ours and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target, follow_symlinks=False)


def _exchange(new: Path, old: Path) -> None:
    """Swap two folders: at once where the file system can, else with a moment in which neither has the old name."""
    if _exchange_at_once(new, old):
        return
    aside = old.with_name(f"{new.name}{ASIDE}")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    aside.rename(new)


def _exchange_at_once(new: Path, old: Path) -> bool:
    """By one atomic call of Linux (renameat2 with RENAME_EXCHANGE); False where that cannot be done."""
    if sys.platform != "linux":
        return False
    current, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    library = ctypes.CDLL(None, use_errno=True)
    if library.renameat2(current, os.fsencode(new), current, os.fsencode(old), exchange) == 0:
        return True
    if ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return False
