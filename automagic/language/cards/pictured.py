"""Which things of a card a picture may show: those that it names itself, that there are, and that are meant.

"It floats like a cork, without a pump, and the fan heater rose."   no cork (a simile), no pump (denied), no fan (a
kind of heater), no rose (a verb): the heater
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from automagic.data import words
from automagic.language.cards.shown import locate, pieces_of
from automagic.language.syntax.shorten import NEGATIONS
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence
from automagic.language.text.sentences import primary_tag
from automagic.values.script import Card

_WORDS = words("cards")
_HOMOGRAPHS: dict[str, list[str]] = _WORDS["homographs"]
_TURNING = frozenset(_WORDS["turning"])
_TURNING_OF: dict[str, list[str]] = _WORDS["turning_of"]
_UNCOUNTED = frozenset(_WORDS["uncounted"])
_UNREAL = frozenset(_WORDS["unreal"])
_MODIFIERS = frozenset({"compound", "amod", "nmod", "poss", "npadvmod", "nummod"})
_LEADING = SUBJECTS | {"ROOT", "dobj", "attr"}
_NEAR = 2
"""How many words on each side tell in which sense a word is meant."""
_COMPARING = 4
"""Words between the two of "as dry as a bone", at most."""
_SIGN = re.compile(r"[$€£¥₹]")


def pictured_things(card: Card, sentences: Sequence[ParsedSentence], language: str) -> tuple[str, ...]:
    """What the card itself names that a picture may show, most telling first, and the money that it counts in.

    Args:
        card: Its headline, entries and figures count; what is only in its second line does not.
        sentences: The trees of those that it is of.
        language: BCP-47; of other languages than English every word counts, unless one may turn the meaning of all.

    Returns:
        For each thing its dictionary form with the word before it, then alone ("washing machine", "machine"), names
        and words without a tree as they are written, and the sign of a currency.
    """
    if {piece for piece, _, _ in pieces_of(card.kicker)} & NEGATIONS or "n't" in card.kicker.replace("’", "'"):
        return ()  # "What we don't take"
    texts = [card.headline, *card.items, *card.sides]
    texts += [f"{figure.prefix}{figure.value} {figure.unit}" for figure in card.figures]
    texts += [figure.label for figure in card.figures]
    shown = [text for text in texts if text.strip()]
    if primary_tag(language) == "en":
        named = [name for sentence in sentences for name in _things_of(shown, card.accent, sentence)]
        things = sorted(named, key=_is_sign)
    else:
        written = [word for text in shown for word in _written(text)]
        turning = frozenset(_TURNING_OF.get(primary_tag(language), written))
        things = [] if turning & {word.casefold() for word in written} else written
        things += _SIGN.findall(" ".join(shown))
    signs = set(filter(_is_sign, things))
    return tuple(dict.fromkeys(thing for thing in things if len(signs) == 1 or thing not in signs))


def _written(text: str) -> Iterator[str]:
    """The words of a text; the first, which may owe its capital to its place, in small letters too."""
    for count, word in enumerate(re.findall(r"[^\W\d_]+", text)):
        yield word
        if not count:
            yield word.lower()


def _is_sign(thing: str) -> bool:
    return _SIGN.fullmatch(thing) is not None


def _things_of(shown: Sequence[str], accent: str, sentence: ParsedSentence) -> Iterator[str]:
    """The names of what the sentence has that `shown` says."""
    inside = {index for text in shown for index in locate(text, sentence) or ()}
    stressed = {piece for piece, _, _ in pieces_of(accent)}

    def rank(index: int) -> tuple[bool, bool, int]:
        return sentence.low(index) not in stressed, sentence.words[index].role not in _LEADING, index

    for index in sorted(inside - _turned(sentence), key=rank):
        if _is_sum(sentence, index):
            yield sentence.at(index)
        elif _is_thing(sentence, index):
            lemma = sentence.words[index].lemma
            if index:
                yield f"{sentence.low(index - 1)} {lemma}"
            yield sentence.at(index) if sentence.at(index)[0].isupper() and index else lemma


def _is_thing(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word is a noun, no part of another's name, and meant as it is drawn."""
    word = sentence.words[index]
    if word.part not in {"NOUN", "PROPN"} or word.role in _MODIFIERS or _may_be_name(sentence, index):
        return False
    if word.part == "PROPN" and any(sentence.words[i].role == "compound" for i in sentence.children(index)):
        return False
    around = range(max(0, index - _NEAR), min(len(sentence.words), index + _NEAR + 1))
    near = {sentence.low(i) for i in around if i != index} | {sentence.words[i].lemma for i in around if i != index}
    joined = index + 1 < len(sentence.words) and sentence.at(index + 1) in {"-", "–"}
    return not joined and not near & {*_UNREAL, *_HOMOGRAPHS.get(word.lemma, ())}


def _may_be_name(sentence: ParsedSentence, index: int) -> bool:
    """Whether a first word may owe its capital to more than its place: "▸ Bell refused", not "▸ Bread needs time"."""
    word = sentence.words[index]
    first = not any(sentence.words[i].part != "PUNCT" for i in range(index))
    return first and word.role in SUBJECTS and word.tag in {"NN", "NNP"} and word.lemma not in _UNCOUNTED


def _is_sum(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word is the sign of a sum that stands for itself: "it costs ▸ £22", not "a £220 coat"."""
    if not _is_sign(sentence.at(index)):
        return False
    while sentence.words[index].part in {"SYM", "NUM"} and sentence.words[index].role in _MODIFIERS | {"quantmod"}:
        index = sentence.words[index].head
    return sentence.words[index].part not in {"NOUN", "PROPN"}


def _turned(sentence: ParsedSentence) -> set[int]:
    """The words that stand for what there is not, or for what something is only compared with."""
    turned: set[int] = set()
    for index in range(len(sentence.words)):
        if sentence.low(index) in NEGATIONS and not _is_number(sentence, index):
            turned.update(_denied_by(sentence, index))
        if _turns(sentence, index):
            ends = (i for i in range(index + 1, len(sentence.words)) if sentence.is_punctuation(i, ",;:.–—()"))
            turned.update(range(index, next(ends, len(sentence.words))))
    return turned


def _is_number(sentence: ParsedSentence, index: int) -> bool:
    """Whether "No." counts: "No. 6"."""
    return re.match(r"No\.? ?\d", sentence.text[sentence.words[index].start :]) is not None


def _turns(sentence: ParsedSentence, index: int) -> bool:
    low, word = sentence.low(index), sentence.words[index]
    if low == "as":
        before = {sentence.low(i) for i in range(max(0, index - _COMPARING), index)}
        after = sentence.low(index + 1) if index + 1 < len(sentence.words) else ""
        return word.role == "prep" or "as" in before or after in {"if", "though"}
    return (low in _TURNING or word.lemma in _TURNING) and not (low == "like" and word.part == "VERB")


def _denied_by(sentence: ParsedSentence, index: int) -> Iterator[int]:
    """The words of the clause that a denial stands in, and of what hangs on it; not those of a clause beside it."""
    top = index
    for above in sentence.ancestors(index):
        top = above
        if sentence.words[above].part in {"VERB", "AUX"}:
            break
    for word in range(len(sentence.words)):
        at = word
        while at != top and sentence.words[at].head != at and not _is_beside(sentence, at):
            at = sentence.words[at].head
        if at == top:
            yield word


def _is_beside(sentence: ParsedSentence, index: int) -> bool:
    """Whether a clause with a subject of its own is joined to another: "It does not leak, ▸ so we kept the filter"."""
    own = sentence.words[index]
    return own.role in {"conj", "parataxis"} and sentence.child(index, *SUBJECTS) is not None
