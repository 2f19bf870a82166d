"""A sentence of a brief as claims: atomic, each with the words without which it would say more.

    With a subscription, shipping is free from 20 €.
    ╰── condition ───╯                    ╰hedge╯
                                          numbers: 20 €

A sentence is parted only where each half is a sentence by itself: it has a subject that is no pronoun and a verb that
is known, and nothing in it (a condition, a negation, "only") may be meant for both halves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from automagic.language.grounding.units import with_unit
from automagic.language.numbers.units import UNITS
from automagic.language.numbers.values import Number, find_numbers
from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.products.ads.brief import Claim, claim_id
from automagic.products.ads.briefs.phrases import claim_words, find_phrase, pattern_of

CURRENCY = (
    r"[$€£¥₹₩₽₺₫₴฿円元圓원]|บาท|درهم|ريال|دينار|جنيه"
    r"|\b(?:[A-Z]{2}\$|EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|BRL|MXN|Fr\.|kr\b|zł|руб\b"
    r"|[Ee]uros?\b|[Dd]ollars?\b|[Pp]ounds?\b)"
)
"""Signs and names of money, before a number or behind it."""
_BEFORE_NUMBER = re.compile(rf"(?:(?:{CURRENCY})\s?|[-−+~≈±<>≤≥]\s?)+\Z")
_BEHIND_NUMBER = re.compile(rf"\s?(?:{CURRENCY}|%|‰|°C|°F|°)|/\d+(?:[.,]\d+)?|\+", re.IGNORECASE)
_NEXT_WORD = re.compile(r"[\s\xa0-]{0,2}([^\W\d_]+)")
_CLAUSE_END = re.compile(r"[,;:](?=\s)|\s[–—-]\s|[.!?…)](?=\s|\Z)")
_TRAILING = re.compile(r"[\s.!]+\Z")
_FEWEST_WORDS = 3
_COMPOUNDED = 5
"""Letters of a noun that is looked for at the end of others."""
_NEAR_WORDS = 3
"""How many words may stand between "with" and the noun that makes it a condition."""


def make_claims(
    text: str, where: str, language: str, *, short: tuple[str, ...] = (), proof: str = "", is_whole: bool = False
) -> tuple[Claim, ...]:
    """One sentence as claims; one with `short` or `proof` stays whole, for these belong to all of it."""
    text = " ".join(text.split())
    parts = (text,) if short or proof or is_whole else split_claim(text, language)
    return tuple(
        Claim(
            id=claim_id(part),
            text=part,
            where=where,
            numbers=find_quantities(part, language),
            hedges=find_hedges(part, language),
            conditions=find_conditions(part, language),
            short=short,
            proof=proof,
        )
        for part in parts
    )


def split_claim(text: str, language: str) -> tuple[str, ...]:
    """The sentences that stand joined in one, as they are but for their first letter and last mark; else `text`."""
    if find_conditions(text, language) or find_phrase(text, claim_words(language)["binding"]):
        return (text,)
    for joint in re.finditer(
        rf";\s+|,?\s+{pattern_of(tuple(claim_words(language)['joints'])).pattern}\s+", text, re.IGNORECASE
    ):
        halves = text[: joint.start()], text[joint.end() :]
        if all(_is_whole(half, language) for half in halves):
            first, second = (_as_sentence(half) for half in halves)
            return (*split_claim(first, language), *split_claim(second, language))
    return (text,)


def find_quantities(text: str, language: str) -> tuple[str, ...]:
    """The numbers with their signs, currencies and units, as they stand in the text."""
    return tuple(dict.fromkeys(shown for _, shown in quantities_in(text, language)))


def quantities_in(text: str, language: str) -> Iterator[tuple[Number, str]]:
    """Each number, with all of it as it stands in the text."""
    units = frozenset(claim_words(language)["units"])
    shown_to = 0
    for number in find_numbers(text, language):
        start, end = number.start, number.end
        if start < shown_to:  # the 5 of "4.5/5"
            continue
        if before := _BEFORE_NUMBER.search(text, 0, start):
            start = before.start()
        if behind := _BEHIND_NUMBER.match(text, end):
            end = behind.end()
        word = _NEXT_WORD.match(text, end)
        if word and word[1].lower() in units:
            end = word.end()
        known = with_unit(text, number)
        end = max(end, text.index(known, max(0, number.start - 1)) + len(known))
        shown_to = end
        yield number, text[start:end].strip()


def find_hedges(text: str, language: str) -> tuple[str, ...]:
    """The words that make the text say less, as they stand in it."""
    return tuple(dict.fromkeys(text[start:end] for start, end in _hedge_spans(text, language)))


def _hedge_spans(text: str, language: str) -> list[tuple[int, int]]:
    lists = claim_words(language)
    numbers = [number.start for number in find_numbers(text, language)]
    spans = [found.span() for found in pattern_of(tuple(lists["hedges"])).finditer(text)]
    spans += [
        found.span()
        for found in pattern_of(tuple(lists["numbered"])).finditer(text)
        if any(_leads_to(text[found.end() : start], language) for start in numbers if start > found.end())
    ]
    return sorted(one for one in spans if not any(_holds(other, one) for other in spans))


def _leads_to(between: str, language: str) -> bool:
    """Whether only an article and a currency stand between a word and a number."""
    articles = "|".join(map(re.escape, claim_words(language)["articles"]))
    return re.fullmatch(rf"\s+(?:(?:{articles}|de)\s+)?(?:(?:{CURRENCY})\s?)?[-−]?", between, re.IGNORECASE) is not None


def find_conditions(text: str, language: str) -> tuple[str, ...]:
    """The parts of the text under which alone the rest holds, each to the end of its clause."""
    lists = claim_words(language)
    starts = [found.start() for found in pattern_of(tuple(lists["openers"])).finditer(text)]
    nouns = frozenset(lists["nouns"])
    for leader in pattern_of(tuple(lists["leaders"])).finditer(text):
        clause = text[leader.end() : _end_of_clause(text, leader.end())]
        near = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", clause)[: _NEAR_WORDS + 1]
        if any(_ends_in(word.lower(), nouns) for word in near):
            starts.append(leader.start())
    hedged = {at for start, end in _hedge_spans(text, language) for at in range(start, end)}
    starts = [start for start in starts if start not in hedged]  # "up to", in German "bis zu", is no "until"
    starts += [found.start() for found in re.finditer(r"\(", text)]
    found_parts: list[str] = []
    covered = 0
    for start in sorted(starts):
        if start >= covered:
            covered = _end_of_clause(text, start + 1)
            found_parts.append(_TRAILING.sub("", text[start:covered]).strip("( )"))
    return tuple(dict.fromkeys(part for part in found_parts if part))


def _ends_in(word: str, nouns: frozenset[str]) -> bool:
    """Whether a word is one of them, or a compound with one: "Stammkunden"."""
    return word in nouns or any(word.endswith(noun) for noun in nouns if len(noun) >= _COMPOUNDED)


def _holds(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _end_of_clause(text: str, start: int) -> int:
    found = _CLAUSE_END.search(text, start)
    return found.start() if found else len(text)


def _is_whole(half: str, language: str) -> bool:
    words, lists = split_words(half), claim_words(language)
    if len(words) < _FEWEST_WORDS or pattern_of((*lists["third"], *lists["leaning"])).match(half):
        return False
    return _verb_at(words, language) > 0


def _verb_at(words: tuple[str, ...], language: str) -> int:
    """Where the first verb stands that has a person; -1 where none is known. 0 is an order."""
    if primary_tag(language) == "en":
        tags = tag_words(words, language)
        return next(
            (i for i, tag in enumerate(tags) if tag.split("-")[0] in _FINITE and not _is_infinitive(words, i)), -1
        )
    verbs = frozenset(claim_words(language)["verbs"])
    return next((i for i, word in enumerate(words) if word.lower().strip(".,") in verbs), -1)


_FINITE = frozenset({"VVZ", "VVB", "VVD", "VBZ", "VBB", "VBD", "VHZ", "VHB", "VHD", "VDZ", "VDB", "VDD", "VM0"})


def _is_infinitive(words: tuple[str, ...], at: int) -> bool:
    return at > 0 and words[at - 1].lower() == "to"


def has_verb(text: str, language: str) -> bool:
    """Whether a sentence has a verb that is no order. Outside English there are too many for a list: four words do."""
    words = split_words(text)
    if primary_tag(language) == "en":
        return _verb_at(words, language) > 0
    return len(words) > _FEWEST_WORDS


def _as_sentence(half: str) -> str:
    half = half.strip(" ,;")
    return half[:1].upper() + half[1:] + ("" if half.endswith((".", "!", "…")) else ".")


def points_elsewhere(text: str) -> str:
    """The mark of a note that stands elsewhere: "Free shipping*"; "" for none."""
    found = re.search(r"(?<=[\w%€$£.!])(?:\*+|[¹²³†‡]|\[\d+\])(?=[\s.,!)]|\Z)", text)
    return found[0] if found and not re.search(r"\b(?:m|cm|mm|km|ft|in|dm)[²³]", text) else ""


def sentences_of(paragraph: str, language: str) -> Iterator[str]:
    """Its sentences, also those behind a short unit with a full stop: "It weighs 200 g. Order now." are two."""
    units = "|".join(sorted(map(re.escape, (*claim_words(language)["units"], *UNITS)), key=len, reverse=True))
    behind_unit = re.compile(rf"(?<=\d)\s?(?:{units})\.(\s+)(?=[^\W\d_a-zß-ÿ])")
    for sentence in split_sentences(paragraph, language):
        start = 0
        for found in behind_unit.finditer(sentence):
            yield sentence[start : found.start(1)]
            start = found.end()
        yield sentence[start:]


def is_stating(sentence: str, language: str) -> bool:
    """Whether a sentence of a running text states something by itself, and is no call, opinion or frame of a page."""
    lists = claim_words(language)
    if sentence.rstrip("\"'”’»").endswith(("?", ":", "…")) or not has_verb(sentence, language):
        return False
    if find_phrase(sentence, (*lists["frames"], *lists["feelings"])):
        return False
    if re.search(r"(?<!\w)[a-zß-ÿ]{2,}[.!?]\s+[^\W\d_a-zß-ÿ]", sentence):
        return False  # two sentences that nobody could part
    opening = pattern_of((*lists["leaning"], *lists["orders"])).match(sentence.lstrip("\"'“‘«¡ "))
    return opening is None
