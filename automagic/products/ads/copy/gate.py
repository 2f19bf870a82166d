"""Whether a line says only what a brief says.

    claim   It weighs about 1.9 kg.  ──▶  Weighs about 1.9 kg    the subject is what is advertised: it may go
                                     ─✗▶  Weighs 1.9 kg          "about" is lost
    claim   Data stays on your phone unless you turn on backup.
                                     ─✗▶  Data stays on your phone

A line holds when it is a claim, one of its short forms, or a call with name and kind. In English it also holds when its
words stand in one claim in their order, and everything between and around them that it leaves out may go: what is
advertised as the subject; a phrase of place or manner behind the verb of a claim that promises nothing; another member
of a list; a clause that stands by itself. No rule of words makes "nothing invented" true, so that a line which is no
such cut of ours stays pending until a person has seen it beside its claim.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from automagic.data import words
from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import primary_tag
from automagic.products.ads.brief import AdBrief, Claim
from automagic.products.ads.copy.calls import calls_with_name

Grounds = Literal["whole", "short", "call", "words", ""]
"""Why a line holds: it is a claim; a person's short form; a call, name or kind; words of one claim. "" for not."""

_LISTS = words("ad_grounding")
_FILLERS = frozenset(_LISTS["fillers"])
_OPERATORS = frozenset(_LISTS["operators"])
_CLOSING = frozenset(_LISTS["closing"])
_CONDITIONS = frozenset(_LISTS["conditions"])
_FRONT_CONDITIONS = frozenset(_LISTS["front_conditions"])
_PLACES = frozenset(_LISTS["places"])
_PROMISES = frozenset(_LISTS["promises"])
_PERMITTED = frozenset(_LISTS["permitted"])
_SUBJECTS = frozenset(_LISTS["subjects"])
_BREAKS = frozenset(_LISTS["breaks"])
_JOINTS = frozenset(_LISTS["joints"])
_TIMES = frozenset(_LISTS["times"])
_NUMBERS = frozenset(_LISTS["numbers"])
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:-\w+)*|\d+(?:[.,:/]\d+)*|[%€$£¥₹°&+<>=/]|[,;:.!?()–—]")
_STOPS = frozenset(",;:.!?()–—")
_HARD_STOPS = frozenset(";:.!?()–—")
_MOST_ALIGNMENTS = 200
_FEWEST_WORDS = 2
_VERBS = ("VV", "VB", "VH", "VD", "VM")


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
    begun = [one for one in known if text.startswith(one) and not text[len(one) :][:1].isalnum()]
    if begun:
        return max(begun, key=len)
    stop = re.search(r"[.!?](?=\s)|[。！？]", text)
    return text[: stop.end()] if stop else text


def _ground_english(text: str, brief: AdBrief) -> Grounding:
    nearest = ""
    for claim in sorted(brief.claims, key=lambda one: -_shared(text, one.text)):
        fault = _fault(text, claim, brief)
        if not fault:
            return Grounding("words", claim)
        nearest = nearest or fault
    return Grounding("", why_not=nearest)


def plain_line(text: str) -> str:
    """A line as it is compared: no case, no closing stop, single spaces, plain quotation marks."""
    folded = unicodedata.normalize("NFC", text).replace("’", "'").casefold()
    return " ".join(folded.split()).rstrip(" .!。！")


def _shared(text: str, claim: str) -> int:
    return len(set(_tokens(text)) & set(_tokens(claim)))


def _tokens(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    text = re.sub(r"\bcan't\b|\bcannot\b", "can not", text)
    text = re.sub(r"\bwon't\b", "will not", text)
    text = re.sub(r"n't\b", " not", text)
    text = re.sub(r"'(?:s|re|ve|ll)\b", "", text)
    text = re.sub(r"(?<=\d )may\b|\bmay(?= \d)", "may-month", text)
    return _WORD.findall(text)


def _form(word: str) -> str:
    """A word without the s of a plural or of the third person; operators stay apart."""
    if word in _OPERATORS or len(word) < 4 or word.endswith("ss"):
        return word
    return word.removesuffix("s")


def _fault(text: str, claim: Claim, brief: AdBrief) -> str:
    """What a line adds to a claim, or loses of it; "" when it says no more."""
    line, of_claim = _tokens(text), _tokens(claim.text)
    if "?" in line and "?" not in of_claim:
        return "it asks what the brief states"
    named, line = _without_name(line, brief, of_claim)
    meant = [word for word in line if word not in _STOPS and not _is_filler(word)]
    if not meant or (len(meant) < _FEWEST_WORDS and not named):
        return "it is no statement"
    if named and not _speaks_of_product(of_claim, brief) and not _is_filler_only(of_claim, meant):
        return "it says of the product what the brief says of something else"
    known = {_form(word) for word in of_claim}
    if added := [word for word in meant if _form(word) not in known]:
        return f"the brief does not say “{added[0]}” there"
    fault = "it puts words in another order than the brief"
    for number, kept in enumerate(_alignments([_form(word) for word in meant], [_form(word) for word in of_claim])):
        fault = _lost(of_claim, kept, brief)
        if not fault or number == _MOST_ALIGNMENTS:
            break
    return fault


def _is_filler(word: str) -> bool:
    return word in _FILLERS


def _is_filler_only(of_claim: Sequence[str], meant: Sequence[str]) -> bool:
    """Whether a name in front of a whole clause only heads it: its own subject stays."""
    first = next((word for word in of_claim if word not in _STOPS and not _is_filler(word)), "")
    return bool(meant) and _form(meant[0]) == _form(first)


def _without_name(line: list[str], brief: AdBrief, of_claim: Sequence[str]) -> tuple[bool, list[str]]:
    """A line without the name, brand or kind that it begins or ends with and its claim does not have there."""
    for phrase in sorted({brief.name, brief.brand, brief.kind, f"{brief.name} {brief.kind}"}, key=len, reverse=True):
        part = _tokens(phrase)
        if not part or _holds_run(of_claim, part):
            continue
        for start in (0, 1):
            if line[start : start + len(part)] == part and all(map(_is_filler, line[:start])):
                rest = line[start + len(part) :]
                if set(rest) - _STOPS:
                    return True, rest
    return False, line


def _holds_run(whole: Sequence[str], part: Sequence[str]) -> bool:
    return any(list(whole[at : at + len(part)]) == list(part) for at in range(len(whole) - len(part) + 1))


def _alignments(line: Sequence[str], claim: Sequence[str]) -> Iterator[frozenset[int]]:
    """Each way in which the words of a line stand in a claim in their order: places in the claim."""

    def walk(at: int, start: int) -> Iterator[tuple[int, ...]]:
        if at == len(line):
            yield ()
            return
        for place in range(start, len(claim)):
            if claim[place] == line[at]:
                for rest in walk(at + 1, place + 1):
                    yield (place, *rest)

    yield from map(frozenset, walk(0, 0))


def _speaks_of_product(claim: Sequence[str], brief: AdBrief) -> bool:
    """Whether its subject is what is advertised, or its buyer."""
    own = {_form(word) for text in (brief.name, brief.kind, brief.brand) for word in _tokens(text)}
    for word in claim:
        if word in _SUBJECTS or _form(word) in own:
            return True
        if word not in _FILLERS:
            return False
    return False


@cache
def _verbs(tokens: tuple[str, ...]) -> tuple[int, ...]:
    """The places of its verbs."""
    places = [place for place, word in enumerate(tokens) if word not in _STOPS]
    tags = tag_words(tuple(tokens[place] for place in places), "en")
    return tuple(place for place, tag in zip(places, tags, strict=True) if tag.startswith(_VERBS))


def _lost(claim: Sequence[str], kept: Collection[int], brief: AdBrief) -> str:
    """What of a claim is left out that may not be; "" for nothing."""
    verb = next(iter(_verbs(tuple(claim))), len(claim))
    clauses = _clauses(claim)
    clause_of = {place: number for number, (start, end) in enumerate(clauses) for place in range(start, end)}
    touched = {clause_of[place] for place in kept if place in clause_of}
    if len(touched) > 1 and max(touched) - min(touched) + 1 != len(touched):
        return "it joins what the brief has apart"
    for number in sorted(touched):
        start, end = clauses[number]
        if fault := _lost_in_clause(claim, kept, range(start, end), brief, verb if start <= verb < end else start - 1):
            return fault
    return ""


def _clauses(claim: Sequence[str]) -> list[tuple[int, int]]:
    """Where clauses begin and end that stand by themselves. A condition in front is none: "If you join, it is free"."""
    borders = [0]
    for place, word in enumerate(claim):
        after_comma = place > 0 and claim[place - 1] == ","
        splits = word in _HARD_STOPS or (word in _BREAKS and (after_comma or word == "but"))
        splits = splits or (
            after_comma and word in {"or", "it", "they"} and not set(claim[: place - 1]) & _FRONT_CONDITIONS
        )
        if splits:
            borders.append(place)
    return list(zip(borders, [*borders[1:], len(claim)], strict=True))


def _lost_in_clause(claim: Sequence[str], kept: Collection[int], clause: range, brief: AdBrief, verb: int) -> str:
    inside = [place for place in clause if claim[place] not in _STOPS and claim[place] not in _BREAKS]
    gone = [place for place in inside if place not in kept and not _is_filler(claim[place])]
    if not gone:
        return ""
    there = set(kept) & set(clause)
    first, last = min(there), max(there)
    may_go: set[int] = set()
    front = [place for place in gone if place < first]
    if front and _may_lead(claim, front, first, brief):
        may_go.update(front)
    promised = any(claim[place] in _PROMISES for place in inside)
    for run in _runs(gone, claim):
        if set(run) <= may_go:
            continue
        if _is_member(claim, run, last) or (not promised and _is_place(claim, run, verb, kept)):
            may_go.update(run)
            continue
        return f"it loses “{' '.join(claim[place] for place in run)}”"
    closing = [place for place in inside if claim[place] in _CLOSING]
    if bound := [place for place in gone if any(one < place for one in closing if one in kept)]:
        joined = any(claim[place] in _JOINTS or claim[place] == "," for place in range(min(bound) - 1, max(bound)))
        if not joined:
            return f"it loses “{claim[bound[0]]}”, which limits what it says"
    return ""


def _may_lead(claim: Sequence[str], front: Sequence[int], first: int, brief: AdBrief) -> bool:
    """Whether what a clause begins with may go: the product, or "you can", and a plain verb."""
    said = [claim[place] for place in range(front[0], first)]
    before = front[0]
    while before and claim[before - 1] in _FILLERS:
        before -= 1
    opening = list(claim[before:first])
    if not _speaks_of_product(opening, brief):
        return False
    own = {_form(word) for text in (brief.name, brief.kind, brief.brand) for word in _tokens(text)}
    if not _begins_phrase(claim, first) and any(_form(word) not in own for word in said):
        return False
    if opening[:2] in (["you", "can"], ["you", "may"]) and claim[first] in _PERMITTED:
        said = said[1:]
    held = (_OPERATORS | _CONDITIONS | _TIMES | _NUMBERS) - {"of", "to"}
    return not any(word in held or word[:1].isdigit() for word in said)


def _begins_phrase(claim: Sequence[str], first: int) -> bool:
    """Whether a word stands behind a verb, an article or a preposition: "fake ▸ leather" is not parted."""
    before = claim[first - 1]
    if before == "of" or (before in _FILLERS and first > 1 and claim[first - 2] == "of"):
        return False
    opens = _FILLERS | _PLACES | _JOINTS | _STOPS | {"to", "can", "may"}
    return before in opens or first - 1 in _verbs(tuple(claim)) or first in _verbs(tuple(claim))


def _runs(gone: Sequence[int], claim: Sequence[str]) -> Iterator[list[int]]:
    """The places that are left out, in runs that nothing but fillers parts."""
    run: list[int] = []
    for place in gone:
        if run and any(
            not _is_filler(claim[between]) for between in range(run[-1] + 1, place) if claim[between] != ","
        ):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _is_member(claim: Sequence[str], run: Sequence[int], last: int) -> bool:
    """Whether a run is other members of a list: it begins, or ends, with "and", and binds nothing."""
    said = [claim[place] for place in run]
    begins, ends = said[0] in {"and", "&"}, said[-1] in {"and", "&"}
    comma_ends = run[-1] + 1 < len(claim) and claim[run[-1] + 1] == ","
    comma_begins = run[0] > 0 and claim[run[0] - 1] == ","
    if not (begins or ends or comma_begins or comma_ends):
        return False
    bound = _CONDITIONS | _TIMES | _NUMBERS
    if any(word in bound or word[:1].isdigit() for word in said if word not in {"of", "to"}) and not (
        begins and run[0] > last
    ):
        return False
    if begins and run[0] > last:  # the end of a claim: a condition in it may be meant for all of it
        return not any(word in _CONDITIONS - {"of", "to", "with", "for", "without"} for word in said)
    return not any(word in _OPERATORS for word in said)


def _is_place(claim: Sequence[str], run: Sequence[int], verb: int, kept: Collection[int]) -> bool:
    """Whether a run is phrases of place or manner behind the verb, whole."""
    if run[0] <= verb or claim[run[0]] not in _PLACES:
        return False
    after = next((place for place in range(run[-1] + 1, len(claim)) if claim[place] not in _FILLERS), len(claim))
    whole = after == len(claim) or claim[after] in _STOPS | _PLACES | _JOINTS | _CONDITIONS
    said = [claim[place] for place in run]
    bound = (_CONDITIONS - {"of"}) | _TIMES | _CLOSING
    return whole and not any(word in bound for word in said) and bool(kept)
