"""An English sentence in tokens, and a clause in chunks that stay or go together.

The city council | voted | against the plan | because ...
N                  V       P                  S
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from automagic.language.numbers.bonds import bonds
from automagic.language.speech.foreign_tables import TONGUES
from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import primary_tag, split_words
from automagic.language.text.signs import join_signs, peel, quotes_open
from automagic.language.text.tokens import Token

# Words that limit a claim; a text that loses one says something else.
LIMITING = frozenset(
    [
        "not", "never", "no", "only", "almost", "nearly", "hardly", "barely", "about", "roughly", "around",
        "up", "at", "over", "under", "least", "most", "more", "less", "fewer", "than", "few", "too", "just",
        "even", "approximately", "seldom", "rarely", "sometimes", "often", "usually", "mostly", "partly",
        "half", "twice", "alone", "perhaps", "maybe", "possibly", "probably", "likely", "apparently",
    ]
)  # fmt: skip
_TIME_CLAUSES = frozenset({"before", "after", "until", "since", "as", "once"})
# Their period belongs to them, and ends nothing.
_SHORTENED = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "mt", "gen", "sen", "rep", "gov", "no", "capt", "col"})
_BEFORE_OF = frozenset({"instead", "because", "out", "ahead", "regardless", "outside", "inside", "short"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words that stay or go together.

    `kind`: N noun phrase, O "of" phrase, V verb group, P prepositional phrase, T infinitive, A adjective, R adverb,
    S subordinate clause, C coordinated rest, G participle phrase, Q the rest of a comparison ("as good as ...",
    "than ...").
    """

    kind: str
    tokens: tuple[Token, ...]


def tokens_of(sentence: str, language: str = "en") -> list[Token]:
    """The sentence as tokens; what stands in round or square brackets is left out.

    A number with its signs is one token, even where white space stands between them: "< 5 %", "20 €", "10 000".
    """
    sentence = re.sub(r"(?<!\w)\((\w+)\)(?=\w)", r"\1", sentence)  # "(re)use"
    sentence = re.sub(r"\[([^\]]*)\]\([^)\s]*\)", r"\1", sentence)
    # "f(x)" and "person(s)" are words; "the bridge(the old one)" has an aside.
    sentence = re.sub(r"(?:(?:^|\s+)\(|(?<!\$)\((?=[^)\s]*\s)|\s*(?<![#@$!])\[)[^)\]]*[)\]](?!\w)", "", sentence)
    sentence = re.sub(r"\s*—\s*|\s+(?:--|–)\s+(?![\d$€£¥])|(?<=\w)--(?=\w)", " — ", sentence)
    words = join_signs(split_words(sentence), language)
    quoted = [False, *quotes_open(words)]
    tokens: list[Token] = []
    for index, (word, tag) in enumerate(zip(words, tag_words(words, language), strict=True)):
        _, core, trail = peel(word, quoted=quoted[index])
        following = words[index + 1] if index + 1 < len(words) else ""
        if trail == "." and _is_shortened(core, following, language):
            tokens.append(Token(f"{core}.", tag, ""))
            continue
        if core.lower() in {"a.m", "p.m", "a.m.", "p.m."} and tokens and tokens[-1].is_a("CRD"):
            tokens[-1] = Token(f"{tokens[-1].text} {core.rstrip('.')}.", "CRD", trail.lstrip(".")[:1])
        elif core:
            marks = [c for c in trail if c in ".,;:!?—…"]
            tokens.append(Token(core, tag, marks[0] if marks else ""))
        elif tokens and any(c in word for c in "—–-"):
            tokens[-1] = Token(tokens[-1].text, tokens[-1].tag, "—")
    bound = bonds([token.text for token in tokens], [token.tag for token in tokens])
    return [replace(token, binds=binds and not token.stop) for token, binds in zip(tokens, bound, strict=True)]


def _is_shortened(core: str, following: str, language: str) -> bool:
    """Whether a period belongs to its word: "Dr. Lee", "approx. ten", "am 3. Mai", "M. Dupont"."""
    low, tag = core.lower(), primary_tag(language)
    if not following:
        return False
    if tag != "en" and (tongue := TONGUES.get(tag)) is not None:
        known = {*tongue.short, *tongue.before_number, *map(str.lower, tongue.titles)}
        return following[:1].islower() or low in known or (tag == "de" and core.isdecimal())
    if low in _SHORTENED:
        return following[:1].isdigit() or (following[:1].isupper() and low != "no")
    return following[:1].islower() and core.isalpha() and len(core) < 7


def segments_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens cut after commas, semicolons, colons and dashes."""
    segments: list[list[Token]] = [[]]
    for token in tokens:
        segments[-1].append(token)
        if token.stop:
            segments.append([])
    return [segment for segment in segments if segment]


_WHEN = frozenset({"year", "day", "week", "month", "night", "morning", "summer", "winter", "time", "century", "today"})


def join_lists(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with the commas of "rice, wheat and maize" moved into their words, so that a list is one phrase."""
    joined = _join_attributes(tokens)
    segments = segments_of(joined)
    starts = [sum(len(segment) for segment in segments[:i]) for i in range(len(segments))]
    for first, segment in enumerate(segments):
        last = _end_of_list(segments, first)
        if last is None or segment[-1].stop != ",":
            continue
        for index in range(first, last):
            at = starts[index] + len(segments[index]) - 1
            joined[at] = replace(joined[at], text=f"{joined[at].text.rstrip(',')},", stop="")
    return joined


def _join_attributes(tokens: Sequence[Token]) -> list[Token]:
    """With the comma of "a small, brown bird" moved into its word: it parts no phrases."""
    joined = list(tokens)
    for index in range(len(tokens) - 2):
        token, after = tokens[index], tokens[index + 1]
        inside = index and tokens[index - 1].is_a("AT0", "DPS", "AV0", "AJ", "CRD", "DT0", "PRP", "VV")
        described = after.is_a("AJ") and tokens[index + 2].is_a("N", "AJ", "UNC") and not after.stop
        if token.stop == "," and token.is_a("AJ") and inside and described:
            joined[index] = replace(token, text=f"{token.text},", stop="")
    return joined


def _end_of_list(segments: Sequence[Sequence[Token]], first: int) -> int | None:
    """The segment that closes the list which begins at the end of segment `first`; None when none does."""
    opening = segments[first]
    is_subject = not first and _is_name(opening) and not any(t.low in _WHEN for t in opening)
    holds_verb = any(t.is_finite or t.is_a("VVI") for t in opening)
    if (
        not opening[-1].is_a("N", "UNC", "ZZ0", "CRD")
        or opening[0].is_a("DTQ", "PNQ")
        or (opening[0].is_a("CJS") and not holds_verb)
    ):
        return None
    for index in range(first + 1, min(first + 5, len(segments))):
        segment = segments[index]
        joint = next((i for i, t in enumerate(segment) if t.low in {"and", "or"}), None)
        if joint is None:
            if segment[-1].stop != "," or not _is_name(segment):
                return None
            continue
        rest = segment[joint + 1 :]
        if not rest or (joint and not _is_name(segment[:joint])) or (not joint and index == first + 1):
            return None
        goes_on = any(t.is_finite for t in rest)
        named = rest[0].is_a("N", "AT0", "AJ", "CRD", "DPS", "UNC", "VVG", "ZZ0")
        return index if named and (is_subject if goes_on else holds_verb or is_subject or first > 0) else None
    return None


def _is_name(tokens: Sequence[Token]) -> bool:
    """Only a noun phrase, with its "of" phrase at most."""
    return not tokens[0].is_a("PRF") and all(
        t.is_a("N", "AT0", "AJ", "CRD", "DPS", "DT0", "PRF", "UNC", "ZZ0", "ORD") and not t.is_finite for t in tokens
    )


def opens_clause(tokens: Sequence[Token]) -> bool:
    """Whether a noun phrase with a finite verb right after it begins here: "the tunnel would open"."""
    end = _end_of_noun(tokens, 0)
    while end < len(tokens) and tokens[end].is_a("AV0") and not tokens[end - 1].stop:
        end += 1
    return end < len(tokens) and not tokens[end - 1].stop and tokens[end].is_finite and tokens[0].low not in {"to"}


def chunks_of(tokens: Sequence[Token]) -> list[Chunk]:
    """The clause in chunks, left to right."""
    chunks: list[Chunk] = []
    index = 0
    while index < len(tokens):
        kind, end = _chunk_at(tokens, index, seen_verb=any(chunk.kind == "V" for chunk in chunks))
        chunks.append(Chunk(kind, tuple(tokens[index:end])))
        index = end
    return chunks


def _chunk_at(  # noqa: PLR0911, PLR0912 - one branch for each kind of chunk, in order of precedence
    tokens: Sequence[Token], start: int, *, seen_verb: bool
) -> tuple[str, int]:
    token = tokens[start]
    if start and (token.low == "than" or (token.low == "as" and _is_equative(tokens, start))):
        return "Q", _end_of_comparison(tokens, start)
    if seen_verb and token.is_a("AVQ") and len(tokens) > start + 2:
        return "S", len(tokens)
    if seen_verb and token.low in _TIME_CLAUSES and start + 1 < len(tokens) and opens_clause(tokens[start + 1 :]):
        return "S", len(tokens)
    if seen_verb and (token.is_a("CJS", "CJT", "PNQ") or (token.is_a("DTQ") and start)):
        return "S", len(tokens)
    if token.is_a("CJC") and seen_verb:
        return "C", len(tokens)
    if start and not seen_verb and token.is_a("PNQ", "DTQ", "CJT"):
        return "S", _end_of_relative(tokens, start)
    if seen_verb and token.is_a("PNP", "AT0", "DPS", "N") and opens_clause(tokens[start:]):
        return "S", len(tokens)
    if not start and token.is_a("VVG"):
        verb = next((i for i, t in enumerate(tokens) if t.is_finite), 0)
        if verb:  # "Turning down the heat ▸ saves ...": the whole phrase is the subject
            return "N", verb
    if token.is_finite:
        return "V", _end_of_verb(tokens, start)
    if start + 1 < len(tokens) and tokens[start + 1].is_a("PRF") and token.low in _BEFORE_OF:
        return "P", _end_of_phrase(tokens, start + 1)
    if token.is_a("TO0"):
        return "T", _end_of_infinitive(tokens, start)
    if token.low == "on" and start + 1 < len(tokens) and tokens[start + 1].low == "average":
        return "R", start + 2
    if token.is_a("PRF"):
        return "O", _end_of_noun(tokens, start + 1)
    if token.is_a("PRP"):
        return "P", _end_of_phrase(tokens, start)
    if token.is_a("VVG", "VVN", "VBG", "VHG", "VBN") and seen_verb:
        return "G", len(tokens)
    if token.is_a("AV", "XX0") and not _opens_noun(tokens, start):
        return "R", start + 1
    end = _end_of_noun(tokens, start)
    has_noun = any(t.is_a("N", "PN", "CRD", "EX0", "UNC", "DT0", "ZZ0") for t in tokens[start:end])
    return ("N" if has_noun else "A"), end


def _is_equative(tokens: Sequence[Token], start: int) -> bool:
    """ "as much water as": two of them, a quality or an amount between."""
    return any(t.low == "as" for t in tokens[start + 2 : start + 8]) and tokens[start + 1].is_a("AJ", "AV", "DT0", "N")


def _end_of_comparison(tokens: Sequence[Token], start: int) -> int:
    """Past what it is measured by, with the clause that says which: "as good as ▸ the data they learn from"."""
    second = start
    if tokens[start].low == "as":
        second = next(i for i in range(start + 2, len(tokens)) if tokens[i].low == "as")
    if second + 1 >= len(tokens):
        return len(tokens)
    end = _end_of_noun(tokens, second + 1)
    while end < len(tokens) and tokens[end].is_a("PRF"):
        end = _end_of_noun(tokens, end + 1) if end + 1 < len(tokens) else end + 1
    if end < len(tokens) and (tokens[end].is_finite or tokens[end].is_a("PNP", "CJT", "PNQ", "DTQ")):
        return len(tokens)
    return end


def _end_of_relative(tokens: Sequence[Token], start: int) -> int:
    """A relative clause inside the subject ends before the second verb: "people who sleep less ▸ catch ..."."""
    index = start + 1
    while index < len(tokens) and not tokens[index].is_finite:
        index += 1
    index = _end_of_verb(tokens, index) if index < len(tokens) else index
    while index < len(tokens) and not tokens[index].is_finite:
        index += 1
    return index


def _opens_noun(tokens: Sequence[Token], start: int) -> bool:
    """ "more than 40 cities", "about ten people": an adverb that belongs to the number after it."""
    ahead = list(tokens[start + 1 : start + 3])
    return tokens[start].low in LIMITING and any(t.is_a("CRD", "DT0") for t in ahead)


def _end_of_verb(tokens: Sequence[Token], start: int) -> int:
    end = start + 1
    while end < len(tokens):
        token, before = tokens[end], tokens[end - 1]
        if before.stop:
            break
        if token.is_a("CJC") and end + 1 < len(tokens) and tokens[end + 1].is_a("VV") and before.is_a("VV"):
            end += 2  # "press and hold"
            continue
        verbal = token.is_a("VVN", "VVG", "VVI", "VBI", "VBN", "VBG", "VHI", "VHN", "VDI", "VDN", "XX0", "AVP")
        adverb = token.is_a("AV0") and end + 1 < len(tokens) and tokens[end + 1].is_a("VV", "VB", "VH")
        if not (verbal or adverb) or (token.is_a("VVN") and not _takes_participle(tokens[start:end])):
            break
        end += 1
    return end


def _takes_participle(verbs: Sequence[Token]) -> bool:
    return any(part[:2] in {"VB", "VH"} for token in verbs for part in token.tag.split("+"))


def _end_of_infinitive(tokens: Sequence[Token], start: int) -> int:
    end = start + 1
    while (
        end < len(tokens)
        and tokens[end].is_a("VVI", "VBI", "VHI", "VDI", "VVB", "AVP", "AV0", "VVN")
        and not tokens[end - 1].stop
    ):
        end += 1
    if end < len(tokens) and not tokens[end - 1].stop and not tokens[end].is_a("PRP", "CJC", "CJS", "TO0"):
        end = _end_of_noun(tokens, end)
    return max(end, start + 1)


def _end_of_phrase(tokens: Sequence[Token], start: int) -> int:
    end = start + 1
    while end < len(tokens) and tokens[end].is_a("PRP", "AV0") and not tokens[end - 1].stop:
        end += 1
    if end < len(tokens) and tokens[end].is_a("VVG"):
        end += 1
    return _end_of_noun(tokens, end) if end < len(tokens) else end


def _end_of_noun(tokens: Sequence[Token], start: int) -> int:
    """Past one noun phrase, with a coordinated second one ("bees and wasps") and possessives."""
    end, seen_noun = start, False
    while end < len(tokens):
        token = tokens[end]
        if end > start and (tokens[end - 1].stop or (token.low == "as" and _is_equative(tokens, end))):
            break
        if end > start and tokens[end - 1].text.endswith(","):
            seen_noun = False
        if token.is_a("N", "UNC", "ZZ0") or token.is_a("CRD"):
            if token.is_a("CRD") and seen_noun and any(t.is_a("N") for t in tokens[end + 1 : end + 2]):
                break
            seen_noun = seen_noun or not token.is_a("CRD")
        elif token.is_a("PN") and (end == start or not (seen_noun or token.is_a("PNP"))):
            end += 1
            break
        elif token.is_a("CJC") and end > start and end + 1 < len(tokens) and _pairs(tokens, end):
            seen_noun = False
        elif token.is_a("AT0", "DPS", "DT0", "EX0"):
            if seen_noun and not tokens[end - 1].text.endswith(","):
                break
        elif not (token.is_a("AJ", "ORD", "AV0", "VVG", "VVN", "PRP") and not seen_noun and _leads_on(tokens, end)):
            break
        end += 1
    return max(end, start + 1)


def _leads_on(tokens: Sequence[Token], index: int) -> bool:
    """Whether an adjective, adverb or participle stands before more of the same noun phrase."""
    token = tokens[index]
    if token.is_a("PRP"):
        return token.low in LIMITING and index + 1 < len(tokens) and tokens[index + 1].is_a("CRD", "AV0")
    if token.is_a("AJ", "ORD"):
        return True
    after = tokens[index + 1 : index + 2]
    return bool(after) and not token.stop and after[0].is_a("N", "AJ", "CRD", "UNC", "AV0", "DT0")


def _pairs(tokens: Sequence[Token], conjunction: int) -> bool:
    """Whether "and" joins two noun phrases rather than two clauses or verbs."""
    rest = tokens[conjunction + 1 :]
    if tokens[conjunction - 1].is_a("CRD") and rest[0].is_a("CRD"):
        return True  # "between 1995 and 2017"
    end = 0
    while end < len(rest) and rest[end].is_a("AT0", "DPS", "DT0", "AJ", "CRD", "ORD"):
        end += 1
    if end >= len(rest) or not rest[end].is_a("N", "UNC"):
        return False
    while end < len(rest) and rest[end].is_a("N", "UNC") and not rest[end].stop:
        end += 1
    return end >= len(rest) or not (rest[end].is_finite and not _is_plural_subject(tokens, conjunction))


def _is_plural_subject(tokens: Sequence[Token], conjunction: int) -> bool:
    """Nothing verbal before the conjunction: "bees and wasps sting", not "bees sting and wasps bite"."""
    return not any(token.is_finite for token in tokens[:conjunction])
