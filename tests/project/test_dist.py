"""What `make dist` builds: nothing is missing from it, and it works without the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import automagic
from tests.support.places import ROOT

pytestmark = pytest.mark.xdist_group("dist")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and source archive; without the network, and the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=ROOT, check=True, capture_output=True, timeout=120)
    return folder


BUILD = """import sys
from hatchling import build
build.build_sdist(sys.argv[1])
build.build_wheel(sys.argv[1])
"""


def tracked(folder: str) -> set[str]:
    """The files of the repository in a folder; those that are new and not ignored, too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {name for name in listed.splitlines() if (ROOT / name).is_file()}


def wheel_of(dist: Path) -> Path:
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no repository to compare with")
def test_the_wheel_has_every_file_of_the_package_and_nothing_else(dist: Path) -> None:
    with zipfile.ZipFile(wheel_of(dist)) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        metadata = wheel.read(f"automagic-{automagic.__version__}.dist-info/METADATA").decode()
    assert names == tracked("automagic")
    assert f"\nVersion: {automagic.__version__}\n" in metadata
    assert "License-Expression: MIT" in metadata


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no repository to compare with")
def test_the_source_archive_has_what_a_build_needs(dist: Path) -> None:
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", *tracked("automagic")}
    assert wanted <= names
    assert names - wanted <= {"PKG-INFO", ".gitignore"}


@pytest.fixture(scope="module")
def elsewhere(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel, and the packages that are installed here but not this checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    shutil.unpack_archive(wheel_of(dist), site, "zip")
    (site / "installed.pth").write_text("\n".join(dict.fromkeys(path for path in sys.path if "site-packages" in path)))
    return folder


def run(elsewhere: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program of the wheel, in an empty folder with an empty home and no ffmpeg on the path."""
    (elsewhere / "home").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name in ("LANG", "TMPDIR")}
    environment = {**kept, "HOME": str(elsewhere / "home"), "PATH": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}
    python = str(elsewhere / "venv" / "bin" / "python")
    return subprocess.run(
        [python, "-m", "automagic", *arguments],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


SCRIPT = "# Honey\n\nBees visit two million flowers for one pound of honey.\n"


def test_the_wheel_plans_a_video_without_the_checkout(elsewhere: Path) -> None:
    (elsewhere / "script.md").write_text(SCRIPT)
    planned = run(elsewhere, "--now", "--script", "script.md", "--draft", "--plan", "--debug")
    assert planned.returncode == 0, planned.stderr
    place = subprocess.run(
        [str(elsewhere / "venv" / "bin" / "python"), "-c", "import automagic; print(automagic.__file__)"],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(place.strip()).is_relative_to(elsewhere)


@pytest.mark.soak
def test_the_wheel_makes_a_draft_without_the_checkout(elsewhere: Path) -> None:
    (elsewhere / "script.md").write_text(SCRIPT)
    made = run(elsewhere, "--now", "--script", "script.md", "--draft", "--platform", "square", "--out", "out")
    assert made.returncode == 0, made.stderr
    assert (elsewhere / "out" / "video.mp4").stat().st_size > 10_000


def test_the_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert re.search(
        rf"^## \[{re.escape(automagic.__version__)}\]|will be {re.escape(automagic.__version__)},", text, re.M
    )
    assert sysconfig.get_python_version() in {"3.11", "3.12", "3.13", "3.14"}
