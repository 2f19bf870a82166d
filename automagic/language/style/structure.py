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
from collections.abc import Callable, Sequence

from automagic.data import words
from automagic.language.style.tokens import EMOJI, LINK, MENTION, TAG

_FEW_WORDS = 12
_ITEM = re.compile(rf"[ \t]*(?:[-*•–▪▸→✓✔]\s|\(?\d{{1,2}}[.)]\s|{EMOJI.pattern})")
_THREAD = re.compile(r"🧵|(?<![\d/])1/(?:\d{1,2})?(?![\d/])")
_SENTENCE_END = re.compile(r"([.!?…。！？]+)[\"”’»)\]]*(?:\s+|$|(?<=[。！？]))")
_HEAD = re.compile(r"([^:,.!?\n]{1,60})(?::\s|, (?:n|v|v\.i|v\.t|adj|adv|pp|p\.p|interj|pron|prep|conj|x)\.)")
_HEAD_WORDS = 4
_THEN = tuple(f" {phrase} " for phrase in words("style")["then"])
_TOLD_BY = frozenset(words("style")["told_by"])


def structure_of(text: str, said: Sequence[str]) -> str:
    """The structure of a post, as this module lists them.

    Args:
        said: `split_style_words(mask(text))`, which whoever looks at many posts has already.
    """
    text = text.strip()
    if "#" in text or "@" in text or "://" in text:
        bare = TAG.sub(" ", MENTION.sub(" ", LINK.sub(" ", text))).strip()
    else:
        bare = text
    return next((name for name, holds in _RULES if holds(text, bare, said)), "paragraph")


def _is_list(text: str, _: str, __: Sequence[str]) -> bool:
    return "\n" in text and sum(_ITEM.match(line) is not None for line in text.split("\n")) > 1


def _is_question(_: str, bare: str, __: Sequence[str]) -> bool:
    end = _SENTENCE_END.search(bare) if "?" in bare or "？" in bare else None
    return end is not None and ("?" in end[1] or "？" in end[1])


def _is_definition(_: str, bare: str, __: Sequence[str]) -> bool:
    head = _HEAD.match(bare)
    return head is not None and len(head[1].split()) <= _HEAD_WORDS


def _is_story(_: str, __: str, said: Sequence[str]) -> bool:
    if _TOLD_BY.isdisjoint(said):
        return False
    spoken = f" {' '.join(said)} "
    return any(phrase in spoken for phrase in _THEN)


_RULES: tuple[tuple[str, Callable[[str, str, Sequence[str]], bool]], ...] = (
    ("link post", lambda text, _, said: "://" in text and len(said) < _FEW_WORDS),
    ("list", _is_list),
    ("thread", lambda text, _, __: ("/" in text or "🧵" in text) and _THREAD.search(text) is not None),
    ("question", _is_question),
    ("quotation", lambda _, bare, __: bare[:1] in {'"', "“", "„", "«"}),
    ("definition", _is_definition),
    ("story", _is_story),
    ("one-liner", lambda text, bare, _: "\n" not in text and count_sentences(bare) <= 1),
    ("lines", lambda text, _, __: "\n" in text),
)


def count_sentences(text: str) -> int:
    """How many sentences end in `text`, by its marks; what ends without one counts as one."""
    ends = list(_SENTENCE_END.finditer(text))
    return len(ends) + (not ends or ends[-1].end() < len(text.rstrip()))
