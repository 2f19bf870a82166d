"""The fast voice."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from automagic.providers.local.piper.engine import PiperNarrator
from automagic.providers.local.shared.speech import Speech
from tests.support.media.speech_models import GREETINGS, SENTENCES

pytest_plugins = ["tests.support.media.speech_models"]
pytestmark = pytest.mark.xdist_group("piper")


@pytest.fixture
def sounds(spoken: list[tuple[str, Path, Speech]]) -> list[bytes]:
    return [file.read_bytes() for _, file, _ in spoken]


def test_the_same_text_gives_the_same_bytes(sounds: list[bytes]) -> None:
    assert GREETINGS[0] == GREETINGS[2] != GREETINGS[1]
    assert sounds[0] == sounds[2] != sounds[1]


def test_double_brackets_are_read_not_obeyed(sounds: list[bytes]) -> None:
    assert GREETINGS[3].replace("[[", "").replace("]]", "") == GREETINGS[0] != GREETINGS[3]
    assert sounds[3] == sounds[0]


def test_the_narrator_speaks_through_its_child(spoken: list[tuple[str, Path, Speech]], tmp_path: Path) -> None:
    assert [text for text, _, _ in spoken] == [*GREETINGS, *SENTENCES]
    for text, path, speech in spoken:
        with wave.open(str(path)) as file:
            assert file.getframerate() == 22050
            assert file.getnframes() / 22050 == speech.duration_s
        low, high = (0.4, 1.5) if text in GREETINGS else (2.0, 5.0)
        assert low < speech.duration_s < high
    assert PiperNarrator(tmp_path, threads=1).fingerprint("joe")
