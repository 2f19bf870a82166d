"""What is wrong with words taken out of a sentence, by its tree: they hang loose, miss a part, or
have lost a denial, a condition or who claims it.

Work is to begin on June 3 and end before the school year starts.
"Work is to begin before the school year starts"   "before ..." hangs on *end*, which is not shown: loose
"Work is to begin on June"                          whole
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from automagic.data import words
from automagic.language.cards.conditions import lost_claims, lost_conditions
from automagic.language.cards.shown import read_in_order
from automagic.language.syntax.shorten import NEGATIONS
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

BranchFault = Literal["loose", "torn", "denial", "condition", "claim"]

_WORDS = words("cards")
DENIALS = NEGATIONS | frozenset(_WORDS["limits"])
_NEEDING_PHRASE = frozenset(_WORDS["needing_phrase"])
_STEERING = frozenset(words("syntax")["steering"])
_OBJECTS = frozenset({"dobj", "attr", "acomp", "xcomp", "ccomp", "oprd", "prt"})
_CLAUSES = frozenset({"ROOT", "advcl", "relcl", "ccomp", "acl", "csubj", "csubjpass", "parataxis", "pcomp"})
_DEPENDENT = frozenset({"relcl", "advcl", "ccomp", "pcomp", "acl"})
_MISREAD = re.compile(r"\bNo\. ?\d|[|*`>]")
"""The parser takes "No. 6" for a denial, and marks of a table or of emphasis for words."""
_WITH_BARE_VERB = frozenset({"let", "help", "make"})
_FINITE = frozenset({"VBD", "VBP", "VBZ", "VB", "MD"})
_FURTHEST_UNIT = 3
_MISSING_ROOT = -1
"""Stands for a verb like "is", when what hangs on it stands apart, as "cheaper" and "solar" do in a comparison."""
_TRANSPARENT = frozenset({"PUNCT", "CCONJ"})
_PASSED_OVER = frozenset({"PUNCT", "CCONJ", "ADP", "AUX", "DET", "PART", "SCONJ"})
_CONDITIONS = frozenset({"if", "when", "unless", "until", "before", "after", "once", "whether", "where", "as"})
_REASONS = frozenset({"so", "because", "since", "although", "though", "while", "whereas"})
_FACTS = _REASONS - {"while"} | {"after"}
"""What follows them is so, whatever the main clause says."""
_PAST = frozenset({"when", "as"})
"""What follows them was so, where both clauses tell what happened."""
_MODALS = frozenset({"may", "might", "could", "would", "should", "can", "must", "will", "shall"})


def faults_in(
    sentence: ParsedSentence, inside: Collection[int], *, whole: bool, beside: Collection[int] = ()
) -> Iterator[tuple[BranchFault, int]]:
    """What is wrong with showing the words `inside`, each fault with the word at which it is.

    Args:
        sentence: Their sentence.
        inside: Indices of the words that are read as one.
        whole: Whether they are read as a clause or phrase of their own; else they stand apart, as the sides of a
            comparison do, and what only joins words may be missing.
        beside: Words that the card shows elsewhere: a denial there is not lost.
    """
    kept = frozenset(inside)
    loose = tops_of(sentence, kept, whole=whole)
    yield from (("loose", index) for index in loose[1:])
    for index in read_in_order(sentence, kept):
        if _misses_part(sentence, index, kept, frozenset(beside), whole=whole):
            yield "torn", index
    shown = kept | frozenset(beside)
    yield from (("denial", index) for index in sorted(lost_denials(sentence, kept, shown)))
    yield from (("condition", index) for index in sorted(lost_conditions(sentence, kept, shown)))
    unheaded = [i for i in sorted(kept) if sentence.words[i].head not in kept]
    yield from (("claim", index) for index in lost_claims(sentence, unheaded, shown))


def is_doubtful(sentence: ParsedSentence) -> bool:
    """Whether the tree is likely wrong: it has what no sentence has, or what parsers are known to take for another."""
    if _MISREAD.search(sentence.text):
        return True
    for index, word in enumerate(sentence.words):
        roles = {sentence.words[i].role for i in sentence.children(index)}
        noun, verb = word.part in {"NOUN", "PROPN"}, word.tag in _FINITE
        lone_link = noun and "cc" in roles and "conj" not in roles
        strange = word.role == "dep" and sentence.words[word.head].lemma not in _WITH_BARE_VERB
        if strange or (noun and roles & SUBJECTS and word.role == "ROOT") or (verb and "det" in roles):
            return True
        if (noun and word.role == "ROOT" and "advcl" in roles) or lone_link:
            return True
    return False


def tops_of(sentence: ParsedSentence, inside: Collection[int], *, whole: bool) -> list[int]:
    """The shown words that hang on no other shown one: a single one, where all belong together."""
    kept = frozenset(inside)
    anchors = {
        index: _anchor(sentence, index, kept, whole=whole)
        for index in read_in_order(sentence, kept)
        if sentence.words[index].role not in {"cc", "preconj"}
    }
    on_root = [index for index, anchor in anchors.items() if anchor == _MISSING_ROOT]
    return [index for index, anchor in anchors.items() if anchor is None] + on_root[:1]


def says_all(sentence: ParsedSentence, inside: Collection[int], heard: Collection[int]) -> bool:
    """Whether all that is heard is shown, a link at its beginning aside: then nothing can belong elsewhere."""
    left = [i for i in read_in_order(sentence, heard) if i not in inside]
    return bool(inside) and bool(heard) and all(sentence.words[i].role == "cc" for i in left)


def is_subordinate(sentence: ParsedSentence, inside: Collection[int]) -> bool:
    """Whether a text says only when, why or which: "when it rains", "that faces it"; or has lost its "if"."""
    tops = tops_of(sentence, inside, whole=True)
    if sentence.low(min(inside, default=0)) in {"provided", "providing", "supposing"}:
        return True
    for top in tops[:1]:
        for index in sentence.children(top):
            word = sentence.words[index]
            conditional = sentence.low(index) in _CONDITIONS and word.role in {"mark", "advmod"} and index < top
            links = word.role == "mark" and word.tag == "IN"
            relative = word.tag in {"WDT", "WP", "WRB", "WP$"} and sentence.words[top].role in _DEPENDENT
            if conditional and sentence.words[top].role in {"advcl", "relcl"} and not tells_fact(sentence, top):
                return True
            if index in inside and (links or relative):
                return True
    return False


def opener_of(sentence: ParsedSentence, verb: int) -> str:
    """The word that leads into a clause: "because", "if", "when"; "" for none."""
    leading = (i for i in sentence.children(verb) if i < verb and sentence.words[i].role in {"mark", "advmod"})
    return next((sentence.low(i) for i in leading if sentence.words[i].tag in {"IN", "WRB"}), "")


def _leading(sentence: ParsedSentence, verb: int) -> range | tuple[int, ...]:
    return sentence.subtree(verb) or (verb,)


def tells_fact(sentence: ParsedSentence, verb: int) -> bool:
    """Whether what an adverbial clause says is so, and no condition: "after it broke", "when it broke, we left"."""
    opener, head = opener_of(sentence, verb), sentence.words[verb].head
    past = all(
        "VBD" in {sentence.words[i].tag, *(sentence.words[child].tag for child in sentence.children(i))}
        for i in (verb, head)
    )
    contrasts = opener == "while" and sentence.is_punctuation(min(_leading(sentence, verb)) - 1, ",")
    return contrasts or opener in _FACTS or (opener in _PAST and past)


def share_a_list(sentence: ParsedSentence, items: Iterable[Collection[int]]) -> bool:
    """Whether all items stand in one row: each is joined to another, or names what the same word names."""
    heads = set()
    for item in items:
        index = next(iter(tops_of(sentence, item, whole=True)), None)
        while index is not None and sentence.words[index].role in {"conj", "appos"}:
            index = sentence.words[index].head
        heads.add(index)
    return len(heads) <= 1


def hang_together(sentence: ParsedSentence, one: Collection[int], other: Collection[int]) -> bool:
    """Whether two shown parts are one branch: the second hangs on a word of the first, or the first on the second."""
    return len(tops_of(sentence, frozenset(one) | frozenset(other), whole=True)) <= 1


def _anchor(sentence: ParsedSentence, index: int, kept: frozenset[int], *, whole: bool) -> int | None:
    """The shown word on which a shown word hangs, over words that may be missing between them; None for none."""
    passed = _TRANSPARENT if whole else _PASSED_OVER
    word = sentence.words[index]
    head, role = word.head, word.role
    if head == index:
        return None
    for _ in sentence.words:
        if head in kept:
            return head
        above = sentence.words[head]
        heir = next((i for i in sentence.children(head) if i in kept and sentence.words[i].role == "conj"), None)
        if heir is not None and heir != index and role in SUBJECTS | {"aux", "auxpass", "poss", "det"}:
            return heir
        helps = not whole and above.lemma in {"be", "do", "have"}
        if above.head == head and (helps or (not whole and above.part == "AUX")):
            return _MISSING_ROOT
        if above.head == head or not (role == "conj" or helps or above.part in passed):
            return None
        head, role = above.head, above.role
    return None


def _misses_part(
    sentence: ParsedSentence, index: int, kept: frozenset[int], beside: frozenset[int], *, whole: bool
) -> bool:
    word = sentence.words[index]
    missing = [i for i in sentence.children(index) if i not in kept]
    roles = {sentence.words[i].role for i in missing}
    if roles & {"neg", "prt"} or any(sentence.low(i) in _MODALS and sentence.words[i].role == "aux" for i in missing):
        return True
    if word.role == "nummod" and index < word.head <= index + _FURTHEST_UNIT and word.head not in kept:
        return sentence.words[word.head].part != "SYM"
    graded = word.part in {"ADJ", "ADV"}
    if graded and any(sentence.low(i) in {"as", "so", "too", "how"} for i in missing if i < index):
        return True
    halved = whole and any(_is_other_half(sentence, i, kept) for i in missing)
    if halved or (word.part == "ADP" and roles & {"pobj", "pcomp"}):
        return True
    if word.part in {"VERB", "AUX"}:
        return _misses_complement(sentence, index, kept, beside, whole=whole)
    return (
        whole
        and word.part in {"NOUN", "PROPN", "NUM", "PRON", "DET"}
        and any(_narrows(sentence, i, index) for i in missing)
    )


def _misses_complement(
    sentence: ParsedSentence, index: int, kept: frozenset[int], beside: frozenset[int], *, whole: bool
) -> bool:
    word = sentence.words[index]
    roles = {sentence.words[i].role for i in sentence.children(index) if i not in kept}
    if not whole and word.lemma == "be":
        return not _has_subject(sentence, index, kept)
    objects = {i for i in sentence.children(index) if sentence.words[i].role in _OBJECTS and not _leads_in(sentence, i)}
    shown = objects & kept
    steers = word.lemma in _STEERING or sentence.child(index, "neg") is not None
    missing = objects - kept - beside
    if any(steers or not (shown and sentence.words[i].role in {"xcomp", "ccomp"}) for i in missing):
        return True
    if whole and (roles & {"aux", "auxpass"} or _is_turned(sentence, index, kept)):
        return True
    phrases = [i for i in sentence.children(index) if sentence.words[i].role in {"prep", "advmod", "advcl"}]
    behind = [i for i in phrases if i > index]
    if word.lemma in _NEEDING_PHRASE and behind and not objects and behind[0] not in kept:
        return True
    return sentence.is_finite(index) and not _has_subject(sentence, index, kept)


def _leads_in(sentence: ParsedSentence, index: int) -> bool:
    """Whether a clause stands before its verb with a mark between: "The lesson is simple: the best machine wins"."""
    verb = sentence.words[index].head
    return index < verb and any(sentence.is_punctuation(i, ",:;–—") for i in range(index, verb))


def _is_turned(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> bool:
    """Whether what stood before a verb with its subject behind it is gone: "▸ Under the bark lies a thin layer"."""
    subject = sentence.child(index, *SUBJECTS)
    turned = subject is not None and subject > index and sentence.words[subject].role in SUBJECTS
    before = [i for i in sentence.children(index) if i < index and not sentence.is_punctuation(i)]
    return turned and bool(before) and not any(i in kept for i in before)


def _is_other_half(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> bool:
    """Whether with a word the second half of a comparison begins: "more ... ▸ than", "as much ... ▸ as"."""
    if sentence.low(index) == "than":
        return True
    branch = sentence.subtree(index) or (index,)
    opener = sentence.low(branch[0])
    return opener == "than" or (opener == "as" and any(sentence.low(i) == "as" for i in kept if i < branch[0]))


def _has_subject(sentence: ParsedSentence, index: int, kept: frozenset[int]) -> bool:
    """Whether the subject that a verb has in the sentence, its own or that of the verb it is joined to, is shown."""
    for _ in sentence.words:
        subjects = [i for i in sentence.children(index) if sentence.words[i].role in SUBJECTS]
        if subjects:
            return all(i in kept or is_told_by_noun(sentence, i, kept) for i in subjects)
        if sentence.words[index].role != "conj":
            return True
        index = sentence.words[index].head
    return True


def is_told_by_noun(sentence: ParsedSentence, subject: int, kept: frozenset[int]) -> bool:
    """Whether the noun stands for its relative pronoun: "Mr Lee, ▸ who spent two years there" is "Mr Lee spent ..."."""
    verb = sentence.words[subject].head
    relative = sentence.words[subject].tag in {"WP", "WDT"} and sentence.words[verb].role == "relcl"
    return relative and sentence.words[verb].head in kept and sentence.is_punctuation(subject - 1, ",")


def _narrows(sentence: ParsedSentence, index: int, noun: int) -> bool:
    """Whether a word says which of the things that a noun names are meant: "trees ▸ that die early", "the end ▸ of"."""
    word = sentence.words[index]
    if word.role in {"compound", "amod", "nummod", "poss"}:
        return True
    if sentence.words[noun].role in {"dobj", "pobj"} and sentence.low(index) != "of":
        articles = (sentence.low(child) for child in sentence.children(noun) if sentence.words[child].role == "det")
        if next(articles, "") in {"a", "an"}:
            return False  # "a prize ▸ that is given": it is one without that, too
    if word.role == "prep":
        return index == noun + 1
    branch = sentence.subtree(index)
    return word.role in {"relcl", "acl"} and branch is not None and not sentence.is_punctuation(branch[0] - 1)


def lost_denials(sentence: ParsedSentence, inside: Collection[int], shown: Collection[int]) -> set[int]:
    """The denials and limits of the clauses of `inside` that are not among the words `shown`."""
    said = [i for i in read_in_order(sentence, inside) if sentence.words[i].role not in {"cc", "mark"}]
    clauses = {clause_of(sentence, index) for index in said}
    lost = {i for i in denials_of(sentence) if i not in shown and clause_of(sentence, i) in clauses}
    tops = [i for i in inside if sentence.words[i].head not in inside]
    return lost | {above for top in tops for above in _denied_above(sentence, top, shown)}


def denials_of(sentence: ParsedSentence) -> list[int]:
    """Every word that denies or limits something; "No. 6" does not."""
    count = len(sentence.words)
    numbered = {i for i in range(count - 1) if sentence.at(i) == "No" and sentence.at(i + 1)[0] in ".0123456789"}
    return [index for index in range(count) if sentence.low(index) in DENIALS and index not in numbered]


def _denied_above(sentence: ParsedSentence, top: int, shown: Collection[int]) -> Iterator[int]:
    """What denies a verb or preposition under which `top` stands: "I do ▸ not think it is safe", "▸ without a pump"."""
    index = top
    for head in sentence.ancestors(top):
        if _is_own_clause(sentence, index):
            return
        for word in (head, *sentence.children(head)):
            if word not in shown and word != index and sentence.low(word) in DENIALS:
                yield word
        index = head


def _is_own_clause(sentence: ParsedSentence, index: int) -> bool:
    """Whether a clause is joined to another and stands for itself: what denies the other does not deny it."""
    role = sentence.words[index].role
    branch = sentence.subtree(index) or (index,)
    gives_reason = role == "advcl" and sentence.is_punctuation(branch[0] - 1) and sentence.low(branch[0]) in _REASONS
    apart = role in {"conj", "parataxis"} or (role == "ccomp" and _leads_in(sentence, index)) or gives_reason
    return apart and sentence.child(index, *SUBJECTS) is not None


def clause_of(sentence: ParsedSentence, index: int) -> int:
    """The verb of the clause in which a word stands; "unless" and "only" before "if" limit the clause above theirs."""
    if sentence.low(index) in {"nor", "neither"} and sentence.words[index].role == "cc":
        others = (i for i in sentence.children(sentence.words[index].head) if sentence.words[i].role == "conj")
        index = next((i for i in others if i > index), index)
    elif sentence.low(index) in DENIALS and _opens(sentence, index):
        index = sentence.words[index].head
        if sentence.words[index].head == index:
            return index
        index = sentence.words[index].head
    for _ in sentence.words:
        word = sentence.words[index]
        joined = word.role == "conj" and sentence.is_finite(index)
        if word.role in _CLAUSES or word.head == index or joined or _is_own_clause(sentence, index):
            return index
        index = word.head
    return index


def _opens(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word leads into a clause, as a conjunction or directly before one."""
    marks = {"mark", "prep"} if sentence.low(index) in {"unless", "except"} else {"mark"}
    if sentence.words[index].role in marks and sentence.words[sentence.words[index].head].part in {"VERB", "AUX"}:
        return sentence.words[index].role == "mark"
    following = index + 1
    return following < len(sentence.words) and (
        sentence.words[following].role == "mark" or sentence.low(following) in {"if", "when", "after", "because"}
    )
