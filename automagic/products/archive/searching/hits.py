"""A passage that was found, as a person wants it: when exactly, in which sentence, and what can be made of it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from automagic.stages.archive.searching import ArchiveHit
from automagic.store.holdings import ArchiveItem


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was said, and where.

    Attributes:
        author: Of whom posts may be written; "NAME" where nobody's style was learned, or several were.
    """

    item: ArchiveItem
    said: ArchiveHit
    author: str = "NAME"

    @property
    def at_s(self) -> float:
        """When the first of the words is said, in the recording."""
        return self.said.at_s

    @property
    def passage(self) -> str:
        """The passage around it."""
        return self.said.found.text

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
            "sentence": self.said.sentence,
            "passage": self.passage,
            "speaker": self.said.found.speaker,
            "likeness": None if self.said.likeness is None else round(self.said.likeness, 3),
            "link": self.item.listed.link,
            "media": self.item.media_path,
            "clips": self.clips_command(query),
            "posts": self.posts_command(),
        }

    def clips_command(self, query: str) -> str:
        """Makes a clip of what is said here; "" while its media are not here."""
        if self.item.media_state != "there":
            return ""
        about = " ".join(query.replace('"', " ").replace("*", " ").split())  # clips are chosen by meaning
        tenths = round(self.at_s * 10) % 10
        place = f"archive:{self.item.id}@{timecode(self.at_s)}.{tenths}"
        return shlex.join(["automagic", "clips", place, f"--query={about}"])

    def posts_command(self) -> str:
        """Writes posts from the passage."""
        write = shlex.join(["automagic", "posts", "write", "--author", self.author, "--source", "-"])
        return f"printf %s {shlex.quote(self.passage)} | {write}"


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
