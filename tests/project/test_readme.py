"""What the README and the pages of `docs` show is what the product does."""

from __future__ import annotations

import datetime
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import set_up

from automagic.language.script.file import parse_script
from automagic.products import find_products
from automagic.store.artifacts import ArtifactStore
from tests.support.homes.result_folders import make_result
from tests.support.places import ROOT
from tests.support.processes.python_programs import run_command as run_automagic
from tests.support.processes.python_programs import run_python, start
from tests.support.processes.vendor_shell import PublicYouTube, World, until
from tests.support.vendors.network_accounts import network_place
from tests.support.web.automagic_web import run_web

README = (ROOT / "README.md").read_text()
LATER = (datetime.datetime.now(tz=datetime.UTC) + datetime.timedelta(days=30)).isoformat(timespec="minutes")
PAGES = {path.name: path.read_text() for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
ALL = "\n".join(PAGES.values())

MOON = 'posts write --author bierce --topic "Why the moon has phases" --out moon'
MINUTES = ("--now", "clips", "--test")
"""What takes minutes, unless it only plans: as written it is carried out by `make soak`, and planned by `make test`."""


def blocks(language: str, text: str = ALL) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(program: str) -> list[tuple[str, ...]]:
    """The commands of each block, and each that stands within a sentence; a setting may stand before one."""
    begins = re.compile(rf"([A-Z_]+=\S+ )*{program} ")
    found = []
    for text in PAGES.values():
        found += [tuple(line for line in block.splitlines() if begins.match(line)) for block in blocks("sh", text)]
        found += [(line,) for line in re.findall(rf"`({program} [^`\n]+)`", text)]
    return [lines for lines in dict.fromkeys(found) if lines]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files of this checkout, as a fresh clone has them."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "examples", "docs", ".env.example"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def settings(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own."""
    monkeypatch.setenv("AUTOMAGIC_HOME", str(clone / "home"))


@pytest.fixture
def networks(clone: Path, settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Accounts of Jane's on Mastodon and X."""
    with network_place("mastodon", clone / "home"), network_place("x", clone / "home") as x:
        for name, value in x.environment.items():
            monkeypatch.setenv(name, value)
        yield


@pytest.fixture
def brief(clone: Path, settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quick voices, an article of a sentence, and a batch that is due next month."""
    given = {
        "ILLUSTRATOR": "cards",
        "NARRATOR": "espeak",
        "VIDEO_PRESET": "ultrafast",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    article = clone / "examples" / "article.md"
    article.write_text("# Why bees matter\n\nBees visit about 2 million flowers for one pound of honey.\n")
    (clone / "examples" / "videos.csv").write_text(f"topic,priority,at\nWhy ice floats,low,{LATER}\n")


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("lines", commands("automagic"), ids=" ; ".join)
def test_every_command_of_the_program_works(
    lines: tuple[str, ...], clone: Path, store: ArtifactStore, request: pytest.FixtureRequest
) -> None:
    prepare(lines, clone, store)
    if any(" posts publish " in line for line in lines):
        request.getfixturevalue("networks")
    for line in lines:
        arguments = shlex.split(line)
        if arguments[1:3] in (["posts", "publish"], ["posts", "delete"]) and "--plan" not in arguments:
            arguments.append("--yes")  # nobody can be asked here
        if set(MINUTES) & set(arguments) and "--plan" not in arguments and "add" not in arguments:
            arguments = shorten(arguments)
        if {"--topic", "publish"} & set(arguments) and "--at" in arguments:  # 18:00 may be now, and a date past
            arguments[arguments.index("--at") + 1] = LATER
        run_line(arguments, clone)


@pytest.mark.usefixtures("settings", "networks")
def test_what_a_post_would_cost_is_as_shown(clone: Path) -> None:
    (shown,) = [block for block in blocks("text") if block.startswith("mastodon as ")]
    plan = "automagic posts publish moon:1 --to mastodon --to x --plan"
    assert plan in ALL
    prepare((plan,), clone)
    assert run_automagic(*shlex.split(plan)[1:], cwd=clone).out == shown


@pytest.mark.usefixtures("settings")
def test_the_profile_of_the_example_is_as_shown(clone: Path) -> None:
    (shown,) = [block for block in blocks("text") if block.startswith("bierce: ")]
    run_automagic("posts", "learn", "examples/devils-dictionary", "--author", "bierce", "--consent", cwd=clone)
    assert run_automagic("posts", "profile", "bierce", cwd=clone).out.startswith(shown)


@pytest.mark.usefixtures("settings")
def test_a_draft_of_the_example_is_as_shown(clone: Path) -> None:
    shown, again = [block for block in blocks("text") if block.startswith("1.  MOON")]
    assert shown == again
    run_automagic("posts", "learn", "examples/devils-dictionary", "--author", "bierce", "--consent", cwd=clone)
    assert run_automagic(*shlex.split(MOON), cwd=clone).out.startswith(shown)


TALKS = ("automagic archive add talks examples", "automagic archive sync talks", "automagic archive hear talks")


def prepare(lines: tuple[str, ...], clone: Path, store: ArtifactStore | None = None) -> None:
    """What a command takes for granted that earlier sections have made."""
    first = shlex.split(lines[0])
    if first[:2] == ["automagic", "schedule"] and first[2] != "add":
        run_line(shlex.split("automagic schedule add news --at 09:00 --topics-file examples/topics.txt"), clone)
    if any(re.match("automagic ads (approve|export) honey", line) for line in lines):
        run_line(shlex.split("automagic ads make examples/ad-brief.toml --platform openai --out honey"), clone)
    if any(" moon:" in line for line in lines):
        run_line(shlex.split("automagic posts learn examples/devils-dictionary --author bierce --consent"), clone)
        run_line(shlex.split(f"automagic {MOON}"), clone)
    if any(re.match("automagic (archive |clips archive:)", line) for line in lines) and TALKS[0] not in lines:
        heard = any(re.search(" captions | archive:", line) for line in lines)
        for line in TALKS if heard else TALKS[:2]:
            run_line(shlex.split(line), clone)
    if any(" honey" in line for line in lines) and not any(" ads make " in line for line in lines):
        run_line(shlex.split("automagic ads make examples/ad-brief.toml --out honey"), clone)
    if store and any(" publish bees " in line for line in lines):
        make_result(clone / "bees", store)


def shorten(arguments: list[str]) -> list[str]:
    """The same without its minutes."""
    if "--test" in arguments:
        return ["config" if one == "all" else one for one in arguments]
    return [*arguments, "--plan"]


def environment_of(words: list[str]) -> dict[str, str]:
    """With a key that a plan does not use, where a command names its vendor."""
    keys = {"OPENAI_API_KEY": "a-key-that-a-plan-does-not-use"} if "openai" in " ".join(words) else {}
    return {**os.environ, **keys}


def run_line(arguments: list[str], clone: Path) -> None:
    """A command as it is written, with the settings before it."""
    environment = environment_of(arguments)
    while "=" in arguments[0]:
        name, _, value = arguments.pop(0).partition("=")
        environment[name] = value
    assert arguments.pop(0) == "automagic"
    if arguments[0] == "serve":
        with run_web(Path(environment["AUTOMAGIC_HOME"]), *arguments[1:], environment=environment) as server:
            assert server.ask("GET", "/api/health").status == 200
        return
    if "--login" in arguments:  # see test_a_channel_is_connected_as_the_readme_says
        return
    if arguments[:3] == ["posts", "accounts", "add"]:  # the tests of each network do
        return
    result = run_automagic(*arguments, cwd=clone, environment=environment)
    assert result.code == 0, (arguments, result.err)
    if arguments == ["worker", "--drain"]:
        assert "monday begins: article.md." in result.err
        assert "`automagic jobs fetch monday --out DIR`" in result.err


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    "lines",
    [
        lines
        for lines in commands("automagic")
        if {*MINUTES, "--drain", "--work"} & set(" ".join(lines).split()) and "serve" not in lines[0].split()
    ],
    ids=" ; ".join,
)
def test_every_command_that_takes_minutes_works_as_it_is_written(lines: tuple[str, ...], clone: Path) -> None:
    """By the program itself, at full size, with its own voices."""
    prepare(lines, clone)
    program = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in lines:
        if "--login" not in line:
            environment = {**environment_of(line.split()), "PATH": program}
            done = subprocess.run(
                ["sh", "-c", line], cwd=clone, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (line, done.stderr)
    named = re.findall(r"final_videos/\d{4}-\d\d-\d\d-[\w-]+", ALL)
    if any("--source examples/article.md" in line and "--out" not in line and "--now" in line for line in lines):
        (made,) = [path.name for path in (clone / "final_videos").glob("*-why-*")]
        assert {name[-len(made) + 10 :] for name in named} == {made[10:]}, "the folder is called as the page shows it"


def test_a_channel_is_connected_as_the_readme_says(tmp_path: Path) -> None:
    assert "automagic publish --login" in ALL
    world = World()
    with world.open(tmp_path) as shell, (tmp_path / "said").open("w+") as said:
        client = {"YOUTUBE_CLIENT_ID": world.youtube.client_id, "YOUTUBE_CLIENT_SECRET": world.youtube.client_secret}
        environment = {**os.environ, **shell.environment, **client, "AUTOMAGIC_HOME": str(shell.home)}
        arguments = ("-m", "automagic", "publish", "--login")
        with start(*arguments, cwd=tmp_path, environment=environment, stderr=said) as program:
            until(
                lambda: program.poll() is not None or "https://accounts.google.com" in (tmp_path / "said").read_text()
            )
            page = re.search(r"https://accounts\.google\.com(\S+)", (tmp_path / "said").read_text())
            assert page, (tmp_path / "said").read_text()
            urllib.request.urlopen(super(PublicYouTube, world.youtube).url + page[1]).close()  # noqa: S310
            out, _ = program.communicate(60)
    assert out == "Connected to the channel Test channel.\n"


@pytest.mark.parametrize("lines", commands("make"), ids=" ; ".join)
def test_every_make_command_has_a_recipe(lines):
    for line in lines:
        result = subprocess.run(
            ["make", "--dry-run", *shlex.split(line)[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr


def test_the_example_script_is_the_one_that_is_shown():
    (example,) = blocks("markdown")
    assert example == (ROOT / "examples" / "my-script.md").read_text()
    script = parse_script(example)
    assert script.title == "Three things about honey"
    assert [scene.picture for scene in script.scenes] == [None, "jar.jpg", None]
    assert script.scenes[2].spoken is not None


@pytest.mark.xdist_group("video")
@pytest.mark.usefixtures("brief")
def test_the_python_example_makes_a_video(clone):
    (example,) = blocks("python")
    result = run_python("-c", example, cwd=clone, environment={**os.environ, "PATH": "/usr/bin:/bin"})
    assert result.code == 0, result.err
    video = clone / result.out.strip()
    assert video.exists()
    assert json.loads((video.parent / "quality.json").read_text())["shorts"]["passed"]


def test_every_flag_of_the_pages_exists_and_every_flag_is_in_them():
    def offer(*command: str) -> set[str]:
        help_text = run_automagic(*command, "--help", cwd=ROOT).out
        return set(re.findall(r"--[a-z][a-z-]+", help_text))

    told_by_help = {"--help", "--version", "--credentials", "--debug", "--synthetic"}
    offered = offer() - told_by_help
    shown = set(re.findall(r"--[a-z][a-z-]+", ALL))
    assert offered <= shown
    shown = set(re.findall(r"--[a-z][a-z-]+", ALL.replace(PAGES["operations.md"], "")))
    others = [
        ("publish",),
        ("worker",),
        ("serve",),
        ("clips",),
        ("schedule", "add"),
        ("jobs", "add", "video"),
        ("jobs", "fetch"),
    ]
    others += [("jobs", "prune"), ("jobs", "add"), ("keys", "add"), ("jobs", "approvals", "list")]
    others += [
        (product.name, one.name)
        for product in find_products()
        for one in product.operations
        if len(product.operations) > 1
    ]
    assert shown <= offered.union(*(offer(*other) for other in others))


def test_the_systems_that_it_names_are_those_that_set_up_takes():
    (first,) = re.findall(r"^Python (.+) and `make` are all that a machine needs", README, re.MULTILINE)
    named = re.findall(r"3\.\d+", first)
    assert [tuple(map(int, version.split("."))) for version in (named[0], named[-1])] == [set_up.OLDEST, set_up.NEWEST]
    assert len(named) == set_up.NEWEST[1] - set_up.OLDEST[1] + 1
    _, _, fetch_mb, disk_mb, _ = set_up.SETS["default"]
    assert f"({fetch_mb} MB to fetch, {disk_mb / 1000:g} GB on disk)" in README


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_and_page_that_it_names_is_there(page):
    folder = ROOT if page == "README.md" else ROOT / "docs"
    for name, heading in re.findall(r"\]\(([^)#:]+)(?:#([^)]+))?\)", PAGES[page]):
        assert (folder / name).exists() or (ROOT / "examples" / name).exists(), name
        titles = re.findall(r"^#+ (.+)$", (folder / name).read_text(), re.MULTILINE) if heading else []
        assert not heading or heading in [re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in titles]


def test_every_file_of_a_release_is_there():
    for name in ("LICENSE", "CHANGELOG.md", ".env.example"):
        assert (ROOT / name).exists()
