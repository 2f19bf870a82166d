"""The station of the tests is true to Cablecast: what its maker's own clients ask for, in the form they read."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from automagic.media.captions.scc.writer import SccCue, write_scc
from tests.support.servers.cablecast import STORE, CablecastServer, MediaFile

CUES = [(0.0, 4.0, "Good evening."), (8.0, 12.5, "The meeting is called to order."), (31.0, 33.0, "Item one.")]


@pytest.fixture
def server() -> Iterator[CablecastServer]:
    with CablecastServer() as server:
        yield server


def ask(
    server: CablecastServer,
    path: str,
    *,
    body: object = None,
    method: str = "",
    raw: bytes | None = None,
    **headers: str,
) -> tuple[int, dict[str, str], bytes]:
    pair = base64.b64encode(f"{server.user}:{server.key}".encode()).decode()
    sent = {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{server.url}{path}", data, sent, method=method or None)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def read(server: CablecastServer, path: str, **asked: Any) -> Any:
    return json.loads(ask(server, path, **asked)[2])


def upload(server: CablecastServer, name: str, content: bytes, segment: int = 5 << 20) -> list[int]:
    """As the maker's file-upload.mjs does; the states that were seen."""
    parts = [content[at : at + segment] for at in range(0, len(content), segment)]
    told = {"fileName": name, "destinationStore": STORE, "totalSegments": len(parts), "size": len(content)}
    number = read(server, "/cablecastapi/v1/fileuploads", body={"fileUpload": told})["fileUpload"]["id"]
    place = f"/cablecastapi/v1/fileuploads/{number}"
    for count, part in enumerate(parts):
        lines = [b"--x", b'Content-Disposition: form-data; name="segment"', b"", str(count).encode()]
        lines += [
            b"--x",
            f'Content-Disposition: form-data; name="file"; filename="{name}"'.encode(),
            b"",
            part,
            b"--x--",
        ]
        kind = "multipart/form-data; boundary=x"
        assert ask(server, f"{place}/upload", raw=b"\r\n".join(lines) + b"\r\n", Content_Type=kind)[0] == 200
    read(server, place, body={"fileUpload": {"state": 2}}, method="PUT")
    return [read(server, place)["fileUpload"]["state"] for _ in range(3)]


@pytest.mark.parametrize("path", ["/cablecastapi/v1/shows", "/CablecastAPI/v1/Shows", "/CABLECASTAPI/V1/SHOWS/"])
def test_letter_case_does_not_matter(server, path) -> None:
    server.station.add("Council")
    assert len(read(server, path)["shows"]) == 1


def test_a_page_has_fifty_unless_more_are_asked_for(server) -> None:
    for number in range(120):
        server.station.add(f"Council {number}")
    page = read(server, "/cablecastapi/v1/shows?include=reel,vod,webfile,thumbnail&offset=50")
    assert page["meta"] == {"count": 120, "pageSize": 50, "offset": 50}
    assert [len(page[name]) for name in ("shows", "vods", "reels", "webFiles", "thumbnails")] == [50, 50, 50, 0, 0]
    assert read(server, "/cablecastapi/v1/shows?page_size=10000&fields=id")["shows"][0] == {"id": 1}
    assert [show["id"] for show in read(server, "/cablecastapi/v1/shows?ids[]=7&ids[]=9")["shows"]] == [7, 9]
    assert read(server, "/cablecastapi/v1/vods?showId=7&page_size=1")["meta"]["count"] == 120  # a filter it ignores


def test_refusals_are_those_of_its_framework(server) -> None:
    status, _, body = ask(server, "/cablecastapi/v1/vods/7")
    assert (status, "No HTTP resource was found" in body.decode()) == (404, True)
    status, _, body = ask(server, "/cablecastapi/v1/systeminfo", Authorization="")
    assert (status, json.loads(body)["message"][:25]) == (401, "Authorization has been de")


def test_captions_come_in_pieces_with_absolute_times_that_repeat_at_seams(server) -> None:
    vod = server.station.add("Council", length=35, captions={"en": CUES})
    folder = f"/vod/{vod.folder}"
    assert 'URI="captions.en.m3u8",LANGUAGE="en"' in ask(server, f"{folder}/vod.m3u8")[2].decode()
    playlist = ask(server, f"{folder}/captions.en.m3u8")[2].decode()
    pieces = re.findall(r"^subtitles/.*$", playlist, re.MULTILINE)
    assert len(pieces) == 4
    texts = [ask(server, f"{folder}/{piece}")[2].decode() for piece in pieces]
    assert ["called to order" in text for text in texts] == [True, True, False, False]
    assert "00:00:08.000 --> 00:00:12.500" in texts[1]


def test_a_film_is_served_in_parts(server) -> None:
    vod = server.station.add("Council", media=MediaFile(bytes(range(200))))
    place = f"/vod/{vod.folder}/vod.mp4"
    status, headers, body = ask(server, place, Range="bytes=150-")
    assert (status, headers["Content-Range"], body) == (206, "bytes 150-199/200", bytes(range(150, 200)))
    assert ask(server, place, Range="bytes=150-", If_Range='"another"')[0] == 200
    assert ask(server, place, Range="bytes=200-")[0] == 416
    assert ask(server, place, method="HEAD")[1]["Content-Length"] == "200"


def test_an_upload_arrives_as_it_was_and_goes_through_its_states(server) -> None:
    content = bytes(range(256)) * 100
    assert upload(server, "film.mp4", content, segment=10_000) == [3, 4, 5]
    assert server.stored[STORE, "film.mp4"] == content


@pytest.mark.parametrize(
    ("name", "shown"), [("2026-03-11 Council.scc", True), ("2026-03-11 Council.srt", False), ("Council.scc", False)]
)
def test_captions_beside_a_film_become_its_captions(server, name, shown) -> None:
    vod = server.station.add("Council", file_name="2026-03-11 Council.mp4", modified=datetime(2026, 1, 1, tzinfo=UTC))
    server.captions_after = 1
    content = write_scc([SccCue(2.0, 4.0, ("Good evening.",))]).text.encode()
    assert upload(server, name, content) == [3, 4, 5]
    assert not vod.captions
    for _ in range(2):
        read(server, f"/cablecastapi/v1/vods/{vod.id}")
    assert [text for _, _, text in vod.captions.get("en", ())] == (["Good evening."] if shown else [])
    assert (server.station.shows[vod.show].modified > datetime(2026, 2, 1, tzinfo=UTC)) is shown


def test_a_client_makes_a_programme_of_a_film_that_lies_there(server) -> None:
    server.add_unlinked("new_film.mp4")
    assets = read(server, "/cablecastapi/v1/assets?offset=0&sort=last_modified&status_type[]=Unlinked")
    film = assets["assets"][0]
    assert film["assetInfos"][0] in {info["id"] for info in assets["assetInfos"]}
    show = read(server, "/cablecastapi/v1/shows", body={"show": {"title": "New Film"}})["show"]
    media = read(server, "/cablecastapi/v1/media", body={"media": {"mediaName": "New Film"}})["media"]
    reel = {
        "media": media["id"],
        "show": show["id"],
        "reelNumber": 1,
        "cue": 0,
        "userFileName": film["path"],
        "length": 5,
    }
    read(server, "/cablecastapi/v1/reels/batch", body={"reels": [reel]})
    found = read(server, f"/cablecastapi/v1/shows/{show['id']}?include=reel")
    assert [one["userFileName"] for one in found["reels"]] == ["new_film.mp4"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("channels", ["channels"]),
        ("livestreams", ["liveStreams"]),
        ("categories", ["categories"]),
        ("producers", ["producers"]),
        ("projects", ["projects"]),
        ("showfields", ["showFields", "fieldDefinitions"]),
        ("scheduleitems?start=2026-01-01&page_size=2000", ["scheduleItems"]),
        ("locations", ["locations"]),
        ("formats", ["formats"]),
        ("vodconfigurations", ["vodConfigurations"]),
        ("devices", ["devices"]),
        ("filestores", ["fileStores"]),
        ("digitalfiles", ["digitalFiles"]),
        ("assetreellinks", ["assetReelLinks"]),
        ("chapters?vod=1001", ["chapters"]),
    ],
)
def test_what_its_makers_clients_ask_for_has_the_name_they_read(server, path, names) -> None:
    server.station.add("Council")
    found = read(server, f"/cablecastapi/v1/{path}")
    assert all(isinstance(found[name], list) for name in names)
