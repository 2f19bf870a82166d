"""The names of a person's list as they are said: "Siobhan’s" is "shi-vawn's" where the list says shi-VAWN."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from automagic.language.names.entries import NameEntry, NameList, NameSpan
from automagic.language.text.sentences import split_words

Reader = Callable[[Sequence[str]], list[str]]
"""Says words that are on no list."""

_STRESSED = re.compile(r"[^\W\d_]{2,}")


def said_for(entry: NameEntry, read: Reader) -> tuple[str, ...]:
    """The words that the voice says for a name alone.

    Capitals, which show the stress in a respelling, become small letters: voices spell what they take for an
    abbreviation. A letter alone stays as it is: "F-B-I".
    """
    if entry.say:
        return tuple(_STRESSED.sub(lambda found: found[0].lower(), entry.say).split())
    return tuple(piece for piece in read(split_words(entry.written)) if piece)


def say_names(words: Sequence[str], said: Sequence[str], names: NameList, read: Reader) -> list[str]:
    """What is said for each word, with the names as the list says; those that it says nothing of stay as they are.

    A name of several words is said by its first one, unless it is said in as many.

    Args:
        said: For each word without the list.
    """
    spoken = list(said)
    for span in names.find(words):
        if not (span.entry.say or span.entry.say_ipa):
            continue
        pieces = list(said_for(span.entry, read)) or [""]
        pieces[0] = span.lead + pieces[0]
        pieces[-1] += _say_behind(span, read) + span.trail
        count = span.end - span.first
        spread = pieces if len(pieces) == count else [" ".join(pieces), *[""] * (count - 1)]
        spoken[span.first : span.end] = spread
    return spoken


def _say_behind(span: NameSpan, read: Reader) -> str:
    """ "'s" as it is, "-led" as a word of its own, "—who" after a pause."""
    if not span.behind or span.behind[0] in "'’":
        return "'s" if span.behind[1:] else ""
    rest = " ".join(read([span.behind[1:]]))
    return f"{',' if span.behind[0] in '–—' else ''} {rest}" if rest else ""


def named_pattern(said: str) -> re.Pattern[str]:
    """Finds what is said for a name in a spoken text; group 1 is the possessive behind it, or nothing."""
    return re.compile(rf"(?<![\w'’-]){re.escape(said)}(['’]s)?(?![\w-])")
