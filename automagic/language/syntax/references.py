"""What a sentence leans on: a pronoun whose noun stands in the sentence before.

    John Harrison built a clock. │ He took it to London.  ──▶  John Harrison took it to London.
                                   ╰ whose? the only person of the sentence before

A pronoun is replaced only where one noun alone can be meant; else the sentence is told together with the one before, or
not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from automagic.data import words
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence, ParsedWord

_WORDS = words("syntax")

Sort = Literal["person", "thing", "several"]

SORTS: dict[str, Sort] = {
    "he": "person", "she": "person", "him": "person", "her": "person", "his": "person",
    "it": "thing", "its": "thing", "they": "several", "them": "several", "their": "several",
}  # fmt: skip
OBJECTS = frozenset({"it", "them", "him"})
_DUMMY = frozenset(_WORDS["dummy"])
PEOPLE = frozenset(_WORDS["people"])
_MEN, _WOMEN = frozenset(_WORDS["men"]), frozenset(_WORDS["women"])
_MADE_AS_PEOPLE = re.compile(r"\w+(?:ist|ician|eer|or|er|ian|ant|man|woman)\Z")
_TIMES = frozenset(_WORDS["times"])
_COUNTING = frozenset({"couple", "dozen", "matter", "number", "pair"})
_ARTICLES = frozenset(_WORDS["articles"])
_LONGEST_NAME = 8  # words; a longer one is no name to repeat


def loose_pronoun(sentence: ParsedSentence) -> int | None:
    """The first pronoun of the third person that no noun of its own sentence can explain; None without one."""
    subject = sentence.child(sentence.root, *SUBJECTS)
    nouns: list[int] = []
    for index, word in enumerate(sentence.words):
        low = sentence.low(index)
        if low in SORTS and word.part in {"PRON", "DET"}:
            if low == "it" and is_dummy(sentence, index):
                continue
            follows = subject is not None and index < subject and subject not in sentence.ancestors(index)
            quoted = subject is not None and _in_quote(sentence, index) and not _in_quote(sentence, subject)
            if subject is not None and follows and not quoted and agrees(sentence, subject, low):
                continue  # "Twice in its life the tram ▸ was closed": the noun comes after it
            if low in {"he", "she"} and not _in_quote(sentence, index):
                nouns = [noun for noun in nouns if not _in_quote(sentence, noun)]  # "No client goes," ▸ she says
            meant = [noun for noun in nouns if not _describes(sentence, noun, index)]
            if not any(agrees(sentence, noun, low) for noun in meant) or _is_loose_object(sentence, index, nouns):
                return index
        if is_noun(sentence, index):
            nouns.append(index)
    return None


def _describes(sentence: ParsedSentence, noun: int, subject: int) -> bool:
    """Whether a noun is in the participle before a subject, which tells of it: "Pushed into ▸ earth, it grows"."""
    verb = sentence.words[subject].head
    return sentence.words[subject].role in SUBJECTS and any(
        sentence.words[i].head == verb
        and sentence.words[i].role == "advcl"
        and sentence.words[i].tag in {"VBN", "VBG"}
        and not sentence.is_finite(i)
        for i in sentence.ancestors(noun)
    )


def _in_quote(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word stands between quotation marks."""
    before = sentence.text[: sentence.words[index].start]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def is_noun(sentence: ParsedSentence, index: int) -> bool:
    """Whether a pronoun may mean a word: a noun that is no part of a name and no time.

    A bare noun from which the first clause hangs is an order that the tree has taken for one: "▸ Tap and it opens".
    """
    word = sentence.words[index]
    is_part = word.role == "compound" and word.head > index
    orders = index == 0 == sentence.root and any(sentence.is_finite(i) for i in sentence.children(0))
    return word.part in {"NOUN", "PROPN"} and not (is_part or orders or is_time(sentence, index))


def agrees(sentence: ParsedSentence, noun: int, pronoun: str) -> bool:
    """Whether a pronoun may mean a noun: "it" not several, "they" not one thing that follows, "she" a person."""
    word = sentence.words[noun]
    if word.part not in {"NOUN", "PROPN"}:
        return False
    if pronoun in {"he", "she", "him"}:
        return may_be_person(word)
    return pronoun not in {"it", "its"} or word.tag not in {"NNS", "NNPS"}


def may_be_person(word: ParsedWord) -> bool:
    """Whether "he" or "she" may be a noun: any name, any noun that is made as those for people are."""
    called = word.lemma in PEOPLE or bool(_MADE_AS_PEOPLE.match(word.lemma))
    return word.part == "PROPN" or (word.part == "NOUN" and called)


def is_about_person(sentence: ParsedSentence) -> bool:
    """Whether its loose pronoun is "he" or "she"."""
    pronoun = loose_pronoun(sentence)
    return pronoun is not None and SORTS[sentence.low(pronoun)] == "person"


def means_thing_too(sentence: ParsedSentence) -> bool:
    """Whether another pronoun than its "he" or "she" means what the sentence before has named: "He played ▸ it"."""
    pronoun = loose_pronoun(sentence)
    return pronoun is not None and _has_second(sentence, pronoun, sentence.low(pronoun))


def _is_loose_object(sentence: ParsedSentence, index: int, nouns: Sequence[int]) -> bool:
    """Whether none of the nouns before an object can be meant by it: "Farmers call ▸ it the hungry gap".

    It is not the subject of its own verb, and "it" is not several.
    """
    if sentence.words[index].role not in {"dobj", "pobj", "dative"} or sentence.low(index) not in OBJECTS:
        return False
    verb = index
    while sentence.words[verb].part not in {"VERB", "AUX"} and sentence.words[verb].head != verb:
        verb = sentence.words[verb].head
    subject = sentence.child(verb, *SUBJECTS)
    if subject is None and sentence.words[verb].tag in {"VB", "VBG"}:  # "Kettering was the first to answer ▸ it"
        subject = next((i for v in sentence.ancestors(verb) if (i := sentence.child(v, *SUBJECTS)) is not None), None)
    if subject is not None and sentence.words[subject].role == "expl":  # "There's a snail on ▸ it"
        subject = sentence.child(verb, "attr", "dobj")
    others = [noun for noun in nouns if noun != subject and not _tells_of(sentence, noun, subject)]
    if sentence.low(index) == "it":
        others = [noun for noun in others if sentence.words[noun].tag not in {"NNS", "NNPS"}]
    return not others


def points_back(sentence: ParsedSentence) -> bool:
    """Whether the first clause's subject only points: "This was the end", "These trees ..."; "this year" is now."""
    for index, word in enumerate(sentence.words):
        if sentence.low(index) in {"this", "that", "these", "those", "such"}:
            if word.role in {"nsubj", "nsubjpass", "dobj", "pobj"} and not sentence.children(index):
                return True
            if word.role == "det" and sentence.low(index) != "that" and not is_time(sentence, word.head):
                return sentence.low(index) != "those" or sentence.child(word.head, "relcl", "prep") is None
        if word.part in {"NOUN", "PROPN", "VERB"}:
            return False
    return False


def _tells_of(sentence: ParsedSentence, noun: int, subject: int | None) -> bool:
    """Whether a noun stands in what is only added to a subject: "Hydrologists, the ▸ people who study water, ..."."""
    chain = [noun, *sentence.ancestors(noun)]
    return subject in chain and any(sentence.words[i].role in {"appos", "relcl"} for i in chain[: chain.index(subject)])


def is_dummy(sentence: ParsedSentence, index: int) -> bool:
    """ "It takes years to ...", "it is clear that ...": nothing is meant by it."""
    word = sentence.words[index]
    if word.role == "expl":
        return True
    head = word.head
    clausal = any(
        sentence.words[i].role in {"ccomp", "xcomp", "csubj", "advcl", "relcl"}
        and (sentence.words[i].tag not in {"VBG", "VBN"} or sentence.is_finite(i))  # "It was full, ▸ all beginning ..."
        for i in sentence.children(head)
    )
    if any(sentence.words[i].role == "attr" and sentence.words[i].tag == "DT" for i in sentence.children(head)):
        return False  # "It's this: don't cook it"
    return sentence.words[head].lemma in _DUMMY | {"be"} and clausal


def is_time(sentence: ParsedSentence, index: int) -> bool:
    """Whether a noun says when, or for how long: "year", "Monday", "a couple of years"."""
    word = sentence.words[index]
    counted = (i for i in range(index + 2, len(sentence.words)) if sentence.words[i].head == index + 1)
    counts = index + 1 < len(sentence.words) and sentence.low(index + 1) == "of" and word.lemma in _COUNTING
    return (
        word.role == "npadvmod"
        or word.lemma in _TIMES
        or (counts and any(sentence.words[i].lemma in _TIMES for i in counted))
    )


def resolved(sentence: ParsedSentence, before: ParsedSentence) -> str | None:
    """The sentence with the noun in place of its loose pronoun; None when more than one, or none, can be meant."""
    pronoun = loose_pronoun(sentence)
    if pronoun is None or _stays(sentence, pronoun):
        return None
    low = sentence.low(pronoun)
    found = [(at, name) for at, name, sort in _names(before) if sort == SORTS[low]]
    nouns = [name for _, name in found]
    if len(set(nouns)) != 1 or any(mark in before.text for mark in '“”"«»'):
        return None
    if SORTS[low] != "person" and before.words[found[0][0]].head != before.root:
        return None  # "it" may also be all that was said
    if SORTS[low] != "person" and before.words[found[0][0]].role not in SUBJECTS:
        return None
    if _is_other(before, found[0][0], low) or _has_second(sentence, pronoun, low):
        return None
    return _with_name(sentence, pronoun, nouns[0])


def _stays(sentence: ParsedSentence, pronoun: int) -> bool:
    """Whether no noun can stand for a pronoun: "She'd been" is no "Agnes'd been", nor "isn't it?" "isn't the bike?"."""
    word = sentence.words[pronoun]
    asks = word.role in SUBJECTS and word.head < pronoun and sentence.text.endswith("?")
    return sentence.text[word.end :][:1] in {"'", "’"} or asks


def _with_name(sentence: ParsedSentence, pronoun: int, name: str) -> str:
    """The sentence with a noun in place of a pronoun."""
    word = sentence.words[pronoun]
    several = SORTS[sentence.low(pronoun)] == "several"
    owns = ("’" if name.endswith("s") and several else "’s") if word.role == "poss" else ""
    capital = name[:1].upper() if pronoun == 0 else name[:1]
    return sentence.text[: word.start] + capital + name[1:] + owns + sentence.text[word.end :]


def named(sentence: ParsedSentence, before: Sequence[ParsedSentence]) -> str | None:
    """The sentence with a name in place of its "he" or "she", where a text has named only one person so far.

    Args:
        before: All that the text has said before it.
    """
    pronoun = loose_pronoun(sentence)
    if pronoun is None or _stays(sentence, pronoun):
        return None
    if sentence.low(pronoun) not in {"he", "she"} or _has_second(sentence, pronoun, sentence.low(pronoun)):
        return None
    name = _only_person(before, sentence.low(pronoun))
    return _with_name(sentence, pronoun, name) if name else None


def _only_person(sentences: Sequence[ParsedSentence], pronoun: str) -> str:
    """The full name of the only person of a text; "" where there are others, or there may be."""
    name, last = "", ""
    for sentence in sentences:
        for index, word in enumerate(sentence.words):
            if word.part == "PROPN" and word.role not in {"compound", "nmod"}:
                if is_person(sentence, index) and " " in (full := _phrase(sentence, index) or ""):
                    if (name and full.rsplit(maxsplit=1)[-1] != last) or _is_other(sentence, index, pronoun):
                        return ""
                    name, last = name or full, full.rsplit(maxsplit=1)[-1]
                elif word.role in {"nsubj", "nsubjpass", "poss"} and sentence.at(index) != last:
                    return ""  # "Roszak made it two all": who is that?
            elif word.part == "NOUN" and word.lemma in PEOPLE and not _is_the_named(sentence, index):
                return ""
    return name


def _is_the_named(sentence: ParsedSentence, index: int) -> bool:
    """Whether a noun says what a named person is: "Ada Lunt, a ▸ baker", "the ▸ baker Ada Lunt"."""
    word = sentence.words[index]
    near = (word.head, *sentence.children(index))
    joined = {"appos", "compound", "nmod"}
    return any(
        sentence.words[i].part == "PROPN" and (word.role in joined or sentence.words[i].role in joined) for i in near
    )


def _is_other(sentence: ParsedSentence, noun: int, pronoun: str) -> bool:
    """Whether a person cannot be meant by a pronoun: "the widow" by "he", "Mr Dunn" by "her"."""
    titles = {sentence.words[i].lemma.rstrip(".") for i in sentence.children(noun)} | {sentence.words[noun].lemma}
    return bool({title.lower() for title in titles} & (_MEN if pronoun in {"she", "her"} else _WOMEN)) and (
        pronoun in {"she", "her", "he", "him", "his"}
    )


def _has_second(sentence: ParsedSentence, pronoun: int, low: str) -> bool:
    """Whether another pronoun of the sentence means another noun of the one before: "He took ▸ it to London"."""
    return any(
        sentence.low(index) in SORTS
        and SORTS[sentence.low(index)] != SORTS[low]
        and word.role in {"dobj", "pobj", "dative"}
        and not any(sentence.words[i].part in {"NOUN", "PROPN"} for i in range(index))
        for index, word in enumerate(sentence.words)
        if index != pronoun
    )


def _names(sentence: ParsedSentence) -> Iterator[tuple[int, str, Sort]]:
    """Every noun of a sentence with what belongs to it, and what it is; a name in the middle keeps its small letter."""
    for index, word in enumerate(sentence.words):
        is_noun = word.part in {"NOUN", "PROPN"} and word.role not in {"compound", "npadvmod", "nmod", "appos", "attr"}
        if not is_noun or is_time(sentence, index):
            continue
        text = _phrase(sentence, index)
        if text is not None:
            yield index, text, sort_of(sentence, index)


def _phrase(sentence: ParsedSentence, index: int) -> str | None:
    """A noun with its article and adjectives, as it stands; None for "a clock", which is not known without it."""
    kept = [
        i
        for i in sentence.children(index)
        if i < index and sentence.words[i].role in {"det", "amod", "compound", "nummod", "poss", "nmod"}
    ]
    if any(sentence.words[i].role == "det" and sentence.low(i) not in _ARTICLES for i in kept):
        return None  # "some links" are not all of them
    if sentence.child(index, "conj") is not None or sentence.words[index].role == "conj":
        return None  # "the sun" alone is not the sun and the moon
    first = min([index, *(min(sentence.subtree(i) or (i,)) for i in kept)])
    words = [sentence.at(i) for i in range(first, index + 1)]
    if len(words) > _LONGEST_NAME:
        return None
    if words[0].lower() in {"a", "an"}:
        return None
    if first == 0 and sentence.words[0].part != "PROPN":
        words[0] = words[0][:1].lower() + words[0][1:]
    start = sentence.words[first].start
    return words[0] + sentence.text[start + len(sentence.at(first)) : sentence.words[index].end]


def sort_of(sentence: ParsedSentence, index: int) -> Sort:
    word = sentence.words[index]
    parsed_several = word.tag == "NNS" or (word.tag == "NNPS" and sentence.child(index, "det") is not None)
    if parsed_several or sentence.child(index, "conj") is not None:
        return "several"
    return "person" if is_person(sentence, index) else "thing"


def is_person(sentence: ParsedSentence, index: int) -> bool:
    """Whether a noun is a person, by what it is called or does; a name of one word alone is nobody's for certain."""
    word = sentence.words[index]
    appositions = (sentence.words[i].lemma for i in sentence.children(index) if sentence.words[i].role == "appos")
    if word.lemma in PEOPLE or any(lemma in PEOPLE for lemma in appositions):
        return True
    if sentence.child(index, "det") is not None or sentence.low(word.head) in {"at", "in", "near", "inside", "outside"}:
        return False  # "at the Corn Hall"
    says = sentence.words[word.head].lemma in {"say", "tell", "write", "think", "know", "want", "remember", "marry"}
    full_name = word.part == "PROPN" and any(
        sentence.words[i].role == "compound" and sentence.words[i].part == "PROPN" for i in sentence.children(index)
    )
    return word.part == "PROPN" and (full_name or (says and word.role == "nsubj"))
