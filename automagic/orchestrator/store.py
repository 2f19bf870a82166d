"""The artifact store and the memory of steps.

    home/artifacts/ab/abcdef…        files under the hash of their content, read-only
    database: steps, artifacts       key → result, insert-once

A file is complete or absent: it is written elsewhere, flushed, renamed into place, and only then is its row
committed. A row whose file is missing or no longer matches is treated as a miss and forgotten.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from automagic.database.tables import artifacts, pins, step_artifacts, steps
from automagic.errors import RequestError, ResourceError
from automagic.model import Artifact


class ArtifactStore:
    """Files by content, and what steps returned.

    Args:
        folder: Where the files live; made when missing.
        engine: The database.
    """

    def __init__(self, folder: Path, engine: sa.Engine) -> None:
        self.folder = folder
        self.engine = engine
        folder.mkdir(parents=True, exist_ok=True)

    def path_of(self, artifact: Artifact) -> Path:
        """Where the artifact's bytes are (or would be)."""
        return self.folder / artifact.sha256[:2] / artifact.sha256

    def add(self, path: Path, media_type: str) -> Artifact:
        """Move a finished file into the store under its hash and make it durable."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        artifact = Artifact(digest, media_type, path.stat().st_size)
        target = self.path_of(artifact)
        target.parent.mkdir(exist_ok=True)
        path.chmod(0o444)
        # Replacing an existing file of the same name changes nothing but heals a damaged one.
        path.replace(target)
        sync_folder(target.parent)
        return artifact

    def take_in(self, path: Path, media_type: str, max_bytes: int, *, copy: bool = True) -> Artifact:
        """Snapshot a person's file, so that later changes to it don't change a run under way.

        Args:
            copy: Whether to keep its bytes; a plan only asks for its name.

        Raises:
            RequestError: It is missing, not a regular file, unreadable or larger than `max_bytes`.
            ResourceError: There is no room for it in the store.
        """
        try:
            # Without waiting: opening a pipe that nobody writes to would block for ever.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as source:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
                    raise RequestError(f"{path.name or path} is {kind}", hint="Give the name of a file.")
                if status.st_size > max_bytes:
                    raise RequestError(
                        f"{path.name} is {status.st_size / 1e6:.0f} MB large", hint=f"At most {max_bytes / 1e6:.0f} MB."
                    )
                digest = hashlib.file_digest(source, "sha256").hexdigest()
                artifact = Artifact(digest, media_type, status.st_size)
                if copy:
                    source.seek(0)
                    self._copy_in(source, artifact)
                return artifact
        except FileNotFoundError:
            raise RequestError(f"there is no file {path}", hint="Check the name and the folder.") from None
        except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
            reason = error.strerror if isinstance(error, OSError) else "that is not the name of a file"
            raise RequestError(f"{path.name} cannot be read: {reason}", hint="Check the file.") from error

    def _copy_in(self, source: BinaryIO, artifact: Artifact) -> None:
        target = self.path_of(artifact)
        with contextlib.suppress(OSError), target.open("rb") as kept:  # no row says that it is intact: look
            if hashlib.file_digest(kept, "sha256").hexdigest() == artifact.sha256:
                return
        partial = target.with_name(f"{artifact.sha256}.{secrets.token_hex(4)}.partial")
        try:
            target.parent.mkdir(exist_ok=True)
            with partial.open("wb") as copy:
                shutil.copyfileobj(source, copy)
                os.fsync(copy.fileno())
            partial.replace(target)
        except OSError as error:
            raise ResourceError(
                f"a file of {artifact.size_bytes / 1e6:.1f} MB could not be kept in {self.folder}: {error.strerror}",
                hint="Free some space and run the same command again: it goes on from here.",
            ) from error
        finally:
            partial.unlink(missing_ok=True)

    def recall(self, key: str, *, run_id: str | None) -> str | None:
        """The result remembered for `key`, as JSON, or None.

        A hit whose artifacts are all intact is pinned for `run_id` in the same transaction. With `run_id` None
        nothing is written (for `--plan`).
        """
        # A pin that a power cut takes back is only set again by the next run.
        engine = self.engine.execution_options(reads_only=run_id is None, durable=False)
        with engine.begin() as connection:
            row = connection.execute(sa.select(steps.c.result, steps.c.used_at).where(steps.c.key == key)).first()
            if row is None:
                return None
            files = connection.execute(
                sa.select(artifacts.c.sha256, artifacts.c.size_bytes, artifacts.c.mtime_ns)
                .join(step_artifacts, step_artifacts.c.sha256 == artifacts.c.sha256)
                .where(step_artifacts.c.key == key)
            ).all()
            if not all(self._is_intact(file.sha256, file.size_bytes, file.mtime_ns) for file in files):
                if run_id is not None:
                    connection.execute(sa.delete(steps).where(steps.c.key == key))
                return None
            if run_id is not None:
                self._pin(connection, run_id, [file.sha256 for file in files])
                connection.execute(sa.update(steps).where(steps.c.key == key).values(used_at=time.time()))
            result: str = row.result
            return result

    def remember(
        self,
        key: str,
        *,
        name: str,
        version: int,
        result: str,
        files: Iterable[Artifact],
        duration_s: float,
        run_id: str,
    ) -> str:
        """Record a result once; when another process was first, its result is the one that counts.

        Returns:
            The result that is remembered now.
        """
        now = time.time()
        files = tuple(files)
        with self.engine.begin() as connection:
            existing = connection.execute(sa.select(steps.c.result).where(steps.c.key == key)).scalar()
            if existing is not None:
                linked = connection.execute(
                    sa.select(step_artifacts.c.sha256).where(step_artifacts.c.key == key)
                ).scalars()
                self._pin(connection, run_id, list(linked))
                return str(existing)
            for file in files:
                status = self.path_of(file).stat()
                known = connection.execute(
                    sa.update(artifacts).where(artifacts.c.sha256 == file.sha256).values(mtime_ns=status.st_mtime_ns)
                )
                if known.rowcount == 0:
                    connection.execute(
                        sa.insert(artifacts).values(
                            sha256=file.sha256,
                            media_type=file.media_type,
                            size_bytes=file.size_bytes,
                            mtime_ns=status.st_mtime_ns,
                            created_at=now,
                        )
                    )
            connection.execute(
                sa.insert(steps).values(
                    key=key,
                    name=name,
                    version=version,
                    result=result,
                    duration_s=duration_s,
                    created_at=now,
                    used_at=now,
                )
            )
            for file in files:
                connection.execute(sa.insert(step_artifacts).values(key=key, sha256=file.sha256))
            self._pin(connection, run_id, [file.sha256 for file in files])
        return result

    def forget(self, key: str) -> None:
        """Make the next request for `key` a miss."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(steps).where(steps.c.key == key))

    def _pin(self, connection: sa.Connection, run_id: str, digests: Iterable[str]) -> None:
        wanted = set(digests)
        if not wanted:
            return
        pinned = set(
            connection.execute(
                sa.select(pins.c.sha256).where(pins.c.run_id == run_id, pins.c.sha256.in_(wanted))
            ).scalars()
        )
        now = time.time()
        rows = [{"run_id": run_id, "sha256": digest, "pinned_at": now} for digest in sorted(wanted - pinned)]
        if rows:
            connection.execute(sa.insert(pins), rows)

    def _is_intact(self, digest: str, size_bytes: int, mtime_ns: int) -> bool:
        path = self.folder / digest[:2] / digest
        try:
            status = path.stat()
        except OSError:
            return False
        if status.st_size != size_bytes:
            return False
        if status.st_mtime_ns == mtime_ns:
            return True
        # Touched since it was stored (copied home folder, or damaged): only its content can tell.
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    with contextlib.ExitStack() as stack:
        descriptor = os.open(folder, os.O_RDONLY)
        stack.callback(os.close, descriptor)
        os.fsync(descriptor)
