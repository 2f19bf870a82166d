"""What is written short and said long in English, from data/words/said-en.toml."""

from __future__ import annotations

from automagic.data import words
from automagic.language.text.abbreviations import TITLES

_SAID = words("said-en")

WEEKDAYS: dict[str, str] = _SAID["weekdays"]
ABBREVIATIONS: dict[str, str] = {**TITLES, **_SAID["abbreviations"]}
DOTTED: dict[str, str] = _SAID["dotted"]
WITHOUT_PERIOD: dict[str, str] = _SAID["without_period"]
SYMBOLS: dict[str, str] = _SAID["symbols"]
SAID_AS_WORDS = frozenset(_SAID["said_as_words"])
STRESSED = frozenset(_SAID["stressed"])
ROMAN_AFTER = frozenset(_SAID["roman_after"])
REGAL = frozenset(_SAID["regal"])
REGAL_TITLES = frozenset(_SAID["regal_titles"])
TOP_LEVEL_DOMAINS = frozenset(_SAID["top_level_domains"])
