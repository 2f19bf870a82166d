"""The texts that come with the program, and which of them a topic names: what it can tell of a topic by itself.

"why is the sky blue?" ─▶ {sky, blue} ─▶ Why the sky is blue ─▶ samples/blue-sky.md
"why is the sea blue?" ─▶ {sea, blue} ─▶ none: a text about something near would be another video
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.data import shipped, words
from automagic.providers.shared.registry import default_order, parse_chain, providers
from automagic.sources.file import read_text

if TYPE_CHECKING:
    from automagic.settings import Settings

LANGUAGE = "en"
"""All of them are written in it."""

_ASKING = frozenset(words("shipped-texts")["asking"])


@cache
def shipped_texts() -> dict[str, Path]:
    """Every text that comes with the program, by its title, in the order of their files' names."""
    return {_title_of(path): path for path in sorted(shipped("samples").glob("*.md"))}


def _title_of(path: Path) -> str:
    lines = read_text(path).splitlines()
    return next(line[2:].strip() for line in lines if line.startswith("# "))


def find_shipped(topic: str, language: str = LANGUAGE) -> Path | None:
    """The text that a topic names, by the words of its title that tell something; None of none, or in other languages.

    Case, punctuation, order and endings do not matter, nor does what stands behind a colon of the title.
    """
    if language.partition("-")[0].lower() != LANGUAGE or not (asked := _subject(topic)):
        return None
    found = (path for title, path in shipped_texts().items() if asked in list(_subjects(title)))
    return next(found, None)


def _subjects(title: str) -> Iterator[frozenset[str]]:
    yield _subject(title)
    if ":" in title:
        yield _subject(title.partition(":")[0])


def _subject(text: str) -> frozenset[str]:
    found = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", unicodedata.normalize("NFKC", text).casefold())
    return frozenset(_stem(word) for word in found if word not in _ASKING)


def _stem(word: str) -> str:
    """Without the ending of a plural or of a verb: "floats" and "floating" are "float", "rises" and "rising" "ris"."""
    bare = re.sub(r"['’]s$", "", word)
    return re.sub(r"(?:ing|ed|es|s|e)$", "", bare) if len(bare) > 3 else bare


def knows_topics(settings: Settings) -> bool:
    """Whether a writer is at hand who knows more of a topic than its words.

    Raises:
        ConfigurationError: WRITER names somebody who does not write.
    """
    names = parse_chain("writer", settings.writer, said_by="WRITER") if settings.writer else default_order("writer")
    found = (providers()[name] for name in names)
    return any(one.network and one.lacks(settings) is None and "topic" in one.kinds["writer"].of for one in found)
