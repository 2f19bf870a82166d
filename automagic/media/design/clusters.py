"""Clusters: what a reader takes for one character, be it a letter with its marks or an emoji of several parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from automagic.media.design.fonts import is_selector

_JOINER = "\u200d"
_KEYCAP = "\u20e3"
_EMOJI_STYLE = "\ufe0f"


def split_clusters(text: str) -> Iterator[str]:
    """What a reader takes for one character (UAX #29, as far as fonts need it): marks and parts of emoji stay together.

    A flag is two regional letters, a keycap three characters, a family of emoji as many as there are people in it.
    """
    cluster = ""
    for character in text:
        if cluster and not _joins(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _joins(cluster: str, character: str) -> bool:
    if character == _JOINER or is_selector(character) or _is_modifier(character):
        return not cluster.isspace()
    if unicodedata.category(character)[0] == "M":
        return not cluster.isspace()
    if _is_regional(character):
        return len(cluster) == 1 and _is_regional(cluster)
    return cluster[-1] == _JOINER and _is_pictograph(character)


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_modifier(character: str) -> bool:
    """A skin tone, or a tag of a region's flag."""
    return "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _is_pictograph(character: str) -> bool:
    return character > "\u2000" and unicodedata.category(character) in {"So", "Sm", "Po", "Cn"}


def is_emoji(cluster: str) -> bool:
    """Whether it asks to be drawn as an emoji, or has several parts, as only emoji have."""
    return len(cluster) > 1 and any(
        character in (_EMOJI_STYLE, _KEYCAP, _JOINER) or _is_regional(character) or _is_modifier(character)
        for character in cluster
    )
