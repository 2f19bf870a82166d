"""How a post is built, by rules that a person can check: the first that holds names it.

link post      a link, and fewer than 12 words beside it
list           two lines or more begin with a bullet, a number or an emoji
thread         it says so: "1/", "1/7" or 🧵
question       its first sentence asks
quotation      it begins in quotation marks
definition     a head of up to 4 words, then a colon, or ", n." and the like
story          it says when it was, and tells of "I" or "we"
one-liner      one line, one sentence
lines          several lines
paragraph      one line, several sentences
"""

from __future__ import annotations

import re

from automagic.data import words
from automagic.language.style.tokens import EMOJI, LINK, MENTION, TAG, split_style_words

_FEW_WORDS = 12
_ITEM = re.compile(rf"[ \t]*(?:[-*•–▪▸→✓✔]\s|\(?\d{{1,2}}[.)]\s|{EMOJI.pattern})")
_THREAD = re.compile(r"🧵|(?<![\d/])1/(?:\d{1,2})?(?![\d/])")
_ENDS, _CLOSING = tuple(".!?…。！？"), '"”’»)]'
_SENTENCE_END = re.compile(r"([.!?…。！？][.!?…。！？]*)[\"”’»)\]]*(?:\s+|$|(?<=[。！？]))")
_HEAD = re.compile(r"([^:,.!?\n]{1,60}+)(?::\s|, (?:n|v|v\.i|v\.t|adj|adv|pp|p\.p|interj|pron|prep|conj|x)\.)")
_HEAD_WORDS = 4
_QUOTES = frozenset('"“„«')
_THEN = tuple(words("style")["then"])
TOLD_BY = frozenset(words("style")["told_by"])
"""Of whom a story tells."""

TOLD_WHEN = frozenset(phrase.split()[0] for phrase in _THEN)
"""With what the words begin that say when it was."""


def structure_of(text: str, masked: str, *, told: bool = True, sentences: int = 0) -> str:  # noqa: PLR0911 - a rule each
    """The structure of a post, as this module lists them.

    Args:
        masked: `mask(text)`, which whoever looks at many posts has already.
        told: False where it is known to have none of the words `TOLD_BY`, or of `TOLD_WHEN`.
        sentences: `count_sentences(text)`, where it is known.
    """
    text = text.strip()
    several = "\n" in text
    if "://" in text and len(split_style_words(masked)) < _FEW_WORDS:
        return "link post"
    if several and sum(_ITEM.match(line) is not None for line in text.split("\n")) > 1:
        return "list"
    if ("/" in text or "🧵" in text) and _THREAD.search(text):
        return "thread"
    if "#" in text or "@" in text or "://" in text:
        bare = TAG.sub(" ", MENTION.sub(" ", LINK.sub(" ", text))).strip()
    else:
        bare = text
    if ("?" in bare or "？" in bare) and (end := _SENTENCE_END.search(bare)) and ("?" in end[1] or "？" in end[1]):
        return "question"
    if bare[:1] in _QUOTES:
        return "quotation"
    if (head := _HEAD.match(bare)) and len(head[1].split()) <= _HEAD_WORDS:
        return "definition"
    if told and _is_story(masked):
        return "story"
    if several:
        return "lines"
    if bare is not text or not sentences:
        sentences = count_sentences(bare)
    return "one-liner" if sentences <= 1 else "paragraph"


def _is_story(masked: str) -> bool:
    folded = masked.lower()
    if not any(phrase in folded for phrase in _THEN):
        return False
    said = split_style_words(folded)
    spoken = f" {' '.join(said)} "
    return not TOLD_BY.isdisjoint(said) and any(f" {phrase} " in spoken for phrase in _THEN)


def count_sentences(text: str) -> int:
    """How many sentences end in `text`, by its marks; what ends without one counts as one."""
    ends_with_mark = text.rstrip().rstrip(_CLOSING).endswith(_ENDS)
    return len(_SENTENCE_END.findall(text)) + (not ends_with_mark)
