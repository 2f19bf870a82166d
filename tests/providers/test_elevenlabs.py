"""A narrator by key, against a server that answers as ElevenLabs does."""

from __future__ import annotations

import base64
import json
import wave
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import BudgetError, ConfigurationError, MediaError, Permanent, RequestError, Retryable, Unknown
from automagic.gate.prices import load_prices
from automagic.gate.replies import Unusable
from automagic.language.speech.spoken import spoken_sentences, words_in
from automagic.providers.elevenlabs.api import MODEL, CharacterQuota, ElevenLabsNarrator
from automagic.providers.elevenlabs.sound import read_answer, time_words
from automagic.providers.shared.timed_speech import TimedSpeech
from automagic.services import Narrator
from automagic.values.secret import Secret
from tests.support.servers.base import Fault
from tests.support.servers.elevenlabs import CHARACTER_S, ElevenLabsServer
from tests.support.vendors.open_gate import Line, open_line

TEXT = "The sea rises twice a day, and nobody asks why."


@pytest.fixture
def server() -> Iterator[ElevenLabsServer]:
    with ElevenLabsServer() as server:
        yield server


def narrator_of(line: Line, server: ElevenLabsServer, *, key: str = "", model: str = MODEL) -> ElevenLabsNarrator:
    return ElevenLabsNarrator(
        line.gate, line.http, key=Secret(key or server.key), prices=load_prices(), model=model, base_url=server.url
    )


async def speak(narrator: ElevenLabsNarrator, folder: Path, text: str = TEXT, **more) -> TimedSpeech:
    return await narrator.speak(text, folder / "a.wav", voice=more.pop("voice", "George"), language="en", **more)


# ------------------------------------------------------------------------------------------------------- sound


async def test_speech_is_a_mono_16_bit_wav_without_the_silence_around_it(line, server, tmp_path):
    narrator: Narrator = narrator_of(line, server)
    speech = await narrator.speak(TEXT, tmp_path / "a.wav", voice="George", language="en-GB")
    with wave.open(str(tmp_path / "a.wav"), "rb") as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 24000)
        assert sound.getnframes() / 24000 == pytest.approx(speech.duration_s)
    spoken_s = (len(TEXT) - 1) * CHARACTER_S  # all but the full stop makes a sound
    assert speech.duration_s == pytest.approx(spoken_s + 0.1, abs=0.03)
    assert [file.name for file in tmp_path.glob("*.*")] == ["a.wav"]


async def test_every_word_is_heard_when_the_times_say_so(line, server, tmp_path):
    speech = await speak(narrator_of(line, server), tmp_path)
    assert [word.text for word in speech.words] == list(words_in(TEXT))
    with wave.open(str(tmp_path / "a.wav"), "rb") as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
    for word in speech.words:
        inside = samples[round((word.start_s + 0.02) * 24000) : round((word.end_s - 0.02) * 24000)]
        assert np.sqrt((inside**2).mean()) > 3000, word
    for word, following in zip(speech.words, speech.words[1:], strict=False):
        between = samples[round((word.end_s + 0.02) * 24000) : round((following.start_s - 0.02) * 24000)]
        assert np.abs(between).max() < 300, word


async def test_times_of_spoken_words_become_times_of_display_words(line, server, tmp_path):
    (sentence,) = spoken_sentences("NASA paid $24.9B – really!")
    speech = await speak(narrator_of(line, server), tmp_path, sentence.text)
    alignment = speech.align(sentence)
    assert alignment is not None
    assert alignment.method == "narrator"
    assert [word.text for word in alignment.words] == ["NASA", "paid", "$24.9B –", "really!"]
    amount = alignment.words[2]
    spoken = speech.words[2:-1]
    assert (amount.start_s, amount.end_s) == pytest.approx((spoken[0].start_s, spoken[-1].end_s), abs=0.01)
    (other,) = spoken_sentences("Something else.")
    assert speech.align(other) is None


async def test_without_times_the_sound_is_kept_and_the_words_are_left_to_an_aligner(line, server, tmp_path):
    server.without_alignment = True
    speech = await speak(narrator_of(line, server), tmp_path)
    assert speech.words == ()
    assert speech.duration_s > 1
    assert speech.align(spoken_sentences(TEXT)[0]) is None


async def test_the_request_holds_what_the_vendor_wants(line, server, tmp_path):
    await speak(narrator_of(line, server, model="eleven_flash_v2_5"), tmp_path, take=3)
    call = server.calls[-1]
    assert call.query == {"output_format": "pcm_24000"}
    assert call.json == {
        "text": TEXT,
        "model_id": "eleven_flash_v2_5",
        "language_code": "en",
        "seed": 3,
        "apply_text_normalization": "off",
    }
    await speak(narrator_of(line, server), tmp_path)
    assert "language_code" not in server.calls[-1].json  # the older model refuses it


# ------------------------------------------------------------------------------------------- money and identity


async def test_a_sentence_is_bought_once_and_another_take_anew(line, server, tmp_path):
    narrator = narrator_of(line, server)
    first = await speak(narrator, tmp_path)
    sound = (tmp_path / "a.wav").read_bytes()
    assert await speak(narrator, tmp_path) == first
    assert (tmp_path / "a.wav").read_bytes() == sound
    assert server.billed("speech") == 1
    await speak(narrator, tmp_path, take=2)
    assert server.billed("speech") == 2


async def test_what_is_bought_stays_bought_in_the_next_run(store, server, tmp_path):
    for _ in range(2):
        async with open_line(store) as line:
            await speak(narrator_of(line, server), tmp_path)
    assert server.billed("speech") == 1


async def test_the_price_goes_by_the_character(line, server, tmp_path, store):
    narrator = narrator_of(line, server)
    asked = {"voice": "George", "language": "en"}
    assert narrator.call("x" * 1000, **asked).estimate_usd == Decimal("0.1")
    assert narrator_of(line, server, model="eleven_flash_v2_5").call("x" * 1000, **asked).estimate_usd == Decimal(
        "0.05"
    )
    with pytest.raises(ConfigurationError, match="no price"):
        narrator_of(line, server, model="eleven_v99").call("x", **asked)
    async with open_line(store, max_cost_usd=Decimal("0.001")) as poor:
        with pytest.raises(BudgetError):
            await speak(narrator_of(poor, server), tmp_path)
    assert server.calls == []


def test_the_fingerprint_asks_nobody_and_tells_voices_and_models_apart(store, server):
    def fingerprint(voice: str, model: str = MODEL) -> str:
        return ElevenLabsNarrator(
            None,  # type: ignore[arg-type]  # it must not be used
            None,  # type: ignore[arg-type]
            key=Secret("k"),
            prices=load_prices(),
            model=model,
        ).fingerprint(voice)

    assert fingerprint("George") == fingerprint("George")
    assert len({fingerprint("George"), fingerprint("Sarah"), fingerprint("George", "eleven_v3")}) == 3


# ------------------------------------------------------------------------------------------------------ voices


async def test_voices_are_found_by_name_and_by_id(line, server, tmp_path):
    narrator = narrator_of(line, server)
    assert await narrator.find_voice_id("George") == "JBFqnCBsd6RMkjVBRZzb"
    assert server.calls == []
    assert await narrator.find_voice_id("own voice") == "Zq8sT1v9XwQeR7yLmN2b"
    assert await narrator.find_voice_id("Zq8sT1v9XwQeR7yLmN2b") == "Zq8sT1v9XwQeR7yLmN2b"
    assert len(server.calls) == 1
    with pytest.raises(RequestError, match="no voice 'Own Voise'") as failed:
        await narrator.find_voice_id("Own Voise")
    assert "Did you mean Own Voice?" in failed.value.hint
    assert {voice.name for voice in (await narrator.list_voices()).values()} == {"George", "Sarah", "Own Voice"}


async def test_the_check_tells_what_is_left(line, server):
    narrator = narrator_of(line, server)
    assert await narrator.check() == CharacterQuota("starter", 0, 10_000, 1893456000)
    server.characters_left = 7
    assert (await narrator.check()).limit == 7  # past the cache
    assert server.billed() == 0


@pytest.mark.parametrize(("text", "language"), [("...", "en"), ("Hello.", "xx"), ("", "en")])
async def test_what_cannot_be_spoken_is_refused_before_anything_is_sent(line, server, tmp_path, text, language):
    with pytest.raises(RequestError):
        await narrator_of(line, server).speak(text, tmp_path / "a.wav", voice="George", language=language)
    assert server.calls == []


# ------------------------------------------------------------------------------------------------ what goes wrong


async def test_a_wrong_key_is_named_and_never_shown(line, server, tmp_path):
    with pytest.raises(Permanent) as failed:
        await speak(narrator_of(line, server, key="expired-key-98765"), tmp_path)
    assert "ELEVENLABS_API_KEY" in failed.value.hint
    assert "expired-key" not in failed.value.message + failed.value.hint
    assert len(server.calls) == 1
    assert list(tmp_path.glob("*.*")) == []


async def test_an_empty_account_is_told_from_a_wrong_key(line, server, tmp_path):
    server.characters_left = 5
    with pytest.raises(Permanent, match="no characters left") as failed:
        await speak(narrator_of(line, server), tmp_path)
    assert "API_KEY" not in failed.value.hint


async def test_a_voice_that_the_account_lacks_is_said(line, server, tmp_path):
    with pytest.raises(Permanent, match="was not found") as failed:
        await speak(narrator_of(line, server), tmp_path, voice="Brian")  # known, but not on this server
    assert "voice" in failed.value.hint


async def test_a_busy_vendor_is_asked_again(line, server, tmp_path):
    server.fail(Fault(status=429, headers={"Retry-After": "0"}))
    server.fail(Fault(status=503, headers={"Retry-After": "0"}))
    assert (await speak(narrator_of(line, server), tmp_path)).words
    assert server.billed("speech") == 1


@pytest.mark.parametrize(
    "fault", [Fault(drop="after"), Fault(truncate=True)], ids=["connection lost", "body cut short"]
)
async def test_a_lost_answer_is_fetched_from_the_history_and_not_bought_again(line, server, tmp_path, fault):
    server.fail(fault, path="/v1/text-to-speech")
    speech = await speak(narrator_of(line, server), tmp_path)
    assert server.billed("speech") == 1
    assert [word.text for word in speech.words] == list(words_in(TEXT))
    again = await speak(narrator_of(line, server), tmp_path)
    assert again == speech
    assert server.billed("speech") == 1


async def test_without_a_history_a_lost_answer_is_bought_once_more(line, server, tmp_path):
    server.keeps_history = False
    server.fail(Fault(drop="after"), path="/v1/text-to-speech")
    assert (await speak(narrator_of(line, server), tmp_path)).words
    assert server.billed("speech") == 2


async def test_the_second_lost_answer_is_the_last(line, server, tmp_path):
    server.keeps_history = False
    server.fail(Fault(drop="after"), path="/v1/text-to-speech", times=9)
    with pytest.raises(Unknown):
        await speak(narrator_of(line, server), tmp_path)
    assert server.billed("speech") == 2
    assert list(tmp_path.glob("*.*")) == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=500), Retryable),
        (Fault(malformed='{"audio_base64": "AAAA'), Permanent),
        (Fault(malformed="<html>Sign in to the hotel</html>"), Permanent),
        (Fault(malformed='{"audio_base64": "not base64!"}'), Permanent),
        (Fault(malformed='{"audio_base64": ""}'), Permanent),
        (Fault(malformed='{"sound": 1}'), Permanent),
        (Fault(malformed="[]"), Permanent),
    ],
)
async def test_a_vendor_that_fails_is_a_clear_error(store, server, tmp_path, fault, kind):
    server.fail(fault, times=9)
    async with open_line(store, retry_attempts=1) as line:
        with pytest.raises(kind) as failed:
            await speak(narrator_of(line, server), tmp_path)
    assert server.key not in failed.value.message
    assert list(tmp_path.glob("*.*")) == []


async def test_a_vendor_that_hangs_is_given_up(store, server, tmp_path):
    server.fail(Fault(hang=True), times=9)
    async with open_line(store, read_s=0.3, retry_attempts=1) as line:
        with pytest.raises(Unknown):
            await speak(narrator_of(line, server), tmp_path)


async def test_silence_is_refused(line, server, tmp_path):
    server.silent = True
    with pytest.raises(MediaError, match="silence"):
        await speak(narrator_of(line, server), tmp_path)
    assert list(tmp_path.glob("*.*")) == []


async def test_the_key_is_not_sent_on_by_a_redirect(line, server):
    with ElevenLabsServer() as elsewhere:
        server.fail(Fault(status=302, body=" ", headers={"Location": f"{elsewhere.url}/v1/user/subscription"}))
        with pytest.raises(Permanent):
            await narrator_of(line, server).check()
        assert "xi-api-key" not in elsewhere.calls[0].headers


# ----------------------------------------------------------------------------------------- reading what was answered


def times_of(text: str) -> dict[str, object]:
    starts = [round(index * 0.1, 3) for index in range(len(text))]
    return {
        "characters": list(text),
        "character_start_times_seconds": starts,
        "character_end_times_seconds": [round(start + 0.1, 3) for start in starts],
    }


@given(st.text(alphabet="abc DÉß'’-.,!İ\u0301 1", max_size=60))
def test_words_get_the_times_of_their_first_and_last_characters(text):
    words = time_words(times_of(text), text)
    if words:
        assert [word.text for word in words] == list(words_in(text))
    for word in words:
        first = round(word.start_s / 0.1)
        assert text[first : round(word.end_s / 0.1)].lower().replace("’", "'") == word.text
    assert words or not words_in(text) or "İ" in text


@pytest.mark.parametrize(
    "times",
    [
        {},
        {**times_of("Hello there."), "character_start_times_seconds": [0.0]},
        {**times_of("Hello there."), "character_start_times_seconds": [1.0] * 11 + [0.5]},
        {**times_of("Hello there."), "character_start_times_seconds": [None] * 12},
        times_of("Something else."),
    ],
)
def test_times_that_do_not_fit_the_text_are_not_used(times):
    assert time_words(times, "Hello there.") == ()


def test_an_answer_is_a_sound_or_unusable():
    good = {"audio_base64": base64.b64encode(b"\1\0\2\0").decode(), "alignment": None}
    assert read_answer(json.dumps(good).encode()) == (b"\1\0\2\0", {})
    with pytest.raises(Unusable):
        read_answer(b'{"audio_base64": 7}')
