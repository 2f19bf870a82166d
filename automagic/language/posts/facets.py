"""What can be clicked in a post: links, hashtags and mentions.

    "Read example.com/very/long… #bees @ann.example"
          └── link ──────────┘  └tag┘ └─ mention ─┘

Bluesky takes them beside the text, as ranges of its UTF-8 bytes. Its servers accept any range, even one that cuts a
character: that ours do not is for us to see to.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from automagic.language.posts.counting.domain_links import LinkSpan, find_links
from automagic.language.posts.counting.graphemes import count_graphemes
from automagic.language.posts.counting.length import Network
from automagic.language.posts.counting.web_links import find_known_links, find_web_links

FacetKind = Literal["link", "tag", "mention"]

_MOST_IN_TAG = 64
_BLUESKY_TAG = regex.compile(
    r"(?<!\S)[#＃]([\p{L}\p{Extended_Pictographic}][\p{L}\p{M}\p{N}\p{Extended_Pictographic}\u200D\uFE0F_-]*)"
)
_BLUESKY_MENTION = regex.compile(
    r"(?<![^\s(])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]*)\b"
)
# Tag::HASHTAG_RE and Account::MENTION_RE of Mastodon, in short: a tag has a letter in it, a mention may have a host.
_MASTODON_TAG = regex.compile(r"(?<![/)\w&])[#＃]([\w·・]*[\p{L}\p{M}_][\w·・]*)")
_MASTODON_MENTION = regex.compile(
    r"(?<![=/\w.@])@([A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?:@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)?)"
)
# validHashtag and validMentionOrList of twitter-text. Threads and LinkedIn publish no rule: they get this one.
_X_TAG = regex.compile(
    r"(?<![\p{L}\p{M}\p{Nd}_&])[#＃](?![\uFE0F\u20E3])([\p{L}\p{M}\p{Nd}_]*[\p{L}\p{M}][\p{L}\p{M}\p{Nd}_]*)(?![#＃]|://)"
)
_X_MENTION = regex.compile(r"(?<![a-zA-Z0-9_!#$%&*@＠])[@＠]([a-zA-Z0-9_]{1,20})(?![@＠\w]|://)")
_CASHTAG = regex.compile(r"(?<!\S)\$[a-zA-Z]{1,6}(?:[._][a-zA-Z]{1,2})?(?=$|\s|[!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$])")


@dataclass(frozen=True, slots=True)
class Facet:
    """A part of a text that can be clicked.

    Attributes:
        start, end: Its bytes in UTF-8, [start, end).
        value: The whole address of a link, a tag without its sign, a mention without its sign.
    """

    start: int
    end: int
    kind: FacetKind
    value: str


@dataclass(frozen=True, slots=True)
class RichText:
    """A text as readers see it, and what can be clicked in it."""

    text: str
    facets: tuple[Facet, ...]


def find_facets(text: str, network: Network = "bluesky") -> tuple[Facet, ...]:
    """What the network makes a link of, or should: in order, none in another one.

    A text with a lone surrogate has no UTF-8; it must be cleaned before.

    Raises:
        UnicodeEncodeError: The text cannot be encoded.
    """
    spans: list[tuple[int, int, FacetKind, str]] = []
    for link in links_of(text, network):
        spans.append((link.start, link.end, "link", _address(text, link)))
    for name in _find_names(text, network):
        if not any(name[0] < other[1] and other[0] < name[1] for other in spans):
            spans.append(name)
    offsets = byte_offsets(text)
    return tuple(Facet(offsets[start], offsets[end], kind, value) for start, end, kind, value in sorted(spans))


def links_of(text: str, network: Network) -> tuple[LinkSpan, ...]:
    """What the network makes a link of, or lets us make one of."""
    if network == "mastodon":
        return find_known_links(text)
    if network != "bluesky":
        return find_links(text)
    whole = find_web_links(text)
    bare = (span for span in find_links(text) if not span.has_scheme)
    beside = (one for one in bare if not any(one.start < web.end and web.start < one.end for web in whole))
    return tuple(sorted([*whole, *beside], key=lambda span: span.start))


def byte_offsets(text: str) -> Sequence[int]:
    """Where each character begins in UTF-8, and where the text ends.

    Raises:
        UnicodeEncodeError: It holds a lone surrogate.
    """
    if text.isascii():
        return range(len(text) + 1)
    text.encode()
    sizes = (1 if (code := ord(one)) < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4 for one in text)
    return list(itertools.accumulate(sizes, initial=0))


def shorten_links(text: str, longest: int = 30) -> RichText:
    """The text for Bluesky, each link shown without "https://" and no longer than that; the facet has all of it.

    Args:
        longest: Characters of a link that are shown, "…" among them.
    """
    pieces: list[str] = []
    addresses: list[tuple[int, int, str]] = []
    done = shown = 0
    for span in links_of(text, "bluesky"):
        before, label = text[done : span.start], shown_link(text[span.start : span.end], longest)
        shown += len(before)
        addresses.append((shown, shown + len(label), _address(text, span)))
        pieces += [before, label]
        shown += len(label)
        done = span.end
    short = "".join([*pieces, text[done:]])
    offsets = byte_offsets(short)
    links = [Facet(offsets[start], offsets[end], "link", address) for start, end, address in addresses]
    others = [
        facet
        for facet in find_facets(short)
        if facet.kind != "link" and not any(facet.start < link.end and link.start < facet.end for link in links)
    ]
    return RichText(short, tuple(sorted([*links, *others], key=lambda facet: facet.start)))


def shown_link(address: str, longest: int = 30) -> str:
    """A link as readers see it: its host whole, and as much of its path as there is room for."""
    bare = regex.sub(r"^https?://(?:www\.)?", "", address, flags=regex.IGNORECASE).removesuffix("/")
    host = bare.partition("/")[0]
    if len(bare) <= longest or len(host) >= longest:
        return bare if len(bare) <= longest else f"{host}/…" if "/" in bare else host
    return f"{bare[: longest - 1]}…"


def count_cashtags(text: str) -> int:
    """How many "$ABC" X finds in a text: it takes one in a post."""
    return len(_CASHTAG.findall(text)) if "$" in text else 0


def _find_names(text: str, network: Network) -> Iterator[tuple[int, int, FacetKind, str]]:
    """Hashtags and mentions."""
    tag, mention = {
        "bluesky": (_BLUESKY_TAG, _BLUESKY_MENTION),
        "mastodon": (_MASTODON_TAG, _MASTODON_MENTION),
    }.get(network, (_X_TAG, _X_MENTION))
    for match in tag.finditer(text) if "#" in text or "＃" in text else ():
        if network != "bluesky" or count_graphemes(match[1]) <= _MOST_IN_TAG:
            yield match.start(), match.end(), "tag", match[1]
    for match in mention.finditer(text) if "@" in text or "＠" in text else ():
        yield match.start(), match.end(), "mention", match[1]


def _address(text: str, span: LinkSpan) -> str:
    link = text[span.start : span.end]
    return link if span.has_scheme else f"https://{link}"
