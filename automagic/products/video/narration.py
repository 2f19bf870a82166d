"""The voice of a video: who speaks, and every line spoken and timed as soon as a core is free."""

from __future__ import annotations

import asyncio
import difflib
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from automagic.errors import MediaError, RequestError, VendorError
from automagic.media.video.ffmpeg_program import identify_ffmpeg
from automagic.products.video.speech_steps import SpokenLine, Voice, align, pace, speak
from automagic.products.video.storyboard import ScriptLine, Storyboard
from automagic.products.video.timeline import TimedLine, line_starts, time_line
from automagic.providers.shared.registry import asks_server, engines_of, providers_of
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.voices import tell_unsaid
from automagic.values.events import Notice, StepsPlanned
from automagic.values.words import Alignment

Made = TypeVar("Made")

_FAILURES = (VendorError, MediaError)


def choose_voices(
    run: Run[Services], *, wanted: str | None, asked: str | None, language: str, draft: bool
) -> tuple[Voice, ...]:
    """Who may speak, in order: the voice that was asked for, else those in the list who know the language.

    Args:
        wanted: A voice ("af_heart"), a narrator ("piper") or both ("espeak:british").
        asked: Narrators in order ("elevenlabs,kokoro"); None for what the settings say.

    Raises:
        RequestError: No such voice, or none that speaks the language.
    """
    services = run.services
    if wanted:
        return (_find_voice(services, wanted, language),)
    chain = services.vendors.chain("narrator", asked)
    if draft and asked is None:
        best, *quicker = engines_of("narrator")
        chain = (*quicker, best)
    able = [name for name in chain if language in services.narrator(name).info.languages]
    if not able:
        raise RequestError(
            f"none of {', '.join(chain)} speaks {language!r}",
            hint="--language takes a tag such as en, de or pt; --voice espeak speaks more than a hundred.",
        )
    if able[0] != chain[0]:
        run.emit(Notice(f"The voice is {able[0]}'s, since {chain[0]} does not speak {language!r}."))
    # An embedded engine does not fail: those behind it would never be asked. A vendor's may.
    needed = next((index for index, name in enumerate(able) if not asks_server(name)), len(able) - 1)
    return tuple(_voice(services, name, _default_voice(services, name, language)) for name in able[: needed + 1])


def _voice(services: Services, narrator: str, voice: str) -> Voice:
    return Voice(narrator, voice, services.narrator(narrator).fingerprint(voice))


def _find_voice(services: Services, wanted: str, language: str) -> Voice:
    name, _, voice = wanted.partition(":")
    known = services.vendors.usable("narrator")
    if name in providers_of("narrator"):
        found = _voice(services, name, voice or _default_voice(services, name, language))
    else:
        offered = {voice.name: name for name in known for voice in services.narrator(name).info.voices}
        if wanted not in offered:
            near = difflib.get_close_matches(wanted.lower(), [*offered, *known], n=1, cutoff=0.4)
            raise RequestError(
                f"there is no voice {wanted!r}",
                hint=(f"Did you mean {near[0]}? " if near else "") + "Voices: " + ", ".join(list(offered)[:12]),
            )
        found = _voice(services, offered[wanted], wanted)
    languages = services.narrator(found.narrator).info.languages
    if language not in languages:
        able = [name for name in known if language in services.narrator(name).info.languages]
        raise RequestError(
            f"the narrator {found.narrator} does not speak {language!r}",
            hint=f"--voice {able[0]} does." if able else f"It speaks {', '.join(languages)}.",
        )
    return found


def _default_voice(services: Services, narrator: str, language: str) -> str:
    """The narrator's first voice of this language, or its first voice, which can speak it with an accent."""
    voices = services.narrator(narrator).info.voices
    return next((voice.name for voice in voices if voice.language.split("-")[0] == language), voices[0].name)


@dataclass(frozen=True, slots=True)
class NarratedLine:
    """A line, spoken and timed."""

    line: ScriptLine
    spoken: SpokenLine
    alignment: Alignment
    timed: TimedLine


class VoiceLost(Exception):
    """A narrator failed after others of its lines were told; `following` are those behind it in the list."""

    def __init__(self, voice: Voice, following: tuple[Voice, ...], reason: str) -> None:
        super().__init__(reason)
        self.voice = voice
        self.following = following
        self.reason = reason


class Narration:
    """Every line of a storyboard, being narrated. A caller that needs a line awaits it.

    One voice tells them all: the first that can tell the first line. `narrate_whole` sees to it that it does.

    Args:
        voices: Who may speak, in order.
        speed: As a factor of the voice's own.
        tasks: Where the lines are spoken, all at once; the limits decide how many really are.
    """

    def __init__(
        self,
        board: Storyboard,
        voices: Sequence[Voice],
        *,
        language: str,
        fps: int,
        speed: float = 1.0,
        run: Run[Services],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.board = board
        self.fps = fps
        self._run = run
        self._voices = tuple(voices)
        self._language = language
        self._speed = speed
        run.emit(StepsPlanned("speak", len(board.lines)))
        self._chosen = tasks.create_task(self._choose())
        self._told = [
            tasks.create_task(self._tell(index), name=f"tell {line.scene}") for index, line in enumerate(board.lines)
        ]

    async def voice(self) -> Voice:
        """Who speaks."""
        return (await asyncio.shield(self._chosen))[0]

    async def line(self, index: int) -> NarratedLine:
        """One line, when it is told."""
        return await asyncio.shield(self._told[index])

    async def lines(self) -> tuple[NarratedLine, ...]:
        """All lines, when all are told."""
        return tuple([await self.line(index) for index in range(len(self._told))])

    async def _choose(self) -> tuple[Voice, SpokenLine | None]:
        """Who speaks, and the first line, where speaking it was the trial."""
        chosen, first = self._voices[-1], None
        for voice, following in itertools.pairwise(self._voices):
            try:
                chosen, first = voice, await self._speak(0, voice)
                break
            except _FAILURES as error:
                reason = error.message.removesuffix(".")
                self._run.emit(Notice(f"{voice.narrator} could not speak: {reason}. {following.narrator} does."))
        if first is None or not first.words:
            self._run.emit(StepsPlanned("align", len(self.board.lines)))
        if notice := tell_unsaid(self.board.names, self._run.services.narrator(chosen.narrator).info):
            self._run.emit(Notice(notice))
        return chosen, first

    async def _speak(self, index: int, voice: Voice) -> SpokenLine:
        line = self.board.lines[index]
        about, services = self._run.about(line.scene), self._run.services
        own = self._speed if services.narrator(voice.narrator).info.own_speed else 1.0
        spoken = await about.step(speak, voice, line.sentence.text, self._language, own, self._sounds(index, voice))
        if own == self._speed:
            return spoken
        return await about.step(pace, spoken, self._speed, await identify_ffmpeg(services.ffmpeg))

    def _sounds(self, index: int, voice: Voice) -> tuple[tuple[str, str], ...]:
        """The sounds that a line states, for a voice that takes them."""
        takes = self._run.services.narrator(voice.narrator).info.own_sounds
        return self.board.lines[index].sounds if takes else ()

    async def _tell(self, index: int) -> NarratedLine:
        line = self.board.lines[index]
        voice, first = await asyncio.shield(self._chosen)
        try:
            spoken = first if first is not None and index == 0 else await self._speak(index, voice)
        except _FAILURES as error:
            following = self._voices[self._voices.index(voice) + 1 :]
            if not following:
                raise
            raise VoiceLost(voice, following, error.message.removesuffix(".")) from error
        alignment = self._narrators_times(line, spoken)
        if alignment is None:
            alignment = await self._run.about(line.scene).step(
                align,
                spoken.sound,
                line.sentence,
                self._language,
                self._run.services.engines.aligner.fingerprint(),
                self._sounds(index, voice),
            )
        timed = time_line(self.board.lines, index, duration_s=spoken.duration_s, alignment=alignment, fps=self.fps)
        return NarratedLine(line, spoken, alignment, timed)

    def _narrators_times(self, line: ScriptLine, spoken: SpokenLine) -> Alignment | None:
        """The words' times as the narrator gave them; None when it gave none that fit."""
        if not spoken.words:
            return None
        from automagic.providers.shared.timed_speech import TimedSpeech

        return TimedSpeech(0, spoken.duration_s, spoken.words).align(line.sentence)


async def narrate_whole(
    voices: Sequence[Voice], produce: Callable[[Sequence[Voice]], Awaitable[Made]], run: Run[Services]
) -> Made:
    """What `produce` makes with the voices that may speak, told by one of them from beginning to end.

    When a narrator fails in the middle, it is narrated again by those behind it; what the voice has no part in is
    remembered by then.
    """
    while True:
        try:
            return await produce(voices)
        except* VoiceLost as group:
            lost = _first(group)
            voices = lost.following
            run.emit(
                Notice(
                    f"{lost.voice.narrator} failed in the middle of the voice: {lost.reason}. "
                    f"{voices[0].narrator} speaks all of it."
                )
            )


def _first(group: BaseExceptionGroup[VoiceLost]) -> VoiceLost:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def start_frames(told: tuple[NarratedLine, ...]) -> tuple[int, ...]:
    """The first frame of each line, and behind them the number of frames of the whole video."""
    return line_starts([line.timed for line in told])
