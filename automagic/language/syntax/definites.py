"""Whether a sentence speaks of something as known that only a sentence before it can have named.

"▸ The pull comes mostly from the moon."   the pull of what? Of moons there is one
"The path ▸ of the moon is tilted."        says of what itself
"A lock fills, and ▸ the lock opens."      named before
"▸ Other towns have noticed."              other than which?
"The year 2000 was ▸ one."                 one what?
"▸ Something changed."                     nothing that anybody could use
"""

from __future__ import annotations

from automagic.data import words
from automagic.language.syntax.references import is_time
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

_WORDS = words("leaning")
_KNOWN = frozenset(_WORDS["known_to_all"]) | frozenset(_WORDS["at_hand"])
_UNSAID = frozenset(_WORDS["before_else"]) | {"thing"}
_SAYS_WHICH = frozenset({"prep", "relcl", "acl", "appos", "poss", "nummod"})
_BEHIND = frozenset({"prep", "relcl", "acl"})
_SUCH = frozenset({"only", "right", "same", "very", "wrong"})
_NONE_LEFT = frozenset({"any", "each", "every", "no"})
_SOME = frozenset({"one", "some", "many", "most", "few"})
_FROM = frozenset({"by", "from", "since", "till", "until"})


def takes_for_known(sentence: ParsedSentence) -> bool:
    """Whether any word of it does, as this module lists them.

    Of nouns with "the", only those count that stand before the main verb, or are a subject or an object of the main
    clause: what is said later, "with ▸ the drop", shows by itself what it belongs to.
    """
    finds = (_is_taken, _is_other, _is_left_out, _is_unsaid, _points)
    return any(found(sentence, index) for index in range(len(sentence.words)) for found in finds)


def _is_taken(sentence: ParsedSentence, index: int) -> bool:
    """Whether a noun has "the", and neither it nor anything before it says which one is meant."""
    word = sentence.words[index]
    if word.part != "NOUN" or word.role in {"attr", "appos"} or not _is_main(sentence, index):
        return False
    beside = sentence.children(index)
    if not any(sentence.words[i].role == "det" and sentence.low(i) == "the" for i in beside):
        return False
    described = [sentence.low(i) for i in beside if sentence.words[i].role in {"amod", "compound"}]
    if _SUCH.intersection(described) or (word.lemma in _KNOWN and not described):
        return False
    if any(sentence.words[i].role in _SAYS_WHICH or _is_name(sentence, i) for i in beside):
        return False
    return not any(
        one.part in {"NOUN", "PROPN", "VERB"} and _is_same(one.lemma, word.lemma) for one in sentence.words[:index]
    )


def _is_main(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word stands before the main verb, or is a subject or an object of it or of one beside it."""
    root, word = sentence.root, sentence.words[index]
    beside = {root, *(i for i in sentence.children(root) if sentence.words[i].role == "conj")}
    return index < root or (word.head in beside and word.role in {*SUBJECTS, "dobj"})


def _is_name(sentence: ParsedSentence, index: int) -> bool:
    """ "the ▸ Elm Street bridge", "the ▸ Gregorian calendar"."""
    return sentence.at(index)[:1].isupper() and index > 0


def _is_same(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > 3 and (one.endswith(other) or other.endswith(one)))


def _is_other(sentence: ParsedSentence, index: int) -> bool:
    """ "other" and "others", where nothing says than what."""
    low = sentence.low(index)
    if low not in {"other", "others"}:
        return False
    before = [sentence.low(i) for i in range(index)]
    if (before and before[-1] in _NONE_LEFT) or (index + 1 < len(sentence.words) and sentence.low(index + 1) == "than"):
        return False
    noun = sentence.words[index].head if low == "other" else index
    if sentence.words[noun].role == "conj" or not _SOME.isdisjoint(before):  # "salt and ▸ other minerals"
        return False
    return not any(one.lemma == sentence.words[noun].lemma for one in sentence.words[:index] if one.part == "NOUN")


def _is_left_out(sentence: ParsedSentence, index: int) -> bool:
    """What is compared, counted or done: "the ▸ least", "Sound takes ▸ three seconds", "▸ Some reach it"."""
    word, low = sentence.words[index], sentence.low(index)
    if word.role in SUBJECTS and low in _SOME and word.part != "NOUN":
        return sentence.child(index, *_BEHIND) is None and not any(one.part == "NOUN" for one in sentence.words[:index])
    if word.role == "dobj" and sentence.words[word.head].lemma == "take" and is_time(sentence, index):
        return sentence.child(word.head, "xcomp", "advcl", "prep", "dative", "expl") is None
    if low in {"then", "now"}:
        head = sentence.words[word.head]
        return (index > 0 and sentence.low(index - 1) in _FROM) or (low == "now" and head.tag == "VBD")
    if word.role not in {"attr", "dobj"}:
        return False
    if word.tag == "CD":
        counted = sentence.child(index, "prep", "nummod", "quantmod", "compound") is not None
        return not counted and (word.role == "dobj" or low == "one")
    of_all = sentence.child(index, "prep")
    return word.tag in {"JJS", "RBS"} and (of_all is None or sentence.low(of_all) not in {"of", "in"})


def _is_unsaid(sentence: ParsedSentence, index: int) -> bool:
    """Whether the main subject is nobody or nothing in particular, or what is there is said to come: "one danger"."""
    word, root = sentence.words[index], sentence.root
    if word.head != root or index == root:
        return False
    alone = sentence.child(index, *_BEHIND) is None and sentence.child(root, "advcl", "prep", "xcomp") is None
    if word.role in SUBJECTS and word.lemma in _UNSAID:
        return alone
    if word.role == "attr" and sentence.child(root, "expl") is not None:
        return alone and any(sentence.words[i].role == "nummod" for i in sentence.children(index))
    return word.role in {"acomp", "attr"} and word.lemma == "enough" and alone


def _points(sentence: ParsedSentence, index: int) -> bool:
    """A "this" or "that" without a noun, which is what was said before: "There is no evidence for ▸ this"."""
    word = sentence.words[index]
    if sentence.low(index) not in {"this", "that", "these", "those"} or word.tag != "DT":
        return False
    return word.role in {"pobj", "dobj"} and sentence.child(index, *_BEHIND) is None and index < len(sentence.words) - 1
