"""Count what can be counted of an author's way of writing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.language.style.background import PLACES, load_background
from automagic.language.style.clockwork import find_clockwork
from automagic.language.style.formulas import find_formulas, number_words
from automagic.language.style.grams import places_of_words
from automagic.language.style.measures import (
    log_odds_z,
    median_interval,
    rarer_elsewhere,
    spread_of,
    wilson_interval,
    z_of_any,
)
from automagic.language.style.numbering import NumberedTexts, OwnPosts
from automagic.language.style.profile import (
    CharacteristicWord,
    Counted,
    KindEngagement,
    PeriodTopics,
    StyleProfile,
)
from automagic.language.style.structure import TOLD_BY, TOLD_WHEN, count_sentences, structure_of
from automagic.language.style.tokens import EMOJI, LINK, MENTION, TAG
from automagic.language.text.lexicon import STOPWORDS
from automagic.language.text.sentences import primary_tag
from automagic.values.post import Post

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHARED_OPENERS = 3
_MOST = 30
"""Of a list of words, tags or emoji."""

_ENGLISH, _LEAST_ENGLISH = ("the", "of", "and", "to"), 0.03
"""A tenth of the words of an English text are these; a model that knows languages would take longer than all else."""

_FEWEST_USES = 3
_PERIODS, _FEWEST_DATED, _TOPICS = 6, 20, 5
_FEWEST_ANSWERED, _FEWEST_OF_KIND = 20, 5

_FULL_STOPS = {".": "full stop", "。": "full stop", "!": "exclamation mark", "！": "exclamation mark"}
_CLOSERS = _FULL_STOPS | {
    "?": "question mark", "？": "question mark", "…": "ellipsis", ":": "colon", ")": "bracket", "]": "bracket",
    '"': "quotation mark", "”": "quotation mark", "“": "quotation mark", "»": "quotation mark",
}  # fmt: skip
_MARKS = {
    "comma": ",、", "semicolon": ";", "colon": ":", "dash": "—–", "ellipsis": "…", "bracket": "(",
    "question mark": "?？", "exclamation mark": "!！", "quotation mark": '"“”„«»',
}  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
_CAPITALS = re.compile(r"[A-Z](?<!\w\w)[A-Z]+\b")
_CONTRACTION = re.compile(r"\w['’](?:t|s|re|ve|ll|d|m)$")
_HABITS: Mapping[str, Iterable[str]] = {
    "has a number": (),
    "contracts": (),
    "says I": {"i", "i'm", "i’m", "my", "me"},
    "says we": {"we", "our", "us"},
    "says you": {"you", "your"},
}
"""By which words each is told; the first two by whatever words of theirs have a figure, or an ending cut off."""


def describe(posts: Sequence[Post]) -> StyleProfile:
    """The profile of an author's own posts (`own_posts`).

    Raises:
        RequestError: None of them is the author's own.
    """
    return describe_own(OwnPosts.of(posts))


def describe_own(own: OwnPosts) -> StyleProfile:
    """The same of posts that were read.

    Raises:
        RequestError: There are none.
    """
    import numpy as np

    if not own.posts:
        raise RequestError("no post has words of the author's own", hint="Replies and reposts do not count.")
    texts = [post.text for post in own.posts]
    having = own.numbered.texts_with(_sets_of(own.numbered.names))
    tell = (having["told by"] & having["told when"]).tolist()
    sentences = [*map(count_sentences, texts)]
    structures = [
        structure_of(text, masked, told=told, sentences=count)
        for text, masked, told, count in zip(texts, own.masked, tell, sentences, strict=True)
    ]
    tags = [TAG.findall(text) if "#" in text else [] for text in texts]
    emoji = [[] if text.isascii() else EMOJI.findall(text) for text in texts]
    habits = _find_habits(own) | {name: having[name] for name in _HABITS}
    habits |= {"has a hashtag": np.array([*map(bool, tags)]), "has an emoji": np.array([*map(bool, emoji)])}
    dated = [post.created_at for post in own.posts if post.created_at]
    hours, weekdays = Counter(time.hour for time in dated), Counter(time.weekday() for time in dated)
    engagement = _measure_engagement(own.posts, structures)
    words_each = np.bincount(own.numbered.words[1], minlength=len(texts)).tolist()
    return StyleProfile(
        posts=len(texts),
        words=sum(words_each),
        since=str(dated[0].date()) if dated else "",
        until=str(dated[-1].date()) if dated else "",
        languages=_count(post.language for post in own.posts),
        structures=_count(structures),
        openers=_find_openers(own.numbered),
        closers=_count(map(_closer_of, texts)),
        characters=spread_of([len(text) for text in texts]),
        words_each=spread_of(words_each),
        sentences=spread_of(sentences),
        lines=spread_of([text.strip().count("\n") + 1 for text in texts]),
        habits=_count_marked(habits),
        marks=_count_marked(_find_marks(texts, having)),
        emoji=_count(sign for found in emoji for sign in set(found))[:_MOST],
        hashtags=_count(tag for found in tags for tag in {tag.lower() for tag in found})[:_MOST],
        vocabulary=_find_vocabulary(own.numbered),
        topics=_find_topics(own, tags),
        hours=tuple(hours[hour] for hour in range(24)),
        weekdays=tuple(weekdays[day] for day in range(7)),
        dated=len(dated),
        engagement=engagement,
        too_few_signals=not engagement,
        formulas=find_formulas(number_words(own.numbered)),
        clockwork=find_clockwork(dated),
        english=_is_english(own),
    )


def _is_english(own: OwnPosts) -> bool:
    """Whether most posts are in English: as their network says, else by the words that no English text is without."""
    said = Counter(primary_tag(post.language) for post in own.posts if post.language)
    if said:
        return said.most_common(1)[0][0] == "en"
    numbers, _ = own.numbered.words
    usual = (own.numbered.number_of.get(word, -1) for word in _ENGLISH)
    return sum(int((numbers == number).sum()) for number in usual) >= _LEAST_ENGLISH * len(numbers)


def _count(names: Iterable[str]) -> tuple[Counted, ...]:
    """How often each is named."""
    return _in_order(Counter(names))


def _count_marked(marked: Mapping[str, NDArray[np.bool_]]) -> tuple[Counted, ...]:
    """How many texts have each, of those that any has."""
    counts = {name: int(texts.sum()) for name, texts in marked.items()}
    return _in_order({name: count for name, count in counts.items() if count})


def _in_order(counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """Most frequent first, equal ones by name."""
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Counted(name, count) for name, count in found)


def _find_openers(texts: NumberedTexts) -> tuple[Counted, ...]:
    import numpy as np

    numbers, of = texts.words
    begin = np.flatnonzero(np.diff(of, prepend=-1))
    second = begin[np.append(np.diff(begin), len(of) - begin[-1:]) > 1] + 1
    pairs, counts = np.unique(numbers[second - 1].astype(np.int64) << 32 | numbers[second], return_counts=True)
    often = counts >= _SHARED_OPENERS
    found = {
        f"{texts.names[pair >> 32]} {texts.names[pair & 0xFFFFFFFF]}": count
        for pair, count in zip(pairs[often].tolist(), counts[often].tolist(), strict=True)
    }
    alone = np.bincount(numbers[begin])
    (often,) = np.nonzero(alone >= _SHARED_OPENERS)
    found |= {texts.names[word]: int(alone[word]) for word in often.tolist()}
    return _in_order(found)[:_MOST]


def _closer_of(text: str) -> str:
    end = text.rstrip()
    last = end.rsplit(None, 1)[-1]
    if last[0] in "hHwW" and LINK.fullmatch(last):
        return "link"
    if last[0] == "#" and TAG.fullmatch(last):
        return "hashtag"
    if end.endswith("..."):
        return "ellipsis"
    if not end.isascii() and any(sign.end() == len(last) for sign in EMOJI.finditer(last)):
        return "emoji"
    return _CLOSERS.get(end[-1], "no mark")


def _sets_of(names: Sequence[str]) -> dict[str, Iterable[str]]:
    """The words and marks by which habits, marks and stories are found."""
    odd = [name for name in names if not name.isalpha()]
    return {
        **_MARKS,
        **_HABITS,
        "has a number": (name for name in odd if "0" in name),
        "contracts": filter(_CONTRACTION.search, odd),
        "told by": TOLD_BY,
        "told when": TOLD_WHEN,
    }


def _find_habits(own: OwnPosts) -> dict[str, NDArray[np.bool_]]:
    """(texts,) for each habit that is no matter of words, tags or emoji: which have it."""
    import numpy as np

    texts = [post.text for post in own.posts]

    return {
        "begins in lower case": np.array([*map(_begins_low, texts)]),
        "all in lower case": np.array([*map(str.islower, texts)]),
        "has a word in capitals": np.array([*map(_has_capitals, own.masked)]),
        "breaks lines": np.array(["\n" in text and "\n" in text.strip() for text in texts]),
        "leaves a line blank": np.array(["\n\n" in text and "\n\n" in text.strip() for text in texts]),
        "has a link": np.array(["://" in text and LINK.search(text) is not None for text in texts]),
        "has a mention": np.array(["@" in text and MENTION.search(text) is not None for text in texts]),
        "has pictures or video": np.array([post.media > 0 for post in own.posts]),
    }


def _has_capitals(text: str) -> bool:
    return not text[1:].islower() and _CAPITALS.search(text) is not None


def _begins_low(text: str) -> bool:
    if text[:1].isalpha():
        return text[0].islower()
    letter = _LETTER.search(text)
    return letter is not None and letter[0].islower()


def _find_marks(texts: Sequence[str], having: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.bool_]]:
    """(texts,) for each mark: which have it. Those of links and within numbers are none."""
    import numpy as np

    typed = {"dash": ["--" in text or " - " in text for text in texts], "ellipsis": ["..." in text for text in texts]}
    return {mark: having[mark] | np.array(typed[mark]) if mark in typed else having[mark] for mark in _MARKS}


def _find_vocabulary(texts: NumberedTexts) -> tuple[CharacteristicWord, ...]:
    import numpy as np

    background = load_background()
    numbers, _ = texts.words
    counts = np.bincount(numbers, minlength=len(texts.names))
    (often,) = np.nonzero(counts >= _FEWEST_USES)
    usual = background.frequencies[background.words[places_of_words(texts.codes[often])]]
    z = log_odds_z(counts[often], len(numbers), usual, PLACES)
    least = z_of_any(len(often))
    surely = z >= least
    measured = [
        CharacteristicWord(texts.names[number], int(counts[number]), round(one, 2))
        for number, one in zip(often[surely].tolist(), z[surely].tolist(), strict=True)
        if texts.names[number] != "0"
    ]
    return tuple(sorted(measured, key=lambda word: (-word.z, word.word))[:_MOST])


def _find_topics(own: OwnPosts, tags: Sequence[Sequence[str]]) -> tuple[PeriodTopics, ...]:
    """Of periods that have equally many posts. Those of unknown time stand before all others."""
    import numpy as np

    dated = [post.created_at for post in own.posts if post.created_at]
    if len(dated) < _FEWEST_DATED:
        return ()
    first = len(own.posts) - len(dated)
    subjects, numbers, texts = _with_tags(own.numbered, tags)
    whole = np.bincount(numbers[texts >= first], minlength=len(subjects))
    texts = texts - first
    telling = np.zeros(len(subjects), bool)
    (often,) = np.nonzero(whole >= _FEWEST_USES)
    telling[often] = [len(subjects[word]) > 2 and subjects[word] not in STOPWORDS for word in often.tolist()]
    periods = min(_PERIODS, len(dated) // (_FEWEST_DATED // 2))
    edges = [round(number * len(dated) / periods) for number in range(periods + 1)]
    spans = [*pairwise(edges)]
    inside_of = [
        telling * np.bincount(numbers[(texts >= begin) & (texts < end)], minlength=len(subjects))
        for begin, end in spans
    ]
    least = z_of_any(sum(int((inside >= _FEWEST_USES).sum()) for inside in inside_of))
    found = []
    for inside, (begin, end) in zip(inside_of, spans, strict=True):
        (often,) = np.nonzero(inside >= _FEWEST_USES)
        z = rarer_elsewhere(inside[often], whole[often], end - begin, len(dated))
        surely = [
            (-one, subjects[word], word) for one, word in zip(z.tolist(), often.tolist(), strict=True) if one >= least
        ]
        topics = tuple(Counted(name, int(inside[word])) for _, name, word in sorted(surely)[:_TOPICS])
        found.append(PeriodTopics(str(dated[begin].date()), str(dated[end - 1].date()), end - begin, topics))
    return tuple(found)


def _with_tags(
    texts: NumberedTexts, tags: Sequence[Sequence[str]]
) -> tuple[list[str], NDArray[np.int32], NDArray[np.int32]]:
    """Names, the number of each different word and hashtag of each text, and the text."""
    import numpy as np

    numbers, of = texts.pairs
    if not any(tags):
        return texts.names, numbers, of
    known = {tag: len(texts.names) + place for place, tag in enumerate(dict.fromkeys(map(str.lower, chain(*tags))))}
    tagged = [(known[tag], text) for text, found in enumerate(tags) for tag in set(map(str.lower, found))]
    more = np.array(tagged, np.int32).T
    return [*texts.names, *known], np.append(numbers, more[0]), np.append(of, more[1])


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
