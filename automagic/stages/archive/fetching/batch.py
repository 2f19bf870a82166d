"""The media of one source, one after another: what cannot be had is named, and the rest goes on.

    wanted, newest first ─▶ allowed now? ─▶ fetched ─▶ whole? as long as the source says? ─▶ there
                                 └─ put off    └─ not now: wanted     └─ never: failed

A folder's media stay where they are: they are looked at and hashed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.errors import AutomagicError, MediaError, ResourceError, Retryable, Unknown
from automagic.gate.downloads import ORIGIN, FetchedFile, FetchLimits, Pace, fetch_file, remove_part
from automagic.machine.blocks import hash_file
from automagic.machine.leaving import in_thread
from automagic.machine.lock_files import open_lock, take_lock
from automagic.media.video.wholeness import check_whole
from automagic.reading.named_files import open_named
from automagic.sources.recordings import MAX_BYTES, is_address, name_of
from automagic.sources.stations.shared.asking import StationClient
from automagic.stages.archive.failures import tell_failure
from automagic.stages.archive.fetching.bounds import Bounds, NotNow
from automagic.stages.archive.fetching.pieces import PIECES, PiecewiseFetch, remove_pieces
from automagic.stages.archive.fetching.sound_only import keep_sound
from automagic.stages.archive.opening import access_to
from automagic.store.holdings import ArchiveItem, Holdings, Media
from automagic.values.events import Notice
from automagic.values.station import SAME_LENGTH_S

if TYPE_CHECKING:
    from automagic.runs.run import Run
    from automagic.services import Services
    from automagic.store.sources import ArchiveSource

GIVEN_UP = 3
"""After so many recordings in a row that a source does not send, it is left alone for now."""

_PLAYLISTS, _OTHER_PLAYLISTS = (".m3u8", ".m3u"), (".mpd", ".ism", ".f4m")


@dataclass
class FetchReport:
    """What came of it.

    Attributes:
        success: Media that are here now.
        skipped: Put off; `put_off` counts for which reasons.
        bytes: That were received.
        failures: Recordings that could not be had, by name, and why.
    """

    source: str
    success: int = 0
    skipped: int = 0
    bytes: int = 0
    failures: dict[str, AutomagicError] = field(default_factory=dict)
    put_off: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        """How many could not be had."""
        return len(self.failures)

    @property
    def findings(self) -> Iterator[str]:
        """A sentence each."""
        for name, error in self.failures.items():
            yield f"{tell_failure(name, error)}."
        yield from self.put_off_findings

    @property
    def put_off_findings(self) -> Iterator[str]:
        """Of what is put off."""
        for why, count in self.put_off.items():
            yield f"{count:,} of {self.source} {'is' if count == 1 else 'are'} not fetched now: {why}."


async def fetch_media(
    source: ArchiveSource, run: Run[Services], *, zone: str, again: bool = False, only: Sequence[str] = ()
) -> FetchReport:
    """Fetch what is wanted of a source.

    Args:
        zone: Of its clock, IANA; "" where it does not say.
        again: Also what failed before.
        only: Ids of its recordings: these, whether they are wanted or not. Empty for all that is wanted.
    """
    report = FetchReport(source.name)
    services = run.services
    folder = services.settings.home / "archive" / source.name
    holdings = Holdings(services.store.engine)
    wanted = tuple(only) or await in_thread(holdings.to_fetch, source.name, failed_too=again)
    if not wanted:
        return report
    folder.mkdir(parents=True, exist_ok=True)
    with open_lock(folder / ".lock") as lock:
        if not take_lock(lock):
            report.skipped = len(wanted)
            report.put_off["another process fetches from it"] = len(wanted)
            return report
        used = await in_thread(holdings.bytes_below, str(folder.parent))
        bounds = Bounds.of(services.settings, folder, zone, used)
        batch = _Batch(source, run, holdings, folder, bounds, report)
        await in_thread(batch.tidy_after_death)
        for place, item in enumerate(wanted, 1):
            if not await batch.take(item):
                if left := len(wanted) - place:
                    report.skipped += left
                    report.put_off[batch.stopped] += left
                break
    return report


@dataclass
class _Batch:
    """The recordings of one source."""

    source: ArchiveSource
    run: Run[Services]
    holdings: Holdings
    folder: Path
    bounds: Bounds
    report: FetchReport
    in_a_row: int = 0
    stopped: str = ""

    def __post_init__(self) -> None:
        settings = self.run.services.settings
        self.pace = Pace(settings.archive_mbit * 1e6 / 8)
        self.sound_only = settings.archive_media == "sound"

    async def take(self, item_id: str) -> bool:
        """One recording; False where no other will do better now."""
        item = await in_thread(self.holdings.find, item_id)
        try:
            media = await (self._fetch(item) if is_address(item.listed.url) else self._look_at(item))
        except NotNow as reason:
            self.report.skipped += 1
            self.report.put_off[str(reason)] += 1
        except AutomagicError as error:
            later = isinstance(error, Retryable | Unknown | ResourceError)
            self.in_a_row = self.in_a_row + 1 if later else 0
            self.report.failures[_name_of(item)] = error
            await in_thread(self.holdings.note_trouble, item.id, error.message, final=not later)
            if isinstance(error, ResourceError):
                self.stopped = "the disk is full"
            elif self.in_a_row == GIVEN_UP:
                self.stopped = "it does not answer"
            self.run.emit(Notice(f"{tell_failure(_name_of(item), error)}."))
        else:
            self.in_a_row = 0
            self.report.success += 1
            await in_thread(self.holdings.note_media, item, media)
            await in_thread(self._tidy, item, Path(media.path))
        return not self.stopped

    async def _look_at(self, item: ArchiveItem) -> Media:
        """A file that stays where it is.

        Raises:
            MediaError: It cannot be played, or is not there any more.
            NotNow: It is damaged, and itself all that its source has.
        """
        path = Path(item.listed.url)

        def look() -> Media:
            with open_named(path, MAX_BYTES, called=_name_of(item), error=MediaError) as (file, size_bytes):
                media = Media(str(path), size_bytes, hash_file(file))
            if item.media_state in ("damaged", "lost") and media.sha256 != item.media_sha256:
                raise NotNow("they are damaged, and their folder has no other copy")
            check_whole(path, _name_of(item))
            return media

        return await in_thread(look)

    async def _fetch(self, item: ArchiveItem) -> Media:
        """A file that is brought here.

        Raises:
            NotNow: Not at this hour, or there is no room.
            VendorError: Its source does not send it.
            MediaError: What it sends is not the recording that it lists.
        """
        listed = item.listed
        name = name_of(listed.url)
        in_pieces = name.lower().endswith(_PLAYLISTS)
        if name.lower().endswith(_OTHER_PLAYLISTS):
            raise MediaError(f"{name} is a playlist of a kind that is not read", hint="Has it a file, or HLS, as well?")
        if item.held_at is not None and item.media_path and await in_thread(Path(item.media_path).exists):
            raise NotNow("they are held: what is here of them stays as it is")
        self.bounds.check(listed.size_bytes or 0)
        target = self.folder / item.id / (f"{Path(name).stem}.mp4" if in_pieces else name)
        target.parent.mkdir(exist_ok=True)

        kept: list[Media] = []

        async def check(part: Path, fetched: FetchedFile) -> None:
            try:
                await in_thread(_check, item, part, fetched)
                if self.sound_only:  # while a killed go would not fetch the film again
                    sound = target.with_name(f"{target.stem}.sound.opus")
                    kept.append(await keep_sound(part, sound, _name_of(item), self.run.services))
            except MediaError:
                remove_part(target)
                raise

        http, limits = self.run.services.vendors.http, FetchLimits(MAX_BYTES, self.pace, self.bounds.check, check)
        if in_pieces:
            client = StationClient(access_to(self.source, self.run.services))
            pieces = PiecewiseFetch(
                _name_of(item), http, client, target, limits, self._trusts, sound_only=self.sound_only
            )
            fetched = await pieces.run(listed.url)
        else:
            trusted = self._trusts(listed.url)
            fetched = await fetch_file(
                http, listed.url, target, limits=limits, trusted=trusted, noted=item.media_sha256
            )
        self.report.bytes += fetched.received_bytes
        media = kept[0] if kept else Media(str(target), fetched.size_bytes, fetched.sha256)
        self.bounds.used_bytes += media.size_bytes
        return media

    def tidy_after_death(self) -> None:
        """Remove what a killed process left of recordings that it had noted."""
        left = {about.parent.name for about in (*self.folder.glob(f"*/*{ORIGIN}"), *self.folder.glob(f"*/{PIECES}*"))}
        for item in self.holdings.find_all(sorted(left)).values():
            if item.media_state == "there":
                self._tidy(item, Path(item.media_path))

    def _tidy(self, item: ArchiveItem, media: Path) -> None:
        """Remove what lies in a recording's folder besides its media: a former file, the film of a kept sound."""
        if self.folder in media.parents:
            remove_pieces(self.folder / item.id)
            others = (path for path in (self.folder / item.id).iterdir() if path != media and path.is_file())
            for path in sorted(others, key=lambda path: path.name.endswith(ORIGIN)):  # by which it is found again
                path.unlink()

    def _trusts(self, url: str) -> bool:
        """Whether an address may lie in a private network: the source's own host may, where a person said so."""
        return self.source.allow_private and urlsplit(url).hostname == urlsplit(self.source.address).hostname


def _check(item: ArchiveItem, part: Path, fetched: FetchedFile) -> None:
    listed, name = item.listed, _name_of(item)
    if listed.sha1 and fetched.sha1 and fetched.sha1 != listed.sha1.lower():
        raise MediaError(f"{name} is not the file that its source lists: its SHA-1 differs")
    duration_s = check_whole(part, name)
    if listed.length_s and duration_s and abs(duration_s - listed.length_s) > SAME_LENGTH_S:
        raise MediaError(
            f"{name} lasts {duration_s:.0f} s, and its source says {listed.length_s:.0f} s",
            hint="The station may still be making it: look again later.",
        )


def _name_of(item: ArchiveItem) -> str:
    return f"{item.listed.title or item.remote_id} ({item.id})"
