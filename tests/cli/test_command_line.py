"""The command line: what a person types, and what is answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from automagic.cli.schedule.ideas import next_idea
from automagic.settings import load_settings
from automagic.stages.shipped_texts import shipped_texts
from tests.support.processes.python_programs import Outcome, run_command


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
        (("--now", "--status"), 2, "cannot be used together"),
        (("--now", "--topic", ""), 2, "nothing to make a video about"),
        (("--now", "--topic", "a", "--source", "b"), 2, "cannot be used together"),
        (("--now", "--source", "missing.md"), 2, "missing.md"),
        (("--now", "--source", "-"), 2, ""),
        (("--now", "--topic", "a", "--platform", "youtub"), 2, "Did you mean youtube"),
        (("--now", "--topic", "a", "--duration", "1"), 2, "between 5 and"),
        (("--now", "--topic", "a", "--max-cost", "much"), 2, "max-cost: 'much' is not an amount such as 0.50"),
        (("--now", "--topic", "a", "--publish-at", "soon"), 2, "publish-at: 'soon' is not a time"),
        (("--test", "everything"), 2, "config, images"),
        (("--frobnicate",), 2, "there is no flag --frobnicate"),
        (("--voice", "a"), 2, "nothing to do"),
        (("--topic", "a", "--status"), 2, "--status and --topic cannot be used together"),
        (("--source", "a.md", "clips", "b.mp4"), 2, "clips and --source cannot be used together"),
        (("--source", "missing.md"), 2, "missing.md"),
        (("--voices",), 2, "Did you mean --voice?"),
        (("--sourc", "a.md"), 2, "Did you mean --source?"),
        (("clips", "--platfrom", "reels"), 2, "Did you mean --platform? See automagic clips --help."),
        (("clip", "a.mp4"), 2, "Did you mean clips?"),
        (("--plan", "-v", "-q", "--topic", "a"), 2, "--verbose and --quiet cannot be used together"),
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


def test_a_topic_that_names_a_text_of_the_program_is_planned_from_it_without_a_writer_that_knows(automagic, tmp_path):
    result = automagic("--now", "--topic", "why does ICE float?", "--plan", "--json")
    assert result.code == 0, result.err
    assert "Note: This is made from a text that comes with AutoMagic: Why ice floats." in result.err
    document = json.loads(result.out)
    assert (document["video"], document["title"]) == (None, "Why ice floats")
    assert not any("generic" in notice for notice in document["notices"])
    assert document["steps"]["planned"] > 10
    assert {path.name for path in tmp_path.iterdir()} <= {"home"}


@pytest.mark.parametrize(
    ("topic", "more"), [("Why cities plant trees", ()), ("Why ice melts", ()), ("Why ice floats", ("--language", "de"))]
)
def test_a_topic_that_nobody_can_write_about_is_refused_with_what_to_connect(automagic, topic, more, tmp_path):
    result = automagic("--topic", topic, *more, "--json")
    assert result.code == 2
    error = json.loads(result.out)["error"]
    assert topic in error["message"]
    for said in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "CONTACT=you@example.com for wikipedia", "--source", "outline"):
        assert said in error["hint"]
    assert not (tmp_path / "final_videos").exists()
    assert automagic("jobs", "add", "video", "--topic", topic, *more).code == 0  # the worker may have a key


def test_the_outline_is_written_for_those_who_name_it(automagic):
    named = automagic("--topic", "Why cities plant trees", "--writer", "outline", "--plan", "--json")
    assert any("generic" in notice for notice in json.loads(named.out)["notices"])
    other = automagic("--topic", "Why cities plant trees", "--plan", WRITER="extract,outline")
    assert other.code == 0
    assert "generic outline" in other.err
    assert "none of extract writes" in automagic("--topic", "Why cities plant trees", "--writer", "extract").err


def test_a_length_that_a_platform_does_not_show_is_said_at_once(automagic):
    result = automagic("--now", "--topic", "Tides", "--duration", "600", "--voice", "espeak", "--plan")
    assert result.code == 0
    assert "Note: YouTube Shorts: about 600 s is longer than 180 s;" in result.err


def test_a_setting_that_is_misspelt_is_told_of_once_and_changes_nothing_else(automagic, tmp_path):
    (tmp_path / ".env").write_text("OPENAI_APIKEY=x\n")
    result = automagic("jobs", "list", "--json")
    assert result.code == 0
    assert result.err == "Note: OPENAI_APIKEY in .env is not a setting of AutoMagic. Did you mean OPENAI_API_KEY?\n"
    json.loads(result.out)
    assert automagic("--version").err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "kind", "said", "hint"),
    [
        (("--draft",), 2, "request", "nothing to do", "--topic"),
        (("--now", "--source", "missing.md"), 2, "request", "missing.md", ""),
        (("--now", "--topic", "a", "--writer", "openai"), 3, "configuration", "openai", "OPENAI_API_KEY"),
        (("--frobnicate",), 2, "request", "--frobnicate", "automagic --help"),
        (("--status", "--interval", "0"), 2, "request", "too short", ""),
        (("--metrics", "--since", "soon"), 2, "request", "soon", "7d"),
        (("--cleanup", "--max-size", "much"), 2, "request", "much", "10GB"),
        (("--test", "everything"), 2, "request", "everything", ""),
        (("clips", "missing.mp4"), 2, "request", "missing.mp4", ""),
        (("publish",), 2, "request", "nothing to publish", ""),
        (("jobs", "show", "none"), 2, "request", "no job 'none'", ""),
        (("jobs", "cancel", "none"), 2, "request", "no job 'none'", ""),
        (("jobs", "fetch"), 2, "request", "JOB", "See automagic jobs fetch --help."),
        (("jobs", "add", "video", "--topic", "x", "--at", "soon"), 2, "request", "soon", ""),
        (("schedule", "next", "none"), 2, "request", "no schedule called 'none'", ""),
        (("schedule", "remove", "none"), 2, "request", "none", ""),
        (("models", "install", "none"), 2, "request", "none", ""),
        (("restore", "none.tar"), 2, "request", "none.tar", ""),
        (("backup", "missing/folder/x.tar"), 2, "request", "nothing to save", ""),
    ],
)
def test_a_refusal_is_one_document_for_those_who_ask_for_json(automagic, arguments, code, kind, said, hint):
    result = automagic(*arguments, "--json")
    assert result.code == code, result.err
    error = json.loads(result.out)["error"]
    assert (error["exit_code"], error["kind"]) == (code, kind)
    assert said in error["message"]
    assert hint in error["hint"]
    assert result.err.startswith(f"Error: {error['message'][:20]}")


def test_a_refusal_holds_no_secret_and_what_stands_behind_two_dashes_asks_for_nothing(automagic):
    secret = "whatsitworth-" + "7" * 20
    result = automagic("publish", "x", "--to", f"webhook:https://me:{secret}@127.0.0.1:1/{secret}", "--json",
        WEBHOOK_SECRET=secret)  # fmt: skip
    assert json.loads(result.out)["error"]["exit_code"] == result.code
    assert secret not in result.out
    assert automagic("jobs", "show", "--", "--json").out == ""


@pytest.mark.parametrize("group", [(), ("jobs",), ("schedule",), ("models",), ("schedule", "export"), ("jobs", "add")])
def test_a_group_of_commands_alone_prints_its_help(automagic, group):
    result = automagic(*group)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"Usage: {' '.join(('automagic', *group))} ")
    assert "Commands:" in result.out


def test_several_takes_are_planned_one_by_one_and_told_in_one_document(automagic, tmp_path):
    (tmp_path / "mine.md").write_text("# Tides\n\nThe moon pulls.\n")
    result = automagic("--script", "mine.md", "--count", "2", "--plan", "--json")
    first, second = json.loads(result.out)["takes"]
    keys = [{step["key"] for step in take["plan"] if step["name"] == "compose"} for take in (first, second)]
    assert keys[0].isdisjoint(keys[1])
    assert automagic("--source", "-", "--count", "2", "--plan").code == 2


def test_a_bare_now_takes_the_next_sample_text_and_says_which(automagic):
    for _ in range(2):  # a plan uses none up
        planned = automagic("--now", "--plan", "--json")
        assert planned.code == 0
        assert "this is the sample text blue-sky.md" in planned.err
        assert json.loads(planned.out)["title"] == "Why the sky is blue"


def test_a_bare_now_takes_the_next_line_of_your_own_topics(automagic, tmp_path):
    (tmp_path / "topics.txt").write_text("# mine\nTides\n")
    planned = automagic("--now", "--plan", "--json")
    assert "this is the next of topics.txt: Tides" in planned.err
    assert json.loads(planned.out)["title"] == "How tides work"


def test_each_idea_comes_once_before_any_comes_again(tmp_path):
    settings = load_settings(environment={"AUTOMAGIC_HOME": str(tmp_path)}, folder=tmp_path)
    taken = []
    texts = [path.stem for path in shipped_texts().values()]
    for _ in range(len(texts) + 1):
        with next_idea(settings, planning=False) as (idea, _):
            taken.append((Path(idea["source"]).stem, idea.get("take", 1)))
    assert len(texts) == 12
    assert taken == [*((text, 1) for text in texts), (texts[0], 2)]
    with pytest.raises(KeyError), next_idea(settings, planning=False):
        raise KeyError("it failed")
    with next_idea(settings, planning=True) as (idea, said):
        assert (Path(idea["source"]).name, idea["take"]) == ("bread.md", 2)
        assert said == "the sample text bread.md"
    knowing = load_settings(environment={"AUTOMAGIC_HOME": str(tmp_path), "CONTACT": "me@example.org"}, folder=tmp_path)
    with next_idea(knowing, planning=True) as (idea, _):
        assert idea == {"topic": "Why the sky is blue"}
