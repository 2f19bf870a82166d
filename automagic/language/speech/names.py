"""Names and other written-only things as they are said in English: addresses, handles, acronyms, "COVID-19".

    example.com/docs ──▶ example dot com slash docs        FBI ──▶ F-B-I        NASA ──▶ NASA        H2O ──▶ H two O

Letters that are said one by one are joined by hyphens: speech engines read "A I" as an article and a pronoun, "A-I" as
two letters.
"""

from __future__ import annotations

import re

from automagic.language.numbers import spoken
from automagic.language.speech.quantities import NUMBER, read_quantity
from automagic.language.speech.tables import SAID_AS_WORDS, STRESSED, SYMBOLS, TOP_LEVEL_DOMAINS

_URL = re.compile(r"(?:https?|ftp)://(\S+)|(www\.\S+)", re.IGNORECASE)
_EMAIL = re.compile(r"(?:mailto:)?([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.([a-z]{2,6})(/\S*)?", re.IGNORECASE)
_DOTTED = re.compile(r"[^\W_]+(?:\.[^\W_]+)+")
_MAX_PATH_PARTS = 2
_LETTERS_OR_DIGITS = re.compile(rf"{NUMBER}|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|\W|_")


def read_name(core: str, *, shouted: bool = False) -> str:  # noqa: PLR0911 - one return for each kind of name
    """What is said for one word without punctuation around it.

    Args:
        core: The word.
        shouted: Whether the sentence is all capitals, so that capitals mean nothing.
    """
    url, email, domain = _URL.fullmatch(core), _EMAIL.fullmatch(core), _DOMAIN.fullmatch(core)
    if url:
        return _read_address(url[1] or url[2])
    if email:
        return f"{_read_pieces(email[1])} at {_read_host(email[2])}"
    if domain and domain[1].lower() in TOP_LEVEL_DOMAINS and not core[0].isdecimal():
        return _read_address(core)
    if re.fullmatch(r"\.[^\W\d_]\w*", core):
        return f"dot {'net' if core == '.NET' else read_word(core[1:], shouted=shouted)}"
    if core[0] in "@#" and len(core) > 1:
        return f"{'at' if core[0] == '@' else 'hashtag'} {_read_pieces(core[1:])}"
    if _DOTTED.fullmatch(core) and not core[0].isdecimal():
        return " dot ".join("J-S" if piece == "js" else read_word(piece, shouted=shouted) for piece in core.split("."))
    return _read_compound(core, shouted=shouted)


def read_word(word: str, *, shouted: bool = False) -> str:
    """One run of letters (an apostrophe allowed), or of letters and digits: acronyms are spelled where needed."""
    if not word.isascii() or not word.isupper():
        return _read_mixed_case(word)
    stem, plural = (word[:-2], word[-2:]) if word.endswith(("'S", "’S")) else (word, "")
    if len(stem) == 1 or shouted or word in STRESSED or len(stem) > 5 or stem in SAID_AS_WORDS:
        return word.lower() if shouted and len(stem) > 1 and stem not in SAID_AS_WORDS else word
    if not stem.isalpha():
        return word
    return "-".join(stem) + plural.lower()


def _read_mixed_case(word: str) -> str:
    """ "TVs" → T-V's; "FBI's" → F-B-I's; "ChatGPT" → Chat G-P-T; "PhD" → P-H-D."""
    if word in {"PhD", "PhDs"}:
        return "P-H-D" + ("'s" if word.endswith("s") else "")
    plural = re.fullmatch(r"([A-Z]{2,5})['’]?s", word)
    if plural:
        stem = read_word(plural[1])
        return f"{stem}'s" if "-" in stem else word
    inner = re.fullmatch(r"([A-Z]?[a-z]+)([A-Z]{2,5})", word)
    if inner:
        return f"{inner[1]} {read_word(inner[2])}"
    return word


def _read_address(address: str) -> str:
    """Host and, when it is short and made of words, path; the query is never said."""
    address = re.split(r"[?#]", address.removeprefix("www."), maxsplit=1)[0].rstrip("/")
    host, *path = address.split("/")
    host = re.sub(r"^[^@]*@|:\d+$", "", host)
    readable = len(path) <= _MAX_PATH_PARTS and all(re.fullmatch(r"[A-Za-z0-9_-]{1,20}", part) for part in path)
    said = [_read_host(host.removeprefix("www."))]
    if readable:
        said.extend(_read_pieces(part) for part in path)
    return " slash ".join(part for part in said if part)


def _read_host(host: str) -> str:
    return " dot ".join(_read_pieces(part) for part in host.lower().split(".") if part)


def _read_pieces(text: str) -> str:
    """A handle, hashtag or host part, cut at capitals, digits and joints."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    said = []
    for piece in _LETTERS_OR_DIGITS.findall(text):
        if piece[0].isdecimal():
            said.append(spoken.run_in_name(piece) if piece.isdecimal() else spoken.number(piece))
        elif piece in {".", "+"}:
            said.append("dot" if piece == "." else "plus")
        elif piece[0].isalpha():
            said.append(read_word(piece))
    return " ".join(said)


def _read_compound(core: str, *, shouted: bool) -> str:
    """Anything else: cut at joints, each piece said as a word, a number or a symbol."""
    if re.fullmatch(r"[^\W\d_]+(?:['’][^\W\d_]+)*", core):
        return read_word(core, shouted=shouted)
    special = {"C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", "AT&T": "A-T-and-T"}.get(core)
    if special:
        return special
    owner = re.fullmatch(r"(AT&T|C\+\+|[CF]#)['’]s", core)
    if owner:
        return f"{_read_compound(owner[1], shouted=shouted)}'s"
    if re.fullmatch(r"[A-Z][a-z]?\*", core):
        return f"{core[:-1]} star"
    core = re.sub(r"(?<=\w)[<>](?=\w)", " ", core)  # "List<int>"
    said = ""
    for piece in re.split(r"([-‐‑–—/…_+&=×·•|,;:!?()\[\]{}\"“”.\s]+)", core):
        if not piece:
            continue
        if any(c.isalnum() for c in piece):
            said += _read_piece(piece, shouted=shouted)
        else:
            said += _read_joint(piece)
    return said.strip()


def _read_joint(joint: str) -> str:
    if joint in {"-", "‐", "‑"}:
        return "-"
    if joint in {"—", "–", "--", "...", "…", ",", ";", ":", "!", "?"}:
        return ", "
    names = [SYMBOLS[c] for c in joint if c in SYMBOLS]
    return f" {' '.join(names)} " if names else " "


def _read_piece(piece: str, *, shouted: bool) -> str:
    """ "COVID", "19", "H2O", "5km": no joints inside."""
    quantity = read_quantity(piece, []) if piece[0].isdecimal() else None
    if quantity:
        return quantity[0]
    said = []
    for run in _LETTERS_OR_DIGITS.findall(piece):
        if run[0].isdecimal():
            said.append(spoken.run_in_name(run) if run.isdecimal() else spoken.number(run))
        elif run in SYMBOLS:
            said.append(SYMBOLS[run])
        elif run[0].isalpha():
            said.append(read_word(run, shouted=shouted))
    return " ".join(said)
