"""The words of each language by which a title is cut to its promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from automagic.data import words
from automagic.language.text.keywords import stopwords_of
from automagic.language.text.phrases import function_words
from automagic.language.text.sentences import primary_tag

_WORDS = words("promise")


@dataclass(frozen=True, slots=True)
class TitleWords:
    """The words of a language that decide a cut; empty sets where nothing is known."""

    tag: str
    cuts: frozenset[str]
    loose: frozenset[str]
    negations: frozenset[str]
    limits: frozenset[str]
    conditions: frozenset[str]
    pronouns: frozenset[str]
    questions: frozenset[str]
    stops: frozenset[str]
    verb_last: bool


def title_words_of(language: str) -> TitleWords:
    """The words of a language, by its BCP-47 tag."""
    tag = primary_tag(language)
    own: dict[str, Any] = _WORDS.get(tag, {})
    kinds = ("cuts", "loose", "negations", "limits", "conditions", "pronouns", "questions")
    sets = {kind: frozenset(own.get(kind, ())) for kind in kinds}
    stops = stopwords_of(language) | function_words(language)
    return TitleWords(tag=tag, stops=stops, verb_last=bool(own.get("verb_last")), **sets)
