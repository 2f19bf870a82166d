"""What of a post is its author's way of writing: what anybody could copy is masked, the rest is cut into words.

"3 tips from @ana: https://a.example/x #typing" ──▶ "0 tips from:" ──▶ 0 · tips · from · :
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

from automagic.machine.masking import KEYS
from automagic.values.post import Post

LINK = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
MENTION = re.compile(r"(?<![\w@.])@\w[\w.-]*(?:@[\w-]+(?:\.[\w-]+)+)?(?<![.-])")
TAG = re.compile(r"(?<![\w&#])#(?=\w*[^\W\d_])\w+")
NUMBER = re.compile(r"\d\d*(?:[.,:]\d+)*")  # a first sign by itself is found faster than a run
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff](?:\ufe0f|\u200d|[\U0001f3fb-\U0001f3ff])*")

# Scripts that write no spaces: each of their signs is a word.
_SIGN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SIGNS = re.compile(f"[{_SIGN}]")
_SPACED_WORD = re.compile(r"\w+(?:['’]\w+)*")
WORD = re.compile(rf"[{_SIGN}]|[^\W{_SIGN}]+(?:['’][^\W{_SIGN}]+)*")

_SPACE, _LETTER, _APOSTROPHE, _MARK = range(4)
"""Of characters; an apostrophe is a mark unless letters stand on both sides of it, a sign is as one."""

_COPIED = re.compile("|".join(f"(?:{part.pattern})" for part in (LINK, MENTION, TAG)), re.IGNORECASE)
_KEY = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(KEYS.values())})")
_PLAIN = bytes(set(range(ord(" "), 0x7F)) - set(b"@#/0123456789"))
"""A text of these alone, in which no "www." stands, has nothing to mask."""


def mask(text: str) -> str:
    """`text` without links, mentions, hashtags and keys, each number as "0", and single spaces within its lines.

    A draft that copies a tag or a link of the author's is no more like the author for it; and nothing that is told of
    an author shows a key that was posted by mistake.
    """
    if "@" in text or "#" in text or "://" in text or "www." in text.lower():
        text = _COPIED.sub(" ", text)
    if NUMBER.search(text):  # a key has a digit
        text = NUMBER.sub("0", _KEY.sub(" ", text))
    text = text.strip()
    if text.isprintable() and "  " not in text:  # then each white space in it is a single space
        return text
    return "\n".join([" ".join(line.split()) for line in text.split("\n")])


def mask_all(texts: Sequence[str]) -> list[str]:
    """`mask` of each text: those in which nothing is to be masked are found by all their characters at once."""
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    left = joined.translate(None, _PLAIN).split(b"\0")
    if len(left) != len(texts):  # one has the character that stands between them
        return [mask(text) for text in texts]
    odd = [*map(bool, left)]
    if b"www." in joined.lower():
        odd = [one or "www." in text.lower() for one, text in zip(odd, texts, strict=True)]
    return [mask(text) if one or "  " in text else text.strip() for one, text in zip(odd, texts, strict=True)]


def has_word(text: str) -> bool:
    """Whether there is a word in `text`; most begin with one."""
    return text[:1].isalnum() or WORD.search(text) is not None


def split_style_words(text: str) -> list[str]:
    """The words of `text`, lower-case; a sign of a script without spaces is a word."""
    return (WORD if _SIGNS.search(text) else _SPACED_WORD).findall(text.lower())


def split_words_and_marks(text: str) -> list[str]:
    """The same, with each mark between them.

    A space is put on both sides of each mark and sign, for which the kinds of all characters are looked up at once:
    of many texts, a pattern takes twice the time.
    """
    import numpy as np

    codes = np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return []
    kind_of = np.zeros(int(codes.max()) + 1, np.uint8)
    kind_of[codes] = True
    (different,) = np.nonzero(kind_of)
    kind_of[different] = [_kind_of(code) for code in different.tolist()]
    kinds = kind_of.take(codes)
    apart = kinds >= _APOSTROPHE
    (within,) = np.nonzero(kinds[1:-1] == _APOSTROPHE)
    apart[within[(kinds[within] == _LETTER) & (kinds[within + 2] == _LETTER)] + 1] = False
    places = np.cumsum(apart * np.uint8(2) + np.uint8(1), dtype=np.int32)
    spaced = np.full(int(places[-1]), ord(" "), np.uint32)
    spaced[places - 1 - apart] = codes
    return spaced.tobytes().decode("utf-32-le", "surrogatepass").split()


@lru_cache(4096)
def _kind_of(code: int) -> int:
    character = chr(code)
    if character in "'’":
        return _APOSTROPHE
    if _SIGNS.match(character):
        return _MARK
    if character.isalnum() or character == "_":
        return _LETTER
    return _SPACE if character.isspace() else _MARK


def own_posts(posts: Sequence[Post]) -> tuple[Post, ...]:
    """Those that are wholly the author's own words and have any, oldest first, the first of equal ones.

    Those of unknown time stand before all others, in the order in which they were given.
    """
    kept: dict[str, Post] = {}
    for post in sorted(posts, key=lambda post: post.created_at.timestamp() if post.created_at else float("-inf")):
        if post.kind in {"post", "quote"} and has_word(post.text):
            kept.setdefault(post.text, post)
    return tuple(kept.values())


def corpus_digest(posts: Sequence[Post]) -> str:
    """The sha256 of what is learned from: ids and texts of the author's own posts, in their order."""
    return digest_of_own(own_posts(posts))


def digest_of_own(own: Sequence[Post]) -> str:
    """The same of `own_posts`."""
    parts = [part.encode("utf-8", "surrogatepass") for post in own for part in (post.id, post.text)]
    return hashlib.sha256(b"".join([len(part).to_bytes(8, "big") + part for part in parts])).hexdigest()
