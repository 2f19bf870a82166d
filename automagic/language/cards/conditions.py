"""What a statement depends on, and who merely thinks it: words without which a card would say another thing.

    If it rains, the match is put off.          "The match is put off"          has lost its condition: if
    Many think that the moon is hollow.         "The moon is hollow"            has lost who claims it: think

A condition binds the verb on which its clause hangs, and all that is joined to that verb behind it. A claim is nobody's
fact: neither what is believed or hoped, nor what a single person says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from automagic.data import words
from automagic.language.syntax.references import is_person
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

_WORDS = words("syntax")
_OPENERS = frozenset(_WORDS["binding"])
_TIMELY = frozenset(_WORDS["timely"])
_BOUNDS = frozenset({"after", "before", "till", "until"})
_BELIEVING = frozenset(_WORDS["believing"])
_UNTRUE = frozenset(_WORDS["untrue"])
_SAYING = frozenset({"add", "report", "say", "tell", "warn", "write"})
_JOINED = frozenset({"conj", "ccomp", "xcomp"})
_VERBS = frozenset({"VERB", "AUX"})
_HELPERS = frozenset({"had", "should", "were"})


def lost_conditions(sentence: ParsedSentence, inside: Collection[int], shown: Collection[int]) -> set[int]:
    """The words that open a condition, or a limit in time, of what `inside` says, and are not among the words `shown`.

    What happened once, happened whenever that was: in the past "when" and "before" are no conditions.
    """
    return {index for index, verbs in _bindings(sentence) if index not in shown and verbs & frozenset(inside)}


def _bindings(sentence: ParsedSentence) -> Iterator[tuple[int, frozenset[int]]]:
    """Each word that opens a condition, with the verbs that do not hold without it."""
    no_clause = not any(word.part in _VERBS for word in sentence.words)
    for index, word in enumerate(sentence.words):
        low, head = sentence.low(index), word.head
        if no_clause and low in _BOUNDS:  # a row of a table: "Everybody else, until the end of May: £79"
            yield index, frozenset(range(len(sentence.words)))
        elif low in _OPENERS and index < head and word.role in {"mark", "advmod"}:
            after = index > 0 and sentence.low(index - 1) in {"even", "as"}
            after = after or (index + 1 < len(sentence.words) and sentence.low(index + 1) in {"not", "any", "ever"})
            if not after:
                yield index, _bound_by(sentence, head, timely=low in _TIMELY)
        elif low in {"provided", "providing"} and word.role in {"prep", "advcl"}:
            yield index, _joined_to(sentence, head, index)
        elif low in _BOUNDS and word.role == "prep" and sentence.words[head].part in _VERBS:
            if low in {"until", "till"} or not _is_past(sentence, head):
                yield index, _joined_to(sentence, head, index)
        elif low in _HELPERS and _is_turned(sentence, index):
            clause = index if word.role == "advcl" else head
            yield index, _bound_by(sentence, clause, timely=False) | {clause}


def _is_turned(sentence: ParsedSentence, index: int) -> bool:
    """Whether a helping verb that comes before its subject opens a condition: "▸ Had the valve held, ..."."""
    word = sentence.words[index]
    clause = index if word.role == "advcl" else word.head
    if sentence.words[clause].role != "advcl" or (word.role != "advcl" and word.role not in {"aux", "auxpass"}):
        return False
    opens = min(sentence.subtree(clause) or (clause,)) == index
    return opens and sentence.words[clause].tag not in {"VBG", "VB"} and index + 1 < len(sentence.words)


def _bound_by(sentence: ParsedSentence, clause: int, *, timely: bool) -> frozenset[int]:
    """The verb of a condition's clause, and those that it binds."""
    above = sentence.words[clause].head
    own = frozenset[int]() if timely and _is_past(sentence, clause) else frozenset({clause})
    past = _is_past(sentence, above) or _is_past(sentence, clause)
    if sentence.words[clause].role != "advcl" or (timely and past):
        return own
    return own | _joined_to(sentence, above, clause)


def _joined_to(sentence: ParsedSentence, verb: int, bound: int) -> frozenset[int]:
    """A verb with what it governs, and with the verbs joined to it, where the condition comes before them all."""
    found, waiting = {verb}, [verb]
    while waiting:
        one = waiting.pop()
        for index in sentence.children(one):
            role = sentence.words[index].role
            own_subject = role == "conj" and sentence.child(index, *SUBJECTS) is not None
            behind = role != "conj" or (bound < verb and not own_subject)
            if role in _JOINED and sentence.words[index].part in _VERBS and behind and index not in found:
                found.add(index)
                waiting.append(index)
    return frozenset(found)


def _is_past(sentence: ParsedSentence, index: int) -> bool:
    """Whether a verb, or the one that governs it, tells what happened."""
    while sentence.words[index].role == "xcomp" and not sentence.is_finite(index):
        index = sentence.words[index].head
    verbs = (index, *(i for i in sentence.children(index) if sentence.words[i].role in {"aux", "auxpass"}))
    return any(sentence.words[i].tag == "VBD" for i in verbs)


def lost_claims(sentence: ParsedSentence, tops: Collection[int], shown: Collection[int]) -> Iterator[int]:
    """The words that make a statement a mere claim, or deny that it is true, and are not among the words `shown`.

    Args:
        sentence: Of the statement.
        tops: The words of the statement that hang on no other word of it.
        shown: The words that can be read.
    """
    for top in tops:
        index = top
        for head in sentence.ancestors(top):
            role = sentence.words[index].role
            if role == "conj":
                index = head
                continue
            if role not in {"ccomp", "xcomp", "acl", "csubj", "csubjpass", "pcomp", "oprd"}:
                break
            judged = (i for i in (head, *sentence.children(head)) if i not in shown and i != index)
            found = next((i for i in judged if sentence.words[i].lemma in _UNTRUE), None)
            if found is None and role == "ccomp" and head not in shown and _only_claims(sentence, head):
                found = head
            if found is not None:
                yield found
                break
            index = head


def _only_claims(sentence: ParsedSentence, verb: int) -> bool:
    """Whether what hangs on a verb is believed or hoped, or is one person's word."""
    forms = {sentence.words[verb].lemma, sentence.low(verb).removesuffix("s")}  # "hopes" is taken for a form of "hop"
    if forms & _BELIEVING:
        return True
    subject = sentence.child(verb, *SUBJECTS)
    return sentence.words[verb].lemma in _SAYING and subject is not None and is_person(sentence, subject)
