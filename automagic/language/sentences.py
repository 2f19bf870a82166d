"""Text into sentences, sentences into display words.

"Dr. Lee paid $3.5 million. Why?" ──▶ ("Dr. Lee paid $3.5 million.", "Why?") ──▶ ("Dr.", "Lee", ...)
"""

from __future__ import annotations

import re

import sentencex

# Digits grouped by a no-break or thin space ("1 200 000" in French or SI style) are one word.
_WORD = re.compile(r"(?:(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))|\S)+")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OPENS_LOWER = re.compile(r"[\"'“‘«(\[]*[a-zà-öø-ÿ]")
_ENDS_IN_ABBREVIATION = re.compile(r"(?:^|[\s(\[“\"])(?:[A-Za-z]\.(?:[A-Za-z]\.)+|\w{1,6}\.)[\"”’)]*$")
# After these a capital letter or a number follows inside the same sentence.
_BEFORE_NAME = re.compile(
    r"(?:^|[\s(\[“\"])(?:Dr|Mr|Mrs|Ms|Prof|St|Mt|Gen|Col|Lt|Sgt|Capt|Sen|Rep|Gov|Rev|Hon|Fr|Sr|No|Fig|Eq|Vol|Ch|"
    r"e\.g|i\.e|vs|cf|approx|ca|al)\.$"
)
_BEFORE_NAME_IN = {
    language: re.compile(rf"(?:^|[\s(\[“«„\"])(?:{words})\.$")
    for language, words in {
        "de": "z|B|bzw|Nr|Bd|Abs|Art|Mio|Mrd|Tsd|Hr|Min|Std|Str|Dipl|Ing|Kap|Abb|Tel|evtl|ggf|inkl|zzgl|max|min",
        "fr": "M|MM|Me|Mgr|Pr|env|art|chap|p|av|apr|vol|tél|max|min",
        "es": "Sra|Srta|Dra|D|Dña|Ud|Uds|[Aa]v|[Aa]vda|pág|págs|núm|n|art|aprox|p|tel|vol|cap|máx|mín",
        "it": "[Ss]ig|[Ss]igg|[Dd]ott|ing|avv|art|n|pag|p|tel|vol|cap|circ|max|min",
        "pt": "Sra|Dra|[Aa]v|pág|págs|núm|n|art|aprox|p|tel|vol|cap|Exmo|máx|mín",
    }.items()
}
_LONE_POINT = re.compile(r"(?:^|\s)\.$")
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
            pieces = sentencex.segment(primary_tag(language), flat[start : start + _MAX_PIECE])
            sentences.extend(_rejoin([" ".join(split_words(piece)) for piece in pieces], primary_tag(language)))
    return tuple(sentences)


def _rejoin(pieces: list[str], tag: str) -> list[str]:
    """Undo the splits that the rules of the library make inside a sentence."""
    joined: list[str] = []
    foreign = _BEFORE_NAME_IN.get(tag)
    for piece in pieces:
        if not piece:
            continue
        before = joined[-1] if joined else ""
        if _LONE_POINT.search(before) and piece[0].isalnum():
            joined[-1] = before + piece  # ".NET"
            continue
        is_tail = bool(_CLOSING_ONLY.fullmatch(piece))
        continues = bool(_ENDS_IN_ABBREVIATION.search(before)) and bool(_OPENS_LOWER.match(piece))
        named = bool(_BEFORE_NAME.search(before)) or (foreign is not None and bool(foreign.search(before)))
        if before and (is_tail or continues or named):
            joined[-1] = before + ("" if is_tail else " ") + piece
        else:
            joined.append(piece)
    return joined


def split_words(text: str) -> tuple[str, ...]:
    """The display words of `text`: what stands between white space, punctuation included."""
    return tuple(_WORD.findall(text))
