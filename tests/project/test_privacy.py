"""Nothing is reported to anybody by the libraries that do the work, and nothing is left where nobody looks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

QUICK = ("--voice", "espeak", "--platform", "square")


def run_quietly(*arguments: str, folder: Path) -> list[str]:
    """Run Python as a new user with an empty folder of their own; what was left in it."""
    own = folder / "user"
    own.mkdir()
    # On a build machine the engine is quiet by itself.
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    environment |= {name: str(own / name) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    environment |= {"HOME": str(own), "AUTOMAGIC_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return sorted(str(path.relative_to(own)) for path in own.rglob("*"))


@pytest.mark.parametrize(
    "module", ["automagic", "automagic.machine.processes", "automagic.providers.local.kokoro.engine"]
)
def test_the_speech_engine_reports_nothing(module, tmp_path):
    assert run_quietly("-c", f"import {module}, onnxruntime", folder=tmp_path) == []


def test_the_speech_engine_would_keep_an_identifier_to_report_under(tmp_path):
    assert any("deviceid" in name for name in run_quietly("-c", "import onnxruntime", folder=tmp_path))


def test_a_video_leaves_nothing_but_itself(tmp_path):
    (tmp_path / "script.md").write_text("# Honey\n\nHoney keeps for years.\n")
    command = ("-m", "automagic", "--now", "--script", "script.md", "--out", "out", "--draft", *QUICK)
    assert run_quietly(*command, folder=tmp_path) == []
    assert (tmp_path / "out" / "video.mp4").exists()
