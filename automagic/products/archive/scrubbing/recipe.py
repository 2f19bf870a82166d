"""Read again what lies here, the file that was read longest ago first, and compare it with what it was.

due files ─▶ there? ─▶ as long as it was? ─▶ the same hash? ─▶ noted, one by one: a killed scrub goes on with the rest
               └─ lost      └────────┬───────────┘ no
                                  damaged ─▶ fetched again by the next sync, where the source has it
                                             held, gone, a folder's own: named, and left as it is

A folder that is not there, as of a disk that is not connected, says nothing about its files: nothing is marked.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError
from automagic.machine.blocks import read_blocks
from automagic.machine.leaving import in_thread, run_in_thread
from automagic.media.video.wholeness import check_whole
from automagic.products.archive.scrubbing.request import ScrubRequest
from automagic.products.archive.scrubbing.result import Finding, ScrubResult, Trouble
from automagic.reading.named_files import open_named
from automagic.sources.recordings import MAX_BYTES, is_address
from automagic.store.holdings import ArchiveItem, Holdings
from automagic.store.sources import Sources
from automagic.values.events import Notice, StepFinished, StepProgress, StepStarted

if TYPE_CHECKING:
    from automagic.runs.run import Run
    from automagic.services import Services
    from automagic.store.sources import ArchiveSource

DAY_S = 24 * 3600.0


async def scrub(request: ScrubRequest, run: Run[Services]) -> ScrubResult:
    """Read again what is due.

    Raises:
        RequestError: There is no source of this name, or none at all.
    """
    engine = run.services.store.engine
    sources, holdings = Sources(engine), Holdings(engine)
    named = [await in_thread(sources.find, request.name)] if request.name else await in_thread(sources.every)
    scrubbing = _Scrubbing(request, run, holdings)
    waiting: list[tuple[str, ...]] = []
    for source in named:
        due = await in_thread(lambda name: holdings.to_check(name, older_s=request.older_days * DAY_S), source.name)
        everything = await in_thread(lambda name: holdings.to_check(name, older_s=0.0), source.name)
        scrubbing.fresh += len(everything) - len(due)
        look = bool(due) and not request.lost
        if look and (why := await in_thread(_is_away, source, run.services.settings.home)):
            scrubbing.away[source.name] = why
            scrubbing.left += len(due)
            run.emit(Notice(f"{why}."))
        else:
            waiting.append(due)
    for due in waiting:
        await scrubbing.take(due)
    return scrubbing.result()


def _is_away(source: ArchiveSource, home: Path) -> str:
    """Why nothing can be said about the files of a source, a clause; "" where its folder is there."""
    folder = home / "archive" / source.name if is_address(source.address) else Path(source.address)
    try:
        there = any(folder.iterdir())
    except OSError:
        there = False
    return (
        "" if there else f"{folder} is not there or empty, so nothing of {source.name} was marked: is its disk there?"
    )


@dataclass
class _Scrubbing:
    """The files of one request."""

    request: ScrubRequest
    run: Run[Services]
    holdings: Holdings
    checked: int = 0
    bytes: int = 0
    left: int = 0
    fresh: int = 0
    findings: list[Finding] = field(default_factory=list)
    away: dict[str, str] = field(default_factory=dict)

    def result(self) -> ScrubResult:
        """What came of it."""
        found = tuple(self.findings)
        return ScrubResult(self.run.id, self.checked, self.bytes, self.left, self.fresh, found, self.away)

    async def take(self, items: Sequence[str]) -> None:
        """The files of one source."""
        for place, item in enumerate(items):
            if self.request.max_gb and self.bytes >= self.request.max_gb * 1e9:
                self.left += len(items) - place
                return
            await self._check(await in_thread(self.holdings.find, item))

    async def _check(self, item: ArchiveItem) -> None:
        name = f"{item.listed.title or item.remote_id} ({item.id})"
        started = time.monotonic()
        self.run.emit(StepStarted("scrub", name))
        found = await run_in_thread(lambda _stop: look_again(item, self.request.rate_mb * 1e6, self._tell(name)))
        self.checked += 1
        self.bytes += found.read_bytes
        damage = found.trouble if found.trouble != "changed" else None
        if found.trouble != "changed":
            await in_thread(self.holdings.note_check, item, damage, found.why)
        if found.trouble is not None:
            finding = Finding(item.id, found.trouble, f"{name} {found.why}", _what_next(item, found.trouble))
            self.findings.append(finding)
            self.run.emit(Notice(finding.sentence))
        self.run.emit(StepFinished("scrub", name, hit=False, duration_s=time.monotonic() - started))

    def _tell(self, name: str) -> Callable[[float], None]:
        return lambda share: self.run.emit(StepProgress("scrub", name, share))


def _what_next(item: ArchiveItem, trouble: Trouble) -> str:
    cases = (
        (trouble == "changed", "the next sync looks at it"),
        (not item.newest, "its source serves another recording under its name now, so it cannot be fetched again"),
        (item.gone_at is not None, "its source has none any more, so it cannot be fetched again"),
        (not is_address(item.listed.url), "its folder has no other copy; put one there from a backup"),
        (
            item.held_at is not None and trouble == "damaged",
            f"it is held by {item.held_by}, so it stays as it is until it is released",
        ),
        (not item.listed.servable, "its source does not serve it now; it is fetched again when it does"),
    )
    return next((told for holds, told in cases if holds), "the next sync fetches it again")


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What was found of a file.

    Attributes:
        trouble: None where it is as it came.
        why: Behind its name: "is not there any more".
    """

    read_bytes: int
    trouble: Trouble | None = None
    why: str = ""


def look_again(item: ArchiveItem, bytes_per_s: float, tell: Callable[[float], None]) -> SecondLook:
    """Read a recording's file to its end, unless its length tells enough.

    Args:
        bytes_per_s: At most; 0 for no limit.
        tell: Is given the share that was read, from time to time.

    Raises:
        Stopped: This thread was told to stop.
    """
    path = Path(item.media_path)
    try:
        with open_named(path, MAX_BYTES, error=MediaError) as (file, size_bytes):
            if _is_rewritten(item, path):
                return SecondLook(0, "changed", "was written anew since it was looked at")
            if size_bytes != item.media_bytes:
                return SecondLook(0, "damaged", f"has {size_bytes:,} bytes, and had {item.media_bytes:,} when it came")
            if hasattr(os, "posix_fadvise"):  # what memory still holds of it says nothing about the disk
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            digest, read_bytes, begun = hashlib.sha256(), 0, time.monotonic()
            for place, block in enumerate(read_blocks(file)):
                digest.update(block)
                read_bytes += len(block)
                if place % 64 == 0:
                    tell(read_bytes / max(1, size_bytes))
                if bytes_per_s:
                    time.sleep(max(0.0, begun + read_bytes / bytes_per_s - time.monotonic()))
        if not item.media_sha256:
            check_whole(path, path.name)
        elif digest.hexdigest() != item.media_sha256:
            return SecondLook(read_bytes, "damaged", "has another content than when it came")
    except MediaError as error:
        if not path.exists():
            return SecondLook(0, "lost", "is not there any more")
        return SecondLook(0, "damaged", f"cannot be read: {error.message.removesuffix('.')}")
    return SecondLook(read_bytes)


def _is_rewritten(item: ArchiveItem, path: Path) -> bool:
    """Whether a file that a person keeps was written since it was looked at, by its date; ours never are."""
    at = item.listed.modified_at
    if is_address(item.listed.url) or at is None or str(path) != item.listed.url:
        return False
    return abs(path.stat().st_mtime - at.timestamp()) > 0.001
