"""What can be counted of an author's way of writing. Each measure says of how many posts it speaks."""

from __future__ import annotations

from dataclasses import dataclass

from automagic.language.style.clockwork import Clockwork
from automagic.language.style.formulas import SpokenFormula


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something occurs: in how many posts, unless it is said otherwise."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class LengthSpread:
    """The 10th, 50th and 90th percentile of a length, as nearest ranks."""

    low: int
    median: int
    high: int


@dataclass(frozen=True, slots=True)
class CharacteristicWord:
    """A word that the author uses more than others do.

    Attributes:
        word: Lower-case.
        count: How often the author wrote it.
        z: The log-odds against the background over their standard deviation, too high for any of all words by chance.
    """

    word: str
    count: int
    z: float


@dataclass(frozen=True, slots=True)
class PeriodTopics:
    """What an author wrote about in some time, rather than in the rest of it.

    Attributes:
        since, until: Dates of its first and last post, ISO 8601.
        posts: How many there are.
        topics: Words and hashtags, with the number of posts of the period that have them.
    """

    since: str
    until: str
    posts: int
    topics: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class KindEngagement:
    """How readers answered posts of one structure.

    Attributes:
        structure: As in `StyleProfile.structures`.
        posts: How many of them say how often they were liked, reposted or answered.
        answered: How many of these were, at least once.
        low, high: 0..1, the Wilson interval of 95 % of that share.
        median, median_low, median_high: Of likes, reposts and replies together, with the interval of 95 % between two
            ranks.
    """

    structure: str
    posts: int
    answered: int
    low: float
    high: float
    median: int
    median_low: int
    median_high: int


@dataclass(frozen=True, slots=True)
class StyleProfile:
    """What can be counted of an author's own posts.

    Attributes:
        posts: How many were looked at; every `Counted` is to be read against it.
        words: How many words they have.
        since, until: Dates of the first and the last post, ISO 8601; "" where no post has a time.
        languages: As the networks say, BCP-47; "" where none was said.
        structures: What they are built as; each post is one.
        openers: First words, of one or two, that at least three posts share.
        closers: What stands last: "full stop", "question mark", "emoji", "hashtag", "link", "no mark" ...
        characters, words_each, sentences, lines: Lengths of a post.
        habits: How many begin in lower case, break lines, leave a line blank, write a word in capitals ...
        marks: How many have which punctuation.
        emoji, hashtags: How many have which.
        vocabulary: The most characteristic words first; English alone has a background to compare with.
        topics: Over time; empty where fewer than 20 posts have a time.
        hours: 24 counts of posts by the hour at which they were published, in the zone that they say.
        weekdays: 7 of them, Monday first.
        dated: How many posts these rest on.
        engagement: By structure; empty when `too_few_signals`.
        too_few_signals: Whether so few posts were answered that nothing can be said.
        formulas: Runs of eight words and more that the author uses again and again.
        clockwork: What gives the times away as nobody's; None where they may be the author's.
        english: Whether most posts are in the language of the background that they are compared with.
    """

    posts: int
    words: int
    since: str
    until: str
    languages: tuple[Counted, ...]
    structures: tuple[Counted, ...]
    openers: tuple[Counted, ...]
    closers: tuple[Counted, ...]
    characters: LengthSpread
    words_each: LengthSpread
    sentences: LengthSpread
    lines: LengthSpread
    habits: tuple[Counted, ...]
    marks: tuple[Counted, ...]
    emoji: tuple[Counted, ...]
    hashtags: tuple[Counted, ...]
    vocabulary: tuple[CharacteristicWord, ...]
    topics: tuple[PeriodTopics, ...]
    hours: tuple[int, ...]
    weekdays: tuple[int, ...]
    dated: int
    engagement: tuple[KindEngagement, ...]
    too_few_signals: bool
    formulas: tuple[SpokenFormula, ...]
    clockwork: Clockwork | None = None
    english: bool = True
