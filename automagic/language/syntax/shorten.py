"""What may be left out of a sentence so that what remains is whole and still true.

    The council, which met on Tuesday, voted 14 to 9 to close the bridge, although some had asked for time.
               ╰────── relative ─────╯                                 ╰───────── concession ─────────╯
    ──▶ The council voted 14 to 9 to close the bridge.

A cut takes a whole branch of the sentence's tree that punctuation sets off, so that a wrong tree spoils no sentence.
It never takes a negation, a hedge, a condition or a limit ("only", "except", "up to"): without those another thing is
said.
What remains consists of the sentence's own words in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from automagic.data import words
from automagic.language.syntax.clauses import clauses_that_may_go
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence
from automagic.language.text import lexicon

_WORDS = words("syntax")

CutKind = Literal[
    "filler", "link", "aside", "examples", "relative", "apposition", "participle", "attribution", "concession",
    "circumstance", "reason", "clause",
]  # fmt: skip

_LOSS: dict[CutKind, float] = {
    "filler": 0.01,
    "link": 0.02,
    "attribution": 0.12,
    "examples": 0.15,
    "aside": 0.15,
    "apposition": 0.22,
    "relative": 0.25,
    "participle": 0.3,
    "concession": 0.35,
    "circumstance": 0.6,
    "reason": 0.8,
    "clause": 0.55,
}
"""How much a listener misses each, 0..1."""

_LOSS_OF_NUMBER, _LOSS_OF_NAME = 0.5, 0.1
_FEWEST_WORDS, _FEWEST_WITHOUT_VERB = 3, 6
"""A sentence of fewer words is none, and what has no verb says nothing by less: "A chapter on failing."."""

NEGATIONS = lexicon.NEGATIONS | frozenset(_WORDS["negations"])
LIMITS = frozenset(_WORDS["limits"])
HEDGES = frozenset(_WORDS["hedges"])
_CONDITIONS = frozenset(_WORDS["conditions"])
_PLACES = frozenset({"where", "wherever", "whatever", "whoever", "however"})
"""What begins so holds only there, or is the subject: "Where I live, gas costs 9"."""
_CONCESSIONS = frozenset(_WORDS["concessions"])
_REASONS = frozenset(_WORDS["reasons"])
_LINKS = frozenset(_WORDS["links"])
_LINK_PHRASES = re.compile(
    r"(?:in addition|as a result|of course|in fact|in other words|for example|for instance|in short|after all|"
    r"at the same time|on top of that|to be fair|needless to say)\Z",
    re.IGNORECASE,
)
_TORN = re.compile(
    r"\b(?:and|or|but|nor|the|an?|of|to|with|for|in|on|at|by|from|which|that|who)\s*[,.;:!?]|"
    r"\b(?:that|which|who) (?:is|are|was|were)[.,;!?]|(?:\A|[,;:] )(?:and|but|or|so|yet),? (?:and|but|or|nor)\b",
    re.IGNORECASE,
)
"""What no whole sentence has: a word that leads on, and nothing behind it."""
_UNFINISHED = frozenset({"NN", "NNS", "NNP", "VBG"})
_FILLERS = frozenset(_WORDS["fillers"])
_SAYING = frozenset(_WORDS["saying"])
_NOBODY_IN_PARTICULAR = frozenset(_WORDS["nobody_in_particular"])
"""Whom a report names for form's sake: who said it adds nothing to what was said."""


@dataclass(frozen=True, slots=True)
class SentenceCut:
    """A part of a sentence that may go.

    Attributes:
        start, end: Its characters in the sentence, with the punctuation that goes with it.
        kind: What it is.
        loss: How much is missed without it, 0..1.
    """

    start: int
    end: int
    kind: CutKind
    loss: float


@dataclass(frozen=True, slots=True)
class Shortening:
    """A sentence without some of its parts; the whole sentence when `cuts` is empty."""

    text: str
    cuts: tuple[SentenceCut, ...] = ()

    @property
    def loss(self) -> float:
        """What all that was left out costs."""
        return sum(cut.loss for cut in self.cuts)


def shortenings(sentence: ParsedSentence) -> tuple[Shortening, ...]:
    """The sentence itself, then ever shorter forms of it: what is missed least for each word goes first."""
    forms = [Shortening(sentence.text)]
    chosen: list[SentenceCut] = []
    has_verb = sentence.words[sentence.root].part in {"VERB", "AUX"}
    fewest = _FEWEST_WORDS if has_verb else _FEWEST_WITHOUT_VERB
    for cut in sorted(find_cuts(sentence), key=lambda one: (one.loss / _count(sentence.text, one), one.start)):
        if any(cut.start < other.end and other.start < cut.end for other in chosen):
            continue
        text = without(sentence.text, [*chosen, cut])
        if len(text.split()) >= fewest and not _TORN.search(text):
            chosen.append(cut)
            forms.append(Shortening(text, tuple(sorted(chosen, key=lambda one: one.start))))
    return tuple(forms)


def _count(text: str, cut: SentenceCut) -> int:
    return max(1, len(text[cut.start : cut.end].split()))


def without(text: str, cuts: Sequence[SentenceCut]) -> str:
    """`text` without the cuts, with single spaces, a capital in front and the stop that it had."""
    kept, at = [], 0
    for cut in sorted(cuts, key=lambda one: one.start):
        kept.append(text[at : cut.start])
        at = max(at, cut.end)
    joined = " ".join("".join([*kept, text[at:]]).split())
    joined = re.sub(r"\s+([,.;:!?])", r"\1", joined)
    joined = re.sub(r"[,;:–—-]+([.!?]['\"”’)]*)\Z", r"\1", joined)
    if joined and text[-1:] in ".!?" and joined[-1] not in ".!?…”\"'’)":
        joined = joined.rstrip(",;:–— ") + text[-1]
    capital = re.match(r"[\"“'‘(]*[a-z]", joined) if text[:1].isupper() or not text[:1].isalpha() else None
    return joined if capital is None else joined[: capital.end()].upper() + joined[capital.end() :]


def find_cuts(sentence: ParsedSentence) -> tuple[SentenceCut, ...]:
    """Every part that may go on its own, in the order of the text."""
    cuts = []
    for first, last, kind in _parts(sentence):
        if _may_go(sentence, first, last, kind):
            cuts.append(_cut(sentence, first, last, kind))
    return tuple(sorted(set(cuts), key=lambda cut: (cut.start, -cut.end)))


def _may_go(sentence: ParsedSentence, first: int, last: int, kind: CutKind) -> bool:
    """Whether what remains says the same: nothing inside denies, doubts or limits what stands outside."""
    inside = {sentence.low(i) for i in range(first, last + 1)}
    if inside & (NEGATIONS | LIMITS) or any(low.endswith("n't") for low in inside):
        return False
    if first == 0 and _opening_stays(sentence, last, kind):
        return False
    if _leaves_list_open(sentence, first) or (kind == "relative" and _goes_on(sentence, last)):
        return False
    if kind == "aside" and (sentence.low(first + 1) in _CONDITIONS or not _stands_apart(sentence, first, last)):
        return False
    return kind in {"attribution", "clause", "relative", "aside"} or not inside & HEDGES


def _opening_stays(sentence: ParsedSentence, last: int, kind: CutKind) -> bool:
    """Whether the rest is nothing without the opening of a sentence.

    "In 2019 a driver, ▸ Vic Amory, was walking": the comma behind the name is that of an apposition. "In a survey of
    2,000, ▸ 58 per cent": of whom?
    """
    subject = sentence.child(sentence.root, *SUBJECTS)
    branch = sentence.subtree(subject) if subject is not None else None
    if sentence.low(0) in {"of", "among"} or branch is None or branch[0] <= last:
        return sentence.low(0) in {"of", "among"}
    commas = sum(sentence.is_punctuation(i, ",") for i in range(branch[0], branch[-1] + 2))
    closes_other = commas == 1 and sentence.is_punctuation(branch[-1] + (not sentence.is_punctuation(branch[-1])), ",")
    counts = kind == "circumstance" and any(sentence.words[i].part == "NUM" for i in branch)
    return closes_other or (counts and any(sentence.words[i].part in {"NUM", "PROPN"} for i in range(last + 1)))


def _leaves_list_open(sentence: ParsedSentence, first: int) -> bool:
    """Whether what stands before a cut is a list that has not come to its "and": "flour, almonds ▸, baking"."""
    last = first - 1 - sentence.is_punctuation(first - 1)
    for index in (last, *sentence.ancestors(last)) if last > 0 else ():
        word = sentence.words[index]
        if word.role == "conj" and not sentence.is_finite(index) and index <= last:
            between = range(word.head + 1, index)
            return not any(sentence.words[i].role == "cc" for i in between)
    return False


def _goes_on(sentence: ParsedSentence, last: int) -> bool:
    """Whether a tree ends a clause too early.

    "where the water is, so to speak, ▸ left behind"; "which is more than I can say, ▸ since I paid": why I say it.
    """
    behind = last + 1 + sentence.is_punctuation(last + 1)
    if behind >= len(sentence.words):
        return False
    return sentence.words[behind].tag in {"VBN", "VBG"} or sentence.low(behind) in _REASONS | _CONCESSIONS


def _stands_apart(sentence: ParsedSentence, first: int, last: int) -> bool:
    """Whether nothing outside hangs on what is inside, and what is inside is no object: "a section named [name]"."""
    for index, word in enumerate(sentence.words):
        inside, hangs_inside = first <= index <= last, first <= word.head <= last
        if word.part != "PUNCT" and inside != hangs_inside and (hangs_inside or word.role == "oprd"):
            return False
    return True


def _cut(sentence: ParsedSentence, first: int, last: int, kind: CutKind) -> SentenceCut:
    loss = _LOSS[kind]
    words = sentence.words[first : last + 1]
    if kind not in {"filler", "link"}:
        loss += _LOSS_OF_NUMBER * any(word.part == "NUM" or sentence.text[word.start].isdigit() for word in words)
        loss += _LOSS_OF_NAME * any(word.part == "PROPN" for word in words)
    start, end = _with_marks(sentence, first, last)
    return SentenceCut(start, end, kind, round(loss, 2))


def _with_marks(sentence: ParsedSentence, first: int, last: int) -> tuple[int, int]:
    """The characters that go with the words: with the comma before, and the one behind where nothing needs it."""
    start, end = sentence.words[first].start, sentence.words[last].end
    if sentence.at(first) in "([":
        return start, end
    before, behind = sentence.is_punctuation(first - 1, ",–—-"), sentence.is_punctuation(last + 1, ",–—-")
    if before:
        start = sentence.words[first - 1].start
    if behind and not (before and _needs_comma(sentence, last + 2)):
        end = sentence.words[last + 1].end
    return start, end


def _needs_comma(sentence: ParsedSentence, index: int) -> bool:
    """Whether a subject begins here, so that a comma parts it from what leads in: "In 1773, ..., ▸ he received ..."."""
    subject = sentence.child(sentence.root, *SUBJECTS)
    branch = sentence.subtree(subject) if subject is not None else None
    return branch is not None and index == branch[0]


def _parts(sentence: ParsedSentence) -> Iterator[tuple[int, int, CutKind]]:
    """First word, last word and kind of everything that could go, guards aside."""
    yield from _asides(sentence)
    for index, word in enumerate(sentence.words):
        branch = sentence.subtree(index)
        if branch is None or word.head == index:
            continue
        first, last = branch[0], branch[-1]
        while sentence.is_punctuation(last, ",–—-") and last > first:
            last -= 1
        while sentence.is_punctuation(first, ",–—-") and last > first:
            first += 1
        kind = _kind(sentence, index, first, last)
        if kind is not None:
            yield first, last, kind
    yield from _attributions(sentence)
    for first, last in clauses_that_may_go(sentence, _CONDITIONS | _REASONS):
        yield first, last, "clause"


def _asides(sentence: ParsedSentence) -> Iterator[tuple[int, int, CutKind]]:
    """What stands in brackets, or between two dashes."""
    opened: int | None = None
    dashed: int | None = None
    for index in range(len(sentence.words)):
        mark = sentence.at(index)
        if mark in "([":
            joined = index > 0 and sentence.words[index - 1].end == sentence.words[index].start  # "dict[k]", "f(x)"
            opened = None if joined else index
        elif mark in ")]" and opened is not None:
            yield opened, index, "aside"
            opened = None
        elif mark in "–—":
            if dashed is not None and index - dashed > 1:
                yield dashed, index, "aside"
                dashed = None
            else:
                dashed = index


def _kind(sentence: ParsedSentence, index: int, first: int, last: int) -> CutKind | None:
    """What a branch is to the rest, when it may go at all."""
    word, low = sentence.words[index], sentence.low(index)
    if word.role == "advmod" and low in _FILLERS and first == last and first > 0:
        return "filler"
    words = " ".join(sentence.low(i) for i in range(first, last + 1))
    opens = first == 0 and sentence.is_punctuation(last + 1, ",")
    closes = _closes(sentence, first, last)
    if opens and (low in _LINKS or _LINK_PHRASES.match(words)):
        return "link"
    if words.startswith(("such as ", "including ")) and (closes or last + 2 >= len(sentence.words)):
        return "examples"
    if not (opens or closes):
        return None
    return _kind_of_clause(sentence, index, first, opens=opens)


def _closes(sentence: ParsedSentence, first: int, last: int) -> bool:
    """Whether the same marks stand on both sides of a part, or the sentence ends behind it."""
    if not sentence.is_punctuation(first - 1, ",–—"):
        return False
    ends = last + 1 >= len(sentence.words) or sentence.is_punctuation(last + 1, '.!?;:)]”"')
    return ends or sentence.at(last + 1) == sentence.at(first - 1)


def _kind_of_clause(sentence: ParsedSentence, index: int, first: int, *, opens: bool) -> CutKind | None:
    role, opener = sentence.words[index].role, sentence.low(first)
    if role in {"appos", "npadvmod", "advmod", "acl"}:
        follows = not opens and sentence.words[index].head < first
        is_item = sentence.words[sentence.root].tag in _UNFINISHED  # "A pebble, ▸ a sensor with gum on it, a couch"
        return "apposition" if follows and not is_item and not _lists(sentence, index) else None
    if role == "prep":
        bound = opener in _CONDITIONS or (opener == "after" and not _is_past(sentence))
        leads = opens or sentence.words[index].head > first  # "A week later, at half moon, they pull"
        told_how = (
            sentence.words[sentence.root].tag == "VB" and sentence.child(sentence.root, *SUBJECTS) is None
        )  # "Push and pull, ▸ with light pressure"
        return "circumstance" if not (bound or told_how) and (not leads or _is_past(sentence)) else None
    if role == "relcl":
        return "relative" if opener in {"which", "who", "whose", "where"} else None
    return _kind_of_adverbial(sentence, index, opener, opens=opens) if role == "advcl" else None


def _kind_of_adverbial(sentence: ParsedSentence, index: int, opener: str, *, opens: bool) -> CutKind | None:
    if opener in _CONDITIONS or opener in _PLACES:
        return None
    if opener in _CONCESSIONS:
        return "concession"
    if opener in _REASONS:
        return "reason"
    if sentence.words[index].tag in {"VBG", "VBN"} and not sentence.is_finite(index):
        return "participle"
    return "circumstance" if opens and _is_past(sentence) else None


def _lists(sentence: ParsedSentence, index: int) -> bool:
    """Whether a branch may be an item of a list, which parsers take for an apposition: "a, ▸ b and c"."""
    branch = sentence.subtree(index)
    links = {"conj", "cc"}
    return (
        branch is None
        or any(sentence.words[i].role in links for i in branch)
        or any(sentence.words[i].role in links for i in sentence.children(sentence.words[index].head) if i > branch[0])
    )


def _is_past(sentence: ParsedSentence) -> bool:
    """Whether the sentence tells what happened: there a setting may go; "in a dry week" limits an advice."""
    root = sentence.root
    verbs = (root, *(i for i in sentence.children(root) if sentence.words[i].role in {"aux", "auxpass"}))
    return any(sentence.words[i].tag == "VBD" for i in verbs)


def _attributions(sentence: ParsedSentence) -> Iterator[tuple[int, int, CutKind]]:
    """ "..., researchers found." and "According to a report, ...": the words of nobody in particular."""
    root = sentence.root
    said = sentence.child(root, "ccomp")
    subject = sentence.child(root, "nsubj")
    if sentence.words[root].lemma in _SAYING and said is not None and subject is not None and said < subject:
        first = min(subject, root, *(sentence.subtree(subject) or (subject,)))
        if sentence.is_punctuation(first - 1, ",") and sentence.words[subject].lemma in _NOBODY_IN_PARTICULAR:
            yield first, len(sentence.words) - 2, "attribution"
    if sentence.low(0) == "according" and len(sentence.words) > 1 and sentence.low(1) == "to":
        branch = sentence.subtree(0)
        names = [i for i in branch or () if sentence.words[i].lemma in _NOBODY_IN_PARTICULAR]
        if branch and names and sentence.is_punctuation(branch[-1] + 1, ","):
            yield 0, branch[-1], "attribution"
