"""Small talks of which it is known who says what when, filmed as `recordings` films."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import av
from recordings import Actor, Scene, stay, write_recording

from automagic.media.ffmpeg import find_ffmpeg
from automagic.processes import run_program
from automagic.providers.local.espeak import EspeakNarrator

BREAD = (
    "Why does bread rise?",
    "Because yeast eats sugar and makes gas.",
    "The gas is caught in the dough, and the dough grows to twice its size.",
    "In 1857 Louis Pasteur showed that yeast is alive.",
    "Before him, bakers thought that it was only chemistry.",
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
GAP_S = 0.7

OFTEN = {"preset": "veryfast", "crf": "20", "g": "4"}
"""A picture a second that needs no other."""


async def film_talk(folder: Path, sentences: Sequence[str], name: str = "talk", *, face: int = 0) -> Path:
    """A person who says `sentences`, as `name`.mp4, and `name`.json, a transcript of it that tells when."""
    narrator = EspeakNarrator(folder / "home", threads=1)
    time_s, inputs, cues = 0.5, [], []
    for number, sentence in enumerate(sentences):
        file = folder / f"{name}-{number}.wav"
        speech = await narrator.speak(sentence, file, voice="standard", language="en")
        inputs.append((time_s, file))
        cues.append({"text": sentence, "start": time_s, "end": time_s + speech.duration_s})
        time_s += speech.duration_s + GAP_S
    await narrator.close()
    (folder / f"{name}.json").write_text(json.dumps({"language": "en", "segments": cues}))
    actor = Actor(face, 0.36, stay(0.7, 0.4), ((0.0, time_s),))
    write_recording(folder / f"{name}.picture.mp4", [Scene(time_s, (actor,), shapes=False)], fps=4, options=OFTEN)
    delays = ";".join(f"[{n}]adelay={round(at * 1000)}[d{n}]" for n, (at, _) in enumerate(inputs, start=1))
    mixed = "".join(f"[d{n}]" for n in range(1, len(inputs) + 1))
    argv = [find_ffmpeg(), "-nostdin", "-loglevel", "error", "-y", "-i", f"{name}.picture.mp4"]
    for _, file in inputs:
        argv += ["-i", file.name]
    mix = f"{delays};{mixed}amix=inputs={len(inputs)}:normalize=0[a]"
    argv += ["-filter_complex", mix, "-map", "0:v", "-map", "[a]", "-c:v", "copy", "-c:a", "aac", f"{name}.mp4"]
    await run_program(argv, cwd=folder)
    for _, file in inputs:
        file.unlink()
    (folder / f"{name}.picture.mp4").unlink()
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
