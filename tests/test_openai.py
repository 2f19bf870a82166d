"""OpenAI through the whole gate, against the test server that OpenAI's own client accepts."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image
from servers import scripted
from servers.base import Fault
from servers.openai import OpenAIServer
from servers.scripted import Cut, Refusal
from test_writing import BRIEF, GOOD
from vendor_gate import Line, open_line

from automagic.errors import ConfigurationError, MediaError, Permanent, RequestError, Retryable, Unknown
from automagic.orchestrator.events import MoneySpent
from automagic.orchestrator.prices import load_prices
from automagic.orchestrator.store import ArtifactStore
from automagic.providers.openai import (
    OpenAIIllustrator,
    OpenAIWriter,
    check_openai,
    choose_size,
    image_body,
    open_openai,
)
from automagic.providers.openai_sound import OpenAINarrator, OpenAITranscriber
from automagic.providers.script_draft import Brief
from automagic.providers.sound_bodies import find_pcm, read_sound
from automagic.providers.vendor import Account
from automagic.settings import Secret

# The base of the servers keeps its ledger entry in the request under a plain string.
CHAT, IMAGE, SPEECH, HEARING = "gpt-5-mini", "gpt-image-1-mini", "gpt-4o-mini-tts", "whisper-1"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
async def line(home: Path, store: ArtifactStore) -> AsyncIterator[Line]:
    async with open_line(home, store) as line:
        yield line


def connect(line: Line, server: OpenAIServer, key: str = "") -> Account:
    return open_openai(
        line.http, line.gate, key=Secret(key or server.key), base_url=server.url + "/v1/", prices=load_prices()
    )


@pytest.fixture
def account(line: Line, server: OpenAIServer) -> Account:
    return connect(line, server)


def spent(line: Line) -> Decimal:
    return sum((event.cost_usd for event in line.events if isinstance(event, MoneySpent)), Decimal(0))


# ------------------------------------------------------------------------------------------------------- writer


async def test_a_script_is_written_and_paid_for_once(server, account, line):
    server.say(GOOD)
    writer = OpenAIWriter(account, model=CHAT)
    first = await writer.write(BRIEF)
    again = await OpenAIWriter(account, model=CHAT).write(BRIEF)
    assert first == again
    assert first.script.writer == "openai"
    assert first.script.title == GOOD["title"]
    assert server.billed("chat") == 1
    asked = server.calls[0]
    assert asked.idempotency_key
    assert asked.json["response_format"]["json_schema"]["strict"] is True
    assert 0 < spent(line) <= writer.estimate(BRIEF)


async def test_an_unscripted_server_writes_a_script_that_follows_its_source(account):
    written = await OpenAIWriter(account, model=CHAT).write(BRIEF)
    assert [scene.origins[0].paragraph for scene in written.script.scenes] == [0, 1, 2]


async def test_another_take_is_another_purchase(server, account):
    server.say(GOOD, GOOD)
    writer = OpenAIWriter(account, model=CHAT)
    await writer.write(BRIEF)
    await writer.write(Brief(duration_s=15, document=BRIEF.document, take=2))
    assert server.billed("chat") == 2


async def test_a_bad_answer_and_its_repair_are_both_bought_once(server, account):
    server.say("not JSON at all", GOOD)
    writer = OpenAIWriter(account, model=CHAT)
    for _ in range(2):
        assert (await writer.write(BRIEF)).script.title == GOOD["title"]
    assert server.billed("chat") == 2


async def test_a_refusal_says_why_and_is_not_bought_again(server, account):
    server.say(Refusal("I can't write about that."))
    for _ in range(2):
        with pytest.raises(Permanent, match="I can't write about that"):
            await OpenAIWriter(account, model=CHAT).write(BRIEF)
    assert len(server.calls) == 1


async def test_an_answer_that_is_cut_off_twice_is_an_error(server, account):
    server.say(Cut(), Cut())
    with pytest.raises(Permanent, match="cut off"):
        await OpenAIWriter(account, model=CHAT).write(BRIEF)


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


@pytest.mark.parametrize("status", [500, 503])
async def test_a_vendor_that_stumbles_is_asked_again_and_then_given_up(server, account, status):
    server.fail(Fault(status=status))
    await OpenAIWriter(account, model=CHAT).write(BRIEF)
    server.fail(Fault(status=status), times=9)
    with pytest.raises(Retryable):
        await OpenAIWriter(account, model=CHAT).write(Brief(10, topic="tides"))


@pytest.mark.parametrize("fault", [Fault(truncate=True), Fault(drop="after"), Fault(status=502)])
async def test_an_unknown_outcome_is_resubmitted_once_under_the_same_key(server, account, fault):
    server.fail(fault)
    await OpenAIWriter(account, model=CHAT).write(BRIEF)
    assert server.billed("chat") == 1
    assert len({call.idempotency_key for call in server.calls}) == 1
    server.fail(fault, times=9)
    before = len(server.calls)
    with pytest.raises(Unknown):
        await OpenAIWriter(account, model=CHAT).write(Brief(10, topic="tides"))
    assert len(server.calls) == before + 2


async def test_a_hang_ends_in_time(home, store, server):
    server.fail(Fault(hang=True), times=2)
    async with open_line(home, store, read_s=0.2) as line:
        with pytest.raises(Unknown, match="in time"):
            await OpenAIWriter(connect(line, server), model=CHAT).write(BRIEF)


@pytest.mark.parametrize(
    "body", ["<html><body>Sign in</body></html>", '{"choices": ', '{"choices": 7}', '{"choices": []}']
)
async def test_a_body_that_is_no_answer_is_refused_in_clear_words(server, account, body):
    server.fail(Fault(malformed=body))
    with pytest.raises(Permanent, match=r"answered (something|a conversation)") as error:
        await OpenAIWriter(account, model=CHAT).write(BRIEF)
    assert error.value.hint
    assert len(server.calls) == 1


async def test_a_page_with_status_200_is_refused(server, account):
    server.fail(Fault(status=200, body="<html>Welcome</html>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Permanent, match="not JSON"):
        await OpenAIIllustrator(account, model=IMAGE).draw("a fox", width=1024, height=1024)


async def test_a_wrong_key_is_named_by_its_setting_and_never_shown(server, line):
    with pytest.raises(Permanent) as error:
        await OpenAIWriter(connect(line, server, "sk-wrong-1234567890"), model=CHAT).write(BRIEF)
    assert "OPENAI_API_KEY" in error.value.hint
    shown = f"{error.value} {error.value.hint} {error.value.__dict__} {line.events}"
    assert "wrong-1234567890" not in shown
    assert server.key not in shown


async def test_an_empty_account_is_not_waited_for(server, account):
    server.run_out_of_credit()
    with pytest.raises(Permanent, match="quota"):
        await OpenAIWriter(account, model=CHAT).write(BRIEF)


async def test_a_model_that_does_not_exist_is_named(server, line):
    prices = load_prices()
    prices.tables["openai"]["text"]["gpt-none"] = {"input": Decimal(1), "output": Decimal(1)}
    account = open_openai(line.http, line.gate, key=Secret(server.key), base_url=server.url + "/v1", prices=prices)
    with pytest.raises(Permanent, match="gpt-none") as error:
        await OpenAIWriter(account, model="gpt-none").write(BRIEF)
    assert "model" in error.value.hint


async def test_a_model_without_a_price_is_not_asked(server, account):
    with pytest.raises(ConfigurationError, match="no price"):
        await OpenAIWriter(account, model="gpt-none").write(BRIEF)
    assert not server.calls


def test_openai_itself_needs_a_key_and_a_local_server_does_not(line):
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY is not set"):
        open_openai(line.http, line.gate, key=None, prices=None)
    account = open_openai(line.http, line.gate, key=None, base_url="http://127.0.0.1:11434/v1", prices=None)
    assert not account.secret_headers
    assert OpenAIWriter(account, model="llama").estimate(BRIEF) == 0


async def test_the_check_costs_nothing_and_says_what_is_left(server, account, line):
    checked = await check_openai(account)
    assert checked.latency_s > 0
    assert checked.left["x-ratelimit-remaining-requests"] == "499"
    assert server.billed() == 0
    with pytest.raises(Permanent):
        await check_openai(connect(line, server, "wrong-key-123"))


# -------------------------------------------------------------------------------------------------- illustrator


@pytest.mark.parametrize(
    ("model", "width", "height", "size"),
    [
        ("gpt-image-1-mini", 1080, 1920, "1024x1536"),
        ("gpt-image-1-mini", 1920, 1080, "1536x1024"),
        ("gpt-image-1.5", 1080, 1080, "1024x1024"),
        ("gpt-image-1.5", 1080, 1350, "1024x1536"),
        ("dall-e-3", 1080, 1920, "1024x1792"),
        ("gpt-image-2", 1080, 1920, "1088x1936"),
        ("gpt-image-2", 4000, 100, "1440x480"),
        ("some-local-model", 1080, 1920, "1024x1536"),
    ],
)
def test_the_nearest_offered_size_is_asked_for(model, width, height, size):
    assert choose_size(model, width, height) == size


@pytest.mark.parametrize("model", [IMAGE, "gpt-image-2", "dall-e-3", "flux-local"])
async def test_a_picture_of_any_model_arrives_whole(server, line, model):
    account = open_openai(line.http, line.gate, key=Secret(server.key), base_url=server.url + "/v1", prices=None)
    drawn = await OpenAIIllustrator(account, model=model).draw("a fox", width=1080, height=1920)
    assert drawn.media_type == "image/png"
    picture = Image.open(io.BytesIO(drawn.data))
    assert f"{picture.width}x{picture.height}" == choose_size(model, 1080, 1920)
    assert drawn.artifact is not None
    assert server.billed("image") == 1


async def test_a_picture_is_bought_once_for_its_price(server, account, line):
    illustrator = OpenAIIllustrator(account, model=IMAGE)
    first = await illustrator.draw("a fox", width=1080, height=1920)
    again = await illustrator.draw("a fox", width=1080, height=1920)
    assert (first.data, again.cost_usd) == (again.data, 0)
    assert first.cost_usd == illustrator.estimate(1080, 1920) == Decimal("0.015")
    assert server.billed("image") == 1


async def test_a_picture_behind_an_address_is_fetched_again_and_not_bought_again(server, line):
    account = open_openai(line.http, line.gate, key=Secret(server.key), base_url=server.url + "/v1", prices=None)
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
    with pytest.raises(Permanent, match="no picture"):
        await OpenAIIllustrator(account, model=IMAGE).draw("a fox", width=1080, height=1920)


def test_old_models_are_asked_in_their_own_way():
    assert image_body("dall-e-3", "x" * 9000, 100, 100, "high")["quality"] == "hd"
    assert len(image_body("dall-e-3", "x" * 9000, 100, 100, "high")["prompt"]) == 4000
    assert "response_format" not in image_body("gpt-image-1", "x", 100, 100, "low")
    assert "response_format" not in image_body("some-local-model", "x", 100, 100, "low")


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
    other = open_openai(line.http, line.gate, key=Secret("key"), prices=None)
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
    with pytest.raises(Permanent, match="no sound"):
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
    with pytest.raises(MediaError, match="no sound"):
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
