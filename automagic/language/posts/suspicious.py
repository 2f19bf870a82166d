"""What in a post deceives, gives away or breaks: signs nobody sees, letters that look like others, links, keys.

A key is named and never repeated: what is written of it may be kept in a log.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

import regex

from automagic.machine.masking import KEYS, MASK

# A tag character belongs to a flag alone; a joiner joins what is not Latin.
_INVISIBLE = regex.compile(
    r"[\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180E\u200B\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0]"
    r"|(?<![\U0001F3F4\U000E0020-\U000E007F])[\U000E0000-\U000E007F]|(?<=[\x00-\u024F])[\u200C\u200D](?=[\x00-\u024F]|$)"
)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_MIXED = regex.compile(r"\b(?=\w*\p{Latin})(?=\w*[\p{Cyrillic}\p{Greek}])\w+")
_FOREIGN = regex.compile(r"[\p{Cyrillic}\p{Greek}]")
_LOOKALIKE = frozenset("аеорсухіјѕԁһӏԛԝАВЕКМНОРСТХУІЅЈҮοναιρυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_LINK_START = re.compile(r"(?<!\w)(?:https?:/\S*|(?:javascript|vbscript|data|file):(?=\S)\S*)", re.IGNORECASE)
_LATIN_HOST = regex.compile(r"(?:https?://)?([^/?#\s]+)", regex.IGNORECASE)
_KEYS = {name: re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})") for name, pattern in KEYS.items()}
_NAMED_KEY = re.compile(
    r"(?:api[_ -]?key|token|secret|passw(?:or)?d)[\"']?\s*[:=]\s*[\"']?(?=\S*\d)(?=\S*[A-Za-z])[\w+/=.-]{16,}",
    re.IGNORECASE,
)
_APP_PASSWORD = re.compile(r"(?<![\w-])(?=[a-z-]*[2-7])[a-z2-7]{4}(?:-[a-z2-7]{4}){3}(?![\w-])")
_PRIVATE_KEY = re.compile(r"-----BEGIN [^\n]{0,40}PRIVATE KEY-----.*?(?:-----END [^\n]{0,40}-----|\Z)", re.DOTALL)
_IN_LINK = re.compile(r"(?<=://)[^\s/?#@]+(?=@)")


def find_forbidden(text: str) -> Iterator[str]:
    """Control characters and halves of characters, as "U+0007"; tabs and line ends are none."""
    return (_code_of(one) for one in dict.fromkeys(_FORBIDDEN.findall(text)))


def find_invisible(text: str) -> Iterator[str]:
    """Signs that nobody sees where they do nothing: "U+200B ZERO WIDTH SPACE"."""
    return (f"{_code_of(one)} {unicodedata.name(one, '')}".strip() for one in dict.fromkeys(_INVISIBLE.findall(text)))


def find_lookalikes(text: str, links: tuple[str, ...]) -> Iterator[str]:
    """Words of Latin letters and of others that look like them, and domain names all of such others: "pаypal".

    Args:
        links: The links of the text, as they are written.
    """
    if not _FOREIGN.search(text):
        return
    yield from dict.fromkeys(word for word in _MIXED.findall(text) if _LOOKALIKE.issuperset(_FOREIGN.findall(word)))
    for link in links:
        host = _LATIN_HOST.match(link)
        labels = host[1].split(".") if host else []
        if labels and labels[-1].isascii() and any(label and _LOOKALIKE.issuperset(label) for label in labels):
            yield ".".join(labels)


def find_bad_links(text: str) -> Iterator[tuple[str, str]]:
    """(A link, what is wrong with it): those that open nothing, run a script, or hold a password."""
    links = (match[0].rstrip(".,;:!?)'\"") for match in _LINK_START.finditer(text))
    for link in dict.fromkeys(links):
        if why := _fault(link):
            yield link, why


def find_keys(text: str) -> Iterator[str]:
    """Whose the keys are that stand in a text, never the keys."""
    yield from (name for name, pattern in _KEYS.items() if pattern.search(text))
    if _APP_PASSWORD.search(text):
        yield "a Bluesky app password"
    if "-----BEGIN" in text and "PRIVATE KEY-----" in text:
        yield "a private key"
    elif _NAMED_KEY.search(text):
        yield "a password or token"


def hide_keys(text: str) -> str:
    """`text` with "***" for each key in it, and for passwords in links."""
    for pattern in _KEYS.values():
        text = pattern.sub(MASK, text)
    for pattern in (_NAMED_KEY, _APP_PASSWORD, _PRIVATE_KEY, _IN_LINK):
        text = pattern.sub(MASK, text)
    return text


def _fault(link: str) -> str:
    scheme = link.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        return f"is a {scheme}: link, which networks do not open"
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no valid address"
    if parts.username is not None:
        return "has a user name before its host"
    if "." not in host.strip(".") and ":" not in host:
        return "has no host that others can reach"
    return ""


def _code_of(character: str) -> str:
    return f"U+{ord(character):04X}"
