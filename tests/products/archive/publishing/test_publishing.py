"""Captions go back to a station that answers as Cablecast does: once, beside the film, and never over a person's."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from automagic.media.captions.scc.reader import read_scc
from automagic.products.archive.publishing import recipe
from automagic.store.catalogue import item_id
from tests.support.homes.heard_recordings import note_heard, say
from tests.support.servers.base import Fault
from tests.support.servers.cablecast import STORE, CablecastServer

SAID = "Good evening, and welcome to the council. The motion carries, “five” to two. We stand adjourned."
THEIRS = [(1.0, 4.0, "A person wrote this with care."), (5.0, 8.0, "And this as well.")]


@pytest.fixture
def server(monkeypatch) -> Iterator[CablecastServer]:
    monkeypatch.setattr(recipe, "PAUSE_S", 0.01)
    with CablecastServer() as server:
        server.station.add("City Council", length=60.0, file_name="meetings/7-City Council.mp4")
        monkeypatch.setenv("ARCHIVE_PASSWORD", server.key)
        yield server


@pytest.fixture
def answer(automagic):
    """What `automagic archive … --json` prints."""

    def run(*arguments, code=0):
        if arguments[0] == "publish-captions" and "--wait" not in arguments:
            arguments = (*arguments, "--wait", "0.1")
        return json.loads(automagic("archive", *arguments, "--json", code=code)[0])

    return run


@pytest.fixture
def item(answer, server, place) -> str:
    """A recording of the station, which was heard."""
    answer("add", "nine", server.url, "--allow-private", "--user", server.user)
    answer("sync", "nine", "--no-media")
    (vod,) = server.station.vods
    name = item_id("nine", str(vod), 1)
    note_heard(place.home, name, say(SAID))
    return name


def uploads(server: CablecastServer) -> int:
    return sum(call.method == "POST" and call.path.endswith("/fileuploads") for call in server.calls)


def test_captions_lie_beside_the_film_and_are_served(answer, server, item) -> None:
    server.captions_after = 3
    told = answer("publish-captions", item, "--yes")
    assert (told["state"], told["file"], told["store"]) == ("published", "meetings/7-City Council.scc", "Content")
    (stored,) = server.stored.items()
    assert stored[0] == (STORE, "meetings/7-City Council.scc")
    words = " ".join(row for one in read_scc(stored[1].decode()) for row in one.rows)
    assert words == SAID.replace("“", '"').replace("”", '"')
    assert answer("publish-captions", item, "--yes")["state"] == "unchanged"
    assert uploads(server) == 1


def test_a_plan_and_a_person_who_is_not_asked_change_nothing(answer, server, item) -> None:
    assert answer("publish-captions", item, "--plan")["state"] == "planned"
    assert "nobody can be asked" in answer("publish-captions", item, code=2)["error"]["message"]
    assert not server.uploads


@pytest.mark.parametrize("form", ["hls", "vtt"])
def test_captions_of_a_person_stay_unless_told_otherwise(answer, server, item, form) -> None:
    (vod,) = server.station.vods.values()
    vod.captions, vod.caption_forms = {"en": THEIRS}, {form}
    told = answer("publish-captions", item, "--yes", code=2)
    assert "a person may have made them" in told["error"]["message"]
    assert not server.uploads
    assert answer("publish-captions", item, "--replace", "--yes")["replaces"]
    assert uploads(server) == 1


def test_a_station_that_does_not_serve_them_yet_is_asked_again_and_sent_nothing(answer, server, item) -> None:
    server.captions_after = 10_000
    told = answer("publish-captions", item, "--yes", "--wait", "0", code=4)
    assert told["state"] == "waiting"
    assert answer("publish-captions", item, "--yes", "--wait", "0", code=4)["state"] == "waiting"
    assert uploads(server) == 1
    server.captions_after = 0
    server._waiting = {vod: (0, cues) for vod, (_, cues) in server._waiting.items()}
    assert answer("publish-captions", item, "--yes")["state"] == "published"
    assert uploads(server) == 1


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/upload", Fault(drop="after")),
        ("/upload", Fault(drop="before")),
        ("/upload", Fault(status=503)),
        ("/fileuploads", Fault(status=429, headers={"retry-after": "0"})),
        ("/fileuploads/", Fault(status=202)),
    ],
)
def test_what_breaks_off_is_taken_up_again(answer, server, item, path, fault) -> None:
    server.fail(fault, path=path, times=2)
    assert answer("publish-captions", item, "--yes")["state"] == "published"
    assert len(server.stored) == 1


def test_an_upload_that_fails_there_is_begun_anew_and_given_up_in_the_end(answer, server, item) -> None:
    server.steps = [3, 0]
    told = answer("publish-captions", item, "--yes", code=4)
    assert "failed 3 times" in told["error"]["message"]
    assert uploads(server) == 3
    server.steps = [3, 4, 5]
    assert answer("publish-captions", item, "--yes")["state"] == "published"


def test_who_is_not_known_there_is_told(answer, server, item, monkeypatch) -> None:
    monkeypatch.setenv("ARCHIVE_PASSWORD", "wrong")
    assert "does not let us in" in answer("publish-captions", item, "--yes", code=3)["error"]["message"]


def test_a_film_that_was_cut_for_the_web_takes_none(answer, server, item) -> None:
    (vod,) = server.station.vods.values()
    vod.length = 90.0
    assert "not 60" in answer("publish-captions", item, "--yes", code=4)["error"]["message"]
    assert not server.uploads


def test_a_folder_takes_none(answer, place, tmp_path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "films/a.mp4").write_bytes(b"film")
    answer("add", "films", str(tmp_path / "films"))
    answer("sync", "films", "--no-media")
    name = item_id("films", "a.mp4", 1)
    note_heard(place.home, name, say(SAID))
    assert "takes no captions" in answer("publish-captions", name, "--yes", code=2)["error"]["message"]
