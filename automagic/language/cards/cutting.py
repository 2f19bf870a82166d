"""Statements cut out of a sentence's tree: one of its clauses, without what it is true and whole without.

    In 2019, the council of Graz voted 14 to 9 to close the old bridge, although some had asked for time.
        ──▶ The council of Graz voted 14 to 9 to close the old bridge

Every way to let some branches of a clause go is weighed: the form that says most in few words is the first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from automagic.language.cards.branches import DENIALS, faults_in, is_subordinate, is_told_by_noun, tops_of
from automagic.language.cards.clauses import (
    FILLERS,
    LINKS,
    TOLD_BELOW,
    BranchKind,
    Kept,
    branches_of,
    clauses_of,
    optional_branches,
)
from automagic.language.cards.figures import tokens_of_tree
from automagic.language.cards.shown import display_words, peeled, read_in_order
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

AIM = 8
"""Words of a statement that is read at a glance."""

_MOST_BRANCHES, _MOST_DETAIL_WORDS, _MOST_SETTING_WORDS = 6, 12, 8
_PER_WORD_OVER, _PER_WORD, _PER_NUMBER, _PER_NAME, _PER_POINTER, _PER_STEP = 0.45, 0.2, 0.8, 0.4, 0.5, 0.3
_TOO_SHORT, _FEWEST_WORDS, _PER_WORD_BELOW, _REASON_ALONE, _READ_ON = 2.0, 4, 0.1, 1.0, 0.4
_TELLING = frozenset({"NOUN", "VERB", "ADJ", "NUM", "PROPN", "ADV"})
_AFTER_UNIT = re.compile(r"(?:(?<=\d)|(?<=\d\s[^\W\d_])|(?<=\d\s[^\W\d_]{2})|(?<=\d\s[^\W\d_]{3}))\.\Z")
"""The full stop that a parser takes for a part of the unit before it: "158 g ▸."."""
_POINTERS = frozenset({"it", "they", "this", "that", "these", "those", "he", "she"})
_DETAILS: tuple[BranchKind, ...] = ("condition", "said", "rest", "contrast", "setting")


@dataclass(frozen=True, slots=True)
class Statement:
    """A form of a sentence.

    Attributes:
        text: As it is shown.
        kept: The words of the sentence that are in it.
        detail: What went from it to a second line; "" when nothing must or can.
        below: The words of that line.
        needs_detail: Whether it is true only with that line.
    """

    text: str
    kept: Kept
    detail: str = ""
    below: Kept = frozenset()
    needs_detail: bool = False


def statements(sentence: ParsedSentence, heard: Collection[int]) -> Iterator[Statement]:
    """Statements made of the words `heard` of a sentence, each true by its tree, the best first.

    Args:
        sentence: The whole sentence.
        heard: The words that are spoken while the card is shown; all of them, or a part of a long sentence.
    """
    whole = frozenset(read_in_order(sentence, heard))
    below = branches_of(sentence)
    ways: dict[Kept, tuple[float, Kept, bool]] = {}
    for clause, said in clauses_of(sentence, whole, below):
        optional = optional_branches(sentence, clause, below)
        largest = sorted(optional, key=lambda branch: (-len(branch), min(branch)))[:_MOST_BRANCHES]
        for count in range(len(largest) + 1):
            for gone in combinations(largest, count):
                kept = clause.difference(*gone)
                lost = {branch: optional[branch] for branch in gone} | said
                below_it = _detail(lost)
                if not kept or below_it is None:
                    continue
                misfit = _misfit(sentence, kept, whole - below_it) + _PER_WORD_BELOW * len(below_it)
                misfit += _READ_ON * ("rest" in lost.values())
                if kept not in ways or misfit < ways[kept][0]:
                    ways[kept] = misfit, below_it, bool(TOLD_BELOW & set(lost.values()))
    for kept in sorted(ways, key=lambda kept: (round(ways[kept][0], 3), len(kept), sorted(kept))):
        _, detail, needed = ways[kept]
        text = text_of(sentence, kept) if _is_good(sentence, kept, whole, detail) else ""
        if text:
            yield Statement(text, kept, text_of(sentence, detail, links=True), detail, needed)


def _detail(lost: dict[Kept, BranchKind]) -> Kept | None:
    """The second line: a condition or who says it, which must be there, else a contrast or a setting; None if it is
    too long to be there."""
    needed = [branch for branch, kind in lost.items() if kind in TOLD_BELOW]
    if len(needed) > 1 or any(len(branch) > _MOST_DETAIL_WORDS for branch in needed):
        return None
    for kind in _DETAILS:
        most = _MOST_SETTING_WORDS if kind == "setting" else _MOST_DETAIL_WORDS
        for branch in sorted((one for one in lost if lost[one] == kind), key=min):
            if len(branch) <= most:
                return branch
    return frozenset()


def _is_good(sentence: ParsedSentence, kept: Kept, whole: Kept, beside: Kept) -> bool:
    if _is_every(sentence, kept):
        return True
    if _tears_number(sentence, kept):
        return False
    speaks = any(sentence.words[i].part in {"VERB", "AUX"} for i in whole)
    if not (_stands(sentence, kept) or (kept == whole and not speaks)) or is_subordinate(sentence, kept):
        return False
    if any(kind != "loose" or kept != whole for kind, _ in faults_in(sentence, kept, whole=True, beside=beside)):
        return False
    return not any(True for _ in _rough_gaps(sentence, kept))


def _tears_number(sentence: ParsedSentence, kept: Kept) -> bool:
    """Whether a word is kept without the one that belongs to the same number: "±2 | mm", "two | and a half"."""
    tokens, spans = tokens_of_tree(sentence)

    def is_kept(span: tuple[int, int]) -> bool:
        return any(span[0] <= sentence.words[i].start < span[1] for i in kept)

    pairs = zip(tokens, pairwise(spans), strict=False)
    return any(token.binds and is_kept(one) != is_kept(other) for token, (one, other) in pairs)


def _is_every(sentence: ParsedSentence, kept: Kept) -> bool:
    """Whether it is the whole sentence: that is true, whatever a wrong tree says."""
    return len(kept) == sum(not sentence.is_punctuation(i) for i in range(len(sentence.words)))


def _stands(sentence: ParsedSentence, kept: Kept) -> bool:
    """Whether a form is a clause of its own, and not one that tells which thing is meant."""
    tops = tops_of(sentence, kept, whole=True)
    verbs = (i for top in tops for i in (top, *sentence.children(top)) if i in kept)
    return any(is_clause(sentence, i, kept) and not _describes(sentence, i, kept) for i in verbs)


def _describes(sentence: ParsedSentence, verb: int, kept: Kept) -> bool:
    """Whether a clause only tells which thing is meant."""
    told = any(is_told_by_noun(sentence, i, kept) and i not in kept for i in sentence.children(verb))
    return sentence.words[verb].role in {"relcl", "acl"} and not told


def _rough_gaps(sentence: ParsedSentence, kept: Kept) -> Iterator[int]:
    """Where words are left out that no marks set off, or in the midst of a phrase: the tree may be wrong there."""
    order = list(read_in_order(sentence, kept))
    told = False
    for one, other in pairwise(order):
        between = [i for i in range(one + 1, other) if not sentence.is_punctuation(i)]
        marked = sentence.is_punctuation(one + 1, ",–—(") and sentence.is_punctuation(other - 1, ",–—)")
        small = all(sentence.low(i) in FILLERS or is_told_by_noun(sentence, i, kept) for i in between)
        told = told or any(is_told_by_noun(sentence, i, kept) for i in between)
        if between and not small and (not marked or any(_joins(sentence, i, kept) for i in between)):
            yield one
    first, last = order[0], order[-1]
    before = sentence.words[first - 1]
    if (
        first
        and not told
        and before.role not in {"mark", "advmod"}
        and before.part in {"ADP", "DET", "ADJ", "NUM", "AUX", "PART"}
    ):
        yield first
    if first and before.part in {"NOUN", "PROPN"} and sentence.words[first].part in {"NOUN", "PROPN", "NUM", "INTJ"}:
        yield first  # "car ▸ No. 9 went up"
    if last + 1 < len(sentence.words) and _leads_on(sentence, last + 1):
        yield last


def _joins(sentence: ParsedSentence, index: int, kept: Kept) -> bool:
    return sentence.words[index].role == "cc" and sentence.words[index].head in kept


def _leads_on(sentence: ParsedSentence, index: int) -> bool:
    """Whether with a word no phrase begins that may be left out: it goes on with the one before."""
    word = sentence.words[index]
    finite = word.tag in {"VB", "VBD", "VBZ", "VBP", "MD"}
    return word.part in {"NOUN", "PROPN", "NUM", "AUX", "PART"} or (word.part == "VERB" and finite)


def _misfit(sentence: ParsedSentence, kept: Kept, whole: Kept) -> float:
    """How far a form is from one that says everything in a few words."""
    lost = whole - kept
    told = [i for i in lost if sentence.words[i].part in _TELLING and sentence.low(i) not in FILLERS | LINKS]
    misfit = _PER_WORD_OVER * max(0, len(kept) - AIM) + _PER_WORD * len(told)
    misfit += _TOO_SHORT * (len(kept) < _FEWEST_WORDS and bool(told)) + _announces(sentence, kept, lost)
    misfit += _PER_NUMBER * any(sentence.words[i].part == "NUM" for i in lost)
    misfit += _PER_NAME * any(sentence.words[i].part == "PROPN" for i in lost)
    tops = [i for i in kept if sentence.words[i].head not in kept or sentence.words[i].head == i]
    subjects = [i for top in tops for i in sentence.children(top) if sentence.words[i].role in SUBJECTS]
    pointing = {
        low for i in subjects for low in (sentence.low(i), *(sentence.low(child) for child in sentence.children(i)))
    }
    misfit += _PER_POINTER * bool(pointing & _POINTERS) * (1 if kept & {min(whole, default=0), sentence.root} else 3)
    misfit += _REASON_ALONE * any(sentence.words[i].role == "advcl" for i in tops)
    return misfit + _PER_STEP * min((sum(1 for _ in sentence.ancestors(i)) for i in tops), default=0)


def _announces(sentence: ParsedSentence, kept: Kept, lost: Kept) -> float:
    """What a form costs that says only that the point is coming: "The lesson is simple: ▸"."""
    last = max(kept)
    comes = last + 1 in range(len(sentence.words)) and sentence.at(last + 1) == ":" and last + 2 in lost
    return float(comes and any(sentence.words[i].lemma == "be" for i in kept))


def is_clause(sentence: ParsedSentence, index: int, kept: Kept) -> bool:
    """Whether a word of a form is the verb of a clause that has its subject there, or of an order."""
    word = sentence.words[index]
    first = sentence.words[word.head] if word.role == "conj" else word
    ordered = (
        word.tag == "VB" == first.tag
        and word.role in {"ROOT", "conj"}
        and sentence.child(index, *SUBJECTS) is None
        and all(sentence.words[i].lemma == "do" for i in sentence.children(index) if sentence.words[i].role == "aux")
    )
    subjects = (i for i in sentence.children(index) if sentence.words[i].role in SUBJECTS)
    subject = any(i in kept or is_told_by_noun(sentence, i, kept) for i in subjects)
    return word.part in {"VERB", "AUX"} and (ordered or (subject and sentence.is_finite(index)))


def text_of(sentence: ParsedSentence, kept: Kept, *, links: bool = False) -> str:
    """The words as a line: commas stay where nothing went between them; empty when a quote or bracket is torn.

    Args:
        sentence: Their sentence.
        kept: The words.
        links: Whether an "and", "but" or "so" in front stays.
    """
    order = list(read_in_order(sentence, kept))
    while not links and len(order) > 2 and _links(sentence, order[0], order[1]):
        order.pop(0)
    spans = whole_words(sentence, order)
    if not spans:
        return ""
    pieces: list[str] = []
    named = sentence.child(sentence.root, *SUBJECTS)
    subject = (sentence.subtree(named) or (named,))[:1] if named is not None else ()
    for place, index in enumerate(order):
        if place:
            marks_only = all(sentence.is_punctuation(i) for i in range(order[place - 1] + 1, index))
            parted = ", " if sentence.low(index) in DENIALS or index in subject else " "
            pieces.append(sentence.text[spans[place - 1][1] : spans[place][0]] if marks_only else parted)
        pieces.append(sentence.text[slice(*spans[place])])
    last = order[-1] + 1
    while last < len(sentence.words) and sentence.at(last) in {"%", ")", "”", '"', "’"}:
        pieces.append(sentence.at(last))
        last += 1
    first = order[0] - 1
    while first >= 0 and sentence.at(first) in {"(", "“", '"', "‘"}:
        pieces.insert(0, sentence.at(first))
        first -= 1
    if sentence.text.rstrip('”"’ ').endswith("?") and sentence.root in kept and pieces[-1] != "?":
        pieces.append("?")
    text = " ".join("".join(pieces).split())
    text = _AFTER_UNIT.sub("", _unwrapped(text))
    return "" if _is_torn(text) else text[:1].upper() + text[1:]


def whole_words(sentence: ParsedSentence, order: Sequence[int]) -> list[tuple[int, int]]:
    """The characters of each word of a line, with the signs that belong to it: "~ 15 km"; none when one is torn."""
    spans: list[tuple[int, int]] = []
    for index in order:
        word = sentence.words[index]
        start, end = max(word.start, spans[-1][1] if spans else 0), word.end
        for first, last in display_words(sentence.text):
            if first <= word.start < last and not sentence.is_punctuation(index):
                core = peeled(sentence.text, (first, last))
                inside = [i for i, other in enumerate(sentence.words) if core[0] <= other.start < core[1]]
                said = [i for i in inside if not sentence.is_punctuation(i)]
                if any(i not in order for i in said) or not said:
                    return []
                start = min(start, core[0]) if index == said[0] else start
                end = max(end, core[1]) if index == said[-1] else end
        spans.append((start, end))
    return spans


def _links(sentence: ParsedSentence, first: int, second: int) -> bool:
    """Whether a word only leads from the sentence before: "▸ So scrap the fine", not "So does the mayor"."""
    if sentence.words[first].role == "cc":
        return sentence.low(first) in {"and", "but", "so"}
    of_verb = sentence.words[sentence.words[first].head].part in {"VERB", "AUX"}
    leads = sentence.words[second].part != "AUX" and sentence.low(second) not in {"that", "much", "many"}
    return sentence.low(first) == "so" and of_verb and leads


def _unwrapped(text: str) -> str:
    """Without a sign at an end whose partner is not there."""
    for opened, closed in (("(", ")"), ("“", "”")):
        if text.startswith(opened) and closed not in text:
            text = text[1:]
        if text.endswith(closed) and opened not in text:
            text = text[:-1]
    if text.count('"') == 1:
        text = text.strip('"')
    return text


def _is_torn(text: str) -> bool:
    if re.match(r'[^"]*[\w.,!?]"(?:\W|\Z)', text):  # the first quotation mark closes
        return True
    return text.count("(") != text.count(")") or text.count("“") != text.count("”") or text.count('"') % 2 == 1
