"""Where links stand in a text, as X finds them: with "https://" before them or without.

    "See example.com/a_(b). Or foo.zip"   ──▶   example.com/a_(b)   foo.zip

These are the rules of twitter-text 3.1.0 (Apache-2.0, Copyright 2018 Twitter, Inc.), whose JavaScript compares without
capitals in its own way: the letters that it takes for others are named here. A link never holds white space, so only
what stands around a dot between two letters is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from automagic.data import words

_MAX_LINK = 4096
_MAX_LABEL = 63
_MAX_SHORTENED = 40
"""Of the code in t.co/code."""

_LONG = 300
"""From here on it is worth asking first whether any domain ends here: many dots in a row are slow to search."""

_NO_DOMAIN = (
    r"""!'#%&()*+,\-./:;<=>?@\[\]\\^_{|}~$\x09-\x0D \x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"""
    r"""\uFFFE\uFEFF\uFFFF\u202A-\u202E\u061C\u200E\u200F\u2066-\u2069"""
)
_SIGN = f"[^{_NO_DOMAIN}]"
_LATIN = (
    r"\xC0-\xD6\xD8-\xF6\xF8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u028B\u02BB"
    r"\u0300-\u036F\u1E00-\u1EFF"
    # Of which one form of two is named above.
    r"\u0260\u0269\u0275\u0280\u0283\u0288\u028A\u028C\u0292\u0399\u03B9\u1FBE\u2C65\u2C66\u2C7E\u2C7F\uA7DC"
)
_CYRILLIC = r"\u0400-\u04FF\u1C80-\u1C87"
_PATH_SIGN = rf"[a-zA-Z0-9{_CYRILLIC}{_LATIN}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_BRACKETS = rf"\((?:{_PATH_SIGN}+|{_PATH_SIGN}*\({_PATH_SIGN}+\){_PATH_SIGN}*)\)"
_PATH_END = rf"(?:[a-zA-Z0-9{_CYRILLIC}{_LATIN}+\-=_#/]|{_BRACKETS})"
_PATH = rf"(?:{_PATH_SIGN}*(?:{_BRACKETS}{_PATH_SIGN}*)*{_PATH_END}|@{_PATH_SIGN}+/)"
_QUERY = r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/]"
# JavaScript reads a character above U+FFFF as two: the first half may stand before a link that the second one begins.
_BEFORE = r"(?:(?=[\U00010000-\U0010FFFF])|[^A-Za-z0-9@＠$#＃\uFFFE\uFEFF\uFFFF]|^)"
_LABEL = rf"{_SIGN}(?:-*{_SIGN}+)*"
# The look ahead is for speed: the list is slow to search.
_TOP = r"(?:(?=[A-Za-z]{2,}+(?![0-9A-Za-z@+-])|[^\x00-\x7F])(?i:\L<tops>)(?=[^0-9a-zA-Z@+-]|$)|[xX][nN]--[-0-9a-zA-Z]+)"

_JOINT = re.compile(rf"{_SIGN}\.{_SIGN}")
_SHORTENED = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", re.IGNORECASE | re.ASCII)
_DOT = re.compile("[.\u3002\uff0e\uff61]")
_UNLIKE = {"ſ": "ß", "ı": "ß", "İ": "ß"}
"""Letters that X takes for no other ones, and Python does: each for one that is as much a part of a link."""


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """A link: characters [start, end) of a text.

    Attributes:
        has_scheme: Whether "http://" or "https://" is written.
    """

    start: int
    end: int
    has_scheme: bool


def find_links(text: str) -> tuple[LinkSpan, ...]:
    """The links of a text in Unicode's normal form C, in order."""
    if "." not in text:
        return ()
    for letter, other in _UNLIKE.items():
        text = text.replace(letter, other)
    found: list[LinkSpan] = []
    at = 0
    while joint := _JOINT.search(text, at):
        start = max(text.rfind(" ", at, joint.start()), text.rfind("\n", at, joint.start()), at)
        at = _end_of_token(text, joint.end())
        found.extend(_find_in(text, start, at))
    return tuple(found)


def _end_of_token(text: str, start: int) -> int:
    return min((end for end in (text.find(" ", start), text.find("\n", start)) if end >= 0), default=len(text))


def _find_in(text: str, start: int, end: int) -> Iterator[LinkSpan]:
    at = start
    while (end - at < _LONG or _top_domain().search(text, at, end)) and (match := _link().search(text, at, end)):
        at = match.end()
        before, url, scheme, domain, path = match.group(1, 2, 3, 4, 5)
        if not _is_valid(url, scheme or "https://", domain):
            continue
        first = match.start(2)
        if scheme:
            shortened = _SHORTENED.match(url)
            if not shortened:
                yield LinkSpan(first, match.end(2), has_scheme=True)
            elif len(shortened[1]) <= _MAX_SHORTENED:
                yield LinkSpan(first, first + shortened.end(), has_scheme=True)
        elif before not in ("-", "_", ".", "/"):
            parts = _latin_domain().findall(domain)
            stop = 0
            for index, part in enumerate(parts):
                begin = domain.index(part, stop)  # not where it was found: "a.com" in "a.comx⃣a.com", as X has it
                stop = begin + len(part)
                rest = len(url) - len(domain) if path and index == len(parts) - 1 else 0
                yield LinkSpan(first + begin, _advance(text, first + stop, rest), has_scheme=False)


def _is_valid(url: str, scheme: str, domain: str) -> bool:
    if domain.startswith("xn--") and not _latin_domain().search(domain):
        return False
    labels = domain.split(".")
    if not all(1 <= _encoded_length(label) <= _MAX_LABEL for label in labels):
        return False
    return len(scheme) + _units(url) <= _MAX_LINK


def _encoded_length(label: str) -> int:
    """Of a part of a domain name, as name servers know it: non-ASCII ones in Punycode."""
    pieces = _DOT.split(label) if not label.isascii() else [label]
    lengths = (len(p) if p.isascii() else 4 + len(p.encode("punycode")) for p in pieces)
    return sum(lengths) + len(pieces) - 1


def _advance(text: str, at: int, units: int) -> int:
    """The place that many UTF-16 units further on, or the last before it."""
    while units > 0 and (units := units - _units(text[at : at + 1])) >= 0:
        at += 1
    return at


def _units(text: str) -> int:
    """Its length in UTF-16, which JavaScript counts in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _link() -> Any:
    """A link with what stands before it: that, the link, its scheme, its domain, its path."""
    domain = rf"(?:{_SIGN}(?:[_-]*{_SIGN}+)*\.)*{_LABEL}\.{_TOP}"
    return _compile(rf"({_BEFORE})(((?i:https?://)?+)({domain})(?::[0-9]+)?(/{_PATH}*)?(?:{_QUERY})?)")


@cache
def _latin_domain() -> Any:
    """A domain name, or the last parts of one, in Latin letters."""
    return _compile(rf"(?:[\-a-zA-Z0-9{_LATIN}]+\.)+{_TOP}")


@cache
def _top_domain() -> Any:
    """The end of any domain name."""
    return _compile(rf"\.{_TOP}")


def _compile(pattern: str) -> Any:
    """A pattern in which the list of the last parts of names may stand. It takes 30 ms: each when it is first used."""
    return regex.compile(pattern, tops=" ".join(words("domains").values()).split())
