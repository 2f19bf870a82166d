"""How likely an editor would list what a sentence says among the facts that its text exists for."""

from __future__ import annotations

import math
import re

from automagic.language.kinds.contracts import words_for
from automagic.language.kinds.recognise import DATE, MONEY
from automagic.language.syntax.tree import ParsedSentence
from automagic.providers.local.extract.filter import UsableSentence

_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|my|me|[Ww]e|[Oo]ur|ich|mein\w*|je|mon|ma|yo|mi|io|mio|eu|meu)\b")
_QUOTED = re.compile(r"[\"“”«»„]")
_FIGURE = re.compile(r"(?<![\w.,])[$€£]?\d[\d.,:]*")
_ABOUT_THE_TEXT = re.compile(
    r"\b(?:let me|I would like to|here(?:'s| is) (?:how|what|why)|that is all|you know what|as I said|to be honest|"
    r"there are (?:two|three|four|five|six|seven|several|some) (?:parts|things|ways|reasons|kinds|rules|steps)(?=\.)|"
    r"we all know|thanks? for|writes about|is a (?:freelance|writer|columnist|journalist|reporter)|commission)\b",
    re.IGNORECASE,
)


def worth_of(sentence: UsableSentence, tree: ParsedSentence | None, central: float, on_topic: float, tag: str) -> float:
    """How much it is worth telling, 0..1, by its words, its figures and its place.

    Args:
        central: How like the text's other sentences it is, 0..1.
        on_topic: How like the title it is, 0..1.
        tag: The language.

    A logistic regression over the sentences of texts with such lists, its weights rounded.
    """
    text = sentence.text
    figures = len(_FIGURE.findall(text))
    spelled = tree is not None and any(word.part == "NUM" for word in tree.words)
    score = (
        -2.2
        + 0.06 * sentence.words
        + 0.5 * (figures > 0 or spelled)
        + (0.0, 0.2, 0.7)[min(2, figures)]
        + 0.6 * bool(DATE.search(text))
        + 0.4 * bool(MONEY.search(text))
        + 0.5 * _plays("extreme", text, tag)
        + 0.35 * (":" in text)
        + 0.6 * sentence.commands
        + 0.3 * (sentence.position == 0)
        + 0.5 * central
        + 0.3 * on_topic
        - 0.8 * bool(_QUOTED.search(text))
        - 0.6 * bool(_FIRST_PERSON.search(text))
        - 0.4 * _plays("pointing", text, tag)
        - 1.5 * text.endswith("?")
        - 1.5 * bool(_ABOUT_THE_TEXT.search(text))
    )
    return 1.0 / (1.0 + math.exp(-score))


def _plays(role: str, text: str, tag: str) -> bool:
    pattern = words_for(role, tag)
    return pattern is not None and bool(pattern.search(text))
