"""The test servers of OpenAI, Anthropic and Gemini are true: the vendors' own clients work against them unchanged."""

from __future__ import annotations

import base64
import io
import json
import urllib.request
import wave
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

import pytest
from PIL import Image

from automagic.gate.prices import load_prices
from tests.support.processes.late_import import import_late
from tests.support.servers.anthropic import AnthropicServer
from tests.support.servers.base import Fault
from tests.support.servers.gemini import GeminiServer
from tests.support.servers.openai import OpenAIServer
from tests.support.servers.scripted import Cut, Refusal

if TYPE_CHECKING:
    import anthropic
    import openai
    from google import genai
else:
    anthropic, openai = import_late("anthropic"), import_late("openai")
    genai = import_late("google.genai")

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "year": {"type": "integer"}},
    "required": ["title", "year"],
    "additionalProperties": False,
}


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def anthropic_server() -> Iterator[AnthropicServer]:
    with AnthropicServer() as server:
        yield server


@pytest.fixture
def gemini_server() -> Iterator[GeminiServer]:
    with GeminiServer() as server:
        yield server


@pytest.fixture
def openai_client(openai_server: OpenAIServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        api_key=openai_server.key, base_url=openai_server.url + "/v1", max_retries=0, timeout=5
    ) as client:
        yield client


@pytest.fixture
def anthropic_client(anthropic_server: AnthropicServer) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(
        api_key=anthropic_server.key, base_url=anthropic_server.url, max_retries=0, timeout=5
    ) as client:
        yield client


def gemini_client(server: GeminiServer, key: str = "") -> genai.Client:
    return genai.Client(
        api_key=key or server.key, http_options=genai.types.HttpOptions(base_url=server.url, timeout=5000)
    )


# ------------------------------------------------------------------------------------------------------- OpenAI


def test_openai_chat_structured_output_and_usage(openai_server, openai_client):
    openai_server.say('{"title": "Tides", "year": 1687}')
    answer = openai_client.chat.completions.create(
        model="gpt-5.4-mini",
        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Tides?"}],
        response_format={"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}},
    )
    assert json.loads(answer.choices[0].message.content or "") == {"title": "Tides", "year": 1687}
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0
    assert openai_server.billed("chat") == 1


def test_openai_unscripted_answers_are_an_instance_of_the_schema_and_repeat(openai_client):
    def ask() -> str | None:
        return (
            openai_client.chat.completions.create(
                model="gpt-5.4-mini",
                messages=[{"role": "user", "content": "Tides?"}],
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
                },
            )
            .choices[0]
            .message.content
        )

    first = ask()
    assert first == ask()
    value = json.loads(first or "")
    assert isinstance(value["title"], str)
    assert isinstance(value["year"], int)


def test_openai_refusal_and_cut(openai_server, openai_client):
    openai_server.say(Refusal("I can't help with that."), Cut("half of"))
    ask: dict[str, Any] = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "?"}]}
    refused = openai_client.chat.completions.create(**ask).choices[0]
    assert (refused.message.refusal, refused.message.content) == ("I can't help with that.", None)
    assert openai_client.chat.completions.create(**ask).choices[0].finish_reason == "length"


def test_openai_strict_schema_is_checked(openai_client):
    loose = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    with pytest.raises(openai.BadRequestError, match="additionalProperties"):
        openai_client.chat.completions.create(
            model="gpt-5.4-mini",
            messages=[{"role": "user", "content": "?"}],
            response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": loose, "strict": True}},
        )


def test_openai_pictures_as_base64_and_by_url(openai_server, openai_client):
    answer = openai_client.images.generate(model="gpt-image-2", prompt="a fox", size="864x1536")
    assert answer.data is not None
    picture = Image.open(io.BytesIO(base64.b64decode(answer.data[0].b64_json or "")))
    assert picture.size == (864, 1536)
    assert answer.usage is not None
    assert answer.usage.output_tokens == 1056
    by_url = openai_client.images.generate(model="flux-local", prompt="a fox", size="1024x1536", response_format="url")
    assert by_url.data is not None
    with urllib.request.urlopen(by_url.data[0].url or "") as reply:  # noqa: S310 - the server above
        assert Image.open(io.BytesIO(reply.read())).size == (1024, 1536)
    with pytest.raises(openai.BadRequestError, match="Invalid value"):
        openai_client.images.generate(model="gpt-image-1.5", prompt="a fox", size="864x1536")
    openai_server.say(Refusal("Your request was rejected by the safety system."))
    with pytest.raises(openai.BadRequestError) as refused:
        openai_client.images.generate(model="gpt-image-2", prompt="?", size="1024x1024")
    assert refused.value.code == "moderation_blocked"
    assert openai_server.billed("image") == 2


def test_openai_speech_is_real_sound_and_is_heard_again(openai_client):
    sound = openai_client.audio.speech.create(
        model="gpt-4o-mini-tts", voice="marin", input="Three little words.", response_format="wav"
    ).read()
    samples = sound[44:]
    assert len(samples) / 48_000 == pytest.approx(1.2, abs=0.01)
    heard = openai_client.audio.transcriptions.create(
        model="whisper-1",
        file=("sound.wav", sound),
        response_format="verbose_json",
        timestamp_granularities=["word"],
    )
    assert heard.text == "Three little words."
    assert [word.word for word in heard.words or []] == ["Three", "little", "words"]
    assert all(word.start < word.end <= heard.duration for word in heard.words or [])
    assert openai_client.audio.speech.create(model="gpt-4o-mini-tts", voice="marin", input="Hi.").read()[:1] in (
        b"\xff",
        b"I",
    )


def test_openai_plain_wav_can_be_transcribed(openai_server, openai_client):
    openai_server.hear("a word")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(24_000)
        sink.writeframes(bytes(48_000))
    assert (
        openai_client.audio.transcriptions.create(model="whisper-1", file=("a.wav", buffer.getvalue())).text == "a word"
    )


def test_openai_models_and_errors(openai_server, openai_client):
    assert [model.id for model in openai_client.models.list()] == list(openai_server.models)
    assert openai_client.models.retrieve("whisper-1").id == "whisper-1"
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        openai_client.models.retrieve("gpt-nothing")
    with pytest.raises(openai.AuthenticationError) as refused:
        openai_client.with_options(api_key="wrong").models.list()
    assert refused.value.code == "invalid_api_key"
    openai_server.limit("20s")
    with pytest.raises(openai.RateLimitError) as limited:
        openai_client.models.list()
    assert limited.value.response.headers["x-ratelimit-reset-requests"] == "20s"
    openai_server.run_out_of_credit()
    with pytest.raises(openai.RateLimitError) as empty:
        openai_client.models.list()
    assert empty.value.code == "insufficient_quota"
    for status in (500, 503):
        openai_server.fail(Fault(status=status))
        with pytest.raises(openai.InternalServerError):
            openai_client.models.list()
    openai_server.fail(Fault(drop="after"))
    with pytest.raises(openai.APIConnectionError):
        openai_client.models.list()


def test_openai_client_retries_over_a_rate_limit(openai_server, openai_client):
    openai_server.limit(retry_after="0.01")
    assert openai_client.with_options(max_retries=1).models.list().data
    assert len(openai_server.calls) == 2


# ---------------------------------------------------------------------------------------------------- Anthropic


def test_anthropic_structured_output_tool_use_and_usage(anthropic_server, anthropic_client):
    anthropic_server.say({"title": "Tides", "year": 1687}, {"title": "Tides", "year": 1687})
    ask: dict[str, Any] = {
        "model": "claude-haiku-5-5",
        "max_tokens": 500,
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Tides?"}],
    }
    answer = anthropic_client.messages.create(
        **ask, output_config={"format": {"type": "json_schema", "schema": SCHEMA}}
    )
    assert answer.content[0].type == "text"
    assert json.loads(answer.content[0].text) == {"title": "Tides", "year": 1687}
    assert answer.stop_reason == "end_turn"
    assert answer.usage.input_tokens > 0 < answer.usage.output_tokens
    by_tool = anthropic_client.messages.create(
        **ask,
        tools=[{"name": "answer", "input_schema": SCHEMA}],
        tool_choice={"type": "tool", "name": "answer"},
    )
    assert by_tool.stop_reason == "tool_use"
    assert by_tool.content[0].type == "tool_use"
    assert by_tool.content[0].input == {"title": "Tides", "year": 1687}
    assert anthropic_server.billed("chat") == 2


def test_anthropic_refusal_and_cut(anthropic_server, anthropic_client):
    anthropic_server.say(Refusal("Not this."), Cut())
    ask: dict[str, Any] = {
        "model": "claude-haiku-5-5",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "?"}],
    }
    refused = anthropic_client.messages.create(**ask)
    assert refused.stop_reason == "refusal"
    assert refused.stop_details is not None
    assert refused.stop_details.explanation == "Not this."
    assert anthropic_client.messages.create(**ask).stop_reason == "max_tokens"


def test_anthropic_models_and_errors(anthropic_server, anthropic_client):
    assert [model.id for model in anthropic_client.models.list()] == list(anthropic_server.models)
    assert anthropic_client.models.retrieve("claude-haiku-5-5").display_name
    with pytest.raises(anthropic.NotFoundError, match="claude-nothing"):
        anthropic_client.models.retrieve("claude-nothing")
    with pytest.raises(anthropic.AuthenticationError) as refused:
        anthropic_client.with_options(api_key="wrong").models.list()
    assert refused.value.type == "authentication_error"
    anthropic_server.limit(reset="2026-11-22T04:00:09Z", retry_after="9")
    with pytest.raises(anthropic.RateLimitError) as limited:
        anthropic_client.models.list()
    assert limited.value.type == "rate_limit_error"
    assert limited.value.response.headers["retry-after"] == "9"
    anthropic_server.fail(Fault(status=529))
    with pytest.raises(anthropic.APIStatusError) as overloaded:
        anthropic_client.models.list()
    assert overloaded.value.type == "overloaded_error"
    with pytest.raises(anthropic.BadRequestError, match="first message"):
        anthropic_client.messages.create(
            model="claude-haiku-5-5", max_tokens=5, messages=[{"role": "assistant", "content": "x"}]
        )


# ------------------------------------------------------------------------------------------------------- Gemini


def test_gemini_structured_output_and_usage(gemini_server):
    gemini_server.say({"title": "Tides", "year": 1687})
    with gemini_client(gemini_server) as client:
        answer = client.models.generate_content(
            model="gemini-3.5-flash",
            contents="Tides?",
            config=genai.types.GenerateContentConfig(
                system_instruction="Be brief.", response_mime_type="application/json", response_json_schema=SCHEMA
            ),
        )
        assert json.loads(answer.text or "") == {"title": "Tides", "year": 1687}
        assert answer.usage_metadata is not None
        assert (answer.usage_metadata.prompt_token_count or 0) > 0
        by_schema = client.models.generate_content(
            model="gemini-3.5-flash",
            contents="Tides?",
            config=genai.types.GenerateContentConfig(
                response_mime_type="application/json",
                response_schema=genai.types.Schema(
                    type=genai.types.Type.OBJECT, properties={"title": genai.types.Schema(type=genai.types.Type.STRING)}
                ),
            ),
        )
    assert isinstance(json.loads(by_schema.text or "")["title"], str)
    assert gemini_server.billed("chat") == 2


def test_gemini_pictures_and_refusals(gemini_server):
    config = genai.types.GenerateContentConfig(
        response_modalities=["IMAGE"], image_config=genai.types.ImageConfig(aspect_ratio="9:16")
    )
    with gemini_client(gemini_server) as client:
        answer = client.models.generate_content(model="gemini-nano-banana-2.1", contents="a fox", config=config)
        data = answer.parts[0].inline_data if answer.parts else None
        assert data is not None
        assert Image.open(io.BytesIO(data.data or b"")).size == (768, 1344)
        gemini_server.say(Refusal(), Refusal(), Cut())
        refused = client.models.generate_content(model="gemini-nano-banana-2.1", contents="?", config=config)
        assert refused.candidates
        assert refused.candidates[0].finish_reason == genai.types.FinishReason.IMAGE_SAFETY
        blocked = client.models.generate_content(model="gemini-3.5-flash", contents="?")
        assert blocked.prompt_feedback is not None
        assert blocked.prompt_feedback.block_reason == genai.types.BlockedReason.PROHIBITED_CONTENT
        cut = client.models.generate_content(model="gemini-3.5-flash", contents="?")
        assert cut.candidates
        assert cut.candidates[0].finish_reason == genai.types.FinishReason.MAX_TOKENS
    assert gemini_server.billed("image") == 1


def test_gemini_models_and_errors(gemini_server):
    with gemini_client(gemini_server) as client:
        assert [model.name for model in client.models.list()] == [f"models/{name}" for name in gemini_server.models]
        assert client.models.get(model="gemini-3.5-flash").input_token_limit == 1_048_576
        with pytest.raises(genai.errors.ClientError) as missing:
            client.models.generate_content(model="gemini-nothing", contents="?")
        assert (missing.value.code, missing.value.status) == (404, "NOT_FOUND")
        gemini_server.limit("17s")
        with pytest.raises(genai.errors.ClientError) as limited:
            client.models.generate_content(model="gemini-3.5-flash", contents="?")
        assert limited.value.status == "RESOURCE_EXHAUSTED"
        assert limited.value.details["error"]["details"][1]["retryDelay"] == "17s"
        gemini_server.fail(Fault(status=503))
        with pytest.raises(genai.errors.ServerError) as away:
            client.models.generate_content(model="gemini-3.5-flash", contents="?")
        assert away.value.status == "UNAVAILABLE"
    with gemini_client(gemini_server, key="wrong") as client, pytest.raises(genai.errors.ClientError) as refused:
        client.models.generate_content(model="gemini-3.5-flash", contents="?")
    assert refused.value.code == 400
    assert refused.value.details["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_the_models_that_are_asked_by_default_have_a_price_and_are_known_to_their_vendors_clients():
    """Names of models come and go: the installed clients list those that their vendor offers."""
    from anthropic.types import model as anthropic_models
    from google.genai._gaos.types.interactions import model as gemini_models
    from openai.types import audio, image_model
    from openai.types.shared import chat_model

    from automagic.providers import anthropic, elevenlabs, gemini, openai

    known = {
        openai.TEXT_MODEL.default: get_args(chat_model.ChatModel),
        openai.IMAGE_MODEL.default: get_args(image_model.ImageModel),
        openai.SPEECH_MODEL.default: get_args(audio.SpeechModel),
        anthropic.TEXT_MODEL.default: get_args(get_args(anthropic_models.Model)[0]),
        gemini.TEXT_MODEL.default: get_args(get_args(gemini_models.Model)[0]),
        gemini.IMAGE_MODEL.default: get_args(get_args(gemini_models.Model)[0]),
    }
    assert all(model in names for model, names in known.items()), known
    priced = {model for _, _, model in load_prices().list()}
    assert {*known, elevenlabs.MODEL.default} <= priced
