"""Whoever is chosen by name declares it in one place: found, opened, set and tested without being listed anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from automagic import plugins
from automagic.destinations.shared.kept_accounts import KeptAccount, keep_account
from automagic.destinations.shared.network import PostNetwork
from automagic.destinations.shared.publication import DestinationAccess, Options
from automagic.destinations.shared.registry import destination_kinds, network_kinds
from automagic.errors import ConfigurationError
from automagic.providers.shared.provider import Craft, Kind, Provider
from automagic.providers.shared.registry import default_order, providers
from automagic.reading.setting import Setting
from automagic.services import open_services
from automagic.settings import Settings, known_settings
from automagic.stages.publishing import network_access
from automagic.values.secret import Secret
from tests.support.homes.post_drafts import RUN, long_text, write_drafts
from tests.support.places import DATA, ROOT
from tests.support.servers.mastodon import MastodonServer
from tests.support.servers.openai import OpenAIServer

PACKAGE = ROOT / "automagic"
TOY = DATA / "toy_vendor.py"
TOY_NETWORK = DATA / "toy_network.py"
HEAVY = ("numpy", "cv2", "av", "PIL", "sqlalchemy", "aiohttp", "openai", "onnxruntime", "msgspec", "asyncio")

ABLE = {
    ("writer", "server"): ("check", "first_call", "write"),
    ("ranker", "server"): ("call", "complete"),
    ("transcriber", "server"): ("estimate",),
    ("narrator", "server"): ("info", "fingerprint", "call", "speak"),
    ("narrator", "here"): ("info", "fingerprint", "open", "speak", "rest", "close"),
    ("transcriber", "here"): ("fingerprint", "plan", "hear", "join", "transcribe", "rest", "close"),
    ("illustrator", "drawings"): ("call", "draw"),
    ("illustrator", "photos"): ("find_offers", "fetch"),
    ("illustrator", "clips"): ("find_clip",),
}
"""What the pipelines ask of whoever is opened, by kind."""

EVERYBODY = [(folder, one) for folder in plugins.FOLDERS for one in plugins.declared(folder)]
CRAFTS = [(one, kind) for one in providers().values() for kind in one.kinds]


def value_for(setting: Setting[Any]) -> Any:
    """Something that it may be set to."""
    return setting.parse("you@example.com")


@pytest.fixture
def ready(tmp_path) -> Settings:
    """Settings of a person who has a key for everybody."""
    needed = {one.needs for one in providers().values() if one.needs}
    return Settings(automagic_home=tmp_path, of_plugins={setting.name: value_for(setting) for setting in needed})


# ----------------------------------------------------------------------------------------------- the contract


def file_of(folder: str, name: str) -> Path:
    """Where the tests of one who declares themselves lie; `folder` is one of `plugins.FOLDERS`."""
    return ROOT.joinpath("tests", *folder.split("."), f"test_{name.replace('-', '_')}.py")


@pytest.mark.parametrize(("folder", "one"), EVERYBODY, ids=lambda value: getattr(value, "name", ""))
def test_everybody_who_opens_something_of_their_own_has_a_test_file(folder, one):
    module = f"automagic.{folder}.{one.name.replace('-', '_')}"
    crafts = one.kinds.values() if isinstance(one, Provider) else ()
    ways = [way for craft in crafts for way in (craft.open, craft.start, craft.write)]
    ways += [getattr(one, name, None) for name in ("open", "network", "read")]
    if any(getattr(way, "__module__", "") == module for way in ways):
        assert f"from {module}" in file_of(folder, one.name).read_text("utf-8")


@pytest.mark.parametrize("folder", plugins.FOLDERS)
def test_every_test_file_beside_them_is_somebodys(folder):
    known = {file_of(folder, one.name) for one in plugins.declared(folder)}
    assert set(ROOT.joinpath("tests", *folder.split(".")).glob("*.py")) <= known


@pytest.mark.parametrize("path", sorted((PACKAGE / "sources").glob("[!_]*.py")), ids=lambda path: path.stem)
def test_every_source_has_a_test_file_or_is_a_part_of_another(path):
    parts = "\n".join(part.read_text() for part in (PACKAGE / "sources").rglob("*.py"))
    imported = f"from automagic.sources.{path.stem} import"
    assert imported in parts or imported in (ROOT / "tests" / "sources" / f"test_{path.stem}.py").read_text("utf-8")


@pytest.mark.parametrize("one", [one for _, one in EVERYBODY], ids=lambda one: one.name)
def test_everybody_declares_each_setting_that_they_name(one):
    named = {*getattr(one, "needs", ())} if isinstance(getattr(one, "needs", None), tuple) else set()
    if isinstance(one, Provider):
        named = {one.needs, one.base_url, *(craft.model for craft in one.kinds.values())} - {None}
    assert named <= set(one.settings)
    assert {setting.name for setting in one.settings} <= {setting.name for setting in known_settings()}


def test_no_two_settings_have_one_name():
    names = [setting.name for setting in known_settings()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("provider", "kind"), CRAFTS, ids=lambda value: getattr(value, "name", value))
def test_every_craft_is_opened_in_one_way_or_needs_no_opening(provider, kind):
    craft = provider.kinds[kind]
    ways = [way for way in (craft.open, craft.start, craft.write, craft.write_posts) if way is not None]
    assert len(ways) == (0 if provider.name in ("cards", "features") else 1)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_order_of_those_who_are_asked_is_certain(kind):
    """Two of one rank would be asked in the order of their names."""
    ranks = [one.kinds[kind].by_default for one in providers().values() if kind in one.kinds]
    wanted = [rank for rank in ranks if rank]
    assert wanted
    assert len(wanted) == len(set(wanted))


def test_who_is_asked_by_default():
    assert {kind: default_order(kind) for kind in get_args(Kind)} == {
        "writer": ("anthropic", "openai", "gemini", "wikipedia", "extract"),
        "illustrator": ("pexels", "cards"),
        "narrator": ("elevenlabs", "kokoro", "piper", "espeak"),
        "ranker": ("features",),
        "transcriber": ("whisper",),
    }


@pytest.mark.parametrize("text", ["", "PROVIDER = None\n", 'class PROVIDER:\n    name = "other"\n'])
def test_a_file_that_declares_nobody_is_named(text, tmp_path, monkeypatch):
    (tmp_path / "nobody.py").write_text(text)
    import automagic.providers

    monkeypatch.setattr(automagic.providers, "__path__", [*automagic.providers.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "automagic.providers.nobody", raising=False)
    with pytest.raises(ConfigurationError, match="/nobody declares no PROVIDER of the name 'nobody'"):
        plugins.load("providers", "nobody")


@pytest.mark.parametrize(("provider", "kind"), CRAFTS, ids=lambda value: getattr(value, "name", value))
async def test_whoever_is_opened_can_do_what_their_kind_asks(provider: Provider, kind, ready):
    """Opening asks nobody: it costs nothing, and works without a network."""
    craft: Craft = provider.kinds[kind]
    async with open_services(ready) as services, services.for_run("run-1", emit=lambda _event: None) as run:
        if craft.open:
            found, what = craft.open(run.vendors), craft.gives if kind == "illustrator" else "server"
        elif craft.start:
            found, what = craft.start(ready), "here"
        else:
            return
        expected = set(ABLE[kind, what]) - (set() if provider.paid else {"first_call"})
        assert {name for name in expected if not hasattr(found, name)} == set()


async def test_every_destination_is_opened_and_can_be_checked(ready):
    places = {"folder": str(ready.home / "share"), "webhook": "https://example.com/hook"}
    async with open_services(ready) as services:
        access = DestinationAccess(services.vendors.http, services.store.engine, ready)
        for name, kind in destination_kinds().items():
            if kind.open is None:
                continue
            opened = kind.open(kind.parse_place(places.get(name, "")), access, Options())
            assert callable(opened.check)
            assert callable(opened.publish)


async def test_every_network_is_opened_and_can_publish(ready):
    async with open_services(ready) as services:
        for kind in network_kinds().values():
            assert kind.network is not None
            opened = kind.network(kind.parse_place(""), network_access(services))
            wanted = {name for name in vars(PostNetwork) if not name.startswith("_")}
            assert {name for name in wanted if not callable(getattr(opened, name, None))} == set()


def test_declarations_import_nothing_heavy():
    """Every command reads the settings, and so imports every declaration."""
    code = (
        "import sys; from automagic.settings import known_settings; known_settings();"
        "from automagic.providers.shared.registry import providers; providers();"
        "from automagic.sources.posts.accounts.shared import account_readers; account_readers();"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------------------------------------- one more


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


def copy_package(tmp_path: Path, added: str, toy: Path) -> Path:
    """A package like ours with one file more, such as "providers/toy.py"; the folder to import it from."""
    room = Path(added).parent
    copied = tmp_path / "package" / "automagic"
    (copied / room).mkdir(parents=True)
    for folder in (PACKAGE, PACKAGE / room):
        for one in folder.iterdir():
            if one != PACKAGE / room and one.name != "__pycache__":
                (copied / one.relative_to(PACKAGE)).symlink_to(one)
    (copied / added).symlink_to(toy)
    return copied.parent


@pytest.fixture
def with_toy(tmp_path) -> Path:
    return copy_package(tmp_path, "providers/toy.py", TOY)


PYTHON = """
import asyncio, json, sys
from automagic.providers.shared.script_draft import WriterBrief
from automagic.services import open_services
from automagic.settings import format_example, load_settings

async def write():
    async with open_services(load_settings()) as services, services.for_run("r", emit=lambda event: None) as run:
        written = await run.vendors.writer("toy").write(WriterBrief(10, topic="The sea"))
        return [scene.text for scene in written.script.scenes], str(run.vendors.maker("writer", "toy"))

scenes, maker = asyncio.run(write())
print(json.dumps({"scenes": scenes, "maker": maker, "example": format_example()}))
"""


def test_a_vendor_is_one_file(with_toy, server, tmp_path):
    """It is planned, priced, checked, set and shown by the command line, and writes, with no other file touched."""
    environment = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()} | {
        "PYTHONPATH": str(with_toy),
        "AUTOMAGIC_HOME": str(tmp_path / "home"),
        "TOY_API_KEY": server.key,
        "TOY_BASE_URL": f"{server.url}/v1",
    }

    def python(*arguments: str, **more: str) -> Any:
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment | more,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    plan = python("-m", "automagic", "--now", "--topic", "The sea", "--writer", "toy", "--plan", "--json")
    (bought,) = [one for one in plan["plan"] if one["vendor"] == "toy"]
    assert bought["price_usd"] > 0
    trials = python("-m", "automagic", "--test", "api", "--json", CONTACT="")["trials"]
    (trial,) = [trial for trial in trials if trial["part"] == "toy"]
    assert (trial["passed"], trial["configured"]) == (True, True), trial
    vendors = python("-m", "automagic", "--status", "--json")["vendors"]
    assert (vendors["toy"]["configured"], vendors["toy"]["kinds"]) == (True, ["writer"])
    made = python("-c", PYTHON)
    assert made["scenes"]
    assert made["maker"] == "toy gpt-5.4-mini"
    assert "# The toy.\n# TOY_API_KEY=\n" in made["example"]
    assert server.billed("chat") == 1


def test_a_network_is_one_file(tmp_path):
    """Its account is listed, its price is told, and a thread is published on it once, with no other file touched."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    write_drafts(home, [long_text(2)])
    with MastodonServer() as network:
        keep_account(home, KeptAccount("threads", "109", "@jane", {"token": Secret(network.key)}))
        environment = {name: value for name, value in os.environ.items() if "PROXY" not in name.upper()} | {
            "PYTHONPATH": str(copy_package(tmp_path, "destinations/threads.py", TOY_NETWORK)),
            "AUTOMAGIC_HOME": str(home),
            "TOY_NETWORK_URL": network.url,
        }

        def posts(*arguments: str) -> Any:
            command = [sys.executable, "-m", "automagic", "posts", *arguments, "--json"]
            done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
            return json.loads(done.stdout)

        (account,) = posts("accounts")["accounts"]
        assert account["network"] == "threads", account
        publish = ("publish", f"{RUN}:1", "--to", "threads")
        plan = posts(*publish, "--plan")
        assert not network.texts()
        published = posts(*publish, "--yes")
        again = posts(*publish, "--yes")
        assert [text[:2] for text in network.texts()] == ["1.", "2."]
    assert "0.02" in json.dumps(plan)
    assert [one["state"] for one in published["posts"] + again["posts"]] == ["published", "unchanged"]
