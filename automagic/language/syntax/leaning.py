"""What ties a sentence to the one before it, besides a pronoun of the third person.

    What may you freeze? │ You may freeze such food.      such as what?
    They wanted a quick chapter. │ Bell refused.          refused what?
    Who chooses the date? │ The maker does.               does what?
    Why? │ Because most of us mix them up.                answers what?

Pronouns of the third person are `references`.
"""

from __future__ import annotations

from collections.abc import Callable

from automagic.data import words
from automagic.language.syntax.references import is_time
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

_WORDS = words("leaning")
_ANSWERS = frozenset(_WORDS["answers"])
_FRAGMENTS = frozenset(_WORDS["fragments"])
_BESIDE_AUXILIARY = frozenset(_WORDS["beside_auxiliary"])
_WANTING = frozenset(_WORDS["wanting"])
_OF_SOMETHING = frozenset(_WORDS["of_something"])
_BEFORE_ELSE = frozenset(_WORDS["before_else"])
_AT_HAND = frozenset(_WORDS["at_hand"])
_PLACING = frozenset(_WORDS["placing"])
_OURS = frozenset({"mine", "yours", "hers", "ours", "theirs"})
_POINTING = frozenset({"this", "that", "these", "those"})
_OBJECTS = frozenset({"dobj", "pobj", "dative", "attr", "ccomp", "xcomp", "prep", "advcl", "prt", "oprd", "acomp"})


def answers(sentence: ParsedSentence) -> bool:
    """Whether it answers a question that it does not ask: "Yes, you can.", "Because it is cold.", "The maker does."."""
    return says_yes_or_no(sentence) or _is_reason_alone(sentence) or _ends_in_auxiliary(sentence)


def is_incomplete(sentence: ParsedSentence) -> bool:
    """Whether something that it takes for known stands before it: "Bell refused.", "You may freeze such food."."""
    return any(lacks(sentence) for lacks in _LACKS)


# ------------------------------------------------------------------------------------------------------- answers


def _first(sentence: ParsedSentence) -> int:
    """The first word that is no punctuation mark."""
    return next((i for i in range(len(sentence.words)) if not sentence.is_punctuation(i)), 0)


def says_yes_or_no(sentence: ParsedSentence) -> bool:
    """Whether it begins with the answer to a question: "Yes, you can."."""
    first = _first(sentence)
    return sentence.low(first) in _ANSWERS and sentence.is_punctuation(first + 1)


def _is_reason_alone(sentence: ParsedSentence) -> bool:
    """Whether no main clause goes with the "because" or "not if" that it begins with."""
    first = _first(sentence)
    if sentence.low(first) == "not" and first + 1 < len(sentence.words):
        return sentence.low(first + 1) in _FRAGMENTS
    word = sentence.words[first]
    return sentence.low(first) in _FRAGMENTS and word.role == "mark" and word.head == sentence.root


def _ends_in_auxiliary(sentence: ParsedSentence) -> bool:
    """ "The maker does, not the state.", "No one had.", "Kettering was, though: in the other half."."""
    root = sentence.root
    word = sentence.words[root]
    if word.lemma not in {"be", "do", "have"} and word.tag != "MD":
        return False
    if not sentence.is_finite(root) or sentence.child(root, *SUBJECTS) is None:
        return False
    for index in range(root + 1, len(sentence.words)):
        if sentence.is_punctuation(index):
            return sentence.at(index) not in "\"“'‘("
        if sentence.low(index) not in _BESIDE_AUXILIARY:
            return False
    return True


# -------------------------------------------------------------------------------------------- what is taken for known


def _nouns_before(sentence: ParsedSentence, index: int) -> list[int]:
    """The nouns that a word may mean: those before it, without parts of names, times, and the subject of its verb."""
    verb = next((i for i in (index, *sentence.ancestors(index)) if sentence.words[i].part in {"VERB", "AUX"}), None)
    subject = sentence.child(verb, *SUBJECTS) if verb is not None else None
    return [
        i
        for i in range(index)
        if (sentence.words[i].part in {"NOUN", "PROPN"} or sentence.words[i].role in {"nsubj", "nsubjpass"})
        and sentence.words[i].part != "PRON"
        and sentence.words[i].role != "compound"
        and not is_time(sentence, i)
        and i != subject
    ]


def _lacks_object(sentence: ParsedSentence) -> bool:
    """ "Bell refused.": refused what?"""
    root = sentence.root
    if sentence.words[root].lemma not in _WANTING or sentence.child(root, "nsubj") is None:
        return False
    return sentence.child(root, *_OBJECTS) is None and (sentence.is_punctuation(root + 1) or root == 0)


def _lacks_noun(sentence: ParsedSentence) -> bool:
    """ "All had looked it up.", "Two came late.", "I have two.", "We found one with a bridge.": of whom or what?"""
    for index, word in enumerate(sentence.words):
        low = sentence.low(index)
        counts = word.role in {"nsubj", "nsubjpass"} or (word.role == "dobj" and word.part == "NUM")
        is_one = low == "one" and counts and sentence.words[word.head].lemma == "be"  # "One was the price"
        if (low in _OF_SOMETHING or is_one) and counts and not sentence.children(index):
            is_number = word.part == "NUM" and not is_one and sentence.words[word.head].lemma == "be"
            return not is_number and not _nouns_before(sentence, index)
        is_ours = low in _OURS and word.role in {"nsubj", "nsubjpass", "dobj", "pobj", "attr"}
        if is_ours or (low in {"one", "ones"} and _stands_for_noun(sentence, index)):
            return not any(sentence.words[i].part in {"NOUN", "PROPN"} for i in range(index)) and not _nouns_before(
                sentence, index
            )
    return False


def _stands_for_noun(sentence: ParsedSentence, index: int) -> bool:
    """Whether "one" is some thing of a sort that was named: not a person, a number, an hour, or one of what follows."""
    word = sentence.words[index]
    described = [i for i in sentence.children(index) if i < index]
    if sentence.child(index, "prep", "relcl") is not None or any(sentence.low(i) == "no" for i in described):
        return False
    return word.role in {"nsubj", "nsubjpass", "dobj", "pobj", "attr"} and (bool(described) or word.role == "dobj")


def _points(sentence: ParsedSentence) -> bool:
    """ "You may freeze such food.", "Vosburgh calls this result a reason.", "I've been chewing on that."."""
    return any(_points_at(sentence, index) for index in range(len(sentence.words)))


def _points_at(sentence: ParsedSentence, index: int) -> bool:
    word, low = sentence.words[index], sentence.low(index)
    if low == "such" and word.role in {"amod", "det", "predet"} and index + 1 < len(sentence.words):
        behind = sentence.low(index + 1)
        return behind != "as" and (behind not in {"a", "an"} or not index) and not _nouns_before(sentence, index)
    if low not in _POINTING or word.tag != "DT":
        return False
    if word.role != "det":
        is_noun = word.role in {"nsubj", "nsubjpass", "dobj", "pobj"} and not sentence.children(index)
        return is_noun and not _nouns_before(sentence, index)
    noun = word.head
    is_now = low in {"this", "these"} and (is_time(sentence, noun) or sentence.words[noun].lemma in _AT_HAND)
    said_behind = low in {"that", "those"} and sentence.child(noun, "relcl", "prep", "acl") is not None
    return not is_now and not said_behind and not _nouns_before(sentence, index)


def _same(sentence: ParsedSentence) -> bool:
    """ "In the same trial, cashiers sat."; not "the same size as a pea", and not what is all in the same drawer."""
    for index, word in enumerate(sentence.words):
        if sentence.low(index) == "same" and word.role == "amod" and word.head < sentence.root:
            behind = range(word.head, min(word.head + 3, len(sentence.words)))
            return not any(sentence.low(i) == "as" for i in behind) and not _nouns_before(sentence, index)
    return False


def _there(sentence: ParsedSentence) -> bool:
    """ "There's a lay-by ▸ there.": where? The sentence has named no place."""
    for index, word in enumerate(sentence.words):
        if sentence.low(index) == "there" and word.role == "advmod":
            return not any(
                sentence.words[i].part == "PROPN"
                or (sentence.words[i].role == "pobj" and sentence.low(sentence.words[i].head) in _PLACING)
                for i in range(index)
            )
    return False


def _else(sentence: ParsedSentence) -> bool:
    """ "Everywhere else, people stand.": besides where?"""
    return any(
        sentence.low(i) == "else" and sentence.low(i - 1) in _BEFORE_ELSE and not _nouns_before(sentence, i)
        for i in range(1, len(sentence.words))
    )


_LACKS: tuple[Callable[[ParsedSentence], bool], ...] = (_lacks_object, _lacks_noun, _points, _same, _there, _else)


def introduced(sentence: ParsedSentence) -> frozenset[str]:
    """The things that it speaks of as not known yet: "a burger van", "two cards"."""
    return frozenset(
        _thing(sentence, index)
        for index, word in enumerate(sentence.words)
        if word.part == "NOUN" and _article(sentence, index) in {"a", "an"} and not is_time(sentence, index)
    )


def taken_for_known(sentence: ParsedSentence) -> frozenset[str]:
    """The things that it speaks of as known, by nothing but "the" and their name: "the burger van"."""
    return frozenset(
        _thing(sentence, index)
        for index, word in enumerate(sentence.words)
        if word.part == "NOUN" and _article(sentence, index) == "the" and sentence.child(index, "relcl", "prep") is None
    )


def _article(sentence: ParsedSentence, noun: int) -> str:
    article = sentence.child(noun, "det")
    return sentence.low(article) if article is not None else ""


def _thing(sentence: ParsedSentence, noun: int) -> str:
    """A noun, one thing or several."""
    return sentence.words[noun].lemma
