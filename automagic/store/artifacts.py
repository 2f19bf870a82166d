"""The artifact store and the memory of steps.

    home/artifacts/ab/abcdef…        files under the hash of their content, for their owner alone
    ARTIFACTS_URL/ab/abcdef…         the same in a store that several machines share: then the first is a cache
    database: steps, artifacts       key → result, insert-once

A file is complete or absent: it is written elsewhere, flushed, renamed into place, and only then is its row
committed. A row whose file is missing or no longer matches is treated as a miss and forgotten.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from automagic.database.engine import insert_once
from automagic.database.tables import artifacts, pins, step_artifacts, steps
from automagic.machine.blocks import hash_file
from automagic.machine.private_files import file_mode
from automagic.reading.named_files import open_named
from automagic.store.blobs import BlobStore, FolderBlobStore, sync_folder
from automagic.values.artifact import Artifact

# What each hit asks, made once: to make a statement takes as long as to carry it out.
_FILES_OF = (
    sa.select(artifacts.c.sha256, artifacts.c.media_type, artifacts.c.size_bytes, artifacts.c.mtime_ns)
    .join(step_artifacts, step_artifacts.c.sha256 == artifacts.c.sha256)
    .where(step_artifacts.c.key == sa.bindparam("key"))
    .order_by(artifacts.c.sha256)
    .with_for_update(read=True, of=artifacts)
)
_RESULT_OF = sa.select(steps.c.result).where(steps.c.key == sa.bindparam("key"))
_USE = sa.update(steps).where(steps.c.key == sa.bindparam("of"))


@dataclass(frozen=True, slots=True)
class Made:
    """What a step made.

    Attributes:
        name, version: Of the step.
        result: As canonical JSON.
        files: All that are in it.
        duration_s: How long it took.
    """

    name: str
    version: int
    result: str
    files: Iterable[Artifact]
    duration_s: float


class ArtifactStore:
    """Files by content, and what steps returned.

    Args:
        folder: Where the files live; made when missing.
        engine: The database.
        shared: Where the files live for other machines as well; None when they are not shared.
    """

    def __init__(self, folder: Path, engine: sa.Engine, *, shared: BlobStore | None = None) -> None:
        self.folder = folder
        self.engine = engine
        self.shared = shared
        # A pin that a power cut takes back is only set again by the next run.
        self._recalling = engine.execution_options(durable=False)
        self._looking = engine.execution_options(durable=False, reads_only=True)
        folder.mkdir(parents=True, exist_ok=True)
        # Where machines share this very folder, its owner decides who may read its files.
        is_shared = isinstance(shared, FolderBlobStore) and shared.folder.resolve() == folder.resolve()
        self._mode = None if is_shared else file_mode(folder)
        self._own = FolderBlobStore(folder, mode=self._mode)

    @property
    def may_wait(self) -> bool:
        """Whether a call may wait for a network: then it belongs into a thread."""
        return self.shared is not None or self.engine.dialect.name != "sqlite"

    def path_of(self, artifact: Artifact) -> Path:
        """Where the artifact's bytes are (or would be)."""
        return self._own.path_of(artifact.sha256)

    def add(self, path: Path, media_type: str) -> Artifact:
        """Move a finished file into the store under its hash and make it durable."""
        with path.open("rb") as file:
            digest = hash_file(file)
            os.fsync(file.fileno())
        artifact = Artifact(digest, media_type, path.stat().st_size)
        target = self.path_of(artifact)
        target.parent.mkdir(exist_ok=True)
        if self._mode is not None:
            path.chmod(self._mode)
        # Replacing an existing file of the same name changes nothing but heals a damaged one.
        path.replace(target)
        sync_folder(target.parent)
        self._share(artifact)
        return artifact

    def snapshot(self, path: Path, media_type: str, max_bytes: int, *, run_id: str | None) -> Artifact:
        """Snapshot a person's file, so that later changes to it don't change a run under way.

        Args:
            run_id: Of the run that needs it: it is pinned for that run. None to ask only for its name: in a plan, and
                of what is too large to be copied.

        Raises:
            RequestError: It is missing, not a regular file, unreadable or larger than `max_bytes`.
            ResourceError: There is no room for it in the store.
        """
        with open_named(path, max_bytes) as (source, size_bytes):
            artifact = Artifact(hash_file(source), media_type, size_bytes)
            if run_id is not None:
                self._copy_in(source, artifact, run_id)
            return artifact

    def _copy_in(self, source: BinaryIO, artifact: Artifact, run_id: str) -> None:
        """Keep its bytes, and in one transaction its row and its pin: a cleanup finds both or neither."""
        while True:
            source.seek(0)
            self._own.put(artifact.sha256, artifact.size_bytes, source)
            with contextlib.suppress(FileNotFoundError):  # a cleanup was faster
                self._share(artifact)
                with self.engine.begin() as connection:
                    self.record_files(connection, [artifact])
                    self._pin(connection, run_id, [artifact.sha256])
                    return

    def recall(self, key: str, *, run_id: str | None) -> str | None:
        """The result remembered for `key`, as JSON, or None.

        A hit whose artifacts are all intact is pinned for `run_id` in the same transaction; those that only the shared
        shelf has are fetched. With `run_id` None nothing is written (for `--plan`).
        """
        with (self._looking if run_id is None else self._recalling).begin() as connection:
            # The files first: on a server their locks wait for a cleanup that is taking them, after which there is no
            # step either.
            files = connection.execute(_FILES_OF, {"key": key}).all()
            result: str | None = connection.execute(_RESULT_OF, {"key": key}).scalar()
            if result is None:
                return None
            missing = [file for file in files if not self._is_intact(file.sha256, file.size_bytes, file.mtime_ns)]
            if run_id is not None and (self.shared is not None or not missing):
                self._pin(connection, run_id, [file.sha256 for file in files])
                connection.execute(_USE, {"of": key, "used_at": time.time()})
        if all(self._bring_again(file, planning=run_id is None) for file in missing):
            return result
        if run_id is not None:
            self.forget(key)
        return None

    def remember(
        self,
        key: str,
        made: Made,
        *,
        run_id: str,
        anew: bool = False,
    ) -> str:
        """Record a result once; when another process was first, its result is the one that counts.

        Args:
            anew: Replace the result that is remembered.

        Returns:
            The result that is remembered now.
        """
        files = sorted(made.files, key=lambda file: file.sha256)
        while True:
            now = time.time()
            with self.engine.begin() as connection:
                row = {
                    "key": key,
                    "name": made.name,
                    "version": made.version,
                    "result": made.result,
                    "duration_s": made.duration_s,
                    "created_at": now,
                    "used_at": now,
                }
                if anew:
                    connection.execute(sa.delete(steps).where(steps.c.key == key))
                if insert_once(connection, steps, [row]):
                    self.record_files(connection, files)
                    insert_once(connection, step_artifacts, [{"key": key, "sha256": file.sha256} for file in files])
                    self._pin(connection, run_id, [file.sha256 for file in files])
                    return made.result
            # None when its files are gone: then it is forgotten by now, and ours is next.
            if (winner := self.recall(key, run_id=run_id)) is not None:
                return winner

    def forget(self, key: str) -> None:
        """Make the next request for `key` a miss."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(steps).where(steps.c.key == key))

    def record_files(self, connection: sa.Connection, files: Sequence[Artifact]) -> None:
        """Write the rows of files that are in the store."""
        now = time.time()
        for file in files:
            mtime_ns = self.path_of(file).stat().st_mtime_ns
            row = {
                "sha256": file.sha256,
                "media_type": file.media_type,
                "size_bytes": file.size_bytes,
                "mtime_ns": mtime_ns,
                "created_at": now,
            }
            known = sa.update(artifacts).where(artifacts.c.sha256 == file.sha256).values(mtime_ns=mtime_ns)
            # Until one of them has its way: on a server a cleanup may take the row between them.
            while not insert_once(connection, artifacts, [row]) and not connection.execute(known).rowcount:
                pass

    def _pin(self, connection: sa.Connection, run_id: str, digests: Iterable[str]) -> None:
        now = time.time()
        insert_once(
            connection,
            pins,
            [{"run_id": run_id, "sha256": digest, "pinned_at": now} for digest in sorted(set(digests))],
        )

    def _is_intact(self, digest: str, size_bytes: int, mtime_ns: int) -> bool:
        path = self._own.path_of(digest)
        try:
            status = path.stat()
        except OSError:
            return False
        if status.st_size != size_bytes:
            return False
        if status.st_mtime_ns == mtime_ns:
            return True
        # Touched since it was stored (copied home folder, or damaged), or another machine's time: its content tells.
        if not self._own.holds(digest, size_bytes):
            return False
        _set_time(path, mtime_ns)
        return True

    def _share(self, artifact: Artifact) -> None:
        if self.shared is not None:
            with self.path_of(artifact).open("rb") as source:
                self.shared.put(artifact.sha256, artifact.size_bytes, source)

    def bring(self, artifact: Artifact) -> bool:
        """Fetch a file that another machine made, unless it is here; False when no machine has it."""
        target = self.path_of(artifact)
        if target.exists():
            return True
        if self.shared is None:
            return False
        target.parent.mkdir(exist_ok=True)
        return self.shared.fetch(artifact.sha256, target)

    def _bring_again(self, file: sa.Row[str, str, int, int], *, planning: bool) -> bool:
        """The same for one that is not as its row says; a plan is content to know that it is there."""
        if self.shared is None:
            return False
        if planning:
            return self.shared.holds(file.sha256, file.size_bytes)
        target = self._own.path_of(file.sha256)
        target.unlink(missing_ok=True)
        if not self.bring(Artifact(file.sha256, file.media_type, file.size_bytes)):
            return False
        if self._mode is not None:
            target.chmod(self._mode)
        _set_time(target, file.mtime_ns)
        return True


def _set_time(path: Path, mtime_ns: int) -> None:
    """As its row says, so that it need not be hashed again."""
    with contextlib.suppress(OSError):  # somebody else's file: it is hashed each time
        os.utime(path, ns=(mtime_ns, mtime_ns))
