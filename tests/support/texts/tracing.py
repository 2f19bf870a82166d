"""Traces what is said or shown back to its source, without any rule of the package that made it.

    "The bridge closes"  ◀── "The bridge closes on June 3 unless the court objects."     lost condition: unless

Every word must be the source's, in its order; what hangs on a word that is kept may be missing only where the sentence
says the same without it. The rules stand on a tree's roles and the few lists below alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from automagic.language.syntax.tree import ParsedSentence

_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_VALUES = {word: value for words, first in ((_ONES, 1), (_TEENS, 10)) for value, word in enumerate(words, first)}
_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
_PIECE = re.compile(
    rf"\b(?:{'|'.join(_TENS)})-(?:{'|'.join(_ONES)})\b|"
    r"(?:(?<![\w])[+−–-])?[$€£¥]?\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[%°$€£¥~≈<>≤≥±]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DENYING = _set("not n't never no none nobody nothing neither nor hardly barely scarcely rarely seldom cannot without")
_LIMITING = _set("only except unless solely just merely exclusively")
_DOUBTING = _set(
    "may might could should would can must perhaps possibly probably reportedly allegedly apparently likely supposedly "
    "about almost nearly roughly around approximately some most few half over under"
)
_BOUNDS = _set("if unless until till before whether once when whenever provided except without after")
_TIMELY = _set("when whenever once before after")
_CLAUSES = _set("ROOT advcl relcl ccomp xcomp conj parataxis csubj")
_BELIEVING = _set(
    "think believe claim deny doubt hope hop fear wish pretend imagine dream assume guess expect suspect argue insist "
    "allege suggest promise feel suppose reckon predict propose want ask wonder demand bet convince"
)
_ARGUMENTS = _set("neg prt dobj attr acomp oprd xcomp ccomp")
_ASIDE = _set("so because while although to")
_UNREAL = _set("alleged former fake proposed planned possible potential suspected failed supposed future false old")
_PARTIAL = _set(
    "half none some most few many part share lack absence risk end ban shortage fear danger threat hope rest majority"
)
_HEDGE = re.compile(
    r"\b(at least|at most|up to|more than|less than|fewer than|no more than|not more than|about|almost|nearly|around|"
    r"roughly|approximately|over|under|some|just under|just over|as many as|as much as|only|within|another|every|minus)"
    r"\s+(?:an? |the )?[$€£¥−-]?\Z",
    re.IGNORECASE,
)
_HEDGE_SIGNS = frozenset("~≈<>≤≥±+")
_PRONOUNS = _set("he she it they him her them his its their this these")
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})


Kind = Literal[
    "foreign", "denial", "limit", "hedge", "condition", "argument", "claim", "unit", "moved", "narrowed", "quote",
    "pronoun", "order", "list",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Falsehood:
    """A statement that the source does not make.

    Attributes:
        kind: "foreign", "denial", "limit", "hedge", "condition", "argument", "claim", "unit", "moved", "narrowed",
            "quote", "pronoun", "list".
        word: At which word of the source it is.
        said, source: Both texts.
    """

    kind: Kind
    word: str
    said: str
    source: str


def pieces(text: str) -> list[tuple[str, int, int]]:
    """The words and numbers of a text, lower case and spelled-out numbers in figures, with their places.

    "One" alone is no number: "the one that works".
    """
    found = []
    for match in _PIECE.finditer(text):
        word = match[0].lower().replace("’", "'").replace("–", "-").replace("−", "-")
        if word != "one" or text[match.end() :].lower().startswith(" or two"):
            word = _figures(word)
        found.append((word, match.start(), match.end()))
    return found


def _figures(word: str) -> str:
    """ "eighty-one" → "81"; other words stay."""
    parts = word.split("-")
    return str(sum(_VALUES[part] for part in parts)) if all(part in _VALUES for part in parts) else word


def align(said: str, sentence: str) -> list[int] | None:
    """For each piece of `said` its place in the sentence, with as few gaps as can be; None when it has others."""
    one, other = [p[0] for p in pieces(said)], [p[0] for p in pieces(sentence)]
    if not one:
        return []
    best: list[dict[int, tuple[int, int]]] = []
    for at, word in enumerate(one):
        row: dict[int, tuple[int, int]] = {}
        low: tuple[int, int] | None = None  # (gaps, place) of the best before
        before = best[-1] if best else {}
        for place, there in enumerate(other):
            if at and place - 1 in before:
                gaps = before[place - 1][0]
                if low is None or gaps + 1 < low[0]:
                    low = (gaps + 1, place - 1)
            if there != word:
                continue
            if not at:
                row[place] = (0, -1)
            else:
                options = [(before[place - 1][0], place - 1)] if place - 1 in before else []
                options += [low] if low is not None else []
                if options:
                    row[place] = min(options, key=lambda one: (one[0], -one[1]))
        if not row:
            return None
        best.append(row)
    place = min(best[-1], key=lambda p: best[-1][p][0])
    places = [place]
    for row in reversed(best):
        place = row[place][1]
        if place >= 0:
            places.append(place)
    return places[::-1]


def tokens_of(sentence: ParsedSentence, places: Sequence[int]) -> frozenset[int]:
    """The words of the tree that are those pieces of the sentence."""
    there = pieces(sentence.text)
    spans = [there[place][1:] for place in places]
    return frozenset(
        i for i, word in enumerate(sentence.words) if any(word.start < end and start < word.end for start, end in spans)
    )


def false_parts(said: str, sentence: ParsedSentence, kept: frozenset[int]) -> Iterator[Falsehood]:
    """What a text that has only the words `kept` of a sentence says that the sentence does not."""
    yield from (Falsehood(kind, sentence.at(i), said, sentence.text) for kind, i in _lost(sentence, kept))
    yield from _numbers(said, sentence, kept)


def _lost(sentence: ParsedSentence, kept: frozenset[int]) -> Iterator[tuple[Kind, int]]:
    """What hangs on a kept word and may not be missing, and what hangs on a missing one and may not be kept."""
    for index, word in enumerate(sentence.words):
        is_mark = word.part in {"PUNCT", "SPACE", "SYM"} or word.head == index
        if is_mark or (index not in kept and _contrasts(sentence, index)):
            continue
        if index in kept:
            if word.head not in kept:
                yield from _hanging(sentence, index, kept)
        elif _binds_clause(sentence, index):
            yield from _lost_condition(sentence, index, kept)
        elif word.head in kept:
            kind = _lost_word(sentence, index, kept)
            if kind is not None:
                yield kind, index


def _lost_word(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> Kind | None:  # noqa: PLR0911
    """What is wrong where a word is missing on which nothing but its own head says more."""
    word, low, target = sentence.words[index], sentence.low(index), sentence.words[index].head
    is_verb = sentence.words[target].part in {"VERB", "AUX"}
    if word.role == "prep" and low in _BOUNDS and (is_verb or sentence.words[target].part == "ADJ"):
        return None if low in {"before", "after"} and _is_past(sentence, target) else "condition"
    if low in _DENYING:
        return "denial"
    if low in _LIMITING and word.role != "cc":
        return "limit"
    if low in _DOUBTING and word.role in {"aux", "advmod", "det", "quantmod", "amod", "predet"}:
        return "hedge"
    if word.role == "amod" and low in _UNREAL:
        return "narrowed"
    if word.role in _ARGUMENTS and is_verb:
        return None if _is_spare(sentence, index, kept) else "argument"
    of_part = word.role == "prep" and low == "of" and sentence.words[target].lemma in _PARTIAL
    return "narrowed" if of_part or (word.role in {"relcl", "acl"} and _narrows(sentence, index)) else None


def _branch(sentence: ParsedSentence, index: int) -> list[int]:
    return [i for i in range(len(sentence.words)) if i == index or index in sentence.ancestors(i)]


def _binds_clause(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word opens a clause that says on what condition, or until when, another holds."""
    word = sentence.words[index]
    if sentence.low(index) not in _BOUNDS or index > word.head:
        return False
    return word.role in {"mark", "advmod"} and sentence.words[word.head].role in {
        "advcl",
        "ccomp",
        "pcomp",
        "ROOT",
        "conj",
    }


def _lost_condition(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> Iterator[tuple[Kind, int]]:
    clause, low = sentence.words[index].head, sentence.low(index)
    above = sentence.words[clause].head
    past = low in _TIMELY and (_is_past(sentence, clause) or _is_past(sentence, above))
    even = index > 0 and sentence.low(index - 1) == "even"
    bound = above in kept and above != clause and sentence.words[clause].role == "advcl" and not even
    if (clause in kept or bound) and not past:  # "If it rains" shown as "It rains"
        yield "condition", index


def _contrasts(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word is in what is only ruled out besides: "when we post it, ▸ not when you order it"."""
    at = max((i for i in range(index + 1) if sentence.low(i) == "not"), default=0)
    if not at or not sentence.is_punctuation(at - 1, ",–—"):
        return False
    return not any(sentence.words[i].part in {"PUNCT", "CCONJ"} for i in range(at, index + 1))


def _is_spare(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> bool:
    """Whether a verb is whole without an object: another one is said, or a part of it is."""
    word, branch = sentence.words[index], _branch(sentence, index)
    if word.role in {"neg", "prt"}:
        return False
    said_in_part = any(i in kept for i in branch)
    explains = index > word.head and any(sentence.is_punctuation(i, ":;") for i in range(word.head, index))
    other = any(i in kept and i != index and sentence.words[i].role == word.role for i in sentence.children(word.head))
    opener = sentence.low(branch[0])
    if opener == "which" and sentence.is_punctuation(branch[0] - 1, ","):
        return True  # what is added to a whole clause, which a tree hangs on its verb
    return said_in_part or explains or other or index < word.head or opener in _ASIDE


def _hanging(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> Iterator[tuple[Kind, int]]:
    """A kept word whose head is missing: what it said of that head is now said of another, or of nothing."""
    word, below = sentence.words[index], index
    for above in sentence.ancestors(index):
        if _own_clause(sentence, below):
            break
        for child in (above, *sentence.children(above)):
            denies = sentence.low(child) in _DENYING and sentence.words[child].role in {
                "neg",
                "det",
                "preconj",
                "prep",
                "advmod",
            }
            if denies and child not in kept and child != below and not _contrasts(sentence, child):
                yield "denial", child
        below = above
    if word.role == "ccomp" and sentence.words[word.head].lemma in _BELIEVING:
        yield "claim", word.head
    if word.role in {"prep", "npadvmod", "dobj", "attr", "acomp", "dative", "agent", "xcomp"}:
        own = set(_branch(sentence, index))
        verbs = [i for i in kept - own if _says_something(sentence, i, kept)]
        if verbs and not _is_in_whole_quote(sentence, index, kept) and not _shares(sentence, index, kept):
            yield "moved", index


def _says_something(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> bool:
    """Whether a word is a verb that tells, and not one of "when the deck is jacked up"."""
    word = sentence.words[index]
    openers = (i for i in sentence.children(index) if sentence.low(i) in _BOUNDS)
    return word.part in {"VERB", "AUX"} and word.role in _CLAUSES and not any(i in kept for i in openers)


def _is_in_whole_quote(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> bool:
    """Whether a word stands in a quotation that is said as a whole, whatever the tree hangs it on."""
    for match in re.finditer(r"[“\"][^”\"]+[”\"]", sentence.text):
        inside = [i for i, word in enumerate(sentence.words) if match.start() <= word.start < match.end()]
        if index in inside and all(i in kept or sentence.is_punctuation(i) for i in inside):
            return True
    return False


def _shares(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> bool:
    """Whether a kept word hangs on a kept one over words that are missing between, by coordination alone."""
    for above in sentence.ancestors(index):
        if above in kept:
            return True
        joins = sentence.words[above].role in {"conj", "cc", "pobj", "prep", "appos"}
        if not joins or sentence.words[above].part in {"VERB", "AUX"}:
            return False
    return False


def _own_clause(sentence: ParsedSentence, index: int) -> bool:
    word = sentence.words[index]
    has_subject = any(sentence.words[i].role in _SUBJECTS for i in sentence.children(index))
    return (
        has_subject
        and word.role in {"conj", "parataxis", "advcl", "relcl", "ccomp", "ROOT"}
        and (word.role != "ccomp" or index < word.head)
    )


def _is_noun(sentence: ParsedSentence, index: int) -> bool:
    return sentence.words[index].part in {"NOUN", "PROPN"}


def _is_past(sentence: ParsedSentence, index: int) -> bool:
    while sentence.words[index].role == "xcomp":
        index = sentence.words[index].head
    verbs = (index, *(i for i in sentence.children(index) if sentence.words[i].role in {"aux", "auxpass"}))
    return any(sentence.words[i].tag == "VBD" for i in verbs)


def _narrows(sentence: ParsedSentence, index: int) -> bool:
    """Whether a clause says which ones are meant: no comma before it, and its noun is spoken of."""
    noun = sentence.words[index].head
    branch = [i for i in range(len(sentence.words)) if i == index or index in sentence.ancestors(i)]
    set_off = sentence.is_punctuation(branch[0] - 1) or sentence.is_punctuation(branch[0])
    subject = sentence.words[noun].role in _SUBJECTS
    named = sentence.words[noun].part == "PROPN"
    article = next((sentence.low(i) for i in sentence.children(noun) if sentence.words[i].role == "det"), "")
    return subject and not set_off and not named and article not in {"a", "an"}


def _numbers(said: str, sentence: ParsedSentence, kept: frozenset[int]) -> Iterator[Falsehood]:
    """A number that is said without its hedge, sign or unit."""
    low = f" {said.lower()} "
    for index in sorted(kept):
        word = sentence.words[index]
        if not _NUMBER.search(sentence.at(index)) and word.part != "NUM":
            continue
        hedge = _HEDGE.search(sentence.text[: word.start])
        if hedge and f" {hedge[1].lower()} " not in low.replace("\n", " ") and not set(said) & _HEDGE_SIGNS:
            yield Falsehood("hedge", f"{hedge[1]} {sentence.at(index)}", said, sentence.text)
        counts = word.role == "nummod" and index < word.head <= index + 3 and sentence.at(word.head).isalpha()
        if counts and word.head not in kept and not any(i in kept for i in sentence.children(index)):
            yield Falsehood("unit", sentence.at(index), said, sentence.text)
        sign = re.search(r"(?:(?<![\w])[-−]|[$€£¥]\s?)\Z", sentence.text[: word.start])
        if sign and sign[0].strip() not in said.replace("-", "−") + said:
            yield Falsehood("unit", sign[0] + sentence.at(index), said, sentence.text)


def dangling_pronoun(sentence: ParsedSentence) -> str:
    """A pronoun of the third person that nothing before it in its sentence can name; "" without one."""
    subject = sentence.child(sentence.root, *_SUBJECTS)
    named = False
    for index, word in enumerate(sentence.words):
        low = sentence.low(index)
        one = low in {"something", "everything", "nothing", "anyone", "someone", "everyone", "nobody", "somebody"}
        named = named or one or (_is_noun(sentence, index) and word.role != "npadvmod")
        points = low in _PRONOUNS and word.part in {"PRON", "DET"} and word.role not in {"expl", "mark"}
        if not points or named or (low in {"this", "these"} and word.role == "det") or _is_empty_it(sentence, index):
            continue
        if subject is None or index >= subject or not _is_noun(sentence, subject):
            return sentence.at(index)
    return ""


def _is_empty_it(sentence: ParsedSentence, index: int) -> bool:
    """ "It is clear that ...", "It takes years to ..."."""
    head = sentence.words[index].head
    clausal = {"ccomp", "xcomp", "csubj", "advcl", "acomp"}
    empty = _set("be take seem appear happen cost turn matter rain snow")
    return (
        sentence.low(index) == "it"
        and sentence.words[head].lemma in empty
        and any(sentence.words[i].role in clausal for i in sentence.children(head))
    )
