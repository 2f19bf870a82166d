"""Small talks of which it is known who says what when, filmed as `face_recordings` films.

The fixtures are for the tests of one process, whatever file they are in; a file that needs them names this one in
`pytest_plugins`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from automagic.machine.processes import run_program
from automagic.media.video.ffmpeg_program import locate_ffmpeg
from automagic.providers.local.espeak import engine as espeak
from automagic.providers.local.shared import waveform
from tests.support.media.face_recordings import Actor, Scene, stay, write_recording

BREAD = (
    "Why does bread rise?",
    "Because yeast eats sugar and makes gas.",
    "The gas is caught in the dough, and the dough grows to twice its size.",
)
SHIPS = (
    "How do ships climb a hill?",
    "They climb it in locks, which are rooms of water with two doors.",
    "Water flows into the room and lifts the ship by 8 meters.",
    "Nothing but gravity moves the water, so it costs almost no power.",
)
HONEY = (
    "Why does honey never spoil?",
    "It holds so little water that nothing can live in it.",
    "Jars from the graves of the pharaohs were still good to eat after 3,000 years.",
    "Bees visit about two million flowers for a single pound of honey.",
)
LEAD_S, GAP_S = 0.5, 0.7
RATE = espeak.INFO.sample_rate

FPS = 3
"""At which a face that sits still is found and followed."""

OFTEN = {"preset": "veryfast", "crf": "20", "g": str(FPS)}
"""A picture a second that needs no other."""


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two episodes that share a part, and their transcripts."""
    folder = tmp_path_factory.mktemp("season")

    async def film() -> None:
        await film_talk(folder, BREAD + SHIPS, "part 2")
        await film_talk(folder, HONEY + SHIPS, "part 10", face=1)

    asyncio.run(film())
    return folder


@pytest.fixture(scope="session")
def clips_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where clips of the season are made: what one test has made, the next one finds."""
    return tmp_path_factory.mktemp("home")


async def film_talk(folder: Path, sentences: Sequence[str], name: str, *, face: int = 0) -> Path:
    """A person who says `sentences`, as `name`.mp4, and `name`.json, a transcript of it that tells when."""
    time_s, parts, cues = LEAD_S, [np.zeros(round(LEAD_S * RATE), np.float32)], []
    for sentence in sentences:
        file = folder / f"{name}.wav"
        espeak.speak(sentence, "standard", "en", "", str(file))
        samples, rate = waveform.read_wav(file)
        assert rate == RATE
        cues.append({"text": sentence, "start": time_s, "end": time_s + len(samples) / RATE})
        parts += [samples, np.zeros(round(GAP_S * RATE), np.float32)]
        time_s = sum(map(len, parts)) / RATE
    (folder / f"{name}.json").write_text(json.dumps({"language": "en", "segments": cues}))
    waveform.write_wav(folder / f"{name}.wav", np.concatenate(parts), RATE)
    actor = Actor(face, 0.36, stay(0.7, 0.4), ((0.0, time_s),))
    write_recording(folder / f"{name}.picture.mp4", [Scene(time_s, (actor,), shapes=False)], fps=FPS, options=OFTEN)
    argv = [
        locate_ffmpeg().path,
        "-nostdin",
        "-loglevel",
        "error",
        "-y",
        "-i",
        f"{name}.picture.mp4",
        "-i",
        f"{name}.wav",
    ]
    await run_program([*argv, "-c:v", "copy", "-c:a", "aac", "-aac_coder", "fast", f"{name}.mp4"], cwd=folder)
    for leftover in (f"{name}.wav", f"{name}.picture.mp4"):
        (folder / leftover).unlink()
    return folder / f"{name}.mp4"


def damage(video: Path, target: Path, kind: str, from_s: float, to_s: float) -> Path:
    """A copy in which all packets of one kind ("video", "audio") between two times are garbage."""
    data = bytearray(video.read_bytes())
    with av.open(str(video)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        for packet in container.demux(stream):
            if packet.pts is None or packet.time_base is None or packet.pos is None:
                continue
            if from_s <= float(packet.pts * packet.time_base) < to_s:
                data[packet.pos : packet.pos + packet.size] = b"\xff" * packet.size
    target.write_bytes(data)
    return target
