"""The two stems of a mix: the voice on its timeline, and the music that makes room for it.

    pieces ──place_voice──▶ voice.f32     mono, each piece at its sample
    music  ──stage_music──▶ music.f32     stereo, decoded once, no longer than needed
    voice's pauses, music's level ──plan_bed──▶ gain in dB every 50 ms ──write_bed──▶ bed.f32

Stems are raw little-endian float32 at 48 kHz, read and written in blocks: a half-hour video needs no more memory than
a short one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from automagic.errors import MediaError, RequestError
from automagic.media.sound.levels import BLOCK, BLOCKS_A_SECOND, SAMPLE_RATE, as_lufs, block_powers, gated_loudness

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from automagic.media.sound.levels import Powers, Samples
    from automagic.media.sound.parts import SpokenPiece, Stems

CHUNK = BLOCK * 200
"""Samples handled at once: 10 s."""

BED_UNDER_VOICE_DB = 20.0
LIFT_DB = 6.0
LIFT_PAUSE_S = 0.6
"""A pause of the voice must be longer than this for the music to rise into it."""
DUCK_S, RISE_S = 0.35, 0.7
"""How long the music takes to sink, ending as the voice begins, and to rise after it."""
LEVELLING_DB = 5.0
"""How far the music's own loud and soft passages are evened out under a voice."""
AUDIBLE = 0.003
"""-50 dBFS: what stays below is taken for silence."""
OVERRUN_S = 0.05
"""How much of a piece may reach past the end of the video: rounding, not words."""


def decode_sound(path: Path, channels: int) -> Iterator[Samples]:
    """The first sound track of a file as blocks of (n, channels) at 48 kHz.

    Raises:
        MediaError: It cannot be read as sound.
    """
    import av

    try:
        with av.open(str(path), options=_opening(path)) as container:
            if not container.streams.audio:
                raise MediaError(f"{path.name} holds no sound")
            stream = container.streams.audio[0]
            layout = "mono" if channels == 1 else "stereo"
            resampler = av.AudioResampler(format="flt", layout=layout, rate=SAMPLE_RATE)
            for frame in container.decode(stream):
                frame.pts = None  # tracks with broken times are read in the order of their packets
                for part in resampler.resample(frame):
                    yield np.asarray(part.to_ndarray(), np.float32).reshape(-1, channels)
            for part in resampler.resample(None):
                yield np.asarray(part.to_ndarray(), np.float32).reshape(-1, channels)
    except (OSError, av.FFmpegError, ValueError) as error:
        raise MediaError(f"{path.name} cannot be read as sound: {error}") from error


def _opening(path: Path) -> dict[str, str]:
    """How to open a file: of plain WAV, as a voice is, only the header is needed, and not 5 s of its sound."""
    with path.open("rb") as file:
        header = file.read(22)
    plain = header[:4] == b"RIFF" and header[8:16] == b"WAVEfmt " and header[20:] == b"\x01\x00"
    return {"probesize": "4096"} if plain else {}


def read_blocks(path: Path, channels: int) -> Iterator[Samples]:
    """A stem as blocks of (n, channels), `CHUNK` samples each but the last."""
    with path.open("rb") as file:
        while (data := np.fromfile(file, np.float32, CHUNK * channels)).size:
            yield data.reshape(-1, channels)


def until(cancelled: threading.Event | None, blocks: Iterator[Samples]) -> Iterator[Samples]:
    """The same blocks, until the mix is cancelled: the thread that works on them then ends with a MediaError."""
    for block in blocks:
        if cancelled is not None and cancelled.is_set():
            raise MediaError("the mix was cancelled")
        yield block


def stem_powers(path: Path, channels: int) -> Powers:
    """`block_powers` of a whole stem."""
    parts = [block_powers(block) for block in read_blocks(path, channels)]
    return np.concatenate(parts) if parts else np.zeros(0)


def place_voice(
    pieces: Sequence[SpokenPiece], total: int, target: Path, cancelled: threading.Event | None = None
) -> None:
    """Write the mono timeline: every piece at its sample, silence between; what overlaps is added.

    Args:
        pieces: In any order.
        total: Samples of the whole.
        target: Raw float32.
        cancelled: Ends the work early.

    Raises:
        MediaError: A piece cannot be read, holds a value that is no number, or speaks past the end.
    """
    with target.open("w+b") as file:
        file.truncate(total * 4)
        for piece in pieces:
            position = round(piece.start_s * SAMPLE_RATE)
            if position < 0:
                raise MediaError(f"{piece.path.name} would begin before the video ({piece.start_s:.3f} s)")
            for block in until(cancelled, decode_sound(piece.path, 1)):
                _add(file, block[:, 0], position, total, piece.path.name)
                position += len(block)


def _add(file: BinaryIO, samples: Samples, position: int, total: int, name: str) -> None:
    """Add samples to what the timeline holds at `position`."""
    if not np.isfinite(samples).all():
        raise MediaError(f"{name} holds samples that are not numbers")
    excess = position + len(samples) - total
    if excess > 0:
        late = samples[max(0, len(samples) - excess + round(OVERRUN_S * SAMPLE_RATE)) :]
        if np.max(np.abs(late), initial=0.0) > AUDIBLE:
            raise MediaError(f"{name} speaks past the end of the video by {excess / SAMPLE_RATE:.2f} s")
        samples = samples[: max(0, len(samples) - excess)]
    if len(samples) == 0:
        return
    file.seek(position * 4)
    mixed = np.fromfile(file, np.float32, len(samples)) + samples
    file.seek(position * 4)
    mixed.astype("<f4").tofile(file)


def find_speech(powers: Powers) -> NDArray[np.bool_]:
    """Which 50 ms blocks of a voice stem speak: those within 30 dB of its loud parts."""
    audible = powers[powers > 1e-7]  # the absolute gate of BS.1770, -70 LUFS
    if len(audible) == 0:
        return np.zeros(len(powers), bool)
    speaks: NDArray[np.bool_] = powers > np.percentile(audible, 95) * 1e-3
    return speaks


def spoken_spans(speaks: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Stretches of speech in seconds, pauses of up to `LIFT_PAUSE_S` included."""
    spans: list[tuple[float, float]] = []
    for block in np.flatnonzero(speaks):
        start, end = float(block) / BLOCKS_A_SECOND, float(block + 1) / BLOCKS_A_SECOND
        if spans and start - spans[-1][1] <= LIFT_PAUSE_S:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def stage_music(path: Path, total: int, target: Path, cancelled: threading.Event | None = None) -> int:
    """Decode a person's music, no more of it than `total` samples; gives the length decoded.

    Raises:
        RequestError: It holds no sound that could be used; the message names it.
    """
    length, peak = 0, 0.0
    hint = "give an audio file such as MP3, WAV, FLAC or M4A, or leave the music out"
    try:
        with target.open("wb") as file:
            for block in until(cancelled, decode_sound(path, 2)):
                part = block[: total - length]
                np.nan_to_num(part, nan=0.0, posinf=1.0, neginf=-1.0).clip(-8, 8).astype("<f4").tofile(file)
                peak = max(peak, float(np.max(np.abs(part), initial=0.0)))
                length += len(part)
                if length >= total:
                    break
    except MediaError as error:
        raise RequestError(f"the music cannot be used: {error.message}", hint=hint) from error
    if length < min(total, SAMPLE_RATE // 5):
        raise RequestError(f"the music {path.name} lasts only {length / SAMPLE_RATE:.2f} s", hint=hint)
    if peak < AUDIBLE:
        raise RequestError(f"the music {path.name} is silent", hint=hint)
    return length


def loop_music(track: Path, length: int, total: int) -> Iterator[Samples]:
    """A staged track as blocks of `CHUNK`, begun again with an equal-power crossfade until `total` is reached.

    Args:
        track: Stereo stem of `length` samples.
    """
    cross = min(2 * SAMPLE_RATE, length // 4)
    period = length - cross
    ramp = np.sin(np.linspace(0, np.pi / 2, cross, endpoint=False)).astype(np.float32)[:, None]
    rounds = 1 if length >= total else -(-(total - cross) // period)
    with track.open("rb") as file:
        for start in range(0, total, CHUNK):
            block = np.zeros((min(CHUNK, total - start), 2), np.float32)
            first = max(0, (start - length) // period)
            for index in range(first, min(rounds, (start + len(block)) // period + 1)):
                begin = index * period
                low, high = max(start, begin), min(start + len(block), begin + length)
                if low >= high:
                    continue
                file.seek((low - begin) * 8)
                part = np.fromfile(file, np.float32, (high - low) * 2).reshape(-1, 2)
                _fade_ends(part, low - begin, length, ramp, first=index == 0, last=index == rounds - 1)
                block[low - start : high - start] += part
            yield block


def _fade_ends(part: Samples, offset: int, length: int, ramp: Samples, *, first: bool, last: bool) -> None:
    """Fade what of `part`, which begins `offset` samples into its round, lies in the crossfades."""
    cross = len(ramp)
    if not first and offset < cross:
        count = min(len(part), cross - offset)
        part[:count] *= ramp[offset : offset + count]
    tail = length - cross - offset  # where in `part` the fade to the next round begins
    if not last and tail < len(part):
        begin = max(0, tail)
        part[begin:] *= ramp[::-1][begin - tail : len(part) - tail]


def plan_bed(voice: Powers, music: Powers) -> NDArray[np.float64]:
    """How much to turn the music up or down, in dB, one value each 50 ms.

    While the voice speaks the music lies `BED_UNDER_VOICE_DB` below it, in K-weighted power over all that is spoken;
    it rises by `LIFT_DB` in longer pauses. It sinks ahead of the voice, as a person at the fader who knows the text
    would do it; a compressor would only react. Without any voice it is left as it is.

    Args:
        voice, music: `block_powers` of both, equally long.
    """
    speaks = find_speech(voice)
    if not speaks.any():
        return np.zeros(len(music))
    levelling = _even_out(music, speaks)
    under = music * 10 ** (levelling / 10)
    times = np.arange(len(music)) / BLOCKS_A_SECOND
    ducked = np.zeros(len(music))
    for start, end in spoken_spans(speaks):
        sink = _smooth((times - (start - DUCK_S)) / DUCK_S)
        rise = _smooth((times - end - 0.1) / RISE_S)
        ducked = np.maximum(ducked, sink * (1 - rise))
    loudness_of_voice = 10 * np.log10(voice[speaks].mean())
    loudness_of_music = 10 * np.log10(max(float(under[speaks].mean()), 1e-12))
    # A passage that is silent under the whole voice must not be amplified without limit.
    base = min(loudness_of_voice - loudness_of_music - BED_UNDER_VOICE_DB, 30.0)
    return np.asarray(base + levelling + LIFT_DB * (1 - ducked))


def _even_out(music: Powers, speaks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """dB that bring 3 s passages nearer to the music's mean level under the voice, within ± `LEVELLING_DB`."""
    span = min(3 * BLOCKS_A_SECOND, len(music))
    kernel = np.hanning(span + 2)[1:-1]
    passage = np.convolve(music, kernel, "same") / np.convolve(np.ones(len(music)), kernel, "same")
    level = 10 * np.log10(np.maximum(passage, 1e-9))
    deviation = level - level[speaks].mean()
    return np.asarray(np.clip(-0.8 * deviation, -LEVELLING_DB, LEVELLING_DB))


def _smooth(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 before 0, 1 after 1, half a cosine between."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(x, 0, 1)))


def bed_gain(at: NDArray[np.float64], gain_db: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    """The factor of the music at each of some samples: the planned gain, and both ends faded.

    Args:
        at: Numbers of samples, rising.
        gain_db: As `plan_bed` gives it.
        total: Samples of the whole.
    """
    fade_in, fade_out = min(SAMPLE_RATE // 2, total // 6), min(round(0.8 * SAMPLE_RATE), total // 4)
    gain: NDArray[np.float64] = np.exp(np.interp(at, _centres(len(gain_db)), gain_db) * (np.log(10) / 20))
    if at[0] < fade_in:
        gain *= _smooth(at / fade_in)
    if total - at[-1] < fade_out:
        gain *= _smooth((total - at) / fade_out)
    return gain


def _centres(count: int) -> NDArray[np.float64]:
    """The sample in the middle of each of so many blocks."""
    return np.asarray((np.arange(count) + 0.5) * BLOCK, np.float64)


def write_bed(music: Iterator[Samples], gain_db: NDArray[np.float64], total: int, target: Path) -> None:
    """Write the music at the gain that was planned.

    Args:
        music: Blocks that make up `total` samples.
        gain_db: As `plan_bed` gives it.
    """
    position = 0
    with target.open("wb") as file:
        for block in music:
            gain = bed_gain(np.arange(position, position + len(block), dtype=np.float64), gain_db, total)
            (block * gain[:, None]).astype("<f4").tofile(file)
            position += len(block)


@dataclass(frozen=True, slots=True)
class Balance:
    """What voice and music come to, by their powers: nothing of it is measured in the sound itself.

    Attributes:
        loudness_lufs: Integrated, of both together. Two sounds that have nothing to do with each other add in power; a
            voice over a recording of itself would be louder.
        under_db: How far the music lies below the voice while that speaks, None unless there are both.
    """

    loudness_lufs: float
    under_db: float | None


def make_bed(stems: Stems, music: Path | None, total: int) -> Balance:
    """Write the bed stem, which is the music at the gain that makes room for the voice.

    Raises:
        RequestError: The music cannot be used.
    """
    voice = 2 * stem_powers(stems.voice, 1)  # it will be heard from both sides
    if music is None:
        with stems.bed.open("wb") as file:
            file.truncate(total * 2 * 4)  # silence
        return Balance(gated_loudness(voice), None)
    length = stage_music(music, total, stems.music, stems.cancelled)
    track = until(stems.cancelled, loop_music(stems.music, length, total))
    powers = np.concatenate([block_powers(block) for block in track])
    gain_db = plan_bed(voice, powers)
    track = until(stems.cancelled, loop_music(stems.music, length, total))
    write_bed(track, gain_db, total, stems.bed)
    stems.music.unlink()
    bed = powers * bed_gain(np.minimum(_centres(len(powers)), total - 1), gain_db, total) ** 2
    speaks = find_speech(voice)
    under_db = as_lufs(float(voice[speaks].mean())) - as_lufs(float(bed[speaks].mean())) if speaks.any() else None
    return Balance(gated_loudness(voice + bed), under_db)


def sum_stems(stems: Stems) -> None:
    """Write voice and bed as one stem and remove them."""
    with stems.mix.open("wb") as file:
        voices = until(stems.cancelled, read_blocks(stems.voice, 1))
        for voice, bed in zip(voices, read_blocks(stems.bed, 2), strict=True):
            (bed + voice).astype("<f4").tofile(file)
    stems.voice.unlink()
    stems.bed.unlink()
