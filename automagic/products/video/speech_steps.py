"""The steps that speak a line and find the times of its words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from automagic.language.speech.pace import WORDS_PER_S, estimate_s
from automagic.providers.shared.registry import asks_server, is_paid
from automagic.runs.steps import Quote, step
from automagic.services import Services
from automagic.stages.context import Context
from automagic.values.artifact import Artifact
from automagic.values.words import Alignment, SpokenSentence, Word


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: a provider, one of its voices, and the hash of everything that shapes the sound."""

    narrator: str
    voice: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A sentence as sound; `words` are empty where the narrator gives no times and an aligner must find them."""

    sound: Artifact
    duration_s: float
    words: tuple[Word, ...] = ()


def _forecast_speech(text: str, speed: float) -> SpokenLine:
    duration_s = estimate_s(len(text.split())) / speed
    return SpokenLine(Artifact.unknown("speech", "audio/wav"), round(duration_s, 2))


def _price_speech(services: Services, voice: Voice, text: str, language: str) -> Quote | None:
    if not is_paid(voice.narrator):
        return None
    call = services.vendors.narrator(voice.narrator).call(text, voice=voice.voice, language=language)
    return services.vendors.quote(call, speak.name)


@step("speak", 2, forecast=_forecast_speech, price=_price_speech, later=("speed", "sounds"))
async def speak(
    context: Context,
    voice: Voice,
    text: str,
    language: str,
    speed: float = 1.0,
    sounds: tuple[tuple[str, str], ...] = (),
) -> SpokenLine:
    """One sentence, spoken.

    `speed` and `sounds`, parts of the text with their IPA, are only for a narrator who takes them: see `NarratorInfo`.
    """
    target = context.folder / "speech.wav"
    narrator = context.services.narrator(voice.narrator)
    words: tuple[Word, ...] = ()
    if asks_server(voice.narrator):
        speech = await narrator.speak(text, target, voice=voice.voice, language=language)
        words = getattr(speech, "words", ())
    else:
        with context.waiting():  # one loads the voice, for all
            await narrator.open()
        more: dict[str, Any] = {} if speed == 1.0 else {"speed": speed}
        if sounds:
            more["sounds"] = sounds
        async with context.core(urgent=True):
            speech = await narrator.speak(text, target, voice=voice.voice, language=language, **more)
    return SpokenLine(await context.keep(target, "audio/wav"), speech.duration_s, words)


def _forecast_pace(spoken: SpokenLine, speed: float) -> SpokenLine:
    return SpokenLine(Artifact.unknown("speech", "audio/wav"), round(spoken.duration_s / speed, 2))


@step("pace", 1, forecast=_forecast_pace)
async def pace(
    context: Context,
    spoken: SpokenLine,
    speed: float,
    ffmpeg: str,  # noqa: ARG001 - which one it is, for the key
) -> SpokenLine:
    """A sentence slower or faster at its own pitch, with its words' times: what was bought is not bought again."""
    target = context.folder / "paced.wav"
    async with context.core(urgent=True):
        duration_s = await _change_tempo(context, context.path_of(spoken.sound), target, speed)
    ratio = duration_s / spoken.duration_s
    words = tuple(replace(word, start_s=word.start_s * ratio, end_s=word.end_s * ratio) for word in spoken.words)
    return SpokenLine(await context.keep(target, "audio/wav"), duration_s, words)


async def _change_tempo(context: Context, source: Path, target: Path, speed: float) -> float:
    """Write a WAV file like the source, by ffmpeg's `atempo` (overlap and add of like waves); gives its seconds."""
    import wave

    import ffmpeg

    from automagic.media.video.ffmpeg import run_graph

    with wave.open(str(source), "rb") as sound:
        rate = sound.getframerate()
    stream = ffmpeg.input(str(source)).audio.filter("atempo", f"{speed:.4f}")
    output = ffmpeg.output(stream, str(target), acodec="pcm_s16le", ac=1, ar=rate, map_metadata=-1, fflags="+bitexact")
    await run_graph(output, program=context.services.ffmpeg.path, cwd=context.folder)
    with wave.open(str(target), "rb") as paced:
        return paced.getnframes() / rate


def _forecast_alignment(sentence: SpokenSentence) -> Alignment:
    spoken = [token.display for token in sentence.tokens if token.spoken]
    return Alignment(
        tuple(Word(word, index / WORDS_PER_S, (index + 1) / WORDS_PER_S) for index, word in enumerate(spoken)),
        "proportional",
    )


@step("align", 1, forecast=_forecast_alignment, later=("sounds",))
async def align(
    context: Context,
    sound: Artifact,
    sentence: SpokenSentence,
    language: str,
    aligner: str,  # noqa: ARG001 - the engine's fingerprint, part of the key
    sounds: tuple[tuple[str, str], ...] = (),
) -> Alignment:
    """When each word of a spoken sentence is heard; `sounds` are parts of it that were said by their IPA."""
    async with context.core(urgent=True):
        return await context.services.engines.aligner.align(
            context.path_of(sound), sentence, language=language, sounds=sounds
        )
