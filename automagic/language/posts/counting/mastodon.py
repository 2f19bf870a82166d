"""How long a post is for Mastodon: graphemes, each link 23, of each "@user@host" only "@user"."""

from __future__ import annotations

import re
from itertools import chain

from automagic.language.posts.counting.graphemes import count_graphemes
from automagic.language.posts.counting.web_links import find_known_links

# Account::MENTION_RE of Mastodon: after what is no part of a word, a name, and mostly a host.
_MENTION = re.compile(r"(?<![=/\w.@])@(\w+(?:[\w.-]*\w)?)(?:@(?:\w[\w.-]*\w|\w)(?::\d+)?)", re.ASCII)


def mastodon_length(text: str, link: int = 23) -> int:
    """The length that an instance counts.

    Args:
        link: What any link counts: `configuration.statuses.characters_reserved_per_url` of the instance.
    """
    inside = [(span.start, span.end) for span in find_known_links(text)]
    cuts = [(start, end, "x" * link) for start, end in inside]
    for mention in _MENTION.finditer(text) if "@" in text else ():
        if not any(start < mention.end() and mention.start() < end for start, end in inside):
            cuts.append((mention.start(), mention.end(), f"@{mention[1]}"))
    cuts.sort()
    ends = [0, *(end for _, end, _ in cuts)]
    plain = (text[begin : cut[0]] + cut[2] for begin, cut in zip(ends, cuts, strict=False))
    return count_graphemes("".join(chain(plain, (text[ends[-1] :],))))
