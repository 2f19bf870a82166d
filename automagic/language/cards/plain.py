"""A sentence of which no tree is known, cut where its marks cut it; nothing else shows where a cut would be true.

Reúna tres documentos: el DNI o NIE, el permiso de circulación y el último recibo.  ──▶  Reúna tres documentos
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from automagic.data import words
from automagic.language.cards.shown import parts_words
from automagic.language.cards.tokens import tokens_of
from automagic.language.text.lexicon import PREPOSITIONS, SUBORDINATORS
from automagic.language.text.sentences import primary_tag

_TAKES_BACK = frozenset([*words("syntax")["takes_back"], *words("syntax")["binding"]])
_SHORT, _LONGEST = 8, 14
_LEAST_BEFORE, _LEAST_BEFORE_COMMA, _LEAST_IN_LIST = 3, 4, 3
"""Words before a mark that say something: what a comma parts is often no more than a time, a place or an item."""
_MARKS = re.compile(r"[,;:](?=\s)|\s[–—](?=\s)|—")
_LINKS = re.compile(r"[,;:–—]|\s(?:and|or|und|oder|et|ou|y|e|o|en|of)\s")
_JOINT = re.compile(r"\A(?:and|but|so|because|although|though|while|whereas)\s+(?=\S)")
"""What joins a part of a sentence, which begins in small letters, to the part before it."""
_ASIDE = re.compile(r"\s(?:and|but|or|that|und|oder|y|o|e|et|ou),")
"""Behind these a comma opens an aside, and the next one closes it."""
_WRAPPED = re.compile(r"»([^»«]+)«|«([^»«]+)»|„([^„“]+)“|“([^“”]+)”")


def plain_forms(text: str, language: str) -> Iterator[str]:
    """The sentence up to its first marks, the shortest form first, then the whole; a short one is never cut."""
    if primary_tag(language) == "en":
        text = _JOINT.sub("", text)
    whole = phrase_of(text)
    opener = whole.split(" ", 1)[0].lower()
    leads_in = primary_tag(language) == "en" and opener in PREPOSITIONS | SUBORDINATORS
    if len(tokens_of(text, language)) > _SHORT:
        for match in _MARKS.finditer(text):
            form, comma = text[: match.start()], match[0] == ","
            if not parts_words(text, match.end() - 1) or _ASIDE.search(form):
                continue
            behind = text[match.end() :].split()
            if behind and behind[0].lower() in _TAKES_BACK:
                continue
            count = len(tokens_of(form, language))
            if comma and (leads_in or count < _LEAST_BEFORE_COMMA or _is_in_list(text, match.start())):
                continue
            if _LEAST_BEFORE <= count <= _LONGEST:
                yield phrase_of(form)
    yield whole


def loses_condition(text: str, form: str) -> bool:
    """Whether a form of a sentence lacks a word of it that takes something back, such as "unless"."""
    said, shown = (re.findall(r"\w+", one.lower()) for one in (text, form))
    return any(word in _TAKES_BACK and said.count(word) > shown.count(word) for word in said)


def _is_in_list(text: str, comma: int) -> bool:
    """Whether a comma may part two items of a row: few words stand before it or behind it."""
    before, behind = _LINKS.split(text[:comma])[-1], _LINKS.split(text[comma + 1 :].strip())[0]
    return min(len(before.split()), len(behind.split()) or _LEAST_IN_LIST) < _LEAST_IN_LIST


def phrase_of(text: str) -> str:
    """A sentence without the stop at its end, with a capital."""
    whole = re.sub(r"[.;:,]+\Z", "", " ".join(text.split()))
    if wrapped := _WRAPPED.fullmatch(whole):
        whole = next(group for group in wrapped.groups() if group).rstrip(".,;:")
    return whole[:1].upper() + whole[1:]
