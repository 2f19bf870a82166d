"""Ways of English grammar in which a statement is told in other words: each takes a sentence, and yields others.

A way is applied only where it cannot change what a phrase belongs to: a phrase is moved behind a verb, its object, or a
measure, and never over a "not" or an "only".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from automagic.data import words
from automagic.language.text.grammar import FINITE
from automagic.products.ads.copy.omissions import form_of, is_filler
from automagic.products.ads.copy.tokens import CURRENCIES, STOPS, is_amount

_RULES: dict[str, Any] = words("ad_grounding")
_CLOSING = frozenset(_RULES["closing"]) - {"each"}
_PERMITTED = frozenset(_RULES["permitted"]) | {"get", "keep"}
_CONDITIONS = frozenset(_RULES["conditions"])
_DENYING = _CLOSING - {"all", "every", "any", "everything", "everyone", "always", "most", "many", "some"}
_PROMISES = frozenset(_RULES["promises"])
_HAVING = frozenset(_RULES["having"]) - {"there"}
_HAVING_WITH = frozenset(_RULES["having_with"])
_IF = frozenset({"if", "when", "unless"})
_TERMS = frozenset({"with", "without", "if", "when", "until", "after", "during", "within"})
_LISTS: dict[str, Any] = words("ad_wordings")
PAST = cast(dict[str, str], _LISTS["past"])


def _of(name: str) -> frozenset[str]:
    return frozenset(_LISTS[name])


_BE, _COSTS, _GETS, _KEEPS = _of("be"), _of("costs"), _of("gets"), _of("keeps")
_MOVABLE, _BOUND, _MEASURES, _PERIODS = _of("movable"), _of("bound"), _of("measures"), _of("periods")
_DAYS, _RUN, _COVERED, _FITS, _MADE_FOR = _of("days"), _of("run"), _of("covered"), _of("fits"), _of("made_for")
_MATERIALS, _WHOLE = _of("materials"), _of("whole")
_WIDER = tuple(tuple(one.split()) for one in _LISTS["wider"])

BOUNDARY = "|"
"""In a wording: a comma, a colon or a full stop must stand there, and not nothing."""
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A statement of one main verb: its words, with a part of speech each, and where the verb stands."""

    words: Words
    tags: Words
    verb: int
    own: frozenset[str]  # what the product is called

    @property
    def subject(self) -> Words:
        return self.words[: self.verb]

    @property
    def rest(self) -> Words:
        return self.words[self.verb + 1 :]

    @property
    def head(self) -> str:
        return self.words[self.verb]

    @property
    def is_of_product(self) -> bool:
        """Whether its subject is what is advertised."""
        said = [word for word in self.subject if word not in _WHOLE]
        return bool(self.subject) and (
            set(self.subject) == {"it"}
            or all(form_of(word) in self.own or word in {"the", "this", "our"} for word in said)
        )


def main_verb(said: Sequence[str], tags: Sequence[str]) -> int:
    """Where the verb of a subject stands, in "orders placed by 1 pm are sent" the "are"; -1 for none."""
    first = -1
    for place, tag in enumerate(tags):
        if not place or not tag.startswith("V") or tag in {"VVI", "VVG", "VBI"}:
            continue
        if tags[place + 1 : place + 2] == ("VVZ",) and said[place + 1] in _COSTS:
            continue  # "heel repairs ▸ cost 14 €"
        if tag.startswith(("VB", "VH", "VM", "VD")) or (first < 0 and tag in FINITE and tag != "VVD"):
            return place
        if first >= 0 and said[place - 1] in STOPS:
            break
        first = place if first < 0 else first
    return first


def _is_plain(said: Sequence[str]) -> bool:
    """Whether nothing in it denies or limits, so that no order of its phrases turns it round."""
    return not set(said) & _CLOSING and not set(said) & STOPS and "or" not in said


def _split(said: Words, at: frozenset[str]) -> tuple[Words, Words]:
    """What stands before the first of some words, and from it on."""
    place = next((place for place, word in enumerate(said) if place and word in at), len(said))
    return said[:place], said[place:]


def _prices(one: Parsed) -> Iterator[Words]:
    """ "A costs P": "A: P", "P: A", "A for P", "P for A"."""
    if one.head not in _COSTS or not is_amount(one.rest) or set(one.subject) & (STOPS | _CLOSING):
        return
    price, more = _split(one.rest, _CONDITIONS - {"from", "up", "to", "per", "of"})
    yield (*one.subject, *one.rest)
    yield (*one.rest, BOUNDARY, *one.subject)
    if one.is_of_product:
        yield one.rest
    if price[0] != "from":
        yield (*one.subject, "for", *one.rest)
    counted = any(word[:1].isdigit() for word in more) and more[0] not in _TERMS
    if "for" not in more and "for" not in one.subject and not counted:
        yield (*price, "for", *one.subject, *more)


def _gotten(one: Parsed) -> Iterator[Words]:
    """ "Members get X" is "X for members", "you get X" is "X"."""
    given = one.head in _GETS or (one.words[one.verb : one.verb + 3] == ("can", "be", "given"))
    rest = one.rest if one.head in _GETS | _KEEPS else one.rest[2:]
    if one.subject == ("you",) and one.head in _KEEPS and one.rest[:1] != ("to",):
        yield one.rest
    elif given and _is_plain(one.subject) and rest and (one.head in _GETS or not set(rest) & _PROMISES):
        yield ("for", *one.subject, BOUNDARY, *rest)
        what, more = _split(rest, _CONDITIONS - {"of"})
        if "for" not in more:
            yield (*what, "for", *one.subject, *more)


def _allowed(one: Parsed) -> Iterator[Words]:
    """ "You can return it" is "return it"."""
    if one.subject == ("you",) and one.head in {"can", "may"} and one.rest[:1] and one.rest[0] in _PERMITTED:
        yield one.rest


def _passive(one: Parsed) -> Iterator[Words]:
    """ "We send orders in two days": "orders sent in two days"."""
    tag = one.tags[one.verb]
    if one.head in _COSTS:
        return
    if not tag.startswith("VV") or not one.rest or set(one.words) & STOPS or one.rest[0] in _MOVABLE | _BOUND:
        return
    if one.tags[one.verb + 1].startswith("V") and one.rest[0] not in {"written", "used"}:
        return
    if set(one.subject) & _CLOSING and set(one.rest) & _CLOSING:
        return
    by = () if one.subject == ("we",) else ("by", *one.subject)
    past = one.head.endswith("ed") or (one.head in PAST.values() and one.head not in PAST)
    thing, more = _split(one.rest, (_MOVABLE | _BOUND | _CONDITIONS) - {"of", "up"})
    for form in [one.head] if past else _participles(one.head):
        said = ("were" if past else "are", form)
        yield (*thing, *said, *by, *more)
        yield (*thing, *said, *more, *by)
        place = one.verb + 1 + len(thing)
        if more and any(mark.startswith("VV") for mark in one.tags[one.verb + 1 : place]):
            yield (*one.rest, *said, *by)


def _participles(verb: str) -> Iterator[str]:
    base = verb
    if verb.endswith(("ches", "shes", "xes", "zes", "sses")):
        base = verb[:-2]
    elif verb.endswith("ies"):
        base = f"{verb[:-3]}y"
    elif verb.endswith("s") and not verb.endswith("ss"):
        base = verb[:-1]
    if base in PAST:
        yield PAST[base]
    elif base.endswith("e"):
        yield f"{base}d"
    else:
        yield f"{base[:-1]}ied" if base.endswith("y") and base[-2:-1] not in "aeiou" else f"{base}ed"
        yield f"{base}{base[-1]}ed"


def _predicate(one: Parsed) -> Iterator[Words]:
    """ "A is planned for May": "planned for May: A"; "the body is brass": "brass body", "body in brass"."""
    if one.head not in _BE or not one.rest or set(one.words) & STOPS or set(one.rest) & {"if", "when", "unless", "or"}:
        return
    meant = [word for word in one.rest if not is_filler(word)]
    if len(meant) == 1:
        yield (*one.rest, *one.subject)
    elif one.tags[one.verb + 1].startswith(("VVN", "VVD", "AJ")):
        if one.tags[one.verb + 1].startswith("AJ") and one.rest[1] in _MOVABLE | {"for", "with", "without"}:
            yield (one.rest[0], *one.subject, *one.rest[1:])  # "free delivery for members"
        yield (*one.rest, BOUNDARY, *one.subject)
    if one.rest[-1] in _MATERIALS and not set(one.rest) & (_CLOSING | _CONDITIONS) and len(meant) <= 2:
        yield (*one.subject, "in", *one.rest)
        yield (*one.subject, "made", "of", *one.rest)
    if one.rest[0] in _COVERED and one.rest[1:2] == ("by",) and _is_plain(one.words):
        yield (*one.rest[2:], "on", *one.subject)
    if one.rest[:1] == ("free",) and one.rest[1:2] == ("to",) and one.tags[one.verb + 3 : one.verb + 4] == ("VVI",):
        yield (one.rest[2], *one.subject, "free", *one.rest[3:])


def _fitting(one: Parsed) -> Iterator[Words]:
    """ "It fits X", "it is made for X": "for X"; "it does not fit X": "not for X"."""
    if not one.is_of_product:
        return
    if one.head in _FITS:
        yield ("for", *one.rest)
    if one.rest[:1] and one.rest[0] in _MADE_FOR and one.head in _BE and one.rest[1:2] == ("for",):
        yield one.rest[1:]
    if one.words[one.verb : one.verb + 2] == ("does", "not") and one.rest[1:2] and one.rest[1] in _FITS:
        yield ("not", "for", *one.rest[2:])


def _without(one: Parsed) -> Iterator[Words]:
    """ "…, without tools": "no tools: …"."""
    place = len(one.words) - 2
    if place > 2 and one.words[place] == "without" and "or" not in one.words and not set(one.subject) & {"no", "not"}:
        before = one.words[: place - (one.words[place - 1] == ",")]
        yield ("no", one.words[-1], BOUNDARY, *before)


def _conditional(one: Parsed) -> Iterator[Words]:
    """ "A if you have B": "if you have B, A", and "B? A"."""
    place = next((at for at, word in enumerate(one.words) if at and word in _IF), 0)
    main, clause = one.words[:place], one.words[place:]
    if place and not set(one.words) & STOPS and not set(main) & {"and", "or", "but", "only", "even"}:
        yield (*clause, BOUNDARY, *main)
        if clause[:2] == ("if", "you") and clause[3:]:
            asked = clause[3:] if clause[2] in {"have", "are"} else clause[2:]
            yield (*asked, "?", *main)
    if one.words[0] in _IF and one.words.count(",") == 1:
        comma = one.words.index(",")
        behind = one.words[comma + 1 :]
        if not set(behind) & {"and", "or", "but"} | set(behind) & (STOPS - {","}):
            yield (*behind, *one.words[:comma])


def _while_doing(one: Parsed) -> Iterator[Words]:
    """ "Groups save 20% when they book by phone": "groups booking by phone save 20%"."""
    for place in range(one.verb + 2, len(one.words) - 2):
        if one.words[place : place + 2] != ("when", "they") or not one.tags[place + 2].startswith("VV"):
            continue
        between = one.words[one.verb + 1 : place]
        if any(not word[:1].isdigit() and word not in CURRENCIES | {"%", "free"} for word in between):
            return  # "they" may be meant of what is between
        verb = one.words[place + 2]
        for form in (f"{verb.removesuffix('e')}ing", f"{verb}{verb[-1]}ing"):
            if not set(one.words) & STOPS:
                yield (*one.subject, form, *one.words[place + 3 :], one.head, *between)


def _phrases(one: Parsed) -> list[int]:
    """Where phrases begin behind the verb that may be moved."""
    begun = []
    after_object = False
    for place in range(one.verb + 1, len(one.words)):
        word, before = one.words[place], one.words[place - 1]
        if word == "by" and one.words[place + 2 : place + 3] and one.words[place + 2] in _MOVABLE:
            continue  # "by hand ▸ in 2024": nothing belongs to a hand
        goes_on = word in {"until", "till"} and "from" in one.words[one.verb : place]
        priced = word == "from" and is_amount(one.words[place + 1 :])
        free = place == one.verb + 1 or not after_object or _measures(before) or before[:1].isdigit()
        if word in _MOVABLE and free and not goes_on and not priced:
            begun.append(place)
        if word in _MOVABLE | _BOUND or (one.tags[place].startswith("VV") and place > one.verb + 1):
            after_object = True
    return begun


def _measures(word: str) -> bool:
    return word in _MEASURES or word.removesuffix("s") in _MEASURES | _DAYS


def _in_front(one: Parsed) -> Iterator[Words]:
    """ "It takes an hour in calm weather": "in calm weather, it takes an hour"; two such change places."""
    if set(one.words) & (_DENYING | STOPS | _IF | {"or", "but"}):
        return
    places = _phrases(one)
    for place in places:
        if not _divides(one.words[place:], one.tags[place:]):
            yield (*one.words[place:], BOUNDARY, *one.words[:place])
    if len(places) == 2 and "and" not in one.words[places[0] :]:
        first, second = places
        yield (*one.words[:first], *one.words[second:], *one.words[first:second])
    if one.words[one.verb + 1 : one.verb + 2] and one.rest[0] in _MOVABLE:
        phrase, more = _split(one.rest, _MOVABLE | {"with", "by", "without"})
        if more and more[0] not in {"until", "till", "and"} and _measures(phrase[-1]) and "and" not in phrase:
            yield (*phrase, BOUNDARY, *one.subject, one.head, *more)


def _divides(said: Words, tags: Words) -> bool:
    """Whether an "and" in a phrase joins more than two nouns: "at 7 pm in May ▸ and at 5 pm in June"."""
    if "and" not in said:
        return False
    place = said.index("and") + 1
    joined = zip(said[place:], tags[place:], strict=True)
    return any(word in _MOVABLE | _BOUND or word[:1].isdigit() or tag.startswith("V") for word, tag in joined)


def _behind(one: Parsed) -> Iterator[Words]:
    """ "From June on there are six": "six from June on"."""
    if one.words[0] not in _MOVABLE:
        return
    ends = [at for at, word in enumerate(one.words) if word in {",", "there"}]
    if not ends or not _is_plain(one.words[ends[0] + 1 :]):
        return
    front, main = one.words[: ends[0]], one.words[ends[0] + (one.words[ends[0]] == ",") :]
    if sum(tag in FINITE for tag in one.tags[ends[0] :]) <= 1 and not {"and", "when", "if"} & set(main):
        yield (*main, *front)


def _on_days(one: Parsed) -> Iterator[Words]:
    """ "Sessions run on Tuesdays from 6 pm": "Tuesday sessions from 6 pm"."""
    if (
        one.verb > 2
        and one.subject[-2] == "on"
        and one.subject[-1].removesuffix("s") in _DAYS
        and _is_plain(one.subject)
    ):
        yield (one.subject[-1], *one.subject[:-2], *one.words[one.verb :])
    rest = one.rest[1:] if one.rest[:1] == ("held",) else one.rest
    light = one.head in _RUN or (one.head in _BE and one.rest[:1] == ("held",))
    if not light or len(rest) < 2 or rest[0] != "on" or rest[1].removesuffix("s") not in _DAYS:
        return
    if rest[2:3] and rest[2] not in _MOVABLE | STOPS | {"before", "after"}:
        return
    if _is_plain([word for word in one.words if word != "all"]):
        yield (rest[1], *one.subject, *rest[2:])


def _each(one: Parsed) -> Iterator[Words]:
    """ "lessons of 20 minutes each": "lessons, 20 minutes each,"."""
    for place, word in enumerate(one.words):
        end = next((at for at in range(place, min(place + 6, len(one.words))) if one.words[at] == "each"), 0)
        measure, behind = one.words[place + 1 : end], one.words[end + 1 :]
        counted = any(said[:1].isdigit() for said in measure)
        if word == "of" and counted and not {"of", "and", "or"} & set(measure):
            yield (*one.words[:place], BOUNDARY, *measure, "each", *((BOUNDARY, *behind) if behind else ()))


def _times(one: Parsed) -> Iterator[Words]:
    """ "during terms": "in terms"; "from 6 to 9 pm": "6 to 9 pm"; "access to the lessons": "lesson access"."""
    for place, word in enumerate(one.words):
        after = one.words[place + 1 :]
        if word == "during" and any(said in _PERIODS for said in after[:3]):
            yield (*one.words[:place], "in", *after)
        if word == "from" and after[:1] and after[0][:1].isdigit() and after[1:2] == ("to",):
            yield (*one.words[:place], *after)
        entry = one.words[place : place + 3] == ("access", "to", "the") and len(after) > 2
        if entry and (not after[3:] or after[3] in _MOVABLE | {"for"}):
            yield (*one.words[:place], after[2], "access", *after[3:])


def _narrower(one: Parsed) -> Iterator[Words]:
    """ "open all year": "open"; "one guest without charge": "one guest"."""
    for wide, place in itertools.product(_WIDER, range(1, len(one.words))):
        before, behind = one.words[:place], one.words[place + len(wide) :]
        ends = not behind or behind[0] in STOPS | _MOVABLE
        if one.words[place : place + len(wide)] == wide and ends and not {*before, *behind} & (_CLOSING | _IF):
            yield (*before, *behind)


def _included(one: Parsed) -> Iterator[Words]:
    """ "Tea is included in the price": "the price includes tea"."""
    included = one.head in _BE and one.rest[:1] == ("included",) and one.rest[1:2]
    if included and one.rest[1] in {"in", "on", "with"} and one.rest[2:] and _is_plain(one.words):
        yield (*one.rest[2:], "include", *one.subject)
        where, more = _split(one.rest[2:], _MOVABLE)
        yield (*where, "include", *one.subject, *more)


def _ordered(one: Parsed) -> Iterator[Words]:
    """ "Orders placed by noon are sent today": "order by noon: sent today"."""
    if one.subject[:2] == ("orders", "placed") and one.head in _BE and one.subject[2:] and "not" not in one.rest:
        yield ("order", *one.subject[2:], BOUNDARY, *one.rest)


def _had(one: Parsed) -> Iterator[Words]:
    """ "The kit has X", "it comes with X": "X"."""
    if not one.is_of_product or not one.rest:
        return
    if one.head in _HAVING and one.rest[0] != "to":
        yield one.rest
    if one.head in _HAVING_WITH and one.rest[0] == "with":
        yield one.rest[1:]


Way = Callable[[Parsed], Iterator[Words]]
ANY_WAYS: tuple[Way, ...] = (_times, _narrower, _each, _behind)
VERB_WAYS: tuple[Way, ...] = (
    _prices, _gotten, _allowed, _passive, _predicate, _fitting, _without, _conditional, _while_doing, _in_front,
    _on_days, _included, _ordered, _had,
)  # fmt: skip
