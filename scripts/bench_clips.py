"""What clips cost: filming one against its limit, and the whole command on a talk of ten minutes that is made for it.

    python scripts/bench_clips.py            the ratio of filming
    make_talk(folder)                        the talk, for scripts/bench.py
    make_long_talks(folder)                  talks of up to three hours and their transcripts, for scripts/bench.py
    measure_film(talk)                       CPU of filming a clip / of decoding and encoding the same frames

Each measurement of filming is a fresh process, imports included. The limit is the decoder over the clip's stretch, and
the encoder over the very same finished frames with the same settings: nothing is cropped, scaled or captioned.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from automagic.media.video.encode import SegmentWriter
from automagic.media.video.planes import Planes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

MINUTES = 10
SCENE_S, SCENES = 20, 6
"""The picture is drawn for two minutes and repeated from there on."""

LONG_MINUTES = (20, 60, 180)
SPOKEN_MINUTES = 4
"""How much of a long talk is spoken; it is repeated from there on."""

FIRST_S, LENGTH_S = 31.0, 40.0
SIZE = (1280, 720)


def make_talk(folder: Path, minutes: float = MINUTES) -> Path:
    """Two people who take turns in reading the sample articles, until the time is over; talk.json says what when."""
    cues = asyncio.run(_speak(folder, minutes * 60))
    (folder / "talk.json").write_text(json.dumps(cues))
    picture = _picture(folder, fps=25)
    talk = folder / "talk.mp4"
    inputs = ("-stream_loop", "-1", "-i", str(picture), "-i", str(folder / "talk.wav"))
    until = ("-t", f"{cues[-1]['until']:.2f}")
    _ffmpeg(*inputs, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", *until, str(talk))
    return talk


def make_long_talks(folder: Path) -> Iterator[tuple[int, Path, Path]]:
    """Minutes, recording and transcript of talks that differ in nothing but their length.

    One camera films throughout, since what is held of the picture is that of the shot that runs. With a transcript and
    a small picture each second, hours are gone through in minutes, and yet all of it is looked at and listened to.
    """
    cues = asyncio.run(_speak(folder, SPOKEN_MINUTES * 60))
    picture = _picture(folder, fps=1, size=(320, 180), cameras=1)
    for minutes in LONG_MINUTES:
        talk, transcript = folder / f"{minutes}.mp4", folder / f"{minutes}.json"
        inputs = ("-stream_loop", "-1", "-i", str(picture), "-stream_loop", "-1", "-i", str(folder / "talk.wav"))
        taken = ("-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "flac", "-t", str(minutes * 60))
        _ffmpeg(*inputs, *taken, str(talk))
        times = range(math.ceil(minutes * 60 / cues[-1]["until"]))  # however often it is said
        said = [(number * cues[-1]["until"], cue) for number in times for cue in cues]
        segments = [
            {"text": cue["text"], "start": before_s + cue["start"], "end": before_s + cue["end"]}
            for before_s, cue in said
            if before_s + cue["end"] <= minutes * 60
        ]
        transcript.write_text(json.dumps({"language": "en", "segments": segments}))
        yield minutes, talk, transcript


def _picture(folder: Path, *, fps: int, size: tuple[int, int] = SIZE, cameras: int = SCENES) -> Path:
    from tests.support.media.face_recordings import Actor, Path2, Scene, write_recording

    def sway(x: float) -> Path2:
        return lambda time_s: (x + 0.01 * math.sin(time_s / 3), 0.38)

    scenes = [
        Scene(SCENE_S, (Actor(number % 2, 0.32, sway(0.35 if number % 2 else 0.62), ((0, SCENE_S),)),), look=number)
        for number in range(cameras)
    ]
    return write_recording(folder / "picture.mp4", scenes, fps=fps, size=size)


async def _speak(folder: Path, duration_s: float) -> list[dict[str, Any]]:
    """Write talk.wav; gives what is said when, and until when it is silent afterwards."""
    from automagic.providers.local.piper.engine import PiperNarrator

    articles = sorted((ROOT / "automagic" / "data" / "samples").glob("*.md"))
    text = " ".join(line for article in articles for line in article.read_text().splitlines() if line[:1] != "#")
    sentences = [sentence for sentence in re.split(r"(?<=[.?!])\s+", text) if sentence.strip()]
    narrator = PiperNarrator(folder, threads=2)
    await narrator.open()
    spoken_s, cues = 0.0, []
    try:
        with wave.open(str(folder / "talk.wav"), "wb") as talk:
            number = 0
            while spoken_s < duration_s:
                part = folder / "part.wav"
                sentence = sentences[number % len(sentences)]
                await narrator.speak(sentence, part, voice="joe", language="en")
                with wave.open(str(part)) as opened:
                    frames, rate = opened.readframes(opened.getnframes()), opened.getframerate()
                if number == 0:
                    talk.setparams((1, 2, rate, 0, "NONE", ""))
                said_s = spoken_s + len(frames) / 2 / rate
                frames += b"\0\0" * int(rate * (0.9 if number % 4 == 0 else 0.35))
                talk.writeframes(frames)
                until_s = spoken_s + len(frames) / 2 / rate
                cues.append({"text": sentence, "start": spoken_s, "end": said_s, "until": until_s})
                spoken_s = until_s
                number += 1
    finally:
        await narrator.close()
    return cues


def measure_film(talk: Path) -> float:
    """CPU of filming a captioned vertical clip of 40 s, against its limit."""
    with tempfile.TemporaryDirectory() as folder:
        filmed = Path(folder) / "clip.mp4"
        return _child("film", talk, filmed) / _child("limit", talk, filmed)


def _child(mode: str, talk: Path, filmed: Path) -> float:
    command = [sys.executable, __file__, mode, str(talk), str(filmed)]
    return float(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _film(talk: Path, target: Path) -> None:
    from automagic.media.rendering.excerpts import Shape, film_excerpt
    from automagic.media.video.encode import EncodeSettings
    from automagic.values.clip_plan import CropKey, KeptRange, ShotFraming
    from automagic.values.cues import CaptionStyle, Cue
    from automagic.values.frame import Frame, Rect
    from automagic.values.recording import Box
    from automagic.values.words import Word

    frame = Frame(1080, 1920, 30, Rect(140, 190, 800, 870), Rect(140, 1100, 800, 340))
    style = CaptionStyle("Inter", 800, 84, "#ffffff", "#ffd23f", outline_px=6, outline_color="#101018")
    cues = []
    for start_s in range(0, int(LENGTH_S), 2):
        begun = [start_s + 0.5 * place for place in range(4)]
        words = [Word(text, at, at + 0.4) for text, at in zip(("Ships", "climb", "a", "hill"), begun, strict=True)]
        cues.append(Cue((tuple(words[:2]), tuple(words[2:])), words[0].start_s, words[-1].end_s))
    width = 9 / 16 * SIZE[1] / SIZE[0]
    middles = (0.62, 0.35)
    framings = []
    at_s = FIRST_S
    while at_s < FIRST_S + LENGTH_S:
        end_s = min((at_s // SCENE_S + 1) * SCENE_S, FIRST_S + LENGTH_S)
        box = Box(middles[int(at_s // SCENE_S) % 2] - width / 2, 0.0, width, 1.0)
        framings.append(ShotFraming(at_s, end_s, "hold", ((CropKey(at_s, box),),)))
        at_s = end_s
    shape = Shape(frame, tuple(framings), tuple(cues), style, EncodeSettings())
    film_excerpt(talk, [KeptRange(FIRST_S, FIRST_S + LENGTH_S)], [shape], [target], cancelled=lambda: False)


def _decode_and_encode(talk: Path, filmed: Path) -> float:
    """CPU seconds of both; making the finished frames is not on the clock."""
    import av

    from automagic.media.rendering import excerpts

    with av.open(str(talk)) as container:
        container.streams.video[0].thread_count = 1
        spent_s = -time.process_time()
        container.seek(int(FIRST_S * av.time_base))
        for picture in container.decode(video=0):
            if picture.time is not None and picture.time >= FIRST_S + LENGTH_S:
                break
        spent_s += time.process_time()
    excerpts.SegmentWriter = _TimedWriter  # type: ignore[misc]
    _film(talk, filmed)
    return spent_s + _TimedWriter.spent_s


class _TimedWriter(SegmentWriter):
    """Collects frames, and encodes many one after the other: only that is on the clock."""

    spent_s = 0.0
    _together = 100

    def __init__(self, *how: Any) -> None:
        super().__init__(*how)
        self._waiting: list[Planes] = []

    def write(self, planes: Planes) -> None:
        self._waiting.append(Planes(*(plane.copy() for plane in planes)))
        if len(self._waiting) == self._together:
            self._encode()

    def _encode(self) -> None:
        started = time.process_time()
        for planes in self._waiting:
            super().write(planes)
        type(self).spent_s += time.process_time() - started
        self._waiting.clear()

    def __exit__(self, *how: Any) -> None:
        self._encode()
        started = time.process_time()
        super().__exit__(*how)
        type(self).spent_s += time.process_time() - started


def _ffmpeg(*arguments: str) -> None:
    import imageio_ffmpeg

    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *arguments], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["film"]:
        _film(Path(sys.argv[2]), Path(sys.argv[3]))
        print(json.dumps(time.process_time()))  # counts from the start of the process
    elif sys.argv[1:2] == ["limit"]:
        print(json.dumps(_decode_and_encode(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        with tempfile.TemporaryDirectory() as place:
            print(f"CPU of filming / of decoding and encoding: {measure_film(make_talk(Path(place), 1.5)):.2f}")
