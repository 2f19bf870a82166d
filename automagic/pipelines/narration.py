"""The voice of a video: who speaks, and every line spoken and timed as soon as a core is free."""

from __future__ import annotations

import asyncio
import difflib
from dataclasses import dataclass

from automagic.errors import RequestError
from automagic.model import Alignment
from automagic.orchestrator.events import Notice, StepsPlanned
from automagic.orchestrator.run import Run
from automagic.pipelines.storyboard import Line, Storyboard
from automagic.pipelines.timeline import TimedLine, line_starts, time_line
from automagic.pipelines.video_steps import SpokenLine, Voice, align, speak
from automagic.services import NARRATORS, Services


def choose_voice(run: Run[Services], *, wanted: str | None, language: str, draft: bool) -> Voice:
    """Find who speaks: the voice that was asked for, else the best narrator that knows the language.

    Args:
        wanted: A voice ("af_heart"), a narrator ("piper") or both ("espeak:british").

    Raises:
        RequestError: No such voice, or none that speaks the language.
    """
    if wanted:
        narrator, voice = _find_voice(run.services, wanted, language)
    else:
        order = NARRATORS[1:] + NARRATORS[:1] if draft else NARRATORS
        able = [name for name in order if language in run.services.narrator(name).info.languages]
        if not able:
            raise RequestError(
                f"no narrator speaks {language!r}",
                hint="--language takes a tag such as en, de or pt; --voice espeak speaks more than a hundred.",
            )
        narrator, voice = able[0], _default_voice(run.services, able[0], language)
        if narrator != order[0]:
            run.emit(Notice(f"The voice is {narrator}'s, since {order[0]} does not speak {language!r}."))
    languages = run.services.narrator(narrator).info.languages
    if language not in languages:
        able = [name for name in NARRATORS if language in run.services.narrator(name).info.languages]
        raise RequestError(
            f"the narrator {narrator} does not speak {language!r}",
            hint=f"--voice {able[0]} does." if able else f"It speaks {', '.join(languages)}.",
        )
    return Voice(narrator, voice, run.services.narrator(narrator).fingerprint(voice))


def _find_voice(services: Services, wanted: str, language: str) -> tuple[str, str]:
    name, _, voice = wanted.partition(":")
    if name in NARRATORS:
        return name, voice or _default_voice(services, name, language)
    offered = {voice.name: name for name in NARRATORS for voice in services.narrator(name).info.voices}
    if wanted in offered:
        return offered[wanted], wanted
    near = difflib.get_close_matches(wanted.lower(), [*offered, *NARRATORS], n=1, cutoff=0.4)
    raise RequestError(
        f"there is no voice {wanted!r}",
        hint=(f"Did you mean {near[0]}? " if near else "") + "Voices: " + ", ".join(list(offered)[:12]),
    )


def _default_voice(services: Services, narrator: str, language: str) -> str:
    """The narrator's first voice of this language, or its first voice, which can speak it with an accent."""
    voices = services.narrator(narrator).info.voices
    return next((voice.name for voice in voices if voice.language.split("-")[0] == language), voices[0].name)


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line, spoken and timed."""

    line: Line
    spoken: SpokenLine
    alignment: Alignment
    timed: TimedLine


class Narration:
    """Every line of a storyboard, being told. Whoever needs a line awaits it.

    Args:
        tasks: Where the lines are spoken, all at once; the limits decide how many really are.
    """

    def __init__(
        self,
        board: Storyboard,
        voice: Voice,
        *,
        language: str,
        fps: int,
        run: Run[Services],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self.board = board
        self.fps = fps
        run.emit(StepsPlanned("speak", len(board.lines)))
        run.emit(StepsPlanned("align", len(board.lines)))
        self._told = [
            tasks.create_task(self._tell(index, voice, language, run), name=f"tell {line.scene}")
            for index, line in enumerate(board.lines)
        ]

    async def line(self, index: int) -> ToldLine:
        """One line, when it is told."""
        return await asyncio.shield(self._told[index])

    async def lines(self) -> tuple[ToldLine, ...]:
        """All lines, when all are told."""
        return tuple([await self.line(index) for index in range(len(self._told))])

    async def _tell(self, index: int, voice: Voice, language: str, run: Run[Services]) -> ToldLine:
        line = self.board.lines[index]
        about = run.about(line.scene)
        spoken = await about.step(speak, voice, line.sentence.text, language)
        alignment = await about.step(align, spoken.sound, line.sentence, language, run.services.aligner.fingerprint())
        timed = time_line(self.board.lines, index, duration_s=spoken.duration_s, alignment=alignment, fps=self.fps)
        return ToldLine(line, spoken, alignment, timed)


def start_frames(told: tuple[ToldLine, ...]) -> tuple[int, ...]:
    """The first frame of each line, and behind them the number of frames of the whole video."""
    return line_starts([line.timed for line in told])
