"""What of a post is its author's way of writing: what anybody could copy is masked, the rest is cut into words.

"3 tips from @ana: https://a.example/x #typing" ──▶ "0 tips from:" ──▶ 0 · tips · from · :
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

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
_KEY = re.compile("|".join(rf"(?<![A-Za-z0-9])(?:{pattern})" for pattern in KEYS.values()))


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
    seen = np.zeros(int(codes.max()) + 1, bool)
    seen[codes] = True
    (different,) = np.nonzero(seen)
    of_code = np.zeros(len(seen), np.uint8)
    of_code[different] = [_kind_of(chr(code)) for code in different.tolist()]
    kinds = of_code[codes]
    apart = kinds >= _APOSTROPHE
    (within,) = np.nonzero(kinds[1:-1] == _APOSTROPHE)
    apart[within[(kinds[within] == _LETTER) & (kinds[within + 2] == _LETTER)] + 1] = False
    places = np.cumsum(apart * np.uint8(2) + np.uint8(1), dtype=np.int32)
    spaced = np.full(int(places[-1]), ord(" "), np.uint32)
    spaced[places - 1 - apart] = codes
    return spaced.tobytes().decode("utf-32-le", "surrogatepass").split()


def _kind_of(character: str) -> int:
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
        if post.kind in {"post", "quote"} and WORD.search(post.text):
            kept.setdefault(post.text, post)
    return tuple(kept.values())


def corpus_digest(posts: Sequence[Post]) -> str:
    """The sha256 of what is learned from: ids and texts of the author's own posts, in their order."""
    return digest_of_own(own_posts(posts))


def digest_of_own(own: Sequence[Post]) -> str:
    """The same of `own_posts`."""
    parts = [part.encode("utf-8", "surrogatepass") for post in own for part in (post.id, post.text)]
    return hashlib.sha256(b"".join([len(part).to_bytes(8, "big") + part for part in parts])).hexdigest()
