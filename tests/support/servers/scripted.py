"""What the vendors' test servers answer: what the test queued, else something made from the request alone.

    server.say('{"title": ...}')        the next conversation is answered with this
    server.say(Refusal("..."), Cut())   then comes a refusal for policy, then an answer cut off at the token limit
                                        ... and from then on: made from the request, the same each time

Without a script, a language model's answer is an instance of the JSON schema that was asked for. Where the last
message is a brief with a source (a JSON object with `source.paragraphs`), its scenes are the source's own first
sentences with their citations, so that whole runs can be made against a server that nobody scripted.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.servers.base import VendorServer


@dataclass(frozen=True)
class Refusal:
    """The vendor's policy says no."""

    reason: str = "This request was refused by the content policy."


@dataclass(frozen=True)
class Cut:
    """An answer that ended at the token limit: the first half of `text`."""

    text: str = '{"title": "An answer that ends in the mid'


Scripted = str | Refusal | Cut


class Script:
    """A queue of answers that several threads may use."""

    def __init__(self) -> None:
        self._queue: deque[Scripted] = deque()
        self._lock = threading.Lock()

    def add(self, *answers: Scripted | dict[str, Any]) -> None:
        with self._lock:
            self._queue.extend(json.dumps(answer) if isinstance(answer, dict) else answer for answer in answers)

    def take(self) -> Scripted | None:
        with self._lock:
            return self._queue.popleft() if self._queue else None


class ScriptedServer(VendorServer):
    """A vendor with models, whose next answers a test may queue.

    Attributes:
        models: That it knows; a call for another is refused.
    """

    models: tuple[str, ...]

    def __init__(self, *, latency_s: float = 0.0, key: str = "test-key-not-secret") -> None:
        super().__init__(latency_s=latency_s, key=key)
        self.script = Script()

    def say(self, *answers: Scripted | dict[str, Any]) -> None:
        """What the next requests are answered with."""
        self.script.add(*answers)


def compose(prompt: str, schema: dict[str, Any] | None) -> str:
    """A language model's answer made from the request alone: an instance of `schema`, or one plain sentence."""
    if schema is None:
        return f"You wrote {len(prompt.split())} words."
    brief = _read_brief(prompt)
    if brief is not None and "scenes" in schema.get("properties", {}):
        return json.dumps(_script_from(brief, schema))
    if brief is not None and "finalists" in brief:
        return json.dumps({"moments": _order_from(brief)})
    return json.dumps(_instance(schema, hashlib.sha256(prompt.encode()).hexdigest()))


def count_tokens(text: str) -> int:
    """About as many as a real tokenizer finds."""
    return math.ceil(len(text.encode()) / 4)


def speak(text: str, *, rate: int = 24_000) -> bytes:
    """Mono 16-bit samples: a tone for each word at three words a second, between two tenths of silence."""
    silence = bytes(2 * (rate // 10))
    sound = bytearray(silence)
    for number, word in enumerate(text.split()):
        pitch = 120 + 15 * (len(word) + number % 3)
        length = rate // 3
        for index in range(length):
            envelope = math.sin(math.pi * index / length)
            sound += struct.pack("<h", int(9000 * envelope * math.sin(2 * math.pi * pitch * index / rate)))
    return bytes(sound + silence)


def wav(samples: bytes, *, rate: int = 24_000, streamed: bool = True) -> bytes:
    """A WAV file of mono 16-bit samples. `streamed`: lengths unknown when the header left, as OpenAI sends them."""
    data, riff = (0xFFFFFFFF, 0xFFFFFFFF) if streamed else (len(samples), 36 + len(samples))
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", riff, b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, b"data", data
    )
    return head + samples


def mp3(samples: bytes, *, rate: int = 24_000) -> bytes:
    """The same as a real MP3 file."""
    import av
    import numpy as np

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.frombuffer(samples, "<i2").reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler("s16p", "mono", rate, frame_size=stream.frame_size or 576)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(part):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return buffer.getvalue()


def _read_brief(prompt: str) -> dict[str, Any] | None:
    try:
        brief = json.loads(prompt)
    except ValueError:
        return None
    return brief if isinstance(brief, dict) else None


def _script_from(brief: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A script that a careful writer could have sent: short, and the source's own words where there is one."""
    source = brief.get("source") or {}
    title = str(source.get("title") or brief.get("topic") or "Untitled")
    scenes = []
    for paragraph in source.get("paragraphs", [])[:5]:
        sentence = re.split(r"(?<=[.!?])\s", paragraph["text"].strip(), maxsplit=1)[0]
        scenes.append(_scene(sentence, paragraph["number"]))
    if not scenes:
        scenes = [
            _scene(f"What is there to know about {title}?", None),
            _scene(f"Look at {title} closely, and name what you see.", None),
            _scene("Then ask someone who sees it every day.", None),
        ]
    known = schema["properties"]
    return {key: value for key, value in {"title": title, "scenes": scenes}.items() if key in known}


def _order_from(brief: dict[str, Any]) -> list[dict[str, str]]:
    """The finalists, the last first; those that share a sentence with one before are left out."""
    places = {sentence["id"]: n for n, sentence in enumerate(one for part in brief["passages"] for one in part)}
    taken: set[int] = set()
    order = []
    for finalist in reversed(brief["finalists"]):
        own = set(range(places[finalist["first"]], places[finalist["last"]] + 1))
        if not own & taken:
            taken |= own
            order.append(finalist)
    return order[: brief["task"]["moments"]]


def _scene(sentence: str, paragraph: int | None) -> dict[str, Any]:
    return {
        "sentences": [{"text": sentence, "paragraphs": [] if paragraph is None else [paragraph]}],
        "picture": "A calm wide view of the subject in soft light",
    }


def _instance(schema: dict[str, Any], seed: str) -> Any:
    """The plainest value that satisfies a schema (the subset that structured outputs allow)."""
    if "enum" in schema:
        return schema["enum"][int(seed[:4], 16) % len(schema["enum"])]
    makers: dict[str, Callable[[], Any]] = {
        "object": lambda: {name: _instance(part, seed) for name, part in schema.get("properties", {}).items()},
        "array": lambda: [_instance(schema["items"], seed)],
        "integer": lambda: int(seed[:2], 16),
        "number": lambda: int(seed[:2], 16) / 256,
        "boolean": lambda: int(seed[0], 16) % 2 == 0,
    }
    return makers.get(schema.get("type", "string"), lambda: f"text {seed[:6]}")()
