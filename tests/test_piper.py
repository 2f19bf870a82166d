"""The fast voice."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from speech_models import ready_model

from automagic.providers.local import piper
from automagic.providers.local.piper import PiperNarrator


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ready_model(tmp_path_factory.mktemp("home"), "piper-joe")


def test_the_same_text_gives_the_same_bytes(model: Path, tmp_path: Path) -> None:
    for name, text in (("a", "Good morning."), ("x", "And now?"), ("b", "Good morning.")):
        result = piper.speak(text, "joe", "en", str(model), str(tmp_path / name))
        assert result["sample_rate"] == 22050
        assert 0.4 < result["frames"] / 22050 < 1.5
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "x").read_bytes()


def test_double_brackets_are_read_not_obeyed(model: Path, tmp_path: Path) -> None:
    piper.speak("Good [[morning]].", "joe", "en", str(model), str(tmp_path / "a"))
    piper.speak("Good morning.", "joe", "en", str(model), str(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


async def test_the_narrator_speaks_through_its_child(model: Path, tmp_path: Path) -> None:
    narrator = PiperNarrator(model.parent.parent, threads=1)
    try:
        spoken = await narrator.speak("Good morning.", tmp_path / "a.wav", voice="joe", language="en-GB")
    finally:
        await narrator.close()
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getnframes() / 22050 == spoken.duration_s
    assert narrator.fingerprint("joe")
