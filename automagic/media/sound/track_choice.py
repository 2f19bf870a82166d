"""Which of a recording's sound tracks are heard: those on which somebody speaks; pure.

    samples of each track ─▶ speech, levels ─▶ two that are sides of one sound ─▶ Voice ┐
                                               a track by itself              ─▶ Voice ┴▶ the best, and who takes turns

Of several on which somebody speaks, the first of these that differs decides: the language that is asked for; a track
for everybody rather than one for the blind, a commentary or effects; not one on which the same is only heard faintly;
not what a computer plays; the one on which clearly more is said; the file's own default; two sides rather than one
channel; the order of the file. What others say on other tracks, in turn with it, is added: two people with a microphone
each, or with a computer between them, are one conversation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from automagic.media.sound.audio_tracks import AudioPick, AudioTrack
from automagic.media.sound.side_levels import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_FRAME_S = 0.2
_FRAME = round(_FRAME_S * RATE)

LEAST_S, LEAST_SHARE = 1.0, 0.03
"""This much must be said on a track, by itself and against the one on which most is said: the detector hears a word in
music now and then."""

_FAINT_DB = 15.0
"""A sound that is quieter than on another track by this much came from a distant microphone or through a cable."""
_CLEARLY_MORE = 1.5
_SILENT_DB = 40.0
"""Where nobody speaks, a track that is below the loudest one by this much is empty."""

_ONE_SPEAKS_DB = 6.0
_TOGETHER, _OWN_SHARE, _OWN_S = 0.3, 0.03, 1.0
"""Two take turns when less than the first part of the time both are heard alike, and each has a part and some time of
its own. Measured: two people with a microphone each 0 to 0.03, and 0.12 with each 12 dB below on the other's; a text
and its translation at the same time 0.49; one person through two microphones 0.91 to 0.99."""

_SIDES_SPEECH, _SIDES_LIKENESS, _SIDES_DB = 0.9, 0.4, 6.0
"""Two tracks are left and right of one sound when this much of the speech is on both, when they are this much alike (or
opposite) and when their levels differ by no more. Measured: likeness of speech over music in stereo 0.98; of a boom and
a lapel microphone of one person 0.18."""
_LAG = 16
"""Samples by which containers' rounded times may set two tracks apart: 1 ms."""

_MOST_RAISED_DB = 12.0


@dataclass(frozen=True, slots=True)
class TrackSound:
    """What samples of a track have.

    Attributes:
        spoken: Whether somebody speaks, for each fifth of a second.
        powers: Mean square, for each.
        samples: 16 kHz.
    """

    track: AudioTrack
    spoken: Flags
    powers: Floats
    samples: Samples

    @property
    def speech_s(self) -> float:
        """How long somebody speaks."""
        return float(self.spoken.sum()) * _FRAME_S

    @property
    def level_db(self) -> float:
        """Of what is said loudly; of everything where nothing is said."""
        powers = self.powers[self.spoken] if self.spoken.any() else self.powers
        return 10 * float(np.log10(max(np.percentile(powers, 90) if len(powers) else 0.0, 1e-10)))


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """What is heard, and why, as a sentence for people; "" where there was nothing to choose."""

    pick: AudioPick
    why: str = ""


def read_track(track: AudioTrack, wav: Path, speech: Sequence[tuple[float, float]]) -> TrackSound:
    """The samples of a track, as `write_samples` wrote them.

    Args:
        speech: When somebody speaks in them, (start, end) in seconds.
    """
    from automagic.media.sound.listening import read_blocks

    blocks = list(read_blocks(wav, 60.0))
    samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    samples = samples[: len(samples) // _FRAME * _FRAME]
    frames = samples.reshape(-1, _FRAME)
    spoken_s = np.zeros(len(frames) + 1)
    for start_s, end_s in speech:
        # Whole frames, and parts of those at the ends.
        edges = np.arange(len(frames) + 1) * _FRAME_S
        covered = np.minimum(edges[1:], end_s) - np.maximum(edges[:-1], start_s)
        spoken_s[:-1] += np.maximum(covered, 0.0)
    powers = np.einsum("ij,ij->i", frames.astype(np.float64), frames.astype(np.float64)) / _FRAME
    return TrackSound(track, spoken_s[:-1] >= _FRAME_S / 2, powers, samples)


@dataclass(frozen=True, slots=True)
class _Voice:
    """A track, or two that are the sides of one sound."""

    sounds: tuple[TrackSound, ...]

    @property
    def tracks(self) -> tuple[AudioTrack, ...]:
        return tuple(sound.track for sound in self.sounds)

    @property
    def main(self) -> TrackSound:
        """The side on which most is said."""
        return max(self.sounds, key=lambda sound: sound.speech_s)

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(track.number for track in self.tracks)


def choose_tracks(sounds: Sequence[TrackSound], *, language: str = "", total: int = 0) -> TrackChoice:
    """The tracks to hear, of those that can be decoded.

    Args:
        sounds: At least one, in the order of the file.
        total: How many the file has; 0 for no more than these.
        language: BCP-47 primary tag of the speech that is asked for; "" for any.
    """
    total = total or len(sounds)
    most_s = max(sound.speech_s for sound in sounds)
    speaking = [sound for sound in sounds if sound.speech_s >= max(LEAST_S, LEAST_SHARE * most_s)]
    if not speaking:
        loudest_db = max(sound.level_db for sound in sounds)
        track = min(
            (sound.track for sound in sounds if sound.level_db >= loudest_db - _SILENT_DB),
            key=lambda track: (not track.default, track.number),
        )
        why = f"No speech was found on any of the {total} sound tracks: track {track.label} is heard"
        return TrackChoice(AudioPick((track.number,)), f"{why}; --audio-track chooses another.")
    voices = _find_voices(speaking)
    best, reason = _best(voices, language)
    others = [voice for voice in voices if voice is not best and _may_join(voice, best)]
    joined = [best]
    for voice in others:
        if all(take_turns(voice.main, one.main) for one in joined):
            joined.append(voice)
    joined.sort(key=lambda voice: voice.numbers)
    if len(joined) > 1 and all(len(voice.sounds) == 1 for voice in joined):
        return _mix(joined, total)
    return _alone(best, voices, total, reason)


def _find_voices(sounds: Sequence[TrackSound]) -> list[_Voice]:
    """Each track on which somebody speaks; two that are left and right as one."""
    voices: list[_Voice] = []
    waiting = list(sounds)
    while waiting:
        one = waiting.pop(0)
        if waiting and waiting[0].track.number == one.track.number + 1 and are_sides(one, waiting[0]):
            voices.append(_Voice((one, waiting.pop(0))))
        else:
            voices.append(_Voice((one,)))
    return voices


def are_sides(left: TrackSound, right: TrackSound) -> bool:
    """Whether two tracks of one channel each are left and right of one sound."""
    if not (left.track.is_mono and right.track.is_mono) or _differ(left.track, right.track):
        return False
    labels = left.track.channels + right.track.channels
    if labels == ("FL", "FR"):
        return True
    either, both = left.spoken | right.spoken, left.spoken & right.spoken
    if both.sum() < _SIDES_SPEECH * either.sum() or abs(left.level_db - right.level_db) > _SIDES_DB:
        return False
    spoken = np.repeat(either, _FRAME)
    one, other = left.samples * spoken, right.samples * spoken
    size = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    lags = range(-_LAG, _LAG + 1)
    alike = [float(one[_LAG:-_LAG] @ other[_LAG + lag : len(other) - _LAG + lag]) for lag in lags]
    return size > 0 and max(map(abs, alike)) >= _SIDES_LIKENESS * size


def take_turns(one: TrackSound, other: TrackSound) -> bool:
    """Whether two people speak in turn, each on a track of their own, even if faintly heard on the other's.

    Levels are against what is usual on the same track: microphones are set differently.
    """
    spoken = one.spoken | other.spoken
    if not spoken.any():
        return False
    levels = [10 * np.log10(np.maximum(sound.powers, 1e-10)) - sound.level_db for sound in (one, other)]
    louder = levels[0] - levels[1]
    together = one.spoken & other.spoken & (np.abs(louder) < _ONE_SPEAKS_DB)
    own = [
        one.spoken & (~other.spoken | (louder >= _ONE_SPEAKS_DB)),
        other.spoken & (~one.spoken | (louder <= -_ONE_SPEAKS_DB)),
    ]
    least = max(_OWN_SHARE * float(spoken.sum()), _OWN_S / _FRAME_S)
    return bool(together.sum() <= _TOGETHER * spoken.sum() and all(part.sum() >= least for part in own))


def _differ(one: AudioTrack, other: AudioTrack) -> bool:
    """Whether two tracks say that they are in two languages, or for two purposes."""
    special = one.purpose != other.purpose and not {one.purpose, other.purpose} <= {"speech", "computer"}
    return special or bool(one.language and other.language and one.language != other.language)


def _may_join(voice: _Voice, best: _Voice) -> bool:
    return not any(_differ(one, other) for one in voice.tracks for other in best.tracks)


def _best(voices: Sequence[_Voice], language: str) -> tuple[_Voice, str]:
    """The first by the rules above, and the rule by which it is before the second."""
    loudest_db = max(voice.main.level_db for voice in voices)
    most_s = max(voice.main.speech_s for voice in voices)

    def fits(voice: _Voice) -> int:
        own = voice.tracks[0].language
        return 0 if not language or own == language else 2 if own else 1

    rules: tuple[tuple[Callable[[_Voice], int], str], ...] = (
        (fits, "in the language that was asked for"),
        (lambda voice: voice.tracks[0].purpose not in {"speech", "computer"}, "the one for everybody"),
        (lambda voice: voice.main.level_db < loudest_db - _FAINT_DB, "on which it is not faint"),
        (lambda voice: voice.tracks[0].purpose == "computer", "not what a computer plays"),
        (lambda voice: voice.main.speech_s * _CLEARLY_MORE < most_s, "on which most is said"),
        (lambda voice: not any(track.default for track in voice.tracks), "the file's default"),
        (lambda voice: len(voice.sounds) == 1 and voice.tracks[0].is_mono, "with two sides"),
        (lambda voice: voice.numbers[0], "the first of them"),
    )
    ranks = {voice.numbers: [rule(voice) for rule, _ in rules] for voice in voices}
    ordered = sorted(voices, key=lambda voice: ranks[voice.numbers])
    if len(ordered) == 1:
        return ordered[0], ""
    first, second = (ranks[voice.numbers] for voice in ordered[:2])
    place = next(place for place, (one, other) in enumerate(zip(first, second, strict=True)) if one != other)
    return ordered[0], rules[place][1]


def _alone(voice: _Voice, voices: Sequence[_Voice], total: int, reason: str) -> TrackChoice:
    pick = AudioPick(voice.numbers, "sides" if len(voice.numbers) == 2 else "alone")
    named = f"tracks {_listed(voice.numbers)} are heard as left and right"
    if pick.together == "alone":
        named = f"track {voice.tracks[0].label}{',' if voice.tracks[0].title else ''} is heard"
    if len(voices) > 1:
        spoken = _listed([number for one in voices for number in one.numbers])
        why = f"There is speech on tracks {spoken} of {total}: {named} ({reason})"
    elif pick.together == "sides":
        why = f"The speech is on tracks {_listed(pick.tracks)} of {total}, its left and right side"
    else:
        (track,) = voice.tracks
        why = f"The speech is on track {track.number} of {total}{f', “{track.title}”' if track.title else ''}"
    return TrackChoice(pick, f"{why}; --audio-track chooses another.")


def _listed(numbers: Sequence[int]) -> str:
    return " and ".join(filter(None, (", ".join(map(str, numbers[:-1])), str(numbers[-1]))))


def _mix(joined: Sequence[_Voice], total: int) -> TrackChoice:
    """All of them, the quieter ones raised."""
    loudest_db = max(voice.main.level_db for voice in joined)
    raised = tuple(round(min(loudest_db - voice.main.level_db, _MOST_RAISED_DB), 1) for voice in joined)
    numbers = tuple(voice.numbers[0] for voice in joined)
    why = f"People speak in turn on tracks {_listed(numbers)} of {total}: they were mixed; --audio-track chooses one."
    return TrackChoice(AudioPick(numbers, "mixed", raised if any(raised) else ()), why)
