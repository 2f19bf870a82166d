"""What was found in the archive becomes a clip or a post, by the commands that the search prints."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from automagic import ClipsRequest
from automagic.data import shipped
from automagic.errors import RequestError
from automagic.language.text.sentences import split_sentences
from automagic.products.clips.archived.recordings import Archived, find_archived
from automagic.products.clips.sources import find_sources
from automagic.settings import Settings
from automagic.sources.file import read_file
from automagic.store.catalogue import Catalogue, Change, item_id
from automagic.store.holdings import UNHEARD, HeardItem, Holdings
from automagic.store.sources import Sources
from automagic.studio import open_studio
from automagic.values.station import StationItem
from tests.support.media.small_films import film_bytes
from tests.support.servers.files import FileServer, ServedFile

pytest.importorskip("faster_whisper")
pytest.importorskip("tokenizers")
pytest_plugins = ["tests.support.media.filmed_talks"]
pytestmark = [pytest.mark.xdist_group("clips"), pytest.mark.usefixtures("small_frames")]

BREAD, HONEY = '2026-03-11 Mayor\'s "bread" & $HOME.mp4', "2026-03-18 Honey.mp4"
FEED = b"<rss version='2.0'><channel><title>Shows</title></channel></rss>"
SHORT = ("--min", "4", "--max", "9", "--platform", "square", "--no-credentials")


@pytest.fixture
def films(automagic, season: Path, tmp_path: Path, monkeypatch) -> Path:
    """Two recordings with their captions, mirrored and known; and one of which only the captions are here."""
    folder = tmp_path / "it's films"
    away = tmp_path / "away"
    for place, part, name in ((folder, "part 2", BREAD), (folder, "part 10", HONEY), (away, "part 2", "a.mp4")):
        place.mkdir(exist_ok=True)
        shutil.copyfile(season / f"{part}.mp4", place / name)
        cues = json.loads((season / f"{part}.json").read_text())["segments"]
        lines = [f"{clock(cue['start'])} --> {clock(cue['end'])}\n<v Ann Lee>{cue['text']}" for cue in cues]
        (place / name).with_suffix(".vtt").write_text("\n\n".join(["WEBVTT", *lines]))
    from automagic.services import Engines

    monkeypatch.setattr(Engines, "transcriber", None)  # what is known is not heard
    automagic("archive", "add", "films", str(folder))
    automagic("archive", "add", "away", str(away))
    automagic("archive", "sync", "films")
    automagic("archive", "sync", "away", "--no-media")
    automagic("archive", "hear")
    return folder


def clock(at_s: float) -> str:
    return f"{int(at_s // 60):02}:{at_s % 60:06.3f}"


def test_a_hit_becomes_a_clip_and_a_post(automagic, films, tmp_path, place):
    found = json.loads(
        automagic("archive", "search", "gravity water", "--source", "films", "--speaker", "ann", "--json")[0]
    )
    hits = {hit["show"]: hit for hit in found["hits"]}
    hit = hits[BREAD.removesuffix(".mp4")]
    assert (hit["speaker"], hit["sentence"]) == (
        "Ann Lee", "Nothing but gravity moves the water, so it costs almost no power.",
    )  # fmt: skip
    (program, *command) = shlex.split(hit["clips"])
    assert program == "automagic"
    automagic(*command, *SHORT, "--out", str(tmp_path / "clips"))
    (clip,) = json.loads((tmp_path / "clips" / "clips.json").read_text())["clips"]
    assert hit["sentence"] in clip["text"]
    assert (tmp_path / "clips" / clip["folder"] / "video.mp4").is_file()

    documents = [read_file(path) for path in sorted(shipped("samples").glob("*.md"))]
    sentences = [one for document in documents for text in document.paragraphs for one in split_sentences(text, "en")]
    posts = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate(sentences)]
    (tmp_path / "jane.jsonl").write_text("\n".join(posts))
    automagic("posts", "learn", str(tmp_path / "jane.jsonl"), "--author", "jane doe", "--mine")
    printed = json.loads(automagic("archive", "search", '"why does honey"', "--json")[0])["hits"][0]["posts"]
    (tmp_path / "elsewhere").mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    written = subprocess.run(
        ["bash", "-c", f"{printed} --json"],
        cwd=tmp_path / "elsewhere",
        env={**os.environ, "PATH": path, "AUTOMAGIC_HOME": str(place.home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert "honey" in json.dumps(json.loads(written.stdout)["drafts"]).lower()


def test_the_whole_archive_is_searched_and_what_is_not_here_is_named(automagic, films):
    def plan(*arguments, code=0):
        return json.loads(automagic("clips", *arguments, *SHORT, "--plan", "--json", code=code)[0])

    made = plan("archive:films", "--query", "bees visiting flowers", "--max-clips", "1")
    assert made["title"] == "bees visiting flowers"
    (episode,) = made["episodes"]
    assert episode["recording"] == HONEY
    (moment,) = episode["choice"]["chosen"]
    assert "Bees visit about two million flowers" in moment["text"]

    both = plan("archive:films", "--query", '"ships climb a hill"', "--max-clips", "2")
    assert {episode["recording"] for episode in both["episodes"]} == {BREAD, HONEY}
    assert "ships climb a hill" in both["episodes"][0]["choice"]["chosen"][0]["text"]
    assert both["episodes"][1]["choice"]["chosen"] == [], "the same is not offered twice"

    told = plan("archive:", "--query", "dough grows", code=2)
    away = item_id("away", "a.mp4", 1)
    assert f"a ({away}) is not here" in told["error"]["message"]
    assert "archive sync away" in told["error"]["hint"]

    whole = plan(f"archive:{item_id('films', HONEY, 1)}", "--max-clips", "2")
    assert len(whole["choice"]["chosen"]) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("archive:nobody", "--query", "x"), "no recording nobody"),
        (("archive:films",), "no moments are chosen of all of films"),
        (("archive:films@3", "--query", "x"), "films is a source"),
        (("archive:films", "--query", "zebra"), "nothing that was heard in films is about “zebra”"),
        (("archive:films", "--query", "👍"), "no word to search for"),
        ((f"archive:{item_id('away', 'a.mp4', 1)}", "--fetch"), "is not here"),
        ((f"archive:{item_id('films', HONEY, 1)}@0:01", "--min", "300", "--max", "600"), "shorter than a clip may be"),
    ],
)
def test_what_cannot_be_found_is_said(automagic, films, arguments, told):
    assert told in json.loads(automagic("clips", *arguments, "--plan", "--json", code=2)[0])["error"]["message"]


async def test_what_is_not_here_is_named_and_a_plan_would_fetch_it(engine):
    Sources(engine).add("feed", kind="feed", address="https://station.example/feed", user="", allow_private=False)
    listed = StationItem("7", "Show 3/11", url="https://station.example/vod/talk%207.mp4")
    Catalogue(engine).write("feed", [Change(listed, 1)])
    item = item_id("feed", "7", 1)
    Holdings(engine).note_heard(item, HeardItem(UNHEARD, "t", "t", ()))
    run = SimpleNamespace(services=SimpleNamespace(store=SimpleNamespace(engine=engine)))
    place = f"archive:{item}@7"
    with pytest.raises(RequestError, match="is not here") as refused:
        await find_archived(ClipsRequest(place), run)
    assert "--fetch" in refused.value.hint
    archive = await find_archived(ClipsRequest(place, more=(f"archive:{item}@1:02",), fetch=True, plan=True), run)
    assert archive.found == (Archived("Show 3-11.mp4", listed.url, "t", checked=False, moments=(7.0, 62.0)),)
    (source,) = find_sources(ClipsRequest(place, fetch=True, plan=True), archive).sources
    assert (source.title, source.place, source.slug) == ("Show 3-11", listed.url, "show-3-11")


async def test_what_is_fetched_is_the_archives_from_then_on(tmp_path):
    """A server in the person's own network, which its source allows: by the archive's own bounds."""
    film = film_bytes()
    async with open_studio(Settings(automagic_home=tmp_path / "home")) as studio:
        engine = studio.services.store.engine
        holdings = Holdings(engine)
        with FileServer() as server:
            server.files |= {"7.mp4": ServedFile(film), "feed": ServedFile(FEED)}
            Sources(engine).add("station", kind="feed", address=f"{server.url}/feed", user="", allow_private=True)
            changes = [Change(StationItem(name, f"Show {name}", url=f"{server.url}/{name}.mp4"), 1) for name in "78"]
            Catalogue(engine).write("station", changes)
            here, gone = (item_id("station", name, 1) for name in "78")
            for item in (here, gone):
                holdings.note_heard(item, HeardItem(UNHEARD, "t", "t", ()))
            request = ClipsRequest(f"archive:{here}@7", more=(f"archive:{gone}@3",), fetch=True)
            async with studio._open_run("clips", None, request=request) as run:
                archive = await find_archived(request, run)
    (found,) = archive.found
    assert holdings.find(here).media_sha256 == hashlib.sha256(film).hexdigest()
    assert holdings.find(here).media_path == found.place
    ((name, why),) = archive.absent
    assert (name, "is not here: " in why.message) == (f"Show 8 ({gone})", True)
