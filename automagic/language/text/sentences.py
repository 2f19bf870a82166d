"""Text into sentences, sentences into display words.

"Dr. Lee paid $3.5 million. Why?" ──▶ ("Dr. Lee paid $3.5 million.", "Why?") ──▶ ("Dr.", "Lee", ...)
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import sentencex

from automagic.language.text.abbreviations import leads_on

# Digits grouped by a no-break or thin space ("1 200 000" in French or SI style) are one word.
_WORD = re.compile(r"(?:(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))|\S)+")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OPENS_LOWER = re.compile(r"[\"'“‘«(\[]*[a-zà-öø-ÿ]")
_ENDS_IN_ABBREVIATION = re.compile(r"(?:^|[\s(\[“\"])(?:[A-Za-z]\.(?:[A-Za-z]\.)+|\w{1,6}\.)[\"”’)]*$")
# A split here, where no white space stands, is one inside a word: ".|NET", "av. J.|-C.", "n.|º", "lun.|–ven.", "./|x"
_INSIDE_WORD = re.compile(r"(?:(?:^|\s)\.|\b\w{1,4}\.)$")
_BEFORE_PATH = re.compile(r"(?:^|[\s\"'(=/\\])\.{1,2}$")
# "Am 29. Juli", "des 2. Weltkriegs": in German a period marks ordinals, too.
_GERMAN_ORDINAL = re.compile(
    r"(?:^|\s)(?:am|im|vom|zum|beim|dem|den|des|der|die|das|seit|ab|bis|und|zur|nach dem|ihrem|seinem)\s\d{1,3}\.$",
    re.IGNORECASE,
)
_GERMAN_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
# The library takes these for brackets, in which no sentence ends: "<5 minutes. It costs >3 euros."
_HIDE = {ord("<"): "\ue000", ord(">"): "\ue001"}
_SHOW = {0xE000: "<", 0xE001: ">"}
_PLACE_IN_LIST = re.compile(r"\(?\d{1,3}[.)]")  # "3. Keep it dark": no sentence is a number alone
_CLOSING_ONLY = re.compile(r"[\"'”’»)\]]+$")
_MAX_PIECE = 20_000


def clean_text(text: str) -> str:
    """`text` without lone surrogates (U+FFFD instead), so that it can be encoded and hashed."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def primary_tag(language: str) -> str:
    """The first part of a BCP-47 tag, lower-case: "pt-BR" → "pt"; "en" when empty."""
    return re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0] or "en"


def split_sentences(text: str, language: str = "en") -> tuple[str, ...]:
    """The sentences of `text` in order, white space inside them reduced to single spaces.

    Abbreviations, initials and decimals end no sentence; a closing quotation mark stays with its sentence. A blank
    line always ends one.
    """
    sentences: list[str] = []
    for paragraph in re.split(r"\n\s*\n", clean_text(text)):
        flat = " ".join(paragraph.split("\n"))
        for start in range(0, len(flat), _MAX_PIECE):
            pieces = sentencex.segment(primary_tag(language), flat[start : start + _MAX_PIECE].translate(_HIDE))
            sentences.extend(_rejoin((piece.translate(_SHOW) for piece in pieces), primary_tag(language)))
    return tuple(sentences)


def _rejoin(pieces: Iterable[str], tag: str) -> list[str]:
    """The pieces with single spaces, and without the splits that the rules of the library make inside a sentence."""
    joined: list[str] = []
    apart = True
    for raw in pieces:
        piece = " ".join(split_words(raw))
        if not piece:
            continue
        before = joined[-1] if joined else ""
        if before and _goes_on(before, piece, tag, apart=apart):
            attached = not apart or bool(_CLOSING_ONLY.fullmatch(piece))
            joined[-1] = before + ("" if attached else " ") + piece
        else:
            joined.append(piece)
        apart = raw[-1:].isspace()
    return joined


def _goes_on(before: str, piece: str, tag: str, *, apart: bool) -> bool:
    """Whether `piece` belongs to the sentence `before` it; `apart` says that white space stands between them."""
    if not apart and _INSIDE_WORD.search(before) and (piece[0].isalnum() or piece[0] in "-–ºª°"):
        return True
    if not apart and piece[0] in "/\\" and _BEFORE_PATH.search(before):
        return True
    if _CLOSING_ONLY.fullmatch(piece) or _PLACE_IN_LIST.fullmatch(before) or leads_on(before, piece, tag):
        return True
    if _ENDS_IN_ABBREVIATION.search(before) and _OPENS_LOWER.match(piece):
        return True
    if tag == "de" and re.search(r"\b\d{1,3}\.$", before):
        return bool(_GERMAN_ORDINAL.search(before) or _GERMAN_MONTH.match(piece))
    return False


def goes_on(before: str, following: str, language: str = "en") -> bool:
    """Whether the period that ends `before` ends no sentence, as `following` shows: "§ 12 Abs. | 3", "am 1. | Mai"."""
    return before.endswith(".") and _goes_on(before, following, primary_tag(language), apart=True)


def split_words(text: str) -> tuple[str, ...]:
    """The display words of `text`: what stands between white space, punctuation included."""
    return tuple(_WORD.findall(text))
