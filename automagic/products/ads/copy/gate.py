"""Whether a line says only what a brief says.

    claim   It weighs about 1.9 kg.  ──▶  Weighs about 1.9 kg    the subject is what is advertised: it may go
                                     ─✗▶  Weighs 1.9 kg          "about" is lost
    claim   Data stays on your phone unless you turn on backup.
                                     ─✗▶  Data stays on your phone

A line holds when it is a claim, one of its short forms, or a call with name and kind. In English it also holds when its
words stand in one claim in their order, and everything between and around them that it leaves out may go: what is
advertised as the subject; a phrase of place or manner behind the verb of a claim that promises nothing; another member
of a list; a clause that stands by itself (`statements`). Or it tells such a clause in other words and loses none of it
(`wordings`). No rule of words makes "nothing invented" true, so that a line which is no such cut of ours stays pending
until a person has seen it beside its claim.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from automagic.language.text.sentences import primary_tag
from automagic.products.ads.brief import AdBrief, Claim
from automagic.products.ads.copy.calls import calls_with_name
from automagic.products.ads.copy.omissions import (
    changes_tense,
    find_loss,
    form_of,
    is_filler,
    list_variants,
    speaks_of_product,
)
from automagic.products.ads.copy.statements import sentences, statements
from automagic.products.ads.copy.tokens import STOPS, tokens_of
from automagic.products.ads.copy.wordings import may_tell, tells, wordings

Grounds = Literal["whole", "short", "call", "words", ""]
"""Why a line holds: it is a claim; a person's short form; a call, name or kind; words of one claim. "" for not."""

_ENDING = ".!?。！？"
_MOST_ALIGNMENTS = 200
_FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Grounding:
    """On what a line rests.

    Attributes:
        claim: None for a call, and where it rests on nothing.
        why_not: What it adds or loses, in words; "" where it holds.
    """

    grounds: Grounds
    claim: Claim | None = None
    why_not: str = ""

    @property
    def holds(self) -> bool:
        """Whether the brief says it."""
        return bool(self.grounds)


def ground(text: str, brief: AdBrief) -> Grounding:
    """On what of a brief a line rests."""
    plain = plain_line(text)
    for claim in brief.claims:
        if plain == plain_line(claim.text):
            return Grounding("whole", claim)
        if plain in map(plain_line, claim.short):
            return Grounding("short", claim)
    said = (brief.name, brief.brand, brief.kind, brief.price, brief.disclaimer, brief.call, *calls_with_name(brief))
    if plain in {plain_line(one) for one in said if one}:
        return Grounding("call")
    if primary_tag(brief.language) != "en":
        return Grounding("", why_not="it is no whole claim, and only of English more can be said")
    return _ground_english(text, brief)


def ground_all(text: str, brief: AdBrief) -> tuple[Grounding, ...]:
    """On what each sentence of a text rests; of a text that is one claim with two sentences, on what the text does."""
    whole = ground(text, brief)
    if whole.holds:
        return (whole,)
    grounded: list[Grounding] = []
    rest = text.strip()
    while rest:
        sentence = _first_sentence(rest, brief)
        grounded.append(ground(sentence, brief))
        rest = rest[len(sentence) :].strip()
    return tuple(grounded) if len(grounded) > 1 else (whole,)


def _first_sentence(text: str, brief: AdBrief) -> str:
    """A claim that a text begins with, or all to the first stop."""
    known = (one for claim in brief.claims for one in (claim.text, *claim.short))
    begun = [one for one in known if text.startswith(one) and _is_end(one[-1:], text[len(one) :])]
    if begun:
        length = len(max(begun, key=len))
        return text[: length + len(text[length:]) - len(text[length:].lstrip(_ENDING))]
    stop = re.search(r"[.!?](?=\s)|[。！？]", text)
    return text[: stop.end()] if stop else text


def _is_end(last: str, rest: str) -> bool:
    """Whether a claim ends a sentence where it stands: what goes on without a stop may say something else of it."""
    return not rest or rest[0] in _ENDING or (last in _ENDING and not rest[0].isalnum())


def _ground_english(text: str, brief: AdBrief) -> Grounding:
    nearest = ""
    line = tokens_of(text)
    claims = sorted(((one, tokens_of(one.text)) for one in brief.claims), key=lambda one: -len({*line} & {*one[1]}))
    for claim, of_claim in claims:
        fault = _fault(line, of_claim, brief)
        if not fault or _is_told_otherwise(line, tuple(of_claim), brief):
            return Grounding("words", claim)
        nearest = nearest or fault
    return Grounding("", why_not=nearest)


def _is_told_otherwise(line: list[str], claim: tuple[str, ...], brief: AdBrief) -> bool:
    """Whether a line says what a statement of a claim says, in other words."""
    own = frozenset(form_of(word) for text in (brief.name, brief.kind, brief.brand) for word in tokens_of(text))
    for statement in statements(claim, own):
        if statement != claim and not _fault(line, statement, brief):
            return True
        named, rest = _without_name(line, brief, statement)
        lines = (line, rest) if named and speaks_of_product(statement, brief) else (line,)
        if not may_tell(line, statement):
            continue
        told = wordings(statement, own)
        if any(tells(one, wording) for one in lines if _is_statement(one, named=named) for wording in told):
            return True
    parts = sentences(claim)
    return len(parts) > 1 and may_tell(line, claim) and _tells_each(line, parts, own)


def _tells_each(line: Sequence[str], parts: Sequence[tuple[str, ...]], own: frozenset[str]) -> bool:
    """Whether a line tells each sentence of a claim, in their order, with a stop between them."""
    told = wordings(parts[0], own)
    if len(parts) == 1:
        return any(tells(line, one) for one in told)
    stops = (place for place, word in enumerate(line) if word in STOPS)
    return any(
        any(tells(line[:place], one) for one in told) and _tells_each(line[place + 1 :], parts[1:], own)
        for place in stops
    )


def plain_line(text: str) -> str:
    """A line as it is compared: no case, no closing stop, single spaces, plain quotation marks."""
    folded = unicodedata.normalize("NFC", text).replace("’", "'").casefold()
    return " ".join(folded.split()).rstrip(" .!。！")


def _fault(line: list[str], of_claim: Sequence[str], brief: AdBrief) -> str:
    """What a line adds to a claim, or loses of it; "" when it says no more."""
    if fault := _changed_mood(line, of_claim):
        return fault
    named, line = _without_name(line, brief, of_claim)
    meant = [word for word in line if word not in STOPS and not is_filler(word)]
    if not _is_statement(line, named=named):
        return "it is no statement"
    if named and not speaks_of_product(of_claim, brief) and not _is_filler_only(of_claim, meant):
        return "it says of the product what the brief says of something else"
    known = {form_of(word) for word in of_claim}
    if added := [word for word in meant if form_of(word) not in known]:
        return f"the brief does not say “{added[0]}” there"
    first = ""
    for variant in list_variants(of_claim):
        fault = "it puts words in another order than the brief"
        ways = _alignments([form_of(word) for word in meant], [form_of(word) for word in variant])
        for kept in itertools.islice(ways, _MOST_ALIGNMENTS):
            fault = find_loss(variant, kept, brief)
            if not fault:
                return ""
        first = first or fault
    return first


def _changed_mood(line: Sequence[str], of_claim: Sequence[str]) -> str:
    if "?" in line and "?" not in of_claim:
        return "it asks what the brief states"
    return "it says of now what the brief says of the past" if changes_tense(line, of_claim) else ""


def _is_statement(line: Sequence[str], *, named: bool) -> bool:
    """Whether there are words enough to say something."""
    meant = sum(word not in STOPS and not is_filler(word) for word in line)
    return meant >= (1 if named else _FEWEST_WORDS)


def _is_filler_only(of_claim: Sequence[str], meant: Sequence[str]) -> bool:
    """Whether a name in front of a whole clause only heads it: its own subject stays."""
    first = next((word for word in of_claim if word not in STOPS and not is_filler(word)), "")
    return bool(meant) and form_of(meant[0]) == form_of(first)


def _without_name(line: list[str], brief: AdBrief, of_claim: Sequence[str]) -> tuple[bool, list[str]]:
    """A line without the name, brand or kind that it begins or ends with and its claim does not have there."""
    for phrase in sorted({brief.name, brief.brand, brief.kind, f"{brief.name} {brief.kind}"}, key=len, reverse=True):
        part = tokens_of(phrase)
        if not part or _holds_run(of_claim, part):
            continue
        for start in (0, 1):
            if line[start : start + len(part)] == part and all(map(is_filler, line[:start])):
                rest = line[start + len(part) :]
                if set(rest) - STOPS:
                    return True, rest
    return False, line


def _holds_run(whole: Sequence[str], part: Sequence[str]) -> bool:
    return any(list(whole[at : at + len(part)]) == list(part) for at in range(len(whole) - len(part) + 1))


def _alignments(line: Sequence[str], claim: Sequence[str]) -> Iterator[frozenset[int]]:
    """Each way in which the words of a line stand in a claim in their order: places in the claim."""

    latest: list[int] = []  # where each word stands at the latest, so that no way begun is in vain
    end = len(claim)
    for word in reversed(line):
        end = next((place for place in range(end - 1, -1, -1) if claim[place] == word), -1)
        if end < 0:
            return
        latest.append(end)
    latest.reverse()

    def walk(at: int, start: int) -> Iterator[tuple[int, ...]]:
        if at == len(line):
            yield ()
            return
        for place in range(start, latest[at] + 1):
            if claim[place] == line[at]:
                for rest in walk(at + 1, place + 1):
                    yield (place, *rest)

    yield from map(frozenset, walk(0, 0))
