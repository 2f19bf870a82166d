"""Which of the texts that come with the program a topic names."""

from __future__ import annotations

import pytest

from automagic.sources.file import read_file
from automagic.stages.shipped_texts import find_shipped, shipped_texts


def test_every_text_is_found_by_its_own_title_and_by_no_other() -> None:
    for title, path in shipped_texts().items():
        for topic in (title, title.upper(), f"  {title.lower()}?! ", title.replace(" ", " - ")):
            assert find_shipped(topic) == path
        assert read_file(path).title == title


@pytest.mark.parametrize(
    ("topic", "file"),
    [
        ("why is the sky blue?", "blue-sky"),
        ("What makes the sky blue", "blue-sky"),
        ("floating ice", "ice"),
        ("tides", "tides"),
        ("What causes the phases of the Moon?", "moon"),
        ("Leap years, explained", "leap-years"),
        ("The Panama Canal", "panama-canal"),
        ("Why do onions make you cry?", "onions"),
        ("\uff28\uff4f\uff57 tides work", "tides"),
    ],
)
def test_a_topic_may_be_asked_in_other_words(topic: str, file: str) -> None:
    found = find_shipped(topic)
    assert found is not None
    assert found.stem == file


@pytest.mark.parametrize(
    "topic",
    [
        "", "why", "?", "the", "moon", "Why the sea is blue", "Why the sky is not blue", "Why the sky isn't blue",
        "Why ice melts", "How tyres work", "Why bread rises and ice floats", "Why cities plant trees",
        "天空为什么是蓝的",
    ],
)  # fmt: skip
def test_a_topic_about_something_else_names_none(topic: str) -> None:
    assert find_shipped(topic) is None


def test_in_other_languages_there_is_no_text() -> None:
    assert find_shipped("How tides work", "en-GB")
    assert find_shipped("How tides work", "de") is None
