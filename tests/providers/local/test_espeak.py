"""The voice of last resort, what all narrators share, and the phonemes that the others need."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path

import pytest

from automagic.errors import MediaError, RequestError
from automagic.providers.local.espeak import engine as espeak
from automagic.providers.local.espeak import library as espeak_library
from automagic.providers.local.espeak.engine import EspeakNarrator
from automagic.providers.local.shared import speech


def speak(text: str, target: Path, language: str = "en", voice: str = "standard") -> float:
    result = espeak.speak(text, voice, language, "", str(target))
    return result["frames"] / result["sample_rate"]


async def test_a_sentence_becomes_a_wav_file(tmp_path: Path, home: Path) -> None:
    narrator = EspeakNarrator(home, threads=2)
    try:
        spoken = await narrator.speak("Hello there.", tmp_path / "a.wav", voice="standard", language="en")
        with wave.open(str(tmp_path / "a.wav")) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, spoken.sample_rate)
            assert file.getnframes() / file.getframerate() == spoken.duration_s
        assert 0.5 < spoken.duration_s < 1.5
        with pytest.raises(RequestError, match="no voice 'standart'") as caught:
            await narrator.speak("Hi.", tmp_path / "b.wav", voice="standart", language="en")
        assert "Did you mean standard?" in caught.value.hint
        with pytest.raises(RequestError, match="does not speak 'tlh'"):
            await narrator.speak("Hi.", tmp_path / "b.wav", voice="standard", language="tlh")
        with pytest.raises(RequestError, match="nothing to say"):
            await narrator.speak("— …", tmp_path / "b.wav", voice="standard", language="en")
        assert not (tmp_path / "b.wav").exists()
    finally:
        await narrator.close()
        await narrator.close()


def test_the_same_text_gives_the_same_bytes_whatever_came_before(tmp_path: Path) -> None:
    hashes = []
    for text in ("Hello there.", "Something else.", "Hello there."):
        speak(text, tmp_path / "a.wav")
        hashes.append(hashlib.sha256((tmp_path / "a.wav").read_bytes()).hexdigest())
    assert hashes[0] == hashes[2] != hashes[1]


def test_every_language_that_is_promised_is_spoken(tmp_path: Path) -> None:
    for language in espeak.INFO.languages:
        assert speak("Radio 2", tmp_path / "a.wav", language) > 0.2, language


def test_an_accent_is_heard(tmp_path: Path) -> None:
    speak("The bath was hot.", tmp_path / "us.wav")
    speak("The bath was hot.", tmp_path / "gb.wav", voice="british")
    assert (tmp_path / "us.wav").read_bytes() != (tmp_path / "gb.wav").read_bytes()


def test_fingerprints_tell_voices_apart(home: Path) -> None:
    narrator = EspeakNarrator(home, threads=1)
    assert narrator.fingerprint("standard") == EspeakNarrator(home, threads=2).fingerprint("standard")
    assert narrator.fingerprint("standard") != narrator.fingerprint("british")
    with pytest.raises(RequestError):
        narrator.fingerprint("nobody")


def test_phonemes_keep_punctuation_and_stress() -> None:
    assert espeak_library.phonemize("Hello, world! Yes?", "en-us") == "həlˈoʊ, wˈɜːld! jˈɛs?"
    assert espeak_library.phonemize("  two\n lines ", "en-us") == "tˈuː lˈaɪnz"
    assert espeak_library.phonemize("", "en-us") == ""
    assert espeak_library.phonemize("Hola, ¿qué tal?", "es") == "ˈola, ¿kˈe tˈal?"
    assert espeak_library.phonemize_words(["ice", "cream"], "en-us") == ["ˈaɪs", "kɹˈiːm"]
    with pytest.raises(RequestError):
        espeak_library.phonemize("hello", "not a language")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two three", 3),
        ("internationalisation", 4),
        ("don't", 1),
        ("1984", 4),
        ("今日は良い天気", 3.5),
        ("— …", 0),
    ],
)
def test_words_are_counted_as_a_speaker_counts(text: str, words: float) -> None:
    assert speech.count_words(text) == words


def test_a_sound_of_impossible_length_is_refused() -> None:
    speech.check_length("one two three four", 1.5)
    speech.check_length("Hm.", 0.3)
    for duration_s in (0.3, 8.0):
        with pytest.raises(MediaError, match="cannot be right"):
            speech.check_length("one two three four", duration_s)
