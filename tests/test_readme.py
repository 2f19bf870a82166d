"""What the README shows is what the product does."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image
from result_folders import make_result

from automagic.language.script_file import parse_script
from automagic.orchestrator.store import ArtifactStore

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(program: str) -> list[str]:
    found = [line for block in blocks("sh") for line in block.splitlines() if line.startswith(f"{program} ")]
    return found + re.findall(rf"`({program} [^`]+)`", README)


@pytest.fixture
def workplace(tmp_path: Path, store: ArtifactStore) -> Path:
    """The files that the README's commands name."""
    (tmp_path / "final_videos").mkdir()
    make_result(tmp_path / "final_videos" / "2026-11-22-why-bees-matter", store)
    (tmp_path / "article.md").write_text("# Bees\n\nBees visit about 2 million flowers for one pound of honey.\n")
    (tmp_path / "my-script.md").write_text("# Bees\n\nBees visit about 2 million flowers.\n\nThat is a lot of work.\n")
    (tmp_path / "pictures").mkdir()
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "pictures" / "one.jpg")
    return tmp_path


@pytest.mark.parametrize("command", commands("automagic"))
def test_every_command_of_the_program_is_understood(command, workplace, monkeypatch):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(workplace / "home"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-that-a-plan-does-not-use")
    arguments = shlex.split(command)[1:]
    if "--now" in arguments and "--plan" not in arguments:
        arguments.append("--plan")  # the work itself is tested elsewhere, with quicker voices
    if arguments[:2] == ["--test", "all"]:
        arguments[1] = "config"
    result = subprocess.run(
        [sys.executable, "-m", "automagic", *arguments], cwd=workplace, capture_output=True, text=True, check=False
    )
    if "--login" in arguments:  # it opens a page of Google's; without a client it says what is missing
        assert result.returncode == 3
        assert "YOUTUBE_CLIENT_ID" in result.stderr
        return
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", commands("make"))
def test_every_make_command_has_a_recipe(command):
    result = subprocess.run(
        ["make", "--dry-run", *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_the_example_script_is_one():
    (example,) = blocks("markdown")
    script = parse_script(example)
    assert script.title == "Three things about honey"
    assert [scene.picture for scene in script.scenes] == [None, "jar.jpg", None]
    assert script.scenes[2].spoken is not None


@pytest.mark.xdist_group("video")
def test_the_python_example_makes_a_video(workplace):
    (example,) = blocks("python")
    body = textwrap.indent(example.split("\n\n", 1)[1], "    ")
    program = (
        example.split("\n\n", 1)[0]
        + "\nimport asyncio\nasync def main():\n"
        + body
        + "    print(result.outputs['shorts'])\nasyncio.run(main())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=workplace,
        env={"AUTOMAGIC_HOME": str(workplace / "home"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    video = workplace / result.stdout.strip()
    assert video.exists()
    assert json.loads((video.parent / "quality.json").read_text())["shorts"]["passed"]


def test_every_flag_in_the_readme_exists_and_every_flag_is_in_the_readme():
    def offer(*command: str) -> set[str]:
        help_text = subprocess.run(
            [sys.executable, "-m", "automagic", *command, "--help"], capture_output=True, text=True, check=True
        ).stdout
        return set(re.findall(r"--[a-z][a-z-]+", help_text))

    told_by_help = {"--help", "--version", "--credentials", "--debug", "--synthetic"}
    offered = offer() - told_by_help
    shown = set(re.findall(r"--[a-z][a-z-]+", README))
    assert offered <= shown
    assert shown <= offered | offer("publish")


def test_every_picture_and_file_that_it_names_is_there():
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert name == "jar.jpg" or (ROOT / name).exists(), name
    for name in ("LICENSE", ".env.example"):
        assert (ROOT / name).exists()
