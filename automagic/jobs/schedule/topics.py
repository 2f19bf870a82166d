"""Where a schedule's topics come from, and which is next.

list    in schedules.toml, in order
file    a text file, a topic on each line; empty lines and those that begin with # do not count
queue   kept in the database: filled by `automagic schedule queue` from any machine, shared by schedules that name it

Each topic is used once; where topics repeat, each once in every round. What was used is remembered by the text, so
lines may be moved, added and removed at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from automagic.data import shipped
from automagic.errors import RequestError
from automagic.reading.faults import decode_utf8
from automagic.reading.named_files import read_named

MAX_FILE_BYTES = 5_000_000
MAX_TOPIC = 500

OWN_IDEAS = shipped("topics.txt")
"""What DAILY_RUN_TIME makes videos of when there is no topics.txt, and a writer that knows things."""

OWN_TEXTS = "the texts that come with AutoMagic, as no writer is connected"
"""What it makes videos of when there is neither."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Where topics come from: exactly one of the first three is given.

    Attributes:
        listed: The topics themselves.
        file: Of lines.
        queue: A name.
        repeat: Begin again when all are used.
        called: What it is called for people, if not by what it holds.
    """

    listed: tuple[str, ...] = ()
    file: Path | None = None
    queue: str = ""
    repeat: bool = False
    called: str = ""

    def pool(self, schedule: str) -> str:
        """Under what name it is remembered which of them were used."""
        return f"queue {self.queue}" if self.queue else f"schedule {schedule}"

    def __str__(self) -> str:
        """For people."""
        if self.called:
            return self.called
        if self.queue:
            return f"the queue {self.queue}"
        if self.file == OWN_IDEAS:
            return "AutoMagic's own list, as there is no topics.txt"
        return self.file.name if self.file else f"a list of {len(self.listed)}"


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """The next topic, and the round that it is used in, from 1."""

    text: str
    round: int


def read_topics(topics: Topics) -> tuple[str, ...]:
    """The topics of a list or a file, each once, in order.

    Raises:
        RequestError: The file cannot be read, is not text, or a line is not a valid topic.
    """
    if topics.file is None:
        return tuple(dict.fromkeys(topics.listed))
    return read_topic_file(topics.file)


def read_topic_file(path: Path) -> tuple[str, ...]:
    """The topics in a file, each once, in order; see `read_topics`."""
    hint = "It is a text file with a topic on each line."
    name = f"the topic file {path}"
    text = decode_utf8(read_named(path, MAX_FILE_BYTES, called=name, hint=hint), name, hint=hint)
    lines: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        topic = line.strip()
        if topic and not topic.startswith("#"):
            if wrong := fault_of(topic):
                raise RequestError(f"{name}, line {number}: {wrong}", hint=hint)
            lines[topic] = None
    return tuple(lines)


def fault_of(topic: str) -> str:
    """Why a text is not a valid topic; "" when it is one."""
    if not topic.strip():
        return "a topic is empty"
    if len(topic) > MAX_TOPIC:
        return f"a topic has {len(topic)} characters; {MAX_TOPIC} are allowed"
    if not topic.replace("\t", " ").isprintable():
        return f"the topic {topic[:40]!r} has characters that cannot be printed"
    return ""


def topic_key(topic: str) -> str:
    """What stands for a topic in the database."""
    return hashlib.sha256(topic.encode()).hexdigest()


def choose_topic(candidates: Sequence[str], used: Mapping[str, int], *, repeat: bool) -> TopicChoice | None:
    """The first that is unused in this round; in the next round when all are used and they repeat.

    Args:
        used: The last round that each was used in, by `topic_key`.
    """
    current = current_round(used)
    for topic in candidates:
        if used.get(topic_key(topic), 0) < current:
            return TopicChoice(topic, current)
    return TopicChoice(candidates[0], current + 1) if candidates and repeat else None


def current_round(used: Mapping[str, int]) -> int:
    """How often all topics are being used; 1 for the first time."""
    return max(used.values(), default=1) or 1


def count_left(candidates: Sequence[str], used: Mapping[str, int]) -> int:
    """How many are unused in this round."""
    current = current_round(used)
    return sum(used.get(topic_key(topic), 0) < current for topic in candidates)
