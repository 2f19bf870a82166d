"""Which clauses of a sentence can stand for it, and which of their branches may go, by the sentence's tree.

    In 2019, the council of Graz voted 14 to 9 to close the old bridge, although some had asked for time.
    ╰ setting                                                          ╰ concession

A clause is a main one, one joined to it, or one that is said or found to be so. Each branch that may go has a reason
in the tree: what is left of the clause is whole and true without it, or with it on a second line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from automagic.data import words
from automagic.language.cards.branches import DENIALS, opener_of, tells_fact, tops_of
from automagic.language.cards.shown import parts_words
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

_WORDS, _SYNTAX = words("cards"), words("syntax")
_TIMES = frozenset(_SYNTAX["times"])
_SETTINGS = frozenset({"in", "on", "at", "since", "during", "throughout"})
_CONDITIONS = frozenset({*_SYNTAX["conditions"], "while", "after"})
_REASONS = frozenset({*_SYNTAX["reasons"], *_SYNTAX["concessions"]})
_SAID, _FOUND, _ANNOUNCING = (frozenset(_WORDS[name]) for name in ("said", "found", "announcing"))
FILLERS = frozenset({*_SYNTAX["fillers"], "also"})
"""Words that a clause says the same without, wherever they stand in it."""
LINKS = frozenset({*_SYNTAX["links"], *_WORDS["links"]})
"""Words that lead into a clause from the one before."""
_LIMITS = frozenset({*_SYNTAX["limits"], *_SYNTAX["hedges"], *_WORDS["hedges"], "each", "most", "once", "twice"})
_PLACING, _JOINTS = frozenset(_WORDS["placing"]), frozenset({"as", "but", "or", "and"})
_APART = frozenset(_WORDS["exceptions"])
_BOUND = frozenset({"to", "from", "of", "into", "as"})
_EXCEPTIONS = frozenset(_WORDS["limits"])
_PLACES = frozenset({"within", "through", "across", "over", "under", "around", "along", "near", "among", "between"})
_YEAR = re.compile(r"1\d{3}|20\d\d")
_MOST_SUBJECT_WORDS, _LEAST_JOINED_WORDS, _LEAST_BELOW = 9, 4, 3

Kept = frozenset[int]
"""Words of a sentence, by their indices."""
BranchKind = Literal["condition", "contrast", "setting", "said", "rest", "other"]
"""What a branch is that may go."""
TOLD_BELOW: frozenset[BranchKind] = frozenset({"condition", "said", "rest"})
"""What must then be told on a second line; a contrast or a setting may be."""


def branches_of(sentence: ParsedSentence) -> list[Kept]:
    """For each word itself and all that hangs on it, marks left out."""
    below: list[set[int]] = [set() for _ in sentence.words]
    for index in range(len(sentence.words)):
        if not sentence.is_punctuation(index):
            for above in (index, *sentence.ancestors(index)):
                below[above].add(index)
    return [frozenset(branch) for branch in below]


def clauses_of(
    sentence: ParsedSentence, whole: Kept, below: list[Kept]
) -> Iterator[tuple[Kept, dict[Kept, BranchKind]]]:
    """Every clause that can stand for what is heard, and who says so, where that must be told."""
    yield whole, {}
    for top in tops_of(sentence, whole, whole=True)[:1]:
        verb = top
        while sentence.words[verb].role == "conj" and sentence.child(verb, *SUBJECTS) is None:
            verb = sentence.words[verb].head
        subject = sentence.child(verb, *SUBJECTS)
        if subject is not None and len(below[subject]) <= _MOST_SUBJECT_WORDS and not whole & below[subject]:
            yield whole | below[subject], {}  # it was heard before: "▸ A ship had to sail around the cape"
    for mark in range(min(whole, default=0), max(whole, default=0)):
        if sentence.is_punctuation(mark, ":;–—") and parts_words(sentence.text, sentence.words[mark].start):
            before, behind = frozenset(i for i in whole if i < mark), frozenset(i for i in whole if i > mark)
            yield before, {behind: "contrast"}
            yield behind, {}
    for index in sorted(whole):
        word = sentence.words[index]
        if word.part not in {"VERB", "AUX"} or not below[index] <= whole:
            continue
        leading = {i for i in sentence.children(index) if i < index and sentence.words[i].role in {"mark", "advmod"}}
        clause = below[index] - {i for i in leading if sentence.words[i].tag in {"IN", "WRB"}}
        said = _who_must_be_told(sentence, index)
        if said is not None:
            yield clause, {below[word.head] & whole - below[index]: "said"} if said else {}
        elif word.role == "relcl" and word.head not in whole and sentence.is_punctuation(min(clause) - 1, ","):
            pronoun = sentence.child(index, *SUBJECTS)
            if pronoun == min(clause):  # the noun was heard before: "Mr Lee, ▸ who had spent two years there"
                yield clause - {pronoun} | below[word.head] - below[index], {}
        elif _is_so(sentence, index, alone=word.head not in whole):
            yield clause, {}


def _who_must_be_told(sentence: ParsedSentence, index: int) -> bool | None:
    """Whether a clause is so only if who says it is right; None for one that does not stand for itself."""
    word = sentence.words[index]
    if word.role in {"conj", "parataxis"} or (word.role == "ccomp" and _stands_before(sentence, index)):
        return False
    if word.role != "ccomp" or _doubts(sentence, word.head) or opener_of(sentence, index) not in {"", "that"}:
        return None
    if _is_found(sentence, word.head):
        return False
    told = sentence.words[word.head].lemma in _SAID and sentence.child(word.head, *SUBJECTS) is not None
    return True if told else None


def _stands_before(sentence: ParsedSentence, index: int) -> bool:
    """Whether a clause is parted from the one on whose verb a tree hangs it for want of a better place."""
    head = sentence.words[index].head
    between = range(index, head) if index < head else range(head, index)
    commas = index < head and any(sentence.is_punctuation(i, ",") for i in between)
    says = sentence.words[head].lemma in _SAID | _FOUND
    both = sentence.child(index, *SUBJECTS) is not None and sentence.words[head].part in {"VERB", "AUX"}
    return (commas and both and not says) or any(sentence.is_punctuation(i, ":;–—") for i in between)


def _is_so(sentence: ParsedSentence, index: int, *, alone: bool) -> bool:
    """Whether what a clause that hangs on another says is so: "because it rains", "that is why it rains"; without its
    main clause, which was heard before, what happened then, and what is so because something is so big, too."""
    word = sentence.words[index]
    above, opener = sentence.words[word.head], opener_of(sentence, index)
    if opener == "why":
        return above.lemma == "be" and sentence.low(0) in {"that", "this"}
    if word.role == "advcl" and tells_fact(sentence, index):
        return alone or opener == "because"
    graded = above.part in {"ADJ", "ADV"} and any(sentence.low(i) == "so" for i in sentence.children(word.head))
    return alone and graded and word.role in {"ccomp", "advcl"}


def _is_found(sentence: ParsedSentence, verb: int) -> bool:
    """ "They found that ...", "The catch is that ..."."""
    subject = sentence.child(verb, *SUBJECTS)
    names = sentence.words[verb].lemma == "be" and subject is not None and sentence.words[subject].lemma in _ANNOUNCING
    return names or sentence.words[verb].lemma in _FOUND


def _doubts(sentence: ParsedSentence, verb: int) -> bool:
    """Whether a verb is denied, asked or only possible: "nobody found that ...", "may show that ..."."""
    own = {sentence.low(i) for i in sentence.children(verb)}
    subject = sentence.child(verb, *SUBJECTS)
    named = {sentence.low(subject)} if subject is not None else set()
    return _has_tag(sentence, verb, "MD") or bool((own | named) & (DENIALS | {"nobody", "if", "whether"}))


def _has_tag(sentence: ParsedSentence, verb: int, tag: str) -> bool:
    return any(sentence.words[i].tag == tag for i in sentence.children(verb))


def optional_branches(sentence: ParsedSentence, clause: Kept, below: list[Kept]) -> dict[Kept, BranchKind]:
    """The branches that the clause is whole and true without, and what each is."""
    verbs = _main_verbs(sentence, clause)
    found: dict[Kept, BranchKind] = {}
    for index in sorted(clause):
        branch = below[index] & clause
        kind = _kind(sentence, index, branch, verbs) if branch < clause else None
        if kind is None:
            continue
        if sentence.words[index].role in {"conj", "parataxis"}:
            head = sentence.words[index].head
            branch |= {i for i in clause if sentence.words[i].role == "cc" and sentence.words[i].head == head}
        found[branch] = kind
    tail = _tail(sentence, clause)
    if tail and tail not in found:
        found[tail] = "rest"
    # "only if ..." in small letters would leave an untruth in large ones.
    return {branch: kind for branch, kind in found.items() if kind not in TOLD_BELOW or not _limits(sentence, branch)}


def _limits(sentence: ParsedSentence, branch: Kept) -> bool:
    return any(sentence.low(i) in _EXCEPTIONS for i in branch)


def _tail(sentence: ParsedSentence, clause: Kept) -> Kept:
    """What follows the last comma of a clause with a preposition in front: ", ▸ with a gate at each end"; often none.

    On a second line it is read on, so that nothing is lost and nothing hangs on a wrong tree.
    """
    commas = [i for i in range(min(clause, default=0), max(clause, default=0)) if sentence.is_punctuation(i, ",")]
    tail = frozenset(i for i in clause if commas and i > commas[-1])
    if not tail or sentence.words[min(tail)].part not in {"ADP", "SCONJ"} or sentence.low(min(tail)) in {"than", "as"}:
        return frozenset()
    leading = frozenset(i for i in clause if i < min(tail))
    return tail if leading and any(sentence.is_finite(i) for i in leading) else frozenset()


def _main_verbs(sentence: ParsedSentence, clause: Kept) -> set[int]:
    """The verb of a clause, and those that are joined to it."""
    verbs = set(tops_of(sentence, clause, whole=True)[:1])
    for index in sorted(clause):
        if sentence.words[index].role in {"conj", "xcomp"} and sentence.words[index].head in verbs:
            verbs.add(index)
    return verbs


def _kind(sentence: ParsedSentence, index: int, branch: Kept, verbs: Collection[int]) -> BranchKind | None:  # noqa: PLR0911 - a ladder of reasons
    """What a branch is that may go; None for one that may not."""
    word = sentence.words[index]
    first, last = min(branch), max(branch)
    parted = _is_parted(sentence, first, last)
    of_verb = word.head in verbs
    if word.role in {"relcl", "appos", "acl"}:
        return "other" if _adds_only(sentence, index, first, parted=parted) else None
    if word.role == "advcl" and parted and sentence.is_punctuation(first - 1, ",") and first > word.head:
        return _kind_of_clause(sentence, index, parted=True)
    if not of_verb:
        return None
    if word.role in {"conj", "parataxis"}:
        return _kind_of_joined(sentence, index, branch)
    if word.role == "ccomp":
        return "other" if _stands_before(sentence, index) else None
    if word.role == "advcl":
        return _kind_of_clause(sentence, index, parted=parted)
    if word.role == "intj":
        return "other" if parted else None
    if word.role == "advmod" and len(branch) == 1:
        leads = sentence.low(index) in LINKS and (first == 0 or sentence.words[first - 1].role in {"cc", "punct"})
        return "other" if leads or sentence.low(index) in FILLERS else None
    if word.role in {"prep", "npadvmod", "advmod"}:
        return _kind_of_adjunct(sentence, index, first, last, parted=parted)
    return None


def _is_parted(sentence: ParsedSentence, first: int, last: int) -> bool:
    """Whether marks, or the beginning and the end of the sentence, stand on both sides of a branch."""
    marks = ",–—;:()"
    begins = first == 0 or sentence.is_punctuation(first - 1, marks) or sentence.words[first - 1].role == "cc"
    ends = last + 1 >= len(sentence.words) or sentence.is_punctuation(last + 1)
    return begins and ends


def _adds_only(sentence: ParsedSentence, index: int, first: int, *, parted: bool) -> bool:
    """Whether a clause or name behind a noun says no more than what it is: ", ▸ built in 1932,", "a net ▸ that ..."."""
    word = sentence.words[index]
    noun = word.head
    row = any(sentence.words[i].role in {"conj", "cc"} for i in (*sentence.children(noun), *sentence.children(index)))
    numbered = any(sentence.words[i].part == "NUM" for i in range(first, index + 1))
    if word.role == "appos":
        return parted and first > noun and not row and not numbered
    if parted and first > noun:
        return sentence.is_punctuation(first - 1)
    articles = {sentence.low(i) for i in sentence.children(noun) if sentence.words[i].role == "det"}
    return sentence.words[noun].role == "dobj" and bool(articles & {"a", "an"}) and first == noun + 1


def _kind_of_joined(sentence: ParsedSentence, index: int, branch: Kept) -> BranchKind | None:
    """A clause behind "and" or "but"; two verbs with one object stay together."""
    head = sentence.words[index].head
    subject = sentence.child(index, *SUBJECTS)
    complete = any(i > head and sentence.words[i].role not in {"cc", "conj", "punct"} for i in sentence.children(head))
    if sentence.words[index].part not in {"VERB", "AUX"} or (subject is None and len(branch) < _LEAST_JOINED_WORDS):
        return None
    if subject is None and not complete:
        return None
    links = {sentence.low(i) for i in sentence.children(head) if sentence.words[i].role == "cc"}
    if links & {"or", "nor", "neither", "either"}:
        return None
    return "contrast" if "but" in links else "other"


def _kind_of_clause(sentence: ParsedSentence, index: int, *, parted: bool) -> BranchKind | None:
    """A condition or time goes to the second line, a reason may be left out; what has no such opener says how."""
    opener = opener_of(sentence, index)
    if opener in _CONDITIONS:
        return "setting" if tells_fact(sentence, index) else "condition"
    if opener in _REASONS:
        return "other" if not _is_denied(sentence, sentence.words[index].head) or parted else None
    participle = sentence.words[index].tag in {"VBG", "VBN"} and not sentence.is_finite(index)
    return "other" if participle and parted else None


def _kind_of_adjunct(  # noqa: PLR0911 - a ladder of reasons
    sentence: ParsedSentence, index: int, first: int, last: int, *, parted: bool
) -> BranchKind | None:
    """Where or when, of a verb that says something without it; what leads in; what stands between marks."""
    word, verb = sentence.words[index], sentence.words[index].head
    lows = {sentence.low(i) for i in range(first, last + 1)}
    begins = first == 0 or (word.role == "prep" and sentence.is_punctuation(first - 1, ","))
    leads = begins and index < verb and (sentence.is_punctuation(last + 1) or _leads_to_subject(sentence, verb, last))
    if leads:
        return "setting" if word.role != "advmod" or last > first or parted else None
    if parted and first > verb and sentence.is_punctuation(first - 1, ",–—("):
        limits = lows & DENIALS or sentence.low(first) in _APART
        return "condition" if limits else None if sentence.low(first) in _JOINTS else "other"
    if word.role == "advmod" or _is_denied(sentence, verb) or index < verb or not _closes(sentence, verb, last):
        return None
    timed = any(sentence.words[i].lemma in _TIMES or _YEAR.fullmatch(sentence.at(i)) for i in range(first, last + 1))
    complete = sentence.child(verb, "dobj", "attr", "acomp", "oprd", "xcomp", "ccomp") is not None
    if word.role == "npadvmod":
        return "other" if timed and complete and not lows & _LIMITS else None
    others = [i for i in sentence.children(verb) if verb < i < index and sentence.words[i].role == "prep"]
    if not (complete or others) or index == verb + 1:
        return None
    if _is_mere(sentence, index, first, last, timed=timed):
        return "other"
    ends = last + 1 >= len(sentence.words) or sentence.is_punctuation(last + 1)
    free = sentence.low(index) in _PLACES or (timed and sentence.low(index) not in _BOUND)
    told = ends and last - first + 1 >= _LEAST_BELOW and free
    return "rest" if told else None


def _is_mere(sentence: ParsedSentence, index: int, first: int, last: int, *, timed: bool) -> bool:
    """Whether a phrase only tells when or where: "on Tuesday", "in the spring", not "by half", "put it ▸ in a bag"."""
    words, verb = [sentence.words[i] for i in range(first, last + 1)], sentence.words[sentence.words[index].head]
    lasts = sentence.low(index) == "in" and sentence.low(index + 1) in {"a", "an"}  # "in a minute"
    if lasts or any(sentence.low(i) in _LIMITS for i in range(first, last + 1)):
        return False
    if timed:
        return sentence.low(index) in {*_SETTINGS, "by"}
    counted = any(word.part == "NUM" for word in words)
    return sentence.low(index) in _SETTINGS and not counted and verb.lemma not in _PLACING


def _leads_to_subject(sentence: ParsedSentence, verb: int, last: int) -> bool:
    """Whether the subject of a verb begins right behind a word: "On that night ▸ a storm surge ..."."""
    subject = sentence.child(verb, "nsubj", "nsubjpass", "expl")
    branch = sentence.subtree(subject) if subject is not None else None
    return branch is not None and branch[0] == last + 1 and bool(branch[-1] < verb)


def _closes(sentence: ParsedSentence, verb: int, last: int) -> bool:
    """Whether a clause ends behind a word, or another phrase of its verb begins there."""
    if last + 1 >= len(sentence.words) or sentence.is_punctuation(last + 1):
        return True
    return sentence.words[last + 1].role == "prep" and sentence.words[last + 1].head == verb


def _is_denied(sentence: ParsedSentence, verb: int) -> bool:
    """Whether a denial or limit stands in the clause: what hangs on its verb is what is denied."""
    near = [verb, *sentence.children(verb)]
    near += [below for child in near[1:] for below in sentence.children(child)]
    return any(sentence.low(i) in DENIALS | {"nobody", "nothing"} for i in near)
