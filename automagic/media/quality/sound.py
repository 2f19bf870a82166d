"""What the sound of a finished file holds: its times, its silences, and whether it is where the plan says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from automagic.media.analysis.dark_and_still import DetectedRange
from automagic.media.sound.loudness import packet_digest
from automagic.media.video.containers import PACKETS_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

RATE = 48_000
HOP = 480
"""Samples of one level: 10 ms."""
SILENT_DB = -50.0
LAG_LIMIT_S = 0.5


@dataclass(slots=True)
class SoundFacts:
    """What was read from the sound track.

    Attributes:
        codec: "" when there is no sound.
        start_s, end_s: When its first sample is heard and its last one ends.
        levels_db: RMS of the louder channel each 10 ms, from `start_s` on.
        packets: `packet_digest` of the whole track.
    """

    codec: str = ""
    rate: int = 0
    channels: int = 0
    start_s: float = 0.0
    end_s: float = 0.0
    levels_db: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    packets: str = ""
    damage: list[str] = field(default_factory=list)


def read_sound(path: Path) -> SoundFacts:
    """Read the first sound track; never raises for a damaged file, but says so in `damage`."""
    import av

    facts = SoundFacts()
    try:
        with av.open(str(path), options=PACKETS_ONLY) as container:
            if not container.streams.audio:
                return facts
            stream = container.streams.audio[0]
            facts.codec = stream.codec_context.name
            facts.rate, facts.channels = stream.codec_context.sample_rate, stream.codec_context.channels
            facts.levels_db = _read_levels(container, stream, facts)
    except (av.FFmpegError, OSError) as error:
        facts.damage.append(f"reading stopped: {error.strerror or error}")
    return facts


def _read_levels(container: Any, stream: Any, facts: SoundFacts) -> NDArray[np.float64]:
    import av

    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
    base = float(stream.time_base)
    first: float | None = None
    powers: list[NDArray[np.float64]] = []
    rest = np.zeros((2, 0), np.float32)
    parts: list[NDArray[np.float32]] = []
    digest = packet_digest(stream)
    for packet in container.demux(stream):
        digest.update(packet)
        if packet.pts is not None:
            facts.end_s = max(facts.end_s, (packet.pts + (packet.duration or 0)) * base)
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            facts.damage.append(f"the sound near {facts.end_s:.2f} s cannot be decoded: {error.strerror or error}")
            continue
        for frame in frames:
            first = frame.time if first is None else first
            parts.extend(np.asarray(part.to_ndarray(), np.float32) for part in resampler.resample(frame))
        if sum(part.shape[1] for part in parts) >= 100 * HOP:
            rest = np.concatenate([rest, *parts], axis=1)
            powers.append(_powers(rest))
            rest, parts = rest[:, rest.shape[1] // HOP * HOP :], []
    powers.append(_powers(np.concatenate([rest, *parts], axis=1)))
    facts.start_s, facts.packets = first or 0.0, digest.hexdigest()
    return 10 * np.log10(np.maximum(np.concatenate(powers), 1e-12))


def _powers(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    count = samples.shape[1] // HOP
    squares = samples[:, : count * HOP].astype(np.float64) ** 2
    mean: NDArray[np.float64] = squares.reshape(2, count, HOP).mean(axis=2).max(axis=0)
    return mean


def find_silence(facts: SoundFacts, shortest_s: float) -> tuple[list[DetectedRange], float]:
    """Silent stretches inside the sound, and the length of the silence at its end, in seconds."""
    silent = facts.levels_db < SILENT_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[False], silent, [False]]).astype(np.int8)))
    stretches = [
        DetectedRange(facts.start_s + low * HOP / RATE, facts.start_s + high * HOP / RATE)
        for low, high in edges.reshape(-1, 2)
    ]
    trailing = 0.0
    if stretches and len(silent) and silent[-1]:
        trailing = stretches.pop().length_s
    return [stretch for stretch in stretches if stretch.length_s >= shortest_s], trailing


def measure_lag(facts: SoundFacts, spoken: Sequence[tuple[float, float]]) -> float | None:
    """Seconds by which the speech that is heard comes later than planned; None when it cannot be told.

    The level of the sound is compared with the plan (speaking or not) at every shift up to `LAG_LIMIT_S`, and the
    shift at which both agree best is taken.
    """
    count = len(facts.levels_db)
    plan = np.zeros(count)
    for start_s, end_s in spoken:
        low, high = (round((at - facts.start_s) * RATE / HOP) for at in (start_s, end_s))
        plan[max(0, low) : max(0, high)] = 1
    if count < 300 or not 0.02 < plan.mean() < 0.98:
        return None
    level = np.clip(facts.levels_db, SILENT_DB, None)
    level, plan = level - level.mean(), plan - plan.mean()
    limit = round(LAG_LIMIT_S * RATE / HOP)
    size = 1 << (2 * count - 1).bit_length()
    agreement = np.fft.irfft(np.fft.rfft(level, size) * np.conj(np.fft.rfft(plan, size)), size)
    around = np.concatenate([agreement[-limit:], agreement[: limit + 1]])
    strength = float(around.max()) / max(float(np.sqrt(np.sum(level**2) * np.sum(plan**2))), 1e-9)
    if strength < 0.3:
        return None
    return float(np.argmax(around) - limit) * HOP / RATE
