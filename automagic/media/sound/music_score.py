"""What the composed music plays: key, chords, phrases and notes, as data.

    seed ─▶ key, mode, tempo ─▶ 4-bar phrases (intro, A A' B ..., cadence, last chord) ─▶ pads, notes

The tempo is stretched by a few per cent so that the last chord falls at the right moment before the end.
Pitches are MIDI numbers (69 is a', 440 Hz); times are samples.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from random import Random
from typing import Literal

Mood = Literal["calm", "bright", "driving"]
Voice = Literal["mallet", "bass", "kick", "shaker", "rim"]

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
}

# Scale degrees from 0, one a bar. Diminished chords are left out: a bed under speech should not ask for attention.
PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (3, 0, 4, 5), (5, 3, 0, 4), (0, 3, 5, 4), (3, 4, 5, 0), (1, 3, 0, 4)),
    "lydian": ((0, 1, 0, 1), (0, 1, 5, 1), (0, 4, 5, 1), (5, 1, 0, 0), (0, 2, 1, 1)),
    "mixolydian": ((0, 6, 3, 0), (0, 3, 6, 3), (0, 4, 6, 3), (3, 6, 0, 0), (5, 3, 0, 6)),
    "dorian": ((0, 3, 0, 6), (0, 6, 3, 0), (0, 2, 6, 3), (2, 3, 0, 0), (4, 3, 0, 6)),
    "aeolian": ((0, 5, 2, 6), (0, 3, 5, 6), (5, 6, 0, 0), (0, 2, 6, 5), (0, 6, 5, 6), (3, 5, 0, 6)),
}
CADENCES = {"major": (3, 4), "lydian": (1, 4), "mixolydian": (6, 3), "dorian": (3, 6), "aeolian": (5, 6)}


@dataclass(frozen=True, slots=True)
class Style:
    """What a mood stands for.

    Attributes:
        beats_a_minute: Range that the tempo is drawn from.
        modes: To draw from.
        rhythms: Eighths of a bar on which the mallet plays.
        pad, mallet, bass: Gains.
    """

    beats_a_minute: tuple[float, float]
    modes: tuple[str, ...]
    rhythms: tuple[tuple[int, ...], ...]
    pad: float
    mallet: float
    bass: float


STYLES: dict[Mood, Style] = {
    "calm": Style(
        (64, 76),
        ("major", "lydian", "dorian", "aeolian"),
        ((0, 3, 4, 6), (0, 2, 5), (0, 3, 6), (1, 3, 4, 7), (0, 2, 4, 6)),
        pad=1.0,
        mallet=0.8,
        bass=0.8,
    ),
    "bright": Style(
        (92, 104),
        ("major", "major", "mixolydian", "lydian"),
        ((0, 2, 3, 5, 6), (0, 1, 3, 4, 6), (0, 3, 4, 6, 7), (0, 2, 4, 5, 7)),
        pad=0.75,
        mallet=1.0,
        bass=0.9,
    ),
    "driving": Style(
        (108, 120),
        ("aeolian", "dorian", "mixolydian", "major"),
        ((0, 1, 3, 4, 6, 7), (0, 2, 3, 4, 6, 7), (0, 1, 2, 3, 4, 5, 6, 7), (0, 2, 3, 5, 6)),
        pad=0.7,
        mallet=0.85,
        bass=1.0,
    ),
}


@dataclass(frozen=True, slots=True)
class Chord:
    """Pad pitches, lowest first, the bass below them, and the pitch classes that a melody may use."""

    pitches: tuple[int, ...]
    bass: int
    tones: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pad:
    """A chord held from `start` to `end`; `attack` and `release` reach beyond both. `bright` is 0..1."""

    start: int
    end: int
    attack: int
    release: int
    chord: Chord
    gain: float
    bright: float


@dataclass(frozen=True, slots=True)
class Note:
    """One struck sound. `pan` -1 (left) .. 1 (right); `length` in samples is the bass's, 0 for the others."""

    start: int
    voice: Voice
    pitch: int
    gain: float
    pan: float = 0.0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece.

    Attributes:
        total: Samples.
        ending: Sample of the last chord.
        scale: Pitch classes of the key.
        timbre: 0..2, which mallet.
        pads, notes: By their start.
    """

    total: int
    ending: int
    scale: tuple[int, ...]
    timbre: int
    pads: tuple[Pad, ...]
    notes: tuple[Note, ...]


def write_score(seed: str, duration_s: float, mood: Mood, rate: int) -> Score:
    """Compose; pure, the same for the same arguments.

    Args:
        seed: Any text.
        duration_s: From about 3 s; shorter ones get one chord.
    """
    random = Random(f"{mood}/{seed}")  # noqa: S311 - music, not secrets
    style = STYLES[mood]
    mode, key = random.choice(style.modes), random.randrange(12)
    scale = tuple((key + step) % 12 for step in SCALES[mode])
    ring = min(3.0, 0.4 * duration_s)
    beat_s = 60 / random.uniform(*style.beats_a_minute)
    eighths = 8 if duration_s - ring >= 16 * beat_s else 4
    bars = max(1, round((duration_s - ring) / (eighths / 2 * beat_s)))
    clock = _Clock(rate, (duration_s - ring) / bars, eighths)
    chords = _voice_chords(_choose_degrees(random, mode, bars), key, SCALES[mode], random)
    total, ending = round(duration_s * rate), clock.at(bars)
    plan = _Arrangement(random, style, clock, tuple(chords[:-1]), mood)
    pads = _hold_chords(chords, clock, total, style)
    notes = [*plan.play(), *_last_chord(chords[-1], ending, clock, total, style)]
    notes.sort(key=lambda note: (note.start, note.voice, note.pitch))
    return Score(total, ending, scale, random.randrange(3), pads, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Clock:
    rate: int
    bar_s: float
    eighths: int
    """In a bar: 8, or 4 in pieces too short for four bars of 8."""

    def at(self, bar: float) -> int:
        return round(bar * self.bar_s * self.rate)


def _choose_degrees(random: Random, mode: str, bars: int) -> list[int]:
    """One degree a bar and the tonic at the end; phrases of four bars: A A B A, C A B A ..."""
    choices = list(PROGRESSIONS[mode])
    random.shuffle(choices)
    a, b, c, *rest = choices
    degrees: list[int] = []
    for phrase in range(-(-bars // 4)):
        section = rest[phrase // 8 % len(rest)] if rest and phrase % 8 == 6 else c
        degrees += (a, a, b, a, section, a, section, b)[phrase % 8]
    degrees = degrees[:bars]
    cadence = CADENCES[mode]
    if bars > 1:
        degrees[-2:] = cadence
    else:
        degrees[-1:] = cadence[1:]
    return [*degrees, 0]


def _voice_chords(degrees: list[int], key: int, scale: tuple[int, ...], random: Random) -> list[Chord]:
    """Chords with small movements between them; the same degree always has the same colour."""
    colours = {degree: random.choice(("none", "ninth", "ninth", "seventh")) for degree in range(7)}
    voiced: list[Chord] = []
    previous: tuple[int, ...] = (55, 60, 64)
    for degree in degrees:
        root, third, fifth = (_pitch_class(key, scale, degree + step) for step in (0, 2, 4))
        classes = [root, third, fifth]
        colour = colours[degree]
        if colour != "none":
            added = _pitch_class(key, scale, degree + (1 if colour == "ninth" else 6))
            if _is_gentle(added, root, third, fifth):
                classes.append(added)
        # A fourth tone that fits nowhere without a semitone beside it is left out.
        options = _voicings(tuple(classes)) or _voicings((root, third, fifth))
        pitches = min(options, key=lambda option: (_distance(option, previous), option))
        bass = 33 + (root - 33) % 12
        voiced.append(Chord(pitches, bass, tuple(classes[:3]) + tuple(c for c in classes[3:] if colour == "ninth")))
        previous = pitches
    return voiced


def _pitch_class(key: int, scale: tuple[int, ...], degree: int) -> int:
    return (key + scale[degree % 7]) % 12


def _is_gentle(added: int, root: int, third: int, fifth: int) -> bool:
    """Whether a fourth tone adds neither a minor second above another tone nor a tritone."""
    above = [(added - tone) % 12 for tone in (root, third, fifth)]
    below = [(tone - added) % 12 for tone in (third, fifth)]
    return 1 not in above and 6 not in above and 1 not in below


def _voicings(classes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every stacking of the classes between g (55) and f sharp'' (78), rising, no tone doubled, no semitone beside."""
    found = []
    for order in itertools.permutations(classes):
        pitches = [55 + (order[0] - 55) % 12]
        for tone in order[1:]:
            pitches.append(pitches[-1] + (tone - pitches[-1] - 1) % 12 + 1)
        clash = any(high - low in {1, 13} for low, high in itertools.combinations(pitches, 2))
        if pitches[-1] <= 78 and not clash:
            found.append(tuple(pitches))
    return found


def _distance(option: tuple[int, ...], previous: tuple[int, ...]) -> float:
    """How far the outer voices and the middle of a chord move."""
    middle = abs(sum(option) / len(option) - sum(previous) / len(previous))
    return abs(option[0] - previous[0]) + abs(option[-1] - previous[-1]) + middle + 0.3 * abs(option[0] - 57)


def _hold_chords(chords: list[Chord], clock: _Clock, total: int, style: Style) -> tuple[Pad, ...]:
    """One pad a bar, tied over repeated chords; the first swells, the last rings to the end."""
    pads = []
    bar = 0
    attack, release = round(min(0.7, clock.bar_s / 3) * clock.rate), round(min(1.3, clock.bar_s / 2) * clock.rate)
    for chord, tied in itertools.groupby(chords):
        count = len(list(tied))
        last = bar + count == len(chords)
        start, end = clock.at(bar), total if last else clock.at(bar + count)
        swell = min(round(2.5 * clock.rate), (end - start) // 2) if bar == 0 else attack
        bright = 0.35 + 0.35 * _intensity(bar // 4, -(-len(chords) // 4))
        pads.append(Pad(start, end, swell, release, chord, style.pad, 0.45 if last else bright))
        bar += count
    return tuple(pads)


def _intensity(phrase: int, phrases: int) -> float:
    """0..1, how much happens in a phrase: it grows, breathes in every sixth and thins out before the end."""
    if phrase == 0:
        return 0.35
    if phrase == phrases - 1 and phrases > 2:
        return 0.6
    return (0.7, 0.85, 0.75, 1.0, 0.4, 0.9)[(phrase - 1) % 6]


class _Arrangement:
    """Who plays when: mallet motifs, bass and, where the mood drives, light percussion."""

    def __init__(self, random: Random, style: Style, clock: _Clock, chords: tuple[Chord, ...], mood: Mood) -> None:
        self.random = random
        self.style = style
        self.clock = clock
        self.chords = chords
        self.mood = mood
        self.motifs = [self._motif() for _ in range(4)]

    def _motif(self) -> list[tuple[int, int]]:
        """(eighth, step on the ladder of chord tones) for one bar: a contour of small steps that turns back."""
        place, motif = self.random.randrange(1, 5), []
        for eighth in self.random.choice(self.style.rhythms):
            if eighth < self.clock.eighths:
                motif.append((eighth, place))
            place += self.random.choice((-2, -1, -1, 1, 1, 2))
            place = -place if place < 0 else 12 - place if place > 6 else place
        return motif

    def play(self) -> list[Note]:
        notes: list[Note] = []
        phrases = -(-len(self.chords) // 4)
        for bar, chord in enumerate(self.chords):
            intensity = _intensity(bar // 4, phrases)
            if not (phrases > 1 and bar < 1):  # longer pieces open with the pad alone
                notes += self._mallets(bar, chord, intensity)
            if intensity > 0.5 or bar % 4 >= 2 or phrases == 1:
                notes += self._bass(bar, chord, intensity)
            if self.mood == "driving" and (intensity > 0.5 or bar % 4 == 3):
                notes += self._percussion(bar, intensity)
        return notes

    def _mallets(self, bar: int, chord: Chord, intensity: float) -> list[Note]:
        verse = bar // 4
        motif = self.motifs[(0, 1, 0, 2)[bar % 4] if verse % 3 != 2 else (3, 1, 3, 2)[bar % 4]]
        if bar % 4 == 3 and len(motif) > 3:  # the end of a phrase breathes
            motif = motif[:-1]
        ladder = _ladder(chord)
        notes = []
        lift = verse // 2 % 2
        for number, (eighth, place) in enumerate(motif):
            if intensity < 0.5 and number % 2 and self.mood != "driving":
                continue
            accent = 1.0 if eighth % 4 == 0 else 0.72
            gain = self.style.mallet * accent * (0.6 + 0.4 * intensity) * self.random.uniform(0.85, 1.05)
            start = self._humanly(bar + eighth / self.clock.eighths)
            pitch = ladder[min(place + lift, len(ladder) - 1)]
            pan = 0.3 if (number + bar) % 2 else -0.3
            notes.append(Note(start, "mallet", pitch, gain, pan))
            echo = self.clock.at(bar + (eighth + 3) / self.clock.eighths)
            notes.append(Note(echo, "mallet", pitch, 0.3 * gain, -2 * pan))
        return notes

    def _bass(self, bar: int, chord: Chord, intensity: float) -> list[Note]:
        gain = self.style.bass * (0.7 + 0.3 * intensity)
        pattern: tuple[tuple[int, int, int], ...]
        if self.mood == "driving" and self.clock.eighths == 8:
            pattern = ((0, 3, chord.bass), (3, 1, chord.bass), (4, 3, chord.bass), (7, 1, chord.bass + 12))
        elif self.mood == "bright" and self.clock.eighths == 8:
            pattern = ((0, 3, chord.bass), (3, 5, chord.bass))
        else:
            pattern = ((0, self.clock.eighths, chord.bass),)
        return [
            Note(
                self.clock.at(bar + eighth / self.clock.eighths),
                "bass",
                pitch,
                gain if eighth == 0 else 0.75 * gain,
                length=round(length / self.clock.eighths * self.clock.bar_s * self.clock.rate * 0.96),
            )
            for eighth, length, pitch in pattern
        ]

    def _percussion(self, bar: int, intensity: float) -> list[Note]:
        notes = []
        for sixteenth in range(2 * self.clock.eighths):
            at = bar + sixteenth / (2 * self.clock.eighths)
            if sixteenth % 8 == 0 or (sixteenth == 6 and intensity > 0.8):
                notes.append(Note(self.clock.at(at), "kick", 0, 1.0 if sixteenth % 8 == 0 else 0.6))
            if sixteenth % 8 == 4 and intensity > 0.6:
                notes.append(Note(self._humanly(at), "rim", 0, 0.8, 0.12))
            if sixteenth % 2 == 0 or (intensity > 0.8 and self.random.random() < 0.5):
                accent = (1.0, 0.35, 0.7, 0.35)[sixteenth % 4]
                notes.append(Note(self._humanly(at), "shaker", 0, accent * self.random.uniform(0.8, 1.0), -0.25))
        return notes

    def _humanly(self, bar: float) -> int:
        """A moment up to 7 ms late: nobody plays on the grid."""
        return self.clock.at(bar) + round(self.random.uniform(0, 0.007) * self.clock.rate)


def _ladder(chord: Chord) -> list[int]:
    """Chord tones from c' (60) to e''' (88), rising."""
    return [pitch for pitch in range(60, 89) if pitch % 12 in chord.tones]


def _last_chord(chord: Chord, ending: int, clock: _Clock, total: int, style: Style) -> list[Note]:
    """The tonic, rolled upwards, over a long bass."""
    root = chord.bass % 12
    tones = sorted(pitch for pitch in _ladder(chord) if pitch <= 79)[:5]
    tones = [*[tone for tone in tones if tone % 12 != root], next(p for p in range(72, 84) if p % 12 == root)]
    roll = [
        Note(ending + round(0.07 * number * clock.rate), "mallet", pitch, 0.8 * style.mallet, 0.3 * (-1) ** number)
        for number, pitch in enumerate(sorted(tones))
    ]
    return [*roll, Note(ending, "bass", chord.bass, 0.8 * style.bass, length=max(1, total - ending))]
