"""Which English sentences lean on what stands before them: "However, this ...", "She ...", "Bell refused."."""

from __future__ import annotations

import re

from automagic.language.syntax.leaning import answers, is_incomplete
from automagic.language.syntax.references import (
    PEOPLE,
    is_about_person,
    is_time,
    loose_pronoun,
    may_be_person,
    points_back,
)
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.grammar import tag_words
from automagic.language.text.lexicon import bare
from automagic.language.text.sentences import split_words
from automagic.language.text.signs import peel

_CONNECTIVE = re.compile(
    r"^(?:however|but|and|so|or|nor|yet|therefore|thus|hence|moreover|furthermore|also|besides|in addition|"
    r"as a result|consequently|for (?:example|instance)|instead|meanwhile|then|still|similarly|likewise|otherwise|"
    r"nevertheless|nonetheless|in contrast|by contrast|in other words|that said|at the same time|even so|after that|"
    r"afterwards?|as such|in turn|in fact|indeed|additionally|conversely|on the other hand|"
    r"again|finally|next|second(?:ly)?|"
    r"third(?:ly)?|here|there,|later|since then|by then|even then|too|rather|accordingly|in this way|in that case|"
    r"of course|namely|specifically|in particular|the same|the other|another|others|"
    r"neither|each|some of|most of these|(?:one|all|none|many|most|two) of (?:them|these|those))"
    r"\b,?\s*",
    re.IGNORECASE,
)
# Connectives that close a text well and need nothing before them.
CONCLUSIVE = re.compile(
    r"^(?:in (?:short|the end|conclusion|summary|sum|a nutshell)|ultimately|overall|all in all|to sum up|"
    r"the (?:bottom line|takeaway|lesson|point)|above all|remember)\b",
    re.IGNORECASE,
)
# A noun presented as known that only the sentence before can have introduced, and words that answer or add to it.
_ANAPHORIC = re.compile(
    r"^(?:the|that|this) (?:\w+ )?(?:differences?|results?|reasons?|effects?|process(?:es)?|outcomes?|consequences?|"
    r"causes?|problems?|solutions?|answers?|change|pattern|trick|idea|method|same|others?|second|third|latter|former|"
    r"two|three|rest)\b(?! (?:of|between|that|to|for|why|in|with|from|is that|are that)\b)|"
    r"^(?:the (?:second|latter|former|others?|rest)|both)\b(?! (?:of (?:the|all|my|our)\b|(?:the |an? )?\w+ and\b))|"
    r"^(?:at least|too|in return|still|that is why|this is why|even then|even so|worse|better still|on top of that)\b|"
    r"^[^,]{1,40}, (?:at least|too|in return|however|though|instead|by contrast|in turn|on the other hand|for example|"
    r"meanwhile|therefore|then|as well)[,.]|"
    r",? (?:too|as well)[.!]?$|^(?:\w+ ){1,4}also\b|"
    r"^(?:\w+ ){1,4}(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would)(?: not|n't)?[.!]$",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"^it (?:is|was|takes|took|turns|turned|seems|appears|'s|can be|may be|would be|"
    r"has been)\b.{0,40}?\b(?:that|to|who|"
    r"how|why|whether|for|clear|when|easy|hard|possible)\b",
    re.IGNORECASE,
)
# Who says it stands before it: no word is outside the quotation marks.
_BARE_QUOTE = re.compile(r"\"[^\"]*\"[.!?]?|“[^“”]*”[.!?]?|«[^«»]*»[.!?]?")
_PERSON = frozenset({"he", "she", "him", "her", "his", "hers", "himself", "herself"})
_THING = frozenset({"it", "its", "they", "them", "their", "theirs", "itself", "themselves"})
_PRESENT = frozenset(
    [
        "year", "month", "week", "morning", "summer", "winter", "spring", "autumn", "fall", "century",
        "decade", "days", "time",
    ]
)  # fmt: skip
_POINTING = frozenset({"this", "that", "these", "those", "such"})
_PEOPLE_NOUNS = re.compile(
    r"(?:man|woman|boy|girl|mother|father|king|queen|president|teacher|doctor|child|wife|husband|son|daughter|sister|"
    r"brother|person|\w+(?:ist|ician|eer|or|er|ian|ant))\Z",
    re.IGNORECASE,
)


def leans_on_name(text: str, tree: ParsedSentence) -> bool:
    """Whether nothing but a "he" or "she" makes an English sentence lean: it needs the name, not what came between."""
    body = text.lstrip("“\"'‘(")
    linked = _CONNECTIVE.match(body) or _ANAPHORIC.search(body)
    tied = linked or points_back(tree) or answers(tree) or is_incomplete(tree)
    return not tied and is_about_person(tree)


def names_somebody(tree: ParsedSentence) -> bool:
    """Whether "he" or "she" in a later sentence may be somebody of this one: any name, any noun for a person."""
    return any(
        (may_be_person(word) or word.lemma in PEOPLE) and not is_time(tree, index)
        for index, word in enumerate(tree.words)
    )


def leans_on_previous(text: str, tree: ParsedSentence | None = None) -> bool:
    """Whether an English sentence refers to something that only the sentence before it can name."""
    if CONCLUSIVE.match(text):
        return False
    body = text.lstrip("“\"'‘(")
    if _CONNECTIVE.match(body) or _ANAPHORIC.search(body) or _BARE_QUOTE.fullmatch(text):
        return True
    if tree is not None:
        return loose_pronoun(tree) is not None or points_back(tree) or answers(tree) or is_incomplete(tree)
    if _EXPLETIVE.match(body):
        return False
    words = split_words(body)
    tags = tag_words(words)
    first = bare(words[0])
    if first in _POINTING and not (first == "that" and tags[0].startswith("CJT")):
        return True
    return _has_loose_pronoun(words, tags)


def _points_away(words: tuple[str, ...], tags: tuple[str, ...], index: int) -> bool:
    """ "60% of that sum", "measured this ▸ in 2018": what is meant stands in another sentence; "this year" is now."""
    after = index + 1
    if after >= len(words) or tags[after].startswith(("PRP", "CJ", "AV")):
        return bare(words[index]) in {"this", "these"} and bare(words[index - 1]) != "like"
    return tags[after].startswith(("N", "AJ")) and bare(words[after]) not in _PRESENT


def _has_loose_pronoun(words: tuple[str, ...], tags: tuple[str, ...]) -> bool:
    """A pronoun before any noun of its own sentence, or a "she" before any person."""
    noun_seen = person_seen = False
    for index, (word, tag) in enumerate(zip(words, tags, strict=True)):
        low = bare(word).split("'")[0]
        if low in _PERSON and not person_seen:
            return True
        if low in _THING and not noun_seen:
            return True
        core = peel(word)[1]
        if tag.startswith("N") or (core.endswith(("'s", "’s")) and index):
            noun_seen = True
            person_seen = person_seen or tag.startswith("NP0") or core[:1].isupper() or bool(_PEOPLE_NOUNS.match(core))
        elif low in _POINTING and tag.startswith("DT0") and _points_away(words, tags, index):
            return True
        elif tag.startswith(("PNI", "DTQ", "PNQ")) or low in {"you", "we", "i", "one", "those"}:
            noun_seen = person_seen = True
    return False
