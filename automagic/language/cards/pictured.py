"""Which words of a sentence a picture may show.

"It floats like a cork, without a pump, and the price rose."   no cork (a simile), no pump (denied), no rose (a verb)
"""

from __future__ import annotations

from collections.abc import Sequence

from automagic.data import words
from automagic.language.cards.branches import DENIALS
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.lexicon import bare

_HOMOGRAPHS: dict[str, dict[str, str | list[str]]] = words("cards")["homographs"]
_SIMILES = frozenset(words("cards")["similes"])
_NEAR = 2
"""How many words on each side tell in which sense a word is meant."""


def pictured_text(text: str, sentences: Sequence[ParsedSentence]) -> str:
    """`text` without the words that no picture may stand for, by the trees of the sentences that it is of."""
    unfit = {
        sentence.low(index)
        for sentence in sentences
        for index in range(len(sentence.words))
        if _is_unfit_word(sentence, index)
    }
    return " ".join(word for word in text.split() if bare(word) not in unfit) if unfit else text


def is_unfit(icon: str, sentence: ParsedSentence) -> bool:
    """Whether an icon's name stands for a word of the sentence that no picture may show, and for no other of it."""
    parts = set(icon.split("-"))
    named = [i for i, word in enumerate(sentence.words) if word.lemma in parts or sentence.low(i) in parts]
    return bool(named) and all(_is_unfit_word(sentence, index) for index in named)


def _is_unfit_word(sentence: ParsedSentence, index: int) -> bool:
    return _is_denied(sentence, index) or _is_simile(sentence, index) or _has_other_sense(sentence, index)


def _is_denied(sentence: ParsedSentence, index: int) -> bool:
    """Whether there is none of what a word names: "no cars", "without a pump", "does not use a pump"."""
    own = [sentence.low(child) for child in sentence.children(index)]
    if {"no", "neither", "nor"} & set(own) and sentence.words[index].part in {"NOUN", "PROPN"}:
        return True
    if sentence.words[index].role == "conj" and _is_denied(sentence, sentence.words[index].head):
        return True
    if sentence.words[index].role in {"compound", "amod"} and _is_denied(sentence, sentence.words[index].head):
        return True
    for above in sentence.ancestors(index):
        low = sentence.low(above)
        if low in {"without", "except", "instead"}:
            return True
        if sentence.words[above].part in {"VERB", "AUX"}:
            denied = any(sentence.low(child) in DENIALS - {"only"} for child in sentence.children(above))
            return denied and sentence.words[index].role in {"dobj", "attr", "pobj", "conj"}
    return False


def _is_simile(sentence: ParsedSentence, index: int) -> bool:
    """Whether a word stands for what something is like: "floats like a cork", "dry as a bone"."""
    for above in sentence.ancestors(index):
        if sentence.low(above) in _SIMILES and sentence.words[above].part in {"ADP", "SCONJ"}:
            return True
        compares = sentence.low(above) == "as" and sentence.words[above].part == "ADP"
        if compares and sentence.words[sentence.words[above].head].part in {"ADJ", "ADV"}:
            return True
        if sentence.words[above].part in {"VERB", "AUX"}:
            return False
    return False


def _has_other_sense(sentence: ParsedSentence, index: int) -> bool:
    word = sentence.words[index]
    sense = _HOMOGRAPHS.get(word.lemma) or _HOMOGRAPHS.get(sentence.low(index))
    if sense is None:
        return False
    around = range(max(0, index - _NEAR), min(len(sentence.words), index + _NEAR + 1))
    near = {sentence.low(i) for i in around if i != index} | {sentence.words[i].lemma for i in around if i != index}
    return word.part != sense["part"] or bool(near & set(sense["near"]))
