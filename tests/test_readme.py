"""What the README shows is what the product does."""

from __future__ import annotations

import datetime
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from clips import write_dot
from commands import run_command as run_automagic
from commands import run_python
from PIL import Image
from result_folders import make_result

from automagic.language.script.file import parse_script
from automagic.store.artifacts import ArtifactStore

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import set_up  # noqa: E402 - found by the line above

README = (ROOT / "README.md").read_text()
LATER = (datetime.datetime.now(tz=datetime.UTC) + datetime.timedelta(days=30)).isoformat(timespec="minutes")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(program: str) -> list[tuple[str, ...]]:
    """The commands of each block, and each that stands within a sentence."""
    found = []
    for text in (README, OPERATIONS):
        found += [
            tuple(line for line in block.splitlines() if line.startswith(f"{program} ")) for block in blocks("sh", text)
        ]
        found += [(line,) for line in re.findall(rf"`({program} [^`\n]+)`", text)]
    return [lines for lines in found if lines]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filmed") / "talk.mp4"
    write_dot(path, length_s=55.0, fps=1)
    return path


@pytest.fixture
def workplace(talk: Path, tmp_path: Path, store: ArtifactStore) -> Path:
    """The files that the commands name."""
    (tmp_path / "final_videos").mkdir()
    make_result(tmp_path / "final_videos" / "2026-11-22-why-bees-matter", store)
    (tmp_path / "article.md").write_text("# Bees\n\nBees visit about 2 million flowers for one pound of honey.\n")
    (tmp_path / "my-script.md").write_text("# Bees\n\nBees visit about 2 million flowers.\n\nThat is a lot of work.\n")
    (tmp_path / "pictures").mkdir()
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "pictures" / "one.jpg")
    (tmp_path / "topics.txt").write_text("Why bees matter\nWhy rivers bend\n")
    (tmp_path / "videos.csv").write_text("topic,priority,at\n" + f"Why rivers bend,low,{LATER}\n")
    shutil.copy(talk, tmp_path)
    (tmp_path / "season-1").mkdir()
    (tmp_path / "season-1" / "part-1.mp4").symlink_to(tmp_path / "talk.mp4")
    said = [f"Ships climb a hill of water in {count} locks, and nothing but gravity lifts them." for count in range(9)]
    segments = [{"text": text, "start": 6.0 * n, "end": 6.0 * n + 5} for n, text in enumerate(said)]
    (tmp_path / "talk.json").write_text(json.dumps({"language": "en", "segments": segments}))
    return tmp_path


@pytest.fixture
def settings(workplace, monkeypatch):
    """Quick voices and a key that a plan does not use."""
    given = {
        "AUTOMAGIC_HOME": str(workplace / "home"),
        "OPENAI_API_KEY": "a-key-that-a-plan-does-not-use",
        "WRITER": "extract,outline",
        "ILLUSTRATOR": "cards",
        "NARRATOR": "espeak",
        "VIDEO_PRESET": "ultrafast",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("lines", commands("automagic"), ids=" ; ".join)
def test_every_command_of_the_program_works(lines, workplace):
    if lines[0].startswith("automagic schedule") and " add " not in lines[0]:
        run_command(shlex.split("schedule add news --at 09:00 --topics-file topics.txt"), workplace)
    for line in lines:
        arguments = shlex.split(line)[1:]
        wanted = "--key" in arguments and any("jobs fetch" in line for line in lines)
        if arguments[:2] == ["jobs", "add"] and "--batch" not in arguments and not wanted:
            arguments = [*itertools.takewhile(lambda word: word != "--at", arguments), "--at", LATER]
        run_command(arguments, workplace)


def run_command(arguments: list[str], workplace: Path) -> None:
    if "--now" in arguments and "--plan" not in arguments:
        arguments.append("--plan")  # the work itself is tested elsewhere
    if arguments[0] == "clips":
        arguments += ["--transcript", "talk.json", *(["--plan"] if "--plan" not in arguments else [])]
    if arguments[:2] == ["--test", "all"]:
        arguments[1] = "config"
    result = run_automagic(*arguments, cwd=workplace)
    if "--login" in arguments:  # it opens a page of Google's; without a client it says what is missing
        assert result.code == 3
        assert "YOUTUBE_CLIENT_ID" in result.err
        return
    assert result.code == 0, (arguments, result.err)


@pytest.mark.parametrize("lines", commands("make"), ids=" ; ".join)
def test_every_make_command_has_a_recipe(lines):
    for line in lines:
        result = subprocess.run(
            ["make", "--dry-run", *shlex.split(line)[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr


def test_the_example_script_is_one():
    (example,) = blocks("markdown")
    script = parse_script(example)
    assert script.title == "Three things about honey"
    assert [scene.picture for scene in script.scenes] == [None, "jar.jpg", None]
    assert script.scenes[2].spoken is not None


@pytest.mark.xdist_group("video")
@pytest.mark.usefixtures("settings")
def test_the_python_example_makes_a_video(workplace):
    (example,) = blocks("python")
    body = textwrap.indent(example.split("\n\n", 1)[1], "    ")
    program = (
        example.split("\n\n", 1)[0]
        + "\nimport asyncio\nasync def main():\n"
        + body
        + "    print(result.outputs['shorts'])\nasyncio.run(main())\n"
    )
    result = run_python("-c", program, cwd=workplace, environment={**os.environ, "PATH": "/usr/bin:/bin"})
    assert result.code == 0, result.err
    video = workplace / result.out.strip()
    assert video.exists()
    assert json.loads((video.parent / "quality.json").read_text())["shorts"]["passed"]


def test_every_flag_in_the_readme_exists_and_every_flag_is_in_the_readme():
    def offer(*command: str) -> set[str]:
        help_text = run_automagic(*command, "--help", cwd=ROOT).out
        return set(re.findall(r"--[a-z][a-z-]+", help_text))

    told_by_help = {"--help", "--version", "--credentials", "--debug", "--synthetic"}
    offered = offer() - told_by_help
    shown = set(re.findall(r"--[a-z][a-z-]+", README))
    assert offered <= shown
    products = [
        ("publish",),
        ("worker",),
        ("clips",),
        ("schedule", "add"),
        ("jobs", "add", "video"),
        ("jobs", "fetch"),
        ("jobs", "prune"),
    ]
    assert shown <= offered.union(*(offer(*product) for product in products))


def test_the_systems_that_it_names_are_those_that_set_up_takes():
    (first,) = re.findall(r"^Python (.+) and `make` are all that a machine needs", README, re.MULTILINE)
    named = re.findall(r"3\.\d+", first)
    assert [tuple(map(int, version.split("."))) for version in (named[0], named[-1])] == [set_up.OLDEST, set_up.NEWEST]
    assert len(named) == set_up.NEWEST[1] - set_up.OLDEST[1] + 1
    _, _, fetch_mb, disk_mb, _ = set_up.SETS["default"]
    assert f"({fetch_mb} MB to fetch, {disk_mb / 1000:g} GB on disk)" in README


def test_every_picture_and_file_that_it_names_is_there():
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert name == "jar.jpg" or (ROOT / name).exists(), name
    for name in ("LICENSE", "CHANGELOG.md", ".env.example"):
        assert (ROOT / name).exists()
