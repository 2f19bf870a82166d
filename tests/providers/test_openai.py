"""OpenAI through the whole gate, against the test server that OpenAI's own client accepts."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Iterator
from decimal import Decimal

import pytest
from PIL import Image

from automagic.errors import ConfigurationError, MediaError, Permanent, RequestError
from automagic.providers.openai.api import (
    API,
    OpenAIIllustrator,
    OpenAIWriter,
    image_body,
)
from automagic.providers.openai.sound import OpenAINarrator, OpenAITranscriber
from automagic.providers.shared.account import Account
from automagic.providers.shared.sound_bodies import find_pcm, read_sound
from automagic.values.secret import Secret
from tests.support.servers import scripted
from tests.support.servers.base import Fault
from tests.support.servers.openai import OpenAIServer
from tests.support.servers.scripted import Refusal
from tests.support.texts.written_scripts import BRIEF, GOOD
from tests.support.vendors.open_gate import Line
from tests.support.vendors.openai_account import CHAT, HEARING, IMAGE, SPEECH, connect


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def account(line: Line, server: OpenAIServer) -> Account:
    return connect(line, server)


# ------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "0.02"},
        {"retry-after-ms": "20"},
        {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms"},
        {},
    ],
)
async def test_a_rate_limit_is_waited_for(server, account, headers):
    server.fail(Fault(status=429, headers=headers))
    server.say(GOOD)
    assert (await OpenAIWriter(account, model=CHAT).write(BRIEF)).script.scenes
    assert server.billed("chat") == 1
    first, second = server.calls
    assert first.idempotency_key == second.idempotency_key


async def test_a_page_with_status_200_is_refused(server, account):
    server.fail(Fault(status=200, body="<html>Welcome</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Permanent, match="not JSON"):
        await OpenAIIllustrator(account, model=IMAGE).draw("a fox", width=1024, height=1024)


async def test_an_empty_account_is_not_waited_for(server, account):
    server.run_out_of_credit()
    with pytest.raises(Permanent, match="quota"):
        await OpenAIWriter(account, model=CHAT).write(BRIEF)


def test_openai_itself_needs_a_key_and_a_local_server_does_not(line):
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY is not set"):
        API.open(line.http, line.gate, key=None, prices=None)
    account = API.open(line.http, line.gate, key=None, base_url="http://127.0.0.1:11434/v1", prices=None)
    assert not account.secret_headers
    assert OpenAIWriter(account, model="llama").first_call(BRIEF).estimate_usd == 0


async def test_the_check_costs_nothing_and_says_what_is_left(server, account, line):
    checked = await OpenAIWriter(account, model="gpt-5.4-mini").check()
    assert checked.latency_s > 0
    assert checked.left["x-ratelimit-remaining-requests"] == "499"
    assert server.billed() == 0
    with pytest.raises(Permanent):
        await OpenAIWriter(connect(line, server, "wrong-key-123"), model="gpt-5.4-mini").check()


# -------------------------------------------------------------------------------------------------- illustrator


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(1080, 1920, "1024x1536"), (1920, 1080, "1536x1024"), (1080, 1080, "1024x1024"), (1080, 1350, "1024x1536")],
)
def test_the_nearest_offered_size_is_asked_for(width, height, size):
    assert image_body(IMAGE, "x", width, height, "low")["size"] == size


@pytest.mark.parametrize("model", [IMAGE, "gpt-image-1-mini", "flux-local"])
async def test_a_picture_of_any_model_arrives_whole(server, line, model):
    account = API.open(line.http, line.gate, key=Secret(server.key), base_url=server.url + "/v1", prices=None)
    drawn = await OpenAIIllustrator(account, model=model).draw("a fox", width=1080, height=1920)
    assert drawn.media_type == "image/png"
    picture = Image.open(io.BytesIO(drawn.data))
    assert picture.size == (1024, 1536)
    assert drawn.artifact is not None
    assert server.billed("image") == 1


async def test_a_picture_is_bought_once_for_its_price(server, account, line):
    illustrator = OpenAIIllustrator(account, model=IMAGE)
    first = await illustrator.draw("a fox", width=1080, height=1920)
    again = await illustrator.draw("a fox", width=1080, height=1920)
    assert (first.data, again.cost_usd) == (again.data, 0)
    assert first.cost_usd == illustrator.call("", width=1080, height=1920).estimate_usd == Decimal("0.041")
    assert server.billed("image") == 1


async def test_a_picture_behind_an_address_is_fetched_again_and_not_bought_again(server, line):
    account = API.open(line.http, line.gate, key=Secret(server.key), base_url=server.url + "/v1", prices=None)
    server.fail(Fault(truncate=True), path="/files/")
    drawn = await OpenAIIllustrator(account, model="flux-local").draw("a fox", width=1024, height=1024)
    assert Image.open(io.BytesIO(drawn.data)).size == (1024, 1024)
    assert server.billed("image") == 1
    assert sum(call.path.startswith("/files/") for call in server.calls) == 2


async def test_a_picture_that_policy_refuses_says_so_in_the_vendors_words(server, account):
    server.say(Refusal("Your request was rejected by the safety system."))
    with pytest.raises(Permanent, match="rejected by the safety system") as error:
        await OpenAIIllustrator(account, model=IMAGE).draw("?", width=1080, height=1920)
    assert "content policy" in error.value.hint


@pytest.mark.parametrize("picture", ["this is no picture", ""])
async def test_a_picture_that_is_none_is_refused(server, account, picture):
    server.say(picture)
    with pytest.raises(Permanent, match="not a picture"):
        await OpenAIIllustrator(account, model=IMAGE).draw("a fox", width=1080, height=1920)


def test_only_the_vendors_own_models_are_told_of_quality():
    assert image_body("gpt-image-2", "x" * 90_000, 100, 100, "low")["quality"] == "low"
    assert len(image_body("gpt-image-2", "x" * 90_000, 100, 100, "low")["prompt"]) == 32_000
    assert "quality" not in image_body("some-local-model", "x", 100, 100, "low")


# ----------------------------------------------------------------------------------------- narrator, transcriber


async def test_a_sentence_is_spoken_into_a_trimmed_wav_and_bought_once(server, account, tmp_path):
    narrator = OpenAINarrator(account, model=SPEECH)
    for name in ("one.wav", "two.wav"):
        speech = await narrator.speak("Three little words.", tmp_path / name, voice="marin", language="en-US")
    assert speech.sample_rate == narrator.info.sample_rate == 24_000
    assert speech.duration_s == pytest.approx(1.05, abs=0.1)
    with wave.open(str(tmp_path / "one.wav")) as sound:
        assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
        assert sound.getnframes() / 24_000 == pytest.approx(speech.duration_s)
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "two.wav").read_bytes()
    assert server.billed("speech") == 1
    await narrator.close()


async def test_a_narrator_refuses_what_it_cannot_say(account, tmp_path):
    narrator = OpenAINarrator(account, model=SPEECH)
    for text, language in (("…", "en"), ("word " * 900, "en"), ("Hello.", "xx")):
        with pytest.raises(RequestError):
            await narrator.speak(text, tmp_path / "x.wav", voice="marin", language=language)
    assert not (tmp_path / "x.wav").exists()


async def test_a_voice_that_the_server_does_not_have_is_named(account, tmp_path):
    with pytest.raises(Permanent, match="nobody"):
        await OpenAINarrator(account, model=SPEECH).speak("Hi.", tmp_path / "x.wav", voice="nobody", language="en")


def test_fingerprints_tell_server_model_and_voice_apart(account, line):
    narrator = OpenAINarrator(account, model=SPEECH)
    other = API.open(line.http, line.gate, key=Secret("key"), prices=None)
    seen = {
        narrator.fingerprint("marin"),
        narrator.fingerprint("cedar"),
        OpenAINarrator(account, model="tts-1").fingerprint("marin"),
        OpenAINarrator(other, model=SPEECH).fingerprint("marin"),
    }
    assert len(seen) == 4
    assert narrator.fingerprint("marin") == OpenAINarrator(account, model=SPEECH).fingerprint("marin")
    with pytest.raises(RequestError, match="no voice"):
        OpenAINarrator(other, model=SPEECH).fingerprint("nobody")


@pytest.mark.parametrize("body", ['{"error": "no voice today"}', "<html>no</html>", "RIFF"])
async def test_a_sound_that_is_none_is_refused(server, account, tmp_path, body):
    server.fail(Fault(malformed=body))
    with pytest.raises(Permanent, match="not a sound"):
        await OpenAINarrator(account, model=SPEECH).speak("Hi.", tmp_path / "x.wav", voice="marin", language="en")


def test_every_kind_of_sound_is_read():
    samples = scripted.speak("two words")
    streamed, rate = read_sound(scripted.wav(samples))
    stated, _ = read_sound(scripted.wav(samples, streamed=False))
    assert rate == 24_000
    assert (streamed == stated).all()
    packed, rate = read_sound(scripted.mp3(samples))
    assert rate == 24_000
    assert len(packed) == pytest.approx(len(stated), abs=3000)
    with pytest.raises(MediaError, match="not a sound"):
        read_sound(b"<html>" + bytes(500))
    assert find_pcm(b"RIFF\0\0\0\0WAVE") is None


async def test_words_are_heard_with_their_times_and_punctuation(server, account, tmp_path):
    narrator = OpenAINarrator(account, model=SPEECH)
    sound = tmp_path / "sound.wav"
    await narrator.speak("Why, three little words?", sound, voice="marin", language="en")
    server.hear("Why, three little words?")
    transcriber = OpenAITranscriber(account, model=HEARING)
    for _ in range(2):
        heard = await transcriber.transcribe(sound, duration_s=1.4, language="en-GB")
    assert [word.text for word in heard.words] == ["Why,", "three", "little", "words?"]
    times = [(word.start_s, word.end_s) for word in heard.words]
    assert times == sorted(times)
    assert all(start < end <= heard.duration_s for start, end in times)
    assert server.billed("transcription") == 1
    assert b"whisper-1" in server.calls[-1].body


async def test_hearing_fails_in_clear_words(server, account, tmp_path):
    transcriber = OpenAITranscriber(account, model=HEARING)
    with pytest.raises(MediaError, match="cannot be read"):
        await transcriber.transcribe(tmp_path / "none.wav", duration_s=1)
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(Permanent, match="corrupted"):
        await transcriber.transcribe(tmp_path / "text.wav", duration_s=1)
    (tmp_path / "ok.wav").write_bytes(scripted.wav(scripted.speak("a"), streamed=False))
    server.fail(Fault(malformed=json.dumps({"text": "a word"})))
    with pytest.raises(Permanent, match="no times"):
        await transcriber.transcribe(tmp_path / "ok.wav", duration_s=1)
