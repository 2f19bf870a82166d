"""How well a sentence tells, opens and closes. Scores are products of small reasons, each named here.

The reasons come from how short videos are watched: the first two seconds decide, one idea a sentence, fewer than twenty
words for the ear, a takeaway at the end.
"""

from __future__ import annotations

import re

from automagic.language.text.lexicon import NUMBER_WORDS
from automagic.providers.local.extract.filter import CONCLUSIVE, UsableSentence

_TELLING = (NUMBER_WORDS - {"zero", "one"}) | {"twice", "double", "doubled", "tripled"}
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(sorted(_TELLING))})s?\b", re.IGNORECASE)
_BARE_DATE = re.compile(
    r"^(?:on|in|by|since) (?:\w+day|january|february|march|april|may|june|july|august|september|"
    r"october|november|december|"
    r"\d{4})\b|^(?:last|this) (?:week|month|year|\w+day)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:but|yet|instead of|rather than|not (?:just|only|because)|even though|although|"
    r"despite|whereas|unlike|more than|"
    r"less than|fewer than|too (?:much|many|little|few)|without)\b|, not\b|\bn[o']t\b.*\bbut\b",
    re.IGNORECASE,
)
_SURPRISE = re.compile(
    r"\b(?:never|nobody|no one|only|most|first|largest|biggest|smallest|fastest|oldest|worst|"
    r"best|every|secret|myth|wrong|"
    r"surprising(?:ly)?|actually|mistake|impossible|forget|alone|entire|almost|nearly|twice|cannot|can't|still|"
    r"dies?|killed|lost|vanish(?:ed)?|disappear(?:ed)?|world)\b",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(
    r"\b(?:excited|thrilled|proud|pleased|delighted|happy) to\b|\btoday,? we\b|\bwe(?:'re|"
    r" are) (?:announcing|launching)|"
    r"\bwelcome\b|\bthank(?:s| you)\b|\bintroduc(?:e|es|ing)\b",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(r"\b(?:said|says|told|according to|added|explained|noted)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I've|my|me)\b")
# Fine inside a text, weak where it is cut out of one.
_LOOKS_BACK = re.compile(r"\b(?:also|too\.|as well|again|the (?:old|new|other|same|second) \w+)\b", re.IGNORECASE)
_YOU = re.compile(r"\byour?\b", re.IGNORECASE)
_TAKEAWAY = re.compile(
    r"\b(?:means?|should|must|need to|matters?|worth|lesson|future|remember|point is|"
    r"bottom line|makes? a difference|"
    r"the (?:best|simplest|real|only) (?:way|thing|answer|reason)|in other words|the question)\b",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"\b(?:kill\w*|die[sd]?|dead|doom\w*|strangl\w+|starv\w+|fail\w*|lose[s]?|mistakes?|damag\w+|destroy\w*|rots?)\b",
    re.IGNORECASE,
)
_PEDANTIC = re.compile(r"\([^)]{12,}\)|;|\b(?:respectively|et al|i\.e|e\.g|inter alia|viz)\b", re.IGNORECASE)


def brevity(spoken_words: int) -> float:
    """1 for 8 to 18 words as spoken; less for a stub, and steadily less above, 0.2 from 40 on."""
    if spoken_words < 8:
        return 0.7 + 0.3 * spoken_words / 8
    if spoken_words <= 18:
        return 1.0
    return max(0.2, 1.0 - 0.035 * (spoken_words - 18) - (0.15 if spoken_words > 28 else 0.0))


def worth(sentence: UsableSentence, *, centrality: float, on_topic: float, position: float) -> float:
    """How much the sentence is worth telling, about 0..1.5.

    Args:
        sentence: The sentence.
        centrality: LexRank, 0..1.
        on_topic: Likeness to the title, 0..1.
        position: 0 at the start of the document, 1 at its end.
    """
    score = 0.35 + 0.65 * centrality + 0.5 * on_topic + (0.3 if position == 0.0 else 0.15 * (1.0 - position))
    if _NUMBER.search(sentence.text):
        score *= 1.1
    if _CONTRAST.search(sentence.text):
        score *= 1.08
    if _PEDANTIC.search(sentence.text):
        score *= 0.7
    if _ANNOUNCEMENT.search(sentence.text):
        score *= 0.2
    if _FIRST_PERSON.search(sentence.text) or _LOOKS_BACK.search(sentence.text):
        score *= 0.75
    if sentence.text.endswith("?"):
        score *= 0.85
    return score * brevity(sentence.spoken_words)


def opening_score(sentence: UsableSentence, *, worth: float, on_topic: float, position: float) -> float:
    """How well it opens: 0 when it leans on another sentence."""
    text = sentence.text
    if sentence.leans or CONCLUSIVE.match(text):
        return 0.0
    score = worth + 0.3 * on_topic
    if _NUMBER.search(text) and not _BARE_DATE.match(text):
        score *= 1.3
    if _CONTRAST.search(text):
        score *= 1.2
    if _SURPRISE.search(text):
        score *= 1.2
    if text.endswith("?"):
        score *= 1.35
    if _YOU.search(text):
        score *= 1.1
    for pattern, factor in (
        (_BARE_DATE, 0.6),
        (_ANNOUNCEMENT, 0.4),
        (_ATTRIBUTION, 0.75),
        (_FIRST_PERSON, 0.7),
        (_LOOKS_BACK, 0.6),
    ):
        if pattern.search(text):
            score *= factor
    if sentence.spoken_words > 20:
        score *= 0.7
    if sentence.spoken_words < 6:
        score *= 0.75
    if sentence.commands:
        score *= 0.7
    if sentence.definite:
        score *= 0.5
    # What stands late was written for readers who know the rest.
    return score * (1.15 - 0.4 * position)


def closing_score(sentence: UsableSentence, *, worth: float, position: float) -> float:
    """How well it closes: 0 before the last third, and 0 when it leans on another sentence."""
    text = sentence.text
    if sentence.leans or position < 0.6 or text.endswith("?"):
        return 0.0
    score = (0.5 + 0.5 * worth) * (0.4 + position)
    if CONCLUSIVE.match(text):
        score *= 1.8
    if _TAKEAWAY.search(text):
        score *= 1.3
    if _NUMBER.search(text) or _ATTRIBUTION.search(text):
        score *= 0.8
    if _ANNOUNCEMENT.search(text) or _FIRST_PERSON.search(text):
        score *= 0.6
    if _HARM.search(text):  # a warning is no farewell
        score *= 0.6
    if sentence.past:  # a takeaway holds today
        score *= 0.7
    if position == 1.0:  # what the author chose to end on
        score *= 1.4
    return score * brevity(sentence.spoken_words)
