"""What is counted of an author's posts."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.language.style.describe import describe
from automagic.language.style.measures import median_interval, spread_of, wilson_interval
from automagic.language.style.profile import Counted
from automagic.values.post import Post
from tests.support.texts.posts import bierce_posts, posts_of


def counts(found: tuple[Counted, ...]) -> dict[str, int]:
    return {counted.name: counted.count for counted in found}


def test_habits_closers_and_marks_are_counted_by_post() -> None:
    profile = describe(
        posts_of(
            [
                "so it begins...",
                "I can't wait, really!\n\nSee you there 🎉🎉",
                "READ this: https://example.com/a",
                "We did it — again. #Done",
                "Is it done? #done",
            ]
        )
    )
    assert counts(profile.habits) == {
        "all in lower case": 1, "begins in lower case": 1, "breaks lines": 1, "contracts": 1, "has a hashtag": 2,
        "has a link": 1, "has a word in capitals": 1, "has an emoji": 1, "leaves a line blank": 1, "says I": 1,
        "says we": 1, "says you": 1,
    }  # fmt: skip
    assert counts(profile.closers) == {"ellipsis": 1, "emoji": 1, "hashtag": 2, "link": 1}
    assert counts(profile.marks) == {
        "colon": 1, "comma": 1, "dash": 1, "ellipsis": 1, "exclamation mark": 1, "question mark": 1,
    }  # fmt: skip
    assert counts(profile.emoji) == {"🎉": 1}
    assert counts(profile.hashtags) == {"#done": 2}
    assert (profile.posts, profile.lines.high, profile.dated, profile.hours[9]) == (5, 3, 5, 5)


def test_bierce_is_recognised() -> None:
    profile = describe(bierce_posts())
    assert profile.posts == 950
    assert counts(profile.structures)["definition"] > 900
    assert {"ancient", "ingenious", "dead"} <= {word.word for word in profile.vocabulary}
    assert counts(profile.closers)["full stop"] > 850
    assert sum(counts(profile.structures).values()) == profile.posts


def test_shared_openers_need_three_posts() -> None:
    profile = describe(posts_of(["Hot take: a", "Hot take: b", "hot take, c", "Cold take: d", "Cold take: e"]))
    assert profile.openers == (Counted("hot", 3), Counted("hot take", 3))


def test_topics_belong_to_their_time() -> None:
    early = [f"The parser now reads line {'x' * number}" for number in range(1, 16)]
    late = [f"The renderer now draws frame {'y' * number}" for number in range(1, 16)]
    first, *_, last = describe(posts_of([*early, *late])).topics
    assert Counted("parser", first.posts) in first.topics
    assert Counted("renderer", last.posts) in last.topics
    assert (first.since, last.until) == ("2024-01-01", "2024-01-30")
    assert describe(posts_of(early)).topics == ()


def test_what_is_by_chance_is_no_topic() -> None:
    texts = [post.text for post in bierce_posts()]
    by_chance = sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())
    assert sum(len(period.topics) for period in describe(posts_of(by_chance)).topics) <= 1


def test_engagement_by_structure_or_too_few_signals() -> None:
    asked = [Post(f"q{n}", f"Why {'o' * n}?", likes=n % 5 + 1, reposts=None) for n in range(1, 31)]
    said = [Post(f"s{n}", f"Because {'o' * n}.", likes=0, replies=0) for n in range(1, 31)]
    by_kind = {kind.structure: kind for kind in describe([*asked, *said]).engagement}
    assert (by_kind["question"].answered, by_kind["question"].posts, by_kind["question"].median) == (30, 30, 3)
    assert by_kind["one-liner"].answered == 0
    assert by_kind["one-liner"].high < by_kind["question"].low
    quiet = describe([replace(post, likes=None) for post in asked] + said)
    assert (quiet.engagement, quiet.too_few_signals) == ((), True)


def test_nothing_of_ones_own_is_said() -> None:
    with pytest.raises(RequestError, match="no post has words"):
        describe([Post("r", "Not mine", kind="repost")])


def test_the_order_of_the_posts_changes_nothing() -> None:
    posts = bierce_posts()[:80]
    assert describe(posts) == describe(posts[::-1])


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("The moon has no light of its own, and we see the sun's.", "", True),
        ("Der Mond leuchtet nicht von selbst, und wir sehen nur das Licht der Sonne.", "", False),
        ("La lune ne brille pas d'elle-même : on voit la lumière du soleil.", "", False),
        ("Sunlight!", "en-GB", True),
        ("The End of the Affair", "de", False),
    ],
)
def test_posts_in_another_language_than_the_background_s_are_known(text: str, language: str, english: bool) -> None:
    assert describe([Post("1", text, None, language=language)]).english is english


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=25))
def test_any_texts_are_described_within_their_number(texts: list[str]) -> None:
    posts = posts_of(["Begin.", *texts])
    profile = describe(posts)
    listed = (*profile.structures, *profile.habits, *profile.marks, *profile.closers, *profile.emoji)
    assert all(1 <= counted.count <= profile.posts for counted in listed)
    assert sum(profile.hours) == sum(profile.weekdays) == profile.dated


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # The third is the example of Newcombe (1998, "Two-sided confidence intervals for the single proportion").
    [(0, 10, 0.0, 0.2775328), (5, 10, 0.2365931, 0.7634069), (81, 263, 0.2552957, 0.3661845), (0, 0, 0.0, 1.0)],
)
def test_wilson_interval(hits: int, of: int, low: float, high: float) -> None:
    assert wilson_interval(hits, of) == pytest.approx((low, high), abs=2e-4)


def test_median_interval_lies_between_ranks() -> None:
    assert median_interval([*range(1, 26)]) == (13, 7, 19)
    assert median_interval([4]) == (4, 4, 4)


def test_percentiles_are_values_that_occur() -> None:
    spread = spread_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])
    assert (spread.low, spread.median, spread.high) == (1, 5, 9)
