"""A passage that was found, as a person wants it: when exactly, in which sentence, and what can be made of it."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automagic.database.search import FoundPassage
from automagic.database.search_query import Term, fold
from automagic.language.text.phrases import ends_sentence
from automagic.reading.json import parse_json
from automagic.store.holdings import ArchiveItem


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was said.

    Attributes:
        at_s: When the first of the words is said, in the recording.
        sentence: In which it is said.
        passage: The passage around it.
        transcript: The file of all that is said.
    """

    item: ArchiveItem
    at_s: float
    sentence: str
    passage: str
    speaker: str
    transcript: Path

    @property
    def date(self) -> str:
        """When it happened, as the source says; "" where it does not."""
        return self.item.listed.event_at.date().isoformat() if self.item.listed.event_at else ""

    def facts(self, query: str) -> dict[str, Any]:
        """Plain data, for a document."""
        return {
            "id": self.item.id,
            "source": self.item.source,
            "show": self.item.listed.title,
            "date": self.date,
            "at_s": self.at_s,
            "timecode": timecode(self.at_s),
            "sentence": self.sentence,
            "passage": self.passage,
            "speaker": self.speaker,
            "link": self.item.listed.link,
            "media": self.item.media_path,
            "clips": self.clips_command(query),
            "posts": self.posts_command(),
        }

    def clips_command(self, query: str) -> str:
        """Makes clips of what the query is about; "" while its media are not here."""
        if self.item.media_state != "there":
            return ""
        about = " ".join(query.replace('"', " ").replace("*", " ").split())  # clips are chosen by meaning
        argv = ["automagic", "clips", self.item.media_path, "--query", about, "--transcript", str(self.transcript)]
        return shlex.join(argv)

    def posts_command(self) -> str:
        """Writes posts from the passage; NAME is an author who was learned."""
        return f"printf %s {shlex.quote(self.passage)} | automagic posts write --author NAME --source -"


def timecode(at_s: float) -> str:
    """Hours, minutes and seconds, rounded down: "1:02:03".

    >>> timecode(3723.9)
    '1:02:03'
    """
    minutes, seconds = divmod(int(at_s), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def day_of(at: float | None) -> str:
    """Of seconds since 1970, in UTC; "" for none."""
    return datetime.fromtimestamp(at, UTC).date().isoformat() if at is not None else ""


def locate(found: FoundPassage, terms: Sequence[Term]) -> tuple[float, str]:
    """When the first of what was searched is said in a passage, and the sentence in which."""
    words = found.folded.split()
    tenths = parse_json(found.times, name="the index", type=list[int])
    place = min((at for term in terms if (at := _find(words, term)) is not None), default=0)
    at_s = found.start_s + (tenths[place] / 10 if place < len(tenths) else 0.0)
    return round(at_s, 1), _sentence_at(found.text, place)


def _find(words: Sequence[str], term: Term) -> int | None:
    *whole, last = term.words
    for at in range(len(words) - len(whole)):
        end = words[at + len(whole)]
        if words[at : at + len(whole)] == whole and (end.startswith(last) if term.prefix else end == last):
            return at
    return None


def _sentence_at(text: str, place: int) -> str:
    """The sentence of a text that has its folded word of this number; all of it where it has no spaces."""
    shown = text.split()
    counts = list(itertools.accumulate(len(fold(word)) for word in shown))
    here = next((index for index, count in enumerate(counts) if count > place), 0)
    ends = [index for index, word in enumerate(shown) if ends_sentence(word)]
    first = max((index + 1 for index in ends if index < here), default=0)
    end = min((index + 1 for index in ends if index >= here), default=len(shown))
    return " ".join(shown[first:end])
