"""The generic outline for a bare topic."""

from __future__ import annotations

import pytest

from automagic.errors import RequestError
from automagic.providers.local.outline.engine import write_outline


def test_an_outline_asks_and_says_that_it_is_generic() -> None:
    script = write_outline("how tides work", duration_s=30)
    assert script.title == "How tides work"
    assert "generic outline" in script.notices[0]
    assert ": how tides work. " in script.scenes[0].text
    assert script == write_outline("how tides work", duration_s=30)


def test_takes_differ_and_length_follows_the_duration() -> None:
    short, long = write_outline("tides", duration_s=15), write_outline("tides", duration_s=60)
    assert len(short.scenes) < len(long.scenes)
    assert len({write_outline("tides", duration_s=30, take=take).scenes for take in range(1, 6)}) == 5


@pytest.mark.parametrize("topic", ["", "  \n ", "\x00\x1b", "!!!", "x" * 201])
def test_what_is_no_topic_is_refused(topic: str) -> None:
    with pytest.raises(RequestError):
        write_outline(topic, duration_s=30)


def test_control_characters_and_markup_do_not_reach_the_text() -> None:
    script = write_outline("tides\x1b[31m\u202e {evil} <b>`x`", duration_s=20)
    text = script.title + "".join(scene.text for scene in script.scenes)
    assert not set("\x1b\u202e{}<>`") & set(text)


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("Why cities plant trees", "Why cities plant trees."),
        ("Is the moon hollow?", "Is the moon hollow?"),
        ("Save water!", "Save water!"),
        ("“Who are we?”", "“Who are we?”"),
        ("The “Titanic”", "The “Titanic”."),
        ("Bees.", "Bees."),
        ("And then …", "And then …"),
    ],
)
def test_a_topic_of_any_form_stands_as_a_sentence_of_its_own(topic: str, said: str) -> None:
    for take in range(1, 12):
        first, *rest = write_outline(topic, duration_s=60, take=take).scenes
        before, _, behind = first.text.partition(f": {said} ")
        assert before
        assert behind[0].isupper()
        assert not any(topic.lower() in scene.text.lower() for scene in rest)
