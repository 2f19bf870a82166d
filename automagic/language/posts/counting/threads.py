"""How long a post is for Threads: characters, each emoji as many as it has bytes in UTF-8."""

from __future__ import annotations

import regex

# An emoji with all that belongs to it: its colour, its sex, its family; a flag; a key.
_EMOJI = regex.compile(
    r"\p{RI}{2}|[#*0-9]\uFE0F?\u20E3|"
    r"(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}(?=[\uFE0F\u200D\p{Emoji_Modifier}]))"
    r"(?:[\uFE0F\p{Emoji_Modifier}\U000E0020-\U000E007F]|\u200D\p{Extended_Pictographic})*"
)


def threads_length(text: str) -> int:
    """The length that Threads counts.

    Characters are Unicode's here: Meta does not say which it means, and no other common unit counts ordinary text as
    longer.
    """
    if text.isascii():
        return len(text)
    return len(text) + sum(len(one.encode()) - len(one) for one in _EMOJI.findall(text))
