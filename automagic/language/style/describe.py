"""Count what can be counted of an author's way of writing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from automagic.errors import RequestError
from automagic.language.style.background import PLACES, load_background
from automagic.language.style.formulas import find_formulas, number_words
from automagic.language.style.grams import places_of_words
from automagic.language.style.measures import (
    Z,
    log_odds_z,
    median_interval,
    rarer_elsewhere,
    spread_of,
    wilson_interval,
)
from automagic.language.style.profile import (
    CharacteristicWord,
    Counted,
    KindEngagement,
    PeriodTopics,
    StyleProfile,
)
from automagic.language.style.structure import count_sentences, structure_of
from automagic.language.style.tokens import EMOJI, LINK, MENTION, TAG, mask, own_posts, split_style_words
from automagic.language.text.lexicon import STOPWORDS
from automagic.values.post import Post

_SHARED_OPENERS = 3
_MOST = 30
"""Of a list of words, tags or emoji."""

_FEWEST_USES = 3
_PERIODS, _FEWEST_DATED, _TOPICS = 6, 20, 5
_FEWEST_ANSWERED, _FEWEST_OF_KIND = 20, 5

_FULL_STOPS = {".": "full stop", "。": "full stop", "!": "exclamation mark", "！": "exclamation mark"}
_CLOSERS = _FULL_STOPS | {
    "?": "question mark", "？": "question mark", "…": "ellipsis", ":": "colon", ")": "bracket", "]": "bracket",
    '"': "quotation mark", "”": "quotation mark", "“": "quotation mark", "»": "quotation mark",
}  # fmt: skip
_MARKS = {
    sign: name
    for name, signs in {
        "comma": ",、", "semicolon": ";", "colon": ":", "dash": "—–", "ellipsis": "…", "bracket": "(",
        "question mark": "?？", "exclamation mark": "!！", "quotation mark": '"“”„«»',
    }.items()
    for sign in signs
}  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_CAPITALS = re.compile(r"[A-Z](?<!\w\w)[A-Z]+\b")
_CONTRACTION = re.compile(r"\w['’](?:t|s|re|ve|ll|d|m)\b", re.IGNORECASE)
_I, _WE, _YOU = {"i", "i'm", "i’m", "my", "me"}, {"we", "our", "us"}, {"you", "your"}


def describe(posts: Sequence[Post]) -> StyleProfile:
    """The profile of an author's own posts (`own_posts`).

    Raises:
        RequestError: None of them is the author's own.
    """
    own = own_posts(posts)
    if not own:
        raise RequestError("no post has words of the author's own", hint="Replies and reposts do not count.")
    texts = [post.text for post in own]
    words = [split_style_words(mask(text)) for text in texts]
    structures = [structure_of(text, part) for text, part in zip(texts, words, strict=True)]
    tags = [TAG.findall(text) if "#" in text else [] for text in texts]
    emoji = [[] if text.isascii() else EMOJI.findall(text) for text in texts]
    dated = [post.created_at for post in own if post.created_at]
    hours, weekdays = Counter(time.hour for time in dated), Counter(time.weekday() for time in dated)
    engagement = _measure_engagement(own, structures)
    return StyleProfile(
        posts=len(own),
        words=sum(map(len, words)),
        structures=_count(structures),
        openers=_find_openers(words),
        closers=_count(map(_closer_of, texts)),
        characters=spread_of([len(text) for text in texts]),
        words_each=spread_of([len(part) for part in words]),
        sentences=spread_of([count_sentences(text) for text in texts]),
        lines=spread_of([text.strip().count("\n") + 1 for text in texts]),
        habits=_count(name for text, part in zip(texts, words, strict=True) for name in _habits_of(text, part)),
        marks=_count(name for text in texts for name in _marks_of(text)),
        emoji=_count(sign for found in emoji for sign in set(found))[:_MOST],
        hashtags=_count(tag for found in tags for tag in {tag.lower() for tag in found})[:_MOST],
        vocabulary=_find_vocabulary(words),
        topics=_find_topics(own, words, tags),
        hours=tuple(hours[hour] for hour in range(24)),
        weekdays=tuple(weekdays[day] for day in range(7)),
        dated=len(dated),
        engagement=engagement,
        too_few_signals=not engagement,
        formulas=find_formulas(number_words(words)),
    )


def _count(names: Iterable[str]) -> tuple[Counted, ...]:
    """Most frequent first, equal ones by name."""
    found = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return tuple(Counted(name, count) for name, count in found)


def _find_openers(words: Sequence[Sequence[str]]) -> tuple[Counted, ...]:
    openers = (" ".join(part[:length]) for part in words for length in (1, 2) if len(part) >= length)
    return tuple(opener for opener in _count(openers) if opener.count >= _SHARED_OPENERS)[:_MOST]


def _closer_of(text: str) -> str:
    end = text.rstrip()
    last = end.split()[-1]
    if LINK.fullmatch(last):
        return "link"
    if TAG.fullmatch(last):
        return "hashtag"
    if end.endswith("..."):
        return "ellipsis"
    if not end.isascii() and any(sign.end() == len(last) for sign in EMOJI.finditer(last)):
        return "emoji"
    return _CLOSERS.get(end[-1], "no mark")


def _habits_of(text: str, words: Sequence[str]) -> Iterable[str]:
    said = set(words)
    letter = _LETTER.search(text)
    held = {
        "begins in lower case": letter is not None and letter[0].islower(),
        "all in lower case": text.islower(),
        "has a word in capitals": _CAPITALS.search(text) is not None,
        "breaks lines": "\n" in text.strip(),
        "leaves a line blank": "\n\n" in text.strip(),
        "has a link": "://" in text and LINK.search(text) is not None,
        "has a mention": "@" in text and MENTION.search(text) is not None,
        "has a hashtag": "#" in text and TAG.search(text) is not None,
        "has an emoji": not text.isascii() and EMOJI.search(text) is not None,
        "has a number": _DIGIT.search(text) is not None,
        "contracts": ("'" in text or "’" in text) and _CONTRACTION.search(text) is not None,
        "says I": not _I.isdisjoint(said),
        "says we": not _WE.isdisjoint(said),
        "says you": not _YOU.isdisjoint(said),
    }
    return (name for name, holds in held.items() if holds)


def _marks_of(text: str) -> set[str]:
    found = {_MARKS[sign] for sign in _MARKS.keys() & set(text)}
    if " - " in text or "--" in text:
        found.add("dash")
    if "..." in text:
        found.add("ellipsis")
    return found


def _find_vocabulary(words: Sequence[Sequence[str]]) -> tuple[CharacteristicWord, ...]:
    background = load_background()
    counts = Counter(chain.from_iterable(words))
    places = counts.total()
    often = [word for word, count in counts.items() if count >= _FEWEST_USES and word != "0"]
    if not often:
        return ()
    usual = background.frequencies[background.words[places_of_words(often)]].tolist()
    measured = [
        CharacteristicWord(word, counts[word], round(log_odds_z(counts[word], places, frequency, PLACES), 2))
        for word, frequency in zip(often, usual, strict=True)
    ]
    characteristic = (word for word in measured if word.z >= Z)
    return tuple(sorted(characteristic, key=lambda word: (-word.z, word.word))[:_MOST])


def _find_topics(
    own: Sequence[Post], words: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]
) -> tuple[PeriodTopics, ...]:
    """Of periods that have equally many posts."""
    dated = [
        (post.created_at, {*part, *map(str.lower, found)} - STOPWORDS)
        for post, part, found in zip(own, words, tags, strict=True)
        if post.created_at
    ]
    if len(dated) < _FEWEST_DATED:
        return ()
    whole = Counter(chain.from_iterable(said for _, said in dated))
    periods = min(_PERIODS, len(dated) // (_FEWEST_DATED // 2))
    edges = [round(number * len(dated) / periods) for number in range(periods + 1)]
    found = []
    for begin, end in pairwise(edges):
        part = dated[begin:end]
        inside = {
            word: count
            for word, count in Counter(chain.from_iterable(said for _, said in part)).items()
            if count >= _FEWEST_USES and len(word) > 2
        }
        surely = [(z, word) for word, z in rarer_elsewhere(inside, whole, len(part), len(dated)).items() if z >= Z]
        best = sorted(surely, key=lambda item: (-item[0], item[1]))[:_TOPICS]
        topics = tuple(Counted(word, inside[word]) for _, word in best)
        found.append(PeriodTopics(str(part[0][0].date()), str(part[-1][0].date()), len(part), topics))
    return tuple(found)


def _measure_engagement(own: Sequence[Post], structures: Sequence[str]) -> tuple[KindEngagement, ...]:
    signals: dict[str, list[int]] = {}
    for post, structure in zip(own, structures, strict=True):
        known = [count for count in (post.likes, post.reposts, post.replies) if count is not None]
        if known:
            signals.setdefault(structure, []).append(sum(known))
    if sum(count > 0 for counts in signals.values() for count in counts) < _FEWEST_ANSWERED:
        return ()
    measured = []
    for structure, counts in sorted(signals.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(counts) >= _FEWEST_OF_KIND:
            answered = sum(count > 0 for count in counts)
            measured.append(
                KindEngagement(
                    structure,
                    len(counts),
                    answered,
                    *wilson_interval(answered, len(counts)),
                    *median_interval(counts),
                )
            )
    return tuple(measured)
