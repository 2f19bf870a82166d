"""Chapters are called by what their sentence says, and by nothing that it does not."""

from __future__ import annotations

import pytest

from automagic.language.script.chapter import chapter_title
from tests.support.texts.trees import parse


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        (
            "Work is to begin on June 3 and end before the school year starts on September 8.",
            "Work is to begin on June 3 and end before the school year starts on September 8",
        ),
        (
            "Ms. Ortega, who runs a bakery, fears for her customers.",
            "Ms. Ortega, who runs a bakery, fears for her customers",
        ),
        ("The battery lasts 38 hours.", "The battery lasts 38 hours"),
        ("When the battery dies, you swap it in a minute.", "When the battery dies, you swap it in a minute"),
        ("Many people think that the moon is hollow.", "Many people think that the moon is hollow"),
        ("Louis Pasteur showed in 1857 that it is alive.", "Louis Pasteur showed in 1857 that it is alive"),
        ("“It was a mistake,” said Ms. Ortega.", "“It was a mistake”"),
    ],
)
def test_a_chapter_is_called_by_a_true_short_phrase(sentence: str, title: str) -> None:
    assert chapter_title(sentence, tree=parse(sentence)[0]) == title


def test_without_a_tree_a_condition_stays_with_what_it_binds() -> None:
    sentence = "When the battery dies, you swap it in a minute."
    assert chapter_title(sentence) == sentence.rstrip(".")


def test_a_chapter_in_another_language_keeps_its_first_condition() -> None:
    sentence = "Quand la Lune et le Soleil sont alignés, les marées sont grandes."
    assert chapter_title(sentence, "fr") == sentence.rstrip(".")
