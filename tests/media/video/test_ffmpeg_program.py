"""Which ffmpeg runs, and what becomes of one that cannot do the work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import automagic
from automagic.errors import ConfigurationError
from automagic.media.video.ffmpeg_program import TRIAL_FILTERS, Program, identify_ffmpeg, locate_ffmpeg
from automagic.settings import load_settings

PACKAGED = locate_ffmpeg().path


def write_program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def wrapped(path: Path, version: str = "") -> str:
    """The packaged one behind a script, which gives itself another version if told to."""
    says = f'[ "$1" = -version ] && {{ echo "ffmpeg version {version} of mine"; exit; }}\n' if version else ""
    return write_program(path, f'{says}exec "{PACKAGED}" "$@"')


async def test_the_packaged_one_is_known_by_its_name_without_being_run() -> None:
    assert await identify_ffmpeg(Program("/nowhere/ffmpeg-linux-x86_64-v9")) == "ffmpeg-linux-x86_64-v9"
    assert locate_ffmpeg().packaged


def test_a_persons_own_comes_first_then_the_one_that_the_package_is_told(tmp_path, monkeypatch) -> None:
    mine, theirs = (write_program(tmp_path / name, "exit 1") for name in ("mine", "theirs"))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", theirs)
    assert locate_ffmpeg(mine) == Program(mine, "FFMPEG_BINARY")
    assert locate_ffmpeg() == Program(theirs, "IMAGEIO_FFMPEG_EXE")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "")
    assert locate_ffmpeg().packaged


def test_a_link_keeps_its_name_since_some_programs_go_by_it(tmp_path) -> None:
    write_program(tmp_path / "many-in-one", "exit 1")
    (tmp_path / "ffmpeg").symlink_to("many-in-one")
    assert locate_ffmpeg(str(tmp_path / "ffmpeg")).path == str(tmp_path / "ffmpeg")


async def test_an_own_one_is_told_from_another_version_and_from_the_packaged_one(tmp_path) -> None:
    old, new = wrapped(tmp_path / "old", "7.1"), wrapped(tmp_path / "new", "7.2")
    identities = [await identify_ffmpeg(locate_ffmpeg(own)) for own in (old, new)]
    assert [re.sub(r" [0-9a-f]{12}$", "", identity) for identity in identities] == ["ffmpeg 7.1", "ffmpeg 7.2"]
    wrapped(tmp_path / "old", "7.10")  # replaced while we run
    assert (await identify_ffmpeg(locate_ffmpeg(old))).startswith("ffmpeg 7.10 ")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo Hello", "it does not say that it is ffmpeg"),
        ("echo 'cannot load libx.so' >&2; exit 127", "cannot load libx.so"),
        (
            """[ "$1" = -version ] && { echo ffmpeg version 4.4; exit; }
            echo "[Parsed_alimiter_5 @ 0x5] Option 'latency' not found" >&2; echo 'It gave up' >&2; exit 1""",
            "cannot be used: Option 'latency' not found",
        ),
    ],
)
async def test_one_that_cannot_do_the_work_is_refused_with_its_own_reason(script, said, tmp_path) -> None:
    own = write_program(tmp_path / "ffmpeg", script)
    with pytest.raises(ConfigurationError, match=re.escape(said)) as caught:
        await identify_ffmpeg(locate_ffmpeg(own))
    assert caught.value.message.startswith(f"FFMPEG_BINARY names {own}, ")
    assert "5.1 or later" in caught.value.hint


def test_what_is_no_program_is_refused(tmp_path, monkeypatch) -> None:
    with pytest.raises(ConfigurationError, match="FFMPEG_BINARY names /nowhere/ffmpeg"):
        locate_ffmpeg("/nowhere/ffmpeg")
    (tmp_path / "text").write_text("not a program")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "text"))
    with pytest.raises(ConfigurationError, match="IMAGEIO_FFMPEG_EXE names "):
        locate_ffmpeg()


def test_the_setting_is_a_path_or_a_name_and_is_seen_to_be_a_program(tmp_path, monkeypatch) -> None:
    own = write_program(tmp_path / "my ffmpeg", "exit 1")
    assert load_settings(environment={"FFMPEG_BINARY": own}, folder=tmp_path).ffmpeg_binary == own
    monkeypatch.setenv("PATH", str(tmp_path))
    assert load_settings(environment={"FFMPEG_BINARY": "my ffmpeg"}, folder=tmp_path).ffmpeg_binary == own
    for wrong in ("/nowhere/ffmpeg", str(tmp_path), "no-such-program"):
        with pytest.raises(ConfigurationError, match=r"FFMPEG_BINARY=.*the path or the name of a program"):
            load_settings(environment={"FFMPEG_BINARY": wrong}, folder=tmp_path)


def test_the_trial_holds_every_filter_that_is_used() -> None:
    media = Path(automagic.__file__).parent / "media"
    used = {name for path in media.rglob("*.py") for name in re.findall(r'\.filter\(\s*"(\w+)"', path.read_text())}
    assert used == {part.partition("=")[0] for part in TRIAL_FILTERS.split(",")}
