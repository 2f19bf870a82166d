"""The promise of a title: the few words of it that say what there is to see, for a picture that is seen for a second.

    Tolver Bridge to close for nearly 14 weeks, council says  ▸  Tolver Bridge closes for nearly 14 weeks
    7 Balcony Garden Mistakes That Kill Your Plants           ▸  7 Balcony Garden Mistakes
    Battery recycling: what really happens to your old phone  ▸  What happens to your old phone
    Meet Fern Two: the leak sensor that doesn't just tell you ▸  Fern Two: the leak sensor

The part that says most is chosen between colons, bars and full stops; then that part is cut where a phrase ends. Each
way to cut it is weighed: what it keeps (nouns, numbers, a denial) against what it costs to read. Nothing is added, a
half phrase is never shown, and a title that no cut leaves true stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from automagic.data import words
from automagic.language.cards.tokens import tokens_of
from automagic.language.script.title_words import TitleWords, title_words_of
from automagic.language.text.lexicon import (
    ARTICLES,
    AUXILIARIES,
    COORDINATORS,
    PREPOSITIONS,
    SUBORDINATORS,
    bare,
    counts,
)
from automagic.language.text.sentences import split_sentences, split_words
from automagic.language.text.tokens import Token

FEW_WORDS = 6
_LONGEST_WHOLE = 10
_WORDS = words("promise")
_LABELS, _INTRODUCTIONS = frozenset(_WORDS["labels"]), frozenset(_WORDS["introductions"])
_OPENERS = tuple(tuple(opener.split()) for opener in _WORDS["openers"])
_SOURCES = frozenset(_WORDS["sources"])
_UNTELLING = frozenset(_WORDS["untelling"])
_ARRIVED, _SINCE = frozenset(_WORDS["arrived"]), frozenset({"after", "before", "since", "until", "ago"})
_TIMES = frozenset(words("syntax")["times"])
_FILLERS = frozenset(words("headlines")["fillers"])
_UNFINISHED = frozenset(words("headlines")["unfinished"])
# Between two numbers these join: "14 : 9", "5 – 10 km".
_JOINTS = re.compile(r"(?<=[^\s\d])(?::\s+|\s+[–—|·-]\s+|—)|(?<=\d)(?::\s+|\s+[–—|·-]\s+|—)(?!\d)|(?<=;)\s+")
_ASIDES = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_QUOTES = "\"“”„«»'‘’ "
_WITH_FROM = frozenset(_WORDS["with_from"])
_ASKING = frozenset({"why", "how", "do", "does", "what"})
_LEANING = PREPOSITIONS | ARTICLES | COORDINATORS | SUBORDINATORS
_OPENING = (PREPOSITIONS - {"to"}) | SUBORDINATORS | {"that", "so", "but"}
_CLAUSES = frozenset({"that", "which", "who", "whom", "where", "because", "as", "although", "while", "so", "but"})
# What it costs to be one, two, three ... words longer than few.
_TELLING = 0.8
_PER_WORD = (0.0, 0.7, 1.7, 3.0, 4.6, 6.4)
_LOST = {"negation": 4.0, "limit": 3.0, "number": 1.6, "condition": 2.5}


def promise_of(title: str, language: str = "en") -> str:
    """Three to six words of a title, in their order, that name its subject and keep its numbers and denials.

    A shorter title stays whole, and so does one of up to ten words that no cut would leave true. Of two words that a
    headline leaves out, one is put in: "Bridge to close" ▸ "Bridge closes".

    Returns:
        With a capital first and without a full stop; a question ends in its mark. "" for an empty title.
    """
    plain = " ".join(split_words(title))
    without = _ASIDES.sub(" ", plain).strip()
    plain = without if re.search(r"\w", without) else plain
    tongue = title_words_of(language)
    parts = _parts(plain, tongue)
    if not parts:
        return _finished(plain)
    weighed = [_shortened(part, place, len(parts), tongue) for place, part in enumerate(parts)]
    return _with_name(max(weighed, key=lambda pair: pair[0])[1], plain)


def _with_name(promise: str, title: str) -> str:
    """With the name of what is introduced, where there is room: "Meet Fern Two: the leak sensor that …"."""
    first, _, rest = title.partition(": ")
    introduction, _, name = first.partition(" ")
    room = FEW_WORDS - len(promise.split())
    if not rest or bare(introduction) not in _INTRODUCTIONS or not 0 < len(name.split()) <= room:
        return promise
    small = promise[:1].lower() + promise[1:]
    return f"{name}: {small if rest.startswith(small) else promise}"


def _parts(text: str, tongue: TitleWords) -> list[str]:
    """What stands between colons, bars, dashes and full stops, without labels ("Opinion") and introductions.

    Two that are few words together stay together: "Tides: why the sea moves", "Two trains. One track."
    """
    sentences = split_sentences(text, tongue.tag)
    found = [part.strip() for one in sentences for part in _JOINTS.split(one) if re.search(r"\w", part)]
    telling = [part for part in found if bare(part) not in _LABELS]
    if re.search(r"\s[|·]\s", text) and len(telling) > 1 and len(telling[0].split()) > 1:
        telling = telling[:-1]  # the last is the name of a channel
    if len(telling) > 1 and bare(telling[0].split()[0]) in _INTRODUCTIONS and len(telling[0].split()) <= 4:
        telling = telling[1:]
    elif telling and bare(telling[0].split()[0]) in _INTRODUCTIONS and len(telling[0].split()) > 3:
        telling = [telling[0].split(maxsplit=1)[1], *telling[1:]]
    if len(telling) == 1 or not telling:
        return telling or found
    most = FEW_WORDS + 2 * _leans(telling[1], tongue)
    between = ".*".join(re.escape(part) for part in telling)
    found_together = re.search(rf"(?<!\w){between}(?!\w)", text)
    together = found_together[0] if found_together else ""
    if together and sum(len(part.split()) for part in telling) <= most and not re.search(r"\s[|·]\s", together):
        return [together]
    return telling


def _leans(part: str, tongue: TitleWords) -> bool:
    """Whether a part means nothing without the one before it: "how they really work"."""
    lows = [bare(word) for word in part.split()]
    return lows[0] in tongue.questions and bool(set(lows) & tongue.pronouns)


def _shortened(part: str, place: int, count: int, tongue: TitleWords) -> tuple[float, str]:
    """(weight, words) of the best way to cut a part, which is number `place` of `count`."""
    question = part.rstrip(_QUOTES).endswith("?")
    tokens = _tokens(part, tongue.tag)
    if not tokens or (len(part.split()) <= FEW_WORDS + 2 and _JOINTS.search(part)):
        return 0.0, _finished(part)
    tokens = _without_source(tokens)
    whole = replace(tokens[-1], stop="")
    tokens = [*tokens[:-1], whole]
    weighed = [(_weigh(tokens, first, end, tongue), first, end) for first, end in _spans(tokens, tongue)]
    best, first, end = max(weighed, key=lambda one: (one[0], one[2] - one[1]))
    if count > 1:  # a part that leans on another says little alone
        best -= 2.5 * bool(place and _leans(part, tongue)) + 1.5 * (len(tokens) < 3) + 0.4 * place
        best += 1.0 * (question and not place)
        best -= 12.0 * (bool(place) and tokens[0].low in COORDINATORS)  # "– and then none"
        best -= 3.0 * _only_announces(tokens)
    if first == 0 and end == len(tokens) and _size(tokens) <= FEW_WORDS and len(tokens) == len(split_words(part)):
        return best, _finished(part)
    shown = _joined(_spoken(tokens, tongue, first, end))
    opened = "¿" if question and part.startswith("¿") and first == 0 else ""
    return best, opened + _finished(shown) + ("?" if question and first == 0 else "")


def _only_announces(tokens: Sequence[Token]) -> bool:
    """ "Tillroll 1.0 is here": what it is stands in another part."""
    return len(tokens) > 2 and tokens[-1].low in _ARRIVED and tokens[-2].low in AUXILIARIES


def _tokens(part: str, tag: str) -> list[Token]:
    """The part's words; a title In Capitals Like This One is tagged as the sentence that it is."""
    tokens = tokens_of(part, tag)
    if tag != "en" or not _is_title_case(tokens):
        return tokens
    low = tokens_of(part.lower(), tag)
    if len(low) != len(tokens):
        return tokens
    return [replace(one, tag=plain.tag, binds=plain.binds) for one, plain in zip(tokens, low, strict=True)]


def _is_title_case(tokens: Sequence[Token]) -> bool:
    long = [token.text for token in tokens if len(token.text) > 3 and token.text[0].isalpha()]
    return len(long) > 2 and all(text[0].isupper() for text in long)


def _without_source(tokens: list[Token]) -> list[Token]:
    """Without who says it, behind the last comma: ", council says", ", a study of 550 homes finds", ", laut Stadt"."""
    commas = [index for index, token in enumerate(tokens[:-1]) if token.stop in {",", "—"}]
    if commas and commas[-1] >= 2:
        tail = tokens[commas[-1] + 1 :]
        if tail[0].low in _SOURCES or tail[-1].low in _SOURCES:
            return tokens[: commas[-1] + 1]
    return tokens


def _spans(tokens: Sequence[Token], tongue: TitleWords) -> Iterator[tuple[int, int]]:
    """Every (first, end) between which the words are whole phrases; the whole part is one."""
    for first in _starts(tokens):
        yield first, len(tokens)
        yield from ((first, end) for end in range(first + 2, len(tokens)) if _may_end(tokens, end, tongue))


def _starts(tokens: Sequence[Token]) -> list[int]:
    lows = tuple(token.low for token in tokens)
    openers = [len(opener) for opener in _OPENERS if lows[: len(opener)] == opener]
    return [0, *(at for at in openers if at + 1 < len(tokens))]


def _may_end(tokens: Sequence[Token], end: int, tongue: TitleWords) -> bool:
    """Whether the words before `end` may stand without those behind it."""
    last, after = tokens[end - 1], tokens[end]
    if last.binds or _is_in_condition(tokens, end, tongue) or _asks_nothing(tokens[:end], tongue):
        return False
    if tongue.tag == "en":
        return _may_end_in_english(tokens, end)
    if last.low in tongue.stops | tongue.questions | tongue.cuts | tongue.loose | tongue.conditions:
        return False
    if last.stop in {",", ";"}:
        return end > 2
    if tongue.verb_last and not tokens[-1].text[:1].isupper():
        return False
    return (after.low in tongue.cuts and end > 2) or (after.low in tongue.loose and end > 3)


def _asks_nothing(tokens: Sequence[Token], tongue: TitleWords) -> bool:
    """ "How a town | in the hills came to make pencils": without its verb the question is none."""
    return tongue.tag == "en" and tokens[0].low in {"how", "why"} and not any(token.is_a("V") for token in tokens)


def _is_in_condition(tokens: Sequence[Token], end: int, tongue: TitleWords) -> bool:
    """ "When the battery dies, | you swap it": the clause of a condition that comes first is not the point."""
    comma = next((i + 1 for i, token in enumerate(tokens[:-1]) if token.stop == ","), 0)
    return tokens[0].low in tongue.conditions and end <= comma


def _may_end_in_english(tokens: Sequence[Token], end: int) -> bool:
    last, after = tokens[end - 1], tokens[end]
    lows = [token.low for token in tokens[:end]]
    particle = last.is_a("AVP") and tokens[end - 2].is_a("VV")  # "breaks down"
    unfinished = last.low in _LEANING | AUXILIARIES | _UNFINISHED or last.is_a("AT0", "DPS", "CJ", "TO0", "PRF")
    named = last.is_a("VVN") and tokens[end - 2].is_a("N")  # "a goatherd named"
    if not particle and (unfinished or named):
        return False
    if (after.low == "to" and "from" in lows) or after.low in {"of", "than"} or _is_torn(tokens, end):
        return False
    if last.stop in {",", ";"}:
        return not (_goes_on_as_list(tokens, end) or _is_relative(tokens, end))
    asks = after.low == "and" and end + 1 < len(tokens) and tokens[end + 1].low in _ASKING
    if asks or (last.is_a("VVI") and lows[0] in _ASKING and after.low in {"when", "while", "because"}):
        return not last.is_a("AJ0", "AV0")
    # What a verb needs is not known here; "costs $18 | and lasts" ends on a noun.
    complete = particle or not last.is_a("V", "AJ0", "AV0", "XX0") or (last.is_a("AJ0") and after.is_a("PRP", "CJ"))
    if after.low in {"and", "or"}:
        return _may_end_before_and(tokens, end) and (complete or last.is_a("CRD"))
    return complete and (after.low in _OPENING or after.is_a("PRP", "CJ", "DTQ", "PNQ", "TO0"))


def _is_torn(tokens: Sequence[Token], end: int) -> bool:
    """ "stop your cat | from scratching", "taught me | to swim": with its object alone the verb says something else."""
    lows = {token.low for token in tokens[:end]}
    if tokens[end].low == "from":
        return bool(lows & _WITH_FROM) or any(token.is_a("VVG") for token in tokens[end + 1 : end + 2])
    acts = any(token.is_a("VV") for token in tokens[:end])
    return acts and tokens[end - 1].low in {"me", "you", "him", "us", "them", "it"}


def _may_end_before_and(tokens: Sequence[Token], end: int) -> bool:
    """ "The cup costs $18 | and lasts ten years", "to begin on June 3 | and end": what follows is another predicate."""
    if end + 1 >= len(tokens) or not any(token.is_finite for token in tokens[:end]):
        return False
    following = tokens[end + 1]
    return following.is_finite or (tokens[end - 1].is_a("CRD") and not counts(following.text))


def _is_relative(tokens: Sequence[Token], end: int) -> bool:
    """ "Ms. Ortega, who runs a bakery, | fears for her customers": what is said of her comes behind it."""
    comma = next((i for i in range(end - 2, -1, -1) if tokens[i].stop == ","), None)
    return comma is not None and tokens[comma + 1].low in {"who", "whom", "whose", "which", "where"}


def _goes_on_as_list(tokens: Sequence[Token], end: int) -> bool:
    """ "Rice, | beans and lentils": a comma of a list, which no cut may end on."""
    rest = tokens[end : end + 4]
    has_verb = any(token.is_finite for token in tokens[:end])
    return not has_verb and any(token.low in {"and", "or"} for token in rest[:3])


def _weigh(tokens: Sequence[Token], first: int, end: int, tongue: TitleWords) -> float:
    """What the words from `first` to `end` keep, less what it costs to read them and what is no longer true."""
    kept = _trimmed(tokens[first:end], tongue)
    weight = sum(_value(token, tongue) for token in kept)
    over = _size(_spoken(tokens, tongue, first, end)) - FEW_WORDS
    weight -= _PER_WORD[min(max(over, 0), len(_PER_WORD) - 1)] + max(0, over - len(_PER_WORD) + 1) * 2
    weight -= 2.0 * (len(kept) < 3) + 0.5 * bool(first)
    nouns = [token for token in kept if token.is_a("N") or (tongue.tag != "en" and _value(token, tongue) == _TELLING)]
    tells = any(noun.low not in _UNTELLING and noun.low.removesuffix("s") not in _TIMES for noun in nouns)
    if end < len(tokens) and kept[0].low not in tongue.questions and not tells:
        weight -= 3.0 if all(noun.low in _UNTELLING for noun in nouns) else _LOST["number"]  # "10 things", "5 years"
    if not first and end < len(tokens):
        weight -= _untruth(tokens, end, tongue)
    elif first:
        weight -= 4.0 * any(token.low in tongue.negations for token in tokens[:first])
        weight -= 0.0 if end == len(tokens) else _untruth(tokens, end, tongue)
    return weight


def _untruth(tokens: Sequence[Token], end: int, tongue: TitleWords) -> float:
    """What it costs to lose the words from `end` on: a denial, a limit, a number, a condition of a claim."""
    gone = tokens[end:]
    new_clause = tokens[end - 1].stop in {",", ";"} or tokens[end].low in {"because", "but", "although", "and"}
    lost = 0.8 * (not new_clause) * any(token.is_a("NP0") for token in gone)
    if gone[0].is_a("TO0") and not any(token.is_a("V") for token in tokens[:end]):
        lost += 1.5  # "Trains | to stop"
    if gone[0].low in tongue.loose:
        lost += 0.9
    if any(token.low in tongue.limits for token in gone) and not new_clause:
        lost += _LOST["limit"]
    asks = tokens[0].low in tongue.questions
    if tokens[0].low == "why" and gone[0].is_a("PRP"):
        lost += 2.5  # what it asks of: "Why did Rome build roads | in straight lines?"
    if gone[0].is_a("PRP") and _needs_purpose(tokens, end):
        lost += 3.5
    if gone[0].low in tongue.conditions and not asks:
        lost += _LOST["condition"]
    denies = any(token.low in tongue.negations or "XX0" in token.tag for token in gone)
    if denies and not new_clause:
        # "How to bake bread | without yeast" is less than promised; "He wins | against no one" is untrue.
        condition = gone[0].low in tongue.conditions
        milder = 1.2 if asks or condition or gone[0].low in _CLAUSES else _LOST["negation"]
        lost += 0.0 if asks and condition else milder
    if any(counts(token.text) for token in gone):
        lost += _LOST["number"] * (0.4 if new_clause else 1.0)
    return lost


def _needs_purpose(tokens: Sequence[Token], end: int) -> bool:
    """Whether the noun before a preposition says nothing without it.

    "The worst place | for your bread" is the worst of those, "five years | on the night shift" are not any years.
    """
    before = tokens[max(0, end - 3) : end]
    superlative = any(token.is_a("AJS") or token.low in {"best", "worst", "most", "least"} for token in before)
    told = any(token.is_a("VVD") for token in tokens[:end])
    time = before[-1].low.removesuffix("s") in _TIMES and any(counts(token.text) for token in before)
    return superlative or (time and told and tokens[end].low not in _SINCE)


def _value(token: Token, tongue: TitleWords) -> float:
    """How much a word tells."""
    if token.text[:1].isdigit() or counts(token.text):
        return 1.2
    if token.low in tongue.negations:
        return 1.0
    if token.low in _UNTELLING:
        return 0.2
    if tongue.tag == "en":
        if token.is_a("NP0", "NN", "UNC"):
            return 1.0
        return 0.5 if token.is_a("VV", "AJ") else 0.0
    return 0.0 if token.low in tongue.stops or len(token.low) < 3 else _TELLING


def _size(tokens: Sequence[Token]) -> int:
    """Words as an eye counts them: a number with its limit is one, a first article none."""
    count = sum(len(token.text.split()) for token in tokens)
    joined = sum(
        token.binds and (not counts(token.text) or (index + 1 < len(tokens) and tokens[index + 1].low in {"to", "of"}))
        for index, token in enumerate(tokens)
    )
    return count - joined - (len(tokens) > 3 and tokens[0].low in ARTICLES)


def _trimmed(tokens: Sequence[Token], tongue: TitleWords) -> list[Token]:
    """Without words of mere emphasis before a verb."""
    if tongue.tag != "en" or len(tokens) <= FEW_WORDS - 1:
        return list(tokens)
    return [
        token
        for index, token in enumerate(tokens)
        if not (token.low in _FILLERS and not token.stop and 0 < index < len(tokens) - 1)
    ]


def _spoken(tokens: Sequence[Token], tongue: TitleWords, first: int, end: int) -> list[Token]:
    """The span as it is shown: "Tolver Bridge to close" says what happens, as a headline does, in the present."""
    kept = _trimmed(tokens[first:end], tongue)
    at = next((i for i, token in enumerate(kept) if token.low == "to"), 0)
    if tongue.tag != "en" or first or not 0 < at < len(kept) - 2 or len(kept) <= FEW_WORDS:
        return kept
    verb, subject = kept[at + 1].text, kept[at - 1]
    named = all(token.text[:1].isupper() for token in kept[:at]) and not _is_title_case(kept)
    one = named and not subject.text.endswith("s") and not {"and", "how"} & {token.low for token in kept[:at]}
    if not one or not kept[at + 1].is_a("VV", "NN1") or not (verb.isalpha() and verb.islower()):
        return kept
    return [*kept[:at], replace(kept[at + 1], text=_third_person(verb)), *kept[at + 2 :]]


def _third_person(verb: str) -> str:
    """ "closes", "buys", "carries", "goes"."""
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search(r"(?:s|x|z|ch|sh|o)$", verb) else f"{verb}s"


def _joined(tokens: Sequence[Token]) -> str:
    texts = [token.text + (token.stop if token.stop in {",", ";", ":"} else "") for token in tokens[:-1]]
    return " ".join([*texts, *(token.text for token in tokens[-1:])])


def _finished(text: str) -> str:
    """With a capital first, without what stands open at its end."""
    text = text.strip()
    if not re.search(r"\b\w\.\w\.$", text):  # "4 a.m.", "the U.S."
        text = text.rstrip(".,;:–—-… ")
    if text[:1].islower() and not re.match(r"[a-zà-ÿ]+[A-Z]", text):
        text = text[0].upper() + text[1:]
    return text
