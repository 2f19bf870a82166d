"""Whole videos by vendors through the real command line: what is bought, what is not bought again, who is named."""

from __future__ import annotations

import collections
import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from automagic.destinations.youtube.channel import TOKEN_FILE
from automagic.destinations.youtube.google_oauth import OAuthToken, save_token
from automagic.values.secret import Secret
from tests.support.processes.vendor_shell import KEY, QUICK, SCRIPT, WRONG_KEY, Result, Shell, World
from tests.support.servers.base import Fault
from tests.support.servers.openai import OpenAIServer
from tests.support.servers.pexels import PexelsServer
from tests.support.servers.scripted import Refusal
from tests.support.servers.webhook import WebhookServer
from tests.support.servers.wikimedia import WikimediaServer
from tests.support.servers.youtube import CAPTIONS_SCOPE, UPLOAD_SCOPE


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def shell(tmp_path: Path, world: World) -> Iterator[Shell]:
    with world.open(tmp_path) as shell:
        yield shell


# ------------------------------------------------------------------------------------------- what is bought

PAINTED = (
    "--now", "--script", "script.md", *QUICK, "--json", "--illustrator", "openai", "--narrator", "elevenlabs,espeak",
)  # fmt: skip


@pytest.mark.soak
def test_a_limit_an_edited_line_and_a_redone_scene_buy_only_what_they_must(shell: Shell, world: World) -> None:
    plan = shell.run(*PAINTED, "--plan").json
    assert world.calls == 0
    assert not (shell.folder / "out").exists()
    prices = {step["name"]: (step["vendor"], step["price_usd"]) for step in plan["plan"] if step["price_usd"]}
    assert {name: vendor for name, (vendor, _) in prices.items()} == {"illustrate": "openai", "speak": "elevenlabs"}

    # The second picture would cross the limit. The first is finished and kept, and not bought again.
    stopped = shell.run(*PAINTED, "--voice", "espeak", "--max-cost", "0.06", code=6)
    assert "--max-cost" in stopped.stderr
    assert world.bill["image"] == 1
    made = shell.run(*PAINTED).json
    assert world.bill == {"image": 2, "speech": 2}
    assert not [one for one in made["quality"]["square"]["measures"] if one["verdict"] == "fail"]
    assert shell.read("metadata.json")["word_timing"] == ["narrator"]
    # The test voice begins each word where its vendor says so, a constant lead later.
    first, second, *_ = shell.read("words.json")
    assert second["start_s"] - first["start_s"] == pytest.approx(0.07 * len("Waves "), abs=0.01)

    calls = world.calls
    again = shell.run(*PAINTED).json
    assert world.calls == calls
    assert (again["steps"]["miss"], again["cost_usd"]) == (0, 0)
    spend = shell.run("spend", "--json").json
    assert spend["total_usd"] > made["cost_usd"] > 0
    assert {line["name"]: line["calls"] for line in spend["vendor"]} == {"openai": 2, "elevenlabs": 2}
    assert shell.files_with(KEY) == []

    kept = shell.read("metadata.json")["sentences"][0]["scene"]
    (shell.folder / "script.md").write_text(SCRIPT.replace("Rocks wait", "Stones wait"))
    shell.run(*PAINTED, "--redo", f"illustrate:{kept}")
    assert world.bill == {"image": 4, "speech": 3}
    spoken = [call.json["text"] for call in world.elevenlabs.calls if call.billed]
    assert spoken[-1] == "Stones wait here."
    prompts = collections.Counter(call.json["prompt"] for call in world.openai.calls if call.billed)
    assert sorted(prompts.values()) == [1, 1, 2]

    # Another take is another purchase of each picture; here without the money for it.
    assert "image" in shell.run(*PAINTED, "--take", "2", "--max-cost", "0", code=6).stderr
    assert world.bill == {"image": 4, "speech": 3}
    assert shell.journal("count(*)", "state NOT IN ('delivered', 'failed')") == [(0,)]


@pytest.mark.soak
def test_a_plan_prices_only_what_is_not_bought_yet(shell: Shell, world: World) -> None:
    """A picture that was bought by a run that did not end costs nothing now; another take of it, or a redo, does."""
    command = ("--now", "--script", "script.md", *QUICK, "--voice", "espeak", "--illustrator", "openai", "--json")
    shell.run(*command, "--max-cost", "0.06", code=6)
    assert world.bill == {"image": 1}
    with contextlib.closing(sqlite3.connect(shell.home / "automagic.db")) as connection, connection:
        connection.execute("DELETE FROM steps WHERE name = 'illustrate'")  # killed between the answer and its step

    def prices(*more: str) -> list[float]:
        return [s["price_usd"] for s in shell.run(*command, "--plan", *more).json["plan"] if s["name"] == "illustrate"]

    assert sorted(prices()) == [0, 0.053]
    assert prices("--take", "2") == [0.053, 0.053]
    assert prices("--redo", "illustrate") == [0.053, 0.053]
    assert world.bill == {"image": 1}


def test_a_model_without_a_price_is_refused_before_any_work_unless_it_is_given_one(shell: Shell, world: World) -> None:
    command = ("--now", "--script", "script.md", *QUICK, "--illustrator", "openai,cards", "--plan")
    refused = shell.run(*command, code=3, OPENAI_IMAGE_MODEL="gpt-image-9")
    assert "gpt-image-9" in refused.stderr
    (shell.folder / "prices.toml").write_text('[openai.images]\n"gpt-image-9" = { any = 1.5 }\n')
    plan = shell.run(*command, OPENAI_IMAGE_MODEL="gpt-image-9", PRICE_OVERRIDES="prices.toml").stdout
    assert "openai" in plan
    assert "3.0000 USD" in plan
    assert max(map(len, plan.splitlines())) <= 80
    assert world.calls == 0


def test_a_topic_is_planned_with_the_price_of_its_script(shell: Shell, world: World) -> None:
    command = ("--now", "--topic", "The sea", "--duration", "5", *QUICK, "--voice", "espeak", "--writer")
    plan = shell.run(*command, "gemini,outline", "--json", "--plan").json
    assert world.calls == 0
    (price,) = [step for step in plan["plan"] if step["price_usd"]]
    assert (price["name"], price["vendor"]) == ("write", "gemini")
    assert not any("generic outline" in notice for notice in plan["notices"])


# ------------------------------------------------------------- one run in which nearly everything goes wrong once


class HoarseServer(OpenAIServer):
    """It speaks one sentence, then never again."""

    async def _speak(self, request):  # type: ignore[no-untyped-def]  # as in the base
        if self.billed("speech"):
            return self.refuse(400, "This voice is gone.")
        return await super()._speak(request)


@dataclass
class Troubled:
    """A run of which four vendors fail, each in its own way, and what came of it."""

    shell: Shell
    world: World
    pexels: PexelsServer
    wikimedia: WikimediaServer
    hook: WebhookServer
    result: Result


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory, small_frames: None) -> Iterator[Troubled]:
    folder = tmp_path_factory.mktemp("troubled")
    world = World(openai=HoarseServer())
    page = Fault(status=200, body="<html><h1>Welcome to our hotel</h1>", headers={"Content-Type": "text/html"})
    with (
        world.open(folder) as shell,
        PexelsServer() as pexels,
        WikimediaServer() as wikimedia,
        WebhookServer() as hook,
    ):
        world.anthropic.fail(page)
        world.gemini.say(*[Refusal("This is not allowed here.")] * 20)
        world.openai.say(*["this is no picture"] * 20)
        shell.environment |= {
            "PEXELS_BASE_URL": pexels.url, "CONTACT": "me@example.org", "ELEVENLABS_API_KEY": WRONG_KEY,
            "WIKIPEDIA_BASE_URL": wikimedia.wikipedia, "COMMONS_BASE_URL": wikimedia.commons,
            "OPENVERSE_BASE_URL": wikimedia.openverse, "WEBHOOK_SECRET": hook.secret,
            "YOUTUBE_CLIENT_ID": world.youtube.client_id, "YOUTUBE_CLIENT_SECRET": world.youtube.client_secret,
        }  # fmt: skip
        shell.home.mkdir()
        scopes = frozenset((UPLOAD_SCOPE, CAPTIONS_SCOPE))
        save_token(  # as if a person had signed in a moment ago
            shell.home / TOKEN_FILE, OAuthToken(Secret(world.youtube.key), Secret(world.youtube.grant()), 2e9, scopes)
        )
        result = shell.run(
            "--now", "--topic", "Tide", "--duration", "12", *QUICK, "--json", "--privacy", "unlisted",
            "--writer", "anthropic,wikipedia", "--illustrator", "gemini,openai,pexels,commons",
            "--narrator", "elevenlabs,openai,espeak",
            "--publish", "youtube", "--publish", "folder:share", "--publish", f"webhook:{hook.url}/hook",
            LOG_LEVEL="DEBUG",
        )  # fmt: skip
        yield Troubled(shell, world, pexels, wikimedia, hook, result)


def test_a_vendor_that_fails_gives_way_to_the_next_and_says_so_once(troubled: Troubled) -> None:
    """A page with status 200, a policy, a picture that is none, a wrong key, a voice that is lost in the middle."""
    for words in (
        "anthropic could not write the script", "gemini could not give a picture", "openai is asked instead",
        "openai could not give a picture", "pexels is asked instead", "elevenlabs could not speak",
        "openai failed in the middle of the voice",
    ):  # fmt: skip
        assert sum(words in note for note in troubled.result.notes) == 1, (words, troubled.result.notes)
    assert sum("speech" in call.path for call in troubled.world.elevenlabs.calls) == 1, "a refused key is shown once"


def test_one_voice_speaks_all_of_it(troubled: Troubled) -> None:
    assert troubled.result.json["made_by"]["narrator"] == "espeak standard"
    credits = {credit["part"]: credit["name"] for credit in troubled.shell.read("credits.json")}
    assert credits["voice"].startswith("espeak")
    assert troubled.world.openai.billed("speech") == 1
    assert troubled.shell.read("metadata.json")["word_timing"] != ["narrator"]


def test_the_result_says_who_made_what(troubled: Troubled) -> None:
    made_by = troubled.result.json["made_by"]
    assert made_by["writer"] == "wikipedia"
    assert set(made_by["pictures"].values()) <= {"pexels", "commons"}
    scenes = [sentence["scene"] for sentence in troubled.shell.read("metadata.json")["sentences"]]
    assert list(made_by["pictures"]) == scenes


def test_collections_show_no_picture_twice_and_are_credited_by_title(troubled: Troubled) -> None:
    credits = troubled.shell.read("credits.json")
    pictures = [credit for credit in credits if credit["part"].startswith("picture of")]
    assert len(pictures) == len({credit["origin"] for credit in pictures}) >= 2
    assert troubled.pexels.calls, "the first in the list was asked first"
    description = troubled.shell.read("metadata.json")["description"]
    for picture in pictures:
        free = picture["licence"].lower().startswith(("cc0", "public domain"))
        assert free or f"- picture: {picture['name']}, {picture['origin']}" in description
    assert "of scene" not in description
    assert description.count("https://en.wikipedia.org/wiki/Tide?oldid=1190000001") == 1


def test_a_video_is_published_everywhere_once(troubled: Troubled) -> None:
    shell, youtube = troubled.shell, troubled.world.youtube
    (video,) = youtube.videos.values()
    assert video.resource["status"]["privacyStatus"] == "unlisted"
    assert video.resource["status"]["containsSyntheticMedia"] is True
    assert video.thumbnail
    assert "wikipedia.org" in video.resource["snippet"]["description"]
    assert len(video.captions) == 1
    assert [receipt["state"] for receipt in troubled.result.json["published"]].count("unchanged") == 0
    (payload,) = troubled.hook.accepted.values()
    assert video.id in json.dumps(payload)
    assert list((shell.folder / "share").rglob("*.mp4"))
    receipts = shell.run("publish", "out", "--to", "youtube", "--to", "folder:share", "--json").json["receipts"]
    assert {receipt["state"] for receipt in receipts} == {"unchanged"}
    assert youtube.inserts == 1


def test_no_key_is_ever_shown_or_written_down(troubled: Troubled) -> None:
    assert WRONG_KEY not in troubled.result.stdout + troubled.result.stderr
    for secret in (WRONG_KEY, troubled.world.youtube.client_secret):
        assert troubled.shell.files_with(secret) == []
    assert [path.name for path in troubled.shell.files_with(KEY)] == [TOKEN_FILE]  # where the sign-in is kept, 0600


# ------------------------------------------------------------------------------- without one who comes after


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({"OPENAI_API_KEY": WRONG_KEY}, 4, "OPENAI_API_KEY"),
        ({"OPENAI_TEXT_MODEL": "gpt-4o"}, 4, "gpt-4o"),  # priced, and not to be had here
        ({"MONTHLY_BUDGET_USD": "0.001"}, 6, "MONTHLY_BUDGET_USD"),
    ],
)
def test_a_writer_without_a_successor_is_explained(
    shell: Shell, world: World, settings: dict[str, str], code: int, said: str
) -> None:
    paragraphs = [f"In year {year} the town built {year % 7 + 2} boats and sang. " * 5 for year in range(220)]
    (shell.folder / "long.md").write_text("# The boats\n\n" + "\n\n".join(paragraphs))  # 10,000 words
    result = shell.run("--now", "--source", "long.md", *QUICK, "--writer", "openai", code=code, **settings)
    assert said in result.stderr
    assert WRONG_KEY not in result.stderr
    assert shell.files_with(WRONG_KEY) == []
    assert [30_000 < len(call.body) < 70_000 for call in world.openai.calls] == ([True] if code == 4 else [])


def test_a_redirect_to_another_host_takes_no_key_along(tmp_path: Path) -> None:
    with OpenAIServer() as server, OpenAIServer() as elsewhere:
        target = {"Location": f"{elsewhere.url}/v1/chat/completions"}
        server.fail(Fault(status=307, body="moved", headers=target))
        shell = Shell(tmp_path, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{server.url}/v1"})
        result = shell.run("--now", "--topic", "The sea", *QUICK, "--writer", "openai", code=4)
    assert "which does not get the key and answered 401" in result.stderr
    assert "OPENAI_BASE_URL" in result.stderr
    (call,) = elsewhere.calls
    assert "authorization" not in call.headers
    assert KEY not in str(call.headers)


def test_nothing_is_begun_that_cannot_be_published(shell: Shell) -> None:
    command = ("--now", "--script", "script.md", *QUICK, "--voice", "espeak", "--publish", "youtube")
    refused = shell.run(*command, code=3)
    assert "YOUTUBE_CLIENT_ID" in refused.stderr
    assert "Speak" not in refused.stderr, "a step ran"
    client = {"YOUTUBE_CLIENT_ID": "an-id", "YOUTUBE_CLIENT_SECRET": "a-secret"}
    assert "publish --login" in shell.run(*command, code=3, **client).stderr
