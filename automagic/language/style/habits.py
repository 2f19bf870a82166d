"""Surface habits of an author, and how to write a text by them: each as often as the author does.

    posts ─▶ Habits: ends without a full stop in 31 of 100, curly apostrophes, "don't" in 9 of 10 ...
    text, Habits, a seed ─▶ the same words in the author's dress

Whether a habit is applied is drawn by its rate; the draw depends on the seed alone, so that the same text is dressed
the same way again. No word is added that the author did not write, none of the text's facts is touched.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from automagic.data import words
from automagic.language.style.shapes import body_of
from automagic.language.style.tokens import EMOJI, LINK, TAG, mask, own_posts, split_style_words
from automagic.language.text.lexicon import STOPWORDS
from automagic.language.text.summary import stem
from automagic.values.post import Post

Place = Literal["", "behind", "below"]
"""Where links and tags stand: behind the words, below them in a line of their own."""

_FEWEST = 3
_FEWEST_TOGETHER = 2
_TOGETHER = 0.5
"""A sign goes with a word when it stands in so many of the posts that have the word."""

_MOST_SIGNS = 3
_IN_CAPITALS = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|_")
_CONTRACTIONS = tuple((full, short) for full, short in words("style")["contractions"])
_BEFORE_NOT = frozenset(full.removesuffix(" not") for full, _ in _CONTRACTIONS)
_NOT = re.compile(r"(\w+) not\b|\bcan(not)\b", re.IGNORECASE)
_CONTRACTED_NOT = re.compile(r"\wn['’]t\b", re.IGNORECASE)
_DASH = re.compile(r"(?<=[\w\"”’)])(?P<sign> — |—| – | - | ?-- ?)(?=[\w\"“‘(])")
_OPENING = re.compile(r"(?:^|(?<=[\s(\[—–]))\"")


@dataclass(frozen=True, slots=True)
class Sign:
    """A tag or an emoji, and the stems of the words that it goes with.

    Attributes:
        posts: How many have it.
        named: What it says itself: "city" and "tree" of #CityTrees, "water" and "wave" of 🌊.
        beside: Words of whose posts most have it.
    """

    text: str
    posts: int
    named: frozenset[str]
    beside: frozenset[str] = frozenset()

    def goes_with(self, said: frozenset[str]) -> bool:
        """Whether a text is about it; one word that happened to stand beside it does not say so."""
        if self.text.startswith("#"):
            return bool(self.named) and self.named <= said
        return not self.named.isdisjoint(said) or len(self.beside & said) > 1


@dataclass(frozen=True, slots=True)
class Habits:
    """What an author does without thinking. Rates are 0..1; None where too little shows what they do.

    Attributes:
        posts: How many were looked at.
        ends: What the words of a post end with, of "." , "!" and "" (nothing), each with its rate.
        line_stops: How often a line that is not the last one ends with a mark, of those that end in words.
        small_first: How often a post begins in lower case.
        small_all: How often it is in lower case throughout.
        contracts: How often "do not" is written "don't".
        dash: The commonest between words, with the spaces around it; "" for none.
        ellipsis: "…" or "..."; "" for none.
        apostrophe, quotes: "'" or "’", '"' or "“"; "" for none.
        tagged: How often a post has hashtags.
        tags: Those that the author uses.
        tags_at, link_at: Where tags and links mostly stand; "" where there are none.
        most_tags: How many a post with tags has, the median.
        linked: How often it has a link.
        with_emoji: How often it has an emoji.
        emoji: Those that the author uses.
        emoji_first: Whether they mostly stand before the words.
    """

    posts: int
    ends: tuple[tuple[str, float], ...]
    line_stops: float | None
    small_first: float
    small_all: float
    contracts: float | None
    dash: str
    ellipsis: str
    apostrophe: str
    quotes: str
    tagged: float
    tags: tuple[Sign, ...]
    tags_at: Place
    most_tags: int
    linked: float
    link_at: Place
    with_emoji: float
    emoji: tuple[Sign, ...]
    emoji_first: bool


def learn_habits(posts: Sequence[Post]) -> Habits:
    """The habits of an author's own posts (`own_posts`); of none, those of nobody."""
    texts = [post.text.strip() for post in own_posts(posts)]
    bodies = [body for text in texts if (body := body_of(text))]
    tags = [TAG.findall(text) if "#" in text else [] for text in texts]
    emoji = [EMOJI.findall(text) if not text.isascii() else [] for text in texts]
    links = [LINK.search(text) is not None if "://" in text or "www." in text else False for text in texts]
    signs = "\n".join(bodies)
    full = sum(match[2] is not None or match[1].lower() in _BEFORE_NOT for match in _NOT.finditer(signs))
    short = len(_CONTRACTED_NOT.findall(signs))
    lines = [line.rstrip() for body in bodies for line in body.split("\n")[:-1] if line.strip()]
    ending = [line[-1] in ".!?…:" for line in lines]
    first = [letter[0] for body in bodies if (letter := re.search(r"[^\W\d_]", body))]
    return Habits(
        len(texts),
        _rates(_end_of(body) for body in bodies),
        sum(ending) / len(ending) if len(ending) >= _FEWEST else None,
        _share(letter.islower() for letter in first),
        _share(body.islower() for body in bodies),
        short / (short + full) if short + full >= _FEWEST else None,
        _commonest(match["sign"] for match in _DASH.finditer(signs)),
        _commonest(re.findall(r"…|\.\.\.", signs)),
        _commonest(re.findall(r"(?<=\w)['’](?=\w)", signs)),
        _commonest(re.findall(r"[\"“]", signs)),
        _share(map(bool, tags)),
        _list_tags(tags),
        _place_of(texts, TAG),
        sorted(len(found) for found in tags if found)[sum(map(bool, tags)) // 2] if any(tags) else 0,
        _share(links),
        _place_of(texts, LINK),
        _share(map(bool, emoji)),
        _list_emoji(emoji, texts),
        sum(EMOJI.match(text) is not None for text in texts) > sum(map(bool, emoji)) / 2,
    )


def dress(lines: Sequence[str], habits: Habits, *, seed: str, names: frozenset[str] = frozenset()) -> list[str]:
    """The lines of a post as the author would write them.

    Args:
        lines: Whole sentences, each line with its marks.
        seed: Of the draws; the text itself, or what it is made of.
        names: Words that keep their capital wherever they stand.
    """
    draw = _draws(seed)
    dressed = [_signs_in(line, habits, draw) for line in lines]
    if draw("small all") < habits.small_all:
        dressed = [line.lower() for line in dressed]
    elif draw("small first") * (1 - habits.small_all) < habits.small_first - habits.small_all:
        dressed = [_lower_first(line, names) for line in dressed]
    for index, line in enumerate(dressed[:-1]):
        stops = habits.line_stops is None or draw("line stops") < habits.line_stops
        dressed[index] = line if stops or not _ends_plainly(line) else line[:-1]
    if dressed and _ends_plainly(dressed[-1]):
        dressed[-1] = dressed[-1][:-1] + _choose(habits.ends, draw("end"), ".")
    return dressed


def adorn(text: str, habits: Habits, *, seed: str, about: str, link: str = "") -> tuple[str, tuple[str, ...]]:
    """A post with the link, the tags and the emoji that the author gives such posts, and which these are.

    Args:
        about: What it is told from, whose words decide which tags are topical.
        link: What may be linked to; "" for nothing.
    """
    draw = _draws(seed)
    said = _stems(f"{text} {about}") if habits.tags or habits.emoji else frozenset()
    added: list[str] = []
    if habits.emoji and draw("emoji") < habits.with_emoji and (sign := _topical(habits.emoji, said, 1)):
        text = f"{sign[0]} {text}" if habits.emoji_first else f"{text} {sign[0]}"
        added += sign
    if link and draw("link") < habits.linked:
        text = f"{text}\n\n{link}" if habits.link_at == "below" else f"{text} {link}"
        added.append(link)
    if draw("tags") < habits.tagged and (tags := _topical(habits.tags, said, habits.most_tags)):
        text = f"{text}\n\n{' '.join(tags)}" if habits.tags_at == "below" else f"{text} {' '.join(tags)}"
        added += tags
    return text, tuple(added)


def _draws(seed: str) -> Callable[[str], float]:
    """Numbers from 0 to 1, exclusive, that look drawn, and are the same for the same seed and name."""

    def draw(name: str) -> float:
        return int.from_bytes(hashlib.sha256(f"{name}\0{seed}".encode("utf-8", "surrogatepass")).digest()[:7]) / 2**56

    return draw


def _choose(rates: Sequence[tuple[str, float]], drawn: float, other: str) -> str:
    for value, rate in rates:
        if drawn < rate:
            return value
        drawn -= rate
    return other


# ------------------------------------------------------------------------------------------------ what is measured


def _end_of(body: str) -> str | None:
    end = body[-1]
    if body.endswith(("...", "..")):
        return None
    return end if end in ".!" else "" if end.isalnum() else None


def _rates(found: Iterable[str | None]) -> tuple[tuple[str, float], ...]:
    counts = Counter(one for one in found if one is not None)
    return tuple((name, count / counts.total()) for name, count in sorted(counts.items(), key=lambda item: -item[1]))


def _share(held: Iterable[bool]) -> float:
    known = list(held)
    return sum(known) / len(known) if known else 0.0


def _commonest(found: Iterable[str]) -> str:
    return next((sign for sign, _ in Counter(found).most_common(1)), "")


def _place_of(texts: Sequence[str], pattern: re.Pattern[str]) -> Place:
    """Where the last link or tag of most posts that have one stands."""
    found = [text.split("\n")[-1].split() for text in texts if pattern.search(text)]
    alone = [bool(last) and all(TAG.fullmatch(part) or LINK.fullmatch(part) for part in last) for last in found]
    return "" if not found else "below" if sum(alone) > len(alone) / 2 else "behind"


def _list_tags(found: Sequence[Sequence[str]]) -> tuple[Sign, ...]:
    """The tags that the author uses again, commonest first; each goes with a text that has all its words."""
    spelled: dict[str, Counter[str]] = {}
    for tag in (tag for tags in found for tag in tags):
        spelled.setdefault(tag.lower(), Counter())[tag] += 1
    chosen = [(counts.most_common(1)[0][0], counts.total()) for counts in spelled.values()]
    again = sorted((one for one in chosen if one[1] >= _FEWEST_TOGETHER), key=lambda one: (-one[1], one[0]))
    return tuple(Sign(tag, count, named=_stems(_IN_CAPITALS.sub(" ", tag[1:]))) for tag, count in again)


def _list_emoji(found: Sequence[Sequence[str]], texts: Sequence[str]) -> tuple[Sign, ...]:
    """The emoji that the author uses again, commonest first, each with the words in most of whose posts it stands."""
    if not any(found):
        return ()
    stems = [_stems(text) for text in texts]
    everywhere = Counter(word for said in stems for word in said)
    together: dict[str, Counter[str]] = {}
    posts: Counter[str] = Counter()
    for signs, said in zip(found, stems, strict=True):
        posts.update(set(signs))
        for sign in set(signs):
            together.setdefault(sign, Counter()).update(said)
    return tuple(
        Sign(
            sign,
            count,
            named=_stems(unicodedata.name(sign[0], "")),
            beside=frozenset(
                word
                for word, times in together[sign].items()
                if times >= _FEWEST and times >= _TOGETHER * everywhere[word]
            ),
        )
        for sign, count in sorted(posts.items(), key=lambda item: (-item[1], item[0]))
        if count >= _FEWEST_TOGETHER
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in split_style_words(mask(text)) if word not in STOPWORDS and len(word) > 2)


def _topical(signs: Sequence[Sign], said: frozenset[str], most: int) -> list[str]:
    return [sign.text for sign in signs if sign.goes_with(said)][: min(most, _MOST_SIGNS)]


# ------------------------------------------------------------------------------------------------- what is applied


def _signs_in(line: str, habits: Habits, draw: Callable[[str], float]) -> str:
    if habits.contracts is not None:
        contracted = draw("contracts") < habits.contracts
        pairs = _CONTRACTIONS if contracted else tuple((short, full) for full, short in _CONTRACTIONS)
        line = line.replace("’", "'") if not contracted else line
        for before, after in pairs:
            line = _replace(line, before, after)
    if habits.dash:
        line = _DASH.sub(habits.dash, line)
    if habits.ellipsis:
        line = line.replace("..." if habits.ellipsis == "…" else "…", habits.ellipsis)
    if habits.quotes == '"':
        line = re.sub("[“”„]", '"', line)
    elif habits.quotes == "“":
        line = _OPENING.sub("“", line).replace('"', "”")
    if habits.apostrophe:
        line = re.sub(r"(?<=\w)['’]", habits.apostrophe, line)
    return line


def _replace(line: str, before: str, after: str) -> str:
    def same_case(match: re.Match[str]) -> str:
        return after[0].upper() + after[1:] if match[0][0].isupper() else after

    return re.sub(rf"\b{re.escape(before)}\b", same_case, line, flags=re.IGNORECASE) if before in line.lower() else line


def _ends_plainly(line: str) -> bool:
    """Whether it ends with the full stop of a sentence, which may be another sign or none."""
    return line.endswith(".") and not line.endswith("..") and not re.search(r"\b(?:\w\.\w|[A-Z])\.$", line)


def _lower_first(line: str, names: frozenset[str]) -> str:
    """Without the capital at the start of each sentence, where it is no more than that."""

    def lower(match: re.Match[str]) -> str:
        word = match[0]
        keep = word in names or word == "I" or word[:2] in {"I'", "I’"} or any(sign.isupper() for sign in word[1:])
        return word if keep else word[:1].lower() + word[1:]

    return re.sub(r"(?:(?<=^)|(?<=[.!?…] ))[^\W\d_][\w'’]*", lower, line)
