"""What the check of captions finds in captions with planted faults, of ten minutes that a voice of ours reads.

    make bench ARGS=archive-captions      rows of bench.py

    twelve talks ─▶ spoken ─▶ when each word is said, by forced alignment ─▶ good captions ─▶ spoiled on purpose
                        └──▶ heard by the recogniser ────────────────────────▶ checked against

The recogniser knows neither the text nor its times. A fault counts as found where it is named and of the right size
within a tenth; of good captions nothing may be said.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import wave
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from bench_commands import Row

from automagic.language.transcript.caption_check import CaptionFinding, CaptionRules, check_captions
from automagic.language.transcript.caption_words import CheckedCue
from automagic.values.transcript import Transcript
from automagic.values.words import Word

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

VOICE = "joe"
PAUSE_S, LONG_PAUSE_S = 0.35, 2.5
"""After a sentence, and after a talk."""
SILENCE_S = 12.0
"""In the middle: nobody speaks."""
LINE = 32
NEARLY = 0.1
RULES = CaptionRules(max_chars_per_s=25.0)
"""The voice speaks fast."""

Cues = Sequence[CheckedCue]


def make_speech(folder: Path, minutes: float = 10.0) -> tuple[Path, list[list[Word]]]:
    """speech.wav, and the words of each of its sentences with their times."""
    folder.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_speak(folder, minutes * 60))


async def _speak(folder: Path, least_s: float) -> tuple[Path, list[list[Word]]]:
    from automagic.providers.local.piper.engine import PiperNarrator
    from automagic.providers.local.shared import aligner
    from automagic.providers.local.shared.heard_words import bare
    from tests.support.texts.topic_talks import TEXTS

    narrator = PiperNarrator(folder, threads=2)
    target, part = folder / "speech.wav", folder / "part.wav"
    at_s, said = 1.0, list[list[Word]]()
    try:
        with wave.open(str(target), "wb") as whole:
            for number, text in enumerate(TEXTS * 2):
                if at_s > least_s:
                    break
                for sentence in re.split(r"(?<=[.?!])\s+", text.strip()):
                    await narrator.speak(sentence, part, voice=VOICE, language="en")
                    with wave.open(str(part)) as opened:
                        frames, rate = opened.readframes(opened.getnframes()), opened.getframerate()
                    if not said:
                        whole.setparams((1, 2, rate, 0, "NONE", ""))
                        whole.writeframes(_silence(at_s, rate))
                    words = sentence.split()
                    placed = aligner.align_words(str(part), [bare(word) for word in words], "en", "")["times"]
                    said.append([Word(one, at_s + a, at_s + b) for one, (a, b) in zip(words, placed, strict=True)])
                    whole.writeframes(frames + _silence(PAUSE_S, rate))
                    at_s += len(frames) / 2 / rate + round(PAUSE_S * rate) / rate
                pause_s = SILENCE_S if number == 5 else LONG_PAUSE_S
                whole.writeframes(_silence(pause_s, rate))
                at_s += round(pause_s * rate) / rate
    finally:
        await narrator.close()
    return target, said


def _silence(length_s: float, rate: int) -> bytes:
    return b"\0\0" * round(length_s * rate)


def make_captions(said: Sequence[Sequence[Word]]) -> list[CheckedCue]:
    """Good ones: a cue begins with its first word, holds two lines of one sentence, and stays as long as it may."""
    parts = [part for sentence in said for part in _parts(sentence)]
    after = [following[0].start_s for _, following in pairwise(parts)] + [parts[-1][-1].end_s + 2.0]
    cues = []
    for part, next_s in zip(parts, after, strict=True):
        lines = _lines([word.text for word in part])
        cues.append(
            CheckedCue(part[0].start_s, min(next_s, part[-1].end_s + 1.5, part[0].start_s + 7), "\n".join(lines))
        )
    return cues


def _parts(sentence: Sequence[Word]) -> list[list[Word]]:
    """As few of a sentence as two lines take, each about as long as the others."""
    count = 1
    while True:
        size = -(-len(sentence) // count)
        parts = [list(sentence[at : at + size]) for at in range(0, len(sentence), size)]
        if all(len(_lines([word.text for word in part])) <= 2 for part in parts):
            return parts
        count += 1


def _lines(words: Sequence[str]) -> list[str]:
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


# -------------------------------------------------------------------------------------------------- faults


def _stretch(cues: Cues, rate: float, offset_s: float) -> list[CheckedCue]:
    return [CheckedCue(one.start_s * rate + offset_s, one.end_s * rate + offset_s, one.text) for one in cues]


def _cut_tail(cues: Cues) -> list[CheckedCue]:
    return list(cues[: len(cues) * 2 // 3])


def _wrong_words(cues: Cues) -> tuple[list[CheckedCue], str, float]:
    """One word in ten is another."""
    chance = random.Random(5)  # noqa: S311 - a choice of words
    spoiled, count, wrong = list[CheckedCue](), 0, 0
    for cue in cues:
        lines = []
        for line in cue.text.splitlines():
            words = ["bananas" if chance.random() < 0.1 else word for word in line.split()]
            count += len(words)
            wrong += words.count("bananas")
            lines.append(" ".join(words))
        spoiled.append(CheckedCue(cue.start_s, cue.end_s, "\n".join(lines)))
    return spoiled, "wrongWords", wrong / count


def _long_line(cues: Cues) -> tuple[list[CheckedCue], str, float]:
    longest = max(range(len(cues)), key=lambda place: len(cues[place].text))
    one = cues[longest]
    flat = " ".join(one.text.split())
    return [*cues[:longest], CheckedCue(one.start_s, one.end_s, flat), *cues[longest + 1 :]], "maxChars", len(flat)


def _silent_text(cues: Cues) -> list[CheckedCue]:
    """Where nobody speaks for longest, a caption says something."""
    before, after = max(pairwise(cues), key=lambda pair: pair[1].start_s - pair[0].end_s)
    middle = (before.end_s + after.start_s) / 2
    return sorted([*cues, CheckedCue(middle - 1, middle + 1, "Thanks for watching this")], key=lambda cue: cue.start_s)


def planted(cues: Cues, said: Sequence[Sequence[Word]]) -> Iterator[tuple[str, list[CheckedCue], str, float | None]]:
    """What was done, the captions, the rule that must be named, its size (None for any)."""
    late, early, slow, fast, pulled, both = map(
        partial(_stretch, cues), (1, 1, 1.001, 1 / 1.001, 23.976 / 25, 1.001), (1.5, -0.8, 0, 0, 0, 2.0)
    )
    yield "1.5 s late", late, "shifted", 1.5
    yield "0.8 s early", early, "shifted", -0.8
    yield "drift 0.1 %", slow, "drifting", 3.6
    yield "drift -0.1 %", fast, "drifting", -3.596
    yield "25 as 23.976", pulled, "drifting", -147.5
    yield "late and drifting", both, "drifting", 3.6
    tail = _cut_tail(cues)
    words = [word for one in said for word in one]
    first_lost = min(words, key=lambda word: abs(word.start_s - cues[len(tail)].start_s))
    yield "cut tail", tail, "noCaptions", words[-1].end_s - first_lost.start_s
    yield "one word in ten wrong", *_wrong_words(cues)
    yield "a long line", *_long_line(cues)
    yield "a caption in silence", _silent_text(cues), "noSpeech", None


def hear(sound: Path, home: Path) -> Transcript:
    """What the recogniser of this machine hears."""
    from automagic.providers.local.shared import waveform
    from automagic.providers.local.whisper.engine import WhisperTranscriber

    samples, rate = waveform.read_wav(sound)
    narrowed = sound.with_name("16k.wav")
    waveform.write_wav(narrowed, waveform.resample(samples, rate, 16_000), 16_000)

    async def listen() -> Transcript:
        transcriber = WhisperTranscriber(home, threads=2)
        try:
            return await transcriber.transcribe(narrowed, language="en")
        finally:
            await transcriber.close()

    return asyncio.run(listen())


def rows(folder: Path) -> Iterator[Row]:
    """What `make bench ARGS=archive-captions` prints."""
    sound, said = make_speech(folder)
    heard, cues = hear(sound, folder), make_captions(said)
    length = f"{said[-1][-1].end_s / 60:.1f} min"
    found = check_captions(cues, heard.words, sure=heard.confidences, rules=RULES).findings
    told = "; ".join(finding.message for finding in found) or "none"
    yield Row(f"findings in good captions of {length}", told, "none", "none", not found)
    for what, spoiled, rule, size in planted(cues, said):
        yield _judge(
            what, check_captions(spoiled, heard.words, sure=heard.confidences, rules=RULES).findings, rule, size
        )


def _judge(what: str, findings: Sequence[CaptionFinding], rule: str, size: float | None) -> Row:
    named = [one for one in findings if one.rule == rule]
    sizes = [one.size for one in named if one.size is not None]
    reached = f"{rule} {sizes[0]:.3g}" if sizes else rule if named else "not found"
    others = sorted({one.rule for one in findings} - {rule})
    wanted = rule if size is None else f"{rule} {size:.3g} ±10 %"
    right = bool(named) and (size is None or any(abs(one - size) <= NEARLY * abs(size) for one in sizes))
    besides = f" (and {', '.join(others)})" if others else ""
    return Row(f"captions: {what}", f"{reached}{besides}", wanted, wanted, right)


if __name__ == "__main__":
    for row in rows(Path(sys.argv[1])):
        print(row.measure, "|", row.reached, "|", row.at_least, "|", row.holds)
