"""X counts by weight: the conformance cases of twitter-text, and what else its version 3.1.0 answers."""

from __future__ import annotations

import unicodedata

import pytest
import yaml

from automagic.language.posts.counting.domain_links import find_links
from automagic.language.posts.counting.x import x_length
from tests.support.texts.odd_posts import TWITTER_TEXT

VALIDATE = yaml.safe_load((TWITTER_TEXT / "validate.yml").read_text("utf-8"))["tests"]
EXTRACT = yaml.safe_load((TWITTER_TEXT / "extract.yml").read_text("utf-8"))["tests"]
COUNTED = VALIDATE["WeightedTweetsWithDiscountedEmojiCounterTest"] + VALIDATE["UnicodeDirectionalMarkerCounterTest"]


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: case["description"])
def test_the_weighted_length_is_the_conformance_files(case: dict[str, object]) -> None:
    expected = case["expected"]
    assert isinstance(expected, dict)
    assert x_length(str(case["text"])) == expected["weightedLength"]


@pytest.mark.parametrize(
    "case",
    EXTRACT["urls"] + EXTRACT["urls_with_directional_markers"] + EXTRACT["tco_urls_with_params"],
    ids=lambda case: case["description"],
)
def test_the_links_are_the_conformance_files(case: dict[str, object]) -> None:
    text = unicodedata.normalize("NFC", str(case["text"]))
    expected = case["expected"]
    assert isinstance(expected, list)
    urls = [one["url"] if isinstance(one, dict) else one for one in expected]
    assert [text[span.start : span.end] for span in find_links(text)] == urls


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("plain", 5),
        ("각", 2),
        (unicodedata.normalize("NFD", "각"), 2),
        ("กำ", 2),
        ("क्षि", 4),
        ("👨‍👩‍👧‍👦", 2),
        ("🇩🇪", 2),
        ("1️⃣", 2),
        ("☕️", 2),
        ("©", 1),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("\u2028", 2),
        ("\ud800", 2),
        ("example.com", 23),
        ("foo.zip", 23),
        ("a.b", 3),
        ("test.co.jp.", 24),
        ("http://example.com/日本語", 29),
        ("http://a.com/" + "x" * 5_001, 5_014),
        ("a.com1️⃣a.com/x", 32),
    ],
)
def test_other_lengths_are_what_twitter_text_answers(text: str, length: int) -> None:
    assert x_length(text) == length


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["a.", "a.a_.", "a-", "(a", "😀.", "a.com/@", "a.com."])
def test_a_text_made_to_be_slow_is_counted_all_the_same(piece: str) -> None:
    assert x_length(piece * 2_000) > 0
