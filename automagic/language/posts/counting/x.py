"""How long a post is for X: its weighted length.

    signs of most alphabets 1 · all others, and each emoji whole, 2 · each link 23

The rule is configuration 3 of twitter-text (github.com/twitter/twitter-text, config/v3.json), over the text in
Unicode's normal form C.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from automagic.data import words
from automagic.language.posts.counting.domain_links import find_links

LINK = 23
EMOJI = 2
_HEAVY = re.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")
_PICTURES = r"\u203c-\u2b55\u3030\u303d\u3297\u3299\ue50a\ufe0f\U0001f004-\U0001f9ff"
_EMOJI_SIGN = f"[#*0-9©®{_PICTURES}]"
_HAS_EMOJI = re.compile(f"[{_PICTURES}]")


def x_length(text: str) -> int:
    """The weighted length of a post; what is no valid character has a length like any other."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    wholes = [(span.start, span.end, LINK) for span in find_links(text)]
    if not text.isascii() and _HAS_EMOJI.search(text):
        wholes += ((*match.span(), EMOJI) for match in _emoji().finditer(text))
        wholes.sort(key=lambda whole: (whole[0], -whole[2]))
    length = at = 0
    rest: list[str] = []
    for start, end, weight in wholes:
        if start >= at:
            rest.append(text[at:start])
            length += weight
            at = end
    plain = "".join([*rest, text[at:]])
    length += len(plain)
    return length if plain.isascii() else length + sum(map(len, _HEAVY.findall(plain)))


@cache
def _emoji() -> re.Pattern[str]:
    return re.compile(f"(?={_EMOJI_SIGN})(?:{''.join(words('x-emoji')['pattern'])})")
