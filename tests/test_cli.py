"""The command line: what a person types, and what is answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from commands import Outcome, run_command


@pytest.fixture
def automagic(tmp_path):
    def run(*arguments: str, **environment: str) -> Outcome:
        own = {"AUTOMAGIC_HOME": str(tmp_path / "home"), "COLUMNS": "80"}
        return run_command(*arguments, cwd=tmp_path, environment={**os.environ, **own, **environment})

    return run


def test_help_names_every_mode_and_fits_80_columns(automagic):
    result = automagic("--help")
    assert result.code == 0
    for flag in ("--now", "--test", "--status", "--topic", "--source", "--script", "--plan", "--json", "models"):
        assert flag in result.out
    assert max(len(line) for line in result.out.splitlines()) <= 80


def test_help_starts_without_the_heavy_libraries():
    code = (
        "import sys; from automagic.cli.main import run; run(['--help']);"
        "heavy = {'numpy', 'av', 'cv2', 'sqlalchemy', 'aiohttp', 'PIL', 'onnxruntime'} & set(sys.modules);"
        "sys.stderr.write(', '.join(heavy))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--now", "--status"), 2, "exclude each other"),
        (("--now",), 2, "nothing to make a video about"),
        (("--now", "--topic", "a", "--source", "b"), 2, "exclude each other"),
        (("--now", "--source", "missing.md"), 2, "missing.md"),
        (("--now", "--source", "-"), 2, ""),
        (("--now", "--topic", "a", "--platform", "youtub"), 2, "Did you mean youtube"),
        (("--now", "--topic", "a", "--duration", "1"), 2, "between 5 and"),
        (("--now", "--topic", "a", "--max-cost", "much"), 2, "max-cost: 'much' is not an amount such as 0.50"),
        (("--now", "--topic", "a", "--publish-at", "soon"), 2, "publish-at: 'soon' is not a time"),
        (("--test", "everything"), 2, "config, images"),
        (("--frobnicate",), 2, "No such option"),
        (("--topic", "a"), 2, "nothing to do"),
    ],
)
def test_a_wrong_command_is_explained_without_a_traceback(automagic, arguments, code, said):
    result = automagic(*arguments)
    assert result.code == code
    assert said in result.err
    assert result.err.startswith("Error: ")
    assert "Traceback" not in result.err
    assert result.out == ""


def test_wrong_settings_are_exit_code_3(automagic):
    result = automagic("--status", VIDEO_CRF="99", VIDEO_CODEC="vp8")
    assert result.code == 3
    assert "VIDEO_CRF" in result.err
    assert "VIDEO_CODEC" in result.err


def test_status_answers_before_anything_was_made_and_makes_nothing(automagic, tmp_path):
    result = automagic("--status", "--json")
    assert result.code == 0
    status = json.loads(result.out)
    assert status["runs"] == []
    assert status["machine"]["cores"] >= 1
    assert not (tmp_path / "home").exists()


def test_the_self_test_of_the_resources_prints_a_table(automagic):
    result = automagic("--test", "resources")
    assert result.code == 0
    assert "memory" in result.out
    assert max(len(line) for line in result.out.splitlines()) <= 80


def test_a_bare_topic_can_be_planned_and_says_that_its_text_is_generic(automagic, tmp_path):
    result = automagic("--now", "--topic", "Why bees matter", "--plan", "--json")
    assert result.code == 0, result.err
    document = json.loads(result.out)
    assert document["video"] is None
    assert any("generic" in notice.lower() for notice in document["notices"])
    assert document["steps"]["planned"] > 10
    assert {path.name for path in tmp_path.iterdir()} <= {"home"}


def test_a_length_that_a_platform_does_not_show_is_said_at_once(automagic):
    result = automagic("--now", "--topic", "Bees", "--duration", "600", "--voice", "espeak", "--plan")
    assert result.code == 0
    assert "Note: YouTube Shorts: about 600 s is longer than 180 s;" in result.err


def test_a_setting_that_is_misspelt_is_told_of_once_and_changes_nothing_else(automagic, tmp_path):
    (tmp_path / ".env").write_text("OPENAI_APIKEY=x\n")
    result = automagic("jobs", "list", "--json")
    assert result.code == 0
    assert result.err == "Note: OPENAI_APIKEY in .env is not a setting of AutoMagic. Did you mean OPENAI_API_KEY?\n"
    json.loads(result.out)
    assert automagic("--version").err == ""
