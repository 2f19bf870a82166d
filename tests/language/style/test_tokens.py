"""What of a post is masked, and what its words are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.style.tokens import (
    WORD,
    corpus_digest,
    mask,
    mask_all,
    own_posts,
    split_style_words,
    split_words_and_marks,
)
from automagic.values.post import Post


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("3 tips from @ana: https://a.example/x?y=1 #typing", "0 tips from :"),
        ("It costs 1,299.50 or 12:30", "It costs 0 or 0"),
        ("see www.example.com/a now", "see now"),
        ("@ana@example.org said so", "said so"),
        ("mail me@example.com", "mail me@example.com"),
        ("C# and #5 stay", "C# and #0 stay"),
        ("a  b\n\n c ", "a b\n\nc"),
        ("#東京 に行く", "に行く"),
        ("My token is ghp_0123456789abcdef0123456789abcdef0123 now", "My token is now"),
        ("sk-proj-4Zq9Zq9Zq9Zq9Zq9 leaked", "leaked"),
        ("A task-force of 12", "A task-force of 0"),
    ],
)
def test_what_can_be_copied_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop, Ana’s here!", ["don't", "stop", "ana’s", "here"]),
        ("東京へ go", ["東", "京", "へ", "go"]),
        ("'quoted'", ["quoted"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert split_style_words(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop, Ana’s here!", ["don't", "stop", ",", "ana’s", "here", "!"]),
        ("'so' the dogs' a''b x_y", ["'", "so", "'", "the", "dogs", "'", "a", "'", "'", "b", "x_y"]),
        ("東京へgo's 😀\u00a0'", ["東", "京", "へ", "go's", "😀", "'"]),
        (" \n", []),
        ("", []),
    ],
)
def test_words_and_marks(text: str, words: list[str]) -> None:
    assert split_words_and_marks(text) == words


@given(st.text())
def test_without_the_marks_the_same_words_are_found(text: str) -> None:
    found = split_words_and_marks(text)
    assert [word for word in found if WORD.fullmatch(word)] == split_style_words(text)


@given(st.text())
def test_masking_twice_masks_no_more_numbers_or_spaces(text: str) -> None:
    masked = mask(text)
    assert masked == masked.strip()
    assert "  " not in masked


@given(
    st.lists(st.text() | st.sampled_from(["See  it", " See WwW.a.example ", "http://a.example", "#a 12", "A\nb", "é٣"]))
)
def test_many_texts_are_masked_as_each_is(texts: list[str]) -> None:
    assert mask_all(texts) == [mask(text) for text in texts]


def test_own_posts_are_in_time_order_and_nobody_elses() -> None:
    def at(day: int) -> datetime:
        return datetime(2024, 1, day, tzinfo=UTC)

    posts = (
        Post("late", "Late.", at(9)),
        Post("reply", "@ana yes", at(2), kind="reply"),
        Post("repost", "Not mine.", at(3), kind="repost"),
        Post("early", "Early.", at(1)),
        Post("quote", "So true.", at(5), kind="quote"),
        Post("again", "Early.", at(8)),
        Post("undated", "Some day.", None),
        Post("picture", "", at(4)),
    )
    assert [post.id for post in own_posts(posts)] == ["undated", "early", "quote", "late"]


def test_a_digest_tells_where_a_text_ends() -> None:
    assert corpus_digest([Post("a", "bc d")]) != corpus_digest([Post("ab", "c d")])
