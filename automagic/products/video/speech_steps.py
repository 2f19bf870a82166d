"""The steps that speak a line and find the times of its words."""

from __future__ import annotations

from dataclasses import dataclass

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


def _forecast_speech(text: str) -> SpokenLine:
    return SpokenLine(Artifact.unknown("speech", "audio/wav"), round(estimate_s(len(text.split())), 2))


def _price_speech(services: Services, voice: Voice, text: str, language: str) -> Quote | None:
    if not is_paid(voice.narrator):
        return None
    call = services.vendors.narrator(voice.narrator).call(text, voice=voice.voice, language=language)
    return services.vendors.quote(call, speak.name)


@step("speak", 2, forecast=_forecast_speech, price=_price_speech)
async def speak(context: Context, voice: Voice, text: str, language: str) -> SpokenLine:
    """One sentence, spoken."""
    target = context.folder / "speech.wav"
    narrator = context.services.narrator(voice.narrator)
    words: tuple[Word, ...] = ()
    if asks_server(voice.narrator):
        speech = await narrator.speak(text, target, voice=voice.voice, language=language)
        words = getattr(speech, "words", ())
    else:
        with context.waiting():  # one loads the voice, for all
            await narrator.open()
        async with context.core(urgent=True):
            speech = await narrator.speak(text, target, voice=voice.voice, language=language)
    return SpokenLine(await context.keep(target, "audio/wav"), speech.duration_s, words)


def _forecast_alignment(sentence: SpokenSentence) -> Alignment:
    spoken = [token.display for token in sentence.tokens if token.spoken]
    return Alignment(
        tuple(Word(word, index / WORDS_PER_S, (index + 1) / WORDS_PER_S) for index, word in enumerate(spoken)),
        "proportional",
    )


@step("align", 1, forecast=_forecast_alignment)
async def align(
    context: Context,
    sound: Artifact,
    sentence: SpokenSentence,
    language: str,
    aligner: str,  # noqa: ARG001 - the engine's fingerprint, part of the key
) -> Alignment:
    """When each word of a spoken sentence is heard."""
    async with context.core(urgent=True):
        return await context.services.aligner.align(context.path_of(sound), sentence, language=language)
