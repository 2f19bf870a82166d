"""Who hears the words of a recording: the engine of this machine, or a vendor where a person asks for one.

sound ─▶ where somebody speaks, ─▶ some minutes heard ─┬─▶ Transcript
         and in which language  ─▶ the next heard ─────┘   each a step: what was heard is not heard again
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from automagic.errors import AutomagicError, ConfigurationError, VendorError
from automagic.providers.shared.registry import asks_server, providers_of
from automagic.providers.shared.vendors import Maker
from automagic.runs.steps import Quote, step
from automagic.services import Services
from automagic.stages.context import Context
from automagic.values.artifact import Artifact
from automagic.values.credit import HERE, Credit
from automagic.values.events import Notice, StepsPlanned
from automagic.values.transcript import HearingPlan, Transcript

if TYPE_CHECKING:
    from automagic.runs.run import RunSubject


NOBODY_YET = "?"
"""Whose transcript it is where one is only forecast."""

QUICK_LANGUAGE = "en"
"""What the tiny model hears; the others are heard by the usual one."""


def _forecast_transcript(language: str) -> Transcript:
    return Transcript((), language, NOBODY_YET)


def _forecast_plan(language: str) -> HearingPlan:
    return HearingPlan(language, ((),))


@step("find-speech", 1, forecast=_forecast_plan)
async def find_speech(
    context: Context,
    sound: Artifact,
    language: str,
    transcriber: str,  # noqa: ARG001 - the engine's fingerprint, part of the key
) -> HearingPlan:
    """Where somebody speaks in it, in parts to be heard one by one; `language` may be "" to find out."""
    async with context.core(urgent=True):
        return await context.services.engines.transcriber.plan(
            context.path_of(sound), language=language or None, on_progress=context.progress
        )


@step("transcribe", 2, forecast=_forecast_transcript, later=("hints", "quick"))
async def transcribe(
    context: Context,
    sound: Artifact,
    chunks: tuple[tuple[float, float], ...],
    language: str,
    transcriber: str,  # noqa: ARG001 - the engine's fingerprint, part of the key
    hints: tuple[str, ...] = (),
    quick: bool = False,
) -> Transcript:
    """The words of a part of it, with their times; `hints` are names that may be said, `quick` is by the tiny model."""
    async with context.core(urgent=True):
        return await context.services.engines.transcriber.hear(
            context.path_of(sound), chunks, language, hints=hints, quick=quick, on_progress=context.progress
        )


async def _hear_here(sound: Artifact, language: str, about: RunSubject[Services], *, quick: bool) -> Transcript:
    services = about.run.services
    ear = services.engines.transcriber
    fingerprint = ear.fingerprint(language or None)
    plan = await about.step(find_speech, sound, language, fingerprint)
    if len(plan.parts) > 1:
        about.run.emit(StepsPlanned(transcribe.name, len(plan.parts) - 1))  # one was foreseen
    quick = quick and plan.language == QUICK_LANGUAGE
    if quick:
        fingerprint = ear.fingerprint(language or None, quick=True)
    heard = [
        await about.step(transcribe, sound, part, plan.language, fingerprint, services.names.hints, quick)
        for part in plan.parts
    ]
    unheard = any(part.transcriber == NOBODY_YET for part in heard)
    return _forecast_transcript(language) if unheard else ear.join(plan, heard)


async def hear_words(
    sound: Artifact,
    silences: tuple[tuple[float, float], ...],
    duration_s: float,
    *,
    asked: str | None,
    language: str,
    about: RunSubject[Services],
    quick: bool = False,
) -> Transcript:
    """The words, by the first in the list who can.

    Args:
        sound, silences: Of the recording.
        duration_s: Of the recording, for the price.
        asked: Who may, in order ("openai,whisper"); None for what the settings say.
        language: BCP-47 tag; "" to find out.
        quick: Where this machine hears, a first pass by the tiny model will do.

    Raises:
        VendorError, ConfigurationError: The last in the list failed.
        BudgetError: It would cost more than allowed.
    """
    services, emit = about.run.services, about.run.emit
    chain = services.vendors.chain("transcriber", asked)
    for name, follower in zip(chain, [*chain[1:], ""], strict=True):
        try:
            if not asks_server(name):
                return await _hear_here(sound, language, about, quick=quick)
            maker = services.vendors.maker("transcriber", name)
            return await about.step(transcribe_online, maker, sound, silences, language, round(duration_s, 2))
        except (VendorError, ConfigurationError) as error:
            if not follower:
                raise
            emit(Notice(_tell(name, error, follower)))
    raise AssertionError("unreachable")  # the last one returns or raises


def credit_captions(transcript: Transcript, services: Services) -> Credit:
    """Who found out what is said: the person, a vendor, or the engine of this machine."""
    if transcript.times != "recognised":
        return Credit("captions", transcript.transcriber, "given with the recording", "unknown", generated=False)
    name = transcript.transcriber.partition(" ")[0]
    if name in providers_of("transcriber") and asks_server(name):
        return services.vendors.maker("transcriber", name).credit("captions")
    return Credit("captions", transcript.transcriber, HERE, "", generated=True)


def _tell(name: str, error: AutomagicError, follower: str) -> str:
    return f"{name} could not hear the words: {error.message.removesuffix('.')}. {follower} does."


def step_of(transcriber: str) -> str:
    """The name of the step in which a transcriber hears."""
    return transcribe_online.name if asks_server(transcriber) else transcribe.name


def _price_hearing(services: Services, maker: Maker, duration_s: float) -> Quote:
    return Quote(maker.name, services.vendors.transcriber(maker.name).estimate(duration_s) or Decimal(0))


@step("transcribe-online", 1, forecast=_forecast_transcript, price=_price_hearing)
async def transcribe_online(
    context: Context,
    maker: Maker,
    sound: Artifact,
    silences: tuple[tuple[float, float], ...],
    language: str,
    duration_s: float,  # noqa: ARG001 - for the price
) -> Transcript:
    """The recording's words, with their times, heard by a vendor; `language` may be "" to find out."""
    from automagic.providers.shared import long_sound

    source = context.path_of(sound)
    parts = await context.compute(
        lambda stop: long_sound.write_parts(source, silences, context.folder, cancelled=stop), urgent=True
    )
    heard = await long_sound.hear_parts(
        context.services.vendors.transcriber(maker.name), parts, source, language=language, on_progress=context.progress
    )
    return replace(heard, transcriber=str(maker))
