"""A statement cut out of a sentence's tree: its main clause, without as many of its adjuncts as leaves it true.

    In 2019, the council of Graz voted 14 to 9 to close the old bridge, although some had asked for time.
        ──▶ The council of Graz voted 14 to 9 to close the old bridge

Branches are left out one by one, or all but one clause is; of what stays without a fault, the form that says most in
few words is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from automagic.data import words
from automagic.language.cards.branches import DENIALS, faults_in, is_subordinate, tops_of
from automagic.language.cards.shown import read_in_order
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

AIM = 9
"""Words of a statement that is read at a glance."""

_TIMES = frozenset(words("syntax")["times"])
_SETTINGS = frozenset({"in", "on", "at", "by", "since", "during", "after", "through", "throughout", "for", "within"})
_YEAR = re.compile(r"1\d{3}|20\d\d")
_DEPTH, _BEAM = 6, 8
_ADJUNCTS = frozenset(
    {"advcl", "prep", "npadvmod", "advmod", "relcl", "appos", "parataxis", "conj", "intj", "acl", "agent", "ccomp"}
)
_STANDING = frozenset({"ROOT", "conj", "ccomp", "parataxis", "pcomp", "csubj"})
_SAFE_LINKS = frozenset({"that", "because", "since", "although", "though", "so", "whereas", "while"})
_PER_WORD_OVER, _PER_WORD, _PER_NUMBER, _PER_NAME, _NO_VERB = 0.5, 0.2, 0.8, 0.4, 6.0
_LEANING = 4.0
_LONGEST_SUBJECT = 9
_LOOSE_END = frozenset({"it", "they", "this", "that", "these", "those", "he", "she"})

Kept = frozenset[int]


def statements(sentence: ParsedSentence, heard: range) -> Iterator[str]:
    """Statements made of the words `heard` of a sentence, each true by its tree, the best first.

    Args:
        sentence: The whole sentence.
        heard: The words that are spoken while the card is shown; all of them, or a part of a long sentence.
    """
    whole = frozenset(index for index in heard if not sentence.is_punctuation(index))
    if not whole:
        return
    layer: list[Kept] = [whole, *_with_subject(sentence, whole)]
    seen: set[Kept] = set(layer)
    good: list[Kept] = []
    for _ in range(_DEPTH):
        good += [kept for kept in layer if not _faults(sentence, kept, whole)]
        made = {smaller for kept in layer for smaller in _smaller(sentence, kept) if smaller} - seen
        seen |= made
        rated = {kept: (_faults(sentence, kept, whole), _misfit(sentence, kept, whole)) for kept in made}
        layer = sorted(made, key=lambda kept: (rated[kept], sorted(kept)))[:_BEAM]
    speaks = any(sentence.words[i].part in {"VERB", "AUX"} for i in whole)
    good = [
        kept for kept in good if _stands(sentence, kept) or (kept == whole and not speaks) or _is_every(sentence, kept)
    ]
    for kept in sorted(good, key=lambda kept: (_misfit(sentence, kept, whole), sorted(kept))):
        text = text_of(sentence, kept)
        if text:
            yield text


def _faults(sentence: ParsedSentence, kept: Kept, whole: Kept) -> int:
    if _is_every(sentence, kept):
        return 0
    count = sum(kind != "loose" or kept != whole for kind, _ in faults_in(sentence, kept, whole=True))
    return count + is_subordinate(sentence, kept) + sum(1 for _ in _rough_gaps(sentence, kept))


def _is_every(sentence: ParsedSentence, kept: Kept) -> bool:
    """Whether it is the whole sentence: that is true, whatever a wrong tree says."""
    return len(kept) == sum(not sentence.is_punctuation(i) for i in range(len(sentence.words)))


def _stands(sentence: ParsedSentence, kept: Kept) -> bool:
    """Whether a form is a clause of its own, and not one that tells which thing is meant."""
    tops = tops_of(sentence, kept, whole=True)
    return any(_is_clause(sentence, i, kept) and sentence.words[i].role not in {"relcl", "acl"} for i in tops)


def _rough_gaps(sentence: ParsedSentence, kept: Kept) -> Iterator[int]:
    """Where words are left out that no marks set off, or in the midst of a phrase: the tree may be wrong there."""
    order = list(read_in_order(sentence, kept))
    for one, other in pairwise(order):
        between = [i for i in range(one + 1, other) if not sentence.is_punctuation(i)]
        inner = not (sentence.is_punctuation(one + 1, ",–—(") and sentence.is_punctuation(other - 1, ",–—)"))
        if between and (
            inner or any(sentence.words[i].role == "cc" and sentence.words[i].head in kept for i in between)
        ):
            yield one
    if not order:
        return
    first, last = order[0], order[-1]
    if first > 1 and sentence.words[first - 1].part in {"ADP", "DET", "ADJ", "ADV", "NUM", "AUX", "PART"}:
        yield first
    if last + 1 < len(sentence.words) and _leads_on(sentence, last + 1):
        yield last


def _leads_on(sentence: ParsedSentence, index: int) -> bool:
    """Whether with a word no phrase begins that may be left out: it goes on with the one before."""
    word = sentence.words[index]
    finite = word.tag in {"VB", "VBD", "VBZ", "VBP", "MD"}
    return word.part in {"NOUN", "PROPN", "NUM", "AUX", "PART"} or (word.part == "VERB" and finite)


def _with_subject(sentence: ParsedSentence, kept: Kept) -> Iterator[Kept]:
    """With the subject of its verb, which was heard before: "▸ A ship had to sail around the cape"."""
    for top in tops_of(sentence, kept, whole=True)[:1]:
        verb = top
        while sentence.words[verb].role == "conj" and sentence.child(verb, *SUBJECTS) is None:
            verb = sentence.words[verb].head
        subject = sentence.child(verb, *SUBJECTS)
        branch = sentence.subtree(subject) if subject is not None else None
        if branch and len(branch) <= _LONGEST_SUBJECT and not kept & frozenset(branch):
            yield kept | {i for i in branch if not sentence.is_punctuation(i)}


def _smaller(sentence: ParsedSentence, kept: Kept) -> Iterator[Kept]:
    """Without one adjunct, and only one clause or thing of several."""
    for index in kept:
        word = sentence.words[index]
        branch = frozenset(i for i in kept if i == index or index in sentence.ancestors(i))
        if word.role in _ADJUNCTS and len(branch) < len(kept) and _may_go(sentence, index, min(branch)):
            links = {i for i in kept if sentence.words[i].role == "cc" and sentence.words[i].head == word.head}
            yield kept - branch - (links if word.role == "conj" else frozenset())
        if word.part in {"VERB", "AUX"} and len(branch) > 1:
            yield frozenset(i for i in branch if not (sentence.words[i].head == index and _only_links(sentence, i)))


def _may_go(sentence: ParsedSentence, index: int, first: int) -> bool:
    """Whether a branch is no part of what its verb says: "asked ▸ for a reform", "took ten days ▸ out of the year"."""
    word = sentence.words[index]
    above = sentence.words[word.head]
    paired = above.role == "pobj" and sentence.low(above.head) == "between"
    counted = word.role == "appos" and any(sentence.words[i].part == "NUM" for i in sentence.subtree(index) or ())
    ends_row = word.role == "conj" and _is_row(sentence, index)
    if above.part == "ADP" or paired or counted or ends_row or word.tag in {"JJR", "RBR"}:
        return False
    if word.role not in {"prep", "advmod"} or sentence.words[word.head].part not in {"VERB", "AUX"}:
        return True
    if index < word.head or sentence.is_punctuation(first - 1):
        return True
    thing = sentence.child(index, "pobj")
    timed = thing is not None and (sentence.words[thing].lemma in _TIMES or _YEAR.fullmatch(sentence.at(thing)))
    if word.role == "prep" and sentence.low(index) not in _SETTINGS:
        return False
    return bool(timed) or sentence.child(word.head, "dobj", "attr", "acomp", "oprd", "xcomp", "ccomp") is not None


def _is_row(sentence: ParsedSentence, index: int) -> bool:
    """Whether a joined word ends a row that needs its end: "a, b ▸ and c", "12 hours ▸ and 25 minutes"."""
    head = sentence.words[index].head
    counted = all(sentence.words[i].part == "NUM" or sentence.child(i, "nummod") is not None for i in (index, head))
    named = sentence.words[index].part in {"NOUN", "PROPN"}
    return counted or (named and sentence.words[head].role == "conj" and sentence.words[head].part in {"NOUN", "PROPN"})


def _only_links(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word joins its clause to another: "that", "because"."""
    return sentence.words[index].role == "mark" and sentence.low(index) in _SAFE_LINKS


def _misfit(sentence: ParsedSentence, kept: Kept, whole: Kept) -> float:
    """How far a form is from one that says everything in a few words."""
    lost = whole - kept
    told = [i for i in lost if sentence.words[i].part in {"NOUN", "VERB", "ADJ", "NUM", "PROPN", "ADV"}]
    misfit = _PER_WORD_OVER * max(0, len(kept) - AIM) + _PER_WORD * len(told)
    misfit += _PER_NUMBER * sum(sentence.words[i].part == "NUM" for i in lost)
    misfit += _PER_NAME * sum(sentence.words[i].part == "PROPN" for i in lost)
    tops = [i for i in kept if sentence.words[i].head not in kept or sentence.words[i].head == i]
    clause = any(_is_clause(sentence, i, kept) for i in tops)
    pronoun = any(sentence.words[i].role in SUBJECTS and sentence.low(i) in _LOOSE_END for i in kept & frozenset(tops))
    leaning = any(sentence.words[i].role not in _STANDING for i in tops) if clause else False
    depth = min((sum(1 for _ in sentence.ancestors(i)) for i in tops), default=0)
    return (
        misfit
        + (0.0 if clause or _is_every(sentence, kept) else _NO_VERB)
        + _LEANING * leaning
        + 0.5 * pronoun
        + 0.3 * depth
    )


def _is_clause(sentence: ParsedSentence, index: int, kept: Kept) -> bool:
    word = sentence.words[index]
    first = sentence.words[word.head] if word.role == "conj" else word
    ordered = (
        word.tag == "VB" == first.tag
        and word.role in {"ROOT", "conj"}
        and sentence.child(index, *SUBJECTS, "aux") is None
    )
    subject = any(i in kept and sentence.words[i].role in SUBJECTS for i in sentence.children(index))
    return word.part in {"VERB", "AUX"} and (ordered or (subject and sentence.is_finite(index)))


def text_of(sentence: ParsedSentence, kept: Kept) -> str:
    """The words as a headline: commas stay where nothing went between them; empty when a quote or bracket is torn."""
    order = list(read_in_order(sentence, kept))
    while len(order) > 2 and sentence.words[order[0]].role == "cc" and sentence.low(order[0]) in {"and", "but", "so"}:
        order.pop(0)
    pieces: list[str] = []
    named = sentence.child(sentence.root, *SUBJECTS)
    subject = (sentence.subtree(named) or (named,))[:1] if named is not None else ()
    for place, index in enumerate(order):
        word = sentence.words[index]
        if place:
            before = sentence.words[order[place - 1]]
            marks_only = all(sentence.is_punctuation(i) for i in range(order[place - 1] + 1, index))
            parted = ", " if sentence.low(index) in DENIALS or index in subject else " "
            pieces.append(sentence.text[before.end : word.start] if marks_only else parted)
        pieces.append(sentence.text[word.start : word.end])
    if not order:
        return ""
    last = order[-1] + 1
    while last < len(sentence.words) and sentence.at(last) in {"%", ")", "”", '"', "’", "?"}:
        pieces.append(sentence.at(last))
        last += 1
    first = order[0] - 1
    while first >= 0 and sentence.at(first) in {"(", "“", '"', "‘"}:
        pieces.insert(0, sentence.at(first))
        first -= 1
    text = " ".join("".join(pieces).split())
    text = _unwrapped(text)
    return "" if _is_torn(text) else text[:1].upper() + text[1:]


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
