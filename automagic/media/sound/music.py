"""Music made by arithmetic: a quiet bed for any length, without samples, the same for the same seed.

    score ─▶ pads (spectra with random phases, so that they never beat or click)  ─┐
          ─▶ mallets, bass, percussion (each sound computed once, then placed)     ├─▶ sum ─▶ soft limit ─▶ ends faded
                                       └─▶ reverberation (decaying noise, by FFT) ─┘

It is rendered in sections of about nine seconds, so that half an hour needs no more memory than a minute.
"""

from __future__ import annotations

import hashlib
import wave
from typing import TYPE_CHECKING

import numpy as np

from automagic.media.sound.music_score import Chord, Mood, Note, Pad, Score, Voice, write_score

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]


SAMPLE_RATE = 48_000
SECTION_FFT = 2**19
PAD_LENGTH = 2**18
"""Samples of a pad's table, 5.5 s at 48 kHz. It is periodic by construction and repeats without a seam."""
REVERB_S = 2.2
KNEE, CEILING = 0.6, 0.88


def compose(seed: str, *, duration_s: float, mood: Mood = "calm", sample_rate: int = SAMPLE_RATE) -> Samples:
    """A piece of music: (n, 2), peak below 0.9, silent at both ends, resolved just before the end.

    Args:
        seed: Any text, such as a title; another one gives another piece.
        duration_s: From 3 s up; for many minutes use `write_music`, which needs less memory.
        mood: "driving" alone has percussion.
        sample_rate: In Hz.
    """
    sections = list(_render(write_score(seed, duration_s, mood, sample_rate), sample_rate, seed))
    return np.concatenate(sections) if sections else np.zeros((0, 2), np.float32)


def write_music(seed: str, *, duration_s: float, target: Path, mood: Mood = "calm") -> None:
    """`compose` into a 16-bit stereo WAV, section by section; the file appears when it is complete."""
    beside = target.with_name(f"{target.name}.partial")
    try:
        with wave.open(str(beside), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            for section in _render(write_score(seed, duration_s, mood, SAMPLE_RATE), SAMPLE_RATE, seed):
                file.writeframes(np.rint(section * 32767).astype("<i2").tobytes())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _render(score: Score, rate: int, seed: str) -> Iterator[Samples]:
    """The piece in order, section by section. Inside, channels come first: (2, n)."""
    noise_seed = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    sounds = _Sounds(score, rate, noise_seed)
    response = np.fft.rfft(_reverb_response(rate, noise_seed), SECTION_FFT)
    section = SECTION_FFT - round(REVERB_S * rate)
    tail = np.zeros((2, SECTION_FFT - section), np.float32)
    for start in range(0, score.total, section):
        dry, send = sounds.mix(start, min(start + section, score.total))
        wet = np.fft.irfft(np.fft.rfft(send, SECTION_FFT) * response).astype(np.float32)
        wet[:, : tail.shape[1]] += tail
        tail = wet[:, section:]
        dry += wet[:, : dry.shape[1]]
        _fade_ends(dry, start, score, rate)
        yield np.ascontiguousarray(_limit_softly(dry).T)


def _fade_ends(mixed: Samples, start: int, score: Score, rate: int) -> None:
    """30 ms at the beginning against a click, and the last chord's way into silence."""
    fade_in, fade_out = round(0.03 * rate), max(1, round((score.total - score.ending) * 0.4))
    count = mixed.shape[1]
    if start < fade_in:
        head = mixed[:, : max(0, fade_in - start)]
        head *= (np.arange(start, start + head.shape[1]) / fade_in).astype(np.float32)
    if start + count > score.total - fade_out:
        low = max(0, score.total - fade_out - start)
        left = np.clip((score.total - 1 - np.arange(start + low, start + count)) / fade_out, 0, 1)
        mixed[:, low:] *= (0.5 - 0.5 * np.cos(np.pi * left)).astype(np.float32)


def _limit_softly(mixed: Samples) -> Samples:
    """Leave everything below `KNEE` as it is and bend the rest towards `CEILING`."""
    if float(np.max(mixed, initial=0.0)) <= KNEE and float(np.min(mixed, initial=0.0)) >= -KNEE:
        return mixed
    size = np.abs(mixed)
    bent = KNEE + (CEILING - KNEE) * np.tanh((size - KNEE) / (CEILING - KNEE))
    return np.where(size > KNEE, np.copysign(bent, mixed), mixed).astype(np.float32)


BUSES: dict[str, float] = {"pad": 0.35, "mallet": 0.5, "rim": 0.35, "shaker": 0.15, "kick": 0.05, "bass": 0.0}
"""How much of each kind of sound goes to the reverberation."""


class _Sounds:
    """Every sound of one score, computed when first played."""

    def __init__(self, score: Score, rate: int, noise_seed: int) -> None:
        self.score = score
        self.rate = rate
        self.noise_seed = noise_seed
        self._tables: dict[tuple[int, ...], Samples] = {}
        self._struck: dict[tuple[Voice, int, int], Samples] = {}

    def mix(self, start: int, end: int) -> tuple[Samples, Samples]:
        """What sounds from sample `start` to `end`: dry, and what goes to the reverberation."""
        dry, send = np.zeros((2, end - start), np.float32), np.zeros((2, end - start), np.float32)
        for name, amount in BUSES.items():
            bus = np.zeros((2, end - start), np.float32)
            if name == "pad":
                for pad in self.score.pads:
                    if pad.start < end and pad.end + pad.release > start:
                        self._add_pad(pad, start, bus)
            else:
                notes = [note for note in self.score.notes if note.voice == name and note.start < end]
                if not notes:
                    continue
                for note in notes:
                    self._add_note(note, start, bus)
            dry += bus
            if amount:
                bus *= amount
                send += bus
        return dry, send

    def _add_pad(self, pad: Pad, start: int, bus: Samples) -> None:
        low, high = max(start, pad.start), min(start + bus.shape[1], pad.end + pad.release)
        held = pad.end - pad.start
        at = np.arange(low - pad.start, high - pad.start, dtype=np.float32)
        level = np.full(high - low, pad.gain, np.float32)
        rising, falling = max(0, pad.start + pad.attack - low), max(0, pad.end - low)
        level[:rising] *= np.sin(np.pi / 2 * at[:rising] / max(1, pad.attack))
        level[falling:] *= np.cos(np.pi / 2 * (at[falling:] - held) / max(1, pad.release))
        # The filter opens slower than the sound rises, and closes again.
        colour = np.minimum(at / max(1, 2.5 * pad.attack), 1) * (1 - 0.4 * np.minimum(at / max(1, held), 1))
        colour *= np.float32(pad.bright) * level
        table = self._pad_table(pad.chord)
        position = low
        while position < high:  # the table is read round and round
            offset = position % PAD_LENGTH
            count = min(PAD_LENGTH - offset, high - position)
            span = slice(position - low, position - low + count)
            for channel in (0, 1):
                part = table[channel, offset : offset + count] * level[span]
                part += table[channel + 2, offset : offset + count] * colour[span]
                bus[channel, position - start : position - start + count] += part
            position += count

    def _add_note(self, note: Note, start: int, bus: Samples) -> None:
        sound = self._struck_sound(note)
        low, high = max(start, note.start), min(start + bus.shape[1], note.start + len(sound))
        if low >= high:
            return
        part = sound[low - note.start : high - note.start]
        for channel, gain in enumerate(_panned(note.pan) * note.gain):
            bus[channel, low - start : high - start] += gain * part

    def _struck_sound(self, note: Note) -> Samples:
        key = (note.voice, note.pitch, note.length)
        if key not in self._struck:
            self._struck[key] = self._make_struck(note)
        return self._struck[key]

    def _make_struck(self, note: Note) -> Samples:
        if note.voice == "mallet":
            return 0.15 * _mallet(note.pitch, self.score.timbre, self.rate)
        if note.voice == "bass":
            return 0.16 * _bass(note.pitch, note.length, self.rate)
        return _percussion(note.voice, self.rate, self.noise_seed)

    def _pad_table(self, chord: Chord) -> Samples:
        """(4, PAD_LENGTH): dark left and right, bright left and right."""
        if chord.pitches not in self._tables:
            number = len(self._tables)
            self._tables[chord.pitches] = _pad_table(chord.pitches, self.rate, self.noise_seed + number)
        return self._tables[chord.pitches]


def _hertz(pitch: float) -> float:
    return float(440 * 2 ** ((pitch - 69) / 12))


def _panned(pan: float) -> NDArray[np.float32]:
    """Equal-power gains for left and right, 1 in the middle."""
    angle = (max(-1.0, min(1.0, pan)) + 1) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))


def _pad_table(pitches: tuple[int, ...], rate: int, seed: int) -> Samples:
    """A chord as many players would hold it: each partial a narrow band with random phases.

    This is the PADsynth method (Paul Nasca Octavian, 2005): a spectrum is drawn and transformed once; the result is a
    periodic, evenly moving sound. Left and right have other phases, which makes it wide.
    """
    random = np.random.default_rng(seed)
    spectrum = np.zeros((4, PAD_LENGTH // 2 + 1), np.complex64)
    bin_hz = rate / PAD_LENGTH
    for number, pitch in enumerate(pitches):
        base = _hertz(pitch) * 2 ** (random.uniform(-3, 3) / 1200)
        for partial in range(1, 13):
            frequency = base * partial
            if frequency > min(5_000, 0.4 * rate):
                break
            width = max(0.35, frequency * (2 ** (9 / 1200) - 1)) / bin_hz
            center = frequency / bin_hz
            bins = np.arange(int(center - 4 * width), int(center + 4 * width) + 1)
            shape = np.exp(-0.5 * ((bins - center) / width) ** 2) / np.sqrt(width)
            level = (1.0 if number == 0 else 0.85) * min(1.0, (220 / base) ** 0.5)
            for column, slope in ((0, 2.6), (1, 2.6), (2, 1.5), (3, 1.5)):
                phases = np.exp(2j * np.pi * random.random(len(bins)))
                amount = partial**-slope if column < 2 or partial > 1 else 0.3
                spectrum[column, bins] += level * amount * shape * phases
    table = np.fft.irfft(spectrum).astype(np.float32)
    table[:2] *= 0.06 / float(np.sqrt(np.mean(table[:2] ** 2)))
    table[2:] *= 0.04 / float(np.sqrt(np.mean(table[2:] ** 2)))
    return table


# Partials as (ratio to the fundamental, level, decay relative to the fundamental's): kalimba, marimba, felt piano.
_MALLETS = (
    ((1.0, 1.0, 1.0), (2.0, 0.12, 0.6), (5.4, 0.10, 0.12), (8.9, 0.03, 0.06)),
    ((1.0, 1.0, 1.0), (3.98, 0.22, 0.28), (10.1, 0.06, 0.08)),
    (
        (1.0, 1.0, 1.0),
        (2.001, 0.45, 0.75),
        (3.004, 0.2, 0.55),
        (4.009, 0.1, 0.4),
        (5.016, 0.05, 0.3),
        (6.03, 0.02, 0.2),
    ),
)


def _mallet(pitch: int, timbre: int, rate: int) -> Samples:
    """A struck bar, tine or string of 2.6 s, peak about 1, beginning and ending at zero."""
    frequency = _hertz(pitch)
    decay_s = (0.75, 0.55, 0.9)[timbre] * (261.6 / frequency) ** 0.45
    sound = np.zeros(round(2.6 * rate))
    for ratio, level, relative in _MALLETS[timbre]:
        if frequency * ratio < 0.4 * rate:
            sound += level * _decaying(frequency * ratio / rate, 1 / (decay_s * relative * rate), len(sound))
    attack, fade = round(0.004 * rate), round(0.4 * rate)
    sound[:attack] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(attack) / attack)
    sound[-fade:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / fade)
    return np.asarray(sound * min(1.0, (523 / frequency) ** 0.5), np.float32)


def _decaying(cycles: float, decay: float, count: int) -> NDArray[np.float64]:
    """A sine that dies away: sin(2π·cycles·n)·exp(-decay·n) for n from 0 to `count`.

    Its values are the powers of one complex number; as products of few of them they take a tenth of the time.
    """
    power = 2j * np.pi * cycles - decay
    near, far = np.exp(power * np.arange(512)), np.exp(power * 512 * np.arange(-(-count // 512)))
    sines: NDArray[np.float64] = np.outer(far, near).ravel()[:count].imag
    return sines


def _bass(pitch: int, length: int, rate: int) -> Samples:
    """A round, soft bass note of `length` samples with a release of 150 ms beyond them."""
    release = round(0.15 * rate)
    frequency = _hertz(pitch)
    sound = np.zeros(length + release)
    for partial, level in ((1, 1.0), (2, 0.4), (3, 0.15), (4, 0.05)):
        sound += level * _decaying(frequency * partial / rate, 0.45 * partial / rate, len(sound))
    attack = min(round(0.02 * rate), len(sound))
    sound[:attack] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(attack) / attack)
    sound[-release:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, release + 1) / release)
    return np.asarray(sound, np.float32)


def _percussion(voice: Voice, rate: int, seed: int) -> Samples:
    """A soft kick, a shaker or a rim click."""
    random = np.random.default_rng(seed)
    time = np.arange(round((0.32 if voice == "kick" else 0.09) * rate)) / rate
    if voice == "kick":
        phase = 2 * np.pi * (48 * time + 70 * 0.03 * (1 - np.exp(-time / 0.03)))
        sound = 0.3 * np.sin(phase) * np.exp(-time / 0.09)
    elif voice == "rim":
        sound = 0.07 * np.sin(2 * np.pi * 1_650 * time) * np.exp(-time / 0.012)
        sound += 0.06 * np.sin(2 * np.pi * 420 * time) * np.exp(-time / 0.02)
    else:
        noise = random.standard_normal(len(time))
        noise = np.diff(noise, 2, prepend=(0.0, 0.0))  # twice differentiated: nothing below some kHz is left
        sound = 0.016 * noise * np.minimum(1, time / 0.012) * np.exp(-time / 0.02)
    attack, fade = round(0.003 * rate), round(0.02 * rate)
    sound[:attack] *= np.arange(attack) / attack
    sound[-fade:] *= np.linspace(1, 0, fade)
    return np.asarray(sound, np.float32)


def _reverb_response(rate: int, seed: int) -> Samples:
    """A soft hall: noise that decays by 60 dB in `REVERB_S`, its high end sooner, no direct sound, unit energy."""
    random = np.random.default_rng(seed ^ 0x5EED)
    length = round(REVERB_S * rate)
    noise = np.fft.rfft(random.standard_normal((2, length)))
    frequencies = np.fft.rfftfreq(length, 1 / rate)
    floor = (frequencies / 180) ** 2 / (1 + (frequencies / 180) ** 2)  # no rumble, no offset
    time = np.arange(length) / rate
    response = np.zeros((2, length))
    for low, high, seconds in ((0, 1_200, 1.0), (1_200, 3_500, 0.75), (3_500, 7_000, 0.45)):
        band = (frequencies >= low) & (frequencies < high)
        response += np.fft.irfft(noise * floor * band, length) * 10 ** (-3 * time / (REVERB_S * seconds))
    predelay, swell = round(0.018 * rate), round(0.03 * rate)
    response[:, :swell] *= np.linspace(0, 1, swell)
    response = np.roll(response, predelay, axis=1)
    response[:, :predelay] = 0
    response[:, -swell:] *= np.linspace(1, 0, swell)
    return np.asarray(0.55 * response / np.sqrt(np.sum(response**2, axis=1, keepdims=True)), np.float32)
