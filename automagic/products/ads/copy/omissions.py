"""What of an English claim a line may leave out, so that it says no more than the claim.

It has a lid and a base.                 ─▶  A lid and a base · A lid
Talks are held on Sundays in the hall.   ─▶  Talks on Sundays
                                        ─✗▶  Talks in the hall                   "on Sundays" limits it
You can return it in a year if unused.   ─▶  Return it in a year if unused
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache

from automagic.data import words
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.copy.tokens import STOPS, tags_of, tokens_of

_LISTS = words("ad_grounding")
_FILLERS = frozenset(_LISTS["fillers"])
_OPERATORS = frozenset(_LISTS["operators"])
_CLOSING = frozenset(_LISTS["closing"])
_CONDITIONS = frozenset(_LISTS["conditions"])
_FRONT_CONDITIONS = frozenset(_LISTS["front_conditions"])
_PLACES = frozenset(_LISTS["places"])
_PROMISES = frozenset(_LISTS["promises"])
_PERMITTED = frozenset(_LISTS["permitted"])
_HAVING = frozenset(_LISTS["having"])
_HAVING_WITH = frozenset(_LISTS["having_with"])
_LIGHT = frozenset(_LISTS["light"])
_PEOPLE = frozenset(_LISTS["people"])
_WEIGHING = frozenset(_LISTS["weighing"])
_ENDINGS = ("", "s", "es", "d", "ed", "ing")
_SUBJECTS = frozenset(_LISTS["subjects"])
_BREAKS = frozenset(_LISTS["breaks"])
_JOINTS = frozenset(_LISTS["joints"])
_TIMES = frozenset((*_LISTS["times"], *_LISTS["variants"]))
"""With what is true of one variant only, which binds as a time does."""
_NUMBERS = frozenset(_LISTS["numbers"])
_EXCLUSIVE = frozenset({"only", "solely", "just", "exclusively"})
_HARD_STOPS = frozenset(";:.!?()–—")
_VERBS = ("VV", "VB", "VH", "VD", "VM")


def form_of(word: str) -> str:
    """A word without the s of a plural or of the third person; operators stay apart."""
    if word in _OPERATORS or len(word) < 4 or word.endswith("ss"):
        return word
    return word.removesuffix("s")


def is_filler(word: str) -> bool:
    return word in _FILLERS


def changes_tense(line: Collection[str], claim: Collection[str]) -> bool:
    """Whether a line says of now what is said of the past."""
    now, then = {"is", "are"}, {"was", "were"}
    return bool(now & set(line) and then & set(claim) and not now & set(claim))


def speaks_of_product(claim: Sequence[str], brief: AdBrief) -> bool:
    """Whether its subject is what is advertised, or its buyer."""
    own = {form_of(word) for text in (brief.name, brief.kind, brief.brand) for word in tokens_of(text)}
    for word in claim:
        if word in _SUBJECTS or form_of(word) in own:
            return True
        if word not in _FILLERS:
            return False
    return False


@cache
def _verbs(tokens: tuple[str, ...]) -> tuple[int, ...]:
    """The places of its verbs."""
    return tuple(place for place, tag in enumerate(tags_of(tokens)) if tag.startswith(_VERBS))


def find_loss(claim: Sequence[str], kept: Collection[int], brief: AdBrief) -> str:
    """What of a claim is left out that may not be; "" for nothing."""
    verb = next(iter(_verbs(tuple(claim))), len(claim))
    clauses = _clauses(claim)
    clause_of = {place: number for number, (start, end) in enumerate(clauses) for place in range(start, end)}
    touched = {clause_of[place] for place in kept if place in clause_of}
    if len(touched) > 1 and max(touched) - min(touched) + 1 != len(touched):
        return "it joins what the brief has apart"
    if any(claim[clauses[number][0]] == "or" and clauses[number][0] not in kept for number in sorted(touched)[1:]):
        return "it loses “or”"
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
    inside = [place for place in clause if claim[place] not in STOPS and claim[place] not in _BREAKS]
    gone = [place for place in inside if place not in kept and not is_filler(claim[place])]
    if not gone:
        return ""
    there = set(kept) & set(clause)
    first, last = min(there), max(there)
    may_go: set[int] = set()
    front = [place for place in gone if place < first]
    if front and _may_lead(claim, front, first, brief):
        may_go.update(front)
    promised = any(claim[place] in _PROMISES for place in inside)
    counted = promised or any(claim[place][:1].isdigit() for place in inside if place > verb)  # "both weigh 5 kg"
    excepted = tuple(claim[clause.stop : clause.stop + 2]) == ("but", "not")  # "on deck, but not in the café"
    exclusive = any(claim[place] in _EXCLUSIVE for place in there)
    for run in _runs(gone, claim):
        if set(run) <= may_go:
            continue
        if exclusive and not _is_light({claim[place] for place in run}):
            return f"it loses “{' '.join(claim[place] for place in run)}”"
        of_things = not promised and _is_had(claim, run[0], clause)
        if (
            (_is_member(claim, run, last, of_things=of_things) and not (counted and run[0] < verb))
            or (of_things and _is_with(claim, run, clause))
            or _is_light({claim[place] for place in run})
            or (not promised and not excepted and _is_place(claim, run, verb, kept))
        ):
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
    own = {form_of(word) for text in (brief.name, brief.kind, brief.brand) for word in tokens_of(text)}
    theirs = [word for word in opening if word not in _FILLERS and form_of(word) not in own]
    about_product = speaks_of_product(opening, brief)
    if _is_part(opening) or (about_product and _is_having(theirs)):
        return True
    if not about_product or _turns(claim, opening, first):
        return False
    if not _begins_phrase(claim, first) and any(form_of(word) not in own for word in said):
        return False
    if claim[first] in _PERMITTED and (theirs == ["can"] or opening[:2] == ["you", "may"]):
        said = [word for word in said if word not in {"can", "may"}]
    held = (_OPERATORS | _CONDITIONS | _TIMES | _NUMBERS) - {"of", "to"}
    return not any(word in held or word[:1].isdigit() for word in said)


def _is_having(words: Sequence[str]) -> bool:
    """Whether they say only that something has what follows."""
    if len(words) == 1:
        return words[0] in _HAVING
    return len(words) == 2 and words[0] in _HAVING_WITH and words[1] == "with"


def _turns(claim: Sequence[str], opening: Sequence[str], first: int) -> bool:
    """Whether a line says another thing without its opening: "avoids ▸ foil", "hopes to ▸ ship", "lid and ▸ base"."""
    verbs = _verbs(tuple(claim))
    infinitive = claim[first - 1] == "to" and first in verbs
    begun = first - len(opening)
    subject = claim[begun : min(first, next((verb for verb in verbs if verb > begun), first))]
    one_of_several = any(word in _JOINTS or word == "," for word in subject)  # "lamp and shade cost 90 €"
    return infinitive or one_of_several or any(map(_weighs, opening))


def _is_part(opening: Sequence[str]) -> bool:
    """Whether a claim begins with a part that has something: "the hall has", not "children have"."""
    return (
        len(opening) == 3
        and opening[0] == "the"
        and opening[1] not in _PEOPLE | _TIMES | _OPERATORS | _NUMBERS
        and opening[2] in {"has", "have"}
    )


def _weighs(word: str) -> bool:
    """Whether what follows a verb is not so, or not yet, as the verb stands: "avoids ▸ plastic", "plans ▸ a shop"."""
    return any(word.endswith(end) and word[: len(word) - len(end)] in _WEIGHING for end in _ENDINGS)


def _begins_phrase(claim: Sequence[str], first: int) -> bool:
    """Whether a word stands behind a verb, an article or a preposition: "fake ▸ leather" is not parted."""
    before = claim[first - 1]
    if before == "of" or (before in _FILLERS and first > 1 and claim[first - 2] == "of"):
        return False
    opens = _FILLERS | _PLACES | _JOINTS | STOPS | {"to", "can", "may"}
    return before in opens or first - 1 in _verbs(tuple(claim)) or first in _verbs(tuple(claim))


def _runs(gone: Sequence[int], claim: Sequence[str]) -> Iterator[list[int]]:
    """The places that are left out, in runs that nothing but fillers parts."""
    run: list[int] = []
    for place in gone:
        if run and any(not is_filler(claim[between]) for between in range(run[-1] + 1, place) if claim[between] != ","):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _is_light(words: Collection[str]) -> bool:
    """Whether words say only that something is to be had: "can be booked", not "can" alone, which hedges."""
    return set(words) <= _LIGHT | {"can", "may"} and bool(_LIGHT & set(words))


def _is_had(claim: Sequence[str], place: int, clause: range) -> bool:
    """Whether a place stands in a list of what something has, in a clause that denies and limits nothing."""
    inside = [claim[one] for one in clause]
    had = [one for one in clause if one < place and _has(claim, one)]
    if not had or any(word in _CLOSING for word in inside):
        return False
    return not any(had[-1] < verb < place and claim[verb] not in _FILLERS for verb in _verbs(tuple(claim)))


def _has(claim: Sequence[str], place: int) -> bool:
    """Whether a word says that something has what follows: "has", or the "with" of "comes with"."""
    return claim[place] in _HAVING or (claim[place] == "with" and place > 0 and claim[place - 1] in _HAVING_WITH)


def _is_with(claim: Sequence[str], run: Sequence[int], clause: range) -> bool:
    """Whether a run ends a clause and only says more of the thing before it: "a café ▸ with home-made soup"."""
    said = [claim[place] for place in run]
    ends = all(claim[place] in STOPS for place in range(run[-1] + 1, clause.stop))
    bound = (_CONDITIONS - {"of"}) | _TIMES | _NUMBERS | _OPERATORS
    whose = set(claim[clause.start : run[0]]) & (_CONDITIONS - {"of", "with"})  # "parking for residents with a permit"
    return (
        said[0] == "with" and ends and not whose and not any(word in bound or word[:1].isdigit() for word in said[1:])
    )


def _is_member(claim: Sequence[str], run: Sequence[int], last: int, *, of_things: bool) -> bool:
    """Whether a run is other members of a list: it begins, or ends, with "and", and binds nothing.

    Args:
        of_things: Whether it is a list of what something has, of which each may have its number.
    """
    said = [claim[place] for place in run]
    begins, ends = said[0] in {"and", "&"}, said[-1] in {"and", "&"}
    comma_ends = run[-1] + 1 < len(claim) and claim[run[-1] + 1] == ","
    comma_begins = run[0] > 0 and claim[run[0] - 1] == ","
    if not (begins or ends or comma_begins or comma_ends):
        return False
    if not begins and not comma_begins and not _is_whole(claim, run[0]):
        return False
    counted = any(word in _NUMBERS or word[:1].isdigit() for word in said) and not of_things
    bound = (_CONDITIONS | _TIMES) - {"of", "to"}
    if (counted or any(word in bound for word in said)) and not (begins and run[0] > last):
        return False
    verbs = _verbs(tuple(claim))
    if begins and run[1:] and run[1] in verbs and (set(claim[: verbs[0]]) & _CLOSING or set(said) & _TIMES):
        return False  # "nobody washes ▸ and dries it", "opens at 9 ▸ and closes at 5 on Sundays"
    if begins and run[0] > last:  # the end of a claim: a condition in it may be meant for all of it
        return not any(word in _CONDITIONS - {"of", "to", "up", "with", "for", "without"} for word in said)
    return not any(word in _OPERATORS for word in said)


def _is_whole(claim: Sequence[str], first: int) -> bool:
    """Whether a member of a list begins there: of "two ▸ bulbs and a book" the "two" would count the book."""
    before = claim[first - 1] if first else ","
    opens = before in _FILLERS | _PLACES | _JOINTS | STOPS | _CONDITIONS | _HAVING
    return opens or first - 1 in _verbs(tuple(claim))


def _is_place(claim: Sequence[str], run: Sequence[int], verb: int, kept: Collection[int]) -> bool:
    """Whether a run is phrases of place or manner behind the verb, whole."""
    if run[0] <= verb or claim[run[0]] not in _PLACES:
        return False
    after = next((place for place in range(run[-1] + 1, len(claim)) if claim[place] not in _FILLERS), len(claim))
    whole = after == len(claim) or claim[after] in STOPS | _PLACES | _JOINTS | _CONDITIONS
    said = [claim[place] for place in run]
    bound = (_CONDITIONS - {"of"}) | _TIMES | _CLOSING
    return whole and not any(word in bound for word in said) and bool(kept)


def list_variants(claim: Sequence[str]) -> Iterator[list[str]]:
    """A claim, and the same with "and" for a comma before a later one: of "a, b and c" one may say "a and b"."""
    yield list(claim)
    for place, word in enumerate(claim):
        if word != ",":
            continue
        behind = list(claim[place + 1 :])
        end = next((at for at, one in enumerate(behind) if one in _HARD_STOPS or one in _BREAKS), len(behind))
        if "and" in behind[:end] and behind[0] not in _JOINTS and not {"or", "nor"} & set(behind[:end]):
            yield [*claim[:place], "and", *claim[place + 1 :]]
