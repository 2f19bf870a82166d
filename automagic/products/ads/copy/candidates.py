"""What could stand in a field: the brief's own words, in every form that says no more than they do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from automagic.data import words
from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import primary_tag
from automagic.language.text.slug import slugify
from automagic.products.ads.brief import AdBrief, Claim
from automagic.products.ads.copy.calls import calls_with_name
from automagic.products.ads.copy.gate import ground, ground_all
from automagic.products.ads.creative import AdState

Role = Literal["headline", "body", "name", "path", "link", "site", "call", ""]
"""What a field is for. "" is left to who writes the sheet, such as the name of an ad in a list."""

_ROLES: dict[str, Role] = {
    "headline": "headline", "headline_short": "headline", "long_headline": "headline", "title": "headline",
    "website_title": "headline", "card_headline": "headline",
    "description": "body", "description_short": "body", "primary_text": "body", "ad_text": "body", "intro": "body",
    "caption": "body", "text": "body", "copy": "body",
    "business_name": "name", "brand_name": "name",
    "path": "path", "path1": "path", "path2": "path",
    "final_url": "link", "url": "link", "display_url": "site",
    "call_to_action_text": "call",
}  # fmt: skip
_MOST_TOGETHER = 4
_LISTS = words("ad_grounding")
_INSIDE = frozenset(
    (*_LISTS["fillers"], *_LISTS["conditions"], *_LISTS["places"], *_LISTS["joints"], *_LISTS["breaks"], "to")
)
_ENDS_BEFORE = frozenset((*_LISTS["places"], *_LISTS["breaks"], "and", "with", "without"))
_HELPERS = frozenset({"can", "may", "could", "might", "should", "would", "will", "has", "have", "does", "do"})
_HANGING = frozenset((*_LISTS["places"], *_LISTS["conditions"]))
_FEWEST_WORDS, _MOST_WORDS = 2, 40
_CLOSING = re.compile(r"[.。]+\Z")


@dataclass(frozen=True, slots=True)
class AdCandidate:
    """A text that could stand in a field.

    Attributes:
        claims: Ids of what it rests on; empty for a call with name and kind.
        source: The sentences of the brief.
        proven: Whether each of its claims names what proves it.
    """

    text: str
    claims: tuple[str, ...] = ()
    source: str = ""
    state: AdState = "ready"
    proven: bool = False


def role_of(field: str) -> Role:
    """What a field is for, by the last part of its fact's id."""
    return _ROLES.get(field, "")


def list_headlines(brief: AdBrief, offered: Sequence[AdCandidate] = ()) -> tuple[AdCandidate, ...]:
    """Short texts: a person's own forms, cuts, whole claims, then calls with the name."""
    own = [one for claim in brief.claims for one in _forms(claim, brief)]
    return _unique((*own, *offered, *_calls(brief)))


def list_bodies(brief: AdBrief, offered: Sequence[AdCandidate] = ()) -> tuple[AdCandidate, ...]:
    """Longer texts: whole claims, alone and up to four together, then what a headline could say."""
    alone = [_whole(claim) for claim in brief.claims]
    together = []
    order = (*brief.claims, *brief.claims)
    for start in range(len(brief.claims)):
        for count in range(2, min(_MOST_TOGETHER, len(brief.claims)) + 1):
            together.append(_join([_whole(claim) for claim in order[start : start + count]]))
    return _unique((*alone, *offered, *together, *list_headlines(brief)))


def list_names(brief: AdBrief) -> tuple[AdCandidate, ...]:
    """Who advertises: the brand, else the name, else the host of the link."""
    return _unique(AdCandidate(text) for text in (brief.brand or brief.name, brief.name, host_of(brief)))


def list_paths(brief: AdBrief) -> tuple[AdCandidate, ...]:
    """What may stand behind a host: kind, name and brand, in lower-case letters and dashes."""
    texts = (brief.kind, brief.name, brief.brand)
    return _unique(AdCandidate(slug) for text in texts if (slug := slugify(text)))


def host_of(brief: AdBrief) -> str:
    """The host of its link, without "www."."""
    return (urlsplit(brief.link).hostname or "").removeprefix("www.")


def read_offered(lines: Sequence[str], brief: AdBrief) -> tuple[tuple[AdCandidate, ...], tuple[tuple[str, str], ...]]:
    """Lines of a language model: those that pass the gate, pending; and each other one with what is wrong."""
    passed, refused = [], []
    for line in (" ".join(line.split()) for line in lines):
        grounds = ground_all(line, brief)
        if fault := next((one.why_not for one in grounds if not one.holds), ""):
            refused.append((line, fault))
        else:
            claims = tuple(dict.fromkeys(one.claim.id for one in grounds if one.claim))
            source = " ".join(dict.fromkeys(one.claim.text for one in grounds if one.claim))
            proven = bool(claims) and all(one.claim.proof for one in grounds if one.claim)
            passed.append(AdCandidate(line, claims, source, "pending", proven))
    return tuple(passed), tuple(refused)


def _forms(claim: Claim, brief: AdBrief) -> Iterator[AdCandidate]:
    for short in claim.short:
        yield _of(claim, short)
    yield _of(claim, _CLOSING.sub("", claim.text))
    if claim.short:  # nothing shorter is made where a person said how
        return
    if primary_tag(brief.language) == "en":
        yield from (_of(claim, cut) for cut in cut_headlines(claim, brief))


@cache
def cut_headlines(claim: Claim, brief: AdBrief) -> tuple[str, ...]:
    """Parts of an English claim that say no more than the whole, longer ones first; each in the claim's own words."""
    every = _CLOSING.sub("", claim.text).split()
    if len(every) > _MOST_WORDS:
        return ()
    cuts = []
    inside = _inside_names(every, brief)
    for start in range(len(every)):
        if start in inside or (start and not _may_begin(_bare(every[start]), _bare(every[start - 1]))):
            continue
        for end in range(start + _FEWEST_WORDS, len(every) + 1):
            stops = end == len(every) or every[end - 1][-1] in ",;:" or _bare(every[end]) in _ENDS_BEFORE
            if not stops or end in inside or (start, end) == (0, len(every)) or _bare(every[end - 1]) in _INSIDE:
                continue
            if end < len(every) and tag_words(tuple(every[start:end]), "en")[-1].startswith(
                "V"
            ):  # "The filter is made"
                continue
            text = " ".join(every[start:end]).rstrip(",;: ")
            if text.count("(") == text.count(")") and ground(text, brief).claim == claim:
                cuts.append(text[:1].upper() + text[1:])
    return tuple(sorted(dict.fromkeys(cuts), key=len, reverse=True))


def _inside_names(every: Sequence[str], brief: AdBrief) -> frozenset[int]:
    """Where a name of two words or more goes on: "Linden Honey" is not to be called "Honey"."""
    plain = [_bare(word) for word in every]
    found: set[int] = set()
    for name in (brief.name, brief.brand, *brief.keep):
        parts = [_bare(part) for part in name.split()]
        for start in range(len(plain) - len(parts) + 1):
            if plain[start : start + len(parts)] == parts:
                found.update(range(start + 1, start + len(parts)))
    return frozenset(found)


def _may_begin(word: str, before: str) -> bool:
    """Whether a headline may begin with a word: "made", "about", not "in", "can", or what hangs on "by"."""
    leads = word not in _INSIDE or word in {"about", "up", "without"}
    return leads and word not in _HELPERS and before not in _HANGING


def _bare(word: str) -> str:
    return word.casefold().strip(",;:.!?()\"“”'’")


def _calls(brief: AdBrief) -> Iterator[AdCandidate]:
    yield from (AdCandidate(text) for text in calls_with_name(brief))


def _whole(claim: Claim) -> AdCandidate:
    return _of(claim, claim.text)


def _of(claim: Claim, text: str) -> AdCandidate:
    return AdCandidate(text, (claim.id,), claim.text, proven=bool(claim.proof))


def _join(several: Sequence[AdCandidate]) -> AdCandidate:
    text = several[0].text
    for one in several[1:]:
        ended = text[-1] in ".!?。！？"
        wide = text[-1] in "。！？"
        text = f"{text}{'' if ended else '.'}{'' if wide else ' '}{one.text}"
    return AdCandidate(
        text,
        tuple(claim for one in several for claim in one.claims),
        " ".join(one.source for one in several),
        proven=all(one.proven for one in several),
    )


def _unique(candidates: Iterable[AdCandidate]) -> tuple[AdCandidate, ...]:
    found: dict[str, AdCandidate] = {}
    for one in candidates:
        if one.text:
            found.setdefault(one.text, one)
    return tuple(found.values())
