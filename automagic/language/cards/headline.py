"""A sentence shortened to its point, in its own words and order, without a gap inside.

    Although it rains often, the city of Bergen has built two covered parks, ▸ since people asked for them, he said.
                             The city of Bergen has built two covered parks

The main clause is found between the commas, what leads into it ("However,", "Researchers found that") and what stands
between commas inside it go, and its end is cut where whole phrases may go (see `pruning`). Negations, numbers, limits
("may", "only", "almost") never go, nor does one half of a comparison. Nothing is added; what cannot be cut truthfully
stays whole, up to fourteen words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from automagic.data import words
from automagic.language.cards.chunks import join_lists, opens_clause, segments_of, tokens_of
from automagic.language.cards.pruning import COMFORTABLE, LONGEST, WHOLE, ends_well, first_phrase, name_phrase, prune
from automagic.language.text.phrases import function_words
from automagic.language.text.sentences import primary_tag, split_words
from automagic.language.text.tokens import Token

MAX_WORDS = 7
_MAX_READ, _MAX_TOKENS = 4000, 120
_SAYING = frozenset(words("headlines")["saying"])
_DROPPED_OPENERS = frozenset(words("headlines")["dropped_openers"])
_FILLERS = frozenset(words("headlines")["fillers"])
_LONGEST_CONDITION, _LONGEST_SETTING, _SHORT_NAME = 12, 8, 4
_CONDITIONS = frozenset(
    {"if", "when", "unless", "until", "whenever", "before", "after", "once", "as", "while", "because"}
)


@dataclass(frozen=True, slots=True)
class Headline:
    """The point, and the condition or the claimant that was taken off it (for a second line)."""

    text: str
    detail: str = ""


def headline_of(  # noqa: PLR0911 - one return for each kind of sentence
    sentence: str, language: str = "en", most: int = MAX_WORDS, *, about: str = ""
) -> Headline:
    """The point of `sentence` in about `most` of its own words (up to `pruning.WHOLE`, when no cut would be true).

    Args:
        sentence: One sentence.
        language: Other languages than English get their first phrase.
        most: Words.
        about: A word whose clause is preferred, such as the number that the card shows.
    """
    tokens = tokens_of(sentence[:_MAX_READ], language)[:_MAX_TOKENS]
    question = sentence.rstrip('"”’ ').endswith("?")
    if not tokens:
        return Headline(" ".join(split_words(sentence)[:most]))
    named = tokens[0].is_a("PRP", "PRF") and not _has_clause(tokens) and not question
    if len(tokens) <= most and not named:
        opened = "¿" if question and sentence.lstrip('"“«').startswith("¿") else ""
        return Headline(opened + _join(_without_opener(tokens)) + ("?" if question else ""))
    if primary_tag(language) != "en":
        return Headline(_join(_foreign_point(tokens, most, language)))
    if question:
        return Headline(_join(_question(tokens, most)) + "?")
    clause, detail = _main_clause(join_lists(tokens), about)
    clause = _straightened(clause)
    if not _has_clause(clause) and not clause[0].is_a("VV"):
        return Headline(_join(name_phrase(clause, most)))
    if len(clause) > COMFORTABLE:
        pruned = prune(_without_fillers(clause), most)
        clause = pruned.kept
        if pruned.condition and not detail and len(pruned.condition) <= LONGEST:
            detail = _join(pruned.condition)
    if _is_unfinished(clause) and len(split_words(sentence)) <= WHOLE:
        return Headline(" ".join(split_words(sentence)).rstrip(".!;:, "))  # what finishes it stands in brackets
    return Headline(_join(clause), detail)


def _foreign_point(tokens: Sequence[Token], most: int, language: str) -> list[Token]:
    """The first phrase, whole up to its stop: nothing here knows where a cut would be true. Only a long one is cut."""
    stop = next((i + 1 for i, token in enumerate(tokens) if token.stop and i >= 2), len(tokens))
    return first_phrase(tokens, stop if stop <= WHOLE else most, function_words(language))


def _is_unfinished(clause: Sequence[Token]) -> bool:
    """Whether something in brackets must follow its last word: "The colors are ▸ (red, green)"."""
    last = clause[-1]
    return last.low in {"is", "are", "was", "were", "of", "as", "with", "to", "and", "or"} and last.stop not in {
        ".",
        "!",
    }


def _straightened(clause: list[Token]) -> list[Token]:
    """ "The best plan is often the one that leaves room" → "The best plan often leaves room"."""
    for index in range(2, len(clause) - 3):
        if clause[index].low not in {"one", "ones"} or clause[index - 1].low != "the":
            continue
        limits = index - 2
        while limits and clause[limits].is_a("AV0"):
            limits -= 1
        if limits and clause[limits].low in {"is", "are", "was", "were"} and clause[index + 1].low in {"that", "who"}:
            return [*clause[:limits], *clause[limits + 1 : index - 1], *clause[index + 2 :]]
    return clause


def _without_fillers(clause: Sequence[Token]) -> list[Token]:
    """Without an adverb of emphasis directly before a verb: "we ▸ really need time"."""
    return [
        token
        for index, token in enumerate(clause)
        if not (
            token.low in _FILLERS
            and token.is_a("AV0")
            and 0 < index < len(clause) - 1
            and clause[index + 1].is_a("VV")
            and clause[index - 1].is_a("N", "PN", "VM", "VH", "VB")
            and "XX0" not in clause[index - 1].tag
        )
    ]


def _join(tokens: Sequence[Token]) -> str:
    """Display text with a capital first; a comma stays only between two words that it parted in the sentence."""
    words = [token.text for token in tokens]
    for index in range(len(tokens) - 1):
        if tokens[index].stop in {",", ";", ":"}:
            words[index] += tokens[index].stop
    text = " ".join(words)
    return text if not text[:1].islower() or re.match(r"[a-z]+[A-Z]", text) else text[0].upper() + text[1:]


def _without_claims(segments: list[list[Token]]) -> list[list[Token]]:
    """ "Coffee was found, | legend says, | by a goatherd" → without the middle, its neighbours joined."""
    kept: list[list[Token]] = []
    joins = False
    for index, segment in enumerate(segments):
        if index and len(segment) <= 6 and segment[-1].low in _SAYING:
            joins = True
            continue
        if joins and kept and segment[0].is_a("PRP", "TO0", "CJS"):
            last = kept[-1][-1]
            kept[-1] = [*kept[-1][:-1], replace(last, stop=""), *segment]
        else:
            kept.append(segment)
        joins = False
    return kept


def _without_opener(tokens: Sequence[Token]) -> list[Token]:
    kept = list(tokens)
    while len(kept) > 3 and kept[0].low in _DROPPED_OPENERS and (kept[0].stop or _links(kept)):
        kept = kept[1:]
    return kept


def _links(tokens: Sequence[Token]) -> bool:
    """Whether a conjunction before a clause begins it; "and ▸ then flips the sign" goes on with the one before."""
    following = next((token for token in tokens[1:] if not token.is_a("AV0")), tokens[0])
    return tokens[0].is_a("CJC") and not _is_paired(tokens) and not following.is_finite


def _has_clause(segment: Sequence[Token]) -> bool:
    return any(token.is_finite for token in segment)


def _is_subordinate(segment: Sequence[Token]) -> bool:
    first = segment[0]
    verb = next((i for i, token in enumerate(segment) if token.is_finite), 0)
    if first.is_a("VVG") and verb and not any(t.is_a("CJ", "DTQ", "PNQ", "AVQ") for t in segment[:verb]):
        return False  # "Learning a language ▸ takes time": the phrase is the subject
    relative = first.is_a("DTQ", "PNQ") or (first.is_a("PRP") and len(segment) > 1 and segment[1].is_a("DTQ", "PNQ"))
    if first.low == "whether" and not any(token.low == "or" for token in segment):
        return False
    if first.low in {"whether", "what", "how", "who"} and sum(token.is_finite for token in segment) > 1:
        return False  # "Whether it works ▸ depends on us": the clause is the subject
    return (
        first.is_a("CJS", "CJT", "VVG", "VVN")
        or relative
        or first.low in {"though", "although", "because", "since", "when", "where", "if", "once"}
    )


def _question(tokens: Sequence[Token], most: int) -> list[Token]:
    """The question itself, from its first word; a clause of time or condition after it is left out."""
    segments = segments_of(tokens)
    while len(segments) > 1 and (_is_subordinate(segments[0]) or not _has_clause(segments[0])):
        segments = segments[1:]
    words = _without_opener([token for segment in segments for token in segment])
    if len(words) <= COMFORTABLE:
        return words
    clause = [i for i, t in enumerate(words) if i >= 4 and t.is_a("CJS", "AVQ") and ends_well(words[:i])]
    fitting = [i for i in clause if i <= max(most, LONGEST)]
    if fitting:
        return words[: fitting[0]]
    if len(words) <= WHOLE:
        return words
    ends = [i for i, t in enumerate(words) if 4 <= i <= WHOLE and (t.is_a("CJC", "PRP") or words[i - 1].stop)]
    good = [i for i in ends if ends_well(words[:i])]
    return words[: good[-1]] if good else first_phrase(words, WHOLE)


def _main_clause(tokens: Sequence[Token], about: str) -> tuple[list[Token], str]:
    """The main clause, without what commas set off, and the condition or claimant taken off it."""
    segments = [_without_opener(segment) for segment in _without_claims(segments_of(tokens))]
    segments = [s for s in segments if not (len(s) <= 2 and s[-1].stop and s[0].is_a("AV0", "PRP", "ITJ"))] or segments
    detail = ""
    segments = _with_whole_condition(segments)
    first = segments[0]
    is_subject = first[0].is_a("VVG") and len(segments) > 1 and segments[1][0].is_finite
    if len(segments) > 1 and _is_subordinate(first) and not first[0].is_a("DTQ", "PNQ") and not is_subject:
        if first[0].low in _CONDITIONS and len(first) <= _LONGEST_CONDITION + 4:
            detail = _join(first)
        segments = segments[1:]
    elif len(segments) > 1 and first[0].is_a("PRP") and not _has_clause(first):
        detail = _join(first) if len(first) <= _LONGEST_SETTING else ""
        segments = segments[1:]
    clauses = _join_interrupted(segments)
    ordered = clauses[0][0].is_a("VVB", "VVI")
    mains = [
        c for i, c in enumerate(clauses) if (_has_clause(c) or (ordered and not i)) and not _is_subordinate(c)
    ] or clauses[:1]
    announced = [i > 0 and _announces(mains[i - 1]) for i in range(len(mains))]
    denied = [i > 0 and any(t.is_a("XX0") or "XX0" in t.tag for t in mains[i - 1]) for i in range(len(mains))]
    best = max(
        range(min(len(mains), 3)),
        key=lambda i: (
            _weight_of_clause(mains[i], about)
            + (0.6 if _is_about_it(mains[i]) else 1.3) * denied[i]
            + announced[i]
            + 0.7 * (i == 0),
            -i,
        ),
    )
    clause = mains[best]
    after = mains[best + 1] if best + 1 < len(mains) else []
    if after and any("XX0" in t.tag for t in clause) and after[0].low in {"it", "they"} and len(after) <= LONGEST:
        detail = _join(after)  # "It is not the data, ▸ it is the people"
    elif after and not detail and (turn := _turn_before(tokens, after[0])) and len(after) <= LONGEST:
        detail = _join([turn, *after])  # "One takes a budget, ▸ but the other takes a neighbor"
    clause = _without_opener(clause)
    while len(clause) > 3 and (clause[0].is_a("CJC") or (best and clause[0].low == "so")) and not _is_paired(clause):
        clause = clause[1:]
    inner, claimant = _claimed(clause)
    return (inner, claimant) if inner else (clause, detail)


def _with_whole_condition(segments: list[list[Token]]) -> list[list[Token]]:
    """ "When Sun, | Moon and Earth stand in a line, | the tides are large": the first two are one clause."""
    if segments[0][0].low not in _CONDITIONS | {"although", "though", "since"} or _has_clause(segments[0]):
        return segments
    end = next((i for i, segment in enumerate(segments) if _has_clause(segment)), 0)
    if not 0 < end < len(segments) - 1:
        return segments
    return [[token for segment in segments[: end + 1] for token in segment], *segments[end + 1 :]]


def _turn_before(tokens: Sequence[Token], first: Token) -> Token | None:
    """The "but" or "yet" that leads into the clause which begins with `first`; None when none does."""
    at = next((i for i, token in enumerate(tokens) if token is first), 0)
    if first.low in {"but", "yet"} or not at:
        return None
    return tokens[at - 1] if tokens[at - 1].low in {"but", "yet"} else None


def _is_paired(clause: Sequence[Token]) -> bool:
    """ "Neither the museum nor the city ...": its first word is no link to what came before."""
    return clause[0].low in {"neither", "either", "both"}


def _announces(clause: Sequence[Token]) -> bool:
    """ "The lesson is simple:" and the like say only that the point is coming."""
    return (
        clause[-1].stop == ":"
        and len(clause) <= 9
        and any(t.is_a("VB") for t in clause)
        and not any(t.is_a("CRD") for t in clause)
    )


def _weight_of_clause(clause: Sequence[Token], about: str) -> float:
    """A clause with subject, verb and something to say; contrast ("but ...") and numbers count for it."""
    weight = 2.0 if len(clause) >= 3 else 0.5
    weight += 5.0 * (bool(about) and any(token.text == about for token in clause))
    weight += 0.6 * any(token.is_a("CRD") for token in clause) + 0.5 * (clause[0].low in {"but", "yet"})
    return weight - 1.0 * _is_about_it(clause)


def _is_about_it(clause: Sequence[Token]) -> bool:
    """Whether its subject only points at what another clause names."""
    subject = clause[1] if clause[0].is_a("CJC") and len(clause) > 1 else clause[0]
    return subject.is_a("PNP") and subject.low in {"he", "she", "it", "they"}


def _join_interrupted(segments: Sequence[list[Token]]) -> list[list[Token]]:
    """ "The bridge, | built in 1932, | carries trains" → the first and the third are one clause."""
    clauses: list[list[Token]] = []
    index = 0
    while index < len(segments):
        current = segments[index]
        ordered = current[0].is_a("VVB", "VVI")  # "Boil it for one minute, ▸ let it cool"
        opens = current[0].is_a("PRP", "AV0", "CJS") or ordered
        if not _has_clause(current) and not opens and current[-1].stop == ",":
            for later in reversed(range(index + 1, min(index + 4, len(segments)))):
                start = segments[later]
                head = next((token for token in start if not token.is_a("AV0")), start[0])
                if head.is_finite and not start[0].is_a("PNP", "CJC"):
                    whole = [*current[:-1], Token(current[-1].text, current[-1].tag, ""), *start]
                    clauses.append(whole)
                    index = later
                    break
            else:
                after = segments[index + 1] if index + 1 < len(segments) else []
                if (
                    len(current) <= _SHORT_NAME
                    and current[-1].is_a("N")
                    and _has_clause(after)
                    and not _is_subordinate(after)
                    and not _tells_time(current)
                ):
                    clauses.append([*current, *after])  # "The input, output and ▸ errors are ..."
                    index += 1
                else:
                    clauses.append(current)
        else:
            clauses.append(current)
        index += 1
    return clauses


def _tells_time(segment: Sequence[Token]) -> bool:
    return any(token.low in {"day", "week", "month", "year", "night", "time", "years", "days"} for token in segment)


def _claimed(clause: Sequence[Token]) -> tuple[list[Token], str]:
    """ "Researchers found that X" → X and "Researchers found"; two empty ones when it is no such sentence."""
    if clause[0].is_a("CJT") and clause[0].low == "that" and len(clause) > 3 and _has_clause(clause):
        return list(clause[1:]), ""  # the second part of a sentence, what was said
    if clause[0].low in _SAYING and len(clause) > 4 and clause[1].low == "that":
        return list(clause[2:]), ""  # the second part of a sentence whose speaker stands in the first
    for index, token in enumerate(clause[:9]):
        if not index or clause[index - 1].low not in _SAYING or token.is_a("CJC"):
            continue
        if _tells_which(clause, index - 1):
            continue
        shares = clause[index - 1].low in {"share", "announce"} and token.low in {"how", "that"}
        inner = list(clause[index + (1 if token.is_a("CJT") or shares else 0) :])
        if shares and _has_clause(inner):
            return inner, ""
        if token.is_a("DTQ", "AVQ"):
            continue
        says_so = token.is_a("CJT") or (token.is_a("AT0", "N", "DPS", "AJ", "DT0") and opens_clause(inner))
        if says_so and len(inner) >= 3 and _has_clause(inner) and not inner[0].is_a("PNP"):
            return inner, _join(clause[:index]) if index <= 5 else ""
    return [], ""


def _tells_which(clause: Sequence[Token], verb: int) -> bool:
    """Whether a verb is that of a relative clause: "a bee that ▸ has found flowers" says nothing of what flowers do."""
    first = verb
    while first and clause[first - 1].is_a("VH", "VB", "VM", "AV0", "XX0"):
        first -= 1
    return first > 1 and clause[first - 1].is_a("PNQ", "DTQ", "CJT") and clause[first - 2].is_a("N", "PN")
