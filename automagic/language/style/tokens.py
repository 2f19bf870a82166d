"""What of a post is its author's way of writing: what anybody could copy is masked, the rest is cut into words.

"3 tips from @ana: https://a.example/x #typing" ──▶ "0 tips from:" ──▶ 0 · tips · from · :
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from automagic.machine.masking import KEYS
from automagic.values.post import Post

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
    import numpy as np

    joined = "\0".join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    odd = _look_up(codes, _is_odd).take(codes)
    odd[ends - 1] = 0
    spaces = codes == ord(" ")
    (places,) = np.nonzero(odd[:-1] | (spaces[:-1] & spaces[1:]))
    found = np.zeros(len(texts), bool)
    found[ends.searchsorted(places, side="right")] = True
    if any(end in joined for end in ("ww.", "WW.", "wW.", "Ww.")):
        found |= np.array(["www." in text.lower() for text in texts])
    return [mask(text) if is_odd else text.strip() for text, is_odd in zip(texts, found.tolist(), strict=True)]


def _is_odd(character: str) -> bool:
    """Whether a text that has it may hold something to mask, or spaces of another sort; "www." has none such."""
    return character in "@#/" or character.isdigit() or not character.isprintable()


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
    kinds = _look_up(codes, _kind_of).take(codes)
    apart = kinds >= _APOSTROPHE
    (within,) = np.nonzero(kinds[1:-1] == _APOSTROPHE)
    apart[within[(kinds[within] == _LETTER) & (kinds[within + 2] == _LETTER)] + 1] = False
    places = np.cumsum(apart * np.uint8(2) + np.uint8(1), dtype=np.int32)
    spaced = np.full(int(places[-1]), ord(" "), np.uint32)
    spaced[places - 1 - apart] = codes
    return spaced.tobytes().decode("utf-32-le", "surrogatepass").split()


def _look_up(codes: NDArray[np.uint32], of: Callable[[str], int]) -> NDArray[np.uint8]:
    """A table: `of` each character that there is, at its code."""
    import numpy as np

    seen = np.zeros(int(codes.max(initial=0)) + 1, bool)
    seen[codes] = True
    (different,) = np.nonzero(seen)
    table = np.zeros(len(seen), np.uint8)
    table[different] = [of(chr(code)) for code in different.tolist()]
    return table


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
