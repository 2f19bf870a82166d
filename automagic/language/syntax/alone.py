"""Whether a sentence says all to somebody who reads nothing else: of a post, nobody has read the text.

"A bay can make ▸ it higher."   "At half moon ▸ the two pull."   "Water has ▸ another surprise."   all but these
"""

from __future__ import annotations

from collections.abc import Sequence

from automagic.data import words
from automagic.language.syntax.definites import takes_for_known
from automagic.language.syntax.references import OBJECTS, SORTS, agrees, is_dummy, is_noun, is_person, sort_of
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

_THEN = frozenset({"later", "afterwards", "afterward", "thereafter", "meanwhile"})
_OF_SOMETHING = frozenset(words("leaning")["of_something"])


def is_clear_alone(sentence: ParsedSentence) -> bool:
    """Whether no word of it means what only a sentence before can say.

    Stricter than `references.loose_pronoun`, which looks at a sentence that is told after others: a pronoun that is a
    main subject means an earlier subject of its sentence, "both" and "the two" several such, and an object never the
    subject of its own verb.
    """
    if takes_for_known(sentence) or not _is_said(sentence):
        return False
    subjects: list[int] = []
    for index, word in enumerate(sentence.words):
        if _is_unclear(sentence, index, subjects) or _compares(sentence, index):
            return False
        if word.role in SUBJECTS and is_noun(sentence, index):
            subjects.append(index)
    return True


def _is_said(sentence: ParsedSentence) -> bool:
    """Whether it is a sentence that begins as one: "Thanks to all." and "sets up the machine" are parts of one."""
    first = next((c for c in sentence.text if c.isalnum()), "")
    says = any(
        word.part in {"VERB", "AUX"}
        and not any(sentence.words[i].role in {"relcl", "acl"} for i in (index, *sentence.ancestors(index)))
        for index, word in enumerate(sentence.words)
    )
    return says and not first.islower()


def _is_unclear(sentence: ParsedSentence, index: int, subjects: Sequence[int]) -> bool:
    """Whether a pronoun, or a number that stands for one, may mean something that is not in the sentence.

    Args:
        subjects: The nouns before it that are subjects.
    """
    word, low = sentence.words[index], sentence.low(index)
    is_subject = word.role in SUBJECTS and word.role != "expl"
    if low in _OF_SOMETHING and (is_subject or _counts_nothing(sentence, index) or _is_the_two(sentence, index)):
        of_them = sentence.child(index, "prep") is not None
        return not of_them and not any(sort_of(sentence, noun) == "several" for noun in subjects)
    if is_subject and low in SORTS and (word.head == sentence.root or not _has_subject(sentence)):
        dummy = low == "it" and is_dummy(sentence, index)
        return not dummy and not any(agrees(sentence, noun, low) for noun in subjects)
    if is_subject and low == "it" and sentence.is_finite(word.head) and not is_dummy(sentence, index):
        return not any(_may_be_it(sentence, noun) for noun in range(index))
    head = sentence.words[word.head]
    made = (
        word.role == "nsubj" and head.role in {"ccomp", "xcomp"} and not sentence.is_finite(word.head)
    )  # "make it high"
    if word.role == "poss" and low in SORTS:
        return _is_of_nothing_named(sentence, index)
    is_object = low in OBJECTS and (word.role in {"dobj", "dative", "pobj"} or (made and word.role == "nsubj"))
    return is_object and _is_own_subject(sentence, index)


def _may_be_it(sentence: ParsedSentence, noun: int) -> bool:
    return is_noun(sentence, noun) and not is_person(sentence, noun) and agrees(sentence, noun, "it")


def _has_subject(sentence: ParsedSentence) -> bool:
    """Whether a noun is the subject of any of its clauses."""
    return any(word.role in SUBJECTS and is_noun(sentence, index) for index, word in enumerate(sentence.words))


def _counts_nothing(sentence: ParsedSentence, index: int) -> bool:
    """Whether "two" is no number of the word behind it: ", and the ▸ two meet"; a parser takes the verb for a noun."""
    head = sentence.words[sentence.words[index].head]
    verb = sentence.words[head.head]
    return sentence.words[index].role == "nummod" and head.role == "conj" and verb.part in {"VERB", "AUX"}


def _is_the_two(sentence: ParsedSentence, index: int) -> bool:
    """ "The Earth stands between ▸ the two." """
    return sentence.words[index].role in {"pobj", "dobj"} and index > 0 and sentence.low(index - 1) == "the"


def _is_of_nothing_named(sentence: ParsedSentence, index: int) -> bool:
    """Whether an "its" is of no noun before it, nor of the main subject: "The sound from ▸ its end comes first"."""
    around = set(sentence.ancestors(index))
    main = sentence.child(sentence.root, *SUBJECTS)
    nouns = [i for i in range(index) if i not in around and is_noun(sentence, i)]
    nouns += [main] if main is not None and main > index and main not in around else []
    return not any(agrees(sentence, noun, sentence.low(index)) for noun in nouns)


def _is_own_subject(sentence: ParsedSentence, index: int) -> bool:
    """Whether nothing before an object but its verb's subject can be meant, which would be "itself"."""
    if sentence.low(index) == "it" and is_dummy(sentence, index):
        return False
    for verb in sentence.ancestors(index):
        subject = sentence.child(verb, *SUBJECTS)
        if subject is not None and subject != index:
            own = {i for i in range(index) if i == subject or subject in sentence.ancestors(i)}
            others = (i for i in range(index) if i not in own and is_noun(sentence, i))
            return not any(agrees(sentence, noun, sentence.low(index)) for noun in others)
    return False


def _compares(sentence: ParsedSentence, index: int) -> bool:
    """ "Violet is scattered even ▸ more.", "The rise is the ▸ same.", "Water has ▸ another surprise.": than what?"""
    word, low = sentence.words[index], sentence.low(index)
    later = {sentence.low(i) for i in range(index + 1, len(sentence.words))}
    if word.tag in {"JJR", "RBR"} and index and sentence.low(index - 1) == "even":
        return "than" not in later
    if low in _THEN:
        return "than" not in later and not (index and sentence.low(index - 1) in {"no", "or"})
    if low == "same" and word.role in {"attr", "acomp"}:
        return "as" not in later
    noun = sentence.words[word.head]
    return low == "another" and word.role == "det" and all(one.lemma != noun.lemma for one in sentence.words[:index])
