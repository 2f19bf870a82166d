"""An English sentence in tokens, and a clause in chunks that stay or go together.

The city council | voted | against the plan | because ...
N                  V       P                  S
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.grammar import FINITE, peel, tag_words
from automagic.language.lexicon import bare
from automagic.language.sentences import split_words

# Words that limit a claim; a text that loses one says something else.
LIMITING = frozenset(
    [
        "not", "never", "no", "only", "almost", "nearly", "hardly", "barely", "about", "roughly", "around",
        "up", "at", "over", "under", "least", "most", "more", "less", "fewer", "than", "few", "too", "just",
        "even", "approximately", "seldom", "rarely", "sometimes", "often", "usually", "mostly", "partly",
        "half", "twice", "up",
    ]
)  # fmt: skip
_BEFORE_OF = frozenset({"instead", "because", "out", "ahead", "regardless", "outside", "inside", "short"})


@dataclass(frozen=True, slots=True)
class Token:
    """A display word with its tag; `stop` is the punctuation that closes it (",", ".", ":" ... or "")."""

    text: str
    tag: str
    stop: str

    @property
    def low(self) -> str:
        """Lower-case, bare."""
        return bare(self.text)

    def is_a(self, *tags: str) -> bool:
        """Whether its tag, or the first part of a contraction's, begins with one of `tags`."""
        return self.tag.startswith(tags)

    @property
    def is_finite(self) -> bool:
        """Whether it is, or holds, a finite verb."""
        return any(part in FINITE for part in self.tag.split("+"))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Words that stay or go together.

    `kind`: N noun phrase, O "of" phrase, V verb group, P prepositional phrase, T infinitive, A adjective, R adverb,
    S subordinate clause, C coordinated rest, G participle phrase.
    """

    kind: str
    tokens: tuple[Token, ...]


def tokens_of(sentence: str, language: str = "en") -> list[Token]:
    """The sentence as tokens; what stands in round or square brackets is left out."""
    sentence = re.sub(r"\s*[(\[][^)\]]*[)\]]", "", sentence)
    sentence = re.sub(r"\s*(?:—|--| – )\s*", " — ", sentence)
    words = split_words(sentence)
    tokens: list[Token] = []
    for word, tag in zip(words, tag_words(words, language), strict=True):
        _, core, trail = peel(word)
        if core.lower() in {"a.m", "p.m", "a.m.", "p.m."} and tokens and tokens[-1].is_a("CRD"):
            tokens[-1] = Token(f"{tokens[-1].text} {core.rstrip('.')}.", "CRD", trail.lstrip(".")[:1])
        elif core:
            marks = [c for c in trail if c in ".,;:!?—…"]
            tokens.append(Token(core, tag, marks[0] if marks else ""))
        elif tokens and any(c in word for c in "—–-"):
            tokens[-1] = Token(tokens[-1].text, tokens[-1].tag, "—")
    return tokens


def segments_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens cut after commas, semicolons, colons and dashes."""
    segments: list[list[Token]] = [[]]
    for token in tokens:
        segments[-1].append(token)
        if token.stop:
            segments.append([])
    return [segment for segment in segments if segment]


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
        if end > start and tokens[end - 1].stop:
            break
        if token.is_a("N", "UNC", "ZZ0") or token.is_a("CRD"):
            if token.is_a("CRD") and seen_noun and any(t.is_a("N") for t in tokens[end + 1 : end + 2]):
                break
            seen_noun = seen_noun or not token.is_a("CRD")
        elif token.is_a("PN") and (end == start or not seen_noun):
            end += 1
            break
        elif token.is_a("CJC") and end > start and end + 1 < len(tokens) and _pairs(tokens, end):
            seen_noun = False
        elif token.is_a("AT0", "DPS", "DT0", "EX0"):
            if seen_noun:
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
