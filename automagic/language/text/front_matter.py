"""The facts at the head of a text: the `key: value` lines between two lines of dashes.

Only what a Document holds is read, and only what one line or a flat list says: a title, an author or several, a date,
a licence, a language. YAML's other abilities are not needed here, and a text is no place to run into them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MAX_LINES = 200
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_PAIR = re.compile(r"([A-Za-z][\w .-]{0,60}?)\s*([:=])(?:\s+|(?<==)|$)(.*)")
_NAMES = {
    "title": "title",
    "author": "author",
    "authors": "author",
    "by": "author",
    "date": "published",
    "published": "published",
    "licence": "licence",
    "license": "licence",
    "language": "language",
    "lang": "language",
    "type": "kind",
    "kind": "kind",
    "layout": "kind",
}
_KINDS = {
    "recipe": "recipe",
    "how-to": "how-to",
    "howto": "how-to",
    "tutorial": "how-to",
    "news": "news",
    "press-release": "news",
    "product": "product",
    "faq": "faq",
    "blog": "blog",
    "blog-post": "blog",
    "post": "blog",
}
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says of itself; empty where it says nothing."""

    values: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """Of `title`, `author`, `published`, `licence`, `language`, `kind`."""
        return self.values.get(name, "")


def split_front_matter(text: str) -> tuple[Facts, str]:
    """The facts and the rest of `text`; no facts and all of `text` when it does not begin with front matter.

    A line of dashes may also be a mere rule: what follows must be pairs down to the closing line.
    """
    lines = text.lstrip("\n").split("\n")
    ends = _FENCES.get(lines[0].rstrip())
    if ends is None:
        return Facts(), text
    for index, line in enumerate(lines[1:_MAX_LINES], start=1):
        if line.rstrip() in ends:
            return _read_pairs(lines[1:index]), "\n".join(lines[index + 1 :])
        if not _belongs(line):
            break
    return Facts(), text


def read_language(tag: str) -> str:
    """The primary subtag of a BCP-47 or POSIX tag in lower case: "en-GB" and "en_GB.UTF-8" are "en"; else empty."""
    found = re.match(r"([A-Za-z]{2,3})(?:[-_.@]|$)", tag.strip())
    return found[1].lower() if found else ""


def read_date(value: str) -> str:
    """The ISO date at the beginning of `value`; empty when there is none."""
    found = _ISO_DATE.match(value.strip())
    return found[0] if found else ""


def _belongs(line: str) -> bool:
    bare = line.strip()
    return not bare or bare[0] in "#-[" or line[0].isspace() or _PAIR.fullmatch(bare) is not None


def _read_pairs(lines: list[str]) -> Facts:
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        bare = line.strip()
        pair = _PAIR.fullmatch(bare) if not line[:1].isspace() else None
        if pair:
            name = _NAMES.get(pair[1].lower(), "")
            if name and (parts := _read_value(pair[3])):
                found.setdefault(name, parts)  # the first of `author` and `authors` counts
        elif name and bare.startswith("- "):
            found.setdefault(name, []).extend(_read_value(bare[2:]))
        elif not line[:1].isspace() and bare:
            name = ""
    values = {key: ", ".join(parts) for key, parts in found.items()}
    values["language"] = read_language(values.get("language", ""))
    values["published"] = read_date(values.get("published", ""))
    values["kind"] = _KINDS.get(re.sub(r"[\s_]+", "-", values.get("kind", "").lower()), "")
    return Facts({key: value for key, value in values.items() if value})


def _read_value(text: str) -> list[str]:
    """One value, or the values of a flat list in brackets, without their quotes and without a comment."""
    value = text.strip()
    if value.startswith("[") and value.endswith("]"):
        return [part for item in value[1:-1].split(",") for part in _read_value(item)]
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        quote = value[0]
        inner = value[1:-1]
        value = inner.replace('\\"', '"') if quote == '"' else inner.replace("''", "'")
    else:
        value = re.sub(r"(^|\s)#.*$", "", value)
    value = " ".join(value.split())
    return [] if value in {"", "|", ">", "|-", ">-", "~", "null", "{}"} else [value]
