"""The archive's commands killed at thirty moments between a station's first page and our captions at the station.

    one station, one home     looked at, fetched, heard, published           nobody is killed
    another, the same         the same commands, killed and begun again ─▶   the same catalogue, files, texts, captions

A moment is an event: a request, so many bytes of a film, a statement, a commit, a file's new name. The clock is none.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from automagic.providers.local.shared.waveform import write_wav
from automagic.store.catalogue import item_id
from tests.support.media.spoken_samples import RATE, TALK, say
from tests.support.places import PROGRAMS
from tests.support.processes.python_programs import PATIENCE_S, Program, start
from tests.support.processes.worker_programs import wait_until
from tests.support.servers.base import Fault
from tests.support.servers.cablecast import CablecastServer, MediaFile
from tests.support.servers.cablecast.uploads import FINISHED

pytest.importorskip("faster_whisper")
pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

PROGRAMMES = 1100
"""Six pages of the list, three batches of the catalogue."""
FILM_S = 150
SAID = (TALK[:2], TALK[1:], (TALK[2], TALK[0]))
CAPTIONED = 2
"""Of the films, the one whose captions the station has."""
MOST_AGAIN = 1 << 20
"""Bytes that may come twice."""


@dataclass
class Film:
    """Sound with something said at its beginning, and cues of that."""

    data: bytes
    cues: list[tuple[float, float, str]]


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> list[Film]:
    folder = tmp_path_factory.mktemp("films")
    return [make_film(folder / f"{number}.wav", said) for number, said in enumerate(SAID)]


def make_film(path: Path, said: tuple[str, ...]) -> Film:
    sound, at, cues = np.zeros(FILM_S * RATE, np.float32), RATE, []
    for text in said:
        samples = say(text)
        sound[at : at + len(samples)] = samples
        cues.append((at / RATE, (at + len(samples)) / RATE, text))
        at += len(samples) + RATE
    write_wav(path, sound, RATE)
    return Film(path.read_bytes(), cues)


@dataclass
class Mirror:
    """A station, and the home of who mirrors it.

    Attributes:
        lay: How much of a film lay here at a death, by the film and how often it had been asked for.
    """

    home: Path
    server: CablecastServer
    program: Program | None = None
    lay: dict[tuple[int, int], int] = field(default_factory=dict)

    def fill(self, films: list[Film]) -> None:
        """What the station has; the films are the newest."""
        station = self.server.station
        for number in range(PROGRAMMES - len(films)):
            station.add(f"Programme {number}", length=1800, extra={"url": None})
        for number, film in enumerate(films):
            captions = {"en": film.cues} if number == CAPTIONED else {}
            station.add(f"Film {number}", length=FILM_S, media=MediaFile(film.data), captions=captions)
        self.server.steps = [FINISHED]

    @property
    def films(self) -> list[MediaFile]:
        """The films, the first first."""
        return [vod.media for vod in self.server.station.vods.values() if vod.media is not None]

    def item(self, number: int) -> str:
        """The id of a film."""
        vods = [vod for vod in self.server.station.vods.values() if vod.media is not None]
        return item_id("nine", str(vods[number].id), 1)

    def run(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """A command to its end."""
        process = self._start("-m", "automagic", "archive", *arguments, "--json")
        out, err = process.communicate(PATIENCE_S)
        assert process.returncode == code, err
        return json.loads(out)

    def die(self, moment: Moment, *arguments: str) -> None:
        """A command until the moment in which it is killed."""
        before = moment.arm(self)
        process = self.program = self._start(*before, "archive", *arguments, "--json")
        out, err = process.communicate(PATIENCE_S)
        assert process.returncode == -signal.SIGKILL, (moment, out, err)
        moment.disarm(self)
        for number, here in enumerate(self._films_here()):
            self.lay[number, len(self.films[number].starts)] = here.stat().st_size if here else 0

    def kill(self) -> None:
        """The command that runs."""
        wait_until(lambda: self.program is not None)
        os.kill(self.program.pid, signal.SIGKILL)

    def _films_here(self) -> list[Path | None]:
        found = []
        for number in range(len(self.films)):
            folder = self.home / "archive" / "nine" / self.item(number)
            found.append(next((path for path in sorted(folder.glob("*")) if path.suffix != ".json"), None))
        return found

    def _start(self, *arguments: str) -> Program:
        settings = {
            "AUTOMAGIC_HOME": str(self.home),
            "ARCHIVE_PASSWORD": self.server.key,
            "ARCHIVE_FREE_GB": "0",
        }
        return start(*arguments, cwd=self.home.parent, environment={**os.environ, **settings})

    # ------------------------------------------------------------------------------------------- what there is

    def catalogue(self) -> list[dict[str, Any]]:
        """All rows, without what is the time's or the place's own."""
        with sqlite3.connect(self.home / "automagic.db") as database:
            database.row_factory = sqlite3.Row
            rows = [dict(row) for row in database.execute("SELECT * FROM archive_items ORDER BY id")]
            passages = database.execute(
                "SELECT item, start_s, end_s, text FROM archive_passages ORDER BY item, start_s"
            )
            said = [{"passage": tuple(row)} for row in passages]
        database.close()
        for row in rows:
            for name in ("first_seen_at", "changed_at", "fingerprint"):
                del row[name]
            row["missing_since"] = row["missing_since"] is not None
            row["media_path"] = row["media_path"].replace(str(self.home), "")
            row["listed"] = re.sub(r'"modified_at":"[^"]*"', "", row["listed"].replace(self.server.url, ""))
        return rows + said

    def files(self) -> dict[str, bytes]:
        """Films and transcripts that are whole; half a transcript is some thousand bytes, under a name of its own."""
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for folder in ("archive", "transcripts")
            for path in sorted((self.home / folder).rglob("*"))
            if path.is_file() and path.suffix != ".partial"
        }

    @property
    def again_bytes(self) -> int:
        """How much of the films was asked for though it lay here."""
        again = 0
        for (number, asked), size in self.lay.items():
            begun = self.films[number].starts[asked:]
            again += max(0, size - begun[0]) if begun else 0
        return again

    def captions(self) -> list[Any]:
        """What the station shows."""
        return [vod.captions for vod in self.server.station.vods.values() if vod.captions]


# ------------------------------------------------------------------------------------------------- moments


@dataclass(frozen=True)
class Asked:
    """A request whose path has this in it: before it is answered, after what it asked for is done, in the answer."""

    path: str
    number: int = 1
    when: Literal["before", "after", "amid"] = "before"

    def arm(self, mirror: Mirror) -> tuple[str, ...]:
        mirror.server.fail(Fault(), path=self.path, times=self.number - 1)
        how: dict[str, Any] = {"truncate": True} if self.when == "amid" else {"drop": self.when}
        mirror.server.fail(Fault(strike=mirror.kill, **how), path=self.path)
        return ("-m", "automagic")

    def disarm(self, mirror: Mirror) -> None:
        mirror.server.recover()


@dataclass(frozen=True)
class Sent:
    """A share of a film has been sent, and half of that has been written down here."""

    film: int
    share: float

    def arm(self, mirror: Mirror) -> tuple[str, ...]:
        film = mirror.films[self.film]
        here = mirror._films_here()[self.film]
        lies = here.stat().st_size if here else 0
        film.cut_after = round(self.share * len(film.data)) - lies

        def strike() -> None:
            wait_until(lambda: any(one and one.stat().st_size > lies + 1000 for one in mirror._films_here()))
            mirror.kill()

        film.strike = strike
        return ("-m", "automagic")

    def disarm(self, mirror: Mirror) -> None:
        mirror.films[self.film].cut_after = None


@dataclass(frozen=True)
class Done:
    """Something that it does itself; see dying_command.py."""

    what: str
    number: int = 1

    def arm(self, _mirror: Mirror) -> tuple[str, ...]:
        return (str(PROGRAMS / "dying_command.py"), self.what, str(self.number))

    def disarm(self, _mirror: Mirror) -> None:
        """Nothing to do."""


Moment = Asked | Sent | Done

LOOKING: tuple[Moment, ...] = (
    Asked("/systemtime"),
    Asked("/shows", 1, "amid"),
    Asked("/shows", 3),
    Asked("/shows", 4, "after"),
    Done("sql INSERT INTO archive_items"),
    Done("commit", 2),
    Done("commit", 3),
    Asked("/vods", 1),
    Done("sql UPDATE archive_sources"),
)
CHANGES: tuple[Moment, ...] = (
    Asked("/search/advanced", 1, "after"),
    Done("sql INSERT INTO archive_items"),
    Done("sql SET missing_since"),
    Asked("/vods", 2),
)
FETCHING: tuple[Moment, ...] = (
    Sent(2, 0.3),
    Sent(2, 0.8),
    Done("rename vod.mp4"),
    Done("sql SET media_state"),
    Asked("/vod.mp4", 1),
    Sent(1, 0.5),
    Done("sql SET media_state"),
    Done("commit"),
)
HEARING: tuple[Moment, ...] = (
    Asked("/captions.en.00000.vtt", 1, "amid"),
    Done("rename artifacts"),
    Done("call transcribe_chunks"),
    Done("sql INSERT INTO steps"),
    Done("rename transcripts"),
    Done("sql DELETE FROM archive_passages"),
    Done("sql SET sound_sha256"),
    Done("call transcribe_chunks"),
)
PUBLISHING: tuple[Moment, ...] = (
    Asked("/fileuploads", 1, "after"),
    Asked("/upload", 1, "before"),
    Asked("/upload", 1, "after"),
    Asked("/fileuploads/", 3, "after"),
    Asked("/fileuploads/", 1, "after"),
    Done("sql UPDATE publications", 2),
    Asked("/vod.m3u8", 2),
)


def change(server: CablecastServer) -> None:
    """Some programmes are others now, and one is no more."""
    vods = list(server.station.vods.values())
    for vod in vods[10:40]:
        vod.length += 60
        server.station.touch(vod)
    server.station.delete(vods[50])


def mirror_station(mirror: Mirror, die: Callable[[tuple[Moment, ...], tuple[str, ...]], None]) -> None:
    """All of it, from the first look to captions at the station; `die` comes before each command."""
    mirror.run("add", "nine", mirror.server.url, "--allow-private", "--user", mirror.server.user)

    def do(moments: tuple[Moment, ...], *arguments: str) -> dict[str, Any]:
        die(moments, arguments)
        return mirror.run(*arguments)

    do(LOOKING, "sync", "--no-media")
    change(mirror.server)
    do(CHANGES, "sync", "--no-media")
    do(FETCHING, "sync")
    do(HEARING, "hear")
    mirror.server.captions_after = 6
    published = do(PUBLISHING, "publish-captions", mirror.item(0), "--yes", "--wait", "2")
    assert published["state"] == "published"
    assert mirror.run("publish-captions", mirror.item(0), "--yes")["state"] == "unchanged"


@pytest.fixture
def mirrors(tmp_path, films) -> Iterator[list[Mirror]]:
    with CablecastServer() as first, CablecastServer() as second:
        made = []
        for name, server in (("whole", first), ("killed", second)):
            (tmp_path / name).mkdir()
            made.append(Mirror(tmp_path / name / "home", server))
            made[-1].fill(films)
        yield made


def test_nothing_is_lost_done_twice_or_called_gone_however_often_it_is_killed(mirrors) -> None:
    whole, killed = mirrors
    mirror_station(whole, lambda _moments, _arguments: None)
    deaths: list[Moment] = []

    def die(moments: tuple[Moment, ...], arguments: tuple[str, ...]) -> None:
        for moment in moments:
            killed.die(moment, *arguments)
            deaths.append(moment)

    mirror_station(killed, die)
    assert len(deaths) >= 20
    assert killed.catalogue() == whole.catalogue()
    assert killed.files() == whole.files()
    assert killed.captions() == whole.captions()
    (source,) = killed.run("status")["sources"]
    assert (source["items"], source["missing"], source["gone"]) == (PROGRAMMES, 1, 0)
    assert (source["with_media"], source["with_transcript"], source["failed"]) == (len(SAID), len(SAID), 0)
    assert killed.again_bytes <= MOST_AGAIN
    assert [one.state for one in killed.server.uploads.values()].count(FINISHED) == 1
    # An upload that was begun in the moment of a death is not known here; it holds nothing, and the server forgets it.
    assert [len(one.pieces) for one in killed.server.uploads.values()] == [0, 1]
