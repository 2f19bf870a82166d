"""Parts of speech of English display words (CLAWS C5 tags, from the Hanover Tagger's packaged model).

    The     new  battery  stores  four  times  as    much  energy,
    AT0     AJ0  NN1      VVZ     CRD   NN2    AV0   DT0   NN1

A contraction has its parts' tags joined: "it's" is "PNP+VBZ", "don't" is "VDB+XX0", "Britain's" is "NP0+POS".
"""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from automagic.language.text.sentences import primary_tag
from automagic.language.text.signs import is_number, peel
from automagic.machine.memory import trim_memory

_CLITIC = re.compile(r"(.+?)(n['’]t|['’](?:s|re|ve|ll|d|m|S))$|(.+s)(['’])$")
_ORDINARY = re.compile(r"[A-Za-zÀ-ÿ0-9'’.\-]{1,25}")
_lock = threading.Lock()

# "The bridge cost $5 million": before a number these are verbs.
_VERBS_LIKE_NOUNS = frozenset(
    {"cost", "costs", "hit", "cut", "cuts", "tops", "totals", "measures", "weighs", "earns", "spans", "gains"}
)
_AFTER_VERB = frozenset({"PRP", "TO0", "AT0", "DPS", "AVP", "CJT"})
_PLAINLY_FINITE = frozenset({"VBB", "VBZ", "VBD", "VM0", "VHZ", "VHB", "VHD", "VDZ", "VDD"})
FINITE = ("VBB", "VBD", "VBZ", "VDB", "VDD", "VDZ", "VHB", "VHD", "VHZ", "VM0", "VVB", "VVD", "VVZ")


@lru_cache(maxsize=1)
def _tagger() -> Any:
    """The model: 0.2 s and 35 MB, until `rest`."""
    # Loads numpy, and has no type hints; only English points need it.
    return importlib.import_module("HanTa.HanoverTagger").HanoverTagger("morphmodel_en.pgz")


def rest() -> None:
    """Free the model's memory; the next words to be tagged load it again."""
    if _tagger.cache_info().currsize:
        with _lock:
            _tagger.cache_clear()
        trim_memory()


def tag_words(words: Sequence[str], language: str = "en") -> tuple[str, ...]:
    """The tag of each display word; "PUN" for lone punctuation, "" for every word of another language than English."""
    if primary_tag(language) != "en":
        return ("",) * len(words)
    return _tag(tuple(words))


@lru_cache(maxsize=2048)
def _tag(words: tuple[str, ...]) -> tuple[str, ...]:
    pieces: list[str] = []
    owners: list[int] = []
    for index, word in enumerate(words):
        lead, core, trail = peel(word)
        parts = [*(["("] if "(" in lead else []), *_split_clitic(core), *_stops(trail)]
        pieces.extend(parts)
        owners.extend([index] * len(parts))
    with _lock:  # the model caches as it tags; two threads would tangle
        tagged = _tagger().tag_sent([_plain(piece) for piece in _uncapitalized(pieces)]) if pieces else []
    tags = ["PUN"] * len(words)
    for position, (piece, owner, (_, _, tag)) in enumerate(zip(pieces, owners, tagged, strict=True)):
        if piece == "&":
            tags[owner] = "CJC"
        if not any(c.isalnum() for c in piece) and piece not in {"'", "%"}:
            continue
        mended = _mend(piece, str(tag))
        if piece in _VERBS_LIKE_NOUNS and mended.startswith("NN") and _is_number(pieces, position + 1) and position:
            mended = "VVD"
        if mended == "VVI" and position and pieces[position - 1] == ",":
            mended = "VVB"
        tags[owner] = mended if tags[owner] == "PUN" else f"{tags[owner]}+{mended}"
    return tuple(_with_a_verb(tags))


def _with_a_verb(tags: list[str]) -> list[str]:
    """No verb found: a plural noun before an article is one ("the telescope orbits the Sun"), or a participle after a
    noun ("the council of Graz voted on Tuesday"). And "that" before no verb points at a noun ("won that race")."""
    for index in range(2, len(tags) - 1):
        listed = tags[index - 2].startswith("N") and tags[index - 1] == "CJC"
        if listed and tags[index] == "VVI" and tags[index + 1] == "VVI":  # "rice, wheat and maize feed ..."
            tags = [*tags[:index], "NN1", "VVB", *tags[index + 2 :]]
    subject = 1
    while subject < len(tags) and tags[subject] in {"NN0", "NN1", "NN2"}:
        subject += 1
    if tags and tags[0] == "VVB" and 1 < subject < len(tags) and tags[subject] in _PLAINLY_FINITE:
        tags = ["NN1", *tags[1:]]  # "Machine learning models are ...": no order to do something
    finite = [i for i, tag in enumerate(tags) if any(part in FINITE for part in tag.split("+"))]
    last = finite[-1] if finite else -1
    if finite:
        return ["DT0" if tag == "CJT" and i > last and i + 1 < len(tags) else tag for i, tag in enumerate(tags)]
    for index in range(1, len(tags) - 1):
        if tags[index] == "VVN" and tags[index - 1].startswith(("N", "VVG")) and tags[index + 1] in _AFTER_VERB:
            return [*tags[:index], "VVD", *tags[index + 1 :]]
    for index in range(1, len(tags) - 1):
        if tags[index] == "NN2" and tags[index + 1] in {"AT0", "DPS"} and tags[index - 1].startswith(("N", "AJ")):
            return [*tags[:index], "VVZ", *tags[index + 1 :]]
    return tags


def _plain(piece: str) -> str:
    """What the model is asked: its analysis of a strange word costs the square of the length, and guesses anyway."""
    if len(piece) == 1 or (_ORDINARY.fullmatch(piece) and piece[0] not in ".-"):
        return piece
    return "100" if is_number(piece) or not any(c.isalpha() for c in piece) else "Thing"


def _is_number(pieces: list[str], index: int) -> bool:
    return index < len(pieces) and is_number(pieces[index])


def _split_clitic(core: str) -> list[str]:
    match = _CLITIC.fullmatch(core) if core else None
    if not match:
        return [core] if core else []
    stem, clitic = (match[1], match[2]) if match[1] else (match[3], match[4])
    return [stem, clitic.replace("’", "'")]


def _stops(trail: str) -> list[str]:
    return [c for c in trail if c in ".,;:!?"][:1]


def _uncapitalized(pieces: list[str]) -> list[str]:
    """A capital at the start of the sentence says nothing; ordinary words are tagged better without it."""
    if pieces and pieces[0][:1].isupper() and pieces[0][1:].islower() and len(pieces) > 1:
        name_like = pieces[1][:1].isupper()
        return pieces if name_like else [pieces[0].lower(), *pieces[1:]]
    return pieces


def _mend(piece: str, tag: str) -> str:
    """Corrections where the model is known to guess."""
    if is_number(piece):
        return "CRD"
    if piece == "n't":
        return "XX0"
    if piece in {"'s", "'"} and tag not in {"VBZ", "VHZ"}:
        return "POS"
    return tag
