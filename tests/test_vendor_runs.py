"""Whole videos through the real command line, against vendors that speak their own protocols over real sockets.

Most runs know nothing of test servers: `Internet` leads them from the vendors' own addresses to ours, by HTTPS_PROXY.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from servers.anthropic import AnthropicServer
from servers.base import Fault, VendorServer
from servers.elevenlabs import ElevenLabsServer
from servers.gemini import GeminiServer
from servers.internet import Internet
from servers.openai import OpenAIServer
from servers.pexels import PexelsServer
from servers.scripted import Refusal
from servers.webhook import WebhookServer
from servers.wikimedia import WikimediaServer
from servers.youtube import CAPTIONS_SCOPE, UPLOAD_SCOPE, YouTubeServer

from automagic import VideoRequest, open_studio
from automagic.cli.vendor_test import painter
from automagic.destinations.google_oauth import Token, save_token
from automagic.destinations.youtube import TOKEN_FILE
from automagic.orchestrator.events import Event, Notice
from automagic.services import open_services
from automagic.settings import Secret, load_settings

KEY = "test-key-not-secret"
WRONG_KEY = "wr0ng-key-that-nobody-may-ever-see"
KEYS = {f"{name}_API_KEY": KEY for name in ("OPENAI", "ANTHROPIC", "GEMINI", "ELEVENLABS", "PEXELS")}
QUICK = ("--draft", "--platform", "square", "--music", "none", "--no-credentials", "--out", "out")
SCRIPT = "# The sea\n\nWaves return today.\n\nRocks wait here.\n"
"""Two scenes of three words."""


@dataclass
class Shell:
    """A person's own folder, and the command line in it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()}
        own = {
            "AUTOMAGIC_HOME": str(self.home),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "COLUMNS": "80",
            "RATE_LIMIT_RPM": "100000",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "automagic", *arguments],
            cwd=self.folder,
            env=kept | own | self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0, **more: str) -> Result:
        with self.start(*arguments, **more) as process:
            stdout, stderr = process.communicate(timeout=150)
        assert process.returncode == code, f"exit {process.returncode}\n{stdout[-2000:]}\n{stderr[-4000:]}"
        assert "Traceback" not in stderr
        return Result(stdout, stderr)

    def read(self, name: str) -> Any:
        return json.loads((self.folder / "out" / name).read_text("utf-8"))

    def journal(self, columns: str, where: str = "1") -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.home / "automagic.db")) as connection:
            return connection.execute(f"SELECT {columns} FROM vendor_calls WHERE {where}").fetchall()  # noqa: S608

    def files_with(self, text: str) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


@dataclass
class Result:
    """What a command answered."""

    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def notes(self) -> list[str]:
        return [line for line in self.stderr.splitlines() if line.startswith("Note: ")]


class PublicYouTube(YouTubeServer):
    """Its upload addresses are those that the world sees."""

    @property
    def url(self) -> str:
        return "https://youtube.googleapis.com"


@dataclass
class World:
    """Every vendor, at its own address."""

    openai: OpenAIServer = field(default_factory=OpenAIServer)
    anthropic: AnthropicServer = field(default_factory=AnthropicServer)
    gemini: GeminiServer = field(default_factory=GeminiServer)
    elevenlabs: ElevenLabsServer = field(default_factory=ElevenLabsServer)
    youtube: PublicYouTube = field(default_factory=PublicYouTube)

    @property
    def servers(self) -> dict[str, VendorServer]:
        return {
            "api.openai.com": self.openai,
            "api.anthropic.com": self.anthropic,
            "generativelanguage.googleapis.com": self.gemini,
            "api.elevenlabs.io": self.elevenlabs,
            "youtube.googleapis.com": self.youtube,
            "oauth2.googleapis.com": self.youtube,
        }

    @property
    def calls(self) -> int:
        return sum(len(server.calls) for server in set(self.servers.values()))

    @property
    def bill(self) -> dict[str, int]:
        """What all vendors together would charge for."""
        billed = [call.billed for server in set(self.servers.values()) for call in list(server.calls) if call.billed]
        return dict(collections.Counter(billed))


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    with contextlib.ExitStack() as stack:
        for server in set(world.servers.values()):
            stack.enter_context(server)
        yield world


@pytest.fixture
def shell(tmp_path: Path, world: World) -> Iterator[Shell]:
    """A command line whose internet is the test servers, with a key for each."""
    with Internet(world.servers) as internet:
        (tmp_path / "script.md").write_text(SCRIPT)
        yield Shell(tmp_path, internet.environment | KEYS)


def told(*scenes: str, title: str = "The sea", paragraphs: tuple[int, ...] = ()) -> dict[str, Any]:
    """What a language model answers."""
    return {
        "title": title,
        "scenes": [
            {"sentences": [{"text": text, "paragraphs": list(paragraphs)}], "picture": f"A picture for: {text}"}
            for text in scenes
        ],
    }


def until(condition: Callable[[], object], *, process: subprocess.Popen[str] | None = None) -> None:
    """Wait for it, or for the process to end."""
    deadline = time.monotonic() + 60
    while not condition() and (process is None or process.poll() is None):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


# ---------------------------------------------------------------------------------------------- who makes it


def test_a_topic_is_planned_for_nothing_bought_once_and_kept(shell: Shell, world: World) -> None:
    command = (
        "--now", "--topic", "The sea", "--duration", "5", *QUICK, "--json",
        "--writer", "openai,outline", "--illustrator", "gemini,cards", "--narrator", "elevenlabs,espeak",
    )  # fmt: skip
    world.openai.say(told("Waves return to the shore today.", "Rocks wait for them all night."))

    plan = shell.run(*command, "--plan").json
    assert world.calls == 0
    assert not (shell.folder / "out").exists()
    prices = {step["name"]: (step["vendor"], step["price_usd"]) for step in plan["plan"] if step["price_usd"]}
    assert {name: vendor for name, (vendor, _) in prices.items()} == {
        "write": "openai", "illustrate": "gemini", "speak": "elevenlabs",
    }  # fmt: skip
    assert not any("generic outline" in notice for notice in plan["notices"])

    made = shell.run(*command).json
    assert world.bill == {"chat": 1, "image": 2, "speech": 2}
    assert not [one for one in made["quality"]["square"]["measures"] if one["verdict"] == "fail"]
    credits = {credit["part"]: (credit["name"], credit["origin"]) for credit in shell.read("credits.json")}
    assert credits.pop("text") == ("openai gpt-5-mini", "openai")
    assert credits.pop("voice") == ("ElevenLabs, voice George", "elevenlabs")
    assert set(credits.values()) == {("gemini gemini-2.5-flash-image", "gemini")}
    metadata = shell.read("metadata.json")
    assert metadata["word_timing"] == ["narrator"]
    assert "openai gpt-5-mini" in metadata["description"]
    # The test voice begins each word where its vendor says so, a constant lead later.
    first, second, *_ = shell.read("words.json")
    assert second["start_s"] - first["start_s"] == pytest.approx(0.07 * len("Waves "), abs=0.01)

    calls = world.calls
    again = shell.run(*command).json
    assert world.calls == calls
    assert (again["steps"]["miss"], again["cost_usd"]) == (0, 0)

    spend = shell.run("spend", "--json").json
    assert spend["total_usd"] == pytest.approx(made["cost_usd"])
    assert {line["name"]: line["calls"] for line in spend["vendor"]} == {"openai": 1, "gemini": 2, "elevenlabs": 2}
    assert [line["name"] for line in spend["run"]] == [made["run_id"]]
    assert shell.files_with(KEY) == []


def test_a_limit_an_edited_line_and_a_redone_scene_buy_only_what_they_must(shell: Shell, world: World) -> None:
    command = (
        "--now", "--script", "script.md", *QUICK, "--json",
        "--illustrator", "openai", "--narrator", "elevenlabs,espeak",
    )  # fmt: skip
    # The second picture would cross the limit. The first is finished and kept, and not bought again.
    stopped = shell.run(*command, "--voice", "espeak", "--max-cost", "0.015", code=6)
    assert "--max-cost" in stopped.stderr
    assert world.bill["image"] == 1
    first = shell.run(*command).json
    assert world.bill == {"image": 2, "speech": 2}
    assert shell.run("spend", "--json").json["total_usd"] > first["cost_usd"] > 0
    kept = shell.read("metadata.json")["sentences"][0]["scene"]

    (shell.folder / "script.md").write_text(SCRIPT.replace("Rocks wait", "Stones wait"))
    shell.run(*command, "--redo", f"illustrate:{kept}")
    assert world.bill == {"image": 4, "speech": 3}
    spoken = [call.json["text"] for call in world.elevenlabs.calls if call.billed]
    assert spoken[-1] == "Stones wait here."
    prompts = collections.Counter(call.json["prompt"] for call in world.openai.calls if call.billed)
    assert sorted(prompts.values()) == [1, 1, 2]

    # Another take is another purchase of each picture; here without the money for it.
    assert "image" in shell.run(*command, "--take", "2", "--max-cost", "0", code=6).stderr
    assert world.bill == {"image": 4, "speech": 3}
    assert shell.journal("count(*)", "state NOT IN ('delivered', 'failed')") == [(0,)]


def test_collections_show_no_picture_twice_and_are_credited(tmp_path: Path) -> None:
    with PexelsServer() as pexels, WikimediaServer() as wikimedia:
        shell = Shell(
            tmp_path,
            {
                "PEXELS_API_KEY": KEY, "PEXELS_BASE_URL": pexels.url, "CONTACT": "me@example.org",
                "WIKIPEDIA_BASE_URL": wikimedia.wikipedia, "COMMONS_BASE_URL": wikimedia.commons,
                "OPENVERSE_BASE_URL": wikimedia.openverse,
            },
        )  # fmt: skip
        command = (
            "--now", "--topic", "Tide", "--duration", "12", *QUICK, "--json",
            "--voice", "espeak", "--writer", "wikipedia,outline", "--illustrator", "pexels,commons",
        )  # fmt: skip
        shell.run(*command, "--plan")
        assert not pexels.calls
        assert not wikimedia.calls
        result = shell.run(*command).json
    assert result["cost_usd"] == 0
    credits = shell.read("credits.json")
    pictures = [credit for credit in credits if credit["part"].startswith("picture of")]
    assert len(pictures) == len({credit["origin"] for credit in pictures}) >= 2
    assert pexels.calls, "the first in the list was asked first"
    description = shell.read("metadata.json")["description"]
    assert "https://en.wikipedia.org/wiki/Tide?oldid=1190000001" in description
    for picture in pictures:
        free = picture["licence"].lower().startswith(("cc0", "public domain"))
        assert free or picture["origin"] in description
    assert shell.files_with(KEY) == []


# ------------------------------------------------------------------------------------------ what goes wrong


def test_a_vendor_that_fails_gives_way_to_the_next_and_says_so_once(shell: Shell, world: World) -> None:
    """A page with status 200, an unknown model, a policy, a picture that is none, a wrong key; and 10,000 words."""
    paragraphs = [
        f"In year {year} the town built {year % 7 + 2} boats and sang about them. " * 5 for year in range(220)
    ]
    (shell.folder / "long.md").write_text("# The boats\n\n" + "\n\n".join(paragraphs))
    page = Fault(status=200, body="<html><h1>Welcome to our hotel</h1>", headers={"Content-Type": "text/html"})
    world.anthropic.fail(page)
    world.gemini.say(Refusal("This is not allowed here."))
    world.openai.say(
        told("In year 0 the town built 2 boats.", title="The boats", paragraphs=(0,)), "this is no picture"
    )
    shell.environment["OPENAI_SPEECH_MODEL"] = "tts-1"  # priced, and not to be had here
    result = shell.run(
        "--now", "--source", "long.md", "--duration", "5", *QUICK,
        "--writer", "anthropic,openai", "--illustrator", "gemini,openai,cards",
        "--narrator", "elevenlabs,openai,espeak",
        ELEVENLABS_API_KEY=WRONG_KEY, LOG_LEVEL="DEBUG",
    )  # fmt: skip
    for words in (
        "anthropic could not write the script", "first", "gemini could not give a picture", "openai is asked instead",
        "openai could not give a picture", "A card is drawn instead", "elevenlabs could not speak",
        "openai could not speak", "does not exist",
    ):  # fmt: skip
        assert sum(words in note for note in result.notes) == 1, (words, result.notes)
    assert WRONG_KEY not in result.stdout + result.stderr
    assert shell.files_with(WRONG_KEY) == []
    assert shell.files_with(KEY) == []
    (chat,) = [call for call in world.openai.calls if "chat" in call.path]
    assert 30_000 < len(chat.body) < 70_000
    credits = {credit["part"]: credit["name"] for credit in shell.read("credits.json")}
    assert credits["voice"].startswith("espeak")
    assert "cards" in credits["pictures"]


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({"OPENAI_API_KEY": WRONG_KEY}, 4, "OPENAI_API_KEY"),
        ({"MONTHLY_BUDGET_USD": "0.001"}, 6, "MONTHLY_BUDGET_USD"),
    ],
)
def test_a_writer_without_a_successor_is_explained(
    shell: Shell, world: World, settings: dict[str, str], code: int, said: str
) -> None:
    topic = ("--now", "--topic", "The sea", *QUICK, "--writer", "openai")
    result = shell.run(*topic, code=code, **settings)
    assert said in result.stderr
    assert WRONG_KEY not in result.stderr
    assert shell.files_with(WRONG_KEY) == []
    assert bool(world.calls) == (code == 4)


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


def test_a_redirect_to_another_host_takes_no_key_along(tmp_path: Path) -> None:
    with OpenAIServer() as server, OpenAIServer() as elsewhere:
        target = {"Location": f"{elsewhere.url}/v1/chat/completions"}
        server.fail(Fault(status=307, body="moved", headers=target))
        shell = Shell(tmp_path, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{server.url}/v1"})
        result = shell.run("--now", "--topic", "The sea", *QUICK, "--writer", "openai", code=4)
    assert "401" in result.stderr
    (call,) = elsewhere.calls
    assert "authorization" not in call.headers
    assert KEY not in str(call.headers)


async def test_without_a_network_the_list_is_followed(tmp_path: Path) -> None:
    """Nothing listens anywhere: the text is an outline, cards are drawn; each loss is told once."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
    settings = load_settings(
        environment=KEYS
        | {"AUTOMAGIC_HOME": str(tmp_path / "home")}
        | {f"{name}_BASE_URL": nowhere for name in ("OPENAI", "ANTHROPIC", "GEMINI", "PEXELS", "ELEVENLABS")},
        folder=tmp_path,
    )
    texts: list[str] = []
    lost = asyncio.Event()

    def listen(event: Event) -> None:
        if isinstance(event, Notice):
            texts.append(event.text)
            if "A card is drawn" in event.text:
                lost.set()

    request = VideoRequest(
        topic="The sea", writer="openai,outline", illustrator="pexels,cards", draft=True, out=tmp_path / "out"
    )
    async with open_studio(settings) as studio:
        making = asyncio.create_task(studio.video(request, listener=listen))
        async with asyncio.timeout(60):  # far above the pause between two attempts: only a hang is that long
            await lost.wait()
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
    assert [sum(name in text for text in texts) for name in ("openai could not", "pexels could not")] == [1, 1]


@pytest.mark.parametrize("status", [0, 429])
async def test_what_is_paid_for_is_waited_for_when_its_run_ends(tmp_path: Path, status: int) -> None:
    """A cancelled call that was sent is kept, not asked for again; one that was refused is not tried again."""
    with OpenAIServer(latency_s=0.2) as server:
        if status:
            server.fail(Fault(status=status, headers={"retry-after": "0"}))
        environment = {
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"{server.url}/v1",
            "AUTOMAGIC_HOME": str(tmp_path / "home"),
        }
        settings = load_settings(environment=environment, folder=tmp_path)
        async with open_services(settings) as services, services.for_run("run-1", emit=lambda _: None) as run:
            painter = run.vendors.painter("openai")
            drawing = asyncio.create_task(painter.draw("A pier", width=512, height=512))
            await asyncio.to_thread(until, lambda: server.calls)
            drawing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await drawing
            assert len(server.calls) == 1
            await painter.draw("A pier", width=512, height=512)
        assert len(server.calls) == (2 if status else 1)
        assert server.billed("image") == 1


# ----------------------------------------------------------------------------------------------- publishing


def permit(server: YouTubeServer, home: Path) -> None:
    """As if a person had signed in a moment ago."""
    home.mkdir(exist_ok=True)
    scopes = frozenset((UPLOAD_SCOPE, CAPTIONS_SCOPE))
    save_token(home / TOKEN_FILE, Token(Secret(server.key), Secret(server.grant()), 2e9, scopes))


def test_a_video_is_published_everywhere_once_and_never_without_credentials(shell: Shell, world: World) -> None:
    with WebhookServer() as hook, PexelsServer() as pexels:
        shell.environment["PEXELS_BASE_URL"] = pexels.url
        quick = tuple("youtube" if word == "square" else word for word in QUICK)
        command = (
            "--now", "--script", "script.md", *quick, "--voice", "espeak", "--json", "--privacy", "unlisted",
            "--publish", "youtube", "--publish", "folder:share", "--publish", f"webhook:{hook.url}/hook",
        )  # fmt: skip
        refused = shell.run(*command, code=3)
        assert "YOUTUBE_CLIENT_ID" in refused.stderr
        assert "Speak" not in refused.stderr, "a step ran"
        shell.environment |= {
            "YOUTUBE_CLIENT_ID": world.youtube.client_id,
            "YOUTUBE_CLIENT_SECRET": world.youtube.client_secret,
        }
        assert "publish --login" in shell.run(*command, code=3).stderr
        shell.environment["WEBHOOK_SECRET"] = hook.secret
        permit(world.youtube, shell.home)

        (shell.folder / "script.md").write_text("# The sea\n\nAn ocean wave is at the shore.\n")
        result = shell.run(*command).json  # with a key for Pexels, and nothing else said, its photos
        (video,) = world.youtube.videos.values()
        assert video.resource["status"]["privacyStatus"] == "unlisted"
        assert video.resource["status"]["containsSyntheticMedia"] is True
        assert video.thumbnail
        assert "Kellie Churchman" in video.resource["snippet"]["description"]
        assert len(video.captions) == 1
        assert [receipt["state"] for receipt in result["published"]].count("unchanged") == 0
        (payload,) = hook.accepted.values()
        assert video.id in json.dumps(payload)
        assert list((shell.folder / "share").rglob("*.mp4"))

        receipts = shell.run("publish", "out", "--to", "youtube", "--to", "folder:share", "--json").json["receipts"]
        assert {receipt["state"] for receipt in receipts} == {"unchanged"}
        assert world.youtube.inserts == 1
    assert shell.files_with(world.youtube.client_secret) == []


# ---------------------------------------------------------------------------------------------- the self-test


def test_the_self_test_asks_each_configured_vendor_and_names_what_is_wrong(shell: Shell, world: World) -> None:
    shell.environment |= {"ANTHROPIC_API_KEY": WRONG_KEY, "PEXELS_API_KEY": "", "CONTACT": ""}
    result = shell.run("--test", "api", "--json", code=1)
    trials = {trial["part"]: trial for trial in result.json["trials"]}
    assert [name for name, trial in trials.items() if not trial["passed"]] == ["anthropic"]
    assert [name for name, trial in trials.items() if not trial["configured"]] == [
        "pexels", "commons", "wikipedia", "youtube",
    ]  # fmt: skip
    assert "ANTHROPIC_API_KEY" in trials["anthropic"]["detail"]
    assert "remaining-requests 499" in trials["openai"]["detail"]
    assert "limit 10000" in trials["elevenlabs"]["detail"]
    assert all("breaker closed" in trials[name]["detail"] for name in ("openai", "anthropic", "gemini", "elevenlabs"))
    assert world.bill == {}
    assert WRONG_KEY not in result.stdout + result.stderr
    assert shell.files_with(WRONG_KEY) == []


async def test_the_self_test_paints_one_new_picture_each_time(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        environment = {
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"{server.url}/v1",
            "AUTOMAGIC_HOME": str(tmp_path / "home"),
            "ILLUSTRATOR": "openai,cards",
        }
        settings = load_settings(environment=environment, folder=tmp_path)
        assert "drew 1024x1024" in await painter(settings, tmp_path)
        assert "drew 1024x1024" in await painter(settings, tmp_path)
    assert server.billed("image") == 2


# --------------------------------------------------------------------------------------------------- kill -9

PAID = (
    "--now", "--topic", "The sea", "--duration", "5", *QUICK,
    "--writer", "anthropic", "--illustrator", "openai", "--narrator", "elevenlabs",
)  # fmt: skip
SAID = told("Waves return to the shore today.", "Rocks wait for them all night.")


def asked(world: World) -> collections.Counter[tuple[str, bytes]]:
    """How often each purchase was asked for, whatever came of it."""
    paid = [
        call
        for server in (world.anthropic, world.openai, world.elevenlabs)
        for call in list(server.calls)
        if call.method == "POST" and "history" not in call.path
    ]
    return collections.Counter((call.path, call.body) for call in paid)


def stored(shell: Shell, world: World) -> set[tuple[str, bytes]]:
    """Those of them whose answer the journal calls delivered."""
    rows = (
        shell.journal("idempotency_key, remote_id", "state = 'delivered'")
        if (shell.home / "automagic.db").exists()
        else []
    )
    keys, items = {row[0] for row in rows}, {row[1] for row in rows}
    texts = {item["text"] for item in world.elevenlabs.history if item["history_item_id"] in items}
    found = set()
    for server in (world.anthropic, world.openai, world.elevenlabs):
        for call in list(server.calls):
            if call.headers.get("idempotency-key") in keys or (call.billed == "speech" and call.json["text"] in texts):
                found.add((call.path, call.body))
    return found


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_three_kills_of_one_run_buy_nothing_again(shell: Shell, world: World) -> None:
    """While the script is written, while pictures are painted and lines spoken, and when all is paid for."""
    world.anthropic.say(SAID, SAID)
    for server in (world.anthropic, world.openai, world.elevenlabs):
        server.latency_s = 0.3
    with shell.start(*PAID) as process:
        until(lambda: world.anthropic.calls, process=process)
        kill(process)
    with shell.start(*PAID) as process:
        until(lambda: world.openai.calls and world.elevenlabs.calls, process=process)
        kill(process)
    kept, before = stored(shell, world), asked(world)
    assert len(kept) >= 1
    with shell.start(*PAID) as process:
        until(lambda: shell.journal("count(*)", "state = 'delivered'") == [(5,)], process=process)
        kill(process)
    assert all(asked(world)[purchase] == before[purchase] for purchase in kept)
    before = asked(world)
    shell.run(*PAID)
    assert asked(world) == before
    assert max(before.values()) == 2
    assert world.openai.billed("image") == 2


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_twenty_kills_at_random_moments_buy_nothing_again(tmp_path: Path, world: World) -> None:
    chance = random.Random(20)  # noqa: S311 - any moment will do
    for server in (world.anthropic, world.openai, world.elevenlabs):
        server.latency_s = 0.25
    with Internet(world.servers) as internet:
        for number in range(20):
            folder = tmp_path / str(number)
            folder.mkdir()
            shell = Shell(folder, internet.environment | KEYS)
            for server in (world.anthropic, world.openai, world.elevenlabs):
                server.calls.clear()
                server.answers_by_idempotency_key.clear()
            world.elevenlabs.history.clear()
            world.anthropic.say(SAID, SAID)
            with shell.start(*PAID) as process:
                until(lambda: world.anthropic.calls, process=process)
                time.sleep(chance.uniform(0, 2.5))
                kill(process)
            kept, before = stored(shell, world), asked(world)
            shell.run(*PAID)
            world.anthropic._script.take()  # the answer that was not needed
            after = asked(world)
            assert all(after[purchase] == before[purchase] for purchase in kept), "a stored answer was bought again"
            assert max(after.values()) <= 2, "an unknown call was repeated more than once"
            assert world.openai.billed("image") == 2
