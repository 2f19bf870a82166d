"""The lists of what is not narrated, from data/not_narrated.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from automagic.data import shipped
from automagic.reading.toml import parse_toml

_FILE = shipped("not_narrated.toml")


@dataclass(frozen=True, slots=True)
class ScriptWords:
    """The words by which the structure of a script is known, lower case; see the file for what each list holds."""

    speakers: frozenset[str]
    parts: frozenset[str]
    directions: frozenset[str]
    maybe_speakers: frozenset[str]
    maybe_parts: frozenset[str]
    maybe_directions: frozenset[str]
    titles: frozenset[str]
    no_speakers: frozenset[str]
    scene_heads: frozenset[str]
    camera: frozenset[str]
    inline: frozenset[str]
    spoken_columns: re.Pattern[str]
    shown_columns: re.Pattern[str]
    openers: re.Pattern[str]
    closers: re.Pattern[str]


@lru_cache(maxsize=1)
def _load() -> dict[str, Any]:
    return parse_toml(_FILE.read_bytes(), name=_FILE.name)


@lru_cache(maxsize=1)
def script_words() -> ScriptWords:
    """The lists for scripts."""
    data = _load()
    labels, scenes, chat = data["labels"], data["scenes"], data["chat"]
    return ScriptWords(
        **{name: frozenset(names) for name, names in labels.items()},
        scene_heads=frozenset(scenes["heads"]),
        camera=frozenset(scenes["camera"]),
        inline=frozenset(scenes["inline"]),
        spoken_columns=_word_of(data["columns"]["spoken"]),
        shown_columns=_word_of(data["columns"]["shown"]),
        openers=any_of(chat["openers"]),
        closers=any_of(chat["closers"]),
    )


def _word_of(words: list[str]) -> re.Pattern[str]:
    """A pattern that finds one of `words` in a text."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def any_of(patterns: list[str]) -> re.Pattern[str]:
    """One pattern for a text that one of `patterns` matches as a whole."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class FurnitureWords:
    """Patterns for what frames the text of a page, of all languages together; see the file for what each is for."""

    leads: re.Pattern[str]
    alone: re.Pattern[str]
    calls: re.Pattern[str]
    cookies: re.Pattern[str]
    authors: re.Pattern[str]


@lru_cache(maxsize=1)
def furniture_words() -> FurnitureWords:
    """The lists for pages."""
    languages = _load()["furniture"].values()
    lists = {name: [pattern for language in languages for pattern in language[name]] for name in _FURNITURE}
    return FurnitureWords(**{name: any_of(list(dict.fromkeys(patterns))) for name, patterns in lists.items()})


_FURNITURE = ("leads", "alone", "calls", "cookies", "authors")
