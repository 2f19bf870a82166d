"""DEFAULT_… in `.env`: said where a person does not say it, and from then on as if it had been said."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from automagic import ClipsRequest, VideoRequest
from automagic.data import shipped
from automagic.errors import ConfigurationError
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.settings import load_settings
from automagic.stages.defaults import add_defaults
from automagic.stages.requests import read_request
from tests.support.processes.python_programs import run_command

ALL = {
    "DEFAULT_THEME": "gazette",
    "DEFAULT_VOICE": "bm_george",
    "DEFAULT_PLATFORM": "reels, square",
    "DEFAULT_DURATION": "30",
    "DEFAULT_MUSIC": "none",
    "DEFAULT_LANGUAGE": "en",
}


def settings_of(folder, **environment):
    return load_settings(environment={"AUTOMAGIC_HOME": str(folder / "home"), **environment}, folder=folder)


def ask(kind, values, settings):
    return read_request(kind, add_defaults(kind, values, settings), folder=Path(), at_once=True)


def test_what_nobody_says_is_what_the_settings_say(tmp_path):
    asked = ask(VideoRequest, {"topic": "Tides"}, settings_of(tmp_path, **ALL))
    assert asked == VideoRequest(
        topic="Tides", theme="gazette", voice="bm_george", platforms=("reels", "square"), duration_s=30.0, music="none"
    )
    clips = ask(ClipsRequest, {"recording": ["talk.mp4"]}, settings_of(tmp_path, **ALL | {"DEFAULT_LANGUAGE": "de"}))
    assert clips == ClipsRequest("talk.mp4", theme="gazette", platforms=("reels", "square")), "speech is as it is"


def test_without_them_all_is_as_it_was(tmp_path):
    assert ask(VideoRequest, {"topic": "Tides"}, settings_of(tmp_path)) == VideoRequest(topic="Tides")


def test_what_a_person_says_wins(tmp_path):
    said = {
        "topic": "Tides", "theme": "poster", "voice": "piper", "platform": ["youtube"], "duration": 60.0,
        "music": "auto", "language": "en",
    }  # fmt: skip
    asked = ask(VideoRequest, said, settings_of(tmp_path, **ALL))
    assert asked == VideoRequest(topic="Tides", theme="poster", voice="piper", platforms=("youtube",), duration_s=60.0)


@pytest.mark.parametrize(
    ("said", "voice"),
    [
        ({"narrator": "piper"}, None),
        ({"draft": True}, None),
        ({"draft": False}, "bm_george"),
        ({"language": "de"}, None),
        ({"language": "en-GB"}, "bm_george"),
    ],
)
def test_a_voice_of_the_settings_stands_in_nobodys_way(said, voice, tmp_path):
    asked = ask(VideoRequest, {"topic": "Tides", **said}, settings_of(tmp_path, DEFAULT_VOICE="bm_george"))
    assert asked.voice == voice


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DEFAULT_THEME", "gazete", "There is no theme 'gazete'"),
        ("DEFAULT_VOICE", "bm_gorge", "there is no voice 'bm_gorge'"),
        ("DEFAULT_VOICE", "espeak:scottish", "there is no voice 'espeak:scottish'"),
        ("DEFAULT_PLATFORM", "shorts,youtub", "there is no platform 'youtub'"),
        ("DEFAULT_MUSIC", "nothing.mp3", "there is no file 'nothing.mp3'"),
        ("DEFAULT_LANGUAGE", "english please", "language"),
        ("DEFAULT_DURATION", "1", "must be a number from 5 to 3600"),
    ],
)
def test_a_wrong_one_is_refused_by_the_name_of_the_setting(name, value, why, tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        ask(VideoRequest, {"topic": "Tides"}, settings_of(tmp_path, **{name: value}))
    assert caught.value.message.startswith((f"{name}={value}: ", f"A setting is wrong: {name}='{value}': "))
    assert why in caught.value.message


def test_two_that_do_not_go_together_are_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="DEFAULT_VOICE=bm_george: the narrator kokoro does not speak 'de'"):
        ask(VideoRequest, {"topic": "Tides"}, settings_of(tmp_path, DEFAULT_VOICE="bm_george", DEFAULT_LANGUAGE="de"))


def test_a_wrong_one_that_a_flag_replaces_is_nobodys_concern(tmp_path):
    settings = settings_of(tmp_path, DEFAULT_THEME="gazete")
    assert ask(VideoRequest, {"topic": "Tides", "theme": "poster"}, settings).theme == "poster"


def test_a_job_keeps_what_was_the_default_when_it_was_added(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(shipped("themes/poster"), tmp_path / "mine")
    settings = settings_of(tmp_path, **ALL | {"DEFAULT_THEME": "mine", "DEFAULT_VOICE": ""})
    queue = JobQueue(QueueLocation.of(settings), settings)
    (tmp_path / "elsewhere").mkdir()
    draft = queue.read("video", {"topic": "Tides", "duration": "20"}, folder=tmp_path / "elsewhere")
    told = {name: draft.data[name] for name in ("duration_s", "music", "platforms", "theme")}
    assert told == {"duration_s": 20.0, "music": "none", "platforms": ("reels", "square"), "theme": "theme/mine"}
    assert "theme/mine/theme.toml" in draft.files


@pytest.mark.parametrize(
    "command",
    [
        ("--topic", "Tides", "--plan"),
        ("clips", "talk.mp4", "--plan"),
        ("jobs", "add", "video", "--topic", "Tides"),
        ("jobs", "add", "--batch", "more.jsonl"),
    ],
)
def test_every_door_asks_the_settings(command, tmp_path):
    (tmp_path / ".env").write_text("DEFAULT_PLATFORM=squar\n")
    (tmp_path / "more.jsonl").write_text('{"topic": "Tides"}\n')
    result = run_command(*command, cwd=tmp_path, environment={**os.environ, "AUTOMAGIC_HOME": str(tmp_path / "home")})
    assert result.code == 3
    assert "DEFAULT_PLATFORM=squar: there is no platform 'squar'\nDid you mean square?" in result.err
