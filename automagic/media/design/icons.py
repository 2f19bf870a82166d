"""Icons: the one Lucide drawing that fits what a scene says, or none.

The words of a scene are compared with the names, tags and categories of 1,900 icons. A rare word weighs more than a
common one (inverse document frequency), a word that leads weighs more than one in passing, and below a floor there is
no icon: a silly one is worse than none.
"""

from __future__ import annotations

import functools
import importlib.util
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from automagic.data import words
from automagic.errors import ConfigurationError, RequestError

_WORDS = words("icons")
# What stands for a thing in a program's interface says nothing about the world.
_EXCLUDED_CATEGORIES = frozenset({"brands", "cursors", "layout", "shapes"})
_EXCLUDED_NAME_PARTS = frozenset(_WORDS["excluded_parts"])
_KEPT = frozenset(_WORDS["kept"])

_SYNONYMS: dict[str, list[str]] = _WORDS["synonyms"]

_STOP_WORDS = frozenset(_WORDS["stop_words"])

_AMBIGUOUS = frozenset(_WORDS["ambiguous"])

_NAME_WEIGHT, _TAG_WEIGHT, _PHRASE_WEIGHT, _SYNONYM_WEIGHT = 3.0, 1.6, 0.5, 4.0
_KEYWORD_WEIGHT = 1.8
_SUFFICIENT = 2.5  # a relation as close as this stands alone; one tag has to be borne out by another word
_FLOOR = 9.0  # weight times inverse document frequency; set by eye on some dozens of sentences


@dataclass(frozen=True, slots=True)
class _Index:
    """For each stem: the icons that it points to, with a weight; and how rare the stem is. Drawings are whole SVGs."""

    weights: dict[str, dict[str, float]]
    rarity: dict[str, float]
    drawings: dict[str, str]


def choose_icon(text: str, keywords: Sequence[str] = ()) -> str:
    """Name of the icon that stands for what the text says; empty when none fits well enough.

    Args:
        text: One or a few sentences.
        keywords: Words that matter most, such as the headline's.
    """
    index = _load_index()
    emphasis: dict[str, float] = {}
    for word in _words(" ".join(keywords)):
        emphasis[word] = _KEYWORD_WEIGHT
    for position, word in enumerate(_words(text)):
        # What leads a text is what it is about.
        emphasis.setdefault(word, 1.0 if position < 8 else 0.8)
    scores: defaultdict[str, float] = defaultdict(float)
    related: defaultdict[str, list[float]] = defaultdict(list)
    for stem, weight in emphasis.items():
        for name, relation in index.weights.get(stem, {}).items():
            scores[name] += weight * relation * index.rarity[stem]
            related[name].append(relation)
    certain = [name for name, found in related.items() if max(found) >= _SUFFICIENT or len(found) > 1]
    if not certain:
        return ""
    # Of equals the shorter name is the plainer drawing.
    best = min(certain, key=lambda name: (-scores[name], len(name), name))
    return best if scores[best] >= _FLOOR else ""


def icon_svg(name: str, *, color: str, stroke_width: float, size: float) -> str:
    """The icon as an SVG group, `size` user units wide and high, its top left corner at the origin.

    Args:
        name: A Lucide name.
        color: Of its strokes.
        stroke_width: In user units, whatever the size.
        size: Width and height in user units.

    Raises:
        RequestError: There is no icon of this name.
    """
    drawing = _load_index().drawings.get(name)
    if drawing is None:
        raise RequestError(f"There is no icon named {name!r}.", hint="Names are listed at lucide.dev/icons.")
    scale = size / 24
    return (
        f'<g transform="scale({scale:.5g})" fill="none" stroke="{color}" stroke-width="{stroke_width / scale:.4g}" '
        f'stroke-linecap="round" stroke-linejoin="round">{_inner_svg(drawing)}</g>'
    )


def has_icon(name: str) -> bool:
    """Whether there is an icon of this name."""
    return name in _load_index().drawings


def stem(word: str) -> str:
    """The word without its English plural and verb endings: enough to bring "batteries" to "battery"."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + replacement
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 3:
            if root[-1] == root[-2] and root[-1] not in "sl":
                root = root[:-1]
            word = root
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    return word


def _words(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]+(?:['’]s)?", text):
        if (len(word) > 2 or word == "AI") and word.lower() not in _STOP_WORDS | _AMBIGUOUS:
            yield stem(word)


@functools.cache
def _load_index() -> _Index:
    """Read the icons once in a process: about 60 ms."""
    with closing(sqlite3.connect(f"file:{_database()}?mode=ro&immutable=1", uri=True)) as connection:
        drawings = dict(connection.execute("SELECT name, svg FROM icons").fetchall())
        excluded = {
            name
            for name, category in connection.execute("SELECT name, category FROM icon_categories")
            if category in _EXCLUDED_CATEGORIES
        }
        tags = connection.execute("SELECT name, tag FROM icon_tags").fetchall()
    wanted = {name for name in drawings if name in _KEPT or (name not in excluded and _is_thing(name))}
    weights: defaultdict[str, dict[str, float]] = defaultdict(dict)

    def add(word: str, name: str, weight: float) -> None:
        key = stem(word)
        weights[key][name] = max(weights[key].get(name, 0.0), weight)

    for name in sorted(wanted):
        parts = [part for part in name.split("-") if part.isalpha() and part not in _STOP_WORDS]
        for position, part in enumerate(parts):
            # "sun" is the plain drawing of the sun, "sunset" and "cloud-sun" are variations of it.
            plain = 1.0 if len(parts) == 1 else 0.85 if position == 0 else 0.5
            add(part, name, _NAME_WEIGHT * plain)
    for name, tag in tags:
        if name in wanted:
            words = tag.lower().split()
            for word in words:
                if word not in _STOP_WORDS:
                    add(word, name, _TAG_WEIGHT if len(words) == 1 else _PHRASE_WEIGHT)
    for word, names in _SYNONYMS.items():
        for name in names:
            if name in drawings:
                add(word, name, _SYNONYM_WEIGHT)
    count = len(wanted)
    rarity = {key: math.log(1 + count / (1 + len(names))) for key, names in weights.items()}
    return _Index(dict(weights), rarity, drawings)


def _is_thing(name: str) -> bool:
    return not any(part in _EXCLUDED_NAME_PARTS or part == "off" for part in name.split("-"))


def _inner_svg(svg: str) -> str:
    """The shapes inside the <svg> element, without its namespace."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - from an installed package, not from outside
    shapes = "".join(ElementTree.tostring(child, encoding="unicode").strip() for child in root)
    return re.sub(r'\s*xmlns:?\w*="[^"]*"|ns0:', "", shapes)


def _database() -> Path:
    spec = importlib.util.find_spec("lucide")
    if spec is None or spec.origin is None:
        raise ConfigurationError("The icons are not installed.", hint="pip install python-lucide")
    return Path(spec.origin).parent / "data" / "lucide-icons.db"
