"""What was said somewhere in the archive: found by its words, and put in order by its meaning where that is asked for.

    query ─▶ passages that have all words ──────────────────────────▶ the best first
               └─ by meaning: and those that have some of them ─▶ the nearest to the query first, of `LOOKED`
                              │  in any form: "boats" finds "boat"
                              └─ unless it has "quotes" or begins*: then exactly that is meant

Meaning is compared only among what the words have found: of what is said in other words throughout, nothing is found.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from automagic.database.search import COMMON, Found, FoundPassage, count_passages
from automagic.database.search import search as search_passages
from automagic.database.search_query import SearchFilters, Term, fold, parse_query
from automagic.language.text.phrases import ends_sentence
from automagic.language.text.summary import stem
from automagic.machine.leaving import in_thread
from automagic.reading.json import parse_json
from automagic.store.meanings import Meanings

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.services import Services

SHORTEST = 4
"""Letters of a stem: fewer begin too many words."""

LOOKED = 100
"""Passages whose meaning is compared with the query: to understand one costs about 35 ms of CPU, once."""


@dataclass(frozen=True, slots=True)
class ArchiveHit:
    """A passage that was found.

    Attributes:
        at_s: When the first of the words is said, in the recording.
        sentence: In which it is said.
        likeness: Of the passage to the query, -1..1; None where meaning was not compared.
        whole: Whether the passage has all that was searched, rather than some of it.
    """

    found: FoundPassage
    at_s: float
    sentence: str
    likeness: float | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class ArchiveHits:
    """What was found.

    Attributes:
        order: By which they are.
        absent: What nobody has said anywhere in the archive, where all or some of it was looked for.
        looked: How many passages were compared by their meaning.
    """

    hits: tuple[ArchiveHit, ...]
    order: Literal["best", "newest", "meaning"]
    absent: tuple[str, ...] = ()
    looked: int = 0


async def search_archive(
    query: str, filters: SearchFilters, services: Services, *, limit: int, meaning: bool = False
) -> ArchiveHits:
    """Find what was said.

    Args:
        meaning: Also passages that have only some of the words; the nearest to the query first.

    Raises:
        RequestError: The query has no word.
        ConfigurationError: What compares meanings is not installed.
    """
    terms = parse_query(query)
    forms = tuple(_any_form(term) for term in terms)
    engine = services.store.engine

    def look() -> tuple[Found, Found, tuple[str, ...]]:
        with engine.connect().execution_options(reads_only=True) as connection:
            found = search_passages(connection, terms, filters, limit=LOOKED if meaning else limit)
            some, absent = Found((), "best"), tuple[str, ...]()
            if meaning or not found.passages:
                absent = tuple(str(term) for term in terms if not count_passages(connection, term))
            if meaning and len(found.passages) < LOOKED and not any(term.is_strict for term in terms):
                some = _find_some(connection, forms, filters)
            return found, some, absent

    found, some, absent = await in_thread(look)
    whole = {one.passage for one in found.passages}
    if not meaning:
        return ArchiveHits(tuple(_locate(one, terms) for one in found.passages), found.order, absent)
    every = [*found.passages, *(one for one in some.passages if one.passage not in whole)][:LOOKED]
    likenesses = await _compare(query, every, services) if every else []
    ranked = sorted(zip(likenesses, every, strict=True), key=lambda pair: -pair[0])  # of equals the best stays first
    hits = tuple(
        _locate(one, terms, likeness) if one.passage in whole else _locate(one, forms, likeness, whole=False)
        for likeness, one in ranked[:limit]
    )
    return ArchiveHits(hits, "meaning", absent, len(every))


def _any_form(term: Term) -> Term:
    """A word in whatever form: all that begins as its stem does; short ones as they are."""
    word = term.words[-1]
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(word, stem(word), strict=False))
    begin = "".join(letter for letter, _ in same)
    return replace(term, words=(*term.words[:-1], begin), prefix=True) if len(begin) >= SHORTEST else term


def _find_some(connection: sa.Connection, forms: Sequence[Term], filters: SearchFilters) -> Found:
    """Passages that have one of the words at least, but for those that are everywhere."""
    telling = [form for form in forms if 0 < count_passages(connection, form) <= COMMON]
    return search_passages(connection, telling, filters, limit=LOOKED, any_of=True) if telling else Found((), "best")


async def _compare(query: str, passages: Sequence[FoundPassage], services: Services) -> list[float]:
    """How like the query each passage is, -1..1."""
    import numpy as np

    engine = services.engines.sentence_vectors
    meanings = Meanings(services.store.engine, engine.fingerprint())
    known = await in_thread(meanings.read, [one.passage for one in passages])
    new = [one for one in passages if one.passage not in known]
    asked = " ".join(query.replace('"', " ").replace("*", " ").split())
    vectors = await engine.embed([asked, *(one.text for one in new)])
    rows = {one.passage: row.astype("<f2").tobytes() for one, row in zip(new, vectors[1:], strict=True)}
    if rows:
        await in_thread(meanings.keep, {one.passage: (one.text, rows[one.passage]) for one in new})
    every = known | rows
    matrix = np.frombuffer(b"".join(every[one.passage] for one in passages), "<f2").reshape(len(passages), -1)
    likenesses: list[float] = (matrix.astype(np.float32) @ vectors[0]).tolist()
    return likenesses


def _locate(
    found: FoundPassage, terms: Sequence[Term], likeness: float | None = None, *, whole: bool = True
) -> ArchiveHit:
    """When the first of what was searched is said in a passage, and the sentence in which."""
    words = found.folded.split()
    tenths = parse_json(found.times, name="the index", type=list[int])
    place = min((at for term in terms if (at := _find(words, term)) is not None), default=0)
    at_s = found.start_s + (tenths[place] / 10 if place < len(tenths) else 0.0)
    return ArchiveHit(found, round(at_s, 1), _sentence_at(found.text, place), likeness, whole)


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
