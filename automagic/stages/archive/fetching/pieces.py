"""A recording that is served in pieces: each is fetched like a file of its own, then all are joined without loss.

vod.m3u8 ─▶ the best size that there is room for ─▶ its pieces ─▶ .pieces-1a2b3c/00000 …  whole, or a part
a killed fetch goes on with the piece that it was at                     │ all there
                                                                         ▼
                                                   vod.mp4.partial ─▶ as long as the playlist says? ─▶ vod.mp4
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.errors import MediaError, ResourceError, is_disk_full
from automagic.gate.downloads import FetchedFile, FetchLimits, fetch_file
from automagic.machine.blocks import hash_file
from automagic.machine.leaving import in_thread, run_in_thread
from automagic.media.video.pieces import LocalBytes, LocalPiece, join_pieces
from automagic.media.video.wholeness import check_whole
from automagic.sources.stations.shared.asking import StationClient, check_answer
from automagic.sources.stations.shared.playlists import MasterPlaylist, MediaPlaylist, PieceBytes, read_playlist
from automagic.stages.archive.fetching.bounds import NotNow
from automagic.store.blobs import sync_folder
from automagic.values.station import SAME_LENGTH_S

if TYPE_CHECKING:
    from automagic.gate.http import Http

PIECES = ".pieces-"
"""Begins the name of the folder of what is not joined, or not noted, yet."""
KEY_BYTES = 16
ROUNDED_S = 0.5
"""Older playlists write whole seconds: so much may be added or lost at each piece."""


@dataclass
class PiecewiseFetch:
    """One recording.

    Attributes:
        name: What errors call it.
        client: Asks for playlists and keys.
        target: The file that it becomes.
        limits: For all pieces together; `may_go_on` is asked for room.
        trusts: Whether an address may lie in a private network.
        sound_only: Take the sound alone, where it comes apart.
        received_bytes: Of pieces, so far.
    """

    name: str
    http: Http
    client: StationClient
    target: Path
    limits: FetchLimits
    trusts: Callable[[str], bool]
    sound_only: bool = False
    received_bytes: int = 0
    _kept_bytes: int = 0
    _keys: dict[str, bytes] = field(default_factory=dict)

    async def run(self, url: str) -> FetchedFile:
        """Fetch and join.

        Raises:
            NotNow: There is no room.
            VendorError: A piece is not sent.
            MediaError: It is live, encrypted in a way of its own, or no film.
            ResourceError: The disk is full; what lies there stays.
        """
        tracks = await self._choose(url)
        pieces = self.target.parent / f"{PIECES}{_digest_of(tracks)}"
        await in_thread(pieces.mkdir, exist_ok=True)
        local = [await self._fetch(track, pieces, place) for place, track in enumerate(tracks)]
        self.limits.may_go_on(self._kept_bytes)  # the joined file lies beside them for a while
        part = self.target.with_name(f"{self.target.name}.partial")
        try:
            await run_in_thread(lambda _stop: join_pieces(local, part, self.name))
            await in_thread(self._compare, part, tracks[0])
            fetched = await run_in_thread(lambda _stop: self._look(part))
            if self.limits.check is not None:
                await self.limits.check(part, fetched)
            await in_thread(part.replace, self.target)
            await in_thread(sync_folder, self.target.parent)
        except OSError as error:
            if is_disk_full(error):
                raise ResourceError(
                    f"the disk is full: {self.name} could not be joined", hint="Free some space, and sync again."
                ) from error
            raise
        except MediaError:
            await in_thread(shutil.rmtree, pieces)  # they are not what they should be: no other go would help
            raise
        finally:
            await in_thread(part.unlink, missing_ok=True)
        return fetched

    async def _choose(self, url: str) -> list[MediaPlaylist]:
        """What to fetch: pictures with sound, or both apart.

        Raises:
            NotNow: There is room for no size of it.
        """
        playlist = await self._read(url)
        if isinstance(playlist, MediaPlaylist):
            return [playlist]
        refused: NotNow | None = None
        for video_url, sound_url, bits_per_s in _candidates(playlist, sound_only=self.sound_only):
            first = await self._media(video_url)
            estimate = round(first.length_s * bits_per_s / 8)
            have = await in_thread(_bytes_of_pieces, self.target.parent)
            try:
                self.limits.may_go_on(max(0, 2 * estimate - have))  # the pieces, and the whole beside them
            except NotNow as reason:
                refused = reason
                continue
            return [first, await self._media(sound_url)] if sound_url else [first]
        raise refused or MediaError(f"{self.name} is a playlist that names nothing to play")

    async def _media(self, url: str) -> MediaPlaylist:
        playlist = await self._read(url)
        if isinstance(playlist, MasterPlaylist):
            raise MediaError(f"{url} is a playlist of playlists of playlists, which no player follows")
        return playlist

    async def _read(self, url: str) -> MasterPlaylist | MediaPlaylist:
        reply = await self.client.send("GET", url)
        check_answer(reply, urlsplit(url).netloc)
        playlist = read_playlist(reply.body.decode("utf-8-sig", "replace"), url)
        if isinstance(playlist, MediaPlaylist) and not playlist.ended:
            raise MediaError(
                f"{self.name} is live or not finished: its playlist has no end", hint="Look again when it is over."
            )
        return playlist

    async def _fetch(self, track: MediaPlaylist, folder: Path, place: int) -> list[LocalPiece]:
        """All pieces of a track; a file that several are parts of is fetched once."""
        wanted = dict.fromkeys(part.url for piece in track.pieces for part in (piece.header, piece.data) if part)
        paths = {url: folder / f"{place}-{number:05}" for number, url in enumerate(wanted)}
        for url, path in paths.items():
            self._kept_bytes += await self._fetch_one(url, path)
        local = []
        for piece in track.pieces:
            key = await self._key(piece.key.url) if piece.key else b""
            iv = piece.key.iv if piece.key else b""
            header = _local(piece.header, paths) if piece.header else None
            local.append(LocalPiece(_local(piece.data, paths), header, key, iv, piece.run))
        return local

    async def _fetch_one(self, url: str, path: Path) -> int:
        """Gives how large it is."""
        if (kept_bytes := await in_thread(_size_of, path)) is not None:
            return kept_bytes
        left = self.limits.max_bytes - self._kept_bytes
        if left <= 0:
            raise MediaError(f"{self.name} is larger than {self.limits.max_bytes / 1e9:.1f} GB")
        kept = self._kept_bytes
        limits = FetchLimits(left, self.limits.pace, lambda missing: self.limits.may_go_on(kept + missing))
        fetched = await fetch_file(self.http, url, path, limits=limits, trusted=self.trusts(url))
        self.received_bytes += fetched.received_bytes
        return fetched.size_bytes

    async def _key(self, url: str) -> bytes:
        if url not in self._keys:
            reply = await self.client.send("GET", url)
            check_answer(reply, urlsplit(url).netloc)
            if len(reply.body) != KEY_BYTES:
                raise MediaError(f"{self.name} is encrypted, and {url} gives no key", hint="It may want a sign-in.")
            self._keys[url] = reply.body
        return self._keys[url]

    def _compare(self, part: Path, track: MediaPlaylist) -> None:
        """Whether it is as long as its playlist says."""
        duration_s = check_whole(part, self.name)
        whole = all(piece.length_s.is_integer() for piece in track.pieces)
        slack_s = SAME_LENGTH_S + (ROUNDED_S * len(track.pieces) if whole else 0.0)
        if abs(duration_s - track.length_s) > slack_s:
            raise MediaError(f"{self.name} lasts {duration_s:.0f} s, and its playlist says {track.length_s:.0f} s")

    def _look(self, part: Path) -> FetchedFile:
        with part.open("r+b") as file:
            digest = hash_file(file)
            os.fsync(file.fileno())
            return FetchedFile(file.tell(), digest, "", 0, self.received_bytes)


def _candidates(playlist: MasterPlaylist, *, sound_only: bool) -> Iterator[tuple[str, str, int]]:
    """Addresses of a film and of its sound ("" where that is within), and bits a second; best first."""
    apart = {}
    for rendition in sorted(playlist.renditions, key=lambda one: one.default):
        if rendition.kind == "AUDIO":
            apart[rendition.group] = rendition.url
    best_first = sorted(playlist.variants, key=lambda one: (one.pictures, one.bits_per_s), reverse=True)
    if sound_only:
        sounds = [url for one in best_first if (url := apart.get(one.sound, ""))]
        heard = [one.url for one in reversed(best_first) if not one.pictures]
        if alone := [*sounds, *heard][:1]:
            yield alone[0], "", 0
            return
        best_first.reverse()
    for one in best_first:
        yield one.url, apart.get(one.sound, ""), one.bits_per_s


def _digest_of(tracks: Sequence[MediaPlaylist]) -> str:
    """Of what the pieces are; what an address carries of tickets that run out does not count."""
    digest = hashlib.sha256()
    for track in tracks:
        for piece in track.pieces:
            parts = urlsplit(piece.data.url)
            told = (parts.netloc, parts.path, piece.data.begin, piece.data.length, piece.length_s)
            digest.update(repr(told).encode())
    return digest.hexdigest()[:12]


def _local(part: PieceBytes, paths: dict[str, Path]) -> LocalBytes:
    return LocalBytes(paths[part.url], part.begin, part.length)


def _size_of(path: Path) -> int | None:
    return path.stat().st_size if path.exists() else None


def _bytes_of_pieces(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob(f"{PIECES}*/*"))


def remove_pieces(folder: Path) -> None:
    """Remove the pieces of a recording, once the joined file is noted: until then nothing is fetched twice."""
    for path in folder.glob(f"{PIECES}*"):
        shutil.rmtree(path)
