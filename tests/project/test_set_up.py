"""`make setup`: what it says, what it refuses, when it begins anew, and what the make targets and CI do with it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import set_up
from set_up import Progress, SetUpError, check_machine, count_packages, in_words

from tests.support.places import ROOT


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_each_named_python_is_taken(platform: str, minor: int) -> None:
    check_machine(platform, (3, minor))


@pytest.mark.parametrize(
    ("platform", "python", "said"),
    [
        ("win32", (3, 12), "wsl --install"),
        ("linux", (3, 9), "this is Python 3.9"),
        ("darwin", (3, 15), "make setup PYTHON=python3.14"),
    ],
)
def test_other_machines_are_told_what_to_do(platform: str, python: tuple[int, int], said: str) -> None:
    with pytest.raises(SetUpError, match=said):
        check_machine(platform, python)


def test_a_set_that_does_not_exist_is_refused_before_anything_is_done(capfd: pytest.CaptureFixture[str]) -> None:
    assert set_up.main(["everything"]) == 3
    said = capfd.readouterr().err
    assert "EXTRAS=everything is not a valid set of packages" in said
    assert "default, web, all" in said


def test_progress_is_one_line_that_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Terminal:
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> None:
            written.append(text)

        def flush(self) -> None:
            pass

    monkeypatch.setattr(sys, "stderr", Terminal())
    progress = Progress(3)
    progress.see("Ignoring colorama: markers 'sys_platform == \"win32\"' don't match your environment\n")
    for line in (
        "Collecting numpy==2 (from -r lock)",
        "  Downloading numpy.whl",
        "Collecting av",
        "Installing collected",
    ):
        progress.see(line + "\n")
    progress.see("Installing collected packages: av, numpy\n")
    progress.end()
    assert [text.rpartition("K")[2].strip() for text in written] == [
        "1 of 2 fetched",
        "2 of 2 fetched",
        "being unpacked",
        "",
    ]
    assert not any("\n" in text for text in written)


def test_times_are_told_in_words() -> None:
    assert (in_words(47.4), in_words(125)) == ("47 s", "2 min 5 s")


def test_the_number_of_packages_is_that_of_the_lock() -> None:
    assert count_packages("requirements-models.lock") == 6


# --------------------------------------------------------------------------------------------- a small project


def make_wheel(folder: Path, name: str, version: str) -> str:
    """A wheel with one module, and its line in a lock."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


BACKEND = """
import zipfile
from pathlib import Path


def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "automagic-0-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder, name), "w") as wheel:
        wheel.writestr("automagic.pth", str(Path.cwd()))
        wheel.writestr("automagic-0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: automagic\\nVersion: 0\\n")
        wheel.writestr("automagic-0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("automagic-0.dist-info/RECORD", "")
    return name
"""


class Project:
    """A checkout with the real Makefile and set-up, small packages, and a folder in the place of the index."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.index = folder, folder / "index"
        for name in ("index", "scripts"):
            (folder / name).mkdir()
        for name in ("Makefile", "scripts/set_up.py"):
            shutil.copy(ROOT / name, folder / name)
        (folder / "scripts" / "locks.py").write_text("import heavy, sys; sys.exit(heavy.VERSION == '3.0')\n")
        (folder / "backend.py").write_text(BACKEND)
        system = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        (folder / "pyproject.toml").write_text(system)
        self.lock("requirements.lock", heavy="1.0")
        self.lock("requirements-models.lock", voice="1.0")
        self.lock("requirements-all.lock", heavy="1.0", tester="1.0")
        self.lock("requirements-models-bench.lock", voice="1.0")

    def lock(self, file: str, **packages: str) -> None:
        lines = [make_wheel(self.index, name, version) for name, version in packages.items()]
        (self.folder / file).write_text("".join(lines))

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "MAKE"))}
        environment |= {
            "HOME": str(self.folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
            "PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin",
        }
        return subprocess.run(
            ["make", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def modules(self) -> set[str]:
        (site,) = (self.folder / ".venv" / "lib").glob("python*/site-packages")
        return {path.stem for path in site.glob("*.py")}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.soak
def test_set_up_says_what_it_does_and_does_it_once(project: Project) -> None:
    done = project.make("setup")
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert "1 packages" in lines[0]
    assert "560 MB to fetch, 1.4 GB on disk" in lines[0]
    assert "minutes" in lines[1]
    assert [line[:5] for line in lines[2:6]] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert lines[6].startswith("Ready after ")
    assert len(lines) == 7
    assert project.modules() == {"heavy", "voice"}
    again = project.make("setup")
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.soak
def test_a_changed_lock_begins_anew_so_that_nothing_stale_stays(project: Project) -> None:
    assert project.make("setup", "EXTRAS=all").returncode == 0
    assert project.modules() == {"heavy", "voice", "tester"}
    assert project.make("setup").stderr == ""  # everything holds the default, too
    project.lock("requirements-all.lock", heavy="2.0")
    anew = project.make("setup", "EXTRAS=all")
    assert anew.returncode == 0, anew.stderr
    assert "[1/4] A virtual environment with Python" in anew.stderr
    assert project.modules() == {"heavy", "voice"}


@pytest.mark.soak
def test_a_failure_of_pip_is_shown_and_the_same_command_goes_on_later(project: Project) -> None:
    wheel = project.index / "heavy-1.0-py3-none-any.whl"
    wheel.rename(project.folder / "away")
    failed = project.make("setup")
    assert failed.returncode != 0
    assert "No matching distribution found for heavy==1.0" in failed.stderr
    assert "Set-up stopped: pip failed" in failed.stderr
    assert "Traceback" not in failed.stderr
    (project.folder / "away").rename(wheel)
    done = project.make("setup")
    assert done.returncode == 0, done.stderr
    assert "[1/4] A virtual environment is there" in done.stderr


@pytest.mark.soak
def test_packages_that_do_not_fit_together_stop_it(project: Project) -> None:
    project.lock("requirements.lock", heavy="3.0")
    done = project.make("setup")
    assert done.returncode != 0
    assert "do not fit together" in done.stderr
    assert "Ready" not in done.stderr


def test_a_python_that_cannot_make_environments_says_so_and_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Debian's without python3-venv."""
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\nmkdir "$3"\necho "ensurepip is not available: apt install python3-venv"\nexit 1\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "_base_executable", str(python))
    monkeypatch.setattr(set_up, "VENV", tmp_path / "venv")
    with pytest.raises(SetUpError, match=r"could not make a virtual environment.*\n\nensurepip .* python3-venv"):
        set_up.make_environment("state")
    assert not (tmp_path / "venv").exists()


def test_ci_does_what_every_change_must_pass() -> None:
    steps = (ROOT / ".ci" / "run").read_text().splitlines()
    assert steps[-2:] == ["make check", "make test"]
    shown = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "_test", "_soak", "_judges"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [line.partition(" -m pytest ")[2].partition('-m "')[2].partition('"')[0] for line in shown.splitlines()] == [
        "not soak and not judges",
        "soak and not judges",
        "",
    ]
